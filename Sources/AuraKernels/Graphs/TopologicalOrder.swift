package import AuraBase

/// An order in which nobody comes before anybody who points at it, or a loop that forbids one.
package struct TopologicalOrder: Sendable {
  /// All agents when there is such an order; else those that neither sit in a loop nor behind one.
  package let order: Column<Int32>
  /// The place of each agent in `order`, -1 for those that are not in it.
  package let places: Column<Int32>
  /// When there is no such order: a loop, each agent pointing at the next and the last at the first, the least first.
  package let loop: Column<Int32>
}

/// Puts agents in order along the links: of all that could come next always the one with the least index.
///
/// - Complexity: O(*n* + *m*) time, as the least of a set of indices is found in a tree of 64 branches a node; one unit
///   of work a link.
/// - Source: Kahn 1962, doi:10.1145/368996.369025; set of indices after van Emde Boas 1975, doi:10.1109/SFCS.1975.26.
/// - Parameters:
///   - out: whom each agent points at. In an undirected network each link is a loop of two.
///   - into: who points at each agent; looked at only when there is a loop.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func topologicalOrder(
  _ out: Adjacency, into: () throws(AuraError) -> Adjacency, work: Work
) throws(AuraError) -> TopologicalOrder {
  let n = out.count
  var waits = try pointersAt(out)
  var orders = Buffer<Int32>()
  try orders.reserve(n)
  var places = try Buffer<Int32>(repeating: -1, count: n)
  let ready = try IndexSet(count: n)
  work.expect(n + out.entries)
  do {
    let starts = out.starts.span, neighbours = out.neighbours.span
    var wait = waits.mutableSpan, place = places.mutableSpan
    for i in 0..<n where wait[i] == 0 { ready.insert(i) }
    var booked = 0
    while let i = ready.popLeast() {
      place[i] = Int32(truncatingIfNeeded: orders.count)
      try orders.append(Int32(truncatingIfNeeded: i))
      let row = Int(starts[i])..<Int(starts[i + 1])
      booked &+= row.count &+ 1
      if booked > 16_384 {
        try work.spend(booked)
        booked = 0
      }
      for e in row {
        let j = Int(neighbours[e])
        wait[j] &-= 1
        if wait[j] == 0 { ready.insert(j) }
      }
    }
    try work.spend(booked + 1)
  }
  var loop = Buffer<Int32>()
  if orders.count < n { loop = try loopAmong(places.span, into: try into()) }
  return TopologicalOrder(order: Column(orders), places: Column(places), loop: Column(loop))
}

/// How many entries of the rows point at each agent.
func pointersAt(_ out: Adjacency) throws(AuraError) -> Buffer<Int32> {
  var counts = try Buffer<Int32>(repeating: 0, count: out.count)
  let neighbours = out.neighbours.span
  var count = counts.mutableSpan
  for e in neighbours.indices { count[Int(neighbours[e])] &+= 1 }
  return counts
}

/// A loop among the agents whose place is -1, each of whom somebody of them points at: goes back from the least of
/// them, always to the least, until it comes to an agent again.
private func loopAmong(_ place: Span<Int32>, into: Adjacency) throws(AuraError) -> Buffer<Int32> {
  let starts = into.starts.span, neighbours = into.neighbours.span
  var trails = Buffer<Int32>()
  var steps = try Buffer<Int32>(repeating: -1, count: place.count)
  var here = 0
  while place[here] >= 0 { here += 1 }
  while steps[here] < 0 {
    steps[here] = Int32(truncatingIfNeeded: trails.count)
    try trails.append(Int32(truncatingIfNeeded: here))
    var e = Int(starts[here])
    while place[Int(neighbours[e])] >= 0 { e += 1 }
    here = Int(neighbours[e])
  }
  // Backwards along the trail is along the links.
  let trail = trails.span
  let first = Int(steps[here])
  var least = first
  for k in first..<trail.count where trail[k] < trail[least] { least = k }
  var loop = Buffer<Int32>()
  for k in stride(from: least, through: first, by: -1) { try loop.append(trail[k]) }
  for k in stride(from: trail.count - 1, to: least, by: -1) { try loop.append(trail[k]) }
  return loop
}

/// A set of indices below a bound that gives up its least one quickly.
struct IndexSet: ~Copyable {
  /// Bit *i* of level 0 says whether *i* is in the set; bit *i* of a higher level whether word *i* below has any.
  private let words: Scratch<UInt64>
  /// Where levels begin, from the lowest.
  private let levels: [Int]

