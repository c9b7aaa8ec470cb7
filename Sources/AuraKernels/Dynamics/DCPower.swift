package import AuraBase

/// What a transmission grid is made of: buses with demand and generation (MW), lines with a susceptance.
package struct DCGrid: Sendable {
  package let count: Int
  package let from: Column<Int32>
  package let to: Column<Int32>
  package let susceptance: Column<Double>
  package let demand: Column<Double>
  package let generation: Column<Double>
  package let generationMax: Column<Double>
  package let pattern: LDLPattern

  /// - Parameter pattern: of a grid with the same buses and at least these lines, to be used again.
  package init(
    count: Int, from: Column<Int32>, to: Column<Int32>, susceptance: Column<Double>,
    demand: Column<Double>, generation: Column<Double>, generationMax: Column<Double>,
    pattern: LDLPattern? = nil, work: Work
  ) throws(AuraError) {
    self.count = count
    self.from = from
    self.to = to
    self.susceptance = susceptance
    self.demand = demand
    self.generation = generation
    self.generationMax = generationMax
    if let pattern {
      self.pattern = pattern
    } else {
      let graph = try Adjacency(count: count, sources: from.span, targets: to.span, sense: .both, simple: true)
      self.pattern = try LDLPattern(graph, work: work)
    }
  }
}

