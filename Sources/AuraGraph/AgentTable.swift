package import AuraBase

/// The ids of a topology's agents, and the way from an id to its position.
///
/// Ids lie one after another in a pool of bytes; the hash table holds positions only. O(1) expected lookup; the hash
/// is seeded for each table, so that no document can be made to collide.
package final class AgentTable: Sendable {
  package let count: Int
  private let pool: Column<UInt8>
  private let marks: Column<IdMark>
  private let slots: Column<IdSlot>
  private let hash: IdHash

  init(_ builder: consuming AgentTableBuilder) {
    let parts = builder.take()
    count = parts.count
    pool = parts.pool
    marks = parts.marks
    slots = parts.slots
    hash = parts.hash
  }

  package func id(_ index: Int) -> AgentID {
    let pool = pool
    let mark = marks[index]
    let bytes = pool.span.extracting(mark.start..<marks[index + 1].start)
    let text = bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    return mark.isInteger ? .integer(Int(text) ?? 0) : .text(text)
  }

  /// The position of an agent, or nil.
  package func index(of id: AgentID) -> Int? {
    switch id {
    case .text(let text):
      var text = text
      return text.withUTF8 { index(of: Span(_unsafeElements: $0), isInteger: false) }
    case .integer(let value):
      var text = String(value)
      return text.withUTF8 { index(of: Span(_unsafeElements: $0), isInteger: true) }
    }
  }

  /// - Throws: `.notFound`, blaming `pointer`.
  package func index(of id: AgentID, pointer: String) throws(AuraError) -> Int {
    guard let index = index(of: id) else {
      throw AuraError(.notFound, "no agent \(id.json.encoded.prefix(80))", pointer: pointer)
    }
    return index
  }

  func index(of bytes: Span<UInt8>, isInteger: Bool) -> Int? {
    let slots = slots, pool = pool, marks = marks
    let found = IdSlot.find(bytes, isInteger, hash.of(bytes, isInteger), slots.span, pool.span, marks.span)
    let index = slots[found].index
    return index < 0 ? nil : Int(index)
  }

  /// The table without the agents that `keep` leaves out, followed by `added`.
  func rebuilt(keeping keep: Span<Bool>, adding added: [AgentID]) throws(AuraError) -> AgentTable {
    let pool = pool
    var builder = try AgentTableBuilder(hash: hash)
    for i in 0..<count where keep[i] {
      let bytes = pool.span.extracting(marks[i].start..<marks[i + 1].start)
      _ = try builder.insert(bytes, isInteger: marks[i].isInteger)
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

/// Where an id begins in the pool (it ends where the next one begins), and of which kind it is.
struct IdMark: BitwiseCopyable, Sendable {
  private let bits: Int

  init(start: Int, isInteger: Bool) { bits = start &<< 1 | (isInteger ? 1 : 0) }

  var start: Int { bits &>> 1 }
  var isInteger: Bool { bits & 1 == 1 }
}

/// A hash of ids that nobody can aim at without knowing its keys: sixteen bytes at a time are mixed with the keys,
/// multiplied, and the two halves of the product joined (Wang Yi's wyhash, 2019, has the same step).
struct IdHash: Sendable {
  private let first: UInt64
  private let second: UInt64

  init(seed: UInt64) {
    let dice = Dice(seed: seed)
    first = dice.bits(0)
    second = dice.bits(1)
  }

  private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let (high, low) = a.multipliedFullWidth(by: b)
    return high ^ low
  }

  func of(_ bytes: Span<UInt8>, _ isInteger: Bool) -> UInt64 {
    let raw = bytes.bytes
    let count = bytes.count
    var h = first ^ UInt64(truncatingIfNeeded: count &<< 1 | (isInteger ? 1 : 0))
    var at = 0
    while count &- at > 16 {
      let a = raw.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self)
      let b = raw.unsafeLoadUnaligned(fromByteOffset: at &+ 8, as: UInt64.self)
      h = Self.fold(a ^ second, b ^ h)
      at &+= 16
    }
    // The last sixteen bytes, or all of a shorter id; the two loads may overlap.
    var a: UInt64 = 0
    var b: UInt64 = 0
    if count >= 8 {
      a = raw.unsafeLoadUnaligned(fromByteOffset: max(0, count &- 16), as: UInt64.self)
      b = raw.unsafeLoadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
    } else {
      for k in 0..<count { a = a &<< 8 | UInt64(bytes[k]) }
    }
    return Self.fold(Self.fold(a ^ second, b ^ h) ^ first, 0x9E37_79B9_7F4A_7C15)
  }
}

/// Whether two runs of bytes are equal, eight at a time.
func equal(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Bool {
  let count = a.count
  guard b.count == count else { return false }
  guard count >= 8 else {
    for k in 0..<count where a[k] != b[k] { return false }
    return true
  }
  let x = a.bytes, y = b.bytes
  var at = 0
  while at &+ 8 < count {
    if x.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self)
      != y.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self)
    {
      return false
    }
    at &+= 8
  }
  return x.unsafeLoadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
    == y.unsafeLoadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
}

