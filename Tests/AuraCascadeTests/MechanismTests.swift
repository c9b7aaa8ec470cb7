import AuraBase
import AuraCascade
import AuraCatalogue
import AuraGraph
import Testing

@Suite struct MechanismTests {
  @Test(arguments: CascadeFamily.entries.map(\.card.id))
  func knowsItsAnswers(_ id: String) throws {
    let entry = try #require(CascadeFamily.entries.first { $0.card.id == id })
    for check in entry.selfCheck() { #expect(check.difference == nil, "\(id): \(check.reason)") }
  }
}
