package import AuraBase
internal import Glibc

/// How many walks lead from each agent back to it, a walk of *k* links counting one in *k* factorial: the diagonal of
/// the exponential of the matrix.
///
/// - Complexity: some tens of rounds over all links for each agent.
/// - Source: Estrada and Rodríguez-Velázquez 2005, doi:10.1103/PhysRevE.71.056103; by Gauss's quadrature on Lanczos'
///   numbers, Golub and Meurant 1994, doi:10.1007/978-1-4612-0913-9.
/// - Parameter rows: both ends of each link, without self loops and parallel links.
/// - Throws: `.limit`, `.cancelled`, `.memory`, `.numeric` when there are more than a number can hold.
package func closedWalks(_ rows: Adjacency, work: Work) throws(AuraError) -> Column<Double> {
  let n = rows.count
  let found = try Scratch<Double>(repeating: 1, count: n)
  let chunks = (n + 15) / 16
  work.expect(steps: chunks)
  try work.parallel(chunks) { chunk throws(AuraError) in
    let starts = rows.starts.span, neighbours = rows.neighbours.span
    let vectors = try Scratch<Double>(repeating: 0, rows: 2, columns: n)
    for i in chunk * 16..<min(n, chunk * 16 + 16) where starts[i] < starts[i + 1] {
      var now = vectors.slice(0..<n), last = vectors.slice(n..<2 * n)
      for k in 0..<n {
        now[k] = 0
        last[k] = 0
      }
      now[i] = 1
      var (middle, side) = ([Double](), [Double]())
      var beta = 0.0
      var value = 0.0
      while true {
        work.product()
        try work.spend(n + rows.entries)
        // `last` becomes what follows: the image of `now`, less what `now` and `last` know of it.
        var alpha = 0.0
        for j in 0..<n {
          var sum = -beta * last[j]
          for e in Int(starts[j])..<Int(starts[j &+ 1]) { sum += now[Int(neighbours[e])] }
          last[j] = sum
          alpha += sum * now[j]
        }
        var square = 0.0
        for j in 0..<n {
          last[j] -= alpha * now[j]
          square += last[j] * last[j]
        }
        middle.append(alpha)
        beta = square.squareRoot()
        let done = beta < 1e-10 || middle.count == 500
        if done || middle.count % 4 == 0 {
          let more = exponential(middle, side)
          guard more < .infinity else {
            throw AuraError(.numeric, "there are more closed walks than a number can hold")
          }
          if done || abs(more - value) <= 1e-13 * more {
            value = more
            break
          }
          value = more
        }
        side.append(beta)
        for j in 0..<n {
          let next = last[j] / beta
          last[j] = now[j]
          now[j] = next
        }
      }
      var out = found.slice(i..<i + 1)
      out[0] = value
    }
    work.step()
  }
  return try found.column()
}

/// The first element of the exponential of a symmetric matrix of three diagonals, the outer ones positive. The middle
/// one is shifted to be so too: sums and products of positive numbers lose no digits.
private func exponential(_ middle: [Double], _ side: [Double]) -> Double {
  let k = middle.count
  let shift = max(0, -(middle.min() ?? 0))
  var size = 1.0
  for i in 0..<k { size = max(size, middle[i] + shift + (i > 0 ? side[i - 1] : 0) + (i + 1 < k ? side[i] : 0)) }
  guard size < 2_000 else { return .infinity }
  let steps = size.rounded(.up)
  var x = [Double](repeating: 0, count: k)
  x[0] = exp(-shift)
  for _ in 0..<Int(steps) {
    var term = x
    for power in 1...20 {
      var next = [Double](repeating: 0, count: k)
      for i in 0..<k {
        var sum = (middle[i] + shift) * term[i]
        if i > 0 { sum += side[i - 1] * term[i - 1] }
        if i + 1 < k { sum += side[i] * term[i + 1] }
        next[i] = sum / (steps * Double(power))
        x[i] += next[i]
      }
      term = next
    }
  }
  return x[0]
}
