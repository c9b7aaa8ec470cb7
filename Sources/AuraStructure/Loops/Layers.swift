package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// How deep each agent sits below those on which nothing weighs.
///
/// Agents to whom nobody points are in layer 0, others one below the deepest that points at them: what happens at the
/// top takes as many steps at most to arrive. Agents that wait for each other share a layer.
///
/// - Complexity: O(*n* + *m*).
/// - Source: Kahn 1962, doi:10.1145/368996.369025.
package enum Layers: Analysis {
  package static let card = Card(
    id: "graph.loops.layers", since: "0.2", summary: "Depth of dependence.",
    reference: "Kahn 1962, doi:10.1145/368996.369025", cost: "m; comfortable up to 10^7 agents")

  package struct Parameters: ParameterSet {
    var reverse = false

    package init() {}
    package static let fields: [Field<Self>] = [.reverse(\.reverse)]
  }

  package struct Output: Answer {
    package let layers: Column<Int32>
    package let sizes: Column<Int32>

    package static let fields: [AnswerField<Self>] = [
      .integers("layers", { $0.layers }, "Layer of each agent, from 0."),
      .integer("count", { $0.sizes.count }, "Number of layers."),
      .integers("sizes", { $0.sizes }, "Agents in each layer."),
    ]

    package func headline(_ view: TopologyView) -> String {
      if sizes.count == 0 { return "There are no agents." }
      var deepest = 0
      while Int(layers[deepest]) != sizes.count - 1 { deepest += 1 }
      if sizes.count == 1 { return "Nobody is below anybody else." }
      return "Dependence is \(sizes.count) layers deep; \(name(deepest, view)) is in the last."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "a shortcut does not lift an agent", on: .directed(3, [(0, 1), (1, 2), (0, 2)]),
      expect: ["layers": [0, 1, 2], "count": 3, "sizes": [1, 1, 1]]),
    KnownAnswer(
      "a loop shares a layer", on: .directed(5, [(0, 1), (1, 2), (2, 1), (2, 3), (0, 3), (4, 3)]),
      expect: ["layers": [0, 1, 1, 2, 0], "sizes": [2, 2, 1]]),
    KnownAnswer(
      "the other way round", on: .directed(4, [(0, 1), (1, 2), (0, 3)]), with: ["reverse": true],
      expect: ["layers": [2, 1, 0, 0]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let rows = try view.adjacency(parameters.reverse ? .predecessors : .successors)
    let layers = try dependenceLayers(rows, work: view.work)
    var sizes = Buffer<Int32>()
    for i in 0..<view.count {
      while sizes.count <= Int(layers[i]) { try sizes.append(0) }
      sizes[Int(layers[i])] += 1
    }
    return Output(layers: layers, sizes: Column(sizes))
  }
}
