import AuraBase
import AuraCatalogue
import AuraGraph
import AuraStructure
import Testing

/// What a measure does with input that it cannot use: an error that names the link, the agent or the parameter, or a
/// convention that stands in the tables below; never a number that looks like any other.
@Suite struct BadInputTests {
  /// Measures that read how strong links are. What the others say does not depend on it.
  static let strengthReaders: Set<String> = [
    "graph.structure.condensation", "graph.structure.degrees", "graph.structure.assortativity",
    "graph.structure.clustering_weighted", "graph.centrality.pagerank", "graph.centrality.pagerank_personal",
    "graph.centrality.eigenvector", "graph.centrality.katz", "graph.centrality.hits",
    "graph.centrality.current_flow_closeness", "graph.centrality.current_flow_betweenness",
    "graph.spectra.algebraic_connectivity", "graph.spectra.fiedler_vector", "graph.spectra.effective_resistance",
    "graph.spectra.link_resistance", "graph.spectra.kirchhoff_index", "graph.spectra.spanning_trees",
    "graph.spectra.spectral_radius", "graph.flow.maximum_flow", "graph.flow.minimum_cut", "graph.flow.global_cut",
    "graph.flow.cut_tree", "graph.communities.leiden_modularity", "graph.communities.leiden_cpm",
    "graph.communities.label_propagation", "graph.communities.stability", "graph.resilience.screen_n1",
  ]

  /// Measures that read how long links are, and need more than 0.
  static let lengthReaders: Set<String> = [
    "graph.structure.length_distances", "graph.structure.efficiency", "graph.centrality.betweenness",
    "graph.centrality.betweenness_link", "graph.centrality.closeness", "graph.centrality.harmonic",
  ]

  /// Measures to which a length of 0 is one like any other.
  static let zeroLengthReaders: Set<String> = ["graph.structure.backbone", "graph.loops.critical_path"]

  /// Measures that say null somewhere when a network is in parts: for what is infinite, or is not there, as the mean
  /// distance from an agent alone. The others have a convention that gives a number, which their known answers and
  /// oracles hold.
  static let saysNullWhenApart: Set<String> = [
    "graph.structure.dominators", "graph.structure.assortativity", "graph.structure.hop_distances",
    "graph.structure.length_distances",
    "graph.spectra.algebraic_connectivity", "graph.spectra.fiedler_vector", "graph.spectra.effective_resistance",
    "graph.spectra.kirchhoff_index", "graph.spectra.spanning_trees", "graph.flow.cut_tree",
    "graph.loops.shortest_cycle", "graph.loops.critical_path",
  ]

  /// Measures that have a bound to give when the allowance ends. The others have nothing before they are done.
  static let bounded = [
    "graph.structure.diameter", "graph.structure.maximal_cliques", "graph.flow.global_cut",
    "graph.loops.feedback_links", "graph.communities.leiden_modularity", "graph.communities.leiden_cpm",
    "graph.communities.label_propagation", "graph.communities.stability", "graph.centrality.pagerank",
    "graph.centrality.pagerank_personal", "graph.centrality.betweenness_sampled",
  ]

  static let entries = StructureFamily.entries

  /// Parameters without which nothing is answered.
  static func needed(_ entry: Entry) -> [JSON.Member] {
    let names = Set((entry.parameters["properties"]?.members ?? []).map(\.key))
    if names.contains("from") { return [.init("from", [0]), .init("to", [4])] }
    return entry.card.needsParameters ? [.init("agents", [0])] : []
  }

  private func answer(_ entry: Entry, _ network: SampleNetwork, _ more: [JSON.Member] = []) throws -> JSON {
    try entry(TopologyView(network.topology(), work: Work(seed: 1)), .object(Self.needed(entry) + more))
  }

