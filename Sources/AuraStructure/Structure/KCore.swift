package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// How deep each agent sits in the dense heart of the network.
///
/// An agent has core number *k* when it belongs to a group whose members all keep at least *k* partners within it.
/// Many links to the rim do not make a core: what counts is how well the partners are held themselves.
///
/// - Complexity: O(*n* + *m*).
/// - Source: Batagelj and Zaversnik 2011, doi:10.1007/s11634-010-0079-y.
package enum KCore: Analysis {
  package static let card = Card(
    id: "graph.structure.k_core", since: "0.1", summary: "The dense heart of the network.",
    reference: "Batagelj and Zaversnik 2011, doi:10.1007/s11634-010-0079-y",
    cost: "m; comfortable up to 10^7 agents", suits: 0...(.max))

  package enum Partners: String, CaseIterable, Sendable { case simple, total }

  package struct Parameters: ParameterSet {
    var core = Partners.simple

    package init() {}
    package static let fields: [Field<Self>] = [
      .choice(
        "core", \.core,
        "simple counts distinct partners; total counts links, so that parallel links and both directions of an "
          + "exchange count. Self loops never do.")
    ]
  }

  package struct Output: Answer {
    package let core: Column<Int32>
    package let order: [Int32]

    package static let fields: [AnswerField<Self>] = [
      .integers("core", { $0.core }, "Core number of each agent."),
      .integer("core_max", { Int($0.core.array.max() ?? 0) }, "The largest core number."),
      .agents(
        "order", { $0.order }, "All agents in the order in which they come off, round by round, each by position."),
    ]

    package func headline(_ view: TopologyView) -> String {
      guard let most = core.array.max(), most > 0 else { return "Nobody has a partner." }
      let heart = core.array.count { $0 == most }
      return "The heart of the network is \(counted(heart, "agent")), each with \(most) or more partners inside it."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "the busiest agent of a triangle with a tail has three partners, but sits no deeper than the other two",
      on: .triangleAndTail, expect: ["core": [2, 2, 2, 1], "core_max": 2, "order": [3, 0, 1, 2]]),
    KnownAnswer(
      "an exchange in both directions is one partner", on: .directed(2, [(0, 1), (1, 0), (1, 1)]),
      expect: ["core": [1, 1]]),
    KnownAnswer(
      "or two links", on: .directed(2, [(0, 1), (1, 0), (1, 1)]), with: ["core": "total"], expect: ["core": [2, 2]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let table: Structure.Table = parameters.core == .simple ? .simple : .neighbours
    let found = try coreDecomposition(view.adjacency(table), work: view.work)
    return Output(core: found.cores, order: found.order.array)
  }
}
