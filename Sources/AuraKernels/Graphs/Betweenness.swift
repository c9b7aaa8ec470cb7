package import AuraBase

/// Counts for each agent the shortest routes between others that run through it; where a pair has several, each
/// counts for its share.
///
/// Whoever sits on most routes is where traffic meets, and whose loss sends most of it elsewhere.
///
/// - Complexity: O(*n m*) time without lengths, O(*n m* log *n*) with; O(*n* + *m*) memory for a thread and 32 more
///   numbers an agent. One unit of work for each link end seen from each source.
/// - Source: Brandes 2001, doi:10.1080/0022250X.2001.9990249; Brandes 2008, doi:10.1016/j.socnet.2007.11.001.
/// - Parameters:
///   - rows: links as they may be walked: `.out` of a directed network, `.both` of an undirected one. Self loops
///     do not matter, of parallel links the shortest counts, once.
///   - undirected: each pair counts once, not once for each direction.
///   - lengths: one for each link of the network, positive and finite; nil counts links.
///   - alive: one for each agent: the others are as if they were not there, and get 0; nil means all.
///   - ends: a route counts for its two ends as well. This is the load of Motter and Lai 2002.
/// - Returns: one number for each agent, not normalised.
/// - Throws: `.argument`, `.limit`, `.cancelled`, `.memory`.
package func betweenness(
  _ rows: Adjacency, undirected: Bool, lengths: Span<Double>? = nil, alive: Span<Bool>? = nil, ends: Bool = false,
  work: Work
) throws(AuraError) -> Column<Double> {
  let order = try RouteNetwork.order(rows, alive: alive)
  let network = try RouteNetwork(rows, order.span, lengths: lengths)
  let n = network.count
  work.expect(n * max(1, network.entries))
  // The grid of chunks depends on the network alone, and so does the order of every sum.
  let chunks = min(n, 32)
  let sums = try Scratch<Double>(repeating: 0, rows: chunks, columns: n)
  try work.parallel(chunks) { chunk throws(AuraError) in
    var sum = sums.slice(chunk * n..<(chunk + 1) * n)
    let sweep = try RouteSweep<Double>(network)
    for source in (chunk * n / chunks)..<((chunk + 1) * n / chunks) {
      if try !sweep.add(source, network, ends: ends, to: &sum, work) {
        let wide = try RouteSweep<WideCount>(network)
        _ = try wide.add(source, network, ends: ends, to: &sum, work)
      }
    }
  }
  var out = try Buffer<Double>(repeating: 0, count: rows.count)
  do {
    var value = out.mutableSpan
    let agents = network.agents.span
    for chunk in 0..<chunks {
      let sum = sums.slice(chunk * n..<(chunk + 1) * n)
      for a in 0..<n { value[Int(agents[a])] += sum[a] }
    }
    if undirected { for i in value.indices { value[i] /= 2 } }
  }
  return Column(out)
}

/// Counts for each link the shortest routes that run over it; where a pair has several, each counts for its share.
///
/// - Complexity: that of `betweenness`, and 16 more numbers a link end.
/// - Source: Girvan and Newman 2002, doi:10.1073/pnas.122653799; by Brandes 2008, doi:10.1016/j.socnet.2007.11.001.
/// - Parameters: as of `betweenness`; `count` is the number of links that `rows` came from.
/// - Returns: one number for each link, not normalised. Of parallel links the first of the shortest has all, self loops
///   have 0.
/// - Throws: `.argument`, `.limit`, `.cancelled`, `.memory`.
package func linkBetweenness(
  _ rows: Adjacency, links count: Int, undirected: Bool, lengths: Span<Double>? = nil, work: Work
) throws(AuraError) -> Column<Double> {
  let order = try RouteNetwork.order(rows, alive: nil)
  let network = try RouteNetwork(rows, order.span, lengths: lengths, named: true)
  let n = network.count
  let m = network.entries
  work.expect(n * max(1, m))
  let chunks = min(n, 16)
  let sums = try Scratch<Double>(repeating: 0, rows: chunks, columns: m)
  try work.parallel(chunks) { chunk throws(AuraError) in
    var sum = sums.slice(chunk * m..<(chunk + 1) * m)
    let sweep = try RouteSweep<Double>(network)
    for source in (chunk * n / chunks)..<((chunk + 1) * n / chunks) {
      if try !sweep.add(source, network, perLink: true, to: &sum, work) {
        let wide = try RouteSweep<WideCount>(network)
        _ = try wide.add(source, network, perLink: true, to: &sum, work)
      }
    }
  }
  var out = try Buffer<Double>(repeating: 0, count: count)
  do {
    var value = out.mutableSpan
    let links = network.links.span
    for chunk in 0..<chunks {
      let sum = sums.slice(chunk * m..<(chunk + 1) * m)
      for e in 0..<m { value[Int(links[e])] += sum[e] }
    }
    if undirected { for k in value.indices { value[k] /= 2 } }
  }
  return Column(out)
}

