internal import ArgumentParser
internal import AuraBase
internal import AuraEngine

/// A failure seen coming, and what stops it, without a file.
struct Demo: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show a failure coming in a real network, and what would stop it. Needs no file.",
    discussion: """
      The network is Train Ticket, a booking system of 28 microservices; the command carries it. To try things out:

        aura demo --network > train_ticket.json
        aura explain train_ticket.json ts-gateway-service
        aura intervene train_ticket.json --protect ts-order-service
      """)

  @Flag(name: .long, help: "Print the network of the demonstration, as JSON, and end.")
  var network = false

  @Flag(name: .long, help: "Print the engine's answers as they are: the forecast, then the plan.")
  var json = false

  func run() throws {
    if network {
      let text = Story.document.raw
      return Terminal.out(text.span)
    }
    let engine = Engine()
    let forecast = try engine.ask(.predict, Story.document)
    let plan = try engine.ask(.intervene, Story.document, adding: Self.question)
    if json {
      forecast.print()
      return plan.print()
    }
    try show(forecast.value(), plan.value())
  }

  /// One action, chosen among a few agents: a demonstration should not keep anybody waiting.
  private static let question: [JSON.Member] = [
    .init("budget", 1), .init("max_actions", 1), .init("targets", 2),
  ]

  private func show(_ forecast: JSON, _ plan: JSON) {
    let page = ForecastPage(forecast, names: Names(), top: 10)
    let topology = forecast["topology"] ?? [:]
    let (agents, links) = (Int(topology["agents"]?.number ?? 0), Int(topology["links"]?.number ?? 0))
    Terminal.out(Style.bold("A failure seen coming"))
    Page.paragraph(
      "Train Ticket is a booking system of \(agents) microservices that call each other along \(links) links. "
        + "Who calls whom was recorded from the running system; the load is made up for this demonstration: "
        + "\(Story.faulty) has just lost nearly half of its capacity. Nothing has failed yet.", indent: 0)

    Terminal.out("\n" + Style.bold("1. What is going to happen"))
    Page.paragraph(Text.plain(forecast["forecast"]?["summary"]?.text ?? ""))
    if let first = page.outlook(of: .string(Story.faulty)) {
      Page.paragraph("It starts at \(Story.faulty): \(page.why(first)).")
    }

    Terminal.out("\n" + Style.bold("2. Who falls when, and who pulls down whom"))
    page.printTree(title: nil)

    let remedy = PlanPage(plan, names: Names(), top: 1)
    Terminal.out("\n" + Style.bold("3. What would stop it"))
    guard let action = remedy.actions.first else {
      return Page.paragraph(Text.plain(plan["plan"]?["summary"]?.text ?? ""))
    }
    Page.paragraph(Style.green(remedy.phrase(action)) + ".")
    Terminal.out()
    for line in remedy.comparison() { Terminal.out("  " + line) }
    let proving = Text.grouped(Int(plan["plan"]?["proving_runs"]?.number ?? 0))
    let tried = Text.counted(Int(plan["plan"]?["candidates"]?.number ?? 0), "action")
    Page.paragraph(
      "Within \(page.horizon), over \(proving) simulated futures, each played without it and with it; the best of "
        + "\(tried) tried. Taken for granted: \(Text.plain(action["assumes"]?.text ?? "nothing")).")
    Terminal.out()
    Page.paragraph(
      "Your own network: aura predict FILE, then aura intervene FILE. The one above: aura demo --network", indent: 0)
  }
}
