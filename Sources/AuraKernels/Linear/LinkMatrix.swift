package import AuraBase

/// Something that turns one number for each element into another, linearly: a matrix that need not be written out.
protocol LinearMap: ~Copyable {
  var count: Int { get }
  /// Overwrites `y` with the image of `x`.
  func apply(_ x: Span<Double>, _ y: inout MutableSpan<Double>, _ work: Work) throws(AuraError)
}

/// The strengths of a network as a sparse matrix, relative to the strongest link.
///
/// Links of strength 0 are left out: they bind nobody. Parallel links are entries of their own, which add up; a self
/// loop of an undirected network has two ends at its agent and counts twice.
package struct LinkMatrix: LinearMap, Sendable {
  /// Rows are the table that the matrix was made from, without links of strength 0.
  package let rows: Adjacency
  /// Strength of each entry, in units of `scale`.
  let values: Column<Double>
  /// The strength of the strongest link; 1 without links.
  package let scale: Double

  package var count: Int { rows.count }

  /// - Parameters:
  ///   - rows: the links sorted into rows as `sense` says, when somebody has them already.
  ///   - strengths: one for each link, finite and not negative; nil means 1 for all.
  /// - Throws: `.argument`, `.memory`.
  package init(
    count n: Int, sources: Span<Int32>, targets: Span<Int32>, sense: Adjacency.Sense, strengths: Span<Double>?,
    rows ready: Adjacency? = nil
  ) throws(AuraError) {
    var scale = 0.0
    var kept = sources.count
    if let strengths {
      for k in 0..<sources.count {
        let strength = strengths[k]
        guard strength >= 0, strength < .infinity else {
          throw AuraError(.argument, "the strength of link \(k) is \(strength); strengths are finite, at least 0")
        }
        scale = max(scale, strength)
        if strength == 0 { kept -= 1 }
      }
    }
    if scale == 0 { scale = 1 }
    var names = Buffer<Int32>()
    if let strengths, kept < sources.count {
      for k in 0..<sources.count where strengths[k] > 0 { try names.append(Int32(truncatingIfNeeded: k)) }
    }
    let rows = try Self.rows(n, sources, targets, sense, names.span, all: kept == sources.count, ready)
    var values = try Buffer<Double>(repeating: 1, count: rows.entries)
    do {
      var value = values.mutableSpan
      let starts = rows.starts.span, neighbours = rows.neighbours.span, links = rows.links.span
      if let strengths {
        let all = kept == sources.count
        for e in 0..<value.count { value[e] = strengths[all ? Int(links[e]) : Int(names[Int(links[e])])] / scale }
      }
      if sense == .both {
        for i in 0..<n {
          for e in Int(starts[i])..<Int(starts[i + 1]) where Int(neighbours[e]) == i { value[e] *= 2 }
        }
      }
    }
    self.rows = rows
    self.values = Column(values)
    self.scale = scale
  }

  /// The rows of all links, or of some.
  private static func rows(
    _ n: Int, _ sources: Span<Int32>, _ targets: Span<Int32>, _ sense: Adjacency.Sense, _ some: Span<Int32>,
    all: Bool, _ ready: Adjacency?
  ) throws(AuraError) -> Adjacency {
    if all {
      if let ready { return ready }
      return try Adjacency(count: n, sources: sources, targets: targets, sense: sense)
    }
    var froms = Buffer<Int32>()
    var tos = Buffer<Int32>()
    for k in some.indices {
      try froms.append(sources[Int(some[k])])
      try tos.append(targets[Int(some[k])])
    }
    return try Adjacency(count: n, sources: froms.span, targets: tos.span, sense: sense)
  }

  /// What links of positive strength hold together.
  package func parts(work: Work) throws(AuraError) -> Components {
    var froms = Buffer<Int32>()
    var tos = Buffer<Int32>()
    let starts = rows.starts.span, values = values.span
    for i in 0..<count {
      for e in Int(starts[i])..<Int(starts[i + 1]) where values[e] > 0 {
        try froms.append(Int32(truncatingIfNeeded: i))
        try tos.append(rows.neighbours[e])
      }
    }
    return try weakComponents(count: count, sources: froms.span, targets: tos.span, work: work)
  }

  func apply(_ x: Span<Double>, _ y: inout MutableSpan<Double>, _ work: Work) throws(AuraError) {
    let starts = rows.starts.span, neighbours = rows.neighbours.span, values = values.span
    work.product()
    try work.spend(count + rows.entries)
    for i in 0..<count {
      var sum = 0.0
      for e in Int(starts[i])..<Int(starts[i &+ 1]) { sum += values[e] * x[Int(neighbours[e])] }
      y[i] = sum
    }
  }
}

/// A sparse matrix in plain rows: a part of another one.
struct PlainMatrix: LinearMap {
  let starts: Column<Int32>
  let columns: Column<Int32>
  let values: Column<Double>

  var count: Int { starts.count - 1 }

  /// The rows and columns of `members` alone, in their order; `place` tells the position of a member and is only read
  /// for members and their neighbours: -1 stands for others.
  init(of matrix: LinkMatrix, members: Span<Int32>, place: Span<Int32>) throws(AuraError) {
    let starts = matrix.rows.starts.span, neighbours = matrix.rows.neighbours.span, values = matrix.values.span
    var begins = Buffer<Int32>()
    var columns = Buffer<Int32>()
    var kept = Buffer<Double>()
    try begins.append(0)
    for k in members.indices {
      let i = Int(members[k])
      for e in Int(starts[i])..<Int(starts[i + 1]) {
        let j = place[Int(neighbours[e])]
        if j < 0 { continue }
        try columns.append(j)
        try kept.append(values[e])
      }
      try begins.append(Int32(truncatingIfNeeded: columns.count))
    }
    self.starts = Column(begins)
    self.columns = Column(columns)
    self.values = Column(kept)
  }

  func apply(_ x: Span<Double>, _ y: inout MutableSpan<Double>, _ work: Work) throws(AuraError) {
    let starts = starts.span, columns = columns.span, values = values.span
    work.product()
    try work.spend(count + columns.count)
    for i in 0..<count {
      var sum = 0.0
      for e in Int(starts[i])..<Int(starts[i &+ 1]) { sum += values[e] * x[Int(columns[e])] }
      y[i] = sum
    }
  }
}
