package import AuraBase
internal import Glibc
internal import Synchronization

/// Betweenness as far as random routes show it, and how far from the truth it may be.
package struct SampledBetweenness: Sendable {
  /// One estimate for each agent, in the unit of `betweenness`.
  package let values: Column<Double>
  /// With chance `confidence`, no value is farther than this from the exact one.
  package let halfWidth: Double
  package let confidence: Double
  /// Routes drawn for the estimate.
  package let samples: Int
}

/// Estimates betweenness from random shortest routes, for networks where the exact count takes too long.
///
/// A pair of agents is drawn, and one of its shortest routes; the share of such routes that run through an agent is
/// its betweenness divided by the number of pairs. Drawing stops at the first checkpoint at which Chernoff's bound
/// for every agent is within `error`. A first, separate set of routes tells how often each agent is met, and the
/// allowed chance of a miss is dealt out accordingly: the busy agents, which need most routes, get most of it.
/// Every bound used is a theorem: nothing is assumed of the network.
///
/// Routes across a long network are dear. Where the first ones show that `budget` would be passed, the plan is made
/// for fewer routes and a larger error from the start: what has been drawn never decides when drawing ends.
///
/// - Complexity: a route costs two breadth-first searches that meet half-way, often about sqrt(*m*) link ends;
///   at most ln(2 *n* / (1 - confidence)) / error² routes or so, and about `budget` link ends in all. One unit of
///   work a link end seen.
/// - Source: Riondato and Kornaropoulos 2016, doi:10.1007/s10618-015-0423-0 (random routes); Borassi and Natale
///   2019, doi:10.1145/3284359 (balanced search, a share of the risk for each agent).
/// - Parameters:
///   - out: links as they may be walked, as for `betweenness`.
///   - into: the same links seen from their targets; the same rows when undirected.
///   - error: half width asked for, as a share of all pairs.
///   - samplesMax: drawing stops here at the latest, with whatever half width has been reached. So it does when the
///     allowance of work ends, once a first set of routes has been drawn.
///   - budget: link ends to be looked at, about, with whatever half width they reach; 128 routes are always drawn.
/// - Throws: `.argument`, `.limit`, `.cancelled`, `.memory`.
package func sampledBetweenness(
  out: Adjacency, into: Adjacency, undirected: Bool, error: Double = 0.01, confidence: Double = 0.9,
  samplesMax: Int = .max, budget: Int = .max, work: Work
) throws(AuraError) -> SampledBetweenness {
  guard error > 0, error < 1 else { throw AuraError(.argument, "error \(error) is not between 0 and 1") }
  guard confidence > 0, confidence < 1 else {
    throw AuraError(.argument, "confidence \(confidence) is not between 0 and 1")
  }
  guard samplesMax > 0 else { throw AuraError(.argument, "\(samplesMax) samples are not enough for an estimate") }
  let n = out.count
  if n < 3 {
    let zeros = try Buffer<Double>(repeating: 0, count: n)
    return SampledBetweenness(values: Column(zeros), halfWidth: 0, confidence: confidence, samples: 0)
  }
  let order = try RouteNetwork.order(out, alive: nil)
  let forward = try RouteNetwork(out, order.span, lengths: nil)
  let backward = try RouteNetwork(into, order.span, lengths: nil)
  let samplers = SamplerPool()
  // More routes than this never help: Hoeffding's bound for all agents at once.
  let enough = log(2 * Double(n) / (1 - confidence)) / (2 * error * error)
  var met = try Buffer<Int>(repeating: 0, count: n)
  let few = min(samplesMax, 64)
  let before = work.unitsSpent
  try draw(0..<few, work.dice.stream(1), forward, backward, samplers, into: &met, work)
  let affordable = max(128, budget / max(1, (work.unitsSpent - before) / few))
  let pilot = max(few, min(samplesMax, affordable / 8, max(128, Int(min(enough / 64, 1e9)))))
  try draw(few..<pilot, work.dice.stream(1), forward, backward, samplers, into: &met, work)
  let most = min(samplesMax, affordable)
  var goal = error
  var plan = try SamplingPlan(pilot: met.span, drawn: pilot, error: goal, risk: 1 - confidence)
  while plan.samples(at: 0) > affordable && goal < 0.5 {
    goal = min(0.5, goal * 1.25)
    plan = try SamplingPlan(pilot: met.span, drawn: pilot, error: goal, risk: 1 - confidence)
  }

  met = try Buffer(repeating: 0, count: n)
  var drawn = 0
  var checkpoint = 0
  var width = 1.0
  var held = confidence
  while true {
    let target = min(most, plan.samples(at: checkpoint))
    do throws(AuraError) {
      try draw(drawn..<target, work.dice.stream(2), forward, backward, samplers, into: &met, work)
    } catch {
      guard work.ended(error) else { throw error }
      if drawn > 0 { break }
      // The pilot is left. Hoeffding's bound holds for it with the risk asked for; that one of two estimates is shown
      // and not the other may double it.
      for i in 0..<n { met[i] = plan.pilot[i] }
      drawn = pilot
      width = min(1, (log(2 * Double(n) / (1 - confidence)) / (2 * Double(pilot))).squareRoot())
      held = max(0, 2 * confidence - 1)
      break
    }
    drawn = target
    width = plan.halfWidth(met.span, drawn: drawn, checkpoint: checkpoint)
    if width <= error || drawn == most { break }
    checkpoint += 1
  }
  let pairs = Double(n) * Double(n - 1) / (undirected ? 2 : 1)
  var values = try Buffer<Double>(repeating: 0, count: n)
  do {
    var value = values.mutableSpan
    for i in 0..<n { value[Int(forward.agents.span[i])] = Double(met.span[i]) / Double(drawn) * pairs }
  }
  return SampledBetweenness(
    values: Column(values), halfWidth: width * pairs, confidence: held, samples: drawn)
}

