package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// How many shortest routes run over each link.
///
/// Where a pair has several shortest routes, each counts for its share. The busiest links join what else has little in
/// common; losing one sends most traffic elsewhere.
///
/// - Complexity: O(*n m*); with lengths O(*n m* log *n*).
/// - Source: Girvan and Newman 2002, doi:10.1073/pnas.122653799.
/// - Directed networks count ordered pairs, undirected ones each pair once.
/// - Of parallel links the first of the shortest has all routes; self loops have none.
package enum BetweennessLink: Analysis {
  package static let card = Card(
    id: "graph.centrality.betweenness_link", since: "0.2", summary: "The busiest links.",
    reference: "Girvan and Newman 2002, doi:10.1073/pnas.122653799", cost: "n m; comfortable up to 2 10^4 agents")

  package struct Parameters: ParameterSet {
    var normalised = false
    var ignoreLength = false

    package init() {}
    package static let fields: [Field<Self>] = [
      .flag("normalised", \.normalised, "Divide by the number of pairs."),
      .flag("ignore_length", \.ignoreLength, "Count links even where links have a length."),
    ]
  }

  package struct Output: Answer {
    package let betweenness: Column<Double>
    /// All pairs, in the unit of `betweenness`.
    let pairs: Double

    package static let fields: [AnswerField<Self>] = [
      .reals("betweenness_link", { $0.betweenness }, "Shortest routes that run over each link, in shares.")
    ]

    package func headline(_ view: TopologyView) -> String {
      guard let most = leader(betweenness), betweenness[most] > 0 else { return "No link joins two agents." }
      return "Most routes run over \(link(most, view)): \(percent(betweenness[most] / pairs)) of those of all pairs."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "the middle link of a chain of four joins two and two, the others one and three", on: .path(4),
      expect: ["betweenness_link": [3, 4, 3]]),
    KnownAnswer(
      "of a doubled link the first has all, and a self loop nothing; with direction one pair of two counts",
      on: .directed(3, [(0, 1), (0, 1), (1, 1), (1, 2)]), expect: ["betweenness_link": [2, 0, 0, 2]]),
    KnownAnswer(
      "0.1 and 0.2 are as long as 0.3; of a doubled link the shorter one is used",
      on: SampleNetwork.undirected(3, [(0, 1), (0, 1), (1, 2), (0, 2)]).linkField("length", [0.5, 0.1, 0.2, 0.3]),
      expect: ["betweenness_link": [0, 1.5, 1.5, 0.5]]),
    KnownAnswer(
      "normalised, a link between two serves all there are", on: .path(2), with: ["normalised": true],
      expect: ["betweenness_link": [1]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let lengths = parameters.ignoreLength ? nil : try view.positiveLengths()
    var values = try linkBetweenness(
      view.adjacency(.successors), links: view.linkCount, undirected: !view.directed, lengths: lengths?.span,
      work: view.work)
    var pairs = max(1, orderedPairs(view.count) / (view.directed ? 1 : 2))
    if parameters.normalised {
      var shares = try Buffer(copying: values.span)
      for k in 0..<shares.count { shares[k] /= pairs }
      values = Column(shares)
      pairs = 1
    }
    return Output(betweenness: values, pairs: pairs)
  }
}
