package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// Which links nothing can stand in for: the share of all ways to hold the network together with as few links as can be
/// that need a link.
///
/// It is the resistance between a link's ends, times its strength: 1 where there is no other route, near 0 where there
/// are many.
///
/// - Complexity: about twice that of taking the network apart; exact.
/// - Source: Spielman and Srivastava 2011, doi:10.1137/080734029.
/// - Direction is ignored. Of parallel links each has its own share; self loops and links of strength 0 have none.
package enum LinkResistance: Analysis {
  package static let card = Card(
    id: "graph.spectra.link_resistance", since: "0.2", summary: "Links that cannot be replaced.",
    reference: "Spielman and Srivastava 2011, doi:10.1137/080734029",
    cost: "one sparse factorisation; comfortable up to 10^5 agents")

  package typealias Parameters = StrengthOrNot

  package struct Output: Answer {
    package let shares: Column<Double>

    package static let fields: [AnswerField<Self>] = [
      .reals(
        "link_resistance", { $0.shares },
        "For each link how much it is needed, from 0 to 1; they sum to the number of agents less the number of parts.")
    ]

    package func headline(_ view: TopologyView) -> String {
      guard let most = leader(shares), shares[most] > 0 else { return "No link joins two agents." }
      let alone = shares.array.count { $0 > 1 - 1e-9 }
      if alone > 0 { return "Nothing can stand in for \(counted(alone, "link")), \(link(most, view)) among them." }
      return "Hardest to replace is \(link(most, view)): \(percent(shares[most])) of all ways to hold together need it."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "of a triangle two links of three are needed, of a tail all; a self loop never",
      on: .undirected(4, [(0, 1), (1, 2), (0, 2), (2, 3), (3, 3)]),
      expect: ["link_resistance": [.real(2.0 / 3), .real(2.0 / 3), .real(2.0 / 3), 1, 0]]),
    KnownAnswer(
      "of two links side by side the stronger is needed more",
      on: SampleNetwork.directed(2, [(0, 1), (1, 0)]).linkField("strength", [3, 1]),
      expect: ["link_resistance": [0.75, 0.25]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let conductors = try view.conductors(ignoreStrength: parameters.ignoreStrength)
    let strengths = parameters.ignoreStrength ? nil : try view.strengths()
    return Output(
      shares: try conductors.linkShares(
        sources: view.sources.span, targets: view.targets.span, strengths: strengths?.span, work: view.work))
  }
}
