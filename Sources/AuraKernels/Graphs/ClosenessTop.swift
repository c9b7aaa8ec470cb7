package import AuraBase

/// Finds the agents that are nearest to all that they reach, without measuring the distances from all.
///
/// A search is given up as soon as it is certain that its agent is not among the best: whatever it has not found yet is
/// as near as the links of what it has found allow, and no nearer.
///
/// - Complexity: O(*n m*) at worst; on most networks a few searches, and short beginnings of all others. 64 bytes an agent.
/// - Source: Bergamini et al. 2019, doi:10.1145/3344719.
/// - Parameters:
///   - rows: links as they may be walked; self loops and repeats do not matter.
///   - undirected: every link leads both ways.
///   - count: how many to find; fewer when fewer reach anybody.
/// - Returns: agents, best first, of equally near ones the least first; and their closeness: the share of the others that
///   is reached, over the mean distance to them.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func closenessTop(
  _ rows: Adjacency, undirected: Bool, count: Int, work: Work
) throws(AuraError) -> (agents: [Int32], closeness: [Double]) {
  let n = rows.count
  let reach = try ReachBounds(rows, undirected: undirected, work: work)
  let order = try RouteNetwork.order(rows, alive: nil)
  let network = try RouteNetwork(rows, order.span, lengths: nil)
  let turns = try byDegree(network)
  let slots = 8
  let most = 1_024
  let search = try CutSearch(network, slots: min(slots, n), undirected: undirected)
  var best: [(agent: Int32, value: Double)] = []
  let values = try Scratch<Double>(repeating: 0, count: most)
  var round = [Int32](repeating: 0, count: most)
  var size = slots
  var next = 0
  work.expect(steps: n)
  while next < n {
    let limit = best.count < count ? 0 : best[count - 1].value
    // Those that may be among the best, as far as their links tell.
    var width = 0
    let begin = next
    while next < n && width < size {
      let v = Int(turns[next])
      next += 1
      let range = reach.of(Int(network.agents[v]))
      let degree = Int(network.starts[v + 1] - network.starts[v])
      if degree > 0 && CutSearch.atMost(n, range, found: 1, sum: 0, distance: 0, more: degree) >= limit {
        round[width] = Int32(truncatingIfNeeded: v)
        width += 1
      } else {
        work.step()
      }
    }
    try work.spend(next - begin)
    let now = round, taken = width
    try work.parallel(min(slots, taken)) { slot throws(AuraError) in
      for k in stride(from: slot, to: taken, by: slots) {
        let v = Int(now[k])
        var value = values.slice(k..<k + 1)
        value[0] = try search.run(v, network, reach.of(Int(network.agents.span[v])), limit, slot, work)
        work.step()
      }
    }
    for k in 0..<taken where values.all[k] >= 0 {
      let new = (agent: network.agents[Int(now[k])], value: values.all[k])
      var place = best.count
      while place > 0
        && (best[place - 1].value < new.value
          || (best[place - 1].value == new.value && best[place - 1].agent > new.agent))
      { place -= 1 }
      if place >= count { continue }
      best.insert(new, at: place)
      if best.count > count { best.removeLast() }
    }
    size = min(most, max(slots, next < 2 * count ? slots : size * 2))
  }
  return (best.map(\.agent), best.map(\.value))
}

/// Agents of a network, those with the most links first.
private func byDegree(_ network: borrowing RouteNetwork) throws(AuraError) -> Buffer<Int32> {
  let n = network.count
  var places = try Buffer<Int32>(repeating: 0, count: n + 1)
  for v in 0..<n { places[n - Int(network.starts[v + 1] - network.starts[v])] += 1 }
  var sum: Int32 = 0
  for d in 0...n {
    (places[d], sum) = (sum, sum + places[d])
  }
  var out = try Buffer<Int32>(repeating: 0, count: n)
  for v in 0..<n {
    let d = n - Int(network.starts[v + 1] - network.starts[v])
    out[Int(places[d])] = Int32(truncatingIfNeeded: v)
    places[d] += 1
  }
  return out
}

/// How many agents each agent reaches at least and at most, itself among them.
private struct ReachBounds {
  let labels: Column<Int32>
  let least: Column<Int32>
  let most: Column<Int32>

  func of(_ agent: Int) -> ClosedRange<Int> {
    Int(least[Int(labels[agent])])...Int(most[Int(labels[agent])])
  }

