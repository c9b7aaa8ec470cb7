package import AuraBase
internal import Glibc

/// Shares of time, and how good they are.
package struct RankShares: Sendable {
  package let values: Column<Double>
  /// When the allowance ended: how far all shares together may be from the exact ones. Else nil.
  package let within: Double?
}

/// Where a message ends up that is handed on for ever, now and then starting afresh: the share of time spent at
/// each agent.
///
/// An agent that others pass much work to, directly or through others, has a large share. What reaches an agent
/// that hands nothing on starts afresh.
///
/// - Complexity: O(*n* + *m*) for a round; at `damping` 0.85 at most 175 rounds, undirected some 25 to 50. One unit of
///   work a link end and round.
/// - Source: Brin and Page 1998, doi:10.1016/S0169-7552(98)00110-X; restart vector as in Haveliwala 2003,
///   doi:10.1109/TKDE.2003.1208999; undirected by conjugate gradients, Hestenes and Stiefel 1952,
///   doi:10.6028/jres.049.044.
/// - Parameters:
///   - rows: `.into` of a directed network, `.both` of an undirected one. Parallel links add up, self loops stay.
///   - undirected: a self loop has two ends at its agent, and counts twice.
///   - strengths: one for each link of the network, finite and not negative; nil means all equal.
///   - damping: the chance of being handed on rather than starting afresh; in 0..<1.
///   - restart: where to start afresh, one weight for each agent; nil means anywhere.
/// - Returns: shares that sum to 1, within 1e-12 / (1 - damping) of the exact ones in all; when the allowance ends after
///   the first round, those of the last one, and how far off they may be.
/// - Throws: `.argument`, `.limit`, `.cancelled`, `.memory`.
package func pageRank(
  _ rows: Adjacency, undirected: Bool, strengths: Span<Double>? = nil, damping: Double = 0.85,
  restart: Span<Double>? = nil, work: Work
) throws(AuraError) -> RankShares {
  let n = rows.count
  if n == 0 { return RankShares(values: Column(), within: nil) }
  guard damping >= 0, damping < 1 else { throw AuraError(.argument, "damping \(damping) is not in 0..<1") }
  let home = try restartShares(n, restart)
  if undirected, let found = try evened(rows, strengths, damping, home.span, anywhere: restart == nil, work) {
    return found
  }
  let plain = !undirected && strengths == nil
  let shares = try handedShares(rows, undirected: undirected, strengths: strengths, plain: plain)
  // Two vectors in turn. The grid of chunks depends on the network alone, and so does the order of every sum.
  let ranks = try Scratch<Double>(repeating: 0, rows: 2, columns: n)
  // Where all links are alike, what each hands on by one of them.
  let hands = try Scratch<Double>(repeating: 0, rows: plain ? 2 : 0, columns: n)
  let chunks = (n + 4_095) / 4_096
  let changes = try Scratch<Double>(repeating: 0, count: chunks)
  let strandings = try Scratch<Double>(repeating: 0, count: chunks)
  do {
    var rank = ranks.slice(0..<n)
    for i in 0..<n { rank[i] = home.span[i] }
    if plain {
      var hand = hands.slice(0..<n)
      for i in 0..<n { hand[i] = home.span[i] * shares.share.span[i] }
    }
  }
  // Each round shrinks the change by `damping` at least, so this many rounds always do; rounding alone is left.
  let rounds = damping > 0 ? Int(log(1e-12 / 2) / log(damping)) + 3 : 3
  work.expect(min(rounds, 100_000) * (rows.entries + n))
  var round = 0
  var last = 0.0
  var within: Double? = nil
  while round < rounds {
    let (from, to) = (round & 1, 1 - round & 1)
    try work.parallel(chunks) { chunk throws(AuraError) in
      let range = (chunk * 4_096)..<min(n, chunk * 4_096 + 4_096)
      let rank = ranks.slice(from * n..<(from + 1) * n)
      let stuck = shares.stuck.span
      var sum = 0.0
      for i in range where stuck[i] { sum += rank[i] }
      var stranded = strandings.slice(chunk..<chunk + 1)
      stranded[0] = sum
    }
    let stranded = total(strandings)
    work.product()
    do throws(AuraError) {
      try work.parallel(chunks) { chunk throws(AuraError) in
        let range = (chunk * 4_096)..<min(n, chunk * 4_096 + 4_096)
        let rank = ranks.slice(from * n..<(from + 1) * n)
        var next = ranks.slice(to * n + range.lowerBound..<to * n + range.upperBound)
        let starts = rows.starts.span, neighbours = rows.neighbours.span, home = home.span, share = shares.share.span
        try work.spend(Int(starts[range.upperBound] - starts[range.lowerBound]) + range.count)
        var change = 0.0
        let afresh = 1 - damping + damping * stranded
        if plain {
          let hand = hands.read(from * n..<(from + 1) * n)
          var nextHand = hands.slice(to * n + range.lowerBound..<to * n + range.upperBound)
          for i in range {
            var handed = 0.0
            for e in Int(starts[i])..<Int(starts[i &+ 1]) { handed += hand[Int(neighbours[e])] }
            let value = damping * handed + afresh * home[i]
            next[i &- range.lowerBound] = value
            nextHand[i &- range.lowerBound] = value * share[i]
            change += abs(value - rank[i])
          }
        } else {
          for i in range {
            var handed = 0.0
            for e in Int(starts[i])..<Int(starts[i &+ 1]) { handed += share[e] * rank[Int(neighbours[e])] }
            let value = damping * handed + afresh * home[i]
            next[i &- range.lowerBound] = value
            change += abs(value - rank[i])
          }
        }
        var changed = changes.slice(chunk..<chunk + 1)
        changed[0] = change
      }
    } catch {
      // A change shrinks by `damping` at least from round to round: what is to come is a geometric series.
      guard work.ended(error), round > 0 else { throw error }
      within = min(2, last * damping / (1 - damping))
      break
    }
    round += 1
    last = total(changes)
    if last < 1e-12 { break }
  }
  var out = try Buffer<Double>(repeating: 0, count: n)
  do {
    let rank = ranks.slice((round & 1) * n..<(round & 1) * n + n)
    var sum = 0.0
    for i in 0..<n { sum += rank[i] }
    var value = out.mutableSpan
    for i in 0..<n { value[i] = rank[i] / sum }
  }
  return RankShares(values: Column(out), within: within)
}