  private func expectBlame(_ entry: Entry, _ network: SampleNetwork, _ more: [JSON.Member] = []) {
    #expect("\(entry.card.id)") {
      _ = try answer(entry, network, more)
    } throws: { error in
      (error as? AuraError)?.code == .schema && (error as? AuraError)?.pointer == "/edges/3"
    }
  }

  private static let ones: [Double] = [1, 1, 1, 1, 1, 1]

  private static func ones(but value: Double) -> [Double] {
    var out = ones
    out[3] = value
    return out
  }

  @Test(arguments: entries, ["strength", "weight", "length"])
  func aNumberThatIsNoneNamesItsLinkOrDoesNotMatter(_ entry: Entry, _ field: String) throws {
    let readers = field == "length" ? Self.lengthReaders.union(Self.zeroLengthReaders) : Self.strengthReaders
    let plain = try answer(entry, .bowTie)
    for value in [-1, -.infinity, .infinity, 1e51, 1e-51] as [Double] {
      let network = SampleNetwork.bowTie.linkField(field, Self.ones(but: value))
      if readers.contains(entry.card.id) {
        expectBlame(entry, network)
      } else {
        #expect(try answer(entry, network) == plain)
      }
    }
    // A link that does not say it counts as 1.
    #expect(try answer(entry, SampleNetwork.bowTie.linkField(field, Self.ones(but: .nan))) == plain)
  }

  @Test(arguments: entries) func aLengthOfNothingNamesItsLinkWhereRoutesAreMeasured(_ entry: Entry) throws {
    let network = SampleNetwork.bowTie.linkField("length", Self.ones(but: 0))
    if Self.lengthReaders.contains(entry.card.id) {
      expectBlame(entry, network)
    } else {
      _ = try answer(entry, network)
    }
  }

  @Test(arguments: ["graph.flow.maximum_flow", "graph.flow.minimum_cut"])
  func aCapacityThatIsNoneNamesItsLink(_ id: String) throws {
    let entry = try #require(Self.entries.first { $0.card.id == id })
    for value in [-1, .infinity, 1e51, 1e-51] as [Double] {
      let network = SampleNetwork.bowTie.linkField("wide", Self.ones(but: value))
      expectBlame(entry, network, [.init("capacity", "wide")])
    }
    #expect {
      _ = try answer(entry, .bowTie, [.init("capacity", "wide")])
    } throws: { error in
      (error as? AuraError)?.code == .notFound && (error as? AuraError)?.pointer == "/capacity"
    }
  }

  /// The largest and the least strengths and lengths side by side: an answer without a null that would not be there
  /// otherwise, or an error that names a link.
  @Test(arguments: entries) func extremesGiveNumbersOrNameALink(_ entry: Entry) throws {
    func nulls(_ json: JSON) -> Int {
      json == .null
        ? 1
        : json.elements.reduce(0) { $0 + nulls($1) } + json.members.reduce(0) { $0 + nulls($1.value) }
    }
    let plain = try nulls(answer(entry, .bowTie))
    let rows: [[Double]] = [
      [1e-50, 1e50, 1, 1e-50, 1e50, 1], [1e50, 1e50, 1e50, 1e50, 1e50, 1e50],
      [1e-50, 1e-50, 1e-50, 1e-50, 1e-50, 1e-50], [1, 1e-50, 1, 1e50, 1, 1e-50],
    ]
    for numbers in rows {
      for field in ["strength", "length"] {
        do {
          let found = try answer(entry, SampleNetwork.bowTie.linkField(field, numbers))
          #expect(nulls(found) == plain, "\(field) \(numbers): \(found.encoded)")
        } catch let error as AuraError {
          #expect(error.code == .numeric && error.pointer?.hasPrefix("/edges/") == true, "\(error)")
        }
      }
    }
  }

  /// Flows are counted in whole units: what would be rounded away is not called nothing.
  @Test(arguments: ["maximum_flow", "minimum_cut", "global_cut", "cut_tree"])
  func aCapacityTooSmallBesideOthersIsNotCalledNothing(_ name: String) throws {
    let entry = try #require(Self.entries.first { $0.card.id == "graph.flow." + name })
    let network = SampleNetwork.path(5).linkField("strength", [1e10, 1, 1, 1e-10])
    #expect {
      _ = try answer(entry, network)
    } throws: { error in
      (error as? AuraError)?.code == .numeric && (error as? AuraError)?.pointer == "/edges/3"
    }
    _ = try answer(entry, SampleNetwork.path(5).linkField("strength", [1e5, 1, 1, 1e-5]))
  }

  @Test(arguments: entries) func aNetworkInPartsHasItsConventions(_ entry: Entry) throws {
    // Two triangles, one with a tail, and an agent alone; agent 4 is not in the part of agent 0.
    let apart = SampleNetwork.undirected(8, [(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5), (2, 6)])
    func hasNull(_ json: JSON) -> Bool {
      // "within" is null where nothing was left out.
      json == .null || json.elements.contains(where: hasNull)
        || json.members.contains { $0.key != "within" && hasNull($0.value) }
    }
    let found = try answer(entry, apart)
    #expect(hasNull(found) == Self.saysNullWhenApart.contains(entry.card.id), "\(found.encoded)")
  }

  @Test(arguments: entries) func whoIsNotThereIsNamed(_ entry: Entry) throws {
    for parameter in entry.parameters["properties"]?.members ?? [] where parameter.value["type"] == "array" {
      for id in [99, "nobody"] as [JSON] {
        var asked = Self.needed(entry).filter { $0.key != parameter.key }
        asked.append(.init(parameter.key, [1, id]))
        #expect("\(parameter.key)") {
          _ = try entry(TopologyView(SampleNetwork.bowTie.topology()), .object(asked))
        } throws: { error in
          guard let error = error as? AuraError else { return false }
          return error.code == .notFound && error.pointer == "/\(parameter.key)/1"
            && error.message.contains(id.text ?? "99")
        }
      }
    }
    let names = (entry.parameters["properties"]?.members ?? []).map(\.key)
    if names.contains("from") && entry.card.family == "graph.flow" {
      #expect {
        _ = try entry(TopologyView(SampleNetwork.bowTie.topology()), ["from": [0, 1], "to": [4, 1]])
      } throws: { ($0 as? AuraError)?.pointer == "/to/1" }
    }
  }

  @Test(arguments: entries) func numbersOutOfRangeNameTheirParameter(_ entry: Entry) throws {
    for parameter in entry.parameters["properties"]?.members ?? [] {
      var wrong: [JSON] = []
      if let least = parameter.value["minimum"]?.number { wrong.append(.real(least - 1)) }
      if let most = parameter.value["maximum"]?.number { wrong.append(.real(most * 2 + 1)) }
      if parameter.value["enum"] != nil { wrong.append("no such word") }
      for value in wrong {
        let asked = Self.needed(entry).filter { $0.key != parameter.key } + [.init(parameter.key, value)]
        #expect("\(parameter.key) \(value.encoded)") {
          _ = try entry(TopologyView(SampleNetwork.bowTie.topology()), .object(asked))
        } throws: { error in
          (error as? AuraError)?.code == .schema && (error as? AuraError)?.pointer == "/\(parameter.key)"
        }
      }
    }
  }

  /// More than there are: all of them.
  @Test func moreThanThereAreIsAll() throws {
    let top = try #require(Self.entries.first { $0.card.id == "graph.centrality.closeness_top" })
    #expect(try answer(top, .bowTie, [.init("count", 1_000)])["agents"] == [2, 0, 1, 3, 4])
    let pairs = try #require(Self.entries.first { $0.card.id == "graph.resilience.screen_n2" })
    #expect(try answer(pairs, .bowTie, [.init("limit", 1_000)])["worst"]?.elements.count == 4)
  }

  /// With ever more work allowed: first nothing, then a bound that holds and says that it is one (from those of
  /// `bounded`), at last the whole. Threads change nothing.
  @Test(arguments: entries) func anAllowanceThatEndsLeavesABoundOrNothing(_ entry: Entry) throws {
    let topology =
      switch entry.card.id {
      case "graph.loops.feedback_links": try SharedData.topology("drawn_directed")
      case "graph.flow.global_cut": try SampleNetwork.ring(80).topology()
      default: try SharedData.topology("grid_73_ieee_rts")
      }
    let ids = topology.structure.agents
    var asked = Self.needed(entry)
    for k in asked.indices {
      let agent =
        switch ids.id(asked[k].key == "to" ? 40 : 3) {
        case .integer(let number): JSON.integer(number)
        case .text(let text): JSON.string(text)
        }
      asked[k].value = [agent]
    }
    let members = asked
    func answer(_ allowance: Int, _ width: Int) throws -> (json: JSON?, spent: Int) {
      let work = Work(pool: width > 1 ? WorkerPool(width: width) : nil, allowance: allowance, seed: 1)
      do throws(AuraError) {
        return (try entry(TopologyView(topology, work: work), .object(members)), work.unitsSpent)
      } catch {
        #expect(error.code == .limit && error.message.contains("allowance"), "\(error.message)")
        return (nil, work.unitsSpent)
      }
    }
    let (all, spent) = try answer(.max, 1)
    let whole = try #require(all)
    var bounds = 0
    for share in [0, 1, 2, 3, 5, 8, 12, 18, 25, 35, 50, 65, 80, 90, 95, 98, 99] {
      let allowance = spent * share / 100
      guard let part = try answer(allowance, 1).json else { continue }
      if part == whole { continue }
      bounds += 1
      #expect(try answer(allowance, 3).json == part)
      try expectBound(entry.card.id, part, whole, topology)
    }
    #expect((bounds > 0) == Self.bounded.contains(entry.card.id), "\(bounds) bounds in \(spent) units")
    #expect(try answer(spent, 1).json == whole)
  }

  private func expectBound(_ id: String, _ part: JSON, _ whole: JSON, _ topology: Topology) throws {
    func number(_ json: JSON, _ name: String) throws -> Double { try #require(json[name]?.number) }
    switch id {
    case "graph.structure.diameter":
      let exact = try number(whole, "diameter")
      #expect(try number(whole, "at_most") == exact)
      #expect(try number(part, "diameter") <= exact && exact <= number(part, "at_most"))
      #expect(part["diameters"]?.elements.isEmpty == true)
    case "graph.structure.maximal_cliques":
      #expect(part["complete"] == false && whole["complete"] == true)
      #expect(try number(part, "count") <= number(whole, "count"))
    case "graph.flow.global_cut":
      #expect(part["exact"] == false && whole["exact"] == true)
      #expect(try number(part, "value") >= number(whole, "value"))
      #expect(part["links"]?.elements.isEmpty == false && part["agents"]?.elements.isEmpty == false)
    case "graph.loops.feedback_links":
      #expect(part["exact"] == false)
      #expect(try number(part, "count") >= 1)
      // Without them there is no loop: an order of all agents exists.
      let gone = Set((part["links"]?.elements ?? []).compactMap(\.number).map { Int($0) })
      var ins = [Int](repeating: 0, count: topology.agentCount)
      let left = (0..<topology.linkCount).filter { !gone.contains($0) }
      for k in left { ins[Int(topology.structure.targets[k])] += 1 }
      var ready = ins.indices.filter { ins[$0] == 0 }
      var placed = 0
      while let i = ready.popLast() {
        placed += 1
        for k in left where Int(topology.structure.sources[k]) == i {
          let j = Int(topology.structure.targets[k])
          ins[j] -= 1
          if ins[j] == 0 { ready.append(j) }
        }
      }
      #expect(placed == topology.agentCount)
    case "graph.centrality.pagerank", "graph.centrality.pagerank_personal":
      let name = String(id.split(separator: ".")[2])
      let (a, b) = (try #require(part[name]).elements, try #require(whole[name]).elements)
      let off = zip(a, b).reduce(0) { $0 + abs(($1.0.number ?? .nan) - ($1.1.number ?? .nan)) }
      #expect(try off <= number(part, "within") && whole["within"] == .null)
    case "graph.centrality.betweenness_sampled":
      #expect(try number(part, "confidence") <= number(whole, "confidence"))
      #expect(try number(part, "half_width") > number(whole, "half_width"))
    case "graph.communities.stability":
      #expect(try (2..<10).contains(Int(number(part, "runs"))) && number(whole, "runs") == 10)
      #expect(try number(part, "variation") >= 0)
    default:
      #expect(part["complete"] == false && whole["complete"] == true)
      #expect(part["labels"]?.elements.count == topology.agentCount)
      if id != "graph.communities.label_propagation" {
        #expect(try number(part, "quality") <= number(whole, "quality") + 1e-9)
      }
    }
  }
}
