package import AuraBase

/// Between what the diameter of one part of a network lies, found by three searches instead of one from every agent.
///
/// The first search begins at the agent with most links, the second at the farthest that it found, the third half way
/// between them. The longest of them is no longer than the diameter; where links may be walked both ways, twice the
/// shortest is no shorter, and neither is a way past everybody.
///
/// - Complexity: O(*n* + *m*); one unit of work a link end and search.
/// - Source: Crescenzi et al. 2013, doi:10.1016/j.tcs.2012.09.018.
/// - Parameters:
///   - rows: links as they may be walked.
///   - labels, part: the agents of the part have this label.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func diameterBounds(
  _ rows: Adjacency, undirected: Bool, labels: Span<Int32>, part: Int, work: Work
) throws(AuraError) -> (low: Int, high: Int) {
  let n = rows.count
  var steps = try Buffer<Int32>(repeating: -1, count: n)
  var befores = try Buffer<Int32>(repeating: -1, count: n)
  var queues = try Buffer<Int32>(repeating: 0, count: n)
  let starts = rows.starts.span, neighbours = rows.neighbours.span
  var begin = -1, size = 0
  for i in 0..<n where Int(labels[i]) == part {
    size += 1
    if begin < 0 || starts[i + 1] - starts[i] > starts[begin + 1] - starts[begin] { begin = i }
  }
  if begin < 0 { return (0, 0) }
  var low = 0, high = size - 1
  var step = steps.mutableSpan, before = befores.mutableSpan, queue = queues.mutableSpan
  for search in 0..<3 {
    for i in 0..<n { step[i] = -1 }
    step[begin] = 0
    queue[0] = Int32(truncatingIfNeeded: begin)
    var head = 0, tail = 1, looked = n
    while head < tail {
      let i = Int(queue[head])
      head += 1
      looked += Int(starts[i + 1] - starts[i])
      for e in Int(starts[i])..<Int(starts[i + 1]) where step[Int(neighbours[e])] < 0 {
        step[Int(neighbours[e])] = step[i] + 1
        before[Int(neighbours[e])] = Int32(truncatingIfNeeded: i)
        queue[tail] = neighbours[e]
        tail += 1
      }
    }
    try work.spend(looked)
    let last = Int(queue[tail - 1])
    low = max(low, Int(step[last]))
    if undirected { high = min(high, 2 * Int(step[last])) }
    begin = last
    if search == 1 { for _ in 0..<Int(step[last]) / 2 { begin = Int(before[begin]) } }
  }
  return (low, high)
}
