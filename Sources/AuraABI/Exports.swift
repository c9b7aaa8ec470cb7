internal import AuraBase
internal import AuraCatalogue
internal import AuraEngine
public import CAura
internal import Glibc

// One Swift function for each declaration in aura.h; the compiler checks that they match.

private nonisolated(unsafe) let buildInfo = immortal(BuildInfo.json.encoded)

// MARK: About

@_cdecl("aura_version") @implementation
public func aura_version() -> UInt32 { UInt32(AURA_VERSION_NUMBER) }

@_cdecl("aura_build_info") @implementation
public func aura_build_info() -> UnsafePointer<CChar>? { buildInfo }

@_cdecl("aura_has_feature") @implementation
public func aura_has_feature(_ name: UnsafePointer<CChar>?) -> Int32 {
  guard let name else { return 0 }
  return BuildInfo.features.contains { strcmp(name, $0) == 0 } ? 1 : 0
}

@_cdecl("aura_live_handles") @implementation
public func aura_live_handles() -> UInt64 { UInt64(Handles.live) }

// MARK: Session

@_cdecl("aura_session_open") @implementation
public func aura_session_open(
  _ options: UnsafePointer<aura_session_options>?, _ session: UnsafeMutablePointer<aura_session>?,
  _ error: UnsafeMutablePointer<aura_error>?
) -> aura_status {
  boundary(error) { () throws(AuraError) in
    let out = try require(session, "session")
    let given = try read(options, { $0.pointee.struct_size }, defaults: aura_session_options(), minimum: 80)
    guard given.threads <= WorkerPool.widest else {
      throw AuraError(.argument, "threads must be in 0...\(WorkerPool.widest)")
    }
    guard (0...AURA_LOG_DEBUG).contains(given.log_level) else {
      throw AuraError(.argument, "log_level must be one of AURA_LOG_*")
    }
    var made = Session.Options()
    made.threads = Int(given.threads)
    func limit(_ value: UInt64, _ path: WritableKeyPath<Limits, Int>, _ maximum: Int) {
      if value > 0 { made.limits[keyPath: path] = Int(min(value, UInt64(maximum))) }
    }
    limit(given.max_agents, \.agents, 1 << 30)
    limit(given.max_links, \.links, 1 << 30)
    limit(given.max_document_bytes, \.documentBytes, 1 << 40)
    limit(given.max_topologies, \.topologies, 1 << 20)
    limit(given.max_history_values, \.historyValues, 1 << 32)
    limit(given.max_events, \.events, 1 << 24)
    if let callback = given.log {
      nonisolated(unsafe) let user = given.log_user
      let threshold = given.log_level == 0 ? AURA_LOG_WARNING : given.log_level
      made.log = { level, message in
        guard level.rawValue <= threshold else { return }
        message.withCString { callback(user, level.rawValue, $0, strlen($0)) }
      }
    }
    out.pointee = aura_session(id: try Handles.insert(Session(made)))
  }
}

@_cdecl("aura_session_close") @implementation
public func aura_session_close(_ session: aura_session) -> aura_status {
  boundary { () throws(AuraError) in try Handles.remove(session.id, as: Session.self, "session").close() }
}

// MARK: Ask and tell

private typealias Verb = (Session, Span<UInt8>, Session.Call) throws(AuraError) -> Reply

/// The one shape of all asks and tells.
private func run(
  _ session: aura_session, _ request: UnsafePointer<CChar>?, _ size: Int, _ call: UnsafePointer<aura_call>?,
  _ result: UnsafeMutablePointer<aura_result>?, _ error: UnsafeMutablePointer<aura_error>?, _ verb: Verb
) -> aura_status {
  boundary(error) { () throws(AuraError) in
    let out = try require(result, "result")
    let session = try Handles.get(session.id, as: Session.self, "session")
    let call = try read(call)
    let reply = try document(request, size) { bytes throws(AuraError) in try verb(session, bytes, call) }
    out.pointee = aura_result(id: try Handles.insert(reply))
  }
}

@_cdecl("aura_analyze") @implementation
public func aura_analyze(
  _ session: aura_session, _ request: UnsafePointer<CChar>?, _ request_size: Int, _ call: UnsafePointer<aura_call>?,
  _ result: UnsafeMutablePointer<aura_result>?, _ error: UnsafeMutablePointer<aura_error>?
) -> aura_status {
  run(session, request, request_size, call, result, error) { s, b, c throws(AuraError) in try s.analyze(b, c) }
}