/// The arrays that one source after the other uses to count the routes that begin at it.
private struct RouteSweep<Count: PathCount>: ~Copyable {
  /// What is known of each agent; `Place.unseen` between sources. Side by side, as both are looked at together.
  private let places: Scratch<Place>
  /// (1 + what depends on the agent) / routes: what each route to it is worth to its predecessors.
  private let worths: Scratch<Count>
  /// Agents in order of distance. One place more than there are agents, as the last write may be a vain one.
  private let queue: Scratch<Int32>
  /// Where the successors of the *q*-th agent of the queue end.
  private let ends: Scratch<Int32>
  /// Agents, or the entries of the rows that lead to them.
  private let successors: Scratch<Int32>
  private let heap: Scratch<RouteHeap.Item>

  private struct Place: BitwiseCopyable {
    /// Routes from the source.
    var routes: Count
    /// Links, or units of length, from the source.
    var distance: Int64

    static var unseen: Place { Place(routes: .zero, distance: .max) }
  }

  init(_ network: borrowing RouteNetwork) throws(AuraError) {
    let n = network.count
    let weighted = network.isWeighted
    let places = try Scratch<Place>(repeating: .unseen, count: n)
    let worths = try Scratch<Count>(repeating: .zero, count: n)
    let queue = try Scratch<Int32>(repeating: 0, count: n + 1)
    let ends = try Scratch<Int32>(repeating: 0, count: n)
    let successors = try Scratch<Int32>(repeating: 0, count: network.entries + 1)
    let heap = try Scratch<RouteHeap.Item>(repeating: .none, count: weighted ? network.entries + 1 : 0)
    self.places = places
    self.worths = worths
    self.queue = queue
    self.ends = ends
    self.successors = successors
    self.heap = heap
  }

  /// Adds what depends on each agent, or on each entry of the rows, for routes from one source.
  ///
  /// - Returns: false, with nothing added, when there are too many routes for `Count`.
  func add(
    _ source: Int, _ network: borrowing RouteNetwork, ends counted: Bool = false, perLink: Bool = false,
    to sum: inout MutableSpan<Double>, _ work: Work
  ) throws(AuraError) -> Bool {
    let (reached, seen, safe) =
      network.isWeighted ? findByLength(source, network, perLink) : findByHops(source, network, perLink)
    if safe && perLink { collectLinks(reached, network, &sum) } else if safe { collect(reached, counted, &sum) }
    clear(reached)
    try work.spend(seen + 1)
    return safe
  }

  /// Agents reached, link ends seen, and whether the counts of routes can be trusted.
  private typealias Found = (reached: Int, seen: Int, safe: Bool)

  /// Breadth first. Written without branches in the loop over links, since nobody can foretell them.
  private func findByHops(_ source: Int, _ network: borrowing RouteNetwork, _ perLink: Bool) -> Found {
    let starts = network.starts.span, neighbours = network.neighbours.span
    var place = places.all, agent = queue.all
    var end = ends.all, successor = successors.all
    place[source] = Place(routes: .one, distance: 0)
    agent[0] = Int32(truncatingIfNeeded: source)
    var head = 0, tail = 1, top = 0
    var seen = 0
    var safe = true
    while head < tail {
      let v = Int(agent[head])
      let next = place[v].distance &+ 1
      let mine = place[v].routes
      safe = safe && mine.isSafe
      let row = Int(starts[v])..<Int(starts[v &+ 1])
      seen &+= row.count
      for e in row {
        let w = neighbours[e]
        let i = Int(w)
        let there = place[i]
        let known = there.distance
        let on = known >= next
        place[i] = Place(routes: there.routes + (on ? mine : .zero), distance: min(known, next))
        agent[tail] = w
        tail &+= known > next ? 1 : 0
        successor[top] = perLink ? Int32(truncatingIfNeeded: e) : w
        top &+= on ? 1 : 0
      }
      end[head] = Int32(truncatingIfNeeded: top)
      head &+= 1
    }
    return (tail, seen, safe)
  }

