package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// Where a network would split: two sides that few links join.
///
/// Agents with numbers of the same sign are on the same side, the more so the larger they are.
///
/// - Complexity: that of `graph.spectra.algebraic_connectivity`.
/// - Source: Fiedler 1973, doi:10.21136/CMJ.1973.101168.
/// - Direction is ignored; strengths of parallel links add up, self loops and links of strength 0 count for nothing. In
///   several parts it speaks of the largest. The first number that is not 0 is positive.
package enum FiedlerVector: Analysis {
  package static let card = Card(
    id: "graph.spectra.fiedler_vector", since: "0.2", summary: "Where it would split.",
    reference: "Fiedler 1973, doi:10.21136/CMJ.1973.101168",
    cost: "some tens of sparse solutions; comfortable up to 10^5 agents", dependsOnOrder: true)

  package typealias Parameters = StrengthOrNot

  package struct Output: Answer {
    let found: Fiedler
    package let side: Column<Int32>
    let cut: Int

    package static let fields: [AnswerField<Self>] = [
      .reals(
        "fiedler_vector", { $0.found.vector },
        "One number for each agent, of 2-norm 1; null outside the largest part, and for one agent alone."),
      .integers("side", { $0.side }, "1 on one side, -1 on the other, 0 on neither."),
      .integer("cut_links", { $0.cut }, "Links from one side to the other."),
      .real("eigenvalue", { $0.found.connectivity }, "Algebraic connectivity of that part."),
      .flag("degenerate", { $0.found.degenerate }, "Whether it could split as easily elsewhere."),
    ]

    package func headline(_ view: TopologyView) -> String {
      let one = side.array.count { $0 > 0 }
      let other = side.array.count { $0 < 0 }
      if one == 0 || other == 0 { return "There is nothing to split." }
      let between = found.vector.array.count { abs($0) <= 1e-9 }
      return "It would split into \(one) and \(counted(other, "agent")), "
        + (between > 0 ? "with \(counted(between, "agent")) between them." : "across \(counted(cut, "link")).")
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "a chain splits in the middle", on: .path(4),
      expect: [
        "fiedler_vector": [
          .real(0.6532814824381883), .real(0.27059805007309845), .real(-0.27059805007309845),
          .real(-0.6532814824381883),
        ], "side": [1, 1, -1, -1], "cut_links": 1,
      ], tolerance: 1e-8),
    KnownAnswer(
      "the largest part speaks; the weaker of two links gives",
      on: SampleNetwork.undirected(5, [(0, 1), (2, 3), (3, 4)]).linkField("strength", [1, 1, 4]),
      expect: ["side": [0, 0, 1, -1, -1], "cut_links": 1, "eigenvalue": .real(5 - 13.0.squareRoot())]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let (found, _) = try view.fiedler(ignoreStrength: parameters.ignoreStrength)
    var side = Buffer<Int32>()
    for i in 0..<view.count {
      let value = found.vector[i]
      try side.append(value > 1e-9 ? 1 : value < -1e-9 ? -1 : 0)
    }
    var cut = 0
    for k in 0..<view.linkCount where side[Int(view.sources[k])] * side[Int(view.targets[k])] < 0 { cut += 1 }
    return Output(found: found, side: Column(side), cut: cut)
  }
}
