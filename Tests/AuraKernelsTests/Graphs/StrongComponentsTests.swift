import AuraBase
import AuraKernels
import Testing

@Suite struct StrongComponentsTests {
  @Test func aRingWithATailIsTwo() throws {
    let found = try strongComponents(DrawnNetwork(4, [(0, 1), (1, 2), (2, 0), (2, 3)]).adjacency(.out), work: Work())
    #expect(found.labels.array == [0, 0, 0, 1])
    #expect(found.sizes.array == [3, 1])
  }

  @Test func nobodyAndAlone() throws {
    #expect(try strongComponents(DrawnNetwork(0, []).adjacency(.out), work: Work()).count == 0)
    #expect(try strongComponents(DrawnNetwork(1, [(0, 0)]).adjacency(.out), work: Work()).sizes.array == [1])
  }

  @Test(arguments: 0..<60) func equalsTheDefinition(_ seed: Int) throws {
    let network = DrawnNetwork.random(UInt64(seed), agents: 14, links: seed / 2)
    let reach = network.reach(directed: true)
    let found = try strongComponents(network.adjacency(.out), work: Work())
    #expect(found.labels.array == labels(14) { reach[$0][$1] && reach[$1][$0] })
    #expect(found.sizes.array.reduce(0, +) == 14)
  }

  @Test func aLongRingNeedsNoStack() throws {
    let n: Int32 = 200_000
    let ring = DrawnNetwork(Int(n), (0..<n).map { ($0, ($0 + 1) % n) })
    let chain = DrawnNetwork(Int(n), (0..<n - 1).map { ($0, $0 + 1) })
    #expect(try strongComponents(ring.adjacency(.out), work: Work()).count == 1)
    #expect(try strongComponents(chain.adjacency(.out), work: Work()).count == Int(n))
  }

  @Test func aBudgetRunsOutAndAFlagStops() throws {
    let rows = try DrawnNetwork.random(1, agents: 50, links: 60).adjacency(.out)
    #expect(
      refusals { (work) throws(AuraError) in _ = try strongComponents(rows, work: work) } == [.limit, .cancelled])
  }
}
