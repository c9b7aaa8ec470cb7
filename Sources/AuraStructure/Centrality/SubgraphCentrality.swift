package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// Who takes part in most small loops: closed walks from each agent, short ones counting most.
///
/// - Complexity: some tens of rounds over all links for each agent.
/// - Source: Estrada and Rodríguez-Velázquez 2005, doi:10.1103/PhysRevE.71.056103.
/// - Direction and strength are ignored, and so are self loops and repeats of a link.
package enum SubgraphCentrality: Analysis {
  /// Agents times agents and link ends.
  private static let most = 4_000_000_000

  package static let card = Card(
    id: "graph.centrality.subgraph", since: "0.2", summary: "Closed walks.",
    reference: "Estrada and Rodríguez-Velázquez 2005, doi:10.1103/PhysRevE.71.056103",
    cost: "some tens of n m; comfortable up to 10^4 agents")

  package typealias Parameters = NoParameters

  package struct Output: Answer {
    package let walks: Column<Double>

    package static let fields: [AnswerField<Self>] = [
      .reals(
        "subgraph", { $0.walks },
        "Closed walks from each agent, those of k links divided by k factorial; staying counts 1."),
      .real(
        "estrada_index", { $0.walks.array.reduce(0, +) }, "Their sum."),
    ]

    package func headline(_ view: TopologyView) -> String {
      guard let most = leader(walks), walks[most] > 1 else { return "There is no way from anybody back to itself." }
      return "Most short ways round come back to \(name(most, view))."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "a pair: to and fro, the hyperbolic cosine of 1", on: .path(2),
      expect: [
        "subgraph": [.real(1.5430806348152437), .real(1.5430806348152437)], "estrada_index": .real(3.0861612696304874),
      ]),
    KnownAnswer(
      "direction, strength, repeats and self loops make no difference; alone there is staying only",
      on: SampleNetwork.directed(3, [(0, 1), (0, 1), (1, 1)]).linkField("strength", [5, 2, 3]),
      expect: ["subgraph": [.real(1.5430806348152437), .real(1.5430806348152437), 1]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: NoParameters) throws(AuraError) -> Output {
    let rows = try view.adjacency(.simple)
    guard rows.entries + view.count <= most / max(1, view.count) else {
      throw AuraError(.limit, "agents times links are more than \(most); subgraph centrality is for small networks")
    }
    try view.work.spend(view.count)
    return Output(walks: try closedWalks(rows, work: view.work))
  }
}
