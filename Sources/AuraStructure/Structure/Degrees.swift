package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// How many links each agent has, with how many others, and how strong they are together.
///
/// Every link counts, parallel ones too; a self loop has two ends. Partners are distinct others, whatever the
/// direction.
///
/// - Complexity: O(*n* + *m*).
/// - Source: Newman 2003, doi:10.1137/S003614450342480.
package enum Degrees: Analysis {
  package static let card = Card(
    id: "graph.structure.degrees", since: "0.2", summary: "Who carries most links.",
    reference: "Newman 2003, doi:10.1137/S003614450342480", cost: "m; comfortable up to 10^7 agents")

  package typealias Parameters = NoParameters

  package struct Output: Answer {
    let found: LinkEnds
    let partners: Column<Int32>

    package static let fields: [AnswerField<Self>] = [
      .integers("in", { $0.found.into }, "Links that point at each agent; all its links in an undirected network."),
      .integers("out", { $0.found.out }, "Links by which it points; all in an undirected network."),
      .integers("links", { $0.found.links }, "Link ends at it: a self loop has two."),
      .integers("partners", { $0.partners }, "Distinct others that it is linked to."),
      .reals("strength_in", { $0.found.strengthInto }, "Strength of the links that \"in\" counts, together."),
      .reals("strength_out", { $0.found.strengthOut }, "Strength of those that \"out\" counts."),
      .reals("strength", { $0.found.strength }, "Strength of those that \"links\" counts."),
    ]

    package func headline(_ view: TopologyView) -> String {
      guard let most = mostOf(found.links) else { return "Nobody has a link." }
      let mean = 2 * Double(view.linkCount) / Double(view.count)
      return "Most links are at \(name(most, view)): \(found.links[most]), to "
        + "\(counted(Int(partners[most]), "other")); the mean is \(figure(mean))."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "a self loop has two ends and no partner; strengths add up",
      on: SampleNetwork.undirected(3, [(0, 1), (0, 1), (1, 1)]).linkField("strength", [2, 0.5, 4]),
      expect: [
        "in": [2, 4, 0], "out": [2, 4, 0], "links": [2, 4, 0], "partners": [1, 1, 0], "strength": [2.5, 10.5, 0],
      ]),
    KnownAnswer(
      "with direction, one each way",
      on: SampleNetwork.directed(3, [(0, 1), (1, 0), (1, 1), (1, 2)]).linkField("weight", [1, 2, 3, 4]),
      expect: [
        "in": [1, 2, 1], "out": [1, 3, 0], "links": [2, 5, 1], "partners": [1, 2, 1], "strength_in": [2, 4, 4],
        "strength_out": [1, 9, 0], "strength": [3, 13, 4],
      ]),
  ]

  package static func run(_ view: TopologyView, _ parameters: NoParameters) throws(AuraError) -> Output {
    let found = try view.linkEnds()
    let starts = try view.adjacency(.simple).starts
    var partners = Buffer<Int32>()
    for i in 0..<view.count { try partners.append(starts[i + 1] - starts[i]) }
    return Output(found: found, partners: Column(partners))
  }
}
