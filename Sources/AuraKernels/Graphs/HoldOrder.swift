package import AuraBase

/// Agents by their hold on others, each time anew among those left: the fewer partners a partner has left, the more it
/// counts, since it hangs on those few. So whole fringes come off with few losses. Of equal ones the first by index.
///
/// - Complexity: O(*D* log *n*) at most, for *D* the sum of the squared numbers of partners. One unit of work a link
///   end.
/// - Source: ours; weighting a partner by the inverse of its number of partners as in Zhou, Lü and Zhang 2009,
///   doi:10.1140/epjb/e2009-00335-8 (resource allocation).
/// - Parameters:
///   - rows: both ends of every link of the simple network.
///   - root: a partner with *k* left counts 1 / sqrt(*k*) instead of 1 / *k*.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func orderByHold(_ rows: Adjacency, root: Bool, work: Work) throws(AuraError) -> Buffer<Int32> {
  let n = rows.count
  let starts = rows.starts.span, neighbours = rows.neighbours.span
  var lefts = try Buffer<Int32>(repeating: 0, count: n)
  var most = 0
  for i in 0..<n {
    lefts[i] = starts[i + 1] - starts[i]
    most = max(most, Int(lefts[i]))
  }
  // Whole numbers, so that sums do not depend on the order in which they came about.
  var weights = try Buffer<Int>(repeating: 0, count: most + 1)
  for k in stride(from: 1, through: most, by: 1) {
    weights[k] = Int((0x1p20 / (root ? Double(k).squareRoot() : Double(k))).rounded())
  }
  let heap = try PlacedHeap(count: n)
  var left = lefts.mutableSpan
  let weight = weights.span
  for v in 0..<n {
    var hold = 0
    for e in Int(starts[v])..<Int(starts[v + 1]) { hold &+= weight[Int(left[Int(neighbours[e])])] }
    heap.change(v, by: hold)
    try work.spend(Int(starts[v + 1] - starts[v]) + 1)
  }
  var order = Buffer<Int32>()
  try order.reserve(n)
  for present in stride(from: n, to: 0, by: -1) {
    let v = heap.removeFirst(of: present)
    try order.append(Int32(truncatingIfNeeded: v))
    let own = weight[Int(left[v])]
    left[v] = -1
    var seen = 1
    for e in Int(starts[v])..<Int(starts[v &+ 1]) {
      let w = Int(neighbours[e])
      if left[w] < 0 { continue }
      let before = weight[Int(left[w])]
      left[w] &-= 1
      heap.change(w, by: 0 &- own)
      if left[w] == 0 { continue }
      let more = weight[Int(left[w])] &- before
      let row = Int(starts[w])..<Int(starts[w &+ 1])
      seen &+= row.count
      for f in row where left[Int(neighbours[f])] >= 0 { heap.change(Int(neighbours[f]), by: more) }
    }
    try work.spend(seen)
  }
  return order
}

/// All agents, the one with the largest key on top, of equal keys the first; it knows where each one stands, so that
/// keys may change.
private struct PlacedHeap: ~Copyable {
  private let keys: Scratch<Int>
  private let items: Scratch<Int32>
  private let places: Scratch<Int32>

  /// Everybody with a key of 0.
  init(count n: Int) throws(AuraError) {
    let keys = try Scratch<Int>(repeating: 0, count: n)
    let items = try Scratch<Int32>(repeating: 0, count: n)
    let places = try Scratch<Int32>(repeating: 0, count: n)
    self.keys = keys
    self.items = items
    self.places = places
    var item = self.items.all, place = self.places.all
    for i in 0..<n {
      item[i] = Int32(truncatingIfNeeded: i)
      place[i] = Int32(truncatingIfNeeded: i)
    }
  }

  /// Those removed stand behind the `count` that are left, in nobody's way.
  func change(_ agent: Int, by difference: Int) {
    if difference == 0 { return }
    var key = keys.all
    key[agent] &+= difference
    difference > 0 ? rise(agent) : sink(agent, Int.max)
  }

  /// - Parameter count: how many there are still.
  func removeFirst(of count: Int) -> Int {
    var key = keys.all, item = items.all, place = places.all
    let first = Int(item[0]), last = Int(item[count &- 1])
    item[0] = item[count &- 1]
    place[last] = 0
    item[count &- 1] = Int32(truncatingIfNeeded: first)
    place[first] = Int32(truncatingIfNeeded: count &- 1)
    // Less than any hold: whoever sinks stays in front of those that are gone.
    key[first] = .min
    if last != first { sink(last, count &- 1) }
    return first
  }

  private func rise(_ agent: Int) {
    let key = keys.all
    var item = items.all, place = places.all
    var i = Int(place[agent])
    while i > 0 {
      let parent = (i &- 1) >> 1
      let other = Int(item[parent])
      if (key[other], agent) > (key[agent], other) { break }
      item[i] = item[parent]
      place[other] = Int32(truncatingIfNeeded: i)
      i = parent
    }
    item[i] = Int32(truncatingIfNeeded: agent)
    place[agent] = Int32(truncatingIfNeeded: i)
  }

  private func sink(_ agent: Int, _ count: Int) {
    let key = keys.all
    var item = items.all, place = places.all
    let end = min(count, item.count)
    var i = Int(place[agent])
    while true {
      var child = 2 &* i &+ 1
      if child >= end { break }
      if child &+ 1 < end {
        let a = Int(item[child]), b = Int(item[child &+ 1])
        if (key[b], a) > (key[a], b) { child &+= 1 }
      }
      let other = Int(item[child])
      if (key[agent], other) > (key[other], agent) { break }
      item[i] = item[child]
      place[other] = Int32(truncatingIfNeeded: i)
      i = child
    }
    item[i] = Int32(truncatingIfNeeded: agent)
    place[agent] = Int32(truncatingIfNeeded: i)
  }
}
