internal import ArgumentParser
internal import AuraBase
internal import AuraEngine

/// Measures of the network.
struct Analyze: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say how a network hangs together: its weak points, its loops, its busiest agents.",
    discussion: """
      Without more words: the findings that matter in a network of this size, the most urgent first. --measure asks \
      for one component in full, --all for every one there is. "aura catalogue" lists them, "aura catalogue ID" their \
      parameters.

        aura analyze network.json --measure graph.centrality.pagerank,damping=0.9
      """)

  @OptionGroup var input: Files

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("A component to run, with parameters after commas. Repeatable.", valueName: "id[,name=value]"),
    completion: .custom { _, _, _ in
      ((try? Engine().call(.catalogue, []).value()["components"]) ?? nil)?.elements.compactMap { $0["id"]?.text } ?? []
    })
  var measure: [String] = []

  @Flag(help: "Run every analysis there is, however long it takes.")
  var all = false

  @OptionGroup var asked: Asked
  @OptionGroup var output: Output

  func validate() throws {
    if all && !measure.isEmpty { throw ValidationError("--all and --measure exclude each other") }
  }

  func run() throws {
    let engine = output.engine
    let wanted = try measure.map { try Self.analysis($0) }
    let analyses: JSON? = all ? "all" : wanted.isEmpty ? nil : .array(wanted)
    let members = asked.all(analyses.map { [("analyses", $0)] } ?? [])
    var failed = false
    try input.each(heading: !output.json) { document in
      let reply = try engine.ask(.analyze, document, adding: members)
      let answer = try? reply.value()
      if let answers = answer?["answers"]?.elements, answers.contains(where: { $0["error"] != nil }) { failed = true }
      if output.json { return reply.print() }
      try FindingsPage(
        reply.value(), document: document, names: Names(document), components: Self.cards(engine), top: output.rows,
        full: all || !wanted.isEmpty
      ).print()
    }
    if failed { throw Failure(status: Status.refused, message: "") }
  }

  /// The card of each component, by id.
  private static func cards(_ engine: Engine) throws -> [String: JSON] {
    var out: [String: JSON] = [:]
    for component in try engine.call(.catalogue, []).value()["components"]?.elements ?? [] {
      if let id = component["id"]?.text { out[id] = component }
    }
    return out
  }

  /// "id,name=value,name=[1,2]" as an item of a request.
  static func analysis(_ text: String) throws -> JSON {
    var parts: [String] = [""]
    var depth = 0
    for character in text {
      if "[{".contains(character) { depth += 1 }
      if "]}".contains(character) { depth -= 1 }
      if character == ",", depth == 0 { parts.append("") } else { parts[parts.count - 1].append(character) }
    }
    let parameters = try parts.dropFirst().map { part in
      guard let member = Asked.split(part) else {
        throw ValidationError("--measure takes ID,NAME=VALUE,..., not \(text)")
      }
      return member
    }
    return ["id": .string(parts[0]), "parameters": .object(parameters)]
  }
}

/// The answers of `analyze` as a page.
struct FindingsPage {
  let answer: JSON
  let document: Document
  let names: Names
  /// Cards of components, by id.
  let components: [String: JSON]
  let top: Int
  /// Everything in each answer, not only what stands out.
  let full: Bool
  private let agents: [JSON]

  init(_ answer: JSON, document: Document, names: Names, components: [String: JSON], top: Int, full: Bool) {
    self.answer = answer
    self.document = document
    self.names = names
    self.components = components
    self.top = top
    self.full = full
    agents = answer["agents"]?.elements ?? []
  }

  func print() {
    Terminal.out(Page.network(answer))
    if document.list != nil, answer["topology"]?["directed"] != true {
      Terminal.out(
        Style.dim("A list does not say which way its links go; aura convert FILE --directed keeps the order."))
    }
    if full { return (answer["answers"]?.elements ?? []).forEach { show($0, number: nil) } }
    if agents.isEmpty { return Terminal.out("\nThere is nobody in this network.") }
    let ranked = Self.ranked(answer)
    var level = ""
    for (place, finding) in ranked.enumerated() {
      let next = Self.level(finding)
      if next != level { Terminal.out("\n" + Style.bold(next)) }
      level = next
      show(finding, number: place + 1)
    }
    Terminal.out("\n" + Style.dim("One of them in full: aura analyze FILE --measure ID. Every measure: --all"))
  }

  /// The findings that say something, most urgent first; of equal ones in the order of the catalogue.
  static func ranked(_ answer: JSON) -> [JSON] {
    var found = answer["answers"]?.elements ?? []
    if answer["topology"]?["directed"] != true {
      // Without direction those who can drag each other down are those who hang together.
      found.removeAll { $0["id"]?.text == "graph.structure.strong_components" && $0["error"] == nil }
    }
    return found.enumerated().sorted {
      let a = urgency($0.element), b = urgency($1.element)
      return a > b || (a == b && $0.offset < $1.offset)
    }.map(\.element)
  }

