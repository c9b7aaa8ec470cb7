internal import AuraBase

/// How the network crumbles, as SVG: the share of agents in the largest part against the share that has been lost, by
/// whose loss does most harm, by number of partners, and by chance with the band of its deviation.
struct ResilienceChart {
  struct Curve {
    /// Name of its style.
    let order: String
    let words: String
    let share: [Double]
    let deviation: [Double]
    let half: Int
    let robustness: Double
  }

  let curves: [Curve]
  /// Whom to guard: the fewest that were found to halve the network together.
  let critical: [JSON]
  private let count: Int

  init(_ content: ReportContent) {
    count = content.agents.count
    let words = [
      "critical": "most harmful first", "degree": "best linked first", "random": "by chance",
    ]
    curves = content.resilience.map { order, answer in
      func numbers(_ field: String) -> [Double] { answer[field]?.elements.map { $0.number ?? 0 } ?? [] }
      return Curve(
        order: order, words: words[order] ?? order, share: numbers(order == "random" ? "mean" : "curve"),
        deviation: numbers("deviation"), half: Int(answer["half"]?.number ?? 0),
        robustness: answer["R"]?.number ?? 0)
    }
    critical = content.resilience.first?.answer["critical"]?.elements ?? []
  }

  /// Enough losses to draw: all of a small network, of a large one some hundred.
  private var samples: [Int] {
    let steps = min(count, 240)
    return (0...max(steps, 0)).map { steps == 0 ? 0 : $0 * count / steps }
  }

  private static let left = 66.0, top = 16.0, wide = 620.0, high = 260.0

  private func place(_ lost: Int, _ share: Double) -> String {
    let x = Self.left + Self.wide * Double(lost) / Double(max(count, 1))
    let y = Self.top + Self.high * (1 - min(1, max(0, share)))
    return "\(Text.fixed(x, 1)) \(Text.fixed(y, 1))"
  }

  private func way(_ share: [Double]) -> String {
    samples.filter { $0 < share.count }.map { place($0, share[$0]) }.joined(separator: "L")
  }

  var svg: String {
    let (left, top, right, bottom) = (Self.left, Self.top, Self.left + Self.wide, Self.top + Self.high)
    func at(_ value: Double) -> String { Text.fixed(value, 0) }
    let facts = curves.map {
      "\($0.words): \($0.half) of \(count) losses leave no part with more than half of the agents"
    }.joined(separator: "; ")
    var out = "<svg id=\"resilience-curves\" class=\"curve\" xmlns=\"http://www.w3.org/2000/svg\" "
    out +=
      "viewBox=\"0 0 \(at(right + 18)) \(at(bottom + 46))\" role=\"img\" aria-labelledby=\"curves-title curves-facts\">"
    out += "<title id=\"curves-title\">Share of agents in the largest part against share of agents lost</title>"
    out += "<desc id=\"curves-facts\">\(ReportPage.escape(facts)).</desc>"
    for k in 0...4 {
      let share = Double(k) / 4
      let x = left + Self.wide * share, y = top + Self.high * (1 - share)
      out += "<path class=\"\(k == 0 ? "axis" : "grid")\" d=\"M\(at(left)) \(at(y))H\(at(right))\"/>"
      out += "<text class=\"e y\(k)\" x=\"\(at(left - 6))\" y=\"\(at(y + 4))\">\(25 * k) %</text>"
      out +=
        "<text class=\"x\(k)\(k == 4 ? " e" : "")\" x=\"\(at(k == 4 ? x + 16 : x))\" y=\"\(at(bottom + 18))\">\(25 * k) %</text>"
    }
    out += "<text x=\"\(at((left + right) / 2))\" y=\"\(at(bottom + 38))\">share of agents lost</text>"
    out +=
      "<text class=\"yl\" transform=\"translate(14 \(at((top + bottom) / 2))) rotate(-90)\">in the largest part</text>"
    for curve in curves where !curve.deviation.isEmpty {
      let band = samples.filter { $0 < min(curve.share.count, curve.deviation.count) }
      let upper = band.map { place($0, curve.share[$0] + curve.deviation[$0]) }
      let lower = band.reversed().map { place($0, curve.share[$0] - curve.deviation[$0]) }
      out += "<path class=\"band\" d=\"M\((upper + lower).joined(separator: "L"))z\"/>"
    }
    for (k, curve) in curves.enumerated().reversed() {
      out += "<path class=\"\(curve.order)\" d=\"M\(way(curve.share))\"/>"
      let y = top + 18 + 20 * Double(k)
      out += "<path class=\"\(curve.order)\" d=\"M\(at(right - 240)) \(at(y - 4))h30\"/>"
      out += "<text class=\"s\" x=\"\(at(right - 202))\" y=\"\(at(y))\">\(ReportPage.escape(curve.words))</text>"
    }
    return out + "</svg>"
  }
}
