internal import AuraBase
internal import AuraGraph
internal import AuraKernels

/// From whom to whom.
protocol FlowQuestion: ParameterSet {
  var from: [AgentID] { get set }
  var to: [AgentID] { get set }
}

/// The ends of a flow, by position.
struct FlowEnds: Sendable {
  let sources: [Int32]
  let sinks: [Int32]

  /// - Throws: `.schema` when an end is missing or an agent is at both, `.notFound` for an unknown agent.
  init(_ question: some FlowQuestion, _ view: TopologyView) throws(AuraError) {
    let from = try view.indices(of: question.from, parameter: "from")
    let to = try view.indices(of: question.to, parameter: "to")
    if from.isEmpty { throw AuraError(.schema, "expected at least one agent to start from", pointer: "/from") }
    if to.isEmpty { throw AuraError(.schema, "expected at least one agent to arrive at", pointer: "/to") }
    let starts = Set(from)
    for (k, agent) in to.enumerated() where starts.contains(agent) {
      throw AuraError(.schema, "this agent is one to start from too", pointer: "/to/\(k)")
    }
    sources = from.map { Int32(truncatingIfNeeded: $0) }
    sinks = to.map { Int32(truncatingIfNeeded: $0) }
  }

  /// "a", "3 agents".
  func start(_ view: TopologyView) -> String { Self.named(sources, view) }
  func end(_ view: TopologyView) -> String { Self.named(sinks, view) }

  private static func named(_ agents: [Int32], _ view: TopologyView) -> String {
    agents.count == 1 ? name(Int(agents[0]), view) : counted(agents.count, "agent")
  }
}

extension Field where Root: FlowQuestion {
  static var ends: [Field] {
    [
      .agents("from", \.from, required: true, "Agents to start from, together."),
      .agents("to", \.to, required: true, "Agents to arrive at, together."),
    ]
  }
}

extension TopologyView {
  /// What links carry: the numbers of a field, or their strength.
  ///
  /// - Throws: `.notFound` when no link has the field, `.schema` for a number that is no capacity, `.numeric` for
  ///   one that would be rounded by a millionth or more beside the largest.
  func capacities(_ field: String) throws(AuraError) -> WholeCapacities {
    let given: Column<Double>?
    if field.isEmpty {
      given = try strengths()
    } else {
      guard let found = topology.linkMetric(field) else {
        throw AuraError(.notFound, "no link has a numeric field \"\(field.prefix(60))\"", pointer: "/capacity")
      }
      var numbers = Buffer<Double>()
      try numbers.reserve(found.count)
      for k in 0..<found.count {
        if !found[k].isNaN { try TopologyView.check(found[k], "capacity", link: k) }
        try numbers.append(found[k].isNaN ? 1 : found[k])
      }
      given = Column(numbers)
    }
    return try shared("capacities \(field)") { () throws(AuraError) in
      let whole = try WholeCapacities(links: linkCount, given?.span)
      for k in 0..<(given?.count ?? 0) {
        let value = given?[k] ?? 1
        if abs(whole.value(whole.units[k]) - value) > 1e-6 * value {
          throw AuraError(
            .numeric, "\(value) is too little to be counted beside the capacities of other links",
            pointer: "/edges/\(k)")
        }
      }
      return whole
    }
  }

  /// The network made ready for flows.
  ///
  /// - Parameters:
  ///   - units: what links carry; nil means 1 each.
  ///   - name: names `units` within the request.
  func flowNetwork(_ units: Column<Int64>?, _ name: String, directed: Bool) throws(AuraError) -> FlowNetwork {
    try shared("flow \(directed) \(name)") { () throws(AuraError) in
      let rows = try adjacency(.neighbours)
      let ones = units == nil ? try WholeCapacities(links: linkCount, nil).units : Column()
      let units = units ?? ones
      if !directed { return try FlowNetwork(rows, sources: nil, capacities: units.span) }
      return try FlowNetwork(rows, sources: sources.span, capacities: units.span)
    }
  }

  /// Links that lead from the agents of a side to the others.
  func links(leaving side: Span<Bool>) throws(AuraError) -> Column<Int32> {
    var out = Buffer<Int32>()
    for k in 0..<linkCount {
      let starts: Bool = side[Int(sources[k])]
      let ends: Bool = side[Int(targets[k])]
      if starts != ends && (starts || !directed) { try out.append(Int32(truncatingIfNeeded: k)) }
    }
    return Column(out)
  }
}

/// "a > b", "a > b and c > d", "a > b, c > d and 3 more links".
func listed(_ links: Column<Int32>, _ view: TopologyView) -> String {
  let names = links.array.prefix(links.count > 3 ? 2 : 3).map { link(Int($0), view) }
  if links.count > 3 { return names.joined(separator: ", ") + " and \(links.count - 2) more links" }
  if names.count < 2 { return names.joined() }
  return names.dropLast().joined(separator: ", ") + " and " + names[names.count - 1]
}
