package import AuraBase

/// What hangs on each agent: its links, and their strengths together.
package struct LinkEnds: Sendable {
  /// Links that point at it; in an undirected network all that it has, as in the next two.
  package let into: Column<Int32>
  /// Links by which it points at others.
  package let out: Column<Int32>
  /// Link ends at it; a self loop has two.
  package let links: Column<Int32>
  /// The strengths of the same, together.
  package let strengthInto: Column<Double>
  package let strengthOut: Column<Double>
  package let strength: Column<Double>
}

/// Counts the links of each agent and adds up their strengths, in the order of the links.
///
/// - Complexity: O(*n* + *m*); one unit of work a link or agent.
/// - Source: Newman 2003, doi:10.1137/S003614450342480, section III.
/// - Parameter strengths: of each link; nil means 1 each.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func linkEnds(
  count n: Int, sources: Span<Int32>, targets: Span<Int32>, strengths: Span<Double>?, directed: Bool, work: Work
) throws(AuraError) -> LinkEnds {
  try work.spend(n)
  var intos = try Buffer<Int32>(repeating: 0, count: n)
  var outs = try Buffer<Int32>(repeating: 0, count: n)
  var sumsInto = try Buffer<Double>(repeating: 0, count: strengths == nil ? 0 : n)
  var sumsOut = try Buffer<Double>(repeating: 0, count: strengths == nil ? 0 : n)
  do {
    var into = intos.mutableSpan, out = outs.mutableSpan
    var sumInto = sumsInto.mutableSpan, sumOut = sumsOut.mutableSpan
    for range in Blocks(sources.count) {
      try work.spend(range.count)
      for k in range {
        let (s, t) = (Int(sources[k]), Int(targets[k]))
        out[s] &+= 1
        into[t] &+= 1
        if let strengths {
          sumOut[s] += strengths[k]
          sumInto[t] += strengths[k]
        }
      }
    }
    if strengths == nil {
      for v in 0..<n {
        try sumsInto.append(Double(into[v]))
        try sumsOut.append(Double(out[v]))
      }
    }
  }
  var ends = try Buffer<Int32>(repeating: 0, count: n)
  var sums = try Buffer<Double>(repeating: 0, count: n)
  for v in 0..<n {
    ends[v] = intos[v] &+ outs[v]
    sums[v] = sumsInto[v] + sumsOut[v]
  }
  let (links, strength) = (Column(ends), Column(sums))
  if !directed {
    return LinkEnds(
      into: links, out: links, links: links, strengthInto: strength, strengthOut: strength, strength: strength)
  }
  return LinkEnds(
    into: Column(intos), out: Column(outs), links: links, strengthInto: Column(sumsInto),
    strengthOut: Column(sumsOut), strength: strength)
}
