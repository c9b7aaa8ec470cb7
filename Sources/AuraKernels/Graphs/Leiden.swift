package import AuraBase

/// What makes a division into communities a good one.
package enum CommunityQuality: Sendable {
  /// More strength within communities than chance would put there: Q of Newman and Girvan.
  case modularity
  /// Denser within than `resolution`: H of the constant Potts model, strength within less resolution times pairs within.
  case constantPotts
}

/// A division of the agents into communities.
package struct Communities: Sendable {
  package let groups: Components
  /// Q, or H in units of strength.
  package let quality: Double
  /// Times that the whole was gone through until nothing changed.
  package let rounds: Int
  /// Whether the search was done; else the allowance ended it, and a longer one may find better.
  package var complete = true
}

/// Divides a network into communities: moves agents to where they fit best, refines, draws communities together, and
/// begins anew with the result, until nothing changes.
///
/// No agent gains by moving to another community, and all communities hang together. When nothing changed in the end,
/// no two communities gain by joining either.
///
/// - Complexity: O(*m*) for a sweep; a few of them a round, some tens of rounds when `most` does not end them. One unit
///   of work a link end and visit.
/// - Source: Traag, Waltman and van Eck 2019, doi:10.1038/s41598-019-41695-z; Reichardt and Bornholdt 2006,
///   doi:10.1103/PhysRevE.74.016110; Traag, Van Dooren and Nesterov 2011, doi:10.1103/PhysRevE.84.016114.
/// - Parameters:
///   - resolution: above 1 (modularity), or higher (constant Potts), finds smaller communities.
///   - most: rounds after which to stop where something would still change; the first few do nearly all.
///   - dice: chance of the order in which agents are visited.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func leiden(
  _ network: borrowing CommunityNetwork, _ quality: CommunityQuality, resolution: Double, rounds most: Int = 1_000,
  dice: Dice, work: Work
) throws(AuraError) -> Communities {
  let n = network.count
  var sizes = try Buffer<Double>(repeating: 1, count: n)
  var pull = resolution * network.scale
  if quality == .modularity {
    let start = network.starts.span, strength = network.strengths.span
    for i in 0..<n {
      var sum = 2 * network.loops[i]
      for e in Int(start[i])..<Int(start[i + 1]) { sum += strength[e] }
      sizes[i] = sum
    }
    pull = network.total > 0 ? resolution / (2 * network.total) : 0
  }
  var labels = try Buffer<Int32>(repeating: 0, count: n)
  for i in 0..<n { labels[i] = Int32(truncatingIfNeeded: i) }
  var rounds = 0
  // Each round makes the quality larger by more than rounding can, or is the last.
  let least = 1e-12 * max(1e-300, network.total)
  var complete = true
  var groups: Components
  do throws(AuraError) {
    var settled = false
    while !settled && rounds < most {
      rounds += 1
      settled = try leidenRound(network, sizes.span, pull, least, &labels, dice.stream(rounds), work) <= least
    }
    // Whom the communities of the last round suit less than those of the round before moves, until nobody does; what that
    // tears apart is parted.
    groups = try network.connectedGroups(labels.span)
    for turn in 0..<100 where !settled {
      labels = try Buffer(copying: groups.labels.span)
      settled = try moveAgents(network, sizes.span, pull, least, &labels, dice.stream(0x6D_6F00 + turn), work) <= least
      if !settled { groups = try network.connectedGroups(labels.span) }
    }
  } catch {
    // Whatever has been moved so far is a division too.
    guard work.ended(error) else { throw error }
    complete = false
    groups = try network.connectedGroups(labels.span)
  }
  let value = try score(network, sizes.span, groups, quality, resolution)
  return Communities(groups: groups, quality: value, rounds: rounds, complete: complete)
}

