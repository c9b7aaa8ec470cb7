package import AuraBase

/// A golden file: requests that are asked one after another on one session, and the answers that must come back to the
/// byte. Every binding replays the same files.
///
///     # What is shown.
///     analyze
///     {"nodes":[...]}
///     ----
///     {"topology":...}
///
/// A line that begins with # is a comment; blocks are parted by an empty line. A call that fails is answered with
/// `{"error":{"status":-4,"offset":37,"pointer":"/nodes/1/id","message":"..."}}`; an offset or pointer that is not known
/// is null.
package struct GoldenFile {
  package struct Block {
    package var comments: [String] = []
    package var verb = ""
    package var request = ""
    package var answer = ""
  }

  package var blocks: [Block] = []

  package init(_ text: String) throws(AuraError) {
    var block = Block()
    var inAnswer = false
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if line.isEmpty {
        if !block.verb.isEmpty { blocks.append(block) }
        block = Block()
        inAnswer = false
      } else if line.hasPrefix("#") && block.verb.isEmpty {
        block.comments.append(String(line))
      } else if block.verb.isEmpty {
        block.verb = String(line)
      } else if line == "----" {
        inAnswer = true
      } else if inAnswer {
        block.answer += line
      } else if block.request.isEmpty {
        block.request = String(line)
      } else {
        throw AuraError(.syntax, "line \(number + 1): a request is one line")
      }
    }
    if !block.verb.isEmpty { blocks.append(block) }
  }

  package var text: String {
    blocks.map { block in
      (block.comments + [block.verb, block.request, "----", block.answer]).joined(separator: "\n") + "\n"
    }.joined(separator: "\n")
  }

  /// The answers that this engine gives, block by block.
  package func answers(threads: Int = 1) -> [String] {
    var options = Session.Options()
    options.threads = threads
    let session = Session(options)
    defer { session.close() }
    return blocks.map { Self.answer($0.verb, $0.request, session) }
  }

  private static func answer(_ verb: String, _ request: String, _ session: Session) -> String {
    let bytes = Array(request.utf8)
    do throws(AuraError) {
      guard let ask = session.verb(verb) else { return "no such verb" }
      return try ask(bytes.span).string
    } catch {
      var out = JSONWriter()
      out.beginObject()
      out.key("error")
      out.beginObject()
      out.member("status", Int(error.code.rawValue))
      out.member("offset", error.offset.map { .integer($0) } ?? .null)
      out.member("pointer", error.pointer.map { $0.isEmpty ? .null : .string($0) } ?? .null)
      out.member("message", error.message)
      out.endObject()
      out.endObject()
      return out.text
    }
  }
}

extension Session {
  /// The ask or tell of a name, as the header has it without `aura_`.
  package func verb(_ name: String) -> ((Span<UInt8>) throws(AuraError) -> Reply)? {
    switch name {
    case "analyze": { bytes throws(AuraError) in try self.analyze(bytes) }
    case "predict": { bytes throws(AuraError) in try self.predict(bytes) }
    case "intervene": { bytes throws(AuraError) in try self.intervene(bytes) }
    case "catalogue": { bytes throws(AuraError) in try self.catalogue(bytes) }
    case "self_check": { bytes throws(AuraError) in try self.selfCheck(bytes) }
    case "explain": { bytes throws(AuraError) in try self.explain(bytes) }
    case "observe": { bytes throws(AuraError) in try self.observe(bytes) }
    case "apply": { bytes throws(AuraError) in try self.apply(bytes) }
    case "events": { bytes throws(AuraError) in try self.events(bytes) }
    default: nil
    }
  }
}
