import AuraBase
import AuraKernels
import Testing

@Suite struct UnionFindTests {
  @Test func theRootIsTheLeastAgentWhateverTheOrder() throws {
    var sets = try UnionFind(count: 6)
    let grew = [(5, 4), (3, 4), (1, 5), (3, 1)].map { sets.union($0, $1) }
    #expect(grew == [true, true, true, false])
    var roots: [Int32] = []
    for i: Int32 in 0..<6 { roots.append(sets.find(i)) }
    #expect(roots == [0, 1, 2, 1, 1, 1])
    let count = sets.sets
    #expect(count == 3)
  }

  @Test func aLongChainNeedsNoStack() throws {
    let n: Int32 = 200_000
    var sets = try UnionFind(count: Int(n))
    for i in stride(from: n - 2, through: 0, by: -1) { sets.union(i, i + 1) }
    let (root, count) = (sets.find(n - 1), sets.sets)
    #expect(root == 0)
    #expect(count == 1)
  }
}
