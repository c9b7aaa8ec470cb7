import AuraBase
import AuraKernels
import Testing

@Suite struct DominatorsTests {
  /// Takes each agent away and looks who can still be reached.
  @Test(arguments: 0..<80) func equalsTheDefinition(_ seed: Int) throws {
    let n = 12
    let network = DrawnNetwork.random(UInt64(seed), agents: n, links: 8 + seed / 3)
    let sources = Array(Set([seed % n, seed * 5 % n, seed * 7 % n].prefix(1 + seed % 3))).sorted()
    for directed in [true, false] {
      func reached(without lost: Int?) -> Set<Int> {
        let reach = (lost.map { network.without($0) } ?? network).reach(directed: directed)
        return Set((0..<n).filter { i in i != lost && sources.contains { $0 != lost && reach[$0][i] } })
      }
      let whole = reached(without: nil)
      let cut = (0..<n).map { lost in
        whole.contains(lost) ? whole.subtracting(reached(without: lost)).subtracting([lost]) : []
      }
      let first = sources.map { Int32($0) }
      let (out, into) =
        (try network.adjacency(directed ? .out : .both), try network.adjacency(directed ? .into : .both))
      let found = try dominators(out, into: into, sources: first.span, work: Work())
      for v in 0..<n {
        #expect(found.held[v] == (whole.contains(v) ? Int32(cut[v].count) : -1))
        // Of all that cannot be avoided, the last one is itself behind all others.
        let before = (0..<n).filter { cut[$0].contains(v) }
        let last = before.first { d in before.allSatisfy { $0 == d || cut[$0].contains(d) } }
        #expect(found.dominators[v] == Int32(last ?? -1))
      }
    }
  }

  @Test func aLongChainNeedsNoStack() throws {
    let n = 100_000
    let chain = DrawnNetwork(n, (0..<Int32(n) - 1).map { ($0, $0 + 1) } + (2..<Int32(n)).map { ($0, $0 - 2) })
    let first: [Int32] = [0]
    let (out, into) = (try chain.adjacency(.out), try chain.adjacency(.into))
    let found = try dominators(out, into: into, sources: first.span, work: Work())
    #expect(found.held[0] == Int32(n) - 1 && found.dominators[n - 1] == Int32(n) - 2)
  }

  @Test func aBudgetRunsOutAndAFlagStops() throws {
    let network = DrawnNetwork.random(1, agents: 50, links: 160)
    let (out, into) = (try network.adjacency(.out), try network.adjacency(.into))
    let first: [Int32] = [0]
    #expect(
      refusals { (work) throws(AuraError) in _ = try dominators(out, into: into, sources: first.span, work: work) }
        == [.limit, .cancelled])
  }
}
