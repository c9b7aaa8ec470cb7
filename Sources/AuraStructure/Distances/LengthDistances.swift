package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// How long the ways between the agents of a network are, in the unit of its links' lengths.
///
/// Pairs of which one cannot reach the other have no distance: they are left out of the mean and the quantiles, and their
/// share is said beside them.
///
/// - Complexity: O(*n m* log *n*), at most twice; O(*n m* / 256) where all links are equally long.
/// - Source: Dijkstra 1959, doi:10.1007/BF01386390.
package enum LengthDistances: Analysis {
  package static let card = Card(
    id: "graph.structure.length_distances", since: "0.2", summary: "Delay between agents.",
    reference: "Dijkstra 1959, doi:10.1007/BF01386390", cost: "n m log n; comfortable up to 10^4 agents")

  private static let shares = [10, 25, 50, 75, 90, 99]

  package struct Parameters: ParameterSet {
    var ignoreLength = false

    package init() {}
    package static let fields: [Field<Self>] = [
      .flag("ignore_length", \.ignoreLength, "Count links even where links have a length.")
    ]
  }

  package struct Output: Answer {
    let found: LengthQuantiles
    let means: Column<Double>
    let mean: Double?
    let share: Double

    private var longest: Double { found.farthest.array.max() ?? 0 }

    package static let fields: [AnswerField<Self>] = [
      .real("mean", { $0.mean }, unit: "length", "Mean distance of the pairs of which one reaches the other."),
      .list(
        "quantiles", { $0.found.quantiles }, unit: "length",
        "The distances within which 10, 25, 50, 75, 90 and 99 % of those pairs are; empty when there are none."),
      .real("longest", { $0.longest }, unit: "length", "The largest distance."),
      .real("reachable_share", { $0.share }, "Share of the ordered pairs of which one reaches the other."),
      .reals(
        "means", { $0.means }, unit: "length",
        "Mean distance from each agent to those that it reaches; null for nobody."),
      .reals("farthest", { $0.found.farthest }, unit: "length", "The largest distance from each agent."),
    ]

    package func headline(_ view: TopologyView) -> String {
      guard let mean, found.quantiles.count == 6 else { return "Nobody reaches anybody." }
      return
        "From agent to agent it is \(figure(mean)) on average, \(figure(found.quantiles[2])) or less for half of all "
        + "pairs that reach one another, at most \(figure(longest))."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "two short links are a shorter way than a long one",
      on: SampleNetwork.undirected(3, [(0, 1), (1, 2), (0, 2)]).linkField("length", [1, 1, 3]),
      expect: [
        "mean": .real(4.0 / 3), "quantiles": [1, 1, 1, 2, 2, 2], "longest": 2, "means": [1.5, 1, 1.5],
        "farthest": [2, 1, 2],
      ]),
    KnownAnswer(
      "with direction, of a doubled link the shorter one; who reaches nobody has no mean",
      on: SampleNetwork.directed(4, [(0, 1), (0, 1), (1, 2)]).linkField("length", [5, 0.5, 4]),
      expect: [
        "mean": 3, "quantiles": [0.5, 0.5, 4, 4.5, 4.5, 4.5], "reachable_share": 0.25, "means": [2.5, 4, .null, .null],
      ]),
    KnownAnswer(
      "where no link says its length, each is 1", on: .path(4),
      expect: ["mean": .real(5.0 / 3), "quantiles": [1, 1, 1, 2, 3, 3], "reachable_share": 1]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let lengths = parameters.ignoreLength ? nil : try view.positiveLengths()
    let found = try lengthQuantiles(
      view.adjacency(.successors), lengths: lengths?.span, shares: shares, work: view.work)
    var means = Buffer<Double>()
    var (pairs, total) = (0.0, 0.0)
    try means.reserve(view.count)
    for i in 0..<view.count {
      let others = Double(found.reached[i] - 1)
      pairs += others
      total += found.total[i]
      try means.append(found.total[i] / others)
    }
    return Output(
      found: found, means: Column(means), mean: pairs > 0 ? total / pairs : nil,
      share: view.count > 1 ? pairs / orderedPairs(view.count) : 1)
  }
}
