internal import ArgumentParser
internal import AuraBase
internal import AuraEngine

/// What the engine can do.
struct Catalog: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "catalogue", abstract: "List what the engine can do, or show one component in full.")

  @Argument(help: "A component (graph.centrality.pagerank) or a family (graph, graph.structure); all by default.")
  var id: String?

  @Flag(name: .long, help: "Print the engine's answer as it is, as JSON.")
  var json = false

  func run() throws {
    let engine = Engine()
    let reply = try ask(engine)
    if json { return reply.print() }
    let components = try reply.value()["components"]?.elements ?? []
    if components.count == 1, components[0]["id"]?.text == id { return Card(components[0]).print() }
    var family = ""
    var table = Table([.init(title: ""), .init(title: "", yields: true)])
    for component in components {
      let its = component["family"]?.text ?? ""
      if its != family {
        table.print()
        table = Table(table.columns)
        Terminal.out((family.isEmpty ? "" : "\n") + Style.bold(its))
        family = its
      }
      table.add(component["id"]?.text ?? "", component["summary"]?.text ?? "")
    }
    table.print()
    Terminal.out("\n\(Text.counted(components.count, "component")). One in full: aura catalogue ID")
  }

  private func ask(_ engine: Engine) throws(AuraError) -> Reply {
    guard let id else { return try engine.call(.catalogue, []) }
    do throws(AuraError) { return try engine.call(.catalogue, [.init("id", .string(id))]) } catch {
      // What is no component may be a family; the hint belongs to the component.
      do throws(AuraError) { return try engine.call(.catalogue, [.init("family", .string(id))]) } catch _ {
        throw AuraError(error.code, error.message)
      }
    }
  }
}

/// One component in full.
private struct Card {
  let card: JSON
  init(_ card: JSON) { self.card = card }

  func print() {
    Terminal.out(Style.bold(card["id"]?.text ?? ""))
    Terminal.out("  " + (card["summary"]?.text ?? ""))
    Terminal.out()
    var facts = Table([.init(title: ""), .init(title: "", yields: true)])
    for (title, key) in [
      ("Role", "role"), ("Source", "reference"), ("Cost", "cost"), ("Since", "since"), ("State", "lifecycle"),
      ("Same answers as", "agrees_with"),
    ] {
      if let text = card[key]?.text, !text.isEmpty { facts.add(title, text) }
    }
    if let count = card["known_answers"]?.number {
      facts.add("Known answers", "\(Int(count))  (aura check proves them here)")
    }
    facts.print()
    let parameters = card["parameters"]?["properties"]?.members ?? []
    if !parameters.isEmpty {
      Terminal.out("\n" + Style.bold("Parameters"))
      for member in parameters { Self.print(parameter: member) }
    }
    Terminal.out("\n" + Style.bold("Answer"))
    var answer = Table([.init(title: "name"), .init(title: "is"), .init(title: "what it says", yields: true)])
    for member in card["output"]?["properties"]?.members ?? [] {
      answer.add(member.key, Self.takes(member.value), member.value["description"]?.text ?? "")
    }
    answer.print()
  }

  /// One parameter, and below it the members of an object.
  private static func print(parameter: JSON.Member, indent: Int = 2) {
    let schema = parameter.value
    let inner = schema["properties"]?.members ?? []
    var facts = takes(schema)
    if inner.isEmpty, let value = schema["default"] { facts += ", default \(short(value))" }
    Page.paragraph(Style.bold(Text.plain(parameter.key) + ":") + " " + Text.plain(facts), indent: indent)
    if let text = schema["description"]?.text { Page.paragraph(Text.plain(text), indent: indent + 4, style: .dim) }
    // Parameters nest no deeper than this; a schema that did would be shown in part.
    if indent < 6 { for member in inner { print(parameter: member, indent: indent + 4) } }
  }

  private static func short(_ value: JSON) -> String {
    if let number = value.number { return Text.number(number) }
    return value.text ?? value.encoded
  }

  /// What a value of this schema looks like, in a few words.
  static func takes(_ schema: JSON) -> String {
    if case .array(let choices)? = schema["enum"] { return choices.map { short($0) }.joined(separator: " | ") }
    let kinds = schema["type"].map { $0.text.map { [$0] } ?? $0.elements.compactMap(\.text) } ?? []
    if kinds.contains("array") {
      let inner = schema["items"].map { takes($0) } ?? ""
      return inner.isEmpty ? "list" : "list of \(inner)"
    }
    let named = kinds.filter { $0 != "null" }
    // An id is a string or an integer.
    var text = named == ["string", "integer"] ? "agent" : named.joined(separator: " or ")
    if let low = schema["minimum"] ?? schema["exclusiveMinimum"] {
      text += " from \(short(low))"
    }
    if let high = schema["maximum"] ?? schema["exclusiveMaximum"] { text += " to \(short(high))" }
    return text
  }
}

/// JSON Schemas of every request and answer.
struct Schema: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the JSON Schema of a request or an answer; without a name, list the names.")

  @Argument(help: "topology, predict.request, predict.answer ...")
  var name: String?

  @Flag(name: .long, help: "Print the schema on one line.")
  var json = false

  func run() throws {
    let engine = Engine()
    guard let name else {
      let names = try engine.call(.catalogue, []).value()["schemas"] ?? []
      if json { return Terminal.out(names.encoded) }
      for entry in names.elements { Terminal.out(entry.text ?? "") }
      return
    }
    let reply: Reply
    do throws(AuraError) { reply = try engine.call(.catalogue, [.init("schema", .string(name))]) } catch {
      throw Failure(status: Status.refused, message: "\(error.message); \"aura schema\" lists the names")
    }
    if json { reply.print() } else { Terminal.out(try Pretty.text(reply.value())) }
  }
}

/// JSON with line breaks, for people.
enum Pretty {
  static func text(_ value: JSON, indent: Int = 0) -> String {
    let margin = String(repeating: " ", count: indent + 2)
    let end = "\n" + String(repeating: " ", count: indent)
    switch value {
    case .object(let members) where !members.isEmpty:
      let lines = members.map { "\(margin)\(JSON.string($0.key).encoded): \(text($0.value, indent: indent + 2))" }
      return "{\n" + lines.joined(separator: ",\n") + end + "}"
    case .array(let elements) where elements.contains { !$0.members.isEmpty || !$0.elements.isEmpty }:
      return "[\n" + elements.map { margin + text($0, indent: indent + 2) }.joined(separator: ",\n") + end + "]"
    default: return value.encoded
    }
  }
}
