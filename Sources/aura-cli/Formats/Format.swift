internal import AuraBase

/// The formats in which networks come and go.
enum Format: String, CaseIterable {
  case json, adjacency, csv, tsv, graphml, gexf, gml, dot, pajek, mtx, mermaid, svg

  static let readable: [Format] = [.json, .adjacency, .csv, .tsv, .graphml, .gexf, .gml, .dot, .pajek, .mtx]
  static let writable: [Format] = [.json, .graphml, .dot, .mermaid, .svg]

  /// By the end of a file's name.
  init?(path: String) {
    let name = path.hasSuffix(".lz4") ? String(path.dropLast(4)) : path
    guard let dot = name.lastIndex(of: ".") else { return nil }
    switch name[name.index(after: dot)...].lowercased() {
    case "json", "jsonl": self = .json
    case "csv", "edges", "edgelist", "el", "txt": self = .csv
    case "tsv", "tab": self = .tsv
    case "graphml": self = .graphml
    case "gexf": self = .gexf
    case "gml": self = .gml
    case "dot", "gv": self = .dot
    case "net", "paj": self = .pajek
    case "mtx", "mm": self = .mtx
    case "mmd", "mermaid": self = .mermaid
    case "svg": self = .svg
    default: return nil
    }
  }

  /// By how the text begins: what JSON cannot begin with.
  static func recognised(_ text: Span<UInt8>) -> Format {
    var at = 0
    while at < text.count, text[at] <= 32 || text[at] >= 0xEF { at += 1 }
    let head = text.extracting(at..<min(text.count, at + 4096)).withUnsafeBufferPointer {
      String(decoding: $0, as: UTF8.self)
    }
    let lower = head.lowercased()
    if head.isEmpty || head.hasPrefix("{") || head.hasPrefix("[") { return isAdjacency(text) ? .adjacency : .json }
    if lower.hasPrefix("%%matrixmarket") { return .mtx }
    if lower.hasPrefix("*vertices") || lower.hasPrefix("*network") { return .pajek }
    if head.hasPrefix("<") { return lower.contains("<gexf") ? .gexf : .graphml }
    let words = lower.split { " \t\r\n\"{[".contains($0) }
    if ["strict", "digraph"].contains(words.first ?? "") { return .dot }
    if words.first == "graph" { return lower.prefix { $0 != "[" }.contains("{") ? .dot : .gml }
    if words.first == "creator" || words.first == "version" { return .gml }
    if lower.hasPrefix("//") || lower.hasPrefix("/*") { return .dot }
    return .csv
  }

  /// Whether a document lists the partners of each agent instead of links, as networkx's adjacency_data does.
  private static func isAdjacency(_ text: Span<UInt8>) -> Bool {
    // The word stands near the end of large documents; looking for it costs far less than reading them.
    guard contains(text, Array("\"adjacency\"".utf8)) else { return false }
    var keys: Set<String> = []
    var s = JSONScanner(text)
    try? s.object { s, key throws(AuraError) in
      keys.insert(s.text(key))
      try s.skip()
    }
    return keys.contains("adjacency") && keys.isDisjoint(with: ["edges", "links", "topology"])
  }

  private static func contains(_ text: Span<UInt8>, _ word: [UInt8]) -> Bool {
    var at = 0
    while at + word.count <= text.count {
      var k = 0
      while k < word.count, text[at + k] == word[k] { k += 1 }
      if k == word.count { return true }
      at += 1
    }
    return false
  }

  /// Reads a network that is not in node-link JSON.
  func read(_ text: Column<UInt8>, file: String, directed: Bool) throws -> NetworkFile {
    var network: NetworkFile
    do { network = try readAsIs(text, file, directed) } catch let failure as Failure {
      throw Failure(status: failure.status, message: failure.message + doubt(text.span))
    }
    if [.graphml, .gml, .dot].contains(self) { network.nameToLabel() }
    return network
  }

  /// What a text that cannot be read may be instead, to put behind the message.
  private func doubt(_ text: Span<UInt8>) -> String {
    for i in 0..<min(text.count, 4096) where text[i] == 0 { return "; it is no text, so no network" }
    let found = Self.recognised(text)
    // Anything may be a list; only what begins as another format says which it is.
    return [self, .csv].contains(found) ? "" : "; it begins as \(found.rawValue) does, not as \(rawValue)"
  }

  /// Whether the text begins as no list can, though all its lines may look like links.
  private static func isNoList(_ text: Span<UInt8>) -> Bool {
    for i in 0..<text.count where text[i] > 32 {
      return [.json, .adjacency, .graphml, .gexf, .mtx, .pajek].contains(recognised(text))
    }
    return false
  }

