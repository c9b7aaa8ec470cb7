internal import ArgumentParser
internal import AuraBase
internal import AuraEngine
internal import Glibc

/// Forecasts that follow what is measured.
struct Watch: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read changes as they come, and print whose forecast moves.",
    discussion: """
      Each line of the changes is JSON: one change, an array of changes, or {"time_s": ..., "changes": [...]}, \
      applied whole or not at all. A line that is refused is reported with its number, and watching goes on; the \
      exit status is then 1.

        tail -f changes.jsonl | aura watch network.json

        {"op":"set","agent":"a","metrics":{"load":3.2,"queue":null}}
        [{"op":"add_agent","agent":"z"},{"op":"add_link","source":"a","target":"z"}]
        {"time_s":12.5,"changes":[{"op":"remove_agent","agent":"z"}]}

      With --json, one object a line: the engine's events ("kind": "topology", "change", "prediction"), and after each \
      prediction "moved": the line of the changes, and the agents whose probability of failing moved, before and after.
      """)

  @Argument(help: "The network to begin with, as node-link JSON.", completion: .file(extensions: ["json", "lz4"]))
  var network: String

  @Argument(help: "Changes, one JSON document a line, or an LZ4 frame of them; - is standard input.")
  var changes = "-"

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("Report agents whose risk moves by so much.", valueName: "percentage points"))
  var least = 1.0

  @OptionGroup var forecasting: Forecasting
  @OptionGroup var asked: Asked
  @OptionGroup var output: Output

  mutating func validate() throws {
    guard network != "-" || changes != "-" else {
      throw ValidationError("the network and the changes cannot both come from standard input")
    }
    guard least >= 0 else { throw ValidationError("--least must be 0 or more") }
  }

  func run() throws {
    let document = try Document(reading: network)
    let engine = output.engine
    let lines = try LineReader(changes)
    var watched = Watched(
      engine: engine, name: document.title, names: Names(document),
      asked: asked.all(forecasting.members(document, top: output.top)),
      json: output.json, rows: output.rows, least: least / 100)
    try watched.begin(document)
    while let line = try lines.next() { try watched.take(line) }
    watched.end()
    if watched.refused > 0 { throw Failure(status: Status.refused, message: "") }
  }
}

/// A network under watch: what was last forecast for each agent.
private struct Watched {
  let engine: Engine
  /// Under which the session holds the network.
  let name: String
  let names: Names
  let asked: [JSON.Member]
  let json: Bool
  let rows: Int
  let least: Double
  private var number = 0
  private var moves = 0
  private(set) var refused = 0
  private var cursor = 0
  private var risks: [JSON: Double] = [:]
  private var path: [JSON] = []

  init(engine: Engine, name: String, names: Names, asked: [JSON.Member], json: Bool, rows: Int, least: Double) {
    self.engine = engine
    self.name = name
    self.names = names
    self.asked = asked
    self.json = json
    self.rows = rows
    self.least = least
  }

  mutating func begin(_ document: Document) throws {
    let head = Array("{\"topology\":\(JSON.string(name).encoded),\"document\":".utf8)
    let text = document.text ?? document.raw
    do throws(AuraError) {
      var request = Buffer<UInt8>()
      try request.append(head.span)
      try request.append(text.span)
      try request.append(UInt8(ascii: "}"))
      _ = try engine.call(.observe, Column(request))
    } catch {
      let pointer = error.pointer.map { $0.hasPrefix("/document") ? String($0.dropFirst(9)) : $0 }
      throw Place.failure(
        AuraError(error.code, error.message, at: error.offset, pointer: pointer), in: document, shift: head.count)
    }
    let answer = try forecast()
    remember(answer)
    if json { return try printEvents() }
    ForecastPage(answer, names: names, top: rows).printShort()
    Terminal.flush()
  }

