package import AuraBase
internal import AuraKernels

/// A plan and its proof.
package struct Plan: Sendable {
  package struct Step: Sendable {
    package let action: Action
    package let cost: Double
    package let effect: Effect
  }

  /// Chosen actions in order; each effect is what it adds to those before it.
  package var steps: [Step] = []
  package var total = Effect()
  /// Single actions that were not chosen, each with its effect alone, best first.
  package var alternatives: [Step] = []
  package var tried = 0
  package var choosingRuns = 0
  package var provingRuns = 0
}

/// The difference between two sets of worlds that met the same luck.
package struct Effect: Sendable {
  /// Mean number of agents out of service within the horizon, those that had failed before included.
  package var without = 0.0
  package var with = 0.0
  package var saved = 0.0
  package var error = 0.0
  /// Change in the probability of a large cascade; negative is good.
  package var large = 0.0

  package init() {}

  package init(_ before: [Int32], _ after: [Int32], large limit: Int) {
    let n = Double(max(1, before.count))
    var sum = 0.0, squares = 0.0, first = 0.0, second = 0.0, largeBefore = 0, largeAfter = 0
    for k in before.indices where k < after.count {
      let difference = Double(before[k]) - Double(after[k])
      sum += difference
      squares += difference * difference
      first += Double(before[k])
      second += Double(after[k])
      if Int(before[k]) >= limit { largeBefore += 1 }
      if Int(after[k]) >= limit { largeAfter += 1 }
    }
    without = first / n
    with = second / n
    saved = sum / n
    error = n > 1 ? (max(0, squares / n - saved * saved) / (n - 1)).squareRoot() : 0
    large = Double(largeAfter - largeBefore) / n
  }
}

