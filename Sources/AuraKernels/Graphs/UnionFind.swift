package import AuraBase

/// Sets of agents that can only grow together; tells at any time whether two agents are in one set.
///
/// The root of a set is its least agent, so labels taken from roots never depend on the order of the links.
///
/// - Complexity: O(log *n*) amortised per call, by path halving.
/// - Source: Tarjan and van Leeuwen 1984, doi:10.1145/62.2160.
package struct UnionFind: ~Copyable {
  @usableFromInline var parent: Buffer<Int32>
  /// How many sets there are.
  @usableFromInline package private(set) var sets: Int

  /// - Throws: `.memory`.
  package init(count n: Int) throws(AuraError) {
    parent = Buffer()
    try parent.reserve(n)
    for i in 0..<n { try parent.append(Int32(truncatingIfNeeded: i)) }
    sets = n
  }

  @inlinable package mutating func find(_ agent: Int32) -> Int32 {
    var p = parent.mutableSpan
    var i = agent
    while p[Int(i)] != i {
      let above = p[Int(p[Int(i)])]
      p[Int(i)] = above
      i = above
    }
    return i
  }

  /// Puts the sets of two agents together; false when they were one already.
  @discardableResult
  @inlinable package mutating func union(_ a: Int32, _ b: Int32) -> Bool {
    // Most links of a network join agents whose parent is one already.
    if parent.span[Int(a)] == parent.span[Int(b)] { return false }
    let (x, y) = (find(a), find(b))
    if x == y { return false }
    var p = parent.mutableSpan
    p[Int(max(x, y))] = min(x, y)
    sets &-= 1
    return true
  }
}
