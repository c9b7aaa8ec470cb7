package import AuraBase
internal import AuraCatalogue
internal import AuraGraph

/// JSON Schemas (2020-12) of every request and answer, made from the tables that decode and write them.
package enum Schemas {
  private static let made: [(name: String, schema: JSON)] = [
    ("topology", topology),
    ("analyze.request", ask(CommonParameters.self, AnalyzeParameters.self, [])),
    ("analyze.answer", analyzeAnswer),
    ("predict.request", one(.predictor)), ("predict.answer", oneAnswer(.predictor, "forecast")),
    ("intervene.request", one(.planner)), ("intervene.answer", oneAnswer(.planner, "plan")),
    ("explain.request", one(.explanation)), ("explain.answer", oneAnswer(.explanation, "explanation")),
    ("catalogue.request", CatalogueParameters.schema), ("catalogue.answer", CataloguePage.schema),
    ("self_check.request", SelfCheckParameters.schema), ("self_check.answer", SelfCheckReport.schema),
    ("observe.request", observe), ("observe.answer", with(Observed.schema, spansToo)),
    ("apply.request", with(OutcomeParameters.schema, ["topology": named], required: ["kind", "action"])),
    ("apply.answer", Applied.schema),
    ("events.request", EventsParameters.schema), ("events.answer", EventsPage.schema),
    ("bulk.request", with(BulkParameters.schema, ["topology": named], required: ["topology"])),
  ]

  package static var names: [String] { made.map(\.name) }

  package static func named(_ name: String, pointer: String) throws(AuraError) -> JSON {
    guard let found = made.first(where: { $0.name == name }) else {
      throw AuraError(.notFound, "no schema \"\(name.prefix(80))\"", pointer: pointer)
    }
    var members: [JSON.Member] = [
      .init("$schema", "https://json-schema.org/draft/2020-12/schema"), .init("title", .string("aura \(name)")),
    ]
    members += found.schema.members
    return .object(members)
  }

  private static let named: JSON = ["type": "string", "description": "Name of a topology that the session holds."]
  private static let id: JSON = ["type": ["string", "integer"]]

  /// The schema with more properties.
  private static func with(_ schema: JSON, _ properties: JSON, required: JSON? = nil) -> JSON {
    var members: [JSON.Member] = schema.members.map { member in
      guard member.key == "properties" else { return member }
      return .init("properties", .object(properties.members + member.value.members))
    }
    if let required { members.append(.init("required", required)) }
    return .object(members)
  }

  private static func ask<A: ParameterSet, B: ParameterSet>(_: A.Type, _: B.Type, _ more: [JSON.Member]) -> JSON {
    let own = (A.schema["properties"]?.members ?? []) + (B.schema["properties"]?.members ?? []) + more
    let request: JSON = [
      "type": "object", "required": ["topology"], "additionalProperties": false,
      "properties": .object([.init("topology", ["anyOf": [named, topology]])] + own),
    ]
    let bare = with(topology, .object(own))
    return ["anyOf": [request, bare]]
  }

  private static func one(_ role: Role) -> JSON {
    guard let entry = Catalogue.entries.first(where: { $0.role == role }) else { return [:] }
    let choice = Catalogue.entries.filter { $0.role == role }.map { JSON.string($0.card.id) }
    var more = entry.parameters["properties"]?.members ?? []
    if role == .explanation {
      more.append(.init("record", ["type": "integer", "description": "A record of apply, instead of its action."]))
    } else {
      more.append(.init(role.rawValue, ["type": "string", "enum": .array(choice), "default": choice[0]]))
    }
    return ask(CommonParameters.self, NoParameters.self, more)
  }

  private static var head: [JSON.Member] {
    [
      .init(
        "topology",
        [
          "type": "object",
          "properties": [
            "name": ["type": "string"], "revision": ["type": "integer"], "agents": ["type": "integer"],
            "links": ["type": "integer"], "directed": ["type": "boolean"],
            "ignored": ["type": "array", "items": ["type": "string"]],
          ],
        ]), .init("seed", ["type": "integer"]),
      .init("agents", ["type": "array", "items": id, "description": "Ids, in the order of every per-agent list."]),
      .init("columns", ["type": "array", "items": ["type": "string"]]),
    ]
  }

  private static func oneAnswer(_ role: Role, _ name: String) -> JSON {
    guard let entry = Catalogue.entries.first(where: { $0.role == role }) else { return [:] }
    var own: [JSON.Member] = [.init(name, entry.output), .init("headline", ["type": "string"])]
    // An explanation names no component: there is one.
    if role.rawValue != name { own.insert(.init(role.rawValue, ["type": "string"]), at: 0) }
    return ["type": "object", "required": ["topology", "seed", .string(name)], "properties": .object(head + own)]
  }

  private static var analyzeAnswer: JSON {
    let answers = Catalogue.entries.map { entry -> JSON in
      [
        "type": "object", "required": ["id", "output"],
        "properties": [
          "id": ["const": .string(entry.card.id)], "output": entry.output, "headline": ["type": "string"],
          "urgency": ["type": "number", "minimum": 0, "maximum": 1],
        ],
      ]
    }
    let failure: JSON = [
      "type": "object", "required": ["id", "error"],
      "properties": [
        "id": ["type": "string"],
        "error": [
          "type": "object", "required": ["code", "message"],
          "properties": ["code": ["type": "string"], "at": ["type": "string"], "message": ["type": "string"]],
        ],
      ],
    ]
    let own: JSON.Member = .init("answers", ["type": "array", "items": ["anyOf": .array(answers + [failure])]])
    return ["type": "object", "required": ["topology", "seed", "answers"], "properties": .object(head + [own])]
  }

  /// What an answer has beside the rest where spans were told.
  private static var spansToo: JSON {
    .object((SpansObserved.schema["properties"]?.members ?? []).filter { ["spans", "changes"].contains($0.key) })
  }

  private static var observe: JSON {
    let verbs = TopologyEditor.Verb.allCases.map { JSON.string($0.rawValue) }
    let values: JSON = ["type": "object", "additionalProperties": ["type": ["number", "string", "null"]]]
    let change: JSON = [
      "type": "object", "additionalProperties": false,
      "properties": [
        "op": ["enum": .array(verbs), "default": verbs[0]],
        "agent": id, "source": id, "target": id, "metrics": values, "fields": values,
      ],
    ]
    return with(
      ObserveParameters.schema,
      ["topology": named, "document": topology, "changes": ["type": "array", "items": change]], required: ["topology"])
  }

  /// Node-link JSON as it is read.
  private static var topology: JSON {
    func numbers(_ fields: [KnownField]) -> [JSON.Member] {
      fields.map { field in
        var members: [JSON.Member] = [.init("type", ["number", "null"])]
        if field.minimum.isFinite { members.append(.init("minimum", .real(field.minimum))) }
        if field.maximum.isFinite { members.append(.init("maximum", .real(field.maximum))) }
        members.append(.init("description", .string("\(field.summary) [\(field.unit)]")))
        return .init(field.name, .object(members))
      }
    }
    func texts(_ fields: [(name: String, summary: String)]) -> [JSON.Member] {
      fields.map { .init($0.name, ["type": ["string", "null"], "description": .string($0.summary)]) }
    }
    let node: JSON = [
      "type": "object", "required": ["id"],
      "properties": .object(
        [.init("id", id)] + numbers(KnownField.agentNumbers) + texts(KnownField.agentTexts)),
    ]
    let link: JSON = [
      "type": "object", "required": ["source", "target"],
      "properties": .object(
        [.init("source", id), .init("target", id)] + numbers(KnownField.linkNumbers) + texts(KnownField.linkTexts)),
    ]
    let history: JSON = [
      "type": "object", "required": ["time_s", "metrics"], "additionalProperties": false,
      "properties": [
        "time_s": ["type": "array", "items": ["type": "number"], "description": "Rising moments [s]"],
        "metrics": [
          "type": "object",
          "additionalProperties": [
            "type": "array", "items": ["type": "array", "items": ["type": ["number", "null"]]],
            "description": "A row for each agent, in their order, with a value for each moment.",
          ],
        ],
      ],
    ]
    return [
      "type": "object",
      "anyOf": [["required": ["nodes"]], ["required": ["edges"], "properties": ["edges": ["type": "string"]]]],
      "properties": [
        "directed": ["type": "boolean", "default": false], "multigraph": ["type": "boolean", "default": false],
        "graph": ["type": "object", "properties": ["name": ["type": "string"]]],
        "nodes": ["type": "array", "items": node],
        "edges": [
          "type": ["array", "string"], "items": link,
          "description":
            "Links; or the text of an edge list (CSV or TSV), which says the agents too when there are no nodes.",
        ],
        "links": ["type": "array", "items": link, "description": "The older name of edges."],
        "time_s": ["type": "number", "description": "When the metrics were measured [s]"], "history": history,
      ],
    ]
  }
}
