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
/// bus (the first) for each island.
///
/// - Complexity: one sparse factorisation, O(lines + fill).
/// - Source: Stott, Jardim and Alsaç 2009, doi:10.1109/TPWRS.2009.2021235.
package struct DCFlow {
  package let grid: DCGrid
  package let flow: Slab<Double>
  /// Part of its demand that each bus gets, 0...1.
  package let served: Slab<Double>
  private let solver: LDLSolver
  private let place: Slab<Int32>
  private let root: Slab<Int32>
  private let size: Slab<Int32>
  private let sums: Slab<Double>  // demand, scheduled, most: three for each island
  private let angle: Slab<Double>

  package init(_ grid: DCGrid) throws(AuraError) {
    self.grid = grid
    let m = grid.from.count
    flow = try Slab(repeating: 0, count: m)
    served = try Slab(repeating: 0, count: grid.count)
    solver = try LDLSolver(grid.pattern)
    place = try Slab(repeating: -1, count: m)
    root = try Slab(repeating: 0, count: grid.count)
    size = try Slab(repeating: 0, count: grid.count)
    sums = try Slab(repeating: 0, count: 3 * grid.count)
    angle = try Slab(repeating: 0, count: grid.count)
    let f = grid.from.span, t = grid.to.span
    for k in 0..<m where f[k] != t[k] {
      place[k] = Int32(truncatingIfNeeded: solver.place(Int(f[k]), Int(t[k])) ?? -1)
    }
  }

  private func find(_ i: Int) -> Int {
    var i = i
    while Int(root[i]) != i {
      root[i] = root[Int(root[i])]
      i = Int(root[i])
    }
    return i
  }

  /// Fills `flow` and `served`.
  /// - Parameters:
  ///   - live: 1 for lines in service.
  ///   - gone: buses with a step of 0 or more neither consume nor generate.
  package func solve(live: Slab<UInt8>, gone: Slab<Int32>, demandFactor: Double = 1) {
    let n = grid.count
    let m = grid.from.count
    let f = grid.from.span, t = grid.to.span, b = grid.susceptance.span
    let pd = grid.demand.span, pg = grid.generation.span, most = grid.generationMax.span
    let flow = flow, served = served, root = root, size = size, sums = sums, angle = angle, place = place
    let lower = solver.lower, diagonal = solver.diagonal
    for i in 0..<n {
      root[i] = Int32(truncatingIfNeeded: i)
      size[i] = 0
      diagonal[i] = 0
    }
    sums.fill(0)
    lower.fill(0)
    for k in 0..<m where live[k] != 0 && place[k] >= 0 {
      let (a, c) = (find(Int(f[k])), find(Int(t[k])))
      // The smaller number leads, so the reference bus of an island is its first.
      if a < c { root[c] = Int32(truncatingIfNeeded: a) } else { root[a] = Int32(truncatingIfNeeded: c) }
    }
    for i in 0..<n {
      let r = find(i)
      size[r] &+= 1
      if gone[i] >= 0 { continue }
      sums[3 &* r] += pd[i] * demandFactor
      sums[3 &* r &+ 1] += pg[i]
      sums[3 &* r &+ 2] += most[i]
    }
    for i in 0..<n {
      let r = find(i)
      let demand = sums[3 &* r], scheduled = sums[3 &* r &+ 1], cap = sums[3 &* r &+ 2]
      var phi = demand > 0 ? min(1, cap / max(demand, 1e-12)) : 1
      if cap <= 1e-9 { phi = 0 }
      let need = phi * demand
      let down = scheduled > need ? need / max(scheduled, 1e-12) : 1
      let up = scheduled < need ? min(1, max(0, (need - scheduled) / max(cap - scheduled, 1e-12))) : 0
      served[i] = phi
      if gone[i] >= 0 {
        angle[i] = 0
      } else {
        angle[i] = pg[i] * down + (most[i] - pg[i]) * up - pd[i] * demandFactor * phi
      }
    }
    let p = grid.pattern.position.span
    for k in 0..<m where live[k] != 0 && place[k] >= 0 {
      let (i, j) = (Int(f[k]), Int(t[k]))
      diagonal[Int(p[i])] += b[k]
      diagonal[Int(p[j])] += b[k]
      if find(i) != i && find(j) != j { lower[Int(place[k])] -= b[k] }
    }
    for i in 0..<n where find(i) == i {
      diagonal[Int(p[i])] = 1
      angle[i] = 0
    }
    solver.factorise()
    solver.solve(angle)
    for k in 0..<m {
      flow[k] = live[k] != 0 && place[k] >= 0 ? b[k] * (angle[Int(f[k])] - angle[Int(t[k])]) : 0
    }
  }
}

/// A grid in which overloaded lines trip and islands go dark.
///
/// Agents are buses; a bus fails when it is without power or gets less than half of its demand. Overload heats a
/// line; it trips when the heat passes `tolerance`, or at once at three times its rating.
///
/// - Complexity: one power flow for each step in which something changed.
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
    live.fill(1)
    heat.fill(0)
    var culprit: Int32 = -1
    var changed = true
    var warm = true
    for t in 0...trace.steps {
      if trace.isQuiet && !changed && !warm { return }
      let fresh = trace.advance(to: t)
      if !fresh.isEmpty {
        changed = true
        // The one through which most flowed stands for those that fail together.
        var through = -1.0
        for k in fresh {
          var sum = 0.0
          for e in Int(s[Int(order[k])])..<Int(s[Int(order[k]) &+ 1]) {
            sum += flow.flow[Int(l[e])].magnitude
            live[Int(l[e])] = 0
          }
          if sum > through {
            through = sum
            culprit = order[k]
          }
        }
      }
      if changed {
        try work.spend(n + m + flow.grid.pattern.rows.count)
        flow.solve(live: live, gone: step)
        for i in 0..<n where step[i] < 0 && !(flow.served[i] >= 0.5) {
          trace.pullDown(Int32(truncatingIfNeeded: i), at: t + 1, cause: culprit)
        }
        changed = false
      }
      warm = false
      for k in 0..<m where live[k] != 0 {
        let u = rated[k] > 0 ? flow.flow[k].magnitude / rated[k] : 0
        let before = heat[k]
        let now = memory * before + max(u - 1, 0)
        heat[k] = now < 1e-12 ? 0 : now
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
