package import AuraBase

/// The shortest ways that lead from agents back to themselves.
package struct ShortestCycles: Sendable {
  /// Links of the shortest cycle through each agent; 0 where there is none.
  package let lengths: Column<Int32>
  /// The agents of one of the shortest, in their order, the first of all agents that are on one first.
  package let cycle: Column<Int32>
}

/// Finds for each agent how soon the links lead back to it.
///
/// A self loop is a cycle of one. In a directed network a cycle follows the links. In an undirected network it uses each
/// link once, so that two parallel links are a cycle of two.
///
/// - Complexity: directed O(*n m* / 256); undirected O(*n m*), but no search looks farther than half of the cycle that
///   it finds, and agents in a row with no other links share one search. O(*n* + *m*) memory a thread.
/// - Source: Itai and Rodeh 1978, doi:10.1137/0207033; 256 searches at once after Then et al. 2014,
///   doi:10.14778/2735496.2735507.
/// - Parameters:
///   - rows: `.out` of a directed network, `.both` of an undirected one, with all parallel links and self loops.
///   - count: the number of links that the rows speak of.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func shortestCycles(
  _ rows: Adjacency, links count: Int, directed: Bool, work: Work
) throws(AuraError) -> ShortestCycles {
  let n = rows.count
  let starts = rows.starts.span, neighbours = rows.neighbours.span
  let parts =
    directed ? try strongComponents(rows, work: work) : try twoLinkParts(rows, links: count, work: work).parts
  // Only links within a part lie on cycles.
  let found = try Scratch<Int32>(repeating: 0, count: n)
  var near = found.all
  var froms = Buffer<Int32>()
  var tos = Buffer<Int32>()
  for i in 0..<n {
    var last: Int32 = -1
    for e in Int(starts[i])..<Int(starts[i + 1]) {
      let j = neighbours[e]
      if Int(j) == i {
        near[i] = 1
      } else if j == last {
        if !directed && near[i] != 1 { near[i] = 2 }
      } else if parts.labels[i] == parts.labels[Int(j)] && (directed || Int(j) > i) {
        try froms.append(Int32(truncatingIfNeeded: i))
        try tos.append(j)
      }
      last = j
    }
  }
  let inner = try Adjacency(
    count: n, sources: froms.span, targets: tos.span, sense: directed ? .out : .both, simple: true)
  if directed {
    try follow(inner, found, work: work)
  } else {
    try goRound(inner, found, work: work)
  }
  near = found.all
  var first: Int?
  for i in 0..<n where near[i] > 0 && near[i] < first.map({ near[$0] }) ?? .max { first = i }
  var cycle = Buffer<Int32>()
  if let first {
    try cycle.append(Int32(truncatingIfNeeded: first))
    switch near[first] {
    case 1: break
    case 2 where !directed:
      var e = Int(starts[first])
      while neighbours[e] != neighbours[e + 1] { e += 1 }
      try cycle.append(neighbours[e])
    default: try trace(first, inner, directed, &cycle, work: work)
    }
  }
  return ShortestCycles(lengths: try found.column(), cycle: Column(cycle))
}

/// Directed: searches of all agents that have no self loop, many at once.
private func follow(_ inner: Adjacency, _ found: borrowing Scratch<Int32>, work: Work) throws(AuraError) {
  let n = inner.count
  var alive = try Buffer<Bool>(repeating: false, count: n)
  for i in 0..<n { alive[i] = inner.starts[i] < inner.starts[i + 1] }
  let order = try RouteNetwork.order(inner, alive: alive.span)
  let network = try RouteNetwork(inner, order.span, lengths: nil)
  let batches = (network.count + BitSearch.width - 1) / BitSearch.width
  work.expect(max(1, batches) * 4 * max(1, network.entries + network.count))
  try work.parallel(batches) { batch throws(AuraError) in
    let first = batch * BitSearch.width
    try BitSearch(network).echoes(first..<min(network.count, first + BitSearch.width), network, work) {
      source, distance in
      let agent = Int(network.agents.span[source])
      var place = found.slice(agent..<agent + 1)
      if place[0] == 0 { place[0] = Int32(truncatingIfNeeded: distance) }
    }
  }
}

