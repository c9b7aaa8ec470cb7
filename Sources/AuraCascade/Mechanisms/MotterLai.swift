package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// `AuraKernels.MotterLai` fitted to a network.
package struct MotterLaiModel: CascadeModel {
  package let count: Int
  let rows: WeightedRows
  let loads: Column<Double>
  let capacity: Column<Double>
  private let tables: PathTables?
  private let known = AuraKernels.MotterLai.Known()

  package init(_ network: CascadeNetwork, alpha: Double, loads: Column<Double>? = nil, work: Work) throws(AuraError) {
    count = network.count
    let unit = network.strengths.map { $0 > 0 ? 1.0 : 0.0 }
    rows = try network.rows(.both, strengths: unit)
    tables = try AuraKernels.MotterLai.tables(rows, without: network.down, work: work)
    if let loads {
      self.loads = loads
    } else if let tables, !network.down.contains(true) {
      self.loads = try tables.loads
    } else {
      self.loads = try AuraKernels.MotterLai.intactLoads(rows, work: work)
    }
    let intact = self.loads
    capacity = try Column((0..<count).map { (1 + alpha) * intact[$0] * network.boost[$0] })
  }

  package var usesChance: Bool { false }

  package func player(_ work: Work) throws(AuraError) -> Player {
    let kernel = try AuraKernels.MotterLai(
      rows: rows, loads: loads, capacity: capacity, tables: tables, known: known)
    return Player { trace, _ throws(AuraError) in try kernel.run(trace, work: work) }
  }
}

/// Who is overloaded when traffic finds new shortest paths around failed agents.
///
/// - Complexity: O(*n m*) a round.
/// - Source: Motter and Lai 2002, doi:10.1103/PhysRevE.66.065102.
package enum MotterLai: SpreadingMechanism {
  package static let card = Card(
    id: "cascade.motter_lai", since: "0.1",
    summary: "Who is overloaded in turn when traffic finds new shortest paths around failed agents.",
    reference: "Motter and Lai 2002, doi:10.1103/PhysRevE.66.065102",
    cost: "O(n m) a round: tens of milliseconds a round on 1,000 agents; comfortable to 2,000 agents")

  package struct Parameters: CascadeParameters {
    package var agents: [AgentID] = []
    package var runs = 1
    package var steps: Int?
    var alpha = 0.2
    package init() {}
    package static let fields: [Field<Self>] =
      common + [
        .real(
          "alpha", \.alpha, in: 0...1_000, "Reserve of each agent, as a share of its load in the intact network.")
      ]
  }

  package static let knownAnswers = [
    KnownAnswer(
      "on a path the ends lose their only way: loads fall, so nothing else fails however small the reserve",
      on: .path(5), with: ["agents": [0], "alpha": 0], expect: ["failure_step": [0, nil, nil, nil, nil]]),
    KnownAnswer(
      "in a ring of six each carries 14; broken, it is a path whose middle carries 16: that one fails, and the pairs "
        + "left over load nobody", on: .ring(6), with: ["agents": [0], "alpha": 0],
      expect: ["failure_step": [0, nil, nil, 1, nil, nil]]),
    KnownAnswer(
      "in a ring of eight each carries 23, and the middle of the path left over 28, 30, 28: a reserve of a fifth is "
        + "too little", on: .ring(8), with: ["agents": [0]], expect: ["failure_step": [0, nil, nil, 1, 1, 1, nil, nil]]),
    KnownAnswer(
      "with a reserve of a quarter (28.75) only the very middle fails", on: .ring(8),
      with: ["agents": [0], "alpha": 0.25], expect: ["failure_step": [0, nil, nil, nil, 1, nil, nil, nil]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> CascadeAnswer {
    let network = try CascadeNetwork(view)
    let model = try MotterLaiModel(network, alpha: parameters.alpha, work: view.work)
    return try parameters.answer(view, network, model)
  }
}
