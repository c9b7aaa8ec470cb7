package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// The slowest chain of links, and how much time everybody else has to spare.
///
/// Lengths of links are times. To make the whole faster, make this chain faster: nothing else helps.
///
/// - Complexity: O(*n* + *m*).
/// - Source: Kelley and Walker 1959, doi:10.1145/1460299.1460318.
/// - Of parallel links the longest counts. With a loop no chain is the slowest, and nothing is said.
package enum CriticalChain: Analysis {
  package static let card = Card(
    id: "graph.loops.critical_path", since: "0.2", summary: "The slowest chain.",
    reference: "Kelley and Walker 1959, doi:10.1145/1460299.1460318", cost: "m; comfortable up to 10^7 agents")

  package struct Parameters: ParameterSet {
    var ignoreLength = false

    package init() {}
    package static let fields: [Field<Self>] = [
      .flag("ignore_length", \.ignoreLength, "Count links even where links have a length.")
    ]
  }

  package struct Output: Answer {
    let order: TopologicalOrder
    let found: CriticalPath?

    package static let fields: [AnswerField<Self>] = [
      .flag("acyclic", { $0.found != nil }, "Whether there is a slowest chain: there is none where there is a loop."),
      .real("length", { $0.found?.length }, "Its length, in the unit of the lengths; null when there is none."),
      .agents("path", { $0.found?.path.array ?? [] }, "Its agents."),
      .reals(
        "slack", { $0.found?.slack ?? Column() },
        "For each agent, how much longer the chain through it could be without being the slowest; nobody where there "
          + "is a loop."),
      .agents("loop", { $0.order.loop.array }, "A loop, where there is one."),
    ]

    package func headline(_ view: TopologyView) -> String {
      guard let found else {
        return "No chain is the slowest: \(chain(order.loop.array + [order.loop[0]], view)) is a loop."
      }
      if found.path.count < 2 { return "There are no chains." }
      return "The slowest chain takes \(figure(found.length)): \(chain(found.path.array, view))."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "one long link is slower than two short ones",
      on: SampleNetwork.directed(3, [(0, 1), (1, 2), (0, 2)]).linkField("length", [1, 1, 3]),
      expect: ["acyclic": true, "length": 3, "path": [0, 2], "slack": [0, 1, 0]]),
    KnownAnswer(
      "in links, the two are longer",
      on: SampleNetwork.directed(3, [(0, 1), (1, 2), (0, 2)])
        .linkField("length", [1, 1, 3]), with: ["ignore_length": true],
      expect: ["length": 2, "path": [0, 1, 2], "slack": [0, 0, 0]]),
    KnownAnswer(
      "a loop has no slowest chain", on: .directed(3, [(0, 1), (1, 2), (2, 1)]),
      expect: ["acyclic": false, "length": .null, "path": [], "slack": [], "loop": [1, 2]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let rows = try view.adjacency(.successors)
    let lengths = parameters.ignoreLength ? nil : try view.lengths()
    let order = try topologicalOrder(
      rows, into: { () throws(AuraError) in try view.adjacency(.predecessors) }, work: view.work)
    if order.loop.count > 0 { return Output(order: order, found: nil) }
    let found = try criticalPath(rows, order: order.order.span, lengths: lengths?.span, work: view.work)
    return Output(order: order, found: found)
  }
}
