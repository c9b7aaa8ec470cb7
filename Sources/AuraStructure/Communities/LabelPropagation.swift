package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// A quick first look at teams: everybody takes the label of most of its neighbours until nobody prefers another.
///
/// Links count by strength, whatever their direction. The quality is the share of strength within communities. Other
/// seeds may give other communities: ask `graph.communities.stability`.
///
/// - Complexity: O(*m*) for a sweep, a few sweeps.
/// - Source: Raghavan, Albert and Kumara 2007, doi:10.1103/PhysRevE.76.036106.
package enum LabelPropagation: Analysis {
  package static let card = Card(
    id: "graph.communities.label_propagation", since: "0.2", summary: "A quick first look at teams.",
    reference: "Raghavan, Albert and Kumara 2007, doi:10.1103/PhysRevE.76.036106",
    cost: "m for a round; comfortable up to 10^7 agents", dependsOnOrder: true)

  package struct Parameters: ParameterSet {
    var ignoreStrength = false

    package init() {}
    package static let fields: [Field<Self>] = [
      .flag("ignore_strength", \.ignoreStrength, "Treat all links alike even where links have a strength.")
    ]
  }

  package static let knownAnswers = [
    KnownAnswer(
      "two groups of five who all know each other, and a link between them", on: twoCliques,
      expect: ["count": 2, "labels": [0, 0, 0, 0, 0, 1, 1, 1, 1, 1], "quality": .real(20.0 / 21)]),
    KnownAnswer(
      "in a chain the strong links decide: the middle agent goes with the stronger of its neighbours",
      on: SampleNetwork.path(3).linkField("strength", [1, 3]), expect: ["quality": 1, "labels": [0, 0, 0]]),
    KnownAnswer(
      "who is alone keeps its own", on: .undirected(3, [(0, 1), (2, 2)]),
      expect: ["labels": [0, 0, 1], "quality": 1]),
  ]

  private static var twoCliques: SampleNetwork {
    var links: [(source: Int, target: Int)] = [(4, 5)]
    for base in [0, 5] { for i in 0..<5 { for j in 0..<i { links.append((base + i, base + j)) } } }
    return .undirected(10, links)
  }

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Teams {
    let network = try view.communityNetwork(ignoreStrength: parameters.ignoreStrength)
    return Teams(
      found: try labelPropagation(network, dice: view.work.dice, work: view.work), words: "share of strength within")
  }
}
