package import AuraBase
package import AuraKernels

/// Numbers of the mechanisms that metrics do not give.
package struct Physics: ParameterSet {
  package var share = ShareRule.freeCapacity
  package var capacityUncertainty = 0.1
  package var delay = 1
  package var threshold = 0.5
  package var thresholdSpread = 0.15
  package var chance = 0.3
  package var contagion = 0.2
  package var recovery = 0.1
  package var alpha = 0.3
  package var heatTolerance = 0.0
  package var queue = AuraKernels.RetryQueue.Physics()
  package init() {}
  package static let fields: [Field<Self>] = [
    .choice("share", \.share, "load_sharing: what the part that a neighbour takes over is proportional to."),
    .real(
      "capacity_uncertainty", \.capacityUncertainty, in: 0...1,
      "load_sharing: relative standard deviation of the capacities given."),
    .integer("delay_steps", \.delay, in: 1...1_000, unit: "steps", "load_sharing: time from overload to failure."),
    .real("threshold", \.threshold, in: 0...1, "threshold: share of dependencies whose loss an agent does not stand."),
    .real("threshold_spread", \.thresholdSpread, in: 0...1, "threshold: standard deviation of that share."),
    .real(
      "threshold_probability", \.chance, in: 0...1, "threshold: chance of failing in each step once it is reached."),
    .real(
      "contagion_probability", \.contagion, in: 0...1, "contagion: chance that a link of mean strength passes it on."),
    .real("recovery", \.recovery, in: 0...1, "contagion_sis: chance of recovering in a step."),
    .real("alpha", \.alpha, in: 0...1_000, "motter_lai, dc_power: reserve where no capacity is given."),
    .real("heat_tolerance", \.heatTolerance, in: 0...1_000, "dc_power: accumulated overload that a line stands."),
    .real("retries", \.queue.retries, in: 0...100, "retry_queue: extra calls for each call that failed."),
    .real(
      "timeout_steps", \.queue.timeout, in: 0.01...1_000, unit: "steps", "retry_queue: time after which a call failed."),
    .real("blocking", \.queue.blocking, in: 0...100, "retry_queue: how much a slow callee slows its caller."),
  ]
}

