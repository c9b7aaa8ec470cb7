internal import AuraBase
internal import AuraGraph
internal import Glibc

/// A document as it was read: a file, or standard input when the name is "-".
final class Document: Sendable {
  /// For messages.
  let name: String
  /// As read; an LZ4 frame is still one.
  let raw: Column<UInt8>
  /// The text as JSON: decoded when it came as an LZ4 frame, translated when it came in another format. Nil when the
  /// frame is damaged, which the engine says better.
  let text: Column<UInt8>?
  /// Whether the text is the file's own, so that places in it mean something to a person.
  let isOriginal: Bool
  /// The list of links that was translated, if it was one: it has lines to point to.
  let list: Column<UInt8>?

  /// - Parameters:
  ///   - format: what the file is; by default what its name says, or how it begins.
  ///   - directed: whether the links of a list have a direction.
  init(reading path: String, as format: Format? = nil, directed: Bool = false) throws {
    name = path == "-" ? "standard input" : path
    let file = path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw Self.unreadable(name) }
    defer { if file != 0 { close(file) } }
    var bytes = Buffer<UInt8>()
    var facts = stat()
    if fstat(file, &facts) == 0, facts.st_size > 0 {
      do throws(AuraError) { try bytes.reserve(Int(facts.st_size)) } catch { throw Place.failure(error, in: name) }
    }
    var piece = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let got = read(file, &piece, piece.count)
      if got < 0 {
        if errno == EINTR && Interrupt.signal == nil { continue }
        throw Self.unreadable(name)
      }
      if got == 0 { break }
      do throws(AuraError) { try bytes.append(piece.span.extracting(0..<got)) } catch {
        throw Place.failure(error, in: name)
      }
    }
    let asRead = Column(bytes)
    let decoded = Self.decoded(asRead)
    let known = decoded.map { text in
      format ?? Format(path: path).flatMap { $0 == .json ? nil : $0 } ?? Format.recognised(text.span)
    }
    guard let decoded, let known, known != .json, decoded.count > 0 else {
      raw = asRead
      text = decoded
      isOriginal = true
      list = nil
      return
    }
    let translated = try known.read(decoded, file: name, directed: directed).document
    do throws(AuraError) { raw = try Column(Array(translated.utf8)) } catch { throw Place.failure(error, in: name) }
    text = raw
    isOriginal = false
    list = known == .csv || known == .tsv ? decoded : nil
  }

  /// The name without its folders and without what follows the first dot.
  var title: String {
    let file = name.split(separator: "/").last ?? "network"
    return String(file.prefix { $0 != "." }.isEmpty ? file : file.prefix { $0 != "." })
  }

  init(name: String, text: String) {
    self.name = name
    raw = (try? Column(Array(text.utf8))) ?? Column()
    self.text = raw
    isOriginal = true
    list = nil
  }

  private static func decoded(_ raw: Column<UInt8>) -> Column<UInt8>? {
    guard LZ4Frame.begins(raw.span) else { return raw }
    guard let frame = try? LZ4Frame.decode(raw.span, limit: Limits().documentBytes) else { return nil }
    return Column(frame)
  }

  private static func unreadable(_ name: String) -> Failure {
    Failure(status: Status.unreadable, message: "\(Text.plain(name)): \(String(cString: strerror(errno)).lowercased())")
  }
}

/// Where in a document an error lies, in words.
enum Place {
  /// - Parameter shift: bytes that stand before the document in what the engine read.
  static func failure(_ error: AuraError, in document: Document? = nil, shift: Int = 0) -> Failure {
    var where_: [String] = []
    if let pointer = error.pointer, !pointer.isEmpty { where_.append(words(pointer, in: document)) }
    if document?.isOriginal != false, let offset = error.offset, offset >= shift, let text = document?.text,
      offset - shift <= text.count
    {
      let at = offset - shift
      let (line, column) = position(at, in: text)
      where_ += ["byte \(at)", "line \(line)", "column \(column)"]
    }
    let place = where_.isEmpty ? "" : " (\(where_.joined(separator: ", ")))"
    let name = document.map { Text.plain($0.name) + ": " } ?? ""
    return Failure(status: Status.refused, message: name + Text.plain(error.message) + place)
  }

  /// A JSON pointer in words: who it is, or which link; the pointer itself only where it leads into the person's file.
  static func words(_ pointer: String, in document: Document?) -> String {
    let plain = "at \(Text.plain(pointer))"
    let steps = pointer.split(separator: "/", omittingEmptySubsequences: false).map { String($0) }
    guard let document, let text = document.text,
      let kind = steps.indices.dropLast().first(where: { ["nodes", "edges", "links"].contains(steps[$0]) }),
      let number = Int(steps[kind + 1]),
      let start = JSONScanner.offset(of: steps[...(kind + 1)].joined(separator: "/"), in: text.span)
    else { return plain }
    var s = JSONScanner(text.span)
    s.move(to: start)
    guard (try? s.skip()) != nil, let item = try? JSON(parsing: text.span.extracting(start..<s.position)) else {
      return plain
    }
    func name(_ field: String) -> String? { item[field].flatMap { AgentID($0) }.map { Text.plain($0.description) } }
    var out: [String] = document.isOriginal ? [plain] : []
    if steps[kind] == "nodes" {
      guard let id = name("id") else { return plain }
      out.append("agent \(id)")
    } else {
      guard let source = name("source"), let target = name("target") else { return plain }
      out.append("link \(source) > \(target)")
      if let list = document.list, let offset = EdgeListScanner.offset(ofLink: number, in: list.span) {
        out.append("line \(position(offset, in: list).line)")
      }
    }
    return out.joined(separator: ", ")
  }

  static func failure(_ error: AuraError, in name: String) -> Failure {
    Failure(status: Status.refused, message: "\(Text.plain(name)): \(error.message)")
  }

  /// Line and column of a byte, both from 1; columns count characters.
  static func position(_ offset: Int, in text: Column<UInt8>) -> (line: Int, column: Int) {
    let bytes = text.span
    var line = 1, start = 0
    let end = min(offset, bytes.count)
    for i in 0..<end where bytes[i] == 10 {
      line += 1
      start = i + 1
    }
    var column = 1
    for i in start..<max(start, end) where bytes[i] & 0xC0 != 0x80 { column += 1 }
    return (line, column)
  }
}
