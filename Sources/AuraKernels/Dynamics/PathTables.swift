package import AuraBase

/// The shortest paths between all agents of a network, kept so that the loss of a few agents can be worked out from
/// what it changes.
///
/// - Complexity: O(*n m*) time; 18 *n*² + 4 *n m* bytes.
/// - Source: Brandes 2001, doi:10.1080/0022250X.2001.9990249.
package final class PathTables: @unchecked Sendable {
  // Written in `init` alone.
  let rows: WeightedRows
  /// Agents that are not there.
  let absent: Slab<UInt8>
  let absentees: Int
  /// Hop betweenness with end points, over ordered pairs of those that are there.
  let load: Slab<Double>
  // One row of `count` for each source.
  let depth: Slab<Int16>  // -1: out of reach
  let paths: Slab<Path>
  /// How many of an agent's neighbours are one link nearer to the source, and how many one farther.
  let sides: Slab<SIMD2<UInt16>>
  /// One row of `rows.entries` for each source: each agent's neighbours, the nearer first, the farther last.
  let sorted: Slab<UInt16>

  /// Of a source and another agent: shortest paths between them, and what each of them is worth: 1 plus the load of
  /// the agent from this source as a place between, over the number of paths.
  struct Path: BitwiseCopyable {
    var ways: Double
    var worth: Double
    @inline(__always) var share: Double { ways * worth }
  }

  static let mostBytes = 160 << 20

  /// Whether tables of such a network are not too large.
  package static func fit(_ rows: WeightedRows) -> Bool {
    let (n, m) = (rows.count, rows.entries)
    return n <= 4_096 && n * (22 * n + 2 * m) <= mostBytes
  }

  /// - Throws: `.memory`, `.limit`, `.cancelled`; `.argument` where paths are too many to be counted.
  package init(_ rows: WeightedRows, without lost: [Bool], work: Work) throws(AuraError) {
    let n = rows.count
    let m = rows.entries
    self.rows = rows
    absent = try Slab(repeating: 0, count: n)
    load = try Slab(repeating: 0, count: n)
    depth = try Slab(repeating: -1, count: n * n)
    paths = try Slab(repeating: Path(ways: 0, worth: 0), count: n * n)
    sides = try Slab(repeating: .zero, count: n * n)
    sorted = try Slab(repeating: 0, count: n * m)
    var absentees = 0
    for i in 0..<min(n, lost.count) where lost[i] {
      absent[i] = 1
      absentees += 1
    }
    self.absentees = absentees
    let chunks = min(n, 16)
    let sums = try Slab<Double>(repeating: 0, count: chunks * n)
    nonisolated(unsafe) let mine = sums
    try work.parallel(chunks) { chunk throws(AuraError) in
      let queue = try Slab<Int32>(repeating: 0, count: n + 1)
      for source in (chunk * n / chunks)..<((chunk + 1) * n / chunks) where absent[source] == 0 {
        try work.spend(n &+ m)
        guard sweep(source, queue, mine, chunk * n) else {
          throw AuraError(.argument, "there are too many shortest paths to count")
        }
      }
    }
    for chunk in 0..<chunks { for i in 0..<n { load[i] += sums[chunk * n + i] } }
  }

  /// `load`, to be kept without the tables.
  package var loads: Column<Double> {
    get throws(AuraError) { try Column((0..<rows.count).map { load[$0] }) }
  }

  /// Fills the rows of one source and adds its part of the load.
  /// - Returns: false when there are too many paths.
  private func sweep(_ source: Int, _ queue: Slab<Int32>, _ sums: Slab<Double>, _ at: Int) -> Bool {
    let rows = rows
    let n = rows.count
    let s = rows.starts.span, v = rows.neighbours.span
    let depth = depth.base + source * n, path = paths.base + source * n, sides = sides.base + source * n
    let sorted = sorted.base + source * rows.entries, queue = queue.base, absent = absent.base
    queue[0] = Int32(truncatingIfNeeded: source)
    depth[source] = 0
    path[source].ways = 1
    var head = 0
    var tail = 1
    var most = 1.0
    while head < tail {
      let i = Int(queue[head])
      head &+= 1
      let here = depth[i]
      let ways = path[i].ways
      most = max(most, ways)
      let begin = Int(s[i])
      let end = Int(s[i &+ 1])
      var nearer = 0
      var farther = 0
      for e in begin..<end {
        let j = Int(v[e])
        if absent[j] != 0 { continue }
        if depth[j] < 0 {
          depth[j] = here &+ 1
          queue[tail] = v[e]
          tail &+= 1
        }
        if depth[j] > here {
          path[j].ways += ways
          farther &+= 1
          sorted[end &- farther] = UInt16(truncatingIfNeeded: j)
        } else if depth[j] < here {
          sorted[begin &+ nearer] = UInt16(truncatingIfNeeded: j)
          nearer &+= 1
        }
      }
      sides[i] = SIMD2(UInt16(truncatingIfNeeded: nearer), UInt16(truncatingIfNeeded: farther))
    }
    sums[at + source] += Double(tail - 1)
    var k = tail - 1
    while k > 0 {
      let i = Int(queue[k])
      k &-= 1
      let end = Int(s[i &+ 1])
      var worth = 0.0
      for e in end &- Int(sides[i].y)..<end { worth += path[Int(sorted[e])].worth }
      let ways = path[i].ways
      let share = 1 + ways * worth
      path[i].worth = share / ways
      sums[at + i] += share
    }
    return most < 1e100
  }
}

