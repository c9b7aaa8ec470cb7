import AuraBase
import AuraKernels
import Testing

@Suite struct FlowTests {
  /// The least that links from a set with `s` and without `t` carry: tries all sets.
  static func leastCut(
    _ network: DrawnNetwork, _ capacities: [Int64], directed: Bool, from sources: [Int], to sinks: [Int]
  ) -> Int64 {
    var least = Int64.max
    for set in 0..<(1 << network.count) {
      if sources.contains(where: { set >> $0 & 1 == 0 }) || sinks.contains(where: { set >> $0 & 1 == 1 }) { continue }
      var sum: Int64 = 0
      for k in capacities.indices {
        let (s, t) = (set >> Int(network.sources[k]) & 1, set >> Int(network.targets[k]) & 1)
        if s == 1 && t == 0 || (!directed && s == 0 && t == 1) { sum += capacities[k] }
      }
      least = min(least, sum)
    }
    return least
  }

  static func flowNetwork(_ network: DrawnNetwork, _ capacities: [Int64], directed: Bool) throws -> FlowNetwork {
    let rows = try network.adjacency(.both)
    if !directed { return try FlowNetwork(rows, sources: nil, capacities: capacities.span) }
    return try FlowNetwork(rows, sources: network.sources.span, capacities: capacities.span)
  }

  static func capacities(_ seed: Int, _ m: Int, below bound: Int) -> [Int64] {
    (0..<m).map { Int64(Dice(seed: 77).integer(1_000 * seed + $0, below: bound)) }
  }

