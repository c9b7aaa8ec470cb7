internal import AuraBase

/// What people call the agents of a network: their `label` where they have one, else their id. Answers carry ids.
struct Names {
  private var labels: [AgentID: String] = [:]
  /// Labels that more than one agent has.
  private var shared: Set<String> = []
  private var ids: Set<AgentID> = []
  private let keepsIDs: Bool

  init() { keepsIDs = false }

  /// - Parameters:
  ///   - document: a bare network, or a request with one under `topology`.
  ///   - typed: whether `agent(typed:)` will be asked.
  init(_ document: Document, typed: Bool = false) {
    keepsIDs = typed
    guard let text = document.text else { return }
    var s = JSONScanner(text.span)
    // A document that cannot be read is the engine's to refuse.
    try? scan(&s)
  }

  private mutating func scan(_ s: inout JSONScanner) throws(AuraError) {
    var found = self
    try s.object { s, key throws(AuraError) in
      if s.equals(key, "topology") || s.equals(key, "document"), try s.kind() == .object {
        try s.object { s, key throws(AuraError) in
          if s.equals(key, "nodes") { try found.nodes(&s) } else { try s.skip() }
        }
      } else if s.equals(key, "nodes") {
        try found.nodes(&s)
      } else {
        try s.skip()
      }
    }
    self = found
  }

  private mutating func nodes(_ s: inout JSONScanner) throws(AuraError) {
    var found: [(AgentID, String)] = []
    try s.array { s throws(AuraError) in
      guard try s.kind() == .object else { return try s.skip() }
      var id: AgentID?
      var label: String?
      try s.object { s, key throws(AuraError) in
        if s.equals(key, "id") {
          switch try s.kind() {
          case .string: id = .text(s.text(try s.string()))
          case .number:
            let token = try s.numberToken()
            id = Int(s.text(token)).map { .integer($0) }
          default: try s.skip()
          }
        } else if s.equals(key, "label"), try s.kind() == .string {
          label = s.text(try s.string())
        } else {
          try s.skip()
        }
      }
      if let id, keepsIDs { ids.insert(id) }
      if let id, let label, !label.isEmpty { found.append((id, label)) }
    }
    var seen: Set<String> = []
    for (id, label) in found {
      labels[id] = label
      if !seen.insert(label).inserted { shared.insert(label) }
    }
  }

  /// The name of an agent, given as an answer gives it; fit for a terminal.
  subscript(_ json: JSON?) -> String {
    guard let json, let id = AgentID(json) else { return "nobody" }
    guard let label = labels[id] else { return Text.plain(id.description) }
    return Text.plain(shared.contains(label) ? "\(label) (\(id.description))" : label)
  }

  func list(_ agents: [JSON], most: Int = 5) -> String { Text.list(agents.map { self[$0] }, most: most) }

  /// The agent whose id or label a person typed. An id wins over a label.
  func agent(typed text: String) -> AgentID? {
    if ids.contains(.text(text)) { return .text(text) }
    if let number = Int(text), ids.contains(.integer(number)) { return .integer(number) }
    let found = labels.filter { $0.value == text }.map(\.key)
    return found.count == 1 ? found[0] : nil
  }

  /// What people typed, as ids; what nobody is called is left for the engine to refuse.
  func ids(typed: [String]) -> JSON { .array(typed.map { agent(typed: $0)?.json ?? .string($0) }) }
}
