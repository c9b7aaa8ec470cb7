package import AuraBase

/// The links of least total length that keep together whatever is together.
///
/// Takes links from the shortest to the longest, of equal ones the first, whenever they join what is still apart.
///
/// - Complexity: O(*n* + *m* log *n*) time; one unit of work a link.
/// - Source: Kruskal 1956, doi:10.1090/S0002-9939-1956-0078686-7.
/// - Parameter lengths: of each link, not negative; nil means all equal.
/// - Returns: positions of the links, in ascending order.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func spanningForest(
  count n: Int, sources: Span<Int32>, targets: Span<Int32>, lengths: Span<Double>?, work: Work
) throws(AuraError) -> Column<Int32> {
  let m = sources.count
  var order = try Buffer<Int32>(repeating: 0, count: m)
  if let lengths { try sortByLength(lengths, into: &order) }
  var sets = try UnionFind(count: n)
  var taken = try Buffer<Bool>(repeating: false, count: m)
  for range in Blocks(m) {
    try work.spend(range.count)
    for j in range {
      let k = lengths == nil ? j : Int(order[j])
      if sets.union(sources[k], targets[k]) { taken[k] = true }
    }
    if sets.sets == 1 { break }
  }
  var links = Buffer<Int32>()
  for k in 0..<m where taken[k] { try links.append(Int32(truncatingIfNeeded: k)) }
  return Column(links)
}

/// Positions in ascending order of what is not negative, equal ones as they come: the bits of such numbers are in
/// order too, and are sorted byte by byte, from the last.
private func sortByLength(_ lengths: Span<Double>, into order: inout Buffer<Int32>) throws(AuraError) {
  let m = lengths.count
  var others = try Buffer<Int32>(repeating: 0, count: m)
  var counts = try Buffer<Int32>(repeating: 0, count: 8 * 257)
  do {
    var first = order.mutableSpan, count = counts.mutableSpan
    for k in 0..<m {
      first[k] = Int32(truncatingIfNeeded: k)
      var bits = (lengths[k] + 0).bitPattern  // a minus before 0 goes away
      for byte in 0..<8 {
        count[byte * 257 + Int(bits & 255) + 1] &+= 1
        bits >>= 8
      }
    }
  }
  for byte in 0..<8 {
    let base = byte * 257
    do {
      var count = counts.mutableSpan
      var same = false
      for b in 1...256 where Int(count[base + b]) == m { same = true }
      if same { continue }
      for b in 0..<256 { count[base + b + 1] &+= count[base + b] }
      let from = order.span
      var to = others.mutableSpan
      for j in 0..<m {
        let k = from[j]
        let b = base + Int((lengths[Int(k)] + 0).bitPattern >> (8 * UInt64(byte)) & 255)
        to[Int(count[b])] = k
        count[b] &+= 1
      }
    }
    swap(&order, &others)
  }
}
