internal import AuraBase

/// Every object that a C caller holds lives here. A handle is (generation, slot): freeing raises the generation, so a
/// stale handle is an error, never a wild pointer. A lookup retains the object, so freeing it during a running call is
/// safe.
enum Handles {
  private struct Slot {
    var object: (any AnyObject & Sendable)?
    var generation: UInt32 = 1
  }

  private static let lock = Lock()
  // Guarded by `lock`.
  nonisolated(unsafe) private static var slots: [Slot] = []
  nonisolated(unsafe) private static var free: [UInt32] = []
  nonisolated(unsafe) private static var liveCount = 0

  static func insert(_ object: any AnyObject & Sendable) throws(AuraError) -> UInt64 {
    let id = lock.withLock { () -> UInt64? in
      let index: UInt32
      if let reused = free.popLast() {
        index = reused
      } else {
        guard slots.count < 1 << 24 else { return nil }
        index = UInt32(slots.count)
        slots.append(Slot())
      }
      slots[Int(index)].object = object
      liveCount += 1
      return UInt64(slots[Int(index)].generation) << 32 | UInt64(index)
    }
    guard let id else { throw AuraError(.limit, "more than 16,777,216 live handles") }
    return id
  }

  static func get<T: AnyObject & Sendable>(_ id: UInt64, as type: T.Type, _ name: String) throws(AuraError) -> T {
    let object = lock.withLock { slot(id).flatMap { slots[$0].object } }
    guard let object = object as? T else { throw AuraError(.handle, "no such \(name)") }
    return object
  }

  static func remove<T: AnyObject & Sendable>(_ id: UInt64, as type: T.Type, _ name: String) throws(AuraError) -> T {
    let gone = try get(id, as: type, name)  // lives on until the lock is released
    let removed = lock.withLock { () -> Bool in
      guard let index = slot(id) else { return false }
      slots[index].object = nil
      slots[index].generation &+= 1
      liveCount -= 1
      if slots[index].generation != 0 { free.append(UInt32(index)) }  // a slot that wrapped around retires
      return true
    }
    guard removed else { throw AuraError(.handle, "no such \(name)") }
    return gone
  }

  /// The place of a live handle. The caller holds the lock.
  private static func slot(_ id: UInt64) -> Int? {
    let index = Int(truncatingIfNeeded: id & 0xFFFF_FFFF)
    guard index < slots.count, slots[index].object != nil,
      slots[index].generation == UInt32(truncatingIfNeeded: id >> 32)
    else { return nil }
    return index
  }

  static var live: Int { lock.withLock { liveCount } }
}
