package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// How firmly each link is held by the triangles around it.
///
/// A link has truss number *k* when it belongs to a group of links each of which closes *k* - 2 triangles with others
/// of the group. Where the number is high, the loss of a link is made up for by its neighbours at once.
///
/// - Complexity: O(*m*^1.5 log *n*).
/// - Source: Wang and Cheng 2012, doi:10.14778/2311906.2311909.
/// - Direction and parallel links do not matter.
package enum KTruss: Analysis {
  package static let card = Card(
    id: "graph.structure.k_truss", since: "0.3", summary: "Links held by triangles.",
    reference: "Wang and Cheng 2012, doi:10.14778/2311906.2311909",
    cost: "m^1.5 log n; comfortable up to 10^6 agents")

  package typealias Parameters = NoParameters

  package struct Output: Answer {
    package let truss: Column<Int32>
    package let most: Int32
    package let agents: [Int32]

    package static let fields: [AnswerField<Self>] = [
      .integers(
        "truss", { $0.truss }, "Truss number of each link: 2 when it is in no triangle, 0 for a self loop."),
      .integer("truss_max", { Int($0.most) }, "The largest truss number."),
      .agents("agents", { $0.agents }, "The agents at links with the largest truss number."),
    ]

    package func headline(_ view: TopologyView) -> String {
      if most < 3 { return "No link is held by a triangle." }
      return "The firmest part of the network is \(agents.count) agents, \(name(Int(agents[0]), view)) among them: "
        + "each link there closes \(counted(Int(most) - 2, "triangle")) or more with others."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "the tail of a triangle is held by nothing", on: .triangleAndTail,
      expect: ["truss": [3, 3, 3, 2], "truss_max": 3, "agents": [0, 1, 2]]),
    KnownAnswer(
      "an octahedron: each link is in two triangles, and each agent has four partners", on: octahedron,
      expect: ["truss": .array([JSON](repeating: 4, count: 12)), "truss_max": 4]),
    KnownAnswer(
      "the links of four agents, all linked, do not hold a link that closes one triangle with them",
      on: .directed(5, [(0, 1), (1, 0), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3), (4, 3), (4, 2), (4, 4)]),
      expect: ["truss": [4, 4, 4, 4, 4, 4, 4, 3, 3, 0], "agents": [0, 1, 2, 3]]),
  ]

  static let octahedron = SampleNetwork.undirected(
    6, [(0, 2), (0, 3), (0, 4), (0, 5), (1, 2), (1, 3), (1, 4), (1, 5), (2, 4), (2, 5), (3, 4), (3, 5)])

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let sources = view.sources, targets = view.targets
    let truss = try trussDecomposition(
      view.forwardRows(), sources: sources.span, targets: targets.span, work: view.work)
    var most: Int32 = 0
    for k in 0..<truss.count { most = max(most, truss[k]) }
    var isFirm = try Buffer<Bool>(repeating: false, count: view.count)
    for k in 0..<truss.count where most > 0 && truss[k] == most {
      isFirm[Int(sources[k])] = true
      isFirm[Int(targets[k])] = true
    }
    var agents: [Int32] = []
    for v in 0..<view.count where isFirm[v] { agents.append(Int32(truncatingIfNeeded: v)) }
    return Output(truss: truss, most: most, agents: agents)
  }
}
