package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// The cheapest links to cut, or to guard, between some agents and others.
///
/// Of all sets of links without which nothing flows, one of least strength; of those the one nearest to the start.
///
/// - Complexity: as the maximum flow.
/// - Source: Ford and Fulkerson 1956, doi:10.4153/CJM-1956-045-5; Boykov and Kolmogorov 2004,
///   doi:10.1109/TPAMI.2004.60.
package enum MinimumCut: Analysis {
  package static let card = Card(
    id: "graph.flow.minimum_cut", since: "0.2", summary: "What to cut, or to guard, between two groups.",
    reference: "Ford and Fulkerson 1956, doi:10.4153/CJM-1956-045-5",
    cost: "n m at worst; comfortable up to 10^6 agents", needsParameters: true)

  package struct Parameters: FlowQuestion {
    package var from: [AgentID] = []
    package var to: [AgentID] = []
    var capacity = ""

    package init() {}
    package static let fields: [Field<Self>] = Field.ends + [.capacity(\.capacity)]
  }

  package struct Output: Answer {
    package let value: Double
    package let links: Column<Int32>
    package let side: Column<Int32>
    let ends: FlowEnds

    package static let fields: [AnswerField<Self>] = [
      .real("value", { $0.value }, "What these links carry in all."),
      .integers("links", { $0.links }, "Positions of the links, from 0."),
      .integers("side", { $0.side }, "1 for agents on the side of the start, else 0."),
    ]

    package func headline(_ view: TopologyView) -> String {
      let (start, end) = (ends.start(view), ends.end(view))
      if value == 0 { return "Nothing can flow from \(start) to \(end)." }
      return "\(listed(links, view)) \(links.count == 1 ? "parts" : "part") \(start) from \(end), "
        + "\(figure(value)) in all."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "of equal links on a chain, the one at the start", on: .path(4), with: ["from": [0], "to": [3]],
      expect: ["value": 1, "links": [0], "side": [1, 0, 0, 0]]),
    KnownAnswer(
      "directed links that lead back need no cut",
      on: SampleNetwork.directed(4, [(0, 1), (0, 2), (1, 3), (2, 3), (3, 0), (2, 1)])
        .linkField("strength", [3, 1, 2, 5, 9, 4]), with: ["from": [0], "to": [3]],
      expect: ["value": 3, "links": [1, 2], "side": [1, 1, 0, 0]]),
    KnownAnswer(
      "capacity may be another field than strength",
      on: SampleNetwork.path(3).linkField("strength", [1, 2]).linkField("lanes", [2, 1]),
      with: ["from": [0], "to": [2], "capacity": "lanes"], expect: ["value": 1, "links": [1], "side": [1, 1, 0]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let ends = try FlowEnds(parameters, view)
    let capacities = try view.capacities(parameters.capacity)
    let network = try view.flowNetwork(capacities.units, "by \(parameters.capacity)", directed: view.directed)
    let search = try FlowSearch(network)
    let value = try search.flow(from: ends.sources.span, to: ends.sinks.span, work: view.work)
    let (links, side) = try view.cut(search, ends, carries: capacities.units)
    return Output(value: capacities.value(value), links: links, side: side, ends: ends)
  }
}

extension TopologyView {
  /// The smallest cut nearest to the start, after a flow: links that carry anything, and 1 for agents on the start's
  /// side.
  func cut(
    _ search: borrowing FlowSearch, _ ends: FlowEnds, carries: Column<Int64>?
  ) throws(AuraError) -> (links: Column<Int32>, side: Column<Int32>) {
    var sides = try Buffer<Bool>(repeating: false, count: count)
    do {
      var side = sides.mutableSpan
      try search.cut(from: ends.sources.span, nearest: true, side: &side, work: work)
    }
    let crossing = try links(leaving: sides.span)
    var links = Buffer<Int32>()
    for k in 0..<crossing.count where (carries?[Int(crossing[k])] ?? 1) > 0 { try links.append(crossing[k]) }
    var side = try Buffer<Int32>(repeating: 0, count: count)
    for i in 0..<count where sides[i] { side[i] = 1 }
    return (Column(links), Column(side))
  }
}
