package import AuraBase
package import AuraGraph
package import AuraKernels

/// A network as cascades see it: links with strengths, what agents carry and stand, and their symptoms. A value:
/// changing it (an action, a what-if) makes another network, and every mechanism is fitted to whichever it is given.
package struct CascadeNetwork: Sendable {
  package let count: Int
  package let directed: Bool
  package var sources: [Int32]
  package var targets: [Int32]
  /// Strength of each link; 0 takes it out.
  package var strengths: [Double]
  /// Links that the topology has; those beyond were added.
  package let originalLinks: Int
  /// Not a number where unknown, as in every metric.
  package var load: [Double]
  package var capacity: [Double]
  /// How much tougher than found each agent has been made (1: as found).
  package var boost: [Double]
  /// Agents that have failed already.
  package var down: [Bool]
  /// Agents taken out on purpose: they pull nobody down.
  package var isolated: [UInt8]
  /// Agents that get no work any more, though they live.
  package var drained: [Bool]
  /// Agents whose symptoms a restart has cleared.
  package var restarted: [Bool]
  /// Part of the outside demand that is still let in.
  package var admitted: [Double]
  package let metrics: Metrics

  /// What was measured and does not change with an action.
  package struct Metrics: Sendable {
    package var errorRate: Column<Double>?
    package var queue: Column<Double>?
    package var latency_ms: Column<Double>?
    package var attempts: Column<Double>?
    package var memory: Column<Double>?
    package var memoryLimit: Column<Double>?
    package var silence_s: Column<Double>?
    package var calls_per_s: Column<Double>?
    package var status: TextColumn?
    package var demand: Column<Double>?
    package var generation: Column<Double>?
    package var generationMax: Column<Double>?
    package var reactance: Column<Double>?
    package var linkCapacity: Column<Double>?
    package var linkCalls: Column<Double>?
    package var history: History = History()
    package var time: Double?
  }

  /// - Throws: what `TopologyView.strengths` throws.
  package init(_ view: TopologyView) throws(AuraError) {
    let topology = view.topology
    let n = view.count
    // About what a forecast with all its worlds takes.
    try Memory.makeSureOfRoom(bytes: 2_048 * n + 128 * view.linkCount)
    count = n
    directed = view.directed
    sources = view.sources.array
    targets = view.targets.array
    strengths = try view.strengths()?.array ?? [Double](repeating: 1, count: view.linkCount)
    originalLinks = view.linkCount
    let unknown = [Double](repeating: .nan, count: n)
    load = topology.metric("load")?.array ?? unknown
    capacity = topology.metric("capacity")?.array ?? unknown
    boost = [Double](repeating: 1, count: n)
    isolated = [UInt8](repeating: 0, count: n)
    restarted = [Bool](repeating: false, count: n)
    drained = restarted
    admitted = [Double](repeating: 1, count: n)
    down = [Bool](repeating: false, count: n)
    if let status = topology.text("status") {
      let failed = status.words.map { $0 == "down" || $0 == "failed" }
      for i in 0..<n {
        let code = Int(status.codes[i])
        if code >= 0 { down[i] = failed[code] }
      }
    }
    var metrics = Metrics()
    metrics.errorRate = topology.metric("error_rate")
    metrics.queue = topology.metric("queue")
    metrics.latency_ms = topology.metric("latency_ms")
    metrics.attempts = topology.metric("attempts_per_call")
    metrics.memory = topology.metric("memory_bytes")
    metrics.memoryLimit = topology.metric("memory_limit_bytes")
    metrics.silence_s = topology.metric("liveness_age_s")
    metrics.calls_per_s = topology.metric("calls_per_s")
    metrics.status = topology.text("status")
    metrics.demand = topology.metric("pd")
    metrics.generation = topology.metric("pg")
    metrics.generationMax = topology.metric("pgmax")
    metrics.reactance = topology.linkMetric("x")
    metrics.linkCapacity = topology.linkMetric("capacity")
    metrics.linkCalls = topology.linkMetric("calls_per_s")
    metrics.history = topology.history
    metrics.time = topology.time
    self.metrics = metrics
  }

  /// Positions of the agents that have failed already.
  package var failedAlready: [Int] { (0..<count).filter { down[$0] } }

  /// Agents that are lost because they were taken out on purpose while alive.
  package var givenUp: Int {
    var total = 0
    for i in 0..<count where isolated[i] != 0 && !down[i] { total += 1 }
    return total
  }

  package func rows(_ sense: Adjacency.Sense, strengths: [Double]? = nil) throws(AuraError) -> WeightedRows {
    let strengths = strengths ?? self.strengths
    return try WeightedRows(
      count: count, sources: sources.span, targets: targets.span, strengths: strengths.span,
      sense: directed ? sense : .both)
  }
}

