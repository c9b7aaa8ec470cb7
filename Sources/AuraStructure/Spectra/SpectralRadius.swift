package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// How fast faults multiply when each may spread along every link: the growth of a round, and the chance per link below
/// which they die out.
///
/// A fault that spreads along a link at a rate, and is mended at another, dies out when the first divided by the second
/// stays below 1 / radius. The shares tell on whom that hangs: whoever has a large one is worth protecting first.
///
/// - Complexity: O(*m*) for a round, some tens to hundreds of rounds.
/// - Source: Chakrabarti, Wang, Wang, Leskovec, Faloutsos 2008, doi:10.1145/1284680.1284681.
/// - Strengths of parallel links add up; a self loop of an undirected network counts twice.
package enum SpectralRadius: Analysis {
  package static let card = Card(
    id: "graph.spectra.spectral_radius", since: "0.2", summary: "The rate at which faults spread.",
    reference: "Chakrabarti et al. 2008, doi:10.1145/1284680.1284681",
    cost: "m for a round; comfortable up to 10^6 agents")

  package typealias Parameters = StrengthOrNot

  package struct Output: Answer {
    package let radius: Double
    package let shares: Column<Double>

    package static let fields: [AnswerField<Self>] = [
      .real("spectral_radius", { $0.radius }, "The largest eigenvalue of the matrix of strengths."),
      .real(
        "spreading_threshold", { $0.radius > 0 ? 1 / $0.radius : nil },
        "Spreading along a link of strength 1 divided by mending, below which faults die out; null when they always do."
      ),
      .reals("share", { $0.shares }, "How much of the radius hangs on each agent; sums to 1, or all 0."),
    ]

    package func headline(_ view: TopologyView) -> String {
      guard radius > 0, let most = leader(shares) else { return "Nothing is fed back: faults run out by themselves." }
      return
        "Faults that spread along a link with a chance below \(figure(1 / radius)) die out; most of that hangs on "
        + "\(name(most, view))."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "the middle of a star of four counts for half", on: .star(4),
      expect: ["spectral_radius": 2, "spreading_threshold": 0.5, "share": [0.5, 0.125, 0.125, 0.125, 0.125]]),
    KnownAnswer(
      "without feedback nothing multiplies, and there is no threshold", on: .directed(3, [(0, 1), (1, 2), (0, 2)]),
      expect: ["spectral_radius": 0, "spreading_threshold": .null, "share": [0, 0, 0]]),
    KnownAnswer(
      "a ring in one direction feeds back once a round", on: .directed(4, [(0, 1), (1, 2), (2, 0), (2, 3)]),
      expect: ["spectral_radius": 1, "share": [.real(1.0 / 3), .real(1.0 / 3), .real(1.0 / 3), 0]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let found = try view.leadingVector(ignoreStrength: parameters.ignoreStrength)
    return Output(
      radius: found.radius,
      shares: found.radius > 0 ? found.shares : Column(try Buffer(repeating: 0, count: view.count)))
  }
}
