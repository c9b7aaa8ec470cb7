package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// The share of links that may fail at random before a large network falls apart, judged by walks that never turn round
/// on the spot.
///
/// Close to the truth on networks with few short loops; unlike the spectral radius it is not misled by hubs.
///
/// - Complexity: O(*m*) for a round, some tens to hundreds of rounds.
/// - Source: Karrer, Newman and Zdeborová 2014, doi:10.1103/PhysRevLett.113.208702.
/// - Direction and strength are ignored, and so are self loops and repeats of a link.
package enum NonBacktrackingRadius: Analysis {
  package static let card = Card(
    id: "graph.spectra.non_backtracking", since: "0.2", summary: "Share of links that may fail at random.",
    reference: "Karrer, Newman and Zdeborová 2014, doi:10.1103/PhysRevLett.113.208702",
    cost: "m for a round; comfortable up to 10^6 agents")

  package typealias Parameters = NoParameters

  package struct Output: Answer {
    let found: NonBacktracking

    package static let fields: [AnswerField<Self>] = [
      .real(
        "non_backtracking_radius", { $0.found.radius },
        "Growth, with each link, of walks that never turn round on the spot."),
      .real(
        "percolation_threshold", { $0.found.radius > 0 ? 1 / $0.found.radius : nil },
        "Share of links that must hold for a large part to hold together; null where there are no rings to do so."),
      .reals(
        "centrality", { $0.found.centrality }, "Such walks that leave each agent, of 2-norm 1; all 0 without rings."),
    ]

    package func headline(_ view: TopologyView) -> String {
      if found.radius == 0 { return "There are no rings: every lost link splits something." }
      if found.radius < 1.000001 { return "There are single rings only: a second lost link splits them." }
      return "By its walks, a network like this bears the loss of about \(percent(1 - 1 / found.radius)) of its links "
        + "at random."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "all with all, four of them: two ways on from everywhere", on: .complete(4),
      expect: [
        "non_backtracking_radius": 2, "percolation_threshold": 0.5, "centrality": [0.5, 0.5, 0.5, 0.5],
      ]),
    KnownAnswer(
      "a tree ends every walk", on: .star(4),
      expect: ["non_backtracking_radius": 0, "percolation_threshold": .null, "centrality": [0, 0, 0, 0, 0]]),
    KnownAnswer(
      "a ring goes on for ever and never more; a tail adds nothing", on: .triangleAndTail,
      expect: ["non_backtracking_radius": 1, "percolation_threshold": 1]),
    KnownAnswer(
      "two triangles that share an agent: each third step there are three ways on",
      on: .bowTie, expect: ["non_backtracking_radius": .real(1.4422495703074083)]),
  ]

  package static func run(_ view: TopologyView, _ parameters: NoParameters) throws(AuraError) -> Output {
    Output(found: try nonBacktracking(view.adjacency(.simple), work: view.work))
  }
}
