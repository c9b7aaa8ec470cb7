import AuraBase
import AuraKernels
import Foundation
import Testing

@Suite struct InfluenceTests {
  private func rows(_ network: DrawnNetwork) throws -> [Set<Int>] {
    var out = [Set<Int>](repeating: [], count: network.count)
    for (s, t) in zip(network.sources, network.targets) where s != t {
      out[Int(s)].insert(Int(t))
      out[Int(t)].insert(Int(s))
    }
    return out
  }

  @Test(arguments: 0..<16) func influenceIsByDefinition(_ seed: Int) throws {
    let network = DrawnNetwork.random(UInt64(seed), agents: 300, links: 120 + 40 * seed)
    let rows = try rows(network)
    let radius = seed % 4
    let expected = (0..<network.count).map { i -> Double in
      var (seen, rim): (Set<Int>, Set<Int>) = ([i], [i])
      for _ in 0..<radius {
        rim = Set(rim.flatMap { rows[$0] }).subtracting(seen)
        seen.formUnion(rim)
      }
      return Double(max(0, rows[i].count - 1) * rim.reduce(0) { $0 + max(0, rows[$1].count - 1) })
    }
    for pool in [nil, WorkerPool(width: 3)] {
      let found = try collectiveInfluence(
        network.adjacency(.both, simple: true), radius: radius, work: Work(pool: pool))
      #expect(found.array == expected)
    }
  }

  /// The series itself.
  @Test(arguments: 0..<16) func closedWalksAreASum(_ seed: Int) throws {
    let n = 30
    let network = DrawnNetwork.random(UInt64(seed), agents: n, links: 10 + 8 * seed)
    let rows = try rows(network)
    for pool in [nil, WorkerPool(width: 3)] {
      let found = try closedWalks(network.adjacency(.both, simple: true), work: Work(pool: pool))
      for i in 0..<n {
        var walks = (0..<n).map { $0 == i ? 1.0 : 0 }
        var sum = 1.0
        for k in 1...120 {
          walks = (0..<n).map { j in rows[j].reduce(0) { $0 + walks[$1] } / Double(k) }
          sum += walks[i]
        }
        #expect(abs(found[i] - sum) < 1e-10 * sum)
      }
    }
  }

  /// More closed walks than a number can hold are an error, not infinity.
  @Test func starsAreKnown() throws {
    func star(_ leaves: Int32) throws -> Adjacency {
      try DrawnNetwork(Int(leaves) + 1, (1...leaves).map { (0, $0) }).adjacency(.both, simple: true)
    }
    let found = try closedWalks(star(100), work: Work())
    #expect(abs(found[0] / cosh(10) - 1) < 1e-12)
    #expect(abs(found[1] / (1 + (cosh(10) - 1) / 100) - 1) < 1e-12)
    #expect(throws: AuraError.self) { try closedWalks(star(600_000), work: Work()) }
  }

  /// Walks counted one by one, link after link.
  @Test(arguments: 0..<24) func walksThatNeverTurnRound(_ seed: Int) throws {
    let n = 14
    let network = DrawnNetwork.random(UInt64(seed), agents: n, links: 8 + seed)
    let rows = try rows(network)
    let found = try nonBacktracking(network.adjacency(.both, simple: true), work: Work())
    var ways: [[Int]] = []
    for i in 0..<n { for j in rows[i].sorted() { ways.append([i, j]) } }
    var walks = [Double](repeating: 1, count: ways.count)
    var growth = 0.0
    let rounds = 3_000
    for round in 0..<rounds {
      var next = [Double](repeating: 0, count: ways.count)
      for (a, way) in ways.enumerated() {
        for (b, on) in ways.enumerated() where on[0] == way[1] && on[1] != way[0] { next[a] += walks[b] }
      }
      let sum = next.reduce(0, +)
      if sum == 0 {
        growth = -.infinity
        break
      }
      if round >= rounds / 2 { growth += log(sum / walks.reduce(0, +)) / Double(rounds / 2) }
      walks = next.map { $0 / sum }
    }
    #expect(abs(exp(growth) - found.radius) < 1e-3 * max(1, found.radius))
    let c = found.centrality.array
    if found.radius == 0 {
      #expect(c.allSatisfy { $0 == 0 })
    } else {
      #expect(abs(c.reduce(0) { $0 + $1 * $1 } - 1) < 1e-9)
      if found.radius > 1.01 {
        // Ihara and Bass: the centralities solve a system of the size of the agents alone.
        let r = found.radius
        for i in 0..<n {
          let near = rows[i].reduce(0) { $0 + c[$1] }
          #expect(abs(r * near - (r * r + Double(rows[i].count) - 1) * c[i]) < 1e-8 * r * r)
        }
      }
    }
  }

  /// Long ways between few crossings: growth comes slowly.
  @Test func ringsWithFewCrossings() throws {
    for length in [10, 100, 400] {
      // Three chains of equal length between two agents: each crossing has two ways on.
      var links: [(Int32, Int32)] = []
      for chain in 0..<3 {
        var last: Int32 = 0
        for k in 1..<length {
          let here = Int32(2 + chain * (length - 1) + k - 1)
          links.append((last, here))
          last = here
        }
        links.append((last, 1))
      }
      let network = DrawnNetwork(2 + 3 * (length - 1), links)
      let found = try nonBacktracking(network.adjacency(.both, simple: true), work: Work())
      #expect(abs(found.radius - pow(2, 1 / Double(length))) < 1e-9)
    }
  }

  @Test func aBudgetRunsOutAndAFlagStops() throws {
    let rows = try DrawnNetwork.random(1, agents: 50, links: 120).adjacency(.both, simple: true)
    #expect(
      refusals { (work) throws(AuraError) in _ = try collectiveInfluence(rows, radius: 2, work: work) }
        == [.limit, .cancelled])
    #expect(refusals { (work) throws(AuraError) in _ = try closedWalks(rows, work: work) } == [.limit, .cancelled])
    #expect(refusals { (work) throws(AuraError) in _ = try nonBacktracking(rows, work: work) } == [.limit, .cancelled])
  }
}
