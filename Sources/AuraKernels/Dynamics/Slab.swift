public import AuraBase
internal import Glibc

/// Working storage of fixed size that a simulator keeps between runs. Unlike a `Buffer` it may be copied, which
/// names the same storage again, and several of them may be written side by side; one simulator, one thread.
public struct Slab<Element: BitwiseCopyable> {
  private final class Owner {
    let base: UnsafeMutablePointer<Element>?
    init(_ base: UnsafeMutablePointer<Element>?) { self.base = base }
    deinit { free(base) }
  }

  @usableFromInline let base: UnsafeMutablePointer<Element>
  public let count: Int
  private let owner: Owner

  /// - Throws: `.memory` when the system has no room.
  public init(repeating value: Element, count: Int) throws(AuraError) {
    var buffer = try Buffer<Element>(repeating: value, count: max(1, count))
    buffer.shrink()
    let (base, _) = buffer.release()
    guard let base else { throw AuraError(.memory, "no room for \(count) elements") }
    self.base = base
    self.count = count
    owner = Owner(base)
  }

  @inlinable @inline(__always)
  public subscript(_ i: Int) -> Element {
    get {
      precondition(UInt(bitPattern: i) < UInt(bitPattern: count))
      return base[i]
    }
    nonmutating set {
      precondition(UInt(bitPattern: i) < UInt(bitPattern: count))
      base[i] = newValue
    }
  }

  /// Without a check: for the inner loops of kernels whose indices were checked when their rows were built.
  @inline(__always)
  subscript(unchecked i: Int) -> Element {
    get { base[i] }
    nonmutating set { base[i] = newValue }
  }

  public init(copying span: Span<Element>) throws(AuraError) {
    var buffer = try Buffer<Element>(copying: span)
    try buffer.reserve(1)
    let (base, count) = buffer.release()
    guard let base else { throw AuraError(.memory, "no room for \(span.count) elements") }
    self.base = base
    self.count = count
    owner = Owner(base)
  }

  public func fill(_ value: Element) { for i in 0..<count { base[i] = value } }

  public func copy(from span: Span<Element>) { for i in 0..<min(count, span.count) { base[i] = span[i] } }

  public func copy(from other: Slab) { base.update(from: other.base, count: min(count, other.count)) }

  /// The first `length` elements, valid while the slab lives.
  public func prefix(_ length: Int) -> UnsafeBufferPointer<Element> {
    UnsafeBufferPointer(start: base, count: min(max(0, length), count))
  }
}
