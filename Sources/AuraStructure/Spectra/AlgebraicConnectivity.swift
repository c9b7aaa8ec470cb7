package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// How hard a network is to split: how fast differences between its agents even out over its links.
///
/// - Complexity: a few tens of solutions where the network can be taken apart cheaply, else hundreds of rounds over links.
/// - Source: Fiedler 1973, doi:10.21136/CMJ.1973.101168.
/// - Direction is ignored; strengths of parallel links add up, self loops and links of strength 0 count for nothing.
package enum AlgebraicConnectivity: Analysis {
  package static let card = Card(
    id: "graph.spectra.algebraic_connectivity", since: "0.2", summary: "How hard it is to split.",
    reference: "Fiedler 1973, doi:10.21136/CMJ.1973.101168",
    cost: "some tens of sparse solutions; comfortable up to 10^5 agents")

  package typealias Parameters = StrengthOrNot

  package struct Output: Answer {
    let found: Fiedler
    let parts: Int
    package let gain: Column<Double>

    package static let fields: [AnswerField<Self>] = [
      .real(
        "algebraic_connectivity", { $0.parts > 1 ? 0 : $0.found.connectivity },
        "Second smallest eigenvalue of the Laplacian; 0 in several parts."),
      .real(
        "largest_part", { $0.found.connectivity },
        "The same for the largest part alone (of equally large ones the first)."),
      .integer("parts", { $0.parts }, "Parts that nothing joins."),
      .flag("degenerate", { $0.found.degenerate }, "Whether it could split as easily elsewhere, so that gains differ."),
      .reals(
        "gain", { $0.gain },
        "For each link how much a little more strength adds, per strength; null outside the largest part."),
    ]

    package func headline(_ view: TopologyView) -> String {
      if parts == 0 { return "There are no agents." }
      if parts > 1 { return "It is in \(parts) parts already, so nothing is needed to split it." }
      guard let best = leader(gain), gain[best] > 0 else { return "There is nothing to split." }
      return "More strength on \(link(best, view)) would make it harder to split than anywhere else."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "a square: twice one less the cosine of a right angle", on: .ring(4),
      expect: ["algebraic_connectivity": 2, "largest_part": 2, "parts": 1, "degenerate": true]),
    KnownAnswer(
      "a chain of four: in the middle it gives first", on: .path(4),
      expect: [
        "algebraic_connectivity": .real(0.5857864376269049), "degenerate": false,
        "gain": [.real(0.1464466094067262), .real(0.2928932188134524), .real(0.1464466094067262)],
      ]),
    KnownAnswer(
      "apart is apart; direction and self loops count for nothing, two links of strength 1 and 2 are one of 3",
      on: SampleNetwork.directed(4, [(0, 1), (1, 0), (1, 1), (2, 3)]).linkField("strength", [1, 2, 9, 0]),
      expect: ["algebraic_connectivity": 0, "largest_part": 6, "parts": 3, "gain": [2, 2, 0, .null]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let (found, parts) = try view.fiedler(ignoreStrength: parameters.ignoreStrength)
    var gain = Buffer<Double>()
    for k in 0..<view.linkCount {
      let step = found.vector[Int(view.sources[k])] - found.vector[Int(view.targets[k])]
      try gain.append(step * step)
    }
    return Output(found: found, parts: parts.count, gain: Column(gain))
  }
}
