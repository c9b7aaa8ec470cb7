internal import AuraBase

/// The map of a network as SVG: how likely agents are to fail by colour and size, single points of failure with a ring,
/// the most frequent cascade as arrows.
struct NetworkDrawing {
  private let content: ReportContent
  private let probability: [Double]
  private let failed: Set<JSON>
  private let weak: Set<JSON>
  private let path: [JSON]
  private let unit: Double

  init(_ content: ReportContent) {
    self.content = content
    let forecast = content.forecast["forecast"] ?? [:]
    probability = forecast["probability"]?.elements.map { $0.number ?? 0 } ?? []
    failed = Set(forecast["failed"]?.elements ?? [])
    weak = Set(content.answer("graph.structure.articulation")?["agents"]?.elements ?? [])
    path = forecast["path"]?.elements.compactMap { $0["agent"] } ?? []
    // Large networks are drawn closer together.
    unit = content.x.count > 400 ? 34 : content.x.count > 120 ? 52 : 96
  }

  /// Classes of risk, of which the style sheet knows the colours.
  static func level(_ probability: Double) -> Int {
    probability >= 0.5 ? 4 : probability >= 0.25 ? 3 : probability >= 0.1 ? 2 : probability >= 0.01 ? 1 : 0
  }

  var legend: String {
    let steps = ["below 1 %", "1 to 10 %", "10 to 25 %", "25 to 50 %", "50 % and more"]
    var out = "Risk: "
    for (k, text) in steps.enumerated() { out += "<span><i class=\"dot r\(k)\"></i> \(text)</span> " }
    out += "<span><i class=\"dot down\"></i> has failed</span> "
    if content.groups.isEmpty { out += "<span><i class=\"dot ring\"></i> single point of failure</span> " }
    if path.count > 1 && content.groups.isEmpty { out += "<span><i class=\"way\"></i> most frequent cascade</span>" }
    return out
  }

  private static func short(_ value: Double) -> String { Text.fixed(value, 1) }

  var svg: String {
    let margin = 70.0
    let x = content.x.map { $0 * unit + margin }, y = content.y.map { $0 * unit + margin }
    let width = (x.max() ?? margin) + margin, height = (y.max() ?? margin) + margin
    let label = "Map of \(content.agents.count) agents and \(content.links.count) links"
    var out =
      "<svg id=\"network\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Self.short(width)) \(Self.short(height))\" "
      + "role=\"group\" aria-label=\"\(label)\">"
    out += "<defs>"
    for tip in ["tip", "end"] {
      out += "<marker id=\"\(tip)\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"6\" markerHeight=\"6\" "
      out += "orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" class=\"\(tip)\"/></marker>"
    }
    out += "</defs><g id=\"scene\">"
    out += content.groups.isEmpty ? agents(x, y) : groups(x, y)
    return out + "</g></svg>"
  }

  private func radius(_ k: Int) -> Double {
    let small = content.x.count > 400 ? 5.0 : 7
    return small * (1 + 0.25 * Double(Self.level(risk(k))))
  }

  private func risk(_ k: Int) -> Double { k < probability.count ? probability[k] : 0 }

  private func agents(_ x: [Double], _ y: [Double]) -> String {
    var out = ""
    var place: [JSON: Int] = [:]
    for (k, agent) in content.agents.enumerated() { place[agent] = k }
    var onPath: Set<[Int]> = []
    for (a, b) in zip(path, path.dropFirst()) {
      if let a = place[a], let b = place[b] { onPath.insert([min(a, b), max(a, b)]) }
    }
    var drawn: Set<[Int]> = []
    out += "<g class=\"links\">"
    for link in content.links where link.source != link.target {
      guard drawn.insert([link.source, link.target]).inserted,
        !onPath.contains([min(link.source, link.target), max(link.source, link.target)])
      else { continue }
      out += line(link.source, link.target, x, y, content.directed ? " marker-end=\"url(#tip)\"" : "")
    }
    out += "</g><g class=\"ways\">"
    for (a, b) in zip(path, path.dropFirst()) {
      if let a = place[a], let b = place[b] { out += line(a, b, x, y, " marker-end=\"url(#end)\"") }
    }
    out += "</g>"
    let labels = self.labels(x, y)
    for (k, agent) in content.agents.enumerated() where k < x.count {
      let name = ReportPage.escape(content.names[agent])
      let isDown = failed.contains(agent)
      var words = "\(name): "
      words += isDown ? "has failed" : "risk \(ReportPage.escape(Text.percent(risk(k))))"
      if weak.contains(agent) { words += ", single point of failure" }
      let r = radius(k)
      out += "<g class=\"agent\" tabindex=\"0\" role=\"img\" data-k=\"\(k)\" aria-label=\"\(words)\">"
      if weak.contains(agent) {
        out +=
          "<circle class=\"ring\" cx=\"\(Self.short(x[k]))\" cy=\"\(Self.short(y[k]))\" r=\"\(Self.short(r + 3.5))\"/>"
      }
      out +=
        "<circle class=\"\(isDown ? "down" : "r\(Self.level(risk(k)))")\" cx=\"\(Self.short(x[k]))\" cy=\"\(Self.short(y[k]))\" "
      out += "r=\"\(Self.short(r))\"><title>\(words)</title></circle>"
      if let label = labels[k] {
        out +=
          "<text x=\"\(Self.short(label.x))\" y=\"\(Self.short(label.y))\"\(label.anchor)>\(ReportPage.escape(label.text))</text>"
      }
      out += "</g>"
    }
    return out
  }

