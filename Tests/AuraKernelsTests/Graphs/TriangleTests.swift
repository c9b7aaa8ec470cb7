import AuraBase
import AuraKernels
import Testing

/// Triangles and what is made of them, held against all trios of agents.
@Suite struct TriangleTests {
  /// A network, its ways and strengths as matrices, and its trios.
  struct Case {
    let network: DrawnNetwork
    let simple: Adjacency
    let rows: ForwardRows
    var points: [[Bool]]
    var strengths: [Double]
    var together: [[Double]]
    var linked: [[Bool]]

    init(_ seed: Int, agents n: Int = 14) throws {
      network = DrawnNetwork.random(UInt64(seed), agents: n, links: 8 + seed * 2)
      simple = try network.adjacency(.both, simple: true)
      rows = try ForwardRows(simple, work: Work())
      let dice = Dice(seed: UInt64(seed) + 1000)
      strengths = (0..<network.sources.count).map { Double(dice.integer($0, below: 5)) / 2 }
      points = [[Bool]](repeating: [Bool](repeating: false, count: n), count: n)
      linked = points
      together = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
      for (k, (s, t)) in zip(network.sources, network.targets).enumerated() where s != t {
        points[Int(s)][Int(t)] = true
        linked[Int(s)][Int(t)] = true
        linked[Int(t)][Int(s)] = true
        together[Int(s)][Int(t)] += strengths[k]
        together[Int(t)][Int(s)] += strengths[k]
      }
    }

    func trios(_ body: (Int, Int, Int) -> Void) {
      let n = network.count
      for a in 0..<n { for b in a + 1..<max(n, a + 1) { for c in b + 1..<max(n, b + 1) { body(a, b, c) } } }
    }
  }

  @Test(arguments: 0..<30) func countsEqualTheDefinition(_ seed: Int) throws {
    let drawn = try Case(seed)
    var counts = [Int32](repeating: 0, count: 14)
    drawn.trios { a, b, c in
      if drawn.linked[a][b] && drawn.linked[b][c] && drawn.linked[a][c] { for v in [a, b, c] { counts[v] += 1 } }
    }
    #expect(try triangleCounts(drawn.rows, work: Work()).array == counts)
  }

