package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// The weakest seam of the network: the links of least strength whose loss would part it.
///
/// Direction is left aside. When a single link is as weak as any seam, the one that cuts most agents off is shown.
///
/// - Complexity: O(*m* log *n*) a round, few rounds in most networks.
/// - Source: Nagamochi, Ono and Ibaraki 1994, doi:10.1007/BF01582569; Stoer and Wagner 1997, doi:10.1145/263867.263872.
/// - Parallel links and both directions add up. A network in parts is cut already: the smallest part is shown.
package enum WeakestSeam: Analysis {
  package static let card = Card(
    id: "graph.flow.global_cut", since: "0.2", summary: "The weakest seam.",
    reference: "Nagamochi, Ono and Ibaraki 1994, doi:10.1007/BF01582569",
    cost: "m log n a round; comfortable up to 10^5 agents", suits: 0...2_000, dependsOnOrder: true)

  package struct Parameters: ParameterSet {
    var ignoreStrength = false

    package init() {}
    package static let fields: [Field<Self>] = [
      .flag("ignore_strength", \.ignoreStrength, "Treat all links alike even where links have a strength.")
    ]
  }

  package struct Output: Answer {
    package let value: Double?
    package let agents: [Int32]
    package let links: Column<Int32>
    let exact: Bool

    package static let fields: [AnswerField<Self>] = [
      .real("value", { $0.value }, "Strength of the links in all; null when there are fewer than two agents."),
      .agents("agents", { $0.agents }, "The agents on the side that has fewer."),
      .integers("links", { $0.links }, "Positions of the links, from 0."),
      .flag("exact", { $0.exact }, "Whether no seam is weaker; else the allowance ended, and one may be."),
    ]

    package func headline(_ view: TopologyView) -> String {
      guard let value else { return "There are no two agents to part." }
      let off = counted(agents.count, "agent")
      let among = agents.count == 1 ? name(Int(agents[0]), view) : "\(off), \(name(Int(agents[0]), view)) among them"
      if links.count == 0 {
        var side = [Bool](repeating: false, count: view.count)
        for agent in agents { side[Int(agent)] = true }
        for k in 0..<view.linkCount where side[Int(view.sources[k])] != side[Int(view.targets[k])] {
          return "Only links of strength 0 join \(among)\(agents.count == 1 ? "" : ",") to the others."
        }
        return "The network is in parts: \(among)\(agents.count == 1 ? " is" : ", are") cut off already."
      }
      let strength = value == Double(links.count) ? "" : ", with a strength of \(figure(value)) in all"
      return
        "The weakest seam \(exact ? "" : "found so far ")is \(listed(links, view))\(strength): losing \(links.count == 1 ? "it" : "them") cuts off "
        + "\(among)."
    }

    /// A seam of one link with many behind it hangs by a thread; one of many links does not.
    package func urgency(_ view: TopologyView) -> Double {
      if links.count == 0 { return 0 }
      let share = min(1, 2 * Double(agents.count) / Double(view.count))
      return min(0.75, (0.2 + 0.7 * share.squareRoot()) / Double(links.count))
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "two groups of four, all joined, and two links between them: nobody has fewer than three links",
      on: .undirected(
        8,
        [
          (0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3), (4, 5), (4, 6), (4, 7), (5, 6), (5, 7), (6, 7), (0, 4),
          (1, 5),
        ]), expect: ["value": 2, "agents": [4, 5, 6, 7], "links": [12, 13]]),
    KnownAnswer(
      "of the links of a chain, the one in the middle cuts most agents off", on: .path(5),
      expect: ["value": 1, "agents": [0, 1], "links": [1]]),
    KnownAnswer(
      "strength decides, and both directions count",
      on: SampleNetwork.directed(4, [(0, 1), (1, 0), (1, 2), (2, 3), (3, 0)])
        .linkField("strength", [2, 1.5, 3, 0.5, 2]), expect: ["value": 2.5, "agents": [3], "links": [3, 4]]),
    KnownAnswer(
      "who is apart is cut off already", on: .undirected(4, [(0, 1), (1, 2), (3, 3)]),
      expect: ["value": 0, "agents": [3], "links": []]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let capacities =
      parameters.ignoreStrength ? try WholeCapacities(links: view.linkCount, nil) : try view.capacities("")
    let rows = try view.adjacency(.neighbours)
    guard let cut = try globalCut(rows, capacities: capacities.units.span, work: view.work) else {
      try view.work.spend(1)
      return Output(value: nil, agents: [], links: Column(), exact: true)
    }
    var side = try Buffer<Bool>(repeating: false, count: view.count)
    for k in 0..<cut.side.count { side[Int(cut.side[k])] = true }
    var links = Buffer<Int32>()
    for k in 0..<view.linkCount
    where side[Int(view.sources[k])] != side[Int(view.targets[k])] && capacities.units[k] > 0 {
      try links.append(Int32(truncatingIfNeeded: k))
    }
    return Output(value: capacities.value(cut.units), agents: cut.side.array, links: Column(links), exact: cut.exact)
  }
}
