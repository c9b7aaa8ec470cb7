internal import Glibc

/// An immutable array that many readers share: a metric of every agent, the rows of an adjacency. Made from a
/// `Buffer` without copying; changing one value means making another column.
public final class Column<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  @usableFromInline let base: UnsafePointer<Element>
  public let count: Int
  private let owned: UnsafeMutablePointer<Element>?

  public init(_ buffer: consuming Buffer<Element>) {
    buffer.shrink()
    let (base, count) = buffer.release()
    owned = base
    self.base = UnsafePointer(base ?? Buffer<Element>.none)
    self.count = count
  }

  public convenience init(_ values: [Element]) throws(AuraError) {
    var buffer = Buffer<Element>()
    try buffer.append(values.span)
    self.init(buffer)
  }

  public convenience init() { self.init(Buffer()) }

  deinit { free(owned) }

  @inlinable public var span: Span<Element> {
    @_lifetime(borrow self) get {
      _overrideLifetime(Span(_unsafeStart: base, count: count), borrowing: self)
    }
  }

  @inlinable public subscript(_ i: Int) -> Element {
    precondition(i >= 0 && i < count)
    return base[i]
  }

  /// For the C border only: valid while the column lives.
  public var pointer: UnsafePointer<Element> { base }

  public var array: [Element] { Array(UnsafeBufferPointer(start: base, count: count)) }
}