/// The best of several divisions, each begun anew; of equally good ones the first.
///
/// - Complexity: that of `starts` times `leiden`.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func leiden(
  _ network: borrowing CommunityNetwork, _ quality: CommunityQuality, resolution: Double, starts: Int, rounds: Int,
  dice: Dice, work: Work
) throws(AuraError) -> Communities {
  var best = try leiden(network, quality, resolution: resolution, rounds: rounds, dice: dice, work: work)
  for k in 1..<max(1, starts) where best.complete {
    let next = try leiden(
      network, quality, resolution: resolution, rounds: rounds, dice: dice.stream(0x73_7400 + k), work: work)
    let complete = best.complete && next.complete
    if next.quality > best.quality + 1e-12 * max(1, abs(best.quality)) { best = next }
    best.complete = complete
  }
  return best
}

extension CommunityNetwork {
  /// Times to begin anew that cost about as much as the rest of a request.
  package var startsWorthwhile: Int { max(1, min(20, 10_000 / max(1, count))) }

  /// Rounds to go through: small networks until nothing changes, else what brings most of it.
  package func roundsWorthwhile(_ quality: CommunityQuality) -> Int {
    if count <= 1_000 { return 1_000 }
    return quality == .modularity ? 3 : 10
  }
}

/// The quality of a division.
private func score(
  _ network: borrowing CommunityNetwork, _ sizes: Span<Double>, _ groups: Components, _ quality: CommunityQuality,
  _ resolution: Double
) throws(AuraError) -> Double {
  let n = network.count
  var sums = try Buffer<Double>(repeating: 0, count: groups.count)
  let start = network.starts.span, neighbour = network.neighbours.span, strength = network.strengths.span
  let label = groups.labels.span
  var inside = 0.0
  for i in 0..<n {
    sums[Int(label[i])] += sizes[i]
    inside += network.loops[i]
    for e in Int(start[i])..<Int(start[i + 1]) where label[Int(neighbour[e])] == label[i] { inside += strength[e] / 2 }
  }
  var expected = 0.0
  switch quality {
  case .modularity:
    if network.total == 0 { return 0 }
    for c in 0..<groups.count {
      let share = sums[c] / (2 * network.total)
      expected += share * share
    }
    return inside / network.total - resolution * expected
  case .constantPotts:
    for c in 0..<groups.count { expected += sums[c] * (sums[c] - 1) / 2 }
    return inside / network.scale - resolution * expected
  }
}

/// One time from agents to communities of communities. Returns what the quality gained, in units of strength.
private func leidenRound(
  _ network: borrowing CommunityNetwork, _ sizes: Span<Double>, _ pull: Double, _ least: Double,
  _ labels: inout Buffer<Int32>, _ dice: Dice, _ work: Work
) throws(AuraError) -> Double {
  let n = network.count
  var gain = try moveAgents(network, sizes, pull, least, &labels, dice.stream(0), work)
  // Where each agent stands on the level above: refined communities are the agents there.
  var places = try Buffer<Int32>(repeating: 0, count: n)
  var refined = try refine(network, sizes, pull, least, labels.span, dice.stream(1), work)
  for i in 0..<n { places[i] = refined.labels[i] }
  var level = try network.quotient(refined.labels.span, groups: refined.count)
  var weights = try gathered(sizes, refined.labels.span, refined.count)
  var above = try lifted(labels.span, refined.labels.span, refined.count)
  var depth = 2
  while true {
    gain += try moveAgents(level, weights.span, pull, least, &above, dice.stream(depth), work)
    let coarse = try refine(level, weights.span, pull, least, above.span, dice.stream(depth + 1), work)
    depth += 2
    if coarse.count == level.count { break }
    for i in 0..<n { places[i] = coarse.labels[Int(places[i])] }
    let next = try level.quotient(coarse.labels.span, groups: coarse.count)
    let nextWeights = try gathered(weights.span, coarse.labels.span, coarse.count)
    above = try lifted(above.span, coarse.labels.span, coarse.count)
    level = next
    weights = nextWeights
    refined = coarse
  }
  for i in 0..<n { labels[i] = above[Int(places[i])] }
  return gain
}

