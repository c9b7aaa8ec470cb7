import AuraBase
import AuraKernels
import Testing

@Suite struct PageRankTests {
  @Test func oneLinkByHand() throws {
    let rows = try DrawnNetwork(2, [(0, 1)]).adjacency(.into)
    let found = try pageRank(rows, undirected: false, work: Work()).values
    #expect(abs(found[0] - 20 / 57) < 1e-12 && abs(found[1] - 37 / 57) < 1e-12)
    let personal = try pageRank(rows, undirected: false, restart: [3.0, 0].span, work: Work()).values
    #expect(abs(personal[0] - 20 / 37) < 1e-12 && abs(personal[1] - 17 / 37) < 1e-12)
  }

  @Test func nobodyAndAlone() throws {
    #expect(try pageRank(DrawnNetwork(0, []).adjacency(.into), undirected: false, work: Work()).values.count == 0)
    #expect(try pageRank(DrawnNetwork(1, []).adjacency(.into), undirected: false, work: Work()).values.array == [1])
  }

  /// Solves the defining equations by elimination.
  private func byDefinition(
    _ network: DrawnNetwork, _ strengths: [Double], directed: Bool, damping: Double, restart: [Double]
  ) -> [Double] {
    let n = network.count
    var flow = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
    for (k, (s, t)) in zip(network.sources, network.targets).enumerated() {
      flow[Int(s)][Int(t)] += strengths[k]
      if !directed { flow[Int(t)][Int(s)] += strengths[k] }
    }
    let home = restart.map { $0 / restart.reduce(0, +) }
    var rows: [[Double]] = (0..<n).map { i in
      (0..<n).map { j in
        let sum = flow[j].reduce(0, +)
        return (i == j ? 1 : 0) - damping * (sum > 0 ? flow[j][i] / sum : home[i])
      } + [(1 - damping) * home[i]]
    }
    for c in 0..<n {
      let pivot = (c..<n).max { abs(rows[$0][c]) < abs(rows[$1][c]) } ?? c
      rows.swapAt(c, pivot)
      for r in 0..<n where r != c {
        let factor = rows[r][c] / rows[c][c]
        for k in c...n { rows[r][k] -= factor * rows[c][k] }
      }
    }
    return (0..<n).map { rows[$0][n] / rows[$0][$0] }
  }

  @Test(arguments: 0..<32) func equalsTheDefinition(_ seed: Int) throws {
    let n = 10
    let network = DrawnNetwork.random(UInt64(seed), agents: n, links: 3 + seed / 2)
    let dice = Dice(seed: UInt64(seed) + 500)
    let directed = seed % 2 == 0
    let strengths = network.sources.indices.map {
      seed % 4 < 2 ? 1 : dice.uniform($0) < 0.2 ? 0 : 1e300 * dice.uniform(99 + $0)
    }
    let restart = (0..<n).map { seed % 3 == 0 ? 1 : dice.uniform(200 + $0) }
    let damping = [0, 0.5, 0.85, 0.99][seed % 4]
    let scaled = strengths.map { $0 > 1 ? $0 / 1e300 : $0 }
    let expected = byDefinition(network, scaled, directed: directed, damping: damping, restart: restart)
    let found = try pageRank(
      network.adjacency(directed ? .into : .both), undirected: !directed,
      strengths: seed % 4 < 2 ? nil : strengths.span, damping: damping, restart: seed % 3 == 0 ? nil : restart.span,
      work: Work()
    ).values
    for i in 0..<n { #expect(abs(found[i] - expected[i]) < 1e-12 / (1 - damping)) }
    #expect(abs(found.array.reduce(0, +) - 1) < 1e-14)
  }

  @Test func threadsDoNotMatter() throws {
    let rows = try DrawnNetwork.random(5, agents: 9_000, links: 20_000).adjacency(.into)
    let pool = WorkerPool(width: 2)
    func bits(_ work: Work) throws -> [UInt64] {
      try pageRank(rows, undirected: false, damping: 0.5, work: work).values.array.map(\.bitPattern)
    }
    #expect(try bits(Work()) == bits(Work(pool: pool)))
  }

  @Test func whatCannotBeAskedIsRefused() throws {
    let rows = try DrawnNetwork(2, [(0, 1)]).adjacency(.into)
    func refused(_ strength: Double, _ damping: Double, _ restart: [Double]) -> Bool {
      do throws(AuraError) {
        _ = try pageRank(
          rows, undirected: false, strengths: [strength].span, damping: damping, restart: restart.span, work: Work())
        return false
      } catch { return error.code == .argument }
    }
    #expect(!refused(1, 0.85, [1, 1]))
    for strength in [-1, Double.nan, .infinity] { #expect(refused(strength, 0.85, [1, 1])) }
    for damping in [-0.1, 1, Double.nan] { #expect(refused(1, damping, [1, 1])) }
    for restart in [[0, 0], [-1, 1], [1], [Double.nan, 1]] { #expect(refused(1, 0.85, restart)) }
  }

  /// After any round but none, the shares are as near to the exact ones as they say.
  @Test func anAllowanceThatEndsLeavesABoundAndAFlagStops() throws {
    let rows = try DrawnNetwork.random(1, agents: 50, links: 60).adjacency(.into)
    let free = Work()
    let exact = try pageRank(rows, undirected: false, work: free).values
    var bounds: [Double] = []
    let round = rows.entries + 50
    for allowance in stride(from: 2 * round, to: free.unitsSpent, by: 3 * round) {
      let found = try pageRank(rows, undirected: false, work: Work(allowance: allowance))
      let bound = try #require(found.within)
      let off = (0..<50).reduce(0) { $0 + abs(found.values[$1] - exact[$1]) }
      #expect(off <= bound && off > bound * 1e-4)
      bounds.append(bound)
    }
    #expect(bounds.count > 3 && bounds == bounds.sorted(by: >))
    #expect(throws: AuraError.self) { _ = try pageRank(rows, undirected: false, work: Work(allowance: 1)) }
    #expect(
      refusals { (work) throws(AuraError) in _ = try pageRank(rows, undirected: false, work: work) }
        == [nil, .cancelled])
  }
}
