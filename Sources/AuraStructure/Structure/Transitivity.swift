package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// How often two agents with a partner in common are linked themselves.
///
/// Unlike the mean of clustering, it counts every pair alike, and so speaks mostly of agents with many partners.
///
/// - Complexity: O(*m*^1.5).
/// - Source: Newman, Strogatz and Watts 2001, doi:10.1103/PhysRevE.64.026118.
/// - Direction, parallel links and self loops do not matter.
package enum Transitivity: Analysis {
  package static let card = Card(
    id: "graph.structure.transitivity", since: "0.3", summary: "How often partners of one agent are linked.",
    reference: "Newman, Strogatz and Watts 2001, doi:10.1103/PhysRevE.64.026118",
    cost: "m^1.5; comfortable up to 10^6 agents")

  package typealias Parameters = NoParameters

  package struct Output: Answer {
    package let transitivity: Double?
    package let open: Column<Double>

    package static let fields: [AnswerField<Self>] = [
      .real(
        "transitivity", { $0.transitivity },
        "Share of the pairs with a partner in common that are linked, once for each such partner; null when there is "
          + "no such pair."),
      .reals("open", { $0.open }, "For each agent, pairs of its partners that are not linked."),
    ]

    package func headline(_ view: TopologyView) -> String {
      guard let transitivity else { return "No two agents have a partner in common." }
      return "Two agents with a partner in common are linked in \(percent(transitivity)) of the cases."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "in a triangle with a tail, three of five pairs are closed: not the mean of 1, 1, 1/3 and 0",
      on: .triangleAndTail, expect: ["transitivity": 0.6, "open": [0, 0, 2, 0]]),
    KnownAnswer(
      "whatever way links point, and however many", on: .directed(3, [(0, 1), (1, 0), (0, 2), (2, 0), (0, 2)]),
      expect: ["transitivity": 0, "open": [1, 0, 0]]),
    KnownAnswer(
      "a single link leaves nothing to close", on: .path(2), expect: ["transitivity": .null, "open": [0, 0]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let triangles = try view.triangles()
    let starts = try view.adjacency(.simple).starts
    var open = Buffer<Double>()
    try open.reserve(view.count)
    var closed = 0
    var all = 0
    for v in 0..<view.count {
      let partners = Int(starts[v + 1] &- starts[v])
      let pairs = partners * max(0, partners - 1) / 2
      closed += Int(triangles[v])
      all += pairs
      try open.append(Double(pairs - Int(triangles[v])))
    }
    return Output(transitivity: all > 0 ? Double(closed) / Double(all) : nil, open: Column(open))
  }
}
