import AuraBase
import AuraCatalogue
import AuraEngine
import AuraGraph
import Glibc
import Testing

/// The tests that every component gets for being in the catalogue.
@Suite struct CatalogueTests {
  static let entries = Catalogue.entries

  @Test func thereAreComponents() { #expect(Self.entries.count >= 7) }

  @Test func idsAreUniqueAndWellFormed() {
    #expect(Set(Self.entries.map(\.card.id)).count == Self.entries.count)
    for entry in Self.entries {
      let parts = entry.card.id.split(separator: ".", omittingEmptySubsequences: false)
      #expect(parts.count >= 2 && parts.allSatisfy { !$0.isEmpty }, "\(entry.card.id)")
      let plain = entry.card.id.utf8.allSatisfy { c in
        (0x61...0x7A).contains(c) || (0x30...0x39).contains(c) || c == 0x2E || c == 0x5F
      }
      #expect(plain, "\(entry.card.id)")
    }
  }

  @Test(arguments: entries.map(\.card.id))
  func knowsItsAnswer(_ id: String) throws {
    let entry = try Catalogue.entry(id, pointer: "")
    #expect(!entry.knownAnswers.isEmpty)
    for check in entry.selfCheck() { #expect(check.difference == nil, "\(check.reason)") }
  }

  /// Known answers that a neighbour of the component gives, all of them, prove nothing.
  @Test(arguments: entries.map(\.card.id))
  func neighboursFailItsAnswers(_ id: String) throws {
    let entry = try Catalogue.entry(id, pointer: "")
    for other in Self.entries where other.card.family == entry.card.family && other.card.id != id {
      if other.card.agreesWith == id || entry.card.agreesWith == other.card.id { continue }
      let passes = entry.knownAnswers.allSatisfy { known in
        guard let topology = try? known.network.topology(),
          let answer = try? other(TopologyView(topology, work: Work(seed: 1), roles: known.roles), known.parameters)
        else { return false }
        return known.difference(from: answer) == nil
      }
      #expect(!passes, "\(other.card.id) passes the known answers of \(id)")
    }
  }

  /// Two ids that never differ are one component with two names, unless a card says that they agree.
  @Test func noTwoAreTheSame() throws {
    var first: [[JSON]: String] = [:]
    for entry in Self.entries {
      let outputs = SampleNetwork.standard.map { network -> JSON in
        guard let topology = try? network.topology(),
          let answer = try? entry(TopologyView(topology, work: Work(seed: 1)), [:])
        else { return .null }
        return answer
      }
      if outputs.allSatisfy({ $0 == .null }) { continue }  // needs parameters; its neighbours' test covers it
      if let twin = first[outputs] { #expect(entry.card.agreesWith == twin, "\(entry.card.id) is \(twin)") }
      first[outputs] = first[outputs] ?? entry.card.id
    }
  }

  @Test(arguments: entries.map(\.card.id))
  func refusesAMisspeltParameter(_ id: String) throws {
    let entry = try Catalogue.entry(id, pointer: "")
    let view = TopologyView(try SampleNetwork.ring(6).topology())
    #expect {
      _ = try entry(view, ["no_such_parameter": 1])
    } throws: { error in
      (error as? AuraError)?.code == .schema && (error as? AuraError)?.pointer == "/no_such_parameter"
    }
  }

  /// Names are unique, and every default is a value that the parameter takes.
  @Test(arguments: entries.map(\.card.id))
  func hasSoundParameters(_ id: String) throws {
    let entry = try Catalogue.entry(id, pointer: "")
    let parameters = entry.parameters["properties"]?.members ?? []
    #expect(Set(parameters.map(\.key)).count == parameters.count)
    let topology = try SampleNetwork.ring(6).topology()
    for parameter in parameters {
      guard let value = parameter.value["default"] else { continue }
      do throws(AuraError) { _ = try entry(TopologyView(topology), .object([.init(parameter.key, value)])) } catch {
        #expect(error.pointer?.hasPrefix("/" + parameter.key) != true, "\(parameter.key): \(error.message)")
      }
    }
  }

  @Test(arguments: entries.map(\.card.id))
  func answersForNobodyAndForOne(_ id: String) throws {
    let entry = try Catalogue.entry(id, pointer: "")
    for network in [SampleNetwork.empty, .single] {
      do throws(AuraError) {
        _ = try entry(TopologyView(try network.topology()), [:])
      } catch {
        // Only a parameter that names an agent may be missing.
        #expect(error.code == .schema || error.code == .notFound, "\(network.name): \(error.message)")
        #expect(error.pointer != nil, "\(network.name): \(error.message)")
      }
    }
  }

  /// The parameters of a known answer that runs on a network with links.
  private static func example(_ entry: Entry) -> KnownAnswer? {
    entry.knownAnswers.first { !$0.network.links.isEmpty }
  }

  @Test(arguments: entries.map(\.card.id))
  func stopsWhenItsWorkIsUsedUp(_ id: String) throws {
    let entry = try Catalogue.entry(id, pointer: "")
    let known = try #require(Self.example(entry))
    let topology = try known.network.topology()
    #expect {
      _ = try entry(TopologyView(topology, work: Work(allowance: 0), roles: known.roles), known.parameters)
    } throws: { ($0 as? AuraError)?.code == .limit }
  }

  @Test(arguments: entries.map(\.card.id))
  func stopsWhenCancelled(_ id: String) throws {
    let entry = try Catalogue.entry(id, pointer: "")
    let known = try #require(Self.example(entry))
    let topology = try known.network.topology()
    let token = CancelToken()
    token.cancel()
    #expect {
      _ = try entry(TopologyView(topology, work: Work(token: token), roles: known.roles), known.parameters)
    } throws: { ($0 as? AuraError)?.code == .cancelled }
  }

