package import AuraBase
package import AuraCatalogue
package import AuraGraph

/// A proposed action as it is answered; `explain` takes it back as it stands.
package struct ProposedAction: Answer {
  let action: Action
  let cost: Double
  let effect: Effect
  let sentence: String

  package static let fields: [AnswerField<Self>] = [
    .text("kind", { $0.action.kind.rawValue }, "What to do: one of the kinds that the parameter kinds lists."),
    .agents("targets", { $0.action.targets.map { Int32($0) } }, "The agent; for links and shifts from and to."),
    .json(
      "parameters", schema: ["type": "object"],
      { answer in
        answer.action.valueName.map { .object([.init($0, .real(answer.action.value))]) } ?? .object([])
      },
      "How much: share, factor or strength."),
    .real("cost", { $0.cost }, "In the unit of the budget."),
    .real(
      "expected_lost_without", { $0.effect.without }, unit: "agents",
      "Agents out of service within the horizon, without it (with what precedes it in the plan)."),
    .real("expected_lost_with", { $0.effect.with }, unit: "agents", "The same with it."),
    .real("saved", { $0.effect.saved }, unit: "agents", "The difference, world by world with the same luck."),
    .real("standard_error", { $0.effect.error }, unit: "agents", "Standard error of the difference."),
    .real("large_cascade_change", { $0.effect.large }, "Change in the probability of a large cascade."),
    .text("undo", { $0.action.undo }, "What takes it back."),
    .text("assumes", { $0.action.assumption }, "What the simulation takes for granted."),
    .text("why", { $0.sentence }, "In a sentence."),
  ]
}

/// The plan as it is answered.
package struct PlanAnswer: Answer {
  let sentence: String
  let mechanism: String
  let why: String
  let horizon_s: Double
  let budget: Double
  let spent: Double
  let actions: [ProposedAction]
  let total: Effect
  let alternatives: [ProposedAction]
  let tried: Int
  let choosingRuns: Int
  let provingRuns: Int

  package func headline(_ view: TopologyView) -> String { sentence }

  package static let fields: [AnswerField<Self>] = [
    .text("summary", { $0.sentence }, "The plan in a sentence."),
    .text("mechanism", { $0.mechanism }, "How failure is taken to spread."),
    .text("mechanism_why", { $0.why }, "Why this mechanism."),
    .real("horizon_s", { $0.horizon_s }, unit: "s", "How far the simulation looks."),
    .real("budget", { $0.budget }, "What the plan may cost."), .real("spent", { $0.spent }, "What it costs."),
    .items("actions", \.actions, "What to do, in this order; each difference is what it adds to those before it."),
    .real(
      "expected_lost_without", { $0.total.without }, unit: "agents",
      "Agents out of service within the horizon without the plan, those that had failed included."),
    .real("expected_lost_with", { $0.total.with }, unit: "agents", "The same with the whole plan."),
    .real("saved", { $0.total.saved }, unit: "agents", "The difference, world by world with the same luck."),
    .real("standard_error", { $0.total.error }, unit: "agents", "Standard error of the difference."),
    .real("large_cascade_change", { $0.total.large }, "Change in the probability of a large cascade."),
    .items("alternatives", \.alternatives, "Other actions that help, each taken alone."),
    .integer("candidates", { $0.tried }, "Actions tried."),
    .integer("choosing_runs", { $0.choosingRuns }, "Worlds on which actions were chosen."),
    .integer("proving_runs", { $0.provingRuns }, "Other worlds, from which all the figures come."),
  ]
}

