package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// Whether agents with many links are linked to others with many.
///
/// The correlation of the numbers of links at the two ends of a link: 1 when hubs lean on hubs, -1 when they lean on
/// agents with few. With direction, of the links that leave the source and those that arrive at the target.
///
/// - Complexity: O(*n* + *m*).
/// - Source: Newman 2003, doi:10.1103/PhysRevE.67.026126.
/// - Parallel links and self loops count.
package enum DegreeAssortativity: Analysis {
  package static let card = Card(
    id: "graph.structure.assortativity", since: "0.2", summary: "Do hubs lean on hubs?",
    reference: "Newman 2003, doi:10.1103/PhysRevE.67.026126", cost: "m; comfortable up to 10^7 agents")

  package typealias Parameters = NoParameters

  package struct Output: Answer {
    let found: Assortativity

    package static let fields: [AnswerField<Self>] = [
      .real(
        "assortativity", { $0.found.coefficient },
        "The correlation, in -1...1; null when all ends are alike, or there are no links."),
      .reals(
        "partner_links", { $0.found.partners },
        "For each agent, the mean number of links of those that it points at, arriving ones where there is direction; "
          + "null when it points at nobody."),
    ]

    package func headline(_ view: TopologyView) -> String {
      if view.linkCount == 0 { return "There are no links." }
      guard let r = found.coefficient else { return "All links join agents with equally many links." }
      let how =
        r > 0.1 ? "linked to hubs" : r < -0.1 ? "linked to agents with few links" : "no more linked to hubs than others"
      return "Hubs are \(how): the correlation is \(figure(r))."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "the ends of a chain of four are linked to its middle", on: .path(4),
      expect: ["assortativity": -0.5, "partner_links": [2, 1.5, 1.5, 2]]),
    KnownAnswer(
      "a triangle with a tail", on: .triangleAndTail, expect: ["assortativity": .real(-5.0 / 7)]),
    KnownAnswer("where all have two there is nothing to compare", on: .ring(5), expect: ["assortativity": .null]),
    KnownAnswer(
      "with direction, what leaves the source goes with what arrives at the target",
      on: .directed(5, [(0, 1), (0, 2), (3, 2), (4, 2)]),
      expect: ["assortativity": -0.5773502691896258, "partner_links": [2, .null, .null, 3, 3]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: NoParameters) throws(AuraError) -> Output {
    let heads = try view.linkEnds().into
    return Output(
      found: try assortativity(
        view.adjacency(.successors), undirected: !view.directed, heads: heads.span, work: view.work))
  }
}
