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

  func answer() throws -> JSON {
    let topology: Topology
    if let name = json["topology"]?.text {
      topology = try SharedData.topology(name)
    } else {
      topology = try SharedData.topology(of: #require(json["document"]))
    }
    let roles = try TopologyView.Roles(json["roles"] ?? [:])
    let entry = try #require(StructureFamily.entries.first { $0.card.id == component })
    return try entry(TopologyView(topology, roles: roles), json["parameters"] ?? [:])
  }

  /// Nil when `actual` contains what `member` of the case says.
  func difference(_ member: String, from actual: JSON) throws -> String? {
    let known = KnownAnswer(
      "", on: .empty, expect: try #require(json[member]), tolerance: json["tolerance"]?.number ?? 0)
    return known.difference(from: actual)
  }
}

@Suite struct OracleTests {
  /// Components whose answers other tools give: those with a file of them. `betweenness_sampled` is held against the
  /// exact one below.
  static let components = StructureFamily.entries.map(\.card.id).filter { !OracleCase.load($0).isEmpty }

  @Test func allOfTheFirstComponentsHaveOracles() { #expect(Self.components.count >= 6) }

  @Test(arguments: components) func isHeldAgainstSeveralNetworks(_ component: String) {
    #expect(OracleCase.load(component).count >= 16)
  }

  @Test(arguments: components.flatMap { OracleCase.load($0) })
  func agrees(_ oracle: OracleCase) throws {
    #expect(try oracle.difference("expect", from: oracle.answer()) == nil)
  }

  @Test(arguments: OracleCase.load("graph.peers_differ"))
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
}