  /// The first byte that is no UTF-8.
  private static func noText(_ text: Span<UInt8>) -> Int? {
    var at = 0
    while at < text.count {
      if text[at] < 0x80 {
        at += 1
      } else if let length = JSONScanner.utf8Length(text, at: at) {
        at += length
      } else {
        return at
      }
    }
    return nil
  }

  private func readAsIs(_ text: Column<UInt8>, _ file: String, _ directed: Bool) throws -> NetworkFile {
    let bytes = text.array
    if [.gml, .dot, .pajek, .mtx].contains(self), let odd = Self.noText(text.span) {
      // Repaired, two names might become one.
      throw TextScanner(bytes, file: file).failure("invalid UTF-8", at: odd)
    }
    switch self {
    case .csv, .tsv:
      if Self.isNoList(text.span) { throw TextScanner(bytes, file: file).failure("no list of links") }
      return try EdgeList.read(bytes, file: file, directed: directed)
    case .graphml: return try GraphML.read(bytes, file: file)
    case .gexf: return try GEXF.read(bytes, file: file)
    case .gml: return try GML.read(bytes, file: file)
    case .dot: return try DOT.read(bytes, file: file)
    case .pajek: return try Pajek.read(bytes, file: file)
    case .mtx: return try MatrixMarket.read(bytes, file: file)
    case .json, .adjacency:
      let document = Document(name: file, text: String(decoding: bytes, as: UTF8.self))
      let json: JSON
      do throws(AuraError) { json = try JSON(parsing: text.span) } catch { throw Place.failure(error, in: document) }
      do throws(AuraError) { return try NetworkFile(json) } catch {
        let offset = error.pointer.flatMap { JSONScanner.offset(of: $0, in: text.span) }
        throw Place.failure(AuraError(error.code, error.message, at: offset, pointer: error.pointer), in: document)
      }
    case .mermaid, .svg:
      throw Failure(status: Status.usage, message: "\(rawValue) can be written, not read")
    }
  }
}

/// Networks in the formats of other programs.
enum Writer {
  private static func xml(_ text: String) -> String {
    var out = ""
    for c in text.unicodeScalars {
      switch c {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "\t", "\n", "\r": out += "&#\(c.value);"
      default:
        // XML has no other control characters at all.
        if c.value >= 0x20 && c.value != 0xFFFE && c.value != 0xFFFF {
          out.unicodeScalars.append(c)
        } else {
          out += "\u{FFFD}"
        }
      }
    }
    return out
  }

  private static func text(_ value: JSON) -> String { value.text ?? value.encoded }

  static func graphML(_ network: NetworkFile) -> String {
    // A key for each field and its type over all that have it.
    func keys(_ rows: [[JSON.Member]], _ of: String, _ letter: String) -> [(name: String, id: String, type: String)] {
      var order: [String] = []
      var types: [String: String] = [:]
      for member in rows.joined() where member.value != .null {
        let type =
          switch member.value {
          case .bool: "boolean"
          case .integer: "long"
          case .real: "double"
          default: "string"
          }
        if let known = types[member.key] {
          if known != type { types[member.key] = Set([known, type]) == ["long", "double"] ? "double" : "string" }
        } else {
          order.append(member.key)
          types[member.key] = type
        }
      }
      return order.enumerated().map { ($0.element, "\(letter)\($0.offset)", types[$0.element] ?? "string") }
    }
    let agents = network.marked
    let nodeKeys = keys(agents, "node", "n"), linkKeys = keys(network.links.map(\.attributes), "edge", "e")
    var out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n"
    for (of, all) in [("node", nodeKeys), ("edge", linkKeys)] {
      for key in all {
        out += "<key id=\"\(key.id)\" for=\"\(of)\" attr.name=\"\(xml(key.name))\" attr.type=\"\(key.type)\"/>\n"
      }
    }
    out += "<graph id=\"\(xml(network.name))\" edgedefault=\"\(network.directed ? "directed" : "undirected")\">\n"
    func data(_ said: [JSON.Member], _ keys: [String: String]) -> String {
      said.filter { $0.value != .null }.map { "<data key=\"\(keys[$0.key] ?? "")\">\(xml(text($0.value)))</data>" }
        .joined()
    }
    let nodeIDs = Dictionary(uniqueKeysWithValues: nodeKeys.map { ($0.name, $0.id) })
    let linkIDs = Dictionary(uniqueKeysWithValues: linkKeys.map { ($0.name, $0.id) })
    let names = unique(network)
    for (k, said) in agents.enumerated() {
      out += "<node id=\"\(xml(names[k]))\">\(data(said, nodeIDs))</node>\n"
    }
    for link in network.links {
      out += "<edge source=\"\(xml(names[link.source]))\" target=\"\(xml(names[link.target]))\">"
      out += data(link.attributes, linkIDs) + "</edge>\n"
    }
    return out + "</graph>\n</graphml>"
  }

