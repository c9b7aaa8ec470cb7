internal import AuraBase
internal import CExpat

/// Reads XML as a stream of elements; namespaces are dropped from names.
final class XMLReader {
  /// An element is opened: the reader, which knows where it stands, its name and attributes.
  typealias Open = (XMLReader, String, [String: String]) throws -> Void
  /// An element is closed: its name and the text directly in it.
  typealias Close = (String, String) throws -> Void

  private let file: String
  private let open: Open
  private let close: Close
  private let parser: XML_Parser
  private var texts: [String] = []
  private var failure: (any Error)?

  private static let deepest = 256

  static func read(_ bytes: [UInt8], file: String, open: @escaping Open, close: @escaping Close) throws {
    guard let parser = XML_ParserCreate(nil) else {
      throw Failure(status: Status.refused, message: "no room for a parser")
    }
    defer { XML_ParserFree(parser) }
    let reader = XMLReader(parser, file, open, close)
    try withExtendedLifetime(reader) { try reader.run(bytes) }
  }

  private init(_ parser: XML_Parser, _ file: String, _ open: @escaping Open, _ close: @escaping Close) {
    self.parser = parser
    self.file = file
    self.open = open
    self.close = close
  }

  private func run(_ bytes: [UInt8]) throws {
    XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
    XML_SetElementHandler(
      parser, { XMLReader.of($0).opened($1, $2) }, { context, name in XMLReader.of(context).closed(name) })
    XML_SetCharacterDataHandler(parser) { context, text, count in XMLReader.of(context).said(text, count) }
    let piece = 1 << 24
    var at = 0
    repeat {
      let count = min(piece, bytes.count - at)
      let status = bytes.withUnsafeBytes { raw in
        XML_Parse(
          parser, raw.baseAddress?.advanced(by: at).assumingMemoryBound(to: CChar.self), Int32(count),
          at + count == bytes.count ? 1 : 0)
      }
      if let failure { throw failure }
      if status != XML_STATUS_OK {
        let reason = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) } ?? "no XML"
        throw place(reason)
      }
      at += count
    } while at < bytes.count
  }

  private static func of(_ context: UnsafeMutableRawPointer?) -> XMLReader {
    Unmanaged<XMLReader>.fromOpaque(context!).takeUnretainedValue()
  }

  /// The error with the place where the reader stands.
  private func place(_ message: String) -> Failure {
    let (line, column) = position
    return Failure(
      status: Status.refused, message: "\(Text.plain(file)): \(Text.plain(message)) (line \(line), column \(column))")
  }

  /// Where in the file the reader stands.
  var position: (line: Int, column: Int) {
    (Int(XML_GetCurrentLineNumber(parser)), Int(XML_GetCurrentColumnNumber(parser)) + 1)
  }

  private func guarded(_ body: () throws -> Void) {
    if failure != nil { return }
    do { try body() } catch {
      failure = (error as? Refused).map { place($0.message) } ?? error
      XML_StopParser(parser, 0)
    }
  }

  /// What a reader of elements refuses; the place is added to it.
  struct Refused: Error {
    let message: String
    init(_ message: String) { self.message = message }
  }

  private func opened(_ name: UnsafePointer<CChar>?, _ pairs: UnsafeMutablePointer<UnsafePointer<CChar>?>?) {
    guarded {
      guard texts.count < Self.deepest else { throw Refused("more than \(Self.deepest) elements in one another") }
      var attributes: [String: String] = [:]
      var k = 0
      while let pairs, let key = pairs[k], let value = pairs[k + 1] {
        attributes[Self.plain(String(cString: key))] = String(cString: value)
        k += 2
      }
      texts.append("")
      try open(self, name.map { Self.plain(String(cString: $0)) } ?? "", attributes)
    }
  }

  private func closed(_ name: UnsafePointer<CChar>?) {
    guarded {
      let text = texts.popLast() ?? ""
      try close(name.map { Self.plain(String(cString: $0)) } ?? "", text)
    }
  }

  private func said(_ text: UnsafePointer<CChar>?, _ count: Int32) {
    guard let text, !texts.isEmpty else { return }
    let bytes = UnsafeBufferPointer(
      start: UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self), count: Int(count))
    texts[texts.count - 1] += String(decoding: bytes, as: UTF8.self)
  }

  /// A name without its namespace prefix.
  private static func plain(_ name: String) -> String {
    name.lastIndex(of: ":").map { String(name[name.index(after: $0)...]) } ?? name
  }
}

