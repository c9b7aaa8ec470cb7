package import AuraBase

/// Where a network hangs together least.
package struct Fiedler: Sendable {
  /// How hard its largest part is to split: the second smallest eigenvalue of the Laplacian; 0 for one agent.
  package let connectivity: Double
  /// Of 2-norm 1, on the largest part (of equally large ones the first); not a number elsewhere, and for one agent.
  package let vector: Column<Double>
  /// Whether another vector would do as well.
  package let degenerate: Bool
  /// The part that it speaks of.
  package let part: Int32
}

/// Finds the slowest way in which differences between agents even out over links.
///
/// - Complexity: a few tens of solutions, exact ones when the network can be taken apart cheaply, else of some tens of
///   rounds over all links each; hundreds of rounds and more where agents hang on by a thread.
/// - Source: Fiedler 1973, doi:10.21136/CMJ.1973.101168; by Lanczos' method on the inverse.
/// - Parameters:
///   - matrix: both ends of each link.
///   - conductors: the same, taken apart; nil when that costs more than some hundred rounds.
///   - atMoreCost: the same where rounds do not settle; nil when it would take seconds.
/// - Throws: `.limit`, `.cancelled`, `.memory`, `.numeric` when it does not settle.
package func fiedler(
  _ matrix: LinkMatrix, _ parts: Components, conductors: Conductors?,
  atMoreCost: () throws(AuraError) -> Conductors? = { nil }, work: Work
) throws(AuraError) -> Fiedler {
  let n = matrix.count
  var part: Int32 = 0
  for g in 0..<parts.count where parts.sizes[g] > parts.sizes[Int(part)] { part = Int32(truncatingIfNeeded: g) }
  var out = try Buffer<Double>(repeating: .nan, count: n)
  try work.spend(n)
  guard n > 0, parts.sizes[Int(part)] > 1 else {
    return Fiedler(connectivity: 0, vector: Column(out), degenerate: false, part: part)
  }
  let label = parts.labels.span
  let evens = try Scratch<Double>(repeating: 0, count: n)
  let starts = try Scratch<Double>(repeating: 0, count: n)
  let seconds = try Scratch<Double>(repeating: 0, count: n)
  var x = starts.all, second = seconds.all
  do {
    var even = evens.all
    let dice = Dice(seed: 0xF1ED)
    for i in 0..<n where label[i] == part {
      even[i] = 1 / Double(parts.sizes[Int(part)]).squareRoot()
      x[i] = dice.uniform(2 * i) - 0.5
      second[i] = dice.uniform(2 * i + 1) - 0.5
    }
  }
  let even = evens.read(0..<n)
  let pair = parts.sizes[Int(part)] == 2
  let size: Double
  var degenerate = false
  if let conductors {
    let found = try slowest(Evening(conductors: conductors, part: part), &x, &second, even, alone: pair, work: work)
    size = 1 / found.value
    degenerate = found.next > found.value * (1 - 1e-8)
  } else if let found = try inRounds(matrix, label, part, &x, &second, even, alone: pair, work: work) {
    size = 1 / found.value
    degenerate = found.next > found.value * (1 - 1e-8)
  } else if let conductors = try atMoreCost() {
    let found = try slowest(Evening(conductors: conductors, part: part), &x, &second, even, alone: pair, work: work)
    size = 1 / found.value
    degenerate = found.next > found.value * (1 - 1e-8)
  } else {
    let map = try Spreading(matrix)
    let found = try slowest(map, &x, &second, even, alone: pair, work: work)
    size = max(0, map.ceiling - found.value)
    degenerate = found.next > found.value - 1e-8 * size
  }
  var sign = 0.0
  for i in 0..<n where label[i] == part && sign == 0 && abs(x[i]) > 1e-9 { sign = x[i] < 0 ? -1 : 1 }
  for i in 0..<n where label[i] == part { out[i] = sign * x[i] }
  return Fiedler(connectivity: size * matrix.scale, vector: Column(out), degenerate: degenerate, part: part)
}

/// The two largest eigenvalues of `map` beside that of `even`, the first with its vector in `x`.
private func slowest(
  _ map: some LinearMap, _ x: inout MutableSpan<Double>, _ second: inout MutableSpan<Double>, _ even: Span<Double>,
  alone: Bool, work: Work
) throws(AuraError) -> (value: Double, next: Double) {
  let value = try lanczos(map, &x, away: even, tolerance: 1e-13, work: work).value
  if alone { return (value, -.infinity) }
  remove(x.span, from: &second)
  let rest = Without(map: map, vector: Column(try Buffer(copying: x.span)))
  return (value, try lanczos(rest, &second, away: even, tolerance: 1e-9, work: work).value)
}

/// The same by `Relaxing`; nil, with the starts as they were, where that does not settle.
private func inRounds(
  _ matrix: LinkMatrix, _ label: Span<Int32>, _ part: Int32, _ x: inout MutableSpan<Double>,
  _ second: inout MutableSpan<Double>, _ even: Span<Double>, alone: Bool, work: Work
) throws(AuraError) -> (value: Double, next: Double)? {
  let map = try Relaxing(matrix, label, part, even)
  let kept = try Scratch<Double>(repeating: 0, rows: 2, columns: x.count)
  var first = kept.slice(0..<x.count), other = kept.slice(x.count..<2 * x.count)
  for i in x.indices { (first[i], other[i]) = (x[i], second[i]) }
  do {
    return try slowest(map, &x, &second, even, alone: alone, work: work)
  } catch {
    guard error.code == .numeric else { throw error }
    for i in x.indices { (x[i], second[i]) = (first[i], other[i]) }
    return nil
  }
}

/// Voltages for currents within one part.
private struct Evening: LinearMap {
  let conductors: Conductors
  let part: Int32
  var count: Int { conductors.count }

  func apply(_ x: Span<Double>, _ y: inout MutableSpan<Double>, _ work: Work) throws(AuraError) {
    for i in x.indices { y[i] = x[i] }
    try conductors.solve(&y, work: work)
    let label = conductors.parts.labels.span
    for i in x.indices where label[i] != part { y[i] = 0 }
  }
}

/// What agents hold above what a multiple of the Laplacian takes: its leading vectors are the slowest ones.
private struct Spreading: LinearMap {
  let matrix: LinkMatrix
  let degrees: Column<Double>
  let ceiling: Double
  var count: Int { matrix.count }

  init(_ matrix: LinkMatrix) throws(AuraError) {
    var degrees = try Buffer<Double>(repeating: 0, count: matrix.count)
    var most = 0.0
    let starts = matrix.rows.starts.span, values = matrix.values.span
    for i in 0..<matrix.count {
      for e in Int(starts[i])..<Int(starts[i + 1]) { degrees[i] += values[e] }
      most = max(most, degrees[i])
    }
    self.matrix = matrix
    self.degrees = Column(degrees)
    ceiling = 2 * most
  }

  func apply(_ x: Span<Double>, _ y: inout MutableSpan<Double>, _ work: Work) throws(AuraError) {
    try matrix.apply(x, &y, work)
    let degree = degrees.span
    for i in x.indices { y[i] += (ceiling - degree[i]) * x[i] }
  }
}

/// A symmetric map without one of its eigenvectors.
private struct Without<M: LinearMap>: LinearMap {
  let map: M
  let vector: Column<Double>
  var count: Int { map.count }

  func apply(_ x: Span<Double>, _ y: inout MutableSpan<Double>, _ work: Work) throws(AuraError) {
    try map.apply(x, &y, work)
    remove(vector.span, from: &y)
  }
}
