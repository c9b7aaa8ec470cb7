package import AuraBase

/// Reads a topology from node-link JSON as networkx writes it: `nodes` and `edges` (or the older `links`), `directed`,
/// `multigraph`, `graph`, and our `time_s` and `history`. One pass over the bytes, whatever the order of the members
/// (what refers to agents waits until the agents are known); memory beyond the topology is a few percent of it.
package struct TopologyReader: ~Copyable {
  private let limits: Limits
  /// Pointer of the document within the request.
  private let prefix: String
  private let token: CancelToken?
  private var agents: AgentTableBuilder
  private var agentFields: FieldTable
  private var linkFields: FieldTable
  private var sources = Buffer<Int32>()
  private var targets = Buffer<Int32>()
  private var history = History()
  private var directed = false
  private var name = ""
  private var time: Double?
  private var hasNodes = false
  private var hasLinks = false
  private var waitingLinks: Int?
  private var waitingHistory: Int?
  private var linksKey = "edges"
  private var ignored: [String] = []

  package init(limits: Limits, prefix: String, seed: UInt64, token: CancelToken?) throws(AuraError) {
    let agents = try AgentTableBuilder(seed: seed)
    self.agents = agents
    self.limits = limits
    self.prefix = prefix
    self.token = token
    agentFields = FieldTable(
      numbers: KnownField.agentNumbers, texts: KnownField.agentTexts.map(\.name), limit: Limits.fields, seed: seed)
    linkFields = FieldTable(
      numbers: KnownField.linkNumbers, texts: KnownField.linkTexts.map(\.name), limit: Limits.fields, seed: seed)
  }

  /// A whole document.
  package static func read(
    _ bytes: Span<UInt8>, limits: Limits = Limits(), seed: UInt64 = 0
  ) throws(AuraError) -> Topology {
    var scanner = JSONScanner(bytes)
    let topology = try read(&scanner, limits: limits, prefix: "", seed: seed, token: nil)
    try scanner.finish()
    return topology
  }

  /// The topology object that comes next.
  package static func read(
    _ s: inout JSONScanner, limits: Limits, prefix: String, seed: UInt64, token: CancelToken?
  ) throws(AuraError) -> Topology {
    var reader = try TopologyReader(limits: limits, prefix: prefix, seed: seed, token: token)
    try s.object { s, key throws(AuraError) in
      if try !reader.member(&s, key) {
        reader.note(s.text(key))
        try s.skip()
      }
    }
    return try reader.finish(&s)
  }

  private mutating func note(_ name: String) {
    if ignored.count < 64, !ignored.contains(name) { ignored.append(name) }
  }

  /// Looks at the token now and then.
  private func look(_ row: Int) throws(AuraError) {
    if row & 1023 == 0, let token, token.isCancelled { throw AuraError(.cancelled, "cancelled") }
  }

  private func fail(_ message: String, _ offset: Int, _ pointer: String) -> AuraError {
    AuraError(.schema, message, at: offset, pointer: prefix + pointer)
  }

  /// Reads one member of the document; false, with nothing consumed, when the member is not ours.
  package mutating func member(_ s: inout JSONScanner, _ key: StringToken) throws(AuraError) -> Bool {
    let start = s.position
    switch s.text(key) {
    case "nodes":
      guard !hasNodes else { throw fail("nodes are given twice", start, "/nodes") }
      hasNodes = true
      try nodes(&s)
    case let word where word == "edges" || word == "links":
      guard !hasLinks else { throw fail("links are given twice", start, "/\(word)") }
      hasLinks = true
      linksKey = word
      if hasNodes {
        try links(&s)
      } else {
        waitingLinks = start
        try s.skip()
      }
    case "directed": directed = try flag(&s, "directed")
    case "multigraph": _ = try flag(&s, "multigraph")  // parallel links may stand in any topology
    case "time_s":
      guard try s.kind() == .number else { throw fail("expected a number", s.position, "/time_s") }
      time = try s.number()
    case "graph": try graph(&s)
    case "history":
      guard waitingHistory == nil else { throw fail("history is given twice", start, "/history") }
      waitingHistory = start
      try s.skip()
    default: return false
    }
    return true
  }

  /// Whether any member has been ours.
  package var hasBegun: Bool { hasNodes || hasLinks }

  private func flag(_ s: inout JSONScanner, _ name: String) throws(AuraError) -> Bool {
    guard try s.kind() == .literal, try !s.null() else { throw fail("expected a boolean", s.position, "/\(name)") }
    return try s.bool()
  }

  private mutating func graph(_ s: inout JSONScanner) throws(AuraError) {
    guard try s.kind() == .object else { throw fail("expected an object", s.position, "/graph") }
    var found: String?
    try s.object { s, key throws(AuraError) in
      if s.equals(key, "name"), try s.kind() == .string {
        let token = try s.string()
        found = String(s.text(token).prefix(1000))
      } else {
        try s.skip()
      }
    }
    name = found ?? ""
  }

  private mutating func nodes(_ s: inout JSONScanner) throws(AuraError) {
    guard try s.kind() == .array else { throw fail("expected an array", s.position, "/nodes") }
    try s.array { s throws(AuraError) in
      let row = agents.count
      try look(row)
      guard row < limits.agents else {
        throw AuraError(.limit, "more than \(limits.agents) agents", at: s.position, pointer: "\(prefix)/nodes/\(row)")
      }
      guard try s.kind() == .object else { throw fail("expected an object", s.position, "/nodes/\(row)") }
      var id: Identity?
      var place = 0
      do throws(AuraError) {
        try s.object { s, key throws(AuraError) in
          if s.equals(key, "id") {
            let start = s.position
            guard let found = try Identity(&s) else {
              throw AuraError(.schema, "an id is a string or an integer of 64 bits", at: start, pointer: "/id")
            }
            id = found
          } else {
            try agentFields.read(&s, key, place: place, row: row)
            place &+= 1
          }
        }
      } catch { throw error.pointer == nil ? error : error.below("\(prefix)/nodes/\(row)") }
      guard let id else { throw fail("an agent needs an id", s.position, "/nodes/\(row)") }
      guard id.token.count <= limits.idBytes else {
        throw AuraError(
          .limit, "an id of more than \(limits.idBytes) bytes", at: id.token.start, pointer: "\(prefix)/nodes/\(row)/id"
        )
      }
      let inserted: Int32?
      if id.token.escaped {
        let bytes = Array(s.text(id.token).utf8)
        inserted = try agents.insert(bytes.span, isInteger: false)
      } else {
        inserted = try agents.insert(
          s.bytes.extracting(id.token.start..<id.token.start &+ id.token.count), isInteger: id.isInteger)
      }
      if inserted == nil { throw fail("two agents have this id", id.token.start, "/nodes/\(row)/id") }
    }
  }

  private func position(_ s: borrowing JSONScanner, _ id: Identity) -> Int32? {
    if id.token.escaped {
      let bytes = Array(s.text(id.token).utf8)
      return agents.find(bytes.span, isInteger: false)
    }
    return agents.find(
      s.bytes.extracting(id.token.start..<id.token.start &+ id.token.count), isInteger: id.isInteger)
  }

  private mutating func links(_ s: inout JSONScanner) throws(AuraError) {
    guard try s.kind() == .array else { throw fail("expected an array", s.position, "/\(linksKey)") }
    try s.array { s throws(AuraError) in
      let row = sources.count
      try look(row)
      guard row < limits.links else {
        throw AuraError(
          .limit, "more than \(limits.links) links", at: s.position, pointer: "\(prefix)/\(linksKey)/\(row)")
      }
      guard try s.kind() == .object else { throw fail("expected an object", s.position, "/\(linksKey)/\(row)") }
      var source: Int32?
      var target: Int32?
      var place = 0
      do throws(AuraError) {
        try s.object { s, key throws(AuraError) in
          let isSource = s.equals(key, "source")
          if isSource || s.equals(key, "target") {
            let step = isSource ? "/source" : "/target"
            let start = s.position
            guard let id = try Identity(&s) else {
              throw AuraError(.schema, "an id is a string or an integer of 64 bits", at: start, pointer: step)
            }
            guard let found = position(s, id) else {
              throw AuraError(.schema, "no such agent", at: start, pointer: step)
            }
            if isSource { source = found } else { target = found }
          } else if s.equals(key, "key") {
            try s.skip()  // networkx numbers parallel links; we do not need it
          } else {
            try linkFields.read(&s, key, place: place, row: row)
            place &+= 1
          }
        }
      } catch { throw error.pointer == nil ? error : error.below("\(prefix)/\(linksKey)/\(row)") }
      guard let source, let target else {
        throw fail("a link needs a source and a target", s.position, "/\(linksKey)/\(row)")
      }
      try sources.append(source)
      try targets.append(target)
    }
  }

  /// `{"time_s": [t, ...], "metrics": {name: [[value or null for each t], ... one row an agent]}}`.
  private mutating func readHistory(_ s: inout JSONScanner) throws(AuraError) {
    guard try s.kind() == .object else { throw fail("expected an object", s.position, "/history") }
    var times: [Double]?
    var metrics: Int?
    try s.object { s, key throws(AuraError) in
      if s.equals(key, "time_s") {
        times = try moments(&s)
      } else if s.equals(key, "metrics") {
        metrics = s.position
        try s.skip()
      } else {
        throw fail("no such member", s.position, "/history" + AuraError.step(s.text(key)))
      }
    }
    let end = s.position
    guard let times, let metrics else { throw fail("history needs time_s and metrics", end, "/history") }
    s.move(to: metrics)
    guard try s.kind() == .object else { throw fail("expected an object", metrics, "/history/metrics") }
    try s.object { s, key throws(AuraError) in
      let metric = s.text(key)
      try readSeries(&s, metric, times)
    }
    s.move(to: end)
  }

  private func moments(_ s: inout JSONScanner) throws(AuraError) -> [Double] {
    var times: [Double] = []
    guard try s.kind() == .array else { throw fail("expected an array", s.position, "/history/time_s") }
    try s.array { s throws(AuraError) in
      guard try s.kind() == .number else {
        throw fail("expected a number", s.position, "/history/time_s/\(times.count)")
      }
      let time = try s.number()
      if let last = times.last, time <= last {
        throw fail("moments must rise", s.position, "/history/time_s/\(times.count)")
      }
      guard times.count < limits.historyValues else {
        throw AuraError(.limit, "more than \(limits.historyValues) moments", at: s.position)
      }
      times.append(time)
    }
    return times
  }

  private mutating func readSeries(
    _ s: inout JSONScanner, _ metric: String, _ times: [Double]
  ) throws(AuraError) {
    let at = "/history/metrics" + AuraError.step(metric)
    let n = agents.count
    let (wanted, overflow) = n.multipliedReportingOverflow(by: times.count)
    guard !overflow, wanted + history.valueCount <= limits.historyValues else {
      throw AuraError(
        .limit, "more than \(limits.historyValues) history values", at: s.position, pointer: prefix + at)
    }
    let known = KnownField.agentNumbers.first { $0.name == metric }
    var values = Buffer<Double>()
    guard try s.kind() == .array else { throw fail("expected an array with a row for each agent", s.position, at) }
    var row = 0
    try s.array { s throws(AuraError) in
      try look(row)
      guard row < n, try s.kind() == .array else {
        throw fail(row < n ? "expected an array" : "more rows than agents", s.position, "\(at)/\(row)")
      }
      let before = values.count
      try s.array { s throws(AuraError) in
        let place = values.count - before
        guard place < times.count else { throw fail("more values than moments", s.position, "\(at)/\(row)") }
        if try s.null() { return try values.append(.nan) }
        guard try s.kind() == .number else {
          throw fail("expected a number or null", s.position, "\(at)/\(row)/\(place)")
        }
        let value = try s.number()
        if let known {
          do throws(AuraError) { try known.check(value) } catch {
            throw fail(error.message, s.position, "\(at)/\(row)/\(place)")
          }
        }
        try values.append(value)
      }
      guard values.count - before == times.count else {
        throw fail("fewer values than moments", s.position, "\(at)/\(row)")
      }
      row += 1
    }
    guard row == n else { throw fail("fewer rows than agents", s.position, at) }
    for (k, time) in times.enumerated() {
      var moment = Buffer<Double>()
      try moment.reserve(n)
      for i in 0..<n { try moment.append(values.span[i * times.count + k]) }
      history.append(
        History.Frame(time: time, metric: metric, agents: nil, values: Column(moment)), limit: limits.historyValues)
    }
  }

  /// The topology, once every member has been read; `s` is left where it stood.
  package consuming func finish(_ s: inout JSONScanner) throws(AuraError) -> Topology {
    let end = s.position
    guard hasNodes else { throw fail("a topology needs nodes", end, "") }
    if let waitingLinks {
      s.move(to: waitingLinks)
      try links(&s)
    }
    if let waitingHistory {
      s.move(to: waitingHistory)
      try readHistory(&s)
    }
    s.move(to: end)
    let unread = ignored + agentFields.ignored.map { "nodes/\($0)" } + linkFields.ignored.map { "\(linksKey)/\($0)" }
    let n = agents.count, m = sources.count
    let metrics = try agentFields.numberColumns(rows: n)
    let texts = try agentFields.textColumns(rows: n)
    let linkMetrics = try linkFields.numberColumns(rows: m)
    let linkTexts = try linkFields.textColumns(rows: m)
    let structure = Structure(
      agents: AgentTable(agents), directed: directed, name: name, sources: Column(sources),
      targets: Column(targets))
    return Topology(
      structure: structure, metrics: metrics, texts: texts, linkMetrics: linkMetrics, linkTexts: linkTexts,
      history: history, time: time, ignored: unread, linksKey: linksKey)
  }
}
