package import AuraBase
package import AuraGraph
internal import AuraKernels

/// What is asked of a forecast; the planner and the evidence ask the same.
package struct ForecastQuestion: Sendable {
  /// A mechanism by its name, or "auto".
  package struct Choice: RawRepresentable, CaseIterable, Sendable {
    package let mechanism: Mechanism?

    package init(_ mechanism: Mechanism?) { self.mechanism = mechanism }

    package init?(rawValue: String) {
      mechanism = Mechanism(rawValue: rawValue)
      if mechanism == nil && rawValue != Self.auto.rawValue { return nil }
    }

    package var rawValue: String { mechanism?.rawValue ?? "auto" }
    package static let auto = Choice(nil)
    package static let allCases = [auto] + Mechanism.allCases.map { Choice($0) }
  }

  package var horizon_s = 600.0
  package var step_s = 10.0
  package var runs: Int?
  package var mechanism = Choice.auto
  package var suppose: [AgentID] = []
  package var top = 10
  package var effort = 1.0
  package var healthy_s = 604_800.0
  package var critical_s = 600.0
  package var physics = Physics()
  package init() {}
}

/// Parameters that contain the question of a forecast.
package protocol ForecastParameters: ParameterSet {
  var question: ForecastQuestion { get set }
}

extension ForecastParameters {
  static var questionFields: [Field<Self>] {
    [
      .real("horizon_s", \.question.horizon_s, in: 1e-3...1e9, unit: "s", "How far to look ahead."),
      .real(
        "step_s", \.question.step_s, in: 1e-3...1e6, unit: "s",
        "Length of a simulated step: how fast failure passes one link."),
      .optionalInteger(
        "runs", \.question.runs, in: 1...1_000_000,
        "Worlds to simulate; by default as many as are worth their time, from 16 to 512: see runs in the answer."),
      .choice(
        "mechanism", \.question.mechanism,
        "How failure spreads; auto lets the metrics decide, and the answer says why."),
      .agents("suppose_failed", \.question.suppose, "Agents supposed to fail now, besides those that have failed."),
      .integer("top", \.question.top, in: 0...100_000, "How many to report in detail."),
      .real(
        "loss_effort", \.question.effort, in: 0...1_000, "Work for trying the loss of single agents; 0 for none."),
      .real(
        "healthy_s", \.question.healthy_s, in: 1...1e12, unit: "s", "Mean time to failure of an agent without symptoms."
      ),
      .real(
        "critical_s", \.question.critical_s, in: 1e-3...1e12, unit: "s",
        "Mean time to failure of an agent with a critical symptom."),
      .nested("physics", \.question.physics, "Numbers of the mechanisms that metrics do not give."),
    ]
  }
}

