package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// How soon an effect comes back to where it began, over how many links.
///
/// In a directed network a loop follows the links. In an undirected network a loop uses each link once: it is the way
/// round when a link is lost. A self loop is a loop of one, and of two parallel undirected links one leads back.
///
/// - Complexity: O(*n m* / 256) in a directed network; searches end as soon as they come back.
/// - Source: Itai and Rodeh 1978, doi:10.1137/0207033.
/// - Lengths and strengths do not matter.
package enum ShortestCycle: Analysis {
  package static let card = Card(
    id: "graph.loops.shortest_cycle", since: "0.2", summary: "Quickest echo for each agent.",
    reference: "Itai and Rodeh 1978, doi:10.1137/0207033", cost: "n m / 256; comfortable up to 10^5 agents")

  package typealias Parameters = NoParameters

  package struct Output: Answer {
    /// Not a number without a loop.
    package let lengths: Column<Double>
    let cycle: [Int32]

    package static let fields: [AnswerField<Self>] = [
      .reals(
        "shortest_cycle", { $0.lengths }, unit: "links",
        "Links of the shortest loop through each agent; null for an agent that is in no loop."),
      .integer(
        "girth", { $0.cycle.isEmpty ? nil : $0.cycle.count }, unit: "links", "Links of the shortest of all."),
      .agents("cycle", { $0.cycle }, "Agents of one of the shortest, in the order of its links."),
    ]

    package func headline(_ view: TopologyView) -> String {
      guard let first = cycle.first else { return "There are no loops: no effect comes back." }
      return "An effect comes back soonest over \(counted(cycle.count, "link")): \(chain(cycle + [first], view))."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "round three, or to and fro between two", on: .directed(4, [(0, 1), (1, 2), (2, 0), (2, 3), (3, 2)]),
      expect: ["shortest_cycle": [3, 3, 2, 2], "girth": 2, "cycle": [2, 3]], tolerance: 0),
    KnownAnswer(
      "the same links without direction: two between 2 and 3 are a way there and back",
      on: .undirected(4, [(0, 1), (1, 2), (2, 0), (2, 3), (3, 2)]),
      expect: ["shortest_cycle": [3, 3, 2, 2], "girth": 2, "cycle": [2, 3]], tolerance: 0),
    KnownAnswer(
      "one undirected link does not lead back; a self loop does",
      on: .undirected(6, [(0, 1), (1, 2), (2, 3), (3, 4), (4, 1), (5, 5)]),
      expect: ["shortest_cycle": [.null, 4, 4, 4, 4, 1], "girth": 1, "cycle": [5]], tolerance: 0),
    KnownAnswer(
      "through an agent between two rings goes the smaller one",
      on: .undirected(
        6, [(0, 1), (1, 2), (2, 3), (3, 0), (2, 4), (4, 5), (5, 2)]),
      expect: ["shortest_cycle": [4, 4, 3, 4, 3, 3], "girth": 3, "cycle": [2, 4, 5]], tolerance: 0),
  ]

  package static func run(_ view: TopologyView, _ parameters: NoParameters) throws(AuraError) -> Output {
    let found = try shortestCycles(
      view.adjacency(view.directed ? .successors : .neighbours), links: view.linkCount, directed: view.directed,
      work: view.work)
    var lengths = Buffer<Double>()
    try lengths.reserve(view.count)
    for i in 0..<view.count { try lengths.append(found.lengths[i] == 0 ? .nan : Double(found.lengths[i])) }
    return Output(lengths: Column(lengths), cycle: found.cycle.array)
  }
}
