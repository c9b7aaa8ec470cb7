package import AuraBase
package import AuraCatalogue
package import AuraGraph
package import AuraKernels

/// How many shortest routes run through each agent, estimated from routes drawn at random.
///
/// For networks where the exact count takes too long. The answer says how far from the truth it may be, and with
/// what confidence; that bound is a theorem, whatever the network. Routes are counted in links, even where links
/// have a length.
///
/// - Complexity: at most about ln(*n*) / `error`² routes, each two searches that meet half-way. Unless `samples_max` says
///   otherwise, no more than about 5 10^8 link ends are looked at: on long networks the half width is then larger than
///   `error`.
/// - Source: Borassi and Natale 2019, doi:10.1145/3284359; Riondato and Kornaropoulos 2016,
///   doi:10.1007/s10618-015-0423-0.
package enum BetweennessSampled: Analysis {
  package static let card = Card(
    id: "graph.centrality.betweenness_sampled", since: "0.1",
    summary: "Who sits on most routes, on large networks, with the error that the estimate may have.",
    reference: "Borassi and Natale 2019, doi:10.1145/3284359",
    cost: "ln n / error^2 searches, at most some seconds; comfortable up to 10^6 agents", suits: 5_001...(.max),
    dependsOnOrder: true)

  package struct Parameters: ParameterSet {
    var error = 0.01
    var confidence = 0.9
    var samplesMax: Int? = nil

    package init() {}
    package static let fields: [Field<Self>] = [
      .real(
        "error", \.error, in: 1e-4...0.5,
        "Half width asked for, as a share of all pairs; on long networks it may stay larger."),
      .real(
        "confidence", \.confidence, in: 0.01...0.999999, "Chance that all agents at once are within the half width."),
      .optionalInteger(
        "samples_max", \.samplesMax, in: 1...1_000_000_000_000,
        "Stop after so many routes with whatever half width has been reached; by default after some seconds of work."),
    ]
  }

  package struct Output: Answer {
    package let found: SampledBetweenness

    package static let fields: [AnswerField<Self>] = [
      .reals("betweenness", { $0.found.values }, "Estimate for each agent, in the unit of the exact measure."),
      .real("half_width", { $0.found.halfWidth }, "No estimate is farther than this from the exact value."),
      .real(
        "confidence", { $0.found.confidence },
        "Chance that this holds for all agents at once; less than asked for when the allowance ended."),
      .integer("samples", { $0.found.samples }, "Routes drawn."),
    ]

    package func headline(_ view: TopologyView) -> String {
      guard let most = leader(found.values), found.values[most] > 0 else {
        return "No route that was drawn runs through a third agent."
      }
      let pairs = Double(view.count - 1) * Double(view.count - 2) / (view.directed ? 1 : 2)
      return "About \(percent(found.values[most] / pairs)) of all routes run through \(name(most, view)), "
        + "give or take \(percent(found.halfWidth / pairs))."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "the hub of a star lies between six of its ten pairs, the leaves between none", on: .star(4),
      with: ["error": 0.02], expect: ["betweenness": [6, 0, 0, 0, 0], "confidence": 0.9], tolerance: 0.2 / 6),
    KnownAnswer(
      "along a directed chain of three one pair of six has an agent between it", on: .directed(3, [(0, 1), (1, 2)]),
      with: ["error": 0.02], expect: ["betweenness": [0, 1, 0]], tolerance: 0.12),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    Output(
      found: try sampledBetweenness(
        out: view.adjacency(.successors), into: view.adjacency(.predecessors), undirected: !view.directed,
        error: parameters.error, confidence: parameters.confidence, samplesMax: parameters.samplesMax ?? .max,
        budget: parameters.samplesMax == nil ? 500_000_000 : .max, work: view.work))
  }
}
