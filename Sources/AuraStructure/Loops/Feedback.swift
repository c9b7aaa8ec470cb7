package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// Where effects come back to where they began.
///
/// In a directed network a loop follows the links, and groups are those whose agents reach one another. In an
/// undirected network a loop uses each link once, and groups are those that no loss of a single link parts. A self loop
/// makes a loop of one.
///
/// - Complexity: O(*n* + *m*).
/// - Source: Tarjan 1972, doi:10.1137/0201010.
/// - The rank, *m* - *n* + parts, is the number of links beyond those that hold the network together: self loops and
///   parallel links count.
package enum Feedback: Analysis {
  package static let card = Card(
    id: "graph.loops.feedback", since: "0.2", summary: "Where effects come back to where they began.",
    reference: "Tarjan 1972, doi:10.1137/0201010", cost: "m; comfortable up to 10^7 agents", suits: 0...(.max))

  package typealias Parameters = NoParameters

  package struct Output: Answer {
    package let labels: Column<Int32>
    package let sizes: Column<Int32>
    package let rank: Int
    let inLoops: Int

    package static let fields: [AnswerField<Self>] = [
      .integer("count", { $0.sizes.count }, "Number of groups that hold a loop."),
      .integers(
        "labels", { $0.labels },
        "Group of each agent, numbered by first agent, from 0; -1 for an agent that is in no loop."),
      .integers("sizes", { $0.sizes }, "Agents in each group."),
      .integer("agents", { $0.inLoops }, "Agents in loops."),
      .integer("rank", { $0.rank }, "Links beyond those that hold the network together."),
    ]

    package func headline(_ view: TopologyView) -> String {
      if sizes.count == 0 { return "There are no loops: no effect comes back." }
      var largest = 0
      for g in 1..<sizes.count where sizes[g] > sizes[largest] { largest = g }
      var member = 0
      while labels[member] != Int32(truncatingIfNeeded: largest) { member += 1 }
      return "\(inLoops) of \(view.count) agents \(inLoops == 1 ? "is" : "are") in loops, in "
        + "\(counted(sizes.count, "group")); the largest, that of \(name(member, view)), has \(sizes[largest])."
    }

    /// Among those that depend on one another, trouble feeds itself; in an undirected network loops are spare routes.
    package func urgency(_ view: TopologyView) -> Double {
      view.directed && inLoops > 0 ? 0.2 + 0.3 * Double(inLoops) / Double(view.count) : 0
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "a ring of three and an agent that points at itself", on: .directed(5, [(0, 1), (1, 2), (2, 0), (3, 3), (0, 4)]),
      expect: ["count": 2, "labels": [0, 0, 0, 1, -1], "sizes": [3, 1], "agents": 4, "rank": 2]),
    KnownAnswer(
      "two ways to the same agent are one link more than needed, but nothing comes back",
      on: .directed(3, [(0, 1), (1, 2), (0, 2)]), expect: ["count": 0, "labels": [-1, -1, -1], "rank": 1]),
    KnownAnswer(
      "an undirected link does not lead back over itself, a doubled one does",
      on: .undirected(4, [(0, 1), (1, 2), (2, 1), (2, 3)]),
      expect: ["count": 1, "labels": [-1, 0, 0, -1], "rank": 1]),
  ]

  package static func run(_ view: TopologyView, _ parameters: NoParameters) throws(AuraError) -> Output {
    let parts =
      view.directed
      ? try strongComponents(view.adjacency(.successors), work: view.work)
      : try twoLinkParts(view.adjacency(.neighbours), links: view.linkCount, work: view.work).parts
    var loops = try Buffer<Int32>(repeating: -1, count: parts.count)
    for g in 0..<parts.count where parts.sizes[g] > 1 { loops[g] = 0 }
    for k in 0..<view.linkCount where view.sources[k] == view.targets[k] {
      loops[Int(parts.labels[Int(view.sources[k])])] = 0
    }
    var sizes = Buffer<Int32>()
    var inLoops = 0
    for g in 0..<parts.count where loops[g] == 0 {
      loops[g] = Int32(truncatingIfNeeded: sizes.count)
      try sizes.append(parts.sizes[g])
      inLoops += Int(parts.sizes[g])
    }
    var labels = try Buffer<Int32>(repeating: -1, count: view.count)
    for i in 0..<view.count { labels[i] = loops[Int(parts.labels[i])] }
    let whole = try weakComponents(
      count: view.count, sources: view.sources.span, targets: view.targets.span, work: view.work)
    return Output(
      labels: Column(labels), sizes: Column(sizes), rank: view.linkCount - view.count + whole.count, inLoops: inLoops)
  }
}