  @Test(arguments: 0..<80) func equalsTheLeastCut(_ seed: Int) throws {
    let n = 9
    let m = 8 + seed / 3
    let directed = seed % 2 == 0
    let network = DrawnNetwork.random(UInt64(seed), agents: n, links: m)
    let capacities = Self.capacities(seed, m, below: seed % 3 == 0 ? 2 : 30)
    let (sources, sinks): ([Int], [Int]) = seed % 5 == 0 ? ([0, 3], [1, 2, 8]) : ([0], [1])
    let (from, to) = (sources.map { Int32($0) }, sinks.map { Int32($0) })
    let least = Self.leastCut(network, capacities, directed: directed, from: sources, to: sinks)
    let search = try FlowSearch(Self.flowNetwork(network, capacities, directed: directed))
    // Before and after another question, whose flow is taken back.
    for _ in 0..<2 {
      #expect(try search.flow(from: from.span, to: to.span, work: Work()) == least)
      let flows = try search.flows(sources: network.sources.span)
      var gains = [Int64](repeating: 0, count: n)
      for k in 0..<m {
        #expect(flows[k] <= capacities[k])
        #expect(flows[k] >= (directed ? 0 : -capacities[k]))
        if network.sources[k] == network.targets[k] { #expect(flows[k] == 0) }
        gains[Int(network.sources[k])] -= flows[k]
        gains[Int(network.targets[k])] += flows[k]
      }
      for i in 0..<n where !sources.contains(i) && !sinks.contains(i) { #expect(gains[i] == 0) }
      #expect(sinks.map { gains[$0] }.reduce(0, +) == least)
      // Both sides: the smallest, and whichever is at hand.
      var smallest = [Bool](repeating: false, count: n), any = smallest
      do {
        var span = any.mutableSpan
        try search.cut(from: from.span, nearest: false, side: &span, work: Work())
      }
      do {
        var span = smallest.mutableSpan
        try search.cut(from: from.span, nearest: true, side: &span, work: Work())
      }
      for side in [any, smallest] {
        var sum: Int64 = 0
        for k in 0..<m {
          let (s, t) = (side[Int(network.sources[k])], side[Int(network.targets[k])])
          if s && !t || (!directed && !s && t) { sum += capacities[k] }
        }
        #expect(sum == least)
        #expect(sources.allSatisfy { side[$0] } && !sinks.contains { side[$0] })
      }
      for i in 0..<n where smallest[i] && !sources.contains(i) {
        // No smaller side does: with this agent on the other side too, more would be cut.
        #expect(Self.leastCut(network, capacities, directed: directed, from: sources, to: sinks + [i]) > least)
      }
      search.clear()
      _ = try search.flow(from: [4].span, to: [5].span, work: Work())
      search.clear()
    }
  }

  @Test(arguments: 0..<30) func aLimitEndsIt(_ seed: Int) throws {
    let network = DrawnNetwork.random(UInt64(seed), agents: 8, links: 30)
    let capacities = Self.capacities(seed, 30, below: 9)
    let made = try Self.flowNetwork(network, capacities, directed: true)
    let first = try FlowSearch(made)
    let second = try FlowSearch(made)
    let most = try first.flow(from: [0].span, to: [1].span, work: Work())
    for limit in [1, 4, most, most + 1] {
      #expect(try second.flow(from: [0].span, to: [1].span, limit: limit, work: Work()) == min(limit, most))
      second.clear()
    }
  }

  /// Ways share no link and are as many as the flow.
  @Test(arguments: 0..<40) func waysShareNoLink(_ seed: Int) throws {
    let directed = seed % 2 == 0
    let network = DrawnNetwork.random(UInt64(seed), agents: 12, links: 20 + seed)
    let m = network.sources.count
    let search = try FlowSearch(Self.flowNetwork(network, [Int64](repeating: 1, count: m), directed: directed))
    let from: [Int32] = [0, 1], to: [Int32] = [2, 3]
    let count = try search.flow(from: from.span, to: to.span, work: Work())
    let ways = try search.ways(from: from.span, to: to.span, limit: .max, work: Work())
    #expect(ways.count == Int(count))
    var left = Array(zip(network.sources, network.targets))
    for way in ways {
      #expect(from.contains(way[0]) && to.contains(way[way.count - 1]))
      #expect(Set(way).count == way.count)
      #expect(way.dropFirst().allSatisfy { !from.contains($0) } && way.dropLast().allSatisfy { !to.contains($0) })
      for (s, t) in zip(way, way.dropFirst()) {
        let used = left.firstIndex { $0 == (s, t) || (!directed && $0 == (t, s)) }
        #expect(used != nil)
        if let used { left.remove(at: used) }
      }
    }
    #expect(try search.ways(from: from.span, to: to.span, limit: 1, work: Work()).count == min(1, ways.count))
  }

  /// Takes away sets of agents, small ones first, until no way is left.
  @Test(arguments: 0..<60) func agentsToLoseEqualTheDefinition(_ seed: Int) throws {
    let n = 9
    let directed = seed % 2 == 0
    let network = DrawnNetwork.random(UInt64(seed), agents: n, links: 10 + seed / 2)
    let (from, to): ([Int32], [Int32]) = seed % 4 < 2 ? ([0], [1]) : ([0, 2], [1, 3])
    let straight = Set(
      zip(network.sources, network.targets).flatMap { s, t in directed ? [[s, t]] : [[s, t], [t, s]] }
        .filter { from.contains($0[0]) && to.contains($0[1]) })
    var rest = network
    let kept = network.sources.indices.filter { k in
      let ends = [network.sources[k], network.targets[k]]
      return !straight.contains(ends) && (directed || !straight.contains(ends.reversed()))
    }
    rest.sources = kept.map { network.sources[$0] }
    rest.targets = kept.map { network.targets[$0] }
    var fewest = Int.max
    for set in 0..<(1 << n) where set.nonzeroBitCount < fewest {
      if (from + to).contains(where: { set >> Int($0) & 1 == 1 }) { continue }
      var less = rest
      for i in 0..<n where set >> i & 1 == 1 { less = less.without(i) }
      let reach = less.reach(directed: directed)
      if !from.contains(where: { s in to.contains { reach[Int(s)][Int($0)] } }) { fewest = set.nonzeroBitCount }
    }
    let rows = try network.adjacency(directed ? .out : .both)
    let found = try disjointPaths(rows, from: from.span, to: to.span, limit: .max, work: Work())
    #expect(found.direct == straight.count)
    #expect(found.cut.count == fewest)
    #expect(found.count == fewest + straight.count)
    var less = rest
    for i in found.cut.array { less = less.without(Int(i)) }
    let reach = less.reach(directed: directed)
    #expect(!from.contains { s in to.contains { reach[Int(s)][Int($0)] } })
    #expect(found.paths.count == found.count)
    var between = Set<Int32>()
    for path in found.paths {
      for agent in path.dropFirst().dropLast() { #expect(between.insert(agent).inserted) }
      for (s, t) in zip(path, path.dropFirst()) {
        #expect(zip(network.sources, network.targets).contains { $0 == (s, t) || (!directed && $0 == (t, s)) })
      }
    }
  }

  @Test(arguments: 0..<60) func redundancyEqualsTheWays(_ seed: Int) throws {
    let n = 12
    let directed = seed % 2 == 0
    let network = DrawnNetwork.random(UInt64(seed), agents: n, links: 12 + seed)
    let rows = try network.adjacency(directed ? .out : .both)
    let sources: [Int32] = seed % 3 == 0 ? [0, 5] : [0]
    let found = try redundancy(rows, from: sources.span, work: Work())
    let least = try redundancyFromAll(rows, directed: directed, work: Work())
    func ways(_ from: [Int32], _ to: Int) throws -> Int {
      let to = [Int32(to)]
      return min(3, try disjointPaths(rows, from: from.span, to: to.span, limit: 0, work: Work()).count)
    }
    for v in 0..<n {
      #expect(Int(found[v]) == (sources.contains(Int32(v)) ? -1 : try ways(sources, v)))
      let all = try (0..<n).filter { $0 != v }.map { try ways([Int32($0)], v) }
      #expect(Int(least[v]) == all.min())
    }
  }

  /// Networks in which few losses part few agents: two dense groups that share some agents.
  @Test(arguments: [1, 2, 3]) func redundancyOfGroupsThatShareAgents(_ shared: Int) throws {
    let n = 14
    var links: [(Int32, Int32)] = []
    for i in 0..<n {
      for j in i + 1..<n {
        let (left, right) = (i < 7 && j < 7, i >= 7 - shared && j >= 7 - shared)
        if left || right { links.append((Int32(i), Int32(j))) }
      }
    }
    for seed in 0..<4 {
      let network = DrawnNetwork(n, links).renamed(shuffledNames(n, seed: UInt64(seed)))
      let rows = try network.adjacency(.both)
      let least = try redundancyFromAll(rows, directed: false, work: Work())
      for v in 0..<n {
        let to = [Int32(v)]
        let all = try (0..<n).filter { $0 != v }.map { u in
          let from = [Int32(u)]
          return min(3, try disjointPaths(rows, from: from.span, to: to.span, limit: 0, work: Work()).count)
        }
        #expect(Int(least[v]) == all.min())
      }
    }
  }

  @Test(arguments: 0..<60) func globalCutsEqualTheDefinition(_ seed: Int) throws {
    let n = 10
    let m = 12 + seed / 2
    let network = DrawnNetwork.random(UInt64(seed), agents: n, links: m)
    let capacities = Self.capacities(seed, m, below: seed % 3 == 0 ? 2 : 12)
    func strength(_ set: Int) -> Int64 {
      var sum: Int64 = 0
      for k in 0..<m where set >> Int(network.sources[k]) & 1 != set >> Int(network.targets[k]) & 1 {
        sum += capacities[k]
      }
      return sum
    }
    let least = (1..<(1 << (n - 1))).map { strength($0 << 1) }.min()
    let found = try #require(
      try globalCut(network.adjacency(.both), capacities: capacities.span, work: Work()))
    #expect(found.units == least)
    let side = found.side.array
    #expect(!side.isEmpty && 2 * side.count <= n)
    #expect(strength(side.reduce(0) { $0 | 1 << Int($1) }) == found.units)
  }

  /// Larger networks, against the least flow from one agent to all others.
  @Test(arguments: 0..<12) func globalCutsEqualTheLeastFlow(_ seed: Int) throws {
    let n = 60
    let m = 100 + 40 * seed
    let network = DrawnNetwork.random(UInt64(seed), agents: n, links: m)
    let capacities = Self.capacities(seed, m, below: seed % 2 == 0 ? 3 : 1_000).map { $0 + 1 }
    let search = try FlowSearch(Self.flowNetwork(network, capacities, directed: false))
    var least = Int64.max
    for t in 1..<Int32(n) {
      let to = [t]
      least = min(least, try search.flow(from: [0].span, to: to.span, work: Work()))
      search.clear()
    }
    let found = try #require(try globalCut(network.adjacency(.both), capacities: capacities.span, work: Work()))
    #expect(found.units == least)
  }

  @Test func globalCutsOfChainsAndRingsAreQuick() throws {
    let n: Int32 = 20_000
    let ones = [Int64](repeating: 1, count: Int(n))
    let ring = DrawnNetwork(Int(n), (0..<n).map { ($0, ($0 + 1) % n) }).renamed(shuffledNames(Int(n), seed: 1))
    #expect(try globalCut(ring.adjacency(.both), capacities: ones.span, work: Work())?.units == 2)
    let chain = DrawnNetwork(Int(n), (0..<n - 1).map { ($0, $0 + 1) })
    let cut = try globalCut(chain.adjacency(.both), capacities: ones.span, work: Work())
    #expect(cut?.units == 1)
    #expect(cut?.side.count == Int(n) / 2)
  }

  @Test(arguments: 0..<20) func cutTreesTellAllCuts(_ seed: Int) throws {
    let n = 9
    let m = 10 + seed
    let network = DrawnNetwork.random(UInt64(seed), agents: n, links: m)
    let capacities = Self.capacities(seed, m, below: seed % 2 == 0 ? 2 : 15)
    let tree = try cutTree(Self.flowNetwork(network, capacities, directed: false), work: Work())
    func above(_ i: Int) -> [Int] {
      var out = [i]
      while tree.parents[out[out.count - 1]] >= 0 { out.append(Int(tree.parents[out[out.count - 1]])) }
      return out
    }
    for i in 0..<n {
      for j in 0..<i {
        let (a, b) = (above(i), above(j))
        let links = Set(a).symmetricDifference(b)
        let least = links.map { tree.units[$0] }.min()
        #expect(least == Self.leastCut(network, capacities, directed: false, from: [i], to: [j]))
      }
      // What hangs below is a side of the cut.
      if tree.parents[i] < 0 { continue }
      let below = Set((0..<n).filter { above($0).contains(i) })
      var sum: Int64 = 0
      for k in 0..<m where below.contains(Int(network.sources[k])) != below.contains(Int(network.targets[k])) {
        sum += capacities[k]
      }
      #expect(sum == tree.units[i])
    }
  }

  @Test func capacitiesAreExactWhereTheyCanBe() throws {
    func sum(_ given: [Double]) throws -> Double {
      let whole = try WholeCapacities(links: given.count, given.span)
      return whole.value(whole.units.array.reduce(0, +))
    }
    #expect(try sum([0.1, 0.2]) == 0.3)
    #expect(try sum([1, 2, 0]) == 3)
    #expect(try sum([0, 0]) == 0)
    #expect(try sum([]) == 0)
    #expect(try sum([0x1p-30, 3, 0x1p20]) == 0x1p20 + 3 + 0x1p-30)
    #expect(abs(try sum([1.0 / 3, 2.0 / 7]) - (1.0 / 3 + 2.0 / 7)) < 1e-15)
    #expect(try sum([1e300, 1e-300]) == 1e300)
    #expect(abs(try sum([1e308, 1e308, 0.7e308]) / 1.35e308) == .infinity)
    #expect(try sum([5e-324]) <= 5e-324)
    for bad in [-1, Double.nan, .infinity] {
      #expect(throws: AuraError.self) { _ = try WholeCapacities(links: 1, [bad].span) }
    }
  }

  @Test func aBudgetRunsOutAndAFlagStops() throws {
    let network = DrawnNetwork.random(1, agents: 50, links: 160)
    let ones = [Int64](repeating: 1, count: 160)
    let (rows, out) = (try network.adjacency(.both), try network.adjacency(.out))
    let made = try Self.flowNetwork(network, ones, directed: false)
    #expect(
      refusals { (work) throws(AuraError) in
        _ = try FlowSearch(made).flow(from: [0].span, to: [1].span, work: work)
      } == [.limit, .cancelled])
    // The best cut so far is left when the allowance ends.
    #expect(
      refusals { (work) throws(AuraError) in _ = try globalCut(rows, capacities: ones.span, work: work) }
        == [nil, .cancelled])
    #expect(refusals { (work) throws(AuraError) in _ = try cutTree(made, work: work) } == [.limit, .cancelled])
    #expect(
      refusals { (work) throws(AuraError) in _ = try redundancy(out, from: [0].span, work: work) }
        == [.limit, .cancelled])
    #expect(
      refusals { (work) throws(AuraError) in _ = try redundancyFromAll(rows, directed: false, work: work) }
        == [.limit, .cancelled])
    #expect(
      refusals { (work) throws(AuraError) in
        _ = try disjointPaths(out, from: [0].span, to: [1].span, limit: 9, work: work)
      } == [.limit, .cancelled])
  }
}
