package import AuraBase

/// Links without a spare, and the zones that remain when all of them are cut.
package struct BridgesAndZones: Sendable {
  /// The links, in ascending order.
  package let links: Column<Int32>
  /// For each of them, how many agents are on its smaller side, within its part of the network.
  package let cut: Column<Int32>
  /// Groups of agents that no loss of a single link parts.
  package let zones: Components
}

/// Reads the links without a spare off an exploration: nobody found over such a link leads back past it.
///
/// - Complexity: O(*n* + *m*); one unit of work an agent.
/// - Source: Tarjan 1974, doi:10.1016/0020-0190(74)90003-9.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func bridgesAndZones(
  _ found: LowPoints, links m: Int, work: Work
) throws(AuraError) -> BridgesAndZones {
  let n = found.order.count
  try work.spend(n)
  var names = try Buffer<Int32>(repeating: 0, count: n)
  // The smaller side of each link; 0 of those with a spare.
  var sides = try Buffer<Int32>(repeating: 0, count: m)
  var links = Buffer<Int32>()
  var cut = Buffer<Int32>()
  do {
    let order = found.order.span, places = found.places.span, parents = found.parents.span
    let lows = found.lows.span, sizes = found.sizes.span, ways = found.ways.span
    var name = names.mutableSpan, side = sides.mutableSpan
    var whole: Int32 = 0
    // Whoever is above comes first and has a name already.
    for k in 0..<n {
      let v = Int(order[k])
      if parents[v] < 0 { whole = sizes[v] }
      if parents[v] >= 0 && lows[v] < places[v] {
        name[v] = name[Int(parents[v])]
        continue
      }
      name[v] = Int32(truncatingIfNeeded: v)
      if parents[v] >= 0 { side[Int(ways[v])] = min(sizes[v], whole &- sizes[v]) }
    }
    for k in 0..<m where side[k] > 0 {
      try links.append(Int32(truncatingIfNeeded: k))
      try cut.append(side[k])
    }
  }
  return BridgesAndZones(links: Column(links), cut: Column(cut), zones: try Components(names: names.span))
}
