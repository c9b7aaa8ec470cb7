package import AuraBase

/// How many ways there are to each agent from some others that share no agent, as far as 3.
///
/// - Complexity: up to 3 ways and 4 searches for each agent. One unit of work a link end looked at.
/// - Source: Menger 1927, doi:10.4064/fm-10-1-96-115.
/// - Parameters:
///   - successors: whom each agent points at.
///   - sources: where ways may begin.
/// - Returns: 0 to 3 for each agent, 3 when there are more; -1 for the sources.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func redundancy(
  _ successors: Adjacency, from sources: Span<Int32>, work: Work
) throws(AuraError) -> Column<Int32> {
  let n = successors.count
  let split = try SplitNetwork(successors) { _, _ in 1 }
  var begins = Buffer<Int32>()
  var isSource = try Buffer<Bool>(repeating: false, count: n)
  for k in sources.indices {
    try begins.append(sources[k] &+ Int32(truncatingIfNeeded: n))
    isSource[Int(sources[k])] = true
  }
  let out = try Scratch<Int32>(repeating: -1, count: n)
  let chunks = chunkCount(n)
  work.expect(steps: n)
  try work.parallel(chunks) { chunk throws(AuraError) in
    let range = chunk * n / chunks..<(chunk + 1) * n / chunks
    let search = try FlowSearch(split.network)
    var value = out.slice(range)
    var sink = try Buffer<Int32>(repeating: 0, count: 1)
    for v in range {
      work.step()
      try work.spend(1)
      if isSource[v] { continue }
      sink[0] = Int32(truncatingIfNeeded: v)
      let ways = try search.flow(from: begins.span, to: sink.span, limit: 3, work: work)
      value[v - range.lowerBound] = Int32(truncatingIfNeeded: ways)
      search.clear()
    }
  }
  return try out.column()
}

/// Searches share nothing, so that there are not too many of them at a time.
private func chunkCount(_ n: Int) -> Int { max(1, min(16, n / 64)) }

/// The same from that other agent from which there are fewest ways.
///
/// - Complexity: a few searches for each agent in most networks. One that holds together without any two agents, or a
///   directed one, may take *n* for each.
/// - Source: Menger 1927, doi:10.4064/fm-10-1-96-115; test of the whole by Even 1975, doi:10.1137/0204019.
/// - Parameters:
///   - successors: whom each agent points at; both ends of every link in an undirected network.
///   - directed: whether that is not so.
/// - Returns: 0 to 3 for each agent, 3 when there are more; 0 for an agent without others.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func redundancyFromAll(
  _ successors: Adjacency, directed: Bool, work: Work
) throws(AuraError) -> Column<Int32> {
  let n = successors.count
  try work.spend(n + 1)
  // No agent can have fewer ways than this, and none with 0 has more.
  var leasts = try Buffer<Int32>(repeating: 0, count: n)
  // Others from which there may well be few ways.
  var suspects = Buffer<Int32>()
  let reachable =
    directed
    ? try boundDirected(successors, &leasts, work: work)
    : try boundUndirected(successors, &leasts, &suspects, work: work)
  if !reachable { return Column(leasts) }
  let degrees = try distinctDegrees(successors)
  var fewest = Int32.max
  for i in 0..<n { fewest = min(fewest, degrees[i]) }
  for _ in 0..<2 {
    var least = -1
    for i in 0..<n where (least < 0 || degrees[i] < degrees[least]) && !has(suspects.span, i) { least = i }
    if least >= 0 { try suspects.append(Int32(truncatingIfNeeded: least)) }
  }
  let split = try SplitNetwork(successors) { _, _ in 1 }
  if !directed && n > 3 && fewest >= 3 && leasts[0] == 2 && leasts[n - 1] == 2 {
    if try holdsWithoutTwo(split, &suspects, work: work) { return Column(try Buffer(repeating: 3, count: n)) }
  }
  let out = try Scratch<Int32>(repeating: 0, count: n)
  let chunks = chunkCount(n)
  let bound = leasts.span, first = suspects.span
  work.expect(steps: n)
  try work.parallel(chunks) { chunk throws(AuraError) in
    let range = chunk * n / chunks..<(chunk + 1) * n / chunks
    let search = try FlowSearch(split.network)
    var value = out.slice(range)
    var ends = try Buffer<Int32>(repeating: 0, count: 2)
    for v in range {
      work.step()
      try work.spend(1)
      if bound[v] == 0 { continue }
      ends[1] = Int32(truncatingIfNeeded: v)
      var ways: Int64 = 3
      for k in 0..<first.count + n {
        let u = k < first.count ? Int(first[k]) : k - first.count
        if u == v { continue }
        ends[0] = Int32(truncatingIfNeeded: n + u)
        ways = try search.flow(
          from: ends.span.extracting(0..<1), to: ends.span.extracting(1..<2), limit: ways, work: work)
        search.clear()
        if ways <= bound[v] { break }
      }
      value[v - range.lowerBound] = Int32(truncatingIfNeeded: ways)
    }
  }
  return try out.column()
}

private func has(_ list: Span<Int32>, _ agent: Int) -> Bool {
  for k in list.indices where Int(list[k]) == agent { return true }
  return false
}

/// How many others each agent points at.
private func distinctDegrees(_ rows: Adjacency) throws(AuraError) -> Buffer<Int32> {
  var degrees = try Buffer<Int32>(repeating: 0, count: rows.count)
  for i in 0..<rows.count {
    var last = Int32(truncatingIfNeeded: i)
    for e in Int(rows.starts[i])..<Int(rows.starts[i + 1]) {
      let j = rows.neighbours[e]
      if j != last && Int(j) != i { degrees[i] += 1 }
      last = j
    }
  }
  return degrees
}

