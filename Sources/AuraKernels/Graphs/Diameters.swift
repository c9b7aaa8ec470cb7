package import AuraBase

/// The largest number of links between any two agents, part by part.
///
/// A few searches from well-chosen agents say how far any agent can be from any other at most. Only agents that may be
/// farther from another one than the farthest pair seen so far begin a search of their own, the outermost first, until
/// two of those left cannot be farther apart than that pair.
///
/// - Complexity: a few times O(*n* + *m*) where the outermost agents are few; O(*n m* / 64) at worst, on rings.
/// - Source: Crescenzi, Grossi, Habib, Lanzi and Marino 2013, doi:10.1016/j.tcs.2012.09.018; several searches at once
///   as in Then et al. 2014, doi:10.14778/2735496.2735507.
/// - Parameters:
///   - rows: both ends of each link, without self loops and repeats.
///   - labels: which part each agent is in. - sizes: agents in each part.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func diameters(
  _ rows: Adjacency, labels: Column<Int32>, sizes: Column<Int32>, work: Work
) throws(AuraError) -> [Int] {
  let n = rows.count
  var found = [Int](repeating: 0, count: sizes.count)
  if n == 0 { return found }
  // A search lists the agents of a part, so members need no table: the first of each part is enough.
  var firsts = [Int32](repeating: -1, count: sizes.count)
  do {
    let starts = rows.starts.span, label = labels.span
    try work.spend(n)
    for i in 0..<n {
      let g = Int(label[i])
      let f = Int(firsts[g])
      if f < 0 || starts[i &+ 1] - starts[i] > starts[f &+ 1] - starts[f] { firsts[g] = Int32(truncatingIfNeeded: i) }
    }
  }
  let search = try OuterSearch(rows)
  var batches = try Batches(0, agents: n)
  for g in 0..<sizes.count where sizes[g] > 1 {
    found[g] = try search.diameter(Int(firsts[g]), rows, &batches, work)
  }
  return found
}

/// Room for batches of 64 searches that walk side by side.
private struct Batches: ~Copyable {
  /// How many there are at most.
  static let width = 4
  let count: Int
  let agents: Int
  /// For each batch and agent: the searches that have found it, at the last step, and that knock at it now.
  let masks: Scratch<UInt64>
  /// For each batch: agents found at the last step, and those knocked at. One place more for a vain write.
  let fronts: Scratch<Int32>

  init(_ count: Int, agents: Int) throws(AuraError) {
    let masks = try Scratch<UInt64>(repeating: 0, rows: count * 3, columns: agents)
    let fronts = try Scratch<Int32>(repeating: 0, rows: count * 2, columns: agents + 1)
    self.count = count
    self.agents = agents
    self.masks = masks
    self.fronts = fronts
  }

  /// How far the farthest is from any of up to 64 agents, all in the part that `members` are.
  func search(
    _ slot: Int, _ sources: Span<Int32>, members: Span<Int32>, _ rows: Adjacency, _ work: Work
  ) throws(AuraError) -> Int {
    let n = agents
    let starts = rows.starts.span, neighbours = rows.neighbours.span
    var seen = masks.slice(3 * slot * n..<(3 * slot + 1) * n)
    var fresh = masks.slice((3 * slot + 1) * n..<(3 * slot + 2) * n)
    var knocks = masks.slice((3 * slot + 2) * n..<(3 * slot + 3) * n)
    var front = fronts.slice(2 * slot * (n + 1)..<(2 * slot + 1) * (n + 1))
    var next = fronts.slice((2 * slot + 1) * (n + 1)..<(2 * slot + 2) * (n + 1))
    for k in members.indices { seen[Int(members[k])] = 0 }
    var width = 0
    for k in sources.indices {
      let v = Int(sources[k])
      fresh[v] = 1 &<< UInt64(k)
      seen[v] = fresh[v]
      front[width] = sources[k]
      width &+= 1
    }
    var distance = 0
    while true {
      var knocked = 0, walked = width
      for f in 0..<width {
        let v = Int(front[f])
        let bits = fresh[v]
        let row = Int(starts[v])..<Int(starts[v &+ 1])
        walked &+= row.count
        for e in row {
          let w = neighbours[e]
          let there = knocks[Int(w)]
          next[knocked] = w
          knocked &+= there == 0 ? 1 : 0
          knocks[Int(w)] = there | bits
        }
      }
      width = 0
      for k in 0..<knocked {
        let w = Int(next[k])
        let bits = knocks[w] & ~seen[w]
        knocks[w] = 0
        fresh[w] = bits
        seen[w] |= bits
        front[width] = next[k]
        width &+= bits == 0 ? 0 : 1
      }
      try work.spend(walked)
      if width == 0 { return distance }
      distance &+= 1
    }
  }
}

