package import AuraBase
package import AuraGraph

/// What a component answers, written by a table of fields: the same table gives the JSON, the typed columns that hosts
/// borrow without copying, and the schema.
package protocol Answer: Sendable {
  static var fields: [AnswerField<Self>] { get }
  /// One sentence that says it all to a person; empty when there is none.
  func headline(_ view: TopologyView) -> String
  /// How soon a person should look at it, in 0...1: 0 is for the record, above a half something should be done, 1 is
  /// for what cannot wait.
  func urgency(_ view: TopologyView) -> Double
}

/// One named part of an answer.
package struct AnswerField<Root>: Sendable {
  package let name: String
  package let summary: String
  package let unit: String
  let schema: JSON
  let write: @Sendable (Root, inout AnswerWriter) throws(AuraError) -> Void

  private init(
    _ name: String, _ summary: String, unit: String = "", schema: JSON,
    write: @escaping @Sendable (Root, inout AnswerWriter) throws(AuraError) -> Void
  ) {
    self.name = name
    self.summary = summary
    self.unit = unit
    self.schema = schema
    self.write = write
  }

  /// One number for each agent or link, in order; also a column of this name. Not a number is written as null.
  package static func reals(
    _ name: String, _ get: @escaping @Sendable (Root) -> Column<Double>, unit: String = "", _ summary: String
  ) -> AnswerField {
    AnswerField(name, summary, unit: unit, schema: ["type": "array", "items": ["type": ["number", "null"]]]) {
      root, out throws(AuraError) in
      let column = get(root)
      out.columns.append((out.columnPrefix + name, .reals(column)))
      out.json.beginArray()
      if !out.columnsOnly {
        for i in 0..<column.count { out.json.value(column[i]) }
      }
      out.json.endArray()
    }
  }

  /// One integer for each agent or link, in order; also a column of this name.
  package static func integers(
    _ name: String, _ get: @escaping @Sendable (Root) -> Column<Int32>, _ summary: String
  ) -> AnswerField {
    AnswerField(name, summary, schema: ["type": "array", "items": ["type": "integer"]]) {
      root, out throws(AuraError) in
      let column = get(root)
      out.columns.append((out.columnPrefix + name, .integers(column)))
      out.json.beginArray()
      if !out.columnsOnly {
        for i in 0..<column.count { out.json.value(Int(column[i])) }
      }
      out.json.endArray()
    }
  }

  /// Agents, given by position, written by id; null stands for nobody. Where lists are asked for as columns only, a
  /// column of positions.
  package static func agents(
    _ name: String, _ get: @escaping @Sendable (Root) -> [Int32], _ summary: String
  ) -> AnswerField {
    AnswerField(name, summary, schema: ["type": "array", "items": ["type": ["string", "integer", "null"]]]) {
      root, out throws(AuraError) in
      let agents = get(root)
      out.json.beginArray()
      if out.columnsOnly {
        out.columns.append((out.columnPrefix + name, .integers(try Column(agents))))
      } else {
        for index in agents { out.agent(Int(index)) }
      }
      out.json.endArray()
    }
  }

  /// One agent, given by position, written by id; null when there is none.
  package static func agent(
    _ name: String, _ get: @escaping @Sendable (Root) -> Int32?, _ summary: String
  ) -> AnswerField {
    AnswerField(name, summary, schema: ["type": ["string", "integer", "null"]]) { root, out throws(AuraError) in
      if let index = get(root) { out.agent(Int(index)) } else { out.json.null() }
    }
  }

  package static func real(
    _ name: String, _ get: @escaping @Sendable (Root) -> Double?, unit: String = "", _ summary: String
  ) -> AnswerField {
    AnswerField(name, summary, unit: unit, schema: ["type": ["number", "null"]]) { root, out throws(AuraError) in
      if let value = get(root) { out.json.value(value) } else { out.json.null() }
    }
  }

  package static func integer(
    _ name: String, _ get: @escaping @Sendable (Root) -> Int?, unit: String = "", _ summary: String
  ) -> AnswerField {
    AnswerField(name, summary, unit: unit, schema: ["type": ["integer", "null"]]) { root, out throws(AuraError) in
      if let value = get(root) { out.json.value(value) } else { out.json.null() }
    }
  }

  package static func flag(
    _ name: String, _ get: @escaping @Sendable (Root) -> Bool, _ summary: String
  ) -> AnswerField {
    AnswerField(name, summary, schema: ["type": "boolean"]) { root, out throws(AuraError) in out.json.value(get(root)) }
  }

  package static func text(
    _ name: String, _ get: @escaping @Sendable (Root) -> String?, _ summary: String
  ) -> AnswerField {
    AnswerField(name, summary, schema: ["type": ["string", "null"]]) { root, out throws(AuraError) in
      if let value = get(root) { out.json.value(value) } else { out.json.null() }
    }
  }

  /// Plain numbers that belong to no agent: a histogram, quantiles.
  package static func list(
    _ name: String, _ get: @escaping @Sendable (Root) -> [Double], unit: String = "", _ summary: String
  ) -> AnswerField {
    AnswerField(name, summary, unit: unit, schema: ["type": "array", "items": ["type": ["number", "null"]]]) {
      root, out throws(AuraError) in
      out.json.beginArray()
      for value in get(root) { out.json.value(value) }
      out.json.endArray()
    }
  }

  /// An object within the answer; null when there is none.
  package static func nested<Inner: Answer>(
    _ name: String, _ get: @escaping @Sendable (Root) -> Inner?, _ summary: String
  ) -> AnswerField {
    var members = Inner.schema.members
    members[0] = JSON.Member("type", ["object", "null"])
    return AnswerField(name, summary, schema: .object(members)) { root, out throws(AuraError) in
      if let inner = get(root) { try out.inner(inner) } else { out.json.null() }
    }
  }

  /// Objects of one kind.
  package static func items<Inner: Answer>(
    _ name: String, _ get: @escaping @Sendable (Root) -> [Inner], _ summary: String
  ) -> AnswerField {
    AnswerField(name, summary, schema: ["type": "array", "items": Inner.schema]) { root, out throws(AuraError) in
      out.json.beginArray()
      for inner in get(root) { try out.inner(inner) }
      out.json.endArray()
    }
  }

  /// JSON that the component made, under a schema that it states.
  package static func json(
    _ name: String, schema: JSON, _ get: @escaping @Sendable (Root) -> JSON, _ summary: String
  ) -> AnswerField {
    AnswerField(name, summary, schema: schema) { root, out throws(AuraError) in out.json.value(get(root)) }
  }

  var described: JSON {
    var members = schema.members
    members.append(.init("description", .string(unit.isEmpty ? summary : "\(summary) [\(unit)]")))
    if !unit.isEmpty { members.append(.init("unit", .string(unit))) }
    return .object(members)
  }
}

