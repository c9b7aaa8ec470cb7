package import AuraBase

/// Whom to guard first: an order of losses that makes the largest part small as early as it can be found.
///
/// Up to six orders (by degree, by collective influence of two reaches, by hold of two kinds, by shortest routes; the
/// dear ones where they can be afforded) are each turned round: agents come back so that they join few, within windows
/// of many widths. Then each of the best four is disturbed here and there, mended by coming back once more, and kept
/// when it is no worse; the best of the four is the answer.
///
/// - Complexity: work is bounded by `effort`: about 4 10^8 link ends each time, beside what the first orders take; some
///   seconds for 10^4 agents.
/// - Source: Schneider et al. 2011, doi:10.1073/pnas.1009440108 (the measure); Morone and Makse 2015,
///   doi:10.1038/nature14604; Braunstein et al. 2016, doi:10.1073/pnas.1605083113 (reverse greedy).
/// - Parameters:
///   - rows: both ends of every link of the simple network.
///   - effort: 0 for no disturbances, at most 1,000.
/// - Returns: all agents, the first to lose first.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func criticalAgents(_ rows: Adjacency, effort: Int, work: Work) throws(AuraError) -> Column<Int32> {
  let n = rows.count
  let chains = 4
  // Without effort as much is granted as turning the orders round takes.
  let allowance = max(1, effort) * 50_000_000
  let rounds = effort * min(4_000, 40 * n)
  work.expect(chains * min(2 * allowance, (48 + rounds) * (n + rows.entries)))
  var first = Buffer<Int32>()
  let count = try firstOrders(rows, atLeast: chains, allowance: allowance, to: &first, work)
  let orders = try Scratch<Int32>(repeating: 0, rows: count, columns: n)
  let areas = try Scratch<Int>(repeating: 0, count: count)
  try work.parallel(count) { chain throws(AuraError) in
    var order = orders.slice(chain * n..<(chain + 1) * n)
    var area = areas.slice(chain..<chain + 1)
    for k in 0..<n { order[k] = first[chain * n + k] }
    area[0] = try turnRound(rows, &order, allowance / 2, work)
  }
  var ranks = try Buffer<Int32>(repeating: 0, count: count)
  do {
    let area = areas.all
    var rank = ranks.mutableSpan
    for chain in 0..<count { rank[chain] = Int32(truncatingIfNeeded: chain) }
    heapSort(&rank) { (area[Int($0)], $0) < (area[Int($1)], $1) }
  }
  let dice = work.dice.stream(0x63_61)
  try work.parallel(chains) { place throws(AuraError) in
    let chain = Int(ranks[place])
    var order = orders.slice(chain * n..<(chain + 1) * n)
    var area = areas.slice(chain..<chain + 1)
    area[0] = try disturb(rows, &order, area[0], allowance, rounds, dice.stream(chain), work)
  }
  let area = areas.all
  var best = Int(ranks[0])
  for place in 1..<chains where area[Int(ranks[place])] < area[best] { best = Int(ranks[place]) }
  let order = orders.slice(best * n..<(best + 1) * n)
  var out = Buffer<Int32>()
  try out.reserve(n)
  for k in 0..<n { try out.append(order[k]) }
  return Column(out)
}

/// Orders to start from, one behind the other.
///
/// - Returns: how many there are.
private func firstOrders(
  _ rows: Adjacency, atLeast: Int, allowance: Int, to all: inout Buffer<Int32>, _ work: Work
) throws(AuraError) -> Int {
  let n = rows.count
  let starts = rows.starts.span
  var ends = 0.0
  for i in 0..<n { ends += Double(starts[i + 1] - starts[i]) * Double(starts[i + 1] - starts[i]) }
  var count = 0
  func add(_ order: borrowing Buffer<Int32>) throws(AuraError) {
    for k in 0..<n { try all.append(order[k]) }
    count += 1
  }
  try add(orderByDegree(rows, adaptive: true, work: work))
  try add(orderByInfluence(rows, radius: 1, work: work))
  if ends < Double(allowance) / 8 {
    try add(orderByInfluence(rows, radius: 2, work: work))
    try add(orderByHold(rows, root: false, work: work))
    try add(orderByHold(rows, root: true, work: work))
  }
  if Double(n) * Double(rows.entries) < Double(allowance) {
    let routes = try betweenness(rows, undirected: true, work: work)
    try add(orderByScore(routes.span))
  }
  while count < atLeast { try add(orderByDegree(rows, adaptive: false, work: work)) }
  return count
}

