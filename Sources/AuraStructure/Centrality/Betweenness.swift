package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// How many shortest routes between others run through each agent.
///
/// Where a pair has several shortest routes, each counts for its share. Whoever sits on most routes is where traffic
/// meets, and whose loss sends most of it elsewhere.
///
/// - Complexity: O(*n m*); with lengths O(*n m* log *n*).
/// - Source: Brandes 2001, doi:10.1080/0022250X.2001.9990249.
/// - Directed networks count ordered pairs, undirected ones each pair once. Ends do not count.
/// - Of parallel links the shortest counts, once; self loops do not matter; who cannot be reached adds nothing.
package enum Betweenness: Analysis {
  package static let card = Card(
    id: "graph.centrality.betweenness", since: "0.1", summary: "Who sits on most routes.",
    reference: "Brandes 2001, doi:10.1080/0022250X.2001.9990249", cost: "n m; comfortable up to 2 10^4 agents",
    suits: 0...5_000)

  package struct Parameters: ParameterSet {
    var normalised = false
    var ignoreLength = false

    package init() {}
    package static let fields: [Field<Self>] = [
      .flag("normalised", \.normalised, "Divide by the number of pairs that an agent can lie between."),
      .flag("ignore_length", \.ignoreLength, "Count links even where links have a length."),
    ]
  }

  package struct Output: Answer {
    package let betweenness: Column<Double>
    /// Pairs that an agent can lie between, in the unit of `betweenness`.
    package let pairs: Double

    package static let fields: [AnswerField<Self>] = [
      .reals(
        "betweenness", { $0.betweenness }, "Shortest routes between others that run through each agent, in shares.")
    ]

    package func headline(_ view: TopologyView) -> String {
      guard let most = leader(betweenness), betweenness[most] > 0 else { return "No route runs through a third agent." }
      return
        "The most routes run through \(name(most, view)): \(percent(betweenness[most] / pairs)) of those of all pairs."
    }

    /// A network in which most routes share one agent hangs on it.
    package func urgency(_ view: TopologyView) -> Double {
      guard let most = leader(betweenness), pairs > 0 else { return 0 }
      return min(0.7, betweenness[most] / pairs)
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "each inner agent of a chain of four lies between two pairs, counted once", on: .path(4),
      expect: ["betweenness": [0, 2, 2, 0]]),
    KnownAnswer(
      "across a square there are two routes, half each", on: .ring(4), expect: ["betweenness": [0.5, 0.5, 0.5, 0.5]]),
    KnownAnswer(
      "0.1 and 0.2 are as long as 0.3, whatever the computer's sums say",
      on: SampleNetwork.undirected(3, [(0, 1), (1, 2), (0, 2)]).linkField("length", [0.1, 0.2, 0.3]),
      expect: ["betweenness": [0, 0.5, 0]]),
    KnownAnswer(
      "a doubled link is not a second route", on: .undirected(4, [(0, 1), (0, 1), (1, 3), (0, 2), (2, 3)]),
      expect: ["betweenness": [0.5, 0.5, 0.5, 0.5]]),
    KnownAnswer(
      "normalised, the middle of a chain of three is on every route", on: .path(3), with: ["normalised": true],
      expect: ["betweenness": [0, 1, 0]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let lengths = parameters.ignoreLength ? nil : try view.positiveLengths()
    var values = try betweenness(
      view.adjacency(.successors), undirected: !view.directed, lengths: lengths?.span, work: view.work)
    let n = Double(view.count)
    var pairs = max(1, (n - 1) * (n - 2) / (view.directed ? 1 : 2))
    if parameters.normalised {
      var shares = try Buffer(copying: values.span)
      do {
        var share = shares.mutableSpan
        for i in share.indices { share[i] /= pairs }
      }
      values = Column(shares)
      pairs = 1
    }
    return Output(betweenness: values, pairs: pairs)
  }
}

extension TopologyView {
  /// The length of each link; nil when nothing says it.
  ///
  /// - Throws: `.schema` for a length of 0 too: a route over it would be no longer than no route.
  func positiveLengths() throws(AuraError) -> Column<Double>? {
    guard let lengths = try lengths() else { return nil }
    for k in 0..<lengths.count where lengths[k] == 0 {
      throw AuraError(.schema, "a length must be above 0 here", pointer: "/edges/\(k)")
    }
    return lengths
  }
}
