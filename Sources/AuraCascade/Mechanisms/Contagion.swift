package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels
internal import Glibc

/// `AuraKernels.Contagion` fitted to a network.
package struct ContagionModel: CascadeModel {
  package let count: Int
  let rows: WeightedRows
  let chances: Column<UInt64>
  let recovery: Double?

  /// A link of mean strength passes failure on with `probability`; one of *s* times that strength like *s* such links
  /// side by side. Agents made tougher catch it in proportion less.
  package init(_ network: CascadeNetwork, probability: Double, recovery: Double?) throws(AuraError) {
    count = network.count
    rows = try network.rows(.into)
    let original = network.strengths.prefix(network.originalLinks).filter { $0 > 0 }
    let mean = original.isEmpty ? 1 : original.reduce(0, +) / Double(original.count)
    var chances = Buffer<UInt64>()
    for e in 0..<rows.entries {
      let relative = rows.strengths[e] / mean
      let p = relative == 1 ? probability : 1 - pow(1 - probability, relative)
      let tough = network.boost[Int(rows.neighbours[e])]
      try chances.append(AuraKernels.Contagion.chance(tough > 0 ? p / tough : p))
    }
    self.chances = Column(chances)
    self.recovery = recovery
  }

  package var usesChance: Bool { true }

  package func player(_ work: Work) throws(AuraError) -> Player {
    let kernel = try AuraKernels.Contagion(rows: rows, chances: chances, recovery: recovery)
    return Player { trace, dice throws(AuraError) in try kernel.run(trace, dice: dice, work: work) }
  }
}

/// Whom failure reaches when every failed agent takes each of its dependents with it by chance.
///
/// - Complexity: O(links of the failed agents) a world.
/// - Source: Kempe, Kleinberg and Tardos 2003, doi:10.1145/956750.956769.
package enum Contagion: SpreadingMechanism {
  package static let card = Card(
    id: "cascade.contagion", since: "0.1",
    summary: "Whom failure reaches when every failed agent takes each of its dependents along by chance.",
    reference: "Kempe, Kleinberg and Tardos 2003, doi:10.1145/956750.956769",
    cost: "O(links of the failed agents) a world; 1,000 worlds on 1,000 agents take tens of milliseconds",
    dependsOnOrder: true)

  /// The variant in which agents recover and fail again.
  package static let recovering = Card(
    id: "cascade.contagion_sis", since: "0.1",
    summary: "Whom failure reaches when failed agents try again every step until they recover, and may fail again.",
    reference: "Pastor-Satorras and Vespignani 2001, doi:10.1103/PhysRevLett.86.3200",
    cost: "O(steps x links of the failed agents) a world; 1,000 worlds on 1,000 agents take up to a second",
    dependsOnOrder: true)

  package struct Parameters: CascadeParameters {
    package var agents: [AgentID] = []
    package var runs = 200
    package var steps: Int?
    var probability = 0.2
    var recovers = false
    var recovery = 0.1
    package init() {}
    package static let fields: [Field<Self>] =
      common + [
        .real(
          "probability", \.probability, in: 0...1,
          "Chance that a link of mean strength passes a failure on, at each try."),
        .flag("recovers", \.recovers, "Whether failed agents recover, and try again every step until they do."),
        .real("recovery", \.recovery, in: 0...1, "With recovers: chance of recovering in a step."),
      ]
  }

  package static let knownAnswers = [
    KnownAnswer(
      "certain links carry failure one step at a time", on: .path(4),
      with: ["agents": [0], "probability": 1, "runs": 1],
      expect: ["failure_step": [0, 1, 2, 3], "size": ["mean": 4]]),
    KnownAnswer(
      "a directed link is dependence: failure goes from target to source only",
      on: .directed(3, [(0, 1), (1, 2)]), with: ["agents": [1], "probability": 1, "runs": 1],
      expect: ["failure_step": [1, 0, nil]]),
    KnownAnswer(
      "along a path of chances 1/2 the mean size is 1 + 1/2 + 1/4 + 1/8, here within four standard errors",
      on: .path(4), with: ["agents": [0], "probability": 0.5, "runs": 20_000], expect: ["size": ["mean": 1.875]],
      tolerance: 0.017),
  ]

  package static let recoveringAnswers = [
    KnownAnswer(
      "certain links make recovery too late", on: .ring(5),
      with: ["agents": [0], "probability": 1, "recovery": 1, "runs": 1], expect: ["failure_step": [0, 1, 2, 2, 1]]),
    KnownAnswer(
      "who recovers only by a chance of one half has two tries on average at a chance of one half: two in three get "
        + "through", on: .path(2), with: ["agents": [0], "probability": 0.5, "recovery": 0.5, "runs": 20_000],
      expect: ["failure_frequency": [1, 0.6666667]], tolerance: 0.014),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> CascadeAnswer {
    let network = try CascadeNetwork(view)
    let model = try ContagionModel(
      network, probability: parameters.probability, recovery: parameters.recovers ? parameters.recovery : nil)
    return try parameters.answer(view, network, model)
  }
}