  /// Ids as text; where 7 and "7" are two agents the latter becomes another word, and its `aura_id` says which it was.
  private static func unique(_ network: NetworkFile) -> [String] {
    var taken: Set<String> = Set(network.ids.compactMap { if case .integer(let n) = $0 { String(n) } else { nil } })
    return network.ids.map { id in
      if case .integer(let number) = id { return String(number) }
      var name = id.description
      while !taken.insert(name).inserted { name += "_" }
      return name
    }
  }

  static func dot(_ network: NetworkFile) -> String {
    func quoted(_ text: String) -> String {
      "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
    func attributes(_ said: [JSON.Member]) -> String {
      let all = said.filter { $0.value != .null }.map {
        "\(quoted($0.key))=\($0.value.number != nil ? text($0.value) : quoted(text($0.value)))"
      }
      return all.isEmpty ? "" : " [\(all.joined(separator: ", "))]"
    }
    let names = unique(network).map(quoted)
    let arrow = network.directed ? "->" : "--"
    var out = "\(network.directed ? "digraph" : "graph") \(quoted(network.name)) {\n"
    let marked = network.marked
    for k in names.indices { out += "  \(names[k])\(attributes(marked[k]));\n" }
    for link in network.links {
      out += "  \(names[link.source]) \(arrow) \(names[link.target])\(attributes(link.attributes));\n"
    }
    return out + "}"
  }

  /// A drawing with a name beside each agent; places come from the engine.
  static func svg(_ network: NetworkFile) throws -> String {
    let layout = try ReportContent.outputs(
      [["id": "graph.layout.stress"]], Document(name: "network", text: network.document), Engine())[0]
    let x = layout["x"]?.elements.map { 40 + 90 * ($0.number ?? 0) } ?? []
    let y = layout["y"]?.elements.map { 40 + 90 * ($0.number ?? 0) } ?? []
    func short(_ value: Double) -> String { Text.fixed(value, 1) }
    var out = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(short((x.max() ?? 0) + 40)) "
    out += "\(short((y.max() ?? 0) + 50))\" font-family=\"sans-serif\" font-size=\"11\" text-anchor=\"middle\">\n"
    out +=
      "<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"15\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">"
    out += "<path d=\"M0 0L8 4L0 8z\" fill=\"#667\"/></marker></defs>\n"
    let end = network.directed ? " marker-end=\"url(#tip)\"" : ""
    for link in network.links where link.source != link.target {
      out += "<line x1=\"\(short(x[link.source]))\" y1=\"\(short(y[link.source]))\" x2=\"\(short(x[link.target]))\" "
      out += "y2=\"\(short(y[link.target]))\" stroke=\"#99a\"\(end)/>\n"
    }
    for (k, id) in network.ids.enumerated() {
      let name = network.attributes[k].first { $0.key == "label" }?.value.text ?? id.description
      out += "<circle cx=\"\(short(x[k]))\" cy=\"\(short(y[k]))\" r=\"7\" fill=\"#4a7fb0\"/>"
      out += "<text x=\"\(short(x[k]))\" y=\"\(short(y[k] + 19))\">\(xml(Text.plain(name)))</text>\n"
    }
    return out + "</svg>"
  }

  /// A flowchart, for pages that draw Mermaid.
  static func mermaid(_ network: NetworkFile) -> String {
    func label(_ text: String) -> String {
      var out = ""
      for c in Text.plain(text).unicodeScalars {
        if c == "\"" || c == "`" || c == "#" || c == "<" || c == ">" || c == "&" {
          out += "#\(c.value);"
        } else {
          out.unicodeScalars.append(c)
        }
      }
      return out.isEmpty ? " " : out
    }
    var out = "flowchart LR\n"
    for (k, id) in network.ids.enumerated() {
      let name = network.attributes[k].first { $0.key == "label" }?.value.text ?? id.description
      out += "  n\(k)[\"\(label(name))\"]\n"
    }
    for link in network.links { out += "  n\(link.source) \(network.directed ? "-->" : "---") n\(link.target)\n" }
    return String(out.dropLast())
  }
}
