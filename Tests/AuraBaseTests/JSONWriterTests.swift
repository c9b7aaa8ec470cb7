internal import AuraBase
import Testing

@Suite struct JSONWriterTests {
  /// A random value, no deeper than `depth`.
  static func value(_ dice: Dice, _ depth: Int) -> JSON {
    switch dice.integer(0, below: depth > 0 ? 8 : 6) {
    case 0: return .null
    case 1: return .bool(dice.integer(1, below: 2) == 1)
    case 2: return .integer(Int(truncatingIfNeeded: dice.bits(1)) >> dice.integer(2, below: 64))
    case 3: return .real(dice.uniform(1) + 0.1)
    case 4:
      let real = Double(bitPattern: dice.bits(1))
      return real.isFinite && real != real.rounded() ? .real(real) : .real(0.5)
    case 5:
      let scalars = (0..<dice.integer(1, below: 12)).map { k in
        UnicodeScalar(UInt32(dice.integer(k + 2, below: [0x80, 0x3000, 0x110000][k % 3]))) ?? "\u{FFFD}"
      }
      return .string(String(String.UnicodeScalarView(scalars)))
    case 6: return .array((0..<dice.integer(1, below: 5)).map { value(dice.stream($0), depth - 1) })
    default:
      return .object((0..<dice.integer(1, below: 5)).map { .init("k\"\($0)\n", value(dice.stream($0), depth - 1)) })
    }
  }

  @Test func whatItWritesReadsBackTheSame() throws {
    for i in 0..<2000 {
      let value = Self.value(Dice(seed: UInt64(i)), 4)
      #expect(try JSON(parsing: value.encoded) == value)
    }
  }

  @Test func writesWholeNumbersWithoutAPoint() {
    #expect(
      JSON.array([.real(3), .real(-0.0), .real(1e15), .real(0.1), .integer(.min), .integer(.max)]).encoded
        == "[3,0,1000000000000000,0.1,-9223372036854775808,9223372036854775807]")
  }

  @Test func writesWhatIsNoNumberAsNull() {
    #expect(JSON.array([.real(.nan), .real(.infinity), .real(-.infinity)]).encoded == "[null,null,null]")
  }

  @Test func goesBackToAMark() throws {
    var out = JSONWriter()
    out.beginArray()
    out.value(1)
    let mark = out.mark
    out.beginObject()
    out.member("gone", 2)
    out.goBack(to: mark)
    out.value("kept")
    out.endArray()
    let text = out.text
    #expect(text == #"[1,"kept"]"#)
  }

  @Test func endsWithAByteThatDoesNotCount() throws {
    var out = JSONWriter()
    out.value("x")
    let bytes = try out.finish().array
    #expect(bytes == Array("\"x\"".utf8) + [0])
  }
}
