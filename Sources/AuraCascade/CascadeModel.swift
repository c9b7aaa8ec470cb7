package import AuraBase
package import AuraKernels

/// A mechanism fitted to a network: it plays worlds. Everything that chance decides is drawn from the dice of the
/// world, so two models of nearly the same network meet the same luck.
package protocol CascadeModel: Sendable {
  var count: Int { get }
  /// Whether two worlds with the same first failures may differ.
  var usesChance: Bool { get }
  /// A player with buffers of its own, for one thread. It completes a trace that holds the failures that come by
  /// themselves.
  func player(_ work: Work) throws(AuraError) -> Player
}

/// Plays one world after another with the same buffers.
package struct Player {
  package let play: (CascadeTrace, Dice) throws(AuraError) -> Void
  package init(_ play: @escaping (CascadeTrace, Dice) throws(AuraError) -> Void) { self.play = play }
}

/// The mechanisms by which failure spreads, as requests name them.
package enum Mechanism: String, CaseIterable, Sendable {
  case loadSharing = "load_sharing"
  case threshold
  case contagion
  case contagionSIS = "contagion_sis"
  case dcPower = "dc_power"
  case retryQueue = "retry_queue"
  case motterLai = "motter_lai"
}

/// Which failures come by themselves in a world.
package struct Shock: Sendable {
  /// Agents that fail at step 0.
  package var certain: [Int]
  /// Chances of the others; nil when nothing else fails by itself.
  package var hazards: Hazards?

  package init(certain: [Int], hazards: Hazards? = nil) {
    self.certain = certain
    self.hazards = hazards
  }

  @inline(__always)
  package func strike(_ trace: CascadeTrace, _ dice: Dice) {
    for i in certain { trace.failByItself(i, at: 0) }
    if let hazards { hazards.draw(into: trace, dice.stream(Purpose.own)) }
  }
}

/// Many worlds, played in fixed chunks so that the thread count changes nothing.
package struct Worlds: Sendable {
  package let dice: Dice
  package let runs: Int
  package let steps: Int

  /// Worlds `offset`, `offset + 1`, ...; `of` runs that follow one another meet the same one.
  private let offset: Int
  private let share: Int

  package init(dice: Dice, runs: Int, steps: Int, offset: Int = 0, of share: Int = 1) {
    self.dice = dice
    self.runs = runs
    self.steps = steps
    self.offset = offset
    self.share = max(1, share)
  }

  /// Chunks worth a thread's while; each holds buffers for all agents while it runs.
  private func chunks(_ agents: Int) -> Int { max(1, min(16, runs * max(64, min(agents, 1 << 20)) / 3_200)) }

  /// Plays all worlds and hands every trace to the collector of its chunk; collectors come back in chunk order. Each
  /// world is a step of the work.
  ///
  /// - Parameters:
  ///   - shock: what fails by itself in run `r`.
  ///   - visit: called after each run, on the thread of the chunk.
  package func play<Collector>(
    _ model: any CascadeModel, _ work: Work, shock: (Int) -> Shock, collector: () -> Collector,
    visit: (inout Collector, Int, CascadeTrace) -> Void
  ) throws(AuraError) -> [Collector] {
    let chunks = chunks(model.count)
    var slots = [Collector?](repeating: nil, count: chunks)
    try slots.withUnsafeMutableBufferPointer { slots throws(AuraError) in
      // Each chunk writes its own slot only.
      nonisolated(unsafe) let slots = slots
      try work.parallel(chunks) { chunk throws(AuraError) in
        var mine = collector()
        let trace = try CascadeTrace(count: model.count, steps: steps)
        let player = try model.player(work)
        for run in (chunk * runs / chunks)..<((chunk + 1) * runs / chunks) {
          trace.begin()
          let dice = dice.stream(offset + run / share)
          shock(run).strike(trace, dice)
          try player.play(trace, dice)
          work.step()
          try work.spend(1 + trace.failures)
          visit(&mine, run, trace)
        }
        slots[chunk] = mine
      }
    }
    return slots.compactMap { $0 }
  }
}