/// A mechanism chosen for a network, with the reason, ready to model it and its variants.
package struct Fit: Sendable {
  package let mechanism: Mechanism
  /// One sentence for an operator.
  package let why: String
  package let physics: Physics
  let step_s: Double
  // What the network as found gives and no change may alter.
  private let intactGrid: DCPowerModel?
  private let intactLoads: Column<Double>?
  private let proven: [Double]?

  /// - Parameter asked: nil lets the metrics decide.
  package init(
    _ network: CascadeNetwork, asked: Mechanism?, physics: Physics, step_s: Double, work: Work
  ) throws(AuraError) {
    self.physics = physics
    self.step_s = step_s
    if let asked {
      mechanism = asked
      why = "the request names it"
    } else {
      (mechanism, why) = Self.choose(network)
    }
    var grid: DCPowerModel?
    var loads: Column<Double>?
    if mechanism == .dcPower {
      grid = try DCPowerModel(network, alpha: physics.alpha, tolerance: physics.heatTolerance, work: work)
    }
    if mechanism == .motterLai { loads = try MotterLaiModel(network, alpha: physics.alpha, work: work).loads }
    intactGrid = grid
    intactLoads = loads
    proven = mechanism == .threshold ? Self.proven(network, physics, step_s) : nil
  }

  private static func choose(_ network: CascadeNetwork) -> (Mechanism, String) {
    let n = max(1, network.count)
    let metrics = network.metrics
    if metrics.demand != nil && (metrics.generation != nil || metrics.generationMax != nil) {
      return (.dcPower, "agents have demand and generation (pd, pg, pgmax): power flows along the links")
    }
    var rated = 0
    for i in 0..<network.count where network.load[i] >= 0 && network.capacity[i] > 0 { rated += 1 }
    let most = 2 * rated >= n && rated > 0
    if most && network.directed && metrics.queue != nil && metrics.linkCalls != nil {
      return (
        .retryQueue, "links carry calls and agents have queues and capacity: slow agents block their callers, who retry"
      )
    }
    if most {
      return (
        .loadSharing,
        "\(rated) of \(network.count) agents have load and capacity: what a failed agent carried passes to its neighbours"
      )
    }
    return (
      .threshold,
      "load and capacity are not known: an agent is taken to fail when it has lost too much of what it depends on"
    )
  }

  /// Agents that have lived for long with failed dependencies have shown that they stand the loss. Long is three times
  /// the mean time that the mechanism gives an agent past its threshold.
  private static func proven(_ network: CascadeNetwork, _ physics: Physics, _ step_s: Double) -> [Double]? {
    guard let silence = network.metrics.silence_s, physics.chance > 0 else { return nil }
    let long = 3 * step_s / physics.chance
    var total = [Double](repeating: 0, count: network.count)
    var lost = total
    func count(_ i: Int, _ j: Int, _ strength: Double) {
      total[i] += strength
      if network.down[j] && silence[j] >= long { lost[i] += strength }
    }
    for k in network.strengths.indices where network.sources[k] != network.targets[k] {
      let (i, j) = (Int(network.sources[k]), Int(network.targets[k]))
      count(i, j, network.strengths[k])
      if !network.directed { count(j, i, network.strengths[k]) }
    }
    return (0..<network.count).map { total[$0] > 0 && lost[$0] > 0 ? lost[$0] / total[$0] : -1 }
  }

  /// The mechanism on a network: the one it was fitted to, or that one changed.
  package func model(_ network: CascadeNetwork, _ work: Work) throws(AuraError) -> any CascadeModel {
    switch mechanism {
    case .loadSharing:
      return try LoadSharingModel(
        network, rule: physics.share, delay: physics.delay, spread: physics.capacityUncertainty)
    case .threshold:
      return try ThresholdModel(
        network, threshold: physics.threshold, chance: physics.chance, spread: physics.thresholdSpread, proven: proven)
    case .contagion: return try ContagionModel(network, probability: physics.contagion, recovery: nil)
    case .contagionSIS:
      return try ContagionModel(network, probability: physics.contagion, recovery: physics.recovery)
    case .dcPower:
      return try DCPowerModel(
        network, alpha: physics.alpha, tolerance: physics.heatTolerance, intact: intactGrid, work: work)
    case .motterLai: return try MotterLaiModel(network, alpha: physics.alpha, loads: intactLoads, work: work)
    case .retryQueue:
      var settings = RetryQueueModel.Settings()
      settings.step_s = step_s
      settings.physics = physics.queue
      return try RetryQueueModel(network, settings)
    }
  }

  /// The numbers that shaped the answer, for the evidence.
  package var parameters: [(name: String, value: Double)] {
    switch mechanism {
    case .loadSharing:
      [("capacity_uncertainty", physics.capacityUncertainty), ("delay_steps", Double(physics.delay))]
    case .threshold:
      [
        ("threshold", physics.threshold), ("threshold_spread", physics.thresholdSpread),
        ("threshold_probability", physics.chance),
      ]
    case .contagion: [("contagion_probability", physics.contagion)]
    case .contagionSIS: [("contagion_probability", physics.contagion), ("recovery", physics.recovery)]
    case .dcPower: [("alpha", physics.alpha), ("heat_tolerance", physics.heatTolerance)]
    case .motterLai: [("alpha", physics.alpha)]
    case .retryQueue:
      [
        ("retries", physics.queue.retries), ("timeout_steps", physics.queue.timeout),
        ("blocking", physics.queue.blocking),
      ]
    }
  }

  /// Worlds that are worth their time when the request names no number.
  package func defaultRuns(_ n: Int) -> Int {
    switch mechanism {
    case .motterLai: n <= 200 ? 64 : 16
    case .dcPower, .retryQueue: n <= 2_000 ? 128 : 32
    default: n <= 200 ? 128 : n <= 5_000 ? 512 : n <= 50_000 ? 128 : 64
    }
  }
}