/// Draws routes number `range` and counts, for each agent, those that run through it.
private func draw(
  _ range: Range<Int>, _ dice: Dice, _ forward: borrowing RouteNetwork, _ backward: borrowing RouteNetwork,
  _ samplers: SamplerPool, into met: inout Buffer<Int>, _ work: Work
) throws(AuraError) {
  let size = 64
  // Counts are whole numbers, so it does not matter which sampler met whom.
  try work.parallel((range.count + size - 1) / size) { chunk throws(AuraError) in
    let sampler = try samplers.take(forward)
    let begin = range.lowerBound + chunk * size
    for sample in begin..<min(range.upperBound, begin + size) {
      try sampler.draw(dice.stream(sample), forward, backward, work)
    }
    samplers.give(sampler)
  }
  var count = met.mutableSpan
  samplers.drain { (counts: borrowing Scratch<Int>) in
    var drained = counts.all
    for i in drained.indices {
      count[i] += drained[i]
      drained[i] = 0
    }
  }
}

/// How many routes to draw before looking, and how large a miss each agent then allows.
private struct SamplingPlan {
  private let error: Double
  /// For each number of meetings in the pilot: -ln of the risk of one agent, of which checkpoint *k* spends
  /// the share 2^-(k + 1).
  private var thresholds: [Double]
  let pilot: Column<Int>
  private let first: Double

  /// Finds the least number of routes for which the risks that the agents then need add up to less than the
  /// risk allowed. A tenth of it is dealt out evenly, in case the pilot missed a busy agent.
  init(pilot: Span<Int>, drawn: Int, error: Double, risk: Double) throws(AuraError) {
    let n = pilot.count
    var largest = 0
    for i in 0..<n { largest = max(largest, pilot[i]) }
    var agents = [Int](repeating: 0, count: largest + 1)
    for i in 0..<n { agents[pilot[i]] += 1 }
    var rates = [Double](repeating: 0, count: largest + 1)
    for c in 0...largest where agents[c] > 0 {
      // A little more than was seen, so that the first look is the last one as a rule.
      let seen = (Double(c) + 1 + Double(c).squareRoot()) / Double(drawn)
      rates[c] = seen < 0.5 ? divergence(seen, min(1, seen + error)) : 2 * error * error
    }
    let base = 0.1 * risk / Double(n)
    func needed(_ samples: Double) -> Double {
      var sum = 0.0
      for c in 0...largest where agents[c] > 0 { sum += Double(agents[c]) * 4 * exp(-samples * rates[c]) }
      return sum
    }
    var (low, high) = (1.0, 1.0)
    while needed(high) > 0.9 * risk { high *= 2 }
    for _ in 0..<30 {
      let middle = (low + high) / 2
      if needed(middle) > 0.9 * risk { low = middle } else { high = middle }
    }
    // The bound has two sides, each with half of the agent's risk.
    thresholds = rates.map { -log((base + 4 * exp(-high * $0)) / 2) }
    first = high
    self.error = error
    self.pilot = Column(try Buffer(copying: pilot))
  }

  /// Routes drawn in all when checkpoint `k` is reached. It depends on the pilot alone, never on what was drawn
  /// since.
  func samples(at k: Int) -> Int { Int(min((first * pow(1.25, Double(k))).rounded(.up), 1e15)) }

  /// The least half width that holds for all agents at once.
  func halfWidth(_ met: Span<Int>, drawn: Int, checkpoint: Int) -> Double {
    var width = 0.0
    for i in met.indices {
      let limit = (thresholds[pilot[i]] + Double(checkpoint + 1) * log(2)) / Double(drawn)
      let share = Double(met[i]) / Double(drawn)
      if covers(share, width, limit) { continue }
      var (low, high) = (width, covers(share, error, limit) ? error : 1)
      while high - low > 1e-3 * low + 1e-9 {
        let middle = (low + high) / 2
        if covers(share, middle, limit) { high = middle } else { low = middle }
      }
      width = high
    }
    return width
  }

