import AuraBase
import AuraKernels
import Testing

@Suite struct DeadlockTests {
  /// Lets agents go on, one after the other, until nobody else can.
  @Test(arguments: 0..<60) func equalsTheDefinition(_ seed: Int) throws {
    let n = 12
    let network = DrawnNetwork.random(UInt64(seed), agents: n, links: 4 + seed / 3)
    let links = Array(zip(network.sources, network.targets))
    let reach = network.reach(directed: true)
    for all in [true, false] {
      var free = (0..<n).map { i in !links.contains { $0.0 == i } }
      for _ in 0..<n {
        for i in 0..<n where !free[i] {
          let waits = links.filter { $0.0 == i }.map { free[Int($0.1)] }
          free[i] = all ? waits.allSatisfy { $0 } : waits.contains(true)
        }
      }
      let found = try deadlock(network.adjacency(.out), into: network.adjacency(.into), all: all, work: Work())
      #expect(found.stuck.array == free.map { $0 ? 0 : 1 })
      // In a group: who lies on a loop; without a way out, also nobody else within reach.
      for i in 0..<n {
        let onLoop = links.contains { $0.0 == i && reach[Int($0.1)][i] }
        let closed = (0..<n).allSatisfy { !reach[i][$0] || reach[$0][i] }
        #expect((found.groups[i] >= 0) == (onLoop && (all || closed)))
        for j in 0..<n where found.groups[i] >= 0 && found.groups[j] >= 0 {
          #expect((found.groups[i] == found.groups[j]) == (reach[i][j] && reach[j][i]))
        }
      }
      #expect(found.count == Int(found.groups.array.max() ?? -1) + 1)
    }
  }

  @Test func aBudgetRunsOutAndAFlagStops() throws {
    let network = DrawnNetwork.random(1, agents: 50, links: 60)
    let (out, into) = (try network.adjacency(.out), try network.adjacency(.into))
    #expect(
      refusals { (work) throws(AuraError) in _ = try deadlock(out, into: into, all: true, work: work) }
        == [.limit, .cancelled])
  }
}
