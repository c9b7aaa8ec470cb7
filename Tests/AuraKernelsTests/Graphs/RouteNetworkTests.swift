import Testing

@testable import AuraKernels

@Suite struct RouteNetworkTests {
  private func whole(_ lengths: [Double], agents: Int) throws -> [Int64] {
    let unit = try LengthUnit(lengths.span, agents: agents)
    return lengths.map { unit.whole($0) }
  }

  @Test func decimalsKeepTheirDigits() throws {
    #expect(try whole([0.1, 0.2, 0.3], agents: 1 << 30) == [1, 2, 3])
    #expect(try whole([12.5, 3, 0.001], agents: 1 << 30) == [12_500, 3_000, 1])
    #expect(try whole([7, 7e9], agents: 4) == [7, 7_000_000_000])
  }

  @Test func fractionsKeepTheirBitsWhereTheyFit() throws {
    let third = 1.0 / 3
    let found = try whole([third, 2 * third, 4 * third], agents: 4)
    #expect(found[1] == 2 * found[0] && found[2] == 4 * found[0])
  }

  @Test func whatDoesNotFitIsRoundedOnceAndNeverVanishes() throws {
    let lengths = [1.0 / 3, 1, 1.5, 1e-30]
    #expect(try whole(lengths, agents: 1 << 20) == [715_827_883, 1 << 31, 3 << 30, 1])
  }

  @Test func noRouteOverflows() throws {
    let n = Int(Int32.max)
    for lengths in [
      [Double.greatestFiniteMagnitude, 1], [0.123456789, 1e9], [1.0 / 3], [9e15],
      [.leastNonzeroMagnitude, .leastNormalMagnitude],
    ] {
      for length in try whole(lengths, agents: n) { #expect(length > 0 && length <= Int64.max / Int64(n)) }
    }
  }
}
