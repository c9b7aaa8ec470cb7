package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// Groups whose agents all reach one another along the links.
///
/// Trouble at any member of such a group can come back to where it began; between groups it only goes one way.
///
/// - Complexity: O(*n* + *m*).
/// - Source: Tarjan 1972, doi:10.1137/0201010.
package enum StrongComponents: Analysis {
  package static let card = Card(
    id: "graph.structure.strong_components", since: "0.1", summary: "Groups that can drag each other down.",
    reference: "Tarjan 1972, doi:10.1137/0201010", cost: "m; comfortable up to 10^7 agents", suits: 0...(.max))

  package typealias Parameters = NoParameters

  package static let knownAnswers = [
    KnownAnswer(
      "the tail of a directed ring is reached by it but does not reach back",
      on: .directed(4, [(0, 1), (1, 2), (2, 0), (2, 3)]),
      expect: ["count": 2, "labels": [0, 0, 0, 1], "sizes": [3, 1]]),
    KnownAnswer(
      "without a way back everybody is alone", on: .directed(4, [(0, 1), (2, 1)]),
      expect: ["count": 4, "labels": [0, 1, 2, 3]]),
    KnownAnswer("without direction a link is a way back", on: .path(3), expect: ["count": 1, "labels": [0, 0, 0]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: NoParameters) throws(AuraError) -> Partition {
    let found = try strongComponents(view.adjacency(.successors), work: view.work)
    return Partition(found) { partition in
      let groups = partition.sizes.array.filter { $0 > 1 }
      if groups.isEmpty { return "No two agents depend on each other both ways." }
      return "\(counted(Int(groups.reduce(0, +)), "agent")) can drag each other down, in "
        + "\(counted(groups.count, "group")); the largest has \(partition.largest)."
    }
  }
}
