/// Writes compact JSON into one growing buffer. Commas are its own business; a number that JSON cannot hold (not a
/// number, infinite) is written as null. Running out of memory shows when the text is taken.
package struct JSONWriter: ~Copyable {
  private var buffer = Buffer<UInt8>()
  private var failure: AuraError?
  private var comma = false

  package init() {}

  package mutating func byte(_ value: UInt8) {
    do throws(AuraError) { try buffer.append(value) } catch { failure = error }
  }

  private mutating func bytes(_ text: String) {
    var text = text
    text.withUTF8 { raw in
      do throws(AuraError) { try buffer.append(Span(_unsafeElements: raw)) } catch { failure = error }
    }
  }

  private mutating func separate() {
    if comma { byte(UInt8(ascii: ",")) }
    comma = true
  }

  package mutating func beginObject() {
    separate()
    byte(UInt8(ascii: "{"))
    comma = false
  }

  package mutating func endObject() {
    byte(UInt8(ascii: "}"))
    comma = true
  }

  package mutating func beginArray() {
    separate()
    byte(UInt8(ascii: "["))
    comma = false
  }

  package mutating func endArray() {
    byte(UInt8(ascii: "]"))
    comma = true
  }

  package mutating func key(_ name: String) {
    separate()
    quoted(name)
    byte(UInt8(ascii: ":"))
    comma = false
  }

  package mutating func null() {
    separate()
    bytes("null")
  }

  package mutating func value(_ value: Bool) {
    separate()
    bytes(value ? "true" : "false")
  }

  package mutating func value(_ value: Int) {
    separate()
    integer(value)
  }

  private mutating func integer(_ value: Int) {
    if value < 0 { byte(UInt8(ascii: "-")) }
    var rest = value.magnitude
    if rest < 10 {
      byte(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest))
      return
    }
    var digits: InlineArray<20, UInt8> = .init(repeating: 0)
    var n = 0
    while rest > 0 {
      digits[n] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
      n += 1
    }
    while n > 0 {
      n -= 1
      byte(digits[n])
    }
  }

  /// The shortest text that reads back as the same number.
  package mutating func value(_ value: Double) {
    guard value.isFinite else { return null() }
    separate()
    if value.magnitude < 0x1p53, value == value.rounded(.towardZero) {
      integer(Int(value))
    } else {
      bytes(value.description)
    }
  }

  package mutating func value(_ value: String) {
    separate()
    quoted(value)
  }

  package mutating func value(_ value: JSON) {
    switch value {
    case .null: null()
    case .bool(let it): self.value(it)
    case .integer(let it): self.value(it)
    case .real(let it): self.value(it)
    case .string(let it): self.value(it)
    case .array(let elements):
      beginArray()
      for element in elements { self.value(element) }
      endArray()
    case .object(let members):
      beginObject()
      for member in members {
        key(member.key)
        self.value(member.value)
      }
      endObject()
    }
  }

  package mutating func member(_ name: String, _ value: Int) {
    key(name)
    self.value(value)
  }

  package mutating func member(_ name: String, _ value: Double) {
    key(name)
    self.value(value)
  }

  package mutating func member(_ name: String, _ value: String) {
    key(name)
    self.value(value)
  }

  package mutating func member(_ name: String, _ value: Bool) {
    key(name)
    self.value(value)
  }

  package mutating func member(_ name: String, _ value: JSON) {
    key(name)
    self.value(value)
  }

  private mutating func quoted(_ text: String) {
    byte(UInt8(ascii: "\""))
    var isPlain = true
    let codes = text.utf8Span.span
    for i in codes.indices {
      let c = codes[i]
      if c < 0x20 || c == UInt8(ascii: "\"") || c == UInt8(ascii: "\\") {
        isPlain = false
        break
      }
    }
    if isPlain {
      bytes(text)
      byte(UInt8(ascii: "\""))
      return
    }
    for c in text.utf8 {
      switch c {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        byte(UInt8(ascii: "\\"))
        byte(c)
      case 10:
        byte(UInt8(ascii: "\\"))
        byte(UInt8(ascii: "n"))
      case 9:
        byte(UInt8(ascii: "\\"))
        byte(UInt8(ascii: "t"))
      case 0..<0x20:
        bytes("\\u00")
        byte(Self.hex(c >> 4))
        byte(Self.hex(c & 15))
      default: byte(c)
      }
    }
    byte(UInt8(ascii: "\""))
  }

  private static func hex(_ digit: UInt8) -> UInt8 {
    digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
  }

  /// A place to come back to when what was begun there turns out not to be wanted.
  package struct Mark {
    fileprivate let count: Int
    fileprivate let comma: Bool
  }

  package var mark: Mark { Mark(count: buffer.count, comma: comma) }

  package mutating func goBack(to mark: Mark) {
    buffer.truncate(to: mark.count)
    comma = mark.comma
  }

  package var text: String { buffer.span.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) } }

  /// The text, followed by a NUL that does not count.
  package consuming func finish() throws(AuraError) -> Column<UInt8> {
    byte(0)
    if let failure { throw failure }
    return Column(buffer)
  }
}
