package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// Zones whose agents stay joined whatever single link is lost.
///
/// Between two agents of a zone there are two routes that share no link. Direction is left aside.
///
/// - Complexity: O(*n* + *m*).
/// - Source: Tarjan 1974, doi:10.1016/0020-0190(74)90003-9.
package enum TwoLinkComponents: Analysis {
  package static let card = Card(
    id: "graph.structure.two_link_components", since: "0.2", summary: "Zones that survive any link loss.",
    reference: "Tarjan 1974, doi:10.1016/0020-0190(74)90003-9", cost: "m; comfortable up to 10^7 agents")

  package typealias Parameters = NoParameters

  package static let knownAnswers = [
    KnownAnswer(
      "two triangles that share an agent are one zone", on: .bowTie, expect: ["count": 1, "sizes": [5]]),
    KnownAnswer(
      "a link between two triangles parts them",
      on: .undirected(6, [(0, 1), (1, 2), (0, 2), (2, 3), (3, 4), (4, 5), (3, 5)]),
      expect: ["count": 2, "labels": [0, 0, 0, 1, 1, 1], "sizes": [3, 3]]),
    KnownAnswer(
      "a doubled link holds, in either direction, a self loop does not",
      on: .directed(4, [(0, 1), (1, 0), (1, 2), (2, 2), (3, 2), (3, 2)]),
      expect: ["labels": [0, 0, 1, 1], "sizes": [2, 2]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: NoParameters) throws(AuraError) -> Partition {
    Partition(try view.bridgesAndZones().zones) { partition in
      let n = partition.labels.count
      if n == 0 { return "There are no agents." }
      if partition.largest < 2 { return "No two agents stay joined whatever link is lost." }
      let zones = partition.sizes.array.count { $0 > 1 }
      if zones == 1 { return "\(partition.largest) of \(n) agents stay joined whatever link is lost." }
      return "The largest of \(zones) zones that survive any link loss has \(partition.largest) of \(n) agents."
    }
  }
}
