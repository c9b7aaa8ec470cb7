import AuraBase
import AuraKernels
import Testing

@Suite struct LeidenTests {
  /// Strength between all pairs; within an agent, that of its loops.
  private struct Dense {
    let n: Int
    var a: [[Double]]
    let total: Double

    init(_ network: DrawnNetwork, _ strengths: [Double]) {
      n = network.count
      a = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
      for (k, (s, t)) in zip(network.sources, network.targets).enumerated() {
        a[Int(s)][Int(t)] += strengths[k]
        a[Int(t)][Int(s)] += strengths[k]  // a loop has both its ends here
      }
      total = strengths.reduce(0, +)
    }

    /// Newman 2004, pair by pair.
    func modularity(_ labels: [Int32], _ resolution: Double) -> Double {
      if total == 0 { return 0 }
      let k = a.map { $0.reduce(0, +) }
      var sum = 0.0
      for i in 0..<n {
        for j in 0..<n where labels[i] == labels[j] { sum += a[i][j] - resolution * k[i] * k[j] / (2 * total) }
      }
      return sum / (2 * total)
    }

    func potts(_ labels: [Int32], _ resolution: Double) -> Double {
      var sum = 0.0
      for i in 0..<n {
        sum += a[i][i] / 2
        for j in 0..<i where labels[i] == labels[j] { sum += a[i][j] - resolution }
      }
      return sum
    }
  }

  private static func drawn(_ seed: Int, _ n: Int = 24) -> (DrawnNetwork, [Double]) {
    let network = DrawnNetwork.random(UInt64(seed), agents: n, links: 2 * seed + 4)
    let dice = Dice(seed: UInt64(seed) + 99)
    return (network, network.sources.indices.map { Double(dice.integer($0, below: 5)) / 2 })
  }

  private static func isConnected(_ network: DrawnNetwork, _ strengths: [Double], _ labels: [Int32]) -> Bool {
    var kept = DrawnNetwork(network.count, [])
    for (k, (s, t)) in zip(network.sources, network.targets).enumerated()
    where labels[Int(s)] == labels[Int(t)] && strengths[k] > 0 {
      kept.sources.append(s)
      kept.targets.append(t)
    }
    let reach = kept.reach(directed: false)
    for i in labels.indices { for j in labels.indices where labels[i] == labels[j] && !reach[i][j] { return false } }
    return true
  }

