internal import AuraBase
internal import AuraCatalogue
internal import AuraGraph

/// `observe` with `spans`: spans of traces come as arrays of the call, calls between their owners go into the topology.
struct SpanParameters: ParameterSet {
  var owners: JSON = .null
  var window = 60
  var held = 200_000
  var trace = ""

  static let fields: [Field<Self>] = [
    .json(
      "owners", \.owners, schema: ["type": ["array", "null"], "items": ["type": "string", "minLength": 1]],
      "Names of agents; the array \"owner\" holds positions in it."),
    .integer("window_s", \.window, in: 1...3_600, unit: "s", "Length of the window; it is set with the first spans."),
    .integer(
      "held", \.held, in: 1...5_000_000,
      "Spans that are held so that parents and children find each other; it is set with the first spans."),
    .text(
      "trace", \.trace,
      "Last 16 hexadecimal digits of a trace's id: how it failed, from the first span to the last victim. No arrays then."
    ),
  ]
}

/// What became of spans.
struct SpansTaken: Answer {
  struct Step: Answer {
    let agent: String
    let span: UInt64
    let start: Double
    let duration: Double

    static let fields: [AnswerField<Self>] = [
      .text("agent", { $0.agent }, "Whose span it was."), .text("span", { hex($0.span) }, "Its id."),
      .real("start_s", { $0.start }, "When it began."), .real("duration_s", { $0.duration }, "How long it took."),
    ]
  }

  let taken: Int
  let repeated: Int
  let late: Int
  let orphans: Int
  let covered: Int
  let failed: [UInt64]
  let chain: [Step]
  let open: Bool

  static let fields: [AnswerField<Self>] = [
    .integer("taken", { $0.taken }, "Spans of this call."),
    .integer("repeated", { $0.repeated }, "Spans that had come before; of all calls."),
    .integer("late", { $0.late }, "Spans that ended before the window; of all calls."),
    .integer("orphans", { $0.orphans }, "Spans whose parent never came while they were held; of all calls."),
    .integer("covered_s", { $0.covered }, "Seconds of the window that have been seen."),
    .json(
      "failed_traces", schema: ["type": "array", "items": ["type": "string"]],
      { .array($0.failed.map { .string(hex($0)) }) }, "Traces that failed first in this call; the last 1,024."),
    .items(
      "chain", { $0.chain },
      "How the trace that was asked for failed, the first failure first; empty when it did not."),
    .flag("open", { $0.open }, "Whether the chain's last span has a parent that was not seen."),
  ]

  init(_ taken: Int, _ spans: borrowing SpanWindow, failed: [UInt64], chain: SpanWindow.Chain?) {
    self.taken = taken
    repeated = spans.repeated
    late = spans.late
    orphans = spans.orphans
    covered = spans.covered
    self.failed = failed
    var steps: [Step] = []
    for step in chain?.steps ?? [] {
      steps.append(Step(agent: spans.name(step.owner), span: step.span, start: step.start, duration: step.duration))
    }
    self.chain = steps
    open = chain?.open ?? false
  }
}

/// The window of one topology. Guarded by the session's turn.
final class SpanBox {
  var spans: SpanWindow
  /// What agents and links were last said to carry.
  private var toldAgents: [SpanWindow.Traffic] = []
  private var toldLinks: [SpanWindow.Traffic] = []

  /// Cells of traffic, one for each agent or link and second, that a window may have.
  static let cells = 20_000_000

  init(seconds: Int, held: Int) { spans = SpanWindow(seconds: seconds, capacity: held) }

