package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// How many agents must be lost to part some agents from others: as many as there are ways that share no agent between.
///
/// A link straight from one end to the other is a way too, that no loss of an agent cuts; parallel ones are one.
///
/// - Complexity: O(*m* √*n*).
/// - Source: Even and Tarjan 1975, doi:10.1137/0204043; Menger 1927, doi:10.4064/fm-10-1-96-115.
package enum AgentDisjoint: Analysis {
  package static let card = Card(
    id: "graph.flow.agent_disjoint", since: "0.2", summary: "How many agent losses part two groups.",
    reference: "Even and Tarjan 1975, doi:10.1137/0204043", cost: "m sqrt n; comfortable up to 10^6 agents",
    dependsOnOrder: true, needsParameters: true)

  package typealias Parameters = WaysQuestion

  package struct Output: Answer {
    let found: DisjointPaths
    let ends: FlowEnds

    package static let fields: [AnswerField<Self>] = [
      .integer("count", { $0.found.count }, "Ways that share no agent but those at their ends."),
      .items("paths", { $0.found.paths.map { WayAnswer(agents: $0) } }, "Such ways."),
      .agents(
        "agents", { $0.found.cut.array },
        "Agents whose loss parts the two but for links straight from one to the other; as few as there can be."),
      .integer("direct", { $0.found.direct }, "How many of the ways are such a link."),
    ]

    package func headline(_ view: TopologyView) -> String {
      let (start, end) = (ends.start(view), ends.end(view))
      if found.count == 0 { return "There is no way from \(start) to \(end)." }
      let lost = found.cut.count
      if lost == 0 {
        let links = found.direct == 1 ? "a link" : "links"
        return "Only \(links) straight from \(start) to \(end) \(found.direct == 1 ? "joins" : "join") them."
      }
      let first = name(Int(found.cut[0]), view)
      let also = found.direct > 0 ? ", but for a link straight from one to the other" : ""
      if lost == 1 { return "One agent alone parts \(start) from \(end)\(also): \(first)." }
      return "\(lost) agents must be lost to part \(start) from \(end)\(also), \(first) among them."
    }

    package func urgency(_ view: TopologyView) -> Double { found.count > 1 ? 0 : 0.6 }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "across two triangles that share an agent: that agent", on: .bowTie, with: ["from": [0], "to": [4]],
      expect: ["count": 1, "agents": [2], "direct": 0]),
    KnownAnswer(
      "neighbours have the link between them, once, and the way round",
      on: .undirected(3, [(0, 1), (1, 2), (0, 2), (0, 2)]),
      with: ["from": [0], "to": [2]],
      expect: [
        "count": 2, "agents": [1], "direct": 1, "paths": [["agents": [0, 1, 2]], ["agents": [0, 2]]],
      ]),
    KnownAnswer(
      "of two that start together, each has a way", on: .directed(5, [(0, 2), (1, 3), (2, 4), (3, 4)]),
      with: ["from": [0, 1], "to": [4]], expect: ["count": 2, "agents": [2, 3], "direct": 0]),
  ]

  package static func run(_ view: TopologyView, _ parameters: WaysQuestion) throws(AuraError) -> Output {
    let ends = try FlowEnds(parameters, view)
    let found = try disjointPaths(
      view.adjacency(.successors), from: ends.sources.span, to: ends.sinks.span, limit: parameters.limit,
      work: view.work)
    return Output(found: found, ends: ends)
  }
}
