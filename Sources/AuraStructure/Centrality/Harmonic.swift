package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// Who hears first, safe when the network is broken apart: the sum of 1 / distance to all others, where who cannot be
/// reached counts nothing.
///
/// - Complexity: O(*n m* / 256) in links, O(*n m* log *n*) with lengths.
/// - Source: Boldi and Vigna 2014, doi:10.1080/15427951.2013.865686.
package enum Harmonic: Analysis {
  package static let card = Card(
    id: "graph.centrality.harmonic", since: "0.2", summary: "Who is near to most, even when parts are cut off.",
    reference: "Boldi and Vigna 2014, doi:10.1080/15427951.2013.865686",
    cost: "n m / 256; comfortable up to 10^5 agents, 10^4 with lengths")

  package struct Parameters: ParameterSet {
    var direction = Direction.out
    var normalised = false
    var ignoreLength = false

    package init() {}
    package static let fields: [Field<Self>] = [
      .choice("direction", \.direction, Direction.summary),
      .flag("normalised", \.normalised, "Divide by the number of other agents."),
      .flag("ignore_length", \.ignoreLength, "Count links even where links have a length."),
    ]
  }

  package struct Output: Answer {
    package let harmonic: Column<Double>

    package static let fields: [AnswerField<Self>] = [
      .reals("harmonic", { $0.harmonic }, "Sum of 1 / distance from each agent to all others.")
    ]

    package func headline(_ view: TopologyView) -> String {
      guard let most = leader(harmonic), harmonic[most] > 0 else { return "Nobody reaches anybody." }
      return "Nearest to all others, all in all, is \(name(most, view))."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "from the first of a directed chain one agent at 1 and one at 2 links", on: .directed(3, [(0, 1), (1, 2)]),
      expect: ["harmonic": [1.5, 1, 0]]),
    KnownAnswer(
      "inward it is the other way round", on: .directed(3, [(0, 1), (1, 2)]), with: ["direction": "in"],
      expect: ["harmonic": [0, 1, 1.5]]),
    KnownAnswer(
      "who is cut off has nothing, and takes nothing from the others", on: .undirected(4, [(0, 1), (1, 2)]),
      expect: ["harmonic": [1.5, 2, 1.5, 0]]),
    KnownAnswer(
      "normalised, a hub has 1", on: .star(3), with: ["normalised": true],
      expect: ["harmonic": [1, .real(2.0 / 3), .real(2.0 / 3), .real(2.0 / 3)]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let found = try view.distances(parameters.direction, inLinks: parameters.ignoreLength)
    guard parameters.normalised else { return Output(harmonic: found.harmonic) }
    let others = Double(max(1, view.count - 1))
    var out = Buffer<Double>()
    try out.reserve(view.count)
    for i in 0..<view.count { try out.append(found.harmonic[i] / others) }
    return Output(harmonic: Column(out))
  }
}
