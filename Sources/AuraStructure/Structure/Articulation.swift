package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// Agents whose loss tears their part of the network to pieces.
///
/// Direction is left aside: what counts is who remains joined at all. A network without such agents survives any
/// single loss in one piece.
///
/// - Complexity: O(*n* + *m*).
/// - Source: Hopcroft and Tarjan 1973, doi:10.1145/362248.362272.
package enum Articulation: Analysis {
  package static let card = Card(
    id: "graph.structure.articulation", since: "0.1", summary: "Single points of failure.",
    reference: "Hopcroft and Tarjan 1973, doi:10.1145/362248.362272", cost: "m; comfortable up to 10^7 agents",
    suits: 0...(.max))

  package typealias Parameters = NoParameters

  package struct Output: Answer {
    package let agents: [Int32]
    package let parts: Column<Int32>

    package static let fields: [AnswerField<Self>] = [
      .agents("agents", { $0.agents }, "Agents whose loss splits their part of the network."),
      .integers("parts", { $0.parts }, "Pieces that remain of that part, for each of them."),
    ]

    package func headline(_ view: TopologyView) -> String {
      guard let worst = parts.array.enumerated().max(by: { ($0.element, $1.offset) < ($1.element, $0.offset) }) else {
        return "No single loss splits the network."
      }
      let first =
        "\(counted(agents.count, "agent")) \(agents.count == 1 ? "is a" : "are") single "
        + "point\(agents.count == 1 ? "" : "s") of failure"
      return "\(first); losing \(name(Int(agents[worst.offset]), view)) leaves \(worst.element) pieces."
    }

    package func urgency(_ view: TopologyView) -> Double { agents.isEmpty ? 0 : 0.7 }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "two triangles that share an agent fall apart without it, though no link is a bridge", on: .bowTie,
      expect: ["agents": [2], "parts": [2]]),
    KnownAnswer(
      "the hub of a star leaves as many pieces as it had leaves", on: .star(4), expect: ["agents": [0], "parts": [4]]),
    KnownAnswer(
      "a second link between two agents spares neither end", on: .undirected(3, [(0, 1), (0, 1), (1, 2)]),
      expect: ["agents": [1], "parts": [2]]),
    KnownAnswer("a ring has a way round every loss", on: .ring(5), expect: ["agents": [], "parts": []]),
  ]

  package static func run(_ view: TopologyView, _ parameters: NoParameters) throws(AuraError) -> Output {
    let found = try articulationPoints(view.lowPoints(), work: view.work)
    return Output(agents: found.agents.array, parts: found.parts)
  }
}
