package import AuraBase
internal import AuraCascade
internal import AuraCatalogue

// The members of each request and answer that belong to the verb itself: one table each, from which decoding, errors,
// schemas and documentation follow.

/// `analyze`: which components to run.
struct AnalyzeParameters: ParameterSet {
  var analyses: JSON = .null

  private static let most = 1024

  static let fields: [Field<Self>] = [
    .json(
      "analyses", \.analyses,
      schema: [
        "anyOf": [
          ["const": "all"],
          [
            "type": ["array", "null"], "maxItems": .integer(most),
            "items": [
              "type": "object", "required": ["id"], "additionalProperties": false,
              "properties": ["id": ["type": "string"], "parameters": ["type": "object"]],
            ],
          ],
        ]
      ],
      "Components to run, in this order; \"all\" for every analysis that needs no parameters; without it, those that an "
        + "operator wants to hear of a network of this size.")
  ]

  struct Task {
    let entry: Entry
    let parameters: JSON
    let pointer: String

    /// The error as seen from the request.
    func blame(_ error: AuraError) -> AuraError {
      guard let at = error.pointer, !at.hasPrefix("/roles"), !at.hasPrefix("/edges") else { return error }
      return AuraError(error.code, error.message, pointer: pointer + "/parameters" + at)
    }
  }

  func tasks(agents: Int) throws(AuraError) -> [Task] {
    if analyses == .null || analyses == "all" {
      return Catalogue.entries.filter {
        $0.role == .analysis
          && (analyses == "all" ? !$0.card.needsParameters : $0.card.suits?.contains(agents) == true)
      }.map { Task(entry: $0, parameters: [:], pointer: "") }
    }
    guard case .array(let list) = analyses else {
      throw AuraError(.schema, "expected an array, not \(analyses.kindName)", pointer: "/analyses")
    }
    guard list.count <= Self.most else {
      throw AuraError(.limit, "more than \(Self.most) analyses", pointer: "/analyses")
    }
    var tasks: [Task] = []
    for (k, item) in list.enumerated() {
      let pointer = "/analyses/\(k)"
      guard case .object(let members) = item else {
        throw AuraError(.schema, "expected an object, not \(item.kindName)", pointer: pointer)
      }
      if let odd = members.first(where: { $0.key != "id" && $0.key != "parameters" }) {
        throw AuraError(.schema, "no such member", pointer: pointer + AuraError.step(odd.key))
      }
      guard let id = item["id"]?.text else { throw AuraError(.schema, "an analysis needs an id", pointer: pointer) }
      let entry = try Catalogue.entry(id, pointer: pointer + "/id")
      tasks.append(Task(entry: entry, parameters: item["parameters"] ?? [:], pointer: pointer))
    }
    return tasks
  }
}

/// `catalogue`: what to show.
struct CatalogueParameters: ParameterSet {
  var id = ""
  var family = ""
  var schema = ""

  static let fields: [Field<Self>] = [
    .text("id", \.id, "One component."),
    .text("family", \.family, "The components of one family, \"graph\" or \"graph.structure\"."),
    .text("schema", \.schema, "A JSON Schema instead: \"topology\", or the name of a verb with .request or .answer."),
  ]
}

struct CataloguePage: Answer {
  let components: [JSON]

  static let fields: [AnswerField<Self>] = [
    .text("version", { _ in BuildInfo.version }, "Version of the engine."),
    .json(
      "components", schema: ["type": "array", "items": ["type": "object"]], { .array($0.components) },
      "Cards, with the schemas of parameters and output."),
    .json(
      "schemas", schema: ["type": "array", "items": ["type": "string"]],
      { _ in .array(Schemas.names.map { .string($0) }) }, "Names that \"schema\" takes."),
  ]
}

/// `self_check`: which known answers to try.
struct SelfCheckParameters: ParameterSet {
  var ids: JSON = .null

  static let fields: [Field<Self>] = [
    .json(
      "ids", \.ids, schema: ["type": ["array", "null"], "items": ["type": "string"]],
      "Components to check; all of them by default.")
  ]
}

struct SelfCheckReport: Answer {
  struct Line: Answer {
    let id: String
    let knows: String
    let difference: String?

    static let fields: [AnswerField<Self>] = [
      .text("id", { $0.id }, "Component."), .text("knows", { $0.knows }, "What it should know."),
      .flag("passed", { $0.difference == nil }, "Whether it does."),
      .text("difference", { $0.difference }, "Where and how its answer differs."),
    ]
  }
  let checks: [Line]

