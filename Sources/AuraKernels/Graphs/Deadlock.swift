package import AuraBase

/// Who waits for ever in a network of who waits for whom.
package struct Deadlock: Sendable {
  /// Group of each agent in a deadlock, -1 for all others.
  package let groups: Column<Int32>
  package let count: Int
  /// Whether each agent waits for ever: in a group, or for somebody who does.
  package let stuck: Column<Int32>
}

/// Finds deadlocks.
///
/// - `all`: an agent goes on when everybody it waits for has let go. Loops are deadlocks, and so are all that wait,
///   directly or through others, for a loop.
/// - otherwise: an agent goes on when anybody that it waits for has let go. Knots are deadlocks: groups in which
///   everybody reaches everybody and nobody else. Stuck is who reaches no agent that waits for nobody.
///
/// - Complexity: O(*n* + *m*); one unit of work a link.
/// - Source: Chandy, Misra and Haas 1983, doi:10.1145/357360.357365; knots by Holt 1972, doi:10.1145/356603.356607.
/// - Parameters:
///   - out: for whom each agent waits; a self loop is a wait for oneself.
///   - into: who waits for each agent.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func deadlock(_ out: Adjacency, into: Adjacency, all: Bool, work: Work) throws(AuraError) -> Deadlock {
  let n = out.count
  let parts = try strongComponents(out, work: work)
  // Groups that are dead, and agents where the search back begins: dead ones, or those that wait for nobody.
  var deads = try Buffer<Bool>(repeating: !all, count: parts.count)
  var stucks = try Buffer<Int32>(repeating: 0, count: n)
  var queues = Buffer<Int32>()
  var groups = try Buffer<Int32>(repeating: -1, count: n)
  var numbers = try Buffer<Int32>(repeating: -1, count: parts.count)
  var count: Int32 = 0
  try queues.reserve(n)
  do {
    let starts = out.starts.span, neighbours = out.neighbours.span, part = parts.labels.span
    var dead = deads.mutableSpan
    for i in 0..<n {
      let p = Int(part[i])
      if starts[i] == starts[i + 1] { dead[p] = false }
      for e in Int(starts[i])..<Int(starts[i + 1]) {
        if all {
          if part[Int(neighbours[e])] == part[i] { dead[p] = true }
        } else if part[Int(neighbours[e])] != part[i] {
          dead[p] = false
        }
      }
    }
    var stuck = stucks.mutableSpan, group = groups.mutableSpan, number = numbers.mutableSpan
    for i in 0..<n {
      let p = Int(part[i])
      if dead[p] {
        if number[p] < 0 {
          number[p] = count
          count &+= 1
        }
        group[i] = number[p]
      }
      stuck[i] = all ? 0 : 1
      if all ? dead[p] : starts[i] == starts[i + 1] {
        stuck[i] = 1 &- stuck[i]
        try queues.append(Int32(truncatingIfNeeded: i))
      }
    }
    let back = into.starts.span, from = into.neighbours.span
    var q = 0
    while q < queues.count {
      let i = Int(queues[q])
      q &+= 1
      let row = Int(back[i])..<Int(back[i + 1])
      try work.spend(row.count)
      for e in row {
        let j = Int(from[e])
        if stuck[j] != stuck[i] {
          stuck[j] = stuck[i]
          try queues.append(Int32(truncatingIfNeeded: j))
        }
      }
    }
  }
  try work.spend(1)
  return Deadlock(groups: Column(groups), count: Int(count), stuck: Column(stucks))
}
