package import AuraBase

/// The links of least strength whose loss would part an undirected network.
package struct GlobalCut: Sendable {
  /// Their strength, in whole units.
  package let units: Int64
  /// Agents on the side that has fewer of them; of equal sides the one without agent 0. Ascending.
  package let side: Column<Int32>
  /// Whether no seam is weaker; else the allowance ended the search.
  package let exact: Bool
}

/// Finds the weakest seam of an undirected network; nil when there are fewer than two agents.
///
/// Agents that no cut below the best known one can part are put together, until two groups are left: those that one
/// scan of the links proves to be joined well, those that a single strong link joins, and those that hang on each other
/// more than on all others. Of equal cuts of one link the one that parts most agents is returned.
///
/// - Complexity: O(*m* log *n*) a round. Rounds are few in practice, and at most *n*. One unit of work a link end and
///   round.
/// - Source: Nagamochi, Ono and Ibaraki 1994, doi:10.1007/BF01582569; after Stoer and Wagner 1997,
///   doi:10.1145/263867.263872; tests of Padberg and Rinaldi 1990, doi:10.1007/BF01580850; order by bounded strength as
///   in Henzinger, Noe, Schulz and Strash 2018, doi:10.1145/3274662.
/// - Parameters:
///   - rows: both ends of every link (`.both`). Parallel links add up; self loops do not matter.
///   - capacities: the strength of each link in whole units, 0 or more; their sum is below 2^61.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func globalCut(_ rows: Adjacency, capacities: Span<Int64>, work: Work) throws(AuraError) -> GlobalCut? {
  let n = rows.count
  if n < 2 { return nil }
  var graph = try SeamGraph(rows, capacities)
  var best = BestCut(units: .max, small: 0, side: try Buffer(repeating: false, count: n))
  work.expect(8 * (rows.entries + n))
  if try graph.parts(&best, work: work) { return try best.result() }
  do throws(AuraError) {
    while graph.count > 1 {
      try graph.round(&best, work: work)
    }
    try singleLinks(rows, capacities, &best, work: work)
  } catch {
    // From the first round on there is a cut, if not the least.
    guard work.ended(error), best.units < .max else { throw error }
    return try best.result(exact: graph.count < 2)
  }
  return try best.result()
}

/// Of single bundles of links that part the network and are as weak as the best cut, takes the one that parts most.
private func singleLinks(
  _ rows: Adjacency, _ capacities: Span<Int64>, _ best: inout BestCut, work: Work
) throws(AuraError) {
  let n = rows.count
  // A bundle is one link here: that of least index.
  var sums = try Buffer<Int64>(repeating: 0, count: capacities.count)
  var starts = Buffer<Int32>()
  var neighbours = Buffer<Int32>()
  var links = Buffer<Int32>()
  try starts.append(0)
  for i in 0..<n {
    let first = neighbours.count
    for e in Int(rows.starts[i])..<Int(rows.starts[i + 1]) {
      let (j, k) = (rows.neighbours[e], Int(rows.links[e]))
      if Int(j) == i || capacities[k] == 0 { continue }
      if neighbours.count == first || neighbours[neighbours.count - 1] != j {
        try neighbours.append(j)
        try links.append(Int32(truncatingIfNeeded: k))
      }
      if i < Int(j) { sums[Int(links[links.count - 1])] &+= capacities[k] }
    }
    try starts.append(Int32(truncatingIfNeeded: neighbours.count))
  }
  let simple = Adjacency(
    count: n, starts: Column(starts), neighbours: Column(neighbours), links: Column(links))
  let parts = try twoLinkParts(simple, links: capacities.count, work: work)
  var found = -1
  for k in 0..<capacities.count where parts.below[k] > 0 && sums[k] == best.units {
    let small = min(Int(parts.below[k]), n - Int(parts.below[k]))
    if small > best.small {
      best.small = small
      found = k
    }
  }
  if found < 0 { return }
  for i in 0..<n { best.side[i] = false }
  let first = Int(parts.first[found])
  for q in first..<first + Int(parts.below[found]) { best.side[Int(parts.order[q])] = true }
}

