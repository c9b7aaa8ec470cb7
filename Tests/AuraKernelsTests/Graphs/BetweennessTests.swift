import AuraBase
import AuraKernels
import Testing

@Suite struct BetweennessTests {
  @Test func routesOfAChainAndASquare() throws {
    let chain = DrawnNetwork(4, [(0, 1), (1, 2), (2, 3)])
    #expect(try betweenness(chain.adjacency(.both), undirected: true, work: Work()).array == [0, 2, 2, 0])
    let square = DrawnNetwork(4, [(0, 1), (1, 2), (2, 3), (3, 0)])
    #expect(try betweenness(square.adjacency(.both), undirected: true, work: Work()).array == [0.5, 0.5, 0.5, 0.5])
    #expect(try betweenness(chain.adjacency(.out), undirected: false, work: Work()).array == [0, 2, 2, 0])
  }

  @Test func nobodyAndAlone() throws {
    #expect(try betweenness(DrawnNetwork(0, []).adjacency(.both), undirected: true, work: Work()).count == 0)
    #expect(try betweenness(DrawnNetwork(1, [(0, 0)]).adjacency(.both), undirected: true, work: Work()).array == [0])
  }

  /// 0.1 + 0.2 equals 0.3 here, in whatever order the links come: two routes, half each.
  @Test func equalLengthsAreATie() throws {
    let network = DrawnNetwork(3, [(0, 1), (1, 2), (0, 2)])
    let lengths = [0.1, 0.2, 0.3]
    let found = try betweenness(network.adjacency(.both), undirected: true, lengths: lengths.span, work: Work())
    #expect(found.array == [0, 0.5, 0])
  }

  /// Numbers without a short decimal form are counted in their last bits.
  @Test func longFractionsTieToo() throws {
    let network = DrawnNetwork(4, [(0, 1), (1, 2), (0, 2), (2, 3)])
    for scale in [1.0 / 3, 1e-300 / 7, 1e300 / 7] {
      let lengths = [scale, scale, 2 * scale, 8 * scale]
      let found = try betweenness(network.adjacency(.both), undirected: true, lengths: lengths.span, work: Work())
      #expect(found.array == [0, 1, 2, 0])
    }
  }

  @Test func theLeastAndTheGreatestLengthsDoNotTrap() throws {
    let rows = try DrawnNetwork(3, [(0, 1), (1, 2), (0, 2)]).adjacency(.both)
    let (least, greatest) = (Double.leastNonzeroMagnitude, Double.greatestFiniteMagnitude)
    for lengths in [[least, least, least], [greatest, greatest, greatest], [least, least, greatest]] {
      let found = try betweenness(rows, undirected: true, lengths: lengths.span, work: Work())
      #expect(found.array == [0, lengths[2] == least || lengths[0] == greatest ? 0 : 1, 0])
    }
  }

  @Test func ofParallelLinksTheShortestCountsOnce() throws {
    let network = DrawnNetwork(4, [(0, 1), (0, 1), (1, 3), (0, 2), (2, 3), (2, 2)])
    #expect(try betweenness(network.adjacency(.both), undirected: true, work: Work()).array == [0.5, 0.5, 0.5, 0.5])
    let lengths = [5.0, 1, 1, 1, 1, 9]
    let found = try betweenness(network.adjacency(.both), undirected: true, lengths: lengths.span, work: Work())
    #expect(found.array == [0.5, 0.5, 0.5, 0.5])
  }