/// Searches through one part, first one by one, then 64 at a time.
private struct OuterSearch: ~Copyable {
  /// Links from the last source; -1 where it was not found.
  private let level: Scratch<Int32>
  /// The most that an agent can be from any other, as far as is known.
  private let most: Scratch<Int32>
  /// Agents in the order in which the last search found them, and those that are left.
  private let order: Scratch<Int32>
  private let left: Scratch<Int32>
  init(_ rows: Adjacency) throws(AuraError) {
    let level = try Scratch<Int32>(repeating: -1, count: rows.count)
    let most = try Scratch<Int32>(repeating: .max, count: rows.count)
    let order = try Scratch<Int32>(repeating: 0, count: rows.count)
    let left = try Scratch<Int32>(repeating: 0, count: rows.count)
    self.level = level
    self.most = most
    self.order = order
    self.left = left
  }

  func diameter(
    _ hub: Int, _ rows: Adjacency, _ batches: inout Batches, _ work: Work
  ) throws(AuraError) -> Int {
    var (best, count) = (0, 0)
    // Out from the hub and back from the far end, twice: the middle of a longest way is a good place to look from.
    var source = hub
    var centre = (agent: hub, reach: Int.max)
    for turn in 0..<5 {
      let reach: Int
      (reach, count) = try one(source, after: count, rows, work)
      best = max(best, reach)
      if reach == count - 1 { return best }  // a chain, seen from its end
      if reach <= centre.reach {
        centre = (source, reach)
      } else if turn == 4 {
        _ = try one(centre.agent, after: count, rows, work)
      }
      if turn < 4 {
        let far = Int(order.all[count - 1])
        source = turn & 1 == 0 ? far : middle(far, rows)
      }
    }
    // The outermost first.
    var waiting = 0
    do {
      let most = most.all, order = order.all
      var left = left.all
      var k = count
      while k > 0 {
        k &-= 1
        if Int(most[Int(order[k])]) > best {
          left[waiting] = order[k]
          waiting &+= 1
        }
      }
    }
    var done = 0
    while done < waiting && 2 * Int(level.all[Int(left.all[done])]) > best {
      // How many go at once depends on the network alone, and so does the work.
      let together = done == 0 ? 1 : min(Batches.width, (waiting - done + 63) / 64)
      if batches.count < together { batches = try Batches(together == 1 ? 1 : Batches.width, agents: rows.count) }
      best = max(best, try round(done, waiting, together, order.read(0..<count), rows, batches, work))
      done = min(waiting, done + 64 * together)
    }
    return best
  }

  /// The farthest from any of the next 64 times `together` agents that are left.
  private func round(
    _ from: Int, _ to: Int, _ together: Int, _ members: Span<Int32>, _ rows: Adjacency, _ batches: borrowing Batches,
    _ work: Work
  ) throws(AuraError) -> Int {
    let reached = try Scratch<Int>(repeating: 0, count: together)
    try work.parallel(together) { b throws(AuraError) in
      let begin = from + 64 * b
      var reach = reached.slice(b..<b + 1)
      reach[0] = try batches.search(b, left.read(begin..<min(to, begin + 64)), members: members, rows, work)
    }
    var most = 0
    for b in 0..<together { most = max(most, reached.all[b]) }
    return most
  }

  /// The agent half way from the last source to `far`.
  private func middle(_ far: Int, _ rows: Adjacency) -> Int {
    let starts = rows.starts.span, neighbours = rows.neighbours.span
    let level = level.all
    var v = far
    let half = level[far] / 2
    while level[v] > half {
      let inner = level[v] &- 1
      var e = Int(starts[v])
      while level[Int(neighbours[e])] != inner { e &+= 1 }
      v = Int(neighbours[e])
    }
    return v
  }

  /// Searches from one agent, and lowers what is known to be the most for each.
  private func one(
    _ source: Int, after last: Int, _ rows: Adjacency, _ work: Work
  ) throws(AuraError) -> (reach: Int, count: Int) {
    let starts = rows.starts.span, neighbours = rows.neighbours.span
    var level = level.all, most = most.all, order = order.all
    for k in 0..<last { level[Int(order[k])] = -1 }
    level[source] = 0
    order[0] = Int32(truncatingIfNeeded: source)
    var head = 0, count = 1, seen = 1
    while head < count {
      let v = Int(order[head])
      head &+= 1
      let row = Int(starts[v])..<Int(starts[v &+ 1])
      seen &+= row.count &+ 1
      let next = level[v] &+ 1
      for e in row {
        let w = Int(neighbours[e])
        if level[w] >= 0 { continue }
        level[w] = next
        order[count] = neighbours[e]
        count &+= 1
      }
    }
    let reach = level[Int(order[count &- 1])]
    for k in 0..<count {
      let v = Int(order[k])
      most[v] = min(most[v], level[v] &+ reach)
    }
    try work.spend(seen)
    return (Int(reach), count)
  }
}
