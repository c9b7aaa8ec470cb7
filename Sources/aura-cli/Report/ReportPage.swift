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
      + all.map { "<div><dd>\(Self.escape($0.0))</dd><dt>\($0.1)</dt></div>" }.joined() + "</dl>"
  }

  private var map: String {
    let drawing = NetworkDrawing(content)
    let note =
      content.groups.isEmpty
      ? ""
      : "<p>\(Text.grouped(content.agents.count)) agents are too many to draw: each circle is a group that hangs together.</p>"
    return """
      <section id="map" aria-labelledby="map-title">
      <h2 id="map-title">The network</h2>
      \(note)
      <div class="tools"><label>Find <input id="find" type="search" list="names" autocomplete="off"></label>
      <datalist id="names"></datalist>
      <span class="buttons"><button type="button" data-zoom="1.25" aria-label="Zoom in">+</button>
      <button type="button" data-zoom="0.8" aria-label="Zoom out">&minus;</button>
      <button type="button" data-zoom="0">Fit</button>
      <button type="button" data-copy="network">Copy as SVG</button></span></div>
      <figure>\(drawing.svg)
      <figcaption>\(drawing.legend)</figcaption></figure>
      <p id="about" role="status" aria-live="polite">Point at an agent, or move to it with the Tab key, for its numbers.</p>
      </section>
      """
  }

  private var risks: String {
    let outlooks = forecast["at_risk"]?.elements.filter { ($0["probability"]?.number ?? 0) >= 0.005 } ?? []
    guard !outlooks.isEmpty else {
      return "<section id=\"risk\"><h2>Who fails when, and why</h2><p>Nobody is likely to fail within "
        + "\(Self.escape(page.horizon)).</p></section>"
    }
    let rows = outlooks.map { outlook -> String in
      let p = outlook["probability"]?.number ?? 0
      return """
        <tr><th scope="row"><a href="#" data-agent="\(name(outlook["agent"]))">\(name(outlook["agent"]))</a></th>
        <td class="number">\(Self.percent(p))</td>
        <td class="bar" aria-hidden="true"><i class="r\(NetworkDrawing.level(p))" style="width:\(Int((100 * p).rounded()))%"></i></td>
        <td class="number">\(Self.escape(ForecastPage.time(outlook)))</td>
        <td>\(Self.escape(page.why(outlook)))</td></tr>
        """
    }
    return """
      <section id="risk" aria-labelledby="risk-title">
      <h2 id="risk-title">Who fails when, and why</h2>
      <table><thead><tr><th scope="col">agent</th><th scope="col">risk</th><td></td><th scope="col">after</th><th scope="col">why</th></tr></thead>
      <tbody>\(rows.joined(separator: "\n"))</tbody></table>
      </section>
      """
  }

  private var cascade: String {
    let steps = forecast["path"]?.elements ?? []
    guard steps.count > 1 else { return "" }
    let share = forecast["path_share"]?.number ?? 0
    let items = steps.map { step in
      let risk = step["probability"]?.number.map { " (\(Self.percent($0)))" } ?? ""
      let time = Self.escape(Text.seconds(step["time_s"]?.number ?? 0))
      return "<li><button type=\"button\" data-agent=\"\(name(step["agent"]))\"><b>\(name(step["agent"]))</b></button> "
        + "after \(time)\(risk)</li>"
    }
    return """
      <section id="path" aria-labelledby="path-title">
      <h2 id="path-title">How failure spreads most often</h2>
      <ol class="path">\(items.joined(separator: "\n"))</ol>
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
    let found = (content.analysis["answers"]?.elements ?? []).filter { $0["headline"]?.text != nil }
    let ranked = found.enumerated().sorted {
      let a = $0.element["urgency"]?.number ?? 0, b = $1.element["urgency"]?.number ?? 0
      return a > b || (a == b && $0.offset < $1.offset)
    }.map(\.element)
    let items = ranked.map { finding in
      "<li class=\"\((finding["urgency"]?.number ?? 0) >= 0.5 ? "soon" : "")\">\(Self.escape(finding["headline"]?.text ?? "")) "
        + "<code>\(Self.escape(finding["id"]?.text ?? ""))</code></li>"
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
    if !missing.isEmpty {
      lines.append(
        "<li>Given for no agent: \(missing.map { "<code>\($0)</code>" }.joined(separator: ", ")). "
          + "The forecast would be sharper with them.</li>")
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

  /// What the script tells of an agent: name, risk, sentence.
  private var data: String {
    let probabilities = forecast["probability"]?.elements ?? []
    let outlooks = Dictionary(
      (forecast["at_risk"]?.elements ?? []).map { ($0["agent"] ?? .null, $0["why"]?.text ?? "") }
    ) { first, _ in first }
    let rows = content.agents.enumerated().map { k, agent -> JSON in
      let p = k < probabilities.count ? probabilities[k].number ?? 0 : 0
      return [
        .string(content.names[agent]), .real((p * 10_000).rounded() / 10_000), .string(outlooks[agent] ?? ""),
      ]
    }
    // A name may hold "</script>".
    return JSON.array(rows).encoded.replacing("<", with: "\\u003c")
  }
}