/// Lets agents come back by windows of many widths, until `allowance` link ends have been looked at; keeps the best.
///
/// - Returns: the sum of the sizes of the largest part over all losses.
private func turnRound(
  _ rows: Adjacency, _ best: inout MutableSpan<Int32>, _ allowance: Int, _ work: Work
) throws(AuraError) -> Int {
  let n = rows.count
  if n == 0 { return 0 }
  let reinsertion = try Reinsertion(count: n)
  let triesHeld = try Scratch<Int32>(repeating: 0, count: n)
  let startsHeld = try Scratch<Int32>(repeating: 0, count: n)
  var trial = triesHeld.all, start = startsHeld.all
  for k in 0..<n { start[k] = best[k] }
  var seen = 0
  var least = Int.max
  var width = 1  // the order as it is
  while true {
    let found = try reinsertion.run(rows, start, window: min(width, n), to: &trial, stopAbove: least, work)
    seen += found.seen
    if found.area < least {
      least = found.area
      for k in 0..<n { best[k] = trial[k] }
    }
    if width >= n || seen > allowance { break }
    // 16, 24, 32, 48, 64, ...
    width = width < 16 ? 16 : width & (width - 1) == 0 ? width / 2 * 3 : width / 3 * 4
  }
  return least
}

/// Makes an order better, until `allowance` link ends have been looked at or `rounds` disturbances tried.
///
/// - Returns: the sum of the sizes of the largest part over all losses; `area` is what it was.
private func disturb(
  _ rows: Adjacency, _ best: inout MutableSpan<Int32>, _ area: Int, _ allowance: Int, _ rounds: Int, _ dice: Dice,
  _ work: Work
) throws(AuraError) -> Int {
  let n = rows.count
  if n == 0 || rounds == 0 { return area }
  let reinsertion = try Reinsertion(count: n)
  let triesHeld = try Scratch<Int32>(repeating: 0, count: n)
  let startsHeld = try Scratch<Int32>(repeating: 0, count: n)
  var trial = triesHeld.all, start = startsHeld.all
  var least = area
  let head = max(1, n / 2)
  var seen = 0
  var round = 0
  while round < rounds && seen < allowance {
    let chance = dice.stream(round)
    round += 1
    for k in 0..<n { start[k] = best[k] }
    // Now and then nothing is disturbed but the window changes.
    if chance.integer(0, below: 8) > 0 {
      let reach = max(2, n >> (1 + chance.integer(1, below: 9)))
      for k in 0...chance.integer(2, below: max(1, min(n / 8, 64))) {
        let a = chance.integer(5 + 2 * k, below: head)
        let b = a + chance.integer(6 + 2 * k, below: 2 * reach + 1) - reach
        start.swapAt(a, min(n - 1, max(0, b)))
      }
    }
    let width = 1 << chance.integer(3, below: chance.integer(4, below: 8) == 0 ? 11 : 6)
    let found = try reinsertion.run(rows, start, window: min(width, n), to: &trial, stopAbove: least, work)
    seen += found.seen
    if found.area <= least {
      least = found.area
      for k in 0..<n { best[k] = trial[k] }
    }
  }
  return least
}

/// Lets lost agents come back in about the order given, the last lost first: each time, of the next `window` of them,
/// the one that joins fewest agents into one part. So the pieces stay small for as long as possible.
///
/// - Complexity: O(*m* log *n*) for a run as a rule: what an agent would join only grows, so few are looked at twice.
/// - Source: Schneider et al. 2012, doi:10.1209/0295-5075/98/46002 (coming back by least cluster); Braunstein et al. 2016,
///   doi:10.1073/pnas.1605083113 (reverse greedy). The window, which keeps what is good in an order, is ours.
private struct Reinsertion: ~Copyable {
  private let above: Scratch<Int32>
  private let stamps: Scratch<Int32>
  private let heap: Scratch<UInt64>
  private static let absent = Int32.min

