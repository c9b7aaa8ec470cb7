import AuraBase
import AuraCatalogue
import AuraGraph
import AuraStructure
import Testing

@Suite struct BetweennessTests {
  private func run(_ network: SampleNetwork, _ parameters: JSON = [:], roles: JSON = [:]) throws -> Column<Double> {
    let view = TopologyView(try network.topology(), roles: try TopologyView.Roles(roles))
    return try Betweenness.run(view, Betweenness.Parameters(parameters)).betweenness
  }

  @Test func lengthsCountWhenGivenAndMayBeIgnored() throws {
    let network = SampleNetwork.undirected(3, [(0, 1), (1, 2), (0, 2)]).linkField("length", [1, 1, 5])
    #expect(try run(network).array == [0, 1, 0])
    #expect(try run(network, ["ignore_length": true]).array == [0, 0, 0])
  }

  @Test func anotherFieldMaySayTheLength() throws {
    let network = SampleNetwork.undirected(3, [(0, 1), (1, 2), (0, 2)]).linkField("latency_ms", [1, 1, 5])
    #expect(try run(network).array == [0, 0, 0])
    #expect(try run(network, roles: ["length": "latency_ms"]).array == [0, 1, 0])
  }

  /// Strength says nothing about distance.
  @Test func strengthIsNotALength() throws {
    let network = SampleNetwork.undirected(3, [(0, 1), (1, 2), (0, 2)]).linkField("strength", [1, 1, 5])
    #expect(try run(network).array == [0, 0, 0])
  }

  @Test func aLengthOfZeroIsRefusedAndBlamed() throws {
    let network = SampleNetwork.undirected(3, [(0, 1), (1, 2)]).linkField("length", [1, 0])
    let error = #expect(throws: AuraError.self) { try run(network) }
    #expect(error?.code == .schema && error?.pointer == "/edges/1")
  }

  @Test func normalisedIsAShareEvenOfFewAgents() throws {
    #expect(try run(.star(4), ["normalised": true]).array == [1, 0, 0, 0, 0])
    #expect(try run(.directed(3, [(0, 1), (1, 2)]), ["normalised": true]).array == [0, 0.5, 0])
    for n in 0...2 { #expect(try run(.path(n), ["normalised": true]).array.allSatisfy { $0 == 0 }) }
  }
}
