package import AuraBase

/// The groups of a network in which all are linked to all and to which nobody can be added.
package struct MaximalCliques: Sendable {
  /// The size of the largest group that each agent belongs to.
  package let largest: Column<Int32>
  /// How many groups there are of each size, from 0.
  package let bySize: [Double]
  package let count: Int
  /// The largest groups, of equal ones those with the least agents first; agents in ascending order.
  package let groups: [[Int32]]
  /// Whether all were found before the steps were used up.
  package let complete: Bool
}

/// Finds the groups of an undirected network in which all are linked to all and to which nobody can be added.
///
/// Takes agents as they peel off the network and tries, for each, only those that come later; at each step only those
/// that are not linked to the best linked candidate. Candidates are sets of bits.
///
/// - Complexity: O(*n* *d* 3^(*d*/3)) time, where *d* is the largest core number; one unit of work a set or link looked
///   at.
/// - Source: Eppstein, Löffler and Strash 2010, doi:10.1007/978-3-642-17517-6_36; Bron and Kerbosch 1973,
///   doi:10.1145/362342.362367.
/// - Parameters:
///   - simple: both ends of every link, without self loops and parallel links.
///   - listed: how many groups to keep; the others are counted.
///   - steps: candidates to try, after which the search ends where it is.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func maximalCliques(
  _ simple: Adjacency, listed: Int, steps: Int, work: Work
) throws(AuraError) -> MaximalCliques {
  let order = try coreDecomposition(simple, work: work).order
  let rows = try ForwardRows(simple, order: order, work: work)
  var search = CliqueSearch(
    listed: listed, steps: steps, marks: try Buffer(repeating: 0, count: rows.count),
    largest: try Buffer(repeating: 0, count: rows.count))
  let starts = simple.starts.span, neighbours = simple.neighbours.span
  work.expect(steps: rows.count)
  for r in 0..<rows.count where search.complete {
    let v = Int(rows.agents[r])
    let row = Int(starts[v])..<Int(starts[v + 1])
    do throws(AuraError) { try search.from(r, partners: neighbours.extracting(row), rows, work) } catch {
      guard work.ended(error) else { throw error }
      search.complete = false
    }
    work.step()
  }
  search.keep(listed)
  return MaximalCliques(
    largest: Column(try Buffer(copying: search.largest.span)), bySize: search.bySize, count: search.count,
    groups: search.groups, complete: search.complete)
}

private struct CliqueSearch: ~Copyable {
  var largest: Buffer<Int32>
  var bySize: [Double] = [0]
  var count = 0
  var groups: [[Int32]] = []
  var complete = true
  private let listed: Int
  private var steps: Int
  /// Where each rank stands in the present row.
  private var marks: Buffer<Int32>
  /// Whom each candidate, and behind them each agent that is ruled out, is linked to among the candidates.
  private var links = Buffer<UInt64>()
  /// By depth: the candidates left, and those of them still to be tried.
  private var lefts = Buffer<UInt64>()
  private var tries = Buffer<UInt64>()
  /// By depth: the candidate taken, and where the list of those that rule a group out begins.
  private var takens = Buffer<Int32>()
  private var begins = Buffer<Int>()
  private var ruled = Buffer<Int32>()

  init(listed: Int, steps: Int, marks: consuming Buffer<Int32>, largest: consuming Buffer<Int32>) {
    self.listed = listed
    self.steps = steps
    self.marks = marks
    self.largest = largest
  }

  /// Groups whose first member is rank `r`.
  mutating func from(
    _ r: Int, partners: Span<Int32>, _ rows: borrowing ForwardRows, _ work: Work
  ) throws(AuraError) {
    let starts = rows.starts.span, heads = rows.heads.span, ranks = rows.ranks.span
    let begin = starts[r]
    let size = Int(starts[r + 1] &- begin)
    let words = (size + 63) / 64
    if size == 0 {
      try work.spend(partners.count + 1)
      if partners.count == 0 { report(0, r, 0, rows) }
      return
    }
    links.removeAll()
    ruled.removeAll()
    for _ in 0..<size * words { try links.append(0) }
    var looked = size * words + partners.count
    // Marks of earlier ranks are not above `begin`.
    for e in begin..<begin &+ Int32(truncatingIfNeeded: size) { marks[Int(heads[Int(e)])] = e &+ 1 }
    for i in 0..<size {
      let p = Int(heads[Int(begin) + i])
      looked &+= Int(starts[p + 1] &- starts[p])
      for f in Int(starts[p])..<Int(starts[p + 1]) {
        let found = marks[Int(heads[f])]
        if found <= begin { continue }
        let j = Int(found &- 1 &- begin)
        links[i * words + (j >> 6)] |= 1 << UInt64(j & 63)
        links[j * words + (i >> 6)] |= 1 << UInt64(i & 63)
      }
    }
    for k in partners.indices {
      let x = Int(ranks[Int(partners[k])])
      if x > r { continue }
      let row = links.count
      for _ in 0..<words { try links.append(0) }
      var some = false
      looked &+= Int(starts[x + 1] &- starts[x])
      for f in Int(starts[x])..<Int(starts[x + 1]) {
        let found = marks[Int(heads[f])]
        if found <= begin { continue }
        let j = Int(found &- 1 &- begin)
        links[row + (j >> 6)] |= 1 << UInt64(j & 63)
        some = true
      }
      if some { try ruled.append(Int32(truncatingIfNeeded: row / words)) } else { links.truncate(to: row) }
    }
    try work.spend(looked)
    try grow(&lefts, (size + 1) * words)
    try grow(&tries, (size + 1) * words)
    try grow(&takens, size + 1)
    try grow(&begins, size + 1)
    for w in 0..<words {
      lefts[w] = w < size / 64 ? .max : (1 << UInt64(size & 63)) &- 1
    }
    begins[0] = 0
    try explore(r, size, words, rows, work)
  }

