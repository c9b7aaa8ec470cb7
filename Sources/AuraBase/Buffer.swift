internal import Glibc

/// Growable storage whose size may depend on untrusted input: running out of memory is an error the caller
/// sees, not a trap. Access goes through `Span`, so every index is checked.
package struct Buffer<Element: BitwiseCopyable>: ~Copyable {
  @usableFromInline package private(set) var base: UnsafeMutablePointer<Element>?
  @usableFromInline package private(set) var used: Int
  @usableFromInline package private(set) var capacity: Int

  @inlinable package var count: Int { used }

  @inlinable package init() {
    base = nil
    used = 0
    capacity = 0
  }

  /// - Throws: `.memory` when the system has no room for `count` elements.
  @inlinable package init(repeating value: Element, count: Int) throws(AuraError) {
    self.init()
    try reserve(count)
    if count > 0 { base.unsafelyUnwrapped.initialize(repeating: value, count: count) }
    used = count
  }

  @inlinable package init(copying span: Span<Element>) throws(AuraError) {
    self.init()
    try reserve(span.count)
    for i in span.indices { base.unsafelyUnwrapped[i] = span[i] }
    used = span.count
  }

  deinit { free(base) }

  @usableFromInline @inline(never)
  package mutating func reserve(_ wanted: Int) throws(AuraError) {
    if wanted <= capacity { return }
    let (doubled, overflow) = capacity.multipliedReportingOverflow(by: 2)
    let target = max(wanted, overflow ? wanted : doubled, 16)
    let (bytes, tooBig) = target.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
    guard !tooBig, let grown = realloc(base, bytes) else {
      throw AuraError(.memory, "no room for \(target) elements of \(MemoryLayout<Element>.stride) bytes")
    }
    base = grown.assumingMemoryBound(to: Element.self)
    capacity = target
  }

  @inlinable package mutating func append(_ value: Element) throws(AuraError) {
    if used == capacity { try reserve(used &+ 1) }
    base.unsafelyUnwrapped[used] = value
    used &+= 1
  }

  @inlinable package mutating func append(_ values: Span<Element>) throws(AuraError) {
    if values.isEmpty { return }
    try reserve(used + values.count)
    values.withUnsafeBufferPointer { source in
      if let start = source.baseAddress {
        base.unsafelyUnwrapped.advanced(by: used).update(from: start, count: source.count)
      }
    }
    used &+= values.count
  }

  @inlinable package subscript(_ i: Int) -> Element {
    get {
      precondition(i >= 0 && i < used)
      return base.unsafelyUnwrapped[i]
    }
    set {
      precondition(i >= 0 && i < used)
      base.unsafelyUnwrapped[i] = newValue
    }
  }

  @inlinable package mutating func removeAll() { used = 0 }

  /// Drops what lies behind the first `count` elements.
  @inlinable package mutating func truncate(to count: Int) { used = min(used, max(0, count)) }

  /// Drops the last element and returns it; nil when there is none.
  @inlinable package mutating func popLast() -> Element? {
    guard used > 0 else { return nil }
    used &-= 1
    return base.unsafelyUnwrapped[used]
  }

  /// Gives unused room back.
  package mutating func shrink() {
    guard capacity > used, used > 0, let smaller = realloc(base, used * MemoryLayout<Element>.stride) else { return }
    base = smaller.assumingMemoryBound(to: Element.self)
    capacity = used
  }

  @inlinable package var span: Span<Element> {
    @_lifetime(borrow self) get {
      _overrideLifetime(Span(_unsafeStart: base ?? Self.none, count: used), borrowing: self)
    }
  }

  @inlinable package var mutableSpan: MutableSpan<Element> {
    @_lifetime(&self) mutating get {
      _overrideLifetime(MutableSpan(_unsafeStart: base ?? Self.none, count: used), mutating: &self)
    }
  }

  /// Hands the storage over; free it with `free`.
  package consuming func release() -> (base: UnsafeMutablePointer<Element>?, count: Int) {
    let out = (base, used)
    base = nil
    used = 0
    return out
  }

  /// An address for arrays without elements.
  package static var empty: UnsafePointer<Element> { UnsafePointer(none) }

  @usableFromInline package static var none: UnsafeMutablePointer<Element> { UnsafeMutablePointer(bitPattern: 64).unsafelyUnwrapped }
}