private func gathered(_ sizes: Span<Double>, _ labels: Span<Int32>, _ groups: Int) throws(AuraError) -> Buffer<Double> {
  var out = try Buffer<Double>(repeating: 0, count: groups)
  var sum = out.mutableSpan
  for i in sizes.indices { sum[Int(labels[i])] += sizes[i] }
  return out
}

/// The community of each group, numbered anew below the number of groups.
private func lifted(_ labels: Span<Int32>, _ groups: Span<Int32>, _ count: Int) throws(AuraError) -> Buffer<Int32> {
  var out = try Buffer<Int32>(repeating: 0, count: count)
  var names = try Buffer<Int32>(repeating: -1, count: labels.count)
  var label = out.mutableSpan, name = names.mutableSpan
  var next: Int32 = 0
  for i in labels.indices {
    let c = Int(labels[i])
    if name[c] < 0 {
      name[c] = next
      next &+= 1
    }
    label[Int(groups[i])] = name[c]
  }
  return out
}

/// Moves one agent after the other to the community where it fits best, until nobody gains by moving.
private func moveAgents(
  _ network: borrowing CommunityNetwork, _ sizes: Span<Double>, _ pull: Double, _ least: Double,
  _ labels: inout Buffer<Int32>, _ dice: Dice, _ work: Work
) throws(AuraError) -> Double {
  let n = network.count
  var totals = try Buffer<Double>(repeating: 0, count: n)
  var members = try Buffer<Int32>(repeating: 0, count: n)
  var frees = try Buffer<Int32>(repeating: 0, count: n)
  var ties = try Buffer<Double>(repeating: 0, count: n)
  var queues = try Buffer<Int32>(repeating: 0, count: n)
  var waitings = try Buffer<Bool>(repeating: true, count: n)
  var founds = try Buffer<Int32>(repeating: 0, count: n)
  let start = network.starts.span, neighbour = network.neighbours.span, strength = network.strengths.span
  var total = totals.mutableSpan, member = members.mutableSpan, free = frees.mutableSpan, tie = ties.mutableSpan
  var queue = queues.mutableSpan, waits = waitings.mutableSpan, found = founds.mutableSpan
  var label = labels.mutableSpan
  for i in 0..<n {
    total[Int(label[i])] += sizes[i]
    member[Int(label[i])] &+= 1
  }
  var freed = 0
  var c = n
  while c > 0 {
    c &-= 1
    if member[c] == 0 {
      free[freed] = Int32(truncatingIfNeeded: c)
      freed &+= 1
    }
  }
  shuffle(&queue, dice)
  var head = 0, length = n
  var gained = 0.0
  var seen = 0
  while length > 0 {
    let v = Int(queue[head])
    head = head &+ 1 == n ? 0 : head &+ 1
    length &-= 1
    waits[v] = false
    let row = Int(start[v])..<Int(start[v &+ 1])
    seen &+= row.count &+ 1
    if seen >= 4_096 {
      try work.spend(seen)
      seen = 0
    }
    let own = label[v]
    let size = sizes[v]
    // The communities next to it, each once, in the order of its links.
    var others = 0
    for e in row {
      let c = label[unchecked: Int(neighbour[unchecked: e])]
      let before = tie[unchecked: Int(c)]
      if before == 0 {
        found[unchecked: others] = c
        others &+= 1
      }
      tie[unchecked: Int(c)] = before + strength[unchecked: e]
    }
    let stay = tie[Int(own)] - pull * size * (total[Int(own)] - size)
    var best = stay
    var to = own
    // Alone is worth 0.
    if best < 0 && member[Int(own)] > 1 {
      best = 0
      to = -1
    }
    tie[Int(own)] = 0
    let cost = pull * size
    for k in 0..<others {
      let c = found[unchecked: k]
      let worth = tie[unchecked: Int(c)] - cost * total[unchecked: Int(c)]
      tie[unchecked: Int(c)] = 0
      if worth > best && c != own {
        best = worth
        to = c
      }
    }
    if to == own || best - stay <= least { continue }
    if to < 0 {
      freed &-= 1
      to = free[freed]
    }
    total[Int(own)] -= size
    member[Int(own)] &-= 1
    if member[Int(own)] == 0 {
      total[Int(own)] = 0
      free[freed] = own
      freed &+= 1
    }
    total[Int(to)] += size
    member[Int(to)] &+= 1
    label[v] = to
    gained += best - stay
    for e in row {
      let w = Int(neighbour[e])
      if label[w] != to && !waits[w] {
        waits[w] = true
        let at = head &+ length
        queue[at >= n ? at &- n : at] = neighbour[e]
        length &+= 1
      }
    }
  }
  try work.spend(seen)
  return gained
}

