package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// The groups in which everybody is linked to everybody, and which nobody could join.
///
/// There may be very many of them: the search ends after a number of steps, and says whether it was done.
///
/// - Complexity: O(*n* *d* 3^(*d*/3)), where *d* is the largest core number.
/// - Source: Eppstein, Löffler and Strash 2010, doi:10.1007/978-3-642-17517-6_36.
/// - Direction, parallel links and self loops do not matter; an agent without partners is a group of one.
package enum Cliques: Analysis {
  package static let card = Card(
    id: "graph.structure.maximal_cliques", since: "0.3", summary: "Groups where all are linked to all.",
    reference: "Eppstein, Löffler and Strash 2010, doi:10.1007/978-3-642-17517-6_36",
    cost: "n 3^(D/3), D the largest core number; comfortable up to 10^5 agents", dependsOnOrder: true)

  package struct Parameters: ParameterSet {
    var listed = 20
    var budget = 10_000_000

    package init() {}
    package static let fields: [Field<Self>] = [
      .integer("listed", \.listed, in: 0...1_000, "How many groups to list, the largest first."),
      .integer("budget", \.budget, in: 1...1_000_000_000_000, "Steps after which the search ends."),
    ]
  }

  package struct Output: Answer {
    package struct Group: Answer {
      let agents: [Int32]

      package static let fields: [AnswerField<Self>] = [
        .agents("agents", { $0.agents }, "Its agents.")
      ]
    }

    let found: MaximalCliques

    package static let fields: [AnswerField<Self>] = [
      .integer("count", { $0.found.count }, "Groups found."),
      .flag("complete", { $0.found.complete }, "Whether these are all; else the budget was used up."),
      .list("by_size", { $0.found.bySize }, "How many groups have no, one, two ... agents."),
      .integers(
        "largest", { $0.found.largest }, "Size of the largest group found of each agent; 0 when none was found."),
      .items(
        "groups", { $0.found.groups.map { Group(agents: $0) } },
        "The largest groups; of equal ones, those with the first agents."),
    ]

    package func headline(_ view: TopologyView) -> String {
      let size = found.bySize.count - 1
      if size < 1 { return found.complete ? "There are no agents." : "The search ended before it found a group." }
      if size == 1 && found.complete { return "Nobody has a partner." }
      var words = "Of groups whose agents are all linked there \(found.count == 1 ? "is" : "are") \(found.count)"
      words += "; the largest has \(counted(size, "agent"))"
      if let first = found.groups.first { words += ", \(name(Int(first[0]), view)) among them" }
      return words + (found.complete ? "." : ". The search ended early: there may be more.")
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "an octahedron has eight faces, and nobody is linked to the one opposite", on: KTruss.octahedron,
      expect: ["count": 8, "complete": true, "by_size": [0, 0, 0, 8], "largest": [3, 3, 3, 3, 3, 3]]),
    KnownAnswer(
      "who hangs on by one link is a group with its partner, and who has none is one alone",
      on: .directed(6, [(0, 1), (1, 0), (1, 2), (0, 2), (0, 2), (2, 3), (3, 3), (5, 5)]),
      expect: [
        "by_size": [0, 2, 1, 1], "largest": [3, 3, 3, 2, 1, 1],
        "groups": [["agents": [0, 1, 2]], ["agents": [2, 3]], ["agents": [4]], ["agents": [5]]],
      ]),
    KnownAnswer(
      "the largest are listed", on: .bowTie, with: ["listed": 1],
      expect: ["count": 2, "groups": [["agents": [0, 1, 2]]]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    Output(
      found: try maximalCliques(
        view.adjacency(.simple), listed: parameters.listed, steps: parameters.budget, work: view.work))
  }
}
