package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// How many ways lead to each agent that share no agent between: who has no spare way.
///
/// With 0 an agent is not reached, with 1 some single loss cuts it off, with 2 or more none does; 3 stands for 3 or
/// more. Ways start at the agents that are named, whichever is best. When none is named, at any other agent: the number
/// is that for the agent from which there are fewest.
///
/// - Complexity: a few searches for each agent. When nobody is named, up to *n* for each in directed networks.
/// - Source: Menger 1927, doi:10.4064/fm-10-1-96-115.
/// - A link straight from a start is a way; parallel ones are one; self loops do not matter.
package enum SpareWays: Analysis {
  package static let card = Card(
    id: "graph.flow.redundancy", since: "0.2", summary: "Agents that have no spare way.",
    reference: "Menger 1927, doi:10.4064/fm-10-1-96-115", cost: "n searches; comfortable up to 10^5 agents")

  package struct Parameters: ParameterSet {
    var agents: [AgentID] = []

    package init() {}
    package static let fields: [Field<Self>] = [
      .agents("agents", \.agents, "Where ways start: sources of power, gateways; by default any other agent.")
    ]
  }

  package struct Output: Answer {
    package let ways: Column<Int32>
    let start: String

    package static let fields: [AnswerField<Self>] = [
      .integers("ways", { $0.ways }, "0 to 3 for each agent, 3 for 3 or more; -1 for those where ways start."),
      .integer("unreached", { $0.agents(with: 0) }, "Agents that are not reached."),
      .integer("without_spare", { $0.agents(with: 1) }, "Agents that some single loss cuts off."),
    ]

    func agents(with ways: Int32) -> Int { self.ways.array.count { $0 == ways } }

    package func headline(_ view: TopologyView) -> String {
      let (none, one) = (agents(with: 0), agents(with: 1))
      let all = view.count - agents(with: -1)
      let from = start.isEmpty ? "everybody else" : start
      if all == 0 || view.count < 2 { return "There is nobody to reach." }
      if none == 0 && one == 0 { return "All agents have a spare way from \(from)." }
      if none == all { return start.isEmpty ? "Nobody is reached by everybody." : "Nobody is reached from \(from)." }
      let spare = "\(one) of \(counted(all, "agent")) \(one == 1 ? "has" : "have") no spare way from \(from)"
      return none == 0 ? spare + "." : spare + ", and \(none) \(none == 1 ? "is" : "are") not reached."
    }

    /// When nobody is named, a single agent with one link leaves all without a spare way from it: that is no alarm.
    package func urgency(_ view: TopologyView) -> Double {
      let all = view.count - agents(with: -1)
      if start.isEmpty || all == 0 { return 0 }
      let bad = agents(with: 0) + agents(with: 1)
      return bad == 0 ? 0 : 0.3 + 0.4 * Double(bad) / Double(all)
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "where two ways meet there is a spare one; along them there is none",
      on: .directed(4, [(0, 1), (1, 3), (0, 2), (2, 3)]), with: ["agents": [0]],
      expect: ["ways": [-1, 1, 1, 2], "unreached": 0, "without_spare": 2]),
    KnownAnswer(
      "where four ways meet there are three or more",
      on: .directed(6, [(0, 1), (0, 2), (0, 3), (0, 4), (1, 5), (2, 5), (3, 5), (4, 5)]), with: ["agents": [0]],
      expect: ["ways": [-1, 1, 1, 1, 1, 3]]),
    KnownAnswer(
      "nobody named: the shared agent of two triangles has two ways from everybody, others none to spare past it",
      on: .bowTie, expect: ["ways": [1, 1, 2, 1, 1]]),
    KnownAnswer("a ring has one way round for everybody", on: .ring(5), expect: ["ways": [2, 2, 2, 2, 2]]),
    KnownAnswer(
      "all joined to all: three or more", on: .complete(5), expect: ["ways": [3, 3, 3, 3, 3], "without_spare": 0]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let rows = try view.adjacency(.successors)
    if parameters.agents.isEmpty {
      return Output(ways: try redundancyFromAll(rows, directed: view.directed, work: view.work), start: "")
    }
    let starts = try view.indices(of: parameters.agents, parameter: "agents").map { Int32(truncatingIfNeeded: $0) }
    let start = starts.count == 1 ? name(Int(starts[0]), view) : "the \(starts.count) that are named"
    return Output(ways: try redundancy(rows, from: starts.span, work: view.work), start: start)
  }
}
