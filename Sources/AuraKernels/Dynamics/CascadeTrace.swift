package import AuraBase

/// What one simulated run did: who failed, at which step, in which order, and who is to blame most.
///
/// It is also the calendar that the simulators share: failures to come stand in one bucket for each step, so a
/// run costs what fails in it and steps in which nothing happens cost nothing. One trace serves many runs; `begin`
/// forgets the last one in O(failed).
package struct CascadeTrace {
  /// Agents.
  package let count: Int
  /// Steps simulated after step 0.
  package let steps: Int
  /// The step at which each agent failed, -1 for those that did not.
  package let step: Slab<Int32>
  /// The failed agent that contributed most to each failure, -1 for those that failed by themselves.
  package let cause: Slab<Int32>
  /// The agents that failed, first to last; `failures` of them.
  package let order: Slab<Int32>
  /// The step at which each failed agent would have failed by itself, -1 for those that would not.
  package let ownStep: Slab<Int32>
  private let heads: Slab<Int32>
  private let nexts: Slab<Int32>  // entry i: pulled down, entry n + i: by itself
  private let blame: Slab<Int32>
  private let due: Slab<Int32>
  private let counters: Slab<Int>  // failures so far, failures to come

  package init(count: Int, steps: Int) throws(AuraError) {
    self.count = count
    self.steps = steps
    step = try Slab(repeating: -1, count: count)
    cause = try Slab(repeating: -1, count: count)
    order = try Slab(repeating: -1, count: count)
    ownStep = try Slab(repeating: -1, count: count)
    heads = try Slab(repeating: -1, count: steps + 1)
    nexts = try Slab(repeating: -1, count: 2 * count)
    blame = try Slab(repeating: -1, count: count)
    due = try Slab(repeating: -1, count: count)
    counters = try Slab(repeating: 0, count: 2)
  }

  package var failures: Int { counters[0] }

  /// True when nothing is left to happen.
  package var isQuiet: Bool { counters[1] == 0 }

  /// Forgets the last run.
  package func begin() {
    for k in 0..<counters[0] {
      let i = Int(order[k])
      step[i] = -1
      cause[i] = -1
      due[i] = -1
      ownStep[i] = -1
    }
    if counters[1] > 0 {
      heads.fill(-1)
      due.fill(-1)
      ownStep.fill(-1)
    }
    counters[0] = 0
    counters[1] = 0
  }

  /// Enters a failure that needs no cause; the first of each agent counts. Steps beyond the horizon are ignored.
  package func failByItself(_ agent: Int, at t: Int) {
    guard t >= 0 && t <= steps && agent >= 0 && agent < count && ownStep[agent] < 0 else { return }
    let entry = agent &+ count
    ownStep[agent] = Int32(truncatingIfNeeded: t)
    nexts[entry] = heads[t]
    heads[t] = Int32(truncatingIfNeeded: entry)
    counters[1] &+= 1
  }

  /// Enters a failure brought about by `cause`, unless one has been entered already.
  func pullDown(_ agent: Int32, at t: Int, cause: Int32) {
    let i = Int(agent)
    guard t <= steps, due[i] < 0 else { return }
    due[i] = Int32(truncatingIfNeeded: t)
    blame[i] = cause
    nexts[i] = heads[t]
    heads[t] = agent
    counters[1] &+= 1
  }

  /// Lets happen what stands at `t`; the agents that fail now are `order[range]`.
  func advance(to t: Int) -> Range<Int> {
    let first = counters[0]
    var entry = heads[t]
    if entry < 0 { return first..<first }
    heads[t] = -1
    var last = first
    while entry >= 0 {
      let alone = Int(entry) >= count
      let i = alone ? Int(entry) &- count : Int(entry)
      if step[i] < 0 {
        step[i] = Int32(truncatingIfNeeded: t)
        cause[i] = alone ? -1 : blame[i]
        order[last] = Int32(truncatingIfNeeded: i)
        last &+= 1
      } else if alone && step[i] == Int32(truncatingIfNeeded: t) {
        cause[i] = -1  // it would have failed at this very step anyway
      }
      counters[1] &-= 1
      entry = nexts[Int(entry)]
    }
    counters[0] = last
    return first..<last
  }
}

extension Dice {
  /// A draw from a bell curve with mean 0 and variance 1, within +-3.5: the sum of four uniform draws
  /// (Irwin and Hall), which is enough for tolerances and costs one hash.
  func bell(_ index: Int) -> Double {
    let word = bits(index)
    let sum = (word & 0xFFFF) &+ ((word >> 16) & 0xFFFF) &+ ((word >> 32) & 0xFFFF) &+ (word >> 48)
    return (Double(sum) * 0x1p-16 - 2 + 0x1p-15) * 1.7320508075688772
  }

  /// How many steps an event of probability `p` a step keeps one waiting, at least 1.
  func wait(_ index: Int, probability p: Double, atMost limit: Int) -> Int {
    if p >= 1 { return 1 }
    if !(p > 0) { return limit &+ 1 }
    // Inverse of the geometric distribution by walking: waits are short where it matters.
    let left = 1 - uniform(index)
    let quiet = 1 - p
    var steps = 1
    var survive = quiet
    while left <= survive && steps <= limit {
      steps &+= 1
      survive *= quiet
    }
    return steps
  }
}

/// What a draw is for; the last coordinate of the dice.
package enum Purpose {
  package static let own = 1
  package static let link = 2
  package static let tolerance = 3
  package static let wait = 4
  package static let recovery = 5
}
