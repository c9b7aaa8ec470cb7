package import AuraBase

/// Counts the triangles that each agent is a corner of.
///
/// - Complexity: O(*m*^1.5) time, O(*n*) memory; one unit of work a pair looked at.
/// - Source: Schank and Wagner 2005, doi:10.1007/11427186_54.
/// - Parameter rows: in order of degree.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func triangleCounts(_ rows: ForwardRows, work: Work) throws(AuraError) -> Column<Int32> {
  let n = rows.count
  let chunks = rows.chunks()
  let counts = try Scratch<Int32>(repeating: 0, rows: chunks.count, columns: n)
  let marks = try Scratch<Int32>(repeating: -1, rows: chunks.count, columns: n)
  work.expect(rows.effort)
  try work.parallel(chunks.count) { chunk throws(AuraError) in
    let starts = rows.starts.span, heads = rows.heads.span
    var count = counts.slice(chunk * n..<chunk * n + n), mark = marks.slice(chunk * n..<chunk * n + n)
    var unbooked = 0
    for r in chunks[chunk] {
      let row = Int(starts[r])..<Int(starts[r + 1])
      let name = Int32(truncatingIfNeeded: r)
      unbooked &+= 1
      if row.count < 2 { continue }
      for e in row { mark[Int(heads[e])] = name }
      var total: Int32 = 0
      for e in row {
        let v = Int(heads[e])
        let ahead = Int(starts[v])..<Int(starts[v + 1])
        unbooked &+= ahead.count
        var closed: Int32 = 0
        for f in ahead {
          let w = Int(heads[unchecked: f])
          if mark[unchecked: w] == name {
            closed &+= 1
            count[unchecked: w] &+= 1
          }
        }
        count[v] &+= closed
        total &+= closed
      }
      count[r] &+= total
      if unbooked >= 4_096 {
        try work.spend(unbooked)
        unbooked = 0
      }
    }
    try work.spend(unbooked)
  }
  var sums = counts.slice(0..<n)
  for chunk in 1..<max(1, chunks.count) {
    let more = counts.slice(chunk * n..<chunk * n + n)
    for r in 0..<n { sums[r] &+= more[r] }
  }
  return try rows.byAgent(sums.span, 0)
}

/// Adds up, for each agent, over the triangles that it is a corner of, the product of what the three sides are worth.
///
/// - Complexity: O(*m*^1.5) time, O(*n*) memory; one unit of work a pair looked at.
/// - Source: Onnela, Saramäki, Kertész and Kaski 2005, doi:10.1103/PhysRevE.71.065103.
/// - Parameter worth: one value for each pair of `rows`.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func triangleWorths(
  _ rows: ForwardRows, worth: Column<Double>, work: Work
) throws(AuraError) -> Column<Double> {
  let n = rows.count
  let chunks = rows.chunks()
  let sums = try Scratch<Double>(repeating: 0, rows: chunks.count, columns: n)
  work.expect(rows.effort)
  try work.parallel(chunks.count) { chunk throws(AuraError) in
    let heads = rows.heads.span, value = worth.span
    var sum = sums.slice(chunk * n..<chunk * n + n)
    var finder = try TriangleFinder(rows)
    for r in chunks[chunk] {
      try finder.find(r, rows, work)
      let found = finder.found.span
      for t in stride(from: 0, to: found.count, by: 3) {
        let (a, b, c) = (Int(found[t]), Int(found[t + 1]), Int(found[t + 2]))
        let product = value[a] * value[b] * value[c]
        sum[r] += product
        sum[Int(heads[a])] += product
        sum[Int(heads[b])] += product
      }
    }
    try finder.book(work)
  }
  var total = sums.slice(0..<n)
  for chunk in 1..<max(1, chunks.count) {
    let more = sums.slice(chunk * n..<chunk * n + n)
    for r in 0..<n { total[r] += more[r] }
  }
  return try rows.byAgent(total.span, 0)
}
