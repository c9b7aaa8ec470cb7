package import AuraBase

/// One exploration of an undirected network to its depths: from whom each agent was found, and how far back up the
/// agents found through it lead. Single points of failure, links without a spare, blocks and zones are all read off it.
package struct LowPoints: Sendable {
  /// All agents in the order in which they were found; whoever was found through an agent stands in one run behind it.
  package let order: Column<Int32>
  /// The place of each agent in `order`.
  package let places: Column<Int32>
  /// From whom each agent was found; -1 for the first agent of a part.
  package let parents: Column<Int32>
  /// Over which link; -1 for the first agent of a part.
  package let ways: Column<Int32>
  /// The least place that the agents found through this one, or it itself, are linked to other than by that link.
  package let lows: Column<Int32>
  /// How many agents were found through this one, itself among them.
  package let sizes: Column<Int32>
}

/// Explores an undirected network, always going on from the agent found last.
///
/// - Complexity: O(*n* + *m*) time, O(*n*) memory, no recursion; one unit of work a link end.
/// - Source: Hopcroft and Tarjan 1973, doi:10.1145/362248.362272; Tarjan 1974, doi:10.1016/0020-0190(74)90003-9.
/// - Parameter rows: both ends of every link (`.both`). Self loops do no harm; a parallel link leads back.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func lowPoints(_ rows: Adjacency, work: Work) throws(AuraError) -> LowPoints {
  let n = rows.count
  var orders = try Buffer<Int32>(repeating: 0, count: n)
  var places = try Buffer<Int32>(repeating: -1, count: n)
  var parents = try Buffer<Int32>(repeating: -1, count: n)
  var ways = try Buffer<Int32>(repeating: -1, count: n)
  var lows = try Buffer<Int32>(repeating: 0, count: n)
  var sizes = try Buffer<Int32>(repeating: 0, count: n)
  var cursors = try Buffer<Int32>(repeating: 0, count: n)
  do {
    let starts = rows.starts.span, neighbours = rows.neighbours.span, links = rows.links.span
    var order = orders.mutableSpan, place = places.mutableSpan, parent = parents.mutableSpan
    var way = ways.mutableSpan, low = lows.mutableSpan, size = sizes.mutableSpan, cursor = cursors.mutableSpan
    var found: Int32 = 0
    var passed = 0
    for first in 0..<n where place[first] < 0 {
      var v = first
      place[v] = found
      low[v] = found
      order[Int(found)] = Int32(truncatingIfNeeded: v)
      cursor[v] = starts[v]
      found &+= 1
      while true {
        let end = starts[v + 1]
        let above = parent[v]
        var at = cursor[v]
        var least = low[v]
        var child = -1
        while at < end {
          let w = neighbours[unchecked: Int(at)]
          let seen = place[unchecked: Int(w)]
          if seen < 0 {
            child = Int(w)
            break
          }
          if seen < least && (w != above || links[Int(at)] != way[v]) { least = seen }
          at &+= 1
        }
        low[v] = least
        if child >= 0 {
          cursor[v] = at &+ 1
          parent[child] = Int32(truncatingIfNeeded: v)
          way[child] = links[Int(at)]
          v = child
          place[v] = found
          low[v] = found
          order[Int(found)] = Int32(truncatingIfNeeded: v)
          cursor[v] = starts[v]
          found &+= 1
          continue
        }
        passed &+= Int(end &- starts[v]) &+ 1
        if passed >= 4_096 {
          try work.spend(passed)
          passed = 0
        }
        size[v] = found &- place[v]
        if above < 0 { break }
        v = Int(above)
        low[v] = min(low[v], least)
      }
    }
    try work.spend(passed)
  }
  return LowPoints(
    order: Column(orders), places: Column(places), parents: Column(parents), ways: Column(ways), lows: Column(lows),
    sizes: Column(sizes))
}
