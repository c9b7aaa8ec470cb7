package import AuraBase
package import AuraCatalogue
package import AuraGraph
package import AuraKernels

/// Where to draw each agent.
///
/// Agents that are few hops apart are drawn close together, those far apart far away; parts of the network that are cut
/// off lie beside one another, the largest first. Equal networks with an equal seed give the same drawing.
///
/// - Complexity: O(*n*^2) a round.
/// - Source: Gansner, Koren and North 2004, doi:10.1007/978-3-540-31843-9_25.
package enum Stress: Analysis {
  package static let card = Card(
    id: "graph.layout.stress", since: "0.2", summary: "Where to draw each agent.",
    reference: "Gansner, Koren and North 2004, doi:10.1007/978-3-540-31843-9_25",
    cost: "n^2 a round; comfortable up to 2,000 agents", dependsOnOrder: true)

  package struct Parameters: ParameterSet {
    var rounds = 200

    package init() {}
    package static let fields: [Field<Self>] = [
      .integer("rounds", \.rounds, in: 1...10_000, "Times that every agent is moved, unless all lie still before.")
    ]
  }

  package struct Output: Answer {
    package let layout: StressLayout

    package static let fields: [AnswerField<Self>] = [
      .reals("x", { $0.layout.x }, unit: "links", "Place of each agent, from the left."),
      .reals("y", { $0.layout.y }, unit: "links", "Place of each agent, from above."),
      .real(
        "stress", { $0.layout.stress },
        "Mean squared error of drawn distances, relative to hops, over the pairs that reach each other; 0 is perfect."),
      .integer("rounds", { $0.layout.rounds }, "Rounds taken, over all parts."),
    ]

    package func headline(_ view: TopologyView) -> String {
      let wrong = percent(layout.stress.squareRoot())
      return
        "\(counted(view.count, "agent")) drawn; distances in the drawing are off by \(wrong) of the hops, typically."
    }
  }

  /// Pairs of agents in one part: 5,000 agents that all hang together.
  private static let mostPairs = 25_000_000

  package static let knownAnswers = [
    KnownAnswer(
      "a path can be drawn without stress: straight, and one apart", on: .path(4),
      expect: ["x": [0, 1, 2, 3], "stress": 0], tolerance: 0.02),
    KnownAnswer(
      "so can a triangle: two sides of 1 span a third", on: .complete(3), expect: ["stress": 0], tolerance: 0.01),
    KnownAnswer(
      "four agents that are all one hop apart cannot: a square with sides of a and diagonals of a root 2 has the least "
        + "stress, (4 (a - 1)^2 + 2 (a root 2 - 1)^2) / 6 with a = (2 + root 2) / 4", on: .complete(4),
      expect: ["stress": 0.028_595_479], tolerance: 1e-4),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    Output(
      layout: try stressLayout(
        view.adjacency(.simple), rounds: parameters.rounds, pairs: mostPairs, work: view.work))
  }
}
