internal import AuraBase

/// The map of a network as SVG: how likely agents are to fail by colour and size, single points of failure with a ring,
/// the most frequent cascade as arrows. It is drawn for a page of 1,088 pixels, so that letters are of their true size.
struct NetworkDrawing {
  private static let widest = 1_088.0
  private static let tallest = 740.0
  private static let margin = 64.0
  private static let letter = 12.0
  /// On a narrow page the map shrinks and the letters grow by this.
  private static let narrow = 2.4

  private let content: ReportContent
  private let probability: [Double]
  private let failed: Set<JSON>
  private let weak: Set<JSON>
  private let path: [JSON]
  private let x: [Double]
  private let y: [Double]
  private let width: Double
  private let height: Double
  /// Radii of the communities that are drawn.
  private let sizes: [Double]
  /// Ties between communities that are drawn.
  private let ties: [(a: Int, b: Int, count: Int)]
  /// Whether there are more ties than are drawn.
  let leavesOut: Bool

  init(_ content: ReportContent) {
    self.content = content
    let forecast = content.forecast["forecast"] ?? [:]
    probability = forecast["probability"]?.elements.map { $0.number ?? 0 } ?? []
    failed = Set(forecast["failed"]?.elements ?? [])
    weak = Set(content.answer("graph.structure.articulation")?["agents"]?.elements ?? [])
    path = forecast["path"]?.elements.compactMap { $0["agent"] } ?? []
    let counts = content.members.prefix(content.groups).map(\.count)
    let largest = Double(counts.max() ?? 1), room = counts.count > 60 ? 0.6 : 1.0
    // Large enough for its number.
    sizes = counts.map { count in
      max(8 + 26 * room * (Double(count) / largest).squareRoot(), 5 * Double(Text.grouped(count).count) + 4)
    }
    let all = ReportContent.ties(content.groups, content.communities, content.links)
    ties = ReportContent.strongest(all, groups: content.groups)
    leavesOut = all.count > ties.count
    // Few agents are not drawn further apart than names need.
    let wide = (content.x.max() ?? 0) - (content.x.min() ?? 0), high = (content.y.max() ?? 0) - (content.y.min() ?? 0)
    let unit = min(
      150, (Self.widest - 2 * Self.margin) / max(wide, 1e-9), (Self.tallest - 2 * Self.margin) / max(high, 1e-9))
    let (x, y) = Self.parted(content.x.map { $0 * unit }, content.y.map { $0 * unit }, sizes)
    let left = x.min() ?? 0, right = x.max() ?? 0, top = y.min() ?? 0, bottom = y.max() ?? 0
    width = max(Self.widest, right - left + 2 * Self.margin)
    height = max(240, bottom - top + 2 * Self.margin)
    let x0 = (width - right + left) / 2 - left, y0 = (height - bottom + top) / 2 - top
    self.x = x.map { $0 + x0 }
    self.y = y.map { $0 + y0 }
  }

  /// Circles pushed apart until none lies on another; those without a size stay where they are.
  private static func parted(_ x: [Double], _ y: [Double], _ sizes: [Double]) -> ([Double], [Double]) {
    var (x, y) = (x, y)
    for _ in 0..<200 {
      var isCrowded = false
      for a in sizes.indices.prefix(x.count) {
        for b in sizes.indices.prefix(a) {
          let dx = x[a] - x[b], dy = y[a] - y[b]
          let apart = (dx * dx + dy * dy).squareRoot(), wanted = sizes[a] + sizes[b] + 6
          guard apart < wanted else { continue }
          isCrowded = true
          let push = (wanted - apart) / 2 + 0.01
          let (ux, uy) = apart > 1e-9 ? (dx / apart, dy / apart) : (1, 0)
          (x[a], y[a], x[b], y[b]) = (x[a] + push * ux, y[a] + push * uy, x[b] - push * ux, y[b] - push * uy)
        }
      }
      if !isCrowded { break }
    }
    return (x, y)
  }

  /// Classes of risk, of which the style sheet knows the colours.
  static func level(_ probability: Double) -> Int {
    probability >= 0.5 ? 4 : probability >= 0.25 ? 3 : probability >= 0.1 ? 2 : probability >= 0.01 ? 1 : 0
  }

  var legend: String {
    let steps = ["below 1 %", "1 to 10 %", "10 to 25 %", "25 to 50 %", "50 % and more"]
    var out = content.groups == 0 ? "Risk: " : "Mean risk: "
    for (k, text) in steps.enumerated() { out += "<span><i class=\"dot r\(k)\"></i> \(text)</span> " }
    guard content.groups == 0 else { return out + "<span>The number is that of the agents.</span>" }
    out += "<span><i class=\"dot down\"></i> has failed</span> "
    out += "<span><i class=\"dot ring\"></i> single point of failure</span> "
    if path.count > 1 { out += "<span><i class=\"way\"></i> most frequent cascade</span>" }
    return out
  }