/// Looks for the actions that save most agents for their cost.
///
/// Candidates are actions at the agents that the forecast puts on the way of failure. They are chosen greedily, most
/// agents saved for the cost first, with lazy evaluation; a second choice by agents saved alone guards against a
/// bargain that leaves no room for what matters. What is chosen is then tried on worlds that had no part in the
/// choice: an action that does not help there is dropped, and the figures reported come from a third set of worlds.
///
/// - Complexity: O(candidates x worlds x cost of a world).
/// - Source: lazy greedy choice after Leskovec et al. 2007, doi:10.1145/1281192.1281239 (exact for submodular gains;
///   cascades need not have them, so a re-evaluated gain may rise and the choice is then only near-greedy).
package struct Planner {
  package struct Settings: Sendable {
    package var budget = 3.0
    package var costs = Costs()
    package var kinds: Set<Action.Kind> = Set(Action.Kind.allCases)
    package var capacityFactor = 1.5
    package var shedShare = 0.3
    package var shiftShare = 0.5
    package var reweightFactor = 0.5
    package var targets = 12
    package var maxActions = 10
    package var choosingRuns: Int?
    package var provingRuns: Int?
    package var protected: Set<Int> = []
    package init() {}
  }

  let forecast: Forecast
  let settings: Settings
  let work: Work
  private let seeds: (choose: Dice, check: Dice, prove: Dice)
  private let choosing: Int
  private let proving: Int
  let largeLimit: Int

  package init(_ forecast: Forecast, _ settings: Settings, work: Work) {
    self.forecast = forecast
    self.settings = settings
    self.work = work
    let dice = work.dice.stream(202)
    seeds = (dice.stream(1), dice.stream(2), dice.stream(3))
    let runs = forecast.tally.runs
    choosing = settings.choosingRuns ?? max(16, min(runs, forecast.network.count <= 2_000 ? 128 : 48))
    proving = settings.provingRuns ?? max(64, 2 * runs)
    largeLimit = forecast.failed.count + forecast.largeSize
  }

  /// The network and what fails by itself in it, with the actions taken.
  private func world(_ actions: [Action]) -> (network: CascadeNetwork, shock: Shock, givenUp: Int32) {
    var network = forecast.network
    for action in actions { network = network.changed(by: action.changes(network)) }
    let hazards = Hazards(
      network, trends: forecast.trends, settings: Forecast.settings(forecast.parameters), steps: forecast.steps)
    let shock = Shock(certain: network.failedAlready, hazards: hazards)
    return (network, shock, Int32(truncatingIfNeeded: network.givenUp))
  }

  /// Agents out of service in each world, with the actions taken; `further` leaves out those that have failed already.
  package func losses(
    _ actions: [Action], _ dice: Dice, _ runs: Int, further: Bool = false
  ) throws(AuraError) -> [Int32] {
    let (network, shock, givenUp) = world(actions)
    let down = forecast.network.down
    return try Worlds(dice: dice, runs: runs, steps: forecast.steps).play(
      try forecast.fit.model(network, work), work, shock: { _ in shock }, collector: { [Int32]() }
    ) { mine, _, trace in
      var lost = trace.failures
      if further {
        let order = trace.order
        for k in 0..<trace.failures where down[Int(order[k])] { lost -= 1 }
      }
      mine.append(Int32(truncatingIfNeeded: lost) + givenUp)
    }.flatMap { $0 }
  }

  /// The same on the proving worlds, and in how many of them each agent is lost.
  func play(_ actions: [Action]) throws(AuraError) -> (losses: [Int32], agents: [Int32]) {
    let (network, shock, givenUp) = world(actions)
    let n = network.count
    let tallies = try Worlds(dice: seeds.prove, runs: proving, steps: forecast.steps).play(
      try forecast.fit.model(network, work), work, shock: { _ in shock }, collector: { Tally(count: n) }
    ) { $0.add($1, $2) }
    let tally = Tally.sum(tallies, count: n)
    var agents = tally.failures
    for i in 0..<n where network.isolated[i] != 0 && !network.down[i] { agents[i] += Int32(tally.runs) }
    return (tally.sizes.map { $0 + givenUp }, agents)
  }

  private static func mean(_ losses: [Int32]) -> Double {
    var sum = 0
    for loss in losses { sum += Int(loss) }
    return Double(sum) / Double(max(1, losses.count))
  }

  /// Agents worth acting on: those that fail most, those that pull most others down, those that have failed and still do.
  func targets() -> [Int] {
    let n = forecast.network.count
    let limit = settings.targets
    var blame = [Int](repeating: 0, count: n)
    for pair in forecast.tally.pairs { blame[Int(pair >> 32)] += 1 }
    func best(_ score: (Int) -> Double) -> [Int] {
      let scores = (0..<n).map(score)
      return (0..<n).filter { scores[$0] > 0 }
        .sorted { scores[$0] > scores[$1] || (scores[$0] == scores[$1] && $0 < $1) }.prefix(limit).map { $0 }
    }
    var chosen = Set(best { Double(blame[$0]) })
    chosen.formUnion(best { forecast.network.down[$0] ? 0 : forecast.own[$0] })
    chosen.formUnion(best { forecast.network.down[$0] ? 0 : forecast.pulled[$0] })
    chosen.formUnion(
      best {
        let p = forecast.probability[$0]
        return forecast.network.down[$0] ? 0 : p * (1 - p) * Double(1 + blame[$0])
      })
    chosen.formUnion(
      forecast.failed.sorted { blame[$0] > blame[$1] || (blame[$0] == blame[$1] && $0 < $1) }.prefix(limit))
    return chosen.subtracting(settings.protected).sorted()
  }

  /// Kinds that mean something for a mechanism.
  static func kinds(_ mechanism: Mechanism) -> Set<Action.Kind> {
    switch mechanism {
    case .loadSharing: [.isolate, .shed, .shift, .capacity, .link, .restart, .drain]
    case .threshold: [.isolate, .shed, .capacity, .link, .reweight, .restart]
    case .contagion, .contagionSIS: [.isolate, .capacity, .reweight, .restart]
    case .dcPower: [.shed, .capacity, .link, .restart]
    case .retryQueue: [.isolate, .shed, .capacity, .reweight, .restart]
    case .motterLai: [.capacity, .link, .restart]
    }
  }

  package func candidates() throws(AuraError) -> [Action] {
    let network = forecast.network
    let kinds = Self.kinds(forecast.fit.mechanism).intersection(settings.kinds)
    let trips = forecast.causesOfTrouble
    var out: [Action] = []
    func add(_ kind: Action.Kind, _ targets: [Int], _ value: Double = 0) {
      if kinds.contains(kind) && !targets.contains(where: settings.protected.contains) {
        out.append(Action(kind, targets, value))
      }
    }
    let targets = targets()
    let causes = forecast.causes(of: targets, limit: 2)
    for (place, i) in targets.enumerated() {
      try work.spend(network.count + network.strengths.count)
      let down = network.down[i]
      let near = network.neighbours(of: i)
      let knowsLoad = network.load[i] > 0
      add(.isolate, [i])
      // Somebody else has to do its work during the restart: only where the loss of the agent hurts nobody.
      if down || ((forecast.loss.further(i) ?? 1) <= 0.05 && trips[i]) { add(.restart, [i]) }
      if knowsLoad || forecast.fit.mechanism == .dcPower || forecast.fit.mechanism == .retryQueue {
        if !down { add(.shed, [i], settings.shedShare) }
      }
      if !down { add(.capacity, [i], settings.capacityFactor) }
      if knowsLoad {
        if !near.isEmpty && !down { add(.drain, [i]) }
        var best: (Int, Double)?
        for j in near where !network.down[j] {
          let free = network.capacity[j] - network.load[j]
          if free > best?.1 ?? 0 { best = (j, free) }
        }
        if let best, !down { add(.shift, [i, best.0], settings.shiftShare) }
      }
      if kinds.contains(.reweight) && !down {
        // What pulls it down most often.
        for cause in causes[place] where near.contains(cause.agent) {
          add(.reweight, [i, cause.agent], settings.reweightFactor)
        }
      }
      if kinds.contains(.link), let j = partner(of: i, near) {
        let own = network.strengths.indices.filter {
          Int(network.sources[$0]) == i || Int(network.targets[$0]) == i
        }.map { network.strengths[$0] }.filter { $0 > 0 }.sorted()
        add(.link, [i, j], own.isEmpty ? 1 : own[own.count / 2])
      }
    }
    return out
  }

  /// Whom to link an agent with: a stranger that is likely to live and has most room.
  private func partner(of i: Int, _ near: [Int]) -> Int? {
    let network = forecast.network
    var best: (agent: Int, score: Double)?
    let known = Set(near)
    for j in 0..<network.count where j != i && !network.down[j] && network.isolated[j] == 0 && !known.contains(j) {
      let room = network.capacity[j] - network.load[j]
      let score = (1 - forecast.probability[j]) * (room > 0 ? room : room.isNaN ? 1 : 0)
      if score > best?.score ?? 0 { best = (j, score) }
    }
    return best?.agent
  }

  package func plan() throws(AuraError) -> Plan {
    var plan = Plan()
    plan.choosingRuns = choosing
    plan.provingRuns = proving
    let affordable = try candidates().filter { settings.costs.of($0.kind) <= settings.budget }
    plan.tried = affordable.count
    if affordable.isEmpty { return plan }
    work.expect(steps: (1 + affordable.count) * choosing, to: 0.4)
    let base = Self.mean(try losses([], seeds.choose, choosing))
    var single: [Double] = []
    for action in affordable { single.append(base - Self.mean(try losses([action], seeds.choose, choosing))) }
    // How often a gain has to be looked at again nobody knows; as often as there are actions is much.
    work.expect(steps: affordable.count * choosing, to: 0.7)
    let thrifty = try choose(affordable, single, base, byCost: true)
    let greedy = try choose(affordable, single, base, byCost: false)
    var chosen = thrifty.gain >= greedy.gain ? thrifty.actions : greedy.actions
    work.expect(steps: (2 + 2 * chosen.count) * proving, to: 0.9)
    // On other worlds: what does not help there was luck.
    var before = try losses([], seeds.check, proving)
    var kept: [Action] = []
    for action in chosen {
      let after = try losses(kept + [action], seeds.check, proving)
      if Effect(before, after, large: largeLimit).saved > 0 {
        kept.append(action)
        before = after
      }
    }
    chosen = kept
    let bare = try losses([], seeds.prove, proving)
    before = bare
    for k in chosen.indices {
      let after = try losses(Array(chosen[...k]), seeds.prove, proving)
      plan.steps.append(
        .init(
          action: chosen[k], cost: settings.costs.of(chosen[k].kind), effect: Effect(before, after, large: largeLimit)))
      before = after
    }
    plan.total = Effect(bare, before, large: largeLimit)
    let others = affordable.indices.filter { single[$0] > 0 && !chosen.contains(affordable[$0]) }
      .sorted { single[$0] > single[$1] || (single[$0] == single[$1] && $0 < $1) }
    let further = others.prefix(min(5, forecast.parameters.top))
    work.expect(steps: further.count * proving)
    for k in further {
      let effect = Effect(bare, try losses([affordable[k]], seeds.prove, proving), large: largeLimit)
      plan.alternatives.append(
        .init(action: affordable[k], cost: settings.costs.of(affordable[k].kind), effect: effect))
    }
    plan.alternatives.sort { $0.effect.saved > $1.effect.saved }
    return plan
  }

  private func choose(
    _ actions: [Action], _ single: [Double], _ base: Double, byCost: Bool
  ) throws(AuraError) -> (actions: [Action], gain: Double) {
    var chosen: [Action] = []
    var now = base
    var left = settings.budget
    func rate(_ k: Int, _ gain: Double) -> Double {
      byCost ? gain / max(1e-9, settings.costs.of(actions[k].kind)) : gain
    }
    // (rate, gain, round in which it was computed)
    var queue = actions.indices.map { (k: $0, gain: single[$0], round: 0) }
    while chosen.count < settings.maxActions {
      queue.removeAll { settings.costs.of(actions[$0.k].kind) > left + 1e-9 }
      var found = false
      while !queue.isEmpty {
        var top = 0
        for q in queue.indices.dropFirst() {
          let a = rate(queue[q].k, queue[q].gain), b = rate(queue[top].k, queue[top].gain)
          if a > b || (a == b && queue[q].k < queue[top].k) { top = q }
        }
        if queue[top].gain <= 1e-9 { return (chosen, base - now) }
        if queue[top].round == chosen.count {
          chosen.append(actions[queue[top].k])
          left -= settings.costs.of(actions[queue[top].k].kind)
          now -= queue[top].gain
          queue.remove(at: top)
          found = true
          break
        }
        queue[top].gain = now - Self.mean(try losses(chosen + [actions[queue[top].k]], seeds.choose, choosing))
        queue[top].round = chosen.count
      }
      if !found { break }
    }
    return (chosen, base - now)
  }
}

extension Forecast {
  /// Agents that a restart could help: something other than their load makes them likely to fail.
  var causesOfTrouble: [Bool] {
    (0..<network.count).map { i in hazards.contributions(i).contains { $0.symptom != .utilisation } }
  }
}
