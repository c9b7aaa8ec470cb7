package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// Who hears first: how near an agent is to all that it reaches.
///
/// The number of others reached, over the sum of the distances to them; scaled down by the share of the network that is
/// reached, so that the centre of a small part does not pass for the centre of all. Where a network is in parts,
/// `graph.centrality.harmonic` is easier to read.
///
/// - Complexity: O(*n m* / 256) in links, O(*n m* log *n*) with lengths.
/// - Source: Freeman 1978, doi:10.1016/0378-8733(78)90021-7; scaled after Wasserman and Faust 1994.
package enum Closeness: Analysis {
  package static let card = Card(
    id: "graph.centrality.closeness", since: "0.2", summary: "Who hears first.",
    reference: "Freeman 1978, doi:10.1016/0378-8733(78)90021-7",
    cost: "n m / 256; comfortable up to 10^5 agents, 10^4 with lengths")

  package struct Parameters: ParameterSet {
    var direction = Direction.out
    var scaled = true
    var ignoreLength = false

    package init() {}
    package static let fields: [Field<Self>] = [
      .choice("direction", \.direction, Direction.summary),
      .flag("scaled", \.scaled, "Scale by the share of the other agents that are reached."),
      .flag("ignore_length", \.ignoreLength, "Count links even where links have a length."),
    ]
  }

  package struct Output: Answer {
    package let closeness: Column<Double>

    package static let fields: [AnswerField<Self>] = [
      .reals("closeness", { $0.closeness }, "Closeness of each agent; 0 for who reaches nobody.")
    ]

    package func headline(_ view: TopologyView) -> String {
      guard let most = leader(closeness), closeness[most] > 0 else { return "Nobody reaches anybody." }
      return "News travels fastest from \(name(most, view))."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "from the first of a directed chain two others at 1 and 2 links, of three that there are",
      on: .directed(4, [(0, 1), (1, 2)]), expect: ["closeness": [.real(4.0 / 9), .real(1.0 / 3), 0, 0]]),
    KnownAnswer(
      "unscaled, what is not reached does not matter", on: .directed(4, [(0, 1), (1, 2)]), with: ["scaled": false],
      expect: ["closeness": [.real(2.0 / 3), 1, 0, 0]]),
    KnownAnswer(
      "inward, the last of the chain is near", on: .directed(3, [(0, 1), (1, 2)]), with: ["direction": "in"],
      expect: ["closeness": [0, 0.5, .real(2.0 / 3)]]),
    KnownAnswer(
      "a long link is far", on: SampleNetwork.undirected(3, [(0, 1), (1, 2)]).linkField("length", [1, 3]),
      expect: ["closeness": [.real(2.0 / 5), 0.5, .real(2.0 / 7)]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let found = try view.distances(parameters.direction, inLinks: parameters.ignoreLength)
    let others = Double(max(1, view.count - 1))
    var out = Buffer<Double>()
    try out.reserve(view.count)
    for i in 0..<view.count {
      let reached = Double(found.reached[i] - 1)
      let near = reached > 0 ? reached / found.total[i] : 0
      try out.append(parameters.scaled ? near * reached / others : near)
    }
    return Output(closeness: Column(out))
  }
}
