package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// What the loss of each single agent, and of each single link, would do to those that stay.
///
/// A network passes when nobody but the lost one notices. Direction is left aside: what counts is who remains joined.
///
/// - Complexity: O(*n* + *m*).
/// - Source: Tarjan 1974, doi:10.1016/0020-0190(74)90003-9; Hopcroft and Tarjan 1973, doi:10.1145/362248.362272.
package enum ScreenN1: Analysis {
  package static let card = Card(
    id: "graph.resilience.screen_n1", since: "0.2", summary: "Every single loss.",
    reference: "Tarjan 1974, doi:10.1016/0020-0190(74)90003-9", cost: "m; comfortable up to 10^6 agents",
    suits: 0...(.max))

  package struct Parameters: ParameterSet {
    var ignoreStrength = false

    package init() {}
    package static let fields: [Field<Self>] = [
      .flag("ignore_strength", \.ignoreStrength, "Treat all links alike even where links have a strength.")
    ]
  }

  package struct Output: Answer {
    let found: SingleLosses
    /// The agent whose loss parts most pairs; of equal ones the first.
    let worst: Int?
    let splitting: Int
    let bridges: Int

    package static let fields: [AnswerField<Self>] = [
      .integers(
        "parts", { $0.found.parts }, "For each agent, the pieces that its part is left in without it; 1 is no harm."),
      .integers("agents", { $0.found.agents }, "Other agents that its loss cuts off from the largest of these pieces."),
      .reals("pairs", { $0.found.pairs }, "Pairs of other agents that its loss parts."),
      .reals(
        "flow", { $0.found.flow },
        "Strength of links that its loss takes away: its own, and those of the pieces cut off from the largest."),
      .integers(
        "link_agents", { $0.found.linkAgents }, "For each link, the agents that its loss cuts off from the larger rest."
      ),
      .integer("splitting", { $0.splitting }, "Agents whose loss parts others."),
      .integer("splitting_links", { $0.bridges }, "Links whose loss parts agents."),
      .agent("worst", { $0.worst.map { Int32($0) } }, "The agent whose loss parts most pairs; null when none does."),
    ]

    package func headline(_ view: TopologyView) -> String {
      guard let worst else {
        if view.count == 0 { return "There are no agents." }
        if bridges == 0 { return "No single loss, of an agent or of a link, parts the others." }
        return "No loss of an agent parts others; the loss of \(counted(bridges, "link")) does."
      }
      let off = Int(found.agents[worst])
      return "The loss of \(name(worst, view)) alone would cut \(counted(off, "agent")) off; "
        + "\(splitting) of \(view.count) agents cannot be lost without harm."
    }

    /// One loss that takes many others with it cannot wait.
    package func urgency(_ view: TopologyView) -> Double {
      guard let worst, view.count > 0 else { return bridges > 0 ? 0.3 : 0 }
      return 0.5 + 0.45 * min(1, 2 * Double(found.agents[worst]) / Double(view.count))
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "two triangles that share agent 2: its loss parts 4 pairs and cuts 2 agents off; no link matters", on: .bowTie,
      expect: [
        "parts": [1, 1, 2, 1, 1], "agents": [0, 0, 2, 0, 0], "pairs": [0, 0, 4, 0, 0], "flow": [2, 2, 5, 2, 2],
        "link_agents": [0, 0, 0, 0, 0, 0], "splitting": 1, "splitting_links": 0, "worst": 2,
      ]),
    KnownAnswer(
      "of a doubled link one can go; the link to the end of the chain cannot",
      on: .undirected(3, [(0, 1), (1, 0), (1, 2)]),
      expect: ["parts": [1, 2, 1], "agents": [0, 1, 0], "pairs": [0, 1, 0], "link_agents": [0, 0, 1], "worst": 1]),
    KnownAnswer(
      "of two pairs that the middle of a chain leaves, the one with the stronger link stays",
      on: SampleNetwork.path(5).linkField("strength", [1, 2, 4, 8]),
      expect: ["agents": [0, 1, 2, 1, 0], "flow": [1, 3, 7, 12, 8]]),
    KnownAnswer(
      "who is alone leaves nothing", on: .undirected(3, [(0, 0), (1, 2)]),
      expect: ["parts": [0, 1, 1], "agents": [0, 0, 0], "link_agents": [0, 1], "worst": .null]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let found = try singleLosses(
      view.adjacency(.neighbours), links: view.linkCount,
      strengths: parameters.ignoreStrength ? nil : view.strengths(), work: view.work)
    let worst = leader(found.pairs).flatMap { found.pairs[$0] > 0 ? $0 : nil }
    var splitting = 0
    for i in 0..<view.count where found.pairs[i] > 0 { splitting += 1 }
    var bridges = 0
    for k in 0..<view.linkCount where found.linkAgents[k] > 0 { bridges += 1 }
    return Output(found: found, worst: worst, splitting: splitting, bridges: bridges)
  }
}
