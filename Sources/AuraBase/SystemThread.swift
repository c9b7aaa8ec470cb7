internal import CSystem
internal import Glibc

/// Threads that belong to the library.
package enum SystemThread {
  /// Stack that a thread of the library has: address space, of which only what is used is memory.
  private static let stackBytes = 1 << 20
  /// Stack that any call may use. The deepest need 45 KiB, when the Swift runtime makes types on first use.
  private static let enough = 64 << 10

  /// Starts a thread that leaves all signals but those of faults to the host's own: it must never run a handler of Go
  /// or Python. Nil when the system has no room for it.
  static func start(
    _ context: UnsafeMutableRawPointer, _ main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer?
  ) -> pthread_t? {
    var block = sigset_t()
    var old = sigset_t()
    sigfillset(&block)
    for fault in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGSYS] { sigdelset(&block, fault) }
    pthread_sigmask(SIG_BLOCK, &block, &old)
    defer { pthread_sigmask(SIG_SETMASK, &old, nil) }
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, stackBytes)
    defer { pthread_attr_destroy(&attributes) }
    var thread = pthread_t()
    return pthread_create(&thread, &attributes, main, context) == 0 ? thread : nil
  }

  /// Runs `body` on this thread, or, when little of its stack is left, on a new one for which this one waits.
  /// - Throws: `.memory` when that could not be started.
  package static func withRoom(_ body: () -> Void) throws(AuraError) {
    if aura_system_stack_room() >= enough { return body() }
    let ran = withoutActuallyEscaping(body) { escaping in
      withUnsafePointer(to: escaping) { pointer in
        let context = UnsafeMutableRawPointer(mutating: pointer)
        let thread = start(context) { context in
          context!.assumingMemoryBound(to: (() -> Void).self).pointee()
          return nil
        }
        guard let thread else { return false }
        pthread_join(thread, nil)
        return true
      }
    }
    if !ran { throw AuraError(.memory, "little stack is left, and no room for a thread with more") }
  }
}
