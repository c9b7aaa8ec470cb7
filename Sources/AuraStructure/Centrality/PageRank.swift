package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// Where work ends up that is handed on from agent to agent, now and then starting afresh anywhere.
///
/// An agent has a large share when much is handed to it, directly or through others that have much themselves. Links
/// count by their strength. Who hands nothing on, has its work start afresh.
///
/// - Complexity: O(*m*) for a round, at most 175 rounds at the default damping.
/// - Source: Brin and Page 1998, doi:10.1016/S0169-7552(98)00110-X.
/// - Parallel links add up; a self loop keeps work where it is, and counts twice in an undirected network.
package enum PageRank: Analysis {
  package static let card = Card(
    id: "graph.centrality.pagerank", since: "0.1", summary: "Where work ends up.",
    reference: "Brin and Page 1998, doi:10.1016/S0169-7552(98)00110-X",
    cost: "m for a round; comfortable up to 10^7 agents", suits: 0...(.max))

  package struct Parameters: ParameterSet {
    var damping = 0.85
    var ignoreStrength = false

    package init() {}
    package static let fields: [Field<Self>] = [
      .real("damping", \.damping, in: 0...0.9999, "Chance that work is handed on rather than starting afresh."),
      .flag("ignore_strength", \.ignoreStrength, "Treat all links alike even where links have a strength."),
    ]
  }

  package struct Output: Answer {
    let found: RankShares
    package var pagerank: Column<Double> { found.values }

    package static let fields: [AnswerField<Self>] = [
      .reals("pagerank", { $0.pagerank }, "Share of each agent; they sum to 1."), .within { $0.found },
    ]

    package func headline(_ view: TopologyView) -> String {
      guard let most = leader(pagerank) else { return "There are no agents." }
      let even = pagerank[most] * Double(pagerank.count)
      if even < 1.01 { return "Work spreads evenly." }
      return "\(percent(pagerank[most])) of the work ends up at \(name(most, view)), "
        + "\((even * 10).rounded() / 10) times an even share."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "along one link: the sender gets what starts afresh, and half of what the other end cannot hand on",
      on: .directed(2, [(0, 1)]), expect: ["pagerank": [.real(20.0 / 57), .real(37.0 / 57)]]),
    KnownAnswer(
      "a link three times as strong carries three times as much",
      on: SampleNetwork.directed(3, [(0, 1), (0, 2), (1, 0), (2, 0)]).linkField("strength", [3, 1, 9, 2]),
      expect: ["pagerank": [.real(0.9 / 1.85), .real(0.05 + 0.6375 * 0.9 / 1.85), .real(0.05 + 0.2125 * 0.9 / 1.85)]]),
    KnownAnswer(
      "two thousand agents and two links: the end of the chain stands out, however small all shares are",
      on: .directed(2000, [(0, 1), (1, 2)]), with: ["damping": 0.5],
      expect: ["pagerank": .array(chainOfThree(among: 2000, damping: 0.5))], tolerance: 1e-12),
  ]

  /// Shares when only 0 > 1 > 2 are linked: what all but 0 and 1 hold starts afresh.
  private static func chainOfThree(among n: Int, damping d: Double) -> [JSON] {
    // With x for what starts afresh at one agent: 0 has x, 1 has x (1 + d), 2 has x (1 + d + d²), others x.
    let x = 1 / (Double(n) + 2 * d + d * d)
    return (0..<n).map { .real($0 == 1 ? x * (1 + d) : $0 == 2 ? x * (1 + d + d * d) : x) }
  }

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let strengths = parameters.ignoreStrength ? nil : try view.strengths()
    return Output(
      found: try pageRank(
        view.adjacency(.predecessors), undirected: !view.directed, strengths: strengths?.span,
        damping: parameters.damping, work: view.work))
  }
}

extension AnswerField {
  /// "within", the same for both measures.
  static func within(_ get: @escaping @Sendable (Root) -> RankShares) -> AnswerField {
    .real(
      "within", { get($0).within },
      "Null when settled; when the allowance ended, how far all shares together may be from the exact ones.")
  }
}
