internal import Glibc
internal import Synchronization

/// A flag that any thread may raise; work that sees it ends with `.cancelled`.
package final class CancelToken: Sendable {
  private let flag = Atomic<Bool>(false)
  package init() {}
  package func cancel() { flag.store(true, ordering: .relaxed) }
  package var isCancelled: Bool { flag.load(ordering: .relaxed) }
}

/// What a computation may use: workers, an allowance of work, a seed, and a way to be stopped.
///
/// Work is counted, not timed, so that a limit falls at the same place on every machine: one unit is about one
/// link looked at. Kernels call `spend` once for each row, source or round, from any thread.
package final class Work: @unchecked Sendable {
  /// Units after which progress is reported even when the fraction has not changed; a few milliseconds.
  private static let longestSilence = 1 << 20

  /// Units that may be spent in all.
  package let allowance: Int
  package let seed: UInt64
  private let pool: WorkerPool?
  private let token: CancelToken?
  private let progress: ((Double) -> Bool)?
  private let owner = pthread_self()
  private let spent = Atomic<Int>(0)
  private let steps = Atomic<Int>(0)
  private let products = Atomic<Int>(0)
  private let stopped = Atomic<Bool>(false)
  // Touched by the owner's thread only.
  private var piece = 0.0...1.0
  private var low = 0.0
  private var high = 0.0
  private var countsSteps = false
  private var expected = 0
  private var begun = 0
  private var reported = -1.0
  private var reportedAt = 0

  /// - Parameter progress: called on the thread that made this object, with a fraction in 0...1; false cancels.
  package init(
    pool: WorkerPool? = nil, allowance: Int = .max, seed: UInt64 = 0, token: CancelToken? = nil,
    progress: ((Double) -> Bool)? = nil
  ) {
    self.pool = pool
    self.allowance = allowance
    self.seed = seed
    self.token = token
    self.progress = progress
  }

  package var dice: Dice { Dice(seed: seed) }

  package var unitsSpent: Int { spent.load(ordering: .relaxed) }

  /// Declares the next stage, for progress reports: while `units` are spent, the fraction rises from where the last
  /// stage ended to `share` of the piece.
  package func expect(_ units: Int, to share: Double = 1) { begin(units, steps: false, to: share) }

  /// The same, with the stage counted in calls of `step`.
  package func expect(steps: Int, to share: Double = 1) { begin(steps, steps: true, to: share) }

  private func begin(_ count: Int, steps isSteps: Bool, to share: Double) {
    low = high
    high = max(low, piece.lowerBound + (piece.upperBound - piece.lowerBound) * min(1, share))
    countsSteps = isSteps
    expected = max(1, count)
    begun = unitsSpent
    steps.store(0, ordering: .relaxed)
  }

  /// Takes a step of the stage; from any thread.
  package func step() { steps.add(1, ordering: .relaxed) }

  /// Counts a matrix, or what stands for one, applied to a vector; from any thread. What it costs is for `spend`.
  package func product() { products.add(1, ordering: .relaxed) }

  /// How often `product` was called.
  package var productsTaken: Int { products.load(ordering: .relaxed) }

  /// Runs `body` as a part of the present piece that ends at `share` of it; stages within know of that part only.
  package func part<R>(to share: Double, _ body: () throws(AuraError) -> R) throws(AuraError) -> R {
    let whole = piece
    let end = max(high, whole.lowerBound + (whole.upperBound - whole.lowerBound) * min(1, share))
    piece = high...end
    low = high
    expected = 0
    defer {
      piece = whole
      high = end
      low = end
    }
    return try body()
  }

  /// Books `units` and notices a raised flag.
  /// - Throws: `.limit` when the allowance is used up, `.cancelled` when somebody asked to stop.
  package func spend(_ units: Int) throws(AuraError) {
    let (total, overflow) = spent.wrappingAdd(units, ordering: .relaxed).oldValue.addingReportingOverflow(units)
    if overflow { spent.store(.max / 2, ordering: .relaxed) }  // used up for good, and far from the next overflow
    if overflow || total > allowance {
      throw AuraError(.limit, "the work allowance of \(allowance) units is used up")
    }
    if stopped.load(ordering: .relaxed) || token?.isCancelled == true { throw AuraError(.cancelled, "cancelled") }
    if let progress, pthread_equal(owner, pthread_self()) != 0 {
      let done = countsSteps ? steps.load(ordering: .relaxed) : total - begun
      let fraction = low + (high - low) * min(1, Double(done) / Double(max(1, expected)))
      // Estimates may be low, or missing: whoever wants to stop is asked now and then all the same.
      if fraction - reported >= 0.01 || total - reportedAt >= Self.longestSilence {
        reported = fraction
        reportedAt = total
        if !progress(fraction) {
          stopped.store(true, ordering: .relaxed)
          throw AuraError(.cancelled, "cancelled by the progress callback")
        }
      }
    }
  }

  /// Whether `error` says that the allowance has ended. Whoever has a bound by then answers with that, and says so; what
  /// is done from here on must be little, as it cannot be booked.
  package func ended(_ error: AuraError) -> Bool { error.code == .limit && unitsSpent > allowance }

  /// Runs `body(0), ..., body(chunks - 1)`, each once, on the workers and the caller. The first error (by chunk
  /// number among those that ran) is thrown once all have ended. Results must not depend on which thread runs a
  /// chunk: let each chunk own its part of the output, and sum partial results in chunk order.
  package func parallel(_ chunks: Int, _ body: (Int) throws(AuraError) -> Void) throws(AuraError) {
    let failure = Mutex<(chunk: Int, error: AuraError)?>(nil)
    let failed = Atomic<Bool>(false)
    func guarded(_ chunk: Int) {
      if failed.load(ordering: .relaxed) { return }
      do throws(AuraError) {
        try body(chunk)
      } catch {
        failed.store(true, ordering: .relaxed)
        failure.withLock { if $0 == nil || chunk < $0!.chunk { $0 = (chunk, error) } }
      }
    }
    if let pool {
      pool.forEachChunk(chunks, guarded)
    } else {
      for chunk in 0..<max(0, chunks) { guarded(chunk) }
    }
    if let (_, error) = failure.withLock({ $0 }) { throw error }
  }
}