  /// Whether everything farther than `width` from `share` is ruled out.
  private func covers(_ share: Double, _ width: Double, _ limit: Double) -> Bool {
    let above = share + width >= 1 || divergence(share, share + width) >= limit
    let below = share - width <= 0 || divergence(share, share - width) >= limit
    return above && below
  }
}

/// How fast the chance of seeing the share `a` falls with the number of draws when the truth is `b` (Chernoff 1952,
/// doi:10.1214/aoms/1177729330).
private func divergence(_ a: Double, _ b: Double) -> Double {
  if a == b { return 0 }
  let yes = a > 0 ? a * log(a / b) : 0
  let no = a < 1 ? (1 - a) * (log1p(-a) - log1p(-b)) : 0
  return yes + no
}

/// Samplers that wait for their next chunk: as many as there are threads at work, whatever the number of chunks.
private final class SamplerPool: Sendable {
  private let idle = Mutex<[Sampler]>([])

  func take(_ network: borrowing RouteNetwork) throws(AuraError) -> Sampler {
    if let sampler = idle.withLock({ $0.popLast() }) { return sampler }
    return try Sampler(network)
  }

  func give(_ sampler: Sampler) { idle.withLock { $0.append(sampler) } }

  func drain(_ body: (borrowing Scratch<Int>) -> Void) {
    let samplers = idle.withLock { $0 }
    for sampler in samplers { body(sampler.met) }
  }
}

private final class Sampler: @unchecked Sendable {
  let met: Scratch<Int>
  private let narrow: RouteSearch<Double>
  private var wide: RouteSearchBox?

  init(_ network: borrowing RouteNetwork) throws(AuraError) {
    let met = try Scratch<Int>(repeating: 0, count: network.count)
    let narrow = try RouteSearch<Double>(network)
    self.met = met
    self.narrow = narrow
  }

  func draw(
    _ dice: Dice, _ forward: borrowing RouteNetwork, _ backward: borrowing RouteNetwork, _ work: Work
  ) throws(AuraError) {
    if try narrow.draw(dice, forward, backward, met, work) { return }
    let search: RouteSearchBox
    if let wide { search = wide } else { search = try RouteSearchBox(forward) }
    wide = search
    _ = try search.search.draw(dice, forward, backward, met, work)
  }
}

private final class RouteSearchBox {
  let search: RouteSearch<WideCount>
  init(_ network: borrowing RouteNetwork) throws(AuraError) {
    let search = try RouteSearch<WideCount>(network)
    self.search = search
  }
}

/// Looks for the shortest routes of one pair from both ends at once, and picks one of them.
private struct RouteSearch<Count: PathCount>: ~Copyable {
  private let near: RouteSide<Count>
  private let far: RouteSide<Count>

  init(_ network: borrowing RouteNetwork) throws(AuraError) {
    let near = try RouteSide<Count>(network.count)
    let far = try RouteSide<Count>(network.count)
    self.near = near
    self.far = far
  }

  /// - Returns: false, with nothing counted, when there are too many routes for `Count`.
  func draw(
    _ dice: Dice, _ forward: borrowing RouteNetwork, _ backward: borrowing RouteNetwork,
    _ met: borrowing Scratch<Int>, _ work: Work
  ) throws(AuraError) -> Bool {
    let n = forward.count
    let source = dice.integer(0, below: n)
    let other = dice.integer(1, below: n - 1)
    let target = other < source ? other : other + 1
    var ahead = RouteFront(source, forward), behind = RouteFront(target, backward)
    near.begin(source)
    far.begin(target)
    var seen = 0
    var safe = true
    while safe && ahead.begin < ahead.end && behind.begin < behind.end {
      // The side that has fewer link ends to look at goes on.
      let meets: Bool
      let forwards = ahead.volume <= behind.volume
      if forwards {
        seen += ahead.volume
        safe = near.advance(&ahead, forward)
        meets = near.meets(ahead, far)
      } else {
        seen += behind.volume
        safe = far.advance(&behind, backward)
        meets = far.meets(behind, near)
      }
      if meets {
        if safe {
          let middle =
            forwards ? near.pick(ahead, far, dice.uniform(2)) : far.pick(behind, near, dice.uniform(2))
          var count = met.all
          if middle != source && middle != target { count[middle] += 1 }
          near.walk(middle, backward, dice.stream(1), &count)
          far.walk(middle, forward, dice.stream(2), &count)
        }
        break
      }
    }
    near.clear(ahead.end)
    far.clear(behind.end)
    try work.spend(seen + 1)
    return safe
  }
}

