package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels
internal import Glibc

/// In how many ways the network can be held together by as few links as can be: its spare ways, multiplied up.
///
/// - Complexity: that of taking the network apart.
/// - Source: Kirchhoff 1847, doi:10.1002/andp.18471481202.
/// - Direction is ignored. A link of strength 2 counts as two; self loops and links of strength 0 hold nothing.
package enum SpanningTrees: Analysis {
  package static let card = Card(
    id: "graph.spectra.spanning_trees", since: "0.2", summary: "Spare ways to hold together.",
    reference: "Kirchhoff 1847, doi:10.1002/andp.18471481202",
    cost: "one sparse factorisation; comfortable up to 10^5 agents")

  package typealias Parameters = StrengthOrNot

  package struct Output: Answer {
    package let logs: Column<Double>
    let whole: Double
    let agents: Int

    package static let fields: [AnswerField<Self>] = [
      .real(
        "log_trees", { $0.logs.count > 1 ? nil : $0.whole },
        "Natural logarithm of the number of spanning trees; null in several parts, which no tree spans."),
      .real("log_forests", { $0.whole }, "The same for forests that span each part: the sum over parts."),
      .real(
        "per_agent", { $0.agents > 0 ? $0.whole / Double($0.agents) : nil },
        "That divided by the number of agents, to compare networks of different size."),
      .reals("log_trees_of_parts", { $0.logs }, "For each part, parts in the order of their first agents."),
    ]

    package func headline(_ view: TopologyView) -> String {
      if agents == 0 { return "There are no agents." }
      let subject = logs.count > 1 ? "Each of its parts" : "It"
      if abs(whole) < 1e-9 { return "\(subject) hangs together in one way only." }
      if whole < 27 && abs(exp(whole) - exp(whole).rounded()) < 1e-9 * exp(whole) {
        return "\(subject) can be held together in \(figure(exp(whole).rounded())) ways."
      }
      if whole < 27 { return "\(subject) can be held together in \(figure(exp(whole))) ways, weighed by strength." }
      return "\(subject) can be held together in about 10^\(Int((whole / 2.302585092994046).rounded())) ways."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "a ring: any one link may be missing", on: .ring(4), expect: ["log_trees": .real(1.3862943611198906)]),
    KnownAnswer("all with all: 4 to the 2nd", on: .complete(4), expect: ["log_trees": .real(2.772588722239781)]),
    KnownAnswer(
      "links of strength 3 and 2 side by side are five; in two parts there is no tree",
      on: SampleNetwork.directed(3, [(0, 1), (1, 0), (2, 2)]).linkField("strength", [3, 2, 7]),
      expect: [
        "log_trees": .null, "log_forests": .real(1.6094379124341003),
        "log_trees_of_parts": [.real(1.6094379124341003), 0],
      ]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    let logs = try view.conductors(ignoreStrength: parameters.ignoreStrength).logTrees()
    return Output(logs: logs, whole: logs.array.reduce(0, +), agents: view.count)
  }
}
