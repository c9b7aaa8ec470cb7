package import AuraBase

/// Groups that no loss of a single link parts, and what hangs on each link that has no spare.
package struct TwoLinkParts: Sendable {
  package let parts: Components
  /// All agents, so that whoever hangs on one link stands together.
  package let order: Column<Int32>
  /// For each link without a spare, how many agents hang on it; 0 for all other links.
  package let below: Column<Int32>
  /// Where in `order` they begin.
  package let first: Column<Int32>
}

/// Finds the groups of an undirected network whose agents are joined by two routes that share no link.
///
/// - Complexity: O(*n* + *m*) time, no recursion; one unit of work a link end or agent.
/// - Source: Tarjan 1974, doi:10.1016/0020-0190(74)90003-9.
/// - Parameters:
///   - rows: both ends of every link (`.both`). Self loops do no harm; a parallel link is a spare.
///   - links: the number of links that the rows speak of.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func twoLinkParts(_ rows: Adjacency, links m: Int, work: Work) throws(AuraError) -> TwoLinkParts {
  let found = try lowPoints(rows, work: work)
  var belows = try Buffer<Int32>(repeating: 0, count: m)
  var firsts = try Buffer<Int32>(repeating: 0, count: m)
  do {
    let places = found.places.span, parents = found.parents.span, ways = found.ways.span
    let lows = found.lows.span, sizes = found.sizes.span
    var below = belows.mutableSpan, first = firsts.mutableSpan
    for v in 0..<rows.count where parents[v] >= 0 && lows[v] == places[v] {
      below[Int(ways[v])] = sizes[v]
      first[Int(ways[v])] = places[v]
    }
  }
  return TwoLinkParts(
    parts: try bridgesAndZones(found, links: m, work: work).zones, order: found.order, below: Column(belows),
    first: Column(firsts))
}