/// Direct-current power flow with islands.
///
/// Every island is balanced first: surplus generation is scaled down, a deficit is taken from the generation
/// headroom, and what is still missing is shed in proportion. Then flows follow from voltage angles, one reference
/// bus (the first) for each island. A reference bus is tied to the ground: nothing flows there but what rounding leaves.
///
/// - Complexity: one sparse factorisation, O(lines + fill); lines that went out since the last one are taken out of
///   its factors where that costs less, O(height of the elimination tree x column length) each.
/// - Source: Stott, Jardim and Alsaç 2009, doi:10.1109/TPWRS.2009.2021235.
package struct DCFlow {
  package let grid: DCGrid
  package let flow: Slab<Double>
  /// Part of its demand that each bus gets, 0...1.
  package let served: Slab<Double>
  private let solver: LDLSolver
  /// The factors of the grid with all lines, made by the first `begin`.
  private let intact: LDLSolver
  private let intactFlow: Slab<Double>
  private let nobody: Slab<Int32>
  private let place: Slab<Int32>
  private let ground: Slab<Double>
  /// What the factors hold: 1 for the lines in them, for buses tied to the ground.
  private let within: Slab<UInt8>
  private let grounded: Slab<UInt8>
  private let intactGrounded: Slab<UInt8>
  private let root: Slab<Int32>
  /// For each island its demand, its scheduled and its greatest generation; then what becomes of the three.
  private let sums: Slab<Double>
  private let angle: Slab<Double>
  private let lost: Slab<Int32>
  private let serving: Slab<Int32>
  /// Are there factors, and are they of the intact grid; changes since they were made; lines serving.
  private let facts: Slab<Int>
  /// Whether there are lines that carry nothing.
  private let idle: Bool

  package init(_ grid: DCGrid) throws(AuraError) {
    self.grid = grid
    let n = grid.count
    let m = grid.from.count
    flow = try Slab(repeating: 0, count: m)
    served = try Slab(repeating: 0, count: n)
    solver = try LDLSolver(grid.pattern)
    intact = try LDLSolver(grid.pattern)
    intactFlow = try Slab(repeating: 0, count: m)
    nobody = try Slab(repeating: -1, count: n)
    place = try Slab(repeating: -1, count: m)
    ground = try Slab(repeating: 0, count: n)
    within = try Slab(repeating: 0, count: m)
    grounded = try Slab(repeating: 0, count: n)
    intactGrounded = try Slab(repeating: 0, count: n)
    root = try Slab(repeating: 0, count: n)
    sums = try Slab(repeating: 0, count: 3 * n)
    angle = try Slab(repeating: 0, count: n)
    lost = try Slab(repeating: 0, count: m)
    serving = try Slab(repeating: 0, count: m)
    facts = try Slab(repeating: 0, count: 4)
    let f = grid.from.span, t = grid.to.span, b = grid.susceptance.span
    var idle = false
    for k in 0..<m where f[k] != t[k] {
      place[k] = Int32(truncatingIfNeeded: solver.place(Int(f[k]), Int(t[k])) ?? -1)
      if place[k] < 0 { continue }
      if b[k] == 0 { idle = true }
      ground[Int(f[k])] += b[k]
      ground[Int(t[k])] += b[k]
    }
    for i in 0..<n where !(ground[i] > 0) { ground[i] = 1 }
    self.idle = idle
  }

  /// Starts again from the intact grid and its flow, so that what follows does not depend on what came before.
  package func begin() {
    if facts[1] == 0 {
      within.fill(1)
      list(within)
      findIslands(carrying: true)
      served.fill(1)
      factorise()
      intact.copy(from: solver)
      intactGrounded.copy(from: grounded)
      facts[1] = 1
      solve(live: within, gone: nobody)
      intactFlow.copy(from: flow)
    } else {
      within.fill(1)
      solver.copy(from: intact)
      grounded.copy(from: intactGrounded)
      flow.copy(from: intactFlow)
    }
    facts[0] = 1
    facts[2] = 0
  }

  /// The lines between two buses that were in service when last solved.
  package var inService: UnsafeBufferPointer<Int32> { serving.prefix(facts[3]) }

  private func list(_ live: Slab<UInt8>) {
    var count = 0
    let serving = serving.base, live = live.base, place = place.base
    for k in 0..<grid.from.count {
      serving[count] = Int32(truncatingIfNeeded: k)
      count &+= live[k] != 0 && place[k] >= 0 ? 1 : 0
    }
    facts[3] = count
  }

  @inline(__always)
  private func find(_ i: Int, _ root: UnsafeMutablePointer<Int32>) -> Int {
    var i = i
    while Int(root[i]) != i {
      root[i] = root[Int(root[i])]
      i = Int(root[i])
    }
    return i
  }

  /// Makes `root` the first bus of each bus's island; with `carrying` lines without susceptance do not count.
  private func findIslands(carrying: Bool) {
    let n = grid.count
    let f = grid.from.span, t = grid.to.span, b = grid.susceptance.span
    // Ends of lines are agents, checked when the grid was made.
    let root = root.base
    for i in 0..<n { root[i] = Int32(truncatingIfNeeded: i) }
    for line in inService {
      let k = Int(line)
      if carrying && b[k] == 0 { continue }
      if root[Int(f[k])] == root[Int(t[k])] { continue }
      let (a, c) = (find(Int(f[k]), root), find(Int(t[k]), root))
      if a < c { root[c] = Int32(truncatingIfNeeded: a) } else { root[a] = Int32(truncatingIfNeeded: c) }
    }
    // Roots are lower than what they lead.
    for i in 0..<n { root[i] = root[Int(root[i])] }
  }

  /// Makes the factors for the lines of `live` where there is power; they have been listed and their islands found.
  private func factorise() {
    let f = grid.from.span, t = grid.to.span, b = grid.susceptance.span, p = grid.pattern.position.span
    let lower = solver.lower, diagonal = solver.diagonal, place = place
    lower.fill(0)
    within.fill(0)
    for i in 0..<grid.count {
      let alone = Int(root[i]) == i || !(served[i] > 0)
      grounded[i] = alone ? 1 : 0
      diagonal[Int(p[i])] = alone ? ground[i] : 0
    }
    for line in inService {
      let k = Int(line)
      if !(served[Int(f[k])] > 0) { continue }
      within[k] = 1
      diagonal[Int(p[Int(f[k])])] += b[k]
      diagonal[Int(p[Int(t[k])])] += b[k]
      lower[Int(place[k])] -= b[k]
    }
    facts[0] = 1
    facts[2] = 0
    solver.factorise()
  }

  /// Brings the factors up to date with the lines of `live`. What they hold of those parts that are without power
  /// decides nothing, and what has been cut off from power stays so: there they are left as they are.
  private func update(_ live: Slab<UInt8>) {
    let n = grid.count
    let m = grid.from.count
    let f = grid.from.span, t = grid.to.span, b = grid.susceptance.span
    var few = facts[0] != 0 && facts[2] < 256
    var gone = 0
    var budget = solver.costOfFactors
    if few {
      for k in 0..<m where live[k] != within[k] && place[k] >= 0 && b[k] != 0 {
        if !(served[Int(f[k])] > 0) && !(served[Int(t[k])] > 0) { continue }
        if live[k] != 0 { few = false }
        lost[gone] = Int32(truncatingIfNeeded: k)
        gone &+= 1
        budget -= solver.costOfChange(Int(f[k]), Int(t[k]))
        if budget < 0 { few = false }
        if !few { break }
      }
    }
    if few {
      // Islands get their ground before they are cut off.
      func tie(_ i: Int) {
        if grounded[i] != 0 { return }
        grounded[i] = 1
        few = few && solver.change(i, i, by: ground[i])
      }
      for i in 0..<n where Int(root[i]) == i && served[i] > 0 { tie(i) }
      for e in 0..<gone {
        let k = Int(lost[e])
        if !(served[Int(f[k])] > 0) { tie(Int(f[k])) }
        if !(served[Int(t[k])] > 0) { tie(Int(t[k])) }
      }
      for e in 0..<gone where few {
        let k = Int(lost[e])
        few = solver.change(Int(f[k]), Int(t[k]), by: -b[k])
        within[k] = 0
      }
      facts[2] &+= gone
    }
    if !few { factorise() }
  }

  /// Fills `flow` and `served`.
  /// - Parameters:
  ///   - live: 1 for lines in service.
  ///   - gone: buses with a step of 0 or more neither consume nor generate.
  package func solve(live: Slab<UInt8>, gone: Slab<Int32>, demandFactor: Double = 1) {
    let n = grid.count
    let f = grid.from.span, t = grid.to.span, b = grid.susceptance.span
    let pd = grid.demand.span, pg = grid.generation.span, most = grid.generationMax.span
    let flow = flow.base, served = served.base, root = root.base, sums = sums.base, gone = gone.base
    let angle = angle.base
    self.sums.fill(0)
    self.flow.fill(0)
    list(live)
    findIslands(carrying: false)
    for i in 0..<n where gone[i] < 0 {
      let r = Int(root[i])
      sums[3 &* r] += pd[i] * demandFactor
      sums[3 &* r &+ 1] += pg[i]
      sums[3 &* r &+ 2] += most[i]
    }
    for r in 0..<n where Int(root[r]) == r {
      let demand = sums[3 &* r], scheduled = sums[3 &* r &+ 1], cap = sums[3 &* r &+ 2]
      var phi = demand > 0 ? min(1, cap / max(demand, 1e-12)) : 1
      if cap <= 1e-9 { phi = 0 }
      let need = phi * demand
      sums[3 &* r] = phi
      sums[3 &* r &+ 1] = scheduled > need ? need / max(scheduled, 1e-12) : 1
      sums[3 &* r &+ 2] = scheduled < need ? min(1, max(0, (need - scheduled) / max(cap - scheduled, 1e-12))) : 0
    }
    for i in 0..<n {
      let r = Int(root[i])
      let phi = sums[3 &* r], down = sums[3 &* r &+ 1], up = sums[3 &* r &+ 2]
      served[i] = phi
      angle[i] = gone[i] >= 0 ? 0 : pg[i] * down + (most[i] - pg[i]) * up - pd[i] * demandFactor * phi
    }
    if idle { findIslands(carrying: true) }
    update(live)
    solver.solve(self.angle)
    for line in inService {
      let k = Int(line)
      // Where nothing is generated nothing flows, whatever rounding says.
      if served[Int(f[k])] > 0 { flow[k] = b[k] * (angle[Int(f[k])] - angle[Int(t[k])]) }
    }
  }
}

