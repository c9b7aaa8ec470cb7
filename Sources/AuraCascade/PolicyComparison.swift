package import AuraBase
package import AuraGraph
internal import AuraKernels

/// The planner against simple policies at equal budget, on the same worlds.
///
/// A scenario is a topology, a mechanism and made-up metrics (loads by degree, reserves, a few sick agents, one hub
/// that has failed). Each policy makes `k` agents tougher by the same factor; the planner may do that too, and, in a
/// second row, anything else that costs the same. Figures come from worlds that no policy has seen.
package enum PolicyComparison {
  package enum Policy: String, CaseIterable, Sendable {
    case nothing, random, degree, betweenness
    case collectiveInfluence = "collective_influence"
    case probability
    case planner = "planner_same_kind"
    case plannerAny = "planner_any_kind"
  }

  package struct Row: Sendable {
    package let topology: String
    package let mechanism: String
    package let agents: Int
    package let actions: Int
    /// Mean agents that fail within the horizon, by policy; the hub that has failed before does not count.
    package let lost: [Policy: Double]
    /// Standard error of what the planner with the same kind saves over the best simple policy, world by world.
    package let error: Double

    /// Failures that a policy prevents, as a share of those without it.
    package func reduction(_ policy: Policy) -> Double {
      guard let bare = lost[.nothing], let mine = lost[policy], bare > 0 else { return 0 }
      return (bare - mine) / bare
    }
  }

  package struct Settings: Sendable {
    package var budgetShare = 0.05
    package var factor = 1.6
    package var runs = 256
    package var provingRuns = 1_024
    package var mechanisms: [Mechanism] = [.loadSharing, .threshold, .contagion, .retryQueue]
    package init() {}
  }

  /// Metrics for a topology that has none, so that a cascade is possible but not sure.
  package static func scenario(_ topology: Topology, seed: UInt64) throws(AuraError) -> Topology {
    let n = topology.agentCount
    let dice = Dice(seed: seed)
    var degree = [Double](repeating: 0, count: n)
    let structure = topology.structure
    for k in 0..<structure.linkCount {
      degree[Int(structure.sources[k])] += 1
      degree[Int(structure.targets[k])] += 1
    }
    var load: [Double] = [], capacity: [Double] = [], errors: [Double] = []
    for i in 0..<n {
      load.append((1 + degree[i]) * (0.6 + 0.8 * dice.uniform(4 * i)))
      capacity.append(load[i] * (1.15 + 0.75 * dice.uniform(4 * i + 1)))
      errors.append(dice.uniform(4 * i + 2) < 0.12 ? 0.2 + 0.4 * dice.uniform(4 * i + 3) : 0.01)
    }
    // One of the better linked agents has failed.
    let ranked = (0..<n).sorted { degree[$0] > degree[$1] || (degree[$0] == degree[$1] && $0 < $1) }
    var status = [String?](repeating: nil, count: n)
    if n > 0 { status[ranked[dice.integer(-1, below: max(1, n / 8))]] = "failed" }
    var links: [(source: Int32, target: Int32)] = []
    for k in 0..<structure.linkCount { links.append((structure.sources[k], structure.targets[k])) }
    return try Topology(
      count: n, directed: structure.directed, links: links,
      metrics: [("capacity", capacity), ("error_rate", errors), ("load", load)],
      linkMetrics: topology.linkMetrics.filter { $0.name == "weight" || $0.name == "strength" }
        .map { ($0.name, $0.values.array) }, status: status)
  }

  /// Morone and Makse 2015, doi:10.1038/nature14604, radius 2.
  static func collectiveInfluence(_ rows: WeightedRows) -> [Double] {
    let n = rows.count
    let s = rows.starts.span, v = rows.neighbours.span
    var out = [Double](repeating: 0, count: n)
    var seen = [Int32](repeating: -1, count: n)
    func degree(_ i: Int) -> Int { Int(s[i + 1] - s[i]) }
    for i in 0..<n {
      let mine = Int32(i)
      seen[i] = mine
      var ring: [Int] = []
      for e in Int(s[i])..<Int(s[i + 1]) {
        ring.append(Int(v[e]))
        seen[Int(v[e])] = mine
      }
      var sum = 0
      for j in ring {
        for e in Int(s[j])..<Int(s[j + 1]) where seen[Int(v[e])] != mine {
          seen[Int(v[e])] = mine
          sum += degree(Int(v[e])) - 1
        }
      }
      out[i] = Double((degree(i) - 1) * sum)
    }
    return out
  }

  package static func row(
    _ name: String, _ topology: Topology, _ mechanism: Mechanism, _ settings: Settings = .init(), seed: UInt64 = 1,
    pool: WorkerPool? = nil
  ) throws(AuraError) -> Row {
    let work = Work(pool: pool, seed: seed)
    let view = TopologyView(try scenario(topology, seed: seed), work: work)
    var question = ForecastQuestion()
    question.mechanism = .init(mechanism)
    question.runs = settings.runs
    let forecast = try Forecast(view, question)
    let n = view.count
    let k = max(1, min(6, Int((settings.budgetShare * Double(n)).rounded(.up))))
    var plan = Planner.Settings()
    plan.budget = Double(k)
    plan.maxActions = k
    plan.capacityFactor = settings.factor
    plan.choosingRuns = settings.runs
    plan.provingRuns = settings.provingRuns
    plan.targets = max(12, 2 * k)
    let rows = try forecast.network.rows(
      .both, strengths: [Double](repeating: 1, count: forecast.network.strengths.count))
    let degree = (0..<n).map { Double(rows.starts[$0 + 1] - rows.starts[$0]) }
    let between = try AuraKernels.MotterLai.intactLoads(rows, work: work).array
    let influence = collectiveInfluence(rows)
    let proof = work.dice.stream(909)
    func losses(_ actions: [Action]) throws(AuraError) -> [Int32] {
      try Planner(forecast, plan, work: work).losses(actions, proof, settings.provingRuns, further: true)
    }
    func tougher(_ agents: [Int]) -> [Action] { agents.map { Action(.capacity, [$0], settings.factor) } }
    func best(_ score: [Double]) -> [Int] {
      (0..<n).filter { !forecast.network.down[$0] }
        .sorted { score[$0] > score[$1] || (score[$0] == score[$1] && $0 < $1) }.prefix(k).map { $0 }
    }
    func mean(_ losses: [Int32]) -> Double {
      losses.reduce(0.0) { $0 + Double($1) } / Double(max(1, losses.count))
    }
    var lost: [Policy: Double] = [:]
    lost[.nothing] = mean(try losses([]))
    var blind = 0.0
    for draw in 0..<8 {
      let luck = work.dice.stream(1_000 + draw)
      blind += mean(try losses(tougher(best((0..<n).map { luck.uniform($0) })))) / 8
    }
    lost[.random] = blind
    var strongest: [Int32] = []
    for (policy, score) in [
      (Policy.degree, degree), (.betweenness, between), (.collectiveInfluence, influence),
      (.probability, forecast.probability),
    ] {
      let found = try losses(tougher(best(score)))
      lost[policy] = mean(found)
      if strongest.isEmpty || mean(found) < mean(strongest) { strongest = found }
    }
    plan.kinds = [.capacity]
    let same = try losses(try Planner(forecast, plan, work: work).plan().steps.map(\.action))
    lost[.planner] = mean(same)
    plan.kinds = Set(Action.Kind.allCases)
    var unit = Costs()
    for path in [\Costs.isolate, \.shed, \.shift, \.capacity, \.link, \.reweight, \.restart, \.drain] {
      unit[keyPath: path] = 1
    }
    plan.costs = unit
    lost[.plannerAny] = mean(try losses(try Planner(forecast, plan, work: work).plan().steps.map(\.action)))
    return Row(
      topology: name, mechanism: mechanism.rawValue, agents: n, actions: k, lost: lost,
      error: Effect(strongest, same, large: .max).error)
  }
}
