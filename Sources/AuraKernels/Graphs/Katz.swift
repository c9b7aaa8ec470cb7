package import AuraBase

/// How many walks end at each agent, a walk of *k* links counting `alpha` to the *k*th: 1 for itself, and more the
/// better it is pointed at.
///
/// - Complexity: O(*n* + *m*) for a round; some tens of rounds unless `alpha` times the radius is close to 1.
/// - Source: Katz 1953, doi:10.1007/BF02289026; solved by Gauss and Seidel's method, which rises to the answer.
/// - Parameters:
///   - rows: `.into` of a directed network, `.both` of an undirected one.
///   - alpha: what a link is worth; times the radius of the matrix it is below 1.
///   - radius: of the matrix; an upper bound below 1 / `alpha` will do.
/// - Throws: `.argument`, `.limit`, `.cancelled`, `.memory`, `.numeric`.
package func katz(_ rows: LinkMatrix, alpha: Double, radius: Double, work: Work) throws(AuraError) -> Column<Double> {
  let n = rows.count
  guard alpha >= 0, alpha * radius < 1 else { throw AuraError(.argument, "\(alpha) times \(radius) is not below 1") }
  let worth = alpha * rows.scale
  // What is still missing is at most q / (1 - q) of the last change, once changes shrink by q.
  let tolerance = max(1e-13 * (1 - alpha * radius), 1e-15)
  let starts = rows.rows.starts.span, neighbours = rows.rows.neighbours.span, values = rows.values.span
  var out = try Buffer<Double>(repeating: 1, count: n)
  var x = out.mutableSpan
  var settled = false
  var rounds = 0
  while !settled {
    settled = true
    rounds += 1
    guard rounds < 200_000 else { throw AuraError(.numeric, "alpha is too close to 1 / radius") }
    work.product()
    try work.spend(n + rows.rows.entries)
    for i in 0..<n {
      var (sum, loop) = (0.0, 0.0)
      for e in Int(starts[i])..<Int(starts[i &+ 1]) {
        let j = Int(neighbours[e])
        if j == i { loop += values[e] } else { sum += values[e] * x[j] }
      }
      let value = (1 + worth * sum) / (1 - worth * loop)
      if value - x[i] > tolerance * value { settled = false }
      x[i] = value
    }
    guard n == 0 || x[0] < .infinity else { throw AuraError(.numeric, "the number of walks passes all bounds") }
  }
  return Column(try Buffer(copying: x.span))
}

extension LinkMatrix {
  /// The largest sum of a row: no radius is larger.
  package var largestSum: Double {
    var largest = 0.0
    let starts = rows.starts.span, values = values.span
    for i in 0..<count {
      var sum = 0.0
      for e in Int(starts[i])..<Int(starts[i + 1]) { sum += values[e] }
      largest = max(largest, sum)
    }
    return largest * scale
  }
}
