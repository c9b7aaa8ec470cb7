package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// One metric that raises an agent's hazard.
package struct Reason: Answer {
  let symptom: Symptom
  let value: Double
  let share: Double
  let rising: Bool
  package static let fields: [AnswerField<Self>] = [
    .text("metric", { $0.symptom.metric }, "The metric; load is judged against capacity, queue in seconds of work."),
    .real("value", { $0.value.isNaN ? nil : $0.value }, "Its value now, as judged: see metric."),
    .real("share", \.share, "Share of the agent's own rate of failing that is due to it."),
    .flag("rising", \.rising, "Whether it counts because its trend becomes critical within the horizon."),
  ]
}

/// An agent with a number that says how much it matters.
package struct Weighed: Answer {
  let agent: Int
  let weight: Double
  package static let fields: [AnswerField<Self>] = [
    .agent("agent", { Int32($0.agent) }, "The agent."),
    .real("share", { $0.weight }, "Share of the failures that were brought about, or probability: see the list."),
  ]
}

/// All that is known about one agent's future.
package struct Outlook: Answer {
  let agent: Int
  let probability: Double
  let error: Double
  let time_s: Double
  let own: Double
  let pulled: Double
  let reasons: [Reason]
  let causes: [Weighed]
  let victims: [Weighed]
  let sentence: String

  package static let fields: [AnswerField<Self>] = [
    .agent("agent", { Int32($0.agent) }, "The agent."),
    .real("probability", { $0.probability }, "Of failing within the horizon."),
    .real("standard_error", { $0.error }, "Of the probability, from the finite number of worlds."),
    .real(
      "time_s", { $0.time_s.isNaN ? nil : $0.time_s }, unit: "s",
      "Mean time to failure over the worlds in which it fails; null when it failed in none."),
    .real("own", { $0.own }, "Part of the probability that is due to itself."),
    .real("pulled_down", { $0.pulled }, "Part that is due to others that fail first."),
    .items("reasons", \.reasons, "Metrics that raise its own hazard, largest first."),
    .items(
      "pulled_down_by", \.causes, "Agents that bring its failure about, with their share of the failures so caused."),
    .items("pulls_down", \.victims, "Agents that fall when it alone is lost, with the probability that they do."),
    .text("why", { $0.sentence }, "The same in a sentence."),
  ]
}

/// One station of the most likely path.
package struct Station: Answer {
  let agent: Int
  let step: Int
  let time_s: Double
  let probability: Double
  package static let fields: [AnswerField<Self>] = [
    .agent("agent", { Int32($0.agent) }, "The agent."),
    .integer("step", { $0.step }, unit: "steps", "When it fails on this path."),
    .real("time_s", { $0.time_s }, unit: "s", "The same in seconds from now."),
    .real("probability", { $0.probability }, "Of failing within the horizon, on any path."),
  ]
}

/// What the loss of one agent would bring.
package struct Unsafe: Answer {
  let agent: Int
  let further: Double
  let error: Double
  package static let fields: [AnswerField<Self>] = [
    .agent("agent", { Int32($0.agent) }, "The agent."),
    .real("further_failures", { $0.further }, unit: "agents", "Others that fall when it alone is lost, on average."),
    .real(
      "standard_error", { $0.error.isNaN ? nil : $0.error }, unit: "agents",
      "Standard error of that mean; null when one world with chance in it says nothing about it."),
  ]
}

package struct NamedNumber: Answer {
  let name: String
  let value: Double
  package static let fields: [AnswerField<Self>] = [
    .text("name", { $0.name }, "Parameter."), .real("value", { $0.value }, "Value used."),
  ]
}

