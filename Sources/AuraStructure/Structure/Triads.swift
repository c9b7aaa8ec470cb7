package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// How often three agents are linked in each of the sixteen possible ways, and who sits in loops of three.
///
/// A network whose trios are mostly shortcuts (030T) hands work down; one with loops (030C) hands it round, and
/// failures with it.
///
/// - Complexity: O(*m*^1.5).
/// - Source: Holland and Leinhardt 1976, doi:10.2307/270703; Batagelj and Mrvar 2001,
///   doi:10.1016/S0378-8733(01)00035-1.
/// - Names say how many pairs are linked both ways, one way and not at all; then a letter for the shape: down, up,
///   cyclic or transitive. Links of an undirected network go both ways; parallel links count once, self loops do not.
package enum Triads: Analysis {
  package static let card = Card(
    id: "graph.structure.triads", since: "0.3", summary: "Patterns of three.",
    reference: "Batagelj and Mrvar 2001, doi:10.1016/S0378-8733(01)00035-1",
    cost: "m^1.5; comfortable up to 10^6 agents")

  private static let names = [
    "003", "012", "102", "021D", "021U", "021C", "111D", "111U", "030T", "030C", "201", "120D", "120U", "120C", "210",
    "300",
  ]

  package typealias Parameters = NoParameters

  package struct Output: Answer {
    let found: TriadCensus

    package static let fields: [AnswerField<Self>] = [
      .json(
        "census",
        schema: [
          "type": "object",
          "properties": .object(Triads.names.map { JSON.Member($0, ["type": "number", "minimum": 0]) }),
          "required": .array(Triads.names.map { .string($0) }),
        ],
        { root in
          .object(
            zip(Triads.names, root.found.counts).map { name, count in
              JSON.Member(name, Int(exactly: count).map { .integer($0) } ?? .real(Double(count)))
            })
        }, "How many trios of agents are linked in each way."),
      .reals("loops", { $0.found.loops }, "For each agent, the loops of three links through it."),
    ]

    package func headline(_ view: TopologyView) -> String {
      guard let most = leader(found.loops), found.loops[most] > 0 else { return "No three links form a loop." }
      return "The most loops of three links, \(Int(found.loops[most])), run through \(name(most, view))."
    }
  }

  package static let knownAnswers = [
    KnownAnswer(
      "a loop of three is one", on: .directed(3, [(0, 1), (1, 2), (2, 0), (2, 2), (0, 1)]),
      expect: ["census": ["030C": 1, "030T": 0, "300": 0], "loops": [1, 1, 1]]),
    KnownAnswer(
      "a shortcut is not a loop; who is apart makes trios too", on: .directed(4, [(0, 1), (1, 2), (0, 2)]),
      expect: ["census": ["003": 0, "012": 3, "021C": 0, "030T": 1, "030C": 0], "loops": [0, 0, 0, 0]]),
    KnownAnswer(
      "an exchange with a link into it: with one out of it, it would be 111U",
      on: .directed(3, [(0, 1), (1, 0), (2, 1)]), expect: ["census": ["111D": 1, "111U": 0]]),
    KnownAnswer(
      "without direction a triangle is a loop both ways round", on: .triangleAndTail,
      expect: ["census": ["102": 1, "201": 2, "300": 1], "loops": [2, 2, 2, 0]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> Output {
    Output(found: try triadCensus(view.forwardRows(), ways: view.ways(), work: view.work))
  }
}
