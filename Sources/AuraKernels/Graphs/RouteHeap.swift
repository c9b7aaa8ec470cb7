internal import AuraBase

/// Agents waiting for their turn, nearest first; of equally near ones the lesser. An agent may stand in it more
/// than once.
///
/// - Complexity: O(log *k*) for a push or a pop among *k*, with four children a place.
struct RouteHeap: ~Copyable, ~Escapable {
  struct Item: BitwiseCopyable {
    var distance: Int64
    var agent: Int32

    static var none: Item { Item(distance: 0, agent: 0) }

    @inline(__always) func isBefore(_ other: Item) -> Bool {
      distance != other.distance ? distance < other.distance : agent < other.agent
    }
  }

  private var items: MutableSpan<Item>
  private var used = 0

  /// - Parameter items: room for all that may ever wait at once; what is in it does not matter.
  @_lifetime(copy items)
  init(items: consuming MutableSpan<Item>) { self.items = items }

  @_lifetime(self: copy self)
  mutating func push(_ distance: Int64, _ agent: Int32) {
    let new = Item(distance: distance, agent: agent)
    var i = used
    used &+= 1
    while i > 0 {
      let above = (i &- 1) >> 2
      if !new.isBefore(items[above]) { break }
      items[i] = items[above]
      i = above
    }
    items[i] = new
  }

  @_lifetime(self: copy self)
  mutating func pop() -> (distance: Int64, agent: Int32)? {
    guard used > 0 else { return nil }
    let first = items[0]
    used &-= 1
    let last = items[used]
    var i = 0
    while true {
      let child = i &* 4 &+ 1
      if child >= used { break }
      var best = child
      var other = child &+ 1
      while other < min(child &+ 4, used) {
        if items[other].isBefore(items[best]) { best = other }
        other &+= 1
      }
      if !items[best].isBefore(last) { break }
      items[i] = items[best]
      i = best
    }
    items[i] = last
    return (first.distance, first.agent)
  }
}