/// Shortest-path load after the loss of a few agents.
///
/// For each source, those whose shortest paths led through the lost are found anew, level by level, and then the loads
/// of those on the way to them; the rest is as it was. One agent alone is lost from the pairs of which it is an end by
/// symmetry, so only the sources that it stood in the way of are gone through.
///
/// - Complexity: O(links of those whose paths or loads change) for each source.
/// - Source: for the distances Ramalingam and Reps 1996, doi:10.1006/jagm.1996.0046; for the loads Kas et al. 2013,
///   doi:10.1145/2492517.2492533.
struct PathLoss {
  let tables: PathTables
  let load: Slab<Double>
  private let mark: Slab<UInt8>
  private let ways: Slab<Double>
  private let worth: Slab<Double>
  private let depth: Slab<Int32>
  private let changed: Slab<Int32>
  private let detoured: Slab<Int32>
  private let touched: Slab<Int32>
  // Agents to come, by level, and the new links of those whose distance grew.
  private let level: Slab<Int32>
  private let nearer: Slab<Int32>
  private let farther: Slab<Int32>
  private let item: Slab<Int32>
  private let next: Slab<Int32>
  private let blocked: Slab<UInt8>

  private static let rerouted: UInt8 = 1  // other or fewer shortest paths
  private static let detour: UInt8 = 2  // and they are longer, or none
  private static let settled: UInt8 = 4
  private static let due: UInt8 = 8  // another load
  private static let lost: UInt8 = 16

  init(_ tables: PathTables) throws(AuraError) {
    let n = tables.rows.count
    self.tables = tables
    load = try Slab(repeating: 0, count: n)
    mark = try Slab(repeating: 0, count: n)
    ways = try Slab(repeating: 0, count: n)
    worth = try Slab(repeating: 0, count: n)
    depth = try Slab(repeating: 0, count: n)
    changed = try Slab(repeating: 0, count: n)
    detoured = try Slab(repeating: 0, count: n)
    touched = try Slab(repeating: 0, count: n)
    level = try Slab(repeating: -1, count: n + 2)
    nearer = try Slab(repeating: -1, count: n)
    farther = try Slab(repeating: -1, count: n)
    item = try Slab(repeating: 0, count: 3 * (n + tables.rows.entries))
    next = try Slab(repeating: 0, count: 3 * (n + tables.rows.entries))
    blocked = try Slab(repeating: 0, count: n)
  }

  /// Those of `failed` (ascending) who are there in the tables; nil when the tables lack somebody who has not failed.
  func lost(_ failed: [Int32]) -> [Int32]? {
    let absent = tables.absent
    var lost: [Int32] = []
    for i in failed where absent[Int(i)] == 0 { lost.append(i) }
    return failed.count - lost.count == tables.absentees ? lost : nil
  }

  /// Fills `load` for the network of the tables without `lost`, who must be there.
  /// - Returns: the units of work that it took.
  func compute(without lost: [Int32], _ work: Work) throws(AuraError) -> Int {
    let n = tables.rows.count
    load.copy(from: tables.load)
    if lost.isEmpty { return 0 }
    for a in lost { mark[Int(a)] = Self.lost }
    defer { for a in lost { mark[Int(a)] = 0 } }
    let only = lost.count == 1 ? Int(lost[0]) : -1
    for a in lost {
      // The pairs that it began, and with one alone those that it ended.
      let a = Int(a)
      let factor = only >= 0 ? 2.0 : 1.0
      let depth = tables.depth.base + a * n, path = tables.paths.base + a * n
      for v in 0..<n where depth[v] > 0 { load[v] -= factor * path[v].share }
    }
    if only >= 0 { findBlocked(only) }
    var units = 0
    for source in 0..<n where mark[source] == 0 && tables.absent[source] == 0 {
      if only >= 0 && blocked[source] == 0 { continue }
      let looked = 1 &+ lose(source, lost, only)
      try work.spend(looked)
      units &+= looked
    }
    return units
  }

