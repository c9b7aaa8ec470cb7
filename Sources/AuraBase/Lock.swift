internal import Glibc

/// A mutex that survives `fork`: all such locks are taken before a fork and let go on both sides, so a child never
/// inherits one that a vanished thread holds. Hold it briefly; never take, make or drop another lock under it, not even
/// by letting go of the last reference to its owner.
package final class Lock: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

  package init() {
    pthread_mutex_init(mutex, nil)
    LockRegistry.add(mutex)
  }

  deinit {
    LockRegistry.remove(mutex)
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  package func withLock<R: ~Copyable>(_ body: () throws(AuraError) -> R) throws(AuraError) -> R {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body()
  }

  package func withLock<R: ~Copyable>(_ body: () -> R) -> R {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }
}

/// Serialises long work. A child made by `fork` starts with it free: whoever held it does not exist there.
package final class TurnLock: @unchecked Sendable {
  private let guardLock = Lock()
  private var mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private var owner = getpid()

  package init() { pthread_mutex_init(mutex, nil) }

  deinit {
    if owner == getpid() { pthread_mutex_destroy(mutex) }
    mutex.deallocate()
  }

  package func withTurn<R: ~Copyable>(_ body: () throws(AuraError) -> R) throws(AuraError) -> R {
    let mine = guardLock.withLock { () -> UnsafeMutablePointer<pthread_mutex_t> in
      if owner != getpid() {
        owner = getpid()
        mutex = .allocate(capacity: 1)  // the old one stays as it is: its holder is gone
        pthread_mutex_init(mutex, nil)
      }
      return mutex
    }
    pthread_mutex_lock(mine)
    defer { pthread_mutex_unlock(mine) }
    return try body()
  }
}

private enum LockRegistry {
  // Guarded by `gate`.
  nonisolated(unsafe) private static var all: Set<UnsafeMutablePointer<pthread_mutex_t>> = []
  nonisolated(unsafe) private static let gate: UnsafeMutablePointer<pthread_mutex_t> = {
    let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    pthread_atfork(
      {
        pthread_mutex_lock(LockRegistry.gate)
        for mutex in LockRegistry.all { pthread_mutex_lock(mutex) }
      }, { LockRegistry.release() }, { LockRegistry.release() })
    return mutex
  }()

  private static func release() {
    for mutex in all { pthread_mutex_unlock(mutex) }
    pthread_mutex_unlock(gate)
  }

  static func add(_ mutex: UnsafeMutablePointer<pthread_mutex_t>) {
    pthread_mutex_lock(gate)
    all.insert(mutex)
    pthread_mutex_unlock(gate)
  }

  static func remove(_ mutex: UnsafeMutablePointer<pthread_mutex_t>) {
    pthread_mutex_lock(gate)
    all.remove(mutex)
    pthread_mutex_unlock(gate)
  }
}
