internal import AuraBase
internal import AuraGraph
internal import AuraKernels

/// An order in which somebody, or something, takes agents away.
enum Attack: String, CaseIterable, Sendable {
  case degree
  case degreeAdaptive = "degree_adaptive"
  case betweenness
  case random

  /// In words, to put after a comma.
  var words: String {
    switch self {
    case .degree: "the best linked first"
    case .degreeAdaptive: "always the best linked that is left"
    case .betweenness: "those on most routes first"
    case .random: "in an order drawn by chance"
    }
  }

  /// All agents, the first lost first; of equal ones the first by position.
  func order(_ view: TopologyView) throws(AuraError) -> Column<Int32> {
    switch self {
    case .degree, .degreeAdaptive:
      return Column(
        try orderByDegree(view.adjacency(.simple), adaptive: self == .degreeAdaptive, work: view.work))
    case .betweenness:
      let values = try AuraKernels.betweenness(
        view.adjacency(.successors), undirected: !view.directed, work: view.work)
      return Column(try orderByScore(values.span))
    case .random: return Column(try orderByChance(view.count, view.work.dice.stream(0x61_74)))
    }
  }
}
