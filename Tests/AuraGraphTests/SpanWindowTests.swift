import AuraBase
import AuraGraph
import Testing

@Suite struct SpanWindowTests {
  private typealias Span = SpanWindow.Span

  /// gateway (1) calls cart (2), which calls db (3); cart has an inner span (4) in between.
  private static func request(_ trace: UInt64, at start: Double, failed: Bool = false) -> [Span] {
    [
      Span(trace: trace, span: 1, owner: 0, start: start, duration: 0.5, failed: failed),
      Span(trace: trace, span: 2, parent: 1, owner: 1, start: start + 0.1, duration: 0.3, failed: failed),
      Span(trace: trace, span: 4, parent: 2, owner: 1, start: start + 0.15, duration: 0.2, failed: failed),
      Span(trace: trace, span: 3, parent: 4, owner: 2, start: start + 0.2, duration: 0.1, failed: failed),
    ]
  }

  private static func window(seconds: Int = 10, capacity: Int = 1_000) -> SpanWindow {
    var window = SpanWindow(seconds: seconds, capacity: capacity)
    for name in ["gateway", "cart", "db"] { _ = window.owner(named: name) }
    return window
  }

  private static func links(_ window: borrowing SpanWindow) -> [[Int32]] {
    var out: [[Int32]] = []
    for k in 0..<window.linkCount where window.traffic(link: k).calls > 0 {
      out.append([window.ends(k).source, window.ends(k).target])
    }
    return out.sorted { $0.lexicographicallyPrecedes($1) }
  }

  @Test func spansOfOtherOwnersAreCallsAndInnerOnesAreNot() {
    var window = Self.window()
    for span in Self.request(7, at: 100) { window.take(span) }
    #expect(Self.links(window) == [[0, 1], [1, 2]])
    for owner in 0..<Int32(3) { #expect(window.traffic(owner: owner).calls == 1) }
    #expect(abs(window.traffic(owner: 1).seconds - 0.3) < 1e-12)
    #expect(window.covered == 1 && window.time == 101)
  }

  /// In whatever order spans come, the sums are those of the right order.
  @Test(arguments: 0..<20) func theOrderOfArrivalDoesNotMatter(_ seed: Int) {
    let dice = Dice(seed: UInt64(seed))
    var spans: [Span] = []
    for trace in 1...12 {
      spans += Self.request(UInt64(trace), at: 100 + Double(trace) / 3, failed: trace % 4 == 0)
    }
    var right = Self.window(), other = Self.window()
    for span in spans { right.take(span) }
    for (_, span) in spans.enumerated().sorted(by: { dice.bits($0.offset) < dice.bits($1.offset) }) { other.take(span) }
    #expect(Self.links(right) == Self.links(other))
    for owner in 0..<Int32(3) {
      let (a, b) = (right.traffic(owner: owner), other.traffic(owner: owner))
      #expect(a.calls == 12 && b.calls == 12 && a.failures == 3 && b.failures == 3)
      #expect(abs(a.seconds - b.seconds) < 1e-9)
    }
    #expect(Set(right.failedTraces) == Set(other.failedTraces) && right.failedTraces.count == 3)
  }

  /// Against sums over a plain list: windows of all positions, late spans, weights.
  @Test(arguments: 0..<10) func slidesAsAListWould(_ seed: Int) {
    let dice = Dice(seed: UInt64(seed) + 50)
    var window = Self.window(seconds: 5)
    var all: [Span] = []
    var now = 1_000.0
    var late = 0
    for k in 0..<300 {
      now += dice.uniform(3 * k) * (k % 50 == 0 ? 20 : 0.4)
      let back = dice.uniform(3 * k + 1) < 0.2 ? dice.uniform(3 * k + 2) * 9 : 0
      let span = Span(
        trace: UInt64(k + 1), span: 1, owner: Int32(k % 3), start: now - back, duration: 0, failed: k % 5 == 0,
        weight: Double(1 + k % 3))
      window.take(span)
      let newest = (all + [span]).map { Int($0.start) }.max()!
      if Int(span.start) <= newest - 5 { late += 1 } else { all.append(span) }
      for owner in 0..<Int32(3) {
        let inside = all.filter { $0.owner == owner && Int($0.start) > newest - 5 }
        #expect(window.traffic(owner: owner).calls == inside.reduce(0) { $0 + $1.weight })
        #expect(window.traffic(owner: owner).failures == inside.reduce(0) { $0 + ($1.failed ? $1.weight : 0) })
      }
    }
    #expect(window.late == late && late > 0)
  }

  @Test func aSpanThatComesTwiceCountsOnce() {
    var window = Self.window()
    for span in Self.request(7, at: 100) + Self.request(7, at: 100) { window.take(span) }
    #expect(window.repeated == 4 && window.traffic(owner: 1).calls == 1)
  }

  /// A parent that never comes: its children count as calls from outside, and are forgotten in order.
  @Test func memoryIsBoundedAndOrphansAreTold() {
    var window = Self.window(capacity: 50)
    for k in 1...500 {
      window.take(
        Span(trace: UInt64(k), span: 9, parent: 8, owner: 1, start: 100 + Double(k) / 500, duration: 0.001))
    }
    #expect(window.orphans == 450 && window.traffic(owner: 1).calls == 500)
    // One that is still held is joined, one that is not is a call from outside.
    window.take(Span(trace: 500, span: 8, owner: 0, start: 101, duration: 0.5))
    window.take(Span(trace: 1, span: 8, owner: 0, start: 101, duration: 0.5))
    #expect(Self.links(window) == [[0, 1]] && window.traffic(link: 0).calls == 1)
  }

  @Test func aFailureIsFollowedFromItsFirstSpanToItsLastVictim() {
    var window = Self.window()
    // The cart's other call, which failed later and harmed nobody more.
    var spans = Self.request(7, at: 100, failed: true)
    spans.append(Span(trace: 7, span: 5, parent: 4, owner: 2, start: 100.31, duration: 0.04, failed: true))
    for span in spans.reversed() { window.take(span) }
    let chain = window.chain(trace: 7)
    #expect(chain?.steps.map(\.owner) == [2, 1, 0] && chain?.steps.map(\.span) == [3, 2, 1] && chain?.open == false)
    #expect(window.failedTraces == [7])
    #expect(window.chain(trace: 8) == nil)
    // Where a caller caught it, the chain ends; where a parent is missing, it is open.
    var caught = Self.request(9, at: 100, failed: true)
    caught[0].failed = false
    for span in caught { window.take(span) }
    #expect(window.chain(trace: 9)?.steps.map(\.owner) == [2, 1] && window.chain(trace: 9)?.open == false)
    for span in Self.request(10, at: 100, failed: true).dropFirst() { window.take(span) }
    #expect(window.chain(trace: 10)?.steps.map(\.owner) == [2, 1] && window.chain(trace: 10)?.open == true)
    // Spans that are each other's parents end, too.
    window.take(Span(trace: 11, span: 1, parent: 2, owner: 0, start: 100, duration: 1, failed: true))
    window.take(Span(trace: 11, span: 2, parent: 1, owner: 1, start: 100, duration: 1, failed: true))
    #expect(window.chain(trace: 11) == nil)
  }
}
