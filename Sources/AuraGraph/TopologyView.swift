package import AuraBase
package import AuraKernels
internal import Synchronization

/// What analyses see of a topology: shared tables, the numbers of links in the role that the request gives them, and
/// the work they may spend. One request makes one view; everything in it is read-only.
package final class TopologyView: Sendable {
  package let topology: Topology
  package let work: Work
  package let roles: Roles
  private let results = Mutex<[String: any Sendable]>([:])

  /// Which link field says how strong a link is, and which how long. Neither is ever turned into the other.
  package struct Roles: ParameterSet {
    package var strength = ""
    package var length = ""
    package init() {}
    package static let fields: [Field<Self>] = [
      .text(
        "strength", \.strength,
        "Link field that says how strong a link is (more is closer); by default \"strength\", else \"weight\", else 1."),
      .text(
        "length", \.length,
        "Link field that says how long a link is (more is farther); by default \"length\", else 1."),
    ]
  }

  package init(_ topology: Topology, work: Work = Work(), roles: Roles = Roles()) {
    self.topology = topology
    self.work = work
    self.roles = roles
  }

  package var count: Int { topology.agentCount }
  package var linkCount: Int { topology.linkCount }
  package var directed: Bool { topology.structure.directed }
  package var sources: Column<Int32> { topology.structure.sources }
  package var targets: Column<Int32> { topology.structure.targets }

  /// A row table; built once for all analyses and later requests.
  package func adjacency(_ table: Structure.Table) throws(AuraError) -> Adjacency {
    try topology.structure.adjacency(table)
  }

  /// A result that several analyses of one request start from: a sweep over all agents, a factorisation. The first that
  /// asks for it makes it, and its work pays for it.
  ///
  /// - Parameter name: names the result and everything that it depends on beside the view.
  package func shared<R: Sendable>(
    _ name: String, _ make: () throws(AuraError) -> R
  ) throws(AuraError) -> R {
    if let ready = results.withLock({ $0[name] }) as? R { return ready }
    let made = try make()
    results.withLock { $0[name] = made }
    return made
  }

  package func id(_ index: Int) -> AgentID { topology.structure.agents.id(index) }

  /// What people call an agent: its label where it has one (with its id where others have the same), else its id. For
  /// sentences; answers carry ids.
  package func name(_ index: Int) -> String {
    let id = id(index)
    if let labels = topology.text("label"), let label = labels[index] {
      return isShared(labels, Int(labels.codes[index])) ? "\(label) (\(id.description))" : label
    }
    if case .integer = id { return "agent \(id.description)" }
    return id.description
  }

  /// Whether several agents have this label.
  private func isShared(_ labels: TextColumn, _ code: Int) -> Bool {
    let bearers = results.withLock {
      if let ready = $0["bearers of labels"] as? [Int] { return ready }
      var bearers = [Int](repeating: 0, count: labels.words.count)
      for i in 0..<count where labels.codes[i] >= 0 { bearers[Int(labels.codes[i])] += 1 }
      $0["bearers of labels"] = bearers
      return bearers
    }
    return bearers[code] > 1
  }

  /// The position of an agent.
  /// - Throws: `.notFound`, blaming `pointer`.
  package func index(of id: AgentID, pointer: String = "") throws(AuraError) -> Int {
    try topology.structure.agents.index(of: id, pointer: pointer)
  }

  /// Positions of the agents that a parameter names.
  package func indices(of ids: [AgentID], parameter: String) throws(AuraError) -> [Int] {
    var out: [Int] = []
    for (k, id) in ids.enumerated() { out.append(try index(of: id, pointer: "/\(parameter)/\(k)")) }
    return out
  }

  /// Strength of each link, 0 or in `linkRange`; nil when nothing says it, which means 1 for all. A link without the
  /// field counts as 1.
  /// - Throws: `.notFound` when the request names a field that no link has, `.schema` for a strength that is none.
  package func strengths() throws(AuraError) -> Column<Double>? {
    try role("strength", roles.strength, among: ["strength", "weight"])
  }

  /// Length of each link, 0 or in `linkRange`; nil when nothing says it, which means 1 for all. A link without the field
  /// counts as 1.
  package func lengths() throws(AuraError) -> Column<Double>? { try role("length", roles.length, among: ["length"]) }

  /// What the number of a link may be when it is not 0: sums, squares and reciprocals of these are numbers still.
  package static let linkRange = 1e-50...1e50

  /// - Throws: `.schema`, blaming link `k`, for a number that is neither 0 nor in `linkRange`.
  package static func check(_ value: Double, _ role: String, link k: Int) throws(AuraError) {
    if value == 0 || linkRange.contains(value) { return }
    let range = value < 0 ? "more" : "in \(linkRange)"
    throw AuraError(.schema, "a \(role) must be 0 or \(range), not \(value)", pointer: "/edges/\(k)")
  }

  private func role(_ role: String, _ asked: String, among names: [String]) throws(AuraError) -> Column<Double>? {
    let columns = (asked.isEmpty ? names : [asked]).compactMap { topology.linkMetric($0) }
    guard let found = columns.first else {
      if asked.isEmpty { return nil }
      throw AuraError(.notFound, "no link has a numeric field \"\(asked.prefix(60))\"", pointer: "/roles/\(role)")
    }
    var hasGaps = false
    for k in 0..<linkCount {
      let value = found[k]
      if value.isNaN { hasGaps = true } else { try Self.check(value, role, link: k) }
      for other in columns.dropFirst() {
        if !other[k].isNaN { try Self.check(other[k], role, link: k) }
        if !value.isNaN, !other[k].isNaN, other[k] != value {
          throw AuraError(
            .schema, "\(names.joined(separator: " and ")) are one thing, and here \(value) and \(other[k])",
            pointer: "/edges/\(k)")
        }
      }
    }
    if !hasGaps { return found }
    var out = Buffer<Double>()
    try out.reserve(linkCount)
    for k in 0..<linkCount { try out.append(columns.lazy.map { $0[k] }.first { !$0.isNaN } ?? 1) }
    return Column(out)
  }
}