  /// - Throws: `.memory`.
  init(count: Int) throws(AuraError) {
    var levels: [Int] = []
    var total = 0
    var size = count
    repeat {
      size = (size + 63) / 64
      levels.append(total)
      total += size
    } while size > 1
    words = try Scratch(repeating: 0, count: total)
    self.levels = levels
  }

  func insert(_ index: Int) {
    var word = words.all
    var at = index
    for level in levels {
      let old = word[level + at >> 6]
      word[level + at >> 6] = old | 1 << UInt64(at & 63)
      if old != 0 { return }
      at >>= 6
    }
  }

  func popLeast() -> Int? {
    var word = words.all
    guard let top = levels.last, top < word.count, word[top] != 0 else { return nil }
    var at = 0
    for level in levels.reversed() { at = at << 6 | word[level + at].trailingZeroBitCount }
    let found = at
    for level in levels {
      word[level + at >> 6] &= ~(1 << UInt64(at & 63))
      if word[level + at >> 6] != 0 { break }
      at >>= 6
    }
    return found
  }
}

/// How deep each agent sits in the network of who points at whom.
///
/// An agent to whom nobody points is in layer 0, others one below the deepest that points at them. Agents in one loop
/// share a layer: they wait for each other.
///
/// - Complexity: O(*n* + *m*); one unit of work a link.
/// - Source: Kahn 1962, doi:10.1145/368996.369025; loops by Tarjan 1972, doi:10.1137/0201010.
/// - Parameter out: whom each agent points at.
/// - Returns: the layer of each agent.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func dependenceLayers(_ out: Adjacency, work: Work) throws(AuraError) -> Column<Int32> {
  let n = out.count
  var waits = try pointersAt(out)
  var layers = try Buffer<Int32>(repeating: 0, count: n)
  var queues = try Buffer<Int32>(repeating: 0, count: n)
  var found = 0
  work.expect(n + out.entries, to: 0.5)
  do {
    let starts = out.starts.span, neighbours = out.neighbours.span
    var wait = waits.mutableSpan, layer = layers.mutableSpan, queue = queues.mutableSpan
    for i in 0..<n where wait[i] == 0 {
      queue[found] = Int32(truncatingIfNeeded: i)
      found &+= 1
    }
    var begin = 0
    var depth: Int32 = 0
    while begin < found {
      let end = found
      var booked = 0
      depth &+= 1
      for q in begin..<end {
        let i = Int(queue[q])
        let row = Int(starts[i])..<Int(starts[i + 1])
        booked &+= row.count &+ 1
        for e in row {
          let j = Int(neighbours[e])
          wait[j] &-= 1
          if wait[j] == 0 {
            layer[j] = depth
            queue[found] = Int32(truncatingIfNeeded: j)
            found &+= 1
          }
        }
      }
      try work.spend(booked)
      begin = end
    }
  }
  try work.spend(1)
  if found == n { return Column(layers) }
  return try layersOfGroups(out, strongComponents(out, work: work), work: work)
}

/// The same over groups: agents are taken group by group.
private func layersOfGroups(
  _ out: Adjacency, _ groups: Components, work: Work
) throws(AuraError) -> Column<Int32> {
  let n = out.count, count = groups.count
  // Members of group g are member[first[g]..<first[g + 1]].
  var firsts = try Buffer<Int32>(repeating: 0, count: count + 1)
  var members = try Buffer<Int32>(repeating: 0, count: n)
  var waits = try Buffer<Int32>(repeating: 0, count: count)
  var depths = try Buffer<Int32>(repeating: 0, count: count)
  var queues = try Buffer<Int32>(repeating: 0, count: count)
  var layers = try Buffer<Int32>(repeating: 0, count: n)
  work.expect(n + out.entries)
  do {
    let starts = out.starts.span, neighbours = out.neighbours.span, group = groups.labels.span
    var first = firsts.mutableSpan, member = members.mutableSpan, wait = waits.mutableSpan
    var depth = depths.mutableSpan, queue = queues.mutableSpan, layer = layers.mutableSpan
    for g in 0..<count { first[g + 1] = first[g] &+ groups.sizes[g] }
    var next = try Buffer(copying: first.span)
    for i in 0..<n {
      let g = Int(group[i])
      member[Int(next[g])] = Int32(truncatingIfNeeded: i)
      next[g] &+= 1
      for e in Int(starts[i])..<Int(starts[i + 1]) {
        let other = group[Int(neighbours[e])]
        if other != group[i] { wait[Int(other)] &+= 1 }
      }
    }
    var found = 0
    for g in 0..<count where wait[g] == 0 {
      queue[found] = Int32(truncatingIfNeeded: g)
      found &+= 1
    }
    var q = 0
    while q < found {
      let g = Int(queue[q])
      q &+= 1
      for k in Int(first[g])..<Int(first[g + 1]) {
        let i = Int(member[k])
        layer[i] = depth[g]
        let row = Int(starts[i])..<Int(starts[i + 1])
        try work.spend(row.count)
        for e in row {
          let other = Int(group[Int(neighbours[e])])
          if other == g { continue }
          depth[other] = max(depth[other], depth[g] &+ 1)
          wait[other] &-= 1
          if wait[other] == 0 {
            queue[found] = Int32(truncatingIfNeeded: other)
            found &+= 1
          }
        }
      }
    }
  }
  return Column(layers)
}

