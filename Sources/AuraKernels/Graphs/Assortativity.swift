package import AuraBase

/// Whether agents with many links are linked to others with many.
package struct Assortativity: Sendable {
  /// Correlation of the degrees at the two ends of a link, in -1...1; nil when all are equal.
  package let coefficient: Double?
  /// For each agent, the mean degree of those at the other ends of its links; not a number without links.
  package let partners: Column<Double>
}

/// Correlates the degrees at the two ends of links. Every link counts; in an undirected network it is taken both ways.
///
/// - Complexity: O(*n* + *m*); one unit of work a link end.
/// - Source: Newman 2003, doi:10.1103/PhysRevE.67.026126.
/// - Parameters:
///   - rows: `.out` of a directed network, `.both` of an undirected one.
///   - undirected: a self loop is entered once and has two ends.
///   - heads: the degree of each agent as the target of a link: in an undirected network its degree.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func assortativity(
  _ rows: Adjacency, undirected: Bool, heads: Span<Int32>, work: Work
) throws(AuraError) -> Assortativity {
  let n = rows.count
  var means = try Buffer<Double>(repeating: .nan, count: n)
  var coefficient: Double? = nil
  do {
    let starts = rows.starts.span, neighbours = rows.neighbours.span
    var mean = means.mutableSpan
    // Whoever is a target counts as often as it is one; whoever is a source, as often as that.
    var ends = 0.0, sum = 0.0, sumFrom = 0.0
    var low = Int32.max, high: Int32 = 0, lowFrom = Int32.max, highFrom: Int32 = 0
    for v in 0..<n {
      let from = undirected ? heads[v] : starts[v + 1] &- starts[v]
      ends += Double(heads[v])
      sum += Double(heads[v]) * Double(heads[v])
      sumFrom += Double(from) * Double(from)
      if heads[v] > 0 { (low, high) = (min(low, heads[v]), max(high, heads[v])) }
      if from > 0 { (lowFrom, highFrom) = (min(lowFrom, from), max(highFrom, from)) }
    }
    let (centre, centreFrom) = (sum / ends, sumFrom / ends)
    var together = 0.0, spread = 0.0, spreadFrom = 0.0
    for range in Blocks(n) {
      try work.spend(Int(starts[range.upperBound] &- starts[range.lowerBound]) &+ range.count)
      for v in range {
        let from = undirected ? heads[v] : starts[v + 1] &- starts[v]
        var total = 0
        for e in Int(starts[v])..<Int(starts[v + 1]) {
          total &+= Int(heads[Int(neighbours[e])])
          if undirected && neighbours[e] == Int32(truncatingIfNeeded: v) { total &+= Int(heads[v]) }
        }
        let (x, y) = (Double(from) - centreFrom, Double(heads[v]) - centre)
        if from > 0 {
          mean[v] = Double(total) / Double(from)
          together += x * (Double(total) - Double(from) * centre)
        }
        spreadFrom += Double(from) * x * x
        spread += Double(heads[v]) * y * y
      }
    }
    if low < high && lowFrom < highFrom {
      coefficient = max(-1, min(1, together / (spread * spreadFrom).squareRoot()))
    }
  }
  return Assortativity(coefficient: coefficient, partners: Column(means))
}
