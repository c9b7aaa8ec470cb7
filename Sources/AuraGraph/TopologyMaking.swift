package import AuraBase

extension Topology {
  /// A topology from arrays in memory; agents get the ids 0, 1, 2, ...
  ///
  /// - Throws: `.schema` when a link leaves 0..<count or an array has a wrong length, `.memory`.
  package convenience init(
    count: Int, directed: Bool, links: [(source: Int32, target: Int32)], metrics: [(String, [Double])] = [],
    linkMetrics: [(String, [Double])] = [], status: [String?] = []
  ) throws(AuraError) {
    var sources = Buffer<Int32>()
    var targets = Buffer<Int32>()
    for (k, link) in links.enumerated() {
      guard link.source >= 0, link.source < count, link.target >= 0, link.target < count else {
        throw AuraError(.schema, "a link must join two agents", pointer: "/edges/\(k)")
      }
      try sources.append(link.source)
      try targets.append(link.target)
    }
    var agentColumns: [NumberColumn] = []
    for (name, values) in metrics {
      guard values.count == count else { throw AuraError(.schema, "\(name) needs \(count) values") }
      agentColumns.append(NumberColumn(name: name, values: try Column(values)))
    }
    var linkColumns: [NumberColumn] = []
    for (name, values) in linkMetrics {
      guard values.count == links.count else { throw AuraError(.schema, "\(name) needs \(links.count) values") }
      linkColumns.append(NumberColumn(name: name, values: try Column(values)))
    }
    var texts: [TextColumn] = []
    if !status.isEmpty {
      guard status.count == count else { throw AuraError(.schema, "status needs \(count) values") }
      var words: [String] = []
      var codes: [Int32] = []
      for word in status {
        guard let word else {
          codes.append(-1)
          continue
        }
        if !words.contains(word) { words.append(word) }
        codes.append(Int32(words.firstIndex(of: word) ?? 0))
      }
      texts.append(TextColumn(name: "status", words: words, codes: try Column(codes)))
    }
    self.init(
      structure: Structure(
        agents: try AgentTable.numbered(count), directed: directed, sources: Column(sources), targets: Column(targets)),
      metrics: agentColumns, texts: texts, linkMetrics: linkColumns)
  }
}

extension AgentTable {
  /// The ids 0, 1, ..., count - 1.
  package static func numbered(_ count: Int, seed: UInt64 = 0) throws(AuraError) -> AgentTable {
    var builder = try AgentTableBuilder(seed: seed)
    for i in 0..<count {
      let bytes = Array(String(i).utf8)
      _ = try builder.insert(bytes.span, isInteger: true)
    }
    return AgentTable(builder)
  }
}

extension AgentTable {
  /// Ids in their order.
  /// - Throws: `.schema` when two are the same, `.limit` when one is too long.
  package static func named(_ ids: [AgentID], limits: Limits, seed: UInt64) throws(AuraError) -> AgentTable {
    var builder = try AgentTableBuilder(seed: seed)
    for (k, id) in ids.enumerated() {
      let bytes = Array(id.description.utf8)
      guard bytes.count <= limits.idBytes else { throw AuraError(.limit, "an id of more than \(limits.idBytes) bytes") }
      var isInteger = false
      if case .integer = id { isInteger = true }
      if try builder.insert(bytes.span, isInteger: isInteger) == nil {
        throw AuraError(.schema, "agent \(k) has the id of another one: \(id.json.encoded.prefix(80))")
      }
    }
    return AgentTable(builder)
  }
}
