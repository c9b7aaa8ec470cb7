internal import AuraBase
internal import AuraGraph
internal import AuraKernels

/// Which way distances are measured in a directed network.
package enum Direction: String, CaseIterable, Sendable {
  case out, `in`

  static let summary =
    "In a directed network: out measures from each agent to those that it reaches, in from those that reach it."
}

extension TopologyView {
  /// Distances from (or to) each agent, measured once for all analyses of a request.
  ///
  /// - Throws: `.schema` for a length that is not positive.
  func distances(_ direction: Direction, inLinks: Bool) throws(AuraError) -> DistanceSweep {
    let lengths = inLinks ? nil : try positiveLengths()
    // An undirected network has one direction, a network without lengths one kind of distance.
    let name = "distances/\(directed ? direction.rawValue : "")/\(lengths == nil ? "links" : "lengths")"
    return try shared(name) { () throws(AuraError) in
      try distanceSweep(
        adjacency(direction == .out ? .successors : .predecessors), lengths: lengths?.span, work: work)
    }
  }
}

/// Ordered pairs of different agents.
func orderedPairs(_ n: Int) -> Double { Double(n) * Double(max(0, n - 1)) }