  /// Takes the spans of a call.
  /// - Returns: how many.
  func take(_ wanted: SpanParameters, _ call: Session.Call) throws(AuraError) -> Int {
    let owners = try owners(wanted)
    var columns: [String: Column<Double>] = [:]
    let count = call.arrays.first?.count ?? 0
    for array in call.arrays {
      guard Self.needed.contains(array.name) || array.name == "weight" else {
        throw AuraError(
          .argument, "spans have no array \"\(array.name)\"; there are \(Self.needed.joined(separator: ", ")), weight")
      }
      guard columns[array.name] == nil else { throw AuraError(.argument, "array \"\(array.name)\" is given twice") }
      columns[array.name] = try array.checked(count, ": all arrays of spans are equally long")
    }
    for name in Self.needed where columns[name] == nil && !call.arrays.isEmpty {
      throw AuraError(.argument, "spans need an array \"\(name)\"")
    }
    guard count > 0 else { return 0 }
    try Memory.makeSureOfRoom(bytes: 256 * count + 64 * (spans.ownerCount + spans.linkCount) * spans.seconds)
    func column(_ name: String) -> Column<Double> { columns[name] ?? Column(Buffer()) }
    for name in Self.needed + ["weight"] {
      guard let values = columns[name] else { continue }
      let integers = name.hasSuffix("_hi") || name.hasSuffix("_lo")
      for k in 0..<count {
        let value = values[k]
        let fine =
          switch name {
          case "owner": value >= 0 && value < Double(owners.count)
          case "duration_s": value >= 0 && value <= 1e9
          case "start_s": abs(value) <= 1e15
          case "weight": value > 0 && value <= 1e9
          case "error": value == 0 || value == 1
          default: integers && abs(value) <= 0x1p32
          }
        guard fine, !integers && name != "owner" || value == value.rounded() else {
          throw AuraError(.argument, "element \(k) of array \"\(name)\" is \(value)")
        }
      }
    }
    let ids = ["trace", "span", "parent"].map { (column($0 + "_hi"), column($0 + "_lo")) }
    let (who, start, length) = (column("owner"), column("start_s"), column("duration_s"))
    let (error, weight) = (column("error"), columns["weight"])
    for k in 0..<count {
      if k % 4_096 == 0 {
        if call.token?.isCancelled == true { throw AuraError(.cancelled, "cancelled after \(k) of \(count) spans") }
        guard (spans.ownerCount + spans.linkCount) * spans.seconds <= Self.cells else {
          throw AuraError(.limit, "\(spans.ownerCount) agents and \(spans.linkCount) links are too many for the window")
        }
      }
      spans.take(
        .init(
          trace: Self.id(ids[0].0[k], ids[0].1[k]), span: Self.id(ids[1].0[k], ids[1].1[k]),
          parent: Self.id(ids[2].0[k], ids[2].1[k]),
          owner: owners[Int(who[k])], start: start[k], duration: length[k], failed: error[k] == 1,
          weight: weight?[k] ?? 1))
    }
    return count
  }

  private static let needed = [
    "trace_hi", "trace_lo", "span_hi", "span_lo", "parent_hi", "parent_lo", "owner", "start_s", "duration_s", "error",
  ]

  /// Two halves of 32 bits, with or without a sign.
  private static func id(_ high: Double, _ low: Double) -> UInt64 {
    UInt64(UInt32(truncatingIfNeeded: Int64(high))) << 32 | UInt64(UInt32(truncatingIfNeeded: Int64(low)))
  }

  private func owners(_ wanted: SpanParameters) throws(AuraError) -> [Int32] {
    guard wanted.owners != .null else { return [] }
    guard case .array(let items) = wanted.owners else {
      throw AuraError(.schema, "expected an array", pointer: "/spans/owners")
    }
    var out: [Int32] = []
    for (k, item) in items.enumerated() {
      guard let name = item.text, !name.isEmpty else {
        throw AuraError(.schema, "expected a name", pointer: "/spans/owners/\(k)")
      }
      guard (spans.ownerCount + 1 + spans.linkCount) * spans.seconds <= Self.cells else {
        throw AuraError(.limit, "more agents than the window has room for", pointer: "/spans/owners/\(k)")
      }
      out.append(spans.owner(named: name))
    }
    return out
  }

