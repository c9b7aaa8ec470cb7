import AuraBase
import AuraKernels
import Testing

@Suite struct AssortativityTests {
  /// The correlation over a list of all ends.
  @Test(arguments: 0..<40) func equalsTheDefinition(_ seed: Int) throws {
    let n = 10
    let network = DrawnNetwork.random(UInt64(seed), agents: n, links: 1 + seed)
    for directed in [true, false] {
      var from = [Int32](repeating: 0, count: n), to = from
      for (s, t) in zip(network.sources, network.targets) {
        from[Int(s)] += 1
        to[Int(t)] += 1
        if !directed {
          from[Int(t)] += 1
          to[Int(s)] += 1
        }
      }
      var ends = zip(network.sources, network.targets).map { [Int($0), Int($1)] }
      if !directed { ends += ends.map { [$0[1], $0[0]] } }
      let x = ends.map { Double(from[$0[0]]) }, y = ends.map { Double(to[$0[1]]) }
      let count = Double(ends.count)
      let (mx, my) = (x.reduce(0, +) / count, y.reduce(0, +) / count)
      let xy = zip(x, y).reduce(0) { $0 + ($1.0 - mx) * ($1.1 - my) }
      let xx = x.reduce(0) { $0 + ($1 - mx) * ($1 - mx) }, yy = y.reduce(0) { $0 + ($1 - my) * ($1 - my) }
      let found = try assortativity(
        network.adjacency(directed ? .out : .both), undirected: !directed, heads: to.span, work: Work())
      if xx < 1e-9 || yy < 1e-9 {
        #expect(found.coefficient == nil)
      } else {
        #expect(abs((found.coefficient ?? 9) - xy / (xx * yy).squareRoot()) < 1e-12)
      }
      for v in 0..<n {
        let mine = ends.filter { $0[0] == v }.map { Double(to[$0[1]]) }
        #expect(mine.isEmpty == found.partners[v].isNaN)
        if !mine.isEmpty { #expect(abs(found.partners[v] - mine.reduce(0, +) / Double(mine.count)) < 1e-12) }
      }
    }
  }

  @Test func aBudgetRunsOutAndAFlagStops() throws {
    let network = DrawnNetwork.random(1, agents: 50, links: 160)
    let out = try network.adjacency(.out)
    let heads = [Int32](repeating: 1, count: 50)
    #expect(
      refusals { (work) throws(AuraError) in
        _ = try assortativity(out, undirected: false, heads: heads.span, work: work)
      } == [.limit, .cancelled])
  }
}
