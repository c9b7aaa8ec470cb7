package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels
internal import Glibc

/// How strong the closed trios of each agent are, compared with the strongest links of the network.
///
/// 1 when all partners are linked and all these links are as strong as any; a trio counts with the geometric mean of
/// its three strengths, so that one weak side makes it weak.
///
/// - Complexity: O(*m*^1.5).
/// - Source: Onnela, Saramäki, Kertész and Kaski 2005, doi:10.1103/PhysRevE.71.065103.
/// - Strengths of parallel links and of both directions add up; self loops do not matter.
package enum WeightedClustering: Analysis {
  package static let card = Card(
    id: "graph.structure.clustering_weighted", since: "0.3", summary: "Strong closed trios.",
    reference: "Onnela et al. 2005, doi:10.1103/PhysRevE.71.065103", cost: "m^1.5; comfortable up to 10^6 agents")

  package typealias Parameters = NoParameters

  package static let knownAnswers = [
    KnownAnswer(
      "one side with an eighth of the strength halves a triangle, at all corners",
      on: SampleNetwork.undirected(3, [(0, 1), (1, 2), (0, 2)]).linkField("strength", [1, 1, 0.125]),
      expect: ["clustering": [0.5, 0.5, 0.5], "mean": 0.5]),
    KnownAnswer(
      "parallel links and both directions add up, and a loop is not what others are compared with",
      on: SampleNetwork.directed(4, [(0, 1), (1, 0), (1, 2), (2, 0), (3, 3), (0, 3)])
        .linkField("strength", [5, 3, 8, 1, 90, 0]),
      expect: ["clustering": [.real(0.5 / 3), 0.5, 0.5, 0], "mean_linked": .real((1 + 0.5 / 3) / 3)]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Clustering {
    let rows = try view.forwardRows()
    let strengths = try view.strengths()
    let shares = try pairStrengths(
      rows, neighbours: view.adjacency(.neighbours), strengths: strengths?.span, work: view.work)
    var roots = Buffer<Double>()
    try roots.reserve(shares.count)
    for k in 0..<shares.count { try roots.append(cubeRoot(shares[k])) }
    let sums = try triangleWorths(rows, worth: Column(roots), work: view.work)
    return try Clustering(
      view.adjacency(.simple), "the strength that closed trios among an agent's partners could have is there"
    ) { v, partners in
      sums[v] / (partners * (partners - 1) / 2)
    }
  }

  /// One step of Newton's method after the system's root, which differs in the last bit between systems.
  private static func cubeRoot(_ x: Double) -> Double {
    let root = cbrt(x)
    if root == 0 { return 0 }
    let square = root * root
    let rest = (-square).addingProduct(root, root)
    return root - ((-x).addingProduct(square, root) + rest * root) / (3 * square)
  }
}