private struct BestCut: ~Copyable {
  var units: Int64
  /// Agents on its smaller side.
  var small: Int
  var side: Buffer<Bool>

  func result(exact: Bool = true) throws(AuraError) -> GlobalCut {
    let n = side.count
    var count = 0
    for i in 0..<n where side[i] { count += 1 }
    let wanted = 2 * count < n || (2 * count == n && !side[0])
    var agents = Buffer<Int32>()
    for i in 0..<n where side[i] == wanted { try agents.append(Int32(truncatingIfNeeded: i)) }
    return GlobalCut(units: units, side: Column(agents), exact: exact)
  }
}

/// A network whose agents are put together more and more.
private struct SeamGraph: ~Copyable {
  var count: Int
  private var starts: Buffer<Int32>
  private var heads: Buffer<Int32>
  private var weights: Buffer<Int64>
  /// Sum of the weights at each.
  private var degrees: Buffer<Int64>
  /// Agents of the whole network in each.
  private var sizes: Buffer<Int32>
  /// Where each agent of the whole network is now.
  private var labels: Buffer<Int32>

  init(_ rows: Adjacency, _ capacities: Span<Int64>) throws(AuraError) {
    let n = rows.count
    var starts = Buffer<Int32>()
    var heads = Buffer<Int32>()
    var weights = Buffer<Int64>()
    var degrees = try Buffer<Int64>(repeating: 0, count: n)
    var labels = try Buffer<Int32>(repeating: 0, count: n)
    let sizes = try Buffer<Int32>(repeating: 1, count: n)
    try heads.reserve(rows.entries)
    try weights.reserve(rows.entries)
    try starts.append(0)
    let from = rows.starts.span, to = rows.neighbours.span, links = rows.links.span
    for i in 0..<n {
      labels[i] = Int32(truncatingIfNeeded: i)
      let first = heads.count
      var sum: Int64 = 0
      for e in Int(from[i])..<Int(from[i + 1]) {
        let weight = capacities[Int(links[e])]
        if Int(to[e]) == i || weight == 0 { continue }
        sum &+= weight
        if heads.count > first && heads[heads.count - 1] == to[e] {
          weights[weights.count - 1] &+= weight
        } else {
          try heads.append(to[e])
          try weights.append(weight)
        }
      }
      degrees[i] = sum
      try starts.append(Int32(truncatingIfNeeded: heads.count))
    }
    count = n
    self.starts = starts
    self.heads = heads
    self.weights = weights
    self.degrees = degrees
    self.sizes = sizes
    self.labels = labels
  }

  /// When the network is in parts: takes the smallest as the cut, of equal ones the first; returns whether it is.
  func parts(_ best: inout BestCut, work: Work) throws(AuraError) -> Bool {
    var sets = try UnionFind(count: count)
    try work.spend(heads.count + count)
    for i in 0..<count {
      for e in Int(starts[i])..<Int(starts[i + 1]) { sets.union(Int32(truncatingIfNeeded: i), heads[e]) }
    }
    if sets.sets == 1 { return false }
    var members = try Buffer<Int32>(repeating: 0, count: count)
    for i in 0..<count { members[Int(sets.find(Int32(truncatingIfNeeded: i)))] += 1 }
    var least = 0
    for i in 0..<count where members[i] > 0 && members[i] < members[least] { least = i }
    for i in 0..<count { best.side[i] = Int(sets.find(Int32(truncatingIfNeeded: i))) == least }
    best.units = 0
    best.small = min(Int(members[least]), count - Int(members[least]))
    return true
  }

