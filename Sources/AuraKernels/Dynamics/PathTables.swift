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

/// Who is overloaded by shortest-path load after the loss of a few agents.
///
/// The pairs that end at the lost are taken off as their rows of the tables say. For each other source, those whose
/// shortest paths led through the lost are found anew, level by level, and what the paths to them load and have loaded
/// is followed back to the source; the rest is as it was. Paths lead both ways, so a pair is looked at from one end and
/// counts twice. No load changes for a pair by more than what the lost carried of it; sources for which they carried
/// most come first, and the others are left out once they cannot decide anything.
///
/// - Complexity: O(links of those whose paths or loads change) for each source gone through.
/// - Source: for the distances Ramalingam and Reps 1996, doi:10.1006/jagm.1996.0046; for the loads Kas et al. 2013,
///   doi:10.1145/2492517.2492533.
struct PathLoss {
  let tables: PathTables
  /// What each agent can carry.
  private let limit: Slab<Double>
  private let load: Slab<Double>
  private let gain: Slab<Double>
  private let mark: Slab<UInt8>
  private let done: Slab<UInt8>
  /// Shortest paths from the source; none for the lost and for those whose distance grew.
  private let row: Slab<Double>
  /// What each path to an agent is worth to those that find themselves anew behind it: now, and before.
  private let worths: Slab<SIMD2<Double>>
  private let queue: Slab<Int32>
  private let ranks: Slab<Int32>
  // Those whose distance grew: the new one, their new paths and the new links; waiting lists by distance.
  private let detoured: Slab<Int32>
  private let depth: Slab<Int32>
  private let ways: Slab<Double>
  private let worth: Slab<Double>
  private let nearer: Slab<Int32>
  private let farther: Slab<Int32>
  private let level: Slab<Int32>
  private let item: Slab<Int32>
  private let next: Slab<Int32>

  private static let rerouted: UInt8 = 1
  private static let detour: UInt8 = 2
  private static let settled: UInt8 = 4
  private static let due: UInt8 = 8
  private static let lost: UInt8 = 16

  init(_ tables: PathTables, limits: Slab<Double>) throws(AuraError) {
    let n = tables.rows.count
    let links = 3 * (n + tables.rows.entries)
    self.tables = tables
    limit = limits
    load = try Slab(repeating: 0, count: n)
    gain = try Slab(repeating: 0, count: n)
    mark = try Slab(repeating: 0, count: n)
    done = try Slab(repeating: 0, count: n)
    row = try Slab(repeating: 0, count: n)
    worths = try Slab(repeating: .zero, count: n)
    queue = try Slab(repeating: 0, count: 3 * n + 1)
    ranks = try Slab(repeating: 0, count: n)
    detoured = try Slab(repeating: 0, count: n)
    depth = try Slab(repeating: 0, count: n)
    ways = try Slab(repeating: 0, count: n)
    worth = try Slab(repeating: 0, count: n)
    nearer = try Slab(repeating: -1, count: n)
    farther = try Slab(repeating: -1, count: n)
    level = try Slab(repeating: -1, count: n + 2)
    item = try Slab(repeating: 0, count: links)
    next = try Slab(repeating: 0, count: links)
  }

  /// Those of `failed` (ascending) who are there in the tables; nil when the tables lack somebody who has not failed.
  func lost(_ failed: [Int32]) -> [Int32]? {
    let absent = tables.absent
    var lost: [Int32] = []
    for i in failed where absent[Int(i)] == 0 { lost.append(i) }
    return failed.count - lost.count == tables.absentees ? lost : nil
  }

