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
  /// Row *k* is linked with the columns `linked[linkStarts[k]..<linkStarts[k + 1]]` to the left; the entries of L stand
  /// at `linkPlaces`.
  let linkStarts: Column<Int32>
  let linked: Column<Int32>
  let linkPlaces: Column<Int32>

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
    // Buckets of agents by degree, doubly linked; who came first goes first, which leaves less fill on lattices.
    let head = try Slab<Int32>(repeating: -1, count: n)
    let tail = try Slab<Int32>(repeating: -1, count: n)
    let next = try Slab<Int32>(repeating: -1, count: n)
    let last = try Slab<Int32>(repeating: -1, count: n)
    func enter(_ i: Int) {
      let d = Int(length[i])
      next[i] = -1
      last[i] = tail[d]
      if tail[d] >= 0 {
        next[Int(tail[d])] = Int32(truncatingIfNeeded: i)
      } else {
        head[d] = Int32(truncatingIfNeeded: i)
      }
      tail[d] = Int32(truncatingIfNeeded: i)
    }
    func leave(_ i: Int) {
      if last[i] >= 0 { next[Int(last[i])] = next[i] } else { head[Int(length[i])] = next[i] }
      if next[i] >= 0 { last[Int(next[i])] = last[i] } else { tail[Int(length[i])] = last[i] }
    }
    for i in 0..<n { enter(i) }
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
    // Children stand right before their parents, those with the longest columns last: columns of one pattern become
    // neighbours, and the fill stays as it is.
    let parent = try Slab<Int32>(repeating: -1, count: n)
    let eldest = try Slab<Int32>(repeating: -1, count: n + 1)  // of n: the roots
    let sibling = try Slab<Int32>(repeating: -1, count: n)
    for k in 0..<n {
      var least = Int32(truncatingIfNeeded: n)
      for e in Int(starts.span[k])..<Int(starts.span[k + 1]) { least = min(least, position[Int(columns.span[e])]) }
      parent[k] = least
    }
    func width(_ k: Int) -> Int32 { starts.span[k + 1] - starts.span[k] }
    // Lists are walked from the front, and the walk below numbers from the back: the longest goes first.
    for k in 0..<n {
      let p = Int(parent[k])
      let first = Int(eldest[p])
      if first >= 0 && width(first) > width(k) {
        sibling[k] = sibling[first]
        sibling[first] = Int32(truncatingIfNeeded: k)
      } else {
        sibling[k] = Int32(truncatingIfNeeded: first)
        eldest[p] = Int32(truncatingIfNeeded: k)
      }
    }
    let order = try Slab<Int32>(repeating: 0, count: n)  // old numbers by new ones
    let renumbered = try Slab<Int32>(repeating: 0, count: n)
    var free = n
    // Parents before children, counted down; `next` says where each list of children has been walked to.
    for k in 0..<n { next[k] = eldest[k] }
    var root = Int(eldest[n])
    while root >= 0 {
      var at = root
      var fresh = true
      while true {
        if fresh {
          free -= 1
          renumbered[at] = Int32(truncatingIfNeeded: free)
          order[free] = Int32(truncatingIfNeeded: at)
        }
        let child = Int(next[at])
        fresh = child >= 0
        if fresh {
          next[at] = sibling[child]
          at = child
        } else if at == root {
          break
        } else {
          at = Int(parent[at])
        }
      }
      root = Int(sibling[root])
    }
    for i in 0..<n { position[i] = renumbered[Int(position[i])] }
    // From agents to positions, ascending in each column.
    var rows = Buffer<Int32>()
    var ends = try Buffer<Int32>(repeating: 0, count: n + 1)
    try rows.reserve(columns.count)
    for k in 0..<n {
      let old = Int(order[k])
      var column: [Int32] = []
      for e in Int(starts.span[old])..<Int(starts.span[old + 1]) { column.append(position[Int(columns.span[e])]) }
      column.sort()
      for row in column { try rows.append(row) }
      var s = ends.mutableSpan
      s[k + 1] = Int32(truncatingIfNeeded: rows.count)
    }
    var places = Buffer<Int32>()
    for i in 0..<n { try places.append(position[i]) }
    // What of it is linked, by rows.
    var lists = try Buffer<Int32>(repeating: 0, count: n + 1)
    var linked = Buffer<Int32>()
    var linkPlaces = Buffer<Int32>()
    let agent = try Slab<Int32>(repeating: 0, count: n)
    for i in 0..<n { agent[Int(position[i])] = Int32(truncatingIfNeeded: i) }
    do {
      let s = graph.starts.span, v = graph.neighbours.span
      for k in 0..<n {
        for e in Int(s[Int(agent[k])])..<Int(s[Int(agent[k]) + 1]) {
          let low = position[Int(v[e])]
          if Int(low) >= k { continue }
          let row = Int32(truncatingIfNeeded: k)
          guard let place = Self.place(low, row, ends.span, rows.span) else { continue }
          try linked.append(low)
          try linkPlaces.append(Int32(truncatingIfNeeded: place))
        }
        var ends = lists.mutableSpan
        ends[k + 1] = Int32(truncatingIfNeeded: linked.count)
      }
    }
    count = n
    self.position = Column(places)
    self.starts = Column(ends)
    self.rows = Column(rows)
    self.linkStarts = Column(lists)
    self.linked = Column(linked)
    self.linkPlaces = Column(linkPlaces)
  }

  /// Where the entry of L for two positions stands.
  package func place(_ a: Int32, _ b: Int32) -> Int? { Self.place(min(a, b), max(a, b), starts.span, rows.span) }

  private static func place(_ low: Int32, _ high: Int32, _ starts: Span<Int32>, _ rows: Span<Int32>) -> Int? {
    var begin = Int(starts[Int(low)])
    let stop = Int(starts[Int(low) + 1])
    var end = stop
    while begin < end {
      let middle = (begin + end) / 2
      if rows[middle] < high { begin = middle + 1 } else { end = middle }
    }
    return begin < stop && rows[begin] == high ? begin : nil
  }
}