  /// Applies one line and reports what it moves.
  mutating func take(_ line: [UInt8]) throws {
    number += 1
    guard let first = line.first(where: { ![0x20, 0x09, 0x0D].contains($0) }) else { return }
    let topology = "{\"topology\":\(JSON.string(name).encoded)"
    var shift = 0
    var outer = ""  // what the pointer of an error says of the request, and not of the line
    var request: [UInt8]
    if first == UInt8(ascii: "[") || (try? JSON(parsing: line.span))?["op"] != nil {
      let one = first != UInt8(ascii: "[")
      let head = Array("\(topology),\"changes\":\(one ? "[" : "")".utf8)
      shift = head.count
      outer = one ? "/changes/0" : "/changes"
      request = head + line + Array((one ? "]}" : "}").utf8)
    } else if first == UInt8(ascii: "{"), let brace = line.firstIndex(of: UInt8(ascii: "{")) {
      let rest = line[(brace + 1)...]
      let head = Array((topology + ",").utf8)
      shift = head.count - brace - 1
      request = head + rest
    } else {
      request = line
    }
    do throws(AuraError) {
      _ = try engine.call(.observe, Column(request))
    } catch {
      if error.code == .cancelled { throw Place.failure(error) }
      refused += 1
      Terminal.flush()
      var place: [String] = []
      if let pointer = error.pointer {
        let inner = pointer.hasPrefix(outer) ? String(pointer.dropFirst(outer.count)) : pointer
        if !inner.isEmpty { place.append("at \(Text.plain(inner))") }
      }
      if let offset = error.offset { place.append("byte \(max(0, offset - shift))") }
      let where_ = place.isEmpty ? "" : " (\(place.joined(separator: ", ")))"
      return Terminal.error("aura: changes, line \(number): \(Text.plain(error.message))\(where_)")
    }
    try report()
  }

  private mutating func report() throws {
    let answer = try forecast()
    let before = risks, way = path
    remember(answer)
    var moved: [(agent: JSON, from: Double, to: Double)] = []
    for (agent, risk) in risks where abs(risk - before[agent, default: 0]) >= max(least, 1e-12) {
      moved.append((agent, before[agent, default: 0], risk))
    }
    for (agent, risk) in before where risks[agent] == nil && risk >= least { moved.append((agent, risk, 0)) }
    moved.sort {
      let (a, b) = (abs($0.to - $0.from), abs($1.to - $1.from))
      return a != b ? a > b : names[$0.agent] < names[$1.agent]
    }
    if !moved.isEmpty { moves += 1 }
    if json {
      try printEvents()
      let agents = moved.map { move -> JSON in
        ["agent": move.agent, "before": .real(move.from), "after": risks[move.agent].map { .real($0) } ?? .null]
      }
      Terminal.out(
        JSON.object([.init("kind", "moved"), .init("line", .integer(number)), .init("agents", .array(agents))]).encoded)
      Terminal.flush()
      return
    }
    guard !moved.isEmpty else { return }
    print(moved, answer, pathMoved: way != path)
    Terminal.flush()
  }

  private func print(_ moved: [(agent: JSON, from: Double, to: Double)], _ answer: JSON, pathMoved: Bool) {
    let rose = moved.count { $0.to > $0.from }
    let parts = [(rose, "up"), (moved.count - rose, "down")].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    Terminal.out("\n" + Style.bold("line \(number)") + ": \(parts.joined(separator: ", "))")
    let page = ForecastPage(answer, names: names, top: rows)
    var outlooks: [JSON: JSON] = [:]
    for outlook in answer["forecast"]?["at_risk"]?.elements ?? [] { outlooks[outlook["agent"] ?? .null] = outlook }
    var table = Table([
      .init(title: ""), .init(title: "", right: true), .init(title: ""), .init(title: "", right: true),
      .init(title: "", yields: true),
    ])
    for move in moved.prefix(rows) {
      let up = move.to > move.from
      let why = risks[move.agent] == nil ? "removed" : up ? outlooks[move.agent].map { page.why($0) } ?? "" : ""
      table.add([
        .init(names[move.agent]), .init(Text.percent(move.from)), .init("→"),
        .init(Text.percent(move.to), up ? ForecastPage.style(move.to) : .green), .init(why),
      ])
    }
    table.print()
    if moved.count > rows { Page.paragraph("and \(Text.counted(moved.count - rows, "more agent"))") }
    if pathMoved, path.count > 1 {
      let share = answer["forecast"]?["path_share"]?.number
      Page.paragraph(
        "Likeliest way now: \(path.map { names[$0] }.joined(separator: " → ")) (\(Text.percent(share)) of futures)")
    }
  }

  func end() {
    guard !json else { return }
    Terminal.out(
      Style.dim(
        "\n\(Text.counted(number, "line")) read; \(moves) moved the forecast"
          + (refused > 0 ? "; \(refused) refused." : ".")))
  }

  private func forecast() throws -> JSON {
    try engine.call(.predict, [.init("topology", .string(name))] + asked).value()
  }

  private mutating func remember(_ answer: JSON) {
    let agents = answer["agents"]?.elements ?? []
    let values = answer["forecast"]?["probability"]?.elements ?? []
    risks = [:]
    for (agent, value) in zip(agents, values) { risks[agent] = value.number ?? 0 }
    path = (answer["forecast"]?["path"]?.elements ?? []).compactMap { $0["agent"] }
  }

  private mutating func printEvents() throws {
    let answer = try engine.call(.events, [.init("after", .integer(cursor))]).value()
    for event in answer["events"]?.elements ?? [] { Terminal.out(event.encoded) }
    if case .integer(let next)? = answer["next"] { cursor = next }
    Terminal.flush()
  }
}

/// Lines of a file as they come, also from a pipe that somebody is still writing to.
private final class LineReader {
  private let file: Int32
  private var waiting: [UInt8] = []
  private var read = 0
  private var begun = false
  private var ended = false

  init(_ path: String) throws {
    file = path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      throw Failure(
        status: Status.unreadable, message: "\(Text.plain(path)): \(String(cString: strerror(errno)).lowercased())")
    }
  }

  deinit { if file > 0 { close(file) } }

  /// The next line, without its end; nil when there are no more, or when somebody asked to stop.
  func next() throws -> [UInt8]? {
    while true {
      if begun, let end = waiting[read...].firstIndex(of: 10) {
        defer { read = end + 1 }
        return Array(waiting[read..<end])
      }
      if ended {
        defer { read = waiting.count }
        return read < waiting.count ? Array(waiting[read...]) : nil
      }
      waiting.removeFirst(read)
      read = 0
      var piece = [UInt8](repeating: 0, count: 1 << 16)
      let got = Glibc.read(file, &piece, piece.count)
      if let signal = Interrupt.signal { throw Failure(status: 128 + signal, message: "") }
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else {
        throw Failure(status: Status.unreadable, message: "changes: \(String(cString: strerror(errno)).lowercased())")
      }
      if got == 0 { ended = true } else { waiting.append(contentsOf: piece[0..<got]) }
      if begun { continue }
      let all = waiting
      if LZ4Frame.begins(all.span) {
        guard ended else { continue }
        do throws(AuraError) {
          waiting = Column(try LZ4Frame.decode(all.span, limit: Limits().documentBytes)).array
        } catch {
          throw Failure(status: Status.refused, message: "changes: \(Text.plain(error.message))")
        }
      } else if all.count < 4, !ended {
        continue
      }
      begun = true
    }
  }
}
