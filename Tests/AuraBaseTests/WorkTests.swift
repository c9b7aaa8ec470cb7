internal import AuraBase
internal import Glibc
internal import Synchronization
import Testing

@Suite struct WorkTests {
  static func code(_ body: () throws(AuraError) -> Void) -> AuraError.Code? {
    do throws(AuraError) {
      try body()
      return nil
    } catch { return error.code }
  }

  /// Holds the other threads back until the owner, which the system may leave waiting, has had its share of the chunks.
  private static func waitForOwner(_ owner: pthread_t, _ own: Counter, chunks: Int) {
    if pthread_equal(owner, pthread_self()) != 0 {
      own.value.add(1, ordering: .relaxed)
    } else {
      for _ in 0..<100_000 where own.value.load(ordering: .relaxed) < chunks { usleep(100) }
    }
  }

  @Test func theAllowanceIsExact() {
    let work = Work(allowance: 10)
    #expect(Self.code { () throws(AuraError) in try work.spend(10) } == nil)
    #expect(Self.code { () throws(AuraError) in try work.spend(1) } == .limit)
    #expect(Self.code { () throws(AuraError) in try Work(allowance: 10).spend(11) } == .limit)
    let endless = Work()
    #expect(Self.code { () throws(AuraError) in try endless.spend(.max) } == nil)
    #expect(Self.code { () throws(AuraError) in try endless.spend(.max) } == .limit)
  }

  @Test func aTokenStopsIt() {
    let token = CancelToken()
    let work = Work(token: token)
    #expect(Self.code { () throws(AuraError) in try work.spend(1) } == nil)
    token.cancel()
    #expect(Self.code { () throws(AuraError) in try work.spend(1) } == .cancelled)
  }

  @Test func progressRisesAndComesOnTheOwnersThreadOnly() throws {
    let me = pthread_self()
    var fractions: [Double] = []
    var elsewhere = 0
    let work = Work(
      pool: WorkerPool(width: 3),
      progress: {
        if pthread_equal(me, pthread_self()) == 0 { elsewhere += 1 }
        fractions.append($0)
        return true
      })
    work.expect(2000)
    let own = Counter()
    try work.parallel(2000) { _ throws(AuraError) in
      Self.waitForOwner(me, own, chunks: 20)
      try work.spend(1)
    }
    #expect(work.unitsSpent == 2000)
    #expect(elsewhere == 0)
    #expect(!fractions.isEmpty && fractions.count <= 101)
    #expect(fractions == fractions.sorted() && fractions.allSatisfy { $0 >= 0 && $0 <= 1 })
  }

  @Test func partsAndStagesFollowOneAnother() throws {
    var fractions: [Double] = []
    let work = Work(progress: {
      fractions.append($0)
      return true
    })
    func last(_ spend: Int = 1) throws -> Double {
      try work.spend(spend)
      return fractions.last ?? -1
    }
    #expect(try last() == 0)  // nothing is known yet
    try work.part(to: 0.5) { () throws(AuraError) in
      work.expect(10, to: 0.4)
      try work.spend(10)
      work.expect(steps: 4)
      for _ in 0..<4 {
        work.step()
        try work.spend(1000)
      }
    }
    let rises = [0.0, 0.2, 0.275, 0.35, 0.425, 0.5]
    #expect(fractions.count == rises.count && zip(fractions, rises).allSatisfy { abs($0 - $1) < 1e-12 })
    work.expect(10)
    #expect(abs(try last(5) - 0.75) < 1e-12)
    work.expect(10)  // the last one said that it was the last
    #expect(try last(10) == 1)
    #expect(fractions == fractions.sorted())
  }

  @Test func aCallbackThatSaysNoStopsAllThreads() {
    let work = Work(pool: WorkerPool(width: 3), progress: { $0 < 0.2 })
    work.expect(5000)
    let ran = Counter(), own = Counter(), me = pthread_self()
    let code = Self.code { () throws(AuraError) in
      try work.parallel(5000) { _ throws(AuraError) in
        Self.waitForOwner(me, own, chunks: 1000)
        try work.spend(1)
        ran.value.add(1, ordering: .relaxed)
      }
    }
    #expect(code == .cancelled)
    #expect(ran.value.load(ordering: .relaxed) < 5000)
  }

  /// An estimate that was low, or none at all, must not take the way out away.
  @Test func aLowEstimateDoesNotSilenceTheCallback() {
    var calls = 0
    let work = Work(progress: { _ in
      calls += 1
      return calls < 4
    })
    let code = Self.code { () throws(AuraError) in for _ in 0..<100 { try work.spend(1 << 20) } }
    #expect(code == .cancelled)
    #expect(calls == 4)
  }

  @Test func parallelThrowsWhatAChunkThrew() {
    let work = Work(pool: WorkerPool(width: 3))
    #expect(
      Self.code { () throws(AuraError) in
        try work.parallel(100) { k throws(AuraError) in if k == 50 { throw AuraError(.numeric, "no") } }
      } == .numeric)
    #expect(
      Self.code { () throws(AuraError) in
        try Work().parallel(100) { k throws(AuraError) in if k == 3 { throw AuraError(.memory, "no") } }
      } == .memory)
  }
}
