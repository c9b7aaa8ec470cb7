package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// Who splits the network: agents with many partners around which, at some distance, others have many partners too.
///
/// - Complexity: O(*n* *k*^radius) for *k* partners each.
/// - Source: Morone and Makse 2015, doi:10.1038/nature14604.
/// - Direction and strength are ignored, and so are self loops and repeats of a link.
package enum CollectiveInfluence: Analysis {
  package static let card = Card(
    id: "graph.centrality.collective_influence", since: "0.2", summary: "Who splits the network.",
    reference: "Morone and Makse 2015, doi:10.1038/nature14604", cost: "n k^radius; comfortable up to 10^6 agents")

  package struct Parameters: ParameterSet {
    var radius = 2

    package init() {}
    package static let fields: [Field<Self>] = [
      .integer("radius", \.radius, in: 0...20, unit: "links", "How far to look.")
    ]
  }

  package struct Output: Answer {
    package let influence: Column<Double>
    let radius: Int

    package static let fields: [AnswerField<Self>] = [
      .reals(
        "collective_influence", { $0.influence },
        "Partners less one, times the sum of partners less one over all agents at exactly that distance; whole numbers."
      )
    ]

    package func headline(_ view: TopologyView) -> String {
      guard let most = leader(influence), influence[most] > 0 else { return "Nobody has influence at that distance." }
      return "Most influence: \(name(most, view)) has many partners, and so have those \(counted(radius, "link")) away."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "on a chain of five, one link away", on: .path(5), with: ["radius": 1],
      expect: ["collective_influence": [0, 1, 2, 1, 0]], tolerance: 0),
    KnownAnswer(
      "two links away; a doubled link and a self loop are no more partners",
      on: .undirected(5, [(0, 1), (0, 1), (1, 2), (2, 3), (3, 4), (2, 2)]),
      expect: ["collective_influence": [0, 1, 0, 1, 0]], tolerance: 0),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    Output(
      influence: try collectiveInfluence(view.adjacency(.simple), radius: parameters.radius, work: view.work),
      radius: parameters.radius)
  }
}