  private struct Label {
    let text: String
    let x: Double
    let y: Double
    var anchor = ""
  }

  /// Names beside their circles, where there is room for them: the likeliest to fail choose first.
  private func labels(_ x: [Double], _ y: [Double]) -> [Int: Label] {
    typealias Box = (left: Double, right: Double, top: Double, bottom: Double)
    var taken: [Box] = x.indices.map { k in
      let r = radius(k)
      return (x[k] - r, x[k] + r, y[k] - r, y[k] + r)
    }
    var out: [Int: Label] = [:]
    let most = content.agents.count <= 120 ? content.agents.count : 40
    for k in x.indices.sorted(by: { (risk($0), $1) > (risk($1), $0) }).prefix(most) {
      let text = Text.cut(content.names[content.agents[k]], to: 24)
      let wide = 6.3 * Double(Text.width(text)), r = radius(k) + (weak.contains(content.agents[k]) ? 5 : 2)
      let places: [(Label, Box)] = [
        (Label(text: text, x: x[k], y: y[k] + r + 11), (x[k] - wide / 2, x[k] + wide / 2, y[k] + r, y[k] + r + 13)),
        (Label(text: text, x: x[k], y: y[k] - r - 3), (x[k] - wide / 2, x[k] + wide / 2, y[k] - r - 13, y[k] - r)),
        (
          Label(text: text, x: x[k] + r + 2, y: y[k] + 4, anchor: " style=\"text-anchor:start\""),
          (x[k] + r, x[k] + r + wide, y[k] - 7, y[k] + 7)
        ),
        (
          Label(text: text, x: x[k] - r - 2, y: y[k] + 4, anchor: " style=\"text-anchor:end\""),
          (x[k] - r - wide, x[k] - r, y[k] - 7, y[k] + 7)
        ),
      ]
      let free = places.first { place in
        !taken.contains {
          place.1.left < $0.right && $0.left < place.1.right && place.1.top < $0.bottom && $0.top < place.1.bottom
        }
      }
      if let free {
        out[k] = free.0
        taken.append(free.1)
      }
    }
    return out
  }

  private func line(_ a: Int, _ b: Int, _ x: [Double], _ y: [Double], _ more: String) -> String {
    // It ends at the rim of the circle, so that its arrow can be seen.
    let dx = x[b] - x[a], dy = y[b] - y[a]
    let length = max(1e-9, (dx * dx + dy * dy).squareRoot())
    let cut = min(length / 2, radius(b) + 3)
    return "<line x1=\"\(Self.short(x[a]))\" y1=\"\(Self.short(y[a]))\" x2=\"\(Self.short(x[b] - dx / length * cut))\" "
      + "y2=\"\(Self.short(y[b] - dy / length * cut))\"\(more)/>"
  }

  private func groups(_ x: [Double], _ y: [Double]) -> String {
    var members: [[Int]] = Array(repeating: [], count: x.count)
    for (k, group) in content.groups.enumerated() where group < members.count { members[group].append(k) }
    var between: [[Int]: Int] = [:]
    for link in content.links {
      let (a, b) = (content.groups[link.source], content.groups[link.target])
      if a != b { between[[min(a, b), max(a, b)], default: 0] += 1 }
    }
    var out = "<g class=\"links\">"
    for (pair, count) in between.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      let (a, b) = (pair[0], pair[1])
      let thick = min(6, 0.6 + Double(count).squareRoot() / 3)
      out +=
        "<line x1=\"\(Self.short(x[a]))\" y1=\"\(Self.short(y[a]))\" x2=\"\(Self.short(x[b]))\" y2=\"\(Self.short(y[b]))\" "
      out += "stroke-width=\"\(Self.short(thick))\"/>"
    }
    out += "</g>"
    let largest = Double(members.map(\.count).max() ?? 1)
    for (g, agents) in members.enumerated() {
      let expected = agents.reduce(0.0) { $0 + risk($1) }
      let top = agents.sorted { (risk($0), $1) > (risk($1), $0) }.prefix(3).map {
        ReportPage.escape(content.names[content.agents[$0]])
      }
      let share = agents.isEmpty ? 0 : expected / Double(agents.count)
      let words =
        "Group of \(Text.grouped(agents.count)), \(PlanPage.one(expected)) expected to fail: \(top.joined(separator: ", "))"
      let r = 6 + 20 * (Double(agents.count) / largest).squareRoot()
      out += "<g class=\"agent\" tabindex=\"0\" role=\"img\" data-words=\"\(words)\" aria-label=\"\(words)\">"
      out +=
        "<circle class=\"r\(Self.level(share))\" cx=\"\(Self.short(x[g]))\" cy=\"\(Self.short(y[g]))\" r=\"\(Self.short(r))\">"
      out += "<title>\(words)</title></circle>"
      if agents.count > 1 {
        out += "<text x=\"\(Self.short(x[g]))\" y=\"\(Self.short(y[g] + 4))\">\(Text.grouped(agents.count))</text>"
      }
      out += "</g>"
    }
    return out
  }
}
