package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// How many of the directed triangles that could stand at each agent do stand there.
///
/// Two partners could be joined in two directions, and an exchange in both directions at the agent doubles what
/// could be. In an undirected network it is the plain clustering.
///
/// - Complexity: O(*m*^1.5).
/// - Source: Fagiolo 2007, doi:10.1103/PhysRevE.76.026107.
/// - Parallel links count once, self loops do not.
package enum DirectedClustering: Analysis {
  package static let card = Card(
    id: "graph.structure.clustering_directed", since: "0.3",
    summary: "Whether partners back each other, with direction.",
    reference: "Fagiolo 2007, doi:10.1103/PhysRevE.76.026107", cost: "m^1.5; comfortable up to 10^6 agents")

  package typealias Parameters = NoParameters

  package static let knownAnswers = [
    KnownAnswer(
      "a loop of three leaves half of what could be: the loop the other way round",
      on: .directed(3, [(0, 1), (1, 2), (2, 0), (0, 1)]), expect: ["clustering": [0.5, 0.5, 0.5], "mean": 0.5]),
    KnownAnswer(
      "with one exchange: two triangles, of four where it is and of two where it is not",
      on: .directed(4, [(0, 1), (1, 0), (1, 2), (2, 0), (2, 2)]),
      expect: ["clustering": [0.5, 0.5, 1, 0], "mean": 0.5, "mean_linked": .real(2.0 / 3)]),
    KnownAnswer(
      "without direction nothing is missing", on: .complete(3), expect: ["clustering": [1, 1, 1]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Clustering {
    let rows = try view.forwardRows()
    let ways = try view.ways()
    // How many links each pair has, and how many of each agent's pairs have two.
    var links = Buffer<Double>()
    try links.reserve(ways.count)
    var twos = try Buffer<Int32>(repeating: 0, count: view.count)
    try view.work.spend(ways.count)
    for r in 0..<rows.count {
      for e in Int(rows.starts[r])..<Int(rows.starts[r + 1]) {
        let both = ways[e] == 3
        try links.append(both ? 2 : 1)
        if !both { continue }
        for end in [r, Int(rows.heads[e])] { twos[Int(rows.agents[end])] &+= 1 }
      }
    }
    let sums = try triangleWorths(rows, worth: Column(links), work: view.work)
    let mutual = Column(twos)
    return try Clustering(
      view.adjacency(.simple), "the directed triangles that could stand among an agent and its partners do"
    ) { v, partners in
      let both = Double(mutual[v])
      let ends = partners + both
      return sums[v] / (ends * (ends - 1) - 2 * both)
    }
  }
}
