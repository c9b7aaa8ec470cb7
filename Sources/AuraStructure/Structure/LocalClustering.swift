package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// How far the partners of each agent are partners of each other, and so can do without it.
///
/// 1 when all of them are linked; 0 when they meet at this agent only.
///
/// - Complexity: O(*m*^1.5).
/// - Source: Watts and Strogatz 1998, doi:10.1038/30918.
/// - Direction, parallel links and self loops do not matter.
package enum LocalClustering: Analysis {
  package static let card = Card(
    id: "graph.structure.clustering", since: "0.3", summary: "Whether partners back each other.",
    reference: "Watts and Strogatz 1998, doi:10.1038/30918", cost: "m^1.5; comfortable up to 10^6 agents")

  package typealias Parameters = NoParameters

  package static let knownAnswers = [
    KnownAnswer(
      "in a triangle with a tail, of three pairs of partners of the third agent one is linked", on: .triangleAndTail,
      expect: ["clustering": [1, 1, .real(1.0 / 3), 0], "mean": .real(7.0 / 12), "mean_linked": .real(7.0 / 9)]),
    KnownAnswer(
      "a triangle is closed whatever way its links point, and a doubled one closes it no more",
      on: .directed(3, [(0, 1), (0, 1), (1, 2), (2, 1), (0, 2), (2, 2)]), expect: ["clustering": [1, 1, 1]]),
    KnownAnswer(
      "nor does strength matter",
      on: SampleNetwork.undirected(3, [(0, 1), (1, 2), (0, 2)]).linkField("strength", [1, 1, 0.125]),
      expect: ["clustering": [1, 1, 1], "mean": 1]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Clustering {
    let triangles = try view.triangles()
    return try Clustering(view.adjacency(.simple), "the pairs of an agent's partners are linked") { v, partners in
      Double(triangles[v]) / (partners * (partners - 1) / 2)
    }
  }
}