  @Test(arguments: entries.map(\.card.id))
  func givesEqualBytesForAnyThreadCount(_ id: String) throws {
    let entry = try Catalogue.entry(id, pointer: "")
    for (network, parameters) in Self.larger(entry) {
      let topology = try network.topology()
      func text(_ width: Int) throws(AuraError) -> String {
        var out = AnswerWriter(topology.structure.agents)
        let work = Work(pool: WorkerPool(width: width), seed: 7)
        do throws(AuraError) { try entry.run(TopologyView(topology, work: work), parameters, &out) } catch {
          return "\(error)"
        }
        return out.json.text
      }
      let one = try text(1)
      #expect(one.hasPrefix("{"), "\(one)")
      for width in [2, 3, 8] { #expect(try text(width) == one, "\(width) threads") }
    }
  }

  /// Renumbering the agents renumbers the answer and does nothing else.
  @Test(arguments: entries.map(\.card.id))
  func doesNotCareWhoIsFirst(_ id: String) throws {
    let entry = try Catalogue.entry(id, pointer: "")
    if entry.card.dependsOnOrder { return }
    for (network, parameters) in Self.larger(entry) {
      let n = network.count
      var order = Array(0..<n)
      let dice = Dice(seed: 5)
      for i in stride(from: n - 1, to: 0, by: -1) { order.swapAt(i, dice.integer(i, below: i + 1)) }
      // Agents that the parameters name are called otherwise too.
      var renamed = parameters.members
      for k in renamed.indices where ["agents", "from", "to"].contains(renamed[k].key) {
        renamed[k].value = .array(
          renamed[k].value.elements.map { .integer(order.firstIndex(of: Int($0.number ?? -1)) ?? -1) })
      }
      func columns(
        _ network: SampleNetwork, _ parameters: JSON
      ) throws(AuraError) -> [(name: String, column: AnswerColumn)] {
        let topology = try network.topology()
        var out = AnswerWriter(topology.structure.agents)
        try entry.run(TopologyView(topology, work: Work(seed: 7)), parameters, &out)
        return out.columns
      }
      let before = try columns(network, parameters)
      #expect(!before.isEmpty)
      let after = try columns(network.relabelled(order), .object(renamed))
      for (a, b) in zip(before, after) {
        switch (a.column, b.column) {
        case (.reals(let x), .reals(let y)) where x.count == n:
          for i in 0..<n {
            let p = x[order[i]], q = y[i]
            let same = p == q || (p.isNaN && q.isNaN) || abs(p - q) <= 1e-8 * max(1, abs(p))
            #expect(same, "\(a.name): \(p) became \(q)")
          }
        case (.integers(let x), .integers(let y)) where x.count == n:
          // Labels may be renamed, but one for one.
          var there: [Int32: Int32] = [:], back: [Int32: Int32] = [:]
          for i in 0..<n {
            let p = x[order[i]], q = y[i]
            #expect(there[p] == nil || there[p] == q, "\(a.name)")
            #expect(back[q] == nil || back[q] == p, "\(a.name)")
            there[p] = q
            back[q] = p
          }
        default: break
        }
      }
    }
  }

  /// Networks large enough that threads share the work: sparse, directed and not, with loops, parallel links, weights
  /// and metrics.
  private static func larger(_ entry: Entry) -> [(SampleNetwork, JSON)] {
    let n = 300
    return [false, true].map { directed in
      let dice = Dice(seed: directed ? 11 : 12)
      var links: [(source: Int, target: Int)] = []
      for k in 0..<900 {
        links.append((dice.integer(2 * k, below: n), dice.integer(2 * k + 1, below: n)))
      }
      var network = directed ? SampleNetwork.directed(n, links) : SampleNetwork.undirected(n, links)
      network = network.linkField("weight", links.indices.map { 1 + Double($0 % 5) })
        .metric("load", (0..<n).map { 1 + Double($0 % 7) }).metric("capacity", (0..<n).map { 4 + Double($0 % 11) })
      return (network, example(entry)?.parameters ?? [:])
    }
  }
}