/// The forecast as it is answered.
package struct ForecastAnswer: Prediction {
  let mechanism: String
  let why: String
  let used: [NamedNumber]
  let horizon_s: Double
  let step_s: Double
  let runs: Int
  let failed: [Int32]
  package let probability: Column<Double>
  let error: Column<Double>
  package let timeToFailure: Column<Double>
  let own: Column<Double>
  let pulled: Column<Double>
  let atRisk: [Outlook]
  let size: Sizes
  let histogram: [Double]
  let large: Double
  let path: [Station]
  let pathShare: Double
  let endsShare: Double
  let unsafeAgents: [Unsafe]
  let tried: Int
  let tries: Int
  let sentence: String

  package func headline(_ view: TopologyView) -> String { sentence }

  package static let fields: [AnswerField<Self>] = [
    .text("summary", { $0.sentence }, "What is going to happen, in a sentence or two."),
    .text("mechanism", { $0.mechanism }, "How failure is taken to spread."),
    .text("mechanism_why", { $0.why }, "Why this mechanism."),
    .items("mechanism_parameters", \.used, "Its parameters; priors unless the request gives them."),
    .real("horizon_s", { $0.horizon_s }, unit: "s", "How far the forecast looks."),
    .real("step_s", { $0.step_s }, unit: "s", "Length of a simulated step."),
    .integer("runs", { $0.runs }, "Worlds simulated."),
    .agents("failed", \.failed, "Agents that have failed already, or are supposed to."),
    .reals("probability", \.probability, "For each agent: of failing within the horizon."),
    .reals("standard_error", \.error, "For each agent: of that probability, from the finite number of worlds."),
    .reals(
      "time_to_failure_s", \.timeToFailure, unit: "s",
      "For each agent: mean time to failure over the worlds in which it fails."),
    .reals("own", \.own, "For each agent: part of the probability due to itself."),
    .reals("pulled_down", \.pulled, "For each agent: part due to others that fail first."),
    .items("at_risk", \.atRisk, "The agents most likely to fail, with reasons."),
    .nested("cascade_size", { $0.size }, "Further failures within the horizon, over the worlds."),
    .list(
      "cascade_histogram", \.histogram,
      "Share of worlds with 0, 1, 2, 3-4, 5-8, 9-16, ... further failures (bins double)."),
    .real("large_cascade", { $0.large }, "Probability that a tenth of the living agents (at least 2) fail."),
    .items("path", \.path, "The commonest way from the first failure to the last agent pulled down."),
    .real("path_share", { $0.pathShare }, "Share of worlds whose last victim was reached in exactly this way."),
    .real("path_ends_share", { $0.endsShare }, "Share of worlds with this origin and this last victim."),
    .items("unsafe", \.unsafeAgents, "Agents whose loss alone brings others down, worst first (N-1)."),
    .integer("loss_tried", { $0.tried }, "Agents whose loss was tried."),
    .integer("loss_runs", { $0.tries }, "Worlds for each of them."),
  ]
}

extension Forecast {
  /// Failures that make a cascade large: a tenth of the living, at least two.
  package var largeSize: Int { max(2, (network.count - failed.count + 9) / 10) }

  package func outlooks(_ agents: [Int], _ view: TopologyView, limit: Int = 5) -> [Outlook] {
    let causes = causes(of: agents, limit: .max)
    return agents.enumerated().map { k, i in
      let total = Double(max(1, causes[k].reduce(0) { $0 + $1.count }))
      let mine = causes[k].prefix(limit).map { Weighed(agent: $0.agent, weight: Double($0.count) / total) }
      let reasons = reasons(of: i)
      return Outlook(
        agent: i, probability: probability[i], error: error[i], time_s: time_s(i), own: own[i], pulled: pulled[i],
        reasons: reasons, causes: mine,
        victims: loss.victims(of: i, limit: limit).map { Weighed(agent: $0.agent, weight: $0.probability) },
        sentence: sentence(i, reasons, mine, view))
    }
  }

  func reasons(of i: Int) -> [Reason] {
    hazards.contributions(i).map {
      Reason(symptom: $0.symptom, value: judged($0.symptom, i), share: $0.share, rising: $0.turning)
    }
  }

  /// The value of a symptom in the terms in which it is judged.
  func judged(_ symptom: Symptom, _ i: Int) -> Double {
    let metrics = network.metrics
    switch symptom {
    case .utilisation: return network.load[i] / network.capacity[i]
    case .errors: return metrics.errorRate?[i] ?? .nan
    case .queue: return (metrics.queue?[i] ?? .nan) / network.capacity[i]
    case .latency: return metrics.latency_ms?[i] ?? .nan
    case .retries: return metrics.attempts?[i] ?? .nan
    case .memory: return (metrics.memory?[i] ?? .nan) / (metrics.memoryLimit?[i] ?? .nan)
    case .silence: return metrics.silence_s?[i] ?? .nan
    case .status: return .nan
    }
  }

