package import AuraBase

/// An agent fails once the failed share of what it depends on reaches its threshold.
///
/// - Complexity: O(links of the failed agents) a run.
/// - Source: Watts 2002, doi:10.1073/pnas.082090499; weighted shares, and failure with probability `chance` a step
///   once the threshold is reached (1: at the next step, as in the paper).
package struct ThresholdCascade {
  let dependents: WeightedRows
  let totals: Column<Double>
  let thresholds: Column<Double>
  let proven: Column<Double>
  let chance: Double
  let spread: Double
  private let lost: Slab<Double>
  private let most: Slab<Double>
  private let worst: Slab<Int32>
  private let stamp: Slab<Int32>
  private let now: Slab<Int32>
  private let ever: Slab<Int32>
  private let everCount: Slab<Int>

  /// - Parameters:
  ///   - dependents: row *j* holds the agents that depend on *j*, with the strength of that dependence.
  ///   - totals: what each agent depends on, added up; agents with 0 never fail by threshold.
  ///   - proven: share of loss that an agent is known to stand (negative when nothing is known).
  ///   - spread: standard deviation of thresholds between worlds; 0 takes them as given.
  package init(
    dependents: WeightedRows, totals: Column<Double>, thresholds: Column<Double>, proven: Column<Double>,
    chance: Double = 1, spread: Double = 0
  ) throws(AuraError) {
    self.dependents = dependents
    self.totals = totals
    self.thresholds = thresholds
    self.proven = proven
    self.chance = chance
    self.spread = spread
    lost = try Slab(repeating: 0, count: dependents.count)
    most = try Slab(repeating: 0, count: dependents.count)
    worst = try Slab(repeating: -1, count: dependents.count)
    stamp = try Slab(repeating: -1, count: dependents.count)
    now = try Slab(repeating: 0, count: dependents.count)
    ever = try Slab(repeating: 0, count: dependents.count)
    everCount = try Slab(repeating: 0, count: 1)
  }

  /// Plays one world to its end: `trace` holds the failures that come by themselves.
  package func run(_ trace: CascadeTrace, dice: Dice) {
    let lost = lost, most = most, worst = worst, stamp = stamp, now = now, ever = ever
    let step = trace.step, order = trace.order
    for k in 0..<everCount[0] {
      let i = Int(ever[k])
      lost[i] = 0
      most[i] = 0
      stamp[i] = -1
    }
    var touched = 0
    let tolerance = dice.stream(Purpose.tolerance)
    let patience = dice.stream(Purpose.wait)
    let s = dependents.starts.span, v = dependents.neighbours.span, w = dependents.strengths.span
    let totals = totals.span, thresholds = thresholds.span, proven = proven.span
    for t in 0...trace.steps {
      if trace.isQuiet { break }
      let fresh = trace.advance(to: t)
      var hit = 0
      for k in fresh {
        let j = order[k]
        for e in Int(s[Int(j)])..<Int(s[Int(j) &+ 1]) {
          let i = Int(v[e])
          if step[i] >= 0 { continue }
          if stamp[i] < 0 {
            ever[touched] = v[e]
            touched &+= 1
          }
          if stamp[i] != Int32(truncatingIfNeeded: t) {
            stamp[i] = Int32(truncatingIfNeeded: t)
            now[hit] = v[e]
            hit &+= 1
          }
          lost[i] += w[e]
          if w[e] > most[i] {
            most[i] = w[e]
            worst[i] = j
          }
        }
      }
      for k in 0..<hit {
        let i = Int(now[k])
        if !(totals[i] > 0) { continue }
        let share = lost[i] / totals[i]
        var bound = thresholds[i]
        if spread > 0 { bound = min(1, max(0.02, bound + spread * tolerance.bell(i))) }
        if share >= bound - 1e-12 && share > proven[i] + 1e-12 {
          let wait = patience.wait(i, probability: chance, atMost: trace.steps - t)
          trace.pullDown(now[k], at: t + wait, cause: worst[i])
        }
      }
    }
    everCount[0] = touched
  }
}
