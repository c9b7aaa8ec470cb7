internal import AuraBase

/// Graph Modelling Language (Himsolt 1997): keys with numbers, strings or lists in brackets.
enum GML {
  private indirect enum Value {
    case plain(JSON)
    case list([(key: String, value: Value, at: Int)])
  }

  private static let deepest = 64

  static func read(_ bytes: [UInt8], file: String) throws -> NetworkFile {
    var s = TextScanner(bytes, file: file)
    let top = try list(&s, 0)
    guard let graph = top.first(where: { $0.key.lowercased() == "graph" }), case .list(let members) = graph.value else {
      throw s.failure("a GML file holds graph [ ... ]", at: 0)
    }
    var network = NetworkFile()
    for (key, value, at) in members {
      switch (key.lowercased(), value) {
      case ("directed", .plain(let flag)): network.directed = flag.number == 1
      case ("name", .plain(let name)), ("label", .plain(let name)): network.name = name.text ?? ""
      case ("node", .list(let said)):
        guard let id = plain("id", said)?.0, let known = AgentID(id) else {
          throw s.failure("a node needs an id", at: at)
        }
        guard network.position(known) == nil else {
          throw s.failure("two nodes have the id \(known.description)", at: at)
        }
        let agent = network.agent(known)
        for (key, value, _) in said where key != "id" {
          if case .plain(let json) = value { network.set(agent, key, json) }
        }
      case ("node", _), ("edge", .plain): throw s.failure("expected \(key) [ ... ]", at: at)
      default: break
      }
    }
    for (key, value, at) in members where key.lowercased() == "edge" {
      guard case .list(let said) = value else { continue }
      func end(_ name: String) throws -> Int {
        guard let (id, place) = plain(name, said) else { throw s.failure("an edge needs a \(name)", at: at) }
        guard let agent = AgentID(id).flatMap({ network.position($0) }) else {
          throw s.failure("no such node", at: place)
        }
        return agent
      }
      var attributes: [JSON.Member] = []
      for (key, value, _) in said where !["source", "target", "key"].contains(key) {
        if case .plain(let json) = value { attributes.append(.init(key, json)) }
      }
      network.link(try end("source"), try end("target"), attributes)
    }
    network.renameByLabel("label")
    network.settleIDs()
    return network
  }

  private static func plain(_ key: String, _ list: [(key: String, value: Value, at: Int)]) -> (JSON, Int)? {
    guard let found = list.first(where: { $0.key == key }), case .plain(let json) = found.value else { return nil }
    return (json, found.at)
  }

  private static func skipBlanks(_ s: inout TextScanner) {
    while true {
      _ = s.take { $0 <= 32 }
      guard s.next == UInt8(ascii: "#") else { return }
      _ = s.line()
    }
  }

  private static func list(
    _ s: inout TextScanner, _ depth: Int
  ) throws -> [(key: String, value: Value, at: Int)] {
    guard depth < deepest else { throw s.failure("more than \(deepest) lists in one another") }
    var out: [(key: String, value: Value, at: Int)] = []
    while true {
      skipBlanks(&s)
      guard let next = s.next else {
        if depth > 0 { throw s.failure("a list is never closed") }
        return out
      }
      if next == UInt8(ascii: "]") {
        guard depth > 0 else { throw s.failure("a ] without its [") }
        s.advance()
        return out
      }
      let at = s.at
      let key = s.take {
        $0 == 0x5F || (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
      }
      guard !key.isEmpty else { throw s.failure("expected a key") }
      skipBlanks(&s)
      switch s.next {
      case UInt8(ascii: "["):
        s.advance()
        out.append((key, .list(try list(&s, depth + 1)), at))
      case UInt8(ascii: "\""):
        let start = s.at
        s.advance()
        let text = s.take { $0 != UInt8(ascii: "\"") }
        if s.isAtEnd { throw s.failure("a quote is never closed", at: start) }
        s.advance()
        out.append((key, .plain(.string(decoded(text))), at))
      case nil: throw s.failure("\(key) has no value", at: at)
      default:
        let start = s.at
        var word = s.take { $0 > 32 && $0 != UInt8(ascii: "]") && $0 != UInt8(ascii: "[") }
        if word.hasPrefix("+") { word.removeFirst() }
        if word.hasSuffix(".") { word += "0" }
        if word.lowercased() == "nan" {
          out.append((key, .plain(.null), at))
          continue
        }
        let value = NetworkFile.value(word)
        guard value.number != nil else { throw s.failure("\(word) is no number", at: start) }
        out.append((key, .plain(value), at))
      }
    }
  }

  /// Character references, as in HTML.
  private static func decoded(_ text: String) -> String {
    guard text.contains("&") else { return text }
    let names = ["quot": "\"", "amp": "&", "lt": "<", "gt": ">", "apos": "'"]
    var out = ""
    var rest = Substring(text)
    while let mark = rest.firstIndex(of: "&") {
      out += rest[..<mark]
      rest = rest[mark...]
      guard let end = rest.prefix(12).firstIndex(of: ";") else {
        out += "&"
        rest = rest.dropFirst()
        continue
      }
      let name = String(rest[rest.index(after: rest.startIndex)..<end])
      let number =
        name.hasPrefix("#x") ? Int(name.dropFirst(2), radix: 16) : name.hasPrefix("#") ? Int(name.dropFirst()) : nil
      if let known = names[name] {
        out += known
      } else if let number, let scalar = UInt32(exactly: number).flatMap(Unicode.Scalar.init) {
        out.unicodeScalars.append(scalar)
      } else {
        out += rest[...end]
      }
      rest = rest[rest.index(after: end)...]
    }
    return out + rest
  }
}
