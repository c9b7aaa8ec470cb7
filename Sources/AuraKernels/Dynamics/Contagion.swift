package import AuraBase

/// Failure that spreads along links by chance.
///
/// A failed agent tries each neighbour once, at the next step (independent cascade). With recovery it is
/// infectious, and tries again every step, until it recovers; then it can fail again (susceptible, infected,
/// susceptible). What is reported is the first failure of each agent.
///
/// - Complexity: O(links of the failed agents) a run; with recovery, times the steps they stay failed.
/// - Source: Kempe, Kleinberg and Tardos 2003, doi:10.1145/956750.956769; recovery after Pastor-Satorras and
///   Vespignani 2001, doi:10.1103/PhysRevLett.86.3200, in discrete time.
package struct Contagion {
  let rows: WeightedRows
  let chances: Column<UInt64>
  let recovery: Double?
  private let sick: Slab<UInt8>
  private let ill: Slab<Int32>  // the infectious
  private let again: Slab<Int32>  // those that fail again at the next step
  private let pressure: Slab<Int32>  // links from agents that have ever failed

  /// - Parameters:
  ///   - rows: row *j* holds the agents that *j* can pull down.
  ///   - chances: for each entry of `rows`, the probability times 2^64 (see `chance`).
  ///   - recovery: probability of recovering in a step; nil for the independent cascade.
  package init(rows: WeightedRows, chances: Column<UInt64>, recovery: Double? = nil) throws(AuraError) {
    self.rows = rows
    self.chances = chances
    self.recovery = recovery
    let n = recovery == nil ? 0 : rows.count
    sick = try Slab(repeating: 0, count: n)
    ill = try Slab(repeating: 0, count: n)
    again = try Slab(repeating: 0, count: n)
    pressure = try Slab(repeating: 0, count: n)
  }

  /// A probability as the number that 64 random bits must stay below.
  package static func chance(_ p: Double) -> UInt64 {
    if !(p > 0) { return 0 }
    if p >= 1 { return .max }
    return UInt64(p * 0x1p63) << 1
  }

  /// Plays one world to its end: `trace` holds the failures that come by themselves.
  package func run(_ trace: CascadeTrace, dice: Dice, work: Work) throws(AuraError) {
    if let recovery { return try runWithRecovery(trace, dice, Self.chance(recovery), work) }
    let luck = dice.stream(Purpose.link)
    let step = trace.step, order = trace.order
    let s = rows.starts.span, v = rows.neighbours.span, keys = rows.keys.span, chances = chances.span
    for t in 0...trace.steps {
      if trace.isQuiet { return }
      for k in trace.advance(to: t) {
        let j = order[k]
        for e in Int(s[Int(j)])..<Int(s[Int(j) &+ 1]) where step[Int(v[e])] < 0 {
          let chance = chances[e]
          if chance == .max || luck.bits(Int(keys[e])) < chance { trace.pullDown(v[e], at: t + 1, cause: j) }
        }
      }
    }
  }

  /// `sick` is 0 for the susceptible, 1 for the infectious, 2 for those that fail again at the next step.
  private func runWithRecovery(
    _ trace: CascadeTrace, _ dice: Dice, _ cure: UInt64, _ work: Work
  ) throws(AuraError) {
    let links = dice.stream(Purpose.link), cures = dice.stream(Purpose.recovery)
    let sick = sick, ill = ill, again = again, step = trace.step, order = trace.order
    let pressure = pressure
    sick.fill(0)
    pressure.fill(0)
    var infectious = 0
    // Links over which an agent may still fail for the first time; without any the rest is of no interest.
    var frontier = 0
    var relapsing = 0
    let s = rows.starts.span, v = rows.neighbours.span, keys = rows.keys.span, chances = chances.span
    for t in 0...trace.steps {
      if trace.isQuiet && infectious == 0 && relapsing == 0 { return }
      if infectious > 0 {
        let luck = cures.stream(t)
        var kept = 0
        for k in 0..<infectious {
          let i = ill[k]
          if cure == .max || luck.bits(Int(i)) < cure {
            sick[Int(i)] = 0
          } else {
            ill[kept] = i
            kept &+= 1
          }
        }
        infectious = kept
      }
      for k in 0..<relapsing {
        sick[Int(again[k])] = 1
        ill[infectious] = again[k]
        infectious &+= 1
      }
      relapsing = 0
      for k in trace.advance(to: t) {
        let i = Int(order[k])
        sick[i] = 1
        ill[infectious] = order[k]
        infectious &+= 1
        frontier &-= Int(pressure[i])
        for e in Int(s[i])..<Int(s[i &+ 1]) where step[Int(v[e])] < 0 && chances[e] > 0 {
          pressure[Int(v[e])] &+= 1
          frontier &+= 1
        }
      }
      if frontier == 0 && trace.isQuiet { return }
      try work.spend(1 + infectious)
      let luck = links.stream(t)
      for k in 0..<infectious {
        let j = ill[k]
        for e in Int(s[Int(j)])..<Int(s[Int(j) &+ 1]) where sick[Int(v[e])] == 0 {
          let chance = chances[e]
          if !(chance == .max || luck.bits(Int(keys[e])) < chance) { continue }
          if step[Int(v[e])] < 0 {
            trace.pullDown(v[e], at: t + 1, cause: j)
          } else {
            sick[Int(v[e])] = 2
            again[relapsing] = v[e]
            relapsing &+= 1
          }
        }
      }
    }
  }
}
