package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// How the chance of one agent changes with an action.
package struct Shift: Answer {
  let agent: Int
  let without: Double
  let with: Double
  package static let fields: [AnswerField<Self>] = [
    .agent("agent", { Int32($0.agent) }, "The agent."),
    .real("without", { $0.without }, "Share of worlds in which it is lost without the action."),
    .real("with", { $0.with }, "Share of the same worlds in which it is lost with the action."),
  ]
}

/// The evidence for an action: the same worlds with and without it.
package struct ActionEvidence: Answer {
  let proposed: ProposedAction
  let runs: Int
  let better: Int
  let worse: Int
  let saved: [Shift]
  let harmed: [Shift]
  package static let fields: [AnswerField<Self>] = [
    .nested("action", { $0.proposed }, "The action and the difference it makes."),
    .integer("runs", { $0.runs }, "Worlds played twice."),
    .integer("better", { $0.better }, "Worlds in which fewer agents were lost with the action."),
    .integer("worse", { $0.worse }, "Worlds in which more were."),
    .items("saved", \.saved, "Agents whose chance improves most."),
    .items("harmed", \.harmed, "Agents whose chance worsens most."),
  ]
}

/// Why the engine says what it says.
package struct ExplanationAnswer: Answer {
  let sentence: String
  let mechanism: String
  let why: String
  let used: [NamedNumber]
  let runs: Int
  let outlook: Outlook?
  let further: Double?
  let action: ActionEvidence?

  package func headline(_ view: TopologyView) -> String { sentence }

  package static let fields: [AnswerField<Self>] = [
    .text("summary", { $0.sentence }, "The evidence in a sentence."),
    .text("mechanism", { $0.mechanism }, "How failure is taken to spread."),
    .text("mechanism_why", { $0.why }, "Why this mechanism."),
    .items("mechanism_parameters", \.used, "Its parameters; priors unless the request gives them."),
    .integer("runs", { $0.runs }, "Worlds of the forecast."),
    .nested("agent", { $0.outlook }, "The agent asked about: its symptoms, who pulls it down, whom it pulls down."),
    .real(
      "further_failures", { $0.further }, unit: "agents",
      "Others that fall when the agent alone is lost; null when that was not tried."),
    .nested("action", { $0.action }, "The action asked about: the same worlds with and without it."),
  ]
}

/// The evidence behind a forecast for one agent, or behind one action.
///
/// - Complexity: that of a forecast, and of playing its worlds twice for an action.
/// - Source: paired comparison with common random numbers, Kahn and Marshall 1953, doi:10.1287/opre.1.5.263.
package enum Explanation: Explainer {
  package static let card = Card(
    id: "cascade.explain", since: "0.1",
    summary:
      "The evidence behind an agent's forecast or behind an action: metrics, causes, and the same worlds with and without.",
    reference: "Kahn and Marshall 1953, doi:10.1287/opre.1.5.263",
    cost: "that of a forecast; for an action its worlds are played twice more", dependsOnOrder: true)

  package struct Parameters: ForecastParameters {
    package var question = ForecastQuestion()
    var agent: JSON = .null
    var action: JSON = .null
    package init() {}
    package static let fields: [Field<Self>] =
      questionFields + [
        .json("agent", \.agent, schema: ["type": ["string", "integer", "null"]], "Id of the agent to explain."),
        .json("action", \.action, schema: Action.schema, "Action to explain, as intervene gives it."),
      ]
  }

  package static let knownAnswers = [
    KnownAnswer(
      "half full of errors is critical: 1 of 1 + 600 / 604800 of its hazard; nothing else is wrong",
      on: .path(2).metric("error_rate", [0.5, 0]), with: ["agent": 0],
      expect: ["agent": ["agent": 0, "reasons": [["metric": "error_rate", "value": 0.5, "share": 0.99900892]]]],
      tolerance: 1e-6),
    KnownAnswer(
      "isolating the failed hub saves both ends in every world",
      on: .path(3).metric("load", [1, 4, 1]).metric("capacity", [2, 5, 2]).status([nil, "failed", nil]),
      with: ["action": ["kind": "isolate", "targets": [1], "cost": 7], "physics": ["capacity_uncertainty": 0]],
      expect: [
        "action": ["worse": 0, "action": ["kind": "isolate", "cost": 7, "saved": 2, "expected_lost_without": 3]]
      ],
      tolerance: 0.01),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> ExplanationAnswer {
    var about: Int?
    if parameters.agent != .null {
      guard let id = AgentID(parameters.agent) else {
        throw AuraError(.schema, "expected an agent id, not \(parameters.agent.kindName)", pointer: "/agent")
      }
      about = try view.index(of: id, pointer: "/agent")
    }
    var action: Action?
    if parameters.action != .null {
      do throws(AuraError) { action = try Action(parameters.action, in: view.topology) } catch {
        throw error.below("/action")
      }
    }
    guard about != nil || action != nil else {
      throw AuraError(.schema, "name an agent or give an action", pointer: "/agent")
    }
    let forecast = try Forecast(view, parameters.question)
    let outlook = about.map { forecast.outlooks([$0], view, limit: max(5, parameters.question.top))[0] }
    let evidence = try action.map { action throws(AuraError) in
      try compare(action, parameters.action["cost"]?.number, forecast, view)
    }
    return ExplanationAnswer(
      sentence: evidence?.proposed.sentence ?? outlook?.sentence ?? "", mechanism: forecast.fit.mechanism.rawValue,
      why: forecast.fit.why, used: forecast.fit.parameters.map { NamedNumber(name: $0.name, value: $0.value) },
      runs: forecast.tally.runs, outlook: outlook, further: about.flatMap { forecast.loss.further($0) },
      action: evidence)
  }

  /// - Parameter cost: what the action costs according to whoever gives it.
  private static func compare(
    _ action: Action, _ cost: Double?, _ forecast: Forecast, _ view: TopologyView
  ) throws(AuraError) -> ActionEvidence {
    let planner = Planner(forecast, Planner.Settings(), work: view.work)
    let (bare, without) = try planner.play([])
    let (acted, with) = try planner.play([action])
    let effect = Effect(bare, acted, large: planner.largeLimit)
    let runs = Double(max(1, bare.count))
    var shifts: [Shift] = []
    for i in 0..<view.count where without[i] != with[i] {
      shifts.append(Shift(agent: i, without: Double(without[i]) / runs, with: Double(with[i]) / runs))
    }
    func most(_ gain: (Shift) -> Double) -> [Shift] {
      Array(
        shifts.filter { gain($0) > 0 }
          .sorted { gain($0) > gain($1) || (gain($0) == gain($1) && $0.agent < $1.agent) }
          .prefix(forecast.parameters.top))
    }
    var better = 0
    var worse = 0
    for (a, b) in zip(bare, acted) {
      if b < a { better += 1 }
      if b > a { worse += 1 }
    }
    return ActionEvidence(
      proposed: ProposedAction(
        action: action, cost: cost ?? Costs().of(action.kind), effect: effect,
        sentence: Intervention.sentence(action, effect, forecast) { view.name($0) }),
      runs: bare.count, better: better, worse: worse, saved: most { $0.without - $0.with },
      harmed: most { $0.with - $0.without })
  }
}
