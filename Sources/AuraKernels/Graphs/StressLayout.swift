package import AuraBase

/// Places in the plane for the agents of a network, so that those that are few links apart lie close together.
package struct StressLayout: Sendable {
  package let x: Column<Double>
  package let y: Column<Double>
  /// Mean of (drawn distance / hops - 1)^2 over the pairs that reach each other; 0 is perfect.
  package let stress: Double
  /// Rounds in which everybody was moved once, over all parts.
  package let rounds: Int
}

/// Lays a network out: in each part, drawn distances follow the number of hops between agents (stress majorisation, one
/// agent after another); the parts are set side by side, largest first. The unit is one link.
///
/// - Parameters:
///   - rows: the simple, undirected network.
///   - pairs: most pairs of agents of one part, for memory and time.
/// - Complexity: O(sum of *k* (*k* + links)) for parts of *k* agents before, O(sum of *k*^2) a round.
/// - Throws: `.limit` when parts are too large, what `Work.spend` throws.
/// - Source: Gansner, Koren and North 2004, doi:10.1007/978-3-540-31843-9_25.
package func stressLayout(
  _ rows: Adjacency, rounds most: Int, pairs limit: Int, work: Work
) throws(AuraError) -> StressLayout {
  let n = rows.count
  var sets = try UnionFind(count: n)
  for i in 0..<n {
    for k in Int(rows.starts[i])..<Int(rows.starts[i + 1]) { sets.union(Int32(i), rows.neighbours[k]) }
  }
  var members: [Int32: [Int32]] = [:]
  for i in 0..<n { members[sets.find(Int32(i)), default: []].append(Int32(i)) }
  let parts = members.values.sorted { ($1.count, $0[0]) < ($0.count, $1[0]) }
  var total = 0
  for part in parts {
    let (square, overflow) = part.count.multipliedReportingOverflow(by: part.count)
    total = overflow ? .max : total.addingReportingOverflow(square).partialValue
    guard !overflow, total <= limit else {
      throw AuraError(.limit, "the parts of this network are too large to draw: more than \(limit) pairs")
    }
  }
  work.expect(total * 30)
  var x = try Buffer<Double>(repeating: 0, count: n)
  var y = try Buffer<Double>(repeating: 0, count: n)
  var sum = 0.0, counted = 0.0, taken = 0
  var boxes: [(width: Double, height: Double)] = []
  for part in parts {
    var drawing = try PartDrawing(part, rows, work)
    for round in 0..<most {
      taken += 1
      if try drawing.moveAll(work) < 1e-4 && round > 2 { break }
    }
    drawing.turn()
    sum += drawing.stress()
    counted += Double(part.count * (part.count - 1)) / 2
    boxes.append(drawing.box)
    for (k, i) in part.enumerated() {
      x[Int(i)] = drawing.x[k]
      y[Int(i)] = drawing.y[k]
    }
  }
  // Parts on shelves, about as wide as all are high.
  var area = 0.0
  for box in boxes { area += (box.width + 1) * (box.height + 1) }
  let width = max(boxes.first.map { $0.width + 1 } ?? 0, (1.6 * area).squareRoot())
  var left = 0.0, top = 0.0, shelf = 0.0
  for (place, part) in parts.enumerated() {
    if left > 0 && left + boxes[place].width + 1 > width {
      left = 0
      top += shelf
      shelf = 0
    }
    for i in part {
      x[Int(i)] += left
      y[Int(i)] += top
    }
    left += boxes[place].width + 1
    shelf = max(shelf, boxes[place].height + 1)
  }
  return StressLayout(x: Column(x), y: Column(y), stress: counted > 0 ? sum / counted : 0, rounds: taken)
}

/// One connected part while it is being drawn.
private struct PartDrawing: ~Copyable {
  let count: Int
  var x: [Double]
  var y: [Double]
  /// Hops between members, row by row.
  private let hops: Column<UInt16>
  private(set) var box = (width: 0.0, height: 0.0)