  /// Looks at the cuts that come by, and puts together whom no better cut can part.
  mutating func round(_ best: inout BestCut, work: Work) throws(AuraError) {
    let whole = best.side.count
    try work.spend(2 * heads.count + count + 1)
    // Cuts around one.
    var found = -1
    for x in 0..<count {
      let small = min(Int(sizes[x]), whole - Int(sizes[x]))
      if degrees[x] < best.units || (degrees[x] == best.units && small > best.small) {
        best.units = degrees[x]
        best.small = small
        found = x
      }
    }
    if found >= 0 { for i in 0..<whole { best.side[i] = Int(labels[i]) == found } }
    if count == 2 {
      count = 1
      return
    }
    var sets = try UnionFind(count: count)
    try joinPairs(&sets, best.units)
    try scan(&sets, &best)
    try contract(&sets)
  }

  /// A link that is as strong as the best cut, or as half of what holds one of its ends. Those of the second kind are
  /// taken once for each end, so that what was weighed is still true.
  private func joinPairs(_ sets: inout UnionFind, _ bound: Int64) throws(AuraError) {
    var taken = try Buffer<Bool>(repeating: false, count: count)
    for i in 0..<count {
      for e in Int(starts[i])..<Int(starts[i + 1]) {
        let j = Int(heads[e])
        if weights[e] >= bound {
          sets.union(Int32(truncatingIfNeeded: i), heads[e])
        } else if !taken[i] && !taken[j] && 2 * weights[e] >= min(degrees[i], degrees[j]) {
          sets.union(Int32(truncatingIfNeeded: i), heads[e])
          taken[i] = true
          taken[j] = true
        }
      }
    }
  }

  /// Takes one after the other, always one that is held as strongly by those taken before as any (beyond the best cut
  /// all are alike). Whoever is held by them as strongly as the best cut, cannot be parted from the one that was taken
  /// last.
  private func scan(_ sets: inout UnionFind, _ best: inout BestCut) throws(AuraError) {
    let whole = best.side.count
    let bound = best.units
    var holds = try Buffer<Int64>(repeating: 0, count: count)
    var orders = Buffer<Int32>()
    var done = try Buffer<Bool>(repeating: false, count: count)
    var strong = Buffer<Int32>()
    var heap = try HoldHeap(count: count)
    var cut: Int64 = 0
    var inside = 0
    var bestPrefix = 0
    try orders.reserve(count)
    try strong.append(0)
    do {
      let starts = starts.span, heads = heads.span, weights = weights.span, degrees = degrees.span
      var hold = holds.mutableSpan
      while orders.count < count {
        var next = -1
        while next < 0, let x = strong.popLast() { if !done[Int(x)] { next = Int(x) } }
        while next < 0, let x = heap.popMost(hold) { if !done[x] { next = x } }
        if next < 0 { break }
        let v = next
        done[v] = true
        try orders.append(Int32(truncatingIfNeeded: v))
        cut &+= degrees[v] &- 2 &* hold[v]
        inside += Int(sizes[v])
        if orders.count < count {
          let small = min(inside, whole - inside)
          if cut < best.units || (cut == best.units && small > best.small) {
            best.units = cut
            best.small = small
            bestPrefix = orders.count
          }
        }
        for e in Int(starts[v])..<Int(starts[v &+ 1]) {
          let w = Int(heads[e])
          if done[w] { continue }
          let before = hold[w]
          hold[w] = before &+ weights[e]
          if hold[w] >= bound {
            sets.union(Int32(truncatingIfNeeded: v), heads[e])
            if before < bound { try strong.append(heads[e]) }
          } else {
            heap.raise(w, hold)
          }
        }
      }
    }
    if bestPrefix == 0 { return }
    for x in 0..<count { done[x] = false }
    for k in 0..<bestPrefix { done[Int(orders[k])] = true }
    for i in 0..<whole { best.side[i] = done[Int(labels[i])] }
  }

