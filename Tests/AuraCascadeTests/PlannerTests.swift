import AuraBase
import AuraCascade
import AuraCatalogue
import AuraGraph
import Testing

@Suite struct PlannerTests {
  static func topology(_ name: String) throws -> Topology {
    try OracleTests.parse(try OracleTests.read("topologies/\(name).json"))
  }

  /// At equal budget and with the same kind of action, on worlds that had no part in any choice.
  @Test(arguments: [Mechanism.loadSharing, .threshold, .contagion, .retryQueue])
  func beatsSimplePolicies(_ mechanism: Mechanism) throws {
    var settings = PolicyComparison.Settings()
    settings.runs = 96
    settings.provingRuns = 384
    var sum: [PolicyComparison.Policy: Double] = [:]
    for name in ["itz_AttMpls", "svc_petshop", "dag_Deltacom"] {
      let row = try PolicyComparison.row(name, try Self.topology(name), mechanism, settings)
      for policy in PolicyComparison.Policy.allCases {
        #expect(row.reduction(policy) <= 1, "\(mechanism) \(policy) on \(name)")
        sum[policy, default: 0] += row.reduction(policy)
      }
    }
    let mine = try #require(sum[.planner])
    for policy in [PolicyComparison.Policy.random, .degree, .betweenness, .collectiveInfluence, .probability] {
      #expect(mine > sum[policy] ?? 0, "\(mechanism) \(policy): \(sum)")
    }
    #expect((sum[.plannerAny] ?? 0) >= mine - 0.05)
  }

  /// Two worlds with the same seed and no difference in what is done are the same world.
  @Test func nothingDoneSavesNobody() throws {
    let scenario = try PolicyComparison.scenario(try Self.topology("itz_AttMpls"), seed: 3)
    let work = Work(seed: 3)
    let forecast = try Forecast(TopologyView(scenario, work: work), ForecastQuestion())
    let planner = Planner(forecast, .init(), work: work)
    let dice = Dice(seed: 9)
    let harmless = Action(.capacity, [0], 1)
    #expect(try planner.losses([], dice, 200) == planner.losses([harmless], dice, 200))
  }

  /// Ten thousand targets take minutes to look at on a large network: a token ends that too.
  @Test func lookingForCandidatesCanBeCancelled() throws {
    let token = CancelToken()
    let work = Work(seed: 3, token: token)
    let forecast = try Forecast(TopologyView(try Self.topology("itz_AttMpls"), work: work), ForecastQuestion())
    let planner = Planner(forecast, .init(), work: work)
    #expect(try !planner.candidates().isEmpty)
    token.cancel()
    #expect(throws: AuraError.self) { try planner.candidates() }
  }

  /// What is reported is not what it was chosen for: on a network where every difference is noise the plan is empty
  /// or its figures are within their errors of nothing.
  @Test func promisesNothingWhereNothingHelps() throws {
    let n = 40
    let network = SampleNetwork.undirected(n, []).metric("error_rate", [Double](repeating: 0.3, count: n))
    for seed in 1...5 {
      let work = Work(seed: UInt64(seed))
      let forecast = try Forecast(TopologyView(try network.topology(), work: work), ForecastQuestion())
      var settings = Planner.Settings()
      settings.kinds = [.capacity, .link]
      let plan = try Planner(forecast, settings, work: work).plan()
      #expect(abs(plan.total.saved) <= 4 * plan.total.error + 1e-9)
    }
  }
}
