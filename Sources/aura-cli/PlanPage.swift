internal import AuraBase

/// The answer of `intervene` as a page: what to do, what it costs, what difference it makes, what undoes it.
struct PlanPage {
  let answer: JSON
  let names: Names
  let top: Int
  private let plan: JSON

  init(_ answer: JSON, names: Names, top: Int) {
    self.answer = answer
    self.names = names
    self.top = top
    plan = answer["plan"] ?? [:]
  }

  func print() {
    Terminal.out(Page.network(answer))
    Terminal.out()
    printActions()
    printTotal()
    printAlternatives()
    printMethod()
  }

  private var horizon: String { Text.seconds(plan["horizon_s"]?.number) }
  var actions: [JSON] { plan["actions"]?.elements ?? [] }

  private func printActions() {
    guard !actions.isEmpty else {
      return Page.paragraph(Text.plain(plan["summary"]?.text ?? "Nothing to do."), indent: 0)
    }
    let spent = Text.number(plan["spent"]?.number ?? 0), budget = Text.number(plan["budget"]?.number ?? 0)
    Terminal.out(Style.bold("What to do") + Style.dim("  costs \(spent) of a budget of \(budget)"))
    for (k, action) in actions.prefix(top).enumerated() {
      let number = "\(k + 1). "
      Terminal.out("  " + number + Style.bold(phrase(action)) + Style.dim("  cost \(Self.amount(action["cost"]))"))
      let indent = 2 + number.count
      Page.paragraph(difference(action), indent: indent)
      let undo = Text.plain(action["undo"]?.text ?? ""), assumes = Text.plain(action["assumes"]?.text ?? "")
      if !assumes.isEmpty { Page.paragraph("Taken for granted: \(assumes).", indent: indent, style: .dim) }
      if !undo.isEmpty { Page.paragraph("To take it back: \(undo).", indent: indent, style: .dim) }
    }
    if actions.count > top { Page.paragraph("and \(Text.counted(actions.count - top, "more action"))") }
  }

  private func printTotal() {
    guard !actions.isEmpty else { return }
    Terminal.out("\n" + Style.bold("What it changes within \(horizon)"))
    for line in comparison() { Terminal.out("  " + line) }
  }

  /// The same futures without and with the plan, as bars.
  func comparison() -> [String] {
    let without = plan["expected_lost_without"]?.number ?? 0, with = plan["expected_lost_with"]?.number ?? 0
    let full = 40.0
    let largest = max(without, with, 1e-9)
    func bar(_ value: Double, _ style: Style) -> String {
      let cells = Int((value / largest * full).rounded())
      return value >= 0.05 ? "  " + style(String(repeating: "█", count: max(1, cells))) : ""
    }
    let figures = [Self.one(without), Self.one(with)]
    let width = figures.map { Text.width($0) }.max() ?? 0
    return [
      "without  \(Text.pad(figures[0], to: width, right: true)) agents lost\(bar(without, .red))",
      "with     \(Text.pad(figures[1], to: width, right: true)) agents lost\(bar(with, .green))",
      "\(Text.number(rounded(plan["saved"]?.number ?? 0))) saved on average"
        + " (± \(Text.number(rounded(plan["standard_error"]?.number ?? 0, 100)))), \(largeChange)",
    ]
  }

  private var largeChange: String {
    let change = plan["large_cascade_change"]?.number ?? 0
    if change == 0 { return "chance of a large cascade unchanged" }
    let points = Text.number((abs(change) * 1000).rounded() / 10)
    return "chance of a large cascade \(change < 0 ? "down" : "up") by \(points) percentage points"
  }

  private func printAlternatives() {
    let others = plan["alternatives"]?.elements ?? []
    guard !others.isEmpty else { return }
    Terminal.out("\n" + Style.bold("Other ways, each taken alone"))
    var table = Table([
      .init(title: "action", yields: true), .init(title: "cost", right: true),
      .init(title: "lost with it", right: true),
      .init(title: "saved", right: true),
    ])
    for action in others.prefix(min(top, 5)) {
      table.add(
        phrase(action), Self.amount(action["cost"]), Self.one(action["expected_lost_with"]?.number ?? 0),
        Self.one(action["saved"]?.number ?? 0))
    }
    table.print()
  }

  private func printMethod() {
    let tried = Text.counted(Int(plan["candidates"]?.number ?? 0), "action")
    let proving = Text.grouped(Int(plan["proving_runs"]?.number ?? 0))
    Terminal.out()
    Page.paragraph(
      "\(tried) tried; the figures come from \(proving) simulated futures that did not choose them, each played with "
        + "and without. " + Page.mechanism(plan), indent: 0, style: .dim)
  }

  /// The difference one action makes.
  func difference(_ action: JSON) -> String {
    let without = action["expected_lost_without"]?.number ?? 0, with = action["expected_lost_with"]?.number ?? 0
    let saved = rounded(action["saved"]?.number ?? 0), error = rounded(action["standard_error"]?.number ?? 0, 100)
    let before = action == actions.first ? "Without it" : "After the above"
    return "\(before) \(Self.one(without)) agents are out of service within \(horizon), with it \(Self.one(with)): "
      + (saved >= 0 ? "\(Text.number(saved)) saved" : "\(Text.number(-saved)) more lost")
      + " (± \(Text.number(error)))."
  }

  private func rounded(_ value: Double, _ parts: Double = 10) -> Double { (value * parts).rounded() / parts }
  static func one(_ value: Double) -> String { Text.fixed(value, 1) }
  private static func amount(_ value: JSON?) -> String { Text.number(value?.number ?? 0) }

  /// An action as one would tell a colleague to do it.
  func phrase(_ action: JSON) -> String {
    let targets = (action["targets"]?.elements ?? []).map { names[$0] }
    let first = targets.first ?? "", second = targets.count > 1 ? targets[1] : ""
    let parameters = action["parameters"] ?? [:]
    let share = Text.percent(parameters["share"]?.number)
    let factor = parameters["factor"]?.number ?? 1
    switch action["kind"]?.text ?? "" {
    case "isolate": return "Take \(first) out of service"
    case "shed_load": return "Refuse \(share) of the load of \(first)"
    case "shift_load": return "Move \(share) of the load of \(first) to \(second)"
    case "add_capacity": return "Give \(first) \(Text.number(factor)) times its capacity"
    case "add_link": return "Link \(first) to \(second)"
    case "reweight_link": return "Cut the dependence of \(first) on \(second) to \(Text.percent(factor))"
    case "restart": return "Restart \(first)"
    case "drain": return "Move all load of \(first) to its neighbours"
    case let kind: return Text.plain(kind.replacing("_", with: " ")) + " " + targets.joined(separator: ", ")
    }
  }
}
