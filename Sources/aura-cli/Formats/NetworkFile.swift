internal import AuraBase

/// A network as a file holds it: who there is, who is linked to whom, and what is said of either.
struct NetworkFile {
  struct Link {
    let source: Int
    let target: Int
    var attributes: [JSON.Member]
  }

  var directed = false
  var name = ""
  private(set) var ids: [AgentID] = []
  private(set) var attributes: [[JSON.Member]] = []
  var links: [Link] = []
  private var place: [AgentID: Int] = [:]

  /// The position of an agent, who is added when new.
  mutating func agent(_ id: AgentID) -> Int {
    if let known = place[id] { return known }
    place[id] = ids.count
    ids.append(id)
    attributes.append([])
    return ids.count - 1
  }

  func position(_ id: AgentID) -> Int? { place[id] }

  /// Says something of an agent; a later word replaces an earlier one.
  mutating func set(_ agent: Int, _ key: String, _ value: JSON) {
    if let k = attributes[agent].firstIndex(where: { $0.key == key }) { attributes[agent].remove(at: k) }
    attributes[agent].append(.init(key, value))
  }

  /// Says something of all agents, links or both ("node", "edge", "all") of which it has not been said.
  mutating func fill(_ key: String, _ value: JSON, of kind: String) {
    if ["node", "all"].contains(kind) {
      for k in attributes.indices where !attributes[k].contains(where: { $0.key == key }) { set(k, key, value) }
    }
    if ["edge", "all"].contains(kind) {
      for k in links.indices where !links[k].attributes.contains(where: { $0.key == key }) {
        links[k].attributes.append(.init(key, value))
      }
    }
  }

  mutating func link(_ source: Int, _ target: Int, _ attributes: [JSON.Member] = []) {
    links.append(Link(source: source, target: target, attributes: attributes))
  }

  /// Formats without types write 7 for the number and for the word. Ids that all read as integers are taken as such;
  /// an attribute `aura_id` (see `marked`) says otherwise.
  mutating func settleIDs() {
    var settled: [AgentID] = []
    let numbers = ids.map { id -> Int? in
      guard case .text(let text) = id, let number = Int(text), String(number) == text else { return nil }
      return number
    }
    let allNumbers = numbers.allSatisfy { $0 != nil }
    for (k, id) in ids.enumerated() {
      if let mark = attributes[k].firstIndex(where: { $0.key == Self.mark }) {
        let said = attributes[k].remove(at: mark).value
        settled.append((try? JSON(parsing: said.text ?? said.encoded)).flatMap { AgentID($0) } ?? id)
      } else {
        settled.append(allNumbers ? numbers[k].map { .integer($0) } ?? id : id)
      }
    }
    ids = settled
    place = [:]
    for (k, id) in ids.enumerated() { place[id] = k }
  }

  private static let mark = "aura_id"

  /// igraph keeps what people call an agent in `name`; here that is the label.
  mutating func nameToLabel() {
    guard !attributes.joined().contains(where: { $0.key == "label" }) else { return }
    for k in attributes.indices {
      if let at = attributes[k].firstIndex(where: { $0.key == "name" && $0.value.text != nil }) {
        attributes[k][at] = .init("label", attributes[k][at].value)
      }
    }
  }

  /// Replaces ids by what people call the agents, where each has a name of its own: as networkx does with GML and Pajek.
  mutating func renameByLabel(_ key: String) {
    let labels = attributes.map { $0.first { $0.key == key }?.value.text }
    guard Set(labels.compactMap(\.self)).count == ids.count else { return }
    ids = labels.map { .text($0 ?? "") }
    for k in attributes.indices { attributes[k].removeAll { $0.key == key } }
    place = [:]
    for (k, id) in ids.enumerated() { place[id] = k }
  }

  /// Attributes of all agents for a format without types: with a mark where an id would be read as something else.
  var marked: [[JSON.Member]] {
    let texts = ids.map(\.description)
    let numbers = texts.allSatisfy { Int($0).map(String.init) == $0 }
    let mixed = Set(texts).count < texts.count
    return ids.indices.map { k in
      let isRight = !mixed && (ids[k] == (numbers ? .integer(Int(texts[k]) ?? 0) : .text(texts[k])))
      return isRight ? attributes[k] : attributes[k] + [.init(Self.mark, .string(ids[k].json.encoded))]
    }
  }

  /// The network as node-link JSON, one agent and one link a line.
  var document: String {
    var seen: Set<[Int]> = []
    let isSimple = links.allSatisfy { link in
      let ends = [link.source, link.target]
      return seen.insert(directed ? ends : ends.sorted()).inserted
    }
    var out = "{\"directed\":\(directed),\"multigraph\":\(!isSimple),"
    out += "\"graph\":\(JSON.object(name.isEmpty ? [] : [.init("name", .string(name))]).encoded),\n\"nodes\":["
    for (k, id) in ids.enumerated() {
      out += (k == 0 ? "\n" : ",\n") + JSON.object([.init("id", id.json)] + attributes[k]).encoded
    }
    out += "\n],\n\"edges\":["
    for (k, link) in links.enumerated() {
      let ends: [JSON.Member] = [.init("source", ids[link.source].json), .init("target", ids[link.target].json)]
      out += (k == 0 ? "\n" : ",\n") + JSON.object(ends + link.attributes).encoded
    }
    return out + "\n]}"
  }
}

