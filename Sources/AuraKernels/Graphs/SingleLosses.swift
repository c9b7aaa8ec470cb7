package import AuraBase

/// What the loss of each agent, and of each link, would do to those that stay.
package struct SingleLosses: Sendable {
  /// Pieces that are left of the agent's own part; 1 where it holds nothing together, 0 where it is alone.
  package let parts: Column<Int32>
  /// Agents that are cut off from the largest of these pieces.
  package let agents: Column<Int32>
  /// Pairs of other agents that were joined and no longer are.
  package let pairs: Column<Double>
  /// Strength of the links of the agent's own part that no longer join agents of the largest piece: its own, and those
  /// of the pieces cut off. Of equally large pieces the one that keeps most counts as the largest.
  package let flow: Column<Double>
  /// For each link, the agents that its loss cuts off from the larger rest.
  package let linkAgents: Column<Int32>
}

/// Tries the loss of every agent and of every link at once.
///
/// - Complexity: O(*n* + *m*) time, O(*n* + *m*) memory, no recursion; one unit of work a link end.
/// - Source: Hopcroft and Tarjan 1973, doi:10.1145/362248.362272; Tarjan 1974, doi:10.1016/0020-0190(74)90003-9.
/// - Parameters:
///   - rows: both ends of every link (`.both`); self loops and parallel links do no harm.
///   - links: how many links the network has.
///   - strengths: how strong each of them is; nil for 1. Self loops join no agents and do not count.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func singleLosses(
  _ rows: Adjacency, links m: Int, strengths: Column<Double>? = nil, work: Work
) throws(AuraError) -> SingleLosses {
  let n = rows.count
  let explorer = try CutExplorer(count: n, flow: true)
  var cuts = try Buffer<Int32>(repeating: 0, count: m)
  do {
    var cut = cuts.mutableSpan
    try explorer.explore(rows, without: -1, strengths: strengths, linkAgents: &cut, work)
  }
  return SingleLosses(
    parts: Column(try explorer.partsLeft()), agents: Column(try explorer.cutOff()),
    pairs: Column(try explorer.pairsCut()), flow: Column(try explorer.flowLost()), linkAgents: Column(cuts))
}

/// Depth first through a network without one agent; finds for every agent the pieces that its loss would leave.
struct CutExplorer: ~Copyable {
  /// Pieces that an agent's part leaves without it.
  let pieces: Scratch<Int32>
  /// Agents of the largest piece.
  private let largest: Scratch<Int32>
  /// Pairs within pieces: the sum of s (s - 1) / 2 over them.
  private let within: Scratch<Int>
  /// Agents of the part that each agent belongs to.
  private let whole: Scratch<Int32>
  /// The first agent of that part.
  private let heads: Scratch<Int32>
  private let seens: Scratch<Int32>
  private let lows: Scratch<Int32>
  private let cursors: Scratch<Int32>
  private let paths: Scratch<Int32>
  /// Links by which agents were come to.
  private let arrivals: Scratch<Int32>
  /// Agents in and below each agent, and in the branches that hang on it alone.
  private let belows: Scratch<Int32>
  private let hangings: Scratch<Int32>
  private let orders: Scratch<Int32>
  /// Nobody's where strengths are not asked for.
  private let traffics: Scratch<Traffic>

  /// Sums of strengths about an agent.
  private struct Traffic: BitwiseCopyable {
    /// Of its links.
    var own = 0.0
    /// Of links with their later end in its branch, and of those of them that end at the agent above the branch.
    var branch = 0.0
    var upward = 0.0
    /// The same over all branches that hang on it alone.
    var hanging = 0.0
    var hung = 0.0
    /// Of links within its largest piece; at last, of those that are lost with it.
    var kept = 0.0
    var depth: Int32 = 0
  }

