internal import AuraBase
internal import Glibc
internal import Synchronization
import Testing

@Suite(.serialized) struct LockTests {
  /// Runs `body` in a forked child and returns its exit status; -1 when it hangs.
  static func inChild(_ body: () -> Int32) -> Int32 {
    // Swift hides fork(), for good reasons; a test of it needs it all the same.
    let fork = unsafeBitCast(dlsym(nil, "fork"), to: (@convention(c) () -> pid_t).self)
    let child = fork()
    if child == 0 { _exit(body()) }
    for _ in 0..<500 {
      var status: Int32 = 0
      if waitpid(child, &status, WNOHANG) == child { return status & 0x7F == 0 ? status >> 8 & 0xFF : -2 }
      usleep(10_000)
    }
    kill(child, SIGKILL)
    waitpid(child, nil, 0)
    return -1
  }

  @Test func countsRight() {
    let lock = Lock()
    nonisolated(unsafe) var count = 0
    let threads = (0..<4).map { _ in
      Thread { for _ in 0..<20_000 { lock.withLock { count += 1 } } }
    }
    for thread in threads { thread.join() }
    #expect(count == 80_000)
  }

  /// A child forked while other threads hold the lock most of the time can take it.
  @Test func isFreeInAChild() {
    let lock = Lock()
    let busy = Holder(lock)
    for _ in 0..<20 { #expect(Self.inChild { lock.withLock { 7 } } == 7) }
    busy.stop()
  }

  @Test func aTurnIsFreeInAChild() throws {
    let turn = TurnLock()
    let flag = Counter(), letGo = Counter()
    let thread = Thread {
      try? turn.withTurn { () throws(AuraError) in
        flag.value.store(1, ordering: .releasing)
        while letGo.value.load(ordering: .acquiring) == 0 { usleep(1000) }
      }
    }
    while flag.value.load(ordering: .acquiring) == 0 { usleep(1000) }
    let status = Self.inChild {
      var got: Int32 = 0
      try? turn.withTurn { () throws(AuraError) in got = 9 }
      return got
    }
    letGo.value.store(1, ordering: .releasing)
    thread.join()
    #expect(status == 9)
  }
}
