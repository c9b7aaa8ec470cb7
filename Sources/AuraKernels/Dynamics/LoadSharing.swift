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
  private let everCount: Slab<Int>
  private let parts: Slab<Double>  // of the row that is shared out

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
    everCount = try Slab(repeating: 0, count: 1)
    var longest = 0
    for i in 0..<rows.count { longest = max(longest, Int(rows.starts[i + 1] - rows.starts[i])) }
    parts = try Slab(repeating: 0, count: longest)
  }

  /// Plays one world to its end: `trace` holds the failures that come by themselves.
  package func run(_ trace: CascadeTrace, dice: Dice) {
    let load = load, most = most, giver = giver, ever = ever, now = now
    let before = start.span, limit = capacity.span
    for k in 0..<everCount[0] {
      let j = Int(ever[k])
      load[j] = before[j]
      most[j] = 0
      giver[j] = -1
    }
    everCount[0] = 0
    let luck = dice.stream(Purpose.tolerance)
    for t in 0...trace.steps {
      if trace.isQuiet { return }
      let fresh = trace.advance(to: t)
      if fresh.isEmpty { continue }
      let given = handOver(trace, fresh)
      for k in 0..<given {
        let j = Int(now[k])
        var bound = limit[j]
        if spread > 0 { bound = max(bound * max(0.05, 1 + spread * luck.bell(j)), before[j]) }
        if load[j] > bound * (1 + 1e-9) { trace.pullDown(now[k], at: t + delay, cause: giver[j]) }
      }
    }
  }

  /// Moves the load of those that fail now; returns how many agents were given some.
  private func handOver(_ trace: CascadeTrace, _ fresh: Range<Int>) -> Int {
    let incoming = incoming, most = most, giver = giver, load = load, now = now, ever = ever, parts = parts
    let step = trace.step, order = trace.order
    let s = rows.starts.span, v = rows.neighbours.span, w = rows.strengths.span
    let capacity = capacity.span, isolated = isolated.span
    var given = 0
    for k in fresh {
      let i = Int(order[k])
      let carried = load[i]
      if isolated[i] != 0 || !(carried > 0) { continue }
      let row = Int(s[i])..<Int(s[i &+ 1])
      let first = row.lowerBound
      var total = 0.0
      for e in row {
        let j = Int(v[e])
        var part = 0.0
        if step[j] < 0 && isolated[j] == 0 {
          switch rule {
          case .freeCapacity: part = max(0, capacity[j] - load[j])
          case .strength: part = w[e]
          case .load: part = load[j]
          }
        }
        parts[e &- first] = part
        total += part
      }
      if !(total > 0) {
        // Nobody has anything free: shared out by capacity.
        total = 0
        for e in row {
          let j = Int(v[e])
          let part = step[j] < 0 && isolated[j] == 0 ? capacity[j] : 0
          parts[e &- first] = part
          total += part
        }
      }
      if !(total > 0) { continue }
      let scale = carried / total
      for e in row {
        let amount = scale * parts[e &- first]
        if !(amount > 0) { continue }
        let j = Int(v[e])
        if incoming[j] == 0 {
          now[given] = v[e]
          given &+= 1
        }
        incoming[j] += amount
        if amount > most[j] {
          if most[j] == 0 {
            ever[everCount[0]] = v[e]
            everCount[0] &+= 1
          }
          most[j] = amount
          giver[j] = Int32(truncatingIfNeeded: i)
        }
      }
    }
    for k in 0..<given {
      let j = Int(now[k])
      load[j] += incoming[j]
      incoming[j] = 0
    }
    return given
  }
}
