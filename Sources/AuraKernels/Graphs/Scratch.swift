internal import AuraBase

/// Working memory whose parts are written side by side: by one routine that holds several arrays, or by parallel
/// chunks. Nothing stops two writers from asking for one place: the rule is that a chunk writes its own slice.
struct Scratch<Element: BitwiseCopyable>: ~Copyable {
  fileprivate let storage: Buffer<Element>

  var count: Int { storage.count }

  /// - Throws: `.memory`.
  init(repeating value: Element, count: Int) throws(AuraError) {
    storage = try Buffer(repeating: value, count: count)
  }

  /// Room for `rows` rows of `columns` elements.
  ///
  /// - Throws: `.memory`.
  init(repeating value: Element, rows: Int, columns: Int) throws(AuraError) {
    let (total, overflow) = rows.multipliedReportingOverflow(by: columns)
    if overflow { throw AuraError(.memory, "no room for \(rows) rows of \(columns) numbers") }
    storage = try Buffer(repeating: value, count: total)
  }

  var all: MutableSpan<Element> {
    @_lifetime(borrow self) get { slice(0..<storage.count) }
  }

  @_lifetime(borrow self)
  borrowing func slice(_ range: Range<Int>) -> MutableSpan<Element> {
    precondition(range.lowerBound >= 0 && range.upperBound <= storage.count)
    let base = storage.start + range.lowerBound
    return _overrideLifetime(MutableSpan(_unsafeStart: base, count: range.count), borrowing: self)
  }

  @_lifetime(borrow self)
  borrowing func read(_ range: Range<Int>) -> Span<Element> {
    precondition(range.lowerBound >= 0 && range.upperBound <= storage.count)
    return _overrideLifetime(Span(_unsafeStart: storage.start + range.lowerBound, count: range.count), borrowing: self)
  }
}

extension Scratch where Element: Sendable {
  /// A copy of what is in it.
  ///
  /// - Throws: `.memory`.
  func column() throws(AuraError) -> Column<Element> {
    var out = Buffer<Element>()
    try out.reserve(count)
    for k in 0..<count { try out.append(storage[k]) }
    return Column(out)
  }
}
