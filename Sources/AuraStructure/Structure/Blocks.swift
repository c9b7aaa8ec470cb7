package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// Parts that hold together whatever single agent is lost.
///
/// Two links are in one block when a ring runs through both. Blocks share agents, the single points of failure, but no
/// links. Direction is left aside; parallel links are in one block, a self loop is in none.
///
/// - Complexity: O(*n* + *m*).
/// - Source: Hopcroft and Tarjan 1973, doi:10.1145/362248.362272.
package enum LinkBlocks: Analysis {
  package static let card = Card(
    id: "graph.structure.blocks", since: "0.2", summary: "Parts that survive any one loss.",
    reference: "Hopcroft and Tarjan 1973, doi:10.1145/362248.362272", cost: "m; comfortable up to 10^7 agents")

  package typealias Parameters = NoParameters

  package struct Output: Answer {
    let found: BlockLabels

    package static let fields: [AnswerField<Self>] = [
      .integer("count", { $0.found.sizes.count }, "Number of blocks."),
      .integers(
        "labels", { $0.found.labels },
        "Block of each link; blocks are numbered by their first link, from 0. -1 for self loops."),
      .integers("sizes", { $0.found.sizes }, "Agents in each block."),
      .integers(
        "memberships", { $0.found.memberships },
        "Blocks that each agent is in: 0 when it is alone, 2 or more when it is a single point of failure."),
    ]

    package func headline(_ view: TopologyView) -> String {
      let sizes = found.sizes.array
      let groups = sizes.count { $0 > 2 }
      guard groups > 0, let largest = sizes.max() else {
        return "No three agents hold together whichever one is lost."
      }
      if groups == 1 { return "\(largest) of \(view.count) agents hold together whichever one is lost." }
      return "The largest of \(groups) groups that survive any one loss has \(largest) of \(view.count) agents."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "two triangles that share an agent are two blocks, though no link parts them", on: .bowTie,
      expect: ["count": 2, "labels": [0, 0, 0, 1, 1, 1], "sizes": [3, 3], "memberships": [1, 1, 2, 1, 1]]),
    KnownAnswer(
      "a doubled link is one block, a self loop is in none",
      on: .undirected(4, [(1, 2), (0, 1), (1, 1), (1, 0)]),
      expect: ["count": 2, "labels": [0, 1, -1, 1], "sizes": [2, 2], "memberships": [1, 2, 1, 0]]),
    KnownAnswer("a ring is one block", on: .ring(5), expect: ["labels": [0, 0, 0, 0, 0], "sizes": [5]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: NoParameters) throws(AuraError) -> Output {
    let sources = view.sources, targets = view.targets
    return Output(
      found: try blockLabels(view.lowPoints(), sources: sources.span, targets: targets.span, work: view.work))
  }
}
