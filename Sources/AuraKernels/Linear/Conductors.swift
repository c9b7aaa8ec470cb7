package import AuraBase
internal import Glibc

/// A network seen as conductors, ready for questions about currents and voltages: each link conducts as much as it is
/// strong, whatever its direction.
///
/// Agents are taken out one by one, each replaced by conductors between those it was linked with, as a star of
/// conductors becomes a mesh. Only sums and products of positive numbers occur, so that every number in it is known to
/// nearly all digits, however much strengths differ.
///
/// - Complexity: that of `LDLPattern`.
/// - Source: elimination without subtraction as in Grassmann, Taksar and Heyman 1985, doi:10.1287/opre.33.5.1107.
package struct Conductors: Sendable {
  package let parts: Components
  /// Whom positive links join, without self loops and repeats.
  package let links: Adjacency
  /// What stands between the ends of each entry of `links`, in units of `scale`.
  package let between: Column<Double>
  /// Conductance of 1 within, in the strength of links.
  package let scale: Double
  let pattern: LDLPattern
  /// What passes on from an agent that is taken out to each that stays: sums to 1 in a column.
  let shares: Column<Double>
  /// All that an agent was linked with when it was taken out; 0 for the last of each part, which is at voltage 0.
  let pivots: Column<Double>

  package var count: Int { links.count }

  /// - Parameters:
  ///   - matrix: both ends of each link.
  ///   - most: the cost above which there is no answer, as in `LDLPattern`.
  /// - Returns: nil when the network is so densely woven that it costs too much.
  /// - Throws: `.limit`, `.cancelled`, `.memory`, `.numeric` when strengths differ by more than numbers can.
  package init?(_ matrix: LinkMatrix, most: Int, work: Work) throws(AuraError) {
    let n = matrix.count
    scale = matrix.scale
    var starts = try Buffer<Int32>(repeating: 0, count: n + 1)
    var neighbours = Buffer<Int32>()
    var strengths = Buffer<Double>()
    var firsts = Buffer<Int32>()
    try work.spend(n + matrix.rows.entries)
    do {
      let s = matrix.rows.starts.span, v = matrix.rows.neighbours.span, value = matrix.values.span
      for i in 0..<n {
        var last: Int32 = -1
        for e in Int(s[i])..<Int(s[i + 1]) where Int(v[e]) != i && value[e] > 0 {
          if v[e] == last {
            strengths[strengths.count - 1] += value[e]
          } else {
            last = v[e]
            try neighbours.append(last)
            try strengths.append(value[e])
            try firsts.append(Int32(truncatingIfNeeded: i))
          }
        }
        starts[i + 1] = Int32(truncatingIfNeeded: neighbours.count)
      }
    }
    parts = try weakComponents(count: n, sources: firsts.span, targets: neighbours.span, work: work)
    let ends = Column(neighbours)
    let simple = Adjacency(count: n, starts: Column(starts), neighbours: ends, links: ends)
    let conductances = Column(strengths)
    guard let pattern = try LDLPattern(simple, most: most, work: work) else { return nil }
    self.pattern = pattern
    links = simple
    between = conductances
    var share = try Buffer<Double>(repeating: 0, count: pattern.rows.count)
    var pivot = try Buffer<Double>(repeating: 0, count: n)
    var place = try Buffer<Double>(repeating: 0, count: n)
    do {
      // Each conductor into the column of the end that goes first.
      let p = pattern.position.span
      var agents = try Buffer<Int32>(repeating: 0, count: n)
      for i in 0..<n { agents[Int(p[i])] = Int32(truncatingIfNeeded: i) }
      let s = simple.starts.span, v = simple.neighbours.span, c = conductances.span
      let begins = pattern.starts.span, rows = pattern.rows.span
      for k in 0..<n {
        let i = Int(agents[k])
        for e in Int(s[i])..<Int(s[i + 1]) where Int(p[Int(v[e])]) > k { place[Int(p[Int(v[e])])] = c[e] }
        for e in Int(begins[k])..<Int(begins[k + 1]) {
          share[e] = place[Int(rows[e])]
          place[Int(rows[e])] = 0
        }
      }
    }
    do {
      var l = share.mutableSpan, d = pivot.mutableSpan, y = place.mutableSpan
      try Self.takeOut(pattern, &l, &d, &y, work)
    }
    shares = Column(share)
    pivots = Column(pivot)
  }

  /// `l` holds conductances, and then shares.
  private static func takeOut(
    _ pattern: LDLPattern, _ l: inout MutableSpan<Double>, _ d: inout MutableSpan<Double>,
    _ y: inout MutableSpan<Double>, _ work: Work
  ) throws(AuraError) {
    let n = pattern.count
    let s = pattern.starts.span, r = pattern.rows.span
    var links = try Buffer<Int32>(repeating: -1, count: n)
    var cursors = try Buffer<Int32>(repeating: 0, count: n)
    var link = links.mutableSpan, cursor = cursors.mutableSpan
    for k in 0..<n {
      let range = Int(s[k])..<Int(s[k &+ 1])
      for e in range { y[Int(r[e])] = l[e] }
      // What agents taken out before have left between this one and later ones.
      var cost = range.count + 1
      var c = link[k]
      while c >= 0 {
        let j = Int(c)
        let following = link[j]
        let at = Int(cursor[j])
        let stop = Int(s[j &+ 1])
        let factor = l[at] * d[j]
        cost += stop - at
        var e = at &+ 1
        while e < stop {
          y[Int(r[e])] += l[e] * factor
          e &+= 1
        }
        if at &+ 1 < stop {
          cursor[j] = Int32(truncatingIfNeeded: at &+ 1)
          let row = Int(r[at &+ 1])
          link[j] = link[row]
          link[row] = c
        }
        c = following
      }
      try work.spend(cost)
      var sum = 0.0
      for e in range { sum += y[Int(r[e])] }
      d[k] = sum
      if range.isEmpty { continue }
      guard sum > 1e-300 else { throw AuraError(.numeric, "strengths differ by too much") }
      for e in range { l[e] = y[Int(r[e])] / sum }
      cursor[k] = Int32(truncatingIfNeeded: range.lowerBound)
      let row = Int(r[range.lowerBound])
      link[k] = link[row]
      link[row] = Int32(truncatingIfNeeded: k)
    }
  }

  /// Voltages when currents `x` are fed in, in place; one agent of each part is held at 0 and takes up what is left.
  package func solve(_ x: inout MutableSpan<Double>, work: Work) throws(AuraError) {
    let n = count
    let s = pattern.starts.span, r = pattern.rows.span, p = pattern.position.span
    let l = shares.span, d = pivots.span
    try work.spend(n + 2 * l.count)
    let scratch = try Scratch<Double>(repeating: 0, count: n)
    var y = scratch.all
    for i in 0..<n { y[Int(p[i])] = x[i] }
    for k in 0..<n {
      let value = y[k]
      if value == 0 { continue }
      for e in Int(s[k])..<Int(s[k &+ 1]) { y[Int(r[e])] += l[e] * value }
    }
    for k in stride(from: n - 1, through: 0, by: -1) {
      var value = d[k] > 0 ? y[k] / d[k] : 0
      for e in Int(s[k])..<Int(s[k &+ 1]) { value += l[e] * y[Int(r[e])] }
      y[k] = value
    }
    for i in 0..<n { x[i] = y[Int(p[i])] }
  }

  /// Resistance between two agents, in units of 1 / `scale`; infinite when nothing joins them.
  ///
  /// - Parameter currents: room, all 0 before and after.
  func resistance(_ i: Int, _ j: Int, _ currents: inout MutableSpan<Double>, work: Work) throws(AuraError) -> Double {
    if i == j { return 0 }
    guard parts.labels[i] == parts.labels[j] else { return .infinity }
    let s = pattern.starts.span, r = pattern.rows.span, l = shares.span, d = pivots.span
    var (a, b) = (Int(pattern.position[i]), Int(pattern.position[j]))
    currents[a] = 1
    currents[b] = -1
    var power = 0.0
    var cost = 1
    // Towards the last agent of the part, from both ends: nobody else sees any of the current.
    while true {
      let k = min(a, b)
      let range = Int(s[k])..<Int(s[k &+ 1])
      let value = currents[k]
      currents[k] = 0
      if range.isEmpty { break }
      power += value * value / d[k]
      for e in range { currents[Int(r[e])] += l[e] * value }
      cost += range.count
      let next = Int(r[range.lowerBound])
      if a == k { a = next }
      if b == k { b = next }
    }
    try work.spend(cost)
    return power
  }

  /// Resistances of pairs of agents, in units of 1 / strength; infinite where nothing joins them.
  ///
  /// - Source: Klein and Randić 1993, doi:10.1007/BF01164627.
  package func resistances(_ from: Span<Int32>, _ to: Span<Int32>, work: Work) throws(AuraError) -> Column<Double> {
    let currents = try Scratch<Double>(repeating: 0, count: count)
    var x = currents.all
    var out = Buffer<Double>()
    try out.reserve(from.count * to.count)
    for i in from.indices {
      for j in to.indices { try out.append(try resistance(Int(from[i]), Int(to[j]), &x, work: work) / scale) }
    }
    return Column(out)
  }

  /// What stands between an agent and each that was left when it was taken out, from the last to the first: voltages
  /// at one per current into the other (and into itself), or resistances.
  ///
  /// - Complexity: that of taking apart.
  /// - Source: Takahashi, Fagan and Chen 1973; for resistances by the star that an agent makes with those left.
  func sweep(_ voltages: Bool, work: Work) throws(AuraError) -> (entries: Column<Double>, own: Column<Double>) {
    let n = count
    var entries = try Buffer<Double>(repeating: 0, count: shares.count)
    var owns = try Buffer<Double>(repeating: 0, count: n)
    let sums = try Scratch<Double>(repeating: 0, count: n)
    let marks = try Scratch<Double>(repeating: 0, count: n)
    do {
      let s = pattern.starts.span, r = pattern.rows.span, l = shares.span, d = pivots.span
      var z = entries.mutableSpan, own = owns.mutableSpan, sum = sums.all, mark = marks.all
      for j in stride(from: n - 1, through: 0, by: -1) {
        let range = Int(s[j])..<Int(s[j &+ 1])
        if range.isEmpty { continue }
        for e in range { mark[Int(r[e])] = l[e] }
        var cost = 1
        for e in range {
          let k = Int(r[e])
          var mine = 0.0
          let share = l[e]
          let others = Int(s[k])..<Int(s[k &+ 1])
          for f in others {
            let i = Int(r[f])
            mine += mark[i] * z[f]
            sum[i] += share * z[f]
          }
          sum[k] += mine + share * own[k]
          cost += others.count
        }
        try work.spend(cost)
        var mean = 0.0
        for e in range { mean += l[e] * sum[Int(r[e])] }
        for e in range { z[e] = voltages ? sum[Int(r[e])] : max(0, 1 / d[j] + sum[Int(r[e])] - mean / 2) }
        if voltages { own[j] = 1 / d[j] + mean }
        for e in range {
          mark[Int(r[e])] = 0
          let others = Int(s[Int(r[e])])..<Int(s[Int(r[e]) &+ 1])
          for f in others { sum[Int(r[f])] = 0 }
        }
        for e in range { sum[Int(r[e])] = 0 }
      }
    }
    return (Column(entries), Column(owns))
  }

  /// The share of all ways to hold a part together with as few links as can be that need a link: 1 when nothing can
  /// stand in for it. They sum to the number of agents less the number of parts.
  ///
  /// - Source: Kirchhoff 1847; Spielman and Srivastava 2011, doi:10.1137/080734029.
  /// - Parameter strengths: of each link; nil means 1.
  package func linkShares(
    sources: Span<Int32>, targets: Span<Int32>, strengths: Span<Double>?, work: Work
  ) throws(AuraError) -> Column<Double> {
    let found = try sweep(false, work: work).entries
    let s = pattern.starts.span, r = pattern.rows.span, p = pattern.position.span
    var out = Buffer<Double>()
    try out.reserve(sources.count)
    for k in 0..<sources.count {
      let (i, j) = (p[Int(sources[k])], p[Int(targets[k])])
      var strength = 1 / scale
      if let strengths { strength = strengths[k] / scale }
      if i == j || !(strength > 0) {
        try out.append(0)
        continue
      }
      var low = Int(s[Int(min(i, j))])
      var high = Int(s[Int(min(i, j)) + 1])
      while low + 1 < high {
        let middle = (low + high) / 2
        if r[middle] <= max(i, j) { low = middle } else { high = middle }
      }
      try out.append(min(1, strength * found[low]))
    }
    return Column(out)
  }

  /// The sum of the resistances from each agent to all others of its part, in units of 1 / strength.
  ///
  /// - Source: Klein and Randić 1993, doi:10.1007/BF01164627.
  package func resistanceSums(work: Work) throws(AuraError) -> Column<Double> {
    let n = count
    let own = try sweep(true, work: work).own
    var sums = try Buffer<Double>(repeating: 1, count: n)
    do {
      var x = sums.mutableSpan
      try solve(&x, work: work)
      var traces = try Buffer<Double>(repeating: 0, count: parts.count)
      let p = pattern.position.span, label = parts.labels.span
      for i in 0..<n { traces[Int(label[i])] += own[Int(p[i])] }
      for i in 0..<n {
        let g = Int(label[i])
        if parts.sizes[g] == 1 {
          x[i] = 0
        } else {
          x[i] = (Double(parts.sizes[g]) * own[Int(p[i])] + traces[g] - 2 * x[i]) / scale
        }
      }
    }
    return Column(sums)
  }

  /// The natural logarithm of the number of ways to hold each part together with as few links as can be; a link of
  /// strength 2 counts as two.
  ///
  /// - Source: Kirchhoff 1847.
  package func logTrees() throws(AuraError) -> Column<Double> {
    var out = try Buffer<Double>(repeating: 0, count: parts.count)
    let unit = log(scale)
    let p = pattern.position.span, d = pivots.span
    for i in 0..<count where d[Int(p[i])] > 0 { out[Int(parts.labels[i])] += log(d[Int(p[i])]) + unit }
    return Column(out)
  }

  /// How much current passes through each agent, on average over a unit of it between each pair of others in its part,
  /// summed over pairs.
  ///
  /// - Complexity: a solution and a sort of *n* numbers for each pair of linked agents.
  /// - Source: Newman 2005, doi:10.1016/j.socnet.2004.11.009; sums by sorting after Brandes and Fleischer 2005,
  ///   doi:10.1007/978-3-540-31856-9_44.
  package func currentBetweenness(work: Work) throws(AuraError) -> Column<Double> {
    let n = count
    var firsts = Buffer<Int32>()
    var entries = Buffer<Int32>()
    let s = links.starts.span, v = links.neighbours.span
    for i in 0..<n {
      for e in Int(s[i])..<Int(s[i + 1]) where Int(v[e]) > i {
        try firsts.append(Int32(truncatingIfNeeded: i))
        try entries.append(Int32(truncatingIfNeeded: e))
      }
    }
    let starts = firsts.span, places = entries.span
    work.expect(entries.count * (n * 8 + 2 * shares.count))
    let loads = try Scratch<Double>(repeating: 0, count: entries.count)
    let chunks = (entries.count + 31) / 32
    try work.parallel(chunks) { chunk throws(AuraError) in
      let voltages = try Scratch<Double>(repeating: 0, count: n)
      var x = voltages.all
      var sorted = Buffer<Double>()
      let label = parts.labels.span, ends = links.neighbours.span
      for k in chunk * 32..<min(entries.count, chunk * 32 + 32) {
        let (i, e) = (Int(starts[k]), Int(places[k]))
        for a in 0..<n { x[a] = 0 }
        x[i] = 1
        x[Int(ends[e])] = -1
        try solve(&x, work: work)
        sorted.removeAll()
        for a in 0..<n where label[a] == label[i] { try sorted.append(x[a] * between[e]) }
        try work.spend(8 * sorted.count)
        sort(&sorted)
        var sum = 0.0
        for a in 0..<sorted.count { sum += Double(2 * a + 1 - sorted.count) * sorted[a] }
        var load = loads.slice(k..<k + 1)
        load[0] = sum
      }
    }
    var out = try Buffer<Double>(repeating: 0, count: n)
    let load = loads.all
    for k in 0..<entries.count {
      out[Int(starts[k])] += load[k] / 2
      out[Int(v[Int(places[k])])] += load[k] / 2
    }
    // What starts or ends at an agent does not pass through it.
    for i in 0..<n {
      let others = Double(parts.sizes[Int(parts.labels[i])] - 1) / 2
      out[i] = max(0, out[i] - others)
      if out[i] < 1e-12 * others { out[i] = 0 }
    }
    return Column(out)
  }
}

/// Ascending, by heap.
private func sort(_ values: inout Buffer<Double>) {
  let n = values.count
  var x = values.mutableSpan
  func sift(_ from: Int, _ end: Int, _ x: inout MutableSpan<Double>) {
    var at = from
    let value = x[at]
    while 2 * at + 1 < end {
      var child = 2 * at + 1
      if child + 1 < end && x[child + 1] > x[child] { child += 1 }
      if x[child] <= value { break }
      x[at] = x[child]
      at = child
    }
    x[at] = value
  }
  for at in stride(from: n / 2 - 1, through: 0, by: -1) { sift(at, n, &x) }
  for end in stride(from: n - 1, to: 0, by: -1) {
    x.swapAt(0, end)
    sift(0, end, &x)
  }
}
