package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// How a failed agent's load is shared out.
package enum ShareRule: String, CaseIterable, Sendable {
  case freeCapacity = "free_capacity"
  case strength
  case load

  var kernel: AuraKernels.LoadSharing.Rule {
    switch self {
    case .freeCapacity: .freeCapacity
    case .strength: .strength
    case .load: .load
    }
  }
}

/// `AuraKernels.LoadSharing` fitted to a network.
package struct LoadSharingModel: CascadeModel {
  package let count: Int
  let rows: WeightedRows
  let load: Column<Double>
  let capacity: Column<Double>
  let isolated: Column<UInt8>
  let rule: ShareRule
  let delay: Int
  let spread: Double

  /// Of an agent that says only its load or only its capacity, the other is filled in from the median utilisation of
  /// those that say both. One that says neither carries nothing, is given nothing by free capacity, and otherwise
  /// stands whatever comes: the model cannot say that it fails.
  package init(_ network: CascadeNetwork, rule: ShareRule, delay: Int, spread: Double) throws(AuraError) {
    count = network.count
    rows = try network.rows(.both)
    var known: [Double] = []
    for i in 0..<count where network.load[i] > 0 && network.capacity[i] > 0 {
      known.append(network.load[i] / network.capacity[i])
    }
    known.sort()
    let usual = known.isEmpty ? 0.5 : max(1e-9, known[known.count / 2])
    let neither = rule == .freeCapacity ? 0 : 1e300
    var loads: [Double] = []
    var capacities: [Double] = []
    for i in 0..<count {
      let (load, capacity) = (network.load[i], network.capacity[i])
      loads.append(load >= 0 ? load : capacity >= 0 ? capacity * usual : 0)
      capacities.append(capacity >= 0 ? capacity : load >= 0 ? load / usual * network.boost[i] : neither)
    }
    load = try Column(loads)
    capacity = try Column(capacities)
    isolated = try Column((0..<count).map { network.isolated[$0] != 0 || network.drained[$0] ? 1 : 0 })
    self.rule = rule
    self.delay = delay
    self.spread = spread
  }

  package var usesChance: Bool { spread > 0 }

  package func player(_ work: Work) throws(AuraError) -> Player {
    let kernel = try AuraKernels.LoadSharing(
      rows: rows, load: load, capacity: capacity, isolated: isolated, rule: rule.kernel, delay: delay, spread: spread)
    return Player { trace, dice in kernel.run(trace, dice: dice) }
  }
}

/// Who is overloaded when the load of failed agents passes to their neighbours.
///
/// - Complexity: O(links of the failed agents) a world.
/// - Source: Wang and Rong 2009, doi:10.1016/j.ssci.2009.02.002.
package enum LoadSharing: SpreadingMechanism {
  package static let card = Card(
    id: "cascade.load_sharing", since: "0.1",
    summary: "Who is overloaded in turn when the load of failed agents passes to their neighbours.",
    reference: "Wang and Rong 2009, doi:10.1016/j.ssci.2009.02.002",
    cost: "O(links of the failed agents) a world; 1,000 worlds on 1,000 agents take tens of milliseconds",
    dependsOnOrder: true)

  package struct Parameters: CascadeParameters {
    package var agents: [AgentID] = []
    package var runs = 1
    package var steps: Int?
    var share = ShareRule.freeCapacity
    var delay = 1
    var uncertainty = 0.0
    package init() {}
    package static let fields: [Field<Self>] =
      common + [
        .choice("share", \.share, "What the part that a neighbour takes over is proportional to."),
        .integer("delay_steps", \.delay, in: 1...1_000, unit: "steps", "Time from overload to failure."),
        .real(
          "capacity_uncertainty", \.uncertainty, in: 0...1,
          "Relative standard deviation of capacities; each world draws them anew."),
      ]
  }

  package static let knownAnswers = [
    KnownAnswer(
      "the middle's 4 go half and half to two ends with 1 to spare each: both fail, and nobody is left",
      on: .path(3).metric("load", [1, 4, 1]).metric("capacity", [2, 5, 2]), with: ["agents": [1]],
      expect: ["failure_step": [1, 0, 1], "size": ["mean": 3], "causes": [1, nil, 1]]),
    KnownAnswer(
      "shared by free capacity (3 and 1) nobody is overloaded; shared by load (1 and 3) the loaded one fails",
      on: .path(3).metric("load", [1, 4, 3]).metric("capacity", [4, 9, 4]), with: ["agents": [1], "share": "load"],
      expect: ["failure_step": [nil, 0, 1], "size": ["mean": 2]]),
    KnownAnswer(
      "the same network, by free capacity: exactly full is not overloaded",
      on: .path(3).metric("load", [1, 4, 3]).metric("capacity", [4, 9, 4]), with: ["agents": [1]],
      expect: ["failure_step": [nil, 0, nil]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> CascadeAnswer {
    let network = try CascadeNetwork(view)
    let model = try LoadSharingModel(
      network, rule: parameters.share, delay: parameters.delay, spread: parameters.uncertainty)
    return try parameters.answer(view, network, model)
  }
}
