internal import AuraBase
import Testing

@Suite struct DiceTests {
  /// Chi-squared of 64 cells against uniform; 63 degrees of freedom, so beyond 130 it has probability 1e-6.
  static func chi(_ draws: Int, _ cell: (Int) -> Int) -> Double {
    var counts = [Double](repeating: 0, count: 64)
    for i in 0..<draws { counts[cell(i)] += 1 }
    let wanted = Double(draws) / 64
    return counts.reduce(0) { $0 + ($1 - wanted) * ($1 - wanted) / wanted }
  }

  @Test(arguments: [UInt64(0), 1, 2, .max]) func drawsAreUniform(_ seed: UInt64) {
    let dice = Dice(seed: seed)
    #expect(Self.chi(64_000) { dice.integer($0, below: 64) } < 130)
    #expect(Self.chi(64_000) { Int(dice.uniform($0) * 64) } < 130)
    #expect(Self.chi(64_000) { Int(dice.bits($0) & 63) } < 130)
    #expect(Self.chi(64_000) { dice.stream($0).integer(0, below: 64) } < 130)
  }

  @Test func streamsAreIndependent() {
    let a = Dice(seed: 5).stream(1), b = Dice(seed: 5).stream(2), c = Dice(seed: 6).stream(1)
    for (x, y) in [(a, b), (a, c), (b, c)] {
      #expect(Self.chi(64_000) { x.integer($0, below: 8) * 8 + y.integer($0, below: 8) } < 130)
      // Nor is one the other, moved.
      #expect(Self.chi(64_000) { x.integer($0, below: 8) * 8 + y.integer($0 + 1, below: 8) } < 130)
    }
  }

  @Test func staysInItsRange() {
    let dice = Dice(seed: 1)
    for i in -1000..<1000 {
      #expect((0..<1).contains(dice.uniform(i)))
      #expect(dice.integer(i, below: 1) == 0)
      #expect((0..<3).contains(dice.integer(i, below: 3)))
      #expect(dice.bits(i) == Dice(seed: 1).bits(i))
    }
  }
}
