package import AuraBase
internal import Glibc

/// What walks that never turn round on the spot say of a network.
package struct NonBacktracking: Sendable {
  /// How the number of such walks grows with each link; 0 without rings.
  package let radius: Double
  /// How many such walks leave each agent, relative to others: of 2-norm 1, all 0 without rings.
  package let centrality: Column<Double>
}

/// Counts walks that never turn round on the spot: their growth tells how many links a network needs.
///
/// Trees that hang from the network end every such walk and are set aside; a lone ring keeps one walk in each direction
/// for ever.
///
/// - Complexity: O(*n* + *m*), and less than that for a round; some hundreds of rounds.
/// - Source: Hashimoto 1989, doi:10.2969/aspm/01510211; Karrer, Newman and Zdeborová 2014,
///   doi:10.1103/PhysRevLett.113.208702; centrality of Martin, Zhang and Newman 2014, doi:10.1103/PhysRevE.90.052808.
/// - Parameter rows: both ends of each link, without self loops and parallel links.
/// - Throws: `.limit`, `.cancelled`, `.memory`, `.numeric` when it does not settle.
package func nonBacktracking(_ rows: Adjacency, work: Work) throws(AuraError) -> NonBacktracking {
  let n = rows.count
  let starts = rows.starts.span, neighbours = rows.neighbours.span
  try work.spend(n + rows.entries)
  // Leaves go until none is left; each knows whom it hung from.
  var degree = Buffer<Int32>()
  var gone = Buffer<Int32>()
  try degree.reserve(n)
  for i in 0..<n {
    try degree.append(starts[i + 1] - starts[i])
    if degree[i] == 1 { try gone.append(Int32(truncatingIfNeeded: i)) }
  }
  var holder = try Buffer<Int32>(repeating: -1, count: n)
  var at = 0
  while at < gone.count {
    let i = Int(gone[at])
    at += 1
    if degree[i] == 0 { continue }  // the last of a tree
    degree[i] = 0
    for e in Int(starts[i])..<Int(starts[i + 1]) where degree[Int(neighbours[e])] > 0 {
      let j = Int(neighbours[e])
      holder[i] = neighbours[e]
      degree[j] -= 1
      if degree[j] == 1 { try gone.append(neighbours[e]) }
    }
  }
  var froms = Buffer<Int32>()
  var tos = Buffer<Int32>()
  for i in 0..<n where degree[i] > 1 {
    for e in Int(starts[i])..<Int(starts[i + 1]) where degree[Int(neighbours[e])] > 1 && Int(neighbours[e]) > i {
      try froms.append(Int32(truncatingIfNeeded: i))
      try tos.append(neighbours[e])
    }
  }
  let core = try Adjacency(count: n, sources: froms.span, targets: tos.span, sense: .both)
  let parts = try weakComponents(count: n, sources: froms.span, targets: tos.span, work: work)
  var centrality = try Buffer<Double>(repeating: 0, count: n)
  // No part grows faster than its best linked agent can send on.
  var most = try Buffer<Int32>(repeating: 0, count: parts.count)
  for i in 0..<n { most[Int(parts.labels[i])] = max(most[Int(parts.labels[i])], degree[i]) }
  var order = (0..<parts.count).filter { most[$0] > 1 }
  order.sort { most[$0] != most[$1] ? most[$0] > most[$1] : $0 < $1 }
  var members = try Buffer<Int32>(repeating: 0, count: parts.count + 1)
  var sorted = try Buffer<Int32>(repeating: 0, count: n)
  for i in 0..<n { members[Int(parts.labels[i]) + 1] += 1 }
  for g in 0..<parts.count { members[g + 1] += members[g] }
  var next = try Buffer(copying: members.span)
  for i in 0..<n {
    sorted[Int(next[Int(parts.labels[i])])] = Int32(truncatingIfNeeded: i)
    next[Int(parts.labels[i])] += 1
  }
  var radius = 0.0
  var leading: [Int] = []
  for g in order where Double(most[g] - 1) >= radius * (1 - 1e-9) {
    let agents = sorted.span.extracting(Int(members[g])..<Int(members[g + 1]))
    let growth = try growth(of: agents, core, ring: most[g] == 2, &centrality, work: work)
    if growth > radius * (1 + 1e-9) { leading.removeAll() }
    if growth >= radius * (1 - 1e-9) {
      leading.append(g)
      radius = max(radius, growth)
    }
  }
  guard radius > 0 else { return NonBacktracking(radius: 0, centrality: Column(centrality)) }
  let isLeading = Set(leading)
  for i in 0..<n where !isLeading.contains(Int(parts.labels[i])) { centrality[i] = 0 }
  // Outwards along the trees, last gone first.
  for k in stride(from: gone.count - 1, through: 0, by: -1) where holder[Int(gone[k])] >= 0 {
    centrality[Int(gone[k])] = centrality[Int(holder[Int(gone[k])])] / radius
  }
  do {
    var c = centrality.mutableSpan
    _ = scaleToOne(&c)
  }
  return NonBacktracking(radius: radius, centrality: Column(centrality))
}