/// The same of an undirected network, whose equations are symmetric in what each agent has for each strength of its
/// links: conjugate gradients need the square root of the rounds.
///
/// - Returns: nil where strengths differ so much that rounding would tell, or where it does not settle.
private func evened(
  _ rows: Adjacency, _ strengths: Span<Double>?, _ damping: Double, _ home: Span<Double>, anywhere: Bool,
  _ work: Work
) throws(AuraError) -> RankShares? {
  let n = rows.count
  var largest = 1.0
  if let strengths {
    largest = 0
    for k in strengths.indices {
      if !(strengths[k] >= 0 && strengths[k] < .infinity) { return nil }
      largest = max(largest, strengths[k])
    }
    if largest == 0 { return nil }
  }
  // Strengths by entry where they differ, self loops doubled.
  let hands = try Scratch<Double>(repeating: 1, count: strengths == nil ? 0 : rows.entries)
  let sums = try Scratch<Double>(repeating: 0, count: n)
  var whole = 0.0
  var loops = 0
  do {
    let starts = rows.starts.span, neighbours = rows.neighbours.span, links = rows.links.span
    var hand = hands.all, sum = sums.all
    var (low, high) = (Double.infinity, 0.0)
    for i in 0..<n {
      var total = 0.0
      for e in Int(starts[i])..<Int(starts[i &+ 1]) {
        let twice = Int(neighbours[e]) == i ? 2.0 : 1
        if twice == 2 { loops &+= 1 }
        if let strengths {
          hand[e] = twice * (strengths[Int(links[e])] / largest)
          total += hand[e]
        } else {
          total += twice
        }
      }
      sum[i] = total
      whole += total
      if total > 0 { (low, high) = (min(low, total), max(high, total)) }
    }
    if !(high <= low * 1e9) { return nil }
  }
  if loops > 0 && strengths == nil { return nil }
  let chunks = (n + 4_095) / 4_096
  let vectors = try Scratch<Double>(repeating: 0, rows: 4, columns: n)
  let parts = try Scratch<Double>(repeating: 0, rows: 2, columns: chunks)
  func vector(_ k: Int) -> Range<Int> { k * n..<(k + 1) * n }
  // To begin with, everybody has as much for its strength, so that what is missing follows without looking at links; or
  // nobody has anything, since whoever the restart does not reach ends with nothing.
  var descent = 0.0
  do {
    let sum = sums.all
    var have = vectors.slice(vector(0)), lack = vectors.slice(vector(1)), way = vectors.slice(vector(2))
    for i in 0..<n where sum[i] > 0 {
      have[i] = anywhere ? 1 / ((1 - damping) * whole) : 0
      lack[i] = anywhere ? home[i] - sum[i] / whole : home[i]
      way[i] = lack[i] / sum[i]
      descent += lack[i] * way[i]
    }
  }
  work.expect(60 * (rows.entries + n))
  var left = Double.infinity
  var round = 0
  var ended = false
  while descent > 0 && left >= 1e-12 {
    round += 1
    if round > 2_000 || !(descent < .infinity) { return nil }
    work.product()
    do throws(AuraError) {
      try work.parallel(chunks) { chunk throws(AuraError) in
        let range = (chunk * 4_096)..<min(n, chunk * 4_096 + 4_096)
        let starts = rows.starts.span, neighbours = rows.neighbours.span
        let way = vectors.read(vector(2)), sum = sums.all, hand = hands.all
        var image = vectors.slice(3 * n + range.lowerBound..<3 * n + range.upperBound)
        try work.spend(Int(starts[range.upperBound] - starts[range.lowerBound]) + range.count)
        var along = 0.0
        for i in range {
          var handed = 0.0
          if hand.count == 0 {
            for e in Int(starts[i])..<Int(starts[i &+ 1]) { handed += way[Int(neighbours[e])] }
          } else {
            for e in Int(starts[i])..<Int(starts[i &+ 1]) { handed += hand[e] * way[Int(neighbours[e])] }
          }
          let value = sum[i] * way[i] - damping * handed
          image[i &- range.lowerBound] = value
          along += value * way[i]
        }
        var part = parts.slice(chunk..<chunk + 1)
        part[0] = along
      }
    } catch {
      guard work.ended(error), left < .infinity else { throw error }
      ended = true
      break
    }
    let along = total(parts, 0..<chunks)
    if !(along > 0) { return nil }
    let step = descent / along
    try work.parallel(chunks) { chunk throws(AuraError) in
      let range = (chunk * 4_096)..<min(n, chunk * 4_096 + 4_096)
      let way = vectors.read(vector(2)), image = vectors.read(vector(3)), sum = sums.all
      var have = vectors.slice(range), lack = vectors.slice(n + range.lowerBound..<n + range.upperBound)
      var (square, size) = (0.0, 0.0)
      for i in range where sum[i] > 0 {
        let k = i &- range.lowerBound
        have[k] += step * way[i]
        let rest = lack[k] - step * image[i]
        lack[k] = rest
        square += rest * rest / sum[i]
        size += abs(rest)
      }
      var first = parts.slice(chunk..<chunk + 1), second = parts.slice(chunks + chunk..<chunks + chunk + 1)
      first[0] = square
      second[0] = size
    }
    let next = total(parts, 0..<chunks)
    left = total(parts, chunks..<2 * chunks)
    let turn = next / descent
    descent = next
    let sum = sums.all, lack = vectors.read(vector(1))
    var way = vectors.slice(vector(2))
    for i in 0..<n where sum[i] > 0 { way[i] = lack[i] / sum[i] + turn * way[i] }
  }
  var out = try Buffer<Double>(repeating: 0, count: n)
  var all = 0.0
  do {
    let sum = sums.all, have = vectors.read(vector(0))
    var value = out.mutableSpan
    for i in 0..<n {
      // Whoever hands nothing on starts afresh; its own share is what starts at it.
      value[i] = sum[i] > 0 ? max(0, sum[i] * have[i]) : home[i]
      all += value[i]
    }
    for i in 0..<n { value[i] /= all }
  }
  // What is lacking is handed on less and less; dividing by the sum can double the rest.
  return RankShares(values: Column(out), within: ended ? min(2, 2 * left / ((1 - damping) * all)) : nil)
}

