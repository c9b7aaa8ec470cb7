package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// The cheapest links that keep together all that is together.
///
/// Lengths of links are costs; without them, links come as they are given. Direction is left aside. Every other link is
/// a spare, though not for every loss.
///
/// - Complexity: O(*n* + *m* log *n*).
/// - Source: Kruskal 1956, doi:10.1090/S0002-9939-1956-0078686-7.
/// - Of links that are equally long, the one given first.
package enum Backbone: Analysis {
  package static let card = Card(
    id: "graph.structure.backbone", since: "0.2", summary: "The cheapest links that keep all joined.",
    reference: "Kruskal 1956, doi:10.1090/S0002-9939-1956-0078686-7", cost: "m; comfortable up to 10^6 agents")

  package typealias Parameters = NoParameters

  package struct Output: Answer {
    package let links: Column<Int32>
    package let length: Double

    package static let fields: [AnswerField<Self>] = [
      .integers("links", { $0.links }, "Positions of the links, from 0."),
      .integer("count", { $0.links.count }, "How many."),
      .real("length", { $0.length }, "Their lengths together, in the unit of the lengths; links where there are none."),
    ]

    package func headline(_ view: TopologyView) -> String {
      if links.count == 0 { return "There is nothing to keep together." }
      return "\(links.count) of \(counted(view.linkCount, "link")), \(figure(length)) long together, "
        + "\(links.count == 1 ? "keeps" : "keep") the network as joined as it is."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "the longest side of a triangle is spared",
      on: SampleNetwork.undirected(3, [(0, 1), (1, 2), (0, 2)]).linkField("length", [3, 1, 2]),
      expect: ["links": [1, 2], "count": 2, "length": 3]),
    KnownAnswer(
      "the shorter of two parallel links; a self loop never; each part on its own",
      on: SampleNetwork.directed(5, [(0, 1), (1, 0), (1, 1), (4, 3), (0, 2)]).linkField("length", [2, 1.5, 0, 4, 0]),
      expect: ["links": [1, 3, 4], "length": 5.5]),
    KnownAnswer(
      "of equal ones the first; strength is no length",
      on: SampleNetwork.ring(4).linkField("strength", [9, 1, 1, 1]), expect: ["links": [0, 1, 2], "length": 3]),
  ]

  package static func run(_ view: TopologyView, _ parameters: NoParameters) throws(AuraError) -> Output {
    let sources = view.sources, targets = view.targets, lengths = try view.lengths()
    let links = try spanningForest(
      count: view.count, sources: sources.span, targets: targets.span, lengths: lengths?.span, work: view.work)
    var length = 0.0
    for j in 0..<links.count { length += lengths?[Int(links[j])] ?? 1 }
    return Output(links: links, length: length)
  }
}
