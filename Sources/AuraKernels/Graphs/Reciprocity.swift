package import AuraBase

/// How many of those whom an agent points at point back.
package struct Reciprocity: Sendable {
  /// For each agent, how many others it points at.
  package let asked: Column<Int32>
  /// How many of them point back.
  package let answered: Column<Int32>
}

/// Counts, for each agent, whom it points at and who of them points back; each pair counts once, self loops never.
///
/// - Complexity: O(*n* + *m*); one unit of work a link.
/// - Source: Garlaschelli and Loffredo 2004, doi:10.1103/PhysRevLett.93.268701.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func reciprocity(_ out: Adjacency, into: Adjacency, work: Work) throws(AuraError) -> Reciprocity {
  let n = out.count
  var askeds = try Buffer<Int32>(repeating: 0, count: n)
  var answereds = try Buffer<Int32>(repeating: 0, count: n)
  do {
    let starts = out.starts.span, to = out.neighbours.span
    let backStarts = into.starts.span, from = into.neighbours.span
    var asked = askeds.mutableSpan, answered = answereds.mutableSpan
    for range in Blocks(n) {
      try work.spend(Int(starts[range.upperBound] &- starts[range.lowerBound]) &+ range.count)
      for v in range {
        var at = Int(backStarts[v])
        let end = Int(backStarts[v + 1])
        var last = Int32(truncatingIfNeeded: v)
        for e in Int(starts[v])..<Int(starts[v + 1]) {
          let w = to[unchecked: e]
          if w == last || w == Int32(truncatingIfNeeded: v) { continue }
          last = w
          asked[v] &+= 1
          while at < end && from[unchecked: at] < w { at &+= 1 }
          if at < end && from[unchecked: at] == w { answered[v] &+= 1 }
        }
      }
    }
  }
  return Reciprocity(asked: Column(askeds), answered: Column(answereds))
}
