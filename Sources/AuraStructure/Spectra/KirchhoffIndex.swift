package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// How far apart agents are over all routes at once, all pairs together: less is better joined.
///
/// - Complexity: about twice that of taking the network apart; exact.
/// - Source: Ellens et al. 2011, doi:10.1016/j.laa.2011.02.024; Klein and Randić 1993, doi:10.1007/BF01164627.
/// - Direction is ignored; strengths of parallel links add up, self loops and links of strength 0 conduct nothing.
package enum KirchhoffIndex: Analysis {
  package static let card = Card(
    id: "graph.spectra.kirchhoff_index", since: "0.2", summary: "Total resistance.",
    reference: "Ellens et al. 2011, doi:10.1016/j.laa.2011.02.024",
    cost: "one sparse factorisation; comfortable up to 10^5 agents")

  package typealias Parameters = StrengthOrNot

  package struct Output: Answer {
    package let sums: Column<Double>
    let parts: Components
    let within: Double
    let mean: Double?

    package static let fields: [AnswerField<Self>] = [
      .real(
        "kirchhoff_index", { $0.parts.count > 1 ? nil : $0.within },
        "Resistances of all pairs added up; null when not all are joined, since it is infinite."),
      .real("within_parts", { $0.within }, "The same over pairs that are joined."),
      .real("mean", { $0.mean }, "Mean resistance of joined pairs; null without any."),
      .reals("resistance_sum", { $0.sums }, "Resistances from each agent to all others of its part, added up."),
    ]

    package func headline(_ view: TopologyView) -> String {
      guard let mean, let far = leader(sums) else { return "No two agents are joined." }
      return "Two agents that are joined are \(figure(mean)) apart on average over all routes; the remotest is "
        + "\(name(far, view))."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "a square: four pairs at 3/4 and two at 1", on: .ring(4),
      expect: ["kirchhoff_index": 5, "mean": .real(5.0 / 6), "resistance_sum": [2.5, 2.5, 2.5, 2.5]]),
    KnownAnswer(
      "a chain: the distances", on: .path(4), expect: ["kirchhoff_index": 10, "resistance_sum": [6, 4, 4, 6]]),
    KnownAnswer("all with all: six pairs at a half", on: .complete(4), expect: ["kirchhoff_index": 3]),
    KnownAnswer(
      "apart is infinitely far", on: SampleNetwork.undirected(3, [(0, 1), (1, 2)]).linkField("strength", [4, 0]),
      expect: ["kirchhoff_index": .null, "within_parts": 0.25]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let (sums, parts) = try view.resistanceSums(ignoreStrength: parameters.ignoreStrength)
    var within = 0.0
    var pairs = 0.0
    for i in 0..<view.count { within += sums[i] / 2 }
    for g in 0..<parts.count { pairs += Double(parts.sizes[g]) * Double(parts.sizes[g] - 1) / 2 }
    return Output(sums: sums, parts: parts, within: within, mean: pairs > 0 ? within / pairs : nil)
  }
}

extension TopologyView {
  func resistanceSums(ignoreStrength: Bool) throws(AuraError) -> (sums: Column<Double>, parts: Components) {
    let conductors = try conductors(ignoreStrength: ignoreStrength)
    let sums = try shared("resistanceSums.\(ignoreStrength)") { () throws(AuraError) in
      try conductors.resistanceSums(work: work)
    }
    return (sums, conductors.parts)
  }
}