  /// The changes that make a topology say what the window says: who is new, and what has another traffic than before.
  func changes(of topology: Topology) throws(AuraError) -> Column<UInt8> {
    let covered = Double(max(1, spans.covered))
    var writer = JSONWriter()
    writer.beginArray()
    var known: [Bool] = []
    for i in 0..<spans.ownerCount {
      let name = spans.name(Int32(truncatingIfNeeded: i))
      let isKnown = topology.structure.agents.index(of: .text(name)) != nil
      known.append(isKnown)
      if !isKnown { change(&writer, "add_agent", [("agent", name)]) }
    }
    var joined: Set<UInt64> = []
    for k in 0..<topology.linkCount {
      joined.insert(Self.pair(topology.structure.sources[k], topology.structure.targets[k]))
    }
    func place(_ owner: Int32) -> Int32? {
      topology.structure.agents.index(of: .text(spans.name(owner))).map { Int32(truncatingIfNeeded: $0) }
    }
    while toldAgents.count < spans.ownerCount { toldAgents.append(.init(calls: -1)) }
    while toldLinks.count < spans.linkCount { toldLinks.append(.init(calls: -1)) }
    for k in 0..<spans.linkCount {
      let ends = spans.ends(k)
      let isThere: Bool
      if let s = place(ends.source), let t = place(ends.target) {
        isThere = joined.contains(Self.pair(s, t)) || !topology.structure.directed && joined.contains(Self.pair(t, s))
      } else {
        isThere = false
      }
      let traffic = spans.traffic(link: k)
      if isThere && traffic == toldLinks[k] { continue }
      toldLinks[k] = traffic
      let names = [("source", spans.name(ends.source)), ("target", spans.name(ends.target))]
      change(&writer, isThere ? "set_link" : "add_link", names, "fields", traffic, covered)
    }
    for i in 0..<spans.ownerCount {
      let traffic = spans.traffic(owner: Int32(truncatingIfNeeded: i))
      if known[i] && traffic == toldAgents[i] { continue }
      toldAgents[i] = traffic
      change(
        &writer, "set", [("agent", spans.name(Int32(truncatingIfNeeded: i)))], "metrics", traffic, covered, load: true)
    }
    writer.endArray()
    return try writer.finish()
  }

  private static func pair(_ source: Int32, _ target: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: source)) << 32 | UInt64(UInt32(bitPattern: target))
  }

  private func change(
    _ writer: inout JSONWriter, _ op: String, _ names: [(String, String)], _ values: String? = nil,
    _ traffic: SpanWindow.Traffic = .init(), _ covered: Double = 1, load: Bool = false
  ) {
    writer.beginObject()
    writer.member("op", op)
    for (key, name) in names { writer.member(key, name) }
    if let values {
      writer.key(values)
      writer.beginObject()
      // Sums from which something was taken away may be off by rounding.
      let calls = traffic.calls < 1e-9 ? 0 : traffic.calls
      writer.member("calls_per_s", calls / covered)
      if load { writer.member("load", calls / covered) }
      writer.member("error_rate", calls == 0 ? 0 : min(1, max(0, traffic.failures / calls)))
      if calls > 0 { writer.member("latency_ms", max(0, 1_000 * traffic.seconds / calls)) }
      writer.endObject()
    }
    writer.endObject()
  }
}

/// 16 digits.
func hex(_ value: UInt64) -> String {
  let text = String(value, radix: 16)
  return String(repeating: "0", count: 16 - text.utf8.count) + text
}

/// What `observe` answers when spans were told.
struct SpansObserved: Answer {
  let observed: Observed
  let spans: SpansTaken
  let changes: JSON

  static let fields: [AnswerField<Self>] = [
    .text("topology", { $0.observed.name }, "Name of the topology."),
    .integer("revision", { $0.observed.revision }, "Rises by one with each batch."),
    .integer("agents", { $0.observed.agents }, "Agents it has now."),
    .integer("links", { $0.observed.links }, "Links it has now."),
    .integer("applied", { $0.observed.applied }, "Changes taken."),
    .json("ignored", schema: ["type": "array", "items": ["type": "string"]], { _ in .array([]) }, "Always empty."),
    .nested("spans", { $0.spans }, "What became of the spans, where spans were told."),
    .json(
      "changes", schema: ["type": "array", "items": ["type": "object"]], { $0.changes },
      "What was changed on account of spans, as observe takes it, for hosts that keep a copy."),
  ]
}