private func total(_ parts: borrowing Scratch<Double>, _ range: Range<Int>) -> Double {
  let part = parts.all
  var sum = 0.0
  for i in range { sum += part[i] }
  return sum
}

private func total(_ parts: borrowing Scratch<Double>) -> Double {
  let part = parts.all
  var sum = 0.0
  for i in part.indices { sum += part[i] }
  return sum
}

private func restartShares(_ n: Int, _ weights: Span<Double>?) throws(AuraError) -> Buffer<Double> {
  guard let weights else { return try Buffer(repeating: 1 / Double(n), count: n) }
  guard weights.count == n else { throw AuraError(.argument, "\(weights.count) restart weights for \(n) agents") }
  var largest = 0.0
  for i in 0..<n {
    guard weights[i] >= 0, weights[i] < .infinity else {
      throw AuraError(.argument, "the restart weight of agent \(i) is \(weights[i])")
    }
    largest = max(largest, weights[i])
  }
  guard largest > 0 else { throw AuraError(.argument, "all restart weights are 0") }
  var shares = try Buffer<Double>(repeating: 0, count: n)
  var share = shares.mutableSpan
  var sum = 0.0
  for i in 0..<n {
    share[i] = weights[i] / largest
    sum += share[i]
  }
  for i in 0..<n { share[i] /= sum }
  return shares
}