  private static func short(_ value: Double) -> String {
    let text = Text.fixed(value, 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  var svg: String {
    let label =
      content.groups == 0
      ? "Map of \(Text.counted(content.agents.count, "agent")) and \(Text.counted(content.links.count, "link"))"
      : "Map of \(Text.counted(content.groups, "group")) of agents"
    var out =
      "<svg id=\"network\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Self.short(width)) "
      + "\(Self.short(height))\" role=\"group\" aria-label=\"\(label)\">"
    out += "<defs>"
    // Many arrows on one agent must not hide it.
    let size = x.count > 400 ? "3.5" : x.count > 120 ? "5" : "7"
    for (tip, size) in [("tip", size), ("end", "7")] {
      out += "<marker id=\"\(tip)\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"\(size)\" "
      out += "markerHeight=\"\(size)\" "
      out += "markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" class=\"\(tip)\"/></marker>"
    }
    out += "</defs><g id=\"scene\">"
    out += content.groups == 0 ? agents() : groups()
    return out + "</g></svg>"
  }

  private func radius(_ k: Int) -> Double {
    let small = x.count > 400 ? 3.5 : x.count > 120 ? 4.5 : 8
    return small * (1 + 0.25 * Double(Self.level(risk(k))))
  }

  private func risk(_ k: Int) -> Double { k < probability.count ? probability[k] : 0 }

  /// The likeliest to fail first; of equal ones in the order of the network.
  private var ranked: [Int] { x.indices.sorted { (risk($1), $0) < (risk($0), $1) } }

  /// Both ends of each line, in the order in which lines are drawn.
  var ends: [Int] {
    let all = content.groups > 0 ? ties.reversed().map { ($0.a, $0.b) } : linked.plain + linked.ways
    return all.flatMap { [$0.0, $0.1] }
  }

  /// Who is joined by a line, and by an arrow of the most frequent cascade.
  private var linked: (plain: [(Int, Int)], ways: [(Int, Int)]) {
    var place: [JSON: Int] = [:]
    for (k, agent) in content.agents.enumerated() { place[agent] = k }
    let ways = zip(path, path.dropFirst()).compactMap { a, b in
      if let a = place[a], let b = place[b] { (a, b) } else { nil }
    }
    let onPath = Set(ways.map { [min($0.0, $0.1), max($0.0, $0.1)] })
    var drawn: Set<[Int]> = []
    var plain: [(Int, Int)] = []
    for link in content.links where link.source != link.target {
      guard drawn.insert([link.source, link.target]).inserted,
        !onPath.contains([min(link.source, link.target), max(link.source, link.target)])
      else { continue }
      plain.append((link.source, link.target))
    }
    return (plain, ways)
  }

  private func agents() -> String {
    let linked = linked
    var out = "<g class=\"links\">"
    for (a, b) in linked.plain { out += line(a, b, content.directed ? " marker-end=\"url(#tip)\"" : "") }
    out += "</g><g class=\"ways\">"
    for (a, b) in linked.ways { out += line(a, b, " marker-end=\"url(#end)\"") }
    out += "</g>"
    let labels = self.labels()
    let first = ranked.first
    for (k, agent) in content.agents.enumerated() where k < x.count {
      let name = ReportPage.escape(content.names[agent])
      let isDown = failed.contains(agent)
      var words = "\(name): "
      words += isDown ? "has failed" : "risk \(ReportPage.escape(Text.percent(risk(k))))"
      if weak.contains(agent) { words += ", single point of failure" }
      let at = "cx=\"\(Self.short(x[k]))\" cy=\"\(Self.short(y[k]))\""
      // One stop of the Tab key for all; the arrow keys lead from one to the next.
      out +=
        "<g class=\"agent\" tabindex=\"\(k == first ? 0 : -1)\" role=\"img\" data-k=\"\(k)\" aria-label=\"\(words)\">"
      if weak.contains(agent) { out += "<circle class=\"ring\" \(at) r=\"\(Self.short(radius(k) + 3.5))\"/>" }
      out += "<circle class=\"\(isDown ? "down" : "r\(Self.level(risk(k)))")\" \(at) r=\"\(Self.short(radius(k)))\">"
      out += "<title>\(words)</title></circle>"
      if let label = labels[k] { out += label.svg }
      out += "</g>"
    }
    return out
  }

  private struct Label {
    let text: String
    let x: Double
    let y: Double
    /// Below, above, to the right or to the left of its circle.
    let side: Int
    /// When it is shown: "" always, "w" on a wide page, "z" when the map is drawn large.
    var when = ""

    private var wide: Double { 0.56 * Double(Text.width(text)) }

    func box(_ letter: Double) -> (left: Double, right: Double, top: Double, bottom: Double) {
      let w = wide * letter, h = 1.1 * letter
      switch side {
      case 0: return (x - w / 2, x + w / 2, y, y + h)
      case 1: return (x - w / 2, x + w / 2, y - h, y)
      case 2: return (x, x + w, y - h / 2, y + h / 2)
      default: return (x - w, x, y - h / 2, y + h / 2)
      }
    }

    var svg: String {
      let lines = ["1em", "-.25em", ".35em", ".35em"]
      let classes = [side == 2 ? "s" : side == 3 ? "e" : "", when].filter { !$0.isEmpty }.joined(separator: " ")
      let style = classes.isEmpty ? "" : " class=\"\(classes)\""
      return "<text\(style) x=\"\(NetworkDrawing.short(x))\" y=\"\(NetworkDrawing.short(y))\" dy=\"\(lines[side])\">"
        + "\(ReportPage.escape(text))</text>"
    }
  }

  /// Names beside their circles, where there is room for them: the likeliest to fail choose first.
  private func labels() -> [Int: Label] {
    typealias Box = (left: Double, right: Double, top: Double, bottom: Double)
    func clashes(_ box: Box, _ others: [Box]) -> Bool {
      box.left < 2 || box.right > width - 2
        || others.contains {
          box.left < $0.right && $0.left < box.right && box.top < $0.bottom && $0.top < box.bottom
        }
    }
    var taken: [Box] = x.indices.map { k in
      let r = radius(k)
      return (x[k] - r, x[k] + r, y[k] - r, y[k] + r)
    }
    var large: [Box] = []
    var out: [Int: Label] = [:]
    for k in ranked {
      let text = Text.cut(content.names[content.agents[k]], to: 24)
      let gap = radius(k) + (weak.contains(content.agents[k]) ? 5 : 1.5)
      let places = [
        Label(text: text, x: x[k], y: y[k] + gap, side: 0), Label(text: text, x: x[k], y: y[k] - gap, side: 1),
        Label(text: text, x: x[k] + gap + 1, y: y[k], side: 2), Label(text: text, x: x[k] - gap - 1, y: y[k], side: 3),
      ]
      var label = places.first { !clashes($0.box(Self.letter), taken) }
      if label == nil {
        label = places[2]
        label?.when = "z"
      } else if let found = label {
        taken.append(found.box(Self.letter))
        let box = found.box(Self.narrow * Self.letter)
        if clashes(box, large) { label?.when = "w" } else { large.append(box) }
      }
      out[k] = label
    }
    return out
  }

  private func line(_ a: Int, _ b: Int, _ more: String) -> String {
    // It ends at the rim of the circle, so that its arrow can be seen.
    let dx = x[b] - x[a], dy = y[b] - y[a]
    let length = max(1e-9, (dx * dx + dy * dy).squareRoot())
    let cut = more.isEmpty ? 0 : min(length / 2, radius(b) + 2)
    return "<line x1=\"\(Self.short(x[a]))\" y1=\"\(Self.short(y[a]))\" x2=\"\(Self.short(x[b] - dx / length * cut))\" "
      + "y2=\"\(Self.short(y[b] - dy / length * cut))\"\(more)/>"
  }

  private func groups() -> String {
    let members = Array(content.members.prefix(content.groups))
    var out = "<g class=\"links\">"
    for tie in ties.reversed() {
      let thick = min(6, 0.6 + Double(tie.count).squareRoot() / 3)
      let (a, b) = (tie.a, tie.b)
      out +=
        "<line x1=\"\(Self.short(x[a]))\" y1=\"\(Self.short(y[a]))\" x2=\"\(Self.short(x[b]))\" y2=\"\(Self.short(y[b]))\" "
      out += "style=\"stroke-width:\(Self.short(thick))px\"/>"
    }
    out += "</g>"
    for (g, agents) in members.enumerated() where g < x.count {
      let expected = agents.reduce(0.0) { $0 + risk($1) }
      let top = agents.sorted { (risk($1), $0) < (risk($0), $1) }.prefix(3).map { content.names[content.agents[$0]] }
      let share = agents.isEmpty ? 0 : expected / Double(agents.count)
      let words = ReportPage.escape(
        "Community \(g + 1): \(Text.counted(agents.count, "agent")), \(PlanPage.one(expected)) expected to fail, "
          + "likeliest \(Text.list(top))")
      let count = Text.grouped(agents.count)
      let r = sizes[g]
      out += "<g class=\"agent\" tabindex=\"\(g == 0 ? 0 : -1)\" role=\"img\" data-g=\"\(g)\" aria-label=\"\(words)\">"
      out +=
        "<circle class=\"r\(Self.level(share))\" cx=\"\(Self.short(x[g]))\" cy=\"\(Self.short(y[g]))\" r=\"\(Self.short(r))\">"
      out += "<title>\(words)</title></circle>"
      out +=
        "<text class=\"in\(Self.narrow * Self.letter * 0.56 * Double(count.count) > 2 * r ? " w" : "")\" x=\"\(Self.short(x[g]))\" y=\"\(Self.short(y[g]))\" dy=\".35em\">\(count)</text></g>"
    }
    return out
  }
}
