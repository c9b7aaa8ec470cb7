internal import AuraBase
internal import AuraEngine

/// What a report says, as data: the answers of the engine about one network, and its links.
struct ReportContent {
  let title: String
  let names: Names
  let agents: [JSON]
  let links: [(source: Int, target: Int)]
  let directed: Bool
  let analysis: JSON
  let forecast: JSON
  let plan: JSON
  /// Places of agents, in links; or of the groups when there are too many agents to draw.
  let x: [Double]
  let y: [Double]
  /// Group of each agent; empty when every agent is drawn.
  let groups: [Int]
  /// Field, agents that have it.
  let measured: [(field: String, agents: Int)]

  /// More agents than this are drawn as groups.
  static let mostDrawn = 1_000

  init(
    _ document: Document, engine: Engine, forecasting: [(String, JSON?)], budget: Double?, asked: Asked
  ) throws {
    names = Names(document)
    analysis = try engine.ask(.analyze, document, adding: asked.all()).value()
    forecast = try engine.ask(.predict, document, adding: asked.all(forecasting)).value()
    plan = try engine.ask(
      .intervene, document, adding: asked.all(forecasting + [("budget", budget.map { .real($0) })])
    ).value()
    title = analysis["topology"]?["name"]?.text ?? document.title
    agents = analysis["agents"]?.elements ?? []
    let content = try NetworkContent(document)
    directed = content.directed
    var place: [JSON: Int] = [:]
    for (k, agent) in agents.enumerated() { place[agent] = k }
    links = content.links.compactMap { source, target in
      guard let s = place[source], let t = place[target] else { return nil }
      return (s, t)
    }
    measured = content.fields
    var drawn = document
    if agents.count > Self.mostDrawn {
      let found = try Self.output("graph.communities.leiden_modularity", document, engine)
      groups = found["labels"]?.elements.map { Int($0.number ?? 0) } ?? []
      drawn = Self.quotient(groups, links)
    } else {
      groups = []
    }
    let layout = try Self.output("graph.layout.stress", drawn, engine)
    x = layout["x"]?.elements.map { $0.number ?? 0 } ?? []
    y = layout["y"]?.elements.map { $0.number ?? 0 } ?? []
  }

  /// The answer of one analysis with its own defaults.
  static func output(_ id: String, _ document: Document, _ engine: Engine) throws -> JSON {
    let reply = try engine.ask(.analyze, document, adding: [.init("analyses", [["id": .string(id)]])])
    let answer = try reply.value()["answers"]?.elements.first ?? [:]
    if let error = answer["error"] {
      throw Failure(status: Status.refused, message: "\(id): \(Text.plain(error["message"]?.text ?? ""))")
    }
    return answer["output"] ?? [:]
  }

  /// The network of groups: linked where any of their members are.
  private static func quotient(_ groups: [Int], _ links: [(source: Int, target: Int)]) -> Document {
    let count = (groups.max() ?? -1) + 1
    var seen: Set<[Int]> = []
    var edges: [JSON] = []
    for link in links {
      let (a, b) = (groups[link.source], groups[link.target])
      if a != b, seen.insert([min(a, b), max(a, b)]).inserted {
        edges.append(["source": .integer(a), "target": .integer(b)])
      }
    }
    let nodes = (0..<count).map { JSON.object([.init("id", .integer($0))]) }
    return Document(
      name: "groups", text: JSON.object([.init("nodes", .array(nodes)), .init("edges", .array(edges))]).encoded)
  }

  func answer(_ id: String) -> JSON? {
    analysis["answers"]?.elements.first { $0["id"]?.text == id }?["output"]
  }

  var json: JSON {
    [
      "topology": analysis["topology"] ?? [:], "agents": .array(agents),
      "links": .array(links.map { .array([agents[$0.source], agents[$0.target]]) }),
      "answers": analysis["answers"] ?? [], "forecast": forecast["forecast"] ?? [:], "plan": plan["plan"] ?? [:],
      "layout": [
        "x": .array(x.map { .real($0) }), "y": .array(y.map { .real($0) }),
        "groups": groups.isEmpty ? .null : .array(groups.map { .integer($0) }),
      ],
      "measured": .object(measured.map { .init($0.field, .integer($0.agents)) }),
      "ignored": analysis["topology"]?["ignored"] ?? [],
    ]
  }
}

/// What the engine does not say back: links, and which fields were given for how many agents.
private struct NetworkContent {
  var directed = false
  var links: [(source: JSON, target: JSON)] = []
  var fields: [(field: String, agents: Int)] = []

  init(_ document: Document) throws {
    guard let text = document.text else { return }
    do throws(AuraError) {
      var s = JSONScanner(text.span)
      try read(&s)
    } catch { throw Place.failure(error, in: document) }
  }

  private mutating func read(_ s: inout JSONScanner) throws(AuraError) {
    var found = self
    try s.object { s, key throws(AuraError) in
      switch s.text(key) {
      case "topology" where try s.kind() == .object: try found.read(&s)
      case "directed": found.directed = try s.bool()
      case "nodes": try found.nodes(&s)
      case "edges", "links":
        try s.array { s throws(AuraError) in
          let link = try Self.value(&s)
          if let source = link["source"], let target = link["target"] { found.links.append((source, target)) }
        }
      default: try s.skip()
      }
    }
    self = found
  }

  private mutating func nodes(_ s: inout JSONScanner) throws(AuraError) {
    var place: [String: Int] = [:]
    var found: [(field: String, agents: Int)] = []
    try s.array { s throws(AuraError) in
      for member in try Self.value(&s).members where member.value.number != nil && member.key != "id" {
        let k = place[member.key] ?? found.count
        if k == found.count {
          place[member.key] = k
          found.append((member.key, 0))
        }
        found[k].agents += 1
      }
    }
    fields = found
  }

  private static func value(_ s: inout JSONScanner) throws(AuraError) -> JSON {
    _ = try s.kind()
    let start = s.position
    try s.skip()
    return try JSON(parsing: s.bytes.extracting(start..<s.position))
  }
}