  init(count n: Int, flow: Bool = false) throws(AuraError) {
    let pieces = try Scratch<Int32>(repeating: 0, count: n)
    let largest = try Scratch<Int32>(repeating: 0, count: n)
    let within = try Scratch<Int>(repeating: 0, count: n)
    let whole = try Scratch<Int32>(repeating: 0, count: n)
    let heads = try Scratch<Int32>(repeating: 0, count: n)
    let seens = try Scratch<Int32>(repeating: 0, count: n)
    let lows = try Scratch<Int32>(repeating: 0, count: n)
    let cursors = try Scratch<Int32>(repeating: 0, count: n)
    let paths = try Scratch<Int32>(repeating: 0, count: n)
    let arrivals = try Scratch<Int32>(repeating: -1, count: n)
    let belows = try Scratch<Int32>(repeating: 0, count: n)
    let hangings = try Scratch<Int32>(repeating: 0, count: n)
    let orders = try Scratch<Int32>(repeating: 0, count: n)
    let traffics = try Scratch(repeating: Traffic(), count: flow ? n : 0)
    self.pieces = pieces
    self.largest = largest
    self.within = within
    self.whole = whole
    self.heads = heads
    self.seens = seens
    self.lows = lows
    self.cursors = cursors
    self.paths = paths
    self.arrivals = arrivals
    self.belows = belows
    self.hangings = hangings
    self.orders = orders
    self.traffics = traffics
  }

  /// - Returns: pairs of agents that are joined, `missing` left aside.
  @discardableResult
  func explore(
    _ rows: Adjacency, without missing: Int, strengths: Column<Double>? = nil,
    linkAgents: inout MutableSpan<Int32>, _ work: Work
  ) throws(AuraError) -> Int {
    let n = rows.count
    let starts = rows.starts.span, neighbours = rows.neighbours.span, links = rows.links.span
    var piece = pieces.all, most = largest.all, inside = within.all, all = whole.all
    var seen = seens.all, low = lows.all, cursor = cursors.all
    var path = paths.all, arrival = arrivals.all
    var head = heads.all
    var below = belows.all, hanging = hangings.all, order = orders.all
    var traffic = traffics.all
    let flows = traffic.count > 0
    for i in 0..<n {
      seen[i] = 0
      piece[i] = 0
      most[i] = 0
      inside[i] = 0
      hanging[i] = 0
      below[i] = 1
    }
    var count: Int32 = 0
    var joined = 0
    var spent = 0
    if missing >= 0 { seen[missing] = .max }
    for first in 0..<n where seen[first] == 0 {
      let begin = Int(count)
      var depth = 0
      path[0] = Int32(truncatingIfNeeded: first)
      cursor[first] = starts[first]
      arrival[first] = -1
      order[Int(count)] = Int32(truncatingIfNeeded: first)
      count &+= 1
      seen[first] = count
      low[first] = count
      while depth >= 0 {
        let v = Int(path[depth])
        let end = starts[v &+ 1]
        var at = cursor[v]
        var least = low[v]
        var child = -1
        while at < end {
          let e = Int(at)
          at &+= 1
          let w = Int(neighbours[e])
          if flows && w != v {
            let strength = strengths.map { $0[Int(links[e])] } ?? 1
            traffic[v].own += strength
            if seen[w] > 0 && seen[w] < seen[v] {
              traffic[v].branch += strength
              traffic[Int(path[Int(traffic[w].depth) &+ 1])].upward += strength
            }
          }
          if seen[w] == 0 {
            child = w
            arrival[w] = links[e]
            break
          }
          // Not back over the link that led here; over a parallel one it is a way round.
          if links[e] != arrival[v] { least = min(least, seen[w]) }
        }
        cursor[v] = at
        low[v] = least
        if child >= 0 {
          depth &+= 1
          path[depth] = Int32(truncatingIfNeeded: child)
          if flows { traffic[child].depth = Int32(truncatingIfNeeded: depth) }
          cursor[child] = starts[child]
          order[Int(count)] = Int32(truncatingIfNeeded: child)
          count &+= 1
          seen[child] = count
          low[child] = count
          continue
        }
        spent &+= Int(end &- starts[v]) &+ 1
        if spent >= 4_096 {
          try work.spend(spent)
          spent = 0
        }
        depth &-= 1
        if depth >= 0 {
          let parent = Int(path[depth])
          low[parent] = min(low[parent], least)
          below[parent] &+= below[v]
          if flows { traffic[parent].branch += traffic[v].branch }
          if least >= seen[parent] {
            let s = Int(below[v])
            if flows {
              traffic[parent].hanging += traffic[v].branch
              traffic[parent].hung += traffic[v].upward
              let kept = traffic[v].branch - traffic[v].upward
              if (below[v], kept) > (most[parent], traffic[parent].kept) { traffic[parent].kept = kept }
            }
            piece[parent] &+= 1
            hanging[parent] &+= below[v]
            most[parent] = max(most[parent], below[v])
            inside[parent] &+= s &* (s &- 1) / 2
          }
        }
      }
      let size = Int(count) - begin
      joined &+= size &* (size &- 1) / 2
      for k in begin..<Int(count) {
        let v = Int(order[k])
        all[v] = Int32(truncatingIfNeeded: size)
        head[v] = Int32(truncatingIfNeeded: first)
        // What is neither the agent nor hangs on it alone stays one piece.
        let rest = size &- 1 &- Int(hanging[v])
        if flows {
          let t = traffic[v]
          let all = traffic[first].branch
          let lost = t.hanging + (t.own - t.hung)
          let isLargest = rest > Int(most[v]) || (rest == Int(most[v]) && all - lost > t.kept)
          traffic[v].kept = isLargest ? lost : all - t.kept
        }
        if rest > 0 {
          piece[v] &+= 1
          most[v] = max(most[v], Int32(truncatingIfNeeded: rest))
          inside[v] &+= rest &* (rest &- 1) / 2
        }
        if !linkAgents.isEmpty && arrival[v] >= 0 && low[v] == seen[v] {
          linkAgents[Int(arrival[v])] = min(below[v], Int32(truncatingIfNeeded: size) &- below[v])
        }
      }
    }
    try work.spend(spent)
    return joined
  }

