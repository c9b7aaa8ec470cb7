package import AuraBase

/// What the distances from each agent to all that it reaches add up to.
package struct DistanceSweep: Sendable {
  /// Agents reached, oneself among them.
  package let reached: Column<Int32>
  /// Sum of the distances to them.
  package let total: Column<Double>
  /// Sum of 1 / distance over all others.
  package let harmonic: Column<Double>
  /// The largest of the distances.
  package let farthest: Column<Double>
  /// Ordered pairs at each number of links, from 1; empty when links have lengths.
  package let histogram: [Int]
}

/// Measures the distances from all agents in one go.
///
/// Without lengths 256 searches walk together, one bit each: a pass over the links serves them all. How many agents
/// each search finds at a step is counted for all of them at once too, in binary counters that lie side by side.
///
/// - Complexity: O(*n m* / 256) time while searches that begin near one another share their steps, which they do not
///   on long chains: O(*n*^2) there; with lengths O(*n m* log *n*). 100 bytes an agent for each thread.
/// - Source: Then et al. 2014, doi:10.14778/2735496.2735507; with lengths Dijkstra 1959, doi:10.1007/BF01386390.
/// - Parameters:
///   - rows: links as they may be walked; self loops do not matter, of parallel links the shortest counts.
///   - lengths: one for each link of the network, positive and finite; nil counts links.
/// - Throws: `.argument`, `.limit`, `.cancelled`, `.memory`.
package func distanceSweep(
  _ rows: Adjacency, lengths: Span<Double>? = nil, work: Work
) throws(AuraError) -> DistanceSweep {
  let order = try RouteNetwork.order(rows, alive: nil)
  let network = try RouteNetwork(rows, order.span, lengths: lengths)
  let n = network.count
  let reached = try Scratch<Int32>(repeating: 0, count: n)
  let total = try Scratch<Double>(repeating: 0, count: n)
  let harmonic = try Scratch<Double>(repeating: 0, count: n)
  let farthest = try Scratch<Double>(repeating: 0, count: n)
  var histogram: [Int] = []
  if network.isWeighted {
    work.expect(n * max(1, network.entries))
    let chunks = min(n, 64)
    try work.parallel(chunks) { chunk throws(AuraError) in
      let search = try LengthSearch(network)
      let range = (chunk * n / chunks)..<((chunk + 1) * n / chunks)
      for source in range {
        let found = try search.run(source, network, work)
        let place = Int(network.agents.span[source])
        var r = reached.slice(place..<place + 1), t = total.slice(place..<place + 1)
        var h = harmonic.slice(place..<place + 1), f = farthest.slice(place..<place + 1)
        r[0] = Int32(truncatingIfNeeded: found.reached)
        t[0] = found.total
        h[0] = found.harmonic
        f[0] = network.length(found.farthest)
      }
    }
  } else {
    let batches = (n + BitSearch.width - 1) / BitSearch.width
    work.expect(max(1, batches) * 6 * max(1, network.entries + n))
    // Each batch owns its part of the answer; its steps are added in the order of the batches.
    let steps = try Scratch<Int>(repeating: 0, count: batches)
    var tables = [[Int]](repeating: [], count: batches)
    try tables.withUnsafeMutableBufferPointer { tables throws(AuraError) in
      nonisolated(unsafe) let tables = tables
      try work.parallel(batches) { batch throws(AuraError) in
        let search = try BitSearch(network)
        let first = batch * BitSearch.width
        let count = min(n - first, BitSearch.width)
        tables[batch] = try search.run(first..<first + count, network, work) { source, found in
          let place = Int(network.agents.span[source])
          var r = reached.slice(place..<place + 1), t = total.slice(place..<place + 1)
          var h = harmonic.slice(place..<place + 1), f = farthest.slice(place..<place + 1)
          r[0] = Int32(truncatingIfNeeded: found.reached)
          t[0] = network.length(1) * Double(found.total)
          h[0] = found.harmonic / network.length(1)
          f[0] = network.length(Int64(found.farthest))
        }
        var s = steps.slice(batch..<batch + 1)
        s[0] = tables[batch].count
      }
    }
    for table in tables {
      for (d, pairs) in table.enumerated() {
        if d == histogram.count { histogram.append(0) }
        histogram[d] += pairs
      }
    }
    if lengths != nil { histogram = [] }
  }
  return DistanceSweep(
    reached: try reached.column(), total: try total.column(), harmonic: try harmonic.column(),
    farthest: try farthest.column(), histogram: histogram)
}

/// One bit for each of 256 searches.
private typealias Sources = SIMD4<UInt64>

