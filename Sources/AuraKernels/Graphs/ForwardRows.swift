package import AuraBase

/// Each pair of partners once, from the agent that comes first in some order to the one that comes later.
///
/// Taken in order of degree, nobody has more than O(sqrt *m*) partners ahead, which is what makes counting triangles
/// cheap. Everything inside is numbered by rank, so that what is looked at often lies together.
package struct ForwardRows: Sendable {
  /// The agent of each rank.
  package let agents: Column<Int32>
  /// The rank of each agent.
  package let ranks: Column<Int32>
  /// The partners ahead of rank *r* are `heads[starts[r]..<starts[r + 1]]`: ranks, in order of agents.
  package let starts: Column<Int32>
  package let heads: Column<Int32>
  /// How many pairs one has to look at to list all triangles.
  let effort: Int

  package var count: Int { agents.count }

  /// In order of degree, then of agents.
  ///
  /// - Complexity: O(*n* + *m*); one unit of work a link end.
  /// - Parameter simple: both ends of every link, without self loops and parallel links.
  /// - Throws: `.limit`, `.cancelled`, `.memory`.
  package init(_ simple: Adjacency, work: Work) throws(AuraError) {
    let n = simple.count
    try work.spend(n)
    var orders = try Buffer<Int32>(repeating: 0, count: n)
    var slots = try Buffer<Int32>(repeating: 0, count: n + 1)
    do {
      let starts = simple.starts.span
      var order = orders.mutableSpan, slot = slots.mutableSpan
      for v in 0..<n { slot[Int(starts[v + 1] &- starts[v]) + 1] &+= 1 }
      for d in 0..<n { slot[d + 1] &+= slot[d] }
      for v in 0..<n {
        let degree = Int(starts[v + 1] &- starts[v])
        order[Int(slot[degree])] = Int32(truncatingIfNeeded: v)
        slot[degree] &+= 1
      }
    }
    try self.init(simple, order: Column(orders), work: work)
  }

  /// In the given order of all agents.
  package init(_ simple: Adjacency, order: Column<Int32>, work: Work) throws(AuraError) {
    let n = simple.count
    try work.spend(simple.entries)
    var ranks = try Buffer<Int32>(repeating: 0, count: n)
    var starts = try Buffer<Int32>(repeating: 0, count: n + 1)
    var heads = try Buffer<Int32>(repeating: 0, count: simple.entries / 2)
    var effort = 0
    do {
      let from = simple.starts.span, neighbours = simple.neighbours.span, agent = order.span
      var rank = ranks.mutableSpan, start = starts.mutableSpan, head = heads.mutableSpan
      for r in 0..<n { rank[Int(agent[r])] = Int32(truncatingIfNeeded: r) }
      var at = 0
      for r in 0..<n {
        let v = Int(agent[r])
        let begin = at
        for e in Int(from[v])..<Int(from[v + 1]) {
          let w = rank[Int(neighbours[e])]
          if w > r {
            head[at] = w
            at &+= 1
          }
        }
        start[r + 1] = Int32(truncatingIfNeeded: at)
        let ahead = at - begin
        effort += ahead * (Int(from[v + 1] &- from[v]) - ahead) + 1
      }
    }
    agents = order
    self.effort = effort
    self.ranks = Column(ranks)
    self.starts = Column(starts)
    self.heads = Column(heads)
  }

  /// Ranges of ranks with about equally many pairs; the grid depends on the network alone.
  func chunks() -> [Range<Int>] {
    let wanted = max(1, min(4, heads.count / 32_768))
    let starts = self.starts.span
    var out: [Range<Int>] = []
    var begin = 0
    for c in 1...wanted {
      var end = begin
      if c == wanted {
        end = count
      } else {
        while end < count, Int(starts[end]) * wanted < heads.count * c { end += 1 }
      }
      out.append(begin..<end)
      begin = end
    }
    return out
  }

  /// A column by rank as a column by agent.
  func byAgent<T: BitwiseCopyable & Sendable>(_ values: Span<T>, _ nothing: T) throws(AuraError) -> Column<T> {
    var out = try Buffer<T>(repeating: nothing, count: count)
    do {
      let agent = agents.span
      var o = out.mutableSpan
      for r in values.indices { o[Int(agent[r])] = values[r] }
    }
    return Column(out)
  }
}

/// Lists the triangles whose first corner is a given rank. Ranks must come in ascending order.
struct TriangleFinder: ~Copyable {
  private var mark: Buffer<Int32>
  /// Three entries of `ForwardRows.heads` for each triangle: first to second corner, first to third, second to third.
  private(set) var found = Buffer<Int32>()
  private var unbooked = 0

  init(_ rows: ForwardRows) throws(AuraError) { mark = try Buffer(repeating: 0, count: rows.count) }

  mutating func find(_ r: Int, _ rows: ForwardRows, _ work: Work) throws(AuraError) {
    unbooked &+= 1
    try list(r, rows, &mark, &found, &unbooked)
    if unbooked >= 4_096 { try book(work) }
  }

  mutating func book(_ work: Work) throws(AuraError) {
    try work.spend(unbooked)
    unbooked = 0
  }
}

private func list(
  _ r: Int, _ rows: ForwardRows, _ marks: inout Buffer<Int32>, _ found: inout Buffer<Int32>, _ looked: inout Int
) throws(AuraError) {
  let starts = rows.starts.span, heads = rows.heads.span
  found.removeAll()
  let begin = starts[r], end = starts[r + 1]
  if end &- begin < 2 { return }
  var mark = marks.mutableSpan
  // Marks of earlier ranks are not above `begin`.
  for e in begin..<end { mark[Int(heads[Int(e)])] = e &+ 1 }
  for e in begin..<end {
    let v = Int(heads[Int(e)])
    let ahead = Int(starts[v])..<Int(starts[v + 1])
    looked &+= ahead.count
    for f in ahead {
      let other = mark[Int(heads[f])]
      if other > begin {
        try found.append(e)
        try found.append(other &- 1)
        try found.append(Int32(truncatingIfNeeded: f))
      }
    }
  }
}
