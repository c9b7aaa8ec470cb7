import AuraBase
import AuraKernels
import Testing

@Suite struct ArticulationTests {
  @Test func theKnotOfABowTieHoldsTwoParts() throws {
    let found = try articulationPoints(DrawnNetwork.bowTie.adjacency(.both, simple: true), work: Work())
    #expect(found.agents.array == [2])
    #expect(found.parts.array == [2])
  }

  @Test func nobodyAndAlone() throws {
    #expect(try articulationPoints(DrawnNetwork(0, []).adjacency(.both), work: Work()).agents.count == 0)
    #expect(try articulationPoints(DrawnNetwork(1, [(0, 0)]).adjacency(.both), work: Work()).agents.count == 0)
  }

  /// Takes each agent away and counts what is left of its part.
  @Test(arguments: 0..<60) func equalsTheDefinition(_ seed: Int) throws {
    let n = 14
    let network = DrawnNetwork.random(UInt64(seed), agents: n, links: 4 + seed / 3)
    let before = network.reach(directed: false)
    var agents: [Int32] = []
    var parts: [Int32] = []
    for v in 0..<n {
      let after = network.without(v).reach(directed: false)
      let mates = (0..<n).filter { $0 != v && before[v][$0] }
      let pieces = mates.filter { i in !mates.contains { $0 < i && after[$0][i] } }.count
      if pieces > 1 {
        agents.append(Int32(v))
        parts.append(Int32(pieces))
      }
    }
    for simple in [false, true] {
      let found = try articulationPoints(network.adjacency(.both, simple: simple), work: Work())
      #expect(found.agents.array == agents)
      #expect(found.parts.array == parts)
    }
  }

  @Test func aLongChainNeedsNoStack() throws {
    let n: Int32 = 200_000
    let chain = DrawnNetwork(Int(n), (0..<n - 1).map { ($0, $0 + 1) })
    #expect(try articulationPoints(chain.adjacency(.both), work: Work()).agents.count == Int(n) - 2)
  }

  @Test func aBudgetRunsOutAndAFlagStops() throws {
    let rows = try DrawnNetwork.random(1, agents: 50, links: 60).adjacency(.both)
    #expect(
      refusals { (work) throws(AuraError) in _ = try articulationPoints(rows, work: work) } == [.limit, .cancelled])
  }
}