/// A typed value of GraphML or GEXF.
private func value(_ text: String, _ type: String) throws -> JSON {
  let word = text.trimmedOfBlanks
  switch type {
  case "boolean":
    guard let flag = ["true": true, "1": true, "false": false, "0": false][word.lowercased()] else {
      throw XMLReader.Refused("\"\(Text.cut(word, to: 40))\" is no boolean")
    }
    return .bool(flag)
  case "int", "integer", "long", "short", "byte", "float", "double", "bigdecimal", "biginteger":
    if ["nan", "+nan", "-nan"].contains(word.lowercased()) { return .null }
    let found = NetworkFile.value(word.hasPrefix("+") ? String(word.dropFirst()) : word)
    if found.number != nil { return found }
    // "1." and ".5" are numbers elsewhere; infinity is none here.
    if let number = Double(word), number.isFinite { return .real(number) }
    throw XMLReader.Refused("\"\(Text.cut(word, to: 40))\" is no number")
  default: return .string(text)
  }
}

extension String {
  fileprivate var trimmedOfBlanks: String {
    let blank: (Character) -> Bool = { $0.isWhitespace }
    return String(drop(while: blank).reversed().drop(while: blank).reversed())
  }
}

/// A link as it stands in the file, before all agents are known.
private struct XMLLink {
  let source: String
  let target: String
  let directed: Bool?
  var said: [JSON.Member]
  let place: (line: Int, column: Int)
}

/// Joins agents once all are known. The direction may differ from link to link: one that goes both ways in a directed
/// network becomes two.
private func put(
  _ ends: [XMLLink], into network: inout NetworkFile,
  _ file: String
) throws {
  let byDefault = network.directed
  network.directed = ends.isEmpty ? byDefault : ends.contains { $0.directed ?? byDefault }
  for end in ends {
    guard let s = network.position(.text(end.source)), let t = network.position(.text(end.target)) else {
      let odd = Text.plain(network.position(.text(end.source)) == nil ? end.source : end.target)
      throw Failure(
        status: Status.refused,
        message: "\(Text.plain(file)): no node \"\(Text.cut(odd, to: 40))\" "
          + "(line \(end.place.line), column \(end.place.column))")
    }
    network.link(s, t, end.said)
    if network.directed, !(end.directed ?? byDefault), s != t { network.link(t, s, end.said) }
  }
}

/// GraphML (Brandes et al. 2002), as networkx, igraph and Gephi write it.
enum GraphML {
  static func read(_ bytes: [UInt8], file: String) throws -> NetworkFile {
    var network = NetworkFile()
    var keys: [String: (name: String, type: String, of: String, fallback: JSON?)] = [:]
    var key = "", data = "", owner = "", agent = 0
    var graphs = 0, sawRoot = false
    var ends: [XMLLink] = []
    try XMLReader.read(bytes, file: file) { reader, name, attributes in
      if !sawRoot && name != "graphml" {
        throw XMLReader.Refused("a GraphML file begins with <graphml>, not <\(name)>")
      }
      sawRoot = true
      switch name {
      case "key":
        guard let id = attributes["id"] else { throw XMLReader.Refused("a key needs an id") }
        key = id
        // Keys without a name are about drawing.
        keys[id] = (
          attributes["attr.name"] ?? attributes["name"] ?? id,
          attributes["attr.type"] ?? attributes["type"] ?? "string", attributes["for"] ?? "all", nil
        )
      case "graph":
        graphs += 1
        guard graphs == 1 else { throw XMLReader.Refused("graphs within graphs, or several, are not read") }
        network.directed = attributes["edgedefault"] == "directed"
        network.name = attributes["id"] ?? ""
        owner = "graph"
      case "node":
        guard let id = attributes["id"] else { throw XMLReader.Refused("a node needs an id") }
        guard network.position(.text(id)) == nil else {
          throw XMLReader.Refused("two nodes have the id \(Text.cut(id, to: 40))")
        }
        agent = network.agent(.text(id))
        owner = "node"
      case "edge":
        guard let source = attributes["source"], let target = attributes["target"] else {
          throw XMLReader.Refused("an edge needs a source and a target")
        }
        let directed = attributes["directed"].map { $0 == "true" || $0 == "1" }
        ends.append(XMLLink(source: source, target: target, directed: directed, said: [], place: reader.position))
        owner = "edge"
      case "hyperedge": throw XMLReader.Refused("hyperedges are not read")
      case "data": data = attributes["key"] ?? ""
      default: break
      }
    } close: { name, text in
      switch name {
      case "default": if let type = keys[key]?.type { keys[key]?.fallback = try value(text, type) }
      case "data":
        guard let said = keys[data] else { throw XMLReader.Refused("no key \"\(Text.cut(data, to: 40))\"") }
        // Programs put drawings of their own into data; those are elements, and leave no text.
        if said.type == "string" && text.trimmedOfBlanks.isEmpty && said.name == data { return }
        let found = try value(text, said.type)
        if owner == "node" { network.set(agent, said.name, found) }
        if owner == "edge" { ends[ends.count - 1].said.append(.init(said.name, found)) }
        if owner == "graph", said.name == "name", let name = found.text { network.name = name }
      case "NodeLabel":
        // yEd keeps what people call an agent in its drawing.
        let label = text.trimmedOfBlanks
        if owner == "node", !label.isEmpty, !network.attributes[agent].contains(where: { $0.key == "label" }) {
          network.set(agent, "label", .string(label))
        }
      case "node", "edge": owner = "graph"
      default: break
      }
    }
    guard graphs > 0 else { throw Failure(status: Status.refused, message: "\(Text.plain(file)): there is no <graph>") }
    try put(ends, into: &network, file)
    for fallback in keys.values.sorted(by: { $0.name < $1.name }) {
      guard let said = fallback.fallback else { continue }
      network.fill(fallback.name, said, of: fallback.of)
    }
    network.settleIDs()
    return network
  }
}

