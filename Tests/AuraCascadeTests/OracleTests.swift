import AuraBase
import AuraCascade
import AuraCatalogue
import AuraGraph
import AuraKernels
import Foundation
import Testing

/// Reference answers from `Tests/Data/oracles/cascade_oracles.py`, which shares nothing with the engine.
@Suite struct OracleTests {
  static let data = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(
    path: "Data")

  struct Case {
    let name: String
    let topology: Topology
    let json: JSON
  }

  static func read(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: data.appending(path: path))) }

  static func parse(_ bytes: [UInt8]) throws -> Topology { try TopologyReader.read(bytes.span) }

  static func cases(_ mechanism: String) throws -> [Case] {
    let bytes = try read("oracles/cascade.\(mechanism).json")
    let document = try JSON(parsing: bytes.span)
    return try document["cases"]!.elements.map { json in
      let name = json["topology"]!.text!
      let bytes: [UInt8]
      if let inside = json["document"] {
        bytes = Array(inside.encoded.utf8)
      } else {
        bytes = try read("topologies/\(name).json")
      }
      var topology = try parse(bytes)
      if let load = json["load"], let capacity = json["capacity"] {
        let old = topology
        topology = try Topology(
          count: old.agentCount, directed: old.structure.directed,
          links: (0..<old.linkCount).map { (old.structure.sources[$0], old.structure.targets[$0]) },
          metrics: [
            ("load", load.elements.map { $0.number! }), ("capacity", capacity.elements.map { $0.number! }),
          ], linkMetrics: old.linkMetrics.map { ($0.name, $0.values.array) })
      }
      return Case(name: name, topology: topology, json: json)
    }
  }

  static func steps(_ id: String, _ this: Case, _ parameters: [(String, JSON)]) throws -> [Int] {
    let entry = try #require(CascadeFamily.entries.first { $0.card.id == id })
    let all = parameters + [("agents", this.json["agents"]!)]
    let answer = try entry(
      TopologyView(this.topology), .object(all.map { JSON.Member($0.0, $0.1) }))
    return answer["failure_step"]!.elements.map { $0 == .null ? -1 : Int($0.number!) }
  }

  static func expected(_ this: Case) -> [Int] { this.json["step"]!.elements.map { Int($0.number!) } }

  @Test func motterLai() throws {
    for this in try Self.cases("motter_lai") {
      let found = try Self.steps("cascade.motter_lai", this, [("alpha", this.json["alpha"]!)])
      #expect(found == Self.expected(this), "\(this.name)")
    }
  }

  @Test func threshold() throws {
    for this in try Self.cases("threshold") {
      let found = try Self.steps("cascade.threshold", this, [("threshold", this.json["threshold"]!)])
      #expect(found == Self.expected(this), "\(this.name)")
    }
  }

  @Test func loadSharing() throws {
    for this in try Self.cases("load_sharing") {
      let found = try Self.steps("cascade.load_sharing", this, [("share", this.json["share"]!)])
      #expect(found == Self.expected(this), "\(this.name) \(this.json["share"]!)")
    }
  }

  @Test func retryQueue() throws {
    for this in try Self.cases("retry_queue") {
      let found = try Self.steps(
        "cascade.retry_queue", this,
        [("retries", this.json["retries"]!), ("blocking", 0.6), ("steps", 60)])
      #expect(found == Self.expected(this), "\(this.name)")
    }
  }

  @Test func blackout() throws {
    for this in try Self.cases("dc_power") {
      let found = try Self.steps("cascade.dc_power", this, [("alpha", this.json["alpha"]!), ("steps", 400)])
      #expect(found == Self.expected(this), "\(this.name) \(this.json["alpha"]!)")
    }
  }

  /// Asks `component` for many worlds and says what is farther from the exact answer than four standard errors, or not
  /// exact where nothing is left to chance.
  static func doubts(
    _ component: String, _ this: Case, _ runs: Int, _ parameters: [(String, JSON)]
  ) throws -> [String] {
    let entry = try #require(CascadeFamily.entries.first { $0.card.id == component })
    let all = parameters + [("agents", this.json["agents"]!), ("runs", .integer(runs))]
    let answer = try entry(TopologyView(this.topology), .object(all.map { JSON.Member($0.0, $0.1) }))
    let worlds = answer["runs"]!.number!
    var doubts: [String] = []
    func compare(_ what: String, _ found: Double, _ exact: Double, variance: Double, over worlds: Double) {
      if abs(found - exact) > 4 * (variance / worlds).squareRoot() + 1e-9 {
        doubts.append("\(this.name): \(what) is \(found), not \(exact)")
      }
    }
    for i in 0..<this.topology.agentCount {
      let p = this.json["frequency"]![i]!.number!
      let found = answer["failure_frequency"]![i]!.number!
      compare("frequency of \(i)", found, p, variance: p * (1 - p), over: worlds)
      if let step = answer["failure_step"]![i]!.number, found * worlds >= 50 {
        compare(
          "step of \(i)", step, this.json["mean_step"]![i]!.number!,
          variance: this.json["step_variance"]![i]!.number!, over: found * worlds)
      }
    }
    compare(
      "size", answer["size"]!["mean"]!.number!, this.json["size"]!.number!,
      variance: this.json["size_variance"]!.number!, over: worlds)
    return doubts
  }

  /// All that can happen on small networks, added up.
  @Test func contagion() throws {
    let cases = try Self.cases("contagion")
    #expect(cases.count >= 20)
    var others = ["cascade.contagion_sis": 0, "cascade.threshold": 0]
    for this in cases {
      let chance = [("probability", this.json["probability"]!)]
      #expect(try Self.doubts("cascade.contagion", this, 10_000, chance) == [])
      others["cascade.contagion_sis"]! += try Self.doubts("cascade.contagion_sis", this, 500, chance).count
      others["cascade.threshold"]! += try Self.doubts("cascade.threshold", this, 500, chance).count
    }
    for (name, doubts) in others { #expect(doubts > cases.count, "\(name) passes for contagion") }
  }

  @Test func contagionWithRecovery() throws {
    let cases = try Self.cases("contagion_sis")
    #expect(Set(cases.map(\.name)).count >= 20)
    var once = 0
    var eager = 0
    for this in cases {
      let chance = [("probability", this.json["probability"]!), ("steps", this.json["steps"]!)]
      #expect(
        try Self.doubts("cascade.contagion_sis", this, 10_000, chance + [("recovery", this.json["recovery"]!)]) == [])
      once += try Self.doubts("cascade.contagion", this, 1_000, chance).count
      eager += try Self.doubts(
        "cascade.contagion_sis", this, 1_000, chance + [("recovery", .real(this.json["recovery"]!.number! / 2))]
      ).count
    }
    #expect(once > cases.count, "the variant without recovery passes for the one with it")
    #expect(eager > cases.count, "half the recovery passes for all of it")
  }

  @Test func powerFlow() throws {
    for this in try Self.cases("dc_power") {
      let t = this.topology
      let n = t.agentCount
      let most = (0..<n).map { max(t.metric("pg")![$0], t.metric("pgmax")![$0]) }
      let grid = try DCGrid(
        count: n, from: t.structure.sources, to: t.structure.targets,
        susceptance: try Column(t.linkMetric("x")!.array.map { 1 / max(abs($0), 1e-4) }), demand: t.metric("pd")!,
        generation: t.metric("pg")!, generationMax: try Column(most), work: Work())
      let flow = try DCFlow(grid)
      let live = try Slab<UInt8>(repeating: 1, count: t.linkCount)
      let nobody = try Slab<Int32>(repeating: -1, count: n)
      flow.solve(live: live, gone: nobody)
      for (k, value) in this.json["flow"]!.elements.enumerated() {
        #expect(abs(flow.flow[k] - value.number!) < 1e-6 * max(1, abs(value.number!)))
      }
      let hub = Int(this.json["agents"]![0]!.number!)
      for k in 0..<t.linkCount where Int(t.structure.sources[k]) == hub || Int(t.structure.targets[k]) == hub {
        live[k] = 0
      }
      flow.solve(live: live, gone: nobody)
      for (k, value) in this.json["cut_flow"]!.elements.enumerated() {
        #expect(abs(flow.flow[k] - value.number!) < 1e-6 * max(1, abs(value.number!)))
      }
      for (i, value) in this.json["cut_served"]!.elements.enumerated() {
        #expect(abs(flow.served[i] - value.number!) < 1e-9)
      }
    }
  }
}
