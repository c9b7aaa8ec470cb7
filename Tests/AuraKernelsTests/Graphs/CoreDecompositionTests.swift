import AuraBase
import AuraKernels
import Testing

@Suite struct CoreDecompositionTests {
  @Test func aTailHangsOnTheTriangle() throws {
    let found = try coreDecomposition(
      DrawnNetwork(4, [(0, 1), (1, 2), (2, 0), (2, 3)]).adjacency(.both, simple: true), work: Work())
    #expect(found.cores.array == [2, 2, 2, 1])
    #expect(found.order.array == [3, 0, 1, 2])
  }

  @Test func aChainComesOffFromItsEnds() throws {
    let chain = DrawnNetwork(5, [(0, 1), (1, 2), (2, 3), (3, 4)])
    let found = try coreDecomposition(chain.adjacency(.both, simple: true), work: Work())
    #expect(found.layers.array == [1, 2, 3, 2, 1])
    #expect(found.cores.array == [1, 1, 1, 1, 1])
  }

  @Test func everyLinkCountsWhenAllAreGiven() throws {
    let network = DrawnNetwork(4, [(0, 1), (1, 0), (1, 2), (2, 2), (2, 1), (0, 2), (2, 3)])
    #expect(try coreDecomposition(network.adjacency(.both), work: Work()).cores.array == [3, 3, 3, 1])
    #expect(try coreDecomposition(network.adjacency(.both, simple: true), work: Work()).cores.array == [2, 2, 2, 1])
  }

  @Test func nobodyAndAlone() throws {
    #expect(try coreDecomposition(DrawnNetwork(0, []).adjacency(.both, simple: true), work: Work()).order.count == 0)
    let alone = try coreDecomposition(DrawnNetwork(1, [(0, 0)]).adjacency(.both, simple: true), work: Work())
    #expect(alone.cores.array == [0])
    #expect(alone.layers.array == [1])
  }

  /// The *k*-core by definition: throw out who has fewer than *k* partners, until nobody has.
  @Test(arguments: 0..<40) func equalsTheDefinition(_ seed: Int) throws {
    let n = 16
    let network = DrawnNetwork.random(UInt64(seed), agents: n, links: 2 * seed)
    var partners = [Set<Int>](repeating: [], count: n)
    for (s, t) in zip(network.sources, network.targets) where s != t {
      partners[Int(s)].insert(Int(t))
      partners[Int(t)].insert(Int(s))
    }
    var core = [Int32](repeating: 0, count: n)
    for k in 1..<n {
      var members = Set(0..<n)
      while let out = members.first(where: { partners[$0].intersection(members).count < k }) { members.remove(out) }
      for i in members { core[i] = Int32(k) }
    }
    let found = try coreDecomposition(network.adjacency(.both, simple: true), work: Work())
    #expect(found.cores.array == core)
    let order = found.order.array.map { Int($0) }
    #expect(order.sorted() == Array(0..<n))
    for (at, i) in order.enumerated() {
      #expect(partners[i].intersection(order[at...]).count <= Int(core[i]))
      if at > 0 {
        let before = order[at - 1]
        #expect((found.layers[before], before) < (found.layers[i], i))
      }
    }
  }

  @Test func aBudgetRunsOutAndAFlagStops() throws {
    let rows = try DrawnNetwork.random(1, agents: 50, links: 60).adjacency(.both, simple: true)
    #expect(
      refusals { (work) throws(AuraError) in _ = try coreDecomposition(rows, work: work) } == [.limit, .cancelled])
  }
}
