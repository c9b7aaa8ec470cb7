package import AuraBase

/// Spans of distributed traces, joined to calls between their owners over a sliding window.
///
/// A span whose parent has another owner is a call from that owner to its own; a span without a parent is a call from
/// outside. Kinds of spans do not matter. A parent may come after its children, as long as the children are still held.
/// Spans older than the window count for no rate, but still join others; a span that comes twice counts once.
///
/// - Complexity: O(1) for each span, and for each second that passes O(owners + links).
package struct SpanWindow: ~Copyable {
  /// What one span says.
  package struct Span {
    package var trace: UInt64
    package var span: UInt64
    /// 0 for none.
    package var parent: UInt64
    /// Index of a name that `owner(named:)` gave.
    package var owner: Int32
    /// When it began. [s]
    package var start: Double
    /// How long it took. [s]
    package var duration: Double
    package var failed: Bool
    /// How many calls it stands for: above 1 where traces are sampled.
    package var weight: Double

    package init(
      trace: UInt64, span: UInt64, parent: UInt64 = 0, owner: Int32, start: Double, duration: Double,
      failed: Bool = false, weight: Double = 1
    ) {
      self.trace = trace
      self.span = span
      self.parent = parent
      self.owner = owner
      self.start = start
      self.duration = duration
      self.failed = failed
      self.weight = weight
    }

    var end: Double { start + duration }
  }

  /// What passed over one owner or one link within the window.
  package struct Traffic: Equatable, Sendable {
    package var calls = 0.0
    package var failures = 0.0
    /// Sum of the times taken. [s]
    package var seconds = 0.0

    package init(calls: Double = 0) { self.calls = calls }

    mutating func add(_ span: Span, _ sign: Double) {
      calls += sign * span.weight
      failures += span.failed ? sign * span.weight : 0
      seconds += sign * span.weight * span.duration
    }
  }

  /// A step of a failure on its way through a trace.
  package struct Step: Equatable, Sendable {
    package let owner: Int32
    package let span: UInt64
    package let start: Double
    package let duration: Double
  }

  /// How a trace failed: from the first span that failed to the last victim.
  package struct Chain: Equatable, Sendable {
    package let steps: [Step]
    /// Whether the last step has a parent that has not been seen: there may be more victims.
    package let open: Bool
  }

  private struct Held {
    var span: Span
    /// The next span of the same bin, by its own id and by its parent's.
    var next: Int32 = -1
    var nextWaiting: Int32 = -1
    /// Whether it waits for its parent.
    var waits = false
    /// Whether it was counted as a call that its owner serves, and over which link.
    var serves = false
    var link: Int32 = -1
    /// The second that it was counted in; -1 for none.
    var second = -1
  }

  /// How many seconds the window spans.
  package let seconds: Int
  private let capacity: Int
  private var names: [String] = []
  private var numbers: [String: Int32] = [:]
  private var ends: [(source: Int32, target: Int32)] = []
  private var links: [UInt64: Int32] = [:]
  /// Traffic of each owner (even rows) and each link, a cell a second, in a ring.
  private var owners: [Traffic] = []
  private var between: [Traffic] = []
  /// The newest second that a span has ended in; nil before the first.
  private var newest: Int?
  private var oldest = 0
  private var held: [Held] = []
  private var at = 0
  private var bins: [Int32]
  private var waiting: [Int32]
  /// Spans that came twice, that ended before the window, and whose parent never came while they were held.
  package private(set) var repeated = 0
  package private(set) var late = 0
  package private(set) var orphans = 0
  /// Traces in which a span failed, in the order of their first failure; the last ones.
  package private(set) var failedTraces: [UInt64] = []
  private var failedSet: Set<UInt64> = []
  private static let failedKept = 1_024

  /// - Parameters:
  ///   - seconds: length of the window, 1 or more.
  ///   - capacity: spans that are held to be joined, 1 or more.
  package init(seconds: Int, capacity: Int) {
    self.seconds = max(1, seconds)
    self.capacity = max(1, min(capacity, 1 << 26))
    var size = 16
    while size < min(self.capacity, 1 << 20) { size *= 2 }
    bins = [Int32](repeating: -1, count: size)
    waiting = [Int32](repeating: -1, count: size)
  }

  // MARK: Names

  package var ownerCount: Int { names.count }
  package var linkCount: Int { ends.count }
  package func name(_ owner: Int32) -> String { names[Int(owner)] }
  package func ends(_ link: Int) -> (source: Int32, target: Int32) { ends[link] }

  /// The index of an owner, new or not.
  package mutating func owner(named name: String) -> Int32 {
    if let known = numbers[name] { return known }
    let index = Int32(truncatingIfNeeded: names.count)
    names.append(name)
    numbers[name] = index
    owners.append(contentsOf: repeatElement(Traffic(), count: seconds))
    return index
  }

  // MARK: Spans

  /// Takes a span; its owner is an index that `owner(named:)` gave, its times are finite.
  package mutating func take(_ span: Span) {
    if find(span.trace, span.span) >= 0 {
      repeated += 1
      return
    }
    let slot = room()
    held[slot] = Held(span: span)
    let bin = bin(span.trace, span.span)
    held[slot].next = bins[bin]
    bins[bin] = Int32(truncatingIfNeeded: slot)
    if span.failed, failedSet.insert(span.trace).inserted {
      if failedTraces.count == Self.failedKept { failedSet.remove(failedTraces.removeFirst()) }
      failedTraces.append(span.trace)
    }
    advance(to: Int(span.end.rounded(.down)), slot)
    join(slot)
    // Children that came before it.
    var child = waiting[self.bin(span.trace, span.span)]
    while child >= 0 {
      let next = held[Int(child)].nextWaiting
      let other = held[Int(child)].span
      if other.trace == span.trace && other.parent == span.span {
        leaveWaiting(Int(child))
        count(Int(child), -1)
        join(Int(child))
      }
      child = next
    }
  }

  /// Decides what a span is a call of, and counts it.
  private mutating func join(_ slot: Int) {
    let span = held[slot].span
    held[slot].serves = true
    held[slot].link = -1
    if span.parent != 0 {
      let parent = find(span.trace, span.parent)
      if parent < 0 {
        // Perhaps from outside, until the parent comes.
        held[slot].waits = true
        let bin = bin(span.trace, span.parent)
        held[slot].nextWaiting = waiting[bin]
        waiting[bin] = Int32(truncatingIfNeeded: slot)
      } else {
        let from = held[parent].span.owner
        held[slot].serves = from != span.owner
        if from != span.owner { held[slot].link = link(from, span.owner) }
      }
    }
    count(slot, 1)
  }

  /// Adds what a span is a call of to its second, or takes it away again.
  private mutating func count(_ slot: Int, _ sign: Double) {
    let one = held[slot]
    guard one.serves, one.second >= 0, let newest, one.second > newest - seconds else { return }
    owners[Int(one.span.owner) * seconds + one.second % seconds].add(one.span, sign)
    if one.link >= 0 { between[Int(one.link) * seconds + one.second % seconds].add(one.span, sign) }
  }

  private mutating func link(_ source: Int32, _ target: Int32) -> Int32 {
    let key = UInt64(UInt32(bitPattern: source)) << 32 | UInt64(UInt32(bitPattern: target))
    if let known = links[key] { return known }
    let index = Int32(truncatingIfNeeded: ends.count)
    ends.append((source, target))
    links[key] = index
    between.append(contentsOf: repeatElement(Traffic(), count: seconds))
    return index
  }

  /// Moves the window so that it ends with `second`, if that is later, and notes the second of a span.
  private mutating func advance(to second: Int, _ slot: Int) {
    guard second >= 0 else {
      late += 1
      return
    }
    guard let last = newest else {
      newest = second
      oldest = second
      held[slot].second = second
      return
    }
    if second > last {
      for passed in last + 1...max(last + 1, min(second, last + seconds)) {
        let cell = (second - last > seconds ? passed - last - 1 : passed) % seconds
        for i in 0..<names.count { owners[i * seconds + cell] = Traffic() }
        for k in 0..<ends.count { between[k * seconds + cell] = Traffic() }
      }
      newest = second
    } else if second <= last - seconds {
      late += 1
      return
    }
    oldest = min(oldest, second)
    held[slot].second = second
  }

  // MARK: Where spans lie

  private func bin(_ trace: UInt64, _ span: UInt64) -> Int {
    var x = trace &* 0x9E37_79B9_7F4A_7C15 ^ span
    x = (x ^ x >> 32) &* 0xD6E8_FEB8_6659_FD93
    return Int(truncatingIfNeeded: (x ^ x >> 29) & UInt64(bins.count - 1))
  }

  private func find(_ trace: UInt64, _ span: UInt64) -> Int {
    var slot = bins[bin(trace, span)]
    while slot >= 0 {
      let one = held[Int(slot)].span
      if one.span == span && one.trace == trace { return Int(slot) }
      slot = held[Int(slot)].next
    }
    return -1
  }

  /// A free place, that of the oldest span when there is none.
  private mutating func room() -> Int {
    if held.count < capacity {
      held.append(Held(span: Span(trace: 0, span: 0, owner: 0, start: 0, duration: 0)))
      return held.count - 1
    }
    let slot = at
    at = at + 1 == capacity ? 0 : at + 1
    let old = held[slot].span
    if held[slot].waits {
      orphans += 1
      leaveWaiting(slot)
    }
    let bin = bin(old.trace, old.span)
    var before = bins[bin]
    if before == Int32(truncatingIfNeeded: slot) {
      bins[bin] = held[slot].next
    } else {
      while held[Int(before)].next != Int32(truncatingIfNeeded: slot) { before = held[Int(before)].next }
      held[Int(before)].next = held[slot].next
    }
    return slot
  }

  private mutating func leaveWaiting(_ slot: Int) {
    let span = held[slot].span
    let bin = bin(span.trace, span.parent)
    var before = waiting[bin]
    if before == Int32(truncatingIfNeeded: slot) {
      waiting[bin] = held[slot].nextWaiting
    } else {
      while held[Int(before)].nextWaiting != Int32(truncatingIfNeeded: slot) { before = held[Int(before)].nextWaiting }
      held[Int(before)].nextWaiting = held[slot].nextWaiting
    }
    held[slot].nextWaiting = -1
    held[slot].waits = false
  }

  // MARK: What it says

  /// Seconds that have been seen, at most those of the window: what calls are divided by to be rates.
  package var covered: Int {
    guard let newest else { return 0 }
    return min(seconds, newest - oldest + 1)
  }

  /// The end of the newest second. [s]
  package var time: Double? { newest.map { Double($0 + 1) } }

  package func traffic(owner: Int32) -> Traffic { sum(owners, Int(owner)) }
  package func traffic(link: Int) -> Traffic { sum(between, link) }

  private func sum(_ cells: [Traffic], _ row: Int) -> Traffic {
    var out = Traffic()
    for cell in row * seconds..<(row + 1) * seconds {
      out.calls += cells[cell].calls
      out.failures += cells[cell].failures
      out.seconds += cells[cell].seconds
    }
    return out
  }

  /// How a trace failed, as far as its spans are held; nil when none of them failed.
  ///
  /// The first is the failed span without a failed child that ended first; each next one is its parent, as long as that
  /// failed too. Spans of one owner in a row are one step.
  ///
  /// - Complexity: O(held).
  package func chain(trace: UInt64) -> Chain? {
    var spans: [UInt64: Int] = [:]
    var hasFailedChild: Set<UInt64> = []
    for (slot, one) in held.enumerated() where one.span.trace == trace {
      spans[one.span.span] = slot
      if one.span.failed && one.span.parent != 0 { hasFailedChild.insert(one.span.parent) }
    }
    let first = spans.values.filter { held[$0].span.failed && !hasFailedChild.contains(held[$0].span.span) }
      .min { a, b in
        let (x, y) = (held[a].span, held[b].span)
        return (x.end, x.span) < (y.end, y.span)
      }
    guard let first else { return nil }
    var steps: [Step] = []
    var seen: Set<UInt64> = []
    var here = held[first].span
    while seen.insert(here.span).inserted {
      let step = Step(owner: here.owner, span: here.span, start: here.start, duration: here.duration)
      if steps.last?.owner == here.owner { steps[steps.count - 1] = step } else { steps.append(step) }
      guard here.parent != 0 else { return Chain(steps: steps, open: false) }
      guard let parent = spans[here.parent] else { return Chain(steps: steps, open: true) }
      guard held[parent].span.failed else { break }
      here = held[parent].span
    }
    return Chain(steps: steps, open: false)
  }
}
