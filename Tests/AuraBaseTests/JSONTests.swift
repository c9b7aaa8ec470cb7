internal import AuraBase
import Testing

@Suite struct JSONTests {
  @Test func keepsKindsAndOrder() throws {
    let json = try JSON(parsing: #"{"z":1,"a":[1.5,"x\u0000y",null,true],"o":{"k":-7}}"#)
    #expect(json.members.map(\.key) == ["z", "a", "o"])
    #expect(json["z"] == 1)
    #expect(json["a"] == [1.5, "x\0y", nil, true])
    #expect(json["o"]?["k"] == -7)
    #expect(json["a"]?[9] == nil && json["none"] == nil && json[0] == nil)
  }

  @Test(arguments: [
    (#"{"a":1,"a":2}"#, AuraError.Code.syntax), ("[1,", .syntax), ("", .syntax), ("[99999999999999999999]", .syntax),
    ("[\"\\ud800\"]", .syntax), (String(repeating: "[", count: 33) + String(repeating: "]", count: 33), .limit),
  ]) func refuses(_ text: String, _ code: AuraError.Code) {
    do throws(AuraError) {
      _ = try JSON(parsing: text)
      Issue.record("\(text.prefix(60)) was accepted")
    } catch {
      #expect(error.code == code)
      #expect(error.offset != nil)
    }
  }

  @Test func reachesItsDepth() throws {
    let text = String(repeating: "[", count: 32) + String(repeating: "]", count: 32)
    #expect(try JSON(parsing: text).encoded == text)
  }
}
