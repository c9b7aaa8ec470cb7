import AuraBase
import AuraKernels
import Testing

@Suite struct LinkEndsTests {
  @Test(arguments: 0..<30) func equalsTheDefinition(_ seed: Int) throws {
    let n = 10
    let network = DrawnNetwork.random(UInt64(seed), agents: n, links: seed * 2)
    let strengths = network.sources.indices.map { Double($0 % 5) / 4 }
    let ends = Array(zip(network.sources, network.targets).enumerated())
    for (directed, given) in [(true, true), (true, false), (false, true), (false, false)] {
      func found(_ strengths: Span<Double>?) throws -> LinkEnds {
        try linkEnds(
          count: n, sources: network.sources.span, targets: network.targets.span, strengths: strengths,
          directed: directed, work: Work())
      }
      let all = given ? try found(strengths.span) : try found(nil)
      if !given {
        let fromRows = try linkEnds(
          count: n, sources: network.sources.span, targets: network.targets.span, strengths: nil, directed: directed,
          out: network.adjacency(directed ? .out : .both), into: network.adjacency(directed ? .into : .both),
          work: Work())
        #expect(fromRows.into.array == all.into.array && fromRows.out.array == all.out.array)
        #expect(fromRows.links.array == all.links.array && fromRows.strength.array == all.strength.array)
        #expect(fromRows.strengthInto.array == all.strengthInto.array)
        #expect(fromRows.strengthOut.array == all.strengthOut.array)
      }
      for v in 0..<n {
        let out = ends.filter { Int($0.element.0) == v }.map(\.offset)
        let into = ends.filter { Int($0.element.1) == v }.map(\.offset)
        func sum(_ links: [Int]) -> Double { links.reduce(0) { $0 + (given ? strengths[$1] : 1) } }
        let (first, last) = directed ? (out, into) : (out + into, out + into)
        #expect(all.out[v] == Int32(first.count) && all.into[v] == Int32(last.count))
        #expect(all.strengthOut[v] == sum(first) && all.strengthInto[v] == sum(last))
        #expect(all.links[v] == Int32(out.count + into.count) && all.strength[v] == sum(out + into))
      }
    }
  }

  @Test func aBudgetRunsOutAndAFlagStops() throws {
    let network = DrawnNetwork.random(1, agents: 50, links: 160)
    #expect(
      refusals { (work) throws(AuraError) in
        _ = try linkEnds(
          count: 50, sources: network.sources.span, targets: network.targets.span, strengths: nil, directed: true,
          work: work)
      } == [.limit, .cancelled])
  }
}
