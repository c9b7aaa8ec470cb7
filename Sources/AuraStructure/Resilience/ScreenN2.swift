package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// What the loss of every two agents at once would do to those that stay.
///
/// The hidden pairs are the ones to look at: neither agent is missed alone, both together are. Direction is left aside.
///
/// - Complexity: O(*n* (*n* + *m*)).
/// - Source: Hopcroft and Tarjan 1973, doi:10.1145/362248.362272.
package enum ScreenN2: Analysis {
  package static let card = Card(
    id: "graph.resilience.screen_n2", since: "0.2", summary: "Every pair of losses.",
    reference: "Hopcroft and Tarjan 1973, doi:10.1145/362248.362272",
    cost: "n (n + m); comfortable up to 10^4 agents")

  package struct Parameters: ParameterSet {
    var limit = 10

    package init() {}
    package static let fields: [Field<Self>] = [
      .integer("limit", \.limit, in: 1...1_000, "How many of the worst pairs to name.")
    ]
  }

  package struct Pair: Answer {
    let pair: DoubleLosses.Pair

    package static let fields: [AnswerField<Self>] = [
      .agents("agents", { [$0.pair.first, $0.pair.second] }, "The two that are lost."),
      .integer("cut", { $0.pair.cut }, "Pairs of other agents that their loss parts."),
    ]
  }

  package struct Output: Answer {
    let found: DoubleLosses

    package static let fields: [AnswerField<Self>] = [
      .integer("pairs", { $0.found.pairs }, "Pairs of agents tried: all."),
      .integer("splitting", { $0.found.splitting }, "Those whose loss parts others."),
      .integer("hidden", { $0.found.hidden }, "Of these, those of which neither agent does so alone."),
      .integers("partners", { $0.found.partners }, "For each agent, with how many others it makes a hidden pair."),
      .items(
        "worst", { $0.found.worst.map { Pair(pair: $0) } }, "The pairs that part most, then by position of agents."),
      .items("worst_hidden", { $0.found.worstHidden.map { Pair(pair: $0) } }, "The same among the hidden ones."),
    ]

    package func headline(_ view: TopologyView) -> String {
      guard let worst = found.worstHidden.first else {
        return found.splitting == 0
          ? "No loss of two agents parts the others." : "Two losses do no harm that one of them would not do alone."
      }
      return "\(counted(found.hidden, "pair")) of agents must not fail together though each may alone: "
        + "the worst is \(name(Int(worst.first), view)) with \(name(Int(worst.second), view))."
    }

    package func urgency(_ view: TopologyView) -> Double {
      guard let worst = found.worstHidden.first, view.count > 3 else { return 0 }
      let n = Double(view.count)
      return 0.2 + 0.4 * min(1, Double(worst.cut) / (n * n / 8))
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "a ring of six survives any one loss; of 15 pairs the 6 of neighbours do no harm, the 3 opposite ones most",
      on: .ring(6),
      expect: [
        "pairs": 15, "splitting": 9, "hidden": 9, "partners": [3, 3, 3, 3, 3, 3],
        "worst": [
          ["agents": [0, 3], "cut": 4], ["agents": [1, 4], "cut": 4], ["agents": [2, 5], "cut": 4],
          ["agents": [0, 2], "cut": 3], ["agents": [0, 4], "cut": 3], ["agents": [1, 3], "cut": 3],
          ["agents": [1, 5], "cut": 3], ["agents": [2, 4], "cut": 3], ["agents": [3, 5], "cut": 3],
        ],
      ]),
    KnownAnswer(
      "a star falls with its hub, whoever else is lost: nothing is hidden", on: .star(4), with: ["limit": 1],
      expect: ["splitting": 4, "hidden": 0, "worst": [["agents": [0, 1], "cut": 3]], "worst_hidden": []]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    Output(found: try doubleLosses(view.adjacency(.simple), limit: parameters.limit, work: view.work))
  }
}
