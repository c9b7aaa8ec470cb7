package import AuraBase
package import AuraGraph

/// An answer known beforehand, from paper or from a theorem: the component proves itself on the machine it runs on.
/// Choose one that a neighbour of the component would get wrong.
package struct KnownAnswer: Sendable {
  /// Why the answer is what it is, as a sentence.
  package let reason: String
  package let network: SampleNetwork
  package let parameters: JSON
  /// What the answer must contain: members not named may be anything. Numbers agree within `tolerance`, relative above 1.
  package let expected: JSON
  package let tolerance: Double
  package let roles: TopologyView.Roles

  package init(
    _ reason: String, on network: SampleNetwork, with parameters: JSON = [:], expect expected: JSON,
    tolerance: Double = 1e-9, roles: TopologyView.Roles = .init()
  ) {
    self.reason = reason
    self.network = network
    self.parameters = parameters
    self.expected = expected
    self.tolerance = tolerance
    self.roles = roles
  }

  /// Nil when `actual` contains what is expected, else where and how it differs.
  package func difference(from actual: JSON) -> String? { Self.difference(expected, actual, tolerance, "") }

  private static func difference(_ expected: JSON, _ actual: JSON, _ tolerance: Double, _ at: String) -> String? {
    switch (expected, actual) {
    case (.object(let wanted), .object):
      for member in wanted {
        guard let found = actual[member.key] else { return "\(at)/\(member.key): missing" }
        if let bad = difference(member.value, found, tolerance, "\(at)/\(member.key)") { return bad }
      }
      return nil
    case (.array(let wanted), .array(let found)):
      guard wanted.count == found.count else { return "\(at): \(found.count) elements, not \(wanted.count)" }
      for i in wanted.indices {
        if let bad = difference(wanted[i], found[i], tolerance, "\(at)/\(i)") { return bad }
      }
      return nil
    default:
      if let a = expected.number, let b = actual.number {
        return abs(a - b) <= tolerance * max(1, abs(a)) ? nil : "\(at): \(b), not \(a)"
      }
      return expected == actual ? nil : "\(at): \(actual.encoded.prefix(80)), not \(expected.encoded.prefix(80))"
    }
  }
}

/// Small networks to think on. Agents are numbered 0, 1, 2, ...
package struct SampleNetwork: Sendable {
  package let name: String
  package let count: Int
  package let links: [(source: Int, target: Int)]
  package var directed = false
  /// Numbers of links, by field: one for each link.
  package var linkFields: [String: [Double]] = [:]
  /// Metrics of agents: one for each agent; not a number where unknown.
  package var metrics: [String: [Double]] = [:]
  package var status: [String?] = []

  private init(_ name: String, _ count: Int, _ links: [(source: Int, target: Int)], directed: Bool = false) {
    self.name = name
    self.count = count
    self.links = links
    self.directed = directed
  }

  package static let empty = SampleNetwork("empty", 0, [])
  package static let single = SampleNetwork("single", 1, [])

  package static func path(_ n: Int) -> SampleNetwork {
    SampleNetwork("path(\(n))", n, (1..<max(1, n)).map { ($0 - 1, $0) })
  }

  package static func ring(_ n: Int) -> SampleNetwork {
    SampleNetwork("ring(\(n))", n, (0..<n).map { ($0, ($0 + 1) % n) })
  }

  /// Agent 0 in the middle of `leaves` others.
  package static func star(_ leaves: Int) -> SampleNetwork {
    SampleNetwork("star(\(leaves))", leaves + 1, (0..<leaves).map { (0, $0 + 1) })
  }

  package static func complete(_ n: Int) -> SampleNetwork {
    SampleNetwork("complete(\(n))", n, (0..<n).flatMap { i in (i + 1..<max(n, i + 1)).map { (i, $0) } })
  }

  /// Two triangles that share agent 2.
  package static let bowTie = SampleNetwork("bow tie", 5, [(0, 1), (1, 2), (0, 2), (2, 3), (3, 4), (2, 4)])

  /// A triangle 0, 1, 2 and agent 3 hanging from 2.
  package static let triangleAndTail = SampleNetwork("triangle and tail", 4, [(0, 1), (1, 2), (0, 2), (2, 3)])

  package static func undirected(_ n: Int, _ links: [(source: Int, target: Int)]) -> SampleNetwork {
    SampleNetwork("\(n) agents, \(links.count) links", n, links)
  }

  package static func directed(_ n: Int, _ links: [(source: Int, target: Int)]) -> SampleNetwork {
    SampleNetwork("\(n) agents, \(links.count) directed links", n, links, directed: true)
  }

  package func linkField(_ name: String, _ values: [Double]) -> SampleNetwork {
    var out = self
    out.linkFields[name] = values
    return out
  }

  package func metric(_ name: String, _ values: [Double]) -> SampleNetwork {
    var out = self
    out.metrics[name] = values
    return out
  }

  package func status(_ values: [String?]) -> SampleNetwork {
    var out = self
    out.status = values
    return out
  }

  /// The networks on which no two components may agree everywhere.
  package static let standard: [SampleNetwork] = [
    .empty, .single, .path(5), .ring(6), .star(4), .complete(5), .bowTie, .triangleAndTail,
    .directed(4, [(0, 1), (1, 2), (2, 0), (2, 3)]), .directed(5, [(0, 1), (1, 2), (3, 1), (3, 3), (0, 1)]),
    SampleNetwork.directed(4, [(0, 1), (0, 2), (1, 3), (2, 3)]).linkField("strength", [3, 1, 2, 5])
      .linkField("length", [1, 4, 1, 1]).metric("load", [10, 6, 4, 9]).metric("capacity", [20, 8, 5, 10]),
    SampleNetwork.undirected(4, [(0, 1), (1, 2), (0, 2), (2, 3)]).linkField("strength", [1, 1, 0.125, 2]),
  ]

  /// The network with agent `i` called what was `order[i]`: its laws must not notice.
  package func relabelled(_ order: [Int]) -> SampleNetwork {
    var place = [Int](repeating: 0, count: count)
    for (i, old) in order.enumerated() { place[old] = i }
    var out = self
    let moved = links.map { (source: place[$0.source], target: place[$0.target]) }
    out = SampleNetwork("\(name), relabelled", count, moved, directed: directed)
    out.linkFields = linkFields
    out.metrics = metrics.mapValues { values in order.map { values[$0] } }
    out.status = status.isEmpty ? [] : order.map { status[$0] }
    return out
  }

  package func topology() throws(AuraError) -> Topology {
    var links: [(source: Int32, target: Int32)] = []
    for link in self.links { links.append((Int32(link.source), Int32(link.target))) }
    return try Topology(
      count: count, directed: directed, links: links,
      metrics: metrics.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
      linkMetrics: linkFields.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, status: status)
  }
}
