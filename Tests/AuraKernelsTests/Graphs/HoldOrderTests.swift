import AuraBase
import AuraKernels
import Testing

@Suite struct HoldOrderTests {
  /// Agent 0 has four leaves; agents 5...10 all know each other, and agent 5 knows agent 0.
  @Test func leavesCountMoreThanABusyCrowd() throws {
    var links: [(Int32, Int32)] = [(0, 1), (0, 2), (0, 3), (0, 4), (0, 5)]
    for a in Int32(5)..<11 { for b in Int32(5)..<a { links.append((b, a)) } }
    let rows = try DrawnNetwork(11, links).adjacency(.both, simple: true)
    // By number of partners agent 5 is first (six); the hold of agent 0 is 4 + 1/6, of agent 5 it is 5/5 + 1/5.
    #expect(try orderByDegree(rows, adaptive: true, work: Work())[0] == 5)
    #expect(try orderByHold(rows, root: false, work: Work())[0] == 0)
    #expect(try orderByHold(rows, root: true, work: Work())[0] == 0)
  }

  /// A leaf counts 1, a partner with four 1/4 or 1/2: agent 0 has two leaves, agent 3 five partners with four each.
  @Test func theRootIsMilder() throws {
    var links: [(Int32, Int32)] = [(0, 1), (0, 2)]
    for a in Int32(4)..<9 {
      links.append((3, a))
      for b in a + 1..<9 where b - a == 1 || b - a == 4 { links.append((a, b)) }
      links.append((a, a + 5))
    }
    // Each of 4...8 has agent 3, two on a ring, and one leaf of its own: hold 1/5 + 2/4 + 1, roots 0.45 + 1 + 1.
    let rows = try DrawnNetwork(14, links).adjacency(.both, simple: true)
    // 2 and 2 for agent 0; 5/4 and 5/2 for agent 3.
    #expect(try orderByHold(rows, root: false, work: Work())[0] == 0)
    #expect(try orderByHold(rows, root: true, work: Work())[0] == 3)
  }

  @Test(arguments: 0..<30) func equalsTheDefinition(_ seed: Int) throws {
    let n = 2 + seed
    let rows = try DrawnNetwork.random(UInt64(seed), agents: n, links: 3 * seed).adjacency(.both, simple: true)
    for root in [false, true] {
      var left = Set(0..<n)
      let order = try orderByHold(rows, root: root, work: Work())
      #expect(order.count == n)
      func partners(_ v: Int) -> [Int] {
        (Int(rows.starts[v])..<Int(rows.starts[v + 1])).map { Int(rows.neighbours[$0]) }.filter(left.contains)
      }
      for k in 0..<n {
        var best = -1, most = -1.0
        for v in left.sorted() {
          var hold = 0.0
          for w in partners(v) {
            let count = Double(partners(w).count)
            hold += (0x1p20 / (root ? count.squareRoot() : count)).rounded()
          }
          if hold > most { (best, most) = (v, hold) }
        }
        #expect(Int(order[k]) == best)
        left.remove(best)
      }
    }
  }

  @Test func nobodyAndAlone() throws {
    let none = try DrawnNetwork(0, []).adjacency(.both, simple: true)
    #expect(try orderByHold(none, root: false, work: Work()).count == 0)
    let alone = try DrawnNetwork(3, [(2, 2)]).adjacency(.both, simple: true)
    let order = try orderByHold(alone, root: true, work: Work())
    #expect((0..<order.count).map { order[$0] } == [0, 1, 2])
  }

  @Test func aBudgetRunsOutAndAFlagStops() throws {
    let rows = try DrawnNetwork.random(1, agents: 50, links: 60).adjacency(.both, simple: true)
    #expect(
      refusals { (work) throws(AuraError) in _ = try orderByHold(rows, root: true, work: work) } == [
        .limit, .cancelled,
      ])
  }
}
