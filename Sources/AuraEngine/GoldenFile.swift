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
        guard Session.verbs[block.verb] != nil else {
          throw AuraError(.syntax, "line \(number + 1): no verb \"\(line)\"")
        }
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
      guard let ask = Session.verbs[verb] else { throw AuraError(.internal, "no verb") }
      return try ask(session, bytes.span).string
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
  /// Asks and tells by their names in the header, without `aura_`.
  static let verbs: [String: @Sendable (Session, Span<UInt8>) throws(AuraError) -> Reply] = [
    "analyze": { s, bytes throws(AuraError) in try s.analyze(bytes) },
    "predict": { s, bytes throws(AuraError) in try s.predict(bytes) },
    "intervene": { s, bytes throws(AuraError) in try s.intervene(bytes) },
    "catalogue": { s, bytes throws(AuraError) in try s.catalogue(bytes) },
    "self_check": { s, bytes throws(AuraError) in try s.selfCheck(bytes) },
    "explain": { s, bytes throws(AuraError) in try s.explain(bytes) },
    "observe": { s, bytes throws(AuraError) in try s.observe(bytes) },
    "apply": { s, bytes throws(AuraError) in try s.apply(bytes) },
    "events": { s, bytes throws(AuraError) in try s.events(bytes) },
  ]
}