extension NetworkFile {
  /// A value of an attribute in a format without types: what people call somebody is a word even when it is 404.
  static func value(_ text: String, of key: String) -> JSON { key == "label" ? .string(text) : value(text) }

  /// A value of a format without types: a number, else a word.
  static func value(_ text: String) -> JSON {
    if let number = Int(text), String(number) == text { return .integer(number) }
    // Only what JSON would call a number: "nan", "0x1p3" and "1e" are words.
    if let parsed = try? JSON(parsing: text), parsed.number != nil { return parsed }
    // Other programs also write .5, 5. and +5.
    let digits = text.drop { $0 == "+" || $0 == "-" }
    if digits.first == "." || text.first == "+" || text.contains(".e") || text.contains(".E") || text.last == ".",
      text.utf8.allSatisfy({ (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }), let number = Double(text),
      number.isFinite
    {
      return .real(number)
    }
    return .string(text)
  }

  /// A node-link document, or one as networkx's adjacency_data writes it.
  init(_ json: JSON) throws(AuraError) {
    let inner = json["topology"].flatMap { $0["nodes"] == nil ? nil : $0 }
    func fail(_ pointer: String, _ message: String) -> AuraError {
      AuraError(.schema, message, pointer: (inner == nil ? "" : "/topology") + pointer)
    }
    let root = inner ?? json
    directed = root["directed"] == true
    name = root["graph"]?["name"]?.text ?? ""
    guard let nodes = root["nodes"]?.elements, root["nodes"] != nil else {
      throw fail("/nodes", "a network needs nodes")
    }
    for (k, node) in nodes.enumerated() {
      guard let id = node["id"].flatMap({ AgentID($0) }) else { throw fail("/nodes/\(k)/id", "an agent needs an id") }
      guard position(id) == nil else { throw fail("/nodes/\(k)/id", "two agents have this id") }
      let agent = agent(id)
      attributes[agent] = node.members.filter { $0.key != "id" }
    }
    let rest: (JSON) -> [JSON.Member] = { $0.members.filter { !["source", "target", "key", "id"].contains($0.key) } }
    if let rows = root["adjacency"]?.elements {
      for (i, row) in rows.enumerated() {
        for (k, entry) in row.elements.enumerated() {
          guard i < ids.count, let target = entry["id"].flatMap({ AgentID($0) }).flatMap({ position($0) }) else {
            throw fail("/adjacency/\(i)/\(k)/id", "no such agent")
          }
          // An undirected link stands with both its ends.
          if directed || target >= i { link(i, target, rest(entry)) }
        }
      }
      return
    }
    let key = root["edges"] == nil ? "links" : "edges"
    for (k, edge) in (root[key]?.elements ?? []).enumerated() {
      func end(_ side: String) throws(AuraError) -> Int {
        guard let found = edge[side].flatMap({ AgentID($0) }).flatMap({ position($0) }) else {
          throw fail("/\(key)/\(k)/\(side)", "no such agent")
        }
        return found
      }
      link(try end("source"), try end("target"), edge.members.filter { !["source", "target", "key"].contains($0.key) })
    }
  }
}

/// Text that is read from the left, with lines and columns for errors.
struct TextScanner {
  private let bytes: [UInt8]
  private(set) var at = 0
  private let file: String

  init(_ bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
    // A byte-order mark says nothing.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
  }

  var isAtEnd: Bool { at >= bytes.count }
  var next: UInt8? { at < bytes.count ? bytes[at] : nil }
  func peek(_ ahead: Int) -> UInt8? { at + ahead < bytes.count ? bytes[at + ahead] : nil }

  mutating func advance(_ count: Int = 1) { at = min(bytes.count, at + count) }

  mutating func take(while matches: (UInt8) -> Bool) -> String {
    let start = at
    while at < bytes.count, matches(bytes[at]) { at += 1 }
    return String(decoding: bytes[start..<at], as: UTF8.self)
  }

  /// The rest of the line, without its end.
  mutating func line() -> String {
    let text = take { $0 != 10 }
    advance()
    return text.hasSuffix("\r\n") || text.last == "\r" ? String(text.dropLast()) : text
  }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  func failure(_ message: String, at offset: Int? = nil) -> Failure {
    var line = 1, start = 0
    let end = min(offset ?? at, bytes.count)
    for i in 0..<end where bytes[i] == 10 {
      line += 1
      start = i + 1
    }
    var column = 1
    for i in start..<max(start, end) where bytes[i] & 0xC0 != 0x80 { column += 1 }
    return Failure(
      status: Status.refused, message: "\(Text.plain(file)): \(Text.plain(message)) (line \(line), column \(column))")
  }
}
