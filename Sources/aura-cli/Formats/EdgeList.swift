internal import AuraBase
internal import AuraGraph

/// Edge lists and tables of agents, as the engine reads them.
enum EdgeList {
  static func read(_ bytes: [UInt8], file: String, directed: Bool) throws -> NetworkFile {
    var network = NetworkFile()
    network.directed = directed
    do throws(AuraError) {
      var rows = EdgeListScanner(bytes.span)
      while try rows.nextLink() {
        let a = network.agent(.text(rows.text(rows.source))), b = network.agent(.text(rows.text(rows.target)))
        var said: [JSON.Member] = []
        try rows.eachValue { name, cell, value throws(AuraError) in
          let name = String(decoding: name, as: UTF8.self)
          let found = value ?? NetworkFile.value(rows.text(cell))
          if name == "weight", found != .null, found.number == nil {
            let word = Text.cut(found.text ?? found.encoded, to: 40)
            throw rows.failure(
              "the weight of link \(network.ids[a].description) > \(network.ids[b].description) must be a number, "
                + "not \(word)", at: cell.start)
          }
          if said.contains(where: { $0.key == name }) {
            throw rows.failure("two values are called \(Text.cut(name, to: 40))", at: cell.start)
          }
          said.append(.init(name, found))
        }
        network.link(a, b, said)
      }
    } catch { throw failure(error, bytes, file) }
    takeKinds(&network)
    network.settleIDs()
    return network
  }

  /// Gephi's table of links says of each in `Type` whether it has a direction, and writes `Weight`.
  private static func takeKinds(_ network: inout NetworkFile) {
    let kinds = network.links.map { $0.attributes.first { $0.key == "Type" }?.value.text?.lowercased() }
    guard !kinds.isEmpty, kinds.allSatisfy({ ["directed", "undirected", "mutual"].contains($0 ?? "") }) else { return }
    network.directed = network.directed || kinds.contains("directed")
    let links = network.links
    network.links = []
    for (link, kind) in zip(links, kinds) {
      let said = link.attributes.filter { !["Type", "Id"].contains($0.key) }
        .map { JSON.Member(["Weight": "weight", "Label": "label"][$0.key] ?? $0.key, $0.value) }
      network.link(link.source, link.target, said)
      if network.directed, kind != "directed", link.source != link.target {
        network.link(link.target, link.source, said)
      }
    }
  }

  /// Puts what a table says of agents into a network; agents that it names and the network lacks are added.
  static func addAgents(_ bytes: [UInt8], file: String, to network: inout NetworkFile) throws {
    var found = network
    do throws(AuraError) {
      var rows = EdgeListScanner(bytes.span)
      guard try rows.nextRow() else { throw rows.failure("a table of agents needs a header") }
      let names = rows.cells.map { rows.text($0) }
      let identity = names.firstIndex { ["id", "agent", "node", "name"].contains($0.lowercased()) } ?? 0
      while try rows.nextRow() {
        let cells = rows.cells
        guard cells.count > identity, cells[identity].count > 0 else { throw rows.failure("an agent needs an id") }
        guard cells.count <= names.count else {
          throw rows.failure("more values than the header has names", at: cells[names.count].start)
        }
        let agent = Self.agent(rows.text(cells[identity]), &found)
        for (k, cell) in cells.enumerated() where k != identity && cell.count > 0 {
          // Gephi's table of agents has a capital there.
          let name = names[k] == "Label" ? "label" : names[k]
          found.set(agent, name, NetworkFile.value(rows.text(cell), of: name))
        }
      }
    } catch { throw failure(error, bytes, file) }
    network = found
  }

  /// Tables have no types: 7 is the agent that there is, else as the other ids are.
  private static func agent(_ text: String, _ network: inout NetworkFile) -> Int {
    if let known = network.position(.text(text)) { return known }
    guard let number = Int(text), String(number) == text else { return network.agent(.text(text)) }
    let hasWords = network.ids.contains { if case .text = $0 { true } else { false } }
    return network.position(.integer(number)) ?? network.agent(hasWords ? .text(text) : .integer(number))
  }

  private static func failure(_ error: AuraError, _ bytes: [UInt8], _ file: String) -> Failure {
    TextScanner(bytes, file: file).failure(error.message, at: error.offset)
  }
}
