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
/// - Parameters:
///   - strengths: of each link; nil means 1 each.
///   - out: the links sorted by source, when somebody has that already; both ends of each in an undirected network.
///   - into: the same by target.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func linkEnds(
  count n: Int, sources: Span<Int32>, targets: Span<Int32>, strengths: Span<Double>?, directed: Bool,
  out: Adjacency? = nil, into: Adjacency? = nil, work: Work
) throws(AuraError) -> LinkEnds {
  try work.spend(n)
  if strengths == nil, let out, let into {
    return try linkEnds(sources: sources, targets: targets, directed: directed, out, into, work)
  }
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

/// The same from rows, whose lengths they are.
private func linkEnds(
  sources: Span<Int32>, targets: Span<Int32>, directed: Bool, _ out: Adjacency, _ into: Adjacency, _ work: Work
) throws(AuraError) -> LinkEnds {
  try work.spend(sources.count)
  if !directed {
    let links = try lengths(out, loops: sources, targets)
    let strength = try numbers(links)
    return LinkEnds(
      into: links, out: links, links: links, strengthInto: strength, strengthOut: strength, strength: strength)
  }
  let outs = try lengths(out), intos = try lengths(into)
  var sums = try Buffer<Int32>(repeating: 0, count: out.count)
  for v in 0..<sums.count { sums[v] = outs[v] &+ intos[v] }
  let links = Column(sums)
  return LinkEnds(
    into: intos, out: outs, links: links, strengthInto: try numbers(intos), strengthOut: try numbers(outs),
    strength: try numbers(links))
}

/// Rows of both ends have a self loop once; `loops` says where to look for them.
private func lengths(
  _ rows: Adjacency, loops: Span<Int32> = Span(), _ ends: Span<Int32> = Span()
) throws(AuraError) -> Column<Int32> {
  var made = try Buffer<Int32>(repeating: 0, count: rows.count)
  do {
    var length = made.mutableSpan
    let starts = rows.starts.span
    for v in 0..<rows.count { length[v] = starts[v &+ 1] &- starts[v] }
    for k in loops.indices where loops[k] == ends[k] { length[Int(loops[k])] &+= 1 }
  }
  return Column(made)
}

private func numbers(_ counts: Column<Int32>) throws(AuraError) -> Column<Double> {
  var made = try Buffer<Double>(repeating: 0, count: counts.count)
  do {
    var number = made.mutableSpan
    let count = counts.span
    for v in number.indices { number[v] = Double(count[v]) }
  }
  return Column(made)
}
