package import AuraBase

/// The agents whose loss tears their part of the network, and into how many pieces.
package struct ArticulationPoints: Sendable {
  /// In ascending order.
  package let agents: Column<Int32>
  /// For each of them, the pieces that its own part falls into once it is gone; at least 2.
  package let parts: Column<Int32>
}

/// Reads the single points of failure off an exploration: whoever was found through an agent and leads no further up
/// than to it, falls off without it.
///
/// - Complexity: O(*n*); one unit of work an agent.
/// - Source: Hopcroft and Tarjan 1973, doi:10.1145/362248.362272.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func articulationPoints(_ found: LowPoints, work: Work) throws(AuraError) -> ArticulationPoints {
  let n = found.order.count
  try work.spend(n)
  // Pieces beside the one above; nothing is above the first agent of a part.
  var hangings = try Buffer<Int32>(repeating: 0, count: n)
  var agents = Buffer<Int32>()
  var parts = Buffer<Int32>()
  do {
    let parents = found.parents.span, lows = found.lows.span, places = found.places.span
    var hanging = hangings.mutableSpan
    for v in 0..<n {
      let above = Int(parents[v])
      if above < 0 {
        hanging[v] &-= 1
      } else if lows[v] >= places[above] {
        hanging[above] &+= 1
      }
    }
    for v in 0..<n where hanging[v] > 0 {
      try agents.append(Int32(truncatingIfNeeded: v))
      try parts.append(hanging[v] &+ 1)
    }
  }
  return ArticulationPoints(agents: Column(agents), parts: Column(parts))
}

/// Finds the single points of failure of an undirected network.
///
/// - Complexity: O(*n* + *m*) time, O(*n*) memory, no recursion; one unit of work a link end or agent.
/// - Parameter rows: both ends of every link (`.both`); self loops and parallel links do no harm.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func articulationPoints(_ rows: Adjacency, work: Work) throws(AuraError) -> ArticulationPoints {
  try articulationPoints(lowPoints(rows, work: work), work: work)
}
