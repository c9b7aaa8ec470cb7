import AuraBase
import AuraKernels
import Testing

@Suite struct FeedbackLinksTests {
  static func isAcyclic(_ network: DrawnNetwork, without links: Set<Int>) throws -> Bool {
    let left = network.sources.indices.filter { !links.contains($0) }
    let rest = DrawnNetwork(network.count, left.map { (network.sources[$0], network.targets[$0]) })
    return try TopologicalOrderTests.order(rest).loop.count == 0
  }

  static func links(_ network: DrawnNetwork) throws -> FeedbackLinks {
    try feedbackLinks(network.adjacency(.out), into: network.adjacency(.into), work: Work())
  }

  /// Tries all sets of links, small ones first.
  @Test(arguments: 0..<40) func smallNetworksLoseTheFewest(_ seed: Int) throws {
    let m = 5 + seed / 8
    let network = DrawnNetwork.random(UInt64(seed), agents: 6, links: m)
    let found = try Self.links(network)
    #expect(found.exact)
    #expect(try Self.isAcyclic(network, without: Set(found.links.array.map { Int($0) })))
    var fewest = Int.max
    for set in 0..<(1 << m) where set.nonzeroBitCount < fewest {
      if try Self.isAcyclic(network, without: Set((0..<m).filter { set >> $0 & 1 == 1 })) {
        fewest = set.nonzeroBitCount
      }
    }
    #expect(found.links.count == fewest)
  }

  /// A network of known loops: rings that share nothing need one link each, and no more.
  @Test func largeNetworksLoseFew() throws {
    var links: [(Int32, Int32)] = []
    for r in 0..<40 { for k in 0..<25 { links.append((Int32(r * 24 + k), Int32(r * 24 + (k + 1) % 25))) } }
    let rings = DrawnNetwork(40 * 24 + 1, links).renamed(shuffledNames(40 * 24 + 1, seed: 3))
    let found = try Self.links(rings)
    #expect(found.exact)
    #expect(try Self.isAcyclic(rings, without: Set(found.links.array.map { Int($0) })))
    #expect(found.links.count == 40)
  }

  @Test(arguments: 0..<6) func largeNetworksHaveNoLoopLeft(_ seed: Int) throws {
    let network = DrawnNetwork.random(UInt64(seed), agents: 100, links: 100 + 60 * seed)
    let found = try Self.links(network)
    #expect(try Self.isAcyclic(network, without: Set(found.links.array.map { Int($0) })))
    // Half of the links that are no self loops point back at most, in the better of an order and its reverse.
    let loops = zip(network.sources, network.targets).count { $0 == $1 }
    #expect(2 * (found.links.count - loops) <= network.sources.count - loops)
  }

  @Test(arguments: 0..<10) func withoutDirectionAForestIsLeft(_ seed: Int) throws {
    let network = DrawnNetwork.random(UInt64(seed), agents: 30, links: 10 + 5 * seed)
    let found = try feedbackLinks(
      count: 30, sources: network.sources.span, targets: network.targets.span, work: Work())
    let parts = try weakComponents(
      count: 30, sources: network.sources.span, targets: network.targets.span, work: Work()
    ).count
    #expect(found.links.count == network.sources.count - 30 + parts)
  }

  @Test func anAllowanceThatEndsLeavesLinksAndAFlagStops() throws {
    let network = DrawnNetwork.random(1, agents: 50, links: 160)
    let (out, into) = (try network.adjacency(.out), try network.adjacency(.into))
    var counts: [Int] = []
    #expect(
      refusals { (work) throws(AuraError) in
        let found = try feedbackLinks(out, into: into, work: work)
        counts.append(work.allowance == .max ? found.links.count : found.exact ? -1 : found.links.count)
      } == [nil, .cancelled])
    #expect(counts.count == 2 && counts[0] > 0 && counts[1] >= counts[0])
  }
}
