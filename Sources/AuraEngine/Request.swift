internal import AuraBase
internal import AuraGraph

/// One request, read once: the topology that it carries, its small members as values, and the places of members that
/// are streamed later.
struct Request {
  private(set) var topology: Topology?
  /// Pointer of the topology within the request: empty when the request is the topology.
  private(set) var topologyPointer = ""
  /// Name of a topology that the session holds.
  private(set) var topologyName: String?
  private(set) var members: [JSON.Member] = []
  /// Offsets of members that the caller reads itself.
  private(set) var streamed: [String: Int] = [:]

  /// - Parameters:
  ///   - token: ends the reading of a large topology.
  ///   - document: the member that may carry a topology.
  ///   - bare: whether a node-link document, or an edge list, is itself a request.
  ///   - streaming: members to leave for later.
  init(
    _ bytes: Span<UInt8>, limits: Limits, token: CancelToken?, document: String = "topology", bare: Bool = true,
    streaming: Set<String> = []
  ) throws(AuraError) {
    guard bytes.count > 0 else { throw AuraError(.syntax, "the request is empty", at: 0) }
    if EdgeListScanner.begins(bytes) {
      guard bare else {
        throw AuraError(.syntax, "an edge list here stands as text, under edges of the document", at: 0)
      }
      topology = try TopologyReader.read(
        edgeList: bytes, limits: limits, seed: UInt64.random(in: .min ... .max), token: token)
      return
    }
    var s = JSONScanner(bytes)
    guard try s.kind() == .object else { throw AuraError(.schema, "expected an object", at: s.position, pointer: "") }
    let seed = UInt64.random(in: .min ... .max)
    var reader = try TopologyReader(limits: limits, prefix: "", seed: seed, token: token)
    var own: [String] = []
    var seen: Set<String> = []
    try s.object { s, key throws(AuraError) in
      let start = s.position
      let name = s.text(key)
      guard seen.insert(name).inserted else {
        throw AuraError(.schema, "given twice", at: start, pointer: AuraError.step(name))
      }
      if name == document, try s.kind() == .object {
        topologyPointer = "/\(document)"
        topology = try TopologyReader.read(&s, limits: limits, prefix: topologyPointer, seed: seed, token: token)
      } else if streaming.contains(name) {
        _ = try s.kind()
        streamed[name] = s.position
        try s.skip()
      } else if bare, try reader.member(&s, key) {
        own.append(name)
      } else {
        try s.skip()
        let from = start, to = s.position
        do throws(AuraError) {
          members.append(.init(name, try JSON(parsing: bytes.extracting(from..<to))))
        } catch {
          throw AuraError(error.code, error.message, at: error.offset.map { $0 + from }, pointer: AuraError.step(name))
        }
      }
    }
    try s.finish()
    if let first = own.first {
      guard topology == nil, self["topology"] == nil, reader.hasBegun else {
        throw AuraError(.schema, "no such member beside a topology", pointer: AuraError.step(first))
      }
      topology = try reader.finish(&s)
    }
    if let named = take("topology") {
      guard case .string(let name) = named else {
        throw AuraError(.schema, "expected a name or an object, not \(named.kindName)", pointer: "/topology")
      }
      topologyName = name
    }
  }

  /// An error that blames `/edges/k`, with the place of that link in the request: none when the session holds it.
  func placed(_ error: AuraError) -> AuraError {
    guard let pointer = error.pointer, pointer.hasPrefix("/edges/") else { return error }
    guard let topology else { return AuraError(error.code, "link \(pointer.dropFirst(7)): \(error.message)") }
    return AuraError(
      error.code, error.message, pointer: "\(topologyPointer)/\(topology.linksKey)/\(pointer.dropFirst(7))")
  }

  subscript(_ name: String) -> JSON? { members.first { $0.key == name }?.value }

  mutating func add(_ name: String, _ value: JSON) { members.append(.init(name, value)) }

  mutating func name(_ topology: String?) { topologyName = topology }

  /// Removes a member and returns it.
  mutating func take(_ name: String) -> JSON? {
    guard let index = members.firstIndex(where: { $0.key == name }) else { return nil }
    return members.remove(at: index).value
  }

  /// Moves the members that `set` knows into it; the others stay.
  mutating func fill<P: ParameterSet>(_ set: inout P) throws(AuraError) {
    for member in members where P.has(member.key) { try set.set(member.key, member.value) }
    members.removeAll { P.has($0.key) }
  }

  /// - Throws: `.schema` when a member is left that nobody has taken; `known` are those that would have been.
  func finish<P: ParameterSet>(_ known: P.Type) throws(AuraError) {
    var scratch = P()
    for member in members { try scratch.set(member.key, member.value) }
  }

  var rest: JSON { .object(members) }
}

/// Members that every ask understands.
struct CommonParameters: ParameterSet {
  var seed = 0
  var workMax = 1 << 53
  var roles = TopologyView.Roles()
  var columnsOnly = false

  static let fields: [Field<Self>] = [
    .integer("seed", \.seed, in: 0...(1 << 53), "Seed of all chance in the answer; equal seeds give equal answers."),
    .integer(
      "work_max", \.workMax, in: 1...(1 << 53), unit: "links looked at",
      "Work that the request may spend; it fails with limit beyond."),
    .nested("roles", \.roles, "Which link field means what."),
    .flag(
      "columns_only", \.columnsOnly,
      "Lists of an answer as columns alone, those of agents by position; they and the list of all agents stay empty in "
        + "the text."),
  ]
}