/// How far a search has come: the agents found last stand at `begin..<end` of its queue, with `volume` link ends.
private struct RouteFront {
  var begin = 0
  var end = 1
  var volume: Int

  init(_ origin: Int, _ network: borrowing RouteNetwork) {
    let starts = network.starts.span
    volume = Int(starts[origin + 1] - starts[origin])
  }
}

/// One end of a pair, what has been reached from it, and by how many routes.
private struct RouteSide<Count: PathCount>: ~Copyable {
  private let hops: Scratch<Int32>
  private let routes: Scratch<Count>
  private let queue: Scratch<Int32>

  private static var unseen: Int32 { .max }

  init(_ n: Int) throws(AuraError) {
    let hops = try Scratch(repeating: Self.unseen, count: n)
    let routes = try Scratch<Count>(repeating: .zero, count: n)
    let queue = try Scratch<Int32>(repeating: 0, count: n + 1)
    self.hops = hops
    self.routes = routes
    self.queue = queue
  }

  func begin(_ origin: Int) {
    var hop = hops.all, route = routes.all, agent = queue.all
    hop[origin] = 0
    route[origin] = .one
    agent[0] = Int32(truncatingIfNeeded: origin)
  }

  /// Goes one link farther; false when there are too many routes for `Count`.
  func advance(_ front: inout RouteFront, _ network: borrowing RouteNetwork) -> Bool {
    let starts = network.starts.span, neighbours = network.neighbours.span
    var hop = hops.all, route = routes.all, agent = queue.all
    var tail = front.end
    var safe = true
    for q in front.begin..<front.end {
      let v = Int(agent[q])
      let next = hop[v] &+ 1
      let mine = route[v]
      safe = safe && (mine * mine).isSafe  // `pick` multiplies the routes of both sides
      for e in Int(starts[v])..<Int(starts[v &+ 1]) {
        let w = neighbours[e]
        let i = Int(w)
        let known = hop[i]
        hop[i] = min(known, next)
        agent[tail] = w
        tail &+= known > next ? 1 : 0
        route[i] = route[i] + (known >= next ? mine : .zero)
      }
    }
    var volume = 0
    for q in front.end..<tail {
      let v = Int(agent[q])
      volume &+= Int(starts[v &+ 1] &- starts[v])
    }
    front.begin = front.end
    front.end = tail
    front.volume = volume
    return safe
  }

  /// Whether the agents found last have been found from the other end too. If so, every shortest route of the pair
  /// runs through exactly one of them: neither side has gone past a meeting before.
  func meets(_ front: RouteFront, _ other: borrowing RouteSide) -> Bool {
    let agent = queue.all, theirs = other.hops.all
    for q in front.begin..<front.end where theirs[Int(agent[q])] != Self.unseen { return true }
    return false
  }

  /// One of the agents where the sides meet, each as likely as routes run through it.
  func pick(_ front: RouteFront, _ other: borrowing RouteSide, _ chance: Double) -> Int {
    let agent = queue.all, route = routes.all, theirs = other.routes.all
    var total = Count.zero
    for q in front.begin..<front.end { total = total + route[Int(agent[q])] * theirs[Int(agent[q])] }
    let mark = Count(chance) * total
    var sum = Count.zero
    var picked = 0
    for q in front.begin..<front.end {
      let i = Int(agent[q])
      let share = route[i] * theirs[i]
      if !(Count.zero < share) { continue }
      picked = i
      sum = sum + share
      if mark < sum { break }
    }
    return picked
  }

  /// Goes from an agent back to the end that the search began at, each route as likely as every other, and counts
  /// the agents on the way.
  ///
  /// - Parameter reversed: the network walked against the direction of the search.
  func walk(_ from: Int, _ reversed: borrowing RouteNetwork, _ dice: Dice, _ count: inout MutableSpan<Int>) {
    let starts = reversed.starts.span, neighbours = reversed.neighbours.span
    let hop = hops.all, route = routes.all
    var v = from
    while hop[v] > 1 {
      let before = hop[v] &- 1
      let mark = Count(dice.uniform(Int(before))) * route[v]
      var sum = Count.zero
      var picked = v
      for e in Int(starts[v])..<Int(starts[v &+ 1]) {
        let u = Int(neighbours[e])
        if hop[u] != before { continue }
        picked = u
        sum = sum + route[u]
        if mark < sum { break }
      }
      if picked == v { return }
      v = picked
      count[v] &+= 1
    }
  }

  func clear(_ reached: Int) {
    let agent = queue.all
    var hop = hops.all, route = routes.all
    for q in 0..<reached {
      hop[Int(agent[q])] = Self.unseen
      route[Int(agent[q])] = .zero
    }
  }
}
