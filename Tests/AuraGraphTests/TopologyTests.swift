internal import AuraBase
internal import AuraGraph
internal import AuraKernels
import Testing

@Suite struct TopologyTests {
  static func rows(_ table: Adjacency) -> [[Int32]] {
    (0..<table.starts.count - 1).map { i in
      (Int(table.starts[i])..<Int(table.starts[i + 1])).map { table.neighbours[$0] }.sorted()
    }
  }

  static let links =
    #"[{"source":0,"target":1},{"source":1,"target":2},{"source":1,"target":2},{"source":2,"target":2}]"#

  @Test func tablesOfADirectedNetwork() throws {
    let structure = try read(#"{"directed":true,"nodes":[{"id":0},{"id":1},{"id":2}],"edges":\#(Self.links)}"#)
      .structure
    #expect(Self.rows(try structure.adjacency(.successors)) == [[1], [2, 2], [2]])
    #expect(Self.rows(try structure.adjacency(.predecessors)) == [[], [0], [1, 1, 2]])
    #expect(Self.rows(try structure.adjacency(.simple)) == [[1], [0, 2], [1]])
  }

  @Test func anUndirectedNetworkHasOneSense() throws {
    let structure = try read(#"{"nodes":[{"id":0},{"id":1},{"id":2}],"edges":\#(Self.links)}"#).structure
    let both = Self.rows(try structure.adjacency(.neighbours))
    #expect(Self.rows(try structure.adjacency(.successors)) == both)
    #expect(Self.rows(try structure.adjacency(.predecessors)) == both)
    #expect(both[0] == [1])
  }

  @Test func aTableIsBuiltOnce() throws {
    let structure = try read(#"{"nodes":[{"id":0},{"id":1},{"id":2}],"edges":\#(Self.links)}"#).structure
    let first = try structure.adjacency(.simple), second = try structure.adjacency(.simple)
    #expect(first.starts === second.starts)
  }

  @Test func peopleAreToldAgentsApart() throws {
    let topology = try read(
      #"{"nodes":[{"id":1,"label":"Oslo"},{"id":"b","label":"Rome"},{"id":3,"label":"Oslo"},{"id":4},{"id":"e"}],"edges":[]}"#
    )
    let view = TopologyView(topology)
    #expect((0..<5).map { view.name($0) } == ["Oslo (1)", "Rome", "Oslo (3)", "agent 4", "e"])
  }
}
