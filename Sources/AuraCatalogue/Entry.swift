package import AuraBase
package import AuraGraph

/// A component with its types forgotten; all that the engine sees of it.
package struct Entry: Sendable {
  package let card: Card
  package let role: Role
  package let knownAnswers: [KnownAnswer]
  /// Schemas (JSON Schema 2020-12) of the parameters and of the answer.
  package let parameters: JSON
  package let output: JSON
  /// Decodes parameters, runs, writes the answer as one JSON value.
  package let run: @Sendable (TopologyView, JSON, inout AnswerWriter) throws(AuraError) -> Void

  /// A component as its own file declares it.
  package init<A: Analysis>(_: A.Type) {
    self.init(A.self, card: A.card, fixing: [:], knownAnswers: A.knownAnswers)
  }

  /// A variant of a component: the same function under its own id, with some parameters fixed.
  package init<A: Analysis>(_: A.Type, card: Card, fixing fixed: JSON, knownAnswers: [KnownAnswer]) {
    self.card = card
    role = Role(A.self)
    self.knownAnswers = knownAnswers
    let fixedNames = Set(fixed.members.map(\.key))
    parameters = Self.without(fixedNames, A.Parameters.schema)
    output = A.Output.schema
    run = { view, json, out throws(AuraError) in
      var parameters = try A.Parameters(fixed)
      guard case .object(let members) = json else {
        throw AuraError(.schema, "expected an object, not \(json.kindName)")
      }
      for member in members {
        if fixedNames.contains(member.key) {
          throw AuraError(.schema, "no such member: it is fixed", pointer: AuraError.step(member.key))
        }
        try parameters.set(member.key, member.value)
      }
      let answer = try A.run(view, parameters)
      out.headline = answer.headline(view)
      out.urgency = answer.urgency(view)
      try answer.write(to: &out)
    }
  }

  private static func without(_ names: Set<String>, _ schema: JSON) -> JSON {
    .object(
      schema.members.map { member in
        guard member.key == "properties" else { return member }
        return .init("properties", .object(member.value.members.filter { !names.contains($0.key) }))
      })
  }

  /// The answer as a JSON value, for tests and self-checks.
  package func callAsFunction(_ view: TopologyView, _ parameters: JSON = [:]) throws(AuraError) -> JSON {
    var out = AnswerWriter(view.topology.structure.agents)
    try run(view, parameters, &out)
    return try JSON(parsing: out.json.text)
  }

  /// One known answer tried out.
  package struct Check: Sendable {
    package let reason: String
    /// Nil when the answer was right.
    package let difference: String?
  }

  /// Runs every known answer.
  package func selfCheck(pool: WorkerPool? = nil, token: CancelToken? = nil) -> [Check] {
    knownAnswers.map { known in
      do throws(AuraError) {
        let work = Work(pool: pool, seed: 1, token: token)
        let view = TopologyView(try known.network.topology(), work: work, roles: known.roles)
        return Check(reason: known.reason, difference: known.difference(from: try self(view, known.parameters)))
      } catch {
        return Check(reason: known.reason, difference: "\(error.code.name): \(error.message)")
      }
    }
  }
}
