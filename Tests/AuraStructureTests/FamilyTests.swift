import AuraBase
import AuraCatalogue
import AuraGraph
import AuraStructure
import Testing

extension Entry: CustomTestStringConvertible {
  public var testDescription: String { card.id }
}

/// What the measures of this family owe beside what every component owes.
@Suite struct FamilyTests {
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
}
