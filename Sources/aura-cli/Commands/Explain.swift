internal import ArgumentParser
internal import AuraBase
internal import AuraEngine

/// The evidence behind a forecast or an action.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the evidence behind the forecast of one agent, or behind an action.",
    discussion: """
      aura explain network.json database
      aura explain network.json --action '{"kind":"restart","targets":["database"]}'

      The action is one of those that "aura intervene --json" gives, or one of your own: a plan of your own is tried \
      in the same simulated futures, with and without it.
      """)

  @Argument(
    help: "The network, as node-link JSON; - is standard input.", completion: .file(extensions: ["json", "lz4"]))
  var network: String

  @Argument(help: "The agent to explain, by id or label.")
  var agent: String?

  @Option(name: .long, help: ArgumentHelp("The action to explain.", valueName: "json"))
  var action: String?

  @OptionGroup var forecasting: Forecasting
  @OptionGroup var asked: Asked
  @OptionGroup var output: Output

  mutating func validate() throws {
    guard (agent == nil) != (action == nil) else {
      throw ValidationError("name an agent, or give --action, one of them")
    }
  }

  func run() throws {
    let document = try Document(reading: network)
    var about: JSON?
    if let agent { about = Names(document, typed: true).ids(typed: [agent])[0] }
    var tried: JSON?
    if let action {
      do throws(AuraError) { tried = try JSON(parsing: action) } catch {
        throw Failure(
          status: Status.usage,
          message: "--action is not JSON: \(error.message)" + (error.offset.map { " (byte \($0))" } ?? ""))
      }
    }
    let members = forecasting.members(document, top: output.top) + [("agent", about), ("action", tried)]
    let reply = try output.engine.ask(.explain, document, adding: asked.all(members))
    if output.json { return reply.print() }
    try ExplanationPage(reply.value(), names: Names(document), top: output.rows).print()
  }
}

/// The answer of `explain` as a page.
struct ExplanationPage {
  let answer: JSON
  let names: Names
  let top: Int
  private let explanation: JSON

  init(_ answer: JSON, names: Names, top: Int) {
    self.answer = answer
    self.names = names
    self.top = top
    explanation = answer["explanation"] ?? [:]
  }

  func print() {
    Terminal.out(Page.network(answer))
    Terminal.out()
    Page.paragraph(Text.plain(explanation["summary"]?.text ?? answer["headline"]?.text ?? ""), indent: 0)
    if let agent = explanation["agent"], agent != .null { print(agent: agent) }
    if let action = explanation["action"], action != .null { print(action: action) }
    let used = (explanation["mechanism_parameters"]?.elements ?? []).map {
      "\(Text.plain($0["name"]?.text ?? "").replacing("_", with: " ")) \(Text.number($0["value"]?.number ?? 0))"
    }
    Terminal.out()
    Page.paragraph(
      Page.mechanism(explanation) + (used.isEmpty ? "" : " Its parameters: \(used.joined(separator: ", "))."),
      indent: 0, style: .dim)
  }

  private func print(agent: JSON) {
    let probability = agent["probability"]?.number
    Terminal.out("\n" + Style.bold("How likely"))
    Page.paragraph(
      "\(Text.percent(probability)), of which \(Text.percent(agent["own"]?.number)) by itself and "
        + "\(Text.percent(agent["pulled_down"]?.number)) pulled down by others"
        + (ForecastPage.seconds(agent).map { "; on average after \(Text.seconds($0))." } ?? "."))
    let reasons = agent["reasons"]?.elements ?? []
    if !reasons.isEmpty {
      Terminal.out("\n" + Style.bold("Its own symptoms"))
      var table = Table([.init(title: ""), .init(title: "share of its own risk", right: true)])
      for reason in reasons { table.add(ForecastPage.phrase(reason), Text.percent(reason["share"]?.number)) }
      table.print()
    }
    list("Who pulls it down", "share of those failures", agent["pulled_down_by"])
    list("Whom it pulls down when it alone is lost", "how likely", agent["pulls_down"])
  }

  private func list(_ title: String, _ column: String, _ value: JSON?) {
    let elements = value?.elements ?? []
    guard !elements.isEmpty else { return }
    Terminal.out("\n" + Style.bold(title))
    var table = Table([.init(title: ""), .init(title: column, right: true)])
    for element in elements.prefix(top) { table.add(names[element["agent"]], Text.percent(element["share"]?.number)) }
    table.print()
  }

  private func print(action evidence: JSON) {
    let action = evidence["action"] ?? [:]
    let page = PlanPage(["plan": ["actions": [action], "horizon_s": .null]], names: names, top: top)
    Terminal.out("\n" + Style.bold(page.phrase(action)))
    let runs = Int(evidence["runs"]?.number ?? 0)
    let better = Int(evidence["better"]?.number ?? 0), worse = Int(evidence["worse"]?.number ?? 0)
    Page.paragraph(
      "\(Text.grouped(runs)) futures, each played without and with it: better in \(Text.grouped(better)), worse in "
        + "\(Text.grouped(worse)), the same in \(Text.grouped(max(0, runs - better - worse))).")
    Page.paragraph(
      "Agents out of service: \(PlanPage.one(action["expected_lost_without"]?.number ?? 0)) without it, "
        + "\(PlanPage.one(action["expected_lost_with"]?.number ?? 0)) with it.")
    for (title, key) in [("Helped most", "saved"), ("Harmed most", "harmed")] {
      let shifts = evidence[key]?.elements ?? []
      if shifts.isEmpty { continue }
      Terminal.out("\n" + Style.bold(title))
      var table = Table([
        .init(title: "agent"), .init(title: "lost without it", right: true), .init(title: "lost with it", right: true),
      ])
      for shift in shifts.prefix(top) {
        table.add(names[shift["agent"]], Text.percent(shift["without"]?.number), Text.percent(shift["with"]?.number))
      }
      table.print()
    }
  }
}
