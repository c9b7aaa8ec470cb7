import AuraBase
import AuraKernels
import Foundation
import Testing

/// Leading vectors, Katz's count and hubs against their definitions.
@Suite struct WalksTests {
  private struct Drawn {
    let n: Int
    let directed: Bool
    let into: LinkMatrix
    let out: LinkMatrix
    /// `a[i][j]`: strength from *i* to *j*.
    var a: [[Double]]

    init(_ seed: Int, agents n: Int, links: Int) throws {
      let network = DrawnNetwork.random(UInt64(seed), agents: n, links: links)
      let dice = Dice(seed: UInt64(seed) + 900)
      let strengths = network.sources.indices.map { dice.uniform($0) < 0.1 ? 0 : 7 * dice.uniform(1_000 + $0) }
      self.n = n
      directed = seed % 2 == 0
      func rows(_ sense: Adjacency.Sense) throws -> LinkMatrix {
        try LinkMatrix(
          count: n, sources: network.sources.span, targets: network.targets.span, sense: sense,
          strengths: strengths.span)
      }
      into = try rows(directed ? .into : .both)
      out = try rows(directed ? .out : .both)
      a = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
      for (k, (s, t)) in zip(network.sources, network.targets).enumerated() {
        a[Int(s)][Int(t)] += strengths[k]
        if !directed { a[Int(t)][Int(s)] += strengths[k] }
      }
    }

    /// What comes in when everybody holds `x`.
    func received(_ x: [Double]) -> [Double] { (0..<n).map { j in (0..<n).reduce(0) { $0 + a[$1][j] * x[$1] } } }
    func sent(_ x: [Double]) -> [Double] { (0..<n).map { i in (0..<n).reduce(0) { $0 + a[i][$1] * x[$1] } } }
  }

  @Test(arguments: 0..<40) func theLeadingVectorStaysWhatItIs(_ seed: Int) throws {
    let drawn = try Drawn(seed, agents: 4 + seed, links: 8 + 3 * seed)
    let found = try leadingVector(drawn.into, columns: drawn.directed ? drawn.out : nil, work: Work())
    guard found.radius > 0 else {
      #expect(found.vector.count == 0)
      return
    }
    let x = found.vector.array
    let next = drawn.received(x)
    for i in x.indices {
      #expect(x[i] >= 0)
      #expect(abs(next[i] - found.radius * x[i]) < 1e-9 * found.radius)
    }
    #expect(abs(x.reduce(0) { $0 + $1 * $1 } - 1) < 1e-12)
    #expect(abs(found.shares.array.reduce(0, +) - 1) < 1e-9)
    // No start grows faster: the mean growth of long walks.
    var walks = [Double](repeating: 1, count: drawn.n)
    var growth = 0.0
    for round in 0..<3_000 {
      walks = drawn.received(walks)
      let sum = walks.reduce(0, +)
      walks = walks.map { $0 / sum }
      if round >= 1_000 { growth += log2(sum) / 2_000 }
    }
    #expect(abs(exp2(growth) - found.radius) < 0.01 * found.radius)
  }

  /// The shares are what the radius loses, to first order, when an agent's links weaken: half of it at either end.
  @Test func sharesAreSlopes() throws {
    let network = DrawnNetwork.random(4, agents: 30, links: 90)
    func radius(_ weakened: Int32?, _ by: Double) throws -> LeadingVector {
      let strengths = network.sources.indices.map { k in
        (network.sources[k] == weakened ? 1 - by : 1) * (network.targets[k] == weakened ? 1 - by : 1)
      }
      func rows(_ sense: Adjacency.Sense) throws -> LinkMatrix {
        try LinkMatrix(
          count: 30, sources: network.sources.span, targets: network.targets.span, sense: sense,
          strengths: strengths.span)
      }
      return try leadingVector(rows(.into), columns: rows(.out), work: Work())
    }
    let whole = try radius(nil, 0)
    for agent in 0..<30 {
      let less = try radius(Int32(agent), 1e-5)
      #expect(abs((whole.radius - less.radius) / whole.radius / 2e-5 - whole.shares[agent]) < 1e-4)
    }
  }

  @Test(arguments: 0..<20) func katzCountsWalks(_ seed: Int) throws {
    let drawn = try Drawn(seed, agents: 4 + seed, links: 8 + 3 * seed)
    let radius = try leadingVector(
      drawn.into, columns: drawn.directed ? drawn.out : nil, vectorToo: false, work: Work()
    ).radius
    let alpha = (seed % 3 == 0 ? 0.99 : 0.5) / max(radius, drawn.into.largestSum / 4, 1e-9)
    let x = try katz(drawn.into, alpha: alpha, radius: radius, work: Work()).array
    let next = drawn.received(x)
    for i in x.indices { #expect(abs(1 + alpha * next[i] - x[i]) < 1e-10 * x[i]) }
    #expect(throws: AuraError.self) { try katz(drawn.into, alpha: 1, radius: 1, work: Work()) }
  }

  @Test(arguments: 0..<20) func hubsPointAtAuthorities(_ seed: Int) throws {
    let drawn = try Drawn(seed, agents: 4 + seed, links: 8 + 3 * seed)
    let found = try hubsAndAuthorities(out: drawn.out, into: drawn.into, work: Work())
    func share(_ x: [Double]) -> [Double] {
      let sum = x.reduce(0, +)
      return x.map { $0 / sum }
    }
    var hub = [Double](repeating: 1, count: drawn.n)
    for _ in 0..<20_000 { hub = share(drawn.sent(drawn.received(hub))) }
    let authority = share(drawn.received(hub))
    for i in 0..<drawn.n {
      #expect(abs(found.hub[i] - hub[i]) < 1e-8)
      #expect(abs(found.authority[i] - authority[i]) < 1e-8)
    }
  }

  @Test func aBudgetRunsOutAndAFlagStops() throws {
    let drawn = try Drawn(2, agents: 40, links: 120)
    #expect(
      refusals { (work) throws(AuraError) in _ = try leadingVector(drawn.into, columns: drawn.out, work: work) }
        == [.limit, .cancelled])
    #expect(
      refusals { (work) throws(AuraError) in _ = try katz(drawn.into, alpha: 0.01, radius: 50, work: work) }
        == [.limit, .cancelled])
    #expect(
      refusals { (work) throws(AuraError) in _ = try hubsAndAuthorities(out: drawn.out, into: drawn.into, work: work) }
        == [.limit, .cancelled])
  }
}
