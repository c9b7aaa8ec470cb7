package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// The share of agents that may fail at random before a large network falls apart, judged by numbers of partners alone.
///
/// Exact for networks whose links are drawn at random between agents with these numbers of partners; a first guess for
/// others. Hubs bear much bad luck, though no malice.
///
/// - Complexity: O(*n*).
/// - Source: Cohen, Erez, ben-Avraham and Havlin 2000, doi:10.1103/PhysRevLett.85.4626.
package enum RandomThreshold: Analysis {
  package static let card = Card(
    id: "graph.resilience.random_threshold", since: "0.2", summary: "Share of random losses it bears.",
    reference: "Cohen et al. 2000, doi:10.1103/PhysRevLett.85.4626", cost: "m; comfortable up to 10^7 agents")

  package typealias Parameters = NoParameters

  package struct Output: Answer {
    let partners: Column<Int32>
    let threshold: Double?
    let branching: Double?
    let mean: Double?

    package static let fields: [AnswerField<Self>] = [
      .real(
        "threshold", { $0.threshold },
        "Share of agents that may be lost at random: 1 - 1 / (branching - 1), 0 when that is less; null without links."),
      .real("branching", { $0.branching }, "Mean squared number of partners over the mean number; null without links."),
      .real("partners_mean", { $0.mean }, "Mean number of partners; null for nobody."),
      .integers("partners", { $0.partners }, "Partners of each agent."),
    ]

    package func headline(_ view: TopologyView) -> String {
      guard let threshold else { return "Nobody has a partner, so there is nothing to fall apart." }
      if threshold == 0 { return "So few have several partners that there is no large part to speak of." }
      return "By its numbers of partners, a network like this bears the loss of about \(percent(threshold)) at random."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "a star with four leaves: mean 8/5, mean square 4, ratio 5/2, hence 1 - 1 / (3/2)", on: .star(4),
      expect: ["threshold": .real(1.0 / 3), "branching": 2.5, "partners_mean": 1.6, "partners": [4, 1, 1, 1, 1]]),
    KnownAnswer(
      "a doubled link and a self loop are no more partners: a chain, which bears nothing",
      on: .undirected(3, [(0, 1), (0, 1), (1, 2), (2, 2)]),
      expect: ["threshold": 0, "branching": 1.5, "partners_mean": .real(4.0 / 3)]),
    KnownAnswer(
      "a pair has a ratio of 1, where the formula has no value: it bears nothing", on: .path(2),
      expect: ["threshold": 0, "branching": 1, "partners_mean": 1]),
  ]

  package static func run(_ view: TopologyView, _ parameters: NoParameters) throws(AuraError) -> Output {
    let rows = try view.adjacency(.simple)
    let starts = rows.starts.span
    var partners = Buffer<Int32>()
    try partners.reserve(view.count)
    var sum = 0.0
    var squares = 0.0
    try view.work.spend(view.count + 1)
    for i in 0..<view.count {
      try partners.append(starts[i + 1] - starts[i])
      let degree = Double(partners[i])
      sum += degree
      squares += degree * degree
    }
    guard sum > 0 else {
      return Output(partners: Column(partners), threshold: nil, branching: nil, mean: view.count > 0 ? 0 : nil)
    }
    let ratio = squares / sum
    return Output(
      partners: Column(partners), threshold: ratio > 2 ? 1 - 1 / (ratio - 1) : 0, branching: ratio,
      mean: sum / Double(view.count))
  }
}
