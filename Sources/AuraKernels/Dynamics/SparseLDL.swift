package import AuraBase

/// The pattern of a symmetric factorisation L D Lᵀ: an elimination order that keeps L sparse, and where the entries
/// of L stand. It depends on who is linked with whom only, so one pattern serves every state of a network.
///
/// - Complexity: minimum degree, O(sum of squared column lengths of L).
/// - Source: Tinney and Walker 1967, doi:10.1109/PROC.1967.6011 (minimum degree); George and Liu 1981.
package struct LDLPattern: Sendable {
  package let count: Int
  /// `position[i]`: when agent *i* is eliminated.
  package let position: Column<Int32>
  /// Column *k* of L holds rows `rows[starts[k]..<starts[k + 1]]` (positions, ascending, below the diagonal).
  package let starts: Column<Int32>
  package let rows: Column<Int32>

  /// - Throws: `.memory`; `.limit` from `work` or when L would have 2^31 entries.
  package init(_ graph: Adjacency, work: Work) throws(AuraError) {
    guard let made = try Self(graph, most: .max, work: work) else {
      throw AuraError(.limit, "the network is too dense to factorise")
    }
    self = made
  }

  /// The same where it is cheap enough.
  ///
  /// - Parameter most: the sum of squared column lengths of L above which there is none.
  package init?(_ graph: Adjacency, most: Int, work: Work) throws(AuraError) {
    let n = graph.count
    var squares = 0
    var living = 0
    // Neighbours of what is left, one list for each agent, in a pool that only grows.
    var pool = Buffer<Int32>()
    var from = try Slab<Int>(repeating: 0, count: n)
    let length = try Slab<Int32>(repeating: 0, count: n)
    do {
      let s = graph.starts.span, v = graph.neighbours.span
      for i in 0..<n {
        from[i] = pool.count
        for e in Int(s[i])..<Int(s[i + 1]) where v[e] != Int32(truncatingIfNeeded: i) { try pool.append(v[e]) }
        length[i] = Int32(truncatingIfNeeded: pool.count - from[i])
      }
      living = pool.count
    }
    // Buckets of agents by degree, doubly linked.
    let head = try Slab<Int32>(repeating: -1, count: n)
    let next = try Slab<Int32>(repeating: -1, count: n)
    let last = try Slab<Int32>(repeating: -1, count: n)
    func enter(_ i: Int) {
      let d = Int(length[i])
      next[i] = head[d]
      last[i] = -1
      if head[d] >= 0 { last[Int(head[d])] = Int32(truncatingIfNeeded: i) }
      head[d] = Int32(truncatingIfNeeded: i)
    }
    func leave(_ i: Int) {
      if last[i] >= 0 { next[Int(last[i])] = next[i] } else { head[Int(length[i])] = next[i] }
      if next[i] >= 0 { last[Int(next[i])] = last[i] }
    }
    for i in stride(from: n - 1, through: 0, by: -1) { enter(i) }
    let position = try Slab<Int32>(repeating: -1, count: n)
    let mark = try Slab<Int32>(repeating: -1, count: n)
    var columns = Buffer<Int32>()
    var starts = try Buffer<Int32>(repeating: 0, count: n + 1)
    var least = 0
    for k in 0..<n {
      while least < n - 1 && head[least] < 0 { least += 1 }
      let pivot = Int(head[least])
      leave(pivot)
      position[pivot] = Int32(truncatingIfNeeded: k)
      let begin = columns.count
      for e in from[pivot]..<from[pivot] + Int(length[pivot]) { try columns.append(pool.span[e]) }
      let end = columns.count
      squares += (end - begin) * (end - begin)
      guard end < Int(Int32.max), squares <= most else { return nil }
      do {
        var s = starts.mutableSpan
        s[k + 1] = Int32(truncatingIfNeeded: end)
      }
      try work.spend(1 + (end - begin) * (end - begin))
      // Whoever is linked with the pivot is now linked with one another.
      for a in begin..<end {
        let i = Int(columns.span[a])
        leave(i)
        let old = from[i]..<from[i] + Int(length[i])
        let fresh = pool.count
        mark[i] = Int32(truncatingIfNeeded: k)
        for e in old {
          let j = pool.span[e]
          if Int(j) == pivot { continue }
          mark[Int(j)] = Int32(truncatingIfNeeded: k)
          try pool.append(j)
        }
        var grown = false
        for b in begin..<end {
          let j = columns.span[b]
          if mark[Int(j)] == Int32(truncatingIfNeeded: k) { continue }
          grown = true
          try pool.append(j)
        }
        // Marks must not leak into the next list.
        for e in fresh..<pool.count { mark[Int(pool.span[e])] = -1 }
        mark[i] = -1
        let count = pool.count - fresh
        living += count - old.count
        if grown {
          from[i] = fresh
        } else {
          // No new neighbour: write over the old place.
          for e in 0..<count {
            let j = pool.span[fresh + e]
            var p = pool.mutableSpan
            p[old.lowerBound + e] = j
          }
          pool.truncate(to: fresh)
        }
        length[i] = Int32(truncatingIfNeeded: count)
        least = min(least, count)
        enter(i)
      }
      living -= end - begin
      // Lists that were outgrown make room when they are most of the pool.
      if pool.count > 3 * living + 1_000_000 {
        var fresh = Buffer<Int32>()
        try fresh.reserve(2 * living)
        let moved = try Slab<Int>(repeating: 0, count: n)
        for i in 0..<n where position[i] < 0 {
          moved[i] = fresh.count
          try fresh.append(pool.span.extracting(from[i]..<from[i] + Int(length[i])))
        }
        from = moved
        pool = fresh
      }
    }
    // From agents to positions, ascending in each column.
    var rows = Buffer<Int32>()
    try rows.reserve(columns.count)
    for k in 0..<n {
      var column: [Int32] = []
      for e in Int(starts.span[k])..<Int(starts.span[k + 1]) { column.append(position[Int(columns.span[e])]) }
      column.sort()
      for row in column { try rows.append(row) }
    }
    var places = Buffer<Int32>()
    for i in 0..<n { try places.append(position[i]) }
    count = n
    self.position = Column(places)
    self.starts = Column(starts)
    self.rows = Column(rows)
  }
}

