package import AuraBase

/// What a network settles to when everybody again and again takes the sum of what points at them.
package struct LeadingVector: Sendable {
  /// The growth of a round: the largest eigenvalue of the matrix; 0 when no loop feeds anything back.
  package let radius: Double
  /// One number for each agent, of 2-norm 1; empty when nothing is fed back.
  package let vector: Column<Double>
  /// How much of the radius hangs on each agent, to first order: the shares sum to 1; empty when nothing is fed back.
  package let shares: Column<Double>
  /// Whether several parts grow equally fast: the vector then depends on where one starts, and stands for an even start.
  package let degenerate: Bool
}

/// Finds the leading eigenvalue of a matrix of links, and its vector.
///
/// Each group of agents that all reach one another has a growth of its own. The fastest set the pace for all; what a
/// fastest group feeds follows it. Of several equally fast groups, those that feed none of the others count, each as much
/// as an even start would give it.
///
/// - Complexity: O(*n* + *m*) for a round, some tens to hundreds of rounds, on the groups that may be the fastest.
/// - Source: Bonacich 1972, doi:10.1080/0022250X.1972.9989989.
/// - Parameters:
///   - rows: whom each agent sums over (`.into` of a directed network, `.both` of an undirected one).
///   - columns: who sums over each agent, likewise; nil when the matrix is symmetric.
///   - vectorToo: without it only the radius is found, and whether it is degenerate.
/// - Throws: `.limit`, `.cancelled`, `.memory`, `.numeric`.
package func leadingVector(
  _ rows: LinkMatrix, columns: LinkMatrix?, vectorToo: Bool = true, work: Work
) throws(AuraError) -> LeadingVector {
  let n = rows.count
  try work.spend(n)
  let groups = try strongComponents(rows.rows, work: work)
  let order = try membersByGroup(groups)
  // No group grows faster than its agent with the largest sum; the most promising first.
  var bounds = [(bound: Double, group: Int)]()
  do {
    let starts = rows.rows.starts.span, neighbours = rows.rows.neighbours.span, values = rows.values.span
    let label = groups.labels.span
    for g in 0..<groups.count {
      var bound = 0.0
      for k in order.range(g) {
        let i = Int(order.members[k])
        var sum = 0.0
        for e in Int(starts[i])..<Int(starts[i + 1]) where label[Int(neighbours[e])] == label[i] { sum += values[e] }
        bound = max(bound, sum)
      }
      if bound > 0 { bounds.append((bound, g)) }
    }
  }
  bounds.sort { $0.bound != $1.bound ? $0.bound > $1.bound : $0.group < $1.group }
  var radius = 0.0
  var leading: [(group: Int, growth: Double, vector: Column<Double>)] = []
  let place = try Scratch<Int32>(repeating: -1, count: n)
  for (bound, g) in bounds where bound >= radius * (1 - 1e-9) {
    let (growth, vector) = try growth(of: g, rows, order, place, symmetric: columns == nil, work: work)
    leading.append((g, growth, vector))
    radius = max(radius, growth)
  }
  leading.removeAll { $0.growth < radius * (1 - 1e-9) }
  leading.sort { $0.group < $1.group }
  if radius == 0 || !vectorToo {
    return LeadingVector(radius: radius * rows.scale, vector: Column(), shares: Column(), degenerate: leading.count > 1)
  }
  let sums = try Scratch<Double>(repeating: 0, count: n)
  var sum = sums.all
  var isLeading = try Buffer<Bool>(repeating: false, count: groups.count)
  for part in leading { isLeading[part.group] = true }
  var shares = try Buffer<Double>(repeating: 0, count: n)
  let topological = columns == nil ? [] : try orderOfGroups(rows, groups)
  for part in leading {
    let range = order.range(part.group)
    var weight = 0.0
    if let columns {
      let (_, back) = try growth(of: part.group, columns, order, place, symmetric: false, work: work)
      let overlap = dot(back.span, part.vector.span)
      for k in 0..<range.count {
        shares[Int(order.members[range.lowerBound + k])] = back[k] * part.vector[k] / overlap / Double(leading.count)
      }
      guard
        let forward = try followers(
          of: part.group, part.vector, radius, rows, columns, groups, order, topological, isLeading, forward: true,
          work: work)
      else { continue }  // it feeds an equal, and does not count
      if let backward = try followers(
        of: part.group, back, radius, columns, rows, groups, order, topological.reversed(), isLeading, forward: false,
        work: work)
      {
        for i in 0..<n { weight += backward[i] }
      }
      weight /= overlap
      for i in 0..<n { sum[i] += weight * forward[i] }
    } else {
      for k in 0..<range.count {
        weight += part.vector[k]
        shares[Int(order.members[range.lowerBound + k])] = part.vector[k] * part.vector[k] / Double(leading.count)
      }
      for k in range { sum[Int(order.members[k])] += weight * part.vector[k - range.lowerBound] }
    }
  }
  _ = scaleToOne(&sum)
  return LeadingVector(
    radius: radius * rows.scale, vector: Column(try Buffer(copying: sum.span)), shares: Column(shares),
    degenerate: leading.count > 1)
}

/// Agents sorted by group.
private struct MembersByGroup: ~Copyable {
  let starts: Buffer<Int32>
  let members: Buffer<Int32>

  func range(_ g: Int) -> Range<Int> { Int(starts[g])..<Int(starts[g + 1]) }
}

