internal import AuraBase

/// Networks of Pajek: `*Vertices`, then `*Arcs` (directed) and `*Edges` (both ways), one a line or as lists.
enum Pajek {
  static func read(_ bytes: [UInt8], file: String) throws -> NetworkFile {
    var s = TextScanner(bytes, file: file)
    var network = NetworkFile()
    var section = "", count = 0
    var both: [NetworkFile.Link] = []
    while !s.isAtEnd {
      let start = s.at
      let line = s.line()
      let words = try split(line, s, start)
      guard let first = words.first, !first.hasPrefix("%") else { continue }
      if first.hasPrefix("*") {
        section = first.lowercased()
        switch section {
        case "*vertices":
          guard words.count > 1, let n = Int(words[1]), n >= 0, n <= Limits().agents else {
            throw s.failure("expected *Vertices and their number", at: start)
          }
          count = n
          for i in 0..<n { _ = network.agent(.integer(i + 1)) }
        case "*network": network.name = words.dropFirst().joined(separator: " ")
        case "*arcs", "*arcslist", "*edges", "*edgeslist": break
        default:
          throw s.failure("\(first) is none of *Network, *Vertices, *Arcs, *Edges, *Arcslist, *Edgeslist", at: start)
        }
        continue
      }
      func vertex(_ word: String) throws -> Int {
        guard let k = Int(word), k >= 1, k <= count else {
          throw s.failure("\(word) is no vertex in 1...\(count)", at: start)
        }
        return k - 1
      }
      switch section {
      case "*vertices":
        let agent = try vertex(first)
        if words.count > 1 { network.set(agent, "label", .string(words[1])) }
        for (name, word) in zip(["x", "y", "z"], words.dropFirst(2)) {
          guard NetworkFile.value(word).number != nil else { break }
          network.set(agent, name, NetworkFile.value(word))
        }
      case "*arcs", "*edges":
        guard words.count > 1 else { throw s.failure("a link needs two ends", at: start) }
        let said: [JSON.Member] =
          words.count > 2 && NetworkFile.value(words[2]).number != nil
          ? [.init("weight", NetworkFile.value(words[2]))] : []
        let link = NetworkFile.Link(source: try vertex(first), target: try vertex(words[1]), attributes: said)
        if section == "*arcs" { network.links.append(link) } else { both.append(link) }
      case "*arcslist", "*edgeslist":
        for word in words.dropFirst() {
          let link = NetworkFile.Link(source: try vertex(first), target: try vertex(word), attributes: [])
          if section == "*arcslist" { network.links.append(link) } else { both.append(link) }
        }
      default: throw s.failure("expected *Vertices", at: start)
      }
    }
    if section.isEmpty { throw s.failure("a Pajek file needs *Vertices") }
    network.directed = !network.links.isEmpty || both.isEmpty
    for link in both {
      network.links.append(link)
      if network.directed && link.source != link.target {
        network.link(link.target, link.source, link.attributes)
      }
    }
    network.renameByLabel("label")
    return network
  }

  /// Words of a line; a name in quotes is one.
  private static func split(_ line: String, _ s: TextScanner, _ start: Int) throws -> [String] {
    var out: [String] = []
    var rest = Substring(line)
    while true {
      rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "\r" }
      guard let first = rest.first else { return out }
      if first == "\"" {
        rest = rest.dropFirst()
        guard let end = rest.firstIndex(of: "\"") else { throw s.failure("a quote is never closed", at: start) }
        out.append(String(rest[..<end]))
        rest = rest[rest.index(after: end)...]
      } else {
        let word = rest.prefix { $0 != " " && $0 != "\t" && $0 != "\r" }
        out.append(String(word))
        rest = rest.dropFirst(word.count)
      }
    }
  }
}
