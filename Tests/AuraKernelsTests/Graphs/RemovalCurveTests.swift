import AuraBase
import AuraKernels
import Testing

/// The largest part among those of `present`, one link at a time.
private func largestPart(_ network: DrawnNetwork, _ present: Set<Int>) -> Int {
  var best = 0
  var left = present
  while let first = left.first {
    var part: Set<Int> = [first]
    var grew = true
    while grew {
      grew = false
      for (s, t) in zip(network.sources, network.targets) where present.contains(Int(s)) && present.contains(Int(t)) {
        if part.contains(Int(s)) != part.contains(Int(t)) {
          part.insert(Int(s))
          part.insert(Int(t))
          grew = true
        }
      }
    }
    best = max(best, part.count)
    left.subtract(part)
  }
  return best
}

@Suite struct RemovalCurveTests {
  @Test(arguments: 0..<30) func equalsTheDefinition(_ seed: Int) throws {
    let n = 14
    let network = DrawnNetwork.random(UInt64(seed), agents: n, links: seed)
    let order = shuffledNames(n, seed: UInt64(seed + 100))
    var curve: [Int32] = []
    for q in 0...n { curve.append(Int32(largestPart(network, Set(order[q...].map { Int($0) })))) }
    let found = try removalCurve(network.adjacency(.both), order: order.span, work: Work())
    #expect((0...n).map { found[$0] } == curve)
    let r = curve.dropFirst().reduce(0.0) { $0 + Double($1) } / Double(n * n)
    #expect(abs(robustness(found.span) - r) < 1e-15)
    #expect(lossesToHalf(found.span) == curve.firstIndex { 2 * Int($0) <= n })
  }

  @Test func refusesWhatIsNoOrder() throws {
    let rows = try DrawnNetwork.bowTie.adjacency(.both)
    for order: [Int32] in [[0, 1, 2, 3], [0, 1, 2, 3, 3], [0, 1, 2, 3, 5], [0, 1, 2, 3, -1]] {
      #expect { _ = try removalCurve(rows, order: order.span, work: Work()) } throws: {
        ($0 as? AuraError)?.code == .argument
      }
    }
  }

  @Test(arguments: 0..<20) func anAdaptiveOrderTakesWhoHasMostPartnersLeft(_ seed: Int) throws {
    let n = 20
    let network = DrawnNetwork.random(UInt64(seed), agents: n, links: 3 * seed)
    let rows = try network.adjacency(.both, simple: true)
    for adaptive in [false, true] {
      let found = try orderByDegree(rows, adaptive: adaptive, work: Work())
      var present = Set(0..<n)
      func partners(_ i: Int) -> Int {
        var set: Set<Int> = []
        for e in Int(rows.starts[i])..<Int(rows.starts[i + 1]) { set.insert(Int(rows.neighbours[e])) }
        return adaptive ? set.intersection(present).count : set.count
      }
      #expect(found.count == n)
      for k in 0..<found.count {
        let best = present.max { (partners($0), -$0) < (partners($1), -$1) }
        #expect(Int(found[k]) == best)
        present.remove(Int(found[k]))
      }
    }
  }

  @Test func scoresThatDifferByRoundingAreEqual() throws {
    let scores = [0.3, 0.1 + 0.2, 0.5, 0.0, 0.3]
    let found = try orderByScore(scores.span)
    #expect((0..<5).map { found[$0] } == [2, 0, 1, 4, 3])
  }

  /// Over all 120 orders of five agents the mean is known; 4,000 draws come close, and the deviation is theirs.
  @Test func chanceKeepsToTheMean() throws {
    let network = DrawnNetwork(5, [(0, 1), (1, 2), (2, 3), (0, 4)])
    var sums = [Double](repeating: 0, count: 6)
    var squares = sums
    func each(_ order: [Int], _ left: Set<Int>) {
      if left.isEmpty {
        for q in 0...5 {
          let s = Double(largestPart(network, Set(order[q...]))) / 5
          sums[q] += s
          squares[q] += s * s
        }
      }
      for i in left { each(order + [i], left.subtracting([i])) }
    }
    each([], Set(0..<5))
    let runs = 4_000.0
    let found = try randomFailure(network.adjacency(.both), runs: Int(runs), work: Work(seed: 3))
    for q in 0...5 {
      let mean = sums[q] / 120
      let deviation = max(0, squares[q] / 120 - mean * mean).squareRoot()
      #expect(abs(found.mean[q] - mean) <= 4 * deviation / runs.squareRoot() + 1e-12)
      #expect(abs(found.deviation[q] - deviation) <= 0.1 * deviation + 1e-7)
    }
  }

  @Test func aBudgetRunsOutAndAFlagStops() throws {
    let rows = try DrawnNetwork.random(1, agents: 50, links: 60).adjacency(.both, simple: true)
    let order = shuffledNames(50, seed: 1)
    #expect(
      refusals { (work) throws(AuraError) in _ = try removalCurve(rows, order: order.span, work: work) }
        == [.limit, .cancelled])
    #expect(
      refusals { (work) throws(AuraError) in _ = try randomFailure(rows, runs: 3, work: work) } == [.limit, .cancelled])
  }
}