private func membersByGroup(_ groups: Components) throws(AuraError) -> MembersByGroup {
  let n = groups.labels.count
  var starts = try Buffer<Int32>(repeating: 0, count: groups.count + 1)
  var members = try Buffer<Int32>(repeating: 0, count: n)
  for g in 0..<groups.count { starts[g + 1] = starts[g] + groups.sizes[g] }
  var next = try Buffer(copying: starts.span)
  for i in 0..<n {
    let g = Int(groups.labels[i])
    members[Int(next[g])] = Int32(truncatingIfNeeded: i)
    next[g] += 1
  }
  return MembersByGroup(starts: starts, members: members)
}

private func growth(
  of g: Int, _ matrix: LinkMatrix, _ order: borrowing MembersByGroup, _ place: borrowing Scratch<Int32>,
  symmetric: Bool,
  work: Work
) throws(AuraError) -> (Double, Column<Double>) {
  let range = order.range(g)
  if range.count == matrix.count { return try growth(matrix, symmetric: symmetric, work: work) }
  let members = order.members.span.extracting(range)
  var position = place.all
  for k in members.indices { position[Int(members[k])] = Int32(truncatingIfNeeded: k) }
  let part = try PlainMatrix(of: matrix, members: members, place: position.span)
  for k in members.indices { position[Int(members[k])] = -1 }
  return try growth(part, symmetric: symmetric, work: work)
}

private func growth(
  _ part: some LinearMap, symmetric: Bool, work: Work
) throws(AuraError) -> (Double, Column<Double>) {
  var vector = try Buffer<Double>(repeating: 1, count: part.count)
  var value: Double
  do {
    var x = vector.mutableSpan
    if symmetric && part.count > 1 {
      value = try lanczos(part, &x, work: work).value
      for i in x.indices { x[i] = abs(x[i]) }
    } else {
      value = try perron(part, &x, work: work)
    }
  }
  return (value, Column(vector))
}

/// Groups so that each comes after those that it sums over.
private func orderOfGroups(_ rows: LinkMatrix, _ groups: Components) throws(AuraError) -> [Int32] {
  let starts = rows.rows.starts.span, neighbours = rows.rows.neighbours.span
  let label = groups.labels.span
  // Links between groups, as a network of groups.
  var froms = Buffer<Int32>()
  var tos = Buffer<Int32>()
  var waiting = try Buffer<Int32>(repeating: 0, count: groups.count)
  for i in 0..<rows.count {
    for e in Int(starts[i])..<Int(starts[i + 1]) {
      let j = Int(neighbours[e])
      if label[i] == label[j] { continue }
      try froms.append(label[j])
      try tos.append(label[i])
      waiting[Int(label[i])] += 1
    }
  }
  let next = try Adjacency(count: groups.count, sources: froms.span, targets: tos.span, sense: .out)
  var order: [Int32] = []
  order.reserveCapacity(groups.count)
  for g in 0..<groups.count where waiting[g] == 0 { order.append(Int32(truncatingIfNeeded: g)) }
  var k = 0
  while k < order.count {
    let g = Int(order[k])
    k += 1
    for e in Int(next.starts[g])..<Int(next.starts[g + 1]) {
      let h = Int(next.neighbours[e])
      waiting[h] -= 1
      if waiting[h] == 0 { order.append(Int32(truncatingIfNeeded: h)) }
    }
  }
  return order
}

/// The vector of a leading group, carried on to all that it feeds; nil when it feeds an equally fast group and `forward`.
private func followers(
  of group: Int, _ vector: Column<Double>, _ radius: Double, _ rows: LinkMatrix, _ columns: LinkMatrix,
  _ groups: Components, _ order: borrowing MembersByGroup, _ topological: [Int32], _ isLeading: borrowing Buffer<Bool>,
  forward: Bool, work: Work
) throws(AuraError) -> Column<Double>? {
  let n = rows.count
  var out = try Buffer<Double>(repeating: 0, count: n)
  let starts = rows.rows.starts.span, neighbours = rows.rows.neighbours.span, values = rows.values.span
  let label = groups.labels.span
  let own = order.range(group)
  var x = out.mutableSpan
  for k in own { x[Int(order.members[k])] = vector[k - own.lowerBound] }
  var behind = false
  for g32 in topological {
    let g = Int(g32)
    if g == group {
      behind = true
      continue
    }
    if !behind { continue }
    let range = order.range(g)
    try work.spend(range.count)
    var fed = false
    for k in range {
      let i = Int(order.members[k])
      for e in Int(starts[i])..<Int(starts[i + 1]) where x[Int(neighbours[e])] > 0 { fed = true }
    }
    if !fed { continue }
    if isLeading[g] {
      if forward { return nil }
      continue  // what lies before an equal does not count towards this one
    }
    // One agent without a loop is done at once; a slower group takes rounds.
    var settled = false
    var rounds = 0
    while !settled {
      settled = true
      rounds += 1
      guard rounds < 100_000 else { throw AuraError(.numeric, "a part grows almost as fast as the fastest") }
      for k in range {
        let i = Int(order.members[k])
        var (sum, loop, inner) = (0.0, 0.0, false)
        for e in Int(starts[i])..<Int(starts[i + 1]) {
          let j = Int(neighbours[e])
          if j == i {
            loop += values[e]
          } else {
            sum += values[e] * x[j]
            inner = inner || label[j] == label[i]
          }
        }
        try work.spend(1 + Int(starts[i + 1] - starts[i]))
        let value = sum / (radius - loop)
        if inner && abs(value - x[i]) > 1e-14 * value { settled = false }
        x[i] = value
      }
    }
  }
  return Column(try Buffer(copying: x.span))
}