/// Counts over many worlds: how often and when each agent failed, and how large cascades were.
package struct Tally: Sendable {
  package var runs = 0
  package var failures: [Int32]
  /// Worlds in which the agent was to fail by itself within the horizon.
  package var drawn: [Int32]
  /// Worlds in which the mechanism took it, with and without having been drawn; and those of the latter in which no
  /// failed agent was to blame (it was overrun by what it had to do anyway).
  package var takenDrawn: [Int32]
  package var takenFree: [Int32]
  package var overrun: [Int32]
  package var steps: [Int64]
  package var sizes: [Int32] = []
  /// (cause, victim), one for each failure that was brought about; kept up to a limit.
  package var pairs: [UInt64] = []
  /// For each run the chain of causes behind its last victim, as (origin, last victim, hash); empty chains left out.
  package var chains: [Chain] = []

  package struct Chain: Sendable {
    package let run: Int32
    package let origin: Int32
    package let last: Int32
    package let hash: UInt64
  }

  package init(count: Int) {
    failures = [Int32](repeating: 0, count: count)
    drawn = failures
    takenDrawn = failures
    takenFree = failures
    overrun = failures
    steps = [Int64](repeating: 0, count: count)
  }

  static let pairLimit = 1 << 18

  package mutating func add(_ run: Int, _ trace: CascadeTrace, already: Int = 0) {
    runs += 1
    let total = trace.failures
    let keep = pairs.count + total <= Self.pairLimit
    let order = trace.order, step = trace.step, cause = trace.cause, ownStep = trace.ownStep
    var pulled: Int32 = -1
    for k in 0..<total {
      let i = Int(order[k])
      failures[i] &+= 1
      steps[i] &+= Int64(step[i])
      if ownStep[i] >= 0 { drawn[i] &+= 1 }
      if ownStep[i] >= 0 {
        if step[i] != ownStep[i] { takenDrawn[i] &+= 1 }
      } else {
        takenFree[i] &+= 1
        if cause[i] < 0 { overrun[i] &+= 1 }
      }
      if cause[i] >= 0 {
        pulled = order[k]
        if keep { pairs.append(UInt64(UInt32(bitPattern: cause[i])) << 32 | UInt64(UInt32(bitPattern: order[k]))) }
      }
    }
    sizes.append(Int32(truncatingIfNeeded: total - already))
    if pulled >= 0 {
      var hash: UInt64 = 0xCBF2_9CE4_8422_2325
      var i = pulled
      var length = 0
      // A cause always failed before its victim, so the chain ends; the bound is for damaged data only.
      while length <= total {
        hash = (hash ^ UInt64(UInt32(bitPattern: i))) &* 0x100_0000_01B3
        length += 1
        if cause[Int(i)] < 0 { break }
        i = cause[Int(i)]
      }
      chains.append(Chain(run: Int32(truncatingIfNeeded: run), origin: i, last: pulled, hash: hash))
    }
  }

  /// Adds the counts of another chunk, which must come after this one.
  package mutating func merge(_ other: Tally) {
    runs += other.runs
    for i in failures.indices {
      failures[i] &+= other.failures[i]
      drawn[i] &+= other.drawn[i]
      takenDrawn[i] &+= other.takenDrawn[i]
      takenFree[i] &+= other.takenFree[i]
      overrun[i] &+= other.overrun[i]
      steps[i] &+= other.steps[i]
    }
    sizes += other.sizes
    pairs += other.pairs
    chains += other.chains
  }

  package static func sum(_ parts: [Tally], count: Int) -> Tally {
    guard var total = parts.first else { return Tally(count: count) }
    for part in parts.dropFirst() { total.merge(part) }
    return total
  }
}
