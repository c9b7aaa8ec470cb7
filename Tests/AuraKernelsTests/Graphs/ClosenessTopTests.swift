import AuraBase
import AuraKernels
import Testing

@Suite struct ClosenessTopTests {
  static func check(_ net: DrawnNetwork, directed: Bool, count: Int, _ work: Work = Work()) throws {
    let rows = try net.adjacency(directed ? .out : .both)
    let found = try closenessTop(rows, undirected: !directed, count: count, work: work)
    let sweep = try distanceSweep(rows, work: Work())
    var all: [(agent: Int, value: Double)] = []
    for i in 0..<net.count where sweep.reached[i] > 1 {
      let others = Double(sweep.reached[i] - 1)
      all.append((i, others / sweep.total[i] * others / Double(net.count - 1)))
    }
    all.sort { $0.value != $1.value ? $0.value > $1.value : $0.agent < $1.agent }
    let right = all.prefix(count)
    #expect(found.agents.map { Int($0) } == right.map(\.agent))
    #expect(found.closeness == right.map(\.value))
  }

  @Test(arguments: 0..<40) func agreesWithAllDistances(_ seed: Int) throws {
    let dice = Dice(seed: UInt64(seed))
    let n = 1 + dice.integer(0, below: 200), m = dice.integer(1, below: 4 * n)
    let net = DrawnNetwork.random(UInt64(seed) + 30, agents: n, links: m)
    for directed in [true, false] {
      for count in [1, 7, 300] {
        try Self.check(net, directed: directed, count: count)
        try Self.check(net, directed: directed, count: count, Work(pool: WorkerPool(width: 3)))
      }
    }
  }

  /// Many that are equally good; many that can be left out.
  @Test func latticesRingsAndHubs() throws {
    try Self.check(.lattice(17), directed: false, count: 5)
    try Self.check(.lattice(17), directed: true, count: 5)
    try Self.check(DrawnNetwork(90, (0..<90).map { ($0, ($0 + 1) % 90) }), directed: true, count: 4)
    let hub = DrawnNetwork(400, (1..<400).map { ($0 % 20, $0) } + [(1, 399), (300, 0)])
    try Self.check(hub, directed: false, count: 3)
    try Self.check(hub, directed: true, count: 3)
  }

  /// Most searches are given up: far less work than all of them.
  @Test func spendsLittle() throws {
    let net = DrawnNetwork.random(6, agents: 3_000, links: 12_000)
    let rows = try net.adjacency(.both)
    let work = Work()
    _ = try closenessTop(rows, undirected: true, count: 3, work: work)
    #expect(work.unitsSpent < 3_000 * rows.entries / 4)
  }

  @Test func nobodyAndABudget() throws {
    #expect(
      try closenessTop(DrawnNetwork(0, []).adjacency(.both), undirected: true, count: 3, work: Work()).agents == [])
    let rows = try DrawnNetwork.random(1, agents: 50, links: 60).adjacency(.out)
    #expect(
      refusals { work throws(AuraError) in _ = try closenessTop(rows, undirected: false, count: 3, work: work) }
        == [.limit, .cancelled])
  }
}
