package import AuraBase

/// Finds the groups whose agents all reach one another along the links, so that each can drag down every other.
///
/// - Complexity: O(*n* + *m*) time, O(*n*) memory, no recursion; one unit of work a link.
/// - Source: Tarjan 1972, doi:10.1137/0201010, in the form of Pearce 2016, doi:10.1016/j.ipl.2015.08.010.
/// - Parameter out: rows are sources; self loops and parallel links do no harm.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func strongComponents(_ out: Adjacency, work: Work) throws(AuraError) -> Components {
  let n = out.count
  // 0: not seen; small: order of discovery, lowered to the least that the agent reaches; large: a finished group,
  // counted down from the top so that it never lowers anybody.
  var ranks = try Buffer<Int32>(repeating: 0, count: n)
  var cursors = try Buffer<Int32>(repeating: 0, count: n)
  var paths = try Buffer<Int32>(repeating: 0, count: n)
  var waits = try Buffer<Int32>(repeating: 0, count: n)
  var leads = try Buffer<Bool>(repeating: true, count: n)
  var groups: Int32 = 0
  do {
    let starts = out.starts.span, neighbours = out.neighbours.span
    var rank = ranks.mutableSpan, cursor = cursors.mutableSpan
    var path = paths.mutableSpan  // agents being explored, from the first to the current
    var wait = waits.mutableSpan  // agents explored whose group is not closed yet
    var lead = leads.mutableSpan
    var waiting = 0
    var order: Int32 = 1
    var passed = 0
    for first in 0..<n where rank[first] == 0 {
      var depth = 0
      path[0] = Int32(truncatingIfNeeded: first)
      cursor[first] = starts[first]
      rank[first] = order
      order &+= 1
      while depth >= 0 {
        let v = Int(path[depth])
        let end = starts[v + 1]
        var at = cursor[v]
        var least = rank[v]
        var child = -1
        while at < end {
          let w = Int(neighbours[unchecked: Int(at)])
          let seen = rank[unchecked: w]
          if seen == 0 {
            child = w  // looked at again on return, when its rank is known
            break
          }
          if seen < least {
            least = seen
            lead[v] = false
          }
          at &+= 1
        }
        cursor[v] = at
        rank[v] = least
        if child >= 0 {
          depth &+= 1
          path[depth] = Int32(truncatingIfNeeded: child)
          cursor[child] = starts[child]
          rank[child] = order
          order &+= 1
          continue
        }
        passed &+= Int(end &- starts[v]) &+ 1
        if passed >= 4_096 {
          try work.spend(passed)
          passed = 0
        }
        depth &-= 1
        if !lead[v] {
          wait[waiting] = Int32(truncatingIfNeeded: v)
          waiting &+= 1
          continue
        }
        let name = Int32.max &- groups
        groups &+= 1
        order &-= 1
        while waiting > 0, rank[Int(wait[waiting &- 1])] >= least {
          waiting &-= 1
          order &-= 1
          rank[Int(wait[waiting])] = name
        }
        rank[v] = name
      }
    }
    try work.spend(passed)
    for i in 0..<n { rank[i] = Int32.max &- rank[i] }
  }
  return try Components(names: ranks.span)
}