  private mutating func contract(_ sets: inout UnionFind) throws(AuraError) {
    var numbers = try Buffer<Int32>(repeating: -1, count: count)
    var next = 0
    for x in 0..<count {
      let root = Int(sets.find(Int32(truncatingIfNeeded: x)))
      if numbers[root] < 0 {
        numbers[root] = Int32(truncatingIfNeeded: next)
        next += 1
      }
      numbers[x] = numbers[root]
    }
    // Members of group g are members[firsts[g]..<firsts[g + 1]].
    var firsts = try Buffer<Int32>(repeating: 0, count: next + 1)
    var members = try Buffer<Int32>(repeating: 0, count: count)
    var sizes = try Buffer<Int32>(repeating: 0, count: next)
    for x in 0..<count {
      firsts[Int(numbers[x]) + 1] += 1
      sizes[Int(numbers[x])] += self.sizes[x]
    }
    for g in 0..<next { firsts[g + 1] += firsts[g] }
    var slots = try Buffer(copying: firsts.span)
    for x in 0..<count {
      members[Int(slots[Int(numbers[x])])] = Int32(truncatingIfNeeded: x)
      slots[Int(numbers[x])] += 1
    }
    var starts = Buffer<Int32>()
    var heads = Buffer<Int32>()
    var weights = Buffer<Int64>()
    var degrees = try Buffer<Int64>(repeating: 0, count: next)
    var places = try Buffer<Int32>(repeating: -1, count: next)
    try starts.append(0)
    for g in 0..<next {
      let first = heads.count
      for k in Int(firsts[g])..<Int(firsts[g + 1]) {
        let x = Int(members[k])
        for e in Int(self.starts[x])..<Int(self.starts[x + 1]) {
          let h = Int(numbers[Int(self.heads[e])])
          if h == g { continue }
          degrees[g] &+= self.weights[e]
          if Int(places[h]) >= first {
            weights[Int(places[h])] &+= self.weights[e]
          } else {
            places[h] = Int32(truncatingIfNeeded: heads.count)
            try heads.append(Int32(truncatingIfNeeded: h))
            try weights.append(self.weights[e])
          }
        }
      }
      try starts.append(Int32(truncatingIfNeeded: heads.count))
    }
    for i in 0..<labels.count { labels[i] = numbers[Int(labels[i])] }
    count = next
    self.starts = starts
    self.heads = heads
    self.weights = weights
    self.degrees = degrees
    self.sizes = sizes
  }
}

/// Gives up the one that is held most; how strongly is kept outside and may only grow.
private struct HoldHeap: ~Copyable {
  private let items: Scratch<Int32>
  private let places: Scratch<Int32>
  private var count = 0

  init(count n: Int) throws(AuraError) {
    let items = try Scratch<Int32>(repeating: 0, count: n)
    let places = try Scratch<Int32>(repeating: -1, count: n)
    self.items = items
    self.places = places
  }

  /// Puts `x` in, or where it belongs now that it is held more.
  mutating func raise(_ x: Int, _ hold: borrowing MutableSpan<Int64>) {
    let size = count
    if places.all[x] < 0 { count &+= 1 }
    var item = items.all, place = places.all
    var at = Int(place[x])
    if at < 0 { at = size }
    while at > 0 {
      let up = (at &- 1) / 2
      if hold[Int(item[up])] >= hold[x] { break }
      item[at] = item[up]
      place[Int(item[at])] = Int32(truncatingIfNeeded: at)
      at = up
    }
    item[at] = Int32(truncatingIfNeeded: x)
    place[x] = Int32(truncatingIfNeeded: at)
  }

  mutating func popMost(_ hold: borrowing MutableSpan<Int64>) -> Int? {
    if count == 0 { return nil }
    count &-= 1
    let size = count
    var item = items.all, place = places.all
    let most = Int(item[0])
    let x = Int(item[size])
    place[most] = -1
    if size == 0 { return most }
    var at = 0
    while true {
      var down = 2 &* at &+ 1
      if down >= size { break }
      if down &+ 1 < size && hold[Int(item[down &+ 1])] > hold[Int(item[down])] { down &+= 1 }
      if hold[Int(item[down])] <= hold[x] { break }
      item[at] = item[down]
      place[Int(item[at])] = Int32(truncatingIfNeeded: at)
      at = down
    }
    item[at] = Int32(truncatingIfNeeded: x)
    place[x] = Int32(truncatingIfNeeded: at)
    return most
  }
}