/// What each agent hands on, by entry of the rows that receive it; by agent where all links are alike.
private struct HandedShares: ~Copyable {
  let share: Buffer<Double>
  /// Agents that hand nothing on.
  let stuck: Buffer<Bool>
}

private func handedShares(
  _ rows: Adjacency, undirected: Bool, strengths: Span<Double>?, plain: Bool
) throws(AuraError) -> HandedShares {
  let n = rows.count
  if plain {
    var shares = try Buffer<Double>(repeating: 0, count: n)
    var stucks = try Buffer<Bool>(repeating: false, count: n)
    do {
      var share = shares.mutableSpan, stuck = stucks.mutableSpan
      let neighbours = rows.neighbours.span
      for e in neighbours.indices { share[Int(neighbours[e])] += 1 }
      for i in 0..<n {
        stuck[i] = share[i] == 0
        share[i] = stuck[i] ? 0 : 1 / share[i]
      }
    }
    return HandedShares(share: shares, stuck: stucks)
  }
  if let strengths {
    for k in strengths.indices where !(strengths[k] >= 0 && strengths[k] < .infinity) {
      throw AuraError(.argument, "the strength of link \(k) is \(strengths[k]); strengths are finite, at least 0")
    }
  }
  var shares = try Buffer<Double>(repeating: 1, count: rows.entries)
  var largests = try Buffer<Double>(repeating: 0, count: n)
  var sums = try Buffer<Double>(repeating: 0, count: n)
  var stucks = try Buffer<Bool>(repeating: false, count: n)
  do {
    let starts = rows.starts.span, neighbours = rows.neighbours.span, links = rows.links.span
    var share = shares.mutableSpan, largest = largests.mutableSpan, sum = sums.mutableSpan
    var stuck = stucks.mutableSpan
    for i in 0..<n {
      for e in Int(starts[i])..<Int(starts[i + 1]) {
        let j = Int(neighbours[e])
        if let strengths { share[e] = strengths[Int(links[e])] }
        largest[j] = max(largest[j], share[e])
      }
    }
    // Relative to the sender's strongest link: sums neither overflow nor vanish.
    for i in 0..<n {
      for e in Int(starts[i])..<Int(starts[i + 1]) {
        let j = Int(neighbours[e])
        if largest[j] > 0 { share[e] = share[e] / largest[j] * (undirected && j == i ? 2 : 1) }
        sum[j] += share[e]
      }
    }
    for e in 0..<share.count {
      let j = Int(neighbours[e])
      if sum[j] > 0 { share[e] /= sum[j] }
    }
    for i in 0..<n { stuck[i] = sum[i] == 0 }
  }
  return HandedShares(share: shares, stuck: stucks)
}
