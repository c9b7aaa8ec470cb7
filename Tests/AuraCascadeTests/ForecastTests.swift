import AuraBase
import AuraCascade
import AuraCatalogue
import AuraGraph
import AuraKernels
import Testing

@Suite struct ForecastTests {
  static func forecast(
    _ network: SampleNetwork, seed: UInt64 = 1, _ change: (inout ForecastQuestion) -> Void = { _ in }
  ) throws -> Forecast {
    var question = ForecastQuestion()
    change(&question)
    return try Forecast(TopologyView(try network.topology(), work: Work(seed: seed)), question)
  }

  /// A ring in which agent 0 is sick and everybody else is busy.
  static let busy = SampleNetwork.ring(12).metric("load", [Double](repeating: 5, count: 12))
    .metric("capacity", (0..<12).map { 6.6 + 0.2 * Double($0 % 5) })
    .metric("error_rate", (0..<12).map { $0 == 0 ? 0.4 : 0.01 })

  /// The standard errors must say how far the probabilities are from those of very many worlds: over seeds and agents
  /// the squared distances in standard errors average about one.
  @Test func standardErrorsAreHonest() throws {
    let truth = try Self.forecast(Self.busy, seed: 99) { $0.runs = 40_000 }
    var sum = 0.0
    var count = 0.0
    for seed in 1...40 {
      let small = try Self.forecast(Self.busy, seed: UInt64(seed)) { $0.runs = 200 }
      for i in 0..<12 where small.error[i] > 0 {
        let z = (small.probability[i] - truth.probability[i]) / small.error[i]
        sum += z * z
        count += 1
      }
    }
    #expect(sum / count > 0.4 && sum / count < 1.6, "\(sum / count)")
  }

  /// The analytic part: with nothing to pull anybody down the probability is exact however few the worlds.
  @Test func ownPartIsExact() throws {
    let network = SampleNetwork.undirected(3, []).metric("error_rate", [0.5, 0.26, 0])
    let forecast = try Self.forecast(network) { $0.runs = 16 }
    let healthy = 600 / 604_800.0
    let expected = [1 + healthy, 0.125 + healthy, healthy]
    for i in 0..<3 { #expect(abs(forecast.probability[i] - (1 - Double.exp(-expected[i]))) < 1e-12) }
    #expect(forecast.pulled == [0, 0, 0])
  }

  @Test func probabilitiesAddUp() throws {
    let forecast = try Self.forecast(Self.busy)
    for i in 0..<12 {
      #expect(abs(forecast.own[i] + forecast.pulled[i] - forecast.probability[i]) < 1e-12)
      #expect(forecast.own[i] >= -1e-12 && forecast.pulled[i] >= -1e-12 && forecast.probability[i] <= 1)
    }
    #expect(forecast.probability[forecast.ranking(1)[0]] == forecast.probability.max())
    // The sick agent fails by itself; those beside it are pulled down, and by it first of all.
    #expect(forecast.own[0] > forecast.pulled[0])
    #expect(forecast.pulled[1] > forecast.own[1])
    #expect(forecast.causes(of: [1], limit: 1)[0].first?.agent == 0)
  }

  @Test func pathLeadsFromOriginToLastVictim() throws {
    let forecast = try Self.forecast(Self.busy)
    let path = try forecast.path(Work(seed: 1))
    #expect(path.agents.first == 0)
    #expect(path.agents.count > 1)
    for (a, b) in zip(path.agents, path.agents.dropFirst()) {
      #expect((b - a + 12) % 12 == 1 || (a - b + 12) % 12 == 1)
    }
    for (a, b) in zip(path.steps, path.steps.dropFirst()) { #expect(a < b) }
  }

  /// Worse symptoms never make an agent safer.
  @Test(arguments: Symptom.allCases)
  func severityIsMonotone(_ symptom: Symptom) {
    var last = 0.0
    for k in 0...400 {
      let severity = symptom.severity(Double(k) * 0.5)
      #expect(severity >= last && severity <= 3)
      last = severity
    }
    #expect(symptom.severity(.nan) == 0)
    #expect(symptom.severity(-1) == 0)
    #expect(symptom.severity(.infinity) == 3)
  }

  @Test func strangeMetricsDoNotMatter() throws {
    let network = SampleNetwork.ring(6).metric("load", [.nan, 0, 1e308, 5, 1e-300, .infinity])
      .metric("capacity", [0, 0, 1e308, .nan, 1e-300, 1]).metric("error_rate", [.nan, 0, 1, 2, 0, 0])
    for mechanism in ForecastQuestion.Choice.allCases {
      let forecast = try Self.forecast(network) {
        $0.mechanism = mechanism
        $0.runs = 32
      }
      for i in 0..<6 { #expect(forecast.probability[i] >= 0 && forecast.probability[i] <= 1, "\(mechanism)") }
    }
  }

  @Test(arguments: ForecastQuestion.Choice.allCases)
  func worksForNobodyAndForOne(_ mechanism: ForecastQuestion.Choice) throws {
    for network in [SampleNetwork.empty, .single] {
      let forecast = try Self.forecast(network) { $0.mechanism = mechanism }
      #expect(forecast.probability.count == network.count)
      #expect(try Planner(forecast, .init(), work: Work()).plan().steps.isEmpty)
    }
  }

  /// The loss of an agent, against the mechanism run by hand with that agent alone.
  @Test func lossAgreesWithTheMechanism() throws {
    let network = Self.busy
    let forecast = try Self.forecast(network) { $0.physics.capacityUncertainty = 0 }
    let entry = try #require(CascadeFamily.entries.first { $0.card.id == "cascade.load_sharing" })
    let alone = try entry(TopologyView(try network.topology()))
    for (k, i) in forecast.loss.agents.enumerated() {
      #expect(forecast.loss.further[k] == alone["further_failures"]![i]!.number!)
      #expect(forecast.loss.error[k] == 0)
    }
  }

  /// A rising line of errors is extended; a flat one is not.
  @Test func trendsAreExtended() throws {
    func view(_ slope: Double) throws -> TopologyView {
      var text = "{\"nodes\":[{\"id\":0,\"error_rate\":\(0.02 + 15 * slope)}],\"edges\":[],\"time_s\":150,"
      text += "\"history\":{\"time_s\":[" + (0..<16).map { "\($0 * 10)" }.joined(separator: ",") + "],\"metrics\":"
      text += "{\"error_rate\":[[" + (0..<16).map { "\(0.02 + slope * Double($0))" }.joined(separator: ",") + "]]}}}"
      let bytes = Array(text.utf8)
      return TopologyView(try OracleTests.parse(bytes), work: Work(seed: 1))
    }
    let flat = try Forecast(try view(0), ForecastQuestion())
    let rising = try Forecast(try view(0.01), ForecastQuestion())
    #expect(flat.hazards.turn[0] == .infinity)
    // From 0.17 now to 0.5 at 0.01 each ten seconds: 33 steps.
    #expect(abs(rising.hazards.turn[0] - 33) < 0.01)
    #expect(rising.probability[0] > 0.2)
    #expect(rising.hazards.contributions(0).first?.turning == true)
  }
}

extension Double {
  fileprivate static func exp(_ x: Double) -> Double {
    var term = 1.0, sum = 1.0
    for k in 1...60 {
      term *= x / Double(k)
      sum += term
    }
    return sum
  }
}
