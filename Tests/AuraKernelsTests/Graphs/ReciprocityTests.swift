import AuraBase
import AuraKernels
import Testing

@Suite struct ReciprocityTests {
  @Test(arguments: 0..<30) func equalsTheDefinition(_ seed: Int) throws {
    let n = 10
    let network = DrawnNetwork.random(UInt64(seed), agents: n, links: 10 + seed)
    let pairs = Set(zip(network.sources, network.targets).filter { $0 != $1 }.map { [$0, $1] })
    let found = try reciprocity(network.adjacency(.out), into: network.adjacency(.into), work: Work())
    for v in 0..<Int32(n) {
      let asked = pairs.filter { $0[0] == v }
      #expect(found.asked[Int(v)] == Int32(asked.count))
      #expect(found.answered[Int(v)] == Int32(asked.count { pairs.contains([$0[1], $0[0]]) }))
    }
  }

  @Test func aBudgetRunsOutAndAFlagStops() throws {
    let network = DrawnNetwork.random(1, agents: 50, links: 160)
    let (out, into) = (try network.adjacency(.out), try network.adjacency(.into))
    #expect(
      refusals { (work) throws(AuraError) in
        _ = try reciprocity(out, into: into, work: work)
      } == [.limit, .cancelled])
  }
}
