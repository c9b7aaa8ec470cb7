package import AuraBase

/// Finds how firmly each link is held by triangles: the largest *k* such that it belongs to a group of links each of
/// which closes *k* - 2 triangles with others of the group.
///
/// Takes away the link with the fewest triangles, over and over; what it then lacks is the answer.
///
/// - Complexity: O(*m*^1.5 log *n*) time, O(*n* + *m*) memory; one unit of work a link end looked at.
/// - Source: Wang and Cheng 2012, doi:10.14778/2311906.2311909.
/// - Parameters:
///   - rows: in order of degree, of the network whose links go from `sources` to `targets`.
/// - Returns: one number for each link; parallel links share theirs, self loops have 0.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func trussDecomposition(
  _ rows: ForwardRows, sources: Span<Int32>, targets: Span<Int32>, work: Work
) throws(AuraError) -> Column<Int32> {
  let n = rows.count, pairs = rows.heads.count, m = sources.count
  var tails = try Buffer<Int32>(repeating: 0, count: pairs)
  var supports = try Buffer<Int32>(repeating: 0, count: pairs)
  do {
    let starts = rows.starts.span
    var tail = tails.mutableSpan, support = supports.mutableSpan
    var finder = try TriangleFinder(rows)
    work.expect(rows.effort, to: 0.3)
    for r in 0..<n {
      for e in Int(starts[r])..<Int(starts[r + 1]) { tail[e] = Int32(truncatingIfNeeded: r) }
      try finder.find(r, rows, work)
      let found = finder.found.span
      for t in found.indices { support[Int(found[t])] &+= 1 }
    }
    try finder.book(work)
  }
  let both = try Adjacency(count: n, sources: tails.span, targets: rows.heads.span, sense: .both)
  try peel(rows, both, tails.span, &supports, work)
  var trusses = try Buffer<Int32>(repeating: 0, count: m)
  do {
    let ranks = rows.ranks.span, truss = supports.span
    var out = trusses.mutableSpan
    for range in Blocks(m) {
      try work.spend(range.count)
      for k in range where sources[k] != targets[k] {
        let pair = both.pair(Int(ranks[Int(sources[k])]), ranks[Int(targets[k])])
        if pair >= 0 { out[k] = truss[Int(pair)] &+ 2 }
      }
    }
  }
  return Column(trusses)
}

/// Turns numbers of triangles into how many are left of them when the pair's turn comes to be taken away.
private func peel(
  _ rows: ForwardRows, _ both: Adjacency, _ tail: Span<Int32>, _ supports: inout Buffer<Int32>, _ work: Work
) throws(AuraError) {
  let pairs = tail.count
  let starts = both.starts.span, neighbours = both.neighbours.span, links = both.links.span
  let heads = rows.heads.span
  var most: Int32 = 0
  var looks = pairs
  for e in 0..<pairs {
    most = max(most, supports[e])
    let (a, b) = (Int(tail[e]), Int(heads[e]))
    looks += Int(min(starts[a + 1] &- starts[a], starts[b + 1] &- starts[b]))
  }
  work.expect(looks)
  // Pairs by support, and where those of each support begin.
  var queues = try Buffer<Int32>(repeating: 0, count: pairs)
  var spots = try Buffer<Int32>(repeating: 0, count: pairs)
  var begins = try Buffer<Int32>(repeating: 0, count: Int(most) + 2)
  var support = supports.mutableSpan, queue = queues.mutableSpan, spot = spots.mutableSpan
  var begin = begins.mutableSpan
  for e in 0..<pairs { begin[Int(support[e]) + 1] &+= 1 }
  for s in 0...Int(most) { begin[s + 1] &+= begin[s] }
  for e in 0..<pairs {
    let s = Int(support[e])
    spot[e] = begin[s]
    queue[Int(begin[s])] = Int32(truncatingIfNeeded: e)
    begin[s] &+= 1
  }
  for s in stride(from: Int(most), to: 0, by: -1) { begin[s] = begin[s - 1] }
  begin[0] = 0
  var unbooked = 0
  for turn in 0..<pairs {
    let e = Int(queue[turn])
    let level = support[e]
    var (few, many) = (Int(tail[e]), Int(heads[e]))
    if starts[few + 1] &- starts[few] > starts[many + 1] &- starts[many] { swap(&few, &many) }
    unbooked &+= Int(starts[few + 1] &- starts[few]) &+ 1
    if unbooked >= 4_096 || turn == pairs - 1 {
      try work.spend(unbooked)
      unbooked = 0
    }
    if level == 0 { continue }
    for f in Int(starts[few])..<Int(starts[few + 1]) {
      let near = Int(links[f])
      if spot[near] <= Int32(truncatingIfNeeded: turn) { continue }
      let found = both.pair(many, neighbours[f])
      if found < 0 || spot[Int(found)] <= Int32(truncatingIfNeeded: turn) { continue }
      // The triangle is gone: the two other sides have one less, but never less than the one that goes.
      for side in [near, Int(found)] where support[side] > level {
        let s = Int(support[side])
        let place = Int(spot[side]), front = Int(begin[s])
        let other = Int(queue[front])
        queue[front] = Int32(truncatingIfNeeded: side)
        queue[place] = Int32(truncatingIfNeeded: other)
        spot[side] = Int32(truncatingIfNeeded: front)
        spot[other] = Int32(truncatingIfNeeded: place)
        begin[s] = Int32(truncatingIfNeeded: front + 1)
        support[side] &-= 1
      }
    }
  }
}

extension Adjacency {
  /// The link between two rows, found by halving; -1 when there is none.
  fileprivate func pair(_ row: Int, _ partner: Int32) -> Int32 {
    let neighbours = self.neighbours.span
    var low = Int(starts[row]), high = Int(starts[row + 1])
    while low < high {
      let middle = (low &+ high) >> 1
      if neighbours[middle] < partner { low = middle &+ 1 } else { high = middle }
    }
    return low < Int(starts[row + 1]) && neighbours[low] == partner ? links[low] : -1
  }
}
