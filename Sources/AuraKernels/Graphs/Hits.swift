package import AuraBase

/// Who points at the important, and who is pointed at by those who do.
package struct HubsAndAuthorities: Sendable {
  /// One number for each agent; they sum to 1, or are all 0 without links.
  package let hub: Column<Double>
  package let authority: Column<Double>
}

/// Scores callers by whom they call, and services by who calls them, each by the other.
///
/// - Complexity: O(*n* + *m*) for a round, some tens of rounds.
/// - Source: Kleinberg 1999, doi:10.1145/324133.324140. Hubs are the projection of an even start on the leading
///   eigenvectors of A Aᵀ, which is where Kleinberg's rounds end.
/// - Parameters:
///   - out: rows are sources. - into: rows are targets.
/// - Throws: `.limit`, `.cancelled`, `.memory`, `.numeric`.
package func hubsAndAuthorities(
  out: LinkMatrix, into: LinkMatrix, work: Work
) throws(AuraError) -> HubsAndAuthorities {
  let n = out.count
  var hubs = try Buffer<Double>(repeating: 0, count: n)
  var authorities = try Buffer<Double>(repeating: 0, count: n)
  try work.spend(n)
  if out.rows.entries > 0 {
    var hub = hubs.mutableSpan, authority = authorities.mutableSpan
    for i in 0..<n { hub[i] = 1 }
    let between = try Scratch<Double>(repeating: 0, count: n)
    _ = try lanczos(BackAndForth(out: out, into: into, between: between), &hub, work: work)
    // Two more rounds by hand: sizes of the right sign, to the last digit where they are small.
    for i in 0..<n { hub[i] = abs(hub[i]) }
    for _ in 0..<2 {
      try into.apply(hub.span, &authority, work)
      try out.apply(authority.span, &hub, work)
      share(&hub)
    }
    try into.apply(hub.span, &authority, work)
    share(&authority)
  }
  return HubsAndAuthorities(hub: Column(hubs), authority: Column(authorities))
}

private func share(_ x: inout MutableSpan<Double>) {
  var sum = 0.0
  for i in x.indices { sum += x[i] }
  if sum == 0 { return }
  // What is smaller is what rounding left of nothing.
  for i in x.indices { x[i] = x[i] < 1e-15 * sum ? 0 : x[i] / sum }
}

private struct BackAndForth: LinearMap, ~Copyable {
  let out: LinkMatrix
  let into: LinkMatrix
  let between: Scratch<Double>
  var count: Int { out.count }

  func apply(_ x: Span<Double>, _ y: inout MutableSpan<Double>, _ work: Work) throws(AuraError) {
    var z = between.all
    try into.apply(x, &z, work)
    try out.apply(z.span, &y, work)
  }
}
