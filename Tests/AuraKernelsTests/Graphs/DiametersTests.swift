import AuraBase
import AuraKernels
import Testing

@Suite struct DiametersTests {
  private func found(_ network: DrawnNetwork, _ work: Work = Work()) throws -> (parts: Components, diameters: [Int]) {
    let parts = try weakComponents(
      count: network.count, sources: network.sources.span, targets: network.targets.span, work: Work())
    let rows = try Adjacency(
      count: network.count, sources: network.sources.span, targets: network.targets.span, sense: .both, simple: true)
    return (parts, try diameters(rows, labels: parts.labels, sizes: parts.sizes, work: work))
  }

  private func drawn(_ n: Int, _ links: [(Int, Int)]) -> DrawnNetwork {
    DrawnNetwork(n, links.map { (Int32($0.0), Int32($0.1)) })
  }

  private func byDefinition(_ network: DrawnNetwork, _ parts: Components) throws -> [Int] {
    let sweep = try distanceSweep(network.adjacency(.both), work: Work())
    var most = [Int](repeating: 0, count: parts.count)
    for i in 0..<network.count { most[Int(parts.labels[i])] = max(most[Int(parts.labels[i])], Int(sweep.farthest[i])) }
    return most
  }

  @Test(arguments: 0..<60) func equalsTheDefinition(_ seed: Int) throws {
    let n = [1, 9, 40, 300][seed % 4]
    let network = DrawnNetwork.random(UInt64(seed), agents: n, links: n * (2 + seed % 3) / 2)
    let (parts, diameters) = try found(network)
    #expect(diameters == (try byDefinition(network, parts)))
  }

  /// Where every agent is as far from the others as any: rings, alone and with chains hung on them.
  @Test(arguments: [3, 4, 64, 65, 301, 700]) func ringsTakeManySearches(_ n: Int) throws {
    var links = (0..<n).map { ($0, ($0 + 1) % n) }
    #expect(try found(drawn(n, links)).diameters == [n / 2])
    links += (0..<5).map { ($0 == 0 ? 0 : n + $0 - 1, n + $0) }
    links += [(n / 3, n + 5), (n + 6, n + 7)]
    let network = drawn(n + 8, links)
    let (parts, diameters) = try found(network)
    #expect(diameters == (try byDefinition(network, parts)))
  }

  @Test func ladderOfSquaresAndEqualWorkOnAnyThreads() throws {
    var links: [(Int, Int)] = []
    for y in 0..<40 {
      for x in 0..<40 {
        links.append((40 * y + x, 40 * y + (x + 1) % 40))
        links.append((40 * y + x, 40 * ((y + 1) % 40) + x))
      }
    }
    let torus = drawn(1_600, links)
    let alone = Work()
    #expect(try found(torus, alone).diameters == [40])
    let pool = Work(pool: WorkerPool(width: 3))
    #expect(try found(torus, pool).diameters == [40])
    #expect(alone.unitsSpent == pool.unitsSpent)
  }

  @Test func nobody() throws { #expect(try found(DrawnNetwork(0, [])).diameters == []) }

  @Test func aBudgetRunsOutAndAFlagStops() throws {
    let network = drawn(200, (0..<200).map { ($0, ($0 + 1) % 200) })
    #expect(refusals { (work) throws(AuraError) in _ = try self.refused(network, work) } == [.limit, .cancelled])
  }

  private func refused(_ network: DrawnNetwork, _ work: Work) throws(AuraError) -> [Int] {
    let parts = try weakComponents(
      count: network.count, sources: network.sources.span, targets: network.targets.span, work: Work())
    let rows = try Adjacency(
      count: network.count, sources: network.sources.span, targets: network.targets.span, sense: .both, simple: true)
    return try diameters(rows, labels: parts.labels, sizes: parts.sizes, work: work)
  }
}
