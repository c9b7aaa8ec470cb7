import AuraBase
import AuraKernels
import Testing

@Suite struct TopologicalOrderTests {
  /// Links from lower to higher names, so that there is no loop, then renamed.
  static func acyclic(_ seed: Int, agents n: Int, links m: Int) -> DrawnNetwork {
    var network = DrawnNetwork.random(UInt64(seed), agents: n, links: m)
    for k in 0..<m {
      let (s, t) = (network.sources[k], network.targets[k])
      (network.sources[k], network.targets[k]) = s == t ? (0, 1) : (min(s, t), max(s, t))
    }
    return network.renamed(shuffledNames(n, seed: UInt64(seed)))
  }

  static func order(_ network: DrawnNetwork) throws -> TopologicalOrder {
    let into = try network.adjacency(.into)
    func rows() throws(AuraError) -> Adjacency { into }
    return try topologicalOrder(network.adjacency(.out), into: rows, work: Work())
  }

  /// Looks through all agents for the first that nobody left points at.
  @Test(arguments: 0..<40) func equalsTheDefinition(_ seed: Int) throws {
    let n = 70 + seed
    let network =
      seed % 2 == 0
      ? Self.acyclic(seed, agents: n, links: 2 * n) : DrawnNetwork.random(UInt64(seed), agents: n, links: n / 2)
    var expected: [Int32] = []
    var left = [Bool](repeating: true, count: n)
    for _ in 0..<n {
      var waits = left.map { !$0 }
      for (s, t) in zip(network.sources, network.targets) where left[Int(s)] { waits[Int(t)] = true }
      guard let next = waits.firstIndex(of: false) else { break }
      expected.append(Int32(next))
      left[next] = false
    }
    let found = try Self.order(network)
    #expect(found.order.array == expected)
    for i in 0..<n { #expect(found.places[i] == Int32(expected.firstIndex(of: Int32(i)) ?? -1)) }
    #expect((found.loop.count == 0) == (expected.count == n))
    let loop = found.loop.array
    for (k, i) in loop.enumerated() {
      let next = loop[(k + 1) % loop.count]
      #expect(zip(network.sources, network.targets).contains { $0 == i && $1 == next })
    }
    #expect(Set(loop).count == loop.count)
    #expect(loop.min() == loop.first)
  }

  @Test func aSetOfAllSizesGivesUpItsLeast() throws {
    for n in [1, 63, 64, 65, 4_096, 4_097, 300_000] {
      let chain = DrawnNetwork(n, (0..<Int32(n - 1)).map { (Int32(n) - 1 - $0, Int32(n) - 2 - $0) })
      #expect(try Self.order(chain).order.array == (0..<Int32(n)).map { Int32(n) - 1 - $0 })
      #expect(try Self.order(DrawnNetwork(n, [])).order.array == (0..<Int32(n)).map { $0 })
    }
  }

  /// The longest chain of groups, by definition: one more than the deepest group that points at it.
  @Test(arguments: 0..<40) func layersEqualTheDefinition(_ seed: Int) throws {
    let n = 20
    let network =
      seed % 3 == 0
      ? Self.acyclic(seed, agents: n, links: 30) : DrawnNetwork.random(UInt64(seed), agents: n, links: 10 + seed / 2)
    let reach = network.reach(directed: true)
    var layers = [Int32](repeating: 0, count: n)
    for _ in 0..<n {
      for (s, t) in zip(network.sources, network.targets) where !reach[Int(t)][Int(s)] {
        for i in 0..<n where reach[i][Int(t)] && reach[Int(t)][i] { layers[i] = max(layers[i], layers[Int(s)] + 1) }
      }
      for i in 0..<n {
        for j in 0..<n where reach[i][j] && reach[j][i] { layers[i] = max(layers[i], layers[j]) }
      }
    }
    #expect(try dependenceLayers(network.adjacency(.out), work: Work()).array == layers)
  }

  @Test(arguments: 0..<30) func criticalPathsEqualTheDefinition(_ seed: Int) throws {
    let n = 25
    let network = Self.acyclic(seed, agents: n, links: 60)
    let lengths = (0..<60).map { Double(Dice(seed: 9).integer($0 + 60 * seed, below: 5)) }
    // Chains that end and that begin at each agent, one link longer in each round.
    var head = [Double](repeating: 0, count: n), tail = head
    for _ in 0..<n {
      for k in 0..<60 {
        let (s, t) = (Int(network.sources[k]), Int(network.targets[k]))
        head[t] = max(head[t], head[s] + lengths[k])
        tail[s] = max(tail[s], tail[t] + lengths[k])
      }
    }
    let out = try network.adjacency(.out)
    let order = try Self.order(network).order
    let found = try criticalPath(out, order: order.span, lengths: lengths.span, work: Work())
    #expect(found.length == head.max())
    for i in 0..<n { #expect(found.slack[i] == found.length - head[i] - tail[i]) }
    var length = 0.0
    let path = found.path.array
    for (i, j) in zip(path, path.dropFirst()) {
      length +=
        (0..<60).filter { network.sources[$0] == i && network.targets[$0] == j }.map { lengths[$0] }.max() ?? .nan
    }
    #expect(length == found.length)
  }

  @Test func aBudgetRunsOutAndAFlagStops() throws {
    let network = Self.acyclic(1, agents: 50, links: 90)
    let (out, into) = (try network.adjacency(.out), try network.adjacency(.into))
    let order = try Self.order(network).order
    func rows() throws(AuraError) -> Adjacency { into }
    #expect(
      refusals { (work) throws(AuraError) in
        _ = try topologicalOrder(out, into: rows, work: work)
      } == [.limit, .cancelled])
    #expect(refusals { (work) throws(AuraError) in _ = try dependenceLayers(out, work: work) } == [.limit, .cancelled])
    #expect(
      refusals { (work) throws(AuraError) in
        _ = try criticalPath(out, order: order.span, lengths: nil, work: work)
      } == [.limit, .cancelled])
  }
}
