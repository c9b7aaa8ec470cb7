package import AuraBase

/// Which ways the links between each two partners point.
///
/// - Complexity: O(*n* + *m*); one unit of work a link end.
/// - Parameters:
///   - neighbours: both ends of every link of the network that `rows` were made from.
///   - sources: the source of each link; nil when links point both ways.
/// - Returns: for each pair of `rows`, 1 when a link points from the lower rank to the higher, 2 when one points back,
///   3 when both.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func pairWays(
  _ rows: ForwardRows, neighbours: Adjacency, sources: Span<Int32>?, work: Work
) throws(AuraError) -> Column<UInt8> {
  guard let sources else { return Column(try Buffer<UInt8>(repeating: 3, count: rows.heads.count)) }
  var ways = try Buffer<UInt8>(repeating: 0, count: rows.heads.count)
  var way = ways.mutableSpan
  try visitTies(rows, neighbours, work) { agent, link, pair in
    way[pair] |= sources[link] == agent ? 1 : 2
  }
  return Column(ways)
}

/// How strong the links between each two partners are together, as shares of the strongest pair.
///
/// - Complexity: O(*n* + *m*); one unit of work a link end.
/// - Parameters:
///   - neighbours: both ends of every link of the network that `rows` were made from.
///   - strengths: of each link, not negative; nil means all equal.
/// - Returns: for each pair of `rows` a number in 0...1; 0 for all when nothing has strength.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func pairStrengths(
  _ rows: ForwardRows, neighbours: Adjacency, strengths: Span<Double>?, work: Work
) throws(AuraError) -> Column<Double> {
  var sums = try Buffer<Double>(repeating: 0, count: rows.heads.count)
  do {
    var sum = sums.mutableSpan
    // Shares of the strongest link first, so that no sum is beyond numbers.
    var strongest = 1.0
    if let strengths {
      strongest = 0
      try visitTies(rows, neighbours, work) { _, link, _ in strongest = max(strongest, limited(strengths[link])) }
      if strongest == 0 { strongest = 1 }
    }
    try visitTies(rows, neighbours, work) { _, link, pair in
      if let strengths { sum[pair] += limited(strengths[link]) / strongest } else { sum[pair] += 1 }
    }
    var most = 0.0
    for k in sum.indices { most = max(most, sum[k]) }
    if most > 0 { for k in sum.indices { sum[k] /= most } }
  }
  return Column(sums)
}

private func limited(_ strength: Double) -> Double { min(strength, .greatestFiniteMagnitude) }

/// Calls `body` with the agent of lower rank, the link and the pair, for each link between two agents.
private func visitTies(
  _ rows: ForwardRows, _ neighbours: Adjacency, _ work: Work, _ body: (Int32, Int, Int) -> Void
) throws(AuraError) {
  let starts = neighbours.starts.span, partner = neighbours.neighbours.span, links = neighbours.links.span
  let agents = rows.agents.span, ranks = rows.ranks.span
  try work.spend(neighbours.entries + rows.count)
  var pair = -1
  for r in 0..<rows.count {
    let v = agents[r]
    var last: Int32 = -1
    for e in Int(starts[Int(v)])..<Int(starts[Int(v) + 1]) {
      let w = partner[e]
      if w == v || ranks[Int(w)] < r { continue }
      if w != last {
        last = w
        pair &+= 1
      }
      body(v, Int(links[e]), pair)
    }
  }
}
