package import AuraBase

/// What groups are to one another: one link from a group to each other one that its agents point at.
package struct Quotient: Sendable {
  /// Ordered by source, then by target.
  package let sources: Column<Int32>
  package let targets: Column<Int32>
  /// The strengths of the links between the two groups together.
  package let strengths: Column<Double>
  /// For each group, the number of links on the longest way to it, when no way leads back to where it began; else -1.
  package let levels: Column<Int32>

  /// - Complexity: O(*n* + *m*); one unit of work a link or group.
  /// - Parameters:
  ///   - labels: the group of each agent, below `groups`.
  ///   - strengths: of each link; nil means 1 each.
  /// - Throws: `.limit`, `.cancelled`, `.memory`.
  package init(
    groups: Int, labels: Span<Int32>, sources: Span<Int32>, targets: Span<Int32>, strengths: Span<Double>?, work: Work
  ) throws(AuraError) {
    let m = sources.count
    var froms = Buffer<Int32>()
    var tos = Buffer<Int32>()
    var links = Buffer<Int32>()
    for range in Blocks(m) {
      try work.spend(range.count)
      for k in range {
        let (from, to) = (labels[Int(sources[k])], labels[Int(targets[k])])
        if from == to { continue }
        try froms.append(from)
        try tos.append(to)
        try links.append(Int32(truncatingIfNeeded: k))
      }
    }
    try work.spend(groups)
    let rows = try Adjacency(count: groups, sources: froms.span, targets: tos.span, sense: .out)
    var ahead = Buffer<Int32>()
    var behind = Buffer<Int32>()
    var sums = Buffer<Double>()
    var levels = try Buffer<Int32>(repeating: 0, count: groups)
    var waits = try Buffer<Int32>(repeating: 0, count: groups)
    var queues = try Buffer<Int32>(repeating: 0, count: groups)
    do {
      let starts = rows.starts.span, to = rows.neighbours.span, names = rows.links.span, link = links.span
      var level = levels.mutableSpan, wait = waits.mutableSpan, queue = queues.mutableSpan
      for g in 0..<groups {
        var last: Int32 = -1
        for e in Int(starts[g])..<Int(starts[g + 1]) {
          if to[e] != last {
            last = to[e]
            try behind.append(Int32(truncatingIfNeeded: g))
            try ahead.append(last)
            try sums.append(0)
          }
          if let strengths {
            sums[sums.count - 1] += strengths[Int(link[Int(names[e])])]
          } else {
            sums[sums.count - 1] += 1
          }
          wait[Int(to[e])] &+= 1
        }
      }
      var end = 0
      for g in 0..<groups where wait[g] == 0 {
        queue[end] = Int32(truncatingIfNeeded: g)
        end &+= 1
      }
      var begin = 0
      while begin < end {
        let g = Int(queue[begin])
        begin &+= 1
        for e in Int(starts[g])..<Int(starts[g + 1]) {
          let h = Int(to[e])
          level[h] = max(level[h], level[g] &+ 1)
          wait[h] &-= 1
          if wait[h] == 0 {
            queue[end] = Int32(truncatingIfNeeded: h)
            end &+= 1
          }
        }
      }
      for g in 0..<groups where wait[g] > 0 { level[g] = -1 }
    }
    self.sources = Column(behind)
    self.targets = Column(ahead)
    self.strengths = Column(sums)
    self.levels = Column(levels)
  }
}
