package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// `AuraKernels.DCPower` fitted to a network.
package struct DCPowerModel: CascadeModel {
  package let count: Int
  let grid: DCGrid
  let ratings: Column<Double>
  let tolerance: Double

  /// Demand and generation are the agents' metrics `pd`, `pg` and `pgmax` (MW), the susceptance of a line is one over
  /// its reactance `x`, else its strength. Lines without a rating (link field `capacity`, MW) get `alpha` above their
  /// present flow, counting at least a quarter of the median flow. An abstract network without any of the metrics is
  /// given a demand of 1 for each agent, which the best linked agents generate.
  ///
  /// - Parameters:
  ///   - intact: the model of the network before changes: its ratings and pattern are kept.
  package init(
    _ network: CascadeNetwork, alpha: Double, tolerance: Double, intact: DCPowerModel? = nil, work: Work
  ) throws(AuraError) {
    let n = network.count
    count = n
    self.tolerance = tolerance
    let metrics = network.metrics
    func positive(_ column: Column<Double>?, _ i: Int) -> Double {
      guard let value = column?[i], value > 0 else { return 0 }
      return value
    }
    var demand = (0..<n).map { positive(metrics.demand, $0) }
    var generation = (0..<n).map { positive(metrics.generation, $0) }
    var most = (0..<n).map { max(positive(metrics.generationMax, $0), generation[$0]) }
    if metrics.demand == nil && metrics.generation == nil && metrics.generationMax == nil {
      var degree = [Int](repeating: 0, count: n)
      for k in 0..<network.originalLinks where network.sources[k] != network.targets[k] {
        degree[Int(network.sources[k])] += 1
        degree[Int(network.targets[k])] += 1
      }
      let best = degree.max() ?? 0
      let suppliers = Double(degree.filter { $0 == best }.count)
      demand = [Double](repeating: 1, count: n)
      generation = degree.map { $0 == best ? Double(n) / suppliers : 0 }
      most = generation.map { 1.5 * $0 }
    }
    if generation.reduce(0, +) == 0 {
      let wanted = demand.reduce(0, +), available = most.reduce(0, +)
      if available > 0 { generation = most.map { min($0, $0 * wanted / available) } }
    }
    for i in 0..<n { demand[i] *= network.admitted[i] }
    var susceptance: [Double] = []
    for k in network.strengths.indices {
      var b = network.strengths[k]
      if b > 0, k < network.originalLinks, let x = metrics.reactance?[k], x.magnitude > 0 {
        b = 1 / max(x.magnitude, 1e-4)
      }
      susceptance.append(max(0, b))
    }
    let links = network.sources.count
    let same = intact.map { $0.grid.from.count == links } ?? false
    grid = try DCGrid(
      count: n, from: try Column(network.sources), to: try Column(network.targets),
      susceptance: try Column(susceptance), demand: try Column(demand), generation: try Column(generation),
      generationMax: try Column(most), pattern: same ? intact?.grid.pattern : nil, work: work)
    var ratings = intact.map { $0.ratings.array } ?? []
    if intact == nil {
      let unlimited = try Column([Double](repeating: 1e300, count: links))
      let flow = try AuraKernels.DCPower(grid: grid, ratings: unlimited).intactFlow().map(\.magnitude)
      let flowing = flow.filter { $0 > 1e-9 }.sorted()
      let median = flowing.isEmpty ? 1 : (flowing[(flowing.count - 1) / 2] + flowing[flowing.count / 2]) / 2
      ratings = flow.indices.map { k in
        if k < network.originalLinks, let rated = metrics.linkCapacity?[k], rated > 0 { return rated }
        return (1 + alpha) * max(flow[k], 0.25 * median)
      }
    }
    while ratings.count < links { ratings.append(ratings.max() ?? 1) }
    for k in ratings.indices {
      let tougher = max(network.boost[Int(network.sources[k])], network.boost[Int(network.targets[k])])
      if tougher != 1 { ratings[k] *= tougher }
    }
    self.ratings = try Column(ratings)
  }

  package var usesChance: Bool { false }

  package func player(_ work: Work) throws(AuraError) -> Player {
    let kernel = try AuraKernels.DCPower(grid: grid, ratings: ratings, tolerance: tolerance)
    return Player { trace, _ throws(AuraError) in try kernel.run(trace, work: work) }
  }
}

/// Which buses of a transmission grid go dark when lines overload, trip, and split it into islands.
///
/// - Complexity: one sparse factorisation for each step in which something changes.
/// - Source: Stott, Jardim and Alsaç 2009, doi:10.1109/TPWRS.2009.2021235 (flow); Dobson et al. 2007,
///   doi:10.1063/1.2737822 (tripping).
package enum DCPower: SpreadingMechanism {
  package static let card = Card(
    id: "cascade.dc_power", since: "0.1",
    summary: "Which buses of a power grid go dark when lines overload, trip, and split it into islands.",
    reference:
      "Stott, Jardim and Alsac 2009, doi:10.1109/TPWRS.2009.2021235; Dobson et al. 2007, doi:10.1063/1.2737822",
    cost: "one sparse factorisation for each step with a change: 1,000 worlds take 0.15 s on 300 buses, 1.3 s on 1,000")

  package struct Parameters: CascadeParameters {
    package var agents: [AgentID] = []
    package var runs = 1
    package var steps: Int?
    var alpha = 0.4
    var tolerance = 0.0
    package init() {}
    package static let fields: [Field<Self>] =
      common + [
        .real("alpha", \.alpha, in: 0...1_000, "Reserve of lines without a rating, as a share of their present flow."),
        .real(
          "heat_tolerance", \.tolerance, in: 0...1_000,
          "Overload (as a share of the rating, added up over steps, fading by 30 % a step) that a line stands."),
      ]
  }

  package static let knownAnswers = [
    KnownAnswer(
      "three buses in a row fed from one end: without the middle the last is an island without a generator",
      on: .path(3).metric("pd", [0, 50, 50]).metric("pg", [100, 0, 0]).metric("pgmax", [100, 0, 0]),
      with: ["agents": [1]], expect: ["failure_step": [nil, 0, 1]]),
    KnownAnswer(
      "two ways to a load of 90: 60 on the short one, 30 on the way round bus 2; without bus 2 the short one must carry "
        + "90 on a rating of 84, trips, and the load goes dark",
      on: .undirected(3, [(0, 1), (0, 2), (2, 1)]).metric("pd", [0, 90, 0]).metric("pg", [90, 0, 0])
        .metric("pgmax", [90, 0, 0]), with: ["agents": [2], "alpha": 0.4],
      // Step 0: bus 2 fails, the line trips; step 1: the flow is computed without it; step 2: bus 1 is dark.
      expect: ["failure_step": [nil, 2, 0]]),
    KnownAnswer(
      "with a reserve of three fifths (96) it holds",
      on: .undirected(3, [(0, 1), (0, 2), (2, 1)]).metric("pd", [0, 90, 0]).metric("pg", [90, 0, 0])
        .metric("pgmax", [90, 0, 0]), with: ["agents": [2], "alpha": 0.6], expect: ["failure_step": [nil, nil, 0]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> CascadeAnswer {
    let network = try CascadeNetwork(view)
    let model = try DCPowerModel(
      network, alpha: parameters.alpha, tolerance: parameters.tolerance, work: view.work)
    return try parameters.answer(view, network, model, steps: 100)
  }
}
