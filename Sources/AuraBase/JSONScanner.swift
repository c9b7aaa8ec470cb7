/// Where a string token's bytes lie (between the quotes).
@usableFromInline package struct StringToken: BitwiseCopyable, Sendable {
  @usableFromInline package let start: Int
  @usableFromInline package let count: Int
  @usableFromInline package let escaped: Bool

  @inlinable package init(start: Int, count: Int, escaped: Bool) {
    self.start = start
    self.count = count
    self.escaped = escaped
  }
}

/// Strict RFC 8259 pull scanner over borrowed bytes: the reader of documents too large for a tree. Every byte read
/// is bounds checked, UTF-8 and surrogate pairs are validated, nesting is bounded by `maxDepth`, and nothing recurses.
/// What it accepts is what Jansson accepts.
@usableFromInline package struct JSONScanner: ~Copyable, ~Escapable {
  @usableFromInline package let bytes: Span<UInt8>
  @usableFromInline package internal(set) var position = 0
  @usableFromInline var depth = 0
  @usableFromInline let maxDepth: Int

  @_lifetime(copy bytes)
  @inlinable package init(_ bytes: Span<UInt8>, maxDepth: Int = 60) {
    self.bytes = bytes
    self.maxDepth = maxDepth
  }

  @usableFromInline @inline(never)
  func syntax(_ what: StaticString) -> AuraError { AuraError(.syntax, "\(what)", at: position) }

  @usableFromInline @inline(never)
  func missing(_ c: UInt8) -> AuraError {
    AuraError(.syntax, "expected '\(Character(UnicodeScalar(c)))'", at: position)
  }

  /// Skips white space and returns the byte at the new position.
  @inlinable mutating func peek() throws(AuraError) -> UInt8 {
    if position < bytes.count {
      let c = bytes[position]
      if c > 0x20 { return c }
    }
    return try peekSlow()
  }

  @usableFromInline @inline(never)
  mutating func peekSlow() throws(AuraError) -> UInt8 {
    while position < bytes.count {
      let c = bytes[position]
      if c > 0x20 { return c }
      guard c == 0x20 || c == 0x0A || c == 0x0D || c == 0x09 else { throw syntax("unexpected control character") }
      position &+= 1
    }
    throw syntax("unexpected end of input")
  }

  @inlinable mutating func expect(_ c: UInt8) throws(AuraError) {
    guard try peek() == c else { throw missing(c) }
    position &+= 1
  }

  @inlinable mutating func take(_ c: UInt8) throws(AuraError) -> Bool {
    guard try peek() == c else { return false }
    position &+= 1
    return true
  }

  @inlinable package mutating func string() throws(AuraError) -> StringToken {
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
  @inlinable static func needsLook(_ w: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quote = w ^ (ones &* 0x22), slash = w ^ (ones &* 0x5C)
    return ((quote &- ones) | (slash &- ones) | (w &- ones &* 0x20) | w) & (ones &* 0x80)
  }

  @usableFromInline @inline(never)
  mutating func stringSlow(_ start: Int) throws(AuraError) -> StringToken {
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
        guard position + 7 < bytes.count, bytes[position + 6] == UInt8(ascii: "\\"),
          bytes[position + 7] == UInt8(ascii: "u"),
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
  @usableFromInline package func text(_ token: StringToken) -> String {
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
    guard let length = Self.utf8Length(bytes, at: position) else { throw syntax("invalid UTF-8") }
    return length
  }

  /// Length of the well-formed multi-byte sequence at `position`; nil where there is none.
  package static func utf8Length(_ bytes: Span<UInt8>, at position: Int) -> Int? {
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
    default: return nil
    }
  }

  @inlinable package func equals(_ token: StringToken, _ text: StaticString) -> Bool {
    if token.escaped { return self.text(token) == "\(text)" }
    guard token.count == text.utf8CodeUnitCount else { return false }
    for k in 0..<token.count where bytes[token.start &+ k] != text.utf8Start[k] { return false }
    return true
  }

  // MARK: Numbers

  /// A finite number, correctly rounded.
  @inlinable package mutating func number() throws(AuraError) -> Double {
    let first = try peek()
    let start = position
    if first == UInt8(ascii: "-") { position &+= 1 }
    var mantissa: UInt64 = 0
    let whole = digits(into: &mantissa)
    let zero = whole > 0 && bytes[position &- whole] == UInt8(ascii: "0")
    guard whole == 1 || whole > 1 && !zero else { throw syntax("expected a value") }
    var fraction = 0
    if position < bytes.count && bytes[position] == UInt8(ascii: ".") {
      position &+= 1
      fraction = manyDigits(into: &mantissa)
      if fraction == 0 { throw syntax("expected a digit") }
    }
    let exponent = position < bytes.count && bytes[position] | 0x20 == UInt8(ascii: "e")
    // Nineteen digits fit in 64 bits; a zero in front of the point is none of them.
    guard !exponent && whole &+ fraction &- (zero ? 1 : 0) <= 19 else { return try numberSlow(start) }
    // Exact when the mantissa fits in 53 bits, for so does the power of ten.
    let value = mantissa >> 53 == 0 ? Double(mantissa) / PowersOfTen.real[fraction] : Self.ratio(mantissa, fraction)
    return first == UInt8(ascii: "-") ? -value : value
  }

  /// Where a number's bytes lie.
  @inlinable package mutating func numberToken() throws(AuraError) -> StringToken {
    _ = try peek()
    let start = position
    _ = try number()
    return StringToken(start: start, count: position &- start, escaped: false)
  }

  /// Appends digits to `value`, modulo 2^64, and returns how many there were.
  @inlinable mutating func digits(into value: inout UInt64) -> Int {
    let start = position
    while position < bytes.count {
      let d = bytes[position] &- 0x30
      if d > 9 { break }
      value = value &* 10 &+ UInt64(d)
      position &+= 1
    }
    return position &- start
  }

  /// The same, eight digits at a time.
  @inlinable mutating func manyDigits(into value: inout UInt64) -> Int {
    let start = position
    while position &+ 8 <= bytes.count {
      let word = bytes.bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
      // Digits become 0...9, and every other byte becomes ten or more, which sets its high bit in `others`.
      var x = UInt64(littleEndian: word) ^ 0x3030_3030_3030_3030
      let others = ((x & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7676_7676_7676_7676 | x) & 0x8080_8080_8080_8080
      let count = others.trailingZeroBitCount >> 3
      if count == 0 { break }
      // The digits move to the end of the word, zeros before them; then pairs, fours and all eight are joined.
      x = x &<< UInt64(truncatingIfNeeded: 64 &- 8 &* count)
      x = x &* 10 &+ x >> 8
      let joined = (x & 0xFF_0000_00FF) &* (100 &+ 1_000_000 << 32) &+ (x >> 16 & 0xFF_0000_00FF) &* (1 &+ 10_000 << 32)
      value = value &* PowersOfTen.whole[count] &+ joined >> 32
      position &+= count
      if count < 8 { return position &- start }
    }
    _ = digits(into: &value)
    return position &- start
  }

  /// `mantissa` / 10^`power`, correctly rounded: 64 bits of the quotient are more than a double holds, and its last bit
  /// stands for what the division left over.
  @usableFromInline @inline(never)
  static func ratio(_ mantissa: UInt64, _ power: Int) -> Double {
    guard mantissa > 0 else { return 0 }
    let divisor = PowersOfTen.whole[power]
    let up = mantissa.leadingZeroBitCount, down = divisor.leadingZeroBitCount
    let top = mantissa << UInt64(up)
    let (quotient, rest) = (divisor << UInt64(down)).dividingFullWidth((top >> 1, top << 63))
    return scale(Double(quotient | (rest == 0 ? 0 : 1)), down - up - 63)
  }

  /// `mantissa` * 10^`power`, correctly rounded.
  private static func product(_ mantissa: UInt64, _ power: Int) -> Double {
    let (high, low) = mantissa.multipliedFullWidth(by: PowersOfTen.whole[power])
    guard high > 0 else { return Double(low) }
    let up = high.leadingZeroBitCount
    let top = up == 0 ? high : high << UInt64(up) | low >> UInt64(64 - up)
    let rest = low << UInt64(up)
    return scale(Double(top | (rest == 0 ? 0 : 1)), 64 - up)
  }

  /// `value` * 2^`power`, where both and the product are normal numbers.
  private static func scale(_ value: Double, _ power: Int) -> Double {
    value * Double(sign: .plus, exponent: power, significand: 1)
  }

  /// A number with an exponent or more than nineteen digits, from its start.
  @usableFromInline @inline(never)
  mutating func numberSlow(_ start: Int) throws(AuraError) -> Double {
    var at = start
    let negative = bytes[at] == UInt8(ascii: "-")
    if negative { at += 1 }
    // Digits that matter: 768 decide any rounding, and one more says that some that follow are not zero.
    var text: [UInt8] = []
    var mantissa: UInt64 = 0
    var power = 0
    var point = false
    var more = false
    while at < position {
      let c = bytes[at]
      at += 1
      if c == UInt8(ascii: ".") {
        point = true
        continue
      }
      if point { power -= 1 }
      if text.isEmpty && c == UInt8(ascii: "0") { continue }
      if text.count < 768 {
        text.append(c)
        mantissa = mantissa &* 10 &+ UInt64(c &- 0x30)
      } else {
        power += 1
        if c != UInt8(ascii: "0") { more = true }
      }
    }
    if position < bytes.count && bytes[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      let sign = position < bytes.count ? bytes[position] : 0
      if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
      let from = position
      var exponent = 0
      while position < bytes.count, bytes[position] &- 0x30 <= 9 {
        if exponent < 1 << 40 { exponent = exponent * 10 + Int(bytes[position] &- 0x30) }
        position += 1
      }
      if position == from { throw syntax("expected an exponent") }
      power += sign == UInt8(ascii: "-") ? -exponent : exponent
    }
    let value: Double
    if text.isEmpty || text.count + power < -400 {
      value = 0
    } else if text.count + power > 400 {
      value = .infinity
    } else if text.count <= 19 && power.magnitude <= 19 {
      value = power < 0 ? Self.ratio(mantissa, -power) : Self.product(mantissa, power)
    } else {
      if more {
        text.append(UInt8(ascii: "1"))
        power -= 1
      }
      text.append(UInt8(ascii: "e"))
      text.append(contentsOf: Array(String(power).utf8))
      value = Double(Self.decode(text.span)) ?? .infinity
    }
    guard value.isFinite else { throw syntax("number out of range") }
    return negative ? -value : value
  }

  // MARK: Values

  @usableFromInline mutating func literal(_ text: StaticString) throws(AuraError) {
    let n = text.utf8CodeUnitCount
    guard position + n <= bytes.count, equals(StringToken(start: position, count: n, escaped: false), text) else {
      throw syntax("expected a value")
    }
    position += n
  }

  @inlinable mutating func enter(_ open: UInt8) throws(AuraError) {
    try expect(open)
    depth &+= 1
    if depth > maxDepth { throw tooDeep() }
  }

  @usableFromInline @inline(never)
  func tooDeep() -> AuraError { AuraError(.limit, "nesting deeper than \(maxDepth)", at: position) }

  /// After an element: true when another one follows.
  @inlinable mutating func more(_ close: UInt8) throws(AuraError) -> Bool {
    if try take(UInt8(ascii: ",")) { return true }
    try expect(close)
    depth &-= 1
    return false
  }

  /// Calls `field` for each member, with the scanner at its value, which `field` must consume.
  @inlinable package mutating func object(
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

  @inlinable package mutating func array(_ element: (inout JSONScanner) throws(AuraError) -> Void) throws(AuraError) {
    try enter(UInt8(ascii: "["))
    if try take(UInt8(ascii: "]")) {
      depth -= 1
      return
    }
    repeat { try element(&self) } while try more(UInt8(ascii: "]"))
  }

  /// What kind of value comes next.
  @usableFromInline package enum Kind { case object, array, string, number, literal }

  @inlinable package mutating func kind() throws(AuraError) -> Kind {
    switch try peek() {
    case UInt8(ascii: "{"): .object
    case UInt8(ascii: "["): .array
    case UInt8(ascii: "\""): .string
    case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"): .literal
    default: .number
    }
  }

  /// Consumes `null` and says so, or leaves another value untouched.
  @inlinable package mutating func null() throws(AuraError) -> Bool {
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

/// Powers of ten that a double and a 64-bit integer hold exactly.
@usableFromInline enum PowersOfTen {
  @usableFromInline static let real: InlineArray<23, Double> = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
  ]

  @usableFromInline static let whole: InlineArray<20, UInt64> = [
    1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
    100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
    10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
  ]
}
