internal import AuraBase

/// The answer of `predict` as a page: who, how likely, when, why, and how it spreads.
struct ForecastPage {
  let answer: JSON
  let names: Names
  let top: Int
  private let forecast: JSON

  init(_ answer: JSON, names: Names, top: Int) {
    self.answer = answer
    self.names = names
    self.top = top
    forecast = answer["forecast"] ?? [:]
  }

  func print() {
    Terminal.out(Page.network(answer))
    Terminal.out()
    let summary = forecast["summary"]?.text ?? answer["headline"]?.text ?? ""
    if !summary.isEmpty { Page.paragraph(Text.plain(summary), indent: 0) }
    printRisks()
    printTree()
    printSizes()
    printUnsafe()
    printMethod()
  }

  /// Who is at risk, and no more.
  func printShort() {
    Terminal.out(Page.network(answer))
    printRisks()
  }

  private var outlooks: [JSON] { forecast["at_risk"]?.elements ?? [] }

  /// Equal risks in the order of time, so that causes stand before what they cause.
  var ranked: [JSON] { Self.ranked(outlooks) }

  private static func ranked(_ outlooks: [JSON]) -> [JSON] {
    outlooks.enumerated().sorted { order($0) < order($1) }.map(\.element)
  }

  /// Mean time to failure of the agents that ever failed.
  private var times: [JSON: Double] {
    var out: [JSON: Double] = [:]
    for (agent, time) in zip(answer["agents"]?.elements ?? [], forecast["time_to_failure_s"]?.elements ?? []) {
      out[agent] = time.number
    }
    return out
  }

  func outlook(of agent: JSON) -> JSON? { outlooks.first { $0["agent"] == agent } }

  var horizon: String { Text.seconds(forecast["horizon_s"]?.number) }

  /// The agents most likely to fail, with the reason.
  func printRisks() {
    let failed = forecast["failed"]?.elements ?? []
    if !failed.isEmpty {
      Terminal.out()
      Page.paragraph("Failed from the start: \(names.list(failed)).", indent: 0)
    }
    let living = outlooks.filter { !failed.contains($0["agent"] ?? .null) }
    // All healthy agents have one and the same chance of failing by themselves.
    let own = forecast["own"]?.elements.compactMap(\.number) ?? []
    let isHealthy = (own.max() ?? 0) <= 1.001 * (own.min() ?? 0)
    if failed.isEmpty, isHealthy, living.allSatisfy({ ($0["reasons"]?.elements ?? []).isEmpty }) {
      Terminal.out()
      Page.paragraph(
        "No agent shows symptoms: nothing that was measured is out of range. "
          + "To see what the loss of one would bring: --suppose AGENT.", indent: 0)
    }
    // An agent of which nothing is known has the risk of a healthy one: that is no news.
    let notable = living.filter { ($0["probability"]?.number ?? 0) >= 0.01 || $0["reasons"]?.elements.isEmpty == false }
    if notable.isEmpty, let highest = living.compactMap({ $0["probability"]?.number }).max() {
      Page.paragraph("The highest risk of any agent is \(Text.percent(highest)).", indent: 0)
    }
    let shown = Self.ranked(Array(notable.prefix(top)))
    guard !shown.isEmpty else { return }
    Terminal.out("\n" + Style.bold("Most likely to fail within \(horizon)"))
    var table = Table([
      .init(title: "agent"), .init(title: "how likely", right: true), .init(title: "when", right: true),
      .init(title: "why", yields: true),
    ])
    for outlook in shown {
      let risk = outlook["probability"]?.number ?? 0
      table.add([
        .init(names[outlook["agent"]]), .init(Text.percent(risk), Self.style(risk)), .init(Self.time(outlook)),
        .init(why(outlook)),
      ])
    }
    table.print()
  }

  private static func order(_ item: (offset: Int, element: JSON)) -> (Double, Double, Int) {
    let risk = item.element["probability"]?.number ?? 0
    // Equal as they are printed.
    let steps = risk < 0.01 ? 1_000.0 : 100
    return (-(risk * steps).rounded() / steps, seconds(item.element) ?? .infinity, item.offset)
  }

  /// Mean time to failure.
  static func seconds(_ outlook: JSON) -> Double? {
    outlook["time_to_failure_s"]?.number ?? outlook["time_s"]?.number
  }

  static func style(_ risk: Double) -> Style? { risk >= 0.5 ? .red : risk >= 0.1 ? .yellow : nil }

