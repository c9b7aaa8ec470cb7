package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// How much can flow from some agents to others, and over which links.
///
/// Each link carries at most its capacity, in both directions of an undirected network; what comes to an agent between
/// goes on.
///
/// - Complexity: O(*n* *m*) in bad cases, near O(*m*) in most; at most *n*² *m*.
/// - Source: Dinitz 1970; Goldberg and Tarjan 1988, doi:10.1145/48014.61051, for what flows can do.
/// - Capacities that are decimal numbers of few digits give the exact value; others are rounded to 2^-60 of their sum.
///   Parallel links add up; self loops carry nothing.
package enum MaximumFlow: Analysis {
  package static let card = Card(
    id: "graph.flow.maximum_flow", since: "0.2", summary: "Throughput between two groups.",
    reference: "Dinitz 1970; Goldberg and Tarjan 1988, doi:10.1145/48014.61051",
    cost: "n m at worst; comfortable up to 10^6 agents", dependsOnOrder: true, needsParameters: true)

  package struct Parameters: FlowQuestion {
    package var from: [AgentID] = []
    package var to: [AgentID] = []
    var capacity = ""

    package init() {}
    package static let fields: [Field<Self>] = Field.ends + [.capacity(\.capacity)]
  }

  package struct Output: Answer {
    package let value: Double
    package let flow: Column<Double>
    let ends: FlowEnds

    package static let fields: [AnswerField<Self>] = [
      .real("value", { $0.value }, "The most that can flow in all."),
      .reals(
        "flow", { $0.flow },
        "What flows over each link when as much flows as can; below 0 from its target to its source."),
    ]

    package func headline(_ view: TopologyView) -> String {
      if value == 0 { return "Nothing can flow from \(ends.start(view)) to \(ends.end(view))." }
      let used = flow.array.count { $0 != 0 }
      return "At most \(figure(value)) can flow from \(ends.start(view)) to \(ends.end(view)), over "
        + "\(counted(used, "link"))."
    }
  }

  static let twoWays = SampleNetwork.directed(4, [(0, 1), (0, 2), (1, 3), (2, 3), (1, 2)])
    .linkField("strength", [3, 2, 2, 3, 1])

  package static let knownAnswers = [
    KnownAnswer(
      "what one way cannot take, the link between the two brings over", on: twoWays, with: ["from": [0], "to": [3]],
      expect: ["value": 5, "flow": [3, 2, 2, 3, 1]]),
    KnownAnswer(
      "an undirected link carries the same back",
      on: SampleNetwork.undirected(3, [(1, 0), (2, 1)])
        .linkField("strength", [0.3, 0.2]), with: ["from": [0], "to": [2]],
      expect: ["value": 0.2, "flow": [-0.2, -0.2]], tolerance: 1e-15),
    KnownAnswer(
      "two that give together give more than either", on: .star(3), with: ["from": [1, 2], "to": [3, 0]],
      expect: ["value": 2]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let ends = try FlowEnds(parameters, view)
    let capacities = try view.capacities(parameters.capacity)
    let network = try view.flowNetwork(capacities.units, "by \(parameters.capacity)", directed: view.directed)
    let search = try FlowSearch(network)
    let value = try search.flow(from: ends.sources.span, to: ends.sinks.span, work: view.work)
    let flows = try search.flows(sources: view.sources.span)
    var flow = try Buffer<Double>(repeating: 0, count: flows.count)
    for k in 0..<flows.count where flows[k] != 0 { flow[k] = capacities.value(flows[k]) }
    return Output(value: capacities.value(value), flow: Column(flow), ends: ends)
  }
}

extension Field {
  static func capacity(_ path: any WritableKeyPath<Root, String> & Sendable) -> Field {
    .text("capacity", path, "Link field that says how much a link carries; by default its strength.")
  }
}
