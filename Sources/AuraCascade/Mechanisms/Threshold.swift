package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// `AuraKernels.ThresholdCascade` fitted to a network.
package struct ThresholdModel: CascadeModel {
  package let count: Int
  let dependents: WeightedRows
  let totals: Column<Double>
  let thresholds: Column<Double>
  let proven: Column<Double>
  let chance: Double
  let spread: Double

  /// - Parameter proven: share of loss that each agent is known to stand; negative when nothing is known.
  package init(
    _ network: CascadeNetwork, threshold: Double, chance: Double, spread: Double, proven: [Double]? = nil
  ) throws(AuraError) {
    count = network.count
    // An agent depends on the targets of its links; what fails pulls down those who point at it.
    dependents = try network.rows(.into)
    let own = try network.rows(.out)
    var totals = Buffer<Double>()
    for i in 0..<network.count {
      var total = 0.0
      for e in Int(own.starts[i])..<Int(own.starts[i + 1]) { total += own.strengths[e] }
      try totals.append(total)
    }
    self.totals = Column(totals)
    // Making an agent half as tough again gives it a quarter of its dependencies more to lose.
    thresholds = try Column(network.boost.map { threshold + 0.5 * ($0 - 1) })
    self.proven = try Column(proven ?? [Double](repeating: -1, count: network.count))
    self.chance = chance
    self.spread = spread
  }

  package var usesChance: Bool { spread > 0 || chance < 1 }

  package func player(_ work: Work) throws(AuraError) -> Player {
    let kernel = try ThresholdCascade(
      dependents: dependents, totals: totals, thresholds: thresholds, proven: proven, chance: chance, spread: spread)
    return Player { trace, dice in kernel.run(trace, dice: dice) }
  }
}

/// Who fails when agents stand the loss of a share of what they depend on, and no more.
///
/// - Complexity: O(links of the failed agents) a world.
/// - Source: Watts 2002, doi:10.1073/pnas.082090499.
package enum Threshold: SpreadingMechanism {
  package static let card = Card(
    id: "cascade.threshold", since: "0.1",
    summary: "Who fails when agents stand the loss of a share of what they depend on, and no more.",
    reference: "Watts 2002, doi:10.1073/pnas.082090499",
    cost: "O(links of the failed agents) a world; 1,000 worlds on 1,000 agents take tens of milliseconds",
    dependsOnOrder: true)

  package struct Parameters: CascadeParameters {
    package var agents: [AgentID] = []
    package var runs = 1
    package var steps: Int?
    var threshold = 0.5
    var chance = 1.0
    var spread = 0.0
    package init() {}
    package static let fields: [Field<Self>] =
      common + [
        .real(
          "threshold", \.threshold, in: 0...1, "Share of dependencies (by strength) whose loss an agent does not stand."
        ),
        .real(
          "probability", \.chance, in: 0...1,
          "Chance of failing in each step once the threshold is reached; 1: at the next."),
        .real(
          "threshold_spread", \.spread, in: 0...1,
          "Standard deviation of thresholds; each world draws them anew."),
      ]
  }

  package static let knownAnswers = [
    KnownAnswer(
      "on a path, half of what each agent depends on fails in turn", on: .path(6),
      with: ["agents": [0], "threshold": 0.5], expect: ["failure_step": [0, 1, 2, 3, 4, 5]]),
    KnownAnswer(
      "a little more than half is never reached inside the path", on: .path(6),
      with: ["agents": [0], "threshold": 0.6], expect: ["failure_step": [0, nil, nil, nil, nil, nil]]),
    KnownAnswer(
      "2 depends on 0 with three quarters of its strength: 0 takes it down, 1 does not; and nothing flows back",
      on: .directed(3, [(2, 0), (2, 1)]).linkField("strength", [3, 1]), with: ["threshold": 0.7],
      expect: ["each_alone": true, "further_failures": [1, 0, 0]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> CascadeAnswer {
    let network = try CascadeNetwork(view)
    let model = try ThresholdModel(
      network, threshold: parameters.threshold, chance: parameters.chance, spread: parameters.spread)
    return try parameters.answer(view, network, model)
  }
}
