import AuraBase
import AuraKernels
import Testing

@Suite struct BetweennessSampledTests {
  private func sample(
    _ network: DrawnNetwork, directed: Bool = false, error: Double, confidence: Double = 0.9,
    samplesMax: Int = .max, budget: Int = .max, work: Work
  ) throws(AuraError) -> SampledBetweenness {
    let out = try Adjacency(
      count: network.count, sources: network.sources.span, targets: network.targets.span,
      sense: directed ? .out : .both)
    let into = try Adjacency(
      count: network.count, sources: network.sources.span, targets: network.targets.span,
      sense: directed ? .into : .both)
    return try sampledBetweenness(
      out: out, into: into, undirected: !directed, error: error, confidence: confidence, samplesMax: samplesMax,
      budget: budget, work: work)
  }

  @Test func theHubOfAStarHasSixRoutes() throws {
    let star = DrawnNetwork(5, [(0, 1), (0, 2), (0, 3), (0, 4)])
    let found = try sample(star, error: 0.05, work: Work(seed: 7))
    #expect(found.halfWidth <= 0.05 * 10)
    #expect(abs(found.values[0] - 6) <= found.halfWidth)
    #expect(found.values.array[1...].allSatisfy { $0 == 0 })
  }

  @Test func nobodyAndAlone() throws {
    #expect(try sample(DrawnNetwork(0, []), error: 0.1, work: Work()).values.count == 0)
    #expect(try sample(DrawnNetwork(1, [(0, 0)]), error: 0.1, work: Work()).values.array == [0])
    #expect(try sample(DrawnNetwork(3, []), error: 0.1, work: Work()).values.array == [0, 0, 0])
  }

  /// The bound must hold in at least `confidence` of all seeds; 200 runs at 0.8 allow 40 misses, and ever so few
  /// more by chance (three standard deviations: 17).
  @Test(arguments: [false, true]) func theBoundHolds(_ directed: Bool) throws {
    let network = DrawnNetwork.random(11, agents: 24, links: 50)
    let exact = try betweenness(
      network.adjacency(directed ? .out : .both), undirected: !directed, work: Work())
    var misses = 0
    var sums = [Double](repeating: 0, count: network.count)
    let runs = 200
    for seed in 0..<runs {
      let found = try sample(network, directed: directed, error: 0.1, confidence: 0.8, work: Work(seed: UInt64(seed)))
      #expect(found.halfWidth <= 0.1 * 24 * 23 / (directed ? 1 : 2) * (1 + 1e-12))
      if (0..<24).contains(where: { abs(found.values[$0] - exact[$0]) > found.halfWidth }) { misses += 1 }
      for i in 0..<24 { sums[i] += found.values[i] }
    }
    #expect(misses <= 57)
    // The mean over all runs is far closer: a wrong choice among equal routes would show.
    for i in 0..<24 { #expect(abs(sums[i] / Double(runs) - exact[i]) < 0.02 * 24 * 23 / 2) }
  }

  @Test func fewerSamplesGiveAWiderBound() throws {
    let network = DrawnNetwork.random(12, agents: 40, links: 90)
    let short = try sample(network, error: 0.02, samplesMax: 300, work: Work(seed: 1))
    #expect(short.samples == 300)
    #expect(short.halfWidth > 0.02 * 40 * 39 / 2)
    let exact = try betweenness(network.adjacency(.both), undirected: true, work: Work())
    for i in 0..<40 { #expect(abs(short.values[i] - exact[i]) <= short.halfWidth) }
  }

  /// Routes along a chain are long. With less work than the error needs the half width grows, and still holds.
  @Test func aBudgetGivesAWiderBoundThatHolds() throws {
    let n = 200
    let chain = DrawnNetwork(n, (1..<Int32(n)).map { ($0 - 1, $0) })
    let pairs = Double(n * (n - 1) / 2)
    let budget = 50_000
    var misses = 0
    for seed in 0..<50 {
      let work = Work(seed: UInt64(seed))
      let found = try sample(chain, error: 0.02, confidence: 0.8, budget: budget, work: work)
      #expect(work.unitsSpent < 2 * budget)
      #expect(found.samples >= 128)
      #expect(found.halfWidth > 0.02 * pairs)
      #expect(found.halfWidth < 0.25 * pairs)
      let far = (0..<n).contains { abs(found.values[$0] - Double($0 * (n - 1 - $0))) > found.halfWidth }
      if far { misses += 1 }
    }
    // 10 are allowed, and three standard deviations more.
    #expect(misses <= 18)
    let free = try sample(chain, error: 0.1, work: Work(seed: 1))
    #expect(try sample(chain, error: 0.1, budget: 1_000_000_000, work: Work(seed: 1)).samples == free.samples)
  }

  @Test func theSeedDecidesAndThreadsDoNot() throws {
    let network = DrawnNetwork.random(13, agents: 60, links: 140)
    let pool = WorkerPool(width: 2)
    func bits(_ work: Work) throws -> [UInt64] {
      let found = try sample(network, error: 0.05, work: work)
      return found.values.array.map(\.bitPattern) + [found.halfWidth.bitPattern, UInt64(found.samples)]
    }
    #expect(try bits(Work(seed: 3)) == bits(Work(pool: pool, seed: 3)))
    #expect(try bits(Work(seed: 3)) != bits(Work(seed: 4)))
  }

  /// A ladder of diamonds with 2^1500 routes between its ends: every middle is as likely as its twin.
  @Test func moreRoutesThanADoubleHolds() throws {
    let diamonds = 1_500
    var links: [(Int32, Int32)] = []
    for d in 0..<Int32(diamonds) {
      let (a, b, c, e) = (3 * d, 3 * d + 1, 3 * d + 2, 3 * d + 3)
      links += [(a, b), (a, c), (b, e), (c, e)]
    }
    let network = DrawnNetwork(3 * diamonds + 1, links)
    let found = try sample(network, error: 0.2, samplesMax: 400, work: Work(seed: 5))
    let pairs = Double(network.count) * Double(network.count - 1) / 2
    // The joint in the middle lies between the half before it and the half after it.
    let joint = 3 * diamonds / 2
    #expect(abs(found.values[joint] / pairs - 0.5) < found.halfWidth / pairs)
    #expect(found.values.array.allSatisfy { $0.isFinite })
  }

  @Test func whatCannotBeAskedIsRefused() throws {
    let network = DrawnNetwork.bowTie
    for (error, confidence, most) in [(0.0, 0.9, 10), (.nan, 0.9, 10), (0.1, 1, 10), (0.1, 0, 10), (0.1, 0.9, 0)] {
      let thrown = #expect(throws: AuraError.self) {
        try sample(network, error: error, confidence: confidence, samplesMax: most, work: Work())
      }
      #expect(thrown?.code == .argument)
    }
  }

  /// The first set of routes is left, with a wider bound that is less certain.
  @Test func anAllowanceThatEndsLeavesThePilotAndAFlagStops() throws {
    let network = DrawnNetwork.random(1, agents: 50, links: 60)
    #expect(
      refusals { (work) throws(AuraError) in _ = try sample(network, error: 0.1, work: work) }
        == [nil, .cancelled])
    let free = Work()
    let whole = try sample(network, error: 0.1, work: free)
    let part = try sample(network, error: 0.1, work: Work(allowance: free.unitsSpent / 2))
    #expect(part.confidence < whole.confidence && part.halfWidth > whole.halfWidth && part.samples < whole.samples)
    #expect(throws: AuraError.self) { _ = try sample(network, error: 0.1, work: Work(allowance: 10)) }
  }
}
