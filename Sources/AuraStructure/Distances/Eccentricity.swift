package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// The worst case for each agent: how many links it is to the farthest of those that it reaches.
///
/// The centre is where the worst case is mildest. Each part of the network has its own, since between parts there is
/// no distance.
///
/// - Complexity: O(*n m* / 256), O(*n*^2) on long chains.
/// - Source: Hage and Harary 1995, doi:10.1016/0378-8733(94)00248-9.
package enum Eccentricity: Analysis {
  package static let card = Card(
    id: "graph.structure.eccentricity", since: "0.2", summary: "The worst case for each agent.",
    reference: "Hage and Harary 1995, doi:10.1016/0378-8733(94)00248-9",
    cost: "n m / 256; comfortable up to 10^5 agents")

  package typealias Parameters = NoParameters

  package struct Output: Answer {
    let eccentricity: Column<Int32>
    let centre: [Int32]
    let radius: Int?

    package static let fields: [AnswerField<Self>] = [
      .integers(
        "eccentricity", { $0.eccentricity },
        "Links from each agent to the farthest that it reaches; 0 when it reaches nobody."),
      .integer(
        "radius", { $0.radius }, unit: "links",
        "The least of them in the largest part, among those that reach all of it; null when nobody does."),
      .agents("centre", { $0.centre }, "Agents whose eccentricity is the radius."),
    ]

    package func headline(_ view: TopologyView) -> String {
      guard let radius, let first = centre.first else { return "Nobody reaches all of the largest part." }
      let who =
        centre.count == 1
        ? name(Int(first), view) : "\(counted(centre.count, "agent")), \(name(Int(first), view)) among them,"
      let verb = centre.count == 1 ? "reaches" : "reach"
      return "\(who) \(verb) everybody in the largest part within \(counted(radius, "link"))."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "a chain of five: the middle is at most two links from anybody", on: .path(5),
      expect: ["eccentricity": [4, 3, 2, 3, 4], "radius": 2, "centre": [2]]),
    KnownAnswer(
      "only the first of a directed chain reaches all", on: .directed(3, [(0, 1), (1, 2)]),
      expect: ["eccentricity": [2, 1, 0], "radius": 2, "centre": [0]]),
    KnownAnswer(
      "nobody reaches all: there is no radius", on: .directed(3, [(0, 1), (2, 1)]),
      expect: ["eccentricity": [1, 0, 1], "radius": .null, "centre": []]),
  ]

  package static func run(_ view: TopologyView, _ parameters: NoParameters) throws(AuraError) -> Output {
    let found = try view.distances(.out, inLinks: true)
    var out = Buffer<Int32>()
    try out.reserve(view.count)
    for i in 0..<view.count { try out.append(Int32(found.farthest[i])) }
    let values = Column(out)
    let parts = try view.parts()
    var centre: [Int32] = []
    var radius: Int?
    for i in 0..<view.count
    where Int(parts.labels[i]) == parts.largest && Int(found.reached[i]) == parts.size(parts.largest) {
      let mine = Int(values[i])
      if mine < radius ?? .max {
        radius = mine
        centre = []
      }
      if mine == radius { centre.append(Int32(i)) }
    }
    return Output(eccentricity: values, centre: centre, radius: radius)
  }
}

/// Which agents hang together, whatever the direction of links.
struct Parts: Sendable {
  let labels: Column<Int32>
  let sizes: Column<Int32>
  /// The part with most agents; of equally large ones the first.
  let largest: Int

  init(_ found: Components) {
    labels = found.labels
    sizes = found.sizes
    var best = 0
    for k in 0..<found.sizes.count where found.sizes[k] > found.sizes[best] { best = k }
    largest = best
  }

  var count: Int { sizes.count }
  func size(_ part: Int) -> Int { Int(sizes[part]) }
}

extension TopologyView {
  func parts() throws(AuraError) -> Parts {
    try shared("parts") { () throws(AuraError) in
      let sources = sources, targets = targets
      return Parts(try weakComponents(count: count, sources: sources.span, targets: targets.span, work: work))
    }
  }
}
