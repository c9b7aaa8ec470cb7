import AuraBase
import AuraKernels
import Testing

@Suite struct WeakComponentsTests {
  private func find(_ network: DrawnNetwork, _ work: Work = Work()) throws(AuraError) -> Components {
    try weakComponents(
      count: network.count, sources: network.sources.span, targets: network.targets.span, work: work)
  }

  @Test func directionDoesNotMatter() throws {
    let found = try find(DrawnNetwork(4, [(0, 1), (2, 1)]))
    #expect(found.labels.array == [0, 0, 0, 1])
    #expect(found.sizes.array == [3, 1])
  }

  @Test func nobodyAndAlone() throws {
    #expect(try find(DrawnNetwork(0, [])).count == 0)
    #expect(try find(DrawnNetwork(1, [(0, 0)])).sizes.array == [1])
  }

  @Test(arguments: 0..<40) func equalsTheDefinition(_ seed: Int) throws {
    let network = DrawnNetwork.random(UInt64(seed), agents: 12, links: seed / 3)
    let reach = network.reach(directed: false)
    let expected = labels(12) { reach[$0][$1] }
    let found = try find(network)
    #expect(found.labels.array == expected)
    #expect(found.sizes.array == (0..<found.count).map { c in Int32(expected.count { $0 == Int32(c) }) })
  }

  @Test func aBudgetRunsOutAndAFlagStops() {
    let network = DrawnNetwork.random(1, agents: 50, links: 60)
    #expect(refusals { (work) throws(AuraError) in _ = try find(network, work) } == [.limit, .cancelled])
  }
}
