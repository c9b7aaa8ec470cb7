package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// Who carries most when traffic spreads over all routes, the better the shorter, as current does.
///
/// - Complexity: O(*n* log *n*) and a sparse solution for each link.
/// - Source: Newman 2005, doi:10.1016/j.socnet.2004.11.009; Brandes and Fleischer 2005,
///   doi:10.1007/978-3-540-31856-9_44.
/// - Direction is ignored; strengths of parallel links add up, self loops and links of strength 0 conduct nothing. Each
///   pair counts once, what starts or ends at an agent does not count for it.
package enum CurrentFlowBetweenness: Analysis {
  /// Agents times links.
  private static let most = 1_000_000_000

  package static let card = Card(
    id: "graph.centrality.current_flow_betweenness", since: "0.2", summary: "Load if traffic spreads.",
    reference: "Newman 2005, doi:10.1016/j.socnet.2004.11.009", cost: "n m log n; comfortable up to 5,000 agents")

  package struct Parameters: ParameterSet {
    var normalised = false
    var ignoreStrength = false

    package init() {}
    package static let fields: [Field<Self>] = [
      .flag("normalised", \.normalised, "Divide by the number of pairs of others."),
      .ignoreStrength(\.ignoreStrength),
    ]
  }

  package struct Output: Answer {
    package let betweenness: Column<Double>

    package static let fields: [AnswerField<Self>] = [
      .reals(
        "current_flow_betweenness", { $0.betweenness },
        "Current through each agent, a unit of it between each pair of others that are joined.")
    ]

    package func headline(_ view: TopologyView) -> String {
      guard let most = leader(betweenness), betweenness[most] > 0 else { return "Nobody stands between others." }
      return "If traffic spreads over all routes, most of it passes \(name(most, view))."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "round a square: half of what its neighbours exchange, and a quarter of each exchange across", on: .ring(4),
      expect: ["current_flow_betweenness": [1, 1, 1, 1]]),
    KnownAnswer(
      "the same as a share", on: .ring(4), with: ["normalised": true],
      expect: ["current_flow_betweenness": .array([JSON](repeating: .real(1.0 / 3), count: 4))]),
    KnownAnswer(
      "a direct link three times as strong as the way round takes six parts of seven",
      on: SampleNetwork.undirected(3, [(0, 1), (1, 2), (0, 2)]).linkField("strength", [1, 1, 3]),
      expect: ["current_flow_betweenness": [.real(3.0 / 7), .real(1.0 / 7), .real(3.0 / 7)]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    guard view.linkCount <= most / max(1, view.count) else {
      throw AuraError(
        .limit, "agents times links are more than \(most); current flow betweenness is for small networks")
    }
    let conductors = try view.conductors(ignoreStrength: parameters.ignoreStrength)
    let found = try conductors.currentBetweenness(work: view.work)
    if !parameters.normalised || view.count < 3 { return Output(betweenness: found) }
    let pairs = Double(view.count - 1) * Double(view.count - 2) / 2
    var out = Buffer<Double>()
    for i in 0..<view.count { try out.append(found[i] / pairs) }
    return Output(betweenness: Column(out))
  }
}
