import AuraBase
import AuraKernels
import Testing

@Suite struct TwoLinkPartsTests {
  /// Takes each link away and looks who is still joined.
  @Test(arguments: 0..<50) func equalsTheDefinition(_ seed: Int) throws {
    let n = 14
    let network = DrawnNetwork.random(UInt64(seed), agents: n, links: 5 + seed / 3)
    let m = network.sources.count
    let before = network.reach(directed: false)
    let after = (0..<m).map { k -> [[Bool]] in
      var less = network
      less.sources.remove(at: k)
      less.targets.remove(at: k)
      return less.reach(directed: false)
    }
    let found = try twoLinkParts(network.adjacency(.both), links: m, work: Work())
    #expect(
      found.parts.labels.array == labels(n) { i, j in before[i][j] && after.allSatisfy { $0[i][j] } })
    for k in 0..<m {
      let (s, t) = (Int(network.sources[k]), Int(network.targets[k]))
      if after[k][s][t] {
        #expect(found.below[k] == 0)
        continue
      }
      let first = Int(found.first[k])
      let hanging = Set(found.order.array[first..<first + Int(found.below[k])].map { Int($0) })
      let sides = [s, t].map { end in Set((0..<n).filter { after[k][end][$0] }) }
      #expect(sides.contains(hanging))
    }
  }

  @Test func aLongChainNeedsNoStack() throws {
    let n: Int32 = 200_000
    let chain = DrawnNetwork(Int(n), (0..<n - 1).map { ($0, $0 + 1) })
    #expect(try twoLinkParts(chain.adjacency(.both), links: Int(n) - 1, work: Work()).parts.count == Int(n))
  }

  @Test func aBudgetRunsOutAndAFlagStops() throws {
    let rows = try DrawnNetwork.random(1, agents: 50, links: 60).adjacency(.both)
    #expect(
      refusals { (work) throws(AuraError) in _ = try twoLinkParts(rows, links: 60, work: work) }
        == [.limit, .cancelled])
  }
}
