import AuraBase
import AuraKernels
import Testing

/// What one exploration tells, held against what happens when agents and links are taken away.
@Suite struct LowPointsTests {
  private func without(link k: Int, _ network: DrawnNetwork) -> [[Bool]] {
    var less = network
    less.sources.remove(at: k)
    less.targets.remove(at: k)
    return less.reach(directed: false)
  }

  @Test(arguments: 0..<60) func bridgesAndZonesEqualTheDefinition(_ seed: Int) throws {
    let n = 13
    let network = DrawnNetwork.random(UInt64(seed), agents: n, links: 4 + seed / 3)
    let m = network.sources.count
    let before = network.reach(directed: false)
    let after = (0..<m).map { without(link: $0, network) }
    var links: [Int32] = []
    var cut: [Int32] = []
    for k in 0..<m {
      let (s, t) = (Int(network.sources[k]), Int(network.targets[k]))
      if after[k][s][t] { continue }
      links.append(Int32(k))
      cut.append(Int32(min(after[k][s].count { $0 }, after[k][t].count { $0 })))
    }
    let explored = try lowPoints(network.adjacency(.both), work: Work())
    let found = try bridgesAndZones(explored, links: m, work: Work())
    #expect(found.links.array == links)
    #expect(found.cut.array == cut)
    #expect(found.zones.labels.array == labels(n) { i, j in before[i][j] && after.allSatisfy { $0[i][j] } })
  }

  /// Two links are in one block when no loss of one agent parts them; parallel links always are.
  @Test(arguments: 0..<60) func blocksEqualTheDefinition(_ seed: Int) throws {
    let n = 11
    let network = DrawnNetwork.random(UInt64(seed), agents: n, links: 4 + seed / 3)
    let m = network.sources.count
    let whole = network.reach(directed: false)
    let losses = (0..<n).map { network.without($0).reach(directed: false) }
    let ends = (0..<m).map { [Int(network.sources[$0]), Int(network.targets[$0])] }
    func together(_ a: Int, _ b: Int) -> Bool {
      guard whole[ends[a][0]][ends[b][0]] else { return false }
      return (0..<n).allSatisfy { lost in
        let x = ends[a].first { $0 != lost }, y = ends[b].first { $0 != lost }
        return losses[lost][x ?? 0][y ?? 0]
      }
    }
    var expected: [Int32] = []
    var next: Int32 = 0
    for k in 0..<m {
      if ends[k][0] == ends[k][1] {
        expected.append(-1)
      } else if let j = (0..<k).first(where: { expected[$0] >= 0 && together($0, k) }) {
        expected.append(expected[j])
      } else {
        expected.append(next)
        next += 1
      }
    }
    let found = try blockLabels(
      lowPoints(network.adjacency(.both), work: Work()), sources: network.sources.span,
      targets: network.targets.span, work: Work())
    #expect(found.labels.array == expected)
    let members = (0..<Int(next)).map { b in Set((0..<m).filter { expected[$0] == b }.flatMap { ends[$0] }) }
    #expect(found.sizes.array == members.map { Int32($0.count) })
    #expect(found.memberships.array == (0..<n).map { v in Int32(members.count { $0.contains(v) }) })
  }

  @Test func aLongChainNeedsNoStack() throws {
    let n = 200_000
    let chain = DrawnNetwork(n, (0..<Int32(n) - 1).map { ($0, $0 + 1) })
    let explored = try lowPoints(chain.adjacency(.both), work: Work())
    let found = try bridgesAndZones(explored, links: n - 1, work: Work())
    #expect(found.links.count == n - 1)
    #expect(found.cut.array.max() == Int32(n / 2))
    let blocks = try blockLabels(
      explored, sources: chain.sources.span, targets: chain.targets.span, work: Work())
    #expect(blocks.sizes.count == n - 1)
  }

  @Test func budgetsRunOutAndFlagsStop() throws {
    let network = DrawnNetwork.random(1, agents: 50, links: 60)
    let rows = try network.adjacency(.both)
    let explored = try lowPoints(rows, work: Work())
    #expect(refusals { (work) throws(AuraError) in _ = try lowPoints(rows, work: work) } == [.limit, .cancelled])
    #expect(
      refusals { (work) throws(AuraError) in _ = try bridgesAndZones(explored, links: 60, work: work) }
        == [.limit, .cancelled])
    #expect(
      refusals { (work) throws(AuraError) in
        _ = try blockLabels(explored, sources: network.sources.span, targets: network.targets.span, work: work)
      } == [.limit, .cancelled])
  }
}
