package import AuraBase

/// Links without which a network has no loop.
package struct FeedbackLinks: Sendable {
  /// Ascending.
  package let links: Column<Int32>
  /// Whether no smaller set would do.
  package let exact: Bool
}

/// Finds few links of a directed network that break all of its loops.
///
/// Agents are put in an order in which few links point back; those go. Groups of up to 16 agents that reach one
/// another get a best order, by trying all sets of agents that may come first. Larger ones are taken apart from both
/// ends, and then agents are moved to better places while there are any, in small groups again and again.
///
/// - Complexity: O(*n* + *m*) and, for a group of *k* ≤ 16 agents, O(2^*k* *k*); a round of moves is O(*m* log *m*),
///   and there are about 12, of groups with fewer than a million links more. One unit of work a link and round.
/// - Source: Eades, Lin and Smyth 1993, doi:10.1016/0020-0190(93)90079-O; sets by Lawler 1964,
///   doi:10.1287/mnsc.11.2.373.
/// - Parameters:
///   - out: whom each agent points at. Self loops always go; parallel links count each.
///   - into: who points at each agent.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func feedbackLinks(_ out: Adjacency, into: Adjacency, work: Work) throws(AuraError) -> FeedbackLinks {
  let n = out.count
  try work.spend(1)
  let groups = try strongComponents(out, work: work)
  var order = try LoopOrder(out, into, groups)
  var exact = true
  var large = 0
  var effort = 1 << 26  // steps for best orders, so that many groups of 16 do not take minutes
  let members = try membersByGroup(groups)
  do throws(AuraError) {
    do {
      let first = members.first.span, member = members.member.span
      for g in 0..<groups.count {
        let size = Int(groups.sizes[g])
        if size < 2 { continue }
        let cost = 1 << size * size
        if size <= 16 && cost <= effort {
          effort -= cost
          let range = Int(first[g])..<Int(first[g + 1])
          try order.placeBest(member.extracting(range), work: work)
        } else {
          large += 1
        }
      }
    }
    if large > 0 {
      work.expect(14 * (n + out.entries))
      try order.placeFromBothEnds(work: work)
      var locals = try Buffer<Int32>(repeating: 0, count: n)
      var dead = try Buffer<Bool>(repeating: false, count: out.entries)
      let first = members.first.span, member = members.member.span
      for g in 0..<groups.count where Int(groups.sizes[g]) > 1 && !order.isSettled(member[Int(first[g])]) {
        let best = try order.improve(
          member.extracting(Int(first[g])..<Int(first[g + 1])), locals: &locals, dead: &dead,
          effort: min(1 << 22, (1 << 24) / large), work: work)
        exact = exact && best
      }
    }
  } catch {
    // Whatever places agents have by now, the links that point back break all loops.
    guard work.ended(error) else { throw error }
    exact = false
  }
  var links = Buffer<Int32>()
  var marks = try Buffer<Bool>(repeating: false, count: out.entries)
  do {
    let starts = out.starts.span, neighbours = out.neighbours.span, link = out.links.span
    let key = order.keys.span, group = groups.labels.span
    var mark = marks.mutableSpan
    for i in 0..<n {
      for e in Int(starts[i])..<Int(starts[i + 1]) {
        let j = Int(neighbours[e])
        if group[i] == group[j] && key[j] <= key[i] { mark[Int(link[e])] = true }
      }
    }
    for k in mark.indices where mark[k] { try links.append(Int32(truncatingIfNeeded: k)) }
  }
  return FeedbackLinks(links: Column(links), exact: exact)
}

/// The same in an undirected network, where a loop uses each link once: all links that join what earlier ones have
/// joined already.
///
/// - Complexity: O(*n* + *m* log *n*); one unit of work a link.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func feedbackLinks(
  count n: Int, sources: Span<Int32>, targets: Span<Int32>, work: Work
) throws(AuraError) -> FeedbackLinks {
  var sets = try UnionFind(count: n)
  var links = Buffer<Int32>()
  try work.spend(1)
  for block in Blocks(sources.count) {
    try work.spend(block.count)
    for k in block where !sets.union(sources[k], targets[k]) { try links.append(Int32(truncatingIfNeeded: k)) }
  }
  return FeedbackLinks(links: Column(links), exact: true)
}

/// Members of group *g* are `member[first[g]..<first[g + 1]]`, ascending.
private struct GroupMembers {
  let first: Column<Int32>
  let member: Column<Int32>
}

private func membersByGroup(_ groups: Components) throws(AuraError) -> GroupMembers {
  var firsts = try Buffer<Int32>(repeating: 0, count: groups.count + 1)
  var members = try Buffer<Int32>(repeating: 0, count: groups.labels.count)
  do {
    var first = firsts.mutableSpan, member = members.mutableSpan
    for g in 0..<groups.count { first[g + 1] = first[g] &+ groups.sizes[g] }
    var next = try Buffer(copying: first.span)
    for i in 0..<groups.labels.count {
      let g = Int(groups.labels[i])
      member[Int(next[g])] = Int32(truncatingIfNeeded: i)
      next[g] &+= 1
    }
  }
  return GroupMembers(first: Column(firsts), member: Column(members))
}