@_cdecl("aura_predict") @implementation
public func aura_predict(
  _ session: aura_session, _ request: UnsafePointer<CChar>?, _ request_size: Int, _ call: UnsafePointer<aura_call>?,
  _ result: UnsafeMutablePointer<aura_result>?, _ error: UnsafeMutablePointer<aura_error>?
) -> aura_status {
  run(session, request, request_size, call, result, error) { s, b, c throws(AuraError) in try s.predict(b, c) }
}

@_cdecl("aura_intervene") @implementation
public func aura_intervene(
  _ session: aura_session, _ request: UnsafePointer<CChar>?, _ request_size: Int, _ call: UnsafePointer<aura_call>?,
  _ result: UnsafeMutablePointer<aura_result>?, _ error: UnsafeMutablePointer<aura_error>?
) -> aura_status {
  run(session, request, request_size, call, result, error) { s, b, c throws(AuraError) in try s.intervene(b, c) }
}

@_cdecl("aura_catalogue") @implementation
public func aura_catalogue(
  _ session: aura_session, _ request: UnsafePointer<CChar>?, _ request_size: Int, _ call: UnsafePointer<aura_call>?,
  _ result: UnsafeMutablePointer<aura_result>?, _ error: UnsafeMutablePointer<aura_error>?
) -> aura_status {
  run(session, request, request_size, call, result, error) { s, b, c throws(AuraError) in try s.catalogue(b, c) }
}

@_cdecl("aura_self_check") @implementation
public func aura_self_check(
  _ session: aura_session, _ request: UnsafePointer<CChar>?, _ request_size: Int, _ call: UnsafePointer<aura_call>?,
  _ result: UnsafeMutablePointer<aura_result>?, _ error: UnsafeMutablePointer<aura_error>?
) -> aura_status {
  run(session, request, request_size, call, result, error) { s, b, c throws(AuraError) in try s.selfCheck(b, c) }
}

@_cdecl("aura_explain") @implementation
public func aura_explain(
  _ session: aura_session, _ request: UnsafePointer<CChar>?, _ request_size: Int, _ call: UnsafePointer<aura_call>?,
  _ result: UnsafeMutablePointer<aura_result>?, _ error: UnsafeMutablePointer<aura_error>?
) -> aura_status {
  run(session, request, request_size, call, result, error) { s, b, c throws(AuraError) in try s.explain(b, c) }
}

@_cdecl("aura_observe") @implementation
public func aura_observe(
  _ session: aura_session, _ request: UnsafePointer<CChar>?, _ request_size: Int, _ call: UnsafePointer<aura_call>?,
  _ result: UnsafeMutablePointer<aura_result>?, _ error: UnsafeMutablePointer<aura_error>?
) -> aura_status {
  run(session, request, request_size, call, result, error) { s, b, c throws(AuraError) in try s.observe(b, c) }
}

@_cdecl("aura_apply") @implementation
public func aura_apply(
  _ session: aura_session, _ request: UnsafePointer<CChar>?, _ request_size: Int, _ call: UnsafePointer<aura_call>?,
  _ result: UnsafeMutablePointer<aura_result>?, _ error: UnsafeMutablePointer<aura_error>?
) -> aura_status {
  run(session, request, request_size, call, result, error) { s, b, c throws(AuraError) in try s.apply(b, c) }
}

@_cdecl("aura_events") @implementation
public func aura_events(
  _ session: aura_session, _ request: UnsafePointer<CChar>?, _ request_size: Int, _ call: UnsafePointer<aura_call>?,
  _ result: UnsafeMutablePointer<aura_result>?, _ error: UnsafeMutablePointer<aura_error>?
) -> aura_status {
  run(session, request, request_size, call, result, error) { s, b, c throws(AuraError) in try s.events(b, c) }
}

// MARK: Bulk

@_cdecl("aura_topology_from_arrow") @implementation
public func aura_topology_from_arrow(
  _ session: aura_session, _ request: UnsafePointer<CChar>?, _ request_size: Int,
  _ agents: UnsafeMutablePointer<ArrowArray>?, _ agents_schema: UnsafeMutablePointer<ArrowSchema>?,
  _ links: UnsafeMutablePointer<ArrowArray>?, _ links_schema: UnsafeMutablePointer<ArrowSchema>?,
  _ result: UnsafeMutablePointer<aura_result>?, _ error: UnsafeMutablePointer<aura_error>?
) -> aura_status {
  // Moved on entry, so that all four are released exactly once however the call ends.
  let agentTable = ArrowTable(moving: agents, agents_schema, named: "agents")
  let linkTable = ArrowTable(moving: links, links_schema, named: "links")
  return boundary(error) { () throws(AuraError) in
    let out = try require(result, "result")
    let session = try Handles.get(session.id, as: Session.self, "session")
    let reply = try document(request, request_size) { bytes throws(AuraError) in
      try session.hold(bytes) { parameters, limits throws(AuraError) in
        try topology(agentTable, linkTable, parameters, limits)
      }
    }
    out.pointee = aura_result(id: try Handles.insert(reply))
  }
}

