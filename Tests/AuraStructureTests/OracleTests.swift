import AuraBase
import AuraCatalogue
import AuraGraph
import AuraKernels
import AuraStructure
import Foundation
import Testing

/// Files that all languages' tests read.
enum SharedData {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Data").standardized

  static func json(_ path: String) throws -> JSON {
    try JSON(parsing: String(contentsOf: folder.appending(path: path), encoding: .utf8))
  }

  static func topology(_ name: String) throws -> Topology {
    let bytes = Array(try Data(contentsOf: folder.appending(path: "topologies/\(name).json")))
    return try TopologyReader.read(bytes.span)
  }

  static func topology(of document: JSON) throws -> Topology {
    let bytes = Array(document.encoded.utf8)
    return try TopologyReader.read(bytes.span)
  }
}

/// One answer of an independent tool.
struct OracleCase: Sendable, CustomTestStringConvertible {
  let component: String
  let json: JSON

  var testDescription: String {
    "\(component) of \(json["topology"]?.text ?? "a document") by \(json["recipe"]?.text ?? "")"
  }

  static func load(_ name: String) -> [OracleCase] {
    guard let file = try? SharedData.json("oracles/\(name).json") else { return [] }
    return (file["cases"]?.elements ?? []).map { json in
      OracleCase(component: json["component"]?.text ?? name, json: json)
    }
  }