/// An order of agents that only matters within groups: each agent has a key, and a link that does not point at a larger
/// key points back.
private struct LoopOrder: ~Copyable {
  private let out: Adjacency
  private let into: Adjacency
  private let groups: Components
  var keys: Buffer<Int64>
  /// Agents whose order is best already.
  private var settled: Buffer<Bool>

  init(_ out: Adjacency, _ into: Adjacency, _ groups: Components) throws(AuraError) {
    // Any order will do until there is a better one.
    var keys = try Buffer<Int64>(repeating: 0, count: out.count)
    for i in 0..<out.count { keys[i] = Int64(i) }
    var settled = try Buffer<Bool>(repeating: false, count: out.count)
    for i in 0..<out.count where groups.sizes[Int(groups.labels[i])] == 1 { settled[i] = true }
    self.out = out
    self.into = into
    self.groups = groups
    self.keys = keys
    self.settled = settled
  }

  func isSettled(_ agent: Int32) -> Bool { settled[Int(agent)] }

  /// Tries all sets of agents that may come first: the best order of a set is that of one agent less, and that agent.
  mutating func placeBest(_ member: Span<Int32>, work: Work) throws(AuraError) {
    let size = member.count, out = self.out
    // pull[v * size + w]: links from v to w.
    var pulls = try Buffer<Int32>(repeating: 0, count: size * size)
    let starts = out.starts.span, neighbours = out.neighbours.span
    do {
      var pull = pulls.mutableSpan
      for a in 0..<size {
        let i = Int(member[a])
        for e in Int(starts[i])..<Int(starts[i + 1]) {
          for b in 0..<size where member[b] == neighbours[e] && b != a { pull[a * size + b] &+= 1 }
        }
      }
    }
    // Links from v to each set of the first eight, and of the others.
    var lows = try Buffer<Int32>(repeating: 0, count: size << 8)
    var highs = try Buffer<Int32>(repeating: 0, count: size << 8)
    var costs = try Buffer<Int32>(repeating: 0, count: 1 << size)
    var lasts = try Buffer<UInt8>(repeating: 0, count: 1 << size)
    do {
      let pull = pulls.span
      var low = lows.mutableSpan, high = highs.mutableSpan, cost = costs.mutableSpan, last = lasts.mutableSpan
      for v in 0..<size {
        for set in 1..<256 {
          let b = set.trailingZeroBitCount
          let rest = v << 8 | set & (set &- 1)
          if b < size { low[v << 8 | set] = low[rest] &+ pull[v * size + b] }
          if b + 8 < size { high[v << 8 | set] = high[rest] &+ pull[v * size + b + 8] }
        }
      }
      for set in 1..<(1 << size) {
        if set & 1_023 == 0 { try work.spend(1_024 * size) }
        var best = Int32.max
        var left = set
        while left != 0 {
          let v = left.trailingZeroBitCount
          left &= left &- 1
          let before = set & ~(1 << v)
          let sum = cost[before] &+ low[v << 8 | before & 255] &+ high[v << 8 | before >> 8]
          if sum < best {
            best = sum
            last[set] = UInt8(truncatingIfNeeded: v)
          }
        }
        cost[set] = best
      }
      var set = 1 << size - 1
      while set != 0 {
        let v = Int(last[set])
        set &= ~(1 << v)
        keys[Int(member[v])] = Int64(set.nonzeroBitCount)
        settled[Int(member[v])] = true
      }
    }
  }

