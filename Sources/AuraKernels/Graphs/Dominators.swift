package import AuraBase

/// Who stands between some agents and each other one.
package struct Dominators: Sendable {
  /// For each agent, the last agent that every way to it passes; -1 when there is none, or no way.
  package let dominators: Column<Int32>
  /// For each agent, how many others every way to which passes it; -1 where no way leads.
  package let held: Column<Int32>
}

/// Finds, for each agent, the last one that cannot be avoided on the way to it from any of `sources`.
///
/// - Complexity: O(*m* log *n*) time, O(*n*) memory, no recursion; one unit of work a link end.
/// - Source: Lengauer and Tarjan 1979, doi:10.1145/357062.357071.
/// - Parameters:
///   - out: rows are sources of links.
///   - into: rows are targets of the same links.
///   - sources: where ways begin, each once.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func dominators(
  _ out: Adjacency, into: Adjacency, sources: Span<Int32>, work: Work
) throws(AuraError) -> Dominators {
  let n = out.count
  // Everything is numbered in the order of a search; 0 stands above all sources.
  var numbers = try Buffer<Int32>(repeating: 0, count: n)
  var agents = try Buffer<Int32>(repeating: -1, count: n + 1)
  var parents = try Buffer<Int32>(repeating: 0, count: n + 1)
  let total = try search(out, sources, &numbers, &agents, &parents, work)
  var semis = try Buffer<Int32>(repeating: 0, count: n + 1)
  var labels = try Buffer<Int32>(repeating: 0, count: n + 1)
  var ancestors = try Buffer<Int32>(repeating: -1, count: n + 1)
  var chains = try Buffer<Int32>(repeating: 0, count: n + 1)
  var buckets = try Buffer<Int32>(repeating: -1, count: n + 1)
  var nexts = try Buffer<Int32>(repeating: -1, count: n + 1)
  var above = try Buffer<Int32>(repeating: 0, count: n + 1)
  var results = try Buffer<Int32>(repeating: -1, count: n)
  var helds = try Buffer<Int32>(repeating: -1, count: n)
  do {
    let starts = into.starts.span, from = into.neighbours.span
    let number = numbers.span, agent = agents.span, parent = parents.span
    var semi = semis.mutableSpan, label = labels.mutableSpan, ancestor = ancestors.mutableSpan
    var chain = chains.mutableSpan, bucket = buckets.mutableSpan, next = nexts.mutableSpan
    var dominator = above.mutableSpan
    for w in 0...n {
      semi[w] = Int32(truncatingIfNeeded: w)
      label[w] = Int32(truncatingIfNeeded: w)
    }
    for w in stride(from: total, to: 0, by: -1) {
      let v = Int(agent[w])
      let row = Int(starts[v])..<Int(starts[v + 1])
      try work.spend(row.count &+ 1)
      var least = semi[w]
      // Whoever is a source has 0 above it, and was found from there.
      if parent[w] == 0 { least = 0 }
      for e in row {
        let u = number[Int(from[e])]
        if u > 0 { least = min(least, semi[Int(best(u, &ancestor, &label, semi, &chain))]) }
      }
      semi[w] = least
      next[w] = bucket[Int(least)]
      bucket[Int(least)] = Int32(truncatingIfNeeded: w)
      let up = Int(parent[w])
      ancestor[w] = parent[w]
      var x = bucket[up]
      bucket[up] = -1
      while x >= 0 {
        let y = best(x, &ancestor, &label, semi, &chain)
        dominator[Int(x)] = semi[Int(y)] < semi[Int(x)] ? y : Int32(truncatingIfNeeded: up)
        x = next[Int(x)]
      }
    }
    var result = results.mutableSpan, held = helds.mutableSpan
    for w in stride(from: 1, through: total, by: 1) {
      if dominator[w] != semi[w] { dominator[w] = dominator[Int(dominator[w])] }
      if dominator[w] > 0 { result[Int(agent[w])] = agent[Int(dominator[w])] }
      held[Int(agent[w])] = 0
    }
    for w in stride(from: total, to: 0, by: -1) where dominator[w] > 0 {
      held[Int(agent[Int(dominator[w])])] &+= held[Int(agent[w])] &+ 1
    }
  }
  return Dominators(dominators: Column(results), held: Column(helds))
}

/// The one with the least semidominator on the way up from `v`, as far as it is linked. Shortens the way.
private func best(
  _ v: Int32, _ ancestor: inout MutableSpan<Int32>, _ label: inout MutableSpan<Int32>,
  _ semi: borrowing MutableSpan<Int32>, _ chain: inout MutableSpan<Int32>
) -> Int32 {
  if ancestor[Int(v)] < 0 { return v }
  var depth = 0
  var x = Int(v)
  while ancestor[Int(ancestor[x])] >= 0 {
    chain[depth] = Int32(truncatingIfNeeded: x)
    depth &+= 1
    x = Int(ancestor[x])
  }
  while depth > 0 {
    depth &-= 1
    x = Int(chain[depth])
    let up = Int(ancestor[x])
    if semi[Int(label[up])] < semi[Int(label[x])] { label[x] = label[up] }
    ancestor[x] = ancestor[up]
  }
  return label[Int(v)]
}

/// Numbers what can be reached from 1 on, in the order found, and says from where; returns how many there are.
private func search(
  _ out: Adjacency, _ sources: Span<Int32>, _ numbers: inout Buffer<Int32>, _ agents: inout Buffer<Int32>,
  _ parents: inout Buffer<Int32>, _ work: Work
) throws(AuraError) -> Int {
  var cursors = try Buffer<Int32>(repeating: 0, count: out.count)
  let starts = out.starts.span, to = out.neighbours.span
  var number = numbers.mutableSpan, agent = agents.mutableSpan, parent = parents.mutableSpan
  var cursor = cursors.mutableSpan
  // Sources are found from above all: whoever leads to another one first must not hold it.
  var isSources = try Buffer<Bool>(repeating: false, count: out.count)
  var isSource = isSources.mutableSpan
  for k in sources.indices { isSource[Int(sources[k])] = true }
  var total = 0
  for k in sources.indices {
    var v = Int(sources[k])
    if number[v] > 0 { continue }
    var found: Int32 = 0
    while true {
      if number[v] == 0 {
        total &+= 1
        number[v] = Int32(truncatingIfNeeded: total)
        agent[total] = Int32(truncatingIfNeeded: v)
        parent[total] = found
        cursor[v] = starts[v]
        try work.spend(Int(starts[v + 1] &- starts[v]) &+ 1)
      }
      var child = -1
      var at = cursor[v]
      while at < starts[v + 1] {
        let w = Int(to[Int(at)])
        at &+= 1
        if number[w] == 0 && !isSource[w] {
          child = w
          break
        }
      }
      cursor[v] = at
      if child >= 0 {
        found = number[v]
        v = child
        continue
      }
      if parent[Int(number[v])] == 0 { break }
      v = Int(agent[Int(parent[Int(number[v])])])
    }
  }
  return total
}