  /// The quality is that of the labels, communities hang together and are numbered by their first agent, and nobody
  /// would do better alone or in another community.
  @Test(arguments: 0..<30) func nobodyGainsByMoving(_ seed: Int) throws {
    let (network, strengths) = Self.drawn(seed)
    let dense = Dense(network, strengths)
    let rows = try network.adjacency(.both)
    for quality in [CommunityQuality.modularity, .constantPotts] {
      let resolution = quality == .modularity ? 1.1 : 0.3
      let sums = try CommunityNetwork(rows, strengths: strengths.span, work: Work())
      let found = try leiden(sums, quality, resolution: resolution, dice: Dice(seed: UInt64(seed)), work: Work())
      let labels = found.groups.labels.array
      func value(_ labels: [Int32]) -> Double {
        quality == .modularity ? dense.modularity(labels, resolution) : dense.potts(labels, resolution)
      }
      let reached = value(labels)
      #expect(abs(found.quality - reached) < 1e-12 * max(1, abs(reached)))
      #expect(Self.isConnected(network, strengths, labels))
      #expect(AuraKernelsTests.labels(labels.count) { labels[$0] == labels[$1] } == labels)
      for i in labels.indices {
        for c in Set(labels).union([Int32(labels.count)]) {
          var moved = labels
          moved[i] = c
          #expect(value(moved) <= reached + 1e-9)
        }
      }
      // Nor would two communities gain by joining.
      for a in Set(labels) {
        for b in Set(labels) where a < b { #expect(value(labels.map { $0 == b ? a : $0 }) <= reached + 1e-9) }
      }
    }
  }

  /// Stopped after a round, it is still so that nobody gains by moving and communities hang together; and the quality is
  /// nearly that of the whole search.
  @Test(arguments: 0..<20) func aRoundAloneLeavesNobodyWhoGainsByMoving(_ seed: Int) throws {
    let network = DrawnNetwork.random(UInt64(seed), agents: 120, links: 260)
    let strengths = [Double](repeating: 1, count: network.sources.count)
    let dense = Dense(network, strengths)
    let sums = try CommunityNetwork(network.adjacency(.both), strengths: nil, work: Work())
    let whole = try leiden(sums, .modularity, resolution: 1, dice: Dice(seed: UInt64(seed)), work: Work())
    let found = try leiden(sums, .modularity, resolution: 1, rounds: 1, dice: Dice(seed: UInt64(seed)), work: Work())
    #expect(found.rounds == 1 && whole.rounds > 1)
    #expect(found.quality > whole.quality - 0.05)
    let labels = found.groups.labels.array
    #expect(Self.isConnected(network, strengths, labels))
    let reached = dense.modularity(labels, 1)
    #expect(abs(found.quality - reached) < 1e-12)
    for i in stride(from: 0, to: labels.count, by: 7) {
      for c in Set(labels).union([Int32(labels.count)]) {
        var moved = labels
        moved[i] = c
        #expect(dense.modularity(moved, 1) <= reached + 1e-9)
      }
    }
  }

  /// With few agents every division can be tried: what is found is never better, and as good for one seed of ten.
  @Test(arguments: 0..<12) func reachesTheBestOfAllDivisions(_ seed: Int) throws {
    let n = 7
    let (network, strengths) = Self.drawn(seed, n)
    let dense = Dense(network, strengths)
    var best = -Double.infinity
    func each(_ labels: [Int32], _ next: Int32) {
      if labels.count == n {
        best = max(best, dense.modularity(labels, 1))
        return
      }
      for c in 0...next { each(labels + [c], max(next, c + 1)) }
    }
    each([], 0)
    let sums = try CommunityNetwork(network.adjacency(.both), strengths: strengths.span, work: Work())
    var found = -Double.infinity
    for k in 0..<10 {
      found = max(
        found, try leiden(sums, .modularity, resolution: 1, dice: Dice(seed: UInt64(k)), work: Work()).quality)
    }
    #expect(abs(found - best) < 1e-12)
  }

  @Test func scalesBeyondTheRangeOfSums() throws {
    let network = DrawnNetwork(4, [(0, 1), (1, 2), (2, 3)])
    let strengths = [1.5e308, 1e300, 1.5e308]
    let sums = try CommunityNetwork(network.adjacency(.both), strengths: strengths.span, work: Work())
    let found = try leiden(sums, .modularity, resolution: 1, dice: Dice(seed: 1), work: Work())
    #expect(found.groups.labels.array == [0, 0, 1, 1])
    #expect(abs(found.quality - 0.5) < 1e-6)
  }

  @Test(arguments: 0..<30) func nobodyPrefersAnotherLabel(_ seed: Int) throws {
    let (network, strengths) = Self.drawn(seed)
    let dense = Dense(network, strengths)
    let sums = try CommunityNetwork(network.adjacency(.both), strengths: strengths.span, work: Work())
    let found = try labelPropagation(sums, dice: Dice(seed: UInt64(seed)), work: Work())
    let labels = found.groups.labels.array
    #expect(Self.isConnected(network, strengths, labels))
    for i in labels.indices {
      func pull(_ c: Int32) -> Double {
        labels.indices.reduce(0) { $0 + ($1 != i && labels[$1] == c ? dense.a[i][$1] : 0) }
      }
      for c in Set(labels) { #expect(pull(c) <= pull(labels[i]) + 1e-9) }
    }
  }

  /// What has been found when the allowance ends is a division that is whole, and says that it is not the last word.
  @Test func anAllowanceThatEndsLeavesADivisionAndAFlagStops() throws {
    let rows = try DrawnNetwork.random(1, agents: 50, links: 60).adjacency(.both)
    var complete: [Bool] = []
    #expect(
      refusals { (work) throws(AuraError) in
        let sums = try CommunityNetwork(rows, strengths: nil, work: work)
        complete.append(try leiden(sums, .modularity, resolution: 1, dice: Dice(seed: 1), work: work).complete)
      } == [nil, .cancelled])
    #expect(
      refusals { (work) throws(AuraError) in
        let sums = try CommunityNetwork(rows, strengths: nil, work: work)
        complete.append(try labelPropagation(sums, dice: Dice(seed: 1), work: work).complete)
      } == [nil, .cancelled])
    #expect(complete == [true, false, true, false])
  }
}