/// A symmetric positive definite system solved again and again with the same pattern and other numbers.
///
/// L holds only what the present zeros of the matrix leave of the pattern, and four neighbouring columns with the same
/// rows are worked off together. A coupling or a diagonal entry that changes alone is worked into L without starting
/// anew.
///
/// - Complexity: O(sum of squared column lengths of L) to factorise, O(entries of L) to solve or to change an entry.
/// - Source: up-looking sparse factorisation, Davis 2005, doi:10.1145/1114268.1114277; changes after Gill, Golub, Murray
///   and Saunders 1974, doi:10.1090/S0025-5718-1974-0343558-6 (method C1), sparse as in Davis and Hager 1999,
///   doi:10.1137/S0895479897321076.
package struct LDLSolver {
  package let pattern: LDLPattern
  /// Off-diagonal entries of the matrix, in the place that L's entry will take, where agents are linked; set before
  /// `factorise`.
  package let lower: Slab<Double>
  /// Diagonal by position; set before `factorise`.
  package let diagonal: Slab<Double>
  // Column k of L begins where the pattern says and has `length[k]` entries, of ascending rows.
  private let entries: Slab<Double>
  private let rows: Slab<Int32>
  private let length: Slab<Int32>
  private let pivots: Slab<Double>
  private let inverses: Slab<Double>  // of the pivots
  /// Entries of L from a column up to its root.
  private let climb: Slab<Int32>
  private let cost: Slab<Int>
  private let column: Slab<Double>
  private let parent: Slab<Int32>
  private let mark: Slab<Int32>
  private let path: Slab<Int32>
  private let reached: Slab<Int32>

  package init(_ pattern: LDLPattern) throws(AuraError) {
    self.pattern = pattern
    let n = pattern.count
    let entries = pattern.rows.count
    func places(_ count: Int) throws(AuraError) -> Slab<Int32> { try Slab(repeating: 0, count: count) }
    lower = try Slab(repeating: 0, count: entries)
    diagonal = try Slab(repeating: 1, count: n)
    self.entries = try Slab(repeating: 0, count: entries)
    rows = try places(entries)
    length = try places(n)
    pivots = try Slab(repeating: 1, count: n)
    inverses = try Slab(repeating: 1, count: n)
    climb = try places(n)
    cost = try Slab(repeating: 0, count: 1)
    column = try Slab(repeating: 0, count: n)
    parent = try places(n)
    mark = try places(n)
    path = try places(n)
    reached = try places(n)
  }

  /// Where the entry that couples agents `i` and `j` stands in `lower`; nil when they are not linked.
  package func place(_ i: Int, _ j: Int) -> Int? { pattern.place(pattern.position[i], pattern.position[j]) }

  /// About what `factorise` cost, in the units of `costOfChange`.
  package var costOfFactors: Int { cost[0] }

  /// About what `change` costs.
  package func costOfChange(_ i: Int, _ j: Int) -> Int {
    let p = pattern.position.span
    return Int(climb[Int(min(p[i], p[j]))])
  }

  /// Takes over another solver's L and D, made with the same pattern.
  package func copy(from other: LDLSolver) {
    entries.copy(from: other.entries)
    rows.copy(from: other.rows)
    length.copy(from: other.length)
    pivots.copy(from: other.pivots)
    inverses.copy(from: other.inverses)
    climb.copy(from: other.climb)
    cost.copy(from: other.cost)
  }

  /// Makes L and D of `lower` and `diagonal`.
  package func factorise() {
    let n = pattern.count
    let s = pattern.starts.span, links = pattern.linkStarts.span
    let linked = pattern.linked.span, places = pattern.linkPlaces.span
    let y = column.base, l = entries.base, rows = rows.base, length = length.base, inverses = inverses.base
    // Numbers of columns, all of them in 0..<n: the pattern is sound by construction.
    let reached = reached.base, parent = parent.base, mark = mark.base, path = path.base
    column.fill(0)
    self.length.fill(0)
    self.parent.fill(-1)
    self.mark.fill(-1)
    for k in 0..<n {
      // Row k of L: the columns on the ways from the row's entries in the matrix up to k, each before its parent.
      let row = Int32(truncatingIfNeeded: k)
      mark[k] = row
      var top = n
      for e in Int(links[k])..<Int(links[k &+ 1]) {
        let value = lower[Int(places[e])]
        if value == 0 { continue }
        var i = linked[e]
        y[Int(i)] = value
        var steps = 0
        while mark[Int(i)] != row {
          path[steps] = i
          steps &+= 1
          mark[Int(i)] = row
          if parent[Int(i)] < 0 { parent[Int(i)] = row }
          i = parent[Int(i)]
        }
        while steps > 0 {
          steps &-= 1
          top &-= 1
          reached[top] = path[steps]
        }
      }
      var pivot = diagonal[k]
      while top < n {
        let i = Int(reached[top])
        let block = top &+ 3 < n && Int(reached[top &+ 3]) == i &+ 3 && isBlock(i) ? 4 : 1
        if block == 4 { eliminateBlock(i, y) } else { eliminate(i, y) }
        for j in i..<i &+ block {
          let value = y[j]
          let factor = value * inverses[j]
          pivot -= factor * value
          y[j] = 0
          let at = Int(s[j]) &+ Int(length[j])
          l[at] = factor
          rows[at] = row
          length[j] &+= 1
        }
        top &+= block
      }
      // A vanishing pivot means an island without reference; leave it grounded instead of dividing by nothing.
      if !(pivot.magnitude > 1e-14) { pivot = 1e14 }
      pivots[k] = pivot
      inverses[k] = 1 / pivot
    }
    var total = 4 * n
    for k in stride(from: n - 1, through: 0, by: -1) {
      let width = Int(length[k])
      climb[k] = width > 0 ? length[k] &+ climb[Int(rows[Int(s[k])])] : 0
      total &+= width &* (4 &+ width / 4)
    }
    cost[0] = total
  }

  /// Whether columns `k` to `k + 3` have the same rows below `k + 3`, and each those of the others in between.
  @inline(__always)
  private func isBlock(_ k: Int) -> Bool {
    let length = length.base
    let width = length[k &+ 3]
    if length[k &+ 2] != width &+ 1 || length[k &+ 1] != width &+ 2 || length[k] != width &+ 3 { return false }
    let s = pattern.starts.span, rows = rows.base
    return Int(rows[Int(s[k])]) == k &+ 1 && Int(rows[Int(s[k &+ 1])]) == k &+ 2 && Int(rows[Int(s[k &+ 2])]) == k &+ 3
  }

  /// Takes column `k` times `y[k]` from what is below.
  @inline(__always)
  private func eliminate(_ k: Int, _ y: UnsafeMutablePointer<Double>) {
    let start = Int(pattern.starts.span[k])
    let value = y[k]
    let a = UnsafePointer(entries.base) + start, rows = UnsafePointer(rows.base) + start
    for e in 0..<Int(length[k]) { y[Int(rows[e])] -= a[e] * value }
  }

  /// The same for the four columns from `k`, one after another, which are a block.
  @inline(__always)
  private func eliminateBlock(_ k: Int, _ y: UnsafeMutablePointer<Double>) {
    let s = pattern.starts.span
    func start(_ i: Int) -> UnsafePointer<Double> { UnsafePointer(entries.base) + Int(s[i]) }
    let (a, b, c, d) = (start(k), start(k &+ 1), start(k &+ 2), start(k &+ 3))
    let rows = UnsafePointer(rows.base) + Int(s[k &+ 3])
    let u = y[k]
    let v = y[k &+ 1] - a[0] * u
    let w = y[k &+ 2] - a[1] * u - b[0] * v
    let x = y[k &+ 3] - a[2] * u - b[1] * v - c[0] * w
    y[k &+ 1] = v
    y[k &+ 2] = w
    y[k &+ 3] = x
    for e in 0..<Int(length[k &+ 3]) {
      y[Int(rows[e])] -= (a[e &+ 3] * u + b[e &+ 2] * v) + (c[e &+ 1] * w + d[e] * x)
    }
  }

  /// Works `weight` times the outer product of a vector with itself into L and D: the vector is 1 at agent `i` and, when
  /// `j` is another, -1 at agent `j`, which must have been coupled when L was made.
  /// - Returns: false when the matrix has become singular; then L is good for nothing.
  package func change(_ i: Int, _ j: Int, by weight: Double) -> Bool {
    let p = pattern.position.span, s = pattern.starts.span
    let d = pivots, inverses = inverses, length = length
    let w = column.base, l = entries.base, rows = UnsafePointer(rows.base)
    var k = Int(min(p[i], p[j]))
    // All rows that the vector can come to have are on the way from here to the root.
    var at = k
    w[at] = 0
    while length[at] > 0 {
      at = Int(rows[Int(s[at])])
      w[at] = 0
    }
    w[Int(p[j])] = -1
    w[Int(p[i])] = 1
    var alpha = weight
    while true {
      let value = w[k]
      let width = Int(length[k])
      let start = Int(s[k])
      if value != 0 {
        let before = d[k]
        let pivot = before + alpha * value * value
        if !(pivot > 1e-9 * before) { return false }
        let inverse = 1 / pivot
        let beta = alpha * value * inverse
        alpha *= before * inverse
        d[k] = pivot
        inverses[k] = inverse
        let own = rows + start, column = l + start
        for e in 0..<width {
          let row = Int(own[e])
          let fresh = w[row] - value * column[e]
          w[row] = fresh
          column[e] += beta * fresh
        }
      }
      if width == 0 { return true }
      k = Int(rows[start])
    }
  }

  /// Solves for `right` (by agent), in place.
  package func solve(_ right: Slab<Double>) {
    let n = pattern.count
    let p = pattern.position.span, s = pattern.starts.span
    let f = inverses, length = length, x = column.base
    for i in 0..<n { x[Int(p[i])] = right[i] }
    var k = 0
    while k < n {
      if k &+ 3 < n && isBlock(k) {
        eliminateBlock(k, x)
        k &+= 4
      } else {
        if x[k] != 0 { eliminate(k, x) }
        k &+= 1
      }
    }
    let rows = UnsafePointer(rows.base)
    func start(_ i: Int) -> UnsafePointer<Double> { UnsafePointer(entries.base) + Int(s[i]) }
    k = n - 1
    while k >= 0 {
      let own = rows + Int(s[k])
      let d0 = start(k)
      if k >= 3 && isBlock(k &- 3) {
        let (a, b, c) = (start(k &- 3), start(k &- 2), start(k &- 1))
        var (u, v, w, z) = (x[k &- 3] * f[k &- 3], x[k &- 2] * f[k &- 2], x[k &- 1] * f[k &- 1], x[k] * f[k])
        for e in 0..<Int(length[k]) {
          let value = x[Int(own[e])]
          u -= a[e &+ 3] * value
          v -= b[e &+ 2] * value
          w -= c[e &+ 1] * value
          z -= d0[e] * value
        }
        w -= c[0] * z
        v -= b[0] * w + b[1] * z
        u -= a[0] * v + a[1] * w + a[2] * z
        x[k] = z
        x[k &- 1] = w
        x[k &- 2] = v
        x[k &- 3] = u
        k &-= 4
      } else {
        var value = x[k] * f[k]
        for e in 0..<Int(length[k]) { value -= d0[e] * x[Int(own[e])] }
        x[k] = value
        k &-= 1
      }
    }
    for i in 0..<n { right[i] = x[Int(p[i])] }
  }
}
