package import AuraBase

/// What was measured before: one frame for each metric and moment, moments as they came (irregular steps allowed).
package struct History: Sendable {
  package struct Frame: Sendable {
    package let time: Double
    package let metric: String
    /// The agents measured, or nil when all were, in order.
    package let agents: Column<Int32>?
    package let values: Column<Double>
  }

  package private(set) var frames: [Frame] = []
  /// Values kept in all frames.
  package private(set) var valueCount = 0

  package init() {}

  /// Adds a frame; the oldest ones go when more than `limit` values would be kept.
  package mutating func append(_ frame: Frame, limit: Int) {
    frames.append(frame)
    valueCount += frame.values.count
    var dropped = 0
    while valueCount > limit && dropped < frames.count {
      valueCount -= frames[dropped].values.count
      dropped += 1
    }
    frames.removeFirst(dropped)
  }

  package var isEmpty: Bool { frames.isEmpty }

  /// The moments and values of one metric for every agent, oldest first; not a number where nothing is known.
  /// O(values of the metric).
  package func series(_ metric: String) -> (times: [Double], frames: [Frame]) {
    let mine = frames.filter { $0.metric == metric }.sorted { $0.time < $1.time }
    return (mine.map(\.time), mine)
  }

  /// The frames after agents have been removed or added: `position` gives the new place of each old one, or -1.
  func renumbered(_ position: Span<Int32>) throws(AuraError) -> History {
    var out = History()
    for frame in frames {
      var agents = Buffer<Int32>()
      var values = Buffer<Double>()
      for k in 0..<frame.values.count {
        let old = frame.agents.map { Int($0[k]) } ?? k
        if position[old] >= 0 {
          try agents.append(position[old])
          try values.append(frame.values[k])
        }
      }
      out.append(
        Frame(time: frame.time, metric: frame.metric, agents: Column(agents), values: Column(values)), limit: .max)
    }
    return out
  }
}
