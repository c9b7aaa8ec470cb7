package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// Teams by traffic: communities with more strength inside than chance would put there.
///
/// Links count by strength, whatever their direction. The quality is modularity, Q: the share of strength within
/// communities less what it would be if the same ends were linked at random; 0 is no division, 0.3 and more a clear one.
/// Communities hang together, and none is found that is much smaller than the root of the number of links.
///
/// - Complexity: O(*m*) for a sweep, some tens of sweeps.
/// - Source: Traag, Waltman and van Eck 2019, doi:10.1038/s41598-019-41695-z.
package enum LeidenModularity: Analysis {
  package static let card = Card(
    id: "graph.communities.leiden_modularity", since: "0.2", summary: "Teams by traffic.",
    reference: "Traag, Waltman and van Eck 2019, doi:10.1038/s41598-019-41695-z",
    cost: "m for a round; comfortable up to 10^6 agents", suits: 0...100_000, dependsOnOrder: true)

  package struct Parameters: ParameterSet {
    var resolution = 1.0
    var starts: Int? = nil
    var rounds: Int? = nil
    var ignoreStrength = false

    package init() {}
    package static let fields: [Field<Self>] = [
      .real("resolution", \.resolution, in: 0...1e6, "Above 1 for smaller communities, below for larger ones."),
      .optionalInteger(
        "starts", \.starts, in: 1...1_000,
        "Times to begin anew, of which the best is kept; by default 20 up to 500 agents, fewer above, 1 above 5,000."
      ),
      .optionalInteger(
        "rounds", \.rounds, in: 1...1_000,
        "Times to go through the whole at most; by default 3 above 1,000 agents, else until nothing changes."),
      .flag("ignore_strength", \.ignoreStrength, "Treat all links alike even where links have a strength."),
    ]
  }

  package static let knownAnswers = [
    KnownAnswer(
      "two triangles and a link between them: 6 of 7 links lie within, 1/2 would by chance",
      on: .undirected(6, [(0, 1), (1, 2), (0, 2), (2, 3), (3, 4), (4, 5), (3, 5)]),
      expect: ["count": 2, "quality": .real(5.0 / 14), "labels": [0, 0, 0, 1, 1, 1], "sizes": [3, 3]]),
    KnownAnswer(
      "a chain whose middle link is weak is cut there: 10 of 11 lie within, 1/2 would by chance",
      on: SampleNetwork.undirected(4, [(0, 1), (1, 2), (2, 3)]).linkField("strength", [5, 1, 5]),
      expect: ["labels": [0, 0, 1, 1], "quality": .real(10.0 / 11 - 0.5)]),
    KnownAnswer(
      "thirty groups of five who all know each other, in a ring: neighbours are thrown together by twos",
      on: ringOfCliques(30, 5), expect: ["count": 15]),
    KnownAnswer("without links everybody is alone", on: .undirected(3, []), expect: ["count": 3, "quality": 0]),
  ]

  /// `count` groups of `size` agents that all know each other, each joined to the next by one link.
  static func ringOfCliques(_ count: Int, _ size: Int) -> SampleNetwork {
    var links: [(source: Int, target: Int)] = []
    for c in 0..<count {
      for i in 0..<size { for j in i + 1..<max(size, i + 1) { links.append((c * size + i, c * size + j)) } }
      links.append((c * size + 1, (c + 1) % count * size))
    }
    return .undirected(count * size, links)
  }

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Teams {
    let network = try view.communityNetwork(ignoreStrength: parameters.ignoreStrength)
    return Teams(
      found: try leiden(
        network, .modularity, resolution: parameters.resolution, starts: parameters.starts ?? network.startsWorthwhile,
        rounds: parameters.rounds ?? network.roundsWorthwhile(.modularity), dice: view.work.dice, work: view.work),
      words: "the share of links within them beyond chance, Q, is")
  }
}
