import AuraBase
import AuraKernels
import Testing

@Suite struct DistanceSweepTests {
  /// Distances by definition: relaxing every link until nothing changes (Bellman 1958).
  static func distances(_ net: DrawnNetwork, directed: Bool, lengths: [Double]?) -> [[Double]] {
    (0..<net.count).map { source in
      var d = [Double](repeating: .infinity, count: net.count)
      d[source] = 0
      var changed = true
      while changed {
        changed = false
        for k in net.sources.indices {
          let (s, t, l) = (Int(net.sources[k]), Int(net.targets[k]), lengths?[k] ?? 1)
          if d[s] + l < d[t] { (d[t], changed) = (d[s] + l, true) }
          if !directed && d[t] + l < d[s] { (d[s], changed) = (d[t] + l, true) }
        }
      }
      return d
    }
  }

  static func check(_ net: DrawnNetwork, directed: Bool, lengths: [Double]? = nil) throws {
    let found = try distanceSweep(net.adjacency(directed ? .out : .both), lengths: lengths?.span, work: Work())
    let right = distances(net, directed: directed, lengths: lengths)
    var histogram: [Int] = []
    for i in 0..<net.count {
      let others = right[i].enumerated().filter { $0.offset != i && $0.element < .infinity }.map(\.element)
      #expect(found.reached[i] == Int32(others.count + 1))
      #expect(abs(found.total[i] - others.reduce(0, +)) <= 1e-9)
      #expect(abs(found.harmonic[i] - others.reduce(0) { $0 + 1 / $1 }) <= 1e-9)
      #expect(found.farthest[i] == others.max() ?? 0)
      if lengths == nil {
        for d in others {
          while histogram.count < Int(d) { histogram.append(0) }
          histogram[Int(d) - 1] += 1
        }
      }
    }
    #expect(found.histogram == histogram)
  }

  @Test(arguments: 0..<30) func agreesWithTheDefinition(_ seed: Int) throws {
    let dice = Dice(seed: UInt64(seed))
    let n = 1 + dice.integer(0, below: 70), m = dice.integer(1, below: 4 * n)
    let net = DrawnNetwork.random(UInt64(seed) + 50, agents: n, links: m)
    for directed in [true, false] {
      try Self.check(net, directed: directed)
      try Self.check(net, directed: directed, lengths: (0..<m).map { Double(1 + dice.integer($0 + 9, below: 7)) })
      try Self.check(net, directed: directed, lengths: [Double](repeating: 2, count: m))
    }
  }

  /// More than one batch of searches, wide fronts and narrow ones.
  @Test func agreesWhereSearchesAreMany() throws {
    try Self.check(.random(3, agents: 600, links: 2400), directed: false)
    try Self.check(.random(4, agents: 300, links: 500), directed: true)
    try Self.check(DrawnNetwork(300, (0..<299).map { ($0, $0 + 1) }), directed: false)
  }

  @Test func equalBytesForAnyNumberOfThreads() throws {
    let net = DrawnNetwork.random(9, agents: 1500, links: 4000)
    let alone = try distanceSweep(net.adjacency(.both), work: Work())
    let many = try distanceSweep(net.adjacency(.both), work: Work(pool: WorkerPool(width: 3)))
    #expect(alone.total.array == many.total.array && alone.harmonic.array == many.harmonic.array)
    #expect(alone.histogram == many.histogram)
  }

  @Test func nobodyAndOne() throws {
    for n in [0, 1] {
      let found = try distanceSweep(DrawnNetwork(n, []).adjacency(.both), work: Work())
      #expect(found.reached.array == [Int32](repeating: 1, count: n) && found.histogram.isEmpty)
    }
  }

  @Test(arguments: [false, true]) func canBeStopped(_ weighted: Bool) throws {
    let net = DrawnNetwork.lattice(12)
    let lengths = (0..<net.sources.count).map { Double(1 + $0 % 3) }
    let rows = try net.adjacency(.both)
    #expect(
      refusals { work throws(AuraError) in
        _ = try distanceSweep(rows, lengths: weighted ? lengths.span : nil, work: work)
      } == [.limit, .cancelled])
  }
}
