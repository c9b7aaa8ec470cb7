internal import Glibc

/// Where a string token's bytes lie (between the quotes).
package struct StringToken: BitwiseCopyable, Sendable {
  package let start: Int
  package let count: Int
  package let escaped: Bool
}

/// Strict RFC 8259 pull scanner over borrowed bytes: the reader of documents too large for a tree. Every byte read
/// is bounds checked, UTF-8 and surrogate pairs are validated, nesting is bounded by `maxDepth`, and nothing recurses.
/// What it accepts is what Jansson accepts.
package struct JSONScanner: ~Copyable, ~Escapable {
  package let bytes: Span<UInt8>
  package private(set) var position = 0
  private var depth = 0
  private let maxDepth: Int

  @_lifetime(copy bytes)
  package init(_ bytes: Span<UInt8>, maxDepth: Int = 60) {
    self.bytes = bytes
    self.maxDepth = maxDepth
  }

  private func syntax(_ what: String) -> AuraError { AuraError(.syntax, what, at: position) }

  /// Skips white space and returns the byte at the new position.
  private mutating func peek() throws(AuraError) -> UInt8 {
    while position < bytes.count {
      let c = bytes[position]
      if c > 0x20 { return c }
      guard c == 0x20 || c == 0x0A || c == 0x0D || c == 0x09 else { throw syntax("unexpected control character") }
      position &+= 1
    }
    throw syntax("unexpected end of input")
  }

  private mutating func expect(_ c: UInt8) throws(AuraError) {
    guard try peek() == c else { throw syntax("expected '\(Character(UnicodeScalar(c)))'") }
    position &+= 1
  }

  private mutating func take(_ c: UInt8) throws(AuraError) -> Bool {
    guard try peek() == c else { return false }
    position &+= 1
    return true
  }

  package mutating func string() throws(AuraError) -> StringToken {
    guard try peek() == UInt8(ascii: "\"") else { throw syntax("expected a string") }
    position &+= 1
    let start = position
    // Eight bytes at a time while nothing needs a closer look.
    while position &+ 8 <= bytes.count {
      let word = bytes.bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
      let special = Self.needsLook(UInt64(littleEndian: word))
      if special == 0 {
        position &+= 8
        continue
      }
      position &+= special.trailingZeroBitCount >> 3
      if bytes[position] == UInt8(ascii: "\"") {
        defer { position &+= 1 }
        return StringToken(start: start, count: position &- start, escaped: false)
      }
      break
    }
    return try stringSlow(start)
  }

  /// High bit of each byte that is a quote, a backslash, a control or not ASCII.
  private static func needsLook(_ w: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quote = w ^ (ones &* 0x22), slash = w ^ (ones &* 0x5C)
    return ((quote &- ones) | (slash &- ones) | (w &- ones &* 0x20) | w) & (ones &* 0x80)
  }

  @inline(never)
  private mutating func stringSlow(_ start: Int) throws(AuraError) -> StringToken {
    var escaped = false
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        defer { position &+= 1 }
        return StringToken(start: start, count: position - start, escaped: escaped)
      case UInt8(ascii: "\\"):
        escaped = true
        try escape()
      case 0..<0x20: throw syntax("control character in string")
      case 0x80...: position += try utf8Length()
      default: position += 1
      }
    }
    throw syntax("unterminated string")
  }

  private mutating func escape() throws(AuraError) {
    guard position + 1 < bytes.count else { throw syntax("unterminated escape") }
    switch bytes[position + 1] {
    case UInt8(ascii: "u"):
      let unit = try codeUnit(position)
      if unit & 0xFC00 == 0xDC00 { throw syntax("lone surrogate") }
      if unit & 0xFC00 == 0xD800 {
        guard position + 7 < bytes.count, bytes[position + 6] == UInt8(ascii: "\\"), bytes[position + 7] == UInt8(ascii: "u"),
          try codeUnit(position + 6) & 0xFC00 == 0xDC00
        else { throw syntax("lone surrogate") }
        position += 6
      }
      position += 6
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      position += 2
    default: throw syntax("bad escape")
    }
  }

  /// The value of the `\uXXXX` that starts at `start`.
  private func codeUnit(_ start: Int) throws(AuraError) -> UInt32 {
    guard start + 6 <= bytes.count else { throw syntax("short \\u escape") }
    var value: UInt32 = 0
    for k in 2..<6 {
      guard let digit = Self.hexDigit(bytes[start + k]) else { throw syntax("bad \\u escape") }
      value = value << 4 | digit
    }
    return value
  }

  /// The text of a token, escapes decoded.
  package func text(_ token: StringToken) -> String {
    let end = token.start + token.count
    guard token.escaped else { return Self.decode(bytes.extracting(token.start..<end)) }
    var out: [UInt8] = []
    var at = token.start
    while at < end {
      guard bytes[at] == UInt8(ascii: "\\"), at + 1 < end else {
        out.append(bytes[at])
        at += 1
        continue
      }
      switch bytes[at + 1] {
      case UInt8(ascii: "u"):
        var scalar = (try? codeUnit(at)) ?? 0xFFFD
        at += 4
        if scalar & 0xFC00 == 0xD800, let low = try? codeUnit(at + 2) {
          scalar = 0x10000 + (scalar & 0x3FF) << 10 + (low & 0x3FF)
          at += 6
        }
        out.append(contentsOf: Array(String(Character(UnicodeScalar(scalar) ?? "\u{FFFD}")).utf8))
      case UInt8(ascii: "b"): out.append(8)
      case UInt8(ascii: "f"): out.append(12)
      case UInt8(ascii: "n"): out.append(10)
      case UInt8(ascii: "r"): out.append(13)
      case UInt8(ascii: "t"): out.append(9)
      case let other: out.append(other)
      }
      at += 2
    }
    return Self.decode(out.span)
  }

  private static func decode(_ bytes: Span<UInt8>) -> String {
    bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
  }

  private static func hexDigit(_ c: UInt8) -> UInt32? {
    switch c {
    case 0x30...0x39: UInt32(c) - 0x30
    case 0x41...0x46: UInt32(c) - 0x37
    case 0x61...0x66: UInt32(c) - 0x57
    default: nil
    }
  }

  /// Length of the well-formed multi-byte sequence at `position`.
  private func utf8Length() throws(AuraError) -> Int {
    func follows(_ k: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
      position + k < bytes.count && range.contains(bytes[position + k])
    }
    switch bytes[position] {
    case 0xC2...0xDF where follows(1): return 2
    case 0xE0 where follows(1, 0xA0...0xBF) && follows(2): return 3
    case 0xED where follows(1, 0x80...0x9F) && follows(2): return 3
    case 0xE1...0xEC where follows(1) && follows(2): return 3
    case 0xEE...0xEF where follows(1) && follows(2): return 3
    case 0xF0 where follows(1, 0x90...0xBF) && follows(2) && follows(3): return 4
    case 0xF4 where follows(1, 0x80...0x8F) && follows(2) && follows(3): return 4
    case 0xF1...0xF3 where follows(1) && follows(2) && follows(3): return 4
    default: throw syntax("invalid UTF-8")
    }
  }

  package func equals(_ token: StringToken, _ text: StaticString) -> Bool {
    guard token.count == text.utf8CodeUnitCount else { return false }
    return bytes.extracting(token.start..<token.start + token.count).withUnsafeBufferPointer {
      memcmp($0.baseAddress ?? text.utf8Start, text.utf8Start, token.count) == 0
    }
  }

  /// A finite number.
  package mutating func number() throws(AuraError) -> Double {
    _ = try peek()
    let start = position
    let negative = try take(UInt8(ascii: "-"))
    var mantissa: UInt64 = 0
    let whole = digits(into: &mantissa)
    guard whole > 0, whole == 1 || bytes[position - whole] != UInt8(ascii: "0") else {
      throw syntax("expected a value")
    }
    var fraction = 0
    if position < bytes.count && bytes[position] == UInt8(ascii: ".") {
      position &+= 1
      fraction = digits(into: &mantissa)
      if fraction == 0 { throw syntax("expected a digit") }
    }
    let exponent = position < bytes.count && bytes[position] | 0x20 == UInt8(ascii: "e")
    // Exact: the mantissa fits in 53 bits and the power of ten is exactly representable.
    if !exponent && whole &+ fraction <= 18 && mantissa >> 53 == 0 {
      let value = Double(mantissa) / Self.powers[fraction]
      return negative ? -value : value
    }
    return try numberSlow(start)
  }

  /// Where a number's bytes lie.
  package mutating func numberToken() throws(AuraError) -> StringToken {
    _ = try peek()
    let start = position
    _ = try number()
    return StringToken(start: start, count: position &- start, escaped: false)
  }

  private mutating func digits(into value: inout UInt64) -> Int {
    let start = position
    while position < bytes.count {
      let d = bytes[position] &- 0x30
      if d > 9 { break }
      value = value &* 10 &+ UInt64(d)
      position &+= 1
    }
    return position &- start
  }

  @inline(never)
  private mutating func numberSlow(_ start: Int) throws(AuraError) -> Double {
    if position < bytes.count && bytes[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      if position < bytes.count && (bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-")) {
        position += 1
      }
      var ignored: UInt64 = 0
      if digits(into: &ignored) == 0 { throw syntax("expected an exponent") }
    }
    guard position - start <= 512 else { throw syntax("number too long") }
    guard let value = Double(Self.decode(bytes.extracting(start..<position))), value.isFinite else { throw syntax("number out of range") }
    return value
  }

  private static let powers: InlineArray<19, Double> = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
  ]

  private mutating func literal(_ text: StaticString) throws(AuraError) {
    let n = text.utf8CodeUnitCount
    guard position + n <= bytes.count, equals(StringToken(start: position, count: n, escaped: false), text) else {
      throw syntax("expected a value")
    }
    position += n
  }

  private mutating func enter(_ open: UInt8) throws(AuraError) {
    try expect(open)
    depth += 1
    if depth > maxDepth { throw AuraError(.limit, "nesting deeper than \(maxDepth)", at: position) }
  }

  /// After an element: true when another one follows.
  private mutating func more(_ close: UInt8) throws(AuraError) -> Bool {
    if try take(UInt8(ascii: ",")) { return true }
    try expect(close)
    depth -= 1
    return false
  }

  /// Calls `field` for each member, with the scanner at its value, which `field` must consume.
  package mutating func object(
    _ field: (inout JSONScanner, StringToken) throws(AuraError) -> Void
  ) throws(AuraError) {
    try enter(UInt8(ascii: "{"))
    if try take(UInt8(ascii: "}")) {
      depth -= 1
      return
    }
    repeat {
      let key = try string()
      try expect(UInt8(ascii: ":"))
      try field(&self, key)
    } while try more(UInt8(ascii: "}"))
  }

  package mutating func array(_ element: (inout JSONScanner) throws(AuraError) -> Void) throws(AuraError) {
    try enter(UInt8(ascii: "["))
    if try take(UInt8(ascii: "]")) {
      depth -= 1
      return
    }
    repeat { try element(&self) } while try more(UInt8(ascii: "]"))
  }

  /// What kind of value comes next.
  package enum Kind { case object, array, string, number, literal }

  package mutating func kind() throws(AuraError) -> Kind {
    switch try peek() {
    case UInt8(ascii: "{"): .object
    case UInt8(ascii: "["): .array
    case UInt8(ascii: "\""): .string
    case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"): .literal
    default: .number
    }
  }

  /// Consumes `null` and says so, or leaves another value untouched.
  package mutating func null() throws(AuraError) -> Bool {
    guard try peek() == UInt8(ascii: "n") else { return false }
    try literal("null")
    return true
  }

  package mutating func bool() throws(AuraError) -> Bool {
    if try peek() == UInt8(ascii: "t") {
      try literal("true")
      return true
    }
    try literal("false")
    return false
  }

  /// Skips one value of any kind, checking it, without recursion.
  package mutating func skip() throws(AuraError) {
    var isObject: UInt64 = 0  // one bit a level below this one
    let floor = depth
    repeat {
      // A value begins here.
      var ended = true
      switch try peek() {
      case UInt8(ascii: "\""): _ = try string()
      case UInt8(ascii: "{"):
        try enter(UInt8(ascii: "{"))
        isObject = isObject << 1 | 1
        if try take(UInt8(ascii: "}")) {
          depth -= 1
          isObject >>= 1
        } else {
          _ = try string()
          try expect(UInt8(ascii: ":"))
          ended = false
        }
      case UInt8(ascii: "["):
        try enter(UInt8(ascii: "["))
        isObject = isObject << 1
        if try take(UInt8(ascii: "]")) {
          depth -= 1
          isObject >>= 1
        } else {
          ended = false
        }
      case UInt8(ascii: "t"): try literal("true")
      case UInt8(ascii: "f"): try literal("false")
      case UInt8(ascii: "n"): try literal("null")
      default: _ = try number()
      }
      // A value ended: close what ends with it, or step to the next one.
      while ended && depth > floor {
        if isObject & 1 == 1 {
          if try more(UInt8(ascii: "}")) {
            _ = try string()
            try expect(UInt8(ascii: ":"))
            break
          }
        } else if try more(UInt8(ascii: "]")) {
          break
        }
        isObject >>= 1
      }
    } while depth > floor
  }

  /// Moves to `offset`, which must be the start of a value at the outermost level of what was scanned before.
  package mutating func move(to offset: Int) { position = min(max(0, offset), bytes.count) }

  /// Byte offset of the value a JSON pointer names in this document, or of its nearest ancestor.
  package static func offset(of pointer: String, in bytes: Span<UInt8>) -> Int? {
    var scanner = JSONScanner(bytes)
    let steps = pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    for step in steps {
      let wanted = unescape(step)
      let before = scanner.position
      guard let found = try? scanner.child(wanted) else { return try? JSONScanner.start(bytes, before) }
      scanner.position = found
    }
    return try? JSONScanner.start(bytes, scanner.position)
  }

  private static func unescape(_ step: Substring) -> String {
    var out = ""
    var tilde = false
    for c in step.unicodeScalars {
      if tilde {
        out.unicodeScalars.append(c == "1" ? "/" : c == "0" ? "~" : c)
        tilde = false
      } else if c == "~" {
        tilde = true
      } else {
        out.unicodeScalars.append(c)
      }
    }
    return out
  }

  private static func start(_ bytes: Span<UInt8>, _ position: Int) throws(AuraError) -> Int {
    var scanner = JSONScanner(bytes)
    scanner.position = position
    _ = try scanner.peek()
    return scanner.position
  }

  private mutating func child(_ step: String) throws(AuraError) -> Int? {
    var found: Int?
    switch try kind() {
    case .object:
      try object { s, key throws(AuraError) in
        if s.text(key) == step { found = s.position }
        try s.skip()
      }
    case .array:
      guard let wanted = Int(step) else { return nil }
      var index = 0
      try array { s throws(AuraError) in
        if index == wanted { found = s.position }
        index += 1
        try s.skip()
      }
    default: break
    }
    return found
  }

  /// Requires that only white space is left.
  package mutating func finish() throws(AuraError) {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: throw syntax("text after the document")
      }
    }
  }
}
