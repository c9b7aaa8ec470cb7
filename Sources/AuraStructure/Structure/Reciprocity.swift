package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// How many of those whom an agent points at point back.
///
/// Parallel links count once, self loops never. Where direction says nothing, everybody points back.
///
/// - Complexity: O(*n* + *m*).
/// - Source: Garlaschelli and Loffredo 2004, doi:10.1103/PhysRevLett.93.268701.
package enum LinkReciprocity: Analysis {
  package static let card = Card(
    id: "graph.structure.reciprocity", since: "0.2", summary: "How many calls are answered.",
    reference: "Garlaschelli and Loffredo 2004, doi:10.1103/PhysRevLett.93.268701",
    cost: "m; comfortable up to 10^7 agents")

  package typealias Parameters = NoParameters

  package struct Output: Answer {
    let found: Reciprocity
    let asked: Int
    let answered: Int

    package static let fields: [AnswerField<Self>] = [
      .real(
        "reciprocity", { $0.asked > 0 ? Double($0.answered) / Double($0.asked) : nil },
        "Share of the pairs that are linked one way and are so the other way too; null when there are none."),
      .integers("asked", { $0.found.asked }, "Others that each agent points at."),
      .integers("answered", { $0.found.answered }, "Those of them that point back."),
    ]

    package func headline(_ view: TopologyView) -> String {
      if asked == 0 { return "Nobody points at anybody else." }
      if answered == asked { return "Everybody points back at those who point at them." }
      return "\(answered) of \(asked) links between agents are answered by one the other way."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "a self loop answers nobody", on: .directed(3, [(0, 1), (1, 0), (1, 2), (2, 2)]),
      expect: ["reciprocity": .real(2.0 / 3), "asked": [1, 2, 0], "answered": [1, 1, 0]]),
    KnownAnswer(
      "a doubled link asks once", on: .directed(3, [(0, 1), (0, 1), (1, 0), (2, 0), (2, 0)]),
      expect: ["reciprocity": .real(2.0 / 3), "asked": [1, 1, 1], "answered": [1, 1, 0]]),
    KnownAnswer(
      "without direction all is answered", on: .star(3), expect: ["reciprocity": 1, "asked": [3, 1, 1, 1]]),
    KnownAnswer("nobody asks", on: .directed(2, [(1, 1)]), expect: ["reciprocity": .null]),
  ]

  package static func run(_ view: TopologyView, _ parameters: NoParameters) throws(AuraError) -> Output {
    let found = try reciprocity(
      view.adjacency(.successors), into: view.adjacency(.predecessors), work: view.work)
    var asked = 0, answered = 0
    for i in 0..<view.count {
      asked += Int(found.asked[i])
      answered += Int(found.answered[i])
    }
    return Output(found: found, asked: asked, answered: answered)
  }
}
