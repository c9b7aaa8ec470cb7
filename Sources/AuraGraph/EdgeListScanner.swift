package import AuraBase

/// Reads a list of links from the left: one a line, as CSV, TSV or words between blanks; with or without a header; or as
/// networkx writes them, with a dictionary behind the two ends. Tables of agents have the same rows.
///
/// A header is a first line in which a source and a target are named. Without one the first two columns are the ends and
/// the third is the weight. Lines that begin with # or % are comments. Every byte read is bounds checked, UTF-8 is
/// validated, and memory beyond the bytes is that of one line.
///
/// - Complexity: one pass.
/// - Source: RFC 4180 for quotes.
package struct EdgeListScanner: ~Copyable, ~Escapable {
  private let bytes: Span<UInt8>
  private var at = 0
  /// What parts the cells: a tab, a semicolon or a comma; nil means blanks.
  private let separator: UInt8?
  private var names: [[UInt8]] = []
  private var ends = (source: 0, target: 1)
  private var hasHeader = false
  private var hasBegun = false
  /// Where the row began.
  private var start = 0
  /// Cells of the row.
  package private(set) var cells: [StringToken] = []

  @_lifetime(copy bytes)
  package init(_ bytes: Span<UInt8>) {
    self.bytes = bytes
    at = Self.mark(bytes)
    separator = Self.separator(bytes, at)
  }

  /// Whether a request is such a list and no JSON: it begins as a name or a number does, and its first line has a
  /// comma, a semicolon or a tab.
  package static func begins(_ bytes: Span<UInt8>) -> Bool {
    var at = mark(bytes)
    while at < bytes.count, isBlank(bytes[at]) || bytes[at] == 10 { at += 1 }
    guard at < bytes.count else { return false }
    switch bytes[at] {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80..., UInt8(ascii: "\""), UInt8(ascii: "#"), UInt8(ascii: "%"),
      UInt8(ascii: "_"), UInt8(ascii: "-"):
      return separator(bytes, at) != nil
    default: return false
    }
  }

  /// A byte-order mark says nothing.
  private static func mark(_ bytes: Span<UInt8>) -> Int {
    bytes.count > 2 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF ? 3 : 0
  }

  private static func isBlank(_ c: UInt8) -> Bool { c == 32 || c == 13 || c == 9 }
  private static func isComment(_ c: UInt8) -> Bool { c == UInt8(ascii: "#") || c == UInt8(ascii: "%") }

  /// What parts the cells of the first line that says something.
  private static func separator(_ bytes: Span<UInt8>, _ start: Int) -> UInt8? {
    var at = start
    while at < bytes.count, isComment(bytes[at]) || bytes[at] == 10 || bytes[at] == 13 || bytes[at] == 32 {
      if isComment(bytes[at]) { while at < bytes.count, bytes[at] != 10 { at += 1 } } else { at += 1 }
    }
    let quoted = at < bytes.count && bytes[at] == UInt8(ascii: "\"")
    var found = (tab: false, semicolon: false, comma: false)
    while at < bytes.count, bytes[at] != 10 {
      switch bytes[at] {
      case 9: found.tab = true
      case UInt8(ascii: ";"): found.semicolon = true
      case UInt8(ascii: ","): found.comma = true
      case UInt8(ascii: "{") where !quoted, UInt8(ascii: "\"") where !quoted: at = bytes.count - 1
      default: break
      }
      at += 1
    }
    return found.tab ? 9 : found.semicolon ? UInt8(ascii: ";") : found.comma ? UInt8(ascii: ",") : nil
  }

  /// An error at a byte of the list; `placed` says its line.
  package func failure(_ message: String, at offset: Int? = nil, _ code: AuraError.Code = .syntax) -> AuraError {
    AuraError(code, message, at: offset ?? start)
  }

  // MARK: Rows

  /// Reads the next line that is neither empty nor a comment; false at the end.
  package mutating func nextRow() throws(AuraError) -> Bool {
    while at < bytes.count {
      start = at
      cells.removeAll(keepingCapacity: true)
      if Self.isComment(bytes[at]) {
        while at < bytes.count, bytes[at] != 10 { at += 1 }
        at += 1
        continue
      }
      if let separator { try readCells(separator) } else { try readWords() }
      at += 1
      if cells.contains(where: { $0.count > 0 }) { return true }
    }
    cells.removeAll(keepingCapacity: true)
    return false
  }

  /// Goes over one byte, or one character that is not ASCII.
  private mutating func step(lines: Bool = false) throws(AuraError) {
    let c = bytes[at]
    if c >= 0x80 {
      guard let length = JSONScanner.utf8Length(bytes, at: at) else { throw failure("invalid UTF-8", at: at) }
      at += length
    } else if c >= 0x20 || Self.isBlank(c) || (lines && c == 10) {
      at += 1
    } else {
      throw failure("unexpected control character", at: at)
    }
  }

  private mutating func add(_ from: Int, _ to: Int, escaped: Bool = false) throws(AuraError) {
    guard cells.count < Limits.fields + 2 else {
      throw failure("more than \(Limits.fields + 2) columns", at: from, .limit)
    }
    cells.append(StringToken(start: from, count: to - from, escaped: escaped))
  }

  private mutating func readCells(_ separator: UInt8) throws(AuraError) {
    let quote = UInt8(ascii: "\"")
    while true {
      if at < bytes.count, bytes[at] == quote {
        let open = at
        var escaped = false
        at += 1
        while true {
          guard at < bytes.count else { throw failure("a quote is never closed", at: open) }
          if bytes[at] == quote {
            guard at + 1 < bytes.count, bytes[at + 1] == quote else { break }
            escaped = true
            at += 1
          }
          try step(lines: true)
        }
        try add(open + 1, at, escaped: escaped)
        at += 1
        while at < bytes.count, bytes[at] == 32 || bytes[at] == 13 { at += 1 }
        if at < bytes.count, bytes[at] != separator, bytes[at] != 10 {
          throw failure("text behind a closing quote", at: at)
        }
      } else {
        let from = at
        while at < bytes.count, bytes[at] != separator, bytes[at] != 10 { try step() }
        try addTrimmed(from)
      }
      guard at < bytes.count, bytes[at] == separator else { return }
      at += 1
    }
  }

  private mutating func addTrimmed(_ start: Int) throws(AuraError) {
    var from = start, to = at
    while from < to, Self.isBlank(bytes[from]) { from += 1 }
    while to > from, Self.isBlank(bytes[to - 1]) { to -= 1 }
    try add(from, to)
  }

  /// What begins with a brace goes to the end of the line.
  private mutating func readWords() throws(AuraError) {
    while true {
      while at < bytes.count, Self.isBlank(bytes[at]) { at += 1 }
      guard at < bytes.count, bytes[at] != 10 else { return }
      let from = at
      let isDictionary = bytes[at] == UInt8(ascii: "{")
      while at < bytes.count, bytes[at] != 10, isDictionary || !Self.isBlank(bytes[at]) { try step() }
      try addTrimmed(from)
    }
  }

  /// The bytes of a cell, with doubled quotes made single.
  package func bytes(_ cell: StringToken) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(cell.count)
    var i = cell.start
    while i < cell.start + cell.count {
      out.append(bytes[i])
      i += cell.escaped && bytes[i] == UInt8(ascii: "\"") ? 2 : 1
    }
    return out
  }

  package func text(_ cell: StringToken) -> String {
    bytes(cell).span.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
  }

  // MARK: Links

  package var source: StringToken { cells[ends.source] }
  package var target: StringToken { cells[ends.target] }

  /// Reads the next link; false at the end.
  package mutating func nextLink() throws(AuraError) -> Bool {
    guard try nextRow() else { return false }
    if !hasBegun {
      hasBegun = true
      if readHeader() { return try nextLink() }
    }
    guard cells.count > max(ends.source, ends.target), source.count > 0, target.count > 0 else {
      throw failure("a link needs a source and a target")
    }
    if cells.count > names.count {
      guard !hasHeader else { throw failure("more values than the header has names", at: cells[names.count].start) }
      for k in names.count..<cells.count { names.append(k == 2 ? Array("weight".utf8) : Array("column_\(k + 1)".utf8)) }
    }
    return true
  }

  /// Takes the row for a header if it names a source and a target.
  private mutating func readHeader() -> Bool {
    let all = cells.map { bytes($0) }
    func position(_ words: [StaticString]) -> Int? {
      all.firstIndex { name in
        words.contains { word in
          word.utf8CodeUnitCount == name.count
            && name.indices.allSatisfy { (name[$0] &- 0x41 < 26 ? name[$0] | 0x20 : name[$0]) == word.utf8Start[$0] }
        }
      }
    }
    guard let source = position(["source", "from", "src", "tail", "start", "caller", "node1"]),
      let target = position(["target", "to", "dst", "dest", "head", "end", "callee", "node2"])
    else { return false }
    (names, ends, hasHeader) = (all, (source, target), true)
    return true
  }

  /// Calls `body` with each value beside the two ends: the name of its field, and what it is as JSON where it is a
  /// value of a dictionary, else the cell.
  package func eachValue(
    _ body: ([UInt8], StringToken, JSON?) throws(AuraError) -> Void
  ) throws(AuraError) {
    for k in cells.indices where k != ends.source && k != ends.target && cells[k].count > 0 {
      if bytes[cells[k].start] == UInt8(ascii: "{") {
        for member in try dictionary(cells[k]) { try body(Array(member.key.utf8), cells[k], member.value) }
      } else {
        try body(names[k], cells[k], nil)
      }
    }
  }

  /// A Python dictionary of plain values, as networkx writes it behind a link.
  private func dictionary(_ cell: StringToken) throws(AuraError) -> [JSON.Member] {
    let (quote, apostrophe, slash) = (UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"))
    let text = bytes(cell)
    var json: [UInt8] = []
    var open: UInt8?
    var i = 0
    while i < text.count {
      let c = text[i]
      i += 1
      if let quoted = open {
        if c == slash, i < text.count {
          // JSON knows no escaped apostrophe.
          if text[i] != apostrophe { json.append(slash) }
          json.append(text[i])
          i += 1
        } else if c == quoted {
          json.append(quote)
          open = nil
        } else {
          if c == quote { json.append(slash) }
          json.append(c)
        }
      } else if c == apostrophe || c == quote {
        open = c
        json.append(quote)
      } else if c == UInt8(ascii: "T") || c == UInt8(ascii: "F") || c == UInt8(ascii: "N") {
        let (python, word) = c == 0x54 ? ("True", "true") : c == 0x46 ? ("False", "false") : ("None", "null")
        json.append(contentsOf: Array((text[(i - 1)...].starts(with: Array(python.utf8)) ? word : "?").utf8))
        i += python.utf8.count - 1
      } else {
        json.append(c)
      }
    }
    guard let parsed = try? JSON(parsing: json.span), case .object(let members) = parsed else {
      throw failure("what stands behind the two ends is no dictionary of plain values", at: cell.start)
    }
    return members
  }

  // MARK: Places

  /// The error with its line and column in words.
  package static func placed(_ error: AuraError, in bytes: Span<UInt8>) -> AuraError {
    guard let offset = error.offset else { return error }
    var line = 1, column = 1
    for i in 0..<min(offset, bytes.count) where bytes[i] & 0xC0 != 0x80 {
      (line, column) = bytes[i] == 10 ? (line + 1, 1) : (line, column + 1)
    }
    return AuraError(error.code, "line \(line), column \(column): \(error.message)", at: offset, pointer: error.pointer)
  }

  /// Where a link begins.
  package static func offset(ofLink number: Int, in bytes: Span<UInt8>) -> Int? {
    var rows = EdgeListScanner(bytes)
    for _ in 0...max(0, number) {
      guard let more = try? rows.nextLink(), more else { return nil }
    }
    return rows.start
  }
}