/// Growth within a part of the core, whose agents get centralities that sum to their number.
///
/// Chains of agents with two links are one step each, of a length: a growth of r makes it worth r to the minus length.
/// The growth sought is the one at which steps no longer grow. Newton's method rises to it, since the logarithm of a
/// leading eigenvalue is convex in logarithms of the entries (Kingman 1961, doi:10.1093/qmath/12.1.283).
private func growth(
  of agents: Span<Int32>, _ core: Adjacency, ring: Bool, _ centrality: inout Buffer<Double>, work: Work
) throws(AuraError) -> Double {
  if ring {
    for k in agents.indices { centrality[Int(agents[k])] = 1 }
    return 1
  }
  var walks = try OnwardWalks(agents, core)
  let vectors = try Scratch<Double>(repeating: 1, count: walks.count)
  var x = vectors.all
  var slope = 0.0
  var exponent = 0.0
  for round in 0..<100 {
    walks.weights = try walks.worth(exp(-exponent))
    let value = try perron(walks, &x, work: work)
    var (sum, long) = (0.0, 0.0)
    for e in 0..<walks.count {
      let share = x[e] * x[Int(walks.back[e])] / walks.weights[e]
      sum += share
      long += share * Double(walks.lengths[e])
    }
    slope = long / sum
    exponent += log(value) / slope
    if round > 0 && abs(value - 1) < 1e-13 * slope { break }
  }
  let radius = exp(exponent)
  var sum = 0.0
  for way in 0..<walks.count {
    let row = Int(walks.origins[way])
    var (last, here, value) = (row, Int(core.neighbours[Int(walks.firsts[way])]), x[way])
    centrality[row] += value
    sum += value
    while core.degree(here) == 2 {
      value *= radius
      centrality[here] += value
      sum += value
      (last, here) = (here, core.onward(from: last, at: here))
    }
  }
  for k in agents.indices { centrality[Int(agents[k])] *= Double(agents.count) / sum }
  return radius
}

extension Adjacency {
  fileprivate func degree(_ i: Int) -> Int { Int(starts[i + 1] - starts[i]) }

  /// The other one of two neighbours.
  fileprivate func onward(from last: Int, at here: Int) -> Int {
    let start = Int(starts[here])
    return Int(neighbours[start]) == last ? Int(neighbours[start + 1]) : Int(neighbours[start])
  }
}

/// From each way along a chain to the ways that go on from its end, but not back. Ways are those out of agents with
/// three links or more, in their order.
private struct OnwardWalks: LinearMap {
  /// Ways out of each such agent.
  let starts: Column<Int32>
  let origins: Column<Int32>
  /// The entry of the core that a way begins with.
  let firsts: Column<Int32>
  let lengths: Column<Int32>
  /// The same chain the other way.
  let back: Column<Int32>
  var weights = Column<Double>()
  var count: Int { back.count }

  init(_ agents: Span<Int32>, _ core: Adjacency) throws(AuraError) {
    var begins = Buffer<Int32>()
    var origins = Buffer<Int32>()
    var firsts = Buffer<Int32>()
    var lengths = Buffer<Int32>()
    var ways = try Buffer<Int32>(repeating: -1, count: core.entries)
    try begins.append(0)
    for k in agents.indices where core.degree(Int(agents[k])) > 2 {
      for e in Int(core.starts[Int(agents[k])])..<Int(core.starts[Int(agents[k]) + 1]) {
        ways[e] = Int32(truncatingIfNeeded: firsts.count)
        try firsts.append(Int32(truncatingIfNeeded: e))
        try origins.append(agents[k])
      }
      try begins.append(Int32(truncatingIfNeeded: firsts.count))
    }
    var back = Buffer<Int32>()
    for way in 0..<firsts.count {
      var (last, here, length) = (Int(origins[way]), Int(core.neighbours[Int(firsts[way])]), 1)
      while core.degree(here) == 2 {
        (last, here) = (here, core.onward(from: last, at: here))
        length += 1
      }
      try lengths.append(Int32(truncatingIfNeeded: length))
      // Neighbours stand in order.
      var low = Int(core.starts[here])
      var high = Int(core.starts[here + 1])
      while low + 1 < high {
        let middle = (low + high) / 2
        if Int(core.neighbours[middle]) <= last { low = middle } else { high = middle }
      }
      try back.append(ways[low])
    }
    starts = Column(begins)
    self.origins = Column(origins)
    self.firsts = Column(firsts)
    self.lengths = Column(lengths)
    self.back = Column(back)
  }

  /// Each way by its length.
  func worth(_ step: Double) throws(AuraError) -> Column<Double> {
    var out = Buffer<Double>()
    try out.reserve(count)
    for e in 0..<count { try out.append(pow(step, Double(lengths[e]))) }
    return Column(out)
  }

  func apply(_ x: Span<Double>, _ y: inout MutableSpan<Double>, _ work: Work) throws(AuraError) {
    let starts = starts.span, back = back.span, weights = weights.span
    work.product()
    try work.spend(2 * count)
    for k in 0..<starts.count - 1 {
      // All others, without taking anything away: what stands before, and what stands behind.
      let range = Int(starts[k])..<Int(starts[k &+ 1])
      var sum = 0.0
      for e in range {
        y[Int(back[e])] = sum
        sum += x[e]
      }
      sum = 0
      for e in range.reversed() {
        let way = Int(back[e])
        y[way] = weights[way] * (y[way] + sum)
        sum += x[e]
      }
    }
  }
}
