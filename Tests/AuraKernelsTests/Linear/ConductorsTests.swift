import AuraBase
import AuraKernels
import Foundation
import Testing

@Suite struct ConductorsTests {
  private struct Drawn {
    let network: DrawnNetwork
    let strengths: [Double]
    let matrix: LinkMatrix

    /// Strengths spread over `decades` powers of ten.
    init(_ seed: Int, agents n: Int, links: Int, decades: Double) throws {
      let network = DrawnNetwork.random(UInt64(seed), agents: n, links: links)
      let dice = Dice(seed: UInt64(seed) + 77)
      let strengths = network.sources.indices.map {
        dice.uniform($0) < 0.1 ? 0 : pow(10, decades * (dice.uniform(1_000 + $0) - 0.5))
      }
      matrix = try LinkMatrix(
        count: n, sources: network.sources.span, targets: network.targets.span, sense: .both, strengths: strengths.span)
      self.network = network
      self.strengths = strengths
    }

    func conductors(_ work: Work = Work()) throws -> Conductors {
      try #require(try Conductors(matrix, most: .max, work: work))
    }

    func laplacian(_ x: [Double]) -> [Double] {
      var out = [Double](repeating: 0, count: x.count)
      for (k, (s, t)) in zip(network.sources, network.targets).enumerated() {
        let current = strengths[k] * (x[Int(s)] - x[Int(t)])
        out[Int(s)] += current
        out[Int(t)] -= current
      }
      return out
    }
  }

  /// Rounds say what taking the network apart says: of pairs within a part, across parts, and of one with itself.
  @Test(arguments: 0..<24) func roundsGiveTheSameResistances(_ seed: Int) throws {
    let drawn = try Drawn(seed, agents: 4 + 3 * seed, links: 4 + 6 * seed, decades: 2)
    let exact = try drawn.conductors()
    let from: [Int32] = [0, 3, 1, 0], to = (0..<Int32(exact.count)).map { $0 }
    let found = try #require(try resistancesInRounds(drawn.matrix, from.span, to.span, work: Work()))
    let wanted = try exact.resistances(from.span, to.span, work: Work())
    #expect(found.count == wanted.count)
    for k in 0..<wanted.count {
      if wanted[k] == .infinity {
        #expect(found[k] == .infinity)
      } else {
        #expect(abs(found[k] - wanted[k]) <= 1e-9 * wanted[k])
      }
    }
  }