/// Only agents of the one group that everybody can reach are reached by all.
private func boundDirected(
  _ rows: Adjacency, _ leasts: inout Buffer<Int32>, work: Work
) throws(AuraError) -> Bool {
  let n = rows.count
  if n < 2 { return false }
  let groups = try strongComponents(rows, work: work)
  var leaves = try Buffer<Bool>(repeating: false, count: groups.count)
  for i in 0..<n {
    for e in Int(rows.starts[i])..<Int(rows.starts[i + 1]) {
      let other = groups.labels[Int(rows.neighbours[e])]
      if other != groups.labels[i] { leaves[Int(groups.labels[i])] = true }
    }
  }
  var last = -1
  for g in 0..<groups.count where !leaves[g] {
    if last >= 0 { return false }
    last = g
  }
  for i in 0..<n where Int(groups.labels[i]) == last { leasts[i] = 1 }
  return true
}

/// Nobody has two ways from everybody while another agent is a single point of failure.
private func boundUndirected(
  _ rows: Adjacency, _ leasts: inout Buffer<Int32>, _ suspects: inout Buffer<Int32>, work: Work
) throws(AuraError) -> Bool {
  let n = rows.count
  if n < 2 { return false }
  let (found, _) = try reach(rows, from: 0, without: -1, work: work)
  if found < n { return false }
  let knots = try articulationPoints(rows, work: work).agents
  for i in 0..<n { leasts[i] = knots.count == 0 && n > 2 ? 2 : 1 }
  // Two agents that such a knot parts: whoever is not the knot is parted from one of them.
  for k in 0..<min(2, knots.count) {
    let knot = Int(knots[k])
    var one: Int32 = -1
    let row = Int(rows.starts[knot])..<Int(rows.starts[knot + 1])
    for e in row where one < 0 && Int(rows.neighbours[e]) != knot { one = rows.neighbours[e] }
    if one < 0 { continue }
    let (_, seen) = try reach(rows, from: Int(one), without: knot, work: work)
    var other: Int32 = -1
    for e in row where other < 0 && !seen[Int(rows.neighbours[e])] && Int(rows.neighbours[e]) != knot {
      other = rows.neighbours[e]
    }
    try suspects.append(one)
    if other >= 0 { try suspects.append(other) }
  }
  if knots.count == 1 {
    // Others are parted from somebody; the knot itself is not, unless somebody hangs on it alone.
    let knot = Int(knots[0])
    let degrees = try distinctDegrees(rows)
    leasts[knot] = 2
    for e in Int(rows.starts[knot])..<Int(rows.starts[knot + 1])
    where Int(rows.neighbours[e]) != knot && degrees[Int(rows.neighbours[e])] == 1 {
      leasts[knot] = 1
      if !has(suspects.span, Int(rows.neighbours[e])) { try suspects.append(rows.neighbours[e]) }
      break
    }
  }
  return true
}

private func reach(
  _ rows: Adjacency, from root: Int, without lost: Int, work: Work
) throws(AuraError) -> (count: Int, seen: Column<Bool>) {
  var seen = try Buffer<Bool>(repeating: false, count: rows.count)
  var queue = Buffer<Int32>()
  seen[root] = true
  try queue.append(Int32(truncatingIfNeeded: root))
  var q = 0
  while q < queue.count {
    let i = Int(queue[q])
    q += 1
    let row = Int(rows.starts[i])..<Int(rows.starts[i + 1])
    try work.spend(row.count)
    for e in row {
      let j = Int(rows.neighbours[e])
      if j == lost || seen[j] { continue }
      seen[j] = true
      try queue.append(Int32(truncatingIfNeeded: j))
    }
  }
  return (queue.count, Column(seen))
}

/// Whether an undirected network with more than 3 agents stays in one piece whatever two agents it loses: the first
/// three must have three ways to each other, and each later agent from those before it. Where that fails, the agents of
/// the test that failed are added to the suspects.
private func holdsWithoutTwo(
  _ split: SplitNetwork, _ suspects: inout Buffer<Int32>, work: Work
) throws(AuraError) -> Bool {
  let n = split.agents
  let search = try FlowSearch(split.network)
  var ends = try Buffer<Int32>(repeating: 0, count: 2)
  for (s, t) in [(0, 1), (0, 2), (1, 2)] {
    ends[0] = Int32(truncatingIfNeeded: n + s)
    ends[1] = Int32(truncatingIfNeeded: t)
    let ways = try search.flow(
      from: ends.span.extracting(0..<1), to: ends.span.extracting(1..<2), limit: 3, work: work)
    search.clear()
    if ways < 3 {
      try suspects.append(Int32(truncatingIfNeeded: s))
      try suspects.append(Int32(truncatingIfNeeded: t))
      return false
    }
  }
  var all = Buffer<Int32>()
  for i in 0..<n { try all.append(Int32(truncatingIfNeeded: i)) }
  for t in 3..<n {
    try work.spend(t)
    let ways = try search.flow(
      from: all.span.extracting(0..<t), to: all.span.extracting(t..<t + 1), limit: 3, work: work)
    search.clear()
    if ways < 3 {
      for s in [0, 1, 2, t] { try suspects.append(Int32(truncatingIfNeeded: s)) }
      return false
    }
  }
  return true
}
