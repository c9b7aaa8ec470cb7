package import AuraBase

/// A field of agents or links that the engine knows: its unit, what values it may have, what it says. The reader, the
/// changes of a session and the schema all use this table.
package struct KnownField: Sendable {
  package let name: String
  package let unit: String
  package let minimum: Double
  package let maximum: Double
  package let summary: String

  init(_ name: String, _ unit: String, _ minimum: Double, _ maximum: Double, _ summary: String) {
    self.name = name
    self.unit = unit
    self.minimum = minimum
    self.maximum = maximum
    self.summary = summary
  }

  package static let agentNumbers: [KnownField] = [
    KnownField("load", "work per second", 0, .infinity, "Work that the agent carries now."),
    KnownField("capacity", "work per second", 0, .infinity, "Work that it can carry, in the unit of load."),
    KnownField("queue", "items", 0, .infinity, "Items that wait."),
    KnownField("latency_ms", "ms", 0, .infinity, "Time to answer."),
    KnownField("error_rate", "share", 0, 1, "Share of answers that are errors."),
    KnownField("calls_per_s", "1/s", 0, .infinity, "Calls that arrive."),
    KnownField("attempts_per_call", "1", 1, .infinity, "Attempts made for each call; 1 means no retries."),
    KnownField("memory_bytes", "bytes", 0, .infinity, "Memory in use."),
    KnownField("memory_limit_bytes", "bytes", 0, .infinity, "Memory that it may use."),
    KnownField("pd", "MW", -.infinity, .infinity, "Power demanded at a bus of a grid."),
    KnownField("pg", "MW", -.infinity, .infinity, "Power generated there now."),
    KnownField("pgmax", "MW", -.infinity, .infinity, "Power that could be generated there."),
    KnownField("liveness_age_s", "s", 0, .infinity, "Time since the agent was last heard of."),
  ]

  package static let agentTexts: [(name: String, summary: String)] = [
    ("status", "\"down\" and \"failed\" mean that the agent has failed; other words are kept."),
    ("group", "Team or tier that the agent belongs to."),
    ("host", "Machine that it runs on."),
    ("region", "Place that it runs in."),
    ("version", "Version that it runs."),
    ("label", "Name for people; tables show it beside the id."),
  ]

  package static let linkNumbers: [KnownField] = [
    KnownField("strength", "any", 0, .infinity, "Share, rate or capacity: more is closer."),
    KnownField("length", "any", 0, .infinity, "Delay or distance: more is farther."),
    KnownField("weight", "any", -.infinity, .infinity, "Alias of strength."),
    KnownField("capacity", "MW", 0, .infinity, "Power that a line of a grid can carry."),
    KnownField("x", "p.u.", -.infinity, .infinity, "Reactance of a line of a grid."),
    KnownField("calls_per_s", "1/s", 0, .infinity, "Calls that pass."),
    KnownField("latency_ms", "ms", 0, .infinity, "Delay of the link."),
    KnownField("error_rate", "share", 0, 1, "Share of calls that fail on it."),
  ]

  package static let linkTexts: [(name: String, summary: String)] = [("kind", "What sort of dependence it is.")]

  package func check(_ value: Double) throws(AuraError) {
    // Written positively, so that a value that is not a number fails.
    guard value >= minimum && value <= maximum else {
      throw AuraError(.schema, "\(name) must be in \(minimum)...\(maximum), not \(value)")
    }
  }
}