/// What to do about a forecast.
///
/// - Complexity: O(candidates x worlds x cost of a world).
/// - Source: Leskovec et al. 2007, doi:10.1145/1281192.1281239 (lazy greedy choice).
package enum Intervention: ActionPlanner {
  package static let card = Card(
    id: "cascade.intervention", since: "0.1",
    summary: "Which actions within a budget save most agents, each with the difference it makes in simulated futures.",
    reference: "Leskovec et al. 2007, doi:10.1145/1281192.1281239",
    cost: "O(candidates x worlds x cost of a world): tens of milliseconds on 100 agents",
    dependsOnOrder: true)

  package struct Parameters: ForecastParameters {
    package var question = ForecastQuestion()
    var plan = Planner.Settings()
    var kinds: JSON = .array(Action.Kind.allCases.map { .string($0.rawValue) })
    var protect: [AgentID] = []
    package init() {}
    package static let fields: [Field<Self>] =
      questionFields + [
        .real("budget", \.plan.budget, in: 0...1e12, "What the plan may cost in all."),
        .nested("costs", \.plan.costs, "Cost of one action of each kind."),
        .json(
          "kinds", \.kinds,
          schema: [
            "type": "array",
            "items": ["type": "string", "enum": .array(Action.Kind.allCases.map { .string($0.rawValue) })],
          ], "Kinds of action that are allowed."),
        .agents("protect", \.protect, "Agents that must be left as they are."),
        .integer("max_actions", \.plan.maxActions, in: 1...100, "Actions in the plan at most."),
        .real(
          "capacity_factor", \.plan.capacityFactor, in: 1...100, "add_capacity: how much tougher the agent becomes."),
        .real("shed_share", \.plan.shedShare, in: 0...1, "shed_load: share of the load that is refused."),
        .real("shift_share", \.plan.shiftShare, in: 0...1, "shift_load: share of the load that is moved."),
        .real("reweight_factor", \.plan.reweightFactor, in: 0...1, "reweight_link: what is left of the strength."),
        .integer("targets", \.plan.targets, in: 1...10_000, "Agents considered by each of the criteria."),
      ]

    func settings(_ view: TopologyView) throws(AuraError) -> Planner.Settings {
      var out = plan
      guard case .array(let names) = kinds else {
        throw AuraError(.schema, "expected an array, not \(kinds.kindName)", pointer: "/kinds")
      }
      out.kinds = []
      for (k, name) in names.enumerated() {
        guard let text = name.text, let kind = Action.Kind(rawValue: text) else {
          throw AuraError(.schema, "no such kind of action", pointer: "/kinds/\(k)")
        }
        out.kinds.insert(kind)
      }
      out.protected = Set(try view.indices(of: protect, parameter: "protect"))
      return out
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "the failed hub's load of 4 would take both ends: one way out costs 1, and that is to restart or isolate the hub",
      on: .path(3).metric("load", [1, 4, 1]).metric("capacity", [2, 5, 2]).status([nil, "failed", nil]),
      with: ["budget": 1, "kinds": ["isolate"], "physics": ["capacity_uncertainty": 0]],
      expect: [
        "actions": [["kind": "isolate", "targets": [1], "cost": 1]], "expected_lost_without": 3,
        "expected_lost_with": 1, "saved": 2, "large_cascade_change": -1,
      ], tolerance: 0.01),
    KnownAnswer(
      "without a budget nothing is done", on: .path(3).status([nil, "failed", nil]), with: ["budget": 0],
      expect: ["actions": [], "spent": 0, "saved": 0]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> PlanAnswer {
    let settings = try parameters.settings(view)
    let forecast = try view.work.part(to: 0.2) { () throws(AuraError) in try Forecast(view, parameters.question) }
    let plan = try Planner(forecast, settings, work: view.work).plan()
    func name(_ i: Int) -> String { view.name(i) }
    func proposed(_ step: Plan.Step) -> ProposedAction {
      ProposedAction(
        action: step.action, cost: step.cost, effect: step.effect,
        sentence: sentence(step.action, step.effect, forecast, name))
    }
    let spent = plan.steps.reduce(0) { $0 + $1.cost }
    var summary: String
    if plan.steps.isEmpty {
      summary =
        plan.tried == 0
        ? "No action of the allowed kinds fits the budget." : "None of \(plan.tried) actions tried saves anybody."
    } else {
      let what = plan.steps.prefix(3).map { $0.action.phrase(name) }.joined(separator: ", ")
      summary = what.prefix(1).uppercased() + what.dropFirst()
      if plan.steps.count > 3 { summary += " and \(plan.steps.count - 3) more" }
      summary += ": \(Forecast.short(plan.total.with)) instead of \(Forecast.short(plan.total.without)) agents lost."
    }
    return PlanAnswer(
      sentence: summary, mechanism: forecast.fit.mechanism.rawValue, why: forecast.fit.why,
      horizon_s: parameters.question.horizon_s, budget: settings.budget, spent: spent,
      actions: plan.steps.map(proposed), total: plan.total, alternatives: plan.alternatives.map(proposed),
      tried: plan.tried, choosingRuns: plan.choosingRuns, provingRuns: plan.provingRuns)
  }

  static func sentence(_ action: Action, _ effect: Effect, _ forecast: Forecast, _ name: (Int) -> String) -> String {
    let what = action.phrase(name)
    var out = what.prefix(1).uppercased() + what.dropFirst()
    out += effect.saved >= 0 ? ": saves \(Forecast.short(effect.saved))" : ": costs \(Forecast.short(-effect.saved))"
    out += " of \(Forecast.short(effect.without)) agents"
    if let i = action.targets.first {
      if forecast.network.down[i] {
        out += "; it has failed"
      } else {
        out += "; its chance of failing is \(Forecast.percent(forecast.probability[i]))"
      }
      if let further = forecast.loss.further(i), further >= 0.05 {
        out += " and its loss takes \(Forecast.short(further)) others"
      }
    }
    return out + "."
  }
}
