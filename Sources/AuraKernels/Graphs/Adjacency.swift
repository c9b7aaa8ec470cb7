package import AuraBase

/// Compressed sparse rows: the neighbours of row *i* are `neighbours[starts[i]..<starts[i + 1]]`, ordered by
/// neighbour, then by link. `links` names the link that each entry came from, so that a caller can look up its
/// numbers. Cheap to copy; nothing in it ever changes.
package struct Adjacency: Sendable {
  package let count: Int
  package let starts: Column<Int32>
  package let neighbours: Column<Int32>
  package let links: Column<Int32>

  package var entries: Int { neighbours.count }

  /// Rows that are made already.
  init(count: Int, starts: Column<Int32>, neighbours: Column<Int32>, links: Column<Int32>) {
    self.count = count
    self.starts = starts
    self.neighbours = neighbours
    self.links = links
  }

  /// Which ends of a link become rows.
  package enum Sense: Sendable {
    /// Rows are sources: whom does *i* point at.
    case out
    /// Rows are targets: who points at *i*.
    case into
    /// Both; a self loop is entered once.
    case both
  }

  /// Sorts links into rows; O(*n* + *m*) time.
  ///
  /// - Parameters:
  ///   - simple: drop self loops and keep the first of parallel links (by link number).
  /// - Throws: `.memory`.
  package init(
    count n: Int, sources: Span<Int32>, targets: Span<Int32>, sense: Sense, simple: Bool = false
  ) throws(AuraError) {
    let m = sources.count
    // Two counting sorts: by neighbour first, then, stably, by row.
    let doubled = sense == .both
    var rows = Buffer<Int32>()
    var columns = Buffer<Int32>()
    var names = Buffer<Int32>()
    try rows.reserve(doubled ? 2 * m : m)
    try columns.reserve(doubled ? 2 * m : m)
    try names.reserve(doubled ? 2 * m : m)
    for k in 0..<m {
      let (s, t) = (sources[k], targets[k])
      if simple && s == t { continue }
      if sense != .into {
        try rows.append(s)
        try columns.append(t)
        try names.append(Int32(truncatingIfNeeded: k))
      }
      if sense == .into || (doubled && s != t) {
        try rows.append(t)
        try columns.append(s)
        try names.append(Int32(truncatingIfNeeded: k))
      }
    }
    let byNeighbour = try Self.order(n, columns.span)
    let total = rows.count
    var starts = try Buffer<Int32>(repeating: 0, count: n + 1)
    var neighbours = try Buffer<Int32>(repeating: 0, count: total)
    var links = try Buffer<Int32>(repeating: 0, count: total)
    do {
      var s = starts.mutableSpan, v = neighbours.mutableSpan, l = links.mutableSpan
      let r = rows.span, c = columns.span, e = names.span, order = byNeighbour.span
      for k in 0..<total { s[Int(r[k]) + 1] &+= 1 }
      for i in 0..<n { s[i + 1] &+= s[i] }
      var next = try Buffer(copying: s.span)
      var at = next.mutableSpan
      for j in 0..<total {
        let k = Int(order[j])
        let row = Int(r[k])
        let slot = Int(at[row])
        at[row] &+= 1
        v[slot] = c[k]
        l[slot] = e[k]
      }
    }
    if simple { try Self.dropRepeats(&starts, &neighbours, &links) }
    self.count = n
    self.starts = Column(starts)
    self.neighbours = Column(neighbours)
    self.links = Column(links)
  }

  /// Positions of `keys` in stable ascending order.
  private static func order(_ n: Int, _ keys: Span<Int32>) throws(AuraError) -> Buffer<Int32> {
    var starts = try Buffer<Int32>(repeating: 0, count: n + 1)
    var out = try Buffer<Int32>(repeating: 0, count: keys.count)
    var s = starts.mutableSpan, o = out.mutableSpan
    for k in keys.indices { s[Int(keys[k]) + 1] &+= 1 }
    for i in 0..<n { s[i + 1] &+= s[i] }
    for k in keys.indices {
      let slot = Int(s[Int(keys[k])])
      s[Int(keys[k])] &+= 1
      o[slot] = Int32(truncatingIfNeeded: k)
    }
    return out
  }

  private static func dropRepeats(
    _ starts: inout Buffer<Int32>, _ neighbours: inout Buffer<Int32>, _ links: inout Buffer<Int32>
  ) throws(AuraError) {
    let n = starts.count - 1
    var keptNeighbours = Buffer<Int32>()
    var keptLinks = Buffer<Int32>()
    try keptNeighbours.reserve(neighbours.count)
    try keptLinks.reserve(links.count)
    do {
      var s = starts.mutableSpan
      let v = neighbours.span, l = links.span
      var begin = 0
      for i in 0..<n {
        let end = Int(s[i + 1])
        var last: Int32 = -1
        for k in begin..<end where v[k] != last {
          last = v[k]
          try keptNeighbours.append(last)
          try keptLinks.append(l[k])
        }
        begin = end
        s[i + 1] = Int32(truncatingIfNeeded: keptNeighbours.count)
      }
    }
    neighbours = keptNeighbours
    links = keptLinks
  }
}
