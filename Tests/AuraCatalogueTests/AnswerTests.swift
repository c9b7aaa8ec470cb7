import AuraBase
import AuraCatalogue
import AuraGraph
import Testing

private struct Sample: Answer {
  struct Item: Answer {
    let agent: Int32?
    static let fields: [AnswerField<Self>] = [.agent("agent", { $0.agent }, "Somebody.")]
  }
  let values: Column<Double>
  static let fields: [AnswerField<Self>] = [
    .reals("values", { $0.values }, unit: "s", "Numbers."), .real("mean", { _ in nil }, "Nothing."),
    .items("items", { _ in [Item(agent: 1), Item(agent: nil)] }, "People."),
    .nested("inner", { _ in Item(agent: 0) }, "One of them."),
  ]
}

@Suite struct AnswerTests {
  @Test func oneTableGivesTextColumnsAndSchema() throws {
    let topology = try SampleNetwork.path(2).topology()
    var out = AnswerWriter(topology.structure.agents)
    out.columnPrefix = "3/"
    try Sample(values: Column([1.5, .nan])).write(to: &out)
    #expect(
      out.json.text == #"{"values":[1.5,null],"mean":null,"items":[{"agent":1},{"agent":null}],"inner":{"agent":0}}"#)
    #expect(out.columns.map(\.name) == ["3/values"])
    let schema = Sample.schema
    #expect(schema["properties"]?["values"]?["unit"] == "s")
    #expect(schema["required"] == ["values", "mean", "items", "inner"])
  }

  @Test func aVariantHidesWhatItFixes() throws {
    struct Scale: Analysis {
      struct Parameters: ParameterSet {
        var factor = 1.0
        var offset = 0.0
        static let fields: [Field<Self>] = [
          .real("factor", \.factor, in: 0...10, "Factor."), .real("offset", \.offset, in: 0...10, "Offset."),
        ]
      }
      static let card = Card(id: "x.scale", since: "0.1", summary: "", reference: "", cost: "")
      static let knownAnswers: [KnownAnswer] = []
      static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Sample {
        Sample(values: try Column([parameters.factor + parameters.offset]))
      }
    }
    let twice = Entry(
      Scale.self, card: Card(id: "x.twice", since: "0.1", summary: "", reference: "", cost: ""), fixing: ["factor": 2],
      knownAnswers: [])
    let view = TopologyView(try SampleNetwork.single.topology())
    #expect(try twice(view, ["offset": 1])["values"] == [3])
    #expect(twice.parameters["properties"]?["factor"] == nil)
    #expect { _ = try twice(view, ["factor": 3]) } throws: { ($0 as? AuraError)?.pointer == "/factor" }
  }
}