  private mutating func explore(
    _ r: Int, _ size: Int, _ words: Int, _ rows: borrowing ForwardRows, _ work: Work
  ) throws(AuraError) {
    var depth = 0
    var looked = choose(0, size, words)
    while depth >= 0 {
      let base = depth * words
      var taken = -1
      for w in 0..<words where tries[base + w] != 0 {
        let bit = tries[base + w].trailingZeroBitCount
        tries[base + w] &= tries[base + w] &- 1
        lefts[base + w] &= ~(1 << UInt64(bit))
        taken = w * 64 + bit
        break
      }
      if taken < 0 {
        ruled.truncate(to: begins[depth])
        depth -= 1
        if depth >= 0 { try ruled.append(takens[depth]) }
        continue
      }
      steps -= 1
      if steps < 0 {
        complete = false
        break
      }
      takens[depth] = Int32(truncatingIfNeeded: taken)
      let next = base + words
      var some: UInt64 = 0
      for w in 0..<words {
        let left = lefts[base + w] & links[taken * words + w]
        lefts[next + w] = left
        some |= left
      }
      let end = ruled.count
      let begin = begins[depth]
      let (word, bit) = (taken >> 6, UInt64(taken & 63))
      looked &+= words + end - begin
      if looked >= 4_096 {
        try work.spend(looked)
        looked = 0
      }
      if some == 0 {
        var isMaximal = true
        for k in begin..<end where links[Int(ruled[k]) * words + word] >> bit & 1 != 0 { isMaximal = false }
        if isMaximal { report(depth + 1, r, Int(rows.starts[r]), rows) }
        try ruled.append(Int32(truncatingIfNeeded: taken))
        continue
      }
      for k in begin..<end {
        let x = Int(ruled[k]) * words
        if links[x + word] >> bit & 1 == 0 { continue }
        var common: UInt64 = 0
        for w in 0..<words { common |= links[x + w] & lefts[next + w] }
        if common != 0 { try ruled.append(ruled[k]) }
      }
      begins[depth + 1] = end
      depth += 1
      looked &+= choose(depth, size, words)
    }
    try work.spend(looked)
  }

  /// Chooses whom to try: all candidates but the partners of the one who has most among them.
  private mutating func choose(_ depth: Int, _ size: Int, _ words: Int) -> Int {
    let base = depth * words
    var most = -1, best = 0
    var looked = words
    do {
      let link = links.span, left = lefts.span.extracting(base..<base + words), out = ruled.span
      for w in 0..<words {
        var bits = left[w]
        while bits != 0 {
          let row = w * 64 + bits.trailingZeroBitCount
          bits &= bits &- 1
          let common = shared(link, row * words, left)
          looked &+= words
          if common > most { (most, best) = (common, row) }
        }
      }
      for k in begins[depth]..<out.count {
        let row = Int(out[k])
        let common = shared(link, row * words, left)
        looked &+= words
        if common > most { (most, best) = (common, row) }
      }
    }
    for w in 0..<words { tries[base + w] = lefts[base + w] & ~links[best * words + w] }
    return looked
  }

  /// A group of rank `r` and the candidates taken down to `depth`, whose ranks begin at `row`.
  private mutating func report(_ depth: Int, _ r: Int, _ row: Int, _ rows: borrowing ForwardRows) {
    let size = depth + 1
    while bySize.count <= size { bySize.append(0) }
    bySize[size] += 1
    count += 1
    let isListed = listed > 0 && !(isFull && size < smallest)
    var group: [Int32] = []
    for d in 0..<size {
      let agent = rows.agents[d == depth ? r : Int(rows.heads[row + Int(takens[d])])]
      largest[Int(agent)] = max(largest[Int(agent)], Int32(truncatingIfNeeded: size))
      if isListed { group.append(agent) }
    }
    if !isListed { return }
    group.sort()
    if isFull && size == smallest && !group.lexicographicallyPrecedes(groups[listed - 1]) { return }
    groups.append(group)
    if groups.count >= 2 * listed { keep(listed) }
  }

  private var isFull = false
  private var smallest = 0

  /// Keeps the largest groups only.
  mutating func keep(_ number: Int) {
    groups.sort { a, b in a.count != b.count ? a.count > b.count : a.lexicographicallyPrecedes(b) }
    if groups.count > number { groups.removeLast(groups.count - number) }
    isFull = number > 0 && groups.count == number
    smallest = isFull ? groups[number - 1].count : 0
  }
}

/// How many of a set are in the row of bits that begins at `row`.
private func shared(_ links: Span<UInt64>, _ row: Int, _ set: Span<UInt64>) -> Int {
  var count = 0
  for w in set.indices { count &+= (links[row &+ w] & set[w]).nonzeroBitCount }
  return count
}

private func grow<T: FixedWidthInteger & BitwiseCopyable>(
  _ buffer: inout Buffer<T>, _ count: Int
) throws(AuraError) {
  try buffer.reserve(count)
  while buffer.count < count { try buffer.append(0) }
}
