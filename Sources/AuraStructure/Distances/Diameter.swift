package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// The longest detour: the largest number of links between two agents of which one reaches the other.
///
/// An allowance that ends on the way leaves two bounds: of the longest way found, and of the longest that there can be.
///
/// - Complexity: a few times O(*n* + *m*) in most undirected networks, O(*n m* / 64) at worst; O(*n m* / 256) in
///   directed ones.
/// - Source: Crescenzi, Grossi, Habib, Lanzi and Marino 2013, doi:10.1016/j.tcs.2012.09.018; directed Then et al. 2014,
///   doi:10.14778/2735496.2735507.
package enum Diameter: Analysis {
  package static let card = Card(
    id: "graph.structure.diameter", since: "0.2", summary: "The longest detour.",
    reference: "Crescenzi et al. 2013, doi:10.1016/j.tcs.2012.09.018",
    cost: "a few times m, directed n m / 256; comfortable up to 10^6 agents, directed 10^5")

  package typealias Parameters = NoParameters

  package struct Output: Answer {
    let diameters: Column<Double>
    let low: Int
    let high: Int

    package static let fields: [AnswerField<Self>] = [
      .integer(
        "diameter", { $0.low }, unit: "links",
        "Of the largest part: the longest way there, or the longest found so far."),
      .integer(
        "at_most", { $0.high }, unit: "links",
        "The same when nothing was left out; more when the allowance ended, for what it may be."),
      .reals(
        "diameters", { $0.diameters }, unit: "links",
        "Of each part of the network, in the order of their first agents; empty when the allowance ended."),
    ]

    package func headline(_ view: TopologyView) -> String {
      guard view.count > 0 else { return "There are no agents." }
      if low < high { return "The longest way that a message has to take is between \(low) and \(high) links." }
      return "The longest way that a message has to take is \(counted(low, "link"))"
        + (diameters.count > 1 ? " in the largest part." : ".")
    }
  }

  package static let knownAnswers = [
    KnownAnswer("a ring of six: opposite agents", on: .ring(6), expect: ["diameter": 3, "diameters": [3]]),
    KnownAnswer(
      "the largest part counts, not the longest",
      on: .undirected(9, [(0, 1), (1, 2), (2, 3), (4, 5), (4, 6), (4, 7), (4, 8)]),
      expect: ["diameter": 2, "diameters": [3, 2]]),
    KnownAnswer(
      "one way round a directed ring", on: .directed(4, [(0, 1), (1, 2), (2, 3), (3, 0)]), expect: ["diameter": 3]),
  ]

  package static func run(_ view: TopologyView, _ parameters: NoParameters) throws(AuraError) -> Output {
    let parts = try view.parts()
    let bounds = try diameterBounds(
      view.adjacency(.successors), undirected: !view.directed, labels: parts.labels.span, part: parts.largest,
      work: view.work)
    var diameters = try Buffer<Double>(repeating: 0, count: parts.count)
    do throws(AuraError) {
      if view.directed {
        let found = try view.distances(.out, inLinks: true)
        for i in 0..<view.count {
          let part = Int(parts.labels[i])
          diameters[part] = max(diameters[part], found.farthest[i])
        }
      } else {
        let found = try AuraKernels.diameters(
          view.adjacency(.simple), labels: parts.labels, sizes: parts.sizes, work: view.work)
        for part in 0..<found.count { diameters[part] = Double(found[part]) }
      }
    } catch {
      guard view.work.ended(error) else { throw error }
      return Output(diameters: Column(), low: bounds.low, high: bounds.high)
    }
    let longest = parts.count == 0 ? 0 : Int(diameters[parts.largest])
    return Output(diameters: Column(diameters), low: longest, high: longest)
  }
}
