import AuraBase
import AuraKernels
import Testing

@Suite struct SpanningForestTests {
  /// A link is left out exactly when shorter ones, or equal ones before it, join its ends.
  @Test(arguments: 0..<40) func equalsTheCycleProperty(_ seed: Int) throws {
    let n = 12
    let network = DrawnNetwork.random(UInt64(seed), agents: n, links: 5 + seed)
    let dice = Dice(seed: UInt64(seed) + 9)
    let m = network.sources.count
    let lengths = (0..<m).map { k in
      k % 7 == 6 ? -0.0 : Double(dice.integer(k, below: 6)) * (seed % 2 == 0 ? 1 : 1e-300) + (seed % 3 == 0 ? 1e9 : 0)
    }
    for given in [true, false] {
      func isBefore(_ a: Int, _ b: Int) -> Bool {
        given && lengths[a] != lengths[b] ? lengths[a] < lengths[b] : a < b
      }
      let expected = (0..<m).filter { k in
        var less = DrawnNetwork(n, [])
        for j in 0..<m where isBefore(j, k) {
          less.sources.append(network.sources[j])
          less.targets.append(network.targets[j])
        }
        return !less.reach(directed: false)[Int(network.sources[k])][Int(network.targets[k])]
      }
      func forest(_ lengths: Span<Double>?) throws -> [Int32] {
        try spanningForest(
          count: n, sources: network.sources.span, targets: network.targets.span, lengths: lengths, work: Work()
        ).array
      }
      let found = given ? try forest(lengths.span) : try forest(nil)
      #expect(found == expected.map { Int32($0) })
    }
  }

  @Test func aBudgetRunsOutAndAFlagStops() throws {
    let network = DrawnNetwork.random(1, agents: 50, links: 160)
    let lengths = (0..<160).map { Double($0 % 9) }
    #expect(
      refusals { (work) throws(AuraError) in
        _ = try spanningForest(
          count: 50, sources: network.sources.span, targets: network.targets.span, lengths: lengths.span, work: work)
      } == [.limit, .cancelled])
  }
}
