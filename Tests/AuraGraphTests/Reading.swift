internal import AuraBase
internal import AuraGraph

/// A topology from text.
func read(_ text: String, _ limits: Limits = Limits()) throws(AuraError) -> Topology {
  let bytes = Array(text.utf8)
  return try TopologyReader.read(bytes.span, limits: limits, seed: 42)
}

/// What reading the text fails with, or nil.
func failure(_ text: String, _ limits: Limits = Limits()) -> AuraError? {
  do throws(AuraError) {
    _ = try read(text, limits)
    return nil
  } catch { return error }
}

extension Topology {
  var ids: [AgentID] { (0..<agentCount).map { structure.agents.id($0) } }
  var ends: [[Int32]] { (0..<linkCount).map { [structure.sources[$0], structure.targets[$0]] } }

  /// A metric with nil where nothing is known; empty when there is no such metric.
  func values(_ name: String) -> [Double?] { (metric(name)?.array ?? []).map { $0.isNaN ? nil : $0 } }
  func linkValues(_ name: String) -> [Double?] { (linkMetric(name)?.array ?? []).map { $0.isNaN ? nil : $0 } }
}