  /// The agents, ascending, that are overloaded without `lost`, who are there in the tables; and the units of work that
  /// it took.
  func overloaded(without lost: [Int32], _ work: Work) throws(AuraError) -> (over: [Int32], units: Int) {
    let n = tables.rows.count
    let load = load.base, gain = gain.base, limit = limit.base, absent = tables.absent.base, mark = mark.base
    self.load.copy(from: tables.load)
    self.gain.fill(0)
    self.done.fill(0)
    for a in lost { mark[Int(a)] = Self.lost }
    defer { for a in lost { mark[Int(a)] = 0 } }
    for a in lost {
      let depth = tables.depth.base + Int(a) * n, path = tables.paths.base + Int(a) * n
      for v in 0..<n where depth[v] > 0 { load[v] -= 2 * path[v].share }
      // Pairs of two lost have been taken off twice.
      for b in lost where b != a && depth[Int(b)] > 0 {
        let back = tables.depth.base + Int(b) * n, way = tables.paths.base + Int(b) * n
        let far = depth[Int(b)]
        let each = 1 / path[Int(b)].ways
        for v in 0..<n where depth[v] >= 0 && depth[v] &+ back[v] == far {
          load[v] += path[v].ways * way[v].ways * each
        }
      }
    }
    // What the lost carried from each source.
    var sources: [(part: Double, source: Int32)] = []
    var left = 0.0
    for source in 0..<n where mark[source] == 0 && absent[source] == 0 {
      var part = 0.0
      for a in lost where tables.depth.base[source * n + Int(a)] > 0 {
        part += tables.paths.base[source * n + Int(a)].share - 1
      }
      // Nothing but rounding is nothing.
      if part > 1e-9 {
        sources.append((part, Int32(truncatingIfNeeded: source)))
        left += part
      }
    }
    sources.sort { $0.part > $1.part || ($0.part == $1.part && $0.source < $1.source) }
    // What the pairs of which no end has been a source may still change; with several lost, more than that.
    let only = lost.count == 1 ? Int(lost[0]) : -1
    var units = n
    for k in 0...sources.count {
      if k % 4 == 0 || k == sources.count {
        var nearest = Double.infinity
        for v in 0..<n where mark[v] == 0 && absent[v] == 0 {
          nearest = min(nearest, (limit[v] - load[v] - 2 * gain[v]).magnitude)
        }
        units &+= n / 8
        try work.spend(n / 8)
        if k == sources.count || nearest > left * (1 + 1e-9) + 1e-6 { break }
      }
      let source = Int(sources[k].source)
      let looked = 1 &+ lose(source, lost)
      done[source] = 1
      left -= (only >= 0 ? 2 : 1) * sources[k].part
      if only >= 0 {
        let depth = tables.depth.base + source * n, path = tables.paths.base + source * n
        let back = tables.depth.base + only * n, way = tables.paths.base + only * n
        for e in 0..<k {
          let t = Int(sources[e].source)
          if depth[only] &+ back[t] == depth[t] { left += 2 * path[only].ways * way[t].ways / path[t].ways }
        }
      }
      try work.spend(looked)
      units &+= looked
    }
    try work.spend(n)
    var over: [Int32] = []
    for v in 0..<n where mark[v] == 0 && absent[v] == 0 && load[v] + 2 * gain[v] > limit[v] {
      over.append(Int32(truncatingIfNeeded: v))
    }
    return (over, units)
  }

