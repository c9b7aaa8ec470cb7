import AuraBase
import AuraKernels
import Testing

@Suite struct QuotientTests {
  @Test(arguments: 0..<30) func equalsTheDefinition(_ seed: Int) throws {
    let n = 16
    let network = DrawnNetwork.random(UInt64(seed), agents: n, links: 10 + seed)
    let strengths = (0..<network.sources.count).map { Double($0 % 4) }
    let groups = try strongComponents(network.adjacency(.out), work: Work())
    let found = try Quotient(
      groups: groups.count, labels: groups.labels.span, sources: network.sources.span, targets: network.targets.span,
      strengths: strengths.span, work: Work())
    var sums: [[Int]: Double] = [:]
    for (k, (s, t)) in zip(network.sources, network.targets).enumerated() {
      let (a, b) = (Int(groups.labels[Int(s)]), Int(groups.labels[Int(t)]))
      if a != b { sums[[a, b], default: 0] += strengths[k] }
    }
    let keys = sums.keys.sorted { $0.lexicographicallyPrecedes($1) }
    #expect(found.sources.array == keys.map { Int32($0[0]) } && found.targets.array == keys.map { Int32($0[1]) })
    #expect(found.strengths.array == keys.map { sums[$0] ?? -1 })
    for g in 0..<groups.count {
      let above = keys.filter { $0[1] == g }.map { found.levels[$0[0]] }
      #expect(found.levels[g] == (above.max() ?? -1) + 1)
    }
  }

  @Test func aRingOfGroupsHasNoLevels() throws {
    let network = DrawnNetwork(4, [(0, 1), (1, 0), (2, 0), (1, 3)])
    let labels: [Int32] = [0, 1, 2, 3]
    let found = try Quotient(
      groups: 4, labels: labels.span, sources: network.sources.span, targets: network.targets.span, strengths: nil,
      work: Work())
    #expect(found.levels.array == [-1, -1, 0, -1])
  }

  @Test func aBudgetRunsOutAndAFlagStops() throws {
    let network = DrawnNetwork.random(1, agents: 50, links: 160)
    let labels = (0..<50).map { Int32($0) }
    #expect(
      refusals { (work) throws(AuraError) in
        _ = try Quotient(
          groups: 50, labels: labels.span, sources: network.sources.span, targets: network.targets.span, strengths: nil,
          work: work)
      } == [.limit, .cancelled])
  }
}
