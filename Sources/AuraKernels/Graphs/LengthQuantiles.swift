package import AuraBase

/// How far agents are from one another.
package struct LengthQuantiles: Sendable {
  /// Agents reached from each agent, itself among them.
  package let reached: Column<Int32>
  /// Sum of the distances to them.
  package let total: Column<Double>
  /// The largest of them.
  package let farthest: Column<Double>
  /// For each share that was asked for the least distance within which that share of the pairs is; empty without pairs.
  package let quantiles: [Double]
}

/// Measures the distances between all pairs of which one reaches the other, without keeping them.
///
/// A search finds agents nearest first. Of each search 256 distances at even ranks are kept, which bound how many of all
/// distances are below any number; where that leaves open what a quantile is, the searches are made once more and those
/// few distances collected that are between the bounds.
///
/// - Complexity: O(*n m* log *n*) time, twice; some 300 numbers an agent and at most *n*^2 / 128 for each quantile.
/// - Source: Dijkstra 1959, doi:10.1007/BF01386390; two passes after Munro and Paterson 1980,
///   doi:10.1016/0304-3975(80)90061-4.
/// - Parameters:
///   - rows: links as they may be walked; self loops do not matter, of parallel links the shortest counts.
///   - lengths: one for each link of the network, positive and finite; nil counts links.
///   - shares: in per cent, from 0 to 100.
/// - Throws: `.argument`, `.limit`, `.cancelled`, `.memory`.
package func lengthQuantiles(
  _ rows: Adjacency, lengths: Span<Double>?, shares: [Int], work: Work
) throws(AuraError) -> LengthQuantiles {
  let order = try RouteNetwork.order(rows, alive: nil)
  let network = try RouteNetwork(rows, order.span, lengths: lengths)
  let n = network.count
  guard network.isWeighted else {
    return try LengthQuantiles(
      distanceSweep(rows, work: work), unit: network.length(1), shares: shares)
  }
  let reached = try Scratch<Int32>(repeating: 0, count: n)
  let total = try Scratch<Double>(repeating: 0, count: n)
  let farthest = try Scratch<Double>(repeating: 0, count: n)
  let sample = try DistanceSample(n)
  let cost = n * network.entries
  let chunks = min(n, 64)
  work.expect(cost, to: 0.5)
  try work.parallel(chunks) { chunk throws(AuraError) in
    let search = try LengthSearch(network)
    for source in (chunk * n / chunks)..<((chunk + 1) * n / chunks) {
      let (count, seen) = search.find(source, network)
      var sum = 0.0
      for k in 1..<count { sum += network.length(search.distance(k)) }
      sample.keep(source, count - 1) { search.distance($0) }
      let agent = Int(network.agents.span[source])
      var r = reached.slice(agent..<agent + 1), t = total.slice(agent..<agent + 1)
      var f = farthest.slice(agent..<agent + 1)
      r[0] = Int32(truncatingIfNeeded: count)
      t[0] = sum
      f[0] = network.length(search.distance(count - 1))
      search.clear(count)
      try work.spend(seen + 1)
    }
  }
  var pairs = 0
  for k in 0..<n { pairs += Int(reached.all[k]) - 1 }
  var found = [Int64](repeating: 0, count: pairs > 0 ? shares.count : 0)
  var open: [OpenQuantile] = []
  for k in found.indices {
    let place = max(1, (pairs * shares[k] + 99) / 100)
    found[k] = try sample.least(work) { sample.most($0) >= place }
    let high = try sample.least(work) { sample.least($0) >= place }
    if found[k] < high { open.append(OpenQuantile(number: k, place: place, low: found[k], high: high)) }
  }
  if !open.isEmpty {
    // Each search has room of its own for the distances between the bounds that it may find.
    let asked = open.count
    var rooms = try Buffer<Int>(repeating: 0, count: n * asked + 1)
    for q in 0..<asked {
      for source in 0..<n {
        let cell = q * n + source
        rooms[cell + 1] =
          rooms[cell] + max(0, sample.most(open[q].high - 1, of: source) - sample.least(open[q].low, of: source))
      }
    }
    let room = rooms.span
    let between = try Scratch<Int64>(repeating: .max, count: room[n * asked])
    let befores = try Scratch<Int>(repeating: 0, rows: chunks, columns: asked)
    let bounds = open
    work.expect(cost)
    try work.parallel(chunks) { chunk throws(AuraError) in
      let search = try LengthSearch(network)
      var before = befores.slice(chunk * asked..<(chunk + 1) * asked)
      for source in (chunk * n / chunks)..<((chunk + 1) * n / chunks) {
        let (count, seen) = search.find(source, network)
        for q in 0..<asked {
          var k = 1
          while k < count && search.distance(k) <= bounds[q].low { k += 1 }
          before[q] += k - 1
          var mine = between.slice(room[q * n + source]..<room[q * n + source + 1])
          var p = 0
          while k < count && search.distance(k) < bounds[q].high {
            mine[p] = search.distance(k)
            p += 1
            k += 1
          }
        }
        search.clear(count)
        try work.spend(seen + 1)
      }
    }
    for q in 0..<asked {
      var place = open[q].place
      for chunk in 0..<chunks { place -= befores.all[chunk * asked + q] }
      if place <= 0 { continue }
      let mine = between.read(room[q * n]..<room[(q + 1) * n])
      // The least number that so many are not above.
      var (low, high) = (open[q].low, open[q].high)
      while high - low > 1 {
        let middle = low + (high - low) / 2
        var count = 0
        for k in mine.indices { count += mine[k] <= middle ? 1 : 0 }
        try work.spend(mine.count)
        if count >= place { high = middle } else { low = middle }
      }
      found[open[q].number] = high
    }
  }
  return LengthQuantiles(
    reached: try reached.column(), total: try total.column(), farthest: try farthest.column(),
    quantiles: found.map { network.length($0) })
}