  /// Adds to `gain` what changes for the paths from one source to those that are not `done`.
  /// - Returns: links looked at.
  private func lose(_ source: Int, _ lost: [Int32]) -> Int {
    let rows = tables.rows
    let n = rows.count
    let s = rows.starts.span
    let old = tables.depth.base + source * n, path = tables.paths.base + source * n
    let sides = tables.sides.base + source * n, sorted = tables.sorted.base + source * rows.entries
    let mark = mark.base, gain = gain.base, queue = queue.base, row = row.base, ranks = ranks.base, done = done.base
    for i in 0..<n { row[i] = path[i].ways }
    var looked = n / 8
    // The lost in reach, nearest first; few, so by insertion.
    var reached = 0
    for a in lost where old[Int(a)] > 0 {
      row[Int(a)] = 0
      var at = reached
      while at > 0 && old[Int(ranks[at &- 1])] > old[Int(a)] {
        ranks[at] = ranks[at &- 1]
        at &-= 1
      }
      ranks[at] = a
      reached &+= 1
    }
    // Those behind the lost, nearest first: how many shortest paths are left to them. Appending is written without
    // branches, since nobody can foretell them.
    var tail = 0
    var head = 0
    var detours = 0
    var rank = 0
    var d = 0
    while true {
      if head == tail {
        if rank == reached { break }
        d = Int(old[Int(ranks[rank])])
      }
      let end = tail
      while head < end {
        let i = Int(queue[head])
        head &+= 1
        let begin = Int(s[i])
        let stop = Int(s[i &+ 1])
        let side = sides[i]
        looked &+= Int(side.x) &+ Int(side.y)
        var left = 0.0
        for e in begin..<begin &+ Int(side.x) { left += row[Int(sorted[e])] }
        for e in stop &- Int(side.y)..<stop {
          let j = Int(sorted[e])
          queue[tail] = Int32(truncatingIfNeeded: j)
          tail &+= mark[j] == 0 ? 1 : 0
          mark[j] |= Self.rerouted
        }
        row[i] = left
        if left == 0 {
          mark[i] |= Self.detour
          detoured[detours] = Int32(truncatingIfNeeded: i)
          detours &+= 1
        }
      }
      while rank < reached && Int(old[Int(ranks[rank])]) == d {
        let i = Int(ranks[rank])
        rank &+= 1
        let stop = Int(s[i &+ 1])
        for e in stop &- Int(sides[i].y)..<stop {
          let j = Int(sorted[e])
          queue[tail] = Int32(truncatingIfNeeded: j)
          tail &+= mark[j] == 0 ? 1 : 0
          mark[j] |= Self.rerouted
        }
      }
      d &+= 1
    }
    if tail == 0 { return looked }
    var changed = tail
    var settled = 0
    if detours > 0 {
      let (count, more) = settle(detours, old)
      settled = count
      looked &+= more
      for k in settled..<detours where done[Int(detoured[k])] == 0 {
        gain[Int(detoured[k])] -= 1
        gain[source] -= 1
      }
    }
    // What the paths to those above load now and have loaded, farthest first.
    let ways = ways.base, worth = worth.base, worths = worths.base, farther = farther.base
    let nearer = nearer.base, item = item.base, next = next.base
    d = Int(old[Int(queue[changed &- 1])])
    if settled > 0 { d = max(d, Int(depth[Int(detoured[settled &- 1])])) }
    head = tail
    while d > 0 {
      while changed > 0 && Int(old[Int(queue[changed &- 1])]) >= d {
        changed &-= 1
        queue[tail] = queue[changed]
        tail &+= 1
      }
      while rank > 0 && Int(old[Int(ranks[rank &- 1])]) >= d {
        rank &-= 1
        queue[tail] = ranks[rank]
        tail &+= 1
      }
      let end = tail
      while head < end {
        let i = Int(queue[head])
        head &+= 1
        let begin = Int(s[i])
        let stop = Int(s[i &+ 1])
        let side = sides[i]
        let what = mark[i]
        looked &+= Int(side.x) &+ Int(side.y)
        var each = SIMD2<Double>.zero  // now, and before
        for e in stop &- Int(side.y)..<stop { each += worths[Int(sorted[e])] }
        if d > 1 {
          for e in begin..<begin &+ Int(side.x) {
            let j = Int(sorted[e])
            queue[tail] = Int32(truncatingIfNeeded: j)
            tail &+= mark[j] == 0 ? 1 : 0
            mark[j] |= Self.due
          }
        }
        let before = path[i].ways
        let end = what & (Self.rerouted | Self.lost) == Self.rerouted && done[i] == 0 ? 1.0 : 0
        if what & (Self.detour | Self.lost) == 0 {
          if detours > 0 {
            var e = farther[i]
            while e >= 0 {
              each.x += worth[Int(item[Int(e)])]
              e = next[Int(e)]
            }
          }
          let now = row[i]
          gain[i] += now * each.x - before * each.y
          worths[i] = SIMD2(each.x + end / now, each.y + end / before)
        } else {
          gain[i] -= before * each.y
          worths[i] = SIMD2(0, each.y + end / before)
        }
      }
      // After the others, so that whom they call up wait for the next turn.
      while settled > 0 && Int(depth[Int(detoured[settled &- 1])]) >= d {
        settled &-= 1
        let i = Int(detoured[settled])
        var each = 0.0
        var e = farther[i]
        while e >= 0 {
          each += worth[Int(item[Int(e)])]
          e = next[Int(e)]
        }
        worth[i] = each + (done[i] == 0 ? 1 / ways[i] : 0)
        gain[i] += ways[i] * each
        e = nearer[i]
        while d > 1 && e >= 0 {
          let j = Int(item[Int(e)])
          e = next[Int(e)]
          // Those whose distance grew too have turns of their own.
          queue[tail] = Int32(truncatingIfNeeded: j)
          tail &+= mark[j] == 0 ? 1 : 0
          mark[j] |= Self.due
        }
      }
      d &-= 1
    }
    if detours > 0 {
      for k in 0..<tail { farther[Int(queue[k])] = -1 }
      for k in 0..<detours { nearer[Int(detoured[k])] = -1 }
    }
    for k in 0..<tail {
      let i = Int(queue[k])
      mark[i] &= Self.lost
      worths[i] = .zero
    }
    return looked
  }