  static func percent(_ p: Double) -> String {
    if p > 0 && p < 0.005 { return "under 1 %" }
    if p < 1 && p > 0.995 { return "over 99 %" }
    return "\(whole(100 * p)) %"
  }

  /// The nearest whole number, within 10^15: metrics may be anything, and text about them must not trap.
  private static func whole(_ value: Double) -> Int {
    value.isNaN ? 0 : Int(max(-1e15, min(1e15, value)).rounded())
  }

  static func seconds(_ s: Double) -> String {
    if s < 120 { return "\(whole(s)) s" }
    if s < 7_200 { return "\(whole(s / 60)) min" }
    if s < 172_800 { return "\(whole(s / 3_600)) h" }
    return "\(whole(min(s / 86_400, 1e9))) d"
  }

  private func phrase(_ reason: Reason, _ i: Int) -> String {
    let metrics = network.metrics
    let text: String
    switch reason.symptom {
    case .utilisation: text = "load at \(Self.percent(reason.value)) of capacity"
    case .errors: text = "\(Self.percent(reason.value)) errors"
    case .queue: text = "\(Self.seconds(reason.value)) of work waiting"
    case .latency: text = "slow answers (\(Self.whole(min(1e9, reason.value))) ms)"
    case .retries: text = "retries"
    case .memory: text = "memory at \(Self.percent(reason.value)) of its limit"
    case .silence: text = "not heard of for \(Self.seconds(reason.value))"
    case .status: text = "status \(metrics.status?[i] ?? "unknown")"
    }
    return reason.rising ? text + " and rising" : text
  }

  private func name(_ i: Int, _ view: TopologyView) -> String { view.name(i) }

  private func sentence(_ i: Int, _ reasons: [Reason], _ causes: [Weighed], _ view: TopologyView) -> String {
    let name = name(i, view)
    if network.down[i] { return "\(name) has failed." }
    var out =
      "\(name) fails within \(Self.seconds(parameters.horizon_s)) with a chance of \(Self.percent(probability[i]))"
    let symptoms = reasons.prefix(2).map { phrase($0, i) }.joined(separator: ", ")
    if own[i] >= pulled[i] {
      out += symptoms.isEmpty ? ", without symptoms" : ": " + symptoms
      if pulled[i] > 0.1 * probability[i], let first = causes.first {
        out += "; it may also be pulled down, mostly by \(self.name(first.agent, view))"
      }
    } else if let first = causes.first {
      out += ", mostly pulled down by \(self.name(first.agent, view))"
      if causes.count > 1 && causes[1].weight > 0.2 { out += " or \(self.name(causes[1].agent, view))" }
      if !symptoms.isEmpty { out += "; itself: " + symptoms }
    }
    return out + "."
  }

  func answer(_ view: TopologyView) throws(AuraError) -> ForecastAnswer {
    let n = network.count
    let ranked = ranking(parameters.top)
    let path = try path(view.work)
    var worst = loss.agents.indices.filter { loss.further[$0] > 0 }
    worst.sort {
      loss.further[$0] > loss.further[$1] || (loss.further[$0] == loss.further[$1] && loss.agents[$0] < loss.agents[$1])
    }
    let sizes = Sizes(tally.sizes)
    let large = tally.sizes.reduce(0) { $0 + ($1 >= largeSize ? 1 : 0) }
    let runs = Double(max(1, tally.runs))
    return ForecastAnswer(
      mechanism: fit.mechanism.rawValue, why: fit.why,
      used: fit.parameters.map { NamedNumber(name: $0.name, value: $0.value) }, horizon_s: parameters.horizon_s,
      step_s: parameters.step_s, runs: tally.runs, failed: failed.map { Int32($0) },
      probability: try Column(probability), error: try Column(error),
      timeToFailure: try Column((0..<n).map(time_s)), own: try Column(own), pulled: try Column(pulled),
      atRisk: outlooks(ranked, view), size: sizes, histogram: Self.histogram(tally.sizes),
      large: Double(large) / runs,
      path: zip(path.agents, path.steps).map {
        Station(
          agent: $0, step: $1, time_s: Double($1) * parameters.step_s, probability: probability[$0])
      }, pathShare: path.share, endsShare: path.endsShare,
      unsafeAgents: worst.prefix(parameters.top).map {
        Unsafe(agent: loss.agents[$0], further: loss.further[$0], error: loss.error[$0])
      }, tried: loss.agents.count, tries: loss.runs, sentence: summary(ranked, sizes, path, view))
  }

