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
    // Who has to be told something is asked what its known answers ask.
    let asked =
      entry.card.needsParameters
      ? entry.knownAnswers.map { ($0.network, $0.parameters) } : SampleNetwork.standard.map { ($0, [:]) }
    for (network, parameters) in asked {
      let view = TopologyView(try network.topology())
      var out = AnswerWriter(view.topology.structure.agents)
      try entry.run(view, parameters, &out)
      #expect(out.headline.hasSuffix("."))
      #expect((10...160).contains(out.headline.count), "\(out.headline)")
    }
  }
}
