import AuraBase
import Testing

@testable import AuraKernels

@Suite struct DiameterBoundsTests {
  /// On random networks, undirected and directed, in pieces: the longest of all searches lies between the bounds.
  @Test(arguments: 0..<60) func holdTheDiameterBetweenThem(_ seed: Int) throws {
    let dice = Dice(seed: UInt64(seed))
    let n = 2 + dice.integer(0, below: 40), m = dice.integer(1, below: 3 * n)
    let sources = (0..<m).map { Int32(dice.integer(2 * $0 + 2, below: n)) }
    let targets = (0..<m).map { Int32(dice.integer(2 * $0 + 3, below: n)) }
    let undirected = seed % 2 == 0
    let rows = try Adjacency(
      count: n, sources: sources.span, targets: targets.span, sense: undirected ? .both : .out)
    let parts = try weakComponents(count: n, sources: sources.span, targets: targets.span, work: Work())
    let farthest = try distanceSweep(rows, work: Work()).farthest
    for part in 0..<parts.count {
      let bounds = try diameterBounds(
        rows, undirected: undirected, labels: parts.labels.span, part: part, work: Work())
      var exact = 0
      for i in 0..<n where Int(parts.labels[i]) == part { exact = max(exact, Int(farthest[i])) }
      #expect(bounds.low <= exact && exact <= bounds.high, "\(bounds) and \(exact)")
      #expect(bounds.high < Int(parts.sizes[part]))
    }
  }

  @Test func areTightOnATree() throws {
    let rows = try Adjacency(
      count: 7, sources: ([0, 1, 2, 3, 4, 2] as [Int32]).span, targets: ([1, 2, 3, 4, 5, 6] as [Int32]).span,
      sense: .both)
    let zeros = [Int32](repeating: 0, count: 7)
    let bounds = try diameterBounds(rows, undirected: true, labels: zeros.span, part: 0, work: Work())
    #expect(bounds.low == 5 && bounds.high == 6)
  }
}
