package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// Who hears first: the best of `graph.centrality.closeness`, without the distances of all others.
///
/// - Complexity: O(*n m*) at worst; on most networks a few searches, and short beginnings of all others.
/// - Source: Bergamini et al. 2019, doi:10.1145/3344719.
/// - Distances are counted in links; lengths do not matter.
package enum ClosenessTop: Analysis {
  package static let card = Card(
    id: "graph.centrality.closeness_top", since: "0.2", summary: "The few that hear first.",
    reference: "Bergamini et al. 2019, doi:10.1145/3344719", cost: "far below n m; comfortable up to 10^6 agents",
    dependsOnOrder: true)

  package struct Parameters: ParameterSet {
    var count = 10
    var direction = Direction.out

    package init() {}
    package static let fields: [Field<Self>] = [
      .integer("count", \.count, in: 1...1_000, "How many to name."),
      .choice("direction", \.direction, Direction.summary),
    ]
  }

  package struct Output: Answer {
    package let agents: [Int32]
    package let closeness: [Double]
    let inward: Bool

    package static let fields: [AnswerField<Self>] = [
      .agents("agents", { $0.agents }, "The agents, best first; who reaches nobody is not among them."),
      .list(
        "closeness", { $0.closeness }, "Closeness of each, scaled by the share of the other agents that it reaches."),
    ]

    package func headline(_ view: TopologyView) -> String {
      guard let first = agents.first else { return "Nobody reaches anybody." }
      let next = agents.count > 1 ? ", then \(name(Int(agents[1]), view))" : ""
      return (inward ? "News arrives soonest at " : "News travels fastest from ") + name(Int(first), view) + next + "."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "the hub of a star is next to all; of its equal leaves the first comes next", on: .star(4), with: ["count": 2],
      expect: ["agents": [0, 1], "closeness": [1, .real(4.0 / 7)]]),
    KnownAnswer(
      "from the first of a directed chain two others at 1 and 2 links, of three that there are",
      on: .directed(4, [(0, 1), (1, 2)]), expect: ["agents": [0, 1], "closeness": [.real(4.0 / 9), .real(1.0 / 3)]]),
    KnownAnswer(
      "inward, the last of the chain is reached soonest", on: .directed(3, [(0, 1), (1, 2)]),
      with: ["direction": "in"], expect: ["agents": [2, 1], "closeness": [.real(2.0 / 3), 0.5]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let found = try closenessTop(
      view.adjacency(parameters.direction == .out ? .successors : .predecessors), undirected: !view.directed,
      count: parameters.count, work: view.work)
    return Output(
      agents: found.agents, closeness: found.closeness, inward: view.directed && parameters.direction == .in)
  }
}
