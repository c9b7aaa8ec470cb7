package import AuraBase
internal import AuraCascade
internal import AuraCatalogue
package import AuraGraph

/// What a host holds: named topologies with their history, an event log, workers. Asks work on the snapshot they find
/// and run side by side; tells take turns.
package final class Session: Sendable {
  package struct Options: Sendable {
    package var threads = 0
    package var limits = Limits()
    package var log: (@Sendable (LogLevel, String) -> Void)?
    package init() {}
  }

  package enum LogLevel: Int32, Sendable {
    case error = 1
    case warning = 2
    case info = 3
    case debug = 4
  }

  /// What one call may use beside its request.
  package struct Call {
    package var token: CancelToken?
    package var progress: ((Double) -> Bool)?
    /// Positions of the agents whose metrics follow; nil means all of them.
    package var positions: HostArray<Int32>?
    package var arrays: [HostArray<Double>] = []
    package init() {}
  }

  /// An array of the host: its length is looked at before a byte of it is read.
  package struct HostArray<Element: BitwiseCopyable & Sendable> {
    package let name: String
    package let count: Int
    package let read: () throws(AuraError) -> Column<Element>

    package init(_ name: String, count: Int, read: @escaping () throws(AuraError) -> Column<Element>) {
      self.name = name
      self.count = count
      self.read = read
    }

    package func checked(_ wanted: Int, _ what: String) throws(AuraError) -> Column<Element> {
      guard count == wanted else {
        throw AuraError(.argument, "array \"\(name)\" has \(count) values, not \(wanted)\(what)")
      }
      return try read()
    }
  }

  private struct Resident {
    var topology: Topology
    var revision: Int
  }

  package let limits: Limits
  let pool: WorkerPool
  /// How many threads work on one request.
  package var threads: Int { pool.width }
  private let log: (@Sendable (LogLevel, String) -> Void)?
  private let turn = TurnLock()
  // Guarded by `turn`.
  nonisolated(unsafe) private var windows: [String: SpanBox] = [:]
  private let events: EventLog
  private let state = Lock()
  // Guarded by `state`.
  nonisolated(unsafe) private var residents: [String: Resident] = [:]
  nonisolated(unsafe) private var records: [JSON] = []
  nonisolated(unsafe) private var firstRecord = 1

  package init(_ options: Options = Options()) {
    limits = options.limits
    log = options.log
    pool = WorkerPool(width: options.threads > 0 ? options.threads : WorkerPool.defaultWidth)
    events = EventLog(limit: options.limits.events)
  }

  /// Ends waits for events; calls that run end normally.
  package func close() { events.close() }

  // MARK: One request

  /// Decodes the document, runs `body`, says where in the bytes an error that has only a pointer lies, and logs how it
  /// went.
  private func perform(
    _ verb: StaticString, _ bytes: Span<UInt8>, _ call: Call, _ body: (Span<UInt8>) throws(AuraError) -> Reply
  ) throws(AuraError) -> Reply {
    let begin = Clock.now
    do throws(AuraError) {
      let reply = try decoded(bytes, call, body)
      log?(.info, "\(verb): \(bytes.count) bytes answered with \(reply.count) in \(Int((Clock.now - begin) * 1000)) ms")
      return reply
    } catch {
      if let log {
        let place = error.pointer.map { " at \"\($0.prefix(200))\"" } ?? error.offset.map { " at byte \($0)" } ?? ""
        let level: LogLevel =
          switch error.code {
          case .cancelled: .info
          case .memory, .internal: .error
          default: .warning
          }
        log(level, "\(verb): \(error.code.name) after \(Int((Clock.now - begin) * 1000)) ms: \(error.message)\(place)")
      }
      throw error
    }
  }

  private func decoded(
    _ bytes: Span<UInt8>, _ call: Call, _ body: (Span<UInt8>) throws(AuraError) -> Reply
  ) throws(AuraError) -> Reply {
    if call.token?.isCancelled == true { throw AuraError(.cancelled, "cancelled") }
    if LZ4Frame.begins(bytes) {
      let decoded = try LZ4Frame.decode(bytes, limit: limits.documentBytes)
      return try located(decoded.span, body)
    }
    guard bytes.count <= limits.documentBytes else {
      throw AuraError(.limit, "a document of more than \(limits.documentBytes) bytes")
    }
    // What a request takes beside the documents and columns in it.
    try Memory.makeSureOfRoom(bytes: 4 << 20 + 8 * min(bytes.count, 16 << 20))
    return try located(bytes, body)
  }

  private func located(
    _ bytes: Span<UInt8>, _ body: (Span<UInt8>) throws(AuraError) -> Reply
  ) throws(AuraError) -> Reply {
    do throws(AuraError) { return try body(bytes) } catch {
      if EdgeListScanner.begins(bytes) {
        // It has lines where JSON has pointers.
        guard error.offset == nil, let link = error.pointer.flatMap({ $0.hasPrefix("/edges/") ? $0.dropFirst(7) : nil })
        else { throw EdgeListScanner.placed(error, in: bytes) }
        let offset = Int(link).flatMap { EdgeListScanner.offset(ofLink: $0, in: bytes) }
        throw EdgeListScanner.placed(AuraError(error.code, error.message, at: offset), in: bytes)
      }
      // Text that is not JSON is not JSON, wherever its meaning went wrong first.
      if error.code == .schema || error.code == .notFound {
        var s = JSONScanner(bytes)
        try s.skip()
        try s.finish()
      }
      guard error.offset == nil, let pointer = error.pointer else { throw error }
      throw AuraError(error.code, error.message, at: JSONScanner.offset(of: pointer, in: bytes), pointer: pointer)
    }
  }

  /// The topology that a request names or carries.
  private func topology(of request: Request) throws(AuraError) -> (topology: Topology, revision: Int?) {
    if let carried = request.topology {
      warn(carried, nil)
      return (carried, nil)
    }
    guard let name = request.topologyName else {
      throw AuraError(.schema, "the request needs a topology: a name, or a node-link object", pointer: "")
    }
    let resident = try resident(name)
    return (resident.topology, resident.revision)
  }

  private func resident(_ name: String) throws(AuraError) -> Resident {
    guard let found = state.withLock({ residents[name] }) else {
      throw AuraError(.notFound, "no topology \"\(name.prefix(80))\" in this session", pointer: "/topology")
    }
    return found
  }

  private func warn(_ topology: Topology, _ name: String?) {
    guard let log, !topology.ignored.isEmpty else { return }
    log(.warning, "fields not read\(name.map { " in \($0)" } ?? ""): \(topology.ignored.joined(separator: ", "))")
  }

  private func view(
    _ topology: Topology, _ common: CommonParameters, _ call: Call
  ) -> TopologyView {
    let work = Work(
      pool: pool, allowance: common.workMax, seed: UInt64(common.seed), token: call.token, progress: call.progress)
    return TopologyView(topology, work: work, roles: common.roles)
  }

  private func begin(
    _ out: inout AnswerWriter, _ request: Request, _ topology: Topology, _ revision: Int?, _ common: CommonParameters
  ) {
    out.json.beginObject()
    out.json.key("topology")
    out.json.beginObject()
    if let name = request.topologyName ?? (topology.structure.name.isEmpty ? nil : topology.structure.name) {
      out.json.member("name", name)
    }
    if let revision { out.json.member("revision", revision) }
    out.json.member("agents", topology.agentCount)
    out.json.member("links", topology.linkCount)
    out.json.member("directed", topology.structure.directed)
    out.json.member("ignored", .array(topology.ignored.map { .string($0) }))
    out.json.endObject()
    out.json.member("seed", common.seed)
    out.columnsOnly = common.columnsOnly
  }

  private func writeAgents(_ out: inout AnswerWriter, _ topology: Topology) {
    out.json.key("agents")
    out.json.beginArray()
    if !out.columnsOnly {
      for i in 0..<topology.agentCount { out.agent(i) }
    }
    out.json.endArray()
  }

  private func end(_ out: inout AnswerWriter) {
    out.json.member("columns", .array(out.columns.map { .string($0.name) }))
    out.json.endObject()
  }

  private func remember(
    _ kind: EventLog.Kind, _ request: Request, _ revision: Int?, _ component: String, _ headline: String
  ) {
    guard let name = request.topologyName, let revision else { return }
    events.append(
      kind,
      [
        .init("topology", .string(name)), .init("revision", .integer(revision)), .init("component", .string(component)),
        .init("headline", .string(headline)),
      ])
  }

  // MARK: Asks

  package func analyze(_ bytes: Span<UInt8>, _ call: Call = Call()) throws(AuraError) -> Reply {
    try perform("analyze", bytes, call) { bytes throws(AuraError) in
      var request = try Request(bytes, limits: limits, token: call.token)
      var common = CommonParameters()
      try request.fill(&common)
      var wanted = AnalyzeParameters()
      try request.fill(&wanted)
      try request.finish(AnalyzeParameters.self)
      let (topology, revision) = try topology(of: request)
      let tasks = try wanted.tasks(agents: topology.agentCount)
      let view = view(topology, common, call)
      var out = AnswerWriter(topology.structure.agents)
      begin(&out, request, topology, revision, common)
      writeAgents(&out, topology)
      out.json.key("answers")
      out.json.beginArray()
      for (k, task) in tasks.enumerated() {
        out.json.beginObject()
        out.json.member("id", task.entry.card.id)
        let mark = out.json.mark
        let columns = out.columns.count
        out.columnPrefix = "\(k)/"
        do throws(AuraError) {
          out.json.key("output")
          try view.work.part(to: Double(k + 1) / Double(tasks.count)) { () throws(AuraError) in
            try task.entry.run(view, task.parameters, &out)
          }
          if !out.headline.isEmpty { out.json.member("headline", out.headline) }
          out.json.member("urgency", out.urgency)
          remember(.finding, request, revision, task.entry.card.id, out.headline)
        } catch {
          if error.code == .cancelled || error.code == .memory { throw error }
          out.json.goBack(to: mark)
          out.columns.removeLast(out.columns.count - columns)
          out.json.key("error")
          Self.write(request.placed(task.blame(error)), to: &out.json)
        }
        out.headline = ""
        out.urgency = 0
        out.json.endObject()
      }
      out.json.endArray()
      end(&out)
      return try Reply(out)
    }
  }

  private static func write(_ error: AuraError, to out: inout JSONWriter) {
    out.beginObject()
    out.member("code", error.code.name)
    if let pointer = error.pointer { out.member("at", pointer) }
    out.member("message", error.message)
    out.endObject()
  }

  package func predict(_ bytes: Span<UInt8>, _ call: Call = Call()) throws(AuraError) -> Reply {
    try runOne(bytes, call, .predictor)
  }

  package func intervene(_ bytes: Span<UInt8>, _ call: Call = Call()) throws(AuraError) -> Reply {
    try runOne(bytes, call, .planner)
  }

  /// A request that is answered by one component, whose parameters stand beside the topology.
  private func runOne(_ bytes: Span<UInt8>, _ call: Call, _ role: Role) throws(AuraError) -> Reply {
    try perform(role == .predictor ? "predict" : "intervene", bytes, call) { bytes throws(AuraError) in
      var request = try Request(bytes, limits: limits, token: call.token)
      var common = CommonParameters()
      try request.fill(&common)
      let entry = try Self.entry(role, request.take(role.rawValue))
      let (topology, revision) = try topology(of: request)
      var out = AnswerWriter(topology.structure.agents)
      begin(&out, request, topology, revision, common)
      out.json.member(role.rawValue, entry.card.id)
      writeAgents(&out, topology)
      out.json.key(role == .predictor ? "forecast" : "plan")
      do throws(AuraError) {
        try entry.run(view(topology, common, call), request.rest, &out)
      } catch { throw request.placed(error) }
      if !out.headline.isEmpty { out.json.member("headline", out.headline) }
      remember(role == .predictor ? .prediction : .plan, request, revision, entry.card.id, out.headline)
      end(&out)
      return try Reply(out)
    }
  }

  /// The component that a request names for a role, or the first of that role.
  static func entry(_ role: Role, _ named: JSON?) throws(AuraError) -> Entry {
    guard let named else {
      guard let first = Catalogue.entries.first(where: { $0.role == role }) else {
        throw AuraError(.unsupported, "no \(role.rawValue) in this build")
      }
      return first
    }
    guard let id = named.text else {
      throw AuraError(.schema, "expected a string, not \(named.kindName)", pointer: "/\(role.rawValue)")
    }
    let entry = try Catalogue.entry(id, pointer: "/\(role.rawValue)")
    guard entry.role == role else {
      throw AuraError(.schema, "\(id) is no \(role.rawValue)", pointer: "/\(role.rawValue)")
    }
    return entry
  }

  package func explain(_ bytes: Span<UInt8>, _ call: Call = Call()) throws(AuraError) -> Reply {
    try perform("explain", bytes, call) { bytes throws(AuraError) in
      var request = try Request(bytes, limits: limits, token: call.token)
      var common = CommonParameters()
      try request.fill(&common)
      var record: JSON?
      var named = request.topologyName
      if let number = request.take("record") {
        let found = try self.record(number)
        record = found
        named = named ?? found["topology"]?.text
        if let action = found["action"] { request.add("action", action) }
      }
      guard request["agent"] != nil || request["action"] != nil else {
        throw AuraError(.schema, "explain needs an agent, an action or a record", pointer: "")
      }
      if request.topology == nil { request.name(named) }
      let (topology, revision) = try topology(of: request)
      let entry = try Self.entry(.explanation, nil)
      var out = AnswerWriter(topology.structure.agents)
      begin(&out, request, topology, revision, common)
      if let record { out.json.member("record", record) }
      out.json.key("explanation")
      do throws(AuraError) {
        try entry.run(view(topology, common, call), request.rest, &out)
      } catch { throw request.placed(error) }
      if !out.headline.isEmpty { out.json.member("headline", out.headline) }
      end(&out)
      return try Reply(out)
    }
  }

  private func record(_ number: JSON) throws(AuraError) -> JSON {
    guard case .integer(let wanted) = number else {
      throw AuraError(.schema, "expected an integer, not \(number.kindName)", pointer: "/record")
    }
    let found = state.withLock { () -> JSON? in
      guard wanted >= firstRecord, wanted - firstRecord < records.count else { return nil }
      return records[wanted - firstRecord]
    }
    guard let found else { throw AuraError(.notFound, "no record \(wanted)", pointer: "/record") }
    return found
  }

  package func catalogue(_ bytes: Span<UInt8>, _ call: Call = Call()) throws(AuraError) -> Reply {
    try perform("catalogue", bytes, call) { bytes throws(AuraError) in
      var request = try Request(bytes, limits: limits, token: call.token, bare: false)
      var wanted = CatalogueParameters()
      try request.fill(&wanted)
      try request.finish(CatalogueParameters.self)
      var out = AnswerWriter(nil)
      if !wanted.schema.isEmpty {
        out.json.value(try Schemas.named(wanted.schema, pointer: "/schema"))
        return try Reply(out)
      }
      var found = Catalogue.entries
      if !wanted.id.isEmpty { found = [try Catalogue.entry(wanted.id, pointer: "/id")] }
      if !wanted.family.isEmpty {
        found = found.filter { $0.card.family == wanted.family || $0.card.family.hasPrefix(wanted.family + ".") }
        guard !found.isEmpty else {
          throw AuraError(.notFound, "no family \"\(wanted.family.prefix(80))\"", pointer: "/family")
        }
      }
      try CataloguePage(components: found.map { Catalogue.describe($0) }).write(to: &out)
      return try Reply(out)
    }
  }

  package func selfCheck(_ bytes: Span<UInt8>, _ call: Call = Call()) throws(AuraError) -> Reply {
    try perform("self_check", bytes, call) { bytes throws(AuraError) in
      var request = try Request(bytes, limits: limits, token: call.token, bare: false)
      var wanted = SelfCheckParameters()
      try request.fill(&wanted)
      try request.finish(SelfCheckParameters.self)
      var entries = Catalogue.entries
      if wanted.ids != .null {
        guard case .array(let ids) = wanted.ids else {
          throw AuraError(.schema, "expected an array, not \(wanted.ids.kindName)", pointer: "/ids")
        }
        entries = []
        for (k, id) in ids.enumerated() {
          guard let text = id.text else { throw AuraError(.schema, "expected a string", pointer: "/ids/\(k)") }
          entries.append(try Catalogue.entry(text, pointer: "/ids/\(k)"))
        }
      }
      var checks: [SelfCheckReport.Line] = []
      for (k, entry) in entries.enumerated() {
        if call.token?.isCancelled == true { throw AuraError(.cancelled, "cancelled") }
        if let progress = call.progress, !progress(Double(k) / Double(entries.count)) {
          throw AuraError(.cancelled, "cancelled by the progress callback")
        }
        for check in entry.selfCheck(pool: pool, token: call.token) {
          checks.append(.init(id: entry.card.id, knows: check.reason, difference: check.difference))
        }
      }
      var out = AnswerWriter(nil)
      try SelfCheckReport(checks: checks).write(to: &out)
      return try Reply(out)
    }
  }

  package func events(_ bytes: Span<UInt8>, _ call: Call = Call()) throws(AuraError) -> Reply {
    try perform("events", bytes, call) { bytes throws(AuraError) in
      var request = try Request(bytes, limits: limits, token: call.token, bare: false)
      var wanted = EventsParameters()
      try request.fill(&wanted)
      try request.finish(EventsParameters.self)
      let page = try events.read(
        after: wanted.after, count: wanted.limit, wait: wanted.waitMilliseconds, token: call.token)
      var out = AnswerWriter(nil)
      try EventsPage(events: page.events, next: page.next, lost: page.lost).write(to: &out)
      return try Reply(out)
    }
  }

  // MARK: Tells

  package func observe(_ bytes: Span<UInt8>, _ call: Call = Call()) throws(AuraError) -> Reply {
    try perform("observe", bytes, call) { bytes throws(AuraError) in
      try turn.withTurn { () throws(AuraError) in
        var request = try Request(
          bytes, limits: limits, token: call.token, document: "document", bare: false, streaming: ["changes"])
        var wanted = ObserveParameters()
        let hasSpans = request["spans"] != nil
        try request.fill(&wanted)
        try request.finish(ObserveParameters.self)
        guard let name = request.topologyName else {
          throw AuraError(.schema, "observe needs the name of a topology", pointer: "/topology")
        }
        let changes = request.streamed["changes"]
        let kinds = [request.topology != nil, changes != nil, wanted.remove, hasSpans || !call.arrays.isEmpty]
        guard kinds.filter({ $0 }).count == 1 else {
          throw AuraError(
            .schema, "observe takes one of: a document, changes, remove, spans, or arrays of the call", pointer: "")
        }
        if hasSpans { return try take(wanted.spans, name, call) }
        if wanted.remove {
          let old = try resident(name)
          windows[name] = nil
          state.withLock { residents[name] = nil }
          events.append(.topology, [.init("topology", .string(name)), .init("removed", true)])
          return try Reply(Observed(name: name, revision: old.revision, agents: 0, links: 0, applied: 1, ignored: []))
        }
        if let document = request.topology {
          return try hold(document, name)
        }
        let old = try resident(name)
        var editor = TopologyEditor(old.topology, time: wanted.time, limits: limits)
        if let changes {
          try Memory.makeSureOfRoom(bytes: 8 * bytes.count)
          var s = JSONScanner(bytes)
          s.move(to: changes)
          do throws(AuraError) { try editor.read(&s, token: call.token) } catch {
            throw error.code == .cancelled ? error : error.below("/changes")
          }
        } else {
          let n = old.topology.agentCount
          var positions: Column<Int32>?
          if let given = call.positions {
            guard given.count <= n else {
              throw AuraError(.argument, "array \"agent\" has \(given.count) positions for \(n) agents")
            }
            positions = try given.read()
          }
          for array in call.arrays {
            let values = try array.checked(
              positions?.count ?? n, positions == nil ? ": one for each agent" : ": one for each position")
            try editor.set(array.name, positions: positions, values: values)
          }
        }
        let next = try editor.finish()
        let revision = old.revision + 1
        state.withLock { residents[name] = Resident(topology: next, revision: revision) }
        events.append(
          .change,
          [
            .init("topology", .string(name)), .init("revision", .integer(revision)),
            .init("applied", .integer(editor.applied)), .init("agents", .integer(next.agentCount)),
            .init("links", .integer(next.linkCount)),
          ])
        return try Reply(
          Observed(
            name: name, revision: revision, agents: next.agentCount, links: next.linkCount, applied: editor.applied,
            ignored: []))
      }
    }
  }

  /// Takes spans into the window of a topology, which comes into being with the first ones. The caller holds the turn.
  private func take(_ wanted: SpanParameters, _ name: String, _ call: Call) throws(AuraError) -> Reply {
    guard call.positions == nil else { throw AuraError(.argument, "spans have no array \"agent\"") }
    let before = state.withLock { residents[name] }
    if before == nil {
      guard state.withLock({ residents.count < limits.topologies }) else {
        throw AuraError(.limit, "more than \(limits.topologies) topologies", pointer: "/topology")
      }
    }
    var old: Resident
    if let before {
      old = before
    } else {
      old = Resident(topology: try Topology(count: 0, directed: true, links: []), revision: 0)
    }
    let box = windows[name] ?? SpanBox(seconds: wanted.window, held: wanted.held)
    var chain: SpanWindow.Chain?
    if !wanted.trace.isEmpty {
      guard let trace = UInt64(wanted.trace, radix: 16), wanted.trace.utf8.count <= 16 else {
        throw AuraError(.schema, "expected 1 to 16 hexadecimal digits", pointer: "/spans/trace")
      }
      guard call.arrays.isEmpty else {
        throw AuraError(.schema, "a trace is asked for without arrays", pointer: "/spans/trace")
      }
      chain = box.spans.chain(trace: trace)
    }
    let failed = Set(box.spans.failedTraces)
    let taken = try box.take(wanted, call)
    var text = try box.changes(of: old.topology)
    var applied = 0
    if taken > 0 {
      windows[name] = box
      // Times of a history rise.
      let time = box.spans.time.flatMap { time in old.topology.time.map { time > $0 } ?? true ? time : nil }
      var editor = TopologyEditor(old.topology, time: time, limits: limits)
      var s = JSONScanner(text.span.extracting(droppingLast: 1))
      try editor.read(&s)
      applied = editor.applied
      old = Resident(topology: try editor.finish(), revision: old.revision + 1)
      let next = old
      state.withLock { residents[name] = next }
      events.append(
        .change,
        [
          .init("topology", .string(name)), .init("revision", .integer(old.revision)), .init("spans", .integer(taken)),
          .init("applied", .integer(applied)), .init("agents", .integer(old.topology.agentCount)),
          .init("links", .integer(old.topology.linkCount)),
        ])
    } else {
      text = try Column(Buffer(copying: [UInt8]("[]".utf8 + [0]).span))
    }
    return try Reply(
      SpansObserved(
        observed: Observed(
          name: name, revision: old.revision, agents: old.topology.agentCount, links: old.topology.linkCount,
          applied: applied, ignored: []),
        spans: SpansTaken(
          taken, box.spans, failed: box.spans.failedTraces.filter { !failed.contains($0) }, chain: chain),
        changes: try JSON(parsing: text.span.extracting(droppingLast: 1))))
  }

  /// Puts a whole topology under a name. The caller holds the turn.
  private func hold(_ topology: Topology, _ name: String) throws(AuraError) -> Reply {
    warn(topology, name)
    let revision = state.withLock { () -> Int? in
      guard residents[name] != nil || residents.count < limits.topologies else { return nil }
      let revision = (residents[name]?.revision ?? 0) + 1
      residents[name] = Resident(topology: topology, revision: revision)
      return revision
    }
    guard let revision else {
      throw AuraError(.limit, "more than \(limits.topologies) topologies", pointer: "/topology")
    }
    events.append(
      .topology,
      [
        .init("topology", .string(name)), .init("revision", .integer(revision)),
        .init("agents", .integer(topology.agentCount)), .init("links", .integer(topology.linkCount)),
      ])
    log?(.info, "topology \(name): \(topology.agentCount) agents, \(topology.linkCount) links")
    return try Reply(
      Observed(
        name: name, revision: revision, agents: topology.agentCount, links: topology.linkCount, applied: 1,
        ignored: topology.ignored))
  }

  /// Takes a topology that was made from arrays; `make` gets the request's parameters.
  package func hold(
    _ bytes: Span<UInt8>, _ make: (BulkParameters, Limits) throws(AuraError) -> Topology
  ) throws(AuraError) -> Reply {
    try perform("topology", bytes, Call()) { bytes throws(AuraError) in
      var request = try Request(bytes, limits: limits, token: nil, bare: false)
      var wanted = BulkParameters()
      try request.fill(&wanted)
      try request.finish(BulkParameters.self)
      guard let name = request.topologyName else {
        throw AuraError(.schema, "the request needs the name of a topology", pointer: "/topology")
      }
      let topology = try make(wanted, limits)
      return try turn.withTurn { () throws(AuraError) in try hold(topology, name) }
    }
  }

  package func apply(_ bytes: Span<UInt8>, _ call: Call = Call()) throws(AuraError) -> Reply {
    try perform("apply", bytes, call) { bytes throws(AuraError) in
      try turn.withTurn { () throws(AuraError) in
        var request = try Request(bytes, limits: limits, token: call.token, bare: false)
        let hasKind = request["kind"] != nil
        var wanted = OutcomeParameters()
        try request.fill(&wanted)
        try request.finish(OutcomeParameters.self)
        guard hasKind else {
          throw AuraError(.schema, "apply needs a kind: \"outcome\"", pointer: "/kind")
        }
        let topology = try request.topologyName.map { name throws(AuraError) in try resident(name).topology }
        do throws(AuraError) { _ = try Action(wanted.action, in: topology) } catch { throw error.below("/action") }
        var members: [JSON.Member] = [
          .init("action", wanted.action), .init("outcome", .string(wanted.outcome.rawValue)),
          .init("note", .string(wanted.note)),
        ]
        if let name = request.topologyName { members.insert(.init("topology", .string(name)), at: 0) }
        let number = state.withLock { () -> Int in
          let number = firstRecord + records.count
          records.append(.object([.init("record", .integer(number))] + members))
          if records.count > limits.events {
            records.removeFirst()
            firstRecord += 1
          }
          return number
        }
        events.append(.outcome, [.init("record", .integer(number))] + members)
        return try Reply(Applied(record: number))
      }
    }
  }
}
