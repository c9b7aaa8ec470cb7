package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// Whom work reaches that starts at certain agents, is handed on, and now and then starts there afresh.
///
/// The shares say how near an agent is to those that were named, over all routes at once: who is hit from here.
///
/// - Complexity: O(*m*) for a round, at most 175 rounds at the default damping.
/// - Source: Haveliwala 2003, doi:10.1109/TKDE.2003.1208999.
/// - Parallel links add up; a self loop keeps work where it is, and counts twice in an undirected network.
package enum PageRankPersonal: Analysis {
  package static let card = Card(
    id: "graph.centrality.pagerank_personal", since: "0.2", summary: "Who is hit from here.",
    reference: "Haveliwala 2003, doi:10.1109/TKDE.2003.1208999",
    cost: "m for a round; comfortable up to 10^7 agents", needsParameters: true)

  package struct Parameters: ParameterSet {
    var agents: [AgentID] = []
    var damping = 0.85
    var ignoreStrength = false

    package init() {}
    package static let fields: [Field<Self>] = [
      .agents(
        "agents", \.agents, required: true,
        "Where work starts; one named twice starts twice as much. At least one."),
      .real("damping", \.damping, in: 0...0.9999, "Chance that work is handed on rather than starting afresh."),
      .ignoreStrength(\.ignoreStrength),
    ]
  }

  package struct Output: Answer {
    let found: RankShares
    package var shares: Column<Double> { found.values }
    let start: [Int]

    package static let fields: [AnswerField<Self>] = [
      .reals("pagerank_personal", { $0.shares }, "Share of each agent; they sum to 1."), .within { $0.found },
    ]

    package func headline(_ view: TopologyView) -> String {
      var most: Int? = nil
      for i in 0..<shares.count where !start.contains(i) && shares[i] > 0 {
        if most.map({ shares[i] > shares[$0] }) ?? true { most = i }
      }
      guard let most else { return "Nothing gets away from where it starts." }
      return "Hit most from \(start.count == 1 ? name(start[0], view) : "there") is \(name(most, view)), with "
        + "\(percent(shares[most])) of the work."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "along one link, from its beginning: what the other end cannot hand on starts there again",
      on: .directed(2, [(0, 1)]), with: ["agents": [0]],
      expect: ["pagerank_personal": [.real(20.0 / 37), .real(17.0 / 37)]]),
    KnownAnswer(
      "from its end nothing comes back", on: .directed(2, [(0, 1)]), with: ["agents": [1]],
      expect: ["pagerank_personal": [0, 1]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let start = try view.indices(of: parameters.agents, parameter: "agents")
    if start.isEmpty { throw AuraError(.schema, "name at least one agent", pointer: "/agents") }
    var restart = try Buffer<Double>(repeating: 0, count: view.count)
    for i in start { restart[i] += 1 }
    let strengths = parameters.ignoreStrength ? nil : try view.strengths()
    return Output(
      found: try pageRank(
        view.adjacency(.predecessors), undirected: !view.directed, strengths: strengths?.span,
        damping: parameters.damping, restart: restart.span, work: view.work), start: start)
  }
}
