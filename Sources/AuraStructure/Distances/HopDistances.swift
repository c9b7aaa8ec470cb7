package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// How far news has to travel, in links, between the agents of a network.
///
/// Pairs of which one cannot reach the other have no distance: they are left out of the mean, and their share is said
/// beside it.
///
/// - Complexity: O(*n m* / 256), O(*n*^2) on long chains.
/// - Source: Then et al. 2014, doi:10.14778/2735496.2735507.
package enum HopDistances: Analysis {
  package static let card = Card(
    id: "graph.structure.hop_distances", since: "0.2", summary: "How far news has to travel.",
    reference: "Then et al. 2014, doi:10.14778/2735496.2735507",
    cost: "n m / 256; comfortable up to 10^5 agents", suits: 0...20_000)

  package typealias Parameters = NoParameters

  package struct Output: Answer {
    let histogram: [Int]
    let agents: Int
    let means: Column<Double>

    private var pairs: Double { Double(histogram.reduce(0, +)) }
    private var total: Double { Double(histogram.enumerated().reduce(0) { $0 + ($1.offset + 1) * $1.element }) }
    private var mean: Double? { pairs > 0 ? total / pairs : nil }
    private var share: Double { agents > 1 ? pairs / orderedPairs(agents) : 1 }

    package static let fields: [AnswerField<Self>] = [
      .list(
        "histogram", { $0.histogram.map { Double($0) } }, unit: "pairs",
        "Ordered pairs at a distance of 1, 2, 3, ... links."),
      .real("mean", { $0.mean }, unit: "links", "Mean distance of the pairs of which one reaches the other."),
      .real("reachable_share", { $0.share }, "Share of the ordered pairs of which one reaches the other."),
      .reals(
        "means", { $0.means }, unit: "links", "Mean distance from each agent to those that it reaches; null for nobody."
      ),
      .integer("longest", { $0.histogram.count }, unit: "links", "The largest distance."),
    ]

    package func headline(_ view: TopologyView) -> String {
      guard let mean else { return "Nobody reaches anybody." }
      let way = "\((mean * 10).rounded() / 10) links on average, at most \(histogram.count)"
      return share >= 1
        ? "From any agent to any other it is \(way)."
        : "\(percent(share)) of all pairs can reach one another; for them it is \(way)."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "a chain of four has six ordered pairs one link apart, four two and two three", on: .path(4),
      expect: ["histogram": [6, 4, 2], "mean": .real(5.0 / 3), "reachable_share": 1, "longest": 3]),
    KnownAnswer(
      "against the direction of links there is no way", on: .directed(3, [(0, 1), (1, 2)]),
      expect: ["histogram": [2, 1], "mean": .real(4.0 / 3), "reachable_share": 0.5]),
    KnownAnswer(
      "self loops and parallel links shorten nothing", on: .undirected(3, [(0, 0), (0, 1), (1, 0), (1, 2)]),
      expect: ["histogram": [4, 2], "reachable_share": 1]),
  ]

  package static func run(_ view: TopologyView, _ parameters: NoParameters) throws(AuraError) -> Output {
    let found = try view.distances(.out, inLinks: true)
    var means = Buffer<Double>()
    try means.reserve(view.count)
    for i in 0..<view.count { try means.append(found.total[i] / Double(found.reached[i] - 1)) }
    return Output(histogram: found.histogram, agents: view.count, means: Column(means))
  }
}
