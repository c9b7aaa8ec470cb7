internal import CSystem
internal import Glibc

/// Blocks of memory that buffers have taken or moved on this thread: what `Tests/Data/counts.txt` states.
package var blocksOfThread: UInt64 { aura_system_blocks().pointee }

/// Growable storage whose size may depend on untrusted input: running out of memory is an error the caller
/// sees, not a trap. Access goes through `Span`, so every index is checked.
public struct Buffer<Element: BitwiseCopyable>: ~Copyable {
  @usableFromInline var base: UnsafeMutablePointer<Element>?
  @usableFromInline var used: Int
  @usableFromInline var capacity: Int

  @inlinable public var count: Int { used }

  @inlinable public init() {
    base = nil
    used = 0
    capacity = 0
  }

  /// - Throws: `.memory` when the system has no room for `count` elements.
  @inlinable public init(repeating value: Element, count: Int) throws(AuraError) {
    self.init()
    try reserve(count)
    if count > 0 { base.unsafelyUnwrapped.initialize(repeating: value, count: count) }
    used = count
  }

  @inlinable public init(copying span: Span<Element>) throws(AuraError) {
    self.init()
    try reserve(span.count)
    for i in span.indices { base.unsafelyUnwrapped[i] = span[i] }
    used = span.count
  }

  deinit { free(base) }

  @inline(never)
  public mutating func reserve(_ wanted: Int) throws(AuraError) {
    if wanted <= capacity { return }
    let (doubled, overflow) = capacity.multipliedReportingOverflow(by: 2)
    let target = max(wanted, overflow ? wanted : doubled, 16)
    let (bytes, tooBig) = target.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
    guard !tooBig, let grown = realloc(base, bytes) else {
      throw AuraError(.memory, "no room for \(target) elements of \(MemoryLayout<Element>.stride) bytes")
    }
    base = grown.assumingMemoryBound(to: Element.self)
    capacity = target
    aura_system_blocks().pointee &+= 1
  }

  @inlinable public mutating func append(_ value: Element) throws(AuraError) {
    if used == capacity { try reserve(used &+ 1) }
    base.unsafelyUnwrapped[used] = value
    used &+= 1
  }

  @inlinable public mutating func append(_ values: Span<Element>) throws(AuraError) {
    if values.isEmpty { return }
    try reserve(used + values.count)
    values.withUnsafeBufferPointer { source in
      if let start = source.baseAddress {
        base.unsafelyUnwrapped.advanced(by: used).update(from: start, count: source.count)
      }
    }
    used &+= values.count
  }

  @inlinable public subscript(_ i: Int) -> Element {
    get {
      precondition(i >= 0 && i < used)
      return base.unsafelyUnwrapped[i]
    }
    set {
      precondition(i >= 0 && i < used)
      base.unsafelyUnwrapped[i] = newValue
    }
  }

  @inlinable public mutating func removeAll() { used = 0 }

  /// Drops what lies behind the first `count` elements.
  @inlinable public mutating func truncate(to count: Int) { used = min(used, max(0, count)) }

  /// Drops the last element and returns it; nil when there is none.
  @inlinable public mutating func popLast() -> Element? {
    guard used > 0 else { return nil }
    used &-= 1
    return base.unsafelyUnwrapped[used]
  }

  /// Gives unused room back.
  public mutating func shrink() {
    guard capacity > used, used > 0, let smaller = realloc(base, used * MemoryLayout<Element>.stride) else { return }
    base = smaller.assumingMemoryBound(to: Element.self)
    capacity = used
  }

  @inlinable public var span: Span<Element> {
    @_lifetime(borrow self) get {
      _overrideLifetime(Span(_unsafeStart: base ?? Self.none, count: used), borrowing: self)
    }
  }

  @inlinable public var mutableSpan: MutableSpan<Element> {
    @_lifetime(&self) mutating get {
      _overrideLifetime(MutableSpan(_unsafeStart: base ?? Self.none, count: used), mutating: &self)
    }
  }

  /// Hands the storage over; free it with `free`.
  public consuming func release() -> (base: UnsafeMutablePointer<Element>?, count: Int) {
    let out = (base, used)
    base = nil
    used = 0
    return out
  }

  /// Where the elements lie; valid until the buffer grows or goes.
  @inlinable package var start: UnsafeMutablePointer<Element> { base ?? Self.none }

  /// An address for arrays without elements.
  public static var empty: UnsafePointer<Element> { UnsafePointer(none) }

  @usableFromInline static var none: UnsafeMutablePointer<Element> {
    UnsafeMutablePointer(bitPattern: 64).unsafelyUnwrapped
  }
}