/// Searches that walk together.
struct BitSearch: ~Copyable {
  /// By agent: the searches that have found it, that found it at the last step, that knock at it now.
  private let seen: Scratch<Sources>
  private let fresh: Scratch<Sources>
  private let knocks: Scratch<Sources>
  /// Agents found at the last step by any search, and those knocked at now. One place more for a vain write.
  private let front: Scratch<Int32>
  private let next: Scratch<Int32>

  /// How many searches may walk together.
  static var width: Int { Sources.scalarCount * 64 }

  struct Found {
    var reached = 1
    var total = 0
    var harmonic = 0.0
    var farthest = 0
  }

  init(_ network: borrowing RouteNetwork) throws(AuraError) {
    let n = network.count
    let seen = try Scratch<Sources>(repeating: .zero, count: n)
    let fresh = try Scratch<Sources>(repeating: .zero, count: n)
    let knocks = try Scratch<Sources>(repeating: .zero, count: n)
    let front = try Scratch<Int32>(repeating: 0, count: n + 1)
    let next = try Scratch<Int32>(repeating: 0, count: n + 1)
    self.seen = seen
    self.fresh = fresh
    self.knocks = knocks
    self.front = front
    self.next = next
  }

  /// - Returns: pairs at each distance from 1.
  func run(
    _ sources: Range<Int>, _ network: borrowing RouteNetwork, _ work: Work, _ tell: (Int, Found) -> Void
  ) throws(AuraError) -> [Int] {
    let starts = network.starts.span, neighbours = network.neighbours.span
    var seen = seen.all, fresh = fresh.all, knocks = knocks.all, front = front.all, next = next.all
    var found = [Found](repeating: Found(), count: sources.count)
    var histogram: [Int] = []
    var width = 0
    for (k, source) in sources.enumerated() {
      var bit = Sources.zero
      bit[k >> 6] = 1 &<< UInt64(k & 63)
      seen[source] = bit
      fresh[source] = bit
      front[width] = Int32(truncatingIfNeeded: source)
      width &+= 1
    }
    var distance = 0
    while width > 0 {
      distance += 1
      var knocked = 0
      var walked = width
      for f in 0..<width {
        let v = Int(front[f])
        let bits = fresh[v]
        let row = Int(starts[v])..<Int(starts[v &+ 1])
        walked &+= row.count
        for e in row {
          let w = neighbours[e]
          let there = knocks[Int(w)]
          next[knocked] = w
          knocked &+= there == .zero ? 1 : 0
          knocks[Int(w)] = there | bits
        }
      }
      // Who was knocked at by a search that had not found it yet is the next front.
      width = 0
      for k in 0..<knocked {
        let w = next[k]
        let bits = knocks[Int(w)] & ~seen[Int(w)]
        knocks[Int(w)] = .zero
        fresh[Int(w)] = bits
        seen[Int(w)] |= bits
        front[width] = w
        width &+= bits == .zero ? 0 : 1
      }
      if width > 0 {
        let pairs = Self.count(front.span, width, fresh.span) { k, count in
          found[k].reached &+= count
          found[k].total &+= count &* distance
          found[k].harmonic += Double(count) / Double(distance)
          found[k].farthest = distance
        }
        histogram.append(pairs)
      }
      try work.spend(walked)
    }
    for (k, source) in sources.enumerated() { tell(source, found[k]) }
    return histogram
  }

  /// After how many links each search comes back to where it began; one that does so stops.
  ///
  /// - Parameter tell: what is called with each source that is come back to.
  func echoes(
    _ sources: Range<Int>, _ network: borrowing RouteNetwork, _ work: Work, _ tell: (Int, Int) -> Void
  ) throws(AuraError) {
    let starts = network.starts.span, neighbours = network.neighbours.span
    var seen = seen.all, fresh = fresh.all, knocks = knocks.all, front = front.all, next = next.all
    var walking = Sources.zero
    var width = 0
    for (k, source) in sources.enumerated() {
      var bit = Sources.zero
      bit[k >> 6] = 1 &<< UInt64(k & 63)
      walking |= bit
      fresh[source] = bit
      front[width] = Int32(truncatingIfNeeded: source)
      width &+= 1
    }
    var distance = 0
    while width > 0 && walking != .zero {
      distance += 1
      var knocked = 0
      var walked = width
      for f in 0..<width {
        let v = Int(front[f])
        let bits = fresh[v] & walking
        if bits == .zero { continue }
        let row = Int(starts[v])..<Int(starts[v &+ 1])
        walked &+= row.count
        for e in row {
          let w = neighbours[e]
          let there = knocks[Int(w)]
          next[knocked] = w
          knocked &+= there == .zero ? 1 : 0
          knocks[Int(w)] = there | bits
        }
      }
      width = 0
      for k in 0..<knocked {
        let w = Int(next[k])
        let bits = knocks[w] & ~seen[w]
        knocks[w] = .zero
        fresh[w] = bits
        seen[w] |= bits
        front[width] = next[k]
        width &+= bits == .zero ? 0 : 1
        if sources.contains(w) {
          let own = w &- sources.lowerBound
          let bit: UInt64 = 1 &<< UInt64(own & 63)
          if bits[own >> 6] & bit != 0 {
            walking[own >> 6] &= ~bit
            tell(w, distance)
          }
        }
      }
      try work.spend(walked)
    }
  }