/// A symmetric positive definite system solved again and again with the same pattern and other numbers.
///
/// - Complexity: O(sum of squared column lengths of L) to factorise, O(entries of L) to solve.
/// - Source: left-looking sparse factorisation, George and Liu 1981.
package struct LDLSolver {
  package let pattern: LDLPattern
  /// Off-diagonal entries of the matrix, in the place that L's entry will take; set before `factorise`.
  package let lower: Slab<Double>
  /// Diagonal by position; set before `factorise`.
  package let diagonal: Slab<Double>
  private let column: Slab<Double>
  private let link: Slab<Int32>
  private let cursor: Slab<Int32>
  private let solution: Slab<Double>

  package init(_ pattern: LDLPattern) throws(AuraError) {
    self.pattern = pattern
    lower = try Slab(repeating: 0, count: pattern.rows.count)
    diagonal = try Slab(repeating: 1, count: pattern.count)
    column = try Slab(repeating: 0, count: pattern.count)
    link = try Slab(repeating: -1, count: pattern.count)
    cursor = try Slab(repeating: 0, count: pattern.count)
    solution = try Slab(repeating: 0, count: pattern.count)
  }

  /// Where the entry that couples agents `i` and `j` stands in `lower`; nil when they are not linked.
  package func place(_ i: Int, _ j: Int) -> Int? {
    let p = pattern.position.span, starts = pattern.starts.span, rows = pattern.rows.span
    let (low, high) = (min(p[i], p[j]), max(p[i], p[j]))
    var begin = Int(starts[Int(low)])
    var end = Int(starts[Int(low) + 1])
    while begin < end {
      let middle = (begin + end) / 2
      if rows[middle] < high { begin = middle + 1 } else { end = middle }
    }
    return begin < Int(starts[Int(low) + 1]) && rows[begin] == high ? begin : nil
  }

  /// Overwrites `lower` and `diagonal` with L and D.
  package func factorise() {
    let n = pattern.count
    let s = pattern.starts.span, r = pattern.rows.span
    let l = lower, d = diagonal, y = column, link = link, cursor = cursor
    link.fill(-1)
    for k in 0..<n {
      let begin = Int(s[k])
      let end = Int(s[k &+ 1])
      for e in begin..<end { y[Int(r[e])] = l[e] }
      var pivot = d[k]
      // Columns to the left that have an entry in row k.
      var c = link[k]
      while c >= 0 {
        let j = Int(c)
        let following = link[j]
        let at = Int(cursor[j])
        let factor = l[at] * d[j]
        pivot -= l[at] * factor
        let stop = Int(s[j &+ 1])
        var e = at &+ 1
        while e < stop {
          y[Int(r[e])] -= l[e] * factor
          e &+= 1
        }
        if at &+ 1 < stop {
          cursor[j] = Int32(truncatingIfNeeded: at &+ 1)
          let row = Int(r[at &+ 1])
          link[j] = link[row]
          link[row] = c
        }
        c = following
      }
      // A vanishing pivot means an island without reference; leave it grounded instead of dividing by nothing.
      if !(pivot.magnitude > 1e-14) { pivot = 1e14 }
      d[k] = pivot
      for e in begin..<end { l[e] = y[Int(r[e])] / pivot }
      if begin < end {
        cursor[k] = Int32(truncatingIfNeeded: begin)
        let row = Int(r[begin])
        link[k] = link[row]
        link[row] = Int32(truncatingIfNeeded: k)
      }
    }
  }

  /// Solves for `right` (by agent), in place.
  package func solve(_ right: Slab<Double>) {
    let n = pattern.count
    let s = pattern.starts.span, r = pattern.rows.span, p = pattern.position.span
    let l = lower, d = diagonal, x = solution
    for i in 0..<n { x[Int(p[i])] = right[i] }
    for k in 0..<n {
      let value = x[k]
      if value == 0 { continue }
      for e in Int(s[k])..<Int(s[k &+ 1]) { x[Int(r[e])] -= l[e] * value }
    }
    for k in 0..<n { x[k] /= d[k] }
    for k in stride(from: n - 1, through: 0, by: -1) {
      var value = x[k]
      for e in Int(s[k])..<Int(s[k &+ 1]) { value -= l[e] * x[Int(r[e])] }
      x[k] = value
    }
    for i in 0..<n { right[i] = x[Int(p[i])] }
  }
}
