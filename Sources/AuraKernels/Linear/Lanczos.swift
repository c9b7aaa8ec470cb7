internal import AuraBase

/// The largest eigenvalue of a symmetric map that a starting vector knows of, and that vector's shadow on it.
///
/// A starting vector never leaves the eigenspaces that it touches: where several eigenvectors share the value, what
/// comes out is the projection of the start on all of them.
///
/// - Complexity: some tens to hundreds of applications of the map; O(20 *n*) memory.
/// - Source: Lanczos 1950, doi:10.6028/jres.045.026; restarts as in Wu and Simon 2000, doi:10.1137/S0895479898334605.
/// - Parameters:
///   - vector: the start, not zero; overwritten with the eigenvector, of 2-norm 1.
///   - away: a unit vector that the map sends to a multiple of itself and that is kept out.
/// - Returns: the eigenvalue, and how far the pair may be from an exact one (the 2-norm of the residual).
/// - Throws: `.numeric` when it does not converge to `tolerance` times the eigenvalue's size.
func lanczos<M: LinearMap & ~Copyable>(
  _ map: borrowing M, _ vector: inout MutableSpan<Double>, away: Span<Double>? = nil, tolerance: Double = 1e-12,
  work: Work
) throws(AuraError) -> (value: Double, residual: Double) {
  let n = map.count
  let wide = min(n, 20)
  let keep = 7
  let basis = try Scratch<Double>(repeating: 0, rows: wide + 1, columns: n)
  let spare = try Scratch<Double>(repeating: 0, rows: keep, columns: n)
  var small = [Double](repeating: 0, count: wide * wide)
  var dots = [Double](repeating: 0, count: wide + 1)
  func row(_ j: Int) -> Range<Int> { j * n..<(j + 1) * n }
  do {
    var first = basis.slice(row(0))
    for i in 0..<n { first[i] = vector[i] }
    if let away { remove(away, from: &first) }
    guard scaleToOne(&first) > 0 else { throw AuraError(.numeric, "the starting vector is zero") }
  }
  var begin = 0
  var best = (value: 0.0, residual: Double.infinity)
  for _ in 0..<5_000 {
    var size = wide
    var beta = 0.0
    for j in begin..<wide {
      var next = basis.slice(row(j + 1))
      try map.apply(basis.read(row(j)), &next, work)
      if let away { remove(away, from: &next) }
      try work.spend(n * (j + 1) / 4)
      let before = norm(next.span)
      // Twice where much cancels: what is left must be at right angles to the rest.
      for pass in 0..<2 {
        for i in 0...j { dots[i] = dot(basis.read(row(i)), next.span) }
        for i in 0...j { subtract(dots[i], basis.read(row(i)), from: &next) }
        if pass == 0 {
          for i in 0...j {
            small[i * wide + j] = dots[i]
            small[j * wide + i] = dots[i]
          }
        } else {
          small[j * wide + j] += dots[j]
        }
        if norm(next.span) > 0.7 * before { break }
      }
      if let away { remove(away, from: &next) }
      beta = scaleToOne(&next)
      if !(beta > 1e-14 * max(before, abs(small[j * wide + j]))) || j + 1 == n {
        size = j + 1
        beta = 0
        break
      }
    }
    var square = [Double](repeating: 0, count: size * size)
    for a in 0..<size { for b in 0..<size { square[a * size + b] = small[a * wide + b] } }
    let (values, vectors) = smallEigen(&square, size)
    let kept = min(keep, size - 1)
    let residual = beta * abs(vectors[0][size - 1])
    best = (values[0], residual)
    let done = residual <= tolerance * max(abs(values[0]), abs(values[size - 1])) || beta == 0
    for a in 0..<(done ? 1 : kept) {
      var target = spare.slice(row(a))
      for i in 0..<n { target[i] = 0 }
      for b in 0..<size { subtract(-vectors[a][b], basis.read(row(b)), from: &target) }
    }
    if done {
      var first = spare.slice(row(0))
      _ = scaleToOne(&first)
      for i in 0..<n { vector[i] = first[i] }
      return best
    }
    for a in 0..<kept {
      var target = basis.slice(row(a))
      let source = spare.read(row(a))
      for i in 0..<n { target[i] = source[i] }
    }
    var next = basis.slice(row(kept))
    let last = basis.read(row(size))
    for i in 0..<n { next[i] = last[i] }
    for i in small.indices { small[i] = 0 }
    for a in 0..<kept { small[a * wide + a] = values[a] }
    begin = kept
  }
  throw AuraError(.numeric, "the leading eigenvalue \(best.value) is known to \(best.residual) only")
}

func dot(_ a: Span<Double>, _ b: Span<Double>) -> Double {
  // Four sums side by side, always the same ones: faster, and the same on every machine.
  var (s, t, u, v) = (0.0, 0.0, 0.0, 0.0)
  let n = min(a.count, b.count)
  var i = 0
  while i &+ 4 <= n {
    s += a[i] * b[i]
    t += a[i &+ 1] * b[i &+ 1]
    u += a[i &+ 2] * b[i &+ 2]
    v += a[i &+ 3] * b[i &+ 3]
    i &+= 4
  }
  while i < n {
    s += a[i] * b[i]
    i &+= 1
  }
  return (s + t) + (u + v)
}

func norm(_ a: Span<Double>) -> Double { dot(a, a).squareRoot() }

func subtract(_ factor: Double, _ a: Span<Double>, from b: inout MutableSpan<Double>) {
  for i in 0..<min(a.count, b.count) { b[i] -= factor * a[i] }
}

/// Makes `b` orthogonal to the unit vector `a`.
func remove(_ a: Span<Double>, from b: inout MutableSpan<Double>) { subtract(dot(a, b.span), a, from: &b) }

/// Divides by the 2-norm and returns it.
func scaleToOne(_ a: inout MutableSpan<Double>) -> Double {
  let size = norm(a.span)
  if size > 0 { for i in 0..<a.count { a[i] /= size } }
  return size
}