/// One place of the open-addressing table: part of the hash, so that most misses cost no look at the pool, and where in
/// the pool the id is, so that a hit costs one look there and none elsewhere.
struct IdSlot: BitwiseCopyable, Sendable {
  private var tag: UInt32 = 0
  private(set) var index: Int32 = -1
  /// Start in the pool, count of bytes (21 bits; `longest` means that the marks know it) and kind (1 bit).
  private var place: UInt64 = 0

  private static let longest: UInt64 = 1 << 21 - 1

  init() {}

  init(_ hash: UInt64, _ index: Int32, start: Int, count: Int, isInteger: Bool) {
    tag = UInt32(truncatingIfNeeded: hash >> 32)
    self.index = index
    place = UInt64(truncatingIfNeeded: start) &<< 22 | Self.shape(count, isInteger)
  }

  private static func shape(_ count: Int, _ isInteger: Bool) -> UInt64 {
    min(UInt64(truncatingIfNeeded: count), longest) &<< 1 | (isInteger ? 1 : 0)
  }

  /// The slot that holds the id, or the free one where it belongs.
  static func find(
    _ bytes: Span<UInt8>, _ isInteger: Bool, _ hash: UInt64, _ slots: Span<IdSlot>, _ pool: Span<UInt8>,
    _ marks: Span<IdMark>
  ) -> Int {
    let mask = slots.count &- 1
    let tag = UInt32(truncatingIfNeeded: hash >> 32), shape = shape(bytes.count, isInteger)
    var j = Int(truncatingIfNeeded: hash) & mask
    while true {
      let slot = slots[j]
      if slot.index < 0 { return j }
      if slot.tag == tag && slot.place & (1 &<< 22 &- 1) == shape {
        let start = Int(truncatingIfNeeded: slot.place &>> 22)
        let isLong = shape &>> 1 == longest
        let end = isLong ? marks[Int(slot.index) &+ 1].start : start &+ bytes.count
        if equal(bytes, pool.extracting(start..<end)) { return j }
      }
      j = (j &+ 1) & mask
    }
  }
}

/// Collects ids in the order of their agents; also words in the order in which they were first met.
struct AgentTableBuilder: ~Copyable {
  private(set) var count = 0
  private var pool = Buffer<UInt8>()
  private var marks: Buffer<IdMark>
  private var slots: Buffer<IdSlot>
  private let hash: IdHash

  init(seed: UInt64) throws(AuraError) { try self.init(hash: IdHash(seed: seed)) }

  init(hash: IdHash) throws(AuraError) {
    let marks = try Buffer(repeating: IdMark(start: 0, isInteger: false), count: 1)
    let slots = try Buffer(repeating: IdSlot(), count: 16)
    self.hash = hash
    self.marks = marks
    self.slots = slots
  }

  /// The position of the id, or nil.
  func find(_ bytes: Span<UInt8>, isInteger: Bool) -> Int32? {
    let j = IdSlot.find(bytes, isInteger, hash.of(bytes, isInteger), slots.span, pool.span, marks.span)
    let index = slots.span[j].index
    return index < 0 ? nil : index
  }

  /// Adds an id and returns its position; nil when it is there already.
  mutating func insert(_ bytes: Span<UInt8>, isInteger: Bool) throws(AuraError) -> Int32? {
    if (count &+ 1) &* 2 > slots.count { try grow() }
    let code = hash.of(bytes, isInteger)
    let j = IdSlot.find(bytes, isInteger, code, slots.span, pool.span, marks.span)
    guard slots.span[j].index < 0 else { return nil }
    let index = Int32(truncatingIfNeeded: count)
    let start = pool.count
    marks[count] = IdMark(start: start, isInteger: isInteger)
    try pool.append(bytes)
    try marks.append(IdMark(start: pool.count, isInteger: false))
    slots[j] = IdSlot(code, index, start: start, count: bytes.count, isInteger: isInteger)
    count &+= 1
    return index
  }

  private mutating func grow() throws(AuraError) {
    var wider = try Buffer(repeating: IdSlot(), count: slots.count * 2)
    do {
      var all = wider.mutableSpan
      let mask = all.count &- 1
      let marks = marks.span, pool = pool.span
      for i in 0..<count {
        let start = marks[i].start, count = marks[i &+ 1].start &- start, isInteger = marks[i].isInteger
        let code = hash.of(pool.extracting(start..<start &+ count), isInteger)
        var j = Int(truncatingIfNeeded: code) & mask
        while all[j].index >= 0 { j = (j &+ 1) & mask }
        all[j] = IdSlot(code, Int32(truncatingIfNeeded: i), start: start, count: count, isInteger: isInteger)
      }
    }
    slots = wider
  }

  /// All ids as text, in order.
  func texts() -> [String] {
    (0..<count).map { i in
      pool.span.extracting(marks.span[i].start..<marks.span[i + 1].start).withUnsafeBufferPointer {
        String(decoding: $0, as: UTF8.self)
      }
    }
  }

  consuming func take() -> (
    count: Int, pool: Column<UInt8>, marks: Column<IdMark>, slots: Column<IdSlot>, hash: IdHash
  ) {
    (count, Column(pool), Column(marks), Column(slots), hash)
  }
}
