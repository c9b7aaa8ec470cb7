package import AuraBase

/// A failed agent's load passes to its living neighbours; whoever then carries more than it can, fails a step later.
///
/// All agents that fail in one step hand over at the same time, by what their neighbours had free before it. Load
/// without a living neighbour to take it is lost, as is the load of an isolated agent.
///
/// - Complexity: O(links of the failed agents) a run.
/// - Source: local redistribution after Wang and Rong 2009, doi:10.1016/j.ssci.2009.02.002 (in proportion to load);
///   capacity as a fixed multiple of load after Motter and Lai 2002, doi:10.1103/PhysRevE.66.065102. Sharing by free
///   capacity is what a load balancer that knows its targets does.
package struct LoadSharing {
  /// What a neighbour's part is proportional to.
  package enum Rule: Sendable { case freeCapacity, strength, load }

  let rows: WeightedRows
  let start: Column<Double>
  let capacity: Column<Double>
  let isolated: Column<UInt8>
  let rule: Rule
  let delay: Int
  let spread: Double
  private let load: Slab<Double>
  private let incoming: Slab<Double>
  private let most: Slab<Double>
  private let giver: Slab<Int32>
  private let now: Slab<Int32>  // who was given something in this step
  private let ever: Slab<Int32>  // who was given something in this run
  private let dead: Slab<Int32>  // who failed in this run
  private let counts: Slab<Int>  // of `ever`, of `dead`
  /// What each agent's part is proportional to, by the rule, before link strengths; 0 for those that take nothing.
  private let weight: Slab<Double>
  private let startWeight: Slab<Double>

  /// - Parameters:
  ///   - isolated: 1 for agents whose failure passes nothing on and which take nothing.
  ///   - delay: steps from overload to failure, at least 1.
  ///   - spread: how uncertain capacities are (relative standard deviation); a world draws each once. An agent that
  ///     lives with its present load is known to stand at least that.
  package init(
    rows: WeightedRows, load: Column<Double>, capacity: Column<Double>, isolated: Column<UInt8>,
    rule: Rule, delay: Int = 1, spread: Double = 0
  ) throws(AuraError) {
    self.rows = rows
    start = load
    self.capacity = capacity
    self.isolated = isolated
    self.rule = rule
    self.delay = max(1, delay)
    self.spread = spread
    self.load = try Slab(repeating: 0, count: rows.count)
    self.load.copy(from: load.span)
    incoming = try Slab(repeating: 0, count: rows.count)
    most = try Slab(repeating: 0, count: rows.count)
    giver = try Slab(repeating: -1, count: rows.count)
    now = try Slab(repeating: 0, count: rows.count)
    ever = try Slab(repeating: 0, count: rows.count)
    dead = try Slab(repeating: 0, count: rows.count)
    counts = try Slab(repeating: 0, count: 2)
    weight = try Slab(repeating: 0, count: rows.count)
    startWeight = try Slab(repeating: 0, count: rows.count)
    for j in 0..<rows.count where isolated[j] == 0 {
      startWeight[j] = Self.weight(rule, load: load[j], capacity: capacity[j])
    }
    weight.copy(from: startWeight)
  }

  @inline(__always)
  private static func weight(_ rule: Rule, load: Double, capacity: Double) -> Double {
    switch rule {
    case .freeCapacity: max(0, capacity - load)
    case .strength: 1
    case .load: load
    }
  }

  /// Plays one world to its end: `trace` holds the failures that come by themselves.
  package func run(_ trace: CascadeTrace, dice: Dice) {
    let load = load, most = most, giver = giver, ever = ever, now = now, weight = weight, startWeight = startWeight
    let before = start.span, limit = capacity.span
    for k in 0..<counts[0] {
      let j = Int(ever[k])
      load[j] = before[j]
      most[j] = 0
      giver[j] = -1
      weight[j] = startWeight[j]
    }
    for k in 0..<counts[1] {
      let i = Int(dead[k])
      weight[i] = startWeight[i]
    }
    counts[0] = 0
    counts[1] = 0
    let luck = dice.stream(Purpose.tolerance)
    // The bell ends at 3.5: whatever is drawn, an agent stands the first of these much, and not more than the second.
    let surely = max(0.05, 1 - 3.5 * spread)
    let never = 1 + 3.5 * spread
    for t in 0...trace.steps {
      if trace.isQuiet { return }
      let fresh = trace.advance(to: t)
      if fresh.isEmpty { continue }
      let given = handOver(trace, fresh)
      for k in 0..<given {
        let j = Int(now[k])
        var bound = limit[j]
        if load[j] <= bound * surely { continue }
        // The dice are asked only where they decide.
        if spread > 0 && load[j] <= max(bound * never, before[j]) * (1 + 1e-9) {
          bound = max(bound * max(0.05, 1 + spread * luck.bell(j)), before[j])
        }
        if load[j] > bound * (1 + 1e-9) { trace.pullDown(now[k], at: t + delay, cause: giver[j]) }
      }
    }
  }

  /// Moves the load of those that fail now; returns how many agents were given some.
  private func handOver(_ trace: CascadeTrace, _ fresh: Range<Int>) -> Int {
    let incoming = incoming, most = most, giver = giver, load = load, now = now, ever = ever, weight = weight
    let order = trace.order
    let s = rows.starts.span, v = rows.neighbours.span, w = rows.strengths.span
    let capacity = capacity.span, isolated = isolated.span
    let byStrength = rule == .strength
    for k in fresh {
      weight[Int(order[k])] = 0
      dead[counts[1]] = order[k]
      counts[1] &+= 1
    }
    var given = 0
    for k in fresh {
      let i = Int(order[k])
      let carried = load[i]
      if isolated[i] != 0 || !(carried > 0) { continue }
      let row = Int(s[i])..<Int(s[i &+ 1])
      var total = 0.0
      if byStrength {
        for e in row { total += w[unchecked: e] * weight[unchecked: Int(v[unchecked: e])] }
      } else {
        for e in row { total += weight[unchecked: Int(v[unchecked: e])] }
      }
      // Nobody has anything free: by what each could carry when idle.
      let byRoom = !(total > 0)
      if byRoom { total = room(trace, row) }
      if !(total > 0) { continue }
      let part = carried / total
      for e in row {
        let j = Int(v[unchecked: e])
        let amount: Double
        if byRoom {
          amount = takes(trace, j) ? part * capacity[unchecked: j] : 0
        } else {
          let share = weight[unchecked: j]
          if share == 0 { continue }
          amount = byStrength ? part * (w[unchecked: e] * share) : part * share
        }
        if !(amount > 0) { continue }
        let sum = incoming[unchecked: j]
        if sum == 0 {
          now[given] = v[unchecked: e]
          given &+= 1
        }
        incoming[unchecked: j] = sum + amount
        let top = most[unchecked: j]
        if amount > top {
          if top == 0 {
            ever[counts[0]] = v[unchecked: e]
            counts[0] &+= 1
          }
          most[unchecked: j] = amount
          giver[unchecked: j] = Int32(truncatingIfNeeded: i)
        }
      }
    }
    for k in 0..<given {
      let j = Int(now[k])
      load[j] += incoming[j]
      incoming[j] = 0
      weight[j] = Self.weight(rule, load: load[j], capacity: capacity[j])
    }
    return given
  }

  private func takes(_ trace: CascadeTrace, _ j: Int) -> Bool { trace.step[j] < 0 && isolated[j] == 0 }

  private func room(_ trace: CascadeTrace, _ row: Range<Int>) -> Double {
    var room = 0.0
    for e in row {
      let j = Int(rows.neighbours[e])
      if takes(trace, j) { room += capacity[j] }
    }
    return room
  }
}
