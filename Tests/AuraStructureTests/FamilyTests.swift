import AuraBase
import AuraCatalogue
import AuraGraph
import AuraStructure
import Testing

extension Entry: CustomTestStringConvertible {
  public var testDescription: String { card.id }
}

/// What every measure of this family owes.
@Suite struct FamilyTests {
  @Test(arguments: StructureFamily.entries) func knowsItsAnswers(_ entry: Entry) {
    #expect(!entry.knownAnswers.isEmpty)
    for check in entry.selfCheck() { #expect(check.difference == nil, "\(check.reason)") }
  }

  @Test(arguments: StructureFamily.entries) func refusesAMisspeltParameter(_ entry: Entry) throws {
    let view = TopologyView(try SampleNetwork.bowTie.topology())
    let error = #expect(throws: AuraError.self) { try entry(view, ["dampling": 1]) }
    #expect(error?.pointer == "/dampling")
  }

  @Test(arguments: StructureFamily.entries) func answersForNobodyAndForOne(_ entry: Entry) throws {
    _ = try entry(TopologyView(SampleNetwork.empty.topology()))
    _ = try entry(TopologyView(SampleNetwork.single.topology()))
  }

  /// A headline is one sentence to a person, short enough for a line.
  @Test(arguments: StructureFamily.entries) func saysSomethingToAPerson(_ entry: Entry) throws {
    for network in SampleNetwork.standard {
      let view = TopologyView(try network.topology())
      var out = AnswerWriter(view.topology.structure.agents)
      try entry.run(view, [:], &out)
      #expect(out.headline.hasSuffix("."))
      #expect((10...120).contains(out.headline.count))
    }
  }

  /// The same network with its agents in another order: each agent keeps its numbers.
  @Test(arguments: ["graph.structure.k_core", "graph.centrality.betweenness", "graph.centrality.pagerank"])
  func orderDoesNotMatter(_ id: String) throws {
    let entry = try #require(StructureFamily.entries.first { $0.card.id == id })
    func column(_ network: SampleNetwork) throws -> [Double] {
      let view = TopologyView(try network.topology())
      var out = AnswerWriter(view.topology.structure.agents)
      try entry.run(view, [:], &out)
      return switch try #require(out.columns.first).column {
      case .reals(let values): values.array
      case .integers(let values): values.array.map { Double($0) }
      }
    }
    for network in SampleNetwork.standard {
      let order = Array((0..<network.count).reversed())
      let (plain, other) = (try column(network), try column(network.relabelled(order)))
      for (i, old) in order.enumerated() { #expect(abs(other[i] - plain[old]) < 1e-12) }
    }
  }
}
