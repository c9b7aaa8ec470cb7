package import AuraBase
package import AuraKernels

/// Who is linked to whom: the part of a topology that only changes when agents or links come and go. Row tables are
/// built when first asked for and shared by all later snapshots.
package final class Structure: Sendable {
  package let agents: AgentTable
  package let directed: Bool
  package let name: String
  /// Positions of the two ends of each link.
  package let sources: Column<Int32>
  package let targets: Column<Int32>

  // One lock for all structures: a structure may go while another lock is held, and a lock of its own would then have
  // to leave the registry of locks under that one.
  private static let tables = Lock()
  // Guarded by `tables`.
  nonisolated(unsafe) private var built: [Table: Adjacency] = [:]

  package init(
    agents: AgentTable, directed: Bool, name: String = "", sources: Column<Int32>,
    targets: Column<Int32>
  ) {
    self.agents = agents
    self.directed = directed
    self.name = name
    self.sources = sources
    self.targets = targets
  }

  package var agentCount: Int { agents.count }
  package var linkCount: Int { sources.count }

  /// The row tables that analyses share.
  package enum Table: Hashable, Sendable {
    /// Whom an agent points at; both ends when the topology is undirected.
    case successors
    /// Who points at it; both ends when the topology is undirected.
    case predecessors
    /// Both ends, whatever the direction.
    case neighbours
    /// The same without self loops and parallel links.
    case simple
  }

  /// - Complexity: O(*n* + *m*) the first time, O(1) later.
  package func adjacency(_ table: Table) throws(AuraError) -> Adjacency {
    if let ready = Self.tables.withLock({ built[table] }) { return ready }
    let sense: Adjacency.Sense =
      switch table {
      case .successors: directed ? .out : .both
      case .predecessors: directed ? .into : .both
      case .neighbours, .simple: .both
      }
    let sources = sources, targets = targets
    let made = try Adjacency(
      count: agentCount, sources: sources.span, targets: targets.span, sense: sense, simple: table == .simple)
    return Self.tables.withLock {
      if let ready = built[table] { return ready }
      built[table] = made
      return made
    }
  }
}

/// Words of a closed set, one for each agent or link: a code into `words`, or -1.
package struct TextColumn: Sendable {
  package let name: String
  package let words: [String]
  package let codes: Column<Int32>

  package subscript(_ i: Int) -> String? {
    let code = codes[i]
    return code < 0 ? nil : words[Int(code)]
  }
}

/// Numbers, one for each agent or link; not a number where nothing is known.
package struct NumberColumn: Sendable {
  package let name: String
  package let values: Column<Double>

  package init(name: String, values: Column<Double>) {
    self.name = name
    self.values = values
  }
}

/// A network of agents at one moment: its structure, the metrics of agents and links, and what was measured before.
/// Immutable; a change makes another snapshot that shares what did not change.
package final class Topology: Sendable {
  package let structure: Structure
  package let metrics: [NumberColumn]
  package let texts: [TextColumn]
  package let linkMetrics: [NumberColumn]
  package let linkTexts: [TextColumn]
  package let history: History
  /// When the metrics were measured; nil when nobody said.
  package let time: Double?
  /// Fields that the document had and the engine does not read.
  package let ignored: [String]
  /// The member of the document that held the links, for the places of errors.
  package let linksKey: String

  package init(
    structure: Structure, metrics: [NumberColumn] = [], texts: [TextColumn] = [], linkMetrics: [NumberColumn] = [],
    linkTexts: [TextColumn] = [], history: History = History(), time: Double? = nil, ignored: [String] = [],
    linksKey: String = "edges"
  ) {
    self.structure = structure
    self.metrics = metrics
    self.texts = texts
    self.linkMetrics = linkMetrics
    self.linkTexts = linkTexts
    self.history = history
    self.time = time
    self.ignored = ignored
    self.linksKey = linksKey
  }

  package var agentCount: Int { structure.agentCount }
  package var linkCount: Int { structure.linkCount }

  package func metric(_ name: String) -> Column<Double>? { metrics.first { $0.name == name }?.values }
  package func text(_ name: String) -> TextColumn? { texts.first { $0.name == name } }
  package func linkMetric(_ name: String) -> Column<Double>? { linkMetrics.first { $0.name == name }?.values }
  package func linkText(_ name: String) -> TextColumn? { linkTexts.first { $0.name == name } }
}
