package import AuraBase
package import AuraGraph

/// One thing an operator can do.
package struct Action: Sendable, Hashable {
  package enum Kind: String, CaseIterable, Sendable {
    case isolate
    case shed = "shed_load"
    case shift = "shift_load"
    case capacity = "add_capacity"
    case link = "add_link"
    case reweight = "reweight_link"
    case restart
    case drain
  }

  package let kind: Kind
  /// The agent; for two-ended kinds from and to.
  package let targets: [Int]
  /// Share shed or shifted, factor of capacity or link strength, strength of a new link; 0 where there is none.
  package let value: Double

  package init(_ kind: Kind, _ targets: [Int], _ value: Double = 0) {
    self.kind = kind
    self.targets = targets
    self.value = value
  }

  /// The name of `value`, nil where there is none.
  package var valueName: String? {
    switch kind {
    case .shed, .shift: "share"
    case .capacity, .reweight: "factor"
    case .link: "strength"
    case .isolate, .restart, .drain: nil
    }
  }

  private static func ends(_ kind: Kind) -> Int {
    switch kind {
    case .shift, .link, .reweight: 2
    default: 1
    }
  }

  /// Whether a link with these ends leads from `i` to `j`, either way when links have no direction.
  private static func joins(_ source: Int32, _ target: Int32, _ i: Int, _ j: Int, _ directed: Bool) -> Bool {
    let (s, t) = (Int(source), Int(target))
    return (s == i && t == j) || (!directed && s == j && t == i)
  }

  /// What it does in the models' terms.
  package func changes(_ network: CascadeNetwork) -> [Change] {
    guard targets.count == Self.ends(kind) else { return [] }
    let i = targets[0]
    switch kind {
    case .isolate: return [.isolate(agent: i)]
    case .shed: return [.shed(agent: i, share: value)]
    case .shift: return [.shift(from: i, to: targets[1], share: value)]
    case .capacity: return [.capacity(agent: i, factor: value)]
    case .link: return [.link(source: i, target: targets[1], strength: value)]
    case .restart: return [.restart(agent: i)]
    case .drain: return [.drain(agent: i)]
    case .reweight:
      return network.strengths.indices.filter { k in
        Self.joins(network.sources[k], network.targets[k], i, targets[1], network.directed)
      }.map { .reweight(link: $0, factor: value) }
    }
  }

  /// What takes it back.
  package var undo: String {
    switch kind {
    case .isolate: "connect the agent again once it is healthy"
    case .shed: "admit the load again"
    case .shift: "route the load back"
    case .capacity: "take the added capacity away"
    case .link: "remove the link"
    case .reweight: "set the old strength, the factor's inverse"
    case .restart: "not possible, a restart cannot be undone"
    case .drain: "send the agent its load again"
    }
  }

  /// What the models take for granted about it.
  package var assumption: String {
    switch kind {
    case .isolate: "the agent itself counts as lost, and those that used it do without"
    case .shed: "what is refused counts as cost, not as failure"
    case .shift, .drain: "the load can be served elsewhere"
    case .capacity: "the capacity is there at once"
    case .link, .reweight: "the link takes effect at once"
    case .restart: "it succeeds within a step and clears the symptoms"
    }
  }

  package func phrase(_ name: (Int) -> String) -> String {
    let i = targets.first.map(name) ?? ""
    let j = targets.count > 1 ? name(targets[1]) : ""
    switch kind {
    case .isolate: return "isolate \(i)"
    case .shed: return "refuse \(Forecast.percent(value)) of the load of \(i)"
    case .shift: return "shift \(Forecast.percent(value)) of the load of \(i) to \(j)"
    case .capacity: return "give \(i) \(Forecast.short(value)) times its capacity"
    case .link: return "link \(i) to \(j)"
    case .reweight: return "weaken the dependence of \(i) on \(j) to \(Forecast.percent(value))"
    case .restart: return "restart \(i)"
    case .drain: return "drain \(i)"
    }
  }

  /// An action as `intervene` gives it.
  /// - Parameter topology: where its agents and links have to be; nil when nobody knows.
  /// - Throws: `.schema` or `.notFound`, blaming members of the action.
  package init(_ json: JSON, in topology: Topology?) throws(AuraError) {
    guard let text = json["kind"]?.text, let kind = Kind(rawValue: text) else {
      let names = Kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw AuraError(.schema, "kind must be one of \(names)", pointer: "/kind")
    }
    var targets: [Int] = []
    for (k, element) in (json["targets"]?.elements ?? []).enumerated() {
      guard let id = AgentID(element) else {
        throw AuraError(.schema, "expected an agent id, not \(element.kindName)", pointer: "/targets/\(k)")
      }
      targets.append(try topology?.structure.agents.index(of: id, pointer: "/targets/\(k)") ?? k)
    }
    guard targets.count == Self.ends(kind) else {
      throw AuraError(.schema, "\(text) needs \(Self.ends(kind)) targets", pointer: "/targets")
    }
    if kind == .reweight, let links = topology?.structure,
      !(0..<links.linkCount).contains(where: {
        Self.joins(links.sources[$0], links.targets[$0], targets[0], targets[1], links.directed)
      })
    {
      throw AuraError(.notFound, "no link between these agents", pointer: "/targets")
    }
    self.init(kind, targets)
    guard let name = valueName else { return }
    guard let value = json["parameters"]?[name]?.number, value >= 0, value <= (name == "share" ? 1 : 1e6) else {
      throw AuraError(.schema, "\(text) needs a number \"\(name)\" in range", pointer: "/parameters/\(name)")
    }
    self.init(kind, targets, value)
  }

  /// What a request that takes an action says of it.
  package static let schema: JSON = [
    "type": "object", "required": ["kind", "targets"],
    "properties": [
      "kind": ["enum": .array(Kind.allCases.map { .string($0.rawValue) })],
      "targets": ["type": "array", "minItems": 1, "maxItems": 2, "items": ["type": ["string", "integer"]]],
      "parameters": ["type": "object", "additionalProperties": ["type": "number"]],
    ],
  ]
}

/// Costs of the kinds, in whatever unit the budget has.
package struct Costs: ParameterSet {
  package var isolate = 1.0
  package var shed = 1.5
  package var shift = 1.0
  package var capacity = 1.0
  package var link = 1.0
  package var reweight = 0.5
  package var restart = 0.5
  package var drain = 1.0
  package init() {}
  package static let fields: [Field<Self>] = [
    .real("isolate", \.isolate, in: 0...1e12, "Taking an agent out."),
    .real("shed_load", \.shed, in: 0...1e12, "Refusing part of an agent's load."),
    .real("shift_load", \.shift, in: 0...1e12, "Moving part of it to another agent."),
    .real("add_capacity", \.capacity, in: 0...1e12, "Making an agent tougher."),
    .real("add_link", \.link, in: 0...1e12, "A new link."),
    .real("reweight_link", \.reweight, in: 0...1e12, "Weakening a link."),
    .real("restart", \.restart, in: 0...1e12, "Restarting an agent."),
    .real("drain", \.drain, in: 0...1e12, "Moving all of an agent's load to its neighbours."),
  ]

  package func of(_ kind: Action.Kind) -> Double {
    switch kind {
    case .isolate: isolate
    case .shed: shed
    case .shift: shift
    case .capacity: capacity
    case .link: link
    case .reweight: reweight
    case .restart: restart
    case .drain: drain
    }
  }
}