/// What is going to happen: many simulated futures of a network, counted.
///
/// An agent fails by itself, at a rate that its symptoms give, or is pulled down by the mechanism. The first part of
/// its probability is known exactly, so only the second is estimated: among the worlds in which it would not have
/// failed by itself, the share in which it was pulled down. That keeps small probabilities sharp.
package struct Forecast: Sendable {
  package let parameters: ForecastQuestion
  package let network: CascadeNetwork
  package let trends: Trends
  package let hazards: Hazards
  package let fit: Fit
  package let worlds: Worlds
  package let failed: [Int]
  package let tally: Tally
  /// By agent: of failing within the horizon; its standard error; the parts.
  package let probability: [Double]
  package let error: [Double]
  package let own: [Double]
  package let pulled: [Double]
  package let loss: Loss

  package var steps: Int { worlds.steps }

  package static let dicePurpose = 101

  package init(_ view: TopologyView, _ parameters: ForecastQuestion) throws(AuraError) {
    let work = view.work
    let n = view.count
    self.parameters = parameters
    let ratio = (parameters.horizon_s / parameters.step_s).rounded()
    guard ratio <= 100_000 else {
      throw AuraError(.limit, "the horizon is more than 100000 steps", pointer: "/step_s")
    }
    let steps = max(1, Int(ratio))
    var network = try CascadeNetwork(view)
    for i in try view.indices(of: parameters.suppose, parameter: "suppose_failed") { network.down[i] = true }
    self.network = network
    trends = Trends(network)
    hazards = Hazards(network, trends: trends, settings: Self.settings(parameters), steps: steps)
    fit = try Fit(
      network, asked: parameters.mechanism.mechanism, physics: parameters.physics, step_s: parameters.step_s, work: work
    )
    failed = network.failedAlready
    worlds = Worlds(
      dice: work.dice.stream(Self.dicePurpose), runs: parameters.runs ?? fit.defaultRuns(n), steps: steps)
    let model = try fit.model(network, work)
    let shock = Shock(certain: failed, hazards: hazards)
    let already = failed.count
    work.expect(steps: worlds.runs, to: parameters.effort > 0 ? 0.4 : 1)
    let parts = try worlds.play(model, work, shock: { _ in shock }, collector: { Tally(count: n) }) {
      $0.add($1, $2, already: already)
    }
    tally = Tally.sum(parts, count: n)
    var probability = [Double](repeating: 0, count: n)
    var error = probability, own = probability, pulled = probability
    let runs = Double(tally.runs)
    for i in 0..<n {
      if network.down[i] {
        probability[i] = 1
        own[i] = 1
        continue
      }
      let alone = hazards.probability(i)
      let drawn = Double(tally.drawn[i])
      let free = runs - drawn
      let taken = Double(tally.takenFree[i])
      let q = free > 0 ? taken / free : 0
      let first = drawn > 0 ? Double(tally.takenDrawn[i]) / drawn : 0
      probability[i] = alone + (1 - alone) * q
      pulled[i] = alone * first + (1 - alone) * (free > 0 ? (taken - Double(tally.overrun[i])) / free : 0)
      own[i] = probability[i] - pulled[i]
      let smooth = (taken + 0.5) / (free + 1)
      error[i] = (1 - alone) * (smooth * (1 - smooth) / max(1, free)).squareRoot()
    }
    self.probability = probability
    self.error = error
    self.own = own
    self.pulled = pulled
    loss = try Loss(
      network, model, worlds: worlds, failed: failed, effort: parameters.effort, probability: probability,
      work: work)
  }

  package static func settings(_ parameters: ForecastQuestion) -> Hazards.Settings {
    .init(healthy_s: parameters.healthy_s, critical_s: parameters.critical_s, step_s: parameters.step_s)
  }

  /// Mean time to failure of an agent over the worlds in which it failed.
  package func time_s(_ i: Int) -> Double {
    if network.down[i] { return 0 }
    guard tally.failures[i] > 0 else { return .nan }
    return Double(tally.steps[i]) / Double(tally.failures[i]) * parameters.step_s
  }

  /// Living agents, most likely to fail first; ties by position.
  package func ranking(_ top: Int) -> [Int] {
    let order = (0..<network.count).filter { !network.down[$0] && network.isolated[$0] == 0 }
      .sorted { probability[$0] > probability[$1] || (probability[$0] == probability[$1] && $0 < $1) }
    return Array(order.prefix(top))
  }

  /// For each of `agents`: who brought their failures about, most frequent first.
  package func causes(of agents: [Int], limit: Int) -> [[(agent: Int, count: Int)]] {
    var place = [Int32](repeating: -1, count: network.count)
    for (k, i) in agents.enumerated() { place[i] = Int32(k) }
    var found = [[UInt32]](repeating: [], count: agents.count)
    for pair in tally.pairs {
      let k = place[Int(pair & 0xFFFF_FFFF)]
      if k >= 0 { found[Int(k)].append(UInt32(truncatingIfNeeded: pair >> 32)) }
    }
    return found.map { list in
      var out: [(agent: Int, count: Int)] = []
      for cause in list.sorted() {
        if let last = out.last, last.agent == Int(cause) {
          out[out.count - 1].count += 1
        } else {
          out.append((Int(cause), 1))
        }
      }
      out.sort { $0.count > $1.count || ($0.count == $1.count && $0.agent < $1.agent) }
      return Array(out.prefix(limit))
    }
  }

  /// The commonest way from the agent that failed first to the one that was pulled down last.
  package struct Path: Sendable {
    package var agents: [Int] = []
    package var steps: [Int] = []
    /// Share of all worlds with this origin and this last victim, and with exactly this way between them.
    package var endsShare = 0.0
    package var share = 0.0
  }

  package func path(_ work: Work) throws(AuraError) -> Path {
    var counts: [UInt64: Int] = [:]
    var exact: [UInt64: Int] = [:]
    func ends(_ chain: Tally.Chain) -> UInt64 {
      UInt64(UInt32(bitPattern: chain.origin)) << 32 | UInt64(UInt32(bitPattern: chain.last))
    }
    for chain in tally.chains {
      counts[ends(chain), default: 0] += 1
      exact[chain.hash, default: 0] += 1
    }
    var best: Tally.Chain?
    var rank = (0, 0)
    for chain in tally.chains {
      let mine = (counts[ends(chain)] ?? 0, exact[chain.hash] ?? 0)
      if mine > rank {
        rank = mine
        best = chain
      }
    }
    guard let best else { return Path() }
    // That world again, for its steps: the same dice give the same world.
    let trace = try CascadeTrace(count: network.count, steps: worlds.steps)
    let dice = worlds.dice.stream(Int(best.run))
    Shock(certain: failed, hazards: hazards).strike(trace, dice)
    try fit.model(network, work).player(work).play(trace, dice)
    var path = Path()
    var i = Int(best.last)
    while path.agents.count <= trace.failures {
      path.agents.append(i)
      path.steps.append(Int(trace.step[i]))
      if trace.cause[i] < 0 { break }
      i = Int(trace.cause[i])
    }
    path.agents.reverse()
    path.steps.reverse()
    path.endsShare = Double(rank.0) / Double(max(1, tally.runs))
    path.share = Double(rank.1) / Double(max(1, tally.runs))
    return path
  }
}

