internal import AuraBase

/// Graphs of Graphviz's DOT language, as Graphviz and networkx write it: nodes, chains of edges, subgraphs, defaults.
struct DOT {
  private enum Token: Equatable {
    case name(String)
    case mark(String)
    case end
  }

  private static let deepest = 64
  private var s: TextScanner
  private var network = NetworkFile()
  private var token = Token.end
  private var tokenAt = 0
  /// Whether the word stands in quotes: then it is a name, and no keyword.
  private var isQuoted = false
  private var strict = false
  /// Links of a strict graph, by their ends.
  private var joined: [[Int]: Int] = [:]
  private var nodeDefaults: [JSON.Member] = []
  private var edgeDefaults: [JSON.Member] = []

  static func read(_ bytes: [UInt8], file: String) throws -> NetworkFile {
    var reader = DOT(s: TextScanner(bytes, file: file))
    try reader.graph()
    reader.network.settleIDs()
    return reader.network
  }

  private init(s: TextScanner) { self.s = s }

  private func unexpected(_ wanted: String) -> Failure {
    let found =
      switch token {
      case .name(let text): "\"\(Text.cut(text, to: 40))\""
      case .mark(let text): text
      case .end: "the end"
      }
    return s.failure("expected \(wanted), not \(found)", at: tokenAt)
  }

  // MARK: Words

  private mutating func step() throws {
    skipBlanks()
    tokenAt = s.at
    isQuoted = s.next == UInt8(ascii: "\"")
    guard let next = s.next else {
      token = .end
      return
    }
    switch next {
    case UInt8(ascii: "\""): token = .name(try quoted())
    case UInt8(ascii: "<"):
      var depth = 0
      let start = s.at
      repeat {
        guard let c = s.next else { throw s.failure("a < is never closed", at: start) }
        if c == UInt8(ascii: "<") { depth += 1 }
        if c == UInt8(ascii: ">") { depth -= 1 }
        s.advance()
      } while depth > 0
      token = .name(s.text(start..<s.at))
    case UInt8(ascii: "-") where s.peek(1) == UInt8(ascii: ">") || s.peek(1) == UInt8(ascii: "-"):
      token = .mark(s.peek(1) == UInt8(ascii: ">") ? "->" : "--")
      s.advance(2)
    case _ where "{}[];,=:".utf8.contains(next):
      token = .mark(String(UnicodeScalar(next)))
      s.advance()
    default:
      let start = s.at
      // A dash within a word is one of its letters, two of them or an arrow are not.
      while let c = s.next, Self.isLetter(c) || (c == UInt8(ascii: "-") && s.peek(1).map(Self.isLetter) == true) {
        s.advance()
      }
      let word = s.text(start..<s.at)
      guard !word.isEmpty else { throw s.failure("an odd character") }
      token = .name(word)
    }
  }

  private static func isLetter(_ c: UInt8) -> Bool {
    c >= 0x80 || c == 0x5F || (0x30...0x39).contains(c) || (0x41...0x5A).contains(c) || (0x61...0x7A).contains(c)
      || c == UInt8(ascii: ".")
  }

  private mutating func skipBlanks() {
    while let next = s.next {
      if next <= 32 {
        s.advance()
      } else if next == UInt8(ascii: "#") || (next == UInt8(ascii: "/") && s.peek(1) == UInt8(ascii: "/")) {
        _ = s.line()
      } else if next == UInt8(ascii: "/"), s.peek(1) == UInt8(ascii: "*") {
        s.advance(2)
        while !s.isAtEnd, !(s.next == UInt8(ascii: "*") && s.peek(1) == UInt8(ascii: "/")) { s.advance() }
        s.advance(2)
      } else {
        return
      }
    }
  }

  /// A string; parts joined by + are one.
  private mutating func quoted() throws -> String {
    var bytes: [UInt8] = []
    while true {
      let start = s.at
      s.advance()
      while true {
        guard let c = s.next else { throw s.failure("a quote is never closed", at: start) }
        s.advance()
        if c == UInt8(ascii: "\"") { break }
        if c == UInt8(ascii: "\\"), let escaped = s.next {
          s.advance()
          if escaped == UInt8(ascii: "\"") || escaped == UInt8(ascii: "\\") {
            bytes.append(escaped)
          } else if escaped != 10 {  // a backslash before the end of a line joins lines
            bytes += [c, escaped]
          }
        } else {
          bytes.append(c)
        }
      }
      let end = s
      skipBlanks()
      guard s.next == UInt8(ascii: "+") else {
        s = end
        return String(decoding: bytes, as: UTF8.self)
      }
      s.advance()
      skipBlanks()
      guard s.next == UInt8(ascii: "\"") else { throw s.failure("expected a string behind +") }
    }
  }

