package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// Links without a spare: the loss of one cuts agents off from the others.
///
/// Direction is left aside. A parallel link is a spare, and so is one the other way.
///
/// - Complexity: O(*n* + *m*).
/// - Source: Tarjan 1974, doi:10.1016/0020-0190(74)90003-9.
package enum Bridges: Analysis {
  package static let card = Card(
    id: "graph.structure.bridges", since: "0.2", summary: "Links without a spare.",
    reference: "Tarjan 1974, doi:10.1016/0020-0190(74)90003-9", cost: "m; comfortable up to 10^7 agents",
    suits: 0...(.max))

  package typealias Parameters = NoParameters

  package struct Output: Answer {
    let found: BridgesAndZones

    package static let fields: [AnswerField<Self>] = [
      .integers("links", { $0.found.links }, "Positions of the links, from 0."),
      .integers(
        "cut", { $0.found.cut }, "For each of them, the agents that its loss cuts off: those on the smaller side."),
      .integer("count", { $0.found.links.count }, "How many."),
    ]

    package func headline(_ view: TopologyView) -> String {
      guard let worst = mostOf(found.cut) else { return "No loss of a single link cuts anybody off." }
      let links = found.links
      return "\(links.count) of \(counted(view.linkCount, "link")) \(links.count == 1 ? "has" : "have") no spare; "
        + "losing \(link(Int(links[worst]), view)) cuts \(counted(Int(found.cut[worst]), "agent")) off."
    }

    /// A link to the rim is common; one that halves the network is not.
    package func urgency(_ view: TopologyView) -> Double {
      guard let worst = mostOf(found.cut) else { return 0 }
      return 0.3 + 0.5 * min(1, 2 * Double(found.cut[worst]) / Double(view.count))
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "of a doubled link one can go; the link to the end of the chain cannot",
      on: .undirected(3, [(0, 1), (0, 1), (1, 2)]), expect: ["links": [2], "cut": [1], "count": 1]),
    KnownAnswer(
      "two triangles that share an agent have no such link, though they hang on it", on: .bowTie,
      expect: ["links": [], "cut": []]),
    KnownAnswer(
      "a link between two triangles parts three agents from three",
      on: .undirected(6, [(0, 1), (1, 2), (0, 2), (2, 3), (3, 4), (4, 5), (3, 5)]),
      expect: ["links": [3], "cut": [3]]),
    KnownAnswer(
      "a link the other way is a spare, a self loop joins nobody",
      on: .directed(4, [(0, 1), (1, 0), (1, 2), (2, 2), (3, 2)]), expect: ["links": [2, 4], "cut": [2, 1]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: NoParameters) throws(AuraError) -> Output {
    Output(found: try view.bridgesAndZones())
  }
}