  @Test(arguments: 0..<30) func worthsEqualTheDefinition(_ seed: Int) throws {
    let drawn = try Case(seed)
    let shares = try pairStrengths(
      drawn.rows, neighbours: drawn.network.adjacency(.both), strengths: drawn.strengths.span, work: Work())
    let most = drawn.together.flatMap { $0 }.max() ?? 0
    var sums = [Double](repeating: 0, count: 14)
    drawn.trios { a, b, c in
      if drawn.linked[a][b] && drawn.linked[b][c] && drawn.linked[a][c] && most > 0 {
        let product = drawn.together[a][b] * drawn.together[b][c] * drawn.together[a][c] / (most * most * most)
        for v in [a, b, c] { sums[v] += product }
      }
    }
    let found = try triangleWorths(drawn.rows, worth: shares, work: Work()).array
    for v in 0..<14 { #expect(abs(found[v] - sums[v]) < 1e-12) }
  }

  /// Takes links away until each of the rest closes *k* - 2 triangles, for each *k*.
  @Test(arguments: 0..<30) func trussEqualsTheDefinition(_ seed: Int) throws {
    let drawn = try Case(seed)
    let n = 14
    var truss = [[Int32]](repeating: [Int32](repeating: 0, count: n), count: n)
    var left = drawn.linked
    for k in 2..<Int32(n) + 1 {
      var changed = true
      while changed {
        changed = false
        for a in 0..<n {
          for b in 0..<n where left[a][b] {
            if (0..<n).count(where: { left[a][$0] && left[b][$0] }) < Int(k) - 2 {
              (left[a][b], left[b][a], changed) = (false, false, true)
            }
          }
        }
      }
      for a in 0..<n { for b in 0..<n where left[a][b] { truss[a][b] = k } }
    }
    let network = drawn.network
    let found = try trussDecomposition(
      drawn.rows, sources: network.sources.span, targets: network.targets.span, work: Work())
    #expect(found.array == zip(network.sources, network.targets).map { truss[Int($0)][Int($1)] })
  }

  @Test(arguments: 0..<40) func censusEqualsTheDefinition(_ seed: Int) throws {
    let n = 4 + seed % 10
    let drawn = try Case(seed, agents: n)
    let p = drawn.points
    /// Out of any order of three agents, the least code: equal for triads of one shape only.
    func shape(_ a: Int, _ b: Int, _ c: Int) -> Int {
      [[a, b, c], [a, c, b], [b, a, c], [b, c, a], [c, a, b], [c, b, a]].map { v in
        [(0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1)].reduce(0) { $0 * 2 + (p[v[$1.0]][v[$1.1]] ? 1 : 0) }
      }.min()!
    }
    // One of each shape by its links, in the order of the census.
    let examples: [[(Int, Int)]] = [
      [], [(0, 1)], [(0, 1), (1, 0)], [(0, 1), (0, 2)], [(1, 0), (2, 0)], [(0, 1), (1, 2)],
      [(0, 1), (1, 0), (2, 0)], [(0, 1), (1, 0), (0, 2)], [(0, 1), (1, 2), (0, 2)], [(0, 1), (1, 2), (2, 0)],
      [(0, 1), (1, 0), (0, 2), (2, 0)], [(0, 1), (1, 0), (2, 0), (2, 1)], [(0, 1), (1, 0), (0, 2), (1, 2)],
      [(0, 1), (1, 0), (0, 2), (2, 1)], [(0, 1), (1, 0), (0, 2), (2, 0), (1, 2)],
      [(0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1)],
    ]
    let codes = examples.map { links in
      [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]].map { v in
        [(0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1)].reduce(0) { sum, pair in
          sum * 2 + (links.contains { $0 == (v[pair.0], v[pair.1]) } ? 1 : 0)
        }
      }.min()!
    }
    #expect(Set(codes).count == 16)
    var census = [Double](repeating: 0, count: 16)
    drawn.trios { a, b, c in census[codes.firstIndex(of: shape(a, b, c))!] += 1 }
    var loops = [Double](repeating: 0, count: n)
    drawn.trios { a, b, c in
      for (x, y, z) in [(a, b, c), (a, c, b)] where p[x][y] && p[y][z] && p[z][x] {
        for v in [a, b, c] { loops[v] += 1 }
      }
    }
    let ways = try pairWays(
      drawn.rows, neighbours: drawn.network.adjacency(.both), sources: drawn.network.sources.span, work: Work())
    let found = try triadCensus(drawn.rows, ways: ways, work: Work())
    #expect(found.counts.map { Double($0) } == census)
    #expect(found.loops.array == loops)
  }

