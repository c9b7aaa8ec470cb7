internal import AuraBase
import Testing

private struct Knobs: ParameterSet {
  enum Mode: String, CaseIterable, Sendable { case fast, exact }
  var rounds = 10
  var damping = 0.85
  var mode = Mode.fast
  var label = ""
  var seeds: [AgentID] = []
  var inner = Inner()

  struct Inner: ParameterSet {
    var depth = 1
    static let fields: [Field<Self>] = [.integer("depth", \.depth, in: 1...3, "How deep.")]
  }

  static let fields: [Field<Self>] = [
    .integer("rounds", \.rounds, in: 1...100, "How often."),
    .real("damping", \.damping, in: 0...1, "How much."),
    .choice("mode", \.mode, "Which way."),
    .text("label", \.label, "A name."),
    .agents("seeds", \.seeds, limit: 3, "Where to begin."),
    .nested("inner", \.inner, "More."),
  ]
}

@Suite struct ParameterSetTests {
  private func failure(_ text: String) throws -> AuraError? {
    let json = try JSON(parsing: text)
    do throws(AuraError) {
      _ = try Knobs(json)
      return nil
    } catch { return error }
  }

  @Test func absentMeansDefaultAndPresentIsTaken() throws {
    let none = try Knobs(try JSON(parsing: "{}"))
    #expect(none.rounds == 10 && none.damping == 0.85 && none.mode == .fast && none.inner.depth == 1)
    let all = try Knobs(
      try JSON(
        parsing:
          #"{"rounds":3,"damping":1,"mode":"exact","label":"x","seeds":["a",1],"inner":{"depth":2}}"#))
    #expect(all.rounds == 3 && all.damping == 1 && all.mode == .exact && all.label == "x" && all.inner.depth == 2)
    #expect(all.seeds == [.text("a"), .integer(1)])
  }

  @Test(arguments: [
    (#"{"rounds":0}"#, "/rounds"), (#"{"rounds":101}"#, "/rounds"), (#"{"rounds":1.5}"#, "/rounds"),
    (#"{"rounds":"1"}"#, "/rounds"), (#"{"damping":-0.1}"#, "/damping"), (#"{"damping":null}"#, "/damping"),
    (#"{"mode":"slow"}"#, "/mode"), (#"{"mode":1}"#, "/mode"), (#"{"label":{}}"#, "/label"),
    (#"{"seeds":["a",1.5]}"#, "/seeds/1"), (#"{"seeds":"a"}"#, "/seeds"), (#"{"inner":{"depth":9}}"#, "/inner/depth"),
    (#"{"inner":{"deep":1}}"#, "/inner/deep"), (#"{"a/b~c":1}"#, "/a~1b~0c"),
  ]) func blamesTheMember(_ text: String, _ pointer: String) throws {
    let error = try #require(try failure(text))
    #expect(error.code == .schema)
    #expect(error.pointer == pointer)
  }

  @Test func tooManyAgentsAreALimit() throws {
    #expect(try failure(#"{"seeds":[1,2,3]}"#) == nil)
    #expect(try failure(#"{"seeds":[1,2,3,4]}"#)?.code == .limit)
  }

  @Test func hintsAtTheNameThatWasMeant() throws {
    #expect(try failure(#"{"dampin":1}"#)?.message.contains("\"damping\"") == true)
    #expect(try failure(#"{"ruonds":1}"#)?.message.contains("\"rounds\"") == true)
    #expect(try failure(#"{"temperature":1}"#)?.message.contains("did you mean") == false)
    #expect(try failure("[]")?.code == .schema)
  }

  @Test func theSchemaSaysWhatTheDecoderDoes() {
    let schema = Knobs.schema
    #expect(schema["additionalProperties"] == false)
    #expect(schema["properties"]?["rounds"]?["maximum"] == 100)
    #expect(schema["properties"]?["rounds"]?["default"] == 10)
    #expect(schema["properties"]?["mode"]?["enum"] == ["fast", "exact"])
  }
}