  static let fields: [AnswerField<Self>] = [
    .integer("passed", { $0.checks.filter { $0.difference == nil }.count }, "Answers that were right."),
    .integer("failed", { $0.checks.filter { $0.difference != nil }.count }, "Answers that were wrong."),
    .items("checks", { $0.checks }, "Every answer."),
  ]
}

/// `observe`: what is told beside the document, the changes or the arrays.
struct ObserveParameters: ParameterSet {
  var time: Double?
  var remove = false
  var spans = SpanParameters()

  static let fields: [Field<Self>] = [
    .optionalReal(
      "time_s", \.time, in: -1e15...1e15, unit: "s",
      "When it was measured; with it, changed metrics are kept as history."),
    .flag("remove", \.remove, "Forget the topology."),
    .nested(
      "spans", \.spans,
      "Spans of traces, in the call's arrays trace_hi, trace_lo, span_hi, span_lo, parent_hi, parent_lo (halves of 32 bits "
        + "of the ids, 0 for no parent), owner, start_s, duration_s, error and, if wanted, weight."),
  ]
}

struct Observed: Answer {
  let name: String
  let revision: Int
  let agents: Int
  let links: Int
  let applied: Int
  let ignored: [String]

  static let fields: [AnswerField<Self>] = [
    .text("topology", { $0.name }, "Name of the topology."),
    .integer("revision", { $0.revision }, "Rises by one with each batch."),
    .integer("agents", { $0.agents }, "Agents it has now."), .integer("links", { $0.links }, "Links it has now."),
    .integer("applied", { $0.applied }, "Changes, or values of arrays, taken."),
    .json(
      "ignored", schema: ["type": "array", "items": ["type": "string"]], { .array($0.ignored.map { .string($0) }) },
      "Fields of the document that are not read."),
  ]
}

/// `apply` of kind `outcome`: what became of an action.
struct OutcomeParameters: ParameterSet {
  enum Kind: String, CaseIterable { case outcome }
  enum Outcome: String, CaseIterable { case accepted, done, failed, unknown }

  var kind = Kind.outcome
  var action: JSON = .null
  var outcome = Outcome.unknown
  var note = ""

  static let fields: [Field<Self>] = [
    .choice("kind", \.kind, "What is applied."),
    .json(
      "action", \.action, schema: Action.schema,
      "The action, as intervene gave it; its agents and links are those of the topology, where one is named."),
    .choice("outcome", \.outcome, "What became of it."), .text("note", \.note, "A reason, for people."),
  ]
}

struct Applied: Answer {
  let record: Int

  static let fields: [AnswerField<Self>] = [
    .integer("record", { $0.record }, "Number of the record; explain takes it.")
  ]
}

/// `events`: from where, how many, how long to wait.
struct EventsParameters: ParameterSet {
  var after = 0
  var limit = 1000
  var waitMilliseconds = 0

  static let fields: [Field<Self>] = [
    .integer("after", \.after, in: 0...(1 << 53), "Cursor of the last event seen; 0 for all that are kept."),
    .integer("limit", \.limit, in: 1...10_000, "Events to return at most."),
    .integer(
      "wait_ms", \.waitMilliseconds, in: 0...600_000, unit: "ms", "How long to wait for news when there are none."),
  ]
}

struct EventsPage: Answer {
  let events: [JSON]
  let next: Int
  let lost: Int

  static let fields: [AnswerField<Self>] = [
    .json(
      "events",
      schema: [
        "type": "array",
        "items": [
          "type": "object", "required": ["cursor", "kind"],
          "properties": [
            "cursor": ["type": "integer"],
            "kind": ["enum": .array(EventLog.Kind.allCases.map { .string($0.rawValue) })],
          ],
        ],
      ], { .array($0.events) }, "What has happened, oldest first."),
    .integer("next", { $0.next }, "Cursor to ask with next time."),
    .integer("lost", { $0.lost }, "Events after the cursor that are no longer kept."),
  ]
}

/// Members of the requests that bring a topology as arrays.
package struct BulkParameters: ParameterSet {
  package var directed = false
  package var label = ""
  package var time: Double?

  package init() {}
  package static let fields: [Field<Self>] = [
    .flag("directed", \.directed, "Whether links have a direction; a CSR struct says so itself."),
    .text("label", \.label, "Name of the network, for people."),
    .optionalReal("time_s", \.time, in: -1e15...1e15, unit: "s", "When the metrics were measured."),
  ]
}