@Suite struct LossTests {
  /// Parts of the network without some agents, by the definition.
  private func parts(_ network: DrawnNetwork, without lost: Set<Int>) -> [Set<Int>] {
    let reach = network.without(lost).reach(directed: false)
    var out: [Set<Int>] = []
    for i in 0..<network.count where !lost.contains(i) && !out.contains(where: { $0.contains(i) }) {
      out.append(Set((0..<network.count).filter { reach[i][$0] && !lost.contains($0) }))
    }
    return out
  }

  /// Pairs of agents, `lost` left aside, that are joined before and not after.
  private func cut(_ network: DrawnNetwork, _ lost: Set<Int>) -> Int {
    let before = parts(network, without: []), after = parts(network, without: lost)
    func pairs(_ parts: [Set<Int>]) -> Int {
      parts.reduce(0) { $0 + $1.subtracting(lost).count * ($1.subtracting(lost).count - 1) / 2 }
    }
    return pairs(before) - pairs(after)
  }

  @Test(arguments: 0..<40) func singleLossesEqualTheDefinition(_ seed: Int) throws {
    let n = 12
    let network = DrawnNetwork.random(UInt64(seed), agents: n, links: 2 + seed / 2)
    let m = network.sources.count
    // Whole numbers, so that sums are exact.
    let strengths = seed % 3 == 0 ? nil : (0..<m).map { Double(($0 * 7 + seed) % 5) }
    let found = try singleLosses(
      network.adjacency(.both), links: m, strengths: strengths.map { try Column($0) }, work: Work())
    func strength(within agents: Set<Int>) -> Double {
      (0..<m).reduce(0) { sum, k in
        let (s, t) = (Int(network.sources[k]), Int(network.targets[k]))
        return s != t && agents.contains(s) && agents.contains(t) ? sum + (strengths?[k] ?? 1) : sum
      }
    }
    let whole = parts(network, without: [])
    for v in 0..<n {
      let own = whole.first { $0.contains(v) } ?? []
      let left = parts(network, without: [v]).filter { !$0.isDisjoint(with: own) }
      #expect(Int(found.parts[v]) == left.count)
      #expect(Int(found.agents[v]) == own.count - 1 - (left.map(\.count).max() ?? 0))
      #expect(Int(found.pairs[v]) == cut(network, [v]))
      let most = left.map(\.count).max() ?? 0
      let kept = left.filter { $0.count == most }.map { strength(within: Set($0)) }.max() ?? 0
      #expect(found.flow[v] == strength(within: Set(own)) - kept)
    }
    for k in network.sources.indices {
      var less = network
      let (s, t) = (Int(less.sources.remove(at: k)), Int(less.targets.remove(at: k)))
      let left = parts(less, without: [])
      let a = left.first { $0.contains(s) } ?? [], b = left.first { $0.contains(t) } ?? []
      #expect(Int(found.linkAgents[k]) == (a == b ? 0 : min(a.count, b.count)))
    }
  }

  @Test(arguments: 0..<30) func doubleLossesEqualTheDefinition(_ seed: Int) throws {
    let n = 9
    let network = DrawnNetwork.random(UInt64(seed + 50), agents: n, links: 3 + seed / 2)
    var all: [DoubleLosses.Pair] = [], hidden: [DoubleLosses.Pair] = []
    var partners = [Int32](repeating: 0, count: n)
    for u in 0..<n {
      for v in u + 1..<max(n, u + 1) {
        let pair = DoubleLosses.Pair(first: Int32(u), second: Int32(v), cut: cut(network, [u, v]))
        if pair.cut == 0 { continue }
        all.append(pair)
        if cut(network, [u]) == 0 && cut(network, [v]) == 0 {
          hidden.append(pair)
          partners[u] += 1
          partners[v] += 1
        }
      }
    }
    func best(_ pairs: [DoubleLosses.Pair]) -> [DoubleLosses.Pair] {
      Array(pairs.sorted { (-$0.cut, $0.first, $0.second) < (-$1.cut, $1.first, $1.second) }.prefix(4))
    }
    let rows = try network.adjacency(.both)
    for width in [1, 3] {
      let found = try doubleLosses(rows, limit: 4, work: Work(pool: WorkerPool(width: width)))
      #expect(found.pairs == n * (n - 1) / 2)
      #expect(found.splitting == all.count)
      #expect(found.hidden == hidden.count)
      #expect(found.worst == best(all))
      #expect(found.worstHidden == best(hidden))
      #expect(found.partners.array == partners)
    }
  }

  @Test func aBudgetRunsOutAndAFlagStops() throws {
    let network = DrawnNetwork.random(1, agents: 50, links: 60)
    let rows = try network.adjacency(.both)
    #expect(
      refusals { (work) throws(AuraError) in _ = try singleLosses(rows, links: 60, work: work) }
        == [.limit, .cancelled])
    #expect(
      refusals { (work) throws(AuraError) in _ = try doubleLosses(rows, limit: 1, work: work) } == [.limit, .cancelled])
  }
}

extension DrawnNetwork {
  func without(_ agents: Set<Int>) -> DrawnNetwork { agents.reduce(self) { $0.without($1) } }
}