  @Test func roundsOfResistancesStopWhenTold() throws {
    let drawn = try Drawn(5, agents: 40, links: 90, decades: 1)
    let ends: [Int32] = [0, 1, 2]
    #expect(
      refusals { (work) throws(AuraError) in
        _ = try resistancesInRounds(drawn.matrix, ends.span, ends.span, work: work)
      } == [.limit, .cancelled])
  }

  @Test(arguments: 0..<24) func voltagesDriveTheCurrentsFedIn(_ seed: Int) throws {
    let drawn = try Drawn(seed, agents: 5 + 2 * seed, links: 6 + 5 * seed, decades: 3)
    let conductors = try drawn.conductors()
    let n = conductors.count
    for i in 0..<min(n, 8) {
      let j = (i * 7 + 3) % n
      let resistance = try conductors.resistances([Int32(i)].span, [Int32(j)].span, work: Work())[0]
      guard conductors.parts.labels[i] == conductors.parts.labels[j] else {
        #expect(resistance == .infinity)
        continue
      }
      var buffer = try Buffer<Double>(repeating: 0, count: n)
      do {
        var x = buffer.mutableSpan
        x[i] += 1
        x[j] -= 1
        try conductors.solve(&x, work: Work())
      }
      let voltages = (0..<n).map { buffer[$0] / conductors.scale }
      let currents = drawn.laplacian(voltages)
      for k in 0..<n {
        let fed = (k == i ? 1.0 : 0) - (k == j ? 1 : 0)
        #expect(abs(currents[k] - fed) < 1e-9)
      }
      #expect(abs(voltages[i] - voltages[j] - resistance) < 1e-9 * max(1, resistance))
    }
  }

  /// Foster's law, and sums against pairs one by one; also where strengths differ by 24 powers of ten.
  @Test(arguments: 0..<24) func lawsHold(_ seed: Int) throws {
    let drawn = try Drawn(seed, agents: 5 + 2 * seed, links: 6 + 5 * seed, decades: seed % 2 == 0 ? 3 : 24)
    let conductors = try drawn.conductors()
    let n = conductors.count
    let shares = try conductors.linkShares(
      sources: drawn.network.sources.span, targets: drawn.network.targets.span, strengths: drawn.strengths.span,
      work: Work())
    #expect(abs(shares.array.reduce(0, +) - Double(n - conductors.parts.count)) < 1e-8 * Double(n))
    let all = (0..<n).map { Int32($0) }
    let sums = try conductors.resistanceSums(work: Work())
    for i in 0..<n {
      let each = try conductors.resistances([Int32(i)].span, all.span, work: Work()).array
      let sum = each.reduce(0) { $1 < .infinity ? $0 + $1 : $0 }
      #expect(abs(sums[i] - sum) <= 1e-9 * sum)
    }
    for (k, (s, t)) in zip(drawn.network.sources, drawn.network.targets).enumerated() where s != t {
      if drawn.strengths[k] == 0 { continue }
      let resistance = try conductors.resistances([s].span, [t].span, work: Work())[0]
      #expect(abs(shares[k] - min(1, resistance * drawn.strengths[k])) < 1e-9)
    }
  }

  /// Cayley: all with all have n to the n - 2nd trees.
  @Test func treesAreCounted() throws {
    let links = (0..<9).flatMap { i in (0..<i).map { (Int32(i), Int32($0)) } }
    let network = DrawnNetwork(10, links)
    let matrix = try LinkMatrix(
      count: 10, sources: network.sources.span, targets: network.targets.span, sense: .both, strengths: nil)
    let conductors = try #require(try Conductors(matrix, most: .max, work: Work()))
    let logs = try conductors.logTrees().array
    #expect(logs.count == 2 && abs(logs[0] - 7 * log(9)) < 1e-12 && logs[1] == 0)
    #expect(try Conductors(matrix, most: 10, work: Work()) == nil)
  }

  /// Newman's definition: half of what its links carry, pair by pair.
  @Test(arguments: 0..<6) func currentsAreAddedUp(_ seed: Int) throws {
    let drawn = try Drawn(seed, agents: 7 + seed, links: 10 + 3 * seed, decades: 1)
    let conductors = try drawn.conductors()
    let n = conductors.count
    var expected = [Double](repeating: 0, count: n)
    for s in 0..<n {
      for t in s + 1..<n where conductors.parts.labels[s] == conductors.parts.labels[t] {
        var buffer = try Buffer<Double>(repeating: 0, count: n)
        var x = buffer.mutableSpan
        x[s] = 1
        x[t] = -1
        try conductors.solve(&x, work: Work())
        for (k, (i, j)) in zip(drawn.network.sources, drawn.network.targets).enumerated() {
          let current = abs(drawn.strengths[k] * (x[Int(i)] - x[Int(j)])) / conductors.scale
          for end in [Int(i), Int(j)] where end != s && end != t { expected[end] += current / 2 }
        }
      }
    }
    for pool in [nil, WorkerPool(width: 3)] {
      let found = try conductors.currentBetweenness(work: Work(pool: pool))
      for i in 0..<n { #expect(abs(found[i] - expected[i]) < 1e-9 * max(1, expected[i])) }
    }
  }

  @Test(arguments: 0..<16) func theSlowestDifferenceIsAnEigenvector(_ seed: Int) throws {
    let drawn = try Drawn(seed, agents: 6 + 3 * seed, links: 10 + 6 * seed, decades: 1)
    let conductors = try drawn.conductors()
    let found = try fiedler(drawn.matrix, conductors.parts, conductors: conductors, work: Work())
    let other = try fiedler(drawn.matrix, drawn.matrix.parts(work: Work()), conductors: nil, work: Work())
    #expect(abs(found.connectivity - other.connectivity) < 1e-9)
    let x = found.vector.array.map { $0.isNaN ? 0 : $0 }
    let y = drawn.laplacian(x)
    for i in x.indices {
      #expect(abs(y[i] - found.connectivity * x[i]) < 1e-8)
      if !found.degenerate { #expect(abs(x[i] - (other.vector[i].isNaN ? 0 : other.vector[i])) < 1e-6) }
    }
    #expect(abs(x.reduce(0, +)) < 1e-9 && abs(x.reduce(0) { $0 + $1 * $1 } - 1) < 1e-9)
    // No other difference evens out more slowly.
    let dice = Dice(seed: UInt64(seed))
    for trial in 0..<20 {
      var z = x.indices.map { found.vector[$0].isNaN ? 0 : dice.uniform(1_000 * trial + $0) }
      let size = Double(found.vector.array.count { !$0.isNaN })
      let mean = z.reduce(0, +) / size
      for i in z.indices where !found.vector[i].isNaN { z[i] -= mean }
      let energy = zip(z, drawn.laplacian(z)).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(energy >= found.connectivity * z.reduce(0) { $0 + $1 * $1 } - 1e-9)
    }
  }

  @Test func aBudgetRunsOutAndAFlagStops() throws {
    let drawn = try Drawn(3, agents: 40, links: 90, decades: 1)
    let conductors = try drawn.conductors()
    #expect(
      refusals { (work) throws(AuraError) in _ = try Conductors(drawn.matrix, most: .max, work: work) }
        == [.limit, .cancelled])
    #expect(
      refusals { (work) throws(AuraError) in _ = try conductors.resistanceSums(work: work) } == [.limit, .cancelled])
    #expect(
      refusals { (work) throws(AuraError) in _ = try conductors.currentBetweenness(work: work) } == [
        .limit, .cancelled,
      ])
    #expect(
      refusals { (work) throws(AuraError) in
        _ = try fiedler(drawn.matrix, conductors.parts, conductors: conductors, work: work)
      } == [.limit, .cancelled])
  }
}
