package import AuraBase

/// The agents whose loss tears their part of the network, and into how many pieces.
package struct ArticulationPoints: Sendable {
  /// In ascending order.
  package let agents: Column<Int32>
  /// For each of them, the pieces that its own part falls into once it is gone; at least 2.
  package let parts: Column<Int32>
}

/// Finds the single points of failure of an undirected network.
///
/// - Complexity: O(*n* + *m*) time, O(*n*) memory, no recursion; one unit of work a link end.
/// - Source: Hopcroft and Tarjan 1973, doi:10.1145/362248.362272.
/// - Parameter rows: both ends of every link (`.both`); self loops and parallel links do no harm.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func articulationPoints(_ rows: Adjacency, work: Work) throws(AuraError) -> ArticulationPoints {
  let n = rows.count
  var seens = try Buffer<Int32>(repeating: 0, count: n)
  var lows = try Buffer<Int32>(repeating: 0, count: n)
  var cursors = try Buffer<Int32>(repeating: 0, count: n)
  var paths = try Buffer<Int32>(repeating: 0, count: n)
  // Branches of the exploration that hang on this agent alone.
  var hangings = try Buffer<Int32>(repeating: 0, count: n)
  var agents = Buffer<Int32>()
  var parts = Buffer<Int32>()
  do {
    let starts = rows.starts.span, neighbours = rows.neighbours.span
    var seen = seens.mutableSpan, low = lows.mutableSpan, cursor = cursors.mutableSpan
    var path = paths.mutableSpan, hanging = hangings.mutableSpan
    var order: Int32 = 0
    for first in 0..<n where seen[first] == 0 {
      var depth = 0
      path[0] = Int32(truncatingIfNeeded: first)
      cursor[first] = starts[first]
      order &+= 1
      seen[first] = order
      low[first] = order
      while depth >= 0 {
        let v = Int(path[depth])
        let end = starts[v + 1]
        var at = cursor[v]
        var least = low[v]
        var child = -1
        while at < end {
          let w = Int(neighbours[Int(at)])
          at &+= 1
          if seen[w] == 0 {
            child = w
            break
          }
          // The link back to the parent may lower `least` to the parent's own order, which still hangs on it.
          least = min(least, seen[w])
        }
        cursor[v] = at
        low[v] = least
        if child >= 0 {
          depth &+= 1
          path[depth] = Int32(truncatingIfNeeded: child)
          cursor[child] = starts[child]
          order &+= 1
          seen[child] = order
          low[child] = order
          continue
        }
        try work.spend(Int(end &- starts[v]) &+ 1)
        depth &-= 1
        if depth >= 0 {
          let parent = Int(path[depth])
          low[parent] = min(low[parent], least)
          if least >= seen[parent] { hanging[parent] &+= 1 }
        } else {
          hanging[v] &-= 1  // nothing is above the first agent of a part
        }
      }
    }
    for i in 0..<n where hanging[i] > 0 {
      try agents.append(Int32(truncatingIfNeeded: i))
      try parts.append(hanging[i] &+ 1)
    }
  }
  return ArticulationPoints(agents: Column(agents), parts: Column(parts))
}
