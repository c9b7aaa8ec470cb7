package import AuraBase

/// Load that follows shortest paths: when agents fail, traffic finds new ways and may overload others far away.
///
/// An agent's load is the number of ordered pairs whose shortest paths pass it, shared where there are several, end
/// points included. Its capacity is `1 + alpha` times the load of the intact network.
///
/// - Complexity: with `PathTables` what the failed change in them, see `PathLoss`; without, or when many have failed,
///   O(*n m*) time a round. The same set of failed agents is worked out once.
/// - Source: Motter and Lai 2002, doi:10.1103/PhysRevE.66.065102; betweenness after Brandes 2001,
///   doi:10.1080/0022250X.2001.9990249.
package struct MotterLai {
  private let limits: Slab<Double>
  let loads: Column<Double>
  private let paths: ShortestPathLoad
  private let losses: PathLoss?
  private let known: Known

  /// Who is overloaded when a set of agents has failed, found by any of the simulators of a network.
  package final class Known: @unchecked Sendable {
    private let lock = Lock()
    // Under the lock.
    private var found: [[Int32]: (over: [Int32], units: Int)] = [:]
    private var size = 0

    package init() {}

    func recall(_ failed: [Int32]) -> (over: [Int32], units: Int)? { lock.withLock { found[failed] } }

    func keep(_ failed: [Int32], _ over: [Int32], units: Int) {
      lock.withLock {
        // 32 MB at most.
        if size > 1 << 22 { return }
        size += failed.count + over.count + 32
        found[failed] = (over, units)
      }
    }
  }

  /// - Parameters:
  ///   - loads: of the intact network, from `intactLoads`.
  ///   - capacity: what each agent can carry.
  ///   - tables: of the network, perhaps without some that are always among the failed.
  ///   - known: shared by the simulators with these `rows` and this `capacity`.
  package init(
    rows: WeightedRows, loads: Column<Double>, capacity: Column<Double>, tables: PathTables? = nil,
    known: Known = Known()
  ) throws(AuraError) {
    self.loads = loads
    self.known = known
    paths = try ShortestPathLoad(rows)
    limits = try Slab(repeating: 0, count: rows.count)
    // What rounding adds overloads nobody.
    for i in 0..<rows.count { limits[i] = capacity[i] * (1 + 1e-9) }
    if let tables { losses = try PathLoss(tables, limits: limits) } else { losses = nil }
  }

  /// Tables of the network without `lost`; nil where they would be too large, or paths are too many to count.
  package static func tables(
    _ rows: WeightedRows, without lost: [Bool], work: Work
  ) throws(AuraError) -> PathTables? {
    if !PathTables.fit(rows) { return nil }
    do {
      return try PathTables(rows, without: lost, work: work)
    } catch {
      if error.code == .argument || error.code == .memory { return nil }
      throw error
    }
  }

  /// Shortest-path load of every agent of the intact network.
  package static func intactLoads(_ rows: WeightedRows, work: Work) throws(AuraError) -> Column<Double> {
    let paths = try ShortestPathLoad(rows)
    try paths.compute(without: try Slab(repeating: -1, count: rows.count), work)
    var out = Buffer<Double>()
    for i in 0..<rows.count { try out.append(paths.load[i]) }
    return Column(out)
  }

  /// Plays one world to its end: `trace` holds the failures that come by themselves.
  package func run(_ trace: CascadeTrace, work: Work) throws(AuraError) {
    let before = loads.span
    for t in 0...trace.steps {
      if trace.isQuiet { return }
      let fresh = trace.advance(to: t)
      if fresh.isEmpty { continue }
      // Paths leave all those that fail together; the one that carried most stands for them.
      var cause: Int32 = -1
      var carried = -1.0
      for k in fresh where before[Int(trace.order[k])] > carried {
        carried = before[Int(trace.order[k])]
        cause = trace.order[k]
      }
      for i in try overloaded(trace, work) { trace.pullDown(i, at: t + 1, cause: cause) }
    }
  }

  /// The living agents that carry more than they can, ascending.
  private func overloaded(_ trace: CascadeTrace, _ work: Work) throws(AuraError) -> [Int32] {
    let n = trace.count
    let step = trace.step
    var failed: [Int32] = []
    for i in 0..<n where step[i] >= 0 { failed.append(Int32(truncatingIfNeeded: i)) }
    if let (over, units) = known.recall(failed) {
      try work.spend(units)
      return over
    }
    var over: [Int32] = []
    let units: Int
    if let losses, let lost = losses.lost(failed), lost.count <= max(4, n / 16) {
      (over, units) = try losses.overloaded(without: lost, work)
    } else {
      units = try paths.compute(without: step, work)
      for i in 0..<n where step[i] < 0 && paths.load[i] > limits[i] { over.append(Int32(truncatingIfNeeded: i)) }
    }
    known.keep(failed, over, units: units)
    return over
  }
}

/// Hop betweenness with end points, over ordered pairs of living agents.
struct ShortestPathLoad {
  let rows: WeightedRows
  let load: Slab<Double>
  private let depth: Slab<Int32>
  private let ways: Slab<Double>
  private let share: Slab<Double>
  private let queue: Slab<Int32>

  init(_ rows: WeightedRows) throws(AuraError) {
    self.rows = rows
    load = try Slab(repeating: 0, count: rows.count)
    depth = try Slab(repeating: -1, count: rows.count)
    ways = try Slab(repeating: 0, count: rows.count)
    share = try Slab(repeating: 0, count: rows.count)
    queue = try Slab(repeating: 0, count: rows.count)
  }

  /// Agents with a step of 0 or more are gone.
  /// - Returns: the units of work that it took.
  @discardableResult
  func compute(without failed: Slab<Int32>, _ work: Work) throws(AuraError) -> Int {
    let n = rows.count
    var units = 0
    let s = rows.starts.span, v = rows.neighbours.span
    let load = load, depth = depth, ways = ways, share = share, queue = queue
    load.fill(0)
    for root in 0..<n where failed[root] < 0 {
      try work.spend(n &+ v.count)
      units &+= n &+ v.count
      queue[0] = Int32(truncatingIfNeeded: root)
      depth[root] = 0
      ways[root] = 1
      var head = 0
      var tail = 1
      while head < tail {
        let i = Int(queue[head])
        head &+= 1
        let next = depth[i] &+ 1
        let here = ways[i]
        for e in Int(s[i])..<Int(s[i &+ 1]) {
          let j = Int(v[e])
          if failed[j] >= 0 { continue }
          if depth[j] < 0 {
            depth[j] = next
            queue[tail] = v[e]
            tail &+= 1
          }
          if depth[j] == next { ways[j] += here }
        }
      }
      load[root] += Double(tail - 1)
      var k = tail - 1
      while k > 0 {
        let j = Int(queue[k])
        k &-= 1
        let part = (1 + share[j]) / ways[j]
        let before = depth[j] &- 1
        load[j] += share[j] + 1
        for e in Int(s[j])..<Int(s[j &+ 1]) {
          let i = Int(v[e])
          if failed[i] < 0 && depth[i] == before { share[i] += ways[i] * part }
        }
      }
      for k in 0..<tail {
        let i = Int(queue[k])
        depth[i] = -1
        ways[i] = 0
        share[i] = 0
      }
    }
    return units
  }
}
