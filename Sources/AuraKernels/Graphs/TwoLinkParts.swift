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
/// - Complexity: O(*n* + *m*) time, no recursion; one unit of work a link end.
/// - Source: Tarjan 1974, doi:10.1016/0020-0190(74)90003-9.
/// - Parameters:
///   - rows: both ends of every link (`.both`). Self loops do no harm; a parallel link is a spare.
///   - links: the number of links that the rows speak of.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func twoLinkParts(_ rows: Adjacency, links m: Int, work: Work) throws(AuraError) -> TwoLinkParts {
  let n = rows.count
  var seens = try Buffer<Int32>(repeating: -1, count: n)  // place in `order`
  var lows = try Buffer<Int32>(repeating: 0, count: n)
  var cursors = try Buffer<Int32>(repeating: 0, count: n)
  var paths = try Buffer<Int32>(repeating: 0, count: n)
  var aboves = try Buffer<Int32>(repeating: -1, count: n)  // from whom it was found
  var vias = try Buffer<Int32>(repeating: -1, count: n)  // over which link
  var orders = try Buffer<Int32>(repeating: 0, count: n)
  var names = try Buffer<Int32>(repeating: 0, count: n)
  var belows = try Buffer<Int32>(repeating: 0, count: m)
  var firsts = try Buffer<Int32>(repeating: 0, count: m)
  do {
    let starts = rows.starts.span, neighbours = rows.neighbours.span, links = rows.links.span
    var seen = seens.mutableSpan, low = lows.mutableSpan, cursor = cursors.mutableSpan, path = paths.mutableSpan
    var above = aboves.mutableSpan, via = vias.mutableSpan, order = orders.mutableSpan, name = names.mutableSpan
    var below = belows.mutableSpan, first = firsts.mutableSpan
    var found: Int32 = 0
    for root in 0..<n where seen[root] < 0 {
      var depth = 0
      path[0] = Int32(truncatingIfNeeded: root)
      cursor[root] = starts[root]
      (seen[root], low[root], order[Int(found)]) = (found, found, Int32(truncatingIfNeeded: root))
      found &+= 1
      while depth >= 0 {
        let v = Int(path[depth])
        let end = starts[v + 1]
        let back = via[v]
        var at = cursor[v]
        var least = low[v]
        var child = -1
        while at < end {
          let w = Int(neighbours[Int(at)])
          if seen[w] < 0 {
            child = w
            break
          }
          if links[Int(at)] != back { least = min(least, seen[w]) }
          at &+= 1
        }
        low[v] = least
        if child >= 0 {
          above[child] = Int32(truncatingIfNeeded: v)
          via[child] = links[Int(at)]
          cursor[v] = at &+ 1
          depth &+= 1
          path[depth] = Int32(truncatingIfNeeded: child)
          cursor[child] = starts[child]
          (seen[child], low[child], order[Int(found)]) = (found, found, Int32(truncatingIfNeeded: child))
          found &+= 1
          continue
        }
        try work.spend(Int(end &- starts[v]) &+ 1)
        depth &-= 1
        if depth < 0 { break }
        let parent = Int(path[depth])
        low[parent] = min(low[parent], least)
        if least == seen[v] {
          below[Int(back)] = found &- seen[v]
          first[Int(back)] = seen[v]
        }
      }
    }
    // Found before all that hang on it: whoever is above has its name already.
    for k in 0..<n {
      let v = Int(order[k])
      name[v] = above[v] < 0 || low[v] == seen[v] ? Int32(truncatingIfNeeded: v) : name[Int(above[v])]
    }
  }
  return TwoLinkParts(
    parts: try Components(names: names.span), order: Column(orders), below: Column(belows), first: Column(firsts))
}
