package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// The network with every group of agents that all reach one another drawn together into one.
///
/// What is left has no loops: between groups, trouble goes one way only, level by level. Where direction says nothing,
/// each part of the network is one group.
///
/// - Complexity: O(*n* + *m*).
/// - Source: Tarjan 1972, doi:10.1137/0201010.
package enum Condensation: Analysis {
  package static let card = Card(
    id: "graph.structure.condensation", since: "0.2", summary: "The order of blame between loops.",
    reference: "Tarjan 1972, doi:10.1137/0201010", cost: "m; comfortable up to 10^7 agents")

  package typealias Parameters = NoParameters

  package struct Output: Answer {
    let groups: Components
    let quotient: Quotient

    package static let fields: [AnswerField<Self>] = [
      .integer("count", { $0.groups.count }, "Number of groups."),
      .integers(
        "groups", { $0.groups.labels }, "Group of each agent; groups are numbered by their first agent, from 0."),
      .integers("sizes", { $0.groups.sizes }, "Agents in each group."),
      .integers(
        "levels", { $0.quotient.levels }, "For each group, the links of the longest way that leads to it; 0 at the top."
      ),
      .integers("sources", { $0.quotient.sources }, "The group from which each link between groups leads."),
      .integers("targets", { $0.quotient.targets }, "The group to which it leads."),
      .reals(
        "strengths", { $0.quotient.strengths }, "The strength of the links from agents of one to agents of the other."),
    ]

    package func headline(_ view: TopologyView) -> String {
      if groups.count == 0 { return "There are no agents." }
      if groups.count == 1 { return "All agents are one group." }
      let loops = groups.sizes.array.count { $0 > 1 }
      let depth = Int(quotient.levels.array.max() ?? 0) + 1
      return "The network is \(counted(groups.count, "group")) in \(counted(depth, "level")); "
        + (loops == 0
          ? "none has more than one agent." : "\(loops) of them \(loops == 1 ? "has" : "have") more than one agent.")
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "two that lean on each other lean on a third together", on: .directed(3, [(0, 1), (1, 0), (0, 2), (1, 2)]),
      expect: [
        "count": 2, "groups": [0, 0, 1], "sizes": [2, 1], "levels": [0, 1], "sources": [0], "targets": [1],
        "strengths": [2],
      ]),
    KnownAnswer(
      "a shortcut does not lift a group; strengths add up",
      on: SampleNetwork.directed(4, [(0, 3), (0, 1), (1, 2), (2, 1), (2, 3), (1, 3), (3, 3)])
        .linkField("strength", [1, 2, 4, 8, 16, 32, 64]),
      expect: [
        "groups": [0, 1, 1, 2], "levels": [0, 1, 2], "sources": [0, 0, 1], "targets": [1, 2, 2],
        "strengths": [2, 1, 48],
      ]),
    KnownAnswer(
      "without direction all is one group", on: .path(3), expect: ["count": 1, "sources": [], "levels": [0]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: NoParameters) throws(AuraError) -> Output {
    let groups = try strongComponents(view.adjacency(.successors), work: view.work)
    let sources = view.sources, targets = view.targets, strengths = try view.strengths()
    let quotient = try Quotient(
      groups: groups.count, labels: groups.labels.span, sources: sources.span, targets: targets.span,
      strengths: strengths?.span, work: view.work)
    return Output(groups: groups, quotient: quotient)
  }
}