/// One thing done to a network, in the terms of the models.
package enum Change: Sendable, Hashable {
  /// The agent is given `factor` times what it could carry (or tolerate).
  case capacity(agent: Int, factor: Double)
  /// The agent refuses this share of its load.
  case shed(agent: Int, share: Double)
  /// This share of the load of one agent goes to another.
  case shift(from: Int, to: Int, share: Double)
  /// The agent's load goes to its neighbours as far as they have room.
  case drain(agent: Int)
  /// Nobody depends on the agent any more, and it takes no load from others. It counts as lost.
  case isolate(agent: Int)
  /// The agent comes back without symptoms.
  case restart(agent: Int)
  case reweight(link: Int, factor: Double)
  case link(source: Int, target: Int, strength: Double)
}

extension CascadeNetwork {
  /// How full a neighbour may become when load is moved to it on purpose.
  static let safeFill = 0.8

  /// The network after the changes, in order. Changes that name nothing that exists do nothing.
  package func changed(by changes: [Change]) -> CascadeNetwork {
    var out = self
    for change in changes { out.apply(change) }
    return out
  }

  private mutating func apply(_ change: Change) {
    func exists(_ i: Int) -> Bool { i >= 0 && i < count }
    switch change {
    case .capacity(let i, let factor):
      guard exists(i) else { return }
      capacity[i] *= factor
      boost[i] *= factor
    case .shed(let i, let share):
      guard exists(i) else { return }
      load[i] *= 1 - share
      admitted[i] *= 1 - share
    case .shift(let i, let j, let share):
      guard exists(i), exists(j), load[i] > 0 else { return }
      let moved = load[i] * share
      load[i] -= moved
      load[j] = (load[j].isNaN ? 0 : load[j]) + moved
    case .drain(let i):
      guard exists(i), load[i] > 0 else { return }
      var room: [(Int, Double)] = []
      for j in neighbours(of: i) where !down[j] && isolated[j] == 0 {
        let free = Self.safeFill * capacity[j] - load[j]
        if free > 0 { room.append((j, free)) }
      }
      let total = room.reduce(0) { $0 + $1.1 }
      guard total > 0 else { return }
      let moved = min(load[i], total)
      for (j, free) in room { load[j] += moved * free / total }
      load[i] -= moved
      drained[i] = true
    case .isolate(let i):
      guard exists(i) else { return }
      isolated[i] = 1
      for k in strengths.indices where Int(sources[k]) == i || Int(targets[k]) == i { strengths[k] = 0 }
    case .restart(let i):
      guard exists(i) else { return }
      down[i] = false
      restarted[i] = true
    case .reweight(let k, let factor):
      guard strengths.indices.contains(k) else { return }
      strengths[k] *= factor
    case .link(let i, let j, let strength):
      guard exists(i), exists(j), i != j else { return }
      sources.append(Int32(truncatingIfNeeded: i))
      targets.append(Int32(truncatingIfNeeded: j))
      strengths.append(strength)
    }
  }

  /// Agents linked with `i`, whatever the direction, ascending, each once. O(*m*).
  package func neighbours(of i: Int) -> [Int] {
    var found: [Int] = []
    for k in strengths.indices where strengths[k] > 0 {
      if Int(sources[k]) == i && Int(targets[k]) != i { found.append(Int(targets[k])) }
      if Int(targets[k]) == i && Int(sources[k]) != i { found.append(Int(sources[k])) }
    }
    found.sort()
    var out: [Int] = []
    for j in found where out.last != j { out.append(j) }
    return out
  }
}
