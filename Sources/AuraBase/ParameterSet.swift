/// Values that shape one computation, decoded from a JSON object by a table of fields. The same table gives the
/// range checks, the defaults, the schema and the documentation: nothing about a parameter is said twice.
package protocol ParameterSet: Sendable {
  init()
  static var fields: [Field<Self>] { get }
}

/// One named parameter: where it is kept, what it may be, what it means.
package struct Field<Root>: Sendable {
  package let name: String
  package let summary: String
  /// The unit of the value, empty for a pure number.
  package let unit: String
  let constraint: JSON
  let assign: @Sendable (inout Root, JSON) throws(AuraError) -> Void
  let current: @Sendable (Root) -> JSON

  private init(
    _ name: String, _ summary: String, unit: String, constraint: JSON,
    assign: @escaping @Sendable (inout Root, JSON) throws(AuraError) -> Void,
    current: @escaping @Sendable (Root) -> JSON
  ) {
    self.name = name
    self.summary = summary
    self.unit = unit
    self.constraint = constraint
    self.assign = assign
    self.current = current
  }

  package static func integer(
    _ name: String, _ path: any WritableKeyPath<Root, Int> & Sendable, in range: ClosedRange<Int>, unit: String = "",
    _ summary: String
  ) -> Field {
    Field(
      name, summary, unit: unit,
      constraint: ["type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound)],
      assign: { root, json throws(AuraError) in
        guard case .integer(let value) = json else { throw wrong(json, "an integer") }
        guard range.contains(value) else {
          throw AuraError(.schema, "\(value) is outside \(range.lowerBound)...\(range.upperBound)")
        }
        root[keyPath: path] = value
      }, current: { .integer($0[keyPath: path]) })
  }

  package static func real(
    _ name: String, _ path: any WritableKeyPath<Root, Double> & Sendable, in range: ClosedRange<Double>,
    unit: String = "", _ summary: String
  ) -> Field {
    Field(
      name, summary, unit: unit, constraint: bounds(range, "number"),
      assign: { root, json throws(AuraError) in
        guard let value = json.number else { throw wrong(json, "a number") }
        guard range.contains(value) else {
          throw AuraError(.schema, "\(value) is outside \(range.lowerBound)...\(range.upperBound)")
        }
        root[keyPath: path] = value
      }, current: { $0[keyPath: path].isFinite ? .real($0[keyPath: path]) : .null })
  }

  /// A number that may be absent: nil means that the engine chooses, as `summary` says.
  package static func optionalReal(
    _ name: String, _ path: any WritableKeyPath<Root, Double?> & Sendable, in range: ClosedRange<Double>,
    unit: String = "", _ summary: String
  ) -> Field {
    Field(
      name, summary, unit: unit, constraint: bounds(range, ["number", "null"]),
      assign: { root, json throws(AuraError) in
        if json == .null {
          root[keyPath: path] = nil
          return
        }
        guard let value = json.number else { throw wrong(json, "a number") }
        guard range.contains(value) else {
          throw AuraError(.schema, "\(value) is outside \(range.lowerBound)...\(range.upperBound)")
        }
        root[keyPath: path] = value
      }, current: { $0[keyPath: path].map { .real($0) } ?? .null })
  }

  package static func optionalInteger(
    _ name: String, _ path: any WritableKeyPath<Root, Int?> & Sendable, in range: ClosedRange<Int>,
    unit: String = "", _ summary: String
  ) -> Field {
    Field(
      name, summary, unit: unit,
      constraint: [
        "type": ["integer", "null"], "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound),
      ],
      assign: { root, json throws(AuraError) in
        if json == .null {
          root[keyPath: path] = nil
          return
        }
        guard case .integer(let value) = json else { throw wrong(json, "an integer") }
        guard range.contains(value) else {
          throw AuraError(.schema, "\(value) is outside \(range.lowerBound)...\(range.upperBound)")
        }
        root[keyPath: path] = value
      }, current: { $0[keyPath: path].map { .integer($0) } ?? .null })
  }

  package static func flag(
    _ name: String, _ path: any WritableKeyPath<Root, Bool> & Sendable, _ summary: String
  ) -> Field {
    Field(
      name, summary, unit: "", constraint: ["type": "boolean"],
      assign: { root, json throws(AuraError) in
        guard case .bool(let value) = json else { throw wrong(json, "a boolean") }
        root[keyPath: path] = value
      }, current: { .bool($0[keyPath: path]) })
  }

  /// One of the raw values of an enumeration.
  package static func choice<Choice: RawRepresentable & CaseIterable & Sendable>(
    _ name: String, _ path: any WritableKeyPath<Root, Choice> & Sendable, _ summary: String
  ) -> Field where Choice.RawValue == String {
    let names = Choice.allCases.map(\.rawValue)
    return Field(
      name, summary, unit: "", constraint: ["type": "string", "enum": .array(names.map { .string($0) })],
      assign: { root, json throws(AuraError) in
        guard let text = json.text else { throw wrong(json, "a string") }
        guard let value = Choice(rawValue: text) else {
          throw AuraError(.schema, "\"\(text.prefix(60))\" is none of \(names.joined(separator: ", "))")
        }
        root[keyPath: path] = value
      }, current: { .string($0[keyPath: path].rawValue) })
  }

  package static func text(
    _ name: String, _ path: any WritableKeyPath<Root, String> & Sendable, _ summary: String
  ) -> Field {
    Field(
      name, summary, unit: "", constraint: ["type": "string"],
      assign: { root, json throws(AuraError) in
        guard let value = json.text else { throw wrong(json, "a string") }
        root[keyPath: path] = value
      }, current: { .string($0[keyPath: path]) })
  }

  /// A list of agents by id, at most `limit` of them.
  ///
  /// - Parameter required: nobody is no answer, and there is no default; what runs without it says so.
  package static func agents(
    _ name: String, _ path: any WritableKeyPath<Root, [AgentID]> & Sendable, limit: Int = 1_000_000,
    required: Bool = false, _ summary: String
  ) -> Field {
    Field(
      name, summary, unit: "",
      constraint: .object(
        [
          .init("type", "array"), .init("items", ["type": ["string", "integer"]]), .init("maxItems", .integer(limit)),
        ] + (required ? [.init("minItems", 1)] : [])),
      assign: { root, json throws(AuraError) in
        guard case .array(let elements) = json else { throw wrong(json, "an array of agent ids") }
        guard elements.count <= limit else { throw AuraError(.limit, "more than \(limit) agents") }
        var ids: [AgentID] = []
        for (i, element) in elements.enumerated() {
          guard let id = AgentID(element) else {
            throw AuraError(.schema, "expected an agent id, not \(element.kindName)", pointer: "/\(i)")
          }
          ids.append(id)
        }
        if required && ids.isEmpty { throw AuraError(.schema, "expected at least one agent") }
        root[keyPath: path] = ids
      },
      current: { root in
        let ids = root[keyPath: path]
        return required && ids.isEmpty ? .null : .array(ids.map(\.json))
      })
  }

  /// A value with a grammar of its own.
  package static func json(
    _ name: String, _ path: any WritableKeyPath<Root, JSON> & Sendable, schema: JSON, _ summary: String
  ) -> Field {
    Field(
      name, summary, unit: "", constraint: schema,
      assign: { root, json throws(AuraError) in root[keyPath: path] = json }, current: { $0[keyPath: path] })
  }

  /// A table within a table.
  package static func nested<Inner: ParameterSet>(
    _ name: String, _ path: any WritableKeyPath<Root, Inner> & Sendable, _ summary: String
  ) -> Field {
    Field(
      name, summary, unit: "", constraint: Inner.schema,
      assign: { root, json throws(AuraError) in root[keyPath: path] = try Inner(json) },
      current: { root in
        .object(Inner.fields.map { JSON.Member($0.name, $0.current(root[keyPath: path])) })
      })
  }

  private static func wrong(_ json: JSON, _ wanted: String) -> AuraError {
    AuraError(.schema, "expected \(wanted), not \(json.kindName)")
  }

  private static func bounds(_ range: ClosedRange<Double>, _ type: JSON) -> JSON {
    var members: [JSON.Member] = [.init("type", type)]
    if range.lowerBound.isFinite { members.append(.init("minimum", .real(range.lowerBound))) }
    if range.upperBound.isFinite { members.append(.init("maximum", .real(range.upperBound))) }
    return .object(members)
  }

  /// JSON Schema of this field, with the default that `Root()` gives it.
  func schema(default value: Root) -> JSON {
    guard case .object(var members) = constraint else { return constraint }
    if current(value) != .null { members.append(.init("default", current(value))) }
    members.append(.init("description", .string(unit.isEmpty ? summary : "\(summary) [\(unit)]")))
    if !unit.isEmpty { members.append(.init("unit", .string(unit))) }
    return .object(members)
  }
}

extension ParameterSet {
  /// Decodes an object; absent members keep their defaults.
  /// - Throws: `.schema` or `.limit` with the pointer of the offending member, misspelt names included.
  package init(_ json: JSON) throws(AuraError) {
    self.init()
    guard case .object(let members) = json else {
      throw AuraError(.schema, "expected an object, not \(json.kindName)")
    }
    for member in members { try set(member.key, member.value) }
  }

  package mutating func set(_ name: String, _ value: JSON) throws(AuraError) {
    guard let field = Self.fields.first(where: { $0.name == name }) else {
      throw AuraError(.schema, Self.unknown(name), pointer: AuraError.step(name))
    }
    do throws(AuraError) { try field.assign(&self, value) } catch { throw error.below(AuraError.step(name)) }
  }

  package static func has(_ name: String) -> Bool { fields.contains { $0.name == name } }

  private static func unknown(_ name: String) -> String {
    let near = fields.map(\.name).min { Self.distance($0, name) < Self.distance($1, name) }
    if let near, Self.distance(near, name) <= 2 { return "no such member; did you mean \"\(near)\"?" }
    return fields.isEmpty ? "no such member: there are none" : "no such member"
  }

  /// Edits between two names, for the suggestion in an error; names longer than 40 characters count as far.
  private static func distance(_ a: String, _ b: String) -> Int {
    let a = Array(a.utf8), b = Array(b.utf8)
    guard a.count <= 40, b.count <= 40 else { return .max }
    var row = Array(0...b.count)
    for i in a.indices {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let cost = min(row[j + 1] + 1, row[j] + 1, diagonal + (a[i] == b[j] ? 0 : 1))
        diagonal = row[j + 1]
        row[j + 1] = cost
      }
    }
    return row[b.count]
  }

  /// JSON Schema (2020-12) of the object.
  package static var schema: JSON {
    let defaults = Self()
    return [
      "type": "object",
      "properties": .object(fields.map { JSON.Member($0.name, $0.schema(default: defaults)) }),
      "additionalProperties": false,
    ]
  }
}

/// A component that has nothing to choose.
package struct NoParameters: ParameterSet {
  package init() {}
  package static let fields: [Field<Self>] = []
}
