package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// Error against attack: how the network fares when agents are lost by chance, and when the busiest are sought out.
///
/// A network with hubs bears much bad luck and little malice; the gap between the rows tells how much it hangs on few.
///
/// - Complexity: O(*n m*) for the betweenness row, near linear without.
/// - Source: Albert, Jeong and Barabasi 2000, doi:10.1038/35019019; Holme et al. 2002, doi:10.1103/PhysRevE.65.056109.
package enum AttackTable: Analysis {
  package static let card = Card(
    id: "graph.resilience.attack_table", since: "0.2", summary: "Error against attack.",
    reference: "Albert, Jeong and Barabasi 2000, doi:10.1038/35019019",
    cost: "n m; comfortable up to 2 10^4 agents, without betweenness up to 10^6", dependsOnOrder: true)

  package struct Parameters: ParameterSet {
    var runs = 20
    var betweenness = true

    package init() {}
    package static let fields: [Field<Self>] = [
      .integer("runs", \.runs, in: 1...10_000, "Random orders to draw."),
      .flag("betweenness", \.betweenness, "Try the attack by shortest routes too, which takes longest."),
    ]
  }

  package struct Row: Answer {
    let attack: String
    let robustness: Double
    let half: Int

    package static let fields: [AnswerField<Self>] = [
      .text("attack", { $0.attack }, "random, degree, degree_adaptive or betweenness."),
      .real("R", { $0.robustness }, "Mean over all losses of the share that the largest part keeps."),
      .integer("half", { $0.half }, "Losses after which no part has more than half of all agents."),
    ]
  }

  package struct Output: Answer {
    let rows: [Row]
    /// Sizes by attack, as shares.
    let curves: [Column<Double>]

    package static let fields: [AnswerField<Self>] = [
      .items("rows", { $0.rows }, "One for each kind of attack, random first."),
      .reals(
        "random", { $0.curves[0] }, "Mean share of the largest part after each number of losses, in random order."),
      .reals("degree_adaptive", { $0.curves[1] }, "The same when always the best linked of those left is lost."),
    ]

    package func headline(_ view: TopologyView) -> String {
      guard let luck = rows.first, let worst = rows.min(by: { $0.half < $1.half }), view.count > 0 else {
        return "There are no agents."
      }
      return "It takes \(counted(luck.half, "random loss", "random losses")) of \(view.count) to halve the network, "
        + "\(worst.half) by \(worst.attack)."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "in a chain of five, where to strike next depends on what is left", on: .path(5), with: ["runs": 1],
      expect: [
        "rows": [
          ["attack": "random"], ["attack": "degree", "R": 0.28, "half": 2],
          ["attack": "degree_adaptive", "R": 0.24, "half": 2], ["attack": "betweenness", "R": 0.24, "half": 1],
        ]
      ]),
    KnownAnswer(
      "malice takes the hub of a star first; luck seldom does", on: .star(4), with: ["runs": 10_000],
      expect: [
        "rows": [
          // The hub goes at each place alike; the sizes then sum to 4, 7, 9, 10, 10: 8 on the mean.
          ["attack": "random", "R": 0.32], ["attack": "degree", "R": 0.16, "half": 1],
          ["attack": "degree_adaptive", "R": 0.16, "half": 1], ["attack": "betweenness", "R": 0.16, "half": 1],
        ]
      ], tolerance: 0.004),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let simple = try view.adjacency(.simple)
    let luck = try randomFailure(simple, runs: parameters.runs, work: view.work)
    var rows = [Row(attack: Attack.random.rawValue, robustness: luck.robustness, half: luck.half)]
    var curves = [luck.mean]
    for attack in [Attack.degree, .degreeAdaptive, .betweenness] {
      if attack == .betweenness && !parameters.betweenness { continue }
      let order = try attack.order(view)
      let sizes = try removalCurve(simple, order: order.span, work: view.work)
      rows.append(
        Row(attack: attack.rawValue, robustness: robustness(sizes.span), half: lossesToHalf(sizes.span)))
      if attack == .degreeAdaptive { curves.append(try shares(sizes.span)) }
    }
    return Output(rows: rows, curves: curves)
  }
}
