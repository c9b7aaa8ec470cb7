package import AuraBase

/// Queues on a call graph whose callers retry: one slow agent makes its callers slow, retries add the load that
/// finishes it off, and an agent that has been full for too long runs out of memory and crashes.
///
/// Fluid model, everything for one step. An agent gets its own arrivals and its callers' calls, more of them the more
/// of its answers come too late (retries); it works at its rate, slowed by the callees it waits for; what it cannot do
/// waits, and beyond the room for waiting is lost.
///
/// - Complexity: O(links of agents whose state still changes) a step; a settled network costs nothing.
/// - Source: fluid queues with retries as in the metastable failures of Bronson et al. 2021,
///   doi:10.1145/3458336.3465286, with blocking callers and crash by memory.
package struct RetryQueue {
  package struct Physics: Sendable {
    /// Extra calls for each call that failed.
    package var retries = 2.0
    /// Steps a caller waits before it counts a call as failed.
    package var timeout = 1.2
    /// How much a slow callee slows its caller.
    package var blocking = 0.35
    package init() {}
  }

  let count: Int
  let physics: Physics
  private let outward: Slab<Int32>
  private let to: Slab<Int32>
  private let share: Slab<Double>
  private let inward: Slab<Int32>
  private let from: Slab<Int32>
  private let per: Slab<Double>
  private let external: Slab<Double>
  private let rate: Slab<Double>
  private let room: Slab<Double>
  private let patience: Slab<Double>
  private let start: [Slab<Double>]
  private let unsettled: Slab<Int32>
  private let unsettledCount: Slab<Int>
  private let q: Slab<Double>
  private let x: Slab<Double>
  private let err: Slab<Double>
  private let wait: Slab<Double>
  private let mem: Slab<Double>
  private let qNext: Slab<Double>
  private let xNext: Slab<Double>
  private let errNext: Slab<Double>
  private let waitNext: Slab<Double>
  private let memNext: Slab<Double>
  private let blame: Slab<Int32>
  private let active: Slab<Int32>
  private let coming: Slab<Int32>
  private let stamp: Slab<Int32>

  /// - Parameters:
  ///   - callees: row of a caller; strength is the part of its work that waits for the callee (adds up to 1 or less).
  ///   - callers: row of a callee; strength is calls for each request that the caller finishes.
  ///   - external: arrivals a step that come from outside.
  ///   - rate: requests that each agent can do in a step.
  ///   - room: requests that can wait.
  ///   - patience: steps with the room three quarters full until the agent crashes.
  ///   - queue: waiting at the start; `finished`: requests done in the step before the start.
  package init(
    callees: WeightedRows, callers: WeightedRows, external: Column<Double>, rate: Column<Double>,
    room: Column<Double>, patience: Column<Double>, queue: Span<Double>, finished: Span<Double>,
    physics: Physics
  ) throws(AuraError) {
    let n = callees.count
    count = n
    outward = try Slab(copying: callees.starts.span)
    to = try Slab(copying: callees.neighbours.span)
    share = try Slab(copying: callees.strengths.span)
    inward = try Slab(copying: callers.starts.span)
    from = try Slab(copying: callers.neighbours.span)
    per = try Slab(copying: callers.strengths.span)
    self.external = try Slab(copying: external.span)
    self.rate = try Slab(copying: rate.span)
    self.room = try Slab(copying: room.span)
    self.patience = try Slab(copying: patience.span)
    self.physics = physics
    q = try Slab(repeating: 0, count: n)
    x = try Slab(repeating: 0, count: n)
    err = try Slab(repeating: 0, count: n)
    wait = try Slab(repeating: 0, count: n)
    mem = try Slab(repeating: 0, count: n)
    qNext = try Slab(repeating: 0, count: n)
    xNext = try Slab(repeating: 0, count: n)
    errNext = try Slab(repeating: 0, count: n)
    waitNext = try Slab(repeating: 0, count: n)
    memNext = try Slab(repeating: 0, count: n)
    var start: [Slab<Double>] = []
    for _ in 0..<5 { start.append(try Slab(repeating: 0, count: n)) }
    self.start = start
    blame = try Slab(repeating: -1, count: n)
    active = try Slab(repeating: 0, count: n)
    coming = try Slab(repeating: 0, count: n)
    stamp = try Slab(repeating: -1, count: n)
    unsettled = try Slab(repeating: 0, count: n)
    unsettledCount = try Slab(repeating: 0, count: 1)
    for i in 0..<n {
      start[0][i] = max(0, queue[i])
      start[1][i] = max(0, finished[i])
      let waiting = self.rate[i] > 0 ? min(start[0][i] / self.rate[i], 20) : 0
      start[3][i] = waiting
      start[2][i] = lateness(waiting)
    }
    reset()
    let nobody = try Slab<Int32>(repeating: -1, count: n)
    for i in 0..<n where advance(i, nobody) {
      unsettled[unsettledCount[0]] = Int32(truncatingIfNeeded: i)
      unsettledCount[0] &+= 1
    }
  }

  private func lateness(_ waiting: Double) -> Double {
    min(1, max(0, (waiting - physics.timeout) / (2 * physics.timeout)))
  }

  private func reset() {
    let n = count
    q.copy(from: start[0])
    x.copy(from: start[1])
    err.copy(from: start[2])
    wait.copy(from: start[3])
    mem.copy(from: start[4])
    for i in 0..<n {
      blame[i] = -1
      stamp[i] = -1
    }
  }

  /// Computes the next state of agent `i` beside the present one; false when it stays as it is.
  @inline(__always)
  private func advance(_ i: Int, _ failed: Slab<Int32>) -> Bool {
    if failed[i] >= 0 {
      qNext[i] = 0
      xNext[i] = 0
      errNext[i] = 1
      waitNext[i] = 20
      memNext[i] = 0
    } else {
      var calls = 0.0
      for e in Int(inward[i])..<Int(inward[i &+ 1]) { calls += per[e] * x[Int(from[e])] }
      let arrivals = external[i] + calls * (1 + physics.retries * err[i])
      var slow = 0.0
      var worst = 0.0
      for e in Int(outward[i])..<Int(outward[i &+ 1]) {
        let j = Int(to[e])
        let part = share[e] * (min(wait[j], 4) + (failed[j] >= 0 ? 3 : 0))
        slow += part
        if part > worst {
          let guilty = failed[j] >= 0 ? to[e] : blame[j]
          if guilty >= 0 && Int(guilty) != i {
            worst = part
            blame[i] = guilty
          }
        }
      }
      let mu = max(rate[i] / (1 + physics.blocking * slow), 1e-9)
      let backlog = q[i] + arrivals
      let done = min(backlog, mu)
      let most = room[i]
      let queue = min(backlog - done, most)
      let lost = max(backlog - done - most, 0) / max(arrivals, 1e-9)
      let waiting = min(queue / mu, 20)
      qNext[i] = queue
      xNext[i] = done
      waitNext[i] = waiting
      errNext[i] = min(1, max(lateness(waiting), min(lost, 1)))
      memNext[i] = queue > 0.75 * most ? min(mem[i] + 1, patience[i]) : max(mem[i] - 0.5, 0)
    }
    return differs(qNext[i], q[i]) || differs(xNext[i], x[i]) || differs(errNext[i], err[i])
      || differs(waitNext[i], wait[i])
      || differs(memNext[i], mem[i])
  }

  @inline(__always)
  private func differs(_ a: Double, _ b: Double) -> Bool { (a - b).magnitude > 1e-7 * (1 + b.magnitude) }

  /// Plays one world to its end: `trace` holds the failures that come by themselves.
  package func run(_ trace: CascadeTrace, work: Work) throws(AuraError) {
    if trace.isQuiet && unsettledCount[0] == 0 { return }
    reset()
    let (q, x, err, wait, mem) = (q, x, err, wait, mem)
    let (qn, xn, en, wn, mn) = (qNext, xNext, errNext, waitNext, memNext)
    let active = active, coming = coming, stamp = stamp
    let step = trace.step, order = trace.order
    let inward = inward, from = from, outward = outward, to = to, patience = patience
    var now = unsettledCount[0]
    for k in 0..<now { active[k] = unsettled[k] }
    for k in 0..<now { stamp[Int(active[k])] = 0 }
    for t in 0...trace.steps {
      if trace.isQuiet && now == 0 { return }
      let here = Int32(truncatingIfNeeded: t)
      for k in trace.advance(to: t) {
        let i = order[k]
        if stamp[Int(i)] != here {
          stamp[Int(i)] = here
          active[now] = i
          now &+= 1
        }
        for e in Int(inward[Int(i)])..<Int(inward[Int(i) &+ 1]) where stamp[Int(from[e])] != here {
          stamp[Int(from[e])] = here
          active[now] = from[e]
          now &+= 1
        }
      }
      if now == 0 { continue }
      try work.spend(now)
      // All read the state before the step; only then is it replaced.
      var kept = 0
      for k in 0..<now where advance(Int(active[k]), step) {
        active[kept] = active[k]
        kept &+= 1
      }
      var next = 0
      func wake(_ i: Int32) {
        if stamp[Int(i)] == here &+ 1 { return }
        stamp[Int(i)] = here &+ 1
        coming[next] = i
        next &+= 1
      }
      for k in 0..<kept {
        let a = active[k]
        let i = Int(a)
        wake(a)
        if differs(xn[i], x[i]) { for e in Int(outward[i])..<Int(outward[i &+ 1]) { wake(to[e]) } }
        if differs(wn[i], wait[i]) { for e in Int(inward[i])..<Int(inward[i &+ 1]) { wake(from[e]) } }
        q[i] = qn[i]
        x[i] = xn[i]
        err[i] = en[i]
        wait[i] = wn[i]
        mem[i] = mn[i]
        if step[i] < 0 && mem[i] >= patience[i] { trace.pullDown(a, at: t + 1, cause: blame[i]) }
      }
      now = next
      for k in 0..<now { active[k] = coming[k] }
    }
  }
}
