package import AuraBase

/// A tree over all agents in which the weakest link between any two tells the least strength that parts them in the
/// network.
package struct CutTree: Sendable {
  /// Whom each agent hangs on; -1 for the root.
  package let parents: Column<Int32>
  /// Strength of the cut between each agent and whom it hangs on, in whole units; 0 for the root.
  package let units: Column<Int64>
}

/// Finds the weakest seam between all pairs of agents of an undirected network with *n* - 1 flows.
///
/// What hangs below an agent is the one side of a smallest cut between it and whom it hangs on.
///
/// - Complexity: *n* - 1 flows, and O(*n*²) beside. One unit of work a link end looked at, and an agent.
/// - Source: Gusfield 1990, doi:10.1137/0219009; after Gomory and Hu 1961, doi:10.1137/0109047.
/// - Parameter network: made without directions.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func cutTree(_ network: FlowNetwork, work: Work) throws(AuraError) -> CutTree {
  let n = network.rows.count
  var parents = try Buffer<Int32>(repeating: 0, count: n)
  var units = try Buffer<Int64>(repeating: 0, count: n)
  var sides = try Buffer<Bool>(repeating: false, count: n)
  var ends = try Buffer<Int32>(repeating: 0, count: 2)
  let search = try FlowSearch(network)
  work.expect(steps: n)
  do {
    var parent = parents.mutableSpan, unit = units.mutableSpan, side = sides.mutableSpan, end = ends.mutableSpan
    if n > 0 { parent[0] = -1 }
    for i in stride(from: 1, to: n, by: 1) {
      let t = Int(parent[i])
      end[0] = Int32(truncatingIfNeeded: i)
      end[1] = Int32(truncatingIfNeeded: t)
      let (source, sink) = (end.span.extracting(0..<1), end.span.extracting(1..<2))
      unit[i] = try search.flow(from: source, to: sink, work: work)
      try search.cut(from: source, nearest: false, side: &side, work: work)
      try work.spend(n / 16 + 1)
      search.clear()
      for j in 0..<n where j != i && side[j] && parent[j] == Int32(truncatingIfNeeded: t) {
        parent[j] = Int32(truncatingIfNeeded: i)
      }
      if parent[t] >= 0 && side[Int(parent[t])] {
        parent[i] = parent[t]
        parent[t] = Int32(truncatingIfNeeded: i)
        swap(&unit, i, t)
      }
      work.step()
    }
  }
  return CutTree(parents: Column(parents), units: Column(units))
}

private func swap(_ unit: inout MutableSpan<Int64>, _ i: Int, _ j: Int) { (unit[i], unit[j]) = (unit[j], unit[i]) }
