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

/// How urgent it is that `half` losses halve a network of *n* agents: a twentieth of all or less.
func fragility(half: Int, of n: Int) -> Double {
  n > 2 && half > 0 && 20 * half <= n ? 0.6 - 0.2 * Double(half * 20) / Double(n) : 0
}

/// Sizes as shares of all agents.
func shares(_ sizes: Span<Int32>) throws(AuraError) -> Column<Double> {
  let n = sizes.count - 1
  var out = Buffer<Double>()
  try out.reserve(sizes.count)
  for q in sizes.indices { try out.append(n == 0 ? 0 : Double(sizes[q]) / Double(n)) }
  return Column(out)
}
