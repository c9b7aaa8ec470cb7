package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// How many links must be lost to part some agents from others: as many as there are ways that share no link.
///
/// - Complexity: O(*m* √*m*).
/// - Source: Even and Tarjan 1975, doi:10.1137/0204043; Menger 1927, doi:10.4064/fm-10-1-96-115.
/// - Each of parallel links counts, as each must be lost.
package enum LinkDisjoint: Analysis {
  package static let card = Card(
    id: "graph.flow.link_disjoint", since: "0.2", summary: "How many link losses part two groups.",
    reference: "Even and Tarjan 1975, doi:10.1137/0204043", cost: "m sqrt m; comfortable up to 10^6 agents",
    dependsOnOrder: true, needsParameters: true)

  package typealias Parameters = WaysQuestion

  package struct Output: Answer {
    package let count: Int
    let paths: [WayAnswer]
    package let links: Column<Int32>
    package let side: Column<Int32>
    let ends: FlowEnds

    package static let fields: [AnswerField<Self>] = [
      .integer("count", { $0.count }, "Ways that share no link; as many losses of links part the two."),
      .items("paths", { $0.paths }, "Such ways."),
      .integers("links", { $0.links }, "Positions of links, from 0, whose loss parts the two; as few as there can be."),
      .integers("side", { $0.side }, "1 for agents that the start still reaches then, else 0."),
    ]

    package func headline(_ view: TopologyView) -> String {
      let (start, end) = (ends.start(view), ends.end(view))
      if count == 0 { return "There is no way from \(start) to \(end)." }
      if count == 1 { return "One link alone parts \(start) from \(end): \(link(Int(links[0]), view))." }
      return "\(count) links must be lost to part \(start) from \(end): \(listed(links, view))."
    }

    package func urgency(_ view: TopologyView) -> Double { count > 1 ? 0 : 0.6 }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "across two triangles that share an agent: two ways, both through it", on: .bowTie,
      with: ["from": [0], "to": [4]],
      expect: ["count": 2, "links": [0, 2], "side": [1, 0, 0, 0, 0]]),
    KnownAnswer(
      "both of two parallel links must be lost", on: .undirected(3, [(0, 1), (1, 2), (0, 1)]),
      with: ["from": [0], "to": [2]],
      expect: ["count": 1, "links": [1], "side": [1, 1, 0], "paths": [["agents": [0, 1, 2]]]]),
    KnownAnswer(
      "no way back", on: .directed(2, [(0, 1)]), with: ["from": [1], "to": [0]],
      expect: ["count": 0, "links": [], "side": [0, 1], "paths": []]),
  ]

  package static func run(_ view: TopologyView, _ parameters: WaysQuestion) throws(AuraError) -> Output {
    let ends = try FlowEnds(parameters, view)
    let network = try view.flowNetwork(nil, "alike", directed: view.directed)
    let search = try FlowSearch(network)
    let count = try search.flow(from: ends.sources.span, to: ends.sinks.span, work: view.work)
    let (links, side) = try view.cut(search, ends, carries: nil)
    let ways = try search.ways(
      from: ends.sources.span, to: ends.sinks.span, limit: parameters.limit, work: view.work)
    return Output(
      count: Int(count), paths: ways.map { WayAnswer(agents: $0) }, links: links, side: side, ends: ends)
  }
}

/// From whom to whom, and how many ways to tell.
package struct WaysQuestion: FlowQuestion {
  package var from: [AgentID] = []
  package var to: [AgentID] = []
  var limit = 100

  package init() {}
  package static let fields: [Field<Self>] =
    Field.ends + [.integer("limit", \.limit, in: 0...1_000_000, "How many ways to tell at most.")]
}

/// A way from one agent to another.
struct WayAnswer: Answer {
  let agents: [Int32]

  static let fields: [AnswerField<Self>] = [.agents("agents", { $0.agents }, "Its agents in order.")]
}