  /// Takes agents away, those without followers to the end, those without leaders to the front, else the one that has
  /// most more followers than leaders to the front.
  mutating func placeFromBothEnds(work: Work) throws(AuraError) {
    let out = self.out, into = self.into, groups = self.groups
    let n = out.count
    var outs = try Buffer<Int32>(repeating: 0, count: n)
    var ins = try Buffer<Int32>(repeating: 0, count: n)
    var most = 0
    do {
      let starts = out.starts.span, neighbours = out.neighbours.span, group = groups.labels.span
      var leads = outs.mutableSpan, follows = ins.mutableSpan
      for i in 0..<n where !settled[i] {
        for e in Int(starts[i])..<Int(starts[i + 1]) {
          let j = Int(neighbours[e])
          if j != i && group[j] == group[i] {
            leads[i] &+= 1
            follows[j] &+= 1
          }
        }
      }
      for i in 0..<n { most = max(most, Int(max(leads[i], follows[i]))) }
    }
    // Buckets by leads - follows, and one at either end for those that have no leads or no follows left.
    let buckets = 2 * most + 3
    var heads = try Buffer<Int32>(repeating: -1, count: buckets)
    var nexts = try Buffer<Int32>(repeating: -1, count: n)
    var befores = try Buffer<Int32>(repeating: -1, count: n)
    var bins = try Buffer<Int32>(repeating: -1, count: n)
    var top = 0
    var places = try Buffer(copying: keys.span)
    var front: Int64 = 0
    var end = Int64(n) &+ 1
    do {
      let group = groups.labels.span
      var leads = outs.mutableSpan, follows = ins.mutableSpan, head = heads.mutableSpan, next = nexts.mutableSpan
      var before = befores.mutableSpan, bin = bins.mutableSpan, key = places.mutableSpan
      let done = settled.span
      func bucket(_ leads: Int32, _ follows: Int32) -> Int {
        leads == 0 ? 0 : follows == 0 ? buckets - 1 : Int(leads &- follows) + most + 1
      }
      for i in stride(from: n - 1, through: 0, by: -1) where !done[i] {
        let b = bucket(leads[i], follows[i])
        link(i, b, &head, &next, &before, &bin)
        top = max(top, b)
      }
      while true {
        if head[0] < 0 {
          while top > 0 && head[top] < 0 { top &-= 1 }
          if top == 0 { break }
        }
        let b = head[0] >= 0 ? 0 : top
        let i = Int(head[b])
        unlink(i, &head, &next, &before, &bin)
        bin[i] = -2
        if b == 0 {
          end &-= 1
          key[i] = end
        } else {
          front &+= 1
          key[i] = front
        }
        for side in 0..<2 {
          let rows = side == 0 ? out : into
          let starts = rows.starts.span, neighbours = rows.neighbours.span
          let row = Int(starts[i])..<Int(starts[i + 1])
          try work.spend(row.count)
          for e in row {
            let j = Int(neighbours[e])
            if bin[j] < 0 || group[j] != group[i] { continue }
            if side == 0 { follows[j] &-= 1 } else { leads[j] &-= 1 }
            let b = bucket(leads[j], follows[j])
            if b == Int(bin[j]) { continue }
            unlink(j, &head, &next, &before, &bin)
            link(j, b, &head, &next, &before, &bin)
            top = max(top, b)
          }
        }
      }
    }
    keys = places
  }

  /// Searches for a better order of a group. Returns whether no order is better, as far as loops that share nothing
  /// can tell.
  ///
  /// - Parameters:
  ///   - locals: a 0 for each agent, and left so.
  ///   - dead: whether a link is used up, for each entry of the rows; those of this group must not be.
  mutating func improve(
    _ member: Span<Int32>, locals: inout Buffer<Int32>, dead: inout Buffer<Bool>, effort: Int, work: Work
  ) throws(AuraError) -> Bool {
    let out = self.out, into = self.into, groups = self.groups
    let group = groups.labels.span
    for a in 0..<member.count { locals[Int(member[a])] = Int32(truncatingIfNeeded: a) }
    var search = try OrderSearch(out, into, member: member, local: locals.span, group: group, keys: keys.span)
    try search.search(effort: effort, dice: work.dice.stream(Int(member[0])), work: work)
    for a in 0..<member.count { keys[Int(member[a])] = search.keys[a] }
    for a in 0..<member.count { locals[Int(member[a])] = 0 }
    if member.count * search.entries > 1 << 22 { return false }
    var back = 0
    for a in 0..<member.count {
      let i = Int(member[a])
      for e in Int(out.starts[i])..<Int(out.starts[i + 1]) {
        let j = Int(out.neighbours[e])
        if j != i && group[j] == group[i] && keys[j] < keys[i] { back += 1 }
      }
    }
    return try disjointLoops(out, member: member, group: group, dead: &dead, steps: &locals, work: work) == back
  }
}

/// Puts agent `i` at the head of bucket `b`.
private func link(
  _ i: Int, _ b: Int, _ head: inout MutableSpan<Int32>, _ next: inout MutableSpan<Int32>,
  _ before: inout MutableSpan<Int32>, _ bin: inout MutableSpan<Int32>
) {
  next[i] = head[b]
  before[i] = -1
  if head[b] >= 0 { before[Int(head[b])] = Int32(truncatingIfNeeded: i) }
  head[b] = Int32(truncatingIfNeeded: i)
  bin[i] = Int32(truncatingIfNeeded: b)
}

/// Takes agent `i` out of its bucket.
private func unlink(
  _ i: Int, _ head: inout MutableSpan<Int32>, _ next: inout MutableSpan<Int32>,
  _ before: inout MutableSpan<Int32>, _ bin: inout MutableSpan<Int32>
) {
  if before[i] >= 0 { next[Int(before[i])] = next[i] } else { head[Int(bin[i])] = next[i] }
  if next[i] >= 0 { before[Int(next[i])] = before[i] }
}
