internal import AuraBase

/// An order of the agents of one group, made better by moving one agent at a time to where fewest of its links point
/// back.
///
/// - Complexity: a move is O(*k* log *k*) for an agent with *k* neighbours. One unit of work a neighbour looked at.
/// - Source: insertion moves and shaking as in Schiavinotto and Stützle 2004, doi:10.1023/B:JMMA.0000049426.06305.d8.
struct OrderSearch: ~Copyable {
  private let starts: Buffer<Int32>
  private let neighbours: Buffer<Int32>
  /// For each neighbour, how many more links point back when the agent stands after it instead of before.
  private let pulls: Buffer<Int32>
  private(set) var keys: Buffer<Int64>
  private var nexts: Buffer<Int32>
  private var befores: Buffer<Int32>
  private var head: Int
  private var queue: Buffer<Int32>
  private var queued: Buffer<Bool>
  private var places = Buffer<NeighbourPlace>()
  /// Moved agents and whom each stood behind.
  private var journal = Buffer<Move>()

  var count: Int { keys.count }
  var entries: Int { neighbours.count }

  /// - Parameters:
  ///   - out: whom each agent points at, of the whole network; `into`: who points at it.
  ///   - member: the agents of the group, ascending; here they go by their place in it.
  ///   - local: that place, for each of them.
  ///   - group: the group of each agent of the network.
  ///   - keys: an order to start from, for each agent of the network.
  init(
    _ out: Adjacency, _ into: Adjacency, member: Span<Int32>, local: Span<Int32>, group: Span<Int32>,
    keys given: Span<Int64>
  ) throws(AuraError) {
    let n = member.count
    var starts = Buffer<Int32>()
    var neighbours = Buffer<Int32>()
    var pulls = Buffer<Int32>()
    try starts.append(0)
    for a in 0..<n {
      let i = Int(member[a])
      let first = neighbours.count
      var (f, b) = (Int(out.starts[i]), Int(into.starts[i]))
      let (fEnd, bEnd) = (Int(out.starts[i + 1]), Int(into.starts[i + 1]))
      while f < fEnd || b < bEnd {
        // Both rows ascend.
        let ahead = f < fEnd ? out.neighbours[f] : .max
        let behind = b < bEnd ? into.neighbours[b] : .max
        let j = Int(min(ahead, behind))
        if ahead <= behind { f += 1 } else { b += 1 }
        if j == i || group[j] != group[i] { continue }
        let pull: Int32 = ahead <= behind ? 1 : -1
        if neighbours.count > first && neighbours[neighbours.count - 1] == local[j] {
          pulls[pulls.count - 1] &+= pull
        } else {
          try neighbours.append(local[j])
          try pulls.append(pull)
        }
      }
      try starts.append(Int32(truncatingIfNeeded: neighbours.count))
    }
    var order = try Buffer<Int32>(repeating: 0, count: n)
    for a in 0..<n { order[a] = Int32(truncatingIfNeeded: a) }
    var view = UnsafeMutableBufferPointer(start: order.start, count: n)
    view.sort { (given[Int(member[Int($0)])], $0) < (given[Int(member[Int($1)])], $1) }
    var keys = try Buffer<Int64>(repeating: 0, count: n)
    var nexts = try Buffer<Int32>(repeating: -1, count: n)
    var befores = try Buffer<Int32>(repeating: -1, count: n)
    for k in 0..<n {
      let a = Int(order[k])
      keys[a] = Int64(k + 1) << 20
      if k > 0 { befores[a] = order[k - 1] }
      if k + 1 < n { nexts[a] = order[k + 1] }
    }
    let queued = try Buffer<Bool>(repeating: true, count: n)
    head = n > 0 ? Int(order[0]) : -1
    self.starts = starts
    self.neighbours = neighbours
    self.pulls = pulls
    self.keys = keys
    self.nexts = nexts
    self.befores = befores
    queue = order
    self.queued = queued
  }

  /// Moves agents until no single move helps, then shakes a few out of place and tries again, as often as `effort`
  /// steps allow; what did not help is taken back.
  mutating func search(effort: Int, dice: Dice, work: Work) throws(AuraError) {
    _ = try settle(budget: 12 * entries, work: work)
    if count < 3 { return }
    let rounds = min(4_000, effort / max(1, entries))
    for round in 0..<max(0, rounds) {
      let stream = dice.stream(round)
      journal.removeAll()
      var change = 0
      for k in 0..<(1 + stream.integer(0, below: 3)) {
        let v = stream.integer(2 * k + 1, below: count), after = stream.integer(2 * k + 2, below: count)
        if v == after { continue }
        change += cost(v, from: after)
        try move(v, after: after)
        try wake(v)
      }
      change += try settle(budget: 2 * entries + 1_000, work: work)
      if change > 0 {
        while let last = journal.popLast() { place(Int(last.agent), after: Int(last.before)) }
      }
    }
  }

  /// What a move of `v` to behind `after` adds to the links that point back.
  private func cost(_ v: Int, from after: Int) -> Int {
    var sum = 0
    for e in Int(starts[v])..<Int(starts[v + 1]) {
      let key = keys[Int(neighbours[e])]
      if key <= keys[after] { sum += Int(pulls[e]) }
      if key < keys[v] { sum -= Int(pulls[e]) }
    }
    return sum
  }