  func topology() throws -> Topology {
    if let name = json["topology"]?.text { return try SharedData.topology(name) }
    return try SharedData.topology(of: #require(json["document"]))
  }

  func answer(seed: UInt64 = 0) throws -> JSON {
    let roles = try TopologyView.Roles(json["roles"] ?? [:])
    let entry = try #require(StructureFamily.entries.first { $0.card.id == component })
    return try entry(TopologyView(topology(), work: Work(seed: seed), roles: roles), json["parameters"] ?? [:])
  }

  /// Nil when each number of `actual` lies where the case bounds it.
  func excess(of actual: JSON) -> String? {
    for (member, sign) in [("at_least", 1.0), ("at_most", -1.0)] {
      for bound in json[member]?.members ?? [] {
        guard let limit = bound.value.number, let value = actual[bound.key]?.number else {
          return "\(bound.key) is no number"
        }
        if sign * (value - limit) < -1e-9 * max(1, abs(limit)) {
          return "\(bound.key) is \(value), and must be \(member) \(limit)"
        }
      }
    }
    return nil
  }

  /// Nil when `actual` contains what `member` of the case says.
  func difference(_ member: String, from actual: JSON) throws -> String? {
    let known = KnownAnswer(
      "", on: .empty, expect: try #require(json[member]), tolerance: json["tolerance"]?.number ?? 0)
    return known.difference(from: actual)
  }
}

/// What a network is like, so that none of a component's 20 is like all the others.
struct NetworkKinds {
  let topology: Topology

  /// Kinds of which each component's networks must have one.
  static let wanted = [
    "directed", "undirected", "degenerate", "self loops", "parallel links", "disconnected", "weighted", "random",
    "real",
  ]

  func kinds(_ name: String?) throws -> Set<String> {
    let structure = topology.structure
    let n = topology.agentCount, m = topology.linkCount
    var out: Set<String> = [structure.directed ? "directed" : "undirected"]
    if let name { out.insert(name.hasPrefix("drawn") ? "random" : "real") }
    if n <= 2 || m == 0 { out.insert("degenerate") }
    var ends: Set<[Int32]> = []
    for k in 0..<m {
      let s = structure.sources[k], t = structure.targets[k]
      if s == t { out.insert("self loops") }
      if !ends.insert(structure.directed ? [s, t] : [min(s, t), max(s, t)]).inserted { out.insert("parallel links") }
    }
    for field in ["strength", "weight", "length"] where topology.linkMetric(field) != nil { out.insert("weighted") }
    let from = structure.sources, to = structure.targets
    let parts = try weakComponents(count: n, sources: from.span, targets: to.span, work: Work())
    if parts.count > 1 { out.insert("disconnected") }
    return out
  }
}

@Suite struct OracleTests {
  static let components = StructureFamily.entries.map(\.card.id)
  static let cases = components.flatMap { OracleCase.load($0) }

  /// Components that other tools need not answer for. There are none.
  static let exceptions: Set<String> = []

  /// At least 20 different networks each, of every kind, with the tool and the call that answered.
  @Test(arguments: components) func isHeldAgainstTwentyNetworksOfAllKinds(_ component: String) throws {
    if Self.exceptions.contains(component) { return }
    var networks: Set<String> = []
    var kinds: Set<String> = []
    for oracle in OracleCase.load(component) {
      #expect(oracle.component == component)
      #expect(oracle.json["tool"]?.text?.isEmpty == false && oracle.json["recipe"]?.text?.isEmpty == false)
      let name = oracle.json["topology"]?.text
      if networks.insert(name ?? oracle.json["document"]?.encoded ?? "").inserted {
        kinds.formUnion(try NetworkKinds(topology: oracle.topology()).kinds(name))
      }
    }
    #expect(networks.count >= 20)
    for kind in NetworkKinds.wanted { #expect(kinds.contains(kind), "no network of \(component) is \(kind)") }
  }

  @Test(arguments: cases) func agrees(_ oracle: OracleCase) throws {
    let answer = try oracle.answer()
    let says = ["expect", "at_least", "at_most", "exact"].filter { oracle.json[$0] != nil }
    #expect(!says.isEmpty)
    if says.contains("expect") { #expect(try oracle.difference("expect", from: answer) == nil) }
    #expect(oracle.excess(of: answer) == nil)
  }

  @Test(arguments: OracleCase.load("graph.peers_differ") + OracleCase.load("graph.peers_differ_more"))
  func staysRightWhereAPeerDiffers(_ oracle: OracleCase) throws {
    let answer = try oracle.answer()
    #expect(try oracle.difference("right", from: answer) == nil)
    #expect(try oracle.difference("says", from: answer) != nil)
  }

  @Test(arguments: ["grid_118_ieee", "svc_train_ticket", "dag_Ion", "itz_GtsCe", "drawn_directed", "drawn_sparse"])
  func theSampledOneStaysWithinItsHalfWidth(_ name: String) throws {
    let view = TopologyView(try SharedData.topology(name), work: Work(seed: 1))
    let exact = try Betweenness.run(view, Betweenness.Parameters(["ignore_length": true])).betweenness
    let found = try BetweennessSampled.run(view, BetweennessSampled.Parameters(["error": 0.02])).found
    let n = Double(view.count)
    #expect(found.halfWidth <= 0.02 * n * (n - 1) / (view.directed ? 1 : 2))
    for i in 0..<view.count { #expect(abs(found.values[i] - exact[i]) <= found.halfWidth) }
  }

  /// Of 224 samples on 28 networks no more than a tenth may miss what another tool says by more than their half width:
  /// the confidence is 0.9.
  @Test func theSampledOneMissesNoMoreOftenThanItSays() throws {
    var misses = 0, all = 0
    for oracle in OracleCase.load("graph.centrality.betweenness_sampled") {
      let exact = try #require(oracle.json["exact"]).elements.compactMap(\.number)
      for seed in 1...8 {
        let answer = try oracle.answer(seed: UInt64(seed))
        let found = try #require(answer["betweenness"]).elements.compactMap(\.number)
        let width = try #require(answer["half_width"]?.number)
        #expect(found.count == exact.count)
        all += 1
        if zip(found, exact).contains(where: { abs($0 - $1) > width + 1e-9 }) { misses += 1 }
      }
    }
    #expect(all >= 200)
    #expect(misses * 10 <= all, "\(misses) of \(all)")
  }

  /// Nobody has more strength to the agents of another label than to those of its own, whatever the seed; all that
  /// share a label hang together.
  @Test(arguments: OracleCase.load("graph.communities.label_propagation"))
  func nobodyPrefersAnotherLabel(_ oracle: OracleCase) throws {
    let topology = try oracle.topology()
    let structure = topology.structure
    let strengths = try TopologyView(topology).strengths()
    for seed in [0, 1, 2] as [UInt64] {
      let labels = try #require(oracle.answer(seed: seed)["labels"]).elements.compactMap(\.number).map { Int($0) }
      var ties = [[Int: Double]](repeating: [:], count: topology.agentCount)
      for k in 0..<topology.linkCount {
        let s = Int(structure.sources[k]), t = Int(structure.targets[k])
        let strength = strengths?[k] ?? 1
        if s == t || strength == 0 { continue }
        ties[s][labels[t], default: 0] += strength
        ties[t][labels[s], default: 0] += strength
      }
      for i in 0..<topology.agentCount {
        #expect((ties[i].values.max() ?? 0) <= (ties[i][labels[i]] ?? 0) * (1 + 1e-9), "agent \(i)")
      }
      try expectWhole(labels, topology, strengths)
    }
  }

  /// Communities of the searches hang together too, and no agent gains by a move of its own to another one.
  @Test(arguments: OracleCase.load("graph.communities.leiden_modularity"))
  func communitiesHangTogetherAndNobodyGainsByMoving(_ oracle: OracleCase) throws {
    let topology = try oracle.topology()
    let structure = topology.structure
    let ignored = oracle.json["parameters"]?["ignore_strength"] == true
    let strengths = ignored ? nil : try TopologyView(topology).strengths()
    let n = topology.agentCount
    let labels = try #require(oracle.answer()["labels"]).elements.compactMap(\.number).map { Int($0) }
    try expectWhole(labels, topology, strengths)
    var ties = [[Int: Double]](repeating: [:], count: n)
    var ends = [Double](repeating: 0, count: n)
    var sums: [Int: Double] = [:]
    for k in 0..<topology.linkCount {
      let s = Int(structure.sources[k]), t = Int(structure.targets[k])
      let strength = strengths?[k] ?? 1
      ends[s] += strength
      ends[t] += strength
      if s == t { continue }
      ties[s][labels[t], default: 0] += strength
      ties[t][labels[s], default: 0] += strength
    }
    for i in 0..<n { sums[labels[i], default: 0] += ends[i] }
    let total = ends.reduce(0, +)
    if total == 0 { return }
    for i in 0..<n {
      func worth(_ label: Int) -> Double {
        let others = (sums[label] ?? 0) - (label == labels[i] ? ends[i] : 0)
        return (ties[i][label] ?? 0) - ends[i] * others / total
      }
      let stay = worth(labels[i])
      #expect(stay >= -1e-9 * total, "agent \(i) alone")
      for label in ties[i].keys { #expect(worth(label) <= stay + 1e-9 * total, "agent \(i)") }
    }
  }

  private func expectWhole(_ labels: [Int], _ topology: Topology, _ strengths: Column<Double>?) throws {
    var sources: [Int32] = [], targets: [Int32] = []
    for k in 0..<topology.linkCount {
      let s = topology.structure.sources[k], t = topology.structure.targets[k]
      if labels[Int(s)] == labels[Int(t)] && strengths?[k] != 0 {
        sources.append(s)
        targets.append(t)
      }
    }
    let parts = try weakComponents(
      count: topology.agentCount, sources: sources.span, targets: targets.span, work: Work())
    #expect(parts.count == Set(labels).count)
  }

  /// The distance between divisions is that of another tool, and each agent's part in it adds up to it.
  @Test(arguments: OracleCase.load("graph.communities.stability"))
  func variationIsThatOfAnotherTool(_ oracle: OracleCase) throws {
    let answer = try oracle.answer()
    let surprises = try #require(answer["surprise"]).elements.compactMap(\.number)
    let mean = surprises.isEmpty ? 0 : surprises.reduce(0, +) / Double(surprises.count)
    #expect(abs(mean - (answer["variation"]?.number ?? .nan)) < 1e-12)
    guard let divisions = oracle.json["divisions"]?.elements else { return }
    let groups = try divisions.map { division in
      var names = Buffer<Int32>()
      for label in division.elements { try names.append(Int32(label.number ?? -1)) }
      return try Components(names: names.span)
    }
    let n = groups[0].labels.count
    var sums = try Buffer<Double>(repeating: 0, count: n)
    for i in groups.indices {
      for j in 0..<i { try addVariation(groups[i], groups[j], to: &sums, work: Work()) }
    }
    var total = 0.0
    for i in 0..<n { total += sums[i] }
    let pairs = Double(groups.count * (groups.count - 1) / 2)
    #expect(abs(total / Double(n) / pairs - (oracle.json["variation"]?.number ?? .nan)) < 1e-12)
  }
}
