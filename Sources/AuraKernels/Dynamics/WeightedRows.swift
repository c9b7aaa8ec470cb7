package import AuraBase

/// Rows of neighbours with one strength each: parallel links are added up, self loops are left out, and rows keep
/// the order of `Adjacency`. `keys` names an entry for good (twice the first link's number, plus one when the row
/// is the link's target), so that random draws stay with a link when others come and go.
package struct WeightedRows: Sendable {
  package let count: Int
  package let starts: Column<Int32>
  package let neighbours: Column<Int32>
  package let strengths: Column<Double>
  package let keys: Column<Int32>

  package var entries: Int { neighbours.count }

  /// O(*n* + *m*) time. Links of no strength (zero, negative, not a number) are left out.
  package init(
    count n: Int, sources: Span<Int32>, targets: Span<Int32>, strengths: Span<Double>, sense: Adjacency.Sense
  ) throws(AuraError) {
    let rows = try Adjacency(count: n, sources: sources, targets: targets, sense: sense)
    var starts = try Buffer<Int32>(repeating: 0, count: n + 1)
    var neighbours = Buffer<Int32>()
    var merged = Buffer<Double>()
    var keys = Buffer<Int32>()
    try neighbours.reserve(rows.entries)
    try merged.reserve(rows.entries)
    try keys.reserve(rows.entries)
    do {
      var at = starts.mutableSpan
      let s = rows.starts.span, v = rows.neighbours.span, l = rows.links.span
      for i in 0..<n {
        let begin = neighbours.count
        for k in Int(s[i])..<Int(s[i + 1]) {
          let j = v[k]
          let link = Int(l[k])
          let strength = link < strengths.count ? strengths[link] : 1
          if j == Int32(truncatingIfNeeded: i) || !(strength > 0) { continue }
          if neighbours.count > begin, neighbours.span[neighbours.count - 1] == j {
            var m = merged.mutableSpan
            m[m.count - 1] += strength
            continue
          }
          try neighbours.append(j)
          try merged.append(strength)
          try keys.append(Int32(truncatingIfNeeded: 2 * link + (sources[link] == Int32(truncatingIfNeeded: i) ? 0 : 1)))
        }
        at[i + 1] = Int32(truncatingIfNeeded: neighbours.count)
      }
    }
    self.count = n
    self.starts = Column(starts)
    self.neighbours = Column(neighbours)
    self.strengths = Column(merged)
    self.keys = Column(keys)
  }
}
