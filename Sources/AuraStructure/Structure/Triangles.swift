package import AuraBase
package import AuraCatalogue
package import AuraGraph

/// How many closed trios each agent is in: it and two of its partners who are partners too.
///
/// Trios give work another way round when one link fails, and pass failures on in circles.
///
/// - Complexity: O(*m*^1.5).
/// - Source: Schank and Wagner 2005, doi:10.1007/11427186_54.
/// - Direction, parallel links and self loops do not matter.
package enum Triangles: Analysis {
  package static let card = Card(
    id: "graph.structure.triangles", since: "0.3", summary: "Closed trios.",
    reference: "Schank and Wagner 2005, doi:10.1007/11427186_54", cost: "m^1.5; comfortable up to 10^6 agents")

  package typealias Parameters = NoParameters

  package struct Output: Answer {
    package let triangles: Column<Int32>
    package let total: Int

    package static let fields: [AnswerField<Self>] = [
      .integers("triangles", { $0.triangles }, "Closed trios of each agent."),
      .integer("total", { $0.total }, "Closed trios in all."),
    ]

    package func headline(_ view: TopologyView) -> String {
      guard let most = leader(triangles), total > 0 else { return "There are no closed trios." }
      return "There \(total == 1 ? "is" : "are") \(counted(total, "closed trio")); "
        + "\(name(most, view)) is in \(triangles[most]), the most."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "of four agents all linked, each is in three trios, and there are four: each has three corners",
      on: .complete(4), expect: ["triangles": [3, 3, 3, 3], "total": 4]),
    KnownAnswer(
      "a doubled link, an exchange or a loop make no second trio",
      on: .directed(4, [(0, 1), (1, 0), (1, 2), (1, 2), (2, 0), (2, 2), (2, 3)]),
      expect: ["triangles": [1, 1, 1, 0], "total": 1]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let triangles = try view.triangles()
    var corners = 0
    for v in 0..<view.count { corners += Int(triangles[v]) }
    return Output(triangles: triangles, total: corners / 3)
  }
}