  /// Mean time to failure, or a dash where it never failed.
  static func time(_ outlook: JSON) -> String {
    seconds(outlook).map { Text.seconds($0) } ?? "-"
  }

  /// Why an agent is likely to fail, in a few words.
  func why(_ outlook: JSON) -> String {
    let reasons = (outlook["reasons"]?.elements ?? []).prefix(2).map { Self.phrase($0) }.joined(separator: ", ")
    let causes = outlook["pulled_down_by"]?.elements ?? []
    let pulled = outlook["pulled_down"]?.number ?? 0
    let own = outlook["own"]?.number ?? 0
    guard pulled > own, !causes.isEmpty else { return reasons.isEmpty ? "no symptoms" : reasons }
    let main = causes.filter { ($0["share"]?.number ?? 0) >= 0.2 }
    let who = names.list((main.isEmpty ? Array(causes.prefix(1)) : main).prefix(3).compactMap { $0["agent"] })
    return "pulled down by \(who)" + (reasons.isEmpty ? "" : "; itself: \(reasons)")
  }

  /// One reason as the engine judged it.
  static func phrase(_ reason: JSON) -> String {
    let metric = reason["metric"]?.text ?? ""
    let value = reason["value"]?.number
    let text =
      switch metric {
      case "load": "load at \(Text.percent(value)) of capacity"
      case "error_rate": "\(Text.percent(value)) of answers are errors"
      case "queue": "\(Text.seconds(value)) of work waiting"
      case "latency_ms": "answers take \(Text.seconds(value.map { $0 / 1000 }))"
      case "memory_bytes": "memory at \(Text.percent(value)) of its limit"
      case "liveness_age_s": "silent for \(Text.seconds(value))"
      case "attempts_per_call": "\(value.map { Text.number($0) } ?? "many") attempts for each call"
      default: metric.replacing("_", with: " ") + (value.map { " " + Text.number($0) } ?? "")
      }
    return Text.plain(reason["rising"] == true ? text + " and rising" : text)
  }

  /// Who pulls down whom, as a tree: each agent hangs below the one that most often brings its failure about.
  func printTree(title: String? = "How failure spreads") {
    let path = forecast["path"]?.elements ?? []
    // What happens in one future of two hundred is no forecast.
    guard path.count > 1, let share = forecast["path_ends_share"]?.number, share >= 0.005 else { return }
    if let title { Terminal.out("\n" + Style.bold(title)) }
    CascadeTree(forecast, times: times, whole: share >= 0.1).print(names)
    let way = path.map { names[$0["agent"]] }.joined(separator: " → ")
    let exactly = Text.percent(forecast["path_share"]?.number)
    Page.paragraph("Most often: \(way) (\(exactly) of the simulated futures).")
  }

  private func printSizes() {
    let size = forecast["cascade_size"] ?? [:]
    guard let mean = size["mean"]?.number, let largest = size["max"]?.number else { return }
    let quantiles = size["quantiles"]?.elements.compactMap(\.number) ?? []
    Terminal.out("\n" + Style.bold("How many fail"))
    let more = forecast["failed"]?.elements.isEmpty == false ? " more agents" : " agents"
    var text = "On average \(Text.number((mean * 10).rounded() / 10))\(more)"
    if let low = quantiles.first, let high = quantiles.last, quantiles.count > 1 {
      text +=
        "; in nine futures of ten " + (low == high ? Text.number(low) : "\(Text.number(low)) to \(Text.number(high))")
    }
    text += "; at worst \(Text.number(largest))."
    if let large = forecast["large_cascade"]?.number {
      text += " A tenth of the network or more: \(Text.percent(large))."
    }
    Page.paragraph(text)
  }

  private func printUnsafe() {
    let worst = (forecast["unsafe"]?.elements ?? []).prefix(min(top, 5))
    guard !worst.isEmpty else { return }
    Terminal.out("\n" + Style.bold("Unsafe to lose, even if nothing else goes wrong"))
    var table = Table([.init(title: "agent"), .init(title: "others that fall with it", right: true)])
    for entry in worst {
      table.add(names[entry["agent"]], Text.number(((entry["further_failures"]?.number ?? 0) * 10).rounded() / 10))
    }
    table.print()
  }

  private func printMethod() {
    let runs = Text.grouped(Int(forecast["runs"]?.number ?? 0))
    Terminal.out()
    Page.paragraph(
      "From \(runs) simulated futures. \(Page.mechanism(forecast))", indent: 0, style: .dim)
  }
}

