package import AuraBase

/// Voltages for currents within one part, found in rounds over the links: conjugate gradients, each agent's own
/// conductance taken into account. They need few where no agents hang on by a thread.
///
/// - Source: Hestenes and Stiefel 1952, doi:10.6028/jres.049.044.
struct Relaxing: LinearMap {
  let matrix: LinkMatrix
  let degrees: Column<Double>
  let even: Column<Double>
  var count: Int { matrix.count }

  init(_ matrix: LinkMatrix, _ label: Span<Int32>, _ part: Int32, _ even: Span<Double>) throws(AuraError) {
    var degrees = try Buffer<Double>(repeating: 0, count: matrix.count)
    let starts = matrix.rows.starts.span, values = matrix.values.span, neighbours = matrix.rows.neighbours.span
    for i in 0..<matrix.count where label[i] == part {
      for e in Int(starts[i])..<Int(starts[i + 1]) where Int(neighbours[e]) != i { degrees[i] += values[e] }
    }
    self.matrix = matrix
    self.degrees = Column(degrees)
    self.even = Column(try Buffer(copying: even))
  }

  func apply(_ x: Span<Double>, _ y: inout MutableSpan<Double>, _ work: Work) throws(AuraError) {
    let n = count
    let starts = matrix.rows.starts.span, neighbours = matrix.rows.neighbours.span, values = matrix.values.span
    let degree = degrees.span
    // Current that is not yet accounted for, the way to go, and its image.
    let vectors = try Scratch<Double>(repeating: 0, rows: 3, columns: n)
    var lack = vectors.slice(0..<n), way = vectors.slice(n..<2 * n), image = vectors.slice(2 * n..<3 * n)
    for i in 0..<n {
      lack[i] = x[i]
      y[i] = 0
    }
    // What flows in flows out again.
    remove(even.span, from: &lack)
    var descent = 0.0
    for i in 0..<n {
      way[i] = degree[i] > 0 ? lack[i] / degree[i] : 0
      descent += lack[i] * way[i]
    }
    let goal = 1e-28 * descent
    var round = 0
    while descent > goal {
      round += 1
      guard round <= 400 else { throw AuraError(.numeric, "voltages do not settle") }
      work.product()
      try work.spend(n + matrix.rows.entries)
      var along = 0.0
      for i in 0..<n where degree[i] > 0 {
        let own = way[i]
        var sum = 0.0
        for e in Int(starts[i])..<Int(starts[i &+ 1]) { sum += values[e] * (own - way[Int(neighbours[e])]) }
        image[i] = sum
        along += sum * own
      }
      guard along > 0 else { break }
      let step = descent / along
      var next = 0.0
      for i in 0..<n where degree[i] > 0 {
        y[i] += step * way[i]
        lack[i] -= step * image[i]
        next += lack[i] * lack[i] / degree[i]
      }
      let turn = next / descent
      descent = next
      for i in 0..<n where degree[i] > 0 { way[i] = lack[i] / degree[i] + turn * way[i] }
    }
    remove(even.span, from: &y)
  }
}

/// Resistances of pairs of agents, in units of 1 / strength, in rounds over the links; infinite where nothing joins them.
///
/// Says what `Conductors.resistances` says, where taking the network apart costs more than some rounds for each agent.
///
/// - Complexity: O(*n* + *m*) for a round, some tens to hundreds of rounds for each agent that is named.
/// - Source: Klein and Randić 1993, doi:10.1007/BF01164627; Hestenes and Stiefel 1952, doi:10.6028/jres.049.044.
/// - Parameters:
///   - matrix: both ends of each link.
///   - from, to: agents, in pairs each with each; as many different ones as rows of *n* numbers are affordable.
/// - Returns: for each of `from` in turn the resistance to each of `to`; nil where rounds do not settle.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func resistancesInRounds(
  _ matrix: LinkMatrix, _ from: Span<Int32>, _ to: Span<Int32>, work: Work
) throws(AuraError) -> Column<Double>? {
  let n = matrix.count
  let parts = try matrix.parts(work: work)
  let label = parts.labels.span
  var places = try Buffer<Int32>(repeating: -1, count: n)
  var named = Buffer<Int32>()
  for k in 0..<from.count + to.count {
    let agent = k < from.count ? from[k] : to[k - from.count]
    if places[Int(agent)] >= 0 { continue }
    places[Int(agent)] = Int32(truncatingIfNeeded: named.count)
    try named.append(agent)
  }
  let count = named.count
  // The voltage at each named agent when current is fed in at another and leaves evenly.
  let voltages = try Scratch<Double>(repeating: 0, rows: count, columns: count)
  let vectors = try Scratch<Double>(repeating: 0, rows: 3, columns: n)
  var even = vectors.slice(0..<n), feed = vectors.slice(n..<2 * n), y = vectors.slice(2 * n..<3 * n)
  work.expect(steps: count)
  for g in 0..<parts.count {
    let part = Int32(truncatingIfNeeded: g)
    guard (0..<count).contains(where: { label[Int(named[$0])] == part }) else { continue }
    let height = 1 / Double(parts.sizes[g]).squareRoot()
    for i in 0..<n { even[i] = label[i] == part ? height : 0 }
    let map = try Relaxing(matrix, label, part, even.span)
    for k in 0..<count where label[Int(named[k])] == part && parts.sizes[g] > 1 {
      feed[Int(named[k])] = 1
      do throws(AuraError) { try map.apply(feed.span, &y, work) } catch {
        guard error.code == .numeric else { throw error }
        return nil
      }
      feed[Int(named[k])] = 0
      var row = voltages.slice(k * count..<(k + 1) * count)
      for j in 0..<count { row[j] = y[Int(named[j])] }
      work.step()
    }
  }
  let voltage = voltages.all
  var out = Buffer<Double>()
  try out.reserve(from.count * to.count)
  for i in from.indices {
    let a = Int(places[Int(from[i])])
    for j in to.indices {
      let b = Int(places[Int(to[j])])
      if a == b {
        try out.append(0)
      } else if label[Int(from[i])] != label[Int(to[j])] {
        try out.append(.infinity)
      } else {
        let here = voltage[a * count + a] - voltage[a * count + b]
        let there = voltage[b * count + b] - voltage[b * count + a]
        try out.append((here + there) / matrix.scale)
      }
    }
  }
  return Column(out)
}
