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
    let forward = sense != .into, backward = sense != .out
    // Two counting sorts: by neighbour first, then, stably, by row. An entry is twice its link, and 1 when it is seen
    // from the target.
    var starts = try Buffer<Int32>(repeating: 0, count: n + 1)
    var places = try Buffer<Int32>(repeating: 0, count: n + 1)
    do {
      var row = starts.mutableSpan, column = places.mutableSpan
      for k in 0..<m {
        let (s, t) = (Int(sources[k]), Int(targets[k]))
        if simple && s == t { continue }
        if forward {
          row[s + 1] &+= 1
          column[t + 1] &+= 1
        }
        if backward && (!forward || s != t) {
          row[t + 1] &+= 1
          column[s + 1] &+= 1
        }
      }
      for i in 0..<n {
        row[i + 1] &+= row[i]
        column[i + 1] &+= column[i]
      }
    }
    let total = Int(starts[n])
    var order = try Buffer<UInt32>(repeating: 0, count: total)
    do {
      var place = places.mutableSpan, entry = order.mutableSpan
      for k in 0..<m {
        let (s, t) = (Int(sources[k]), Int(targets[k]))
        if simple && s == t { continue }
        let name = UInt32(truncatingIfNeeded: k) << 1
        if forward {
          entry[Int(place[t])] = name
          place[t] &+= 1
        }
        if backward && (!forward || s != t) {
          entry[Int(place[s])] = name | 1
          place[s] &+= 1
        }
      }
    }
    var neighbours = try Buffer<Int32>(repeating: 0, count: total)
    var links = try Buffer<Int32>(repeating: 0, count: total)
    do {
      var place = places.mutableSpan, v = neighbours.mutableSpan, l = links.mutableSpan
      let start = starts.span, entry = order.span
      for i in 0...n { place[i] = start[i] }
      for j in 0..<total {
        let k = Int(entry[j] >> 1)
        let (row, column) = entry[j] & 1 == 0 ? (sources[k], targets[k]) : (targets[k], sources[k])
        let slot = Int(place[Int(row)])
        place[Int(row)] &+= 1
        v[slot] = column
        l[slot] = Int32(truncatingIfNeeded: k)
      }
    }
    if simple { try Self.dropRepeats(&starts, &neighbours, &links) }
    self.count = n
    self.starts = Column(starts)
    self.neighbours = Column(neighbours)
    self.links = Column(links)
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