/// A grid in which overloaded lines trip and islands go dark.
///
/// Agents are buses; a bus fails when it is without power or gets less than half of its demand. Overload heats a
/// line; it trips when the heat passes `tolerance`, or at once at three times its rating.
///
/// - Complexity: one power flow for each step in which something changed, worked out from the last one where few lines
///   went out.
/// - Source: flow as in `DCFlow`; tripping by accumulated overload after Dobson et al. 2007,
///   doi:10.1063/1.2737822, in the simplified form with exponential cooling.
package struct DCPower {
  package let flow: DCFlow
  let ratings: Column<Double>
  let tolerance: Double
  let memory: Double
  let instant: Double
  private let live: Slab<UInt8>
  private let heat: Slab<Double>
  private let starts: Column<Int32>
  private let lines: Column<Int32>

  /// - Parameters:
  ///   - ratings: MW that each line carries for ever.
  ///   - memory: part of the heat that is left after a step.
  package init(
    grid: DCGrid, ratings: Column<Double>, tolerance: Double = 0, memory: Double = 0.7, instant: Double = 3
  ) throws(AuraError) {
    flow = try DCFlow(grid)
    self.ratings = ratings
    self.tolerance = max(0, tolerance)
    self.memory = memory
    self.instant = instant
    live = try Slab(repeating: 1, count: grid.from.count)
    heat = try Slab(repeating: 0, count: grid.from.count)
    let rows = try Adjacency(count: grid.count, sources: grid.from.span, targets: grid.to.span, sense: .both)
    starts = rows.starts
    lines = rows.links
  }

  /// Flow of the intact grid.
  package func intactFlow() throws(AuraError) -> [Double] {
    live.fill(1)
    flow.solve(live: live, gone: try Slab(repeating: -1, count: flow.grid.count))
    return (0..<flow.grid.from.count).map { flow.flow[$0] }
  }

  /// Plays one world to its end: `trace` holds the failures that come by themselves.
  package func run(_ trace: CascadeTrace, work: Work) throws(AuraError) {
    let n = trace.count
    let m = flow.grid.from.count
    let live = live, heat = heat, flow = flow, step = trace.step, order = trace.order
    let rated = ratings.span, s = starts.span, l = lines.span
    let flows = flow.flow.base, served = flow.served.base, heats = heat.base
    live.fill(1)
    heat.fill(0)
    flow.begin()
    var culprit: Int32 = -1
    var changed = true
    var warm = true
    for t in 0...trace.steps {
      if trace.isQuiet && !changed && !warm { return }
      let fresh = trace.advance(to: t)
      if !fresh.isEmpty {
        // The one through which most flowed stands for those that fail together; rounding decides nothing.
        var through = -1.0
        for k in fresh {
          // What has been cut off from all power changes no flow when it fails.
          if served[Int(order[k])] > 0 { changed = true }
          var sum = 0.0
          for e in Int(s[Int(order[k])])..<Int(s[Int(order[k]) &+ 1]) {
            sum += flows[Int(l[e])].magnitude
            live[Int(l[e])] = 0
          }
          if sum > through + 1e-9 * max(1, through) {
            through = sum
            culprit = order[k]
          }
        }
      }
      if changed || !fresh.isEmpty { try work.spend(n + m + flow.grid.pattern.rows.count) }
      if changed {
        flow.solve(live: live, gone: step)
        for i in 0..<n where step[i] < 0 && !(served[i] >= 0.5) {
          trace.pullDown(Int32(truncatingIfNeeded: i), at: t + 1, cause: culprit)
        }
        changed = false
      }
      warm = false
      for line in flow.inService {
        let k = Int(line)
        let before = heats[k]
        if before == 0 && flows[k].magnitude <= rated[k] { continue }
        let u = rated[k] > 0 ? flows[k].magnitude / rated[k] : 0
        let now = memory * before + max(u - 1, 0)
        heats[k] = now < 1e-12 ? 0 : now
        if now > max(tolerance, 1e-9) || u > instant {
          live[k] = 0
          changed = true
        } else if (now - before).magnitude > 1e-9 && now > before {
          warm = true
        }
      }
    }
  }
}