  @Test func lengthsMustBePositiveAndFinite() throws {
    let rows = try DrawnNetwork(2, [(0, 1)]).adjacency(.both)
    for bad in [0, -1, Double.infinity, .nan] {
      let error = #expect(throws: AuraError.self) {
        try betweenness(rows, undirected: true, lengths: [bad].span, work: Work())
      }
      #expect(error?.code == .argument)
    }
  }

  /// Distances by relaxing all links until nothing changes, routes by counting them link by link.
  private func byDefinition(
    _ network: DrawnNetwork, _ lengths: [Int], directed: Bool, alive: [Bool], ends: Bool
  ) -> [Double] {
    let n = network.count
    var step = [[Int]](repeating: [Int](repeating: .max, count: n), count: n)
    for (k, (s, t)) in zip(network.sources, network.targets).enumerated() {
      let (s, t) = (Int(s), Int(t))
      if s == t || !alive[s] || !alive[t] { continue }
      step[s][t] = min(step[s][t], lengths[k])
      if !directed { step[t][s] = min(step[t][s], lengths[k]) }
    }
    var distance = step
    for i in 0..<n { distance[i][i] = 0 }
    for m in 0..<n {
      for i in 0..<n where distance[i][m] != .max {
        for j in 0..<n where distance[m][j] != .max {
          distance[i][j] = min(distance[i][j], distance[i][m] + distance[m][j])
        }
      }
    }
    func routes(_ i: Int, _ j: Int) -> Double {
      if i == j { return 1 }
      if distance[i][j] == .max { return 0 }
      var sum = 0.0
      for m in 0..<n where m != j && step[m][j] != .max && distance[i][m] != .max {
        if distance[i][m] + step[m][j] == distance[i][j] { sum += routes(i, m) }
      }
      return sum
    }
    var out = [Double](repeating: 0, count: n)
    for s in 0..<n where alive[s] {
      for t in 0..<n where alive[t] && t != s && distance[s][t] != .max {
        for v in 0..<n where alive[v] && distance[s][v] != .max && distance[v][t] != .max {
          if (v == s || v == t) && !ends { continue }
          if distance[s][v] + distance[v][t] == distance[s][t] {
            out[v] += routes(s, v) * routes(v, t) / routes(s, t)
          }
        }
      }
    }
    return directed ? out : out.map { $0 / 2 }
  }

  @Test(arguments: 0..<48) func equalsTheDefinition(_ seed: Int) throws {
    let n = 9
    let network = DrawnNetwork.random(UInt64(seed), agents: n, links: 6 + seed / 3)
    let dice = Dice(seed: UInt64(seed) + 1_000)
    let weighted = seed % 2 == 0, directed = seed % 4 < 2, ends = seed % 8 < 4
    let lengths = network.sources.indices.map { weighted ? 1 + dice.integer($0, below: 3) : 1 }
    let alive = (0..<n).map { seed % 3 != 0 || dice.uniform(1_000 + $0) < 0.8 }
    let expected = byDefinition(network, lengths, directed: directed, alive: alive, ends: ends)
    let given = lengths.map { Double($0) / [1, 10, 1e6, 0.125][seed / 4 % 4] }
    let found = try betweenness(
      network.adjacency(directed ? .out : .both), undirected: !directed, lengths: given.span, alive: alive.span,
      ends: ends, work: Work())
    for i in 0..<n { #expect(abs(found[i] - expected[i]) < 1e-12 * max(1, expected[i])) }
  }

  @Test func namesDoNotMatter() throws {
    let network = DrawnNetwork.random(3, agents: 60, links: 110)
    let names = shuffledNames(60, seed: 4)
    let plain = try betweenness(network.adjacency(.both), undirected: true, work: Work())
    let other = try betweenness(network.renamed(names).adjacency(.both), undirected: true, work: Work())
    for i in 0..<60 { #expect(abs(plain[i] - other[Int(names[i])]) <= 1e-10 * max(1, plain[i])) }
  }

  @Test func threadsDoNotMatter() throws {
    let network = DrawnNetwork.random(5, agents: 90, links: 160)
    let lengths = network.sources.indices.map { 1 + Dice(seed: 9).uniform($0) }
    let pool = WorkerPool(width: 2)
    for weighted in [false, true] {
      func run(_ work: Work) throws -> [UInt64] {
        try betweenness(
          network.adjacency(.both), undirected: true, lengths: weighted ? lengths.span : nil, work: work
        ).array.map(\.bitPattern)
      }
      #expect(try run(Work()) == run(Work(pool: pool)))
    }
  }

  /// 2^1200 routes run through a chain of 1,200 diamonds, past what a `Double` holds, beside a plain chain of the
  /// same length that shares both ends with it: the plain chain carries next to nothing of the traffic between
  /// them, yet all of what begins or ends on it.
  @Test func moreRoutesThanADoubleHolds() throws {
    let diamonds = 1_200
    var links: [(Int32, Int32)] = []
    for d in 0..<Int32(diamonds) {
      let (a, b, c, e) = (3 * d, 3 * d + 1, 3 * d + 2, 3 * d + 3)
      links += [(a, b), (a, c), (b, e), (c, e)]
    }
    let last = Int32(3 * diamonds)
    let chain = (1..<Int32(2 * diamonds)).map { last + $0 }
    var before: Int32 = 0
    for v in chain {
      links.append((before, v))
      before = v
    }
    links.append((before, last))
    let network = DrawnNetwork(Int(last) + 1 + chain.count, links)
    let found = try betweenness(network.adjacency(.out), undirected: false, work: Work())
    // Directed: an agent of the plain chain at place p lies between what is before it on the chain, with agent 0,
    // and what is after it, with the last agent, except for the pair of ends itself.
    let k = chain.count
    for (p, v) in chain.enumerated() {
      let expected = Double((p + 1) * (k - p)) - 1
      #expect(abs(found[Int(v)] - expected) <= 1e-9 * max(1, expected))
    }
    // The two middles of a diamond share equally, by symmetry.
    #expect(found[1] == found[2])
    #expect(found[1].isFinite && found[1] > 0)
  }

  @Test func aBudgetRunsOutAndAFlagStops() throws {
    let rows = try DrawnNetwork.random(1, agents: 50, links: 60).adjacency(.both)
    #expect(
      refusals { (work) throws(AuraError) in _ = try betweenness(rows, undirected: true, work: work) }
        == [.limit, .cancelled])
  }
}
