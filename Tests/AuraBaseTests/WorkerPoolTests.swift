internal import AuraBase
internal import Glibc
internal import Synchronization
import Testing

@Suite(.serialized) struct WorkerPoolTests {
  @Test func everyChunkRunsOnce() {
    let pool = WorkerPool(width: 4)
    for n in [0, 1, 2, 7, 1000] {
      let hits = (0..<n).map { _ in Counter() }
      pool.forEachChunk(n) { hits[$0].value.add(1, ordering: .relaxed) }
      #expect(hits.allSatisfy { $0.value.load(ordering: .relaxed) == 1 })
    }
  }

  /// Several callers at once: none may wait for another one's job. The chunks do real work, or the callers hardly ever
  /// meet and a lost wake-up goes unnoticed.
  @Test(.timeLimit(.minutes(2))) func manyCallersAtOnce() {
    let pool = WorkerPool(width: 4)
    let total = Counter()
    let callers = (0..<6).map { _ in
      Thread {
        for _ in 0..<300 {
          pool.forEachChunk(5) { chunk in
            var x = Double(chunk)
            for _ in 0..<500 { x = x * 0.5 + 1 }
            total.value.add(x > 0 ? 1 : 0, ordering: .relaxed)
          }
        }
      }
    }
    for caller in callers { caller.join() }
    #expect(total.value.load(ordering: .relaxed) == 6 * 300 * 5)
  }

  @Test func worksInAForkedChild() {
    let pool = WorkerPool(width: 3)
    pool.forEachChunk(10) { _ in }
    let status = LockTests.inChild {
      let total = Counter()
      pool.forEachChunk(50) { _ in total.value.add(1, ordering: .relaxed) }
      return Int32(total.value.load(ordering: .relaxed))
    }
    #expect(status == 50)
  }
}

final class Counter: Sendable { let value = Atomic<Int>(0) }

/// A plain thread.
final class Thread: @unchecked Sendable {
  private let body: @Sendable () -> Void
  private var thread = pthread_t()

  init(_ body: @escaping @Sendable () -> Void) {
    self.body = body
    pthread_create(
      &thread, nil,
      {
        Unmanaged<Thread>.fromOpaque($0!).takeUnretainedValue().body()
        return nil
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  func join() { pthread_join(thread, nil) }
}

/// Takes a lock over and over until told to stop.
final class Holder: Sendable {
  private let ended = Counter()
  private let thread: Thread

  init(_ lock: Lock) {
    let ended = ended
    thread = Thread {
      while ended.value.load(ordering: .relaxed) == 0 { lock.withLock { _ = usleep(200) } }
    }
  }

  func stop() {
    ended.value.store(1, ordering: .relaxed)
    thread.join()
  }
}