  /// All sets of agents.
  @Test(arguments: 0..<30) func cliquesEqualTheDefinition(_ seed: Int) throws {
    let n = 10
    let drawn = try Case(seed, agents: n)
    var groups: [[Int32]] = []
    for set in 1..<1 << n {
      let members = (0..<n).filter { set >> $0 & 1 == 1 }
      let all = members.allSatisfy { a in members.allSatisfy { a == $0 || drawn.linked[a][$0] } }
      let more = (0..<n).contains { x in !members.contains(x) && members.allSatisfy { drawn.linked[x][$0] } }
      if all && !more { groups.append(members.map { Int32($0) }) }
    }
    groups.sort { $0.count != $1.count ? $0.count > $1.count : $0.lexicographicallyPrecedes($1) }
    for listed in [0, 1, 3, 1_000] {
      let found = try maximalCliques(drawn.simple, listed: listed, steps: .max, work: Work())
      #expect(found.count == groups.count && found.complete)
      #expect(found.groups == Array(groups.prefix(listed)))
      for v in 0..<n { #expect(Int(found.largest[v]) == groups.first { $0.contains(Int32(v)) }?.count) }
      for size in found.bySize.indices {
        let expected = groups.filter { $0.count == size }.count
        #expect(Int(found.bySize[size]) == expected)
      }
    }
    let few = try maximalCliques(drawn.simple, listed: 1_000, steps: 3, work: Work())
    #expect(few.count <= groups.count && few.groups.allSatisfy { groups.contains($0) })
    #expect(few.count == groups.count || !few.complete)
  }

  /// Groups of 100 among 130 agents need more than one word of candidates; all but pairs (2i, 2i + 1) are linked.
  @Test func manyCandidates() throws {
    var links: [(Int32, Int32)] = []
    for i in 0..<Int32(130) { for j in 0..<i where j + 1 != i || i % 2 == 0 || i > 15 { links.append((i, j)) } }
    let simple = try DrawnNetwork(130, links).adjacency(.both, simple: true)
    let found = try maximalCliques(simple, listed: 2, steps: .max, work: Work())
    #expect(found.count == 256 && found.bySize[122] == 256)
    #expect(found.groups[0].prefix(9) == [0, 2, 4, 6, 8, 10, 12, 14, 16])
    #expect(found.groups[1].prefix(9) == [0, 2, 4, 6, 8, 10, 12, 15, 16])
    #expect(try !maximalCliques(simple, listed: 2, steps: 100, work: Work()).complete)
  }

  /// Enough pairs for several chunks: every thread count gives the same.
  @Test func chunksAddUp() throws {
    let network = DrawnNetwork.random(3, agents: 500, links: 90_000)
    let rows = try ForwardRows(network.adjacency(.both, simple: true), work: Work())
    let ways = try pairWays(rows, neighbours: network.adjacency(.both), sources: network.sources.span, work: Work())
    let one = try triangleCounts(rows, work: Work())
    let three = try triangleCounts(rows, work: Work(pool: WorkerPool(width: 3)))
    #expect(one.array == three.array)
    let ones = try Column([Double](repeating: 1, count: rows.heads.count))
    #expect(try triangleWorths(rows, worth: ones, work: Work()).array == one.array.map { Double($0) })
    let found = try triadCensus(rows, ways: ways, work: Work())
    #expect(try triadCensus(rows, ways: ways, work: Work(pool: WorkerPool(width: 3))).loops.array == found.loops.array)
    let census = found.counts.map { Double($0) }
    let trios: Double = census.reduce(0, +)
    #expect(trios == 20_708_500)  // 500 * 499 * 498 / 6
    var closed = 0.0
    for k in [8, 9, 11, 12, 13, 14, 15] { closed += census[k] }
    let corners = one.array.reduce(0) { $0 + Int($1) }
    #expect(3 * closed == Double(corners))
  }

  /// Sums of strengths beyond numbers, or strengths next to nothing, are shares all the same; a loop counts for nothing.
  @Test func strengthsOfAnySize() throws {
    let network = DrawnNetwork(3, [(0, 1), (1, 0), (1, 2), (2, 2), (0, 2)])
    let rows = try ForwardRows(network.adjacency(.both, simple: true), work: Work())
    let big = Double.greatestFiniteMagnitude
    for (strengths, expected) in [
      ([big, big, big, big, big / 2], [0.25, 0.5, 1]), ([2e-310, 2e-310, 2e-310, 1e300, 1e-310], [0.25, 0.5, 1]),
      ([Double.infinity, 0, 1, 1, 1], [0, 0, 1]), ([0, 0, 0, 1, 0], [0, 0, 0]),
    ] {
      let found = try pairStrengths(
        rows, neighbours: network.adjacency(.both), strengths: strengths.span, work: Work())
      for (a, b) in zip(found.array.sorted(), expected) { #expect(abs(a - b) < 1e-6) }
    }
  }

  @Test func budgetsRunOutAndFlagsStop() throws {
    let drawn = try Case(20)
    let network = drawn.network
    let neighbours = try network.adjacency(.both)
    let ways = try pairWays(drawn.rows, neighbours: neighbours, sources: network.sources.span, work: Work())
    let shares = try pairStrengths(
      drawn.rows, neighbours: neighbours, strengths: drawn.strengths.span, work: Work())
    let stops: [AuraError.Code?] = [.limit, .cancelled]
    #expect(
      refusals { (work) throws(AuraError) in
        _ = try ForwardRows(drawn.simple, work: work)
      } == stops)
    #expect(
      refusals { (work) throws(AuraError) in
        _ = try triangleCounts(drawn.rows, work: work)
      } == stops)
    #expect(
      refusals { (work) throws(AuraError) in
        _ = try triangleWorths(drawn.rows, worth: shares, work: work)
      } == stops)
    #expect(
      refusals { (work) throws(AuraError) in
        _ = try triadCensus(drawn.rows, ways: ways, work: work)
      } == stops)
    #expect(
      refusals { (work) throws(AuraError) in
        _ = try trussDecomposition(
          drawn.rows, sources: network.sources.span, targets: network.targets.span, work: work)
      } == stops)
    // The cliques found so far are left when the allowance ends.
    #expect(
      refusals { (work) throws(AuraError) in
        _ = try maximalCliques(drawn.simple, listed: 10, steps: .max, work: work)
      } == [nil, .cancelled])
  }
}
