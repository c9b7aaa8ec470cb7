package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// Who waits for ever, when every link says that its source waits for its target.
///
/// Who waits for all its targets is stuck as soon as it waits, directly or through others, for a loop. Who waits for
/// any of them is stuck only when none of those that it can turn to is free: then it is caught in a knot, a group that
/// nobody in it can leave.
///
/// - Complexity: O(*n* + *m*).
/// - Source: Chandy, Misra and Haas 1983, doi:10.1145/357360.357365; Holt 1972, doi:10.1145/356603.356607.
/// - In an undirected network both ends of a link wait for each other.
package enum DeadlockCheck: Analysis {
  package static let card = Card(
    id: "graph.loops.deadlock", since: "0.2", summary: "Who waits for ever, if links are waits.",
    reference: "Chandy, Misra and Haas 1983, doi:10.1145/357360.357365", cost: "m; comfortable up to 10^7 agents")

  package enum Model: String, CaseIterable, Sendable { case all, any }

  package struct Parameters: ParameterSet {
    var model = Model.all

    package init() {}
    package static let fields: [Field<Self>] = [
      .choice(
        "wait_for", \.model,
        "all: an agent goes on when all that it waits for have let go; any: when one of them has.")
    ]
  }

  package struct Output: Answer {
    let found: Deadlock

    var stuck: Int { Int(found.stuck.array.reduce(0, +)) }

    package static let fields: [AnswerField<Self>] = [
      .integer("count", { $0.found.count }, "Groups in deadlock."),
      .integers(
        "groups", { $0.found.groups },
        "Group of each agent in a deadlock, numbered by first agent, from 0; -1 for all others."),
      .integers("stuck", { $0.found.stuck }, "1 for agents that wait for ever, in a deadlock or for one; else 0."),
      .integer("waiting", { $0.stuck }, "Agents that wait for ever."),
    ]

    package func headline(_ view: TopologyView) -> String {
      if found.count == 0 { return "Nobody waits for ever." }
      var first = 0
      while found.groups[first] != 0 { first += 1 }
      return "If links are waits, \(stuck) of \(counted(view.count, "agent")) \(stuck == 1 ? "waits" : "wait") "
        + "for ever, in or behind \(counted(found.count, "deadlock")); \(name(first, view)) is in one."
    }

    /// Whether links are waits at all, only the one who asks can know.
    package func urgency(_ view: TopologyView) -> Double { found.count > 0 ? 0.5 : 0 }
  }

  private static let ringWithAWayOut = SampleNetwork.directed(5, [(0, 1), (1, 2), (2, 0), (2, 3), (4, 0)])

  package static let knownAnswers = [
    KnownAnswer(
      "who waits for all, waits for ever in a ring, even where one of the ring also waits for somebody who is free",
      on: ringWithAWayOut,
      expect: ["count": 1, "groups": [0, 0, 0, -1, -1], "stuck": [1, 1, 1, 0, 1], "waiting": 4]),
    KnownAnswer(
      "who waits for any, is let out by that one", on: ringWithAWayOut, with: ["wait_for": "any"],
      expect: ["count": 0, "groups": [-1, -1, -1, -1, -1], "stuck": [0, 0, 0, 0, 0], "waiting": 0]),
    KnownAnswer(
      "a ring without a way out is a knot; who can also turn elsewhere is not caught",
      on: .directed(5, [(0, 1), (1, 0), (2, 1), (2, 3), (4, 0)]), with: ["wait_for": "any"],
      expect: ["count": 1, "groups": [0, 0, -1, -1, -1], "stuck": [1, 1, 0, 0, 1]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let found = try deadlock(
      view.adjacency(.successors), into: view.adjacency(.predecessors), all: parameters.model == .all, work: view.work)
    return Output(found: found)
  }
}