  /// Pairs of other agents that agent *v* joins alone.
  func pairsCut(by v: Int) -> Int {
    let others = Int(whole.all[v]) - 1
    return others > 0 ? others * (others - 1) / 2 - within.all[v] : 0
  }

  /// Agents of the part of *v*, itself included.
  func part(of v: Int) -> Int { Int(whole.all[v]) }

  /// The first agent of the part of *v*.
  func head(of v: Int) -> Int32 { heads.all[v] }

  func partsLeft() throws(AuraError) -> Buffer<Int32> {
    var out = Buffer<Int32>()
    let piece = pieces.all
    for v in piece.indices { try out.append(piece[v]) }
    return out
  }

  func pairsCut() throws(AuraError) -> Buffer<Double> {
    var out = Buffer<Double>()
    for v in 0..<pieces.count { try out.append(Double(pairsCut(by: v))) }
    return out
  }

  func flowLost() throws(AuraError) -> Buffer<Double> {
    var out = Buffer<Double>()
    let traffic = traffics.all
    for v in traffic.indices { try out.append(traffic[v].kept) }
    return out
  }

  func cutOff() throws(AuraError) -> Buffer<Int32> {
    var out = Buffer<Int32>()
    let all = whole.all, most = largest.all
    for v in all.indices { try out.append(max(0, all[v] - 1 - most[v])) }
    return out
  }
}

/// What the loss of two agents at once would do.
package struct DoubleLosses: Sendable {
  package struct Pair: Sendable, Equatable {
    package let first: Int32
    package let second: Int32
    /// Pairs of other agents that were joined and no longer are.
    package let cut: Int

    package init(first: Int32, second: Int32, cut: Int) {
      self.first = first
      self.second = second
      self.cut = cut
    }
  }
  /// All pairs of agents, those that part others, and of these those of which neither does so alone.
  package let pairs: Int
  package let splitting: Int
  package let hidden: Int
  /// The worst: most cut first, then by index.
  package let worst: [Pair]
  /// The same among the hidden ones.
  package let worstHidden: [Pair]
  /// For each agent, with how many others its loss would part agents that neither loss parts alone.
  package let partners: Column<Int32>
}

