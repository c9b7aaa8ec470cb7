package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// How the network crumbles while agents are lost one after the other.
///
/// After each loss: what share of all agents still hangs together in the largest part. Direction is left aside. The
/// mean over all losses, R, is 0.5 for a network in which everybody is linked to everybody, and near 0 for one that a
/// few losses tear to pieces.
///
/// - Complexity: near linear in *n* + *m*, with `by` betweenness O(*n m*).
/// - Source: Schneider et al. 2011, doi:10.1073/pnas.1009440108; Newman and Ziff 2001, doi:10.1103/PhysRevE.64.016706.
package enum RemovalCurve: Analysis {
  package static let card = Card(
    id: "graph.resilience.removal_curve", since: "0.2", summary: "How it crumbles.",
    reference: "Schneider et al. 2011, doi:10.1073/pnas.1009440108",
    cost: "m for a given order or by degree; comfortable up to 10^7 agents", dependsOnOrder: true)

  package struct Parameters: ParameterSet {
    var agents: [AgentID] = []
    var by = Attack.degreeAdaptive

    package init() {}
    package static let fields: [Field<Self>] = [
      .agents("agents", \.agents, limit: 100_000_000, "Who is lost first, in this order; the others follow by `by`."),
      .choice(
        "by", \.by,
        "Who is lost next: who has most partners (degree), most that are left (degree_adaptive), who is on most shortest "
          + "routes (betweenness), or anybody (random). Of equal ones the first by position."),
    ]
  }

  package struct Output: Answer {
    let order: Column<Int32>
    let curve: Column<Double>
    let robustness: Double
    let half: Int
    let words: String

    package static let fields: [AnswerField<Self>] = [
      .real("R", { $0.robustness }, "Mean over all losses of the share that the largest part keeps; small is fragile."),
      .integer("half", { $0.half }, "Losses after which no part has more than half of all agents."),
      .reals(
        "curve", { $0.curve },
        "Share of all agents in the largest part: before any loss, after the first, ..., after the last."),
      .agents("order", { $0.order.array }, "All agents in the order in which they are lost."),
    ]

    package func headline(_ view: TopologyView) -> String {
      let n = order.count
      if n == 0 { return "There are no agents." }
      if half == 0 { return "The network is in pieces already: none has more than half of the agents." }
      return
        "\(counted(half, "loss", "losses")) of \(n), \(words), leave\(half == 1 ? "s" : "") no part with more than "
        + "half of all."
    }

    package func urgency(_ view: TopologyView) -> Double { fragility(half: half, of: order.count) }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "a star that loses its hub first is dust at once", on: .star(4), with: ["by": "degree"],
      expect: ["R": 0.16, "half": 1, "curve": [1, 0.2, 0.2, 0.2, 0.2, 0], "order": [0, 1, 2, 3, 4]]),
    KnownAnswer(
      "a star that loses its hub last shrinks by one leaf at a time", on: .star(4), with: ["agents": [1, 2, 3, 4]],
      expect: ["R": 0.4, "half": 3, "curve": [1, 0.8, 0.6, 0.4, 0.2, 0]]),
    KnownAnswer(
      "in a chain of five, taking 1 leaves 2 no partner to spare: counted anew, 3 is next, then whoever is first",
      on: .path(5), with: ["by": "degree_adaptive"],
      expect: ["order": [1, 3, 0, 2, 4], "curve": [1, 0.6, 0.2, 0.2, 0.2, 0], "R": 0.24]),
    KnownAnswer(
      "by degree the inner agents go first, in their order", on: .path(5), with: ["by": "degree"],
      expect: ["order": [1, 2, 3, 0, 4], "curve": [1, 0.6, 0.4, 0.2, 0.2, 0], "R": 0.28]),
    KnownAnswer(
      "by routes the middle one goes first", on: .path(5), with: ["by": "betweenness"],
      expect: ["order": [2, 1, 3, 0, 4], "curve": [1, 0.4, 0.4, 0.2, 0.2, 0], "R": 0.24]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let n = view.count
    let named = try view.indices(of: parameters.agents, parameter: "agents")
    var order = Buffer<Int32>()
    var taken = try Buffer<Bool>(repeating: false, count: n)
    try order.reserve(n)
    for (k, i) in named.enumerated() {
      if taken[i] { throw AuraError(.schema, "the agent is lost twice", pointer: "/agents/\(k)") }
      taken[i] = true
      try order.append(Int32(i))
    }
    if order.count < n {
      let rest = try parameters.by.order(view)
      for k in 0..<rest.count where !taken[Int(rest[k])] { try order.append(rest[k]) }
    }
    let sizes = try removalCurve(view.adjacency(.simple), order: order.span, work: view.work)
    return Output(
      order: Column(order), curve: try shares(sizes.span), robustness: AuraKernels.robustness(sizes.span),
      half: lossesToHalf(sizes.span), words: named.count == n ? "in the order asked for" : parameters.by.words)
  }
}
