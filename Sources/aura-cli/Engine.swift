internal import AuraBase
internal import AuraEngine

/// A session of the engine, asked with documents from files and members from the command line.
struct Engine {
  enum Verb: String {
    case analyze, predict, intervene, explain, catalogue, selfCheck, observe, events

    /// What is going on, for the progress line.
    var label: String {
      switch self {
      case .analyze: "analysing"
      case .predict: "predicting"
      case .intervene: "planning"
      case .explain: "explaining"
      case .selfCheck: "checking"
      case .catalogue, .observe, .events: "reading"
      }
    }
  }

  let session: Session
  let progress: Bool

  init(threads: Int? = nil, progress: Bool = false) {
    var options = Session.Options()
    options.threads = threads ?? 0
    session = Session(options)
    self.progress = progress
  }

  /// Hands a request to the engine; its errors come back as they are.
  func call(_ verb: Verb, _ request: Column<UInt8>, about label: String = "") throws(AuraError) -> Reply {
    let (report, end) = Progress(label.isEmpty ? verb.label : "\(verb.label) \(label)", forced: progress).begin()
    defer { end() }
    var call = Session.Call()
    call.token = Interrupt.token
    call.progress = report
    switch verb {
    case .analyze: return try session.analyze(request.span, call)
    case .predict: return try session.predict(request.span, call)
    case .intervene: return try session.intervene(request.span, call)
    case .explain: return try session.explain(request.span, call)
    case .catalogue: return try session.catalogue(request.span, call)
    case .selfCheck: return try session.selfCheck(request.span, call)
    case .observe: return try session.observe(request.span, call)
    case .events: return try session.events(request.span, call)
    }
  }

  /// Asks with members alone.
  func call(_ verb: Verb, _ members: [JSON.Member]) throws(AuraError) -> Reply {
    try call(verb, Column(Array(JSON.object(members).encoded.utf8)))
  }

  /// Asks about a document, a bare network or a whole request. Members from the command line are put before its own.
  func ask(_ verb: Verb, _ document: Document, adding members: [JSON.Member] = []) throws -> Reply {
    let request = try Request(document, adding: members)
    do throws(AuraError) { return try call(verb, request.bytes, about: document.name) } catch {
      throw request.failure(error)
    }
  }
}

/// A document with members of the command line put into it.
struct Request {
  let document: Document
  let bytes: Column<UInt8>
  /// Where the members stand in `bytes`.
  private var inserted = 0..<0

  init(_ document: Document, adding members: [JSON.Member]) throws {
    self.document = document
    guard !members.isEmpty, let text = document.text, let brace = Self.firstBrace(text) else {
      bytes = document.raw  // untouched
      return
    }
    let rest = text.span.extracting(brace + 1..<text.count)
    var members = Array(JSON.object(members).encoded.utf8.dropFirst().dropLast())
    if !Self.endsAtOnce(rest) { members.append(UInt8(ascii: ",")) }
    do throws(AuraError) {
      var out = Buffer<UInt8>()
      try out.reserve(text.count + members.count)
      try out.append(text.span.extracting(0..<brace + 1))
      try out.append(members.span)
      try out.append(rest)
      bytes = Column(out)
    } catch { throw Place.failure(error, in: document.name) }
    inserted = brace + 1..<brace + 1 + members.count
  }

  /// The error as seen from the document, or from the command line.
  func failure(_ error: AuraError) -> Failure {
    guard let offset = error.offset, offset >= inserted.lowerBound, !inserted.isEmpty else {
      return Place.failure(error, in: document)
    }
    if inserted.contains(offset) {
      let name = error.pointer.map { String($0.dropFirst()) } ?? "the options"
      return Failure(status: Status.refused, message: "\(name), from the command line: \(error.message)")
    }
    return Place.failure(error, in: document, shift: inserted.count)
  }

  /// Position of the brace that begins the document, if it is an object.
  private static func firstBrace(_ text: Column<UInt8>) -> Int? {
    let bytes = text.span
    for i in bytes.indices where ![0x20, 0x0A, 0x0D, 0x09].contains(bytes[i]) {
      return bytes[i] == UInt8(ascii: "{") ? i : nil
    }
    return nil
  }

  private static func endsAtOnce(_ bytes: Span<UInt8>) -> Bool {
    for i in bytes.indices where ![0x20, 0x0A, 0x0D, 0x09].contains(bytes[i]) { return bytes[i] == UInt8(ascii: "}") }
    return true
  }
}

extension Reply {
  /// The answer as a value.
  func value() throws -> JSON {
    let text = text
    do throws(AuraError) { return try JSON(parsing: text.span.extracting(0..<count)) } catch {
      throw Failure(status: Status.refused, message: "the answer is too large to print; use --json (\(error.message))")
    }
  }

  /// Prints the engine's bytes as they are.
  func print() {
    let text = text
    Terminal.out(text.span.extracting(0..<count))
  }
}
