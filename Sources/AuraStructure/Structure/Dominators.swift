package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// Who stands between some agents and each other one.
///
/// An agent's dominator is the last one that no way to it from the agents named can avoid: whoever wants to reach it,
/// or to cut it off, has to do with that one. Alone, without others, no agent is one.
///
/// - Complexity: O(*m* log *n*).
/// - Source: Lengauer and Tarjan 1979, doi:10.1145/357062.357071.
package enum ImmediateDominators: Analysis {
  package static let card = Card(
    id: "graph.structure.dominators", since: "0.2", summary: "Who stands between.",
    reference: "Lengauer and Tarjan 1979, doi:10.1145/357062.357071", cost: "m log n; comfortable up to 10^6 agents",
    needsParameters: true)

  package struct Parameters: ParameterSet {
    var agents: [AgentID] = []
    var reverse = false

    package init() {}
    package static let fields: [Field<Self>] = [
      .agents("agents", \.agents, required: true, "Where ways start; from several, whichever is nearest will do."),
      .reverse(\.reverse),
    ]
  }

  package struct Output: Answer {
    let found: Dominators
    /// The one that holds most others, those left aside where ways start; of equal ones the first.
    let worst: Int?
    let unreached: Int
    let start: String

    package static let fields: [AnswerField<Self>] = [
      .agents(
        "dominators", { $0.found.dominators.array },
        "For each agent, the last one that every way to it passes; null when there is none, or no way."),
      .integers(
        "held", { $0.found.held },
        "For each agent, how many others are reached through it only; -1 where no way leads."),
      .integer("unreached", { $0.unreached }, "Agents to which no way leads."),
      .agent("worst", { $0.worst.map { Int32($0) } }, "The agent between through which most others are reached only."),
    ]

    package func headline(_ view: TopologyView) -> String {
      let reached = view.count - unreached
      guard let worst else { return "Nobody has to be passed on the way from \(start) to others." }
      return
        "Every way from \(start) to \(found.held[worst]) of \(counted(reached, "agent")) passes \(name(worst, view))."
    }

    package func urgency(_ view: TopologyView) -> Double {
      guard let worst else { return 0 }
      return 0.3 + 0.4 * Double(found.held[worst]) / Double(view.count)
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "of two ways neither can be missed alone: only the start cannot be avoided",
      on: .directed(4, [(0, 1), (1, 3), (0, 2), (2, 3)]), with: ["agents": [0]],
      expect: ["dominators": [.null, 0, 0, 0], "held": [3, 0, 0, 0], "worst": .null]),
    KnownAnswer(
      "a link past an agent frees whoever is behind, one to itself does not",
      on: .directed(6, [(0, 1), (1, 2), (2, 3), (3, 1), (0, 2), (3, 4), (4, 4), (5, 4)]), with: ["agents": [0]],
      expect: ["dominators": [.null, 0, 0, 2, 3, .null], "held": [4, 0, 2, 1, 0, -1], "unreached": 1, "worst": 2]),
    KnownAnswer(
      "from two starts neither stands between", on: .directed(4, [(0, 2), (1, 2), (2, 3), (0, 1)]),
      with: ["agents": [0, 1]],
      expect: ["dominators": [.null, .null, .null, 2], "held": [0, 0, 1, 0], "worst": 2]),
    KnownAnswer(
      "the other way round", on: .directed(3, [(0, 1), (1, 2)]), with: ["agents": [2], "reverse": true],
      expect: ["dominators": [1, 2, .null], "held": [0, 1, 2], "worst": 1]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let starts = try view.indices(of: parameters.agents, parameter: "agents").map { Int32(truncatingIfNeeded: $0) }
    if starts.isEmpty { throw AuraError(.schema, "expected at least one agent", pointer: "/agents") }
    let out = try view.adjacency(parameters.reverse ? .predecessors : .successors)
    let into = try view.adjacency(parameters.reverse ? .successors : .predecessors)
    let found = try dominators(out, into: into, sources: starts.span, work: view.work)
    let isStart = Set(starts)
    var worst: Int? = nil
    var unreached = 0
    for i in 0..<view.count {
      if found.held[i] < 0 { unreached += 1 }
      if found.held[i] > (worst.map { found.held[$0] } ?? 0) && !isStart.contains(Int32(truncatingIfNeeded: i)) {
        worst = i
      }
    }
    let start = starts.count == 1 ? name(Int(starts[0]), view) : "the \(isStart.count) that are named"
    return Output(found: found, worst: worst, unreached: unreached, start: start)
  }
}
