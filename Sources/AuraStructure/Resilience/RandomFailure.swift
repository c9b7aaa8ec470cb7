package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// How the network crumbles when agents are lost by chance: luck without malice.
///
/// Many orders are drawn; the mean curve is what to expect, its deviation how far luck may lead away from it.
///
/// - Complexity: near linear in *runs* (*n* + *m*).
/// - Source: Newman and Ziff 2001, doi:10.1103/PhysRevE.64.016706.
package enum RandomFailures: Analysis {
  package static let card = Card(
    id: "graph.resilience.random_failure", since: "0.2", summary: "Luck without malice.",
    reference: "Newman and Ziff 2001, doi:10.1103/PhysRevE.64.016706",
    cost: "runs m; comfortable up to 10^6 agents", dependsOnOrder: true)

  package struct Parameters: ParameterSet {
    var runs = 100

    package init() {}
    package static let fields: [Field<Self>] = [
      .integer("runs", \.runs, in: 1...10_000, "Orders of losses to draw.")
    ]
  }

  package struct Output: Answer {
    let found: RandomFailure

    package static let fields: [AnswerField<Self>] = [
      .reals(
        "mean", { $0.found.mean },
        "Share of all agents in the largest part, mean over orders: before any loss, after the first, ..., the last."),
      .reals("deviation", { $0.found.deviation }, "Standard deviation of the same between orders."),
      .real("R", { $0.found.robustness }, "Mean over all losses and orders of that share."),
      .real("R_deviation", { $0.found.robustnessDeviation }, "Standard deviation of R between orders."),
      .integer("half", { $0.found.half }, "Losses after which, on the mean, no part has more than half of all agents."),
    ]

    package func headline(_ view: TopologyView) -> String {
      if view.count == 0 { return "There are no agents." }
      let half = found.half
      if half == 0 { return "The network is in pieces already: none has more than half of the agents." }
      return "By chance it takes \(counted(half, "loss", "losses")) of \(view.count) until no part has more than half "
        + "of all."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "where everybody is linked to everybody, each loss is one less, whoever it is", on: .complete(5),
      expect: [
        "R": 0.4, "R_deviation": 0, "half": 3, "mean": [1, 0.8, 0.6, 0.4, 0.2, 0], "deviation": [0, 0, 0, 0, 0, 0],
      ]),
    KnownAnswer(
      "a pair shrinks to one, then to nobody", on: .path(2), with: ["runs": 7],
      expect: ["R": 0.25, "mean": [1, 0.5, 0], "half": 1]),
    KnownAnswer(
      "a third of all orders take the middle of a chain of three first, which leaves 1 and not 2: R is (3 + 3 + 2) / 27",
      on: .path(3), with: ["runs": 10_000], expect: ["R": .real(8.0 / 27)], tolerance: 0.003),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    Output(found: try randomFailure(view.adjacency(.simple), runs: parameters.runs, work: view.work))
  }
}