extension Answer {
  package func headline(_ view: TopologyView) -> String { "" }
  package func urgency(_ view: TopologyView) -> Double { 0 }

  package func write(to out: inout AnswerWriter) throws(AuraError) {
    out.json.beginObject()
    for field in Self.fields {
      out.json.key(field.name)
      try field.write(self, &out)
    }
    out.json.endObject()
  }

  /// JSON Schema (2020-12) of the answer.
  package static var schema: JSON {
    [
      "type": "object",
      "properties": .object(fields.map { JSON.Member($0.name, $0.described) }),
      "required": .array(fields.map { .string($0.name) }),
    ]
  }
}

/// A column that a host may borrow.
package enum AnswerColumn: Sendable {
  case reals(Column<Double>)
  case integers(Column<Int32>)
}

/// Where answers are written: JSON text, and the columns beside it.
package struct AnswerWriter: ~Copyable {
  package var json = JSONWriter()
  package var columns: [(name: String, column: AnswerColumn)] = []
  /// Whether lists that are columns stay empty in the text.
  package var columnsOnly = false
  /// Put before column names, so that the answers of one request do not collide.
  package var columnPrefix = ""
  /// The answer in one sentence, for events and people.
  package var headline = ""
  package var urgency = 0.0
  private let agents: AgentTable?

  package init(_ agents: AgentTable?) { self.agents = agents }

  /// The text, with a NUL after it.
  package consuming func take() throws(AuraError) -> Column<UInt8> { try json.finish() }

  /// Writes an answer within this one; its lists stand in the text whatever is asked for.
  mutating func inner(_ answer: some Answer) throws(AuraError) {
    let short = columnsOnly
    columnsOnly = false
    defer { columnsOnly = short }
    try answer.write(to: &self)
  }

  /// Writes the id of an agent.
  package mutating func agent(_ index: Int) {
    guard let agents, index >= 0, index < agents.count else { return json.null() }
    json.value(agents.id(index).json)
  }
}
