package import AuraBase
package import AuraGraph

/// One thing the engine can do: a card that names it, parameters that shape it, answers known beforehand. Each family
/// refines this with the one function it runs.
package protocol Component: Sendable {
  associatedtype Parameters: ParameterSet
  static var card: Card { get }
  static var knownAnswers: [KnownAnswer] { get }
}

/// A pure function of a topology: equal view, parameters and seed give an equal answer, whatever the thread count.
package protocol Analysis: Component {
  associatedtype Output: Answer
  /// - Throws: `.limit` when the view's work runs out, `.cancelled`, `.notFound` or `.schema` with a pointer that starts
  ///   at the parameters, `.numeric` when nothing converges.
  static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output
}

/// An analysis that forecasts failures; `predict` runs the one that the request's `predictor` names. A learned
/// predictor and a simulated one answer alike.
package protocol Predictor: Analysis where Output: Prediction {}

/// What every forecast tells of each agent, in their order.
package protocol Prediction: Answer {
  /// Probability of failing within the horizon, in 0...1.
  var probability: Column<Double> { get }
  /// Expected time to failure of those worlds in which it fails, in seconds; not a number when it never does.
  var timeToFailure: Column<Double> { get }
}

/// An analysis that proposes actions; `intervene` runs the one that the request's `planner` names.
package protocol ActionPlanner: Analysis {}

/// An analysis that gives the evidence behind a prediction or an action; `explain` runs it.
package protocol Explainer: Analysis {}

/// A way in which failures spread, that can also be tried on its own.
package protocol SpreadingMechanism: Analysis {}

/// Which request runs a component, beside `analyze`, which runs them all.
package enum Role: String, Sendable {
  case analysis, mechanism, predictor, planner, explanation

  init(_ type: any Analysis.Type) {
    self =
      switch type {
      case is any Predictor.Type: .predictor
      case is any ActionPlanner.Type: .planner
      case is any Explainer.Type: .explanation
      case is any SpreadingMechanism.Type: .mechanism
      default: .analysis
      }
  }
}

/// What a component is, for people and programs.
package struct Card: Sendable {
  package enum Lifecycle: String, Sendable { case experimental, stable, deprecated, removed }

  /// `family.branch.name`; it keeps its meaning for ever.
  package let id: String
  package let since: String
  /// One sentence: what it tells an operator.
  package let summary: String
  /// Author, year, doi.
  package let reference: String
  /// Time as a function of n agents and m links, and the size that is comfortable on two cores.
  package let cost: String
  package let lifecycle: Lifecycle
  /// Numbers of agents for which a request that names no analyses runs it: what an operator wants to hear unasked. Nil
  /// for what has to be asked for.
  package let suits: ClosedRange<Int>?
  /// The id of the component that reaches the same answers by another road, if there is one.
  package let agreesWith: String?
  /// Whether renumbering agents may change more than the order of the answer (sampling, tie-breaks by number).
  package let dependsOnOrder: Bool
  /// Whether it has to be told something, as two ends: a request for all analyses leaves it out.
  package let needsParameters: Bool

  package init(
    id: String, since: String, summary: String, reference: String, cost: String, lifecycle: Lifecycle = .experimental,
    suits: ClosedRange<Int>? = nil, agreesWith: String? = nil, dependsOnOrder: Bool = false,
    needsParameters: Bool = false
  ) {
    self.id = id
    self.since = since
    self.summary = summary
    self.reference = reference
    self.cost = cost
    self.lifecycle = lifecycle
    self.suits = suits
    self.agreesWith = agreesWith
    self.dependsOnOrder = dependsOnOrder
    self.needsParameters = needsParameters
  }

  /// The part of the id before the last dot.
  package var family: String { id.lastIndex(of: ".").map { String(id[..<$0]) } ?? id }
}
