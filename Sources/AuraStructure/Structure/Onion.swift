package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// How deep from the rim each agent sits.
///
/// The network is peeled like an onion: all agents with the fewest partners left come off together, round by round. Of
/// agents equally well held, those in later rounds are farther from where the network frays.
///
/// - Complexity: O(*n* + *m*).
/// - Source: Hébert-Dufresne, Grochow and Allard 2016, doi:10.1038/srep31708.
/// - Partners are distinct others, whatever the direction.
package enum Onion: Analysis {
  package static let card = Card(
    id: "graph.structure.onion", since: "0.2", summary: "How deep from the rim.",
    reference: "Hébert-Dufresne, Grochow and Allard 2016, doi:10.1038/srep31708",
    cost: "m; comfortable up to 10^7 agents")

  package typealias Parameters = NoParameters

  package struct Output: Answer {
    package let layers: Column<Int32>
    package let sizes: Column<Int32>

    package static let fields: [AnswerField<Self>] = [
      .integers("layers", { $0.layers }, "Layer of each agent: the round in which it comes off, from 1."),
      .integer("count", { $0.sizes.count }, "Number of layers."),
      .integers("sizes", { $0.sizes }, "Agents in each layer, from the outermost."),
    ]

    package func headline(_ view: TopologyView) -> String {
      guard sizes.count > 0, let deepest = mostOf(layers) else { return "There are no agents." }
      if sizes.count == 1 { return "All agents are equally deep." }
      return
        "The network has \(sizes.count) layers; \(sizes[0]) of \(view.count) agents \(sizes[0] == 1 ? "is" : "are") "
        + "on the rim, and \(name(deepest, view)) is in the innermost."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "the middle of a chain is three deep, though all have core number 1", on: .path(5),
      expect: ["layers": [1, 2, 3, 2, 1], "count": 3, "sizes": [2, 2, 1]]),
    KnownAnswer(
      "whoever is alone comes off before the tail, the triangle last and together; doubled links do not count",
      on: .directed(5, [(0, 1), (1, 2), (2, 0), (2, 3), (3, 2), (4, 4)]),
      expect: ["layers": [3, 3, 3, 2, 1], "sizes": [1, 1, 3]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: NoParameters) throws(AuraError) -> Output {
    let layers = try coreDecomposition(view.adjacency(.simple), work: view.work).layers
    var sizes = Buffer<Int32>()
    for i in 0..<view.count {
      while sizes.count < Int(layers[i]) { try sizes.append(0) }
      sizes[Int(layers[i]) - 1] += 1
    }
    return Output(layers: layers, sizes: Column(sizes))
  }
}
