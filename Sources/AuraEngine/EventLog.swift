internal import AuraBase
internal import Glibc

/// What has happened in a session, numbered from 1; the oldest events go when there are more than the limit.
final class EventLog: @unchecked Sendable {
  enum Kind: String, CaseIterable { case topology, change, finding, prediction, plan, outcome }

  private let lock = Lock()
  private let limit: Int
  // Guarded by `lock`.
  private var events: [JSON] = []
  private var first = 1
  private var closed = false

  init(limit: Int) { self.limit = limit }

  @discardableResult
  func append(_ kind: Kind, _ members: [JSON.Member]) -> Int {
    lock.withLock {
      let cursor = first + events.count
      events.append(.object([.init("cursor", .integer(cursor)), .init("kind", .string(kind.rawValue))] + members))
      if events.count > limit {
        let drop = max(1, limit / 8)  // several at once, so that appending stays cheap
        events.removeFirst(drop)
        first += drop
      }
      return cursor
    }
  }

  /// Ends all waits.
  func close() { lock.withLock { closed = true } }

  /// Events after `cursor`, at most `count`. Waits until there is one, the time is over, the log closes or the token
  /// is set. `lost` says how many after the cursor are gone.
  func read(
    after cursor: Int, count: Int, wait milliseconds: Int, token: CancelToken?
  ) throws(AuraError) -> (events: [JSON], next: Int, lost: Int) {
    var pause = 200_000  // ns; short at first, so that news just ahead comes at once
    var left = milliseconds * 1_000_000
    while true {
      let (found, next, lost, over) = lock.withLock { () -> ([JSON], Int, Int, Bool) in
        let from = max(cursor + 1, first)
        let index = min(from - first, events.count)
        let taken = Array(events[index..<min(events.count, index + count)])
        let end = max(cursor, from + taken.count - 1)
        return (taken, min(end, first + events.count - 1), max(0, first - cursor - 1), closed)
      }
      if token?.isCancelled == true { throw AuraError(.cancelled, "cancelled") }
      if !found.isEmpty || left <= 0 || over { return (found, next, lost) }
      let now = min(pause, left)
      var time = timespec(tv_sec: 0, tv_nsec: now)
      nanosleep(&time, nil)
      left -= now
      pause = min(pause * 2, 5_000_000)
    }
  }
}