  init(count n: Int) throws(AuraError) {
    let above = try Scratch<Int32>(repeating: Self.absent, count: n)
    let stamps = try Scratch<Int32>(repeating: 0, count: n)
    let heap = try Scratch<UInt64>(repeating: 0, count: n + 1)
    self.above = above
    self.stamps = stamps
    self.heap = heap
  }

  /// - Parameter limit: give up, and return more than this, once the sum is larger.
  /// - Returns: the sum of the sizes of the largest part after 1, 2, ..., *n* losses in the new order, and the link ends
  ///   that were looked at.
  func run(
    _ rows: Adjacency, _ order: borrowing MutableSpan<Int32>, window: Int, to new: inout MutableSpan<Int32>,
    stopAbove limit: Int = .max, _ work: Work
  ) throws(AuraError) -> (area: Int, seen: Int) {
    let n = order.count
    let starts = rows.starts.span, neighbours = rows.neighbours.span
    var up = above.all, stamp = stamps.all, item = heap.all
    for i in 0..<n {
      up[i] = Self.absent
      stamp[i] = -1
    }
    var clock: Int32 = 0
    var waiting = 0
    var next = n - 1
    var largest = 0
    var area = 0
    var seen = 0
    var spent = 0
    var back = 0

    @inline(__always) func root(_ agent: Int, _ up: inout MutableSpan<Int32>) -> Int {
      var i = agent
      while true {
        let p = up[i]
        if p < 0 { return i }
        let q = up[Int(p)]
        if q < 0 { return Int(p) }
        up[i] = q
        i = Int(q)
      }
    }
    func push(_ key: UInt64, _ a: inout MutableSpan<UInt64>) {
      var i = waiting
      waiting &+= 1
      while i > 0 {
        let parent = (i &- 1) >> 1
        if a[parent] <= key { break }
        a[i] = a[parent]
        i = parent
      }
      a[i] = key
    }
    /// Puts `key` in the place of the least.
    func sink(_ key: UInt64, _ a: inout MutableSpan<UInt64>) {
      var i = 0
      while true {
        var child = 2 &* i &+ 1
        if child >= waiting { break }
        if child &+ 1 < waiting && a[child &+ 1] < a[child] { child &+= 1 }
        if a[child] >= key { break }
        a[i] = a[child]
        i = child
      }
      a[i] = key
    }
    func joined(_ v: Int, _ up: inout MutableSpan<Int32>, _ stamp: inout MutableSpan<Int32>) -> Int {
      clock &+= 1
      var size = 1
      for e in Int(starts[v])..<Int(starts[v &+ 1]) {
        let w = Int(neighbours[e])
        if up[w] == Self.absent { continue }
        let r = root(w, &up)
        if stamp[r] != clock {
          stamp[r] = clock
          size &+= Int(0 &- up[r])
        }
      }
      seen &+= Int(starts[v &+ 1] &- starts[v]) &+ 1
      return size
    }

    while back < n {
      while waiting < window && next >= 0 {
        let v = Int(order[next])
        push(UInt64(joined(v, &up, &stamp)) << 32 | UInt64(n &- 1 &- next), &item)
        next &-= 1
      }
      // The least by what is known; sizes only grow, so it is the least if its own is still what it was.
      var v = 0
      var size = 0
      while true {
        let top = item[0]
        v = Int(order[n &- 1 &- Int(top & 0xFFFF_FFFF)])
        size = joined(v, &up, &stamp)
        if size == Int(top >> 32) { break }
        sink(UInt64(size) << 32 | (top & 0xFFFF_FFFF), &item)
      }
      waiting &-= 1
      if waiting > 0 { sink(item[waiting], &item) }
      up[v] = -1
      var top = v
      for e in Int(starts[v])..<Int(starts[v &+ 1]) {
        let w = Int(neighbours[e])
        if up[w] == Self.absent { continue }
        var r = root(w, &up)
        if r == top { continue }
        if up[r] < up[top] { swap(&r, &top) }
        up[top] &+= up[r]
        up[r] = Int32(truncatingIfNeeded: top)
      }
      back &+= 1
      new[n &- back] = Int32(truncatingIfNeeded: v)
      largest = max(largest, size)
      if back < n { area &+= largest }
      if seen - spent >= 4_096 {
        try work.spend(seen - spent)
        spent = seen
        if area > limit { break }
      }
    }
    try work.spend(seen - spent)
    return (area, seen)
  }
}

