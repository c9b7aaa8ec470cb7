internal import Glibc
package import AuraBase

/// How far two divisions of the same agents lie apart: for each agent, the surprise (in nats) of its group in the one
/// once its group in the other is known, both ways. The mean over all agents is the variation of information.
///
/// - Complexity: O(*n*).
/// - Source: Meila 2007, doi:10.1016/j.jmva.2006.11.013.
/// - Parameter sums: what each agent's surprise is added to.
/// - Throws: `.limit`, `.cancelled`, `.memory`.
package func addVariation(
  _ a: Components, _ b: Components, to sums: inout Buffer<Double>, work: Work
) throws(AuraError) {
  let n = a.labels.count
  try work.spend(n + 1)
  var firsts = try Buffer<Int32>(repeating: 0, count: a.count + 1)
  var members = try Buffer<Int32>(repeating: 0, count: n)
  var commons = try Buffer<Int32>(repeating: 0, count: b.count)
  var first = firsts.mutableSpan, member = members.mutableSpan, common = commons.mutableSpan
  var sum = sums.mutableSpan
  for i in 0..<n { first[Int(a.labels[i])] &+= 1 }
  var total: Int32 = 0
  for g in 0..<first.count {
    total &+= first[g]
    first[g] = total
  }
  for i in 0..<n {
    let g = Int(a.labels[i])
    first[g] &-= 1
    member[Int(first[g])] = Int32(truncatingIfNeeded: i)
  }
  for g in 0..<a.count {
    let range = Int(first[g])..<Int(first[g + 1])
    for k in range { common[Int(b.labels[Int(member[k])])] &+= 1 }
    for k in range {
      let i = Int(member[k]), h = Int(b.labels[i])
      let both = Double(common[h])
      sum[i] += log(Double(range.count) / both) + log(Double(b.sizes[h]) / both)
    }
    for k in range { common[Int(b.labels[Int(member[k])])] = 0 }
  }
}
