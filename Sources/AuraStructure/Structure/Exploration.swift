internal import AuraBase
internal import AuraGraph
internal import AuraKernels

// What several measures of structure start from, made once in a request.

extension TopologyView {
  /// The exploration that single points of failure, links without a spare, blocks and zones are read off.
  func lowPoints() throws(AuraError) -> LowPoints {
    try shared("low points") { () throws(AuraError) in
      try AuraKernels.lowPoints(adjacency(.neighbours), work: work)
    }
  }

  func bridgesAndZones() throws(AuraError) -> BridgesAndZones {
    try shared("bridges") { () throws(AuraError) in
      try AuraKernels.bridgesAndZones(lowPoints(), links: linkCount, work: work)
    }
  }

  func linkEnds() throws(AuraError) -> LinkEnds {
    try shared("link ends") { () throws(AuraError) in
      let sources = self.sources, targets = self.targets
      let strengths = try self.strengths()
      return try AuraKernels.linkEnds(
        count: count, sources: sources.span, targets: targets.span, strengths: strengths?.span, directed: directed,
        out: adjacency(.successors), into: adjacency(.predecessors), work: work)
    }
  }
}

/// The position of the largest count above 0; of equal ones the first. Nil when there is none.
func mostOf(_ counts: Column<Int32>) -> Int? {
  var best: Int? = nil
  for i in 0..<counts.count where counts[i] > (best.map { counts[$0] } ?? 0) { best = i }
  return best
}
