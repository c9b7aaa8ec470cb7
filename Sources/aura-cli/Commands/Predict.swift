internal import ArgumentParser
internal import AuraBase
internal import AuraEngine

/// Members of forecasts that have options of their own.
struct Forecasting: ParsableArguments {
  @Option(name: .long, parsing: .unconditional, help: ArgumentHelp("How far to look ahead.", valueName: "seconds"))
  var horizon: Double?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "How failure spreads, by default what the metrics suggest; see \"aura schema predict.request\".",
      valueName: "name"))
  var mechanism: String?

  @Option(name: .long, parsing: .unconditional, help: ArgumentHelp("How many futures to simulate.", valueName: "n"))
  var runs: Int?

  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp("Suppose that this agent, by id or label, fails now. Repeatable.", valueName: "agent"))
  var suppose: [String] = []

  func members(_ document: Document, top: Int?) -> [(String, JSON?)] {
    var supposed: JSON?  // a nil literal beside a JSON would become its null
    if !suppose.isEmpty { supposed = Names(document, typed: true).ids(typed: suppose) }
    return [
      ("horizon_s", horizon.map { .real($0) }), ("mechanism", mechanism.map { .string($0) }),
      ("runs", runs.map { .integer($0) }), ("suppose_failed", supposed), ("top", top.map { .integer($0) }),
    ]
  }
}

/// Who is going to fail.
struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Forecast who fails, how likely, when, why, and what falls with it.",
    discussion: """
      aura predict network.json
      aura predict network.json --horizon 3600 --suppose database
      """)

  @OptionGroup var input: Files
  @OptionGroup var forecasting: Forecasting
  @OptionGroup var asked: Asked
  @OptionGroup var output: Output

  func run() throws {
    let engine = output.engine
    try input.each(heading: !output.json) { document in
      let members = asked.all(forecasting.members(document, top: output.top))
      let reply = try engine.ask(.predict, document, adding: members)
      if output.json { return reply.print() }
      try ForecastPage(reply.value(), names: Names(document), top: output.rows).print()
    }
  }
}