  private static func urgency(_ finding: JSON) -> Double {
    finding["urgency"]?.number ?? (finding["error"] == nil ? 0 : 1)
  }

  private static func level(_ finding: JSON) -> String {
    if finding["error"] != nil { return "Not answered" }
    let urgency = urgency(finding)
    return urgency >= 0.75 ? "Look at this now" : urgency >= 0.5 ? "Look at this soon" : "Good to know"
  }

  /// One answer: as a numbered finding, or in full under the name of its component.
  private func show(_ found: JSON, number: Int?) {
    let id = found["id"]?.text ?? ""
    let summary = components[id]?["summary"]?.text ?? ""
    let headline = found["headline"]?.text ?? ""
    if let number {
      let words = headline.isEmpty ? summary : headline
      let mark = Text.pad("  \(number). ", to: 5)
      for (k, line) in Text.wrap(Text.plain(words), to: Page.width, indent: String(repeating: " ", count: 5))
        .enumerated()
      {
        Terminal.out(k == 0 ? mark + line.dropFirst(5) : line)
      }
    } else {
      Terminal.out("\n" + Style.bold(summary.isEmpty ? "" : summary + "  ") + Style.dim(id))
    }
    if let error = found["error"] {
      let place = error["at"]?.text.map { " (\(Place.words($0, in: document)))" } ?? ""
      return Terminal.out("  " + Style.red("not answered: ") + Text.plain(error["message"]?.text ?? "") + place)
    }
    if number == nil, !headline.isEmpty { Page.paragraph(Text.plain(headline)) }
    let output = found["output"] ?? [:]
    let fields = components[id]?["output"]?["properties"]?.members ?? output.members.map { .init($0.key, [:]) }
    if full {
      for field in fields { if let value = output[field.key] { show(field.key, value, field.value) } }
      return
    }
    let who = fields.lazy.compactMap { field in output[field.key].flatMap { tell(ordered($0, id), field.value) } }.first
    Page.paragraph((who.map { $0 + " " } ?? "") + "[\(id)]", indent: 5, style: .dim)
  }

  /// Single points of failure with those first whose loss parts most.
  private func ordered(_ value: JSON, _ id: String) -> JSON {
    guard id == "graph.structure.articulation", case .array(let list) = value,
      let pairs = answer["answers"]?.elements.first(where: { $0["id"]?.text == "graph.resilience.screen_n1" })?[
        "output"]?[
          "pairs"]?.elements, pairs.count == agents.count
    else { return value }
    let harm = Dictionary(zip(agents, pairs.map { $0.number ?? 0 })) { first, _ in first }
    return .array(
      list.enumerated().sorted { (harm[$1.element] ?? 0, $0.offset) < (harm[$0.element] ?? 0, $1.offset) }.map(
        \.element))
  }

  /// What a number or a list is, as the catalogue says it, without what is said of missing ones.
  private static func meaning(_ schema: JSON) -> String {
    var words = schema["description"]?.text ?? ""
    var unit = ""
    if words.hasSuffix("]"), let open = words.lastIndex(of: "[") {
      unit = " (\(words[words.index(after: open)...].dropLast()))"
      words = String(words[..<open])
    }
    words = words.split(separator: ";").first.map(String.init) ?? words
    while let last = words.last, last == " " || last == "." { words.removeLast() }
    return words.isEmpty ? "" : "\(words)\(unit): "
  }

  /// The agents that stand out in one field; nil when none do.
  private func tell(_ value: JSON, _ schema: JSON) -> String? {
    guard case .array(let list) = value, !list.isEmpty else { return nil }
    if schema["items"]?["type"]?.elements.contains("string") == true {
      // All agents in some order say nothing about any of them.
      if list.count >= agents.count { return nil }
      return Self.meaning(schema) + names.list(list, most: top) + "."
    }
    guard list.count == agents.count, list.count > 1, schema["items"]?["type"]?.text != "integer" else { return nil }
    let known = list.indices.filter { list[$0].number ?? 0 > 0 }
    let best = known.sorted { (list[$0].number ?? 0, $1) > (list[$1].number ?? 0, $0) }.prefix(3)
    guard !best.isEmpty else { return nil }
    // When all have the same, nobody stands out.
    if let first = list[0].number, list.allSatisfy({ abs(($0.number ?? .infinity) - first) <= 1e-9 * abs(first) }) {
      return "\(Self.meaning(schema))\(Self.short(list[0])) for everybody."
    }
    return Self.meaning(schema) + "most "
      + best.map { "\(names[agents[$0]]) (\(Self.short(list[$0])))" }.joined(separator: ", ") + "."
  }

