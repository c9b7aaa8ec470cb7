import AuraBase
import AuraKernels
import Testing

@Suite struct CriticalAgentsTests {
  private static func robustnessOf(_ rows: Adjacency, _ order: Column<Int32>) throws -> Double {
    let curve = try removalCurve(rows, order: order.span, work: Work())
    return robustness(curve.span)
  }

  /// Agents of the largest part among those in `set`, one bit each.
  private static func largest(_ set: Int, _ rows: Adjacency) -> Int {
    var left = set, best = 0
    while left != 0 {
      var part = left & -left
      var size = 0
      while true {
        var grown = part
        for v in 0..<rows.count where (part >> v) & 1 == 1 {
          for e in Int(rows.starts[v])..<Int(rows.starts[v + 1]) { grown |= (1 << Int(rows.neighbours[e])) & set }
        }
        if grown == part { break }
        part = grown
      }
      size = part.nonzeroBitCount
      best = max(best, size)
      left &= ~part
    }
    return best
  }

  /// The least sum over all orders, by dynamic programming over the sets of agents that are left.
  @Test(arguments: 0..<24) func reachesTheBestOfAllOrders(_ seed: Int) throws {
    let n = 4 + seed % 6
    let rows = try DrawnNetwork.random(UInt64(seed), agents: n, links: n - 1 + seed / 2).adjacency(.both, simple: true)
    var least = [Int](repeating: 0, count: 1 << n)
    let all = (1 << n) - 1
    for set in 1...all {
      var after = Int.max
      for v in 0..<n where (set >> v) & 1 == 1 { after = min(after, least[set ^ (1 << v)]) }
      let here = set == all ? 0 : Self.largest(set, rows)
      least[set] = after + here
    }
    let found = try criticalAgents(rows, effort: 1, work: Work(seed: 1))
    #expect(found.array.sorted() == (0..<Int32(n)).map { $0 })
    let sum = try Self.robustnessOf(rows, found) * Double(n * n)
    #expect(Int(sum.rounded()) == least[all])
  }

  @Test func isNeverWorseThanSimpleOrders() throws {
    for seed in 0..<6 {
      let rows = try DrawnNetwork.random(UInt64(seed), agents: 80, links: 60 + 30 * seed).adjacency(.both, simple: true)
      let quick = try Self.robustnessOf(rows, try criticalAgents(rows, effort: 0, work: Work()))
      for adaptive in [false, true] {
        let order = Column(try orderByDegree(rows, adaptive: adaptive, work: Work()))
        let plain = try Self.robustnessOf(rows, order)
        #expect(quick <= plain)
      }
    }
  }

  @Test func equalSeedsGiveEqualOrdersForAnyThreads() throws {
    let rows = try DrawnNetwork.random(3, agents: 16, links: 30).adjacency(.both, simple: true)
    let one = try criticalAgents(rows, effort: 1, work: Work(pool: WorkerPool(width: 1), seed: 5)).array
    for width in [2, 3] {
      #expect(try criticalAgents(rows, effort: 1, work: Work(pool: WorkerPool(width: width), seed: 5)).array == one)
    }
  }

  @Test func aBudgetRunsOutAndAFlagStops() throws {
    let rows = try DrawnNetwork.random(1, agents: 50, links: 60).adjacency(.both, simple: true)
    #expect(
      refusals { (work) throws(AuraError) in _ = try criticalAgents(rows, effort: 0, work: work) }
        == [.limit, .cancelled])
  }
}
