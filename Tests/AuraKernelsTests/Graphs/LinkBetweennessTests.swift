import AuraBase
import AuraKernels
import Testing

@Suite struct LinkBetweennessTests {
  /// Routes counted pair by pair: those over a link are the routes to it times the routes from it.
  private func byDefinition(_ network: DrawnNetwork, _ lengths: [Int], directed: Bool) -> [Double] {
    let n = network.count
    var step = [[Int]](repeating: [Int](repeating: .max, count: n), count: n)
    // The first of the shortest links of each bundle.
    var carrier = [[Int]](repeating: [Int](repeating: -1, count: n), count: n)
    for (k, (s, t)) in zip(network.sources, network.targets).enumerated() where s != t {
      for (a, b) in directed ? [(Int(s), Int(t))] : [(Int(s), Int(t)), (Int(t), Int(s))] where lengths[k] < step[a][b] {
        step[a][b] = lengths[k]
        carrier[a][b] = k
      }
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
      var sum = 0.0
      for m in 0..<n where step[m][j] != .max && distance[i][m] != .max {
        if distance[i][m] + step[m][j] == distance[i][j] { sum += routes(i, m) }
      }
      return sum
    }
    var out = [Double](repeating: 0, count: network.sources.count)
    for s in 0..<n {
      for t in 0..<n where t != s && distance[s][t] != .max {
        for u in 0..<n where distance[s][u] != .max {
          for v in 0..<n where step[u][v] != .max && distance[v][t] != .max {
            if distance[s][u] + step[u][v] + distance[v][t] == distance[s][t] {
              out[carrier[u][v]] += routes(s, u) * routes(v, t) / routes(s, t)
            }
          }
        }
      }
    }
    return directed ? out : out.map { $0 / 2 }
  }

  @Test(arguments: 0..<32) func equalsTheDefinition(_ seed: Int) throws {
    let network = DrawnNetwork.random(UInt64(seed), agents: 9, links: 6 + seed / 2)
    let dice = Dice(seed: UInt64(seed) + 500)
    let weighted = seed % 2 == 0, directed = seed % 4 < 2
    let lengths = network.sources.indices.map { weighted ? 1 + dice.integer($0, below: 3) : 1 }
    let expected = byDefinition(network, lengths, directed: directed)
    let given = lengths.map { Double($0) / 10 }
    for pool in [nil, WorkerPool(width: 3)] {
      let found = try linkBetweenness(
        network.adjacency(directed ? .out : .both), links: network.sources.count, undirected: !directed,
        lengths: weighted ? given.span : nil, work: Work(pool: pool))
      for k in lengths.indices { #expect(abs(found[k] - expected[k]) < 1e-12 * max(1, expected[k])) }
    }
  }

  /// Routes into an agent either end there or go on: links carry what agents do.
  @Test(arguments: 0..<6) func linksCarryWhatAgentsDo(_ seed: Int) throws {
    let network = DrawnNetwork.random(UInt64(seed), agents: 120, links: 260)
    let lengths = network.sources.indices.map { 1 + Dice(seed: 9).uniform($0) }
    let weighted = seed % 2 == 0
    let rows = try network.adjacency(.out)
    let agents = try betweenness(rows, undirected: false, lengths: weighted ? lengths.span : nil, work: Work())
    let links = try linkBetweenness(
      rows, links: 260, undirected: false, lengths: weighted ? lengths.span : nil, work: Work())
    let reach = network.reach(directed: true)
    var into = [Double](repeating: 0, count: 120)
    for k in 0..<260 { into[Int(network.targets[k])] += links[k] }
    for v in 0..<120 {
      let ends = Double((0..<120).count { $0 != v && reach[$0][v] })
      #expect(abs(into[v] - agents[v] - ends) < 1e-9 * max(1, into[v]))
    }
  }

  /// More routes than a `Double` holds.
  @Test func aLongChainOfDiamonds() throws {
    var links: [(Int32, Int32)] = []
    let diamonds = 1_200
    for d in 0..<Int32(diamonds) {
      let (a, b, c, e) = (3 * d, 3 * d + 1, 3 * d + 2, 3 * d + 3)
      links += [(a, b), (a, c), (b, e), (c, e)]
    }
    let network = DrawnNetwork(3 * diamonds + 1, links)
    let found = try linkBetweenness(network.adjacency(.out), links: links.count, undirected: false, work: Work())
    for d in [0, 500, 1_199] {
      // Half of what comes from before goes to beyond this way, and all that ends at its middle.
      let before = Double(3 * d + 1), after = Double(3 * (diamonds - d - 1) + 1)
      #expect(abs(found[4 * d] - before * (after / 2 + 1)) < 1e-9 * before * after)
    }
  }

  @Test func nobodyAndABudget() throws {
    #expect(
      try linkBetweenness(DrawnNetwork(0, []).adjacency(.both), links: 0, undirected: true, work: Work()).count == 0)
    let alone = try DrawnNetwork(1, [(0, 0)]).adjacency(.both)
    #expect(try linkBetweenness(alone, links: 1, undirected: true, work: Work()).array == [0])
    let rows = try DrawnNetwork.random(1, agents: 50, links: 60).adjacency(.both)
    #expect(
      refusals { work throws(AuraError) in _ = try linkBetweenness(rows, links: 60, undirected: true, work: work) }
        == [.limit, .cancelled])
  }
}
