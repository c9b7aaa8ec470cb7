/// A number of shortest paths. `Double` holds it in all but strange networks; `WideCount` holds it always.
///
/// A 500 by 500 lattice has 10^298 paths between two of its corners, near the end of what a `Double` holds; a
/// ladder of 2,000 rungs goes past it.
protocol PathCount: BitwiseCopyable {
  static var zero: Self { get }
  static var one: Self { get }
  static func + (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  init(_ value: Double)
  var reciprocal: Self { get }
  /// The nearest `Double`.
  var value: Double { get }
  /// True while sums of as many terms as a network may have links stay exact enough.
  var isSafe: Bool { get }
  static func < (a: Self, b: Self) -> Bool
}

extension Double: PathCount {
  static var one: Double { 1 }
  @inline(__always) var reciprocal: Double { 1 / self }
  @inline(__always) var value: Double { self }
  @inline(__always) var isSafe: Bool { self < 0x1p990 }
}

/// A non-negative number with 53 bits and an exponent without practical end.
struct WideCount: PathCount {
  /// In [1, 2), or 0.
  var fraction: Double
  var exponent: Int

  static var zero: WideCount { WideCount(fraction: 0, exponent: 0) }
  static var one: WideCount { WideCount(fraction: 1, exponent: 0) }

  init(fraction: Double, exponent: Int) {
    self.fraction = fraction
    self.exponent = exponent
  }

  init(_ value: Double) { self.init(normalising: value, 0) }

  private init(normalising value: Double, _ shift: Int) {
    if value > 0 {
      fraction = value.significand
      exponent = Int(value.exponent) &+ shift
    } else {
      self = .zero
    }
  }

  static func + (a: WideCount, b: WideCount) -> WideCount {
    if a.fraction == 0 { return b }
    if b.fraction == 0 { return a }
    let (high, low) = a.exponent >= b.exponent ? (a, b) : (b, a)
    let gap = high.exponent &- low.exponent
    if gap > 60 { return high }
    return WideCount(
      normalising: high.fraction + Double(sign: .plus, exponent: -gap, significand: low.fraction), high.exponent)
  }

  static func * (a: WideCount, b: WideCount) -> WideCount {
    WideCount(normalising: a.fraction * b.fraction, a.exponent &+ b.exponent)
  }

  var reciprocal: WideCount { WideCount(normalising: 1 / fraction, 0 &- exponent) }

  var value: Double {
    if fraction == 0 || exponent < -1074 { return 0 }
    return Double(sign: .plus, exponent: min(exponent, 1023), significand: fraction)
  }

  var isSafe: Bool { true }

  static func < (a: WideCount, b: WideCount) -> Bool {
    if a.fraction == 0 || b.fraction == 0 { return a.fraction < b.fraction }
    return a.exponent != b.exponent ? a.exponent < b.exponent : a.fraction < b.fraction
  }
}
