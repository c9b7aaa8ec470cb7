import Testing

@testable import AuraKernels

@Suite struct PathCountTests {
  @Test func wideCountsAgreeWithDoubles() {
    for (a, b) in [(1.0, 3.0), (0, 2.5), (1e300, 7), (0.125, 1e-20), (12345.678, 12345.678)] {
      let (x, y) = (WideCount(a), WideCount(b))
      #expect((x + y).value == a + b)
      #expect((x * y).value == a * b)
      #expect((x < y) == (a < b))
      #expect(y.reciprocal.value == 1 / b)
    }
  }

  @Test func wideCountsGoWhereDoublesCannot() {
    var count = WideCount.one
    for _ in 0..<5_000 { count = count + count }
    #expect(count.exponent == 5_000)
    #expect((count * count.reciprocal).value == 1)
    #expect(count.reciprocal.value == 0)
    #expect(WideCount.one < count)
  }
}
