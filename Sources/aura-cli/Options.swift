internal import ArgumentParser
internal import AuraBase

/// Which documents to read.
struct Files: ParsableArguments {
  @Argument(
    help: "Networks as node-link JSON, or whole requests; LZ4 frames too; - is standard input.",
    completion: .file(extensions: ["json", "lz4"]))
  var files: [String]

  mutating func validate() throws {
    guard files.filter({ $0 == "-" }).count <= 1 else { throw ValidationError("- can stand only once") }
  }

  /// Runs `body` on each document, with a heading when there are several.
  func each(heading: Bool, _ body: (Document) throws -> Void) throws {
    for (k, path) in files.enumerated() {
      let document = try Document(reading: path)
      if heading && files.count > 1 {
        if k > 0 { Terminal.out() }
        Terminal.out(Style.bold("== \(Text.plain(document.name)) =="))
      }
      try body(document)
    }
  }
}

/// How answers are shown.
struct Output: ParsableArguments {
  @Flag(name: .long, help: "Print the engine's answer as it is: one line of JSON for each document.")
  var json = false

  @Option(name: .long, parsing: .unconditional, help: ArgumentHelp("Rows to show of each table (10).", valueName: "n"))
  var top: Int?

  @Flag(name: .long, help: "Report progress on standard error even when it is no terminal.")
  var progress = false

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("Threads to use; the answer is the same for any number.", valueName: "n"))
  var threads: Int?

  mutating func validate() throws {
    guard rows > 0 else { throw ValidationError("--top must be 1 or more") }
    if let threads, !(1...WorkerPool.widest).contains(threads) {
      throw ValidationError("--threads must be in 1...\(WorkerPool.widest)")
    }
  }

  var rows: Int { top ?? 10 }

  var engine: Engine { Engine(threads: threads, progress: progress) }
}

/// Members that every request understands, and any other by name.
struct Asked: ParsableArguments {
  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("Seed of all chance; equal seeds give equal answers.", valueName: "n"))
  var seed: Int?

  @Option(name: .long, help: ArgumentHelp("Link field that says how strong a link is.", valueName: "field"))
  var strength: String?

  @Option(name: .long, help: ArgumentHelp("Link field that says how long a link is.", valueName: "field"))
  var length: String?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "Any other member of the request, as JSON or plain text; \"aura schema\" lists them. Repeatable.",
      valueName: "name=value"))
  var members: [String] = []

  mutating func validate() throws {
    if let bad = members.first(where: { Self.split($0) == nil }) {
      throw ValidationError("--set takes name=value, not \(bad)")
    }
    // What looks like an integer and is too large for one must not pass for a text.
    for member in members where member.utf8.count > 18 {
      let text = member[member.firstIndex(of: "=")!...].dropFirst().drop { $0 == "-" }
      if text.first != "0", text.allSatisfy({ $0.isASCII && $0.isNumber }), case .string? = Self.split(member)?.value {
        throw ValidationError("--set \(member): the number does not fit 64 bits; in quotes it is a text")
      }
    }
  }

  /// What stands in the request beside the network; `own` are the verb's options, by member name.
  func all(_ own: [(String, JSON?)] = []) -> [JSON.Member] {
    var out: [JSON.Member] = []
    for (name, value) in [("seed", seed.map { JSON.integer($0) })] + own {
      if let value { out.append(.init(name, value)) }
    }
    var roles: [JSON.Member] = []
    if let strength { roles.append(.init("strength", .string(strength))) }
    if let length { roles.append(.init("length", .string(length))) }
    if !roles.isEmpty { out.append(.init("roles", .object(roles))) }
    return out + members.compactMap { Self.split($0) }
  }

  /// "name=value" as a member: JSON where the value is JSON, else text.
  static func split(_ text: String) -> JSON.Member? {
    guard let equals = text.firstIndex(of: "="), equals > text.startIndex else { return nil }
    let value = String(text[text.index(after: equals)...])
    return JSON.Member(String(text[..<equals]), (try? JSON(parsing: value)) ?? .string(value))
  }
}
