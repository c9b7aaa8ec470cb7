package import AuraBase

/// How often three agents are linked in each way.
package struct TriadCensus: Sendable {
  /// 003, 012, 102, 021D, 021U, 021C, 111D, 111U, 030T, 030C, 201, 120D, 120U, 120C, 210, 300.
  package let counts: [Int128]
  /// For each agent, the loops of three links through it.
  package let loops: Column<Double>
}

/// Counts the ways in which three agents are linked: 003, 012, 102, 021D, 021U, 021C, 111D, 111U, 030T, 030C, 201,
/// 120D, 120U, 120C, 210, 300, in this order (pairs linked both ways, one way, not at all; then a letter for the shape).
///
/// Only triangles are listed; triads with two links follow from what each agent in their middle has, less the
/// triangles, and those with fewer from the number of agents.
///
/// - Complexity: O(*m*^1.5) time; one unit of work a pair looked at.
/// - Source: Holland and Leinhardt 1976, doi:10.2307/270703; Batagelj and Mrvar 2001,
///   doi:10.1016/S0378-8733(01)00035-1.
/// - Parameter ways: `pairWays` of the same rows.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func triadCensus(
  _ rows: ForwardRows, ways: Column<UInt8>, work: Work
) throws(AuraError) -> TriadCensus {
  let n = rows.count, pairs = rows.heads.count
  // Triangles by the ways of their three sides, two bits each.
  let chunks = rows.chunks()
  let tallies = try Scratch<Int>(repeating: 0, rows: chunks.count, columns: 64)
  let circles = try Scratch<Double>(repeating: 0, rows: chunks.count, columns: n)
  work.expect(rows.effort)
  try work.parallel(chunks.count) { chunk throws(AuraError) in
    let way = ways.span, heads = rows.heads.span
    var tally = tallies.slice(chunk * 64..<chunk * 64 + 64), circle = circles.slice(chunk * n..<chunk * n + n)
    var finder = try TriangleFinder(rows)
    for r in chunks[chunk] {
      try finder.find(r, rows, work)
      let found = finder.found.span
      for t in stride(from: 0, to: found.count, by: 3) {
        let (ab, ac, bc) = (way[Int(found[t])], way[Int(found[t + 1])], way[Int(found[t + 2])])
        tally[Int(ab | ac << 2 | bc << 4)] &+= 1
        let forth = ab & bc & reversed(ac) & 1, back = reversed(ab) & reversed(bc) & ac & 1
        if forth &+ back == 0 { continue }
        let around = Double(forth &+ back)
        circle[r] += around
        circle[Int(heads[Int(found[t])])] += around
        circle[Int(heads[Int(found[t + 1])])] += around
      }
    }
    try finder.book(work)
  }
  var out = [Int](repeating: 0, count: 16)
  var oneWay = 0, bothWays = 0
  // By rank and way as seen from there: out, into, both.
  var seens = try Buffer<Int32>(repeating: 0, count: 3 * n)
  do {
    let starts = rows.starts.span, heads = rows.heads.span, way = ways.span
    var seen = seens.mutableSpan
    try work.spend(pairs)
    for r in 0..<n {
      for e in Int(starts[r])..<Int(starts[r + 1]) {
        let mine = Int(way[e])
        if mine == 3 { bothWays += 1 } else { oneWay += 1 }
        seen[3 * r + mine - 1] &+= 1
        seen[3 * Int(heads[e]) + Int(reversed(way[e])) - 1] &+= 1
      }
    }
    for r in 0..<n {
      let (a, b, c) = (Int(seen[3 * r]), Int(seen[3 * r + 1]), Int(seen[3 * r + 2]))
      out[middle(1, 1)] += a * max(0, a - 1) / 2
      out[middle(2, 2)] += b * max(0, b - 1) / 2
      out[middle(1, 2)] += a * b
      out[middle(1, 3)] += a * c
      out[middle(2, 3)] += b * c
      out[middle(3, 3)] += c * max(0, c - 1) / 2
    }
  }
  for kind in 0..<64 {
    var number = 0
    for chunk in chunks.indices { number += tallies.all[chunk * 64 + kind] }
    if number == 0 { continue }
    let (ab, ac, bc) = (UInt8(kind & 3), UInt8(kind >> 2 & 3), UInt8(kind >> 4))
    out[triangle(ab, ac, bc)] += number
    out[middle(ab, ac)] -= number
    out[middle(reversed(ab), bc)] -= number
    out[middle(reversed(ac), reversed(bc))] -= number
  }
  let one = [0, 0, 0, 2, 2, 2, 1, 1, 3, 3, 0, 2, 2, 2, 1, 0], both = [0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 2, 1, 1, 1, 2, 3]
  out[1] = oneWay * max(0, n - 2)
  out[2] = bothWays * max(0, n - 2)
  for k in 3..<16 {
    out[1] -= one[k] * out[k]
    out[2] -= both[k] * out[k]
  }
  let agents = Int128(n)
  var census = out.map { Int128($0) }
  census[0] = n < 3 ? 0 : agents * (agents - 1) * (agents - 2) / 6
  for k in 1..<16 { census[0] -= census[k] }
  var sums = circles.slice(0..<n)
  for chunk in 1..<max(1, chunks.count) {
    let more = circles.slice(chunk * n..<chunk * n + n)
    for r in 0..<n { sums[r] += more[r] }
  }
  return TriadCensus(counts: census, loops: try rows.byAgent(sums.span, 0))
}

/// A way seen from the other end.
private func reversed(_ way: UInt8) -> UInt8 { way == 3 ? 3 : 3 &- way }

/// The triad of two linked pairs, by their ways as seen from the agent in the middle.
private func middle(_ x: UInt8, _ y: UInt8) -> Int {
  switch (min(x, y), max(x, y)) {
  case (1, 1): 3
  case (2, 2): 4
  case (1, 2): 5
  case (2, 3): 6
  case (1, 3): 7
  default: 10
  }
}

/// The triad of three linked pairs: first to second corner, first to third, second to third.
private func triangle(_ ab: UInt8, _ ac: UInt8, _ bc: UInt8) -> Int {
  let mutual = (ab == 3 ? 1 : 0) + (ac == 3 ? 1 : 0) + (bc == 3 ? 1 : 0)
  switch mutual {
  case 3: return 15
  case 2: return 14
  case 1:
    // As seen from the corner that has no mutual side.
    let (x, y) =
      ab == 3 ? (reversed(ac), reversed(bc)) : ac == 3 ? (reversed(ab), bc) : (ab, ac)
    return x == 1 && y == 1 ? 11 : x == 2 && y == 2 ? 12 : 13
  default: return (ab == 1 && bc == 1 && ac == 2) || (ab == 2 && bc == 2 && ac == 1) ? 9 : 8
  }
}
