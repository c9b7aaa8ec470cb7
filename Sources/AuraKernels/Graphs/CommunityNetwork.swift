package import AuraBase

/// A network as community detection sees it: undirected, one entry for each neighbour, strengths summed.
///
/// Links without strength join nobody. Self loops are kept apart.
package struct CommunityNetwork: ~Copyable {
  package let count: Int
  var starts: Buffer<Int32>
  var neighbours: Buffer<Int32>
  var strengths: Buffer<Double>
  /// Strength within each agent: of its self loops, each counted once.
  var loops: Buffer<Double>
  /// Strength of all links; each counts once.
  package var total: Double
  /// What strengths have been multiplied by.
  let scale: Double

  /// Sums up links.
  ///
  /// - Complexity: O(*n* + *m*).
  /// - Parameters:
  ///   - rows: both ends of every link (`.both`).
  ///   - strengths: one for each link, finite and not negative; nil means all 1.
  /// - Throws: `.argument`, `.limit`, `.cancelled`, `.memory`.
  package init(_ rows: Adjacency, strengths given: Span<Double>?, work: Work) throws(AuraError) {
    let n = rows.count
    try work.spend(rows.entries + n)
    // Relative to the strongest: sums neither overflow nor vanish.
    var largest = 0.0
    if let given {
      for k in given.indices {
        guard given[k] >= 0, given[k] < .infinity else {
          throw AuraError(.argument, "the strength of link \(k) is \(given[k]); strengths are finite, at least 0")
        }
        largest = max(largest, given[k])
      }
    }
    let scale = largest > 0x1p400 || (largest > 0 && largest < 0x1p-400) ? 1 / largest : 1
    var starts = Buffer<Int32>()
    var neighbours = Buffer<Int32>()
    var strengths = Buffer<Double>()
    var loops = try Buffer<Double>(repeating: 0, count: n)
    try starts.reserve(n + 1)
    try neighbours.reserve(rows.entries)
    try strengths.reserve(rows.entries)
    try starts.append(0)
    let start = rows.starts.span, neighbour = rows.neighbours.span, link = rows.links.span
    var twice = 0.0
    var once = 0.0
    for i in 0..<n {
      var e = Int(start[i])
      let end = Int(start[i + 1])
      while e < end {
        let j = neighbour[e]
        var sum = 0.0
        while e < end && neighbour[e] == j {
          if let given { sum += given[Int(link[e])] * scale } else { sum += 1 }
          e += 1
        }
        if sum == 0 { continue }
        if Int(j) == i {
          loops[i] = sum
          once += sum
        } else {
          try neighbours.append(j)
          try strengths.append(sum)
          twice += sum
        }
      }
      try starts.append(Int32(truncatingIfNeeded: neighbours.count))
    }
    count = n
    self.starts = starts
    self.neighbours = neighbours
    self.strengths = strengths
    self.loops = loops
    total = once + twice / 2
    self.scale = scale
  }

  private init(
    _ starts: consuming Buffer<Int32>, _ neighbours: consuming Buffer<Int32>, _ strengths: consuming Buffer<Double>,
    _ loops: consuming Buffer<Double>, _ total: Double, _ scale: Double
  ) {
    count = starts.count - 1
    self.starts = starts
    self.neighbours = neighbours
    self.strengths = strengths
    self.loops = loops
    self.total = total
    self.scale = scale
  }

  var entries: Int { neighbours.count }

  /// The network of groups: one agent for each, numbered as they are.
  ///
  /// - Complexity: O(*n* + *m*).
  func quotient(_ labels: Span<Int32>, groups: Int) throws(AuraError) -> CommunityNetwork {
    // Agents by group.
    var firsts = try Buffer<Int32>(repeating: 0, count: groups + 1)
    var members = try Buffer<Int32>(repeating: 0, count: count)
    do {
      var first = firsts.mutableSpan, member = members.mutableSpan
      for i in 0..<count { first[Int(labels[i])] &+= 1 }
      var sum: Int32 = 0
      for g in 0...groups {
        sum &+= first[g]
        first[g] = sum
      }
      var i = count
      while i > 0 {
        i &-= 1
        let g = Int(labels[i])
        first[g] &-= 1
        member[Int(first[g])] = Int32(truncatingIfNeeded: i)
      }
    }
    var sums = try Buffer<Double>(repeating: 0, count: groups)
    var touched = try Buffer<Int32>(repeating: 0, count: groups)
    var starts = Buffer<Int32>()
    var neighbours = Buffer<Int32>()
    var strengths = Buffer<Double>()
    var loops = try Buffer<Double>(repeating: 0, count: groups)
    try starts.reserve(groups + 1)
    try starts.append(0)
    let first = firsts.span, member = members.span
    let start = self.starts.span, neighbour = self.neighbours.span, strength = self.strengths.span
    let loop = self.loops.span
    var sum = sums.mutableSpan, touch = touched.mutableSpan
    for g in 0..<groups {
      var found = 0
      var own = 0.0
      for k in Int(first[g])..<Int(first[g + 1]) {
        let i = Int(member[k])
        own += loop[i]
        for e in Int(start[i])..<Int(start[i &+ 1]) {
          let h = labels[Int(neighbour[e])]
          if Int(h) == g {
            own += strength[e] / 2
          } else {
            if sum[Int(h)] == 0 {
              touch[found] = h
              found &+= 1
            }
            sum[Int(h)] += strength[e]
          }
        }
      }
      loops[g] = own
      for k in 0..<found {
        let h = Int(touch[k])
        try neighbours.append(touch[k])
        try strengths.append(sum[h])
        sum[h] = 0
      }
      try starts.append(Int32(truncatingIfNeeded: neighbours.count))
    }
    return CommunityNetwork(starts, neighbours, strengths, loops, total, scale)
  }

  /// Groups split where they do not hang together, and numbered by their least agent.
  func connectedGroups(_ labels: Span<Int32>) throws(AuraError) -> Components {
    var names = try Buffer<Int32>(repeating: -1, count: count)
    var stack = try Buffer<Int32>(repeating: 0, count: count)
    do {
      let start = starts.span, neighbour = neighbours.span
      var name = names.mutableSpan, todo = stack.mutableSpan
      for first in 0..<count where name[first] < 0 {
        let label = labels[first]
        var depth = 1
        todo[0] = Int32(truncatingIfNeeded: first)
        name[first] = Int32(truncatingIfNeeded: first)
        while depth > 0 {
          depth &-= 1
          let v = Int(todo[depth])
          for e in Int(start[v])..<Int(start[v &+ 1]) {
            let w = Int(neighbour[unchecked: e])
            if labels[unchecked: w] == label && name[unchecked: w] < 0 {
              name[unchecked: w] = Int32(truncatingIfNeeded: first)
              todo[depth] = neighbour[unchecked: e]
              depth &+= 1
            }
          }
        }
      }
    }
    return try Components(names: names.span)
  }
}

extension CommunityNetwork {
  /// Strength of all links for each pair of agents, as given.
  package var density: Double {
    count < 2 ? 0 : total / scale / (Double(count) * Double(count - 1) / 2)
  }
}
