package import AuraBase

/// Agents by a score, the largest first; of equal ones the first by index.
///
/// Scores that differ by less than one part in 2^40 of the largest count as equal, so that rounding decides nothing.
///
/// - Complexity: O(*n* log *n*).
/// - Throws: `.memory`.
package func orderByScore(_ scores: Span<Double>) throws(AuraError) -> Buffer<Int32> {
  let n = scores.count
  var largest = 0.0
  for i in 0..<n { largest = max(largest, abs(scores[i])) }
  let scale = largest > 0 && largest < .infinity ? 0x1p40 / largest : 0
  var keys = try Buffer<Double>(repeating: 0, count: n)
  var order = try Buffer<Int32>(repeating: 0, count: n)
  do {
    var key = keys.mutableSpan
    for i in 0..<n { key[i] = (scores[i] * scale).rounded() }
  }
  var o = order.mutableSpan
  for i in 0..<n { o[i] = Int32(truncatingIfNeeded: i) }
  let key = keys.span
  heapSort(&o) { a, b in
    let x = key[Int(a)], y = key[Int(b)]
    return x > y || (x == y && a < b)
  }
  return order
}

/// All agents in an order drawn by chance.
///
/// - Complexity: O(*n*).
/// - Throws: `.memory`.
package func orderByChance(_ n: Int, _ dice: Dice) throws(AuraError) -> Buffer<Int32> {
  var order = try Buffer<Int32>(repeating: 0, count: n)
  var o = order.mutableSpan
  shuffle(&o, dice)
  return order
}

/// Agents by number of links: by those that they have (`adaptive` false), or, each time anew, by those to agents that
/// are still there. Of equal ones the first by index.
///
/// - Complexity: O(*m* + *n* log *n*) at most; one unit of work a link end.
/// - Source: Albert, Jeong and Barabasi 2000, doi:10.1038/35019019; Holme et al. 2002, doi:10.1103/PhysRevE.65.056109.
/// - Parameter rows: both ends of every link of the simple network.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func orderByDegree(_ rows: Adjacency, adaptive: Bool, work: Work) throws(AuraError) -> Buffer<Int32> {
  let n = rows.count
  var lefts = try Buffer<Int32>(repeating: 0, count: n)
  var order = Buffer<Int32>()
  try order.reserve(n)
  // A heap of (degree, agent), in which a degree may have fallen since.
  var heap = try LazyHeap(capacity: n)
  let starts = rows.starts.span, neighbours = rows.neighbours.span
  var left = lefts.mutableSpan
  for i in 0..<n {
    left[i] = starts[i + 1] &- starts[i]
    heap.push(Int(left[i]), Int32(truncatingIfNeeded: i))
  }
  while let (key, name) = heap.pop() {
    let v = Int(name)
    if key > Int(left[v]) {
      heap.push(Int(left[v]), name)
      continue
    }
    try order.append(name)
    left[v] = -1
    try work.spend(Int(starts[v + 1] &- starts[v]) &+ 1)
    if adaptive {
      for e in Int(starts[v])..<Int(starts[v + 1]) where left[Int(neighbours[e])] > 0 {
        left[Int(neighbours[e])] &-= 1
      }
    }
  }
  return order
}

/// A heap with the largest key on top; of equal keys the least agent. Nobody is in it twice.
struct LazyHeap: ~Copyable {
  private var items: Buffer<UInt64>

  init(capacity: Int) throws(AuraError) {
    items = Buffer()
    try items.reserve(capacity)
  }

  var isEmpty: Bool { items.count == 0 }

  /// Keys are 0...2^31 - 1. Room is reserved for one entry an agent, so this never fails.
  mutating func push(_ key: Int, _ agent: Int32) {
    guard (try? items.append(UInt64(clamping: key) << 32 | UInt64(UInt32.max - UInt32(bitPattern: agent)))) != nil
    else { return }
    var a = items.mutableSpan
    var i = a.count &- 1
    let item = a[i]
    while i > 0 {
      let parent = (i &- 1) >> 1
      if a[parent] >= item { break }
      a[i] = a[parent]
      i = parent
    }
    a[i] = item
  }

  mutating func pop() -> (key: Int, agent: Int32)? {
    guard let last = items.popLast() else { return nil }
    var top = last
    if items.count > 0 {
      var a = items.mutableSpan
      top = a[0]
      let n = a.count
      var i = 0
      while true {
        var child = 2 &* i &+ 1
        if child >= n { break }
        if child &+ 1 < n && a[child &+ 1] > a[child] { child &+= 1 }
        if a[child] <= last { break }
        a[i] = a[child]
        i = child
      }
      a[i] = last
    }
    return (Int(top >> 32), Int32(bitPattern: UInt32.max - UInt32(truncatingIfNeeded: top)))
  }
}

/// Sorts in place, without memory, in O(*n* log *n*).
func heapSort(_ a: inout MutableSpan<Int32>, _ before: (Int32, Int32) -> Bool) {
  let n = a.count
  func sink(_ a: inout MutableSpan<Int32>, _ start: Int, _ end: Int) {
    let item = a[start]
    var i = start
    while true {
      var child = 2 &* i &+ 1
      if child >= end { break }
      if child &+ 1 < end && before(a[child], a[child &+ 1]) { child &+= 1 }
      if !before(item, a[child]) { break }
      a[i] = a[child]
      i = child
    }
    a[i] = item
  }
  var i = n / 2
  while i > 0 {
    i &-= 1
    sink(&a, i, n)
  }
  var end = n
  while end > 1 {
    end &-= 1
    a.swapAt(0, end)
    sink(&a, 0, end)
  }
}
