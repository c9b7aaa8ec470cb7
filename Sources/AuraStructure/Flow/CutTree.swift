package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// The weakest seam between every two agents, as a tree.
///
/// Along the tree from one agent to another, the smallest number says how much strength must be lost to part them. What
/// hangs below an agent is the one side of the cut above it. Direction is left aside.
///
/// - Complexity: *n* - 1 flows.
/// - Source: Gusfield 1990, doi:10.1137/0219009.
/// - Parallel links and both directions add up.
package enum SeamTree: Analysis {
  package static let card = Card(
    id: "graph.flow.cut_tree", since: "0.2", summary: "The weakest seam of every two agents.",
    reference: "Gusfield 1990, doi:10.1137/0219009", cost: "n flows; comfortable up to 10^4 agents",
    dependsOnOrder: true)

  package struct Parameters: ParameterSet {
    var ignoreStrength = false

    package init() {}
    package static let fields: [Field<Self>] = [
      .flag("ignore_strength", \.ignoreStrength, "Treat all links alike even where links have a strength.")
    ]
  }

  package struct Output: Answer {
    package let parents: Column<Int32>
    package let values: Column<Double>
    package let held: Column<Double>
    let least: Double?

    package static let fields: [AnswerField<Self>] = [
      .integers("parents", { $0.parents }, "Position of the agent that each hangs on; -1 for the root."),
      .reals("values", { $0.values }, "Strength that parts each from the agent it hangs on; null for the root."),
      .reals(
        "held", { $0.held },
        "Strength that must be lost to part each agent from the one to which it is joined best; null for one alone."
      ),
      .real("least", { $0.least }, "Strength of the weakest seam of all."),
    ]

    package func headline(_ view: TopologyView) -> String {
      guard let least, let best = leader(held) else { return "There are no two agents to part." }
      return "A loss of \(figure(least)) parts some two agents; \(name(best, view)) is joined best: it takes "
        + "\(figure(held[best])) to part it from some other."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "two triangles and a link between them: within each two links must go, between them one",
      on: .undirected(6, [(0, 1), (1, 2), (0, 2), (2, 3), (3, 4), (4, 5), (3, 5)]),
      expect: ["values": [.null, 2, 2, 1, 2, 2], "held": [2, 2, 2, 2, 2, 2], "least": 1]),
    KnownAnswer(
      "an agent with strong links is still parted by the weaker of its two ways",
      on: SampleNetwork.undirected(4, [(0, 1), (1, 2), (2, 3), (3, 0)]).linkField("strength", [5, 4, 1, 2.5]),
      expect: ["held": [6, 6, 5, 3.5], "least": 3.5]),
    KnownAnswer("parts are parted already", on: .undirected(3, [(0, 1)]), expect: ["held": [1, 1, 0], "least": 0]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let capacities =
      parameters.ignoreStrength ? try WholeCapacities(links: view.linkCount, nil) : try view.capacities("")
    let network = try view.flowNetwork(
      capacities.units, parameters.ignoreStrength ? "alike" : "by ", directed: false)
    try view.work.spend(1)
    let tree = try cutTree(network, work: view.work)
    var values = try Buffer<Double>(repeating: .nan, count: view.count)
    var held = try Buffer<Double>(repeating: .nan, count: view.count)
    var least: Double? = nil
    for i in 0..<view.count where tree.parents[i] >= 0 {
      let value = capacities.value(tree.units[i])
      values[i] = value
      least = min(least ?? value, value)
      for j in [i, Int(tree.parents[i])] where !(held[j] >= value) { held[j] = value }
    }
    return Output(parents: tree.parents, values: Column(values), held: Column(held), least: least)
  }
}
