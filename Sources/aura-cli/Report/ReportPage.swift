internal import AuraBase
internal import AuraEngine

/// A report as one HTML page that needs nothing else.
struct ReportPage {
  private let content: ReportContent
  private let forecast: JSON
  private let plan: JSON
  private let page: ForecastPage
  private let remedy: PlanPage

  init(_ content: ReportContent) {
    self.content = content
    forecast = content.forecast["forecast"] ?? [:]
    plan = content.plan["plan"] ?? [:]
    page = ForecastPage(content.forecast, names: content.names, top: .max)
    remedy = PlanPage(content.plan, names: content.names, top: .max)
  }

  /// Text made fit for HTML: names come from documents.
  static func escape(_ text: String) -> String {
    var out = ""
    for c in Text.plain(text) {
      switch c {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "'": out += "&#39;"
      default: out.append(c)
      }
    }
    return out
  }

  private func name(_ agent: JSON?) -> String { Self.escape(content.names[agent]) }
  private static func percent(_ share: Double) -> String { Self.escape(Text.percent(share)) }

  var html: String {
    let title = Self.escape(content.title)
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="generator" content="aura \(BuildInfo.version)">
      <meta http-equiv="Content-Security-Policy" content="\(Self.policy)">
      <title>\(title): who is about to fail</title>
      <style>\(ReportAssets.style)</style>
      </head>
      <body>
      <a class="skip" href="#risk">Skip the map</a>
      <header>
      <h1>\(title)</h1>
      <p class="lead">\(Self.escape(forecast["summary"]?.text ?? ""))</p>
      \(figures)
      </header>
      <main>
      \(map)
      \(risks)
      \(cascade)
      \(actions)
      \(weakPoints)
      \(resilience)
      \(communities)
      \(findings)
      \(unknown)
      </main>
      <footer><p>\(method)</p></footer>
      <script type="application/json" id="data">\(data)</script>
      <script>\(ReportAssets.script)</script>
      </body>
      </html>
      """
  }

  // MARK: Parts

  /// A browser is told to load nothing, whatever a name may have smuggled in.
  private static let policy =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

  private var figures: String {
    let topology = content.analysis["topology"] ?? [:]
    var all: [(String, String)] = [
      (Text.grouped(Int(topology["agents"]?.number ?? 0)), "agents"),
      (Text.grouped(Int(topology["links"]?.number ?? 0)), "links"),
      (
        PlanPage.one(forecast["cascade_size"]?["mean"]?.number ?? 0),
        "more expected to fail within \(Self.escape(page.horizon))"
      ),
      (Text.percent(forecast["large_cascade"]?.number ?? 0), "chance of a large cascade"),
    ]
    if let weak = content.answer("graph.structure.articulation")?["agents"]?.elements.count {
      all.append((Text.grouped(weak), weak == 1 ? "single point of failure" : "single points of failure"))
    }
    return "<dl class=\"figures\">"
      + all.map { "<div><dt>\($0.1)</dt><dd>\(Self.escape($0.0))</dd></div>" }.joined() + "</dl>"
  }

  private var map: String {
    let drawing = NetworkDrawing(content)
    let isGrouped = content.groups > 0
    var note = ""
    if isGrouped {
      note =
        "<p>\(Text.grouped(content.agents.count)) agents are too many to draw: each circle is a community, whose agents "
        + "are linked with each other more than with others."
      let left = content.members.dropFirst(content.groups)
      if !left.isEmpty {
        let agents = left.reduce(0) { $0 + $1.count }
        note +=
          " \(Text.counted(left.count, "smaller one")), with \(Text.counted(agents, "agent")) in all, "
          + "\(left.count == 1 ? "is" : "are") left out."
      }
      if drawing.leavesOut {
        note += " Each has a line to those it has most links with."
      }
      note += "</p>"
    }
    let thing = isGrouped ? "a community" : "an agent"
    return """
      <section id="map" aria-labelledby="map-title">
      <h2 id="map-title">The network</h2>
      \(note)
      <div class="tools"><label>Find an agent <input id="find" type="search" list="names" autocomplete="off"></label>
      <datalist id="names"></datalist>
      <span class="buttons"><button type="button" data-zoom="1.25" aria-label="Zoom in">+</button>
      <button type="button" data-zoom="0.8" aria-label="Zoom out">&minus;</button>
      <button type="button" data-zoom="0">Fit</button>
      <button type="button" data-copy="network">Copy as SVG</button></span></div>
      <figure>\(drawing.svg)
      <figcaption>\(drawing.legend)</figcaption></figure>
      <p id="about" role="status" aria-live="polite">Point at \(thing) for its numbers, or go from one to the next with
      Tab and the arrow keys. <kbd>Shift</kbd> with arrows moves the map, <kbd>+</kbd> and <kbd>-</kbd> zoom it, <kbd>0</kbd>
      shows all of it.</p>
      </section>
      """
  }

  /// Rows of a table, of which those beyond `most` are folded away.
  private static func table(_ head: String, _ rows: [String], most: Int, rest: String) -> String {
    func table(_ rows: ArraySlice<String>) -> String {
      "<table><thead><tr>\(head)</tr></thead>\n<tbody>\(rows.joined(separator: "\n"))</tbody></table>"
    }
    // A fold that hides next to nothing is not worth its line.
    guard rows.count > most + 3 else { return table(rows[...]) }
    return table(rows.prefix(most))
      + "\n<details><summary>\(Text.grouped(rows.count - most)) more \(rest)</summary>\(table(rows.dropFirst(most)))</details>"
  }

  private func link(_ agent: JSON?) -> String { "<a href=\"#map\" data-agent=\"\(name(agent))\">\(name(agent))</a>" }

  private var risks: String {
    let outlooks = page.ranked.filter { ($0["probability"]?.number ?? 0) >= 0.005 }
    guard !outlooks.isEmpty else {
      return "<section id=\"risk\" aria-labelledby=\"risk-title\"><h2 id=\"risk-title\">Who fails when, and why</h2>"
        + "\(unmeasured)<p>Nobody is likely to fail within \(Self.escape(page.horizon)).</p></section>"
    }
    let rows = outlooks.map { outlook -> String in
      let p = outlook["probability"]?.number ?? 0
      return """
        <tr><th scope="row">\(link(outlook["agent"]))</th>
        <td class="number">\(Self.percent(p))</td>
        <td class="bar" aria-hidden="true"><i class="r\(NetworkDrawing.level(p))" style="width:\(Int((100 * p).rounded()))%"></i></td>
        <td class="number">\(Self.escape(ForecastPage.time(outlook)))</td>
        <td>\(Self.escape(page.why(outlook)))</td></tr>
        """
    }
    let failed = Set(forecast["failed"]?.elements ?? [])
    let all = zip(content.agents, forecast["probability"]?.elements ?? []).count {
      ($1.number ?? 0) >= 0.005 && !failed.contains($0)
    }
    let rest =
      all > rows.count ? "<p>Those listed are the likeliest \(rows.count) of \(Text.grouped(all)) at risk.</p>" : ""
    let head =
      "<th scope=\"col\">agent</th><th scope=\"col\" class=\"number\">risk</th><td></td>"
      + "<th scope=\"col\" class=\"number\">after</th><th scope=\"col\">why</th>"
    return """
      <section id="risk" aria-labelledby="risk-title">
      <h2 id="risk-title">Who fails when, and why</h2>
      \(unmeasured)
      \(Self.table(head, rows, most: 12, rest: "agents at risk"))
      \(rest)
      </section>
      """
  }

  /// A forecast of agents of which nothing is known says little, and the page has to say so.
  private var unmeasured: String {
    let known = ["load", "capacity", "queue", "error_rate", "latency_ms", "liveness_age_s", "status", "history"]
    guard content.agents.count > 0, forecast["mechanism"]?.text != "dc_power",
      (forecast["failed"]?.elements ?? []).isEmpty, !content.measured.contains(where: { known.contains($0.field) })
    else { return "" }
    return
      "<p class=\"note\">Nothing was measured of these agents, so this is only how links would carry a failure, with "
      + "every agent as likely to fail first as any other. Give load and capacity, or suppose a loss: "
      + "<code>aura report FILE --suppose AGENT</code>.</p>"
  }

  /// Single points of failure, those that cut most agents off first.
  private var weakPoints: String {
    guard let weak = content.answer("graph.structure.articulation")?["agents"]?.elements,
      let screen = content.answer("graph.resilience.screen_n1")
    else { return "" }
    var out =
      "<section id=\"weak\" aria-labelledby=\"weak-title\"><h2 id=\"weak-title\">Single points of failure</h2>"
    guard !weak.isEmpty else { return out + "<p>No loss of a single agent cuts others off.</p></section>" }
    let is_ = Set(weak)
    let pieces = screen["parts"]?.elements ?? [], off = screen["agents"]?.elements ?? []
    let found = content.agents.indices.filter { is_.contains(content.agents[$0]) && $0 < min(pieces.count, off.count) }
      .map { (agent: content.agents[$0], pieces: Int(pieces[$0].number ?? 0), off: Int(off[$0].number ?? 0)) }
      .enumerated().sorted { ($1.element.off, $0.offset) < ($0.element.off, $1.offset) }.map(\.element)
    let rows = found.prefix(200).map {
      "<tr><th scope=\"row\">\(link($0.agent))</th><td class=\"number\">\(Text.grouped($0.off))</td>"
        + "<td class=\"number\">\(Text.grouped($0.pieces))</td></tr>"
    }
    let head =
      "<th scope=\"col\">agent</th><th scope=\"col\" class=\"number\">others cut off by its loss</th>"
      + "<th scope=\"col\" class=\"number\">pieces left</th>"
    out += Self.table(head, rows, most: 8, rest: "single points of failure")
    if found.count > rows.count { out += "<p>And \(Text.grouped(found.count - rows.count)) that cut off no more.</p>" }
    return out + "</section>"
  }

  private var resilience: String {
    let chart = ResilienceChart(content)
    let n = content.agents.count
    guard n > 1, !chart.curves.isEmpty else { return "" }
    let rows = chart.curves.map { curve in
      "<tr><th scope=\"row\"><i class=\"key \(curve.order)\"></i> \(Self.escape(curve.words))</th>"
        + "<td class=\"number\">\(Text.grouped(curve.half))</td>"
        + "<td class=\"number\">\(Self.percent(Double(curve.half) / Double(n)))</td>"
        + "<td class=\"number\">\(Self.percent(Self.after(0.05, curve.share)))</td>"
        + "<td class=\"number\">\(Self.percent(Self.after(0.2, curve.share)))</td>"
        + "<td class=\"number\">\(Text.fixed(curve.robustness, 3))</td></tr>"
    }
    let guarded = chart.critical.prefix(12).map { link($0) }
    var advice = ""
    if !guarded.isEmpty {
      let others = chart.critical.count - guarded.count
      advice =
        "<p>Guard these first; without them no part has more than half of the agents: \(guarded.joined(separator: ", "))"
        + (others > 0 ? " and \(Text.grouped(others)) more" : "") + ".</p>"
    }
    return """
      <section id="resilience" aria-labelledby="resilience-title">
      <h2 id="resilience-title">How much loss it bears</h2>
      <figure>\(chart.svg)
      <figcaption>How many agents still hang together in the largest part, as agents are lost one after the other; the band is one standard deviation between orders drawn by chance.
      <button type="button" data-copy="resilience-curves">Copy as SVG</button></figcaption></figure>
      <div class="wide"><table><thead><tr><th scope="col">who is lost</th><th scope="col" class="number">losses until halved</th>
      <th scope="col" class="number">of all</th><th scope="col" class="number">together after 5 % lost</th>
      <th scope="col" class="number">after 20 %</th><th scope="col" class="number">mean (R)</th></tr></thead>
      <tbody>\(rows.joined(separator: "\n"))</tbody></table></div>
      \(advice)</section>
      """
  }

  /// What a curve says of this share of losses.
  private static func after(_ lost: Double, _ share: [Double]) -> Double {
    share.isEmpty ? 0 : share[min(share.count - 1, Int((lost * Double(share.count - 1)).rounded()))]
  }

  private var communities: String {
    let large = content.members.filter { $0.count > 1 }
    guard content.members.count > 1, !large.isEmpty else { return "" }
    let p = forecast["probability"]?.elements.map { $0.number ?? 0 } ?? []
    func risk(_ k: Int) -> Double { k < p.count ? p[k] : 0 }
    var outward = [Int](repeating: 0, count: content.members.count)
    for link in content.links {
      let (a, b) = (content.communities[link.source], content.communities[link.target])
      if a != b {
        outward[a] += 1
        outward[b] += 1
      }
    }
    let rows = large.prefix(150).enumerated().map { g, agents in
      let expected = agents.reduce(0.0) { $0 + risk($1) }
      let first = agents.sorted { (risk($1), $0) < (risk($0), $1) }.prefix(4).map { link(content.agents[$0]) }
      return
        "<tr><th scope=\"row\" class=\"number\">\(g + 1)</th><td class=\"number\">\(Text.grouped(agents.count))</td>"
        + "<td class=\"number\">\(Self.escape(PlanPage.one(expected)))</td><td class=\"number\">\(Text.grouped(outward[g]))</td>"
        + "<td>\(first.joined(separator: ", "))</td></tr>"
    }
    let alone = content.members.count - large.count
    let head =
      "<th scope=\"col\" class=\"number\">no.</th><th scope=\"col\" class=\"number\">agents</th>"
      + "<th scope=\"col\" class=\"number\">expected to fail</th><th scope=\"col\" class=\"number\">links to others</th>"
      + "<th scope=\"col\">likeliest to fail</th>"
    return """
      <section id="communities" aria-labelledby="communities-title">
      <h2 id="communities-title">Communities</h2>
      <p>Agents that are linked with each other more than with others, and so tend to fall together.</p>
      <div class="wide">\(Self.table(head, rows, most: 8, rest: "communities"))</div>
      \(alone > 0 ? "<p>\(Text.counted(alone, "agent belongs", "agents belong")) to none.</p>" : "")</section>
      """
  }

  private var cascade: String {
    let steps = forecast["path"]?.elements ?? []
    guard steps.count > 1 else {
      return
        "<section id=\"path\" aria-labelledby=\"path-title\"><h2 id=\"path-title\">How failure spreads most often</h2>"
        + "<p>In the simulated futures no failure spread from one agent to another. "
        + "\(Self.escape(Page.mechanism(forecast)))</p></section>"
    }
    let share = forecast["path_share"]?.number ?? 0
    let items = steps.map { step in
      let time = step["time_s"]?.number ?? 0
      let risk = step["probability"]?.number ?? 0
      return "<li><button type=\"button\" data-agent=\"\(name(step["agent"]))\"><b>\(name(step["agent"]))</b></button> "
        + (time > 0
          ? "after \(Self.escape(Text.seconds(time))), risk \(Self.percent(risk))"
          : risk == 1 ? "has failed" : "at once, risk \(Self.percent(risk))") + "</li>"
    }
    return """
      <section id="path" aria-labelledby="path-title">
      <h2 id="path-title">How failure spreads most often</h2>
      <ol class="path">\(items.joined(separator: "\n"))</ol>
      <p class="tools"><span><button type="button" data-step="-1">Step back</button>
      <button type="button" data-step="1">Next step on the map</button></span></p>
      <p>In \(Self.percent(share)) of the simulated futures exactly so. \(Self.escape(Page.mechanism(forecast)))</p>
      </section>
      """
  }

  private var actions: String {
    func card(_ action: JSON, _ place: Int?) -> String {
      let without = action["expected_lost_without"]?.number ?? 0, with = action["expected_lost_with"]?.number ?? 0
      let widest = max(without, with, 1e-9)
      func bar(_ label: String, _ value: Double, _ style: String) -> String {
        "<tr><th scope=\"row\">\(label)</th><td class=\"number\">\(PlanPage.one(value))</td>"
          + "<td class=\"bar\" aria-hidden=\"true\"><i class=\"\(style)\" style=\"width:\(Int((100 * value / widest).rounded()))%\"></i></td></tr>"
      }
      return """
        <article><h3>\(place.map { "\($0). " } ?? "")\(Self.escape(remedy.phrase(action)))</h3>
        <table class="effect"><caption>agents lost, on average</caption>\(bar("without it", without, "r4"))\(bar("with it", with, "r0"))</table>
        <p>Costs \(Self.escape(Text.number(action["cost"]?.number ?? 0))). Taken for granted: \(Self.escape(action["assumes"]?.text ?? "nothing")).
        To undo it: \(Self.escape(action["undo"]?.text ?? "nothing to do")).</p></article>
        """
    }
    let chosen = plan["actions"]?.elements ?? []
    let others = plan["alternatives"]?.elements ?? []
    var out = "<section id=\"actions\" aria-labelledby=\"actions-title\"><h2 id=\"actions-title\">What to do</h2>"
    out += "<p class=\"lead\">\(Self.escape(plan["summary"]?.text ?? ""))</p>"
    guard !chosen.isEmpty || !others.isEmpty else { return out + "</section>" }
    out += "<div class=\"cards\">" + chosen.enumerated().map { card($0.element, $0.offset + 1) }.joined() + "</div>"
    if !others.isEmpty {
      out +=
        "<details><summary>Other actions that were tried</summary><div class=\"cards\">"
        + others.map { card($0, nil) }.joined() + "</div></details>"
    }
    let runs = Text.grouped(Int(plan["proving_runs"]?.number ?? 0))
    out +=
      "<p>Each was played in \(runs) simulated futures, with and without it. What an action adds counts after those before it.</p>"
    return out + "</section>"
  }

  private var findings: String {
    let ranked = FindingsPage.ranked(content.analysis).filter { $0["headline"]?.text != nil }
    guard !content.agents.isEmpty else { return "" }
    let items = ranked.map { finding in
      "<li class=\"\((finding["urgency"]?.number ?? 0) >= 0.5 ? "soon" : "")\">\(Self.escape(finding["headline"]?.text ?? ""))"
        + "<small>\(Self.escape(content.summaries[finding["id"]?.text ?? ""] ?? "")) "
        + "<code>\(Self.escape(finding["id"]?.text ?? ""))</code></small></li>"
    }
    return """
      <section id="findings" aria-labelledby="findings-title">
      <h2 id="findings-title">How the network hangs together</h2>
      <ol class="findings">\(items.joined(separator: "\n"))</ol></section>
      """
  }

  private var unknown: String {
    let n = content.agents.count
    let given = content.measured.sorted { ($1.agents, $0.field) < ($0.agents, $1.field) }
    var lines = given.prefix(40).map { field, agents in
      "<li><code>\(Self.escape(field))</code> is given for \(agents == n ? "all agents" : "\(Text.grouped(agents)) of \(Text.grouped(n)) agents").</li>"
    }
    let ignored = content.analysis["topology"]?["ignored"]?.elements.compactMap(\.text) ?? []
    if !ignored.isEmpty {
      lines.append("<li>Not read: \(ignored.map { "<code>\(Self.escape($0))</code>" }.joined(separator: ", ")).</li>")
    }
    let missing = ["load", "capacity", "queue", "error_rate", "latency_ms"].filter { name in
      !given.contains { $0.field == name }
    }
    // A power network is forecast from what it has instead.
    if !missing.isEmpty, forecast["mechanism"]?.text != "dc_power" {
      lines.append(
        "<li>Given for no agent: \(missing.map { "<code>\($0)</code>" }.joined(separator: ", ")). "
          + "The forecast would be sharper with them.</li>")
    }
    if !content.directed && content.links.count > 0 {
      lines.append("<li>The links have no direction: each is taken to go both ways.</li>")
    }
    return """
      <section id="unknown" aria-labelledby="unknown-title">
      <h2 id="unknown-title">What was observed, and what was not</h2><ul>\(lines.joined(separator: "\n"))</ul></section>
      """
  }

  private var method: String {
    let runs = Text.grouped(Int(forecast["runs"]?.number ?? 0))
    let seed = Int(content.forecast["seed"]?.number ?? 0)
    return
      "Forecast over \(runs) simulated futures, seed \(seed). Written by aura \(BuildInfo.version); the same network "
      + "and seed give the same page."
  }

  /// Agents that can be found on the page: of very large networks those likeliest to fail.
  private static let mostFound = 20_000

  /// What the script tells of an agent: name, place of its group, numbers, sentence.
  private var data: String {
    let p = forecast["probability"]?.elements.map { $0.number ?? 0 } ?? []
    let times = forecast["time_to_failure_s"]?.elements ?? []
    let off = content.answer("graph.resilience.screen_n1")?["agents"]?.elements ?? []
    let outlooks = Dictionary(
      (forecast["at_risk"]?.elements ?? []).map { ($0["agent"] ?? .null, $0["why"]?.text ?? "") }
    ) { first, _ in first }
    var partners = [Int](repeating: 0, count: content.agents.count)
    for link in content.links {
      partners[link.source] += 1
      if link.target != link.source { partners[link.target] += 1 }
    }
    func risk(_ k: Int) -> Double { k < p.count ? p[k] : 0 }
    var shown = Array(content.agents.indices)
    if shown.count > Self.mostFound {
      shown = Array(shown.sorted { (risk($1), $0) < (risk($0), $1) }.prefix(Self.mostFound)).sorted()
    }
    let rows = shown.map { k -> JSON in
      let agent = content.agents[k]
      var words: [String] = []
      if content.groups > 0 { words.append("risk \(Text.percent(risk(k)))") }
      if k < times.count, let time = times[k].number, time > 0 {
        words.append("after \(Text.seconds(time)) on average")
      }
      words.append(Text.counted(partners[k], "link"))
      if content.members.count > 1 { words.append("community \(content.communities[k] + 1)") }
      if k < off.count, let others = off[k].number, others > 0 {
        words.append("its loss cuts off \(Text.counted(Int(others), "other"))")
      }
      for member in content.groups == 0 ? content.numbers[agent] ?? [] : [] {
        words.append("\(Text.plain(member.key)) \(Text.number(member.value.number ?? 0))")
      }
      return [
        .string(content.names[agent]), .integer(content.groups > 0 ? content.communities[k] : k),
        .string(words.joined(separator: ", ")), .string(outlooks[agent] ?? ""),
      ]
    }
    // A name may hold "</script>".
    let ends = NetworkDrawing(content).ends.map { JSON.integer($0) }
    return JSON.object([.init("agents", .array(rows)), .init("ends", .array(ends))]).encoded
      .replacing("<", with: "\\u003c")
  }
}
