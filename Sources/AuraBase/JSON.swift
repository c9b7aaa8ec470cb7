internal import CJansson
internal import Glibc

/// A small JSON document as a value: requests, parameters, schemas, known answers. Jansson reads it; large documents
/// go through `JSONScanner` instead.
package enum JSON: Sendable, Hashable {
  case null
  case bool(Bool)
  case integer(Int)
  case real(Double)
  case string(String)
  case array([JSON])
  case object([Member])

  package struct Member: Sendable, Hashable {
    package let key: String
    package var value: JSON
    package init(_ key: String, _ value: JSON) {
      self.key = key
      self.value = value
    }
  }

  /// Levels of nesting that a small document may have.
  package static let maxDepth = 32
  package static let maxBytes = 64 << 20

  /// - Throws: `.syntax` with the byte offset, `.limit` when the text is too long or too deep.
  package init(parsing bytes: Span<UInt8>) throws(AuraError) {
    guard bytes.count <= Self.maxBytes else {
      throw AuraError(.limit, "more than \(Self.maxBytes) bytes outside the topology")
    }
    // The scanner's verdict comes first: it bounds the nesting before Jansson recurses, and it knows the offset.
    var scanner = JSONScanner(bytes, maxDepth: Self.maxDepth)
    try scanner.skip()
    try scanner.finish()
    var failure = json_error_t()
    let flags = size_t(JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES)
    let root = bytes.withUnsafeBufferPointer { raw in
      raw.withMemoryRebound(to: CChar.self) { json_loadb($0.baseAddress, $0.count, flags, &failure) }
    }
    guard let root else {
      // The scanner found no fault, so only what it does not look at is one; the rest is a lack of memory, which Jansson
      // calls by many names.
      let code = withUnsafeBytes(of: &failure.text) { UInt32($0.last ?? 0) }
      let faults = [
        json_error_duplicate_key, json_error_numeric_overflow, json_error_null_byte_in_key, json_error_null_character,
      ]
      guard faults.contains(where: { $0.rawValue == code }) else {
        throw AuraError(.memory, "no room for a value of \(bytes.count) bytes of JSON")
      }
      let text = withUnsafeBytes(of: &failure.text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      throw AuraError(.syntax, text.lowercased(), at: Int(failure.position))
    }
    defer { json_decref(root) }
    self = Self.convert(root)
  }

  package init(parsing text: String) throws(AuraError) {
    let bytes = Array(text.utf8)
    self = try JSON(parsing: bytes.span)
  }

  /// Depth is bounded by `maxDepth`, which the scanner has checked.
  private static func convert(_ value: UnsafeMutablePointer<json_t>) -> JSON {
    switch value.pointee.type {
    case JSON_OBJECT:
      var members: [Member] = []
      var iterator = json_object_iter(value)
      while let here = iterator {
        if let key = json_object_iter_key(here), let child = json_object_iter_value(here) {
          members.append(Member(text(key, json_object_iter_key_len(here)), convert(child)))
        }
        iterator = json_object_iter_next(value, here)
      }
      return .object(members)
    case JSON_ARRAY:
      return .array((0..<json_array_size(value)).compactMap { json_array_get(value, $0).map(convert) })
    case JSON_STRING:
      guard let bytes = json_string_value(value) else { return .string("") }
      return .string(text(bytes, json_string_length(value)))
    case JSON_INTEGER: return .integer(Int(json_integer_value(value)))
    case JSON_REAL: return .real(json_real_value(value))
    case JSON_TRUE: return .bool(true)
    case JSON_FALSE: return .bool(false)
    default: return .null
    }
  }

  private static func text(_ bytes: UnsafePointer<CChar>, _ count: Int) -> String {
    UnsafeBufferPointer(start: bytes, count: count).withMemoryRebound(to: UInt8.self) {
      String(decoding: $0, as: UTF8.self)
    }
  }

  package subscript(_ key: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  package subscript(_ index: Int) -> JSON? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  package var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .real(let value): value
    default: nil
    }
  }

  package var text: String? {
    if case .string(let value) = self { value } else { nil }
  }

  package var elements: [JSON] {
    if case .array(let value) = self { value } else { [] }
  }

  package var members: [Member] {
    if case .object(let value) = self { value } else { [] }
  }

  /// What a person would call it, for messages.
  package var kindName: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .integer, .real: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }

  /// The value as compact JSON text.
  package var encoded: String {
    var writer = JSONWriter()
    writer.value(self)
    return writer.text
  }
}

extension JSON: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  package init(nilLiteral: ()) { self = .null }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(integerLiteral value: Int) { self = .integer(value) }
  package init(floatLiteral value: Double) { self = .real(value) }
  package init(stringLiteral value: String) { self = .string(value) }
  package init(arrayLiteral elements: JSON...) { self = .array(elements) }
  package init(dictionaryLiteral elements: (String, JSON)...) { self = .object(elements.map { Member($0, $1) }) }
}