/// Undirected: a search from one agent of each row of agents with two links.
private func goRound(_ inner: Adjacency, _ found: borrowing Scratch<Int32>, work: Work) throws(AuraError) {
  let n = inner.count
  let starts = inner.starts.span, neighbours = inner.neighbours.span
  var stands = try Buffer<Int32>(repeating: -1, count: n)
  do {
    var stand = stands.mutableSpan
    for i in 0..<n where stand[i] < 0 {
      let me = Int32(truncatingIfNeeded: i)
      stand[i] = me
      if starts[i + 1] - starts[i] != 2 { continue }
      for way in 0..<2 {
        var here = Int(neighbours[Int(starts[i]) + way])
        while starts[here + 1] - starts[here] == 2 && stand[here] < 0 {
          stand[here] = me
          let a = Int(neighbours[Int(starts[here])]), b = Int(neighbours[Int(starts[here]) + 1])
          here = stand[a] < 0 || starts[a + 1] - starts[a] != 2 ? a : b
        }
      }
    }
  }
  let chunks = min(n, 32)
  work.expect(steps: chunks)
  let stand = stands.span
  let rounds = try Scratch<Int32>(repeating: 0, count: n)
  try work.parallel(chunks) { chunk throws(AuraError) in
    let search = try RoundSearch(n)
    for i in (chunk * n / chunks)..<((chunk + 1) * n / chunks) where Int(stand[i]) == i {
      var place = rounds.slice(i..<i + 1)
      place[0] = Int32(truncatingIfNeeded: try search.run(i, inner, work).length)
    }
    work.step()
  }
  var near = found.all
  let round = rounds.all
  for i in 0..<n where near[i] == 0 { near[i] = round[Int(stand[i])] }
}

/// Searches for the shortest cycle through an agent: branches of the search that meet close one.
private struct RoundSearch: ~Copyable {
  /// By agent: links from the source, -1 where not seen; from whom it was found; the neighbour of the source by which.
  let distances: Scratch<Int32>
  let aboves: Scratch<Int32>
  let branches: Scratch<Int32>
  let queue: Scratch<Int32>

  init(_ n: Int) throws(AuraError) {
    let distances = try Scratch<Int32>(repeating: -1, count: n)
    let aboves = try Scratch<Int32>(repeating: -1, count: n)
    let branches = try Scratch<Int32>(repeating: -1, count: n)
    let queue = try Scratch<Int32>(repeating: 0, count: n)
    self.distances = distances
    self.aboves = aboves
    self.branches = branches
    self.queue = queue
  }

  /// The length of the cycle, 0 if there is none, and the two agents whose link closes it.
  func run(_ source: Int, _ rows: Adjacency, _ work: Work) throws(AuraError) -> (length: Int, a: Int, b: Int) {
    let starts = rows.starts.span, neighbours = rows.neighbours.span
    var distance = distances.all, above = aboves.all, branch = branches.all, queue = queue.all
    var best = (length: 0, a: 0, b: 0)
    var head = 0, tail = 1, seen = 1
    queue[0] = Int32(truncatingIfNeeded: source)
    distance[source] = 0
    // Whatever is found from here on is longer than twice the distance.
    while head < tail && (best.length == 0 || best.length > 2 * Int(distance[Int(queue[head])]) + 1) {
      let a = Int(queue[head])
      head &+= 1
      let row = Int(starts[a])..<Int(starts[a &+ 1])
      seen &+= row.count
      for e in row {
        let b = Int(neighbours[e])
        if distance[b] < 0 {
          distance[b] = distance[a] &+ 1
          above[b] = Int32(truncatingIfNeeded: a)
          branch[b] = a == source ? neighbours[e] : branch[a]
          queue[tail] = neighbours[e]
          tail &+= 1
        } else if a != source && b != source && branch[a] != branch[b] {
          let length = Int(distance[a]) + Int(distance[b]) + 1
          if best.length == 0 || length < best.length { best = (length, a, b) }
        }
      }
    }
    for q in 0..<tail { distance[Int(queue[q])] = -1 }
    try work.spend(seen)
    return best
  }
}

/// Appends the others of the shortest cycle through an agent, which has no shorter one than three, or two if directed.
private func trace(
  _ source: Int, _ inner: Adjacency, _ directed: Bool, _ cycle: inout Buffer<Int32>, work: Work
) throws(AuraError) {
  let n = inner.count
  let starts = inner.starts.span, neighbours = inner.neighbours.span
  if !directed {
    let search = try RoundSearch(n)
    let (_, a, b) = try search.run(source, inner, work)
    let above = search.aboves.all
    var half = Buffer<Int32>()
    var here = a
    while here != source {
      try half.append(Int32(truncatingIfNeeded: here))
      here = Int(above[here])
    }
    for k in stride(from: half.count - 1, through: 0, by: -1) { try cycle.append(half[k]) }
    here = b
    while here != source {
      try cycle.append(Int32(truncatingIfNeeded: here))
      here = Int(above[here])
    }
    return
  }
  // The search is over when it finds the source itself.
  var above = try Buffer<Int32>(repeating: -1, count: n)
  var queue = Buffer<Int32>()
  try queue.append(Int32(truncatingIfNeeded: source))
  var head = 0
  while head < queue.count && above[source] < 0 {
    let a = queue[head]
    head += 1
    let row = Int(starts[Int(a)])..<Int(starts[Int(a) + 1])
    try work.spend(row.count)
    for e in row where above[Int(neighbours[e])] < 0 {
      above[Int(neighbours[e])] = a
      try queue.append(neighbours[e])
    }
  }
  var half = Buffer<Int32>()
  var here = Int(above[source])
  while here != source && here >= 0 {
    try half.append(Int32(truncatingIfNeeded: here))
    here = Int(above[here])
  }
  for k in stride(from: half.count - 1, through: 0, by: -1) { try cycle.append(half[k]) }
}