/// Divides each community anew, from single agents: those that are well tied to it join the group within it that suits
/// them best. What comes out hangs together.
private func refine(
  _ network: borrowing CommunityNetwork, _ sizes: Span<Double>, _ pull: Double, _ least: Double,
  _ communities: Span<Int32>, _ dice: Dice, _ work: Work
) throws(AuraError) -> Components {
  let n = network.count
  var names = try Buffer<Int32>(repeating: 0, count: n)
  var totals = try Buffer<Double>(repeating: 0, count: n)
  var outers = try Buffer<Double>(repeating: 0, count: n)
  var wholes = try Buffer<Double>(repeating: 0, count: n)
  var ties = try Buffer<Double>(repeating: 0, count: n)
  var orders = try Buffer<Int32>(repeating: 0, count: n)
  var singles = try Buffer<Bool>(repeating: true, count: n)
  var founds = try Buffer<Int32>(repeating: 0, count: n)
  do {
    let start = network.starts.span, neighbour = network.neighbours.span, strength = network.strengths.span
    var name = names.mutableSpan, total = totals.mutableSpan, outer = outers.mutableSpan, whole = wholes.mutableSpan
    var tie = ties.mutableSpan, order = orders.mutableSpan, single = singles.mutableSpan, found = founds.mutableSpan
    try work.spend(2 * network.entries + n)
    for i in 0..<n {
      name[i] = Int32(truncatingIfNeeded: i)
      total[i] = sizes[i]
      whole[Int(communities[i])] += sizes[i]
      for e in Int(start[i])..<Int(start[i &+ 1]) where communities[Int(neighbour[e])] == communities[i] {
        outer[i] += strength[e]
      }
    }
    shuffle(&order, dice)
    for k in 0..<n {
      let v = Int(order[k])
      let size = sizes[v]
      let all = whole[Int(communities[v])]
      if !single[v] || outer[v] < pull * size * (all - size) - least { continue }
      let row = Int(start[v])..<Int(start[v &+ 1])
      let own = communities[v]
      var others = 0
      for e in row {
        let w = Int(neighbour[unchecked: e])
        if communities[unchecked: w] != own { continue }
        let g = name[unchecked: w]
        let before = tie[unchecked: Int(g)]
        if before == 0 {
          found[unchecked: others] = g
          others &+= 1
        }
        tie[unchecked: Int(g)] = before + strength[unchecked: e]
      }
      var best = 0.0
      var to = -1
      for k in 0..<others {
        let g = Int(found[unchecked: k])
        let worth = tie[unchecked: g] - pull * size * total[unchecked: g]
        if worth > best && outer[unchecked: g] >= pull * total[unchecked: g] * (all - total[unchecked: g]) - least {
          best = worth
          to = g
        }
      }
      if to >= 0 {
        // Ties within the group are no longer ties to the rest of the community.
        outer[to] += outer[v] - 2 * tie[to]
        total[to] += size
        name[v] = Int32(truncatingIfNeeded: to)
        single[v] = false
        single[to] = false
      }
      for k in 0..<others { tie[Int(found[k])] = 0 }
    }
  }
  return try Components(names: names.span)
}

