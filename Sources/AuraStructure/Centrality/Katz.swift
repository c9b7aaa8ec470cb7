package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// How many walks end at each agent, the longer the less they count.
///
/// Everybody counts 1, and what points at it adds `alpha` times its own count. Unlike an eigenvector it tells agents
/// apart even where nothing is fed back.
///
/// - Complexity: O(*m*) for a round, some tens of rounds.
/// - Source: Katz 1953, doi:10.1007/BF02289026.
/// - Parallel links add up; a self loop of an undirected network counts twice.
package enum Katz: Analysis {
  package static let card = Card(
    id: "graph.centrality.katz", since: "0.2", summary: "All walks that end at an agent, faded with their length.",
    reference: "Katz 1953, doi:10.1007/BF02289026", cost: "m for a round; comfortable up to 10^7 agents")

  package struct Parameters: ParameterSet {
    var alpha: Double?
    var ignoreStrength = false

    package init() {}
    package static let fields: [Field<Self>] = [
      .optionalReal(
        "alpha", \.alpha, in: 0...1e300,
        "What one link of strength 1 is worth, below 1 / spectral radius; by default 0.85 / spectral radius, and where "
          + "nothing is fed back 0.85 / the largest sum of strengths that point at an agent."),
      .ignoreStrength(\.ignoreStrength),
    ]
  }

  package struct Output: Answer {
    package let katz: Column<Double>
    let alpha: Double

    package static let fields: [AnswerField<Self>] = [
      .reals(
        "katz", { $0.katz }, "Walks that end at each agent, those of k links counted alpha^k; its own 1 included."),
      .real("alpha", { $0.alpha }, "What one link of strength 1 was worth."),
    ]

    package func headline(_ view: TopologyView) -> String {
      guard let most = leader(katz), katz[most] > 1 else { return "Nobody is pointed at." }
      return "Most walks end at \(name(most, view))."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "a link of strength 3 is three links; the largest growth of two agents that feed each other is the root of 3",
      on: SampleNetwork.directed(2, [(0, 1), (1, 0)]).linkField("strength", [3, 1]),
      expect: [
        "alpha": .real(0.85 / 1.7320508075688772),
        "katz": [
          .real((1 + 0.85 / 1.7320508075688772) / (1 - 0.7225)),
          .real((1 + 3 * 0.85 / 1.7320508075688772) / (1 - 0.7225)),
        ],
      ]),
    KnownAnswer(
      "walks of no, one and two links end at the end of a chain", on: .directed(3, [(0, 1), (1, 2)]),
      with: ["alpha": 0.25], expect: ["katz": [1, 1.25, 1.3125]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let rows = try view.linkMatrix(into: true, ignoreStrength: parameters.ignoreStrength)
    try view.work.spend(rows.count)
    let bound = rows.largestSum
    var radius = bound
    if parameters.alpha.map({ $0 * bound >= 1 }) ?? true {
      radius = try view.leadingVector(ignoreStrength: parameters.ignoreStrength).radius
    }
    let alpha = parameters.alpha ?? (radius > 0 ? 0.85 / radius : bound > 0 ? 0.85 / bound : 0.85)
    guard alpha * radius < 1 else {
      throw AuraError(.schema, "alpha must be below 1 / the spectral radius, which is \(radius)", pointer: "/alpha")
    }
    return Output(katz: try katz(rows, alpha: alpha, radius: radius, work: view.work), alpha: alpha)
  }
}