/// Agents by collective influence, each time anew among those left; the rest, chains and lone pairs, by partners left.
///
/// An agent has much when it has many partners, and those that are `radius` hops away have many too.
///
/// - Complexity: O(*n* *k*^*radius* log *n*) as a rule, for *k* partners. One unit of work a link end.
/// - Source: Morone and Makse 2015, doi:10.1038/nature14604; kept up by a heap whose top is counted anew.
private func orderByInfluence(_ rows: Adjacency, radius: Int, work: Work) throws(AuraError) -> Buffer<Int32> {
  let n = rows.count
  var lefts = try Buffer<Int32>(repeating: 0, count: n)
  var stamps = try Buffer<Int32>(repeating: -1, count: n)
  var queues = try Buffer<Int32>(repeating: 0, count: n)
  var order = Buffer<Int32>()
  try order.reserve(n)
  var heap = try LazyHeap(capacity: n)
  let starts = rows.starts.span, neighbours = rows.neighbours.span
  var left = lefts.mutableSpan, stamp = stamps.mutableSpan, queue = queues.mutableSpan
  var clock: Int32 = 0
  var seen = 0
  func influence(
    _ v: Int, _ left: borrowing MutableSpan<Int32>, _ stamp: inout MutableSpan<Int32>, _ queue: inout MutableSpan<Int32>
  ) -> Int {
    seen &+= 1
    if left[v] < 2 { return 0 }
    clock &+= 1
    stamp[v] = clock
    queue[0] = Int32(truncatingIfNeeded: v)
    var head = 0, tail = 1
    for _ in 0..<radius {
      let end = tail
      while head < end {
        let row = Int(starts[Int(queue[head])])..<Int(starts[Int(queue[head]) &+ 1])
        head &+= 1
        seen &+= row.count
        for e in row {
          let w = Int(neighbours[e])
          if left[w] < 0 || stamp[w] == clock { continue }
          stamp[w] = clock
          queue[tail] = neighbours[e]
          tail &+= 1
        }
      }
    }
    var sum = 0
    while head < tail {
      sum &+= Int(left[Int(queue[head])]) &- 1
      head &+= 1
    }
    return min((Int(left[v]) &- 1) &* sum, Int(Int32.max))
  }
  func take(_ v: Int, _ left: inout MutableSpan<Int32>) {
    left[v] = -1
    for e in Int(starts[v])..<Int(starts[v &+ 1]) where left[Int(neighbours[e])] > 0 {
      left[Int(neighbours[e])] &-= 1
    }
  }
  for i in 0..<n { left[i] = starts[i + 1] &- starts[i] }
  for i in 0..<n {
    heap.push(influence(i, left, &stamp, &queue), Int32(truncatingIfNeeded: i))
    if seen >= 4_096 {
      try work.spend(seen)
      seen = 0
    }
  }
  while let (key, name) = heap.pop(), key > 0 {
    let v = Int(name)
    let now = influence(v, left, &stamp, &queue)
    try work.spend(seen)
    seen = 0
    if now < key {
      heap.push(now, name)
      continue
    }
    try order.append(name)
    take(v, &left)
  }
  var rest = try LazyHeap(capacity: n)
  for i in 0..<n where left[i] >= 0 { rest.push(Int(left[i]), Int32(truncatingIfNeeded: i)) }
  while let (key, name) = rest.pop() {
    let v = Int(name)
    if key > Int(left[v]) {
      rest.push(Int(left[v]), name)
      continue
    }
    try order.append(name)
    take(v, &left)
  }
  try work.spend(n)
  return order
}