extension LengthQuantiles {
  /// From distances in links, each `unit` long.
  fileprivate init(_ sweep: DistanceSweep, unit: Double, shares: [Int]) throws(AuraError) {
    let pairs = sweep.histogram.reduce(0, +)
    var found: [Double] = []
    for share in pairs > 0 ? shares : [] {
      let place = max(1, (pairs * share + 99) / 100)
      var (links, sum) = (0, 0)
      while sum < place {
        sum += sweep.histogram[links]
        links += 1
      }
      found.append(Double(links) * unit)
    }
    var total = try Buffer(copying: sweep.total.span)
    var farthest = try Buffer(copying: sweep.farthest.span)
    for i in 0..<total.count {
      total[i] *= unit
      farthest[i] *= unit
    }
    self.init(reached: sweep.reached, total: Column(total), farthest: Column(farthest), quantiles: found)
  }
}

/// A quantile that is at least `low` and at most `high`: the `place`-th of all distances.
private struct OpenQuantile {
  let number: Int
  let place: Int
  let low: Int64
  let high: Int64
}

/// Of the distances from each source some at even ranks, the last among them; all of them where they are few.
private struct DistanceSample: ~Copyable {
  private static let most = 256

  private let counts: Scratch<Int32>
  private let kept: Scratch<Int64>
  private let n: Int

  init(_ n: Int) throws(AuraError) {
    let counts = try Scratch<Int32>(repeating: 0, count: n)
    let kept = try Scratch<Int64>(repeating: 0, rows: n, columns: Self.most)
    self.counts = counts
    self.kept = kept
    self.n = n
  }

  /// The rank, from 1, of the *p*-th that is kept of `count`.
  private static func rank(_ p: Int, _ count: Int) -> Int {
    count <= most ? p + 1 : ((p + 1) * count + most - 1) / most
  }

  /// - Parameter distance: by rank from 1, in order.
  func keep(_ source: Int, _ count: Int, _ distance: (Int) -> Int64) {
    var mine = counts.slice(source..<source + 1)
    var row = kept.slice(source * Self.most..<(source + 1) * Self.most)
    mine[0] = Int32(truncatingIfNeeded: count)
    for p in 0..<min(count, Self.most) { row[p] = distance(Self.rank(p, count)) }
  }

  /// How many of those that are kept are at most `x`.
  private func below(_ x: Int64, _ source: Int) -> Int {
    let count = min(Int(counts.all[source]), Self.most)
    let row = kept.read(source * Self.most..<source * Self.most + count)
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if row[middle] <= x { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// How many distances from a source are at most `x`, at least.
  func least(_ x: Int64, of source: Int) -> Int {
    let p = below(x, source)
    return p == 0 ? 0 : Self.rank(p - 1, Int(counts.all[source]))
  }

  /// The same, at most.
  func most(_ x: Int64, of source: Int) -> Int {
    let count = Int(counts.all[source])
    let p = below(x, source)
    return p == min(count, Self.most) ? count : Self.rank(p, count) - 1
  }

  func least(_ x: Int64) -> Int {
    var sum = 0
    for source in 0..<n { sum += least(x, of: source) }
    return sum
  }

  func most(_ x: Int64) -> Int {
    var sum = 0
    for source in 0..<n { sum += most(x, of: source) }
    return sum
  }

  /// The least number of which something holds that holds of all large ones.
  func least(_ work: Work, where holds: (Int64) -> Bool) throws(AuraError) -> Int64 {
    var (low, high): (Int64, Int64) = (0, .max / 2)
    while high - low > 1 {
      let middle = low + (high - low) / 2
      try work.spend(n)
      if holds(middle) { high = middle } else { low = middle }
    }
    return high
  }
}
