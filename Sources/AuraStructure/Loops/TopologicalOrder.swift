package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// An order in which nobody comes before anybody who points at it: a safe order of restart.
///
/// Of all that could come next, it is always the one that stands first in the topology. When agents wait for each other
/// there is no such order, and a loop is shown that forbids it. In an undirected network every link is such a loop.
///
/// - Complexity: O(*n* + *m*).
/// - Source: Kahn 1962, doi:10.1145/368996.369025.
package enum TopologicalOrdering: Analysis {
  package static let card = Card(
    id: "graph.loops.topological_order", since: "0.2", summary: "A safe order of restart.",
    reference: "Kahn 1962, doi:10.1145/368996.369025", cost: "m; comfortable up to 10^7 agents")

  package struct Parameters: ParameterSet {
    var reverse = false

    package init() {}
    package static let fields: [Field<Self>] = [.reverse(\.reverse)]
  }

  package struct Output: Answer {
    let found: TopologicalOrder

    package static let fields: [AnswerField<Self>] = [
      .flag("acyclic", { $0.found.loop.count == 0 }, "Whether there is such an order."),
      .agents(
        "order", { $0.found.order.array },
        "The agents in order; when there is none for all, those that are neither in a loop nor behind one."),
      .integers("place", { $0.found.places }, "Place of each agent in it, from 0; -1 for those that are not in it."),
      .agents("loop", { $0.found.loop.array }, "A loop that forbids an order: each agent comes before the next."),
    ]

    package func headline(_ view: TopologyView) -> String {
      let loop = found.loop, n = view.count
      if loop.count > 0 {
        let out = counted(n - found.order.count, "agent")
        return "There is no order for \(out): \(chain(loop.array + [loop[0]], view)) is a loop."
      }
      if n == 0 { return "There are no agents." }
      return "There is an order for all \(counted(n, "agent")): \(chain(found.order.array, view))."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "who points comes first, of two that could the first", on: .directed(3, [(2, 0), (1, 0)]),
      expect: ["acyclic": true, "order": [1, 2, 0], "place": [2, 0, 1], "loop": []]),
    KnownAnswer(
      "the other way round", on: .directed(3, [(2, 0), (1, 0)]), with: ["reverse": true],
      expect: ["order": [0, 1, 2]]),
    KnownAnswer(
      "what lies before a loop has its place, what lies behind has none",
      on: .directed(5, [(0, 1), (3, 2), (1, 3), (2, 1), (2, 4)]),
      expect: ["acyclic": false, "order": [0], "place": [0, -1, -1, -1, -1], "loop": [1, 3, 2]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let (ahead, back): (Structure.Table, Structure.Table) =
      parameters.reverse ? (.predecessors, .successors) : (.successors, .predecessors)
    let found = try topologicalOrder(
      view.adjacency(ahead), into: { () throws(AuraError) in try view.adjacency(back) }, work: view.work)
    return Output(found: found)
  }
}
