package import AuraBase

/// Ways that share no agent, and agents whose loss would leave none.
package struct DisjointPaths: Sendable {
  package let count: Int
  /// As many ways as were asked for, by agents.
  package let paths: [[Int32]]
  /// Agents that part the two ends together with the links straight from one to the other; as few as there can be.
  package let cut: Column<Int32>
  /// How many ways are a single link.
  package let direct: Int
}

/// Each agent twice, once to come in and once to go out, so that no two ways can share one: agent *i* comes in at *i*
/// and goes out at *n* + *i*.
struct SplitNetwork {
  let network: FlowNetwork
  let agents: Int

  /// - Parameters:
  ///   - successors: whom each agent points at, ascending; parallel links are one, self loops none.
  ///   - room: what a link carries, given its two ends.
  init(
    _ successors: Adjacency, room: (_ source: Int32, _ target: Int32) -> Int64
  ) throws(AuraError) {
    let n = successors.count
    guard n < 1 << 30 else { throw AuraError(.memory, "\(n) agents are too many to count twice") }
    var sources = Buffer<Int32>()
    var targets = Buffer<Int32>()
    try sources.reserve(n + successors.entries)
    try targets.reserve(n + successors.entries)
    let starts = successors.starts.span, neighbours = successors.neighbours.span
    for i in 0..<n {
      let (inside, outside) = (Int32(truncatingIfNeeded: i), Int32(truncatingIfNeeded: n + i))
      try sources.append(inside)
      try targets.append(outside)
      var last = inside
      for e in Int(starts[i])..<Int(starts[i + 1]) where neighbours[e] != inside && neighbours[e] != last {
        last = neighbours[e]
        try sources.append(outside)
        try targets.append(last)
      }
    }
    let rows = try Adjacency(count: 2 * n, sources: sources.span, targets: targets.span, sense: .both)
    let source = sources.span, target = targets.span
    network = try FlowNetwork(forgetful: rows, links: source.count, sources: source) { k in
      Int(source[k]) < n ? 1 : room(source[k] &- Int32(truncatingIfNeeded: n), target[k])
    }
    agents = n
  }
}

/// Counts the ways from some agents to others that share no agent but these.
///
/// - Complexity: O(*m* √*n*); one unit of work a link end looked at.
/// - Source: Even and Tarjan 1975, doi:10.1137/0204043; by Menger 1927 they are as many as agents, and links from one
///   end to the other, must be lost to part the ends.
/// - Parameters:
///   - successors: whom each agent points at.
///   - sources, sinks: no agent is both.
///   - limit: how many ways to tell.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func disjointPaths(
  _ successors: Adjacency, from sources: Span<Int32>, to sinks: Span<Int32>, limit: Int, work: Work
) throws(AuraError) -> DisjointPaths {
  let n = successors.count
  var roles = try Buffer<UInt8>(repeating: 0, count: n)
  var begins = Buffer<Int32>()
  for k in sources.indices {
    roles[Int(sources[k])] = 1
    try begins.append(sources[k] &+ Int32(truncatingIfNeeded: n))
  }
  for k in sinks.indices { roles[Int(sinks[k])] = 2 }
  let role = roles.span
  // A cut consists of agents wherever it can.
  let split = try SplitNetwork(successors) { s, t in
    role[Int(s)] == 1 && role[Int(t)] == 2 ? 1 : Int64(n) &+ 1
  }
  let search = try FlowSearch(split.network)
  let count = try search.flow(from: begins.span, to: sinks, work: work)
  var sides = try Buffer<Bool>(repeating: false, count: 2 * n)
  var cut = Buffer<Int32>()
  do {
    var side = sides.mutableSpan
    try search.cut(from: begins.span, nearest: true, side: &side, work: work)
    for i in 0..<n where side[i] && !side[n + i] { try cut.append(Int32(truncatingIfNeeded: i)) }
  }
  let ways = try search.ways(from: begins.span, to: sinks, limit: limit, work: work)
  let paths = ways.map { way in
    var path: [Int32] = []
    for v in way {
      let agent = Int(v) < n ? v : v &- Int32(truncatingIfNeeded: n)
      if path.last != agent { path.append(agent) }
    }
    return path
  }
  let direct = Int(count) - cut.count
  return DisjointPaths(count: Int(count), paths: paths, cut: Column(cut), direct: direct)
}
