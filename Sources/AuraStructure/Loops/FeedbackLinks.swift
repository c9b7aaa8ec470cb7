package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// Few links whose loss would break all loops.
///
/// Where loops do harm, these are the links at which to break them: by a queue, a time limit, a cached answer. In a
/// directed network small groups get the fewest, larger ones perhaps a few too many; the answer says when the number is
/// proven. In an undirected network it always is the fewest.
///
/// - Complexity: O(*m* log *m*) a round, at most 12 rounds.
/// - Source: Eades, Lin and Smyth 1993, doi:10.1016/0020-0190(93)90079-O.
/// - Self loops are always among them; each of parallel links counts.
package enum LoopBreakers: Analysis {
  package static let card = Card(
    id: "graph.loops.feedback_links", since: "0.2", summary: "Few links to break all loops.",
    reference: "Eades, Lin and Smyth 1993, doi:10.1016/0020-0190(93)90079-O",
    cost: "m log m; comfortable up to 10^6 agents", dependsOnOrder: true)

  package typealias Parameters = NoParameters

  package struct Output: Answer {
    let found: FeedbackLinks

    package static let fields: [AnswerField<Self>] = [
      .integers("links", { $0.found.links }, "Positions of the links, from 0."),
      .integer("count", { $0.found.links.count }, "How many."),
      .flag("exact", { $0.found.exact }, "Whether it is certain that no smaller set would do."),
    ]

    package func headline(_ view: TopologyView) -> String {
      let links = found.links
      if links.count == 0 { return "There are no loops." }
      return "Without \(counted(links.count, "link")) there would be no loops; \(link(Int(links[0]), view)) is "
        + "\(links.count == 1 ? "it" : "one of them")."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "two rings of three that share a link: that link", on: .directed(4, [(0, 1), (1, 2), (2, 0), (1, 3), (3, 0)]),
      expect: ["links": [0], "count": 1, "exact": true]),
    KnownAnswer(
      "an exchange doubled one way is cut the other way", on: .directed(3, [(0, 1), (1, 0), (0, 1), (2, 2)]),
      expect: ["links": [1, 3], "count": 2]),
    KnownAnswer(
      "without direction, all links beyond those that hold the network together", on: .complete(4),
      expect: ["count": 3, "exact": true]),
  ]

  package static func run(_ view: TopologyView, _ parameters: NoParameters) throws(AuraError) -> Output {
    let found =
      view.directed
      ? try feedbackLinks(view.adjacency(.successors), into: view.adjacency(.predecessors), work: view.work)
      : try feedbackLinks(
        count: view.count, sources: view.sources.span, targets: view.targets.span, work: view.work)
    return Output(found: found)
  }
}
