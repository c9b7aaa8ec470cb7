import AuraBase
import AuraCatalogue
import AuraGraph
import AuraStructure
import Testing

@Suite struct CriticalAgentsTests {
  /// The smallest R that any of fifteen published and textbook orders reached on these networks: min-sum decycling with
  /// reinsertion on the first, adaptive betweenness on the second. Even a quick look must come close.
  @Test(arguments: [("grid_300_ieee", 0.03792), ("itz_Deltacom", 0.0679)])
  func isAsGoodAsPublishedOrders(_ name: String, _ best: Double) throws {
    let view = TopologyView(try SharedData.topology(name))
    let entry = try #require(StructureFamily.entries.first { $0.card.id == "graph.resilience.critical_agents" })
    let answer = try entry(view, ["effort": 0])
    #expect(try #require(answer["R"]?.number) <= 1.03 * best)
    #expect(answer["order"]?.elements.count == view.count)
  }
}
