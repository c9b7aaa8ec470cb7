import AuraBase
import AuraKernels
import Testing

@Suite struct CascadeTraceTests {
  /// Rows of a ring of `n`.
  static func ring(_ n: Int) throws -> WeightedRows {
    let sources = (0..<n).map { Int32($0) }, targets = (0..<n).map { Int32(($0 + 1) % n) }
    let strengths = [Double](repeating: 1, count: n)
    return try WeightedRows(
      count: n, sources: sources.span, targets: targets.span, strengths: strengths.span, sense: .both)
  }

  @Test func oneRunLeavesNothingToTheNext() throws {
    let rows = try Self.ring(12)
    let load = try Column([Double](repeating: 2, count: 12)), capacity = try Column([Double](repeating: 2.5, count: 12))
    let kernel = try LoadSharing(
      rows: rows, load: load, capacity: capacity, isolated: try Column([UInt8](repeating: 0, count: 12)),
      rule: .freeCapacity)
    let trace = try CascadeTrace(count: 12, steps: 3)
    var seen: [[Int32]] = []
    // The second run stops at the horizon in mid-cascade; the third must not know.
    for _ in 0..<3 {
      trace.begin()
      trace.failByItself(4, at: 0)
      kernel.run(trace, dice: Dice(seed: 1))
      seen.append((0..<12).map { trace.step[$0] })
    }
    #expect(seen[0] == [-1, 3, 2, 1, 0, 1, 2, 3, -1, -1, -1, -1])
    #expect(seen[1] == seen[0] && seen[2] == seen[0])
    #expect(trace.cause[3] == 4 && trace.cause[2] == 3 && trace.cause[4] == -1)
  }

  @Test func failingAnywayIsNobodysFault() throws {
    let kernel = try Contagion(rows: try Self.ring(4), chances: try Column([UInt64](repeating: .max, count: 8)))
    let trace = try CascadeTrace(count: 4, steps: 5)
    trace.failByItself(0, at: 0)
    trace.failByItself(1, at: 1)
    trace.failByItself(3, at: 4)
    try kernel.run(trace, dice: Dice(seed: 1), work: Work())
    #expect((0..<4).map { trace.step[$0] } == [0, 1, 2, 1])
    #expect(trace.cause[1] == -1)
    #expect(trace.cause[3] == 0)
  }

  @Test func namedTwiceFailsOnce() throws {
    let kernel = try Contagion(rows: try Self.ring(3), chances: try Column([UInt64](repeating: 0, count: 6)))
    let trace = try CascadeTrace(count: 3, steps: 5)
    for _ in 0..<2 {
      trace.begin()
      for t in [2, 2, 4, -1, 99] { trace.failByItself(1, at: t) }
      try kernel.run(trace, dice: Dice(seed: 1), work: Work())
      #expect(trace.failures == 1 && trace.step[1] == 2)
    }
  }

  @Test func chanceIsExactAtItsEnds() {
    #expect(Contagion.chance(0) == 0)
    #expect(Contagion.chance(1) == .max)
    #expect(Contagion.chance(.nan) == 0)
    #expect(Contagion.chance(0.5) == 1 << 63)
  }
}
