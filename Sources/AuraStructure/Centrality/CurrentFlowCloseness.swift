package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// How near an agent is to all others over all routes at once: one over the sum of its resistances to them.
///
/// - Complexity: about twice that of taking the network apart; exact.
/// - Source: Brandes and Fleischer 2005, doi:10.1007/978-3-540-31856-9_44; Stephenson and Zelen 1989.
/// - Direction is ignored; strengths of parallel links add up, self loops and links of strength 0 conduct nothing. In
///   several parts, multiplied by the squared share of the others that it is joined with, as closeness is.
package enum CurrentFlowCloseness: Analysis {
  package static let card = Card(
    id: "graph.centrality.current_flow_closeness", since: "0.2", summary: "Reach over all routes at once.",
    reference: "Brandes and Fleischer 2005, doi:10.1007/978-3-540-31856-9_44",
    cost: "one sparse factorisation; comfortable up to 10^5 agents")

  package typealias Parameters = StrengthOrNot

  package struct Output: Answer {
    package let closeness: Column<Double>

    package static let fields: [AnswerField<Self>] = [
      .reals(
        "current_flow_closeness", { $0.closeness },
        "One over the sum of resistances to the others, times the squared share of them that it is joined with; 0 alone."
      )
    ]

    package func headline(_ view: TopologyView) -> String {
      guard let most = leader(closeness), closeness[most] > 0 else { return "No two agents are joined." }
      return "Over all routes at once, \(name(most, view)) is nearest to everybody."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "a chain of three", on: .path(3), expect: ["current_flow_closeness": [.real(1.0 / 3), 0.5, .real(1.0 / 3)]]),
    KnownAnswer("a square", on: .ring(4), expect: ["current_flow_closeness": [0.4, 0.4, 0.4, 0.4]]),
    KnownAnswer(
      "joined with one of two others: a quarter of what it would be",
      on: SampleNetwork.directed(3, [(1, 0)]).linkField("strength", [3]),
      expect: ["current_flow_closeness": [0.75, 0.75, 0]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let (sums, parts) = try view.resistanceSums(ignoreStrength: parameters.ignoreStrength)
    var out = try Buffer<Double>(repeating: 0, count: view.count)
    for i in 0..<view.count where sums[i] > 0 {
      let reached = Double(parts.sizes[Int(parts.labels[i])] - 1) / Double(view.count - 1)
      out[i] = reached * reached / sums[i]
    }
    return Output(closeness: Column(out))
  }
}
