package import AuraBase

/// The ids of a topology's agents, and the way from an id to its position.
///
/// Ids lie one after another in a pool of bytes; the hash table holds positions only. O(1) expected lookup; the hash
/// is seeded for each table, so that no document can be made to collide.
package final class AgentTable: Sendable {
  package let count: Int
  private let pool: Column<UInt8>
  private let offsets: Column<Int>
  private let integer: Column<Bool>
  private let slots: Column<IdSlot>
  private let seed: UInt64

  init(_ builder: consuming AgentTableBuilder) {
    let parts = builder.take()
    count = parts.count
    pool = parts.pool
    offsets = parts.offsets
    integer = parts.integer
    slots = parts.slots
    seed = parts.seed
  }

  package func id(_ index: Int) -> AgentID {
    let pool = pool
    let bytes = pool.span.extracting(offsets[index]..<offsets[index + 1])
    let text = bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    return integer[index] ? .integer(Int(text) ?? 0) : .text(text)
  }

  /// The position of an agent, or nil.
  package func index(of id: AgentID) -> Int? {
    switch id {
    case .text(let text):
      let bytes = Array(text.utf8)
      return index(of: bytes.span, isInteger: false)
    case .integer(let value):
      let bytes = Array(String(value).utf8)
      return index(of: bytes.span, isInteger: true)
    }
  }

  func index(of bytes: Span<UInt8>, isInteger: Bool) -> Int? {
    let slots = slots, pool = pool, offsets = offsets, integer = integer
    let found = IdSlot.find(
      bytes, isInteger, IdSlot.hash(bytes, isInteger, seed), slots.span, pool.span, offsets.span, integer.span)
    let index = slots[found].index
    return index < 0 ? nil : Int(index)
  }

  /// The table without the agents that `keep` leaves out, followed by `added`.
  func rebuilt(keeping keep: Span<Bool>, adding added: [AgentID]) throws(AuraError) -> AgentTable {
    let pool = pool
    var builder = try AgentTableBuilder(seed: seed)
    for i in 0..<count where keep[i] {
      let bytes = pool.span.extracting(offsets[i]..<offsets[i + 1])
      _ = try builder.insert(bytes, isInteger: integer[i])
    }
    for id in added {
      let bytes = Array(id.description.utf8)
      var isInteger = false
      if case .integer = id { isInteger = true }
      _ = try builder.insert(bytes.span, isInteger: isInteger)
    }
    return AgentTable(builder)
  }
}

/// One place of the open-addressing table: part of the hash, so that most misses cost no look at the pool.
struct IdSlot: BitwiseCopyable, Sendable {
  var tag: UInt32 = 0
  var index: Int32 = -1

  static func hash(_ bytes: Span<UInt8>, _ isInteger: Bool, _ seed: UInt64) -> UInt64 {
    let raw = bytes.bytes
    let count = bytes.count
    var h = seed ^ UInt64(truncatingIfNeeded: count) ^ (isInteger ? 0x9E37_79B9_7F4A_7C15 : 0)
    var at = 0
    while at &+ 8 <= count {
      h = (h ^ raw.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self)) &* 0xFF51_AFD7_ED55_8CCD
      h ^= h >> 32
      at &+= 8
    }
    var tail: UInt64 = 0
    while at < count {
      tail = tail << 8 | UInt64(bytes[at])
      at &+= 1
    }
    h = (h ^ tail) &* 0xFF51_AFD7_ED55_8CCD
    h = (h ^ (h >> 32)) &* 0xC4CE_B9FE_1A85_EC53
    return h ^ (h >> 29)
  }

  /// The slot that holds the id, or the free one where it belongs.
  static func find(
    _ bytes: Span<UInt8>, _ isInteger: Bool, _ hash: UInt64, _ slots: Span<IdSlot>, _ pool: Span<UInt8>,
    _ offsets: Span<Int>, _ integer: Span<Bool>
  ) -> Int {
    let mask = slots.count &- 1
    let tag = UInt32(truncatingIfNeeded: hash >> 32)
    var j = Int(truncatingIfNeeded: hash) & mask
    while true {
      let slot = slots[j]
      if slot.index < 0 { return j }
      if slot.tag == tag {
        let i = Int(slot.index)
        let start = offsets[i]
        if offsets[i &+ 1] &- start == bytes.count && integer[i] == isInteger && same(bytes, pool, start) { return j }
      }
      j = (j &+ 1) & mask
    }
  }

  private static func same(_ bytes: Span<UInt8>, _ pool: Span<UInt8>, _ start: Int) -> Bool {
    for k in bytes.indices where bytes[k] != pool[start &+ k] { return false }
    return true
  }
}

/// Collects ids in the order of their agents.
struct AgentTableBuilder: ~Copyable {
  private(set) var count = 0
  private var pool = Buffer<UInt8>()
  private var offsets: Buffer<Int>
  private var integer = Buffer<Bool>()
  private var slots: Buffer<IdSlot>
  private let seed: UInt64

  init(seed: UInt64) throws(AuraError) {
    let offsets = try Buffer(repeating: 0, count: 1)
    let slots = try Buffer(repeating: IdSlot(), count: 16)
    self.seed = seed
    self.offsets = offsets
    self.slots = slots
  }

  /// The position of the id, or nil.
  func find(_ bytes: Span<UInt8>, isInteger: Bool) -> Int32? {
    let hash = IdSlot.hash(bytes, isInteger, seed)
    let j = IdSlot.find(bytes, isInteger, hash, slots.span, pool.span, offsets.span, integer.span)
    let index = slots.span[j].index
    return index < 0 ? nil : index
  }

  /// Adds an id and returns its position; nil when it is there already.
  mutating func insert(_ bytes: Span<UInt8>, isInteger: Bool) throws(AuraError) -> Int32? {
    if (count &+ 1) &* 2 > slots.count { try grow() }
    let hash = IdSlot.hash(bytes, isInteger, seed)
    let j = IdSlot.find(bytes, isInteger, hash, slots.span, pool.span, offsets.span, integer.span)
    guard slots.span[j].index < 0 else { return nil }
    try pool.append(bytes)
    try offsets.append(pool.count)
    try integer.append(isInteger)
    let index = Int32(truncatingIfNeeded: count)
    var all = slots.mutableSpan
    all[j] = IdSlot(tag: UInt32(truncatingIfNeeded: hash >> 32), index: index)
    count &+= 1
    return index
  }

  private mutating func grow() throws(AuraError) {
    var wider = try Buffer(repeating: IdSlot(), count: slots.count * 2)
    do {
      var all = wider.mutableSpan
      let mask = all.count &- 1
      for i in 0..<count {
        let bytes = pool.span.extracting(offsets.span[i]..<offsets.span[i &+ 1])
        let hash = IdSlot.hash(bytes, integer.span[i], seed)
        var j = Int(truncatingIfNeeded: hash) & mask
        while all[j].index >= 0 { j = (j &+ 1) & mask }
        all[j] = IdSlot(tag: UInt32(truncatingIfNeeded: hash >> 32), index: Int32(truncatingIfNeeded: i))
      }
    }
    slots = wider
  }

  consuming func take() -> (
    count: Int, pool: Column<UInt8>, offsets: Column<Int>, integer: Column<Bool>, slots: Column<IdSlot>, seed: UInt64
  ) {
    (count, Column(pool), Column(offsets), Column(integer), Column(slots), seed)
  }
}
