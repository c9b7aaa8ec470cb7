package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// Whether teams can be trusted: how far divisions lie apart that were found from other beginnings.
///
/// Teams are sought by traffic (`graph.communities.leiden_modularity`, one beginning each) several times. Two divisions
/// lie as far apart as each surprises who knows the other; an agent that surprises stands between teams.
///
/// - Complexity: *runs* times that of the search, and O(*n*) for every two divisions.
/// - Source: Meila 2007, doi:10.1016/j.jmva.2006.11.013.
package enum Stability: Analysis {
  package static let card = Card(
    id: "graph.communities.stability", since: "0.2", summary: "Can the teams be trusted.",
    reference: "Meila 2007, doi:10.1016/j.jmva.2006.11.013", cost: "runs m; comfortable up to 10^5 agents",
    dependsOnOrder: true)

  package struct Parameters: ParameterSet {
    var runs = 10
    var resolution = 1.0
    var ignoreStrength = false

    package init() {}
    package static let fields: [Field<Self>] = [
      .integer("runs", \.runs, in: 2...200, "Divisions to find."),
      .real("resolution", \.resolution, in: 0...1e6, "Above 1 for smaller communities, below for larger ones."),
      .flag("ignore_strength", \.ignoreStrength, "Treat all links alike even where links have a strength."),
    ]
  }

  package struct Output: Answer {
    let variation: Double
    let runs: Int
    let surprises: Column<Double>

    package static let fields: [AnswerField<Self>] = [
      .real("variation", { $0.variation }, "Mean variation of information of two divisions, in nats; 0 is no doubt."),
      .reals("surprise", { $0.surprises }, "Each agent's part in it: the mean over all agents is the variation."),
      .integer("runs", { $0.runs }, "Divisions compared: fewer than asked for when the allowance ended."),
    ]

    package func headline(_ view: TopologyView) -> String {
      guard let most = leader(surprises) else { return "There are no agents." }
      if surprises[most] < 1e-9 { return "The teams are beyond doubt: every search finds the same." }
      return "Searches differ by \((variation * 100).rounded() / 100) nats; "
        + "\(name(most, view)) is the hardest to place."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "two triangles and a link between them are found each time",
      on: .undirected(6, [(0, 1), (1, 2), (0, 2), (2, 3), (3, 4), (4, 5), (3, 5)]),
      expect: ["variation": 0, "surprise": [0, 0, 0, 0, 0, 0]]),
    KnownAnswer(
      "a ring can be cut anywhere: teams of three in three places, the same a third of the time, else 1.27 nats apart",
      on: .ring(12), expect: ["variation": 0.85], tolerance: 0.5),
    KnownAnswer("without links everybody is alone, each time", on: .undirected(2, []), expect: ["variation": 0]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let n = view.count
    let network = try view.communityNetwork(ignoreStrength: parameters.ignoreStrength)
    var found: [Components] = []
    var sums = try Buffer<Double>(repeating: 0, count: n)
    for k in 0..<parameters.runs {
      let next = try leiden(
        network, .modularity, resolution: parameters.resolution, rounds: network.roundsWorthwhile(.modularity),
        dice: view.work.dice.stream(0x76_6900 + k), work: view.work)
      if !next.complete { break }
      var more = try Buffer(copying: sums.span)
      do throws(AuraError) {
        for other in found { try addVariation(other, next.groups, to: &more, work: view.work) }
      } catch {
        guard view.work.ended(error) else { throw error }
        break
      }
      sums = more
      found.append(next.groups)
    }
    if found.count < 2 { try view.work.spend(0) }
    let pairs = Double(max(1, found.count * (found.count - 1) / 2))
    var total = 0.0
    for i in 0..<n {
      sums[i] /= pairs
      total += sums[i]
    }
    return Output(variation: n == 0 ? 0 : total / Double(n), runs: found.count, surprises: Column(sums))
  }
}
