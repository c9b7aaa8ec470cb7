internal import AuraBase

/// The leading eigenvalue of a matrix without negative entries in which everybody reaches everybody, and its vector,
/// which is positive.
///
/// Least and largest growth of any element enclose the eigenvalue (Collatz and Wielandt), so the answer carries its own
/// proof. A small multiple of the identity keeps even cycles from swinging for ever; where growth evens out slowly, the
/// vector is improved by Arnoldi's method between rounds.
///
/// - Complexity: O(entries) for a round, some tens to hundreds of rounds.
/// - Source: Collatz 1942, doi:10.1007/BF01180013; Arnoldi 1951, doi:10.1090/qam/42792.
/// - Parameter vector: overwritten; of 2-norm 1.
/// - Throws: `.numeric` when the bounds do not meet.
func perron<M: LinearMap & ~Copyable>(
  _ map: borrowing M, _ vector: inout MutableSpan<Double>, work: Work
) throws(AuraError) -> Double {
  let n = map.count
  let image = try Scratch<Double>(repeating: 0, count: n)
  var y = image.slice(0..<n)
  for i in 0..<n { vector[i] = 1 }
  _ = scaleToOne(&vector)
  var width = Double.infinity
  var middle = 0.0
  for round in 0..<400 {
    var (low, high) = (0.0, Double.infinity)
    for _ in 0..<(round == 0 ? 150 : 40) {
      try map.apply(vector.span, &y, work)
      (low, high) = (.infinity, 0)
      for i in 0..<n {
        let growth = y[i] / vector[i]
        low = min(low, growth)
        high = max(high, growth)
      }
      // A quarter of the value on top of it: cycles of two converge in a few rounds, and so does what is near.
      let shift = high / 4
      for i in 0..<n { vector[i] = y[i] + shift * vector[i] }
      _ = scaleToOne(&vector)
      width = (high - low) / high
      middle = low + (high - low) / 2
      if width <= 1e-12 { return middle }
    }
    if round > 60 && width < 1e-9 { return middle }
    try arnoldi(map, &vector, work: work)
  }
  throw AuraError(.numeric, "the leading eigenvalue \(middle) is known to \(width * middle) only")
}

/// Replaces a positive vector by the size of the leading vector of what twenty images of it span.
private func arnoldi<M: LinearMap & ~Copyable>(
  _ map: borrowing M, _ vector: inout MutableSpan<Double>, work: Work
) throws(AuraError) {
  let n = map.count
  let wide = min(n, 20)
  let basis = try Scratch<Double>(repeating: 0, rows: wide + 1, columns: n)
  var h = [Double](repeating: 0, count: wide * wide)
  func row(_ j: Int) -> Range<Int> { j * n..<(j + 1) * n }
  var first = basis.slice(row(0))
  for i in 0..<n { first[i] = vector[i] }
  var size = wide
  for j in 0..<wide {
    var next = basis.slice(row(j + 1))
    try map.apply(basis.read(row(j)), &next, work)
    let before = norm(next.span)
    for _ in 0..<2 {
      for i in 0...j {
        let overlap = dot(basis.read(row(i)), next.span)
        h[i * wide + j] += overlap
        subtract(overlap, basis.read(row(i)), from: &next)
      }
    }
    let rest = scaleToOne(&next)
    if rest <= 1e-13 * before {
      size = j + 1
      break
    }
    if j + 1 < wide { h[(j + 1) * wide + j] = rest }
  }
  // The leading vector of the small matrix by squaring it again and again, with a shift that favours the right end.
  var square = [Double](repeating: 0, count: size * size)
  var largest = 0.0
  for a in 0..<size {
    for b in 0..<size {
      square[a * size + b] = h[a * wide + b]
      largest = max(largest, abs(h[a * wide + b]))
    }
  }
  for a in 0..<size { square[a * size + a] += largest }
  for _ in 0..<30 {
    var product = [Double](repeating: 0, count: size * size)
    var top = 0.0
    for a in 0..<size {
      for c in 0..<size {
        let factor = square[a * size + c]
        for b in 0..<size { product[a * size + b] += factor * square[c * size + b] }
      }
      for b in 0..<size { top = max(top, abs(product[a * size + b])) }
    }
    guard top > 0, top < .infinity else { return }
    for i in product.indices { product[i] /= top }
    square = product
  }
  // The images of any vector now point the right way; the longest column is the safest.
  var column = 0
  var longest = 0.0
  for b in 0..<size {
    var length = 0.0
    for a in 0..<size { length += square[a * size + b] * square[a * size + b] }
    if length > longest { (longest, column) = (length, b) }
  }
  guard longest > 0 else { return }
  for i in 0..<n { first[i] = 0 }
  let kept = try Buffer<Double>(copying: vector.span)
  subtract(-square[column], kept.span, from: &first)
  for b in 1..<max(1, size) { subtract(-square[b * size + column], basis.read(row(b)), from: &first) }
  // Elements that came out as nothing keep a little of what they were: every growth must stay finite.
  _ = scaleToOne(&first)
  for i in 0..<n { vector[i] = max(abs(first[i]), 1e-10 * vector[i]) }
  _ = scaleToOne(&vector)
}
