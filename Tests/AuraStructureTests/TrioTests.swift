import AuraBase
import AuraCatalogue
import AuraGraph
import AuraStructure
import Testing

/// Triangles, clustering and what else is made of three agents.
@Suite struct TrioTests {
  @Test(arguments: OracleCase.load("graph.peers_differ_trios"))
  func staysRightWhereAPeerDiffers(_ oracle: OracleCase) throws {
    let answer = try oracle.answer()
    #expect(try oracle.difference("right", from: answer) == nil)
    #expect(try oracle.difference("says", from: answer) != nil)
  }

  /// Triangles are looked for once a request: after one measure, the others cost next to nothing.
  @Test func onePassServesAll() throws {
    let topology = try SharedData.topology("drawn_dense")
    let view = TopologyView(topology)
    let first = try Triangles.run(view, NoParameters())
    let spent = view.work.unitsSpent
    let clustering = try LocalClustering.run(view, NoParameters())
    let transitivity = try Transitivity.run(view, NoParameters())
    #expect(view.work.unitsSpent == spent)
    #expect(clustering.clustering.count == first.triangles.count && transitivity.transitivity != nil)
  }

  /// Without direction, or with equal strengths, the variants are the plain measure.
  @Test(arguments: ["grid_118_ieee", "itz_Deltacom"]) func variantsAgreeWhereTheyMust(_ name: String) throws {
    let topology = try SharedData.topology(name)
    let plain = try LocalClustering.run(TopologyView(topology), NoParameters()).clustering
    #expect(!topology.structure.directed)
    let directed = try DirectedClustering.run(TopologyView(topology), NoParameters()).clustering
    for v in 0..<plain.count { #expect(abs(plain[v] - directed[v]) < 1e-12) }
  }

  /// A search that ends early says so, finds no group that is not there, and calls none larger than it is.
  @Test(arguments: [1, 5, 20, 60, 100_000]) func cliquesWithinABudget(_ budget: Int) throws {
    let topology = try SharedData.topology("drawn_dense")
    let whole = try Cliques.run(TopologyView(topology), Cliques.Parameters(["listed": 1_000]))
    let part = try Cliques.run(
      TopologyView(topology), Cliques.Parameters(["listed": 1_000, "budget": .integer(budget)]))
    let all = try answer(whole, topology), some = try answer(part, topology)
    #expect(all["complete"] == true)
    #expect(try #require(some["count"]?.number) <= #require(all["count"]?.number))
    #expect(some["complete"] == .bool(some["count"] == all["count"]) || budget < 100_000)
    let groups = Set(all["groups"]?.elements ?? [])
    for group in some["groups"]?.elements ?? [] { #expect(groups.contains(group)) }
    for (a, b) in zip(some["largest"]?.elements ?? [], all["largest"]?.elements ?? []) {
      #expect(try #require(a.number) <= #require(b.number))
    }
  }

  private func answer(_ output: Cliques.Output, _ topology: Topology) throws -> JSON {
    var out = AnswerWriter(topology.structure.agents)
    try output.write(to: &out)
    return try JSON(parsing: out.json.text)
  }
}
