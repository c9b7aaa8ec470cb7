package import AuraBase

/// How deep each agent sits in the dense heart of a network.
package struct CoreDecomposition: Sendable {
  /// The largest *k* such that the agent belongs to a group whose members all have *k* partners inside it.
  package let cores: Column<Int32>
  /// The round of peeling, from 1, in which the agent comes off: within a core, who is nearer to its rim.
  package let layers: Column<Int32>
  /// All agents in the order in which they come off: by round, then by index. Nobody has more partners after
  /// itself than its core number.
  package let order: Column<Int32>
}

/// Peels a network: takes away, round by round, all agents with at most *k* partners left, and raises *k* when
/// there are none.
///
/// - Complexity: O(*n* + *m*) time: an agent is looked at once for each *k* up to its core number, which its
///   degree bounds. One unit of work a link end.
/// - Source: Batagelj and Zaversnik 2011, doi:10.1007/s11634-010-0079-y; rounds as in Hébert-Dufresne, Grochow and
///   Allard 2016, doi:10.1038/srep31708.
/// - Parameter rows: both ends of every link (`.both`): of the simple network, to count distinct partners, or of
///   the whole, to count links. Self loops do not matter.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func coreDecomposition(_ rows: Adjacency, work: Work) throws(AuraError) -> CoreDecomposition {
  let n = rows.count
  var cores = try Buffer<Int32>(repeating: 0, count: n)
  var layers = try Buffer<Int32>(repeating: 0, count: n)
  var orders = try Buffer<Int32>(repeating: 0, count: n)
  var degrees = try Buffer<Int32>(repeating: 0, count: n)
  var lefts = try Buffer<Int32>(repeating: 0, count: n)
  var peels = try Buffer<Int32>(repeating: 0, count: n)
  var rounds: Int32 = 0
  do {
    let starts = rows.starts.span, neighbours = rows.neighbours.span
    var core = cores.mutableSpan, layer = layers.mutableSpan, degree = degrees.mutableSpan
    var left = lefts.mutableSpan  // agents not peeled when k last rose
    var peel = peels.mutableSpan  // agents in the order found, one round after the other
    for i in 0..<n {
      for e in Int(starts[i])..<Int(starts[i + 1]) where neighbours[e] != Int32(truncatingIfNeeded: i) {
        degree[i] &+= 1
      }
      left[i] = Int32(truncatingIfNeeded: i)
    }
    var remaining = n
    var found = 0
    var k: Int32 = 0
    while found < n {
      try work.spend(remaining)
      var kept = 0
      var least = Int32.max
      for j in 0..<remaining {
        let v = Int(left[j])
        if layer[v] != 0 { continue }
        left[kept] = Int32(truncatingIfNeeded: v)
        kept &+= 1
        least = min(least, degree[v])
      }
      remaining = kept
      k = max(k, least)
      var begin = found
      rounds &+= 1
      for j in 0..<remaining where degree[Int(left[j])] <= k {
        peel[found] = left[j]
        found &+= 1
        layer[Int(left[j])] = rounds
      }
      while begin < found {
        let end = found
        var seen = 0
        for p in begin..<end {
          let v = Int(peel[p])
          core[v] = k
          let row = Int(starts[v])..<Int(starts[v + 1])
          seen &+= row.count
          if seen >= 4_096 {
            try work.spend(seen)
            seen = 0
          }
          for e in row {
            let w = Int(neighbours[unchecked: e])
            let rest = degree[unchecked: w] &- 1
            degree[unchecked: w] = rest
            if rest == k && layer[w] == 0 {
              peel[found] = Int32(truncatingIfNeeded: w)
              found &+= 1
              layer[w] = rounds &+ 1
            }
          }
        }
        try work.spend(seen)
        begin = end
        if begin < found { rounds &+= 1 }
      }
    }
  }
  try sortByLayer(layers.span, rounds: Int(rounds), into: &orders)
  return CoreDecomposition(cores: Column(cores), layers: Column(layers), order: Column(orders))
}

private func sortByLayer(_ layer: Span<Int32>, rounds: Int, into orders: inout Buffer<Int32>) throws(AuraError) {
  var slots = try Buffer<Int32>(repeating: 0, count: rounds + 2)
  var slot = slots.mutableSpan, order = orders.mutableSpan
  for i in layer.indices { slot[Int(layer[i]) + 1] &+= 1 }
  for r in 0...rounds { slot[r + 1] &+= slot[r] }
  for i in layer.indices {
    let r = Int(layer[i])
    order[Int(slot[r])] = Int32(truncatingIfNeeded: i)
    slot[r] &+= 1
  }
}
