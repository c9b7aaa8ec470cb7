package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// Whom to guard first: the order of losses that would tear the network to pieces soonest, as far as can be found.
///
/// The best linked are often not the ones: several hubs of one dense part can spare each other, and a modest agent
/// between two parts cannot be spared. Direction is left aside. No order with a smaller R is known to be cheap to find;
/// more effort may find one.
///
/// - Complexity: bounded by `effort`; some seconds for 10^4 agents.
/// - Source: Braunstein et al. 2016, doi:10.1073/pnas.1605083113; Zdeborova, Zhang and Zhou 2016, doi:10.1038/srep37954;
///   Morone and Makse 2015, doi:10.1038/nature14604.
package enum CriticalAgents: Analysis {
  package static let card = Card(
    id: "graph.resilience.critical_agents", since: "0.2", summary: "Whom to guard first.",
    reference: "Braunstein et al. 2016, doi:10.1073/pnas.1605083113",
    cost: "seconds; comfortable up to 10^5 agents", dependsOnOrder: true)

  package struct Parameters: ParameterSet {
    var effort = 1

    package init() {}
    package static let fields: [Field<Self>] = [
      .integer(
        "effort", \.effort, in: 0...1_000,
        "How long to look for a better order: some seconds on one core each; 0 for a quick one.")
    ]
  }

  package struct Output: Answer {
    let order: Column<Int32>
    let places: Column<Int32>
    let curve: Column<Double>
    let robustness: Double
    let half: Int

    /// Those whose loss halves the network.
    var critical: [Int32] { (0..<half).map { order[$0] } }

    package static let fields: [AnswerField<Self>] = [
      .agents(
        "critical", { $0.critical }, "Agents whose loss, all together, leaves no part with more than half of all."),
      .integer("half", { $0.half }, "How many these are."),
      .real("R", { $0.robustness }, "Mean over all losses in this order of the share that the largest part keeps."),
      .integers("place", { $0.places }, "Place of each agent in the order, from 0: guard the first first."),
      .reals(
        "curve", { $0.curve },
        "Share of all agents in the largest part: before any loss, after the first, ..., after the last."),
      .agents("order", { $0.order.array }, "All agents in the order in which their loss does most harm."),
    ]

    package func headline(_ view: TopologyView) -> String {
      let n = order.count
      guard let first = critical.first else {
        return n == 0
          ? "There are no agents." : "The network is in pieces already: none has more than half of the agents."
      }
      if half == 1 {
        return "The loss of \(name(Int(first), view)) leaves no part with more than half of all \(n) agents."
      }
      return "The loss of \(name(Int(first), view)) and \(counted(half - 1, "other")) of \(n) leaves no part with more "
        + "than half of all."
    }

    package func urgency(_ view: TopologyView) -> Double { fragility(half: half, of: order.count) }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "who has most partners left is agent 1 of a chain of seven; the middle one does more harm", on: .path(7),
      with: ["effort": 0], expect: ["critical": [3], "half": 1, "R": .real(10.0 / 49)]),
    KnownAnswer(
      "two triangles that share agent 2: its loss halves them; then one agent of each", on: .bowTie,
      expect: ["critical": [2], "R": 0.24, "curve": [1, 0.4, 0.4, 0.2, 0.2, 0]]),
    KnownAnswer(
      "an agent between two groups of five who all know each other: it halves the network (R 30/121), but whoever takes "
        + "the two that it hangs on does more harm, by trial of all orders", on: twoGroups,
      expect: ["half": 2, "R": .real(27.0 / 121)]),
  ]

  private static var twoGroups: SampleNetwork {
    var links: [(source: Int, target: Int)] = [(4, 10), (10, 5)]
    for base in [0, 5] { for i in 0..<5 { for j in 0..<i { links.append((base + i, base + j)) } } }
    return .undirected(11, links)
  }

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let n = view.count
    let rows = try view.adjacency(.simple)
    let order = try criticalAgents(rows, effort: parameters.effort, work: view.work)
    let sizes = try removalCurve(rows, order: order.span, work: view.work)
    var places = try Buffer<Int32>(repeating: 0, count: n)
    for k in 0..<n { places[Int(order[k])] = Int32(truncatingIfNeeded: k) }
    return Output(
      order: order, places: Column(places), curve: try shares(sizes.span),
      robustness: AuraKernels.robustness(sizes.span), half: lossesToHalf(sizes.span))
  }
}