/// Tries the loss of every pair of agents: each agent in turn is left out, and all single losses are tried without it.
///
/// - Complexity: O(*n* (*n* + *m*)) time; one unit of work a link end and agent.
/// - Source: Hopcroft and Tarjan 1973, doi:10.1145/362248.362272.
/// - Parameters:
///   - rows: both ends of every link (`.both`).
///   - limit: how many of the worst pairs to name.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func doubleLosses(_ rows: Adjacency, limit: Int, work: Work) throws(AuraError) -> DoubleLosses {
  let n = rows.count
  work.expect(n * (rows.entries + n))
  let alone = try CutExplorer(count: n)
  let joined: Int
  do {
    var none = Buffer<Int32>()
    var nothing = none.mutableSpan
    joined = try alone.explore(rows, without: -1, linkAgents: &nothing, work)
  }
  var singles = try Buffer<Int>(repeating: 0, count: n)
  var sizes = try Buffer<Int32>(repeating: 0, count: n)
  var labels = try Buffer<Int32>(repeating: 0, count: n)
  for v in 0..<n {
    labels[v] = alone.head(of: v)
    singles[v] = alone.pairsCut(by: v)
    sizes[v] = Int32(truncatingIfNeeded: alone.part(of: v))
  }
  let marks = try Scratch<Int32>(repeating: 0, count: n)
  let chunks = min(n, 64)
  let tops = try Scratch<DoubleTop>(repeating: DoubleTop(), rows: chunks, columns: 2 * limit + 1)
  try work.parallel(chunks) { chunk throws(AuraError) in
    let explorer = try CutExplorer(count: n)
    var none = Buffer<Int32>()
    let width = 2 * limit + 1
    var top = tops.slice(chunk * width..<(chunk + 1) * width)
    let range = (chunk * n / chunks)..<((chunk + 1) * n / chunks)
    var mark = marks.slice(range)
    let single = singles.span, size = sizes.span, label = labels.span
    var splitting = 0, hidden = 0
    for v in range {
      var nothing = none.mutableSpan
      let left = try explorer.explore(rows, without: v, linkAgents: &nothing, work)
      var partners: Int32 = 0
      for u in 0..<n where u != v {
        // Joined pairs among the others: before, less those of u and of v; after, without both.
        let before = joined - (Int(size[v]) - 1) - (Int(size[u]) - 1) + (label[u] == label[v] ? 1 : 0)
        let after = left - explorer.pairsCut(by: u) - (explorer.part(of: u) - 1)
        let cut = before - after
        if cut <= 0 { continue }
        let isHidden = single[u] == 0 && single[v] == 0
        if isHidden { partners &+= 1 }
        if u < v { continue }
        splitting &+= 1
        hidden &+= isHidden ? 1 : 0
        let item = DoubleTop(cut: cut, first: Int32(truncatingIfNeeded: v), second: Int32(truncatingIfNeeded: u))
        keep(item, &top, 1, limit)
        if isHidden { keep(item, &top, 1 + limit, limit) }
      }
      mark[v - range.lowerBound] = partners
    }
    top[0] = DoubleTop(cut: splitting, first: 0, second: 0, more: hidden)
  }
  var splitting = 0, hidden = 0
  var worst = try Buffer<DoubleTop>(repeating: DoubleTop(), count: 2 * limit)
  do {
    let top = tops.all
    var best = worst.mutableSpan
    for chunk in 0..<chunks {
      let at = chunk * (2 * limit + 1)
      splitting += top[at].cut
      hidden += top[at].more
      for k in 0..<limit {
        keep(top[at + 1 + k], &best, 0, limit)
        keep(top[at + 1 + limit + k], &best, limit, limit)
      }
    }
  }
  var partners = try Buffer<Int32>(repeating: 0, count: n)
  do {
    let mark = marks.all
    var out = partners.mutableSpan
    for v in 0..<n { out[v] = mark[v] }
  }
  func named(_ range: Range<Int>) -> [DoubleLosses.Pair] {
    range.compactMap {
      worst[$0].cut > 0
        ? DoubleLosses.Pair(first: worst[$0].first, second: worst[$0].second, cut: worst[$0].cut) : nil
    }
  }
  return DoubleLosses(
    pairs: n * (n - 1) / 2, splitting: splitting, hidden: hidden, worst: named(0..<limit),
    worstHidden: named(limit..<2 * limit), partners: Column(partners))
}

/// A pair of losses and what it cuts.
private struct DoubleTop: BitwiseCopyable {
  var cut = 0
  var first: Int32 = 0
  var second: Int32 = 0
  var more = 0
}

/// Inserts `item` among the `limit` best from `base` on, kept in order; earlier ones win ties.
private func keep(_ item: DoubleTop, _ best: inout MutableSpan<DoubleTop>, _ base: Int, _ limit: Int) {
  if item.cut == 0 || limit == 0 || best[base + limit - 1].cut >= item.cut { return }
  var k = limit - 1
  while k > 0 && best[base + k - 1].cut < item.cut {
    best[base + k] = best[base + k - 1]
    k -= 1
  }
  best[base + k] = item
}
