internal import AuraBase
internal import Glibc
internal import Synchronization

/// Standard output and standard error, and what is known of the terminal behind them.
enum Terminal {
  nonisolated(unsafe) private static var pending: [UInt8] = []
  nonisolated(unsafe) private static var broken: Int32?

  /// Whether colour is welcome: on a terminal, unless NO_COLOR is set (no-color.org) or the terminal is a dumb one.
  static let colour: Bool = isatty(1) != 0 && !isSet("NO_COLOR") && environment("TERM") != "dumb"

  static let errorsShown: Bool = isatty(2) != 0

  /// Columns that a line may fill; nil when the output is no terminal, where nothing is cut.
  static let width: Int? = {
    guard isatty(1) != 0 else { return nil }
    if let text = environment("COLUMNS"), let columns = Int(text), columns > 0 { return max(40, columns) }
    var size = winsize()
    guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return max(40, Int(size.ws_col))
  }()

  private static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
  private static func isSet(_ name: String) -> Bool { environment(name).map { !$0.isEmpty } ?? false }

  /// Prints one line.
  static func out(_ line: String = "") {
    pending.append(contentsOf: line.utf8)
    pending.append(10)
    if pending.count > 1 << 16 { flush() }
  }

  /// Prints bytes as they are, then a line end.
  static func out(_ bytes: Span<UInt8>) {
    flush()
    bytes.withUnsafeBufferPointer { write($0, to: 1) }
    out("")
  }

  /// Writes a whole text to a file, or to standard output. A file is replaced at once or left as it was: half a page is
  /// worse than none.
  static func deliver(_ text: String, to path: String?) throws {
    guard let path else { return out(text) }
    func failure() -> Failure {
      Failure(
        status: Status.unreadable, message: "\(Text.plain(path)): \(String(cString: strerror(errno)).lowercased())")
    }
    let draft = "\(path).\(getpid()).part"
    guard let file = fopen(draft, "w") else { throw failure() }
    let bytes = Array(text.utf8) + [10]
    let written = fwrite(bytes, 1, bytes.count, file)
    guard fclose(file) == 0, written == bytes.count, rename(draft, path) == 0 else {
      let failed = failure()
      unlink(draft)
      throw failed
    }
  }

  static func error(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    bytes.withUnsafeBufferPointer { write($0, to: 2) }
  }

  /// Writes without a line end to standard error, for progress.
  static func draw(_ text: String) {
    let bytes = Array(text.utf8)
    bytes.withUnsafeBufferPointer { write($0, to: 2) }
  }

  /// - Returns: why standard output could not be written, nil when all of it was.
  @discardableResult static func flush() -> Int32? {
    pending.withUnsafeBufferPointer { write($0, to: 1) }
    pending.removeAll(keepingCapacity: true)
    return broken
  }

  private static func write(_ bytes: UnsafeBufferPointer<UInt8>, to file: Int32) {
    var rest = UnsafeRawBufferPointer(bytes)
    while let start = rest.baseAddress, rest.count > 0 {
      let wrote = Glibc.write(file, start, rest.count)
      if wrote < 0 {
        if errno == EINTR || errno == EAGAIN { continue }
        if file == 1 { broken = broken ?? errno }
        return
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[wrote...])
    }
  }
}

/// Ctrl-C and SIGTERM: the first one asks the engine to stop, the second one ends the process.
enum Interrupt {
  static let token = CancelToken()
  private static let received = Atomic<Int32>(0)

  /// The signal that came, if one did.
  static var signal: Int32? {
    let value = received.load(ordering: .relaxed)
    return value == 0 ? nil : value
  }

  static func install() {
    _ = token  // made before the handler can need it
    _ = received.load(ordering: .relaxed)
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { number in
      Interrupt.received.store(number, ordering: .relaxed)
      Interrupt.token.cancel()
    }
    action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))  // no SA_RESTART: a read that waits has to notice
    sigaction(SIGINT, &action, nil)
    sigaction(SIGTERM, &action, nil)
  }
}

/// How far long work has come, on standard error: drawn over itself on a terminal, a line for each tenth elsewhere.
struct Progress {
  let label: String
  let wanted: Bool

  /// - Parameter forced: show it even when standard error is no terminal.
  init(_ label: String, forced: Bool) {
    self.label = label
    wanted = forced || Terminal.errorsShown
  }

  /// A callback for the engine, and what cleans up after it.
  func begin() -> (report: ((Double) -> Bool)?, end: () -> Void) {
    guard wanted else { return (nil, {}) }
    let started = Clock.now
    let label = Text.plain(label)
    var shown = -1
    let report = { (fraction: Double) -> Bool in
      let percent = Int((min(1, max(0, fraction)) * 100).rounded(.down))
      if Terminal.errorsShown {
        // Quick work is done before anybody could read this.
        if percent != shown, Clock.now - started > 0.3 {
          Terminal.draw("\r\u{1B}[K\(label)  \(percent) %")
          shown = percent
        }
      } else if percent / 10 != shown / 10 || shown < 0 {
        Terminal.error("\(label): \(percent) %")
        shown = percent
      }
      return true
    }
    return (report, { if shown >= 0 && Terminal.errorsShown { Terminal.draw("\r\u{1B}[K") } })
  }
}
