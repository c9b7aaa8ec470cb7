package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// Whoever is pointed at by the strong is strong: the shares that stay the same when all take the sum of what points at
/// them.
///
/// - Complexity: O(*m*) for a round, some tens to hundreds of rounds.
/// - Source: Bonacich 1972, doi:10.1080/0022250X.1972.9989989.
/// - Strengths of parallel links add up; a self loop of an undirected network counts twice. Where nothing is fed back,
///   there is no such vector: null. Of several equally strong parts, each counts as an even start would have it.
package enum Eigenvector: Analysis {
  package static let card = Card(
    id: "graph.centrality.eigenvector", since: "0.2", summary: "Who has the strong behind it.",
    reference: "Bonacich 1972, doi:10.1080/0022250X.1972.9989989",
    cost: "m for a round; comfortable up to 10^6 agents")

  package typealias Parameters = StrengthOrNot

  package struct Output: Answer {
    package let vector: Column<Double>
    let found: LeadingVector

    package static let fields: [AnswerField<Self>] = [
      .reals(
        "eigenvector", { $0.vector }, "One number for each agent, of 2-norm 1; all null when nothing is fed back."),
      .real("eigenvalue", { $0.found.radius }, "Growth of a round."),
      .flag(
        "degenerate", { $0.found.degenerate }, "Whether several parts are equally strong, so that others would do."),
    ]

    package func headline(_ view: TopologyView) -> String {
      guard found.radius > 0, let most = leader(vector) else { return "Nothing is fed back, so nobody grows strong." }
      return "The strong stand behind \(name(most, view)) most."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "the middle of a star is as strong as three leaves' root: a bipartite network does not swing", on: .star(3),
      expect: [
        "eigenvector": [
          .real(0.7071067811865476), .real(0.4082482904638631), .real(0.4082482904638631), .real(0.4082482904638631),
        ], "degenerate": false,
      ]),
    KnownAnswer(
      "without feedback there is no vector", on: .directed(3, [(0, 1), (1, 2)]),
      expect: ["eigenvector": [.null, .null, .null], "eigenvalue": 0]),
    KnownAnswer(
      "two equal pairs and one alone", on: .undirected(5, [(0, 1), (2, 3)]),
      expect: ["eigenvector": [0.5, 0.5, 0.5, 0.5, 0], "eigenvalue": 1, "degenerate": true]),
    KnownAnswer(
      "what a loop feeds follows it", on: .directed(3, [(0, 1), (1, 0), (1, 2)]),
      expect: [
        "eigenvector": [.real(0.5773502691896258), .real(0.5773502691896258), .real(0.5773502691896258)],
        "eigenvalue": 1,
      ]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let found = try view.leadingVector(ignoreStrength: parameters.ignoreStrength)
    let vector = found.radius > 0 ? found.vector : Column(try Buffer(repeating: .nan, count: view.count))
    return Output(vector: vector, found: found)
  }
}