  /// How many of the front each search has found; all of them together.
  private static func count(
    _ front: Span<Int32>, _ width: Int, _ fresh: Span<Sources>, _ add: (Int, Int) -> Void
  ) -> Int {
    var pairs = 0
    if width < 96 {
      // Few agents: search by search.
      var counts = [Int](repeating: 0, count: Sources.scalarCount * 64)
      var touched: [Int] = []
      for f in 0..<width {
        let bits = fresh[Int(front[f])]
        for word in 0..<Sources.scalarCount {
          var rest = bits[word]
          while rest != 0 {
            let k = word &* 64 &+ rest.trailingZeroBitCount
            if counts[k] == 0 { touched.append(k) }
            counts[k] &+= 1
            rest &= rest &- 1
          }
        }
      }
      for k in touched {
        add(k, counts[k])
        pairs &+= counts[k]
      }
      return pairs
    }
    // Plane p holds bit p of every search's count; adding one agent carries only as far as it must.
    var planes = (0..<32).map { _ in Sources.zero }
    var high = 0
    for f in 0..<width {
      var carry = fresh[Int(front[f])]
      var p = 0
      while carry != .zero {
        let old = planes[p]
        planes[p] = old ^ carry
        carry &= old
        p &+= 1
      }
      high = max(high, p)
    }
    for word in 0..<Sources.scalarCount {
      for bit in 0..<64 {
        var count = 0
        for p in 0..<high { count |= Int(planes[p][word] &>> UInt64(bit) & 1) &<< p }
        if count > 0 {
          add(word &* 64 &+ bit, count)
          pairs &+= count
        }
      }
    }
    return pairs
  }
}

/// One search after another over links with lengths.
struct LengthSearch: ~Copyable {
  private let distances: Scratch<Int64>
  private let settled: Scratch<Int32>
  private let heap: Scratch<RouteHeap.Item>

  init(_ network: borrowing RouteNetwork) throws(AuraError) {
    let distances = try Scratch<Int64>(repeating: .max, count: network.count)
    let settled = try Scratch<Int32>(repeating: 0, count: network.count)
    let heap = try Scratch<RouteHeap.Item>(repeating: .none, count: network.entries + 1)
    self.distances = distances
    self.settled = settled
    self.heap = heap
  }

  func run(
    _ source: Int, _ network: borrowing RouteNetwork, _ work: Work
  ) throws(AuraError) -> (reached: Int, total: Double, harmonic: Double, farthest: Int64) {
    let (reached, seen) = find(source, network)
    var total = 0.0, harmonic = 0.0
    for k in 1..<max(1, reached) {
      let length = network.length(distance(k))
      total += length
      harmonic += 1 / length
    }
    let farthest = distance(reached - 1)
    clear(reached)
    try work.spend(seen + 1)
    return (reached, total, harmonic, farthest)
  }

  /// The distance to the *k*-th agent found; agents are found nearest first, and the first is the source itself.
  func distance(_ k: Int) -> Int64 { distances.all[Int(settled.all[k])] }

  /// Agents reached, and link ends seen. What was found stays until `clear`.
  func find(_ source: Int, _ network: borrowing RouteNetwork) -> (reached: Int, seen: Int) {
    let starts = network.starts.span, neighbours = network.neighbours.span, lengths = network.lengths.span
    var distance = distances.all, order = settled.all
    var waiting = RouteHeap(items: heap.all)
    distance[source] = 0
    waiting.push(0, Int32(truncatingIfNeeded: source))
    var reached = 0, seen = 0
    while let (d, name) = waiting.pop() {
      let v = Int(name)
      if d != distance[v] { continue }  // a shorter way was found since
      order[reached] = name
      reached &+= 1
      let row = Int(starts[v])..<Int(starts[v &+ 1])
      seen &+= row.count
      for e in row {
        let w = Int(neighbours[e])
        let there = d &+ lengths[e]
        if there < distance[w] {
          distance[w] = there
          waiting.push(there, Int32(truncatingIfNeeded: w))
        }
      }
    }
    return (reached, seen)
  }

  func clear(_ reached: Int) {
    let order = settled.all
    var distance = distances.all
    for k in 0..<reached { distance[Int(order[k])] = .max }
  }
}
