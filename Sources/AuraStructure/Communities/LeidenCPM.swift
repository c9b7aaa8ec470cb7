package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// Teams by density: communities that are denser than a threshold, however small or large.
///
/// Links count by strength, whatever their direction. The quality, H, is the strength within communities less
/// `resolution` for each pair of agents within one. Communities hang together.
///
/// - Complexity: O(*m*) for a sweep, some tens of sweeps.
/// - Source: Traag, Van Dooren and Nesterov 2011, doi:10.1103/PhysRevE.84.016114.
package enum LeidenCPM: Analysis {
  package static let card = Card(
    id: "graph.communities.leiden_cpm", since: "0.2", summary: "Teams by density, no size limit.",
    reference: "Traag, Van Dooren and Nesterov 2011, doi:10.1103/PhysRevE.84.016114",
    cost: "m for a round; comfortable up to 10^6 agents", dependsOnOrder: true)

  package struct Parameters: ParameterSet {
    var resolution: Double? = nil
    var starts: Int? = nil
    var rounds: Int? = nil
    var ignoreStrength = false

    package init() {}
    package static let fields: [Field<Self>] = [
      .optionalReal(
        "resolution", \.resolution, in: 0...1e12,
        "Strength for each pair of agents that a community must have within; by default that of the whole network."),
      .optionalInteger(
        "starts", \.starts, in: 1...1_000,
        "Times to begin anew, of which the best is kept; by default 20 up to 500 agents, fewer above, 1 above 5,000."
      ),
      .optionalInteger(
        "rounds", \.rounds, in: 1...1_000,
        "Times to go through the whole at most; by default 10 above 1,000 agents, else until nothing changes."),
      .flag("ignore_strength", \.ignoreStrength, "Treat all links alike even where links have a strength."),
    ]
  }

  package static let knownAnswers = [
    KnownAnswer(
      "thirty groups of five who all know each other, in a ring: 10 links less half of 10 pairs each",
      on: LeidenModularity.ringOfCliques(30, 5), with: ["resolution": 0.5], expect: ["count": 30, "quality": 150]),
    KnownAnswer(
      "where a pair costs more than a link gives, everybody is alone",
      on: .bowTie, with: ["resolution": 1.5], expect: ["count": 5, "quality": 0]),
    KnownAnswer(
      "only the strong link is worth what a pair costs",
      on: SampleNetwork.path(3).linkField("strength", [4, 1]), with: ["resolution": 2],
      expect: ["labels": [0, 0, 1], "quality": 2]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Teams {
    let network = try view.communityNetwork(ignoreStrength: parameters.ignoreStrength)
    return Teams(
      found: try leiden(
        network, .constantPotts, resolution: parameters.resolution ?? network.density,
        starts: parameters.starts ?? network.startsWorthwhile,
        rounds: parameters.rounds ?? network.roundsWorthwhile(.constantPotts),
        dice: view.work.dice, work: view.work),
      words: "H is")
  }
}