@_cdecl("aura_topology_from_csr") @implementation
public func aura_topology_from_csr(
  _ session: aura_session, _ request: UnsafePointer<CChar>?, _ request_size: Int, _ csr: UnsafePointer<aura_csr>?,
  _ result: UnsafeMutablePointer<aura_result>?, _ error: UnsafeMutablePointer<aura_error>?
) -> aura_status {
  boundary(error) { () throws(AuraError) in
    let out = try require(result, "result")
    let session = try Handles.get(session.id, as: Session.self, "session")
    guard csr != nil else { throw AuraError(.argument, "csr is NULL") }
    let given = try read(csr, { $0.pointee.struct_size }, defaults: aura_csr(), minimum: 64)
    let reply = try document(request, request_size) { bytes throws(AuraError) in
      try session.hold(bytes) { parameters, limits throws(AuraError) in try topology(given, parameters, limits) }
    }
    out.pointee = aura_result(id: try Handles.insert(reply))
  }
}

// MARK: Result

@_cdecl("aura_result_json") @implementation
public func aura_result_json(
  _ result: aura_result, _ text: UnsafeMutablePointer<UnsafePointer<CChar>?>?, _ length: UnsafeMutablePointer<Int>?
) -> aura_status {
  boundary { () throws(AuraError) in
    let reply = try Handles.get(result.id, as: Reply.self, "result")
    text?.pointee = UnsafeRawPointer(reply.text.pointer).assumingMemoryBound(to: CChar.self)
    length?.pointee = reply.count
  }
}

@_cdecl("aura_result_column") @implementation
public func aura_result_column(
  _ result: aura_result, _ name: UnsafePointer<CChar>?, _ column: UnsafeMutablePointer<aura_array>?
) -> aura_status {
  boundary { () throws(AuraError) in
    let out = try require(column, "column")
    let reply = try Handles.get(result.id, as: Reply.self, "result")
    let wanted = try text(of: name, "name")
    guard let found = reply.columns.first(where: { $0.name == wanted }) else {
      throw AuraError(.notFound, "no column \"\(wanted.prefix(80))\"")
    }
    let size = Int(out.pointee.struct_size)
    guard size >= 32, size <= 4096 else { throw AuraError(.argument, "struct_size \(size) is outside 32...4096") }
    out.pointee.name = nil
    switch found.column {
    case .reals(let values):
      out.pointee.type = AURA_TYPE_FLOAT64
      out.pointee.data = UnsafeRawPointer(values.pointer)
      out.pointee.count = UInt64(values.count)
    case .integers(let values):
      out.pointee.type = AURA_TYPE_INT32
      out.pointee.data = UnsafeRawPointer(values.pointer)
      out.pointee.count = UInt64(values.count)
    }
  }
}

@_cdecl("aura_result_free") @implementation
public func aura_result_free(_ result: aura_result) -> aura_status {
  boundary { () throws(AuraError) in _ = try Handles.remove(result.id, as: Reply.self, "result") }
}

// MARK: Control

@_cdecl("aura_cancel_new") @implementation
public func aura_cancel_new(_ cancel: UnsafeMutablePointer<aura_cancel>?) -> aura_status {
  boundary { () throws(AuraError) in
    try require(cancel, "cancel").pointee = aura_cancel(id: try Handles.insert(CancelToken()))
  }
}

@_cdecl("aura_cancel_set") @implementation
public func aura_cancel_set(_ cancel: aura_cancel) -> aura_status {
  boundary { () throws(AuraError) in
    try Handles.get(cancel.id, as: CancelToken.self, "cancel token").cancel()
  }
}

@_cdecl("aura_cancel_free") @implementation
public func aura_cancel_free(_ cancel: aura_cancel) -> aura_status {
  boundary { () throws(AuraError) in _ = try Handles.remove(cancel.id, as: CancelToken.self, "cancel token") }
}