/// What the loss of single agents would bring (N-1), nothing else failing by itself.
package struct Loss: Sendable {
  /// The agents tried, and how many others fell with each, on average.
  package private(set) var agents: [Int] = []
  package private(set) var further: [Double] = []
  package private(set) var error: [Double] = []
  package private(set) var runs = 0
  /// (agent, victim), one for each fall.
  private var victims: [UInt64] = []

  /// Tries all agents once and, where there is chance, again as long as `effort` lasts: it buys twice the worlds of the
  /// forecast itself. When that is fewer than there are agents, those likeliest to fail are tried.
  init(
    _ network: CascadeNetwork, _ model: any CascadeModel, worlds: Worlds, failed: [Int], effort: Double,
    probability: [Double], work: Work
  ) throws(AuraError) {
    guard effort > 0, network.count > 0 else { return }
    var living = (0..<network.count).filter { !network.down[$0] && network.isolated[$0] == 0 }
    // Twice as many worlds as the forecast itself (but not more than memory for what falls in them).
    let most = max(64, Double(1 << 24) / Double(network.count))
    let allowed = Int(min(most, max(64, 2 * effort * Double(worlds.runs))))
    if living.count + 1 > allowed {
      living.sort { probability[$0] > probability[$1] || (probability[$0] == probability[$1] && $0 < $1) }
      living = living.prefix(allowed - 1).sorted()
    }
    agents = living
    // The last one of each round loses nobody: what falls in it would have fallen anyway.
    let round = living.count + 1
    var sums = [Double](repeating: 0, count: living.count), squares = sums
    let (dice, steps) = (worlds.dice, worlds.steps)
    var mark = [Int32](repeating: -1, count: network.count)
    var serial: Int32 = 0
    func tryOut(_ rounds: Range<Int>) throws(AuraError) {
      let fallen = try Worlds(
        dice: dice, runs: round * rounds.count, steps: steps, offset: rounds.lowerBound, of: round
      )
      .play(
        model, work,
        shock: { run in
          let k = run % round
          return Shock(certain: k < living.count ? failed + [living[k]] : failed)
        }, collector: { [[Int32]]() }
      ) { mine, _, trace in mine.append((0..<trace.failures).map { trace.order[$0] }) }
      let runs = fallen.flatMap { $0 }
      for r in 0..<rounds.count {
        serial += 1
        let anyway = runs[r * round + living.count]
        for i in anyway { mark[Int(i)] = serial }
        for k in living.indices {
          let own = Int32(living[k])
          var others = 0
          for i in runs[r * round + k] {
            if i == own || mark[Int(i)] == serial { continue }
            others += 1
            if victims.count < Tally.pairLimit {
              victims.append(UInt64(UInt32(bitPattern: own)) << 32 | UInt64(UInt32(bitPattern: i)))
            }
          }
          sums[k] += Double(others)
          squares[k] += Double(others * others)
        }
      }
    }
    let more = model.usesChance ? min(15, allowed / round - 1) : 0
    work.expect(steps: round * (1 + max(0, more)))
    try tryOut(0..<1)
    runs = 1
    if more > 0 {
      try tryOut(1..<1 + more)
      runs += more
    }
    let count = Double(runs)
    further = sums.map { $0 / count }
    error = sums.indices.map { k in
      guard runs > 1 else { return model.usesChance ? .nan : 0 }
      let mean = sums[k] / count
      return (max(0, squares[k] / count - mean * mean) / (count - 1)).squareRoot()
    }
    victims.sort()
  }

  /// Whom the loss of an agent pulls down, and how often.
  package func victims(of agent: Int, limit: Int) -> [(agent: Int, probability: Double)] {
    var low = 0
    var high = victims.count
    while low < high {
      let middle = (low + high) / 2
      if Int(victims[middle] >> 32) < agent { low = middle + 1 } else { high = middle }
    }
    var out: [(agent: Int, probability: Double)] = []
    while low < victims.count && Int(victims[low] >> 32) == agent {
      let victim = Int(victims[low] & 0xFFFF_FFFF)
      if let last = out.last, last.agent == victim {
        out[out.count - 1].probability += 1 / Double(runs)
      } else {
        out.append((victim, 1 / Double(runs)))
      }
      low += 1
    }
    out.sort { $0.probability > $1.probability || ($0.probability == $1.probability && $0.agent < $1.agent) }
    return Array(out.prefix(limit))
  }

  package func further(_ agent: Int) -> Double? { agents.firstIndex(of: agent).map { further[$0] } }
}