/// Gives every agent the label that most of its neighbours have, one agent after the other, until nobody prefers
/// another label.
///
/// - Complexity: O(*m*) for the first sweep, less for each later one; each change makes more strength lie within
///   labels, so it ends.
/// - Source: Raghavan, Albert and Kumara 2007, doi:10.1103/PhysRevE.76.036106.
/// - Returns: groups that hang together; `quality` is the share of strength within them.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func labelPropagation(
  _ network: borrowing CommunityNetwork, dice: Dice, work: Work
) throws(AuraError) -> Communities {
  let n = network.count
  var labels = try Buffer<Int32>(repeating: 0, count: n)
  var orders = try Buffer<Int32>(repeating: 0, count: n)
  var ties = try Buffer<Double>(repeating: 0, count: n)
  // Whose neighbours have all kept their labels since it last looked would find what it found then.
  var unsettled = try Buffer<Bool>(repeating: true, count: n)
  var founds = try Buffer<Int32>(repeating: 0, count: n)
  var rounds = 0
  var complete = true
  do {
    let start = network.starts.span, neighbour = network.neighbours.span, strength = network.strengths.span
    var label = labels.mutableSpan, order = orders.mutableSpan, tie = ties.mutableSpan
    var looks = unsettled.mutableSpan, found = founds.mutableSpan
    for i in 0..<n { label[i] = Int32(truncatingIfNeeded: i) }
    var changed = n > 0
    var seen = 0
    sweeps: while changed && rounds < 10_000 {
      changed = false
      let chance = dice.stream(rounds)
      rounds += 1
      shuffle(&order, chance)
      for k in 0..<n {
        let v = Int(order[k])
        if k & 1_023 == 0 {
          do throws(AuraError) { try work.spend(min(1_024, n - k) + seen) } catch {
            guard work.ended(error) else { throw error }
            complete = false
            break sweeps
          }
          seen = 0
        }
        if !looks[v] { continue }
        looks[v] = false
        let row = Int(start[v])..<Int(start[v &+ 1])
        if row.isEmpty { continue }
        seen &+= row.count
        var others = 0
        for e in row {
          let c = label[unchecked: Int(neighbour[unchecked: e])]
          let before = tie[unchecked: Int(c)]
          if before == 0 {
            found[unchecked: others] = c
            others &+= 1
          }
          tie[unchecked: Int(c)] = before + strength[unchecked: e]
        }
        let stay = tie[Int(label[v])]
        // Equal sums taken in another order may differ by rounding: that is no preference.
        var best = stay
        for j in 0..<others { best = max(best, tie[unchecked: Int(found[unchecked: j])]) }
        if best > stay * (1 + 1e-12) {
          var to = label[v]
          var luck: UInt64 = 0
          for j in 0..<others {
            let c = found[j]
            if tie[Int(c)] >= best * (1 - 1e-12) {
              let draw = chance.stream(v).bits(Int(c)) | 1
              if draw > luck {
                luck = draw
                to = c
              }
            }
          }
          for e in row { looks[Int(neighbour[e])] = true }
          label[v] = to
          changed = true
        }
        for j in 0..<others { tie[unchecked: Int(found[unchecked: j])] = 0 }
      }
    }
  }
  let groups = try network.connectedGroups(labels.span)
  var inside = 0.0
  let start = network.starts.span, neighbour = network.neighbours.span, strength = network.strengths.span
  let label = groups.labels.span
  for i in 0..<n {
    inside += network.loops[i]
    for e in Int(start[i])..<Int(start[i + 1]) where label[Int(neighbour[e])] == label[i] { inside += strength[e] / 2 }
  }
  return Communities(
    groups: groups, quality: network.total > 0 ? inside / network.total : 0, rounds: rounds,
    complete: complete)
}
