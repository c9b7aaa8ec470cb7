internal import AuraBase

/// Edge lists: one link a line, as CSV, TSV or words between blanks; with or without a header; as networkx writes them
/// with a dictionary behind the two ends; and tables of agents.
enum EdgeList {
  private static let sources: Set = ["source", "from", "src", "tail", "start"]
  private static let targets: Set = ["target", "to", "dst", "dest", "head", "end"]

  static func read(_ bytes: [UInt8], file: String, directed: Bool) throws -> NetworkFile {
    var network = NetworkFile()
    network.directed = directed
    var columns: (source: Int, target: Int, others: [(Int, String)])?
    try rows(bytes, file: file) { cells, s, start in
      if columns == nil {
        let names = cells.map { $0.lowercased() }
        if let source = names.firstIndex(where: { sources.contains($0) }),
          let target = names.firstIndex(where: { targets.contains($0) })
        {
          columns = (source, target, cells.indices.filter { $0 != source && $0 != target }.map { ($0, cells[$0]) })
          return
        }
        columns = (0, 1, [(2, "weight")] + cells.indices.dropFirst(3).map { ($0, "column_\($0 + 1)") })
      }
      guard let columns, cells.count > max(columns.source, columns.target) else {
        throw s.failure("a link needs a source and a target", at: start)
      }
      let a = network.agent(.text(cells[columns.source])), b = network.agent(.text(cells[columns.target]))
      var said: [JSON.Member] = []
      for (k, name) in columns.others where k < cells.count && !cells[k].isEmpty {
        if cells[k].hasPrefix("{") {
          said += try dictionary(cells[k], s, start)
        } else {
          said.append(.init(name, NetworkFile.value(cells[k])))
        }
      }
      network.link(a, b, said)
    }
    network.settleIDs()
    return network
  }

  /// Puts what a table says of agents into a network; agents that it names and the network lacks are added.
  static func addAgents(_ bytes: [UInt8], file: String, to network: inout NetworkFile) throws {
    var header: [String]?
    var identity = 0
    try rows(bytes, file: file) { cells, s, start in
      guard let names = header else {
        identity = cells.firstIndex { ["id", "agent", "node", "name"].contains($0.lowercased()) } ?? 0
        header = cells
        return
      }
      guard cells.count > identity, !cells[identity].isEmpty else { throw s.failure("an agent needs an id", at: start) }
      guard cells.count <= names.count else { throw s.failure("more values than the header has names", at: start) }
      let text = cells[identity]
      let number: AgentID? = Int(text).flatMap { String($0) == text ? .integer($0) : nil }
      let agent =
        number.flatMap { network.position($0) }
        ?? network.agent(
          network.position(.text(text)) != nil
            ? .text(text)
            : network.ids.contains { if case .text = $0 { true } else { false } } ? .text(text) : number ?? .text(text))
      for (k, cell) in cells.enumerated() where k != identity && !cell.isEmpty {
        network.set(agent, names[k], NetworkFile.value(cell))
      }
    }
    guard header != nil else { throw TextScanner(bytes, file: file).failure("a table of agents needs a header") }
  }

  /// Calls `body` with the cells of each line that is neither empty nor a comment.
  private static func rows(
    _ bytes: [UInt8], file: String, _ body: ([String], TextScanner, Int) throws -> Void
  ) throws {
    var s = TextScanner(bytes, file: file)
    let separator = separator(s)
    while !s.isAtEnd {
      let start = s.at
      if let next = s.next, next == UInt8(ascii: "#") || next == UInt8(ascii: "%") {
        _ = s.line()
        continue
      }
      let cells = try separator.map { try Self.cells(&s, $0) } ?? words(&s)
      if cells.allSatisfy(\.isEmpty) { continue }
      try body(cells, s, start)
    }
  }

  /// What parts the cells of the first line that says something: a tab, a comma or a semicolon; nil means blanks.
  private static func separator(_ scanner: TextScanner) -> UInt8? {
    var s = scanner
    while !s.isAtEnd {
      let line = s.line()
      if line.isEmpty || line.hasPrefix("#") || line.hasPrefix("%") { continue }
      let first = line.prefix { $0 != "{" && $0 != "\"" }
      for mark in ["\t", ";", ","] where line.hasPrefix("\"") ? line.contains(mark) : first.contains(mark) {
        return mark.utf8.first
      }
      return nil
    }
    return nil
  }

  /// One record of RFC 4180; a quoted cell may hold separators, quotes and line ends.
  private static func cells(_ s: inout TextScanner, _ separator: UInt8) throws -> [String] {
    var out: [String] = []
    let quote = UInt8(ascii: "\"")
    while true {
      if s.next == quote {
        let start = s.at
        var cell = ""
        s.advance()
        while true {
          cell += s.take { $0 != quote }
          if s.isAtEnd { throw s.failure("a quote is never closed", at: start) }
          s.advance()
          if s.next != quote { break }
          cell += "\""
          s.advance()
        }
        out.append(cell)
        _ = s.take { $0 == 32 || $0 == 13 }
        if let next = s.next, next != separator, next != 10 { throw s.failure("text behind a closing quote") }
      } else {
        out.append(trimmed(s.take { $0 != separator && $0 != 10 }))
      }
      guard s.next == separator else { break }
      s.advance()
    }
    s.advance()
    return out
  }

  private static func trimmed(_ text: String) -> String {
    let blank: (Character) -> Bool = { $0 == " " || $0 == "\r" || $0 == "\t" || $0 == "\r\n" }
    return String(text.drop(while: blank).reversed().drop(while: blank).reversed())
  }

  /// Words between blanks; what begins with a brace goes to the end of the line.
  private static func words(_ s: inout TextScanner) throws -> [String] {
    var out: [String] = []
    while true {
      _ = s.take { $0 == 32 || $0 == 9 || $0 == 13 }
      guard let next = s.next, next != 10 else { break }
      out.append(next == UInt8(ascii: "{") ? trimmed(s.take { $0 != 10 }) : s.take { ![32, 9, 13, 10].contains($0) })
    }
    s.advance()
    return out
  }

  /// A Python dictionary of plain values, as networkx writes it behind a link.
  private static func dictionary(_ text: String, _ s: TextScanner, _ start: Int) throws -> [JSON.Member] {
    var json = "", quote: Character?
    var escaped = false
    for c in text {
      if let open = quote {
        if escaped {
          json += c == "'" ? "'" : "\\\(c)"
          escaped = false
        } else if c == "\\" {
          escaped = true
        } else if c == open {
          json += "\""
          quote = nil
        } else {
          json += c == "\"" ? "\\\"" : String(c)
        }
      } else if c == "'" || c == "\"" {
        quote = c
        json += "\""
      } else {
        json.append(c)
      }
    }
    for (python, plain) in [("True", "true"), ("False", "false"), ("None", "null")] {
      json = json.replacing(": \(python)", with: ": \(plain)")
    }
    guard let parsed = try? JSON(parsing: json), case .object(let members) = parsed else {
      throw s.failure("what stands behind the two ends is no dictionary of plain values", at: start)
    }
    return members
  }
}
