import AuraBase
import AuraKernels
import Testing

@Suite struct LengthQuantilesTests {
  static let shares = [0, 1, 10, 50, 90, 99, 100]

  /// Lengths that are no short decimals are rounded to 2^-32 of the longest.
  static func check(_ net: DrawnNetwork, directed: Bool, _ lengths: [Double]?, _ work: Work = Work()) throws {
    let found = try lengthQuantiles(
      net.adjacency(directed ? .out : .both), lengths: lengths?.span, shares: shares, work: work)
    var all: [Double] = []
    for (i, row) in DistanceSweepTests.distances(net, directed: directed, lengths: lengths).enumerated() {
      let others = row.enumerated().filter { $0.offset != i && $0.element < .infinity }.map(\.element)
      all += others
      let sum = others.reduce(0, +)
      #expect(found.reached[i] == Int32(others.count + 1))
      #expect(abs(found.total[i] - sum) <= 1e-8 * max(1, sum))
      #expect(abs(found.farthest[i] - (others.max() ?? 0)) <= 1e-8)
    }
    all.sort()
    #expect(found.quantiles.count == (all.isEmpty ? 0 : shares.count))
    for (share, quantile) in zip(shares, found.quantiles) {
      let right = all[max(1, (all.count * share + 99) / 100) - 1]
      #expect(abs(quantile - right) <= 1e-8, "\(share) %")
    }
  }

  @Test(arguments: 0..<20) func agreesWithTheDefinition(_ seed: Int) throws {
    let dice = Dice(seed: UInt64(seed))
    let n = 1 + dice.integer(0, below: 40), m = dice.integer(1, below: 4 * n)
    let net = DrawnNetwork.random(UInt64(seed) + 70, agents: n, links: m)
    for directed in [true, false] {
      try Self.check(net, directed: directed, nil)
      try Self.check(net, directed: directed, [Double](repeating: 0.25, count: m))
      try Self.check(net, directed: directed, (0..<m).map { 1 + dice.uniform($0 + 9) })
      try Self.check(net, directed: directed, (0..<m).map { Double(1 + dice.integer($0 + 9, below: 5)) })
    }
  }

  /// More distances from each than are kept: a second pass, with ties and without.
  @Test(arguments: [false, true]) func agreesWhereDistancesAreMany(_ ties: Bool) throws {
    let dice = Dice(seed: 3)
    let net = DrawnNetwork.random(8, agents: 520, links: 1_300)
    let lengths = (0..<1_300).map { ties ? Double(1 + dice.integer($0, below: 4)) : 1 + dice.uniform($0) }
    try Self.check(net, directed: false, lengths)
    try Self.check(net, directed: true, lengths, Work(pool: WorkerPool(width: 3)))
  }

  @Test func nobodyAndABudget() throws {
    let none = try lengthQuantiles(
      DrawnNetwork(0, []).adjacency(.both), lengths: nil, shares: Self.shares, work: Work())
    #expect(none.quantiles.isEmpty && none.total.count == 0)
    let net = DrawnNetwork.random(2, agents: 60, links: 120)
    let lengths = (0..<120).map { Double(1 + $0 % 7) }
    let rows = try net.adjacency(.both)
    #expect(
      refusals { work throws(AuraError) in
        _ = try lengthQuantiles(rows, lengths: lengths.span, shares: Self.shares, work: work)
      } == [.limit, .cancelled])
  }
}