  private func summary(_ ranked: [Int], _ sizes: Sizes, _ path: Path, _ view: TopologyView) -> String {
    let horizon = Self.seconds(parameters.horizon_s)
    var out = "Within \(horizon), \(Self.short(sizes.mean)) of \(network.count - failed.count) living agents are "
    out += "expected to fail"
    // Of those that are as likely, to the percent, the one that goes first.
    func rank(_ i: Int) -> (Double, Double, Int) {
      (-(100 * probability[i]).rounded(), time_s(i).isNaN ? .infinity : time_s(i), i)
    }
    if let first = ranked.min(by: { rank($0) < rank($1) }), probability[first] >= 0.01 {
      out += ", first of all \(name(first, view)) (\(Self.percent(probability[first])))"
    }
    out += "."
    if path.agents.count > 1, let origin = path.agents.first, let last = path.agents.last {
      out += " Failure most often spreads from \(name(origin, view)) to \(name(last, view)) "
      out += "(\(Self.percent(path.endsShare)) of futures)."
    }
    return out
  }

  static func short(_ value: Double) -> String {
    let tenths = whole(min(value, 1e12) * 10)
    return "\(tenths / 10).\(tenths % 10)"
  }

  static func histogram(_ sizes: [Int32]) -> [Double] {
    var out: [Double] = []
    for size in sizes {
      // 0, 1, 2, then up to 4, 8, 16, ...
      let bin = size < 3 ? Int(size) : 32 - (size - 1).leadingZeroBitCount + 1
      while out.count <= bin { out.append(0) }
      out[bin] += 1 / Double(sizes.count)
    }
    return out
  }
}

/// Who is going to fail, why, when, and what falls with it.
///
/// - Complexity: O(worlds x (agents + links of failed agents)).
/// - Source: mechanisms as their components say; independent parts of the probability conditioned out after
///   Rao-Blackwell; common random numbers after Kahn and Marshall 1953, doi:10.1287/opre.1.5.263.
package enum CascadeForecast: Predictor {
  package struct Parameters: ForecastParameters {
    package var question = ForecastQuestion()
    package init() {}
    package static let fields: [Field<Self>] = questionFields
  }

  package static let card = Card(
    id: "cascade.forecast", since: "0.1",
    summary: "Who is going to fail, how likely, when and why, and what would fall with it.",
    reference: "Watts 2002, doi:10.1073/pnas.082090499; Wang and Rong 2009, doi:10.1016/j.ssci.2009.02.002",
    cost: "O(worlds x (agents + links of failed agents)); well under a millisecond on 100 agents",
    dependsOnOrder: true)

  package static let knownAnswers = [
    KnownAnswer(
      "nothing known, nothing linked: one agent fails by its healthy rate alone, 1 - exp(-600 / 604800)", on: .single,
      expect: ["probability": [9.91571781e-4], "pulled_down": [0], "mechanism": "threshold"]),
    KnownAnswer(
      "the middle has failed: its load of 4 goes to two ends with 1 to spare each, so both fall for certain",
      on: .path(3).metric("load", [1, 4, 1]).metric("capacity", [2, 5, 2]).status([nil, "failed", nil]),
      with: ["physics": ["capacity_uncertainty": 0]],
      expect: [
        "mechanism": "load_sharing", "probability": [1, 1, 1], "failed": [1],
        "cascade_size": ["mean": 2, "max": 2], "path": [["agent": 1, "step": 0], ["agent": 0, "step": 1]],
      ], tolerance: 1e-3),
    KnownAnswer(
      "losing the centre of a star leaves every leaf alone: the centre is unsafe, the leaves are not", on: .star(4),
      with: ["physics": ["threshold_probability": 1, "threshold_spread": 0]],
      expect: ["unsafe": [["agent": 0, "further_failures": 4]], "loss_tried": 5]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> ForecastAnswer {
    try Forecast(view, parameters.question).answer(view)
  }
}