/// GEXF, the format of Gephi.
enum GEXF {
  static func read(_ bytes: [UInt8], file: String) throws -> NetworkFile {
    var network = NetworkFile()
    var titles: [String: (name: String, type: String)] = [:]
    var fallbacks: [(of: String, name: String, value: JSON)] = []
    var group = "", attribute = "", owner = "", agent = 0, sawRoot = false, sawGraph = false
    var ends: [XMLLink] = []
    try XMLReader.read(bytes, file: file) { reader, name, attributes in
      if !sawRoot && name != "gexf" { throw XMLReader.Refused("a GEXF file begins with <gexf>, not <\(name)>") }
      sawRoot = true
      switch name {
      case "graph":
        sawGraph = true
        network.directed = attributes["defaultedgetype"] == "directed"
        if attributes["mode"] == "dynamic" { throw XMLReader.Refused("networks that change over time are not read") }
      case "attributes": group = attributes["class"] ?? ""
      case "attribute":
        guard let id = attributes["id"] else { throw XMLReader.Refused("an attribute needs an id") }
        attribute = "\(group)/\(id)"
        titles[attribute] = (attributes["title"] ?? id, attributes["type"] ?? "string")
      case "node":
        guard let id = attributes["id"] else { throw XMLReader.Refused("a node needs an id") }
        guard network.position(.text(id)) == nil else {
          throw XMLReader.Refused("two nodes have the id \(Text.cut(id, to: 40))")
        }
        agent = network.agent(.text(id))
        if let label = attributes["label"], label != id { network.set(agent, "label", .string(label)) }
        owner = "node"
      case "edge":
        guard let source = attributes["source"], let target = attributes["target"] else {
          throw XMLReader.Refused("an edge needs a source and a target")
        }
        var said: [JSON.Member] = []
        if let weight = attributes["weight"] { said.append(.init("weight", try value(weight, "double"))) }
        if let label = attributes["label"] { said.append(.init("label", .string(label))) }
        let kind = attributes["type"]
        let directed = kind.map { $0 == "directed" }
        ends.append(XMLLink(source: source, target: target, directed: directed, said: said, place: reader.position))
        owner = "edge"
      case "attvalue":
        guard let id = attributes["for"] ?? attributes["id"], let text = attributes["value"] else { return }
        guard let title = titles["\(owner)/\(id)"] else {
          throw XMLReader.Refused("no attribute \"\(Text.cut(id, to: 40))\"")
        }
        let found = try value(text, title.type)
        if owner == "node" { network.set(agent, title.name, found) }
        if owner == "edge" { ends[ends.count - 1].said.append(.init(title.name, found)) }
      default: break
      }
    } close: { name, text in
      if name == "default", let title = titles[attribute] {
        fallbacks.append((group, title.name, try value(text, title.type)))
      }
      if name == "attribute" { attribute = "" }
    }
    guard sawGraph else { throw Failure(status: Status.refused, message: "\(Text.plain(file)): there is no <graph>") }
    try put(ends, into: &network, file)
    for fallback in fallbacks { network.fill(fallback.name, fallback.value, of: fallback.of) }
    network.settleIDs()
    return network
  }
}