  private mutating func accept(_ mark: String) throws -> Bool {
    guard token == .mark(mark) else { return false }
    try step()
    return true
  }

  private mutating func acceptWord(_ word: String) throws -> Bool {
    guard !isQuoted, case .name(let name) = token, name.lowercased() == word else { return false }
    try step()
    return true
  }

  private mutating func name(_ what: String) throws -> String {
    guard case .name(let text) = token else { throw unexpected(what) }
    try step()
    return text
  }

  // MARK: Graphs

  private mutating func graph() throws {
    try step()
    strict = try acceptWord("strict")
    if try acceptWord("digraph") {
      network.directed = true
    } else if try !acceptWord("graph") {
      throw unexpected("graph or digraph")
    }
    if case .name(let text) = token {
      network.name = text
      try step()
    }
    guard try accept("{") else { throw unexpected("{") }
    _ = try statements(0)
    guard token == .end else { throw unexpected("the end: one graph a file") }
  }

  /// Statements up to the closing brace; the agents in them.
  private mutating func statements(_ depth: Int) throws -> [Int] {
    guard depth < Self.deepest else {
      throw s.failure("more than \(Self.deepest) subgraphs in one another", at: tokenAt)
    }
    let defaults = (nodeDefaults, edgeDefaults)
    var members: [Int] = []
    while try !accept("}") {
      if token == .end { throw unexpected("}") }
      if try accept(";") { continue }
      members += try statement(depth)
    }
    (nodeDefaults, edgeDefaults) = defaults
    return members
  }

  private mutating func statement(_ depth: Int) throws -> [Int] {
    if !isQuoted, case .name(let word) = token, ["graph", "node", "edge"].contains(word.lowercased()) {
      try step()
      let said = try attributes()
      if word.lowercased() == "node" { nodeDefaults += said }
      if word.lowercased() == "edge" { edgeDefaults += said }
      return []
    }
    var (ends, single) = try operand(depth)
    if let single, try accept("=") {
      let value = try name("a value")
      if depth == 0 && single.lowercased() == "name" { network.name = value }
      return []
    }
    if let single { ends = [try agent(single)] }
    var chain = [ends]
    while token == .mark("->") || token == .mark("--") {
      guard (token == .mark("->")) == network.directed else {
        throw unexpected(network.directed ? "-> in a digraph" : "-- in a graph")
      }
      try step()
      let (next, name) = try operand(depth)
      chain.append(try name.map { [try agent($0)] } ?? next)
    }
    let said = try attributes()
    if chain.count == 1 {
      if single != nil { for member in said { network.set(ends[0], member.key, member.value) } }
    } else {
      for (from, to) in zip(chain, chain.dropFirst()) {
        for a in from { for b in to { join(a, b, said) } }
      }
    }
    return chain.flatMap(\.self)
  }

  /// A subgraph with its agents, or the name of a node (its port left out), which may yet be that of an attribute.
  private mutating func operand(_ depth: Int) throws -> (agents: [Int], name: String?) {
    if try acceptWord("subgraph") {
      if case .name = token { try step() }
      guard token == .mark("{") else { throw unexpected("{") }
    }
    if try accept("{") { return (try statements(depth + 1), nil) }
    let text = try name("a node")
    while try accept(":") { _ = try name("a port") }
    return ([], text)
  }

  private mutating func agent(_ name: String) throws -> Int {
    let known = network.position(.text(name)) != nil
    let agent = network.agent(.text(name))
    if !known { for member in nodeDefaults { network.set(agent, member.key, member.value) } }
    return agent
  }

  private mutating func join(_ a: Int, _ b: Int, _ said: [JSON.Member]) {
    // A strict graph has one link between two nodes; later ones add to it.
    let ends = network.directed ? [a, b] : [min(a, b), max(a, b)]
    if strict, let k = joined[ends] {
      for member in said {
        network.links[k].attributes.removeAll { $0.key == member.key }
        network.links[k].attributes.append(member)
      }
      return
    }
    joined[ends] = network.links.count
    var all: [JSON.Member] = []
    for member in edgeDefaults + said {
      all.removeAll { $0.key == member.key }
      all.append(member)
    }
    network.link(a, b, all)
  }

  private mutating func attributes() throws -> [JSON.Member] {
    var out: [JSON.Member] = []
    while try accept("[") {
      while try !accept("]") {
        let key = try name("an attribute")
        let value = try accept("=") ? NetworkFile.value(try name("a value"), of: key) : .bool(true)
        // Graphviz says of every node that it is labelled by its name.
        if key != "label" || value != .string("\\N") { out.append(.init(key, value)) }
        if try !accept(",") { _ = try accept(";") }
      }
    }
    return out
  }
}
