/// What a host calls an agent: a string or an integer. 7 and "7" are two agents; an id comes back in the form it came in.
package enum AgentID: Sendable, Hashable {
  case text(String)
  case integer(Int)

  package init?(_ json: JSON) {
    switch json {
    case .string(let value): self = .text(value)
    case .integer(let value): self = .integer(value)
    default: return nil
    }
  }

  package var json: JSON {
    switch self {
    case .text(let value): .string(value)
    case .integer(let value): .integer(value)
    }
  }

  /// For messages and tables.
  package var description: String {
    switch self {
    case .text(let value): value
    case .integer(let value): String(value)
    }
  }
}
