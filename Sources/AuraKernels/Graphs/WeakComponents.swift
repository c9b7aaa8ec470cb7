package import AuraBase

/// Finds the parts of a network that no link joins, whatever the direction of the links.
///
/// - Complexity: O(*n* + *m* log *n*) time, near linear in practice; one unit of work a link.
/// - Source: Hopcroft and Tarjan 1973, doi:10.1145/362248.362272.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func weakComponents(
  count n: Int, sources: Span<Int32>, targets: Span<Int32>, work: Work
) throws(AuraError) -> Components {
  var sets = try UnionFind(count: n)
  try work.spend(n)
  for block in Blocks(sources.count) {
    try work.spend(block.count)
    for k in block { sets.union(sources[k], targets[k]) }
  }
  var roots = try Buffer<Int32>(repeating: 0, count: n)
  do {
    var root = roots.mutableSpan
    for i in 0..<n { root[i] = sets.find(Int32(truncatingIfNeeded: i)) }
  }
  return try Components(names: roots.span)
}
