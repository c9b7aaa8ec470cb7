import AuraBase
import AuraCatalogue
import Testing

@Suite struct KnownAnswerTests {
  private func difference(_ expected: JSON, _ actual: JSON, tolerance: Double = 1e-9) -> String? {
    KnownAnswer("", on: .empty, expect: expected, tolerance: tolerance).difference(from: actual)
  }

  @Test func membersNotNamedMayBeAnything() {
    #expect(difference(["a": 1], ["a": 1, "b": 2]) == nil)
    #expect(difference(["a": 1, "b": 2], ["a": 1]) == "/b: missing")
  }

  @Test func arraysMustBeAsLong() {
    #expect(difference(["a": [1, 2]], ["a": [1, 2, 3]]) == "/a: 3 elements, not 2")
    #expect(difference(["a": [1, 2]], ["a": [1, 3]]) == "/a/1: 3.0, not 2.0")
  }

  @Test func numbersAgreeWithinTheTolerance() {
    #expect(difference(1, 1.0) == nil)
    #expect(difference(1e6, .real(1e6 + 1e-4)) == nil)
    #expect(difference(1e6, .real(1e6 + 1e-2)) != nil)
    #expect(difference(0, 0.01, tolerance: 0.1) == nil)
    #expect(difference(1, .null) != nil)
    #expect(difference("1", 1) != nil)
  }
}
