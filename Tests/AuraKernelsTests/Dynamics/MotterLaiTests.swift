import AuraBase
import AuraKernels
import Testing

@Suite struct MotterLaiTests {
  static func rows(_ n: Int, _ m: Int, seed: Int, ring: Bool = false) throws -> WeightedRows {
    let luck = Dice(seed: UInt64(seed))
    var sources: [Int32] = [], targets: [Int32] = []
    if ring {
      for i in 0..<n {
        sources.append(Int32(i))
        targets.append(Int32((i + 1) % n))
      }
    }
    for k in 0..<m {
      sources.append(Int32(luck.integer(2 * k, below: n)))
      targets.append(Int32(luck.integer(2 * k + 1, below: n)))
    }
    let ones = [Double](repeating: 1, count: sources.count)
    return try WeightedRows(
      count: n, sources: sources.span, targets: targets.span, strengths: ones.span, sense: .both)
  }

  /// Worlds worked out from tables of the intact network are those that count all paths in every round, on networks
  /// dense and sparse, in one piece and in many, for one lost agent and for many, with some who were never there.
  @Test(arguments: [(40, 90, false), (40, 25, false), (60, 3, true), (12, 60, false), (90, 130, true), (2, 1, false)])
  func lossesWorkedOutFromTablesAreThoseCountedAnew(_ n: Int, _ m: Int, _ ring: Bool) throws {
    for seed in 1...4 {
      let rows = try Self.rows(n, m, seed: seed, ring: ring)
      let luck = Dice(seed: UInt64(100 + seed))
      let loads = try MotterLai.intactLoads(rows, work: Work())
      let gone = (0..<n).map { seed == 4 && luck.integer($0, below: 12) == 0 }
      let tables = try #require(try MotterLai.tables(rows, without: gone, work: Work()))
      if seed != 4 {
        let found = try tables.loads
        for i in 0..<n { #expect(abs(found[i] - loads[i]) < 1e-9 * max(1, loads[i])) }
      }
      for alpha in [0, 0.15] {
        let capacity = try Column((0..<n).map { (1 + alpha) * loads[$0] })
        let quick = try MotterLai(rows: rows, loads: loads, capacity: capacity, tables: tables)
        let slow = try MotterLai(rows: rows, loads: loads, capacity: capacity)
        let a = try CascadeTrace(count: n, steps: 60), b = try CascadeTrace(count: n, steps: 60)
        for world in 0..<(2 * n) {
          for (trace, kernel) in [(a, quick), (b, slow)] {
            trace.begin()
            for i in 0..<n where gone[i] { trace.failByItself(i, at: 0) }
            trace.failByItself(world % n, at: 0)
            if world >= n { for k in 0..<3 { trace.failByItself(luck.integer(5 * world + k, below: n), at: k) } }
            try kernel.run(trace, work: Work())
          }
          for i in 0..<n {
            #expect(a.step[i] == b.step[i] && a.cause[i] == b.cause[i], "\(seed) \(alpha) \(world) \(i)")
          }
        }
      }
    }
  }

  /// What somebody else has found out already costs as much work and gives the same.
  @Test func whatIsKnownIsTheSame() throws {
    let n = 60
    let rows = try Self.rows(n, 20, seed: 1, ring: true)
    let loads = try MotterLai.intactLoads(rows, work: Work())
    let capacity = try Column((0..<n).map { 1.1 * loads[$0] })
    let tables = try MotterLai.tables(rows, without: [], work: Work())
    let known = MotterLai.Known()
    let trace = try CascadeTrace(count: n, steps: 60)
    func world(_ known: MotterLai.Known) throws -> ([Int32], Int) {
      let work = Work()
      let kernel = try MotterLai(rows: rows, loads: loads, capacity: capacity, tables: tables, known: known)
      trace.begin()
      trace.failByItself(5, at: 0)
      try kernel.run(trace, work: work)
      return ((0..<n).map { trace.step[$0] }, work.unitsSpent)
    }
    let (first, second, apart) = (try world(known), try world(known), try world(MotterLai.Known()))
    #expect(first == second)
    #expect(first == apart)
    #expect(first.0.filter { $0 >= 0 }.count > 3)
  }
}
