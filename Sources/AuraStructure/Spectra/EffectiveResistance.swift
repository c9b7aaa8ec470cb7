package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// How near two agents are over all routes at once: the resistance between them when each link conducts as much as it is
/// strong.
///
/// A second route halves it; a spare route far away hardly counts. Unlike a distance it falls with every link.
///
/// - Complexity: the network is taken apart once, then O(*n*) at most for each pair, far less on sparse networks; or, where
///   that is dear and at most 200 agents are named, some hundred rounds over the links for each of them.
/// - Source: Klein and Randić 1993, doi:10.1007/BF01164627.
/// - Direction is ignored; strengths of parallel links add up, self loops and links of strength 0 conduct nothing.
package enum EffectiveResistance: Analysis {
  package static let card = Card(
    id: "graph.spectra.effective_resistance", since: "0.2", summary: "Nearness over all routes at once.",
    reference: "Klein and Randić 1993, doi:10.1007/BF01164627",
    cost: "one sparse factorisation, or 100 m for each agent named; comfortable up to 10^5 agents",
    needsParameters: true)

  package struct Parameters: ParameterSet {
    var from: [AgentID] = []
    var to: [AgentID] = []
    var ignoreStrength = false

    package init() {}
    package static let fields: [Field<Self>] = [
      .agents("from", \.from, required: true, "Agents at one end."),
      .agents("to", \.to, "Agents at the other end; nobody means everybody."),
      .ignoreStrength(\.ignoreStrength),
    ]
  }

  package struct Output: Answer {
    package let resistance: Column<Double>
    let ends: (from: [Int32], to: [Int32])

    package static let fields: [AnswerField<Self>] = [
      .reals(
        "resistance", { $0.resistance },
        "For each of the first agents in turn the resistance to each of the others, in units of 1 / strength; null where "
          + "nothing joins them."),
      .agents("to", { $0.ends.to }, "The agents at the other end."),
    ]

    package func headline(_ view: TopologyView) -> String {
      var far: Int? = nil
      for k in 0..<resistance.count where resistance[k] < .infinity && resistance[k] > (far.map { resistance[$0] } ?? 0)
      {
        far = k
      }
      guard let far else {
        return (0..<resistance.count).contains { resistance[$0] == 0 }
          ? "Nobody is apart from itself." : "Nothing joins them."
      }
      return "Farthest apart over all routes are \(name(Int(ends.from[far / ends.to.count]), view)) and "
        + "\(name(Int(ends.to[far % ends.to.count]), view)), with a resistance of \(figure(resistance[far]))."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "round a square: one link beside three, two beside two", on: .ring(4), with: ["from": [0]],
      expect: ["resistance": [0, 0.75, 1, 0.75], "to": [0, 1, 2, 3]]),
    KnownAnswer(
      "a link of strength 2 resists by half; whoever is apart is infinitely far",
      on: SampleNetwork.directed(4, [(0, 1), (2, 1)]).linkField("strength", [2, 1]),
      with: ["from": [0, 3], "to": [2, 0]], expect: ["resistance": [1.5, 0, .null, .null]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let from = try view.indices(of: parameters.from, parameter: "from").map { Int32(truncatingIfNeeded: $0) }
    if from.isEmpty { throw AuraError(.schema, "expected at least one agent", pointer: "/from") }
    var to = try view.indices(of: parameters.to, parameter: "to").map { Int32(truncatingIfNeeded: $0) }
    if to.isEmpty { to = (0..<view.count).map { Int32(truncatingIfNeeded: $0) } }
    guard from.count <= 10_000_000 / max(1, to.count) else {
      throw AuraError(.limit, "\(from.count) times \(to.count) pairs are more than 10,000,000", pointer: "/from")
    }
    return Output(
      resistance: try view.resistances(from.span, to.span, ignoreStrength: parameters.ignoreStrength),
      ends: (from: from, to: to))
  }
}
