internal import CSystem
internal import Glibc
internal import Synchronization

/// Fork/join pool of plain pthreads. One job at a time, the caller takes part, and a job finishes even when no
/// worker shows up, so it also works, serially, in a forked child.
package final class WorkerPool: @unchecked Sendable {
  private typealias Body = (Int) -> Void

  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let idle = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let next = Atomic<Int>(0)
  // Guarded by `mutex`.
  private var job: UnsafePointer<Body>? = nil
  private var chunks = 0
  private var serial = 0
  private var running = 0
  private var busy = false
  private var stopping = false
  private var threads: [pthread_t] = []
  private let owner = getpid()
  package let width: Int

  /// Threads that a pool has at most.
  package static let widest = 256

  /// CPUs in the affinity mask, lowered by AURA_NUM_THREADS or OMP_NUM_THREADS
  /// (Ray gives every worker OMP_NUM_THREADS = its num_cpus).
  package static var defaultWidth: Int {
    let cpus = Int(aura_system_cpus())
    for name in ["AURA_NUM_THREADS", "OMP_NUM_THREADS"] {
      if let text = getenv(name), let n = Int(String(cString: text)), n > 0 { return min(n, cpus) }
    }
    return cpus
  }

  package init(width: Int) {
    self.width = max(1, min(width, Self.widest))
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(wake, nil)
    pthread_cond_init(idle, nil)
    if self.width > 1 { start() }
  }

  private func start() {
    for _ in 1..<width {
      let thread = SystemThread.start(Unmanaged.passUnretained(self).toOpaque()) { context in
        Unmanaged<WorkerPool>.fromOpaque(context!).takeUnretainedValue().work()
        return nil
      }
      if let thread { threads.append(thread) }  // fewer workers is fine
    }
  }

  deinit {
    // In a forked child there are no workers to join and the mutex state is unknown.
    guard owner == getpid() else { return }
    pthread_mutex_lock(mutex)
    stopping = true
    pthread_cond_broadcast(wake)
    pthread_mutex_unlock(mutex)
    for thread in threads { pthread_join(thread, nil) }
    pthread_cond_destroy(wake)
    pthread_cond_destroy(idle)
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
    wake.deallocate()
    idle.deallocate()
  }

  private func work() {
    var seen = 0
    pthread_mutex_lock(mutex)
    while true {
      while !stopping && (job == nil || serial == seen) { pthread_cond_wait(wake, mutex) }
      if stopping { break }
      seen = serial
      running += 1
      let body = job!
      let n = chunks
      pthread_mutex_unlock(mutex)
      drain(body, n)
      pthread_mutex_lock(mutex)
      running -= 1
      if running == 0 && job == nil { pthread_cond_signal(idle) }
    }
    pthread_mutex_unlock(mutex)
  }

  private func drain(_ body: UnsafePointer<Body>, _ chunks: Int) {
    while true {
      let chunk = next.add(1, ordering: .relaxed).oldValue
      if chunk >= chunks { return }
      body.pointee(chunk)
    }
  }

  /// Runs `body(0), ..., body(chunks - 1)`, each exactly once, on the workers and the caller.
  /// Calls from several threads at once: one gets the workers, the others run serially.
  package func forEachChunk(_ chunks: Int, _ body: (Int) -> Void) {
    guard chunks > 1, !threads.isEmpty, owner == getpid(), pthread_mutex_trylock(mutex) == 0 else {
      for chunk in 0..<max(0, chunks) { body(chunk) }
      return
    }
    if busy {
      pthread_mutex_unlock(mutex)
      for chunk in 0..<chunks { body(chunk) }
      return
    }
    withoutActuallyEscaping(body) { escaping in
      withUnsafePointer(to: escaping) { pointer in
        busy = true  // until the very end: a job belongs to one caller
        next.store(0, ordering: .relaxed)
        job = pointer
        self.chunks = chunks
        serial &+= 1
        pthread_cond_broadcast(wake)
        pthread_mutex_unlock(mutex)
        drain(pointer, chunks)
        pthread_mutex_lock(mutex)
        job = nil
        while running != 0 { pthread_cond_wait(idle, mutex) }
        busy = false
        pthread_mutex_unlock(mutex)
      }
    }
  }
}
