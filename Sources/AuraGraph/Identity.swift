internal import AuraBase

/// An id where it stands in a document: a string without its quotes, or an integer in its one spelling.
struct Identity {
  let token: StringToken
  let isInteger: Bool

  /// Nil when what comes next is no id.
  init?(_ s: inout JSONScanner) throws(AuraError) {
    switch try s.kind() {
    case .string:
      token = try s.string()
      isInteger = false
    case .number:
      token = try s.numberToken()
      isInteger = true
      if !Self.isPlainInteger(s.bytes, token) || (token.count > 18 && Int(s.text(token)) == nil) { return nil }
    default: return nil
    }
  }

  /// An integer of at most 19 digits in its one spelling: -0 is not it.
  private static func isPlainInteger(_ bytes: Span<UInt8>, _ token: StringToken) -> Bool {
    let negative = bytes[token.start] == UInt8(ascii: "-")
    let digits = token.count - (negative ? 1 : 0)
    guard digits <= 19, !(negative && bytes[token.start + 1] == UInt8(ascii: "0")) else { return false }
    for k in token.start..<token.start &+ token.count
    where bytes[k] > UInt8(ascii: "9") || bytes[k] == UInt8(ascii: ".") {
      return false
    }
    return true
  }
}
