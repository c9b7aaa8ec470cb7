import AuraBase
import AuraKernels
import Testing

@Suite struct ShortestCyclesTests {
  /// By definition: take a link away, and see how far its ends are apart then; a cycle through an agent leaves it over
  /// some link.
  static func byDefinition(_ network: DrawnNetwork, directed: Bool) -> [Int32] {
    var out = [Int32](repeating: 0, count: network.count)
    for k in network.sources.indices {
      let (s, t) = (Int(network.sources[k]), Int(network.targets[k]))
      var rest = network
      rest.sources.remove(at: k)
      rest.targets.remove(at: k)
      let back = DistanceSweepTests.distances(rest, directed: directed, lengths: nil)[t][s]
      if s == t {
        out[s] = 1
      } else if back < .infinity {
        for end in directed ? [s] : [s, t] {
          if out[end] == 0 || Int32(back) + 1 < out[end] { out[end] = Int32(back) + 1 }
        }
      }
    }
    return out
  }

  static func check(_ network: DrawnNetwork, directed: Bool, _ work: Work = Work()) throws {
    let found = try shortestCycles(
      network.adjacency(directed ? .out : .both), links: network.sources.count, directed: directed, work: work)
    let right = byDefinition(network, directed: directed)
    #expect(found.lengths.array == right)
    // The cycle is one, and no agent comes twice.
    let cycle = found.cycle.array.map { Int($0) }
    #expect(Int32(cycle.count) == right.filter { $0 > 0 }.min() ?? 0)
    #expect(Set(cycle).count == cycle.count)
    var links = Array(zip(network.sources, network.targets))
    for (k, a) in cycle.enumerated() {
      let b = cycle[(k + 1) % cycle.count]
      let use = links.firstIndex { ($0 == a && $1 == b) || (!directed && $0 == b && $1 == a) }
      #expect(use != nil, "\(a) and \(b) are linked, once for each step")
      if let use { links.remove(at: use) }
    }
  }

  @Test(arguments: 0..<60) func agreesWithTheDefinition(_ seed: Int) throws {
    let dice = Dice(seed: UInt64(seed))
    let n = 1 + dice.integer(0, below: 25), m = dice.integer(1, below: 2 * n + 2)
    let network = DrawnNetwork.random(UInt64(seed) + 90, agents: n, links: m)
    for directed in [true, false] {
      try Self.check(network, directed: directed)
      try Self.check(network, directed: directed, Work(pool: WorkerPool(width: 3)))
    }
  }

  /// No self loops, no doubled links: longer cycles.
  @Test(arguments: 0..<40) func agreesOnSimpleNetworks(_ seed: Int) throws {
    let dice = Dice(seed: UInt64(seed))
    let n = 6 + dice.integer(0, below: 20)
    let drawn = DrawnNetwork.random(UInt64(seed) + 190, agents: n, links: n + seed / 4)
    var known: Set<[Int32]> = []
    let links = zip(drawn.sources, drawn.targets).filter { $0 < $1 && known.insert([$0, $1]).inserted }
    try Self.check(DrawnNetwork(n, links), directed: false)
    // Turned round at random, for cycles that follow the links.
    try Self.check(DrawnNetwork(n, links.enumerated().map { $0 % 2 == 0 ? $1 : ($1.1, $1.0) }), directed: true)
  }

  /// Long rows of agents; more than one batch of searches.
  @Test func ringsAndManyAgents() throws {
    for n in [3, 4, 700] {
      let ring = DrawnNetwork(n, (0..<Int32(n)).map { ($0, ($0 + 1) % Int32(n)) })
      for directed in [false, true] {
        let found = try shortestCycles(
          ring.adjacency(directed ? .out : .both), links: n, directed: directed, work: Work())
        #expect(found.lengths.array == [Int32](repeating: Int32(n), count: n))
        #expect(found.cycle.count == n)
      }
    }
    // Two rings that share an agent, and one that hangs on a chain.
    try Self.check(
      DrawnNetwork(
        10, [(0, 1), (1, 2), (2, 3), (3, 0), (0, 4), (4, 5), (5, 0), (5, 6), (6, 7), (7, 8), (8, 9), (9, 7)]),
      directed: false)
    try Self.check(.lattice(5), directed: false)
  }

  @Test func nobodyAndABudget() throws {
    for directed in [false, true] {
      let none = try shortestCycles(DrawnNetwork(0, []).adjacency(.both), links: 0, directed: directed, work: Work())
      #expect(none.lengths.count == 0 && none.cycle.count == 0)
      let rows = try DrawnNetwork.random(1, agents: 50, links: 140).adjacency(directed ? .out : .both)
      #expect(
        refusals { work throws(AuraError) in
          _ = try shortestCycles(rows, links: 140, directed: directed, work: work)
        } == [.limit, .cancelled])
    }
  }
}
