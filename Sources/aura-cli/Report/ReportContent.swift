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
  /// Answers of critical_agents, removal_curve by degree and random_failure.
  let resilience: [(order: String, answer: JSON)]
  /// Places of agents, in links; or of the largest groups when there are too many agents to draw.
  let x: [Double]
  let y: [Double]
  /// Community of each agent, the largest first.
  let communities: [Int]
  /// Agents of each community.
  let members: [[Int]]
  /// How many communities are drawn in place of agents; 0 when every agent is drawn.
  let groups: Int
  /// What each component computes, by id.
  let summaries: [String: String]
  /// Field, agents that have it.
  let measured: [(field: String, agents: Int)]
  /// What was measured of each agent that is drawn.
  let numbers: [JSON: [JSON.Member]]

  /// More agents than this are drawn as groups, and no more groups than the second.
  static let mostDrawn = 1_000
  static let mostGroups = 150

  init(
    _ document: Document, engine: Engine, forecasting: [(String, JSON?)], budget: Double?, asked: Asked
  ) throws {
    names = Names(document)
    analysis = try engine.ask(.analyze, document, adding: asked.all()).value()
    forecast = try engine.ask(.predict, document, adding: asked.all(forecasting)).value()
    plan = try engine.ask(
      .intervene, document, adding: asked.all(forecasting + [("budget", budget.map { .real($0) })])
    ).value()
    var summaries: [String: String] = [:]
    for component in try engine.call(.catalogue, []).value()["components"]?.elements ?? [] {
      if let id = component["id"]?.text { summaries[id] = component["summary"]?.text }
    }
    self.summaries = summaries
    title = analysis["topology"]?["name"]?.text ?? document.title
    let agents = analysis["agents"]?.elements ?? []
    self.agents = agents
    let content = try NetworkContent(document)
    directed = content.directed
    var place: [JSON: Int] = [:]
    for (k, agent) in agents.enumerated() { place[agent] = k }
    links = content.links.compactMap { source, target in
      guard let s = place[source], let t = place[target] else { return nil }
      return (s, t)
    }
    measured = content.fields
    numbers = content.numbers
    // All that the figures need in one request, so that the engine reads the network once for them.
    let isLarge = agents.count > Self.mostDrawn
    let analysed = Self.answer("graph.communities.leiden_modularity", analysis)?["labels"]
    let curves: [(order: String, analysis: JSON)] = [
      (
        "critical",
        [
          "id": "graph.resilience.critical_agents",
          "parameters": ["effort": .integer(agents.count > 20_000 ? 0 : 1)],
        ]
      ), ("degree", ["id": "graph.resilience.removal_curve", "parameters": ["by": "degree"]]),
      ("random", ["id": "graph.resilience.random_failure"]),
    ]
    var wanted = curves.map(\.analysis)
    if analysed == nil {
      wanted.append(["id": "graph.communities.leiden_modularity", "parameters": ["ignore_strength": true]])
    }
    if !isLarge { wanted.append(["id": "graph.layout.stress"]) }
    var found = try Self.outputs(wanted, document, engine, asked)
    var layout = isLarge ? [:] : found.removeLast()
    let labels = (analysed ?? found.removeLast()["labels"])?.elements.map { Int($0.number ?? 0) } ?? []
    resilience = zip(curves, found).map { ($0.order, $1) }
    (communities, members) = Self.sorted(labels)
    groups = isLarge ? min(members.count, Self.mostGroups) : 0
    if isLarge {
      layout = try Self.outputs(
        [["id": "graph.layout.stress"]], Self.quotient(groups, of: communities, links), engine)[0]
    }
    x = layout["x"]?.elements.map { $0.number ?? 0 } ?? []
    y = layout["y"]?.elements.map { $0.number ?? 0 } ?? []
  }

  /// The answers of some analyses.
  static func outputs(
    _ analyses: [JSON], _ document: Document, _ engine: Engine, _ asked: Asked? = nil
  ) throws -> [JSON] {
    let members = JSON.Member("analyses", .array(analyses))
    let reply = try engine.ask(.analyze, document, adding: (asked?.all() ?? []) + [members]).value()
    return try (reply["answers"]?.elements ?? []).map { answer in
      if let error = answer["error"] {
        let id = answer["id"]?.text ?? ""
        throw Failure(status: Status.refused, message: "\(id): \(Text.plain(error["message"]?.text ?? ""))")
      }
      return answer["output"] ?? [:]
    }
  }

  /// Communities numbered by size, of equal ones the first first; and the agents of each.
  private static func sorted(_ labels: [Int]) -> ([Int], [[Int]]) {
    var members = [[Int]](repeating: [], count: (labels.max() ?? -1) + 1)
    for (k, label) in labels.enumerated() { members[label].append(k) }
    members.sort { ($1.count, $0.first ?? 0) < ($0.count, $1.first ?? 0) }
    var place = labels
    for (g, agents) in members.enumerated() { for k in agents { place[k] = g } }
    return (place, members)
  }

  /// Pairs of groups that are drawn and the links between them, the strongest first.
  static func ties(
    _ groups: Int, _ communities: [Int], _ links: [(source: Int, target: Int)]
  ) -> [(a: Int, b: Int, count: Int)] {
    var between: [Int: Int] = [:]
    for link in links {
      let a = communities[link.source], b = communities[link.target]
      if a != b, max(a, b) < groups { between[min(a, b) * groups + max(a, b), default: 0] += 1 }
    }
    return between.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
      ($0.key / groups, $0.key % groups, $0.value)
    }
  }

  /// The ties that are among the three strongest of either end.
  static func strongest(_ ties: [(a: Int, b: Int, count: Int)], groups: Int) -> [(a: Int, b: Int, count: Int)] {
    var seen = [Int](repeating: 0, count: groups)
    return ties.filter { tie in
      defer {
        seen[tie.a] += 1
        seen[tie.b] += 1
      }
      return seen[tie.a] < 3 || seen[tie.b] < 3
    }
  }

  /// The network of the groups that are drawn: linked where many of their members are.
  private static func quotient(
    _ groups: Int, of communities: [Int], _ links: [(source: Int, target: Int)]
  ) -> Document {
    // When everybody is tied with everybody distances say nothing: each keeps its three strongest ties.
    let edges = strongest(ties(groups, communities, links), groups: groups).map { tie -> JSON in
      ["source": .integer(tie.a), "target": .integer(tie.b)]
    }
    let nodes = (0..<groups).map { JSON.object([.init("id", .integer($0))]) }
    return Document(
      name: "groups", text: JSON.object([.init("nodes", .array(nodes)), .init("edges", .array(edges))]).encoded)
  }

  func answer(_ id: String) -> JSON? { Self.answer(id, analysis) }

  private static func answer(_ id: String, _ analysis: JSON) -> JSON? {
    analysis["answers"]?.elements.first { $0["id"]?.text == id }?["output"]
  }

  var json: JSON {
    [
      "topology": analysis["topology"] ?? [:], "agents": .array(agents),
      "names": .array(agents.map { .string(names[$0]) }),
      "links": .array(links.map { .array([agents[$0.source], agents[$0.target]]) }),
      "answers": analysis["answers"] ?? [], "forecast": forecast["forecast"] ?? [:], "plan": plan["plan"] ?? [:],
      "resilience": .object(resilience.map { .init($0.order, $0.answer) }),
      "communities": .array(communities.map { .integer($0) }),
      "layout": [
        "x": .array(x.map { .real($0) }), "y": .array(y.map { .real($0) }),
        "groups": groups == 0 ? .null : .integer(groups),
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
  var numbers: [JSON: [JSON.Member]] = [:]

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
    var known: [JSON: [JSON.Member]] = [:]
    try s.array { s throws(AuraError) in
      let node = try Self.value(&s)
      let said = node.members.filter { $0.value.number != nil && $0.key != "id" }
      if known.count < ReportContent.mostDrawn, let id = node["id"] { known[id] = Array(said.prefix(8)) }
      for member in said {
        let k = place[member.key] ?? found.count
        if k == found.count {
          place[member.key] = k
          found.append((member.key, 0))
        }
        found[k].agents += 1
      }
    }
    fields = found
    numbers = known
  }

  private static func value(_ s: inout JSONScanner) throws(AuraError) -> JSON {
    _ = try s.kind()
    let start = s.position
    try s.skip()
    return try JSON(parsing: s.bytes.extracting(start..<s.position))
  }
}
