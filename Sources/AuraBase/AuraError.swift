/// The one error of the engine. Its code is the `aura_status` that a C caller gets; its message is one line
/// that says what is wrong and does not repeat what the caller already knows.
public struct AuraError: Error, Sendable, Equatable {
  /// Mirrors the `AURA_E_*` constants of `aura.h`; a value keeps its meaning for ever.
  public enum Code: Int32, Sendable, CaseIterable {
    case argument = -1
    case handle = -2
    case syntax = -3
    case schema = -4
    case limit = -5
    case memory = -6
    case cancelled = -7
    case numeric = -8
    case unsupported = -9
    case notFound = -10
    case `internal` = -99

    /// The name that JSON answers carry.
    public var name: String {
      switch self {
      case .argument: "argument"
      case .handle: "handle"
      case .syntax: "syntax"
      case .schema: "schema"
      case .limit: "limit"
      case .memory: "memory"
      case .cancelled: "cancelled"
      case .numeric: "numeric"
      case .unsupported: "unsupported"
      case .notFound: "not_found"
      case .internal: "internal"
      }
    }
  }

  public let code: Code
  public let message: String
  /// Byte offset into the document that was read, when one place is to blame.
  public var offset: Int?
  /// JSON pointer (RFC 6901) of the offending value, when one value is to blame.
  public var pointer: String?

  public init(_ code: Code, _ message: String, at offset: Int? = nil, pointer: String? = nil) {
    self.code = code
    self.message = message
    self.offset = offset
    self.pointer = pointer
  }

  /// The same error, blamed on a value below `prefix`.
  public func below(_ prefix: String) -> AuraError {
    AuraError(code, message, at: offset, pointer: prefix + (pointer ?? ""))
  }

  /// One step of a JSON pointer, escaped as RFC 6901 asks.
  public static func step(_ key: String) -> String {
    guard key.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return "/" + key }
    var out = "/"
    for scalar in key.unicodeScalars {
      switch scalar {
      case "~": out += "~0"
      case "/": out += "~1"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