  init(_ rows: Adjacency, undirected: Bool, work: Work) throws(AuraError) {
    let parts = try strongComponents(rows, work: work)
    labels = parts.labels
    if undirected {
      least = parts.sizes
      most = parts.sizes
      return
    }
    let starts = rows.starts.span, neighbours = rows.neighbours.span
    var froms = Buffer<Int32>()
    var tos = Buffer<Int32>()
    for i in 0..<rows.count {
      for e in Int(starts[i])..<Int(starts[i + 1]) where parts.labels[i] != parts.labels[Int(neighbours[e])] {
        try froms.append(parts.labels[i])
        try tos.append(parts.labels[Int(neighbours[e])])
      }
    }
    let c = parts.count
    let out = try Adjacency(count: c, sources: froms.span, targets: tos.span, sense: .out, simple: true)
    let order = try topologicalOrder(out, into: { out }, work: work).order  // has no loops
    // What the largest part reaches is counted once, all else perhaps more than once.
    var big = 0
    for p in 0..<c where parts.sizes[p] > parts.sizes[big] { big = p }
    var isBehind = try Buffer<Bool>(repeating: false, count: c)
    var behind = 0
    for k in 0..<c {
      let p = Int(order[k])
      if p == big { isBehind[p] = true }
      if !isBehind[p] { continue }
      behind += Int(parts.sizes[p])
      for e in Int(out.starts[p])..<Int(out.starts[p + 1]) { isBehind[Int(out.neighbours[e])] = true }
    }
    var leads = try Buffer<Bool>(repeating: false, count: c)
    var beside = try Buffer<Int32>(repeating: 0, count: c)
    var low = try Buffer<Int32>(repeating: 0, count: c)
    var high = try Buffer<Int32>(repeating: 0, count: c)
    let n = rows.count
    for k in stride(from: c - 1, through: 0, by: -1) {
      let p = Int(order[k])
      let size = Int(parts.sizes[p])
      var (least, most, other) = (0, size, size)
      leads[p] = p == big
      for e in Int(out.starts[p])..<Int(out.starts[p + 1]) {
        let q = Int(out.neighbours[e])
        least = max(least, Int(low[q]))
        most = min(n, most + Int(high[q]))
        if !isBehind[q] { other = min(n, other + Int(beside[q])) }
        if leads[q] { leads[p] = true }
      }
      least += size
      if leads[p] {
        least = p == big ? behind : max(least, behind + size)
        most = p == big ? behind : min(most, behind + other)
      }
      low[p] = Int32(truncatingIfNeeded: least)
      high[p] = Int32(truncatingIfNeeded: min(n, most))
      beside[p] = Int32(truncatingIfNeeded: other)
    }
    least = Column(low)
    most = Column(high)
  }
}

/// Searches that may give up, some side by side.
private struct CutSearch: ~Copyable {
  /// By slot and agent: the last source whose search found it.
  private let stamps: Scratch<Int32>
  private let queues: Scratch<Int32>
  private let undirected: Bool

  init(_ network: borrowing RouteNetwork, slots: Int, undirected: Bool) throws(AuraError) {
    let stamps = try Scratch<Int32>(repeating: -1, rows: slots, columns: network.count)
    let queues = try Scratch<Int32>(repeating: 0, rows: slots, columns: network.count)
    self.stamps = stamps
    self.queues = queues
    self.undirected = undirected
  }

  /// The closeness of who reaches `others` of `n` agents and is `sum` links away from all of them together.
  private static func closeness(_ n: Int, _ others: Int, _ sum: Int) -> Double {
    Double(others) / Double(sum) * Double(others) / Double(max(1, n - 1))
  }

  /// What the closeness can be at most.
  ///
  /// The closeness is convex in the number of agents that are reached, with all that are not found yet as near as can be:
  /// the largest is at an end, or where the next step is full.
  ///
  /// - Parameters:
  ///   - reach: agents that are reached, oneself among them.
  ///   - found: those found within `distance`, `sum` links away altogether.
  ///   - more: how many there may be one link farther.
  static func atMost(
    _ n: Int, _ reach: ClosedRange<Int>, found: Int, sum: Int, distance: Int, more: Int
  ) -> Double {
    func value(_ reached: Int) -> Double {
      let rest = reached - found
      return closeness(n, reached - 1, sum + (distance + 2) * rest - min(rest, more))
    }
    let low = max(reach.lowerBound, found)
    if reach.upperBound <= max(low, 1) { return low > 1 ? value(low) : 0 }
    var most = value(reach.upperBound)
    if low > 1 { most = max(most, value(low)) }
    if found + more > low && found + more < reach.upperBound { most = max(most, value(found + more)) }
    return most * (1 + 1e-12)
  }

  /// The closeness of an agent; -1 when it is below `limit`, or nobody is reached.
  func run(
    _ source: Int, _ network: borrowing RouteNetwork, _ reach: ClosedRange<Int>, _ limit: Double, _ slot: Int,
    _ work: Work
  ) throws(AuraError) -> Double {
    let n = network.count
    let starts = network.starts.span, neighbours = network.neighbours.span
    var stamp = stamps.slice(slot * n..<(slot + 1) * n), queue = queues.slice(slot * n..<(slot + 1) * n)
    let me = Int32(truncatingIfNeeded: source)
    stamp[source] = me
    queue[0] = me
    var head = 0, tail = 1, distance = 0, sum = 0, seen = 1
    while head < tail {
      let found = tail
      // Each agent of this step leads on by all its links but the one by which it was found.
      let known = undirected && distance > 0 ? 1 : 0
      var more = 0
      for q in head..<found {
        let v = Int(queue[q])
        more &+= Int(starts[v &+ 1] &- starts[v]) &- known
      }
      while head < found {
        if Self.atMost(n, reach, found: found, sum: sum, distance: distance, more: more) < limit {
          try work.spend(seen)
          return -1
        }
        // A link to somebody who is known leads nowhere.
        let last = min(found, head &+ 16)
        while head < last {
          let v = Int(queue[head])
          head &+= 1
          let row = Int(starts[v])..<Int(starts[v &+ 1])
          seen &+= row.count
          more &+= known
          for e in row {
            let w = neighbours[e]
            if stamp[Int(w)] == me {
              more &-= 1
            } else {
              stamp[Int(w)] = me
              queue[tail] = w
              tail &+= 1
            }
          }
        }
      }
      distance &+= 1
      sum &+= distance &* (tail &- found)
    }
    try work.spend(seen)
    return tail > 1 ? Self.closeness(n, tail - 1, sum) : -1
  }
}