  /// Nearest first. All lengths are at least 1, so the routes to an agent are all known when its turn comes.
  private func findByLength(_ source: Int, _ network: borrowing RouteNetwork, _ perLink: Bool) -> Found {
    let starts = network.starts.span, neighbours = network.neighbours.span, lengths = network.lengths.span
    var place = places.all, agent = queue.all
    var waiting = RouteHeap(items: heap.all)
    place[source] = Place(routes: .one, distance: 0)
    waiting.push(0, Int32(truncatingIfNeeded: source))
    var settled = 0
    var seen = 0
    var safe = true
    while let (d, name) = waiting.pop() {
      let v = Int(name)
      if d != place[v].distance { continue }  // a shorter way was found since
      agent[settled] = name
      settled &+= 1
      let mine = place[v].routes
      safe = safe && mine.isSafe
      let row = Int(starts[v])..<Int(starts[v &+ 1])
      seen &+= row.count
      for e in row {
        let w = neighbours[e]
        let i = Int(w)
        let there = d &+ lengths[e]
        if there < place[i].distance {
          place[i] = Place(routes: mine, distance: there)
          waiting.push(there, w)
        } else if there == place[i].distance {
          place[i].routes = place[i].routes + mine
        }
      }
    }
    var end = ends.all, successor = successors.all
    var top = 0
    for q in 0..<settled {
      let v = Int(agent[q])
      let d = place[v].distance
      for e in Int(starts[v])..<Int(starts[v &+ 1]) {
        let w = neighbours[e]
        successor[top] = perLink ? Int32(truncatingIfNeeded: e) : w
        top &+= place[Int(w)].distance == d &+ lengths[e] ? 1 : 0
      }
      end[q] = Int32(truncatingIfNeeded: top)
    }
    return (settled, seen, safe)
  }

  /// Farthest first: what depends on an agent is, over its successors, their worth times its routes.
  private func collect(_ reached: Int, _ counted: Bool, _ sum: inout MutableSpan<Double>) {
    let place = places.all, agent = queue.all, end = ends.all, successor = successors.all
    var worth = worths.all
    let asTarget = counted ? 1.0 : 0.0
    var q = reached &- 1
    while q > 0 {
      let v = Int(agent[q])
      var total = Count.zero
      for k in Int(end[q &- 1])..<Int(end[q]) { total = total + worth[Int(successor[k])] }
      let mine = place[v].routes
      let dependent = (mine * total).value
      worth[v] = Count(1 + dependent) * mine.reciprocal
      sum[v] += dependent + asTarget
      q &-= 1
    }
    if counted { sum[Int(agent[0])] += Double(reached &- 1) }
  }

  /// The same, each successor paying to the link that leads to it.
  private func collectLinks(_ reached: Int, _ network: borrowing RouteNetwork, _ sum: inout MutableSpan<Double>) {
    let place = places.all, agent = queue.all, end = ends.all, successor = successors.all
    let neighbours = network.neighbours.span
    var worth = worths.all
    var q = reached &- 1
    while q >= 0 {
      let v = Int(agent[q])
      let mine = place[v].routes
      var total = Count.zero
      for k in (q > 0 ? Int(end[q &- 1]) : 0)..<Int(end[q]) {
        let e = Int(successor[k])
        let share = worth[Int(neighbours[e])]
        total = total + share
        sum[e] += (mine * share).value
      }
      worth[v] = Count(1 + (mine * total).value) * mine.reciprocal
      q &-= 1
    }
  }

  private func clear(_ reached: Int) {
    let agent = queue.all
    var place = places.all
    for q in 0..<reached { place[Int(agent[q])] = .unseen }
  }
}
