internal import ArgumentParser
internal import AuraBase
internal import AuraEngine

/// What to do about it.
struct Intervene: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Plan what to do: actions under a budget, each with the difference it makes.",
    discussion: """
      aura intervene network.json --budget 2
      aura intervene network.json --protect database --suppose cache
      aura intervene network.json --set 'kinds=["restart","add_capacity"]'
      """)

  @OptionGroup var input: Files

  @Option(
    name: .long, parsing: .unconditional,
    help: "What the plan may cost in all; --set costs={...} says what actions cost.")
  var budget: Double?

  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp("Leave this agent, by id or label, as it is. Repeatable.", valueName: "agent"))
  var protect: [String] = []

  @OptionGroup var forecasting: Forecasting
  @OptionGroup var asked: Asked
  @OptionGroup var output: Output

  func run() throws {
    let engine = output.engine
    try input.each(heading: !output.json) { document in
      var own = forecasting.members(document, top: output.top) + [("budget", budget.map { .real($0) })]
      if !protect.isEmpty { own.append(("protect", Names(document, typed: true).ids(typed: protect))) }
      let reply = try engine.ask(.intervene, document, adding: asked.all(own))
      if output.json { return reply.print() }
      try PlanPage(reply.value(), names: Names(document), top: output.rows).print()
    }
  }
}