/// Who brings down whom, most often.
struct CascadeTree {
  private struct Node {
    let agent: JSON
    let probability: Double
    let time: Double?
    let failed: Bool
  }
  private var nodes: [Node] = []
  private var children: [[Int]] = []
  private var roots: [Int] = []
  private let path: Set<JSON>
  private let isMean: Bool

  /// Agents less likely than this to fail are left out, unless they are on the likeliest path.
  private static let least = 0.05

  /// - Parameter whole: all that is likely to fall; else only the likeliest path, in the one future that it shows. What
  ///   happens rarely happens at many times: means over futures would put victims before their causes.
  /// - Parameter times: mean time to failure of each agent that ever failed.
  init(_ forecast: JSON, times: [JSON: Double], whole: Bool) {
    isMean = whole
    path = Set((forecast["path"]?.elements ?? []).compactMap { $0["agent"] })
    var place: [JSON: Int] = [:]
    var cause: [Int: JSON] = [:]
    for agent in forecast["failed"]?.elements ?? [] {
      place[agent] = nodes.count
      nodes.append(Node(agent: agent, probability: 1, time: nil, failed: true))
    }
    for outlook in whole ? forecast["at_risk"]?.elements ?? [] : [] {
      guard let agent = outlook["agent"], place[agent] == nil else { continue }
      let probability = outlook["probability"]?.number ?? 0
      guard probability >= Self.least || path.contains(agent) else { continue }
      place[agent] = nodes.count
      let time = ForecastPage.seconds(outlook)
      if (outlook["pulled_down"]?.number ?? 0) > (outlook["own"]?.number ?? 0) {
        cause[nodes.count] = outlook["pulled_down_by"]?[0]?["agent"]
      }
      nodes.append(Node(agent: agent, probability: probability, time: time, failed: false))
    }
    // The path knows its own order, whatever the rest of the network mostly does.
    var before: JSON?
    for station in forecast["path"]?.elements ?? [] {
      guard let agent = station["agent"] else { continue }
      if place[agent] == nil {
        place[agent] = nodes.count
        nodes.append(
          Node(
            agent: agent, probability: station["probability"]?.number ?? 0,
            time: whole ? times[agent] : station["time_s"]?.number, failed: false))
      }
      if let at = place[agent] { cause[at] = before }
      before = agent
    }
    children = [[Int]](repeating: [], count: nodes.count)
    let earliest = nodes.indices.sorted { (nodes[$0].time ?? -1, $0) < (nodes[$1].time ?? -1, $1) }
    for i in earliest {
      guard let parent = cause[i].flatMap({ place[$0] }), parent != i, !descends(parent, from: i, cause, place) else {
        roots.append(i)
        cause[i] = nil
        continue
      }
      children[parent].append(i)
    }
    roots.removeAll { children[$0].isEmpty && !path.contains(nodes[$0].agent) }
  }

  /// Whether following causes from `start` comes to `target`: causes of causes may run in a ring, of which `target` need
  /// be no part.
  private func descends(_ start: Int, from target: Int, _ cause: [Int: JSON], _ place: [JSON: Int]) -> Bool {
    var at = start
    for _ in 0...nodes.count {
      if at == target { return true }
      guard let next = cause[at].flatMap({ place[$0] }) else { return false }
      at = next
    }
    return false
  }

  func print(_ names: Names) {
    var lines: [(text: String, node: Node)] = []
    // Depth first without recursion; a node waits with the bars that stand before it.
    var stack: [(node: Int, bars: String, branch: String, rest: String)] = []
    for root in roots.reversed() { stack.append((root, "", "", "")) }
    while let (i, bars, branch, rest) = stack.popLast() {
      lines.append((bars + branch + names[nodes[i].agent], nodes[i]))
      let deep = Text.width(bars) > 40 ? "" : bars + rest
      for (k, child) in children[i].enumerated().reversed() {
        let last = k == children[i].count - 1
        stack.append((child, deep, last ? "└─ " : "├─ ", last ? "   " : "│  "))
      }
    }
    var table = Table([
      .init(title: isMean ? "after" : "after, in one future", right: true),
      .init(title: "who fails, below the cause", yields: true),
      .init(title: "how likely", right: true),
    ])
    for (text, node) in lines {
      table.add([
        .init(node.failed ? "now" : Text.seconds(node.time)), .init(text, path.contains(node.agent) ? .bold : nil),
        .init(node.failed ? "failed" : Text.percent(node.probability), ForecastPage.style(node.probability)),
      ])
    }
    table.print()
  }
}
