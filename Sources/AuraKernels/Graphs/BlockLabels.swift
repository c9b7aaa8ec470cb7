package import AuraBase

/// The blocks of a network: groups of links, any two of which lie on a ring.
package struct BlockLabels: Sendable {
  /// The block of each link, numbered by first link; -1 for self loops.
  package let labels: Column<Int32>
  /// Agents in each block, at least 2.
  package let sizes: Column<Int32>
  /// In how many blocks each agent is: 0 when alone, more than 1 when it is a single point of failure.
  package let memberships: Column<Int32>
}

/// Reads the blocks off an exploration. All links between an agent and those above it are in the block of the link over
/// which it was found, so that no list of open links has to be kept.
///
/// - Complexity: O(*n* + *m*); one unit of work a link or agent.
/// - Source: Hopcroft and Tarjan 1973, doi:10.1145/362248.362272.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func blockLabels(
  _ found: LowPoints, sources: Span<Int32>, targets: Span<Int32>, work: Work
) throws(AuraError) -> BlockLabels {
  let n = found.order.count, m = sources.count
  try work.spend(n)
  // Named by the agent that opens the block: the first found in it beside the one that holds it to the rest.
  var names = try Buffer<Int32>(repeating: -1, count: n)
  var numbers = try Buffer<Int32>(repeating: -1, count: n)
  var memberships = try Buffer<Int32>(repeating: 0, count: n)
  var labels = try Buffer<Int32>(repeating: -1, count: m)
  var sizes = Buffer<Int32>()
  do {
    let order = found.order.span, places = found.places.span, parents = found.parents.span, lows = found.lows.span
    var name = names.mutableSpan, number = numbers.mutableSpan, membership = memberships.mutableSpan
    var label = labels.mutableSpan
    for k in 0..<n {
      let v = Int(order[k]), above = Int(parents[v])
      if above < 0 { continue }
      membership[v] &+= 1
      if lows[v] >= places[above] {
        name[v] = Int32(truncatingIfNeeded: v)
        membership[above] &+= 1
      } else {
        name[v] = name[above]
      }
    }
    for range in Blocks(m) {
      try work.spend(range.count)
      for k in range where sources[k] != targets[k] {
        let (s, t) = (Int(sources[k]), Int(targets[k]))
        let block = Int(name[places[s] > places[t] ? s : t])
        if number[block] < 0 {
          number[block] = Int32(truncatingIfNeeded: sizes.count)
          try sizes.append(1)
        }
        label[k] = number[block]
      }
    }
    var size = sizes.mutableSpan
    for v in 0..<n where name[v] >= 0 { size[Int(number[Int(name[v])])] &+= 1 }
  }
  return BlockLabels(labels: Column(labels), sizes: Column(sizes), memberships: Column(memberships))
}
