import AuraBase
import AuraKernels
import Foundation
import Testing

@Suite struct VariationOfInformationTests {
  private func mean(_ a: [Int32], _ b: [Int32]) throws -> Double {
    var sums = try Buffer<Double>(repeating: 0, count: a.count)
    try addVariation(Components(names: a.span), Components(names: b.span), to: &sums, work: Work())
    return (0..<a.count).reduce(0) { $0 + sums[$1] } / Double(a.count)
  }

  @Test func crossedHalvesAreTwoBitsApart() throws {
    #expect(abs(try mean([0, 0, 2, 2], [0, 1, 0, 1]) - 2 * log(2)) < 1e-12)
    #expect(try mean([0, 0, 2, 2], [0, 0, 2, 2]) == 0)
  }

  /// H(a, b) twice less H(a) less H(b), each from shares.
  @Test(arguments: 0..<20) func equalsTheDefinition(_ seed: Int) throws {
    let n = 30
    let dice = Dice(seed: UInt64(seed))
    func drawn(_ stream: Int) -> [Int32] {
      let raw = (0..<n).map { dice.stream(stream).integer($0, below: 1 + seed % 7) }
      return raw.map { Int32(raw.firstIndex(of: $0) ?? 0) }
    }
    let a = drawn(0), b = drawn(1)
    func entropy<Key: Hashable>(_ keys: [Key]) -> Double {
      Dictionary(grouping: keys) { $0 }.values.reduce(0) {
        let p = Double($1.count) / Double(n)
        return $0 - p * log(p)
      }
    }
    let joint = entropy(zip(a, b).map { [$0, $1] })
    #expect(abs(try mean(a, b) - (2 * joint - entropy(a) - entropy(b))) < 1e-12)
    #expect(abs(try mean(a, b) - mean(b, a)) < 1e-12)
  }
}
