internal import AuraBase
internal import AuraGraph

// What the sentences of loops and flows share.

extension Field where Root: ParameterSet {
  /// For components that follow the links.
  static func reverse(_ path: any WritableKeyPath<Root, Bool> & Sendable) -> Field {
    .flag("reverse", path, "Follow links from target to source: whom others point at comes first.")
  }
}

/// "a > b > c", of long chains the two ends.
func chain(_ agents: [Int32], _ view: TopologyView) -> String {
  let all = agents.count <= 6
  var names = (all ? agents : Array(agents.prefix(3))).map { name(Int($0), view) }
  if !all { names += ["...", name(Int(agents[agents.count - 1]), view)] }
  return names.joined(separator: " > ")
}

/// A link as a person would write it.
func link(_ k: Int, _ view: TopologyView) -> String {
  "\(name(Int(view.sources[k]), view)) \(view.directed ? ">" : "-") \(name(Int(view.targets[k]), view))"
}

/// A number as a person would write it: whole ones as such, others to four digits.
func figure(_ value: Double) -> String {
  if value == value.rounded() && abs(value) < 1e15 { return "\(Int(value))" }
  guard value.isFinite, value != 0 else { return "\(value)" }
  var unit = 1.0
  while abs(value) * unit < 1_000 && unit < 1e15 { unit *= 10 }
  return "\((value * unit).rounded() / unit)"
}