  private func show(_ name: String, _ value: JSON, _ schema: JSON) {
    let about = schema["description"]?.text ?? ""
    switch value {
    case .array(let list):
      let perAgent = list.count == agents.count && list.count > 1
      let ofAgents = schema["items"]?["type"]?.elements.contains("string") == true
      if ofAgents {
        title(name, about)
        paragraph(list.isEmpty ? "none" : names.list(list, most: top))
      } else if perAgent, schema["items"]?["type"]?.text == "integer" {
        groups(name, list, about)
      } else if perAgent, list.contains(where: { $0.number != nil }) {
        ranking(name, list, about)
      } else {
        title(name, about)
        let shown = list.prefix(top).map { Self.short($0) }.joined(separator: ", ")
        paragraph(shown + (list.count > top ? ", and \(Text.grouped(list.count - top)) more" : ""))
      }
    case .object:
      title(name, about)
      for member in value.members { paragraph("\(member.key): \(Self.short(member.value))") }
    default:
      paragraph("\(name): \(Self.short(value))" + (about.isEmpty ? "" : "  " + Style.dim("(\(about))")))
    }
  }

  private func title(_ name: String, _ about: String) {
    Terminal.out("  " + name + (about.isEmpty ? "" : "  " + Style.dim(about)))
  }

  private func paragraph(_ text: String) { Page.paragraph(text, indent: 4) }

  private static func short(_ value: JSON) -> String {
    if let number = value.number { return Text.number(number) }
    return Text.plain(value.text ?? String(value.encoded.prefix(200)))
  }

  /// Numbers of agents, largest first.
  private func ranking(_ name: String, _ list: [JSON], _ about: String) {
    let known = list.indices.filter { list[$0].number != nil }
    let ranked = known.sorted { (list[$0].number ?? 0, $1) > (list[$1].number ?? 0, $0) }
    title(name, about)
    var table = Table([.init(title: "agent", yields: true), .init(title: name, right: true)])
    for i in ranked.prefix(top) { table.add(names[agents[i]], Self.short(list[i])) }
    table.print(indent: 4)
    if ranked.count > top {
      paragraph(Style.dim("and \(Text.counted(ranked.count - top, "more agent", "more agents"))"))
    }
  }

  /// Whole numbers of agents: who shares which, largest number first.
  private func groups(_ name: String, _ list: [JSON], _ about: String) {
    var members: [Int: [JSON]] = [:]
    for (i, value) in list.enumerated() {
      if case .integer(let number) = value { members[number, default: []].append(agents[i]) }
    }
    title(name, about)
    var table = Table([
      .init(title: name, right: true), .init(title: "agents", right: true), .init(title: "who", yields: true),
    ])
    for (number, who) in members.sorted(by: { $0.key > $1.key }).prefix(top) {
      table.add(Text.grouped(number), Text.grouped(who.count), names.list(who))
    }
    table.print(indent: 4)
    if members.count > top { paragraph(Style.dim("and \(Text.grouped(members.count - top)) more values")) }
  }
}

/// What several pages share.
enum Page {
  /// "svc_train_ticket: 28 agents, 55 links", with what was not read.
  static func network(_ answer: JSON) -> String {
    let topology = answer["topology"] ?? [:]
    let name = topology["name"]?.text.map { Text.plain($0) + ": " } ?? ""
    let agents = Text.counted(Int(topology["agents"]?.number ?? 0), "agent")
    let links = Text.counted(Int(topology["links"]?.number ?? 0), "link")
    var line = Style.bold("\(name)\(agents), \(links)")
    if (topology["links"]?.number ?? 0) > 0 {
      line += Style.dim(topology["directed"] == true ? ", each one way" : ", each both ways")
    }
    let ignored = topology["ignored"]?.elements.compactMap(\.text) ?? []
    if !ignored.isEmpty { line += "\n" + Style.dim("Fields not read: \(Text.plain(ignored.joined(separator: ", ")))") }
    return line
  }

  /// How failure is taken to spread, and why so.
  static func mechanism(_ part: JSON) -> String {
    let name = Text.plain((part["mechanism"]?.text ?? "").replacing("_", with: " "))
    return "Failure is taken to spread by \(name), because \(Text.plain(part["mechanism_why"]?.text ?? ""))."
  }

  static var width: Int { min(Terminal.width ?? 100, 100) }

  /// Sentences, wrapped so that they can be read. What comes from documents has to be made plain before.
  static func paragraph(_ text: String, indent: Int = 2, style: Style? = nil) {
    let margin = String(repeating: " ", count: indent)
    for line in Text.wrap(text, to: width, indent: margin) {
      Terminal.out(style.map { $0(line) } ?? line)
    }
  }
}
