package import AuraBase

/// How a network crumbles while agents are lost one after the other: the size of the largest part that is left.
///
/// The losses are run backwards: agents come back one by one, and sets of agents that hang together only grow.
///
/// - Complexity: near linear in *n* + *m*; one unit of work a link end.
/// - Source: Newman and Ziff 2001, doi:10.1103/PhysRevE.64.016706.
/// - Parameters:
///   - rows: both ends of every link (`.both`); self loops and parallel links do no harm.
///   - order: every agent once, the first lost first.
/// - Returns: *n* + 1 sizes: before any loss, after the first, ..., after the last.
/// - Throws: `.argument` for an order that is none, `.limit`, `.cancelled`, `.memory`.
package func removalCurve(_ rows: Adjacency, order: Span<Int32>, work: Work) throws(AuraError) -> Buffer<Int32> {
  let n = rows.count
  var curve = try Buffer<Int32>(repeating: 0, count: n + 1)
  var parts = try GrowingParts(count: n)
  guard order.count == n else { throw AuraError(.argument, "an order of \(order.count) for \(n) agents") }
  do {
    var size = curve.mutableSpan
    try parts.grow(rows, order, &size, work)
  }
  return curve
}

/// The mean over all losses of the share that the largest part keeps: Schneider's R. Small is fragile.
package func robustness(_ curve: Span<Int32>) -> Double {
  let n = curve.count - 1
  if n < 1 { return 0 }
  var sum = 0
  for q in 1...n { sum &+= Int(curve[q]) }
  return Double(sum) / (Double(n) * Double(n))
}

/// Losses after which the largest part has at most half of all agents: what the network bears.
package func lossesToHalf(_ curve: Span<Int32>) -> Int {
  let n = curve.count - 1
  for q in curve.indices where 2 * Int(curve[q]) <= n { return q }
  return max(0, n)
}

/// Sets of present agents that hang together. Memory is kept, so that many orders can be tried.
struct GrowingParts: ~Copyable {
  /// Of an agent the one above it; of the topmost minus the size of its set; of an absent one `absent`.
  private var above: Buffer<Int32>
  private static let absent = Int32.min

  init(count: Int) throws(AuraError) { above = try Buffer(repeating: Self.absent, count: count) }

  /// Lets all agents come back, the last of `order` first, and writes the largest size before each.
  mutating func grow(
    _ rows: Adjacency, _ order: Span<Int32>, _ size: inout MutableSpan<Int32>, _ work: Work
  ) throws(AuraError) {
    let n = order.count
    let starts = rows.starts.span, neighbours = rows.neighbours.span
    var up = above.mutableSpan
    for i in 0..<n { up[i] = Self.absent }
    var largest: Int32 = 0
    var q = n
    var seen = 0
    size[n] = 0
    while q > 0 {
      q &-= 1
      let v = Int(order[q])
      guard v >= 0, v < n, up[v] == Self.absent else { throw AuraError(.argument, "agent \(v) is not in order once") }
      up[v] = -1
      var top = v
      let row = Int(starts[v])..<Int(starts[v &+ 1])
      for e in row {
        var w = Int(neighbours[e])
        var over = up[w]
        if over == Self.absent { continue }
        while over >= 0 {
          // Path halving.
          let next = up[Int(over)]
          if next < 0 {
            w = Int(over)
            break
          }
          up[w] = next
          w = Int(next)
          over = up[w]
        }
        if w == top { continue }
        if up[w] < up[top] { swap(&w, &top) }
        up[top] &+= up[w]
        up[w] = Int32(truncatingIfNeeded: top)
      }
      largest = max(largest, 0 &- up[top])
      size[q] = largest
      seen &+= row.count &+ 1
      if seen >= 4_096 {
        try work.spend(seen)
        seen = 0
      }
    }
    try work.spend(seen)
  }
}

/// What happens when agents are lost by chance: many orders, drawn alike.
package struct RandomFailure: Sendable {
  /// Mean size of the largest part after each number of losses, as a share of all agents; *n* + 1 of them.
  package let mean: Column<Double>
  /// Standard deviation of the same between orders.
  package let deviation: Column<Double>
  /// Robustness, mean over orders, and its standard deviation between them.
  package let robustness: Double
  package let robustnessDeviation: Double

  /// Losses after which, on the mean, no part has more than half of all agents.
  package var half: Int {
    for q in 0..<mean.count where mean[q] <= 0.5 { return q }
    return 0
  }
}

