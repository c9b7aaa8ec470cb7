package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

// What the measures of three agents share.

extension TopologyView {
  /// Each pair of partners once, for all analyses of a request.
  func forwardRows() throws(AuraError) -> ForwardRows {
    try shared("forward rows") { () throws(AuraError) in try ForwardRows(adjacency(.simple), work: work) }
  }

  /// The triangles at each agent, counted once for all analyses of a request.
  func triangles() throws(AuraError) -> Column<Int32> {
    try shared("triangles") { () throws(AuraError) in try triangleCounts(forwardRows(), work: work) }
  }

  /// Which ways the links of each pair of partners point.
  func ways() throws(AuraError) -> Column<UInt8> {
    try shared("pair ways") { () throws(AuraError) in
      let sources = sources
      return try pairWays(
        forwardRows(), neighbours: adjacency(.neighbours), sources: directed ? sources.span : nil, work: work)
    }
  }
}

/// How well the partners of each agent are linked among themselves.
package struct Clustering: Answer {
  package let clustering: Column<Double>
  package let mean: Double?
  package let meanLinked: Double?
  private let words: String

  /// - Parameters:
  ///   - rows: of the simple network.
  ///   - words: what is a share of what, for the sentence.
  ///   - share: of an agent with its number of partners, two or more.
  init(
    _ rows: Adjacency, _ words: String, share: (_ agent: Int, _ partners: Double) -> Double
  ) throws(AuraError) {
    var values = Buffer<Double>()
    try values.reserve(rows.count)
    var sum = 0.0
    var linked = 0
    let starts = rows.starts.span
    for v in 0..<rows.count {
      let partners = starts[v + 1] &- starts[v]
      let value = partners < 2 ? 0 : share(v, Double(partners))
      if partners > 1 { linked += 1 }
      sum += value
      try values.append(value)
    }
    clustering = Column(values)
    mean = rows.count > 0 ? sum / Double(rows.count) : nil
    meanLinked = linked > 0 ? sum / Double(linked) : nil
    self.words = words
  }

  package static let fields: [AnswerField<Self>] = [
    .reals("clustering", { $0.clustering }, "For each agent, in 0...1; 0 with fewer than two partners."),
    .real("mean", { $0.mean }, "Mean over all agents; null when there are none."),
    .real(
      "mean_linked", { $0.meanLinked }, "Mean over agents with two partners or more; null when there are none."),
  ]

  package func headline(_ view: TopologyView) -> String {
    guard let meanLinked else { return "Nobody has two partners." }
    return "\(percent(meanLinked)) of \(words), on average over agents with two partners or more."
  }
}