  init(_ members: [Int32], _ rows: Adjacency, _ work: Work) throws(AuraError) {
    let k = members.count
    count = k
    var hops = try Buffer<UInt16>(repeating: 0, count: k * k)
    var place: [Int32: Int32] = [:]
    for (p, i) in members.enumerated() { place[i] = Int32(p) }
    var starts: [Int32] = [0], neighbours: [Int32] = []
    for i in members {
      for e in Int(rows.starts[Int(i)])..<Int(rows.starts[Int(i) + 1]) {
        neighbours.append(place[rows.neighbours[e]] ?? 0)
      }
      starts.append(Int32(neighbours.count))
    }
    var queue = [Int32](repeating: 0, count: k)
    for source in 0..<k {
      var distance = [Int32](repeating: -1, count: k)
      distance[source] = 0
      queue[0] = Int32(source)
      var head = 0, tail = 1
      while head < tail {
        let i = Int(queue[head])
        head += 1
        for e in Int(starts[i])..<Int(starts[i + 1]) where distance[Int(neighbours[e])] < 0 {
          distance[Int(neighbours[e])] = distance[i] + 1
          queue[tail] = neighbours[e]
          tail += 1
        }
      }
      for p in 0..<k { hops[source * k + p] = UInt16(clamping: distance[p]) }
      try work.spend(neighbours.count + k)
    }
    // To begin with: how much nearer to one end than to the other, and how far from the middle; agents with equal
    // hops to all three are kept apart by chance.
    func farthest(_ score: (Int) -> Int) -> Int {
      var best = 0
      for p in 0..<k where score(p) > score(best) { best = p }
      return best
    }
    let table = Column(hops)
    func row(_ p: Int) -> [Int] { (0..<k).map { Int(table[p * k + $0]) } }
    let any = row(0)
    let a = row(farthest { any[$0] })
    let b = row(farthest { a[$0] })
    let c = row(farthest { min(a[$0], b[$0]) })
    let dice = work.dice.stream(k)
    x = (0..<k).map { Double(a[$0] - b[$0]) + dice.uniform(2 * $0) - 0.5 }
    y = (0..<k).map { 1.5 * Double(c[$0]) + dice.uniform(2 * $0 + 1) - 0.5 }
    self.hops = table
  }

  /// Moves every agent to where its own stress is least while the others stay; the largest move.
  mutating func moveAll(_ work: Work) throws(AuraError) -> Double {
    var (newX, newY) = (x, y)
    var largest = 0.0
    for i in 0..<count {
      let (xi, yi) = (newX[i], newY[i])
      var (sumX, sumY, weights) = (0.0, 0.0, 0.0)
      let row = hops.span.extracting(i * count..<(i + 1) * count)
      for j in 0..<count where j != i {
        let d = Double(row[j])
        let dx = xi - newX[j], dy = yi - newY[j]
        let apart = (dx * dx + dy * dy).squareRoot()
        let pull = apart > 1e-12 ? d / apart : 0
        let weight = 1 / (d * d)
        sumX += weight * (newX[j] + pull * dx)
        sumY += weight * (newY[j] + pull * dy)
        weights += weight
      }
      if weights > 0 {
        newX[i] = sumX / weights
        newY[i] = sumY / weights
      }
      let (dx, dy) = (newX[i] - xi, newY[i] - yi)
      largest = max(largest, (dx * dx + dy * dy).squareRoot())
      try work.spend(count)
    }
    (x, y) = (newX, newY)
    return largest
  }

  func stress() -> Double {
    var sum = 0.0
    let hops = hops.span
    for i in 0..<count {
      for j in 0..<i {
        let dx = x[i] - x[j], dy = y[i] - y[j]
        let ratio = (dx * dx + dy * dy).squareRoot() / Double(hops[i * count + j]) - 1
        sum += ratio * ratio
      }
    }
    return sum
  }

  /// Turns the drawing so that it is wide rather than high and its first agent is left and above, and puts its corner
  /// at 0.
  mutating func turn() {
    guard count > 0 else { return }
    var meanX = 0.0, meanY = 0.0
    for i in 0..<count {
      meanX += x[i] / Double(count)
      meanY += y[i] / Double(count)
    }
    var xx = 0.0, xy = 0.0, yy = 0.0
    for i in 0..<count {
      let dx = x[i] - meanX, dy = y[i] - meanY
      xx += dx * dx
      xy += dx * dy
      yy += dy * dy
    }
    // Half the angle of the covariance, by its half-angle formulas.
    let length = ((xx - yy) * (xx - yy) + 4 * xy * xy).squareRoot()
    var cosine = 1.0, sine = 0.0
    if length > 1e-12 {
      let double = (xx - yy) / length
      cosine = ((1 + double) / 2).squareRoot()
      sine = ((1 - double) / 2).squareRoot()
      if xy < 0 { sine = -sine }
    }
    var turnedX = x.indices.map { cosine * (x[$0] - meanX) + sine * (y[$0] - meanY) }
    var turnedY = x.indices.map { cosine * (y[$0] - meanY) - sine * (x[$0] - meanX) }
    if turnedX[0] > 0 { turnedX = turnedX.map { -$0 } }
    if turnedY[0] > 0 { turnedY = turnedY.map { -$0 } }
    let left = turnedX.min() ?? 0, top = turnedY.min() ?? 0
    x = turnedX.map { $0 - left }
    y = turnedY.map { $0 - top }
    box = (x.max() ?? 0, y.max() ?? 0)
  }
}
