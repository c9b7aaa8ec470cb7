package import AuraBase

/// For each agent its partners less one, times the sum of the partners less one of all that are exactly `radius` links
/// away: who, taken out, breaks the network up far and wide. 0 for who has no partner.
///
/// - Complexity: a search as far as `radius` from each agent.
/// - Source: Morone and Makse 2015, doi:10.1038/nature14604.
/// - Parameter rows: both ends of each link, without self loops and parallel links.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func collectiveInfluence(_ rows: Adjacency, radius: Int, work: Work) throws(AuraError) -> Column<Double> {
  let n = rows.count
  let found = try Scratch<Double>(repeating: 0, count: n)
  let chunks = min(n, 64)
  work.expect(steps: chunks)
  try work.parallel(chunks) { chunk throws(AuraError) in
    let starts = rows.starts.span, neighbours = rows.neighbours.span
    var seen = try Buffer<Int32>(repeating: -1, count: n)
    var rim = Buffer<Int32>()
    var next = Buffer<Int32>()
    for i in chunk * n / chunks..<(chunk + 1) * n / chunks {
      let stamp = Int32(truncatingIfNeeded: i)
      rim.removeAll()
      try rim.append(stamp)
      seen[i] = stamp
      var cost = 1
      for _ in 0..<radius where rim.count > 0 {
        next.removeAll()
        for k in 0..<rim.count {
          let range = Int(starts[Int(rim[k])])..<Int(starts[Int(rim[k]) + 1])
          cost += range.count
          for e in range where seen[Int(neighbours[e])] != stamp {
            seen[Int(neighbours[e])] = stamp
            try next.append(neighbours[e])
          }
        }
        swap(&rim, &next)
      }
      try work.spend(cost + rim.count)
      var sum = 0.0
      for k in 0..<rim.count { sum += Double(starts[Int(rim[k]) + 1] - starts[Int(rim[k])] - 1) }
      var value = found.slice(i..<i + 1)
      value[0] = sum <= 0 ? 0 : Double(starts[i + 1] - starts[i] - 1) * sum
    }
    work.step()
  }
  return try found.column()
}
