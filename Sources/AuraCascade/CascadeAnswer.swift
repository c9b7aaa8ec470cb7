package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// What a mechanism does to a network: who fails and when.
package struct CascadeAnswer: Answer {
  let first: [Int32]
  let runs: Int
  let alone: Bool
  let step: Column<Double>
  let frequency: Column<Double>
  let further: Column<Double>
  let cause: [Int32]
  let sizes: Sizes

  package func headline(_ view: TopologyView) -> String {
    if frequency.count == 0 { return "There are no agents." }
    let others = max(0, sizes.mean - (alone ? 1 : Double(first.count)))
    if alone { return "The loss of one agent takes \(Forecast.short(others)) others with it on average." }
    let name = first.count == 1 ? view.id(Int(first[0])).description : "\(first.count) agents"
    return "With \(name), \(Forecast.short(others)) others fail of \(frequency.count - first.count)."
  }

  package static let fields: [AnswerField<Self>] = [
    .agents("agents", \.first, "Agents that failed first; all in turn when none was named and none was down."),
    .flag("each_alone", \.alone, "Whether every agent was tried as the only one to fail first."),
    .integer("runs", \.runs, "Worlds simulated in all."),
    .reals(
      "failure_step", \.step, unit: "steps", "Mean step at which an agent failed, over the worlds in which it did."),
    .reals("failure_frequency", \.frequency, "Share of the worlds in which the agent failed."),
    .reals(
      "further_failures", \.further, "With each_alone: mean number of others that failed with the agent; else empty."),
    .agents(
      "causes", \.cause, "With one world: for each agent the failed agent to blame most, null where there is none."),
    .nested("size", { $0.sizes }, "How many agents failed in all."),
  ]
}

/// The distribution of a count over worlds.
package struct Sizes: Answer {
  package let mean: Double
  package let error: Double
  package let quantiles: [Double]
  package let most: Int

  package init(_ sizes: [Int32]) {
    let sorted = sizes.sorted()
    let n = Double(max(1, sorted.count))
    let total = sorted.reduce(0.0) { $0 + Double($1) }
    let average = total / n
    mean = average
    let spread = sorted.reduce(0.0) { $0 + (Double($1) - average) * (Double($1) - average) }
    error = sorted.count > 1 ? (spread / (n - 1) / n).squareRoot() : 0
    quantiles = [0.05, 0.25, 0.5, 0.75, 0.95].map { q in
      sorted.isEmpty ? 0 : Double(sorted[min(sorted.count - 1, Int(q * Double(sorted.count)))])
    }
    most = Int(sorted.last ?? 0)
  }

  package static let fields: [AnswerField<Self>] = [
    .real("mean", { $0.mean }, unit: "agents", "Mean."),
    .real("standard_error", { $0.error }, unit: "agents", "Standard error of the mean."),
    .list("quantiles", \.quantiles, unit: "agents", "The 5, 25, 50, 75 and 95 % quantiles."),
    .integer("max", { $0.most }, unit: "agents", "Largest."),
  ]
}

/// What all mechanisms ask for when they run on their own.
package protocol CascadeParameters: ParameterSet {
  var agents: [AgentID] { get set }
  var runs: Int { get set }
  var steps: Int? { get set }
}

/// What one chunk of worlds collects.
private struct Collected {
  var tally: Tally
  var cause: [Int32] = []
}

extension CascadeParameters {
  static var common: [Field<Self>] {
    [
      .agents(
        "agents", \.agents, "Agents that fail first; by default those that are down, else each alone in turn."),
      .integer(
        "runs", \.runs, in: 1...1_000_000,
        "Worlds for each set of first failures; where nothing is left to chance one is played."),
      .optionalInteger(
        "steps", \.steps, in: 1...100_000,
        "Steps simulated; by default enough for failure to cross the network, 100 where it does not end by itself."),
    ]
  }

  /// Plays the worlds that the parameters ask for.
  func answer(
    _ view: TopologyView, _ network: CascadeNetwork, _ model: any CascadeModel, steps enough: Int? = nil
  ) throws(AuraError) -> CascadeAnswer {
    // Without chance one world says it all.
    var runs = model.usesChance ? self.runs : 1
    let n = view.count
    var first = try view.indices(of: agents, parameter: "agents")
    if first.isEmpty { first = network.failedAlready }
    let alone = first.isEmpty
    if alone { first = Array(0..<n) }
    // Everybody in turn is at most four million worlds in all, or one each.
    if alone { runs = max(1, min(runs, 4_000_000 / max(1, n))) }
    let total = alone ? n * runs : runs
    let worlds = Worlds(dice: view.work.dice, runs: total, steps: steps ?? enough ?? max(50, min(n, 100_000)))
    let (named, each) = (first, runs)
    view.work.expect(steps: total)
    let parts = try worlds.play(
      model, view.work, shock: { Shock(certain: alone ? [$0 / each] : named) },
      collector: { Collected(tally: Tally(count: n)) }
    ) { mine, run, trace in
      mine.tally.add(run, trace)
      if total == 1 { mine.cause = (0..<n).map { trace.cause[$0] } }
    }
    let tally = Tally.sum(parts.map { $0.tally }, count: n)
    var further: [Double] = []
    if alone {
      for i in 0..<n {
        var others = 0
        for size in tally.sizes[i * runs..<(i + 1) * runs] { others += Int(size) - 1 }
        further.append(Double(others) / Double(runs))
      }
    }
    var meanStep: [Double] = []
    var frequency: [Double] = []
    for i in 0..<n {
      let failures = Double(tally.failures[i])
      meanStep.append(failures > 0 ? Double(tally.steps[i]) / failures : .nan)
      frequency.append(failures / Double(max(1, tally.runs)))
    }
    return CascadeAnswer(
      first: first.map { Int32($0) }, runs: total, alone: alone,
      step: try Column(meanStep), frequency: try Column(frequency),
      further: try Column(further), cause: parts.first { !$0.cause.isEmpty }?.cause ?? [],
      sizes: Sizes(tally.sizes))
  }
}
