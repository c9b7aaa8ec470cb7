import AuraBase
import AuraKernels
import Testing

@Suite struct StressLayoutTests {
  static func network(_ n: Int, _ m: Int, seed: UInt64) throws -> Adjacency {
    let dice = Dice(seed: seed)
    let sources = (0..<m).map { Int32(dice.integer(2 * $0, below: n)) }
    let targets = (0..<m).map { Int32(dice.integer(2 * $0 + 1, below: n)) }
    return try Adjacency(count: n, sources: sources.span, targets: targets.span, sense: .both, simple: true)
  }

  /// A round never makes it worse: each agent is moved to the least of a function that lies above the stress.
  @Test(arguments: 0..<12) func stressNeverRises(_ seed: Int) throws {
    let rows = try Self.network(30, 25 + 5 * seed, seed: UInt64(seed))
    var last = Double.infinity
    for rounds in 1..<25 {
      let found = try stressLayout(rows, rounds: rounds, pairs: 1 << 20, work: Work(seed: 3))
      #expect(found.stress <= last + 1e-12)
      last = found.stress
    }
    #expect(last < 0.2)
  }

  @Test(arguments: 0..<12) func partsDoNotOverlap(_ seed: Int) throws {
    let rows = try Self.network(40, 30, seed: UInt64(100 + seed))
    let found = try stressLayout(rows, rounds: 200, pairs: 1 << 20, work: Work(seed: 3))
    var sets = try UnionFind(count: 40)
    for i in 0..<40 {
      for e in Int(rows.starts[i])..<Int(rows.starts[i + 1]) { sets.union(Int32(i), rows.neighbours[e]) }
    }
    var boxes: [Int32: (Double, Double, Double, Double)] = [:]
    for i in 0..<40 {
      let (x, y) = (found.x[i], found.y[i])
      #expect(x.isFinite && y.isFinite && x >= 0 && y >= 0)
      let old = boxes[sets.find(Int32(i))] ?? (x, x, y, y)
      boxes[sets.find(Int32(i))] = (min(old.0, x), max(old.1, x), min(old.2, y), max(old.3, y))
    }
    let all = Array(boxes.values)
    for (k, a) in all.enumerated() {
      for b in all[..<k] { #expect(a.1 < b.0 || b.1 < a.0 || a.3 < b.2 || b.3 < a.2) }
    }
  }

  @Test func whatIsTooLargeIsRefused() throws {
    let rows = try Self.network(30, 90, seed: 5)
    let failure = #expect(throws: AuraError.self) {
      try stressLayout(rows, rounds: 10, pairs: 100, work: Work())
    }
    #expect(failure?.code == .limit)
  }
}