/// The longest chain of links, and how much later each agent could come without making it longer.
package struct CriticalPath: Sendable {
  package let length: Double
  /// The agents of the chain, in order.
  package let path: Column<Int32>
  /// For each agent, by how much the longest chain through it falls short of `length`; exactly 0 on such a chain.
  package let slack: Column<Double>
}

/// Finds the slowest chain in a network without loops.
///
/// - Complexity: O(*n* + *m*); one unit of work a link.
/// - Source: Kelley and Walker 1959, doi:10.1145/1460299.1460318.
/// - Parameters:
///   - out: whom each agent points at.
///   - order: all agents, nobody before anybody who points at it.
///   - lengths: one for each link, 0 or more; nil means 1. Of parallel links the longest counts.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func criticalPath(
  _ out: Adjacency, order: Span<Int32>, lengths: Span<Double>?, work: Work
) throws(AuraError) -> CriticalPath {
  let n = out.count
  var heads = try Buffer<Double>(repeating: 0, count: n)  // longest chain that ends at the agent
  var tails = try Buffer<Double>(repeating: 0, count: n)  // longest chain that begins there
  var slacks = try Buffer<Double>(repeating: 0, count: n)
  var path = Buffer<Int32>()
  var length = 0.0
  work.expect(2 * (n + out.entries))
  do {
    let starts = out.starts.span, neighbours = out.neighbours.span, links = out.links.span
    var head = heads.mutableSpan, tail = tails.mutableSpan, slack = slacks.mutableSpan
    for block in Blocks(n) {
      var booked = block.count
      for k in block {
        let i = Int(order[k])
        let row = Int(starts[i])..<Int(starts[i + 1])
        booked &+= row.count
        for e in row {
          let j = Int(neighbours[e])
          let sum = head[i] + given(lengths, links[e])
          if sum > head[j] { head[j] = sum }
        }
        length = max(length, head[i])
      }
      try work.spend(booked)
    }
    for k in stride(from: n - 1, through: 0, by: -1) {
      let i = Int(order[k])
      let row = Int(starts[i])..<Int(starts[i + 1])
      try work.spend(row.count &+ 1)
      for e in row {
        let sum = tail[Int(neighbours[e])] + given(lengths, links[e])
        if sum > tail[i] { tail[i] = sum }
      }
    }
    // Sums in another order differ in the last digits: what is less than that is nothing.
    for i in 0..<n {
      let gap = length - (head[i] + tail[i])
      slack[i] = gap > 1e-12 * length ? gap : 0
    }
    // Of equal chains, the one that starts at the least agent, and goes on to the least that keeps it longest.
    var here = -1
    for i in 0..<n where here < 0 && head[i] == 0 && slack[i] == 0 { here = i }
    while here >= 0 {
      try path.append(Int32(truncatingIfNeeded: here))
      slack[here] = 0
      var next = -1
      for e in Int(starts[here])..<Int(starts[here + 1]) where next < 0 {
        let sum = tail[Int(neighbours[e])] + given(lengths, links[e])
        if sum == tail[here] { next = Int(neighbours[e]) }
      }
      here = next
    }
  }
  return CriticalPath(length: length, path: Column(path), slack: Column(slacks))
}

private func given(_ lengths: Span<Double>?, _ link: Int32) -> Double {
  if let lengths { return lengths[Int(link)] }
  return 1
}
