package import AuraBase

/// Which part of a network each agent belongs to. Parts are numbered by their least agent: agent 0 is in part 0,
/// the first agent outside it opens part 1, and so on.
package struct Components: Sendable {
  /// The part of each agent.
  package let labels: Column<Int32>
  /// The number of agents of each part.
  package let sizes: Column<Int32>

  package var count: Int { sizes.count }

  /// Numbers parts by least agent, given any name in 0..<*n* that the agents of a part share.
  ///
  /// - Throws: `.memory`.
  package init(names: Span<Int32>) throws(AuraError) {
    var labels = try Buffer<Int32>(repeating: 0, count: names.count)
    var numbers = try Buffer<Int32>(repeating: -1, count: names.count)
    var sizes = Buffer<Int32>()
    do {
      var label = labels.mutableSpan, number = numbers.mutableSpan
      for i in names.indices {
        let name = Int(names[i])
        if number[name] < 0 {
          number[name] = Int32(truncatingIfNeeded: sizes.count)
          try sizes.append(0)
        }
        label[i] = number[name]
        var size = sizes.mutableSpan
        size[Int(number[name])] &+= 1
      }
    }
    self.labels = Column(labels)
    self.sizes = Column(sizes)
  }
}
