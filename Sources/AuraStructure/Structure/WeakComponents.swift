package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// The parts of a network that no link joins, whatever the direction of the links.
///
/// Nothing that happens in one part is felt in another, and no help comes across.
///
/// - Complexity: near linear in *m*.
/// - Source: Hopcroft and Tarjan 1973, doi:10.1145/362248.362272.
package enum WeakComponents: Analysis {
  package static let card = Card(
    id: "graph.structure.weak_components", since: "0.1", summary: "Who is cut off from whom.",
    reference: "Hopcroft and Tarjan 1973, doi:10.1145/362248.362272", cost: "m; comfortable up to 10^7 agents",
    suits: 0...(.max))

  package typealias Parameters = NoParameters

  package static let knownAnswers = [
    KnownAnswer(
      "two agents that point at a third are one part with it, though neither reaches the other",
      on: .directed(4, [(0, 1), (2, 1)]), expect: ["count": 2, "labels": [0, 0, 0, 1], "sizes": [3, 1]]),
    KnownAnswer(
      "a self loop joins nobody", on: .undirected(3, [(1, 1), (2, 0)]),
      expect: ["labels": [0, 1, 0], "sizes": [2, 1]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: NoParameters) throws(AuraError) -> Partition {
    let sources = view.sources, targets = view.targets
    let found = try weakComponents(
      count: view.count, sources: sources.span, targets: targets.span, work: view.work)
    return Partition(found, urgency: 0.4...0.9) { partition in
      let n = partition.labels.count
      if partition.sizes.count <= 1 { return n == 0 ? "There are no agents." : "All agents hang together." }
      return "The network is in \(counted(partition.sizes.count, "part")): "
        + "\(n - partition.largest) of \(n) agents are cut off from the largest."
    }
  }
}