  private mutating func wake(_ v: Int) throws(AuraError) {
    for k in -1..<Int(starts[v + 1] - starts[v]) {
      let w = k < 0 ? Int32(truncatingIfNeeded: v) : neighbours[Int(starts[v]) + k]
      if queued[Int(w)] { continue }
      queued[Int(w)] = true
      try queue.append(w)
    }
  }

  /// Moves those in the queue, and those whom that wakes; returns by how much fewer links point back, as a negative.
  private mutating func settle(budget: Int, work: Work) throws(AuraError) -> Int {
    var change = 0
    var spent = 0
    var q = 0
    while q < queue.count && spent <= budget {
      let v = Int(queue[q])
      q += 1
      queued[v] = false
      let row = Int(starts[v])..<Int(starts[v + 1])
      spent += row.count
      try work.spend(row.count)
      places.removeAll()
      var here = 0
      for e in row {
        let w = neighbours[e]
        try places.append(NeighbourPlace(key: keys[Int(w)], agent: w, pull: pulls[e]))
        if keys[Int(w)] < keys[v] { here += Int(pulls[e]) }
      }
      var view = UnsafeMutableBufferPointer(start: places.start, count: places.count)
      view.sort { $0.key < $1.key }
      var best = here
      var slot = -2
      if best > 0 { (best, slot) = (0, -1) }
      var sum = 0
      for k in 0..<places.count {
        sum += Int(places[k].pull)
        if sum < best { (best, slot) = (sum, k) }
      }
      if slot == -2 { continue }
      change += best - here
      var after = slot < 0 ? Int(befores[Int(places[0].agent)]) : Int(places[slot].agent)
      if after == v { after = Int(befores[v]) }
      try move(v, after: after)
      try wake(v)
    }
    while q < queue.count {
      queued[Int(queue[q])] = false
      q += 1
    }
    queue.removeAll()
    return change
  }

  private mutating func move(_ v: Int, after: Int) throws(AuraError) {
    try journal.append(Move(agent: Int32(truncatingIfNeeded: v), before: befores[v]))
    place(v, after: after)
  }

  /// Puts `v` behind `after`, or in front of all when that is -1.
  private mutating func place(_ v: Int, after: Int) {
    let (left, right) = (Int(befores[v]), Int(nexts[v]))
    if left >= 0 { nexts[left] = nexts[v] } else { head = right }
    if right >= 0 { befores[right] = befores[v] }
    let following = after >= 0 ? Int(nexts[after]) : head
    befores[v] = Int32(truncatingIfNeeded: after)
    nexts[v] = Int32(truncatingIfNeeded: following)
    if after >= 0 { nexts[after] = Int32(truncatingIfNeeded: v) } else { head = v }
    if following >= 0 { befores[following] = Int32(truncatingIfNeeded: v) }
    let low = after >= 0 ? keys[after] : 0
    let high = following >= 0 ? keys[following] : low &+ 1 << 21
    keys[v] = low &+ (high &- low) / 2
    if keys[v] != low { return }
    // No room in between: deal the keys anew.
    var at = head
    var key: Int64 = 0
    while at >= 0 {
      key &+= 1 << 20
      keys[at] = key
      at = Int(nexts[at])
    }
  }
}

/// Where a neighbour stands.
private struct NeighbourPlace: BitwiseCopyable {
  let key: Int64
  let agent: Int32
  let pull: Int32
}

private struct Move: BitwiseCopyable {
  let agent: Int32
  let before: Int32
}

/// Loops of a group that share no link, short ones first: each needs a link of its own to break it.
///
/// - Complexity: O(*k m*) for *k* agents and loops.
/// - Parameters:
///   - member: the agents of the group.
///   - dead: entries of `out` that are used up.
/// - Returns: how many were found.
func disjointLoops(
  _ out: Adjacency, member: Span<Int32>, group: Span<Int32>, dead: inout Buffer<Bool>, steps: inout Buffer<Int32>,
  work: Work
) throws(AuraError) -> Int {
  let starts = out.starts.span, neighbours = out.neighbours.span
  var found = 0
  var queue = Buffer<Int32>()
  // Entries over which agents were reached, and from whom.
  var vias = Buffer<Int32>()
  var froms = Buffer<Int32>()
  for limit in [2, 3, 4, 6, 10, Int.max] {
    for a in 0..<member.count {
      let root = member[a]
      var again = true
      while again {
        again = false
        queue.removeAll()
        vias.removeAll()
        froms.removeAll()
        try queue.append(root)
        try vias.append(-1)
        try froms.append(-1)
        var q = 0
        var depth = 0
        var end = 1
        search: while q < queue.count {
          if q == end {
            depth += 1
            end = queue.count
          }
          if depth >= limit { break }
          let i = Int(queue[q])
          let row = Int(starts[i])..<Int(starts[i + 1])
          try work.spend(row.count)
          for e in row where !dead[e] && group[Int(neighbours[e])] == group[i] && Int(neighbours[e]) != i {
            let j = neighbours[e]
            if j == root {
              dead[e] = true
              var at = q
              while froms[at] >= 0 {
                dead[Int(vias[at])] = true
                at = Int(froms[at])
              }
              found += 1
              again = true
              break search
            }
            if steps[Int(j)] != 0 { continue }
            steps[Int(j)] = 1
            try queue.append(j)
            try vias.append(Int32(truncatingIfNeeded: e))
            try froms.append(Int32(truncatingIfNeeded: q))
          }
          q += 1
        }
        for k in 0..<queue.count { steps[Int(queue[k])] = 0 }
      }
    }
  }
  return found
}