  /// Which sources have shortest paths that lead on from agent `a`; by symmetry of distances, for all at once.
  private func findBlocked(_ a: Int) {
    let rows = tables.rows
    let n = rows.count
    let s = rows.starts.span, v = rows.neighbours.span
    let mine = tables.depth.base + a * n, blocked = blocked.base
    self.blocked.fill(0)
    for e in Int(s[a])..<Int(s[a + 1]) {
      let other = tables.depth.base + Int(v[e]) * n
      for i in 0..<n { blocked[i] |= other[i] > mine[i] ? 1 : 0 }
    }
  }

  /// Brings `load` up to date for the paths from one source.
  /// - Returns: links looked at.
  private func lose(_ source: Int, _ lost: [Int32], _ only: Int) -> Int {
    let rows = tables.rows
    let n = rows.count
    let s = rows.starts.span, v = rows.neighbours.span
    let old = tables.depth.base + source * n, path = tables.paths.base + source * n
    let sides = tables.sides.base + source * n, sorted = tables.sorted.base + source * tables.rows.entries
    let mark = mark.base, ways = ways.base, worth = worth.base, depth = depth.base, load = load.base
    let level = level.base, item = item.base, next = next.base, nearer = nearer.base, farther = farther.base
    let changed = changed.base, detoured = detoured.base, touched = touched.base
    var pool = 0
    var waiting = 0
    var lowest = n
    var highest = 0
    func push(_ i: Int, _ d: Int) {
      item[pool] = Int32(truncatingIfNeeded: i)
      next[pool] = level[d]
      level[d] = Int32(truncatingIfNeeded: pool)
      pool &+= 1
      waiting &+= 1
      lowest = min(lowest, d)
      highest = max(highest, d)
    }
    func pop(_ d: Int) -> Int {
      let e = Int(level[d])
      level[d] = next[e]
      waiting &-= 1
      return Int(item[e])
    }
    var looked = 0
    // Those behind the lost, nearest first: how many shortest paths are left to them.
    var reached = 0
    for a in lost where old[Int(a)] > 0 {
      let i = Int(a)
      reached &+= 1
      let end = Int(s[i &+ 1])
      for e in end &- Int(sides[i].y)..<end {
        let j = Int(sorted[e])
        if mark[j] & (Self.rerouted | Self.lost) != 0 { continue }
        mark[j] |= Self.rerouted
        push(j, Int(old[i]) &+ 1)
      }
    }
    var changes = 0
    var detours = 0
    var d = lowest
    while waiting > 0 {
      while level[d] >= 0 {
        let i = pop(d)
        let begin = Int(s[i])
        let end = Int(s[i &+ 1])
        let side = sides[i]
        looked &+= Int(side.x) &+ Int(side.y)
        var left = 0.0
        for e in begin..<begin &+ Int(side.x) {
          let j = Int(sorted[e])
          if mark[j] & (Self.detour | Self.lost) != 0 { continue }
          left += mark[j] & Self.rerouted != 0 ? ways[j] : path[j].ways
        }
        for e in end &- Int(side.y)..<end {
          let j = Int(sorted[e])
          if mark[j] & (Self.rerouted | Self.lost) != 0 { continue }
          mark[j] |= Self.rerouted
          push(j, d &+ 1)
        }
        ways[i] = left
        changed[changes] = Int32(truncatingIfNeeded: i)
        changes &+= 1
        if left == 0 {
          mark[i] |= Self.detour
          detoured[detours] = Int32(truncatingIfNeeded: i)
          detours &+= 1
        }
      }
      d &+= 1
    }
    // Those with no path of the old length left: new distances, nearest first. Nobody else comes nearer to them.
    if detours > 0 {
      pool = 0
      lowest = n
      for k in 0..<detours {
        let i = Int(detoured[k])
        var best = n
        for e in Int(s[i])..<Int(s[i &+ 1]) {
          let j = Int(v[e])
          if mark[j] & (Self.detour | Self.lost) == 0 && old[j] >= 0 { best = min(best, Int(old[j]) &+ 1) }
        }
        looked &+= Int(s[i &+ 1] &- s[i])
        depth[i] = Int32(truncatingIfNeeded: best)
        if best < n { push(i, best) }
      }
      d = lowest
      while waiting > 0 {
        while level[d] >= 0 {
          let i = pop(d)
          if mark[i] & Self.settled != 0 || Int(depth[i]) != d { continue }
          mark[i] |= Self.settled
          looked &+= Int(s[i &+ 1] &- s[i])
          var all = 0.0
          for e in Int(s[i])..<Int(s[i &+ 1]) {
            let j = Int(v[e])
            let there = mark[j]
            if there & Self.lost != 0 { continue }
            if there & Self.detour == 0 {
              if Int(old[j]) != d &- 1 { continue }
              all += there & Self.rerouted != 0 ? ways[j] : path[j].ways
            } else if there & Self.settled == 0 {
              if Int(depth[j]) > d &+ 1 {
                depth[j] = Int32(truncatingIfNeeded: d &+ 1)
                push(j, d &+ 1)
              }
              continue
            } else {
              if Int(depth[j]) != d &- 1 { continue }
              all += ways[j]
            }
            item[pool] = Int32(truncatingIfNeeded: i)
            next[pool] = farther[j]
            farther[j] = Int32(truncatingIfNeeded: pool)
            item[pool &+ 1] = Int32(truncatingIfNeeded: j)
            next[pool &+ 1] = nearer[i]
            nearer[i] = Int32(truncatingIfNeeded: pool &+ 1)
            pool &+= 2
          }
          ways[i] = all
        }
        d &+= 1
      }
    }
    // Loads, farthest first: of those above, and of those on the way to them and to the lost.
    highest = 0
    var cut = 0
    for k in 0..<changes {
      let i = Int(changed[k])
      if mark[i] & Self.detour == 0 {
        mark[i] |= Self.due
        push(i, Int(old[i]))
      } else if mark[i] & Self.settled != 0 {
        mark[i] |= Self.due
        push(i, Int(depth[i]))
      } else {
        cut &+= 1
        load[i] -= path[i].share
      }
    }
    for a in lost where old[Int(a)] > 1 {
      let i = Int(a)
      let begin = Int(s[i])
      for e in begin..<begin &+ Int(sides[i].x) {
        let j = Int(sorted[e])
        if mark[j] & (Self.lost | Self.detour | Self.due) != 0 { continue }
        mark[j] |= Self.due
        push(j, Int(old[j]))
      }
    }
    load[source] -= Double(only >= 0 ? cut : cut &+ reached)
    let far = only >= 0 ? Int(old[only]) : 0
    let there = tables.depth.base + max(0, only) * n, back = tables.paths.base + max(0, only) * n
    let perPath = only >= 0 ? 1 / path[only].ways : 0
    var touches = 0
    d = highest
    while waiting > 0 {
      while level[d] >= 0 {
        let i = pop(d)
        touched[touches] = Int32(truncatingIfNeeded: i)
        touches &+= 1
        let begin = Int(s[i])
        let end = Int(s[i &+ 1])
        let side = sides[i]
        var each = 0.0
        var e = farther[i]
        while e >= 0 {
          each += worth[Int(item[Int(e)])]
          e = next[Int(e)]
        }
        looked &+= Int(side.x) &+ Int(side.y)
        if mark[i] & Self.detour == 0 {
          for e in end &- Int(side.y)..<end {
            let j = Int(sorted[e])
            if mark[j] & (Self.detour | Self.lost) != 0 { continue }
            each += mark[j] & Self.due != 0 ? worth[j] : path[j].worth
          }
          if d > 1 {
            for e in begin..<begin &+ Int(side.x) {
              let j = Int(sorted[e])
              if mark[j] & (Self.detour | Self.lost | Self.due) != 0 { continue }
              mark[j] |= Self.due
              push(j, d &- 1)
            }
          }
        } else if d > 1 {
          e = nearer[i]
          while e >= 0 {
            let j = Int(item[Int(e)])
            e = next[Int(e)]
            if mark[j] & Self.due != 0 { continue }
            mark[j] |= Self.due
            push(j, d &- 1)
          }
        }
        let mine = mark[i] & Self.rerouted != 0 ? ways[i] : path[i].ways
        let share = 1 + mine * each
        worth[i] = share / mine
        load[i] += share - path[i].share
        // What it carried on the way to the only one lost has been taken off with all that ended there.
        if d < far && Int(there[i]) == far &- d { load[i] += path[i].ways * back[i].ways * perPath }
      }
      d &-= 1
    }
    for k in 0..<changes {
      let i = Int(changed[k])
      mark[i] = 0
      nearer[i] = -1
      farther[i] = -1
    }
    for k in 0..<touches {
      let i = Int(touched[k])
      mark[i] = 0
      farther[i] = -1
    }
    return looked
  }
}