/// Loses all agents in `runs` orders drawn by chance.
///
/// - Complexity: near linear in *runs* (*n* + *m*); one unit of work a link end and run.
/// - Source: Newman and Ziff 2001, doi:10.1103/PhysRevE.64.016706; Albert, Jeong and Barabasi 2000, doi:10.1038/35019019.
/// - Parameter rows: both ends of every link (`.both`).
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func randomFailure(_ rows: Adjacency, runs: Int, work: Work) throws(AuraError) -> RandomFailure {
  let n = rows.count
  work.expect(runs * (rows.entries + n))
  // Sums of whole numbers: no order of adding them changes anything.
  let chunks = min(runs, 16)
  let sums = try Scratch<Int>(repeating: 0, rows: chunks, columns: n + 1)
  let squares = try Scratch<Int>(repeating: 0, rows: chunks, columns: n + 1)
  let areas = try Scratch<Int>(repeating: 0, count: runs)
  let dice = work.dice.stream(0x72_66)
  try work.parallel(chunks) { chunk throws(AuraError) in
    var parts = try GrowingParts(count: n)
    var orders = try Buffer<Int32>(repeating: 0, count: n)
    var curves = try Buffer<Int32>(repeating: 0, count: n + 1)
    var sum = sums.slice(chunk * (n + 1)..<(chunk + 1) * (n + 1))
    var square = squares.slice(chunk * (n + 1)..<(chunk + 1) * (n + 1))
    for run in (chunk * runs / chunks)..<((chunk + 1) * runs / chunks) {
      var curve = curves.mutableSpan
      do {
        var order = orders.mutableSpan
        shuffle(&order, dice.stream(run))
      }
      try parts.grow(rows, orders.span, &curve, work)
      var all = 0
      for q in 0...n {
        let s = Int(curve[q])
        sum[q] &+= s
        square[q] &+= s &* s
        all &+= q > 0 ? s : 0
      }
      var area = areas.slice(run..<run + 1)
      area[0] = all
    }
  }
  var means = try Buffer<Double>(repeating: 0, count: n + 1)
  var deviations = try Buffer<Double>(repeating: 0, count: n + 1)
  let size = Double(max(1, n))
  do {
    var mean = means.mutableSpan, deviation = deviations.mutableSpan
    let sum = sums.all, square = squares.all
    for q in 0...n {
      var s = 0, t = 0
      for chunk in 0..<chunks {
        s &+= sum[chunk * (n + 1) + q]
        t &+= square[chunk * (n + 1) + q]
      }
      mean[q] = Double(s) / (Double(runs) * size)
      // Exact in whole numbers as long as they fit, which spares the cancellation of near equal numbers.
      let (left, over) = runs.multipliedReportingOverflow(by: t)
      let (right, tooMuch) = s.multipliedReportingOverflow(by: s)
      let r = Double(runs)
      let spread = over || tooMuch ? r * Double(t) - Double(s) * Double(s) : Double(left - right)
      if runs > 1 { deviation[q] = (max(0, spread) / (r * (r - 1))).squareRoot() / size }
    }
  }
  let area = areas.all
  var all = 0.0
  for run in 0..<runs { all += Double(area[run]) }
  let middle = all / Double(runs)
  var spread = 0.0
  for run in 0..<runs { spread += (Double(area[run]) - middle) * (Double(area[run]) - middle) }
  return RandomFailure(
    mean: Column(means), deviation: Column(deviations), robustness: middle / (size * size),
    robustnessDeviation: runs > 1 ? (spread / Double(runs - 1)).squareRoot() / (size * size) : 0)
}

/// Fills `order` with 0, 1, 2, ... and shuffles it.
func shuffle(_ order: inout MutableSpan<Int32>, _ dice: Dice) {
  let n = order.count
  for i in 0..<n { order[i] = Int32(truncatingIfNeeded: i) }
  var i = n - 1
  while i > 0 {
    order.swapAt(i, dice.integer(i, below: i + 1))
    i &-= 1
  }
}
