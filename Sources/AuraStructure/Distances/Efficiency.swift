package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// How easily agents reach one another, all in all: the mean of 1 / distance over all ordered pairs.
///
/// 1 when everybody is linked to everybody; a pair of which one cannot reach the other counts 0, so the measure also
/// falls when a network breaks apart.
///
/// - Complexity: O(*n m* / 256) in links, O(*n m* log *n*) with lengths.
/// - Source: Latora and Marchiori 2001, doi:10.1103/PhysRevLett.87.198701.
package enum Efficiency: Analysis {
  package static let card = Card(
    id: "graph.structure.efficiency", since: "0.2", summary: "Overall ease of reach.",
    reference: "Latora and Marchiori 2001, doi:10.1103/PhysRevLett.87.198701",
    cost: "n m / 256; comfortable up to 10^5 agents, 10^4 with lengths")

  package struct Parameters: ParameterSet {
    var ignoreLength = false

    package init() {}
    package static let fields: [Field<Self>] = [
      .flag("ignore_length", \.ignoreLength, "Count links even where links have a length.")
    ]
  }

  package struct Output: Answer {
    package let efficiency: Double
    package let nearness: Column<Double>

    package static let fields: [AnswerField<Self>] = [
      .real(
        "efficiency", { $0.efficiency }, "Mean of 1 / distance over all ordered pairs; 0 for less than two agents."),
      .reals("nearness", { $0.nearness }, "What each agent has of it: the mean of 1 / distance to all others."),
    ]

    package func headline(_ view: TopologyView) -> String {
      "Agents reach one another with \(percent(efficiency)) of the ease they had if all were linked to all."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "a chain of three: four pairs next to each other, two at two links", on: .path(3),
      expect: ["efficiency": .real(5.0 / 6)]),
    KnownAnswer(
      "an agent that nobody reaches halves it", on: .undirected(4, [(0, 1), (1, 2)]),
      expect: ["efficiency": .real(5.0 / 12)]),
    KnownAnswer(
      "one way only", on: .directed(3, [(0, 1), (1, 2)]), expect: ["efficiency": .real(2.5 / 6)]),
    KnownAnswer(
      "a link of length 4 is a quarter as good", on: SampleNetwork.undirected(2, [(0, 1)]).linkField("length", [4]),
      expect: ["efficiency": 0.25]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let found = try view.distances(.out, inLinks: parameters.ignoreLength)
    let others = Double(max(1, view.count - 1))
    var sum = 0.0
    var shares = Buffer<Double>()
    try shares.reserve(view.count)
    for i in 0..<view.count {
      sum += found.harmonic[i]
      try shares.append(found.harmonic[i] / others)
    }
    return Output(efficiency: view.count > 1 ? sum / orderedPairs(view.count) : 0, nearness: Column(shares))
  }
}