  /// New distances for those of `detoured` who have no path of the old length left, nearest first, which is how they are
  /// then sorted; the cut off come last. Nobody else comes nearer to them.
  /// - Returns: how many are still in reach, and links looked at.
  private func settle(_ detours: Int, _ old: UnsafeMutablePointer<Int16>) -> (settled: Int, looked: Int) {
    let rows = tables.rows
    let n = rows.count
    let s = rows.starts.span, v = rows.neighbours.span
    let mark = mark.base, level = level.base, item = item.base, next = next.base
    let depth = depth.base, nearer = nearer.base, farther = farther.base, ways = ways.base, row = row.base
    var pool = 0
    var waiting = 0
    var looked = 0
    var d = n
    func push(_ i: Int, _ at: Int) {
      item[pool] = Int32(truncatingIfNeeded: i)
      next[pool] = level[at]
      level[at] = Int32(truncatingIfNeeded: pool)
      pool &+= 1
      waiting &+= 1
    }
    for k in 0..<detours {
      let i = Int(detoured[k])
      var best = n
      for e in Int(s[i])..<Int(s[i &+ 1]) {
        let j = Int(v[e])
        if mark[j] & (Self.detour | Self.lost) == 0 && old[j] >= 0 { best = min(best, Int(old[j]) &+ 1) }
      }
      looked &+= Int(s[i &+ 1] &- s[i])
      depth[i] = Int32(truncatingIfNeeded: best)
      if best < n {
        push(i, best)
        d = min(d, best)
      }
    }
    var settled = 0
    while waiting > 0 {
      while level[d] >= 0 {
        let entry = Int(level[d])
        level[d] = next[entry]
        waiting &-= 1
        let i = Int(item[entry])
        if mark[i] & Self.settled != 0 || Int(depth[i]) != d { continue }
        mark[i] |= Self.settled
        queue[n &+ n &+ settled] = Int32(truncatingIfNeeded: i)
        settled &+= 1
        looked &+= Int(s[i &+ 1] &- s[i])
        var all = 0.0
        for e in Int(s[i])..<Int(s[i &+ 1]) {
          let j = Int(v[e])
          let there = mark[j]
          if there & Self.lost != 0 { continue }
          if there & Self.detour == 0 {
            if Int(old[j]) != d &- 1 { continue }
            all += row[j]
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
    var last = settled
    for k in 0..<detours where mark[Int(detoured[k])] & Self.settled == 0 {
      queue[n &+ n &+ last] = detoured[k]
      last &+= 1
    }
    for k in 0..<detours { detoured[k] = queue[n &+ n &+ k] }
    return (settled, looked)
  }
}
