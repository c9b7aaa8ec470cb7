package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// Tells callers from services: a hub points at good authorities, an authority is pointed at by good hubs.
///
/// - Complexity: O(*m*) for a round, some tens of rounds.
/// - Source: Kleinberg 1999, doi:10.1145/324133.324140.
/// - Strengths of parallel links add up; a self loop of an undirected network counts twice. All 0 without links.
package enum Hits: Analysis {
  package static let card = Card(
    id: "graph.centrality.hits", since: "0.2", summary: "Callers and services.",
    reference: "Kleinberg 1999, doi:10.1145/324133.324140", cost: "m for a round; comfortable up to 10^6 agents")

  package typealias Parameters = StrengthOrNot

  package struct Output: Answer {
    let found: HubsAndAuthorities

    package static let fields: [AnswerField<Self>] = [
      .reals("hub", { $0.found.hub }, "How well each agent points at those that many good hubs point at; sums to 1."),
      .reals("authority", { $0.found.authority }, "How well each agent is pointed at by good hubs; sums to 1."),
    ]

    package func headline(_ view: TopologyView) -> String {
      guard let hub = leader(found.hub), let authority = leader(found.authority), found.hub[hub] > 0 else {
        return "Nobody calls anybody."
      }
      return "The caller that matters most is \(name(hub, view)), the service \(name(authority, view))."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "of three agents in order, authorities stand in the golden section", on: .directed(3, [(0, 1), (0, 2), (1, 2)]),
      expect: [
        "authority": [0, .real(0.3819660112501051), .real(0.6180339887498949)],
        "hub": [.real(0.6180339887498949), .real(0.3819660112501051), 0],
      ]),
    KnownAnswer(
      "two equal pairs share, and nothing is negative", on: .directed(4, [(0, 1), (2, 3)]),
      expect: ["hub": [0.5, 0, 0.5, 0], "authority": [0, 0.5, 0, 0.5]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let out = try view.linkMatrix(into: false, ignoreStrength: parameters.ignoreStrength)
    let into = try view.linkMatrix(into: true, ignoreStrength: parameters.ignoreStrength)
    return Output(found: try hubsAndAuthorities(out: out, into: into, work: view.work))
  }
}
