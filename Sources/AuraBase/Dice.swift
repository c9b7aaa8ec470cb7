/// Random numbers without a state: the value is a hash of the seed and of what it is drawn for, so that a run
/// with an intervention and the run without it meet the same luck (common random numbers), in any order and on
/// any thread.
///
/// The mixer is the finaliser of SplitMix64 (Steele, Lea and Flood 2014, doi:10.1145/2714064.2660195), applied
/// once for each coordinate.
public struct Dice: Sendable {
  @usableFromInline let seed: UInt64

  @inlinable @inline(__always) public init(seed: UInt64) { self.seed = Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15) }

  @inlinable @inline(__always) static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Dice for one stream (a run, an agent, a purpose) below these.
  @inlinable @inline(__always) public func stream(_ index: Int) -> Dice {
    Dice(seed: seed ^ (UInt64(truncatingIfNeeded: index) &* 0xD6E8_FEB8_6659_FD93))
  }

  /// 64 random bits for one coordinate.
  @inlinable @inline(__always) public func bits(_ index: Int) -> UInt64 {
    Self.mix(seed &+ UInt64(truncatingIfNeeded: index) &* 0x9E37_79B9_7F4A_7C15)
  }

  /// Uniform in [0, 1).
  @inlinable @inline(__always) public func uniform(_ index: Int) -> Double { Double(bits(index) >> 11) * 0x1p-53 }

  /// Uniform in 0..<bound; bound is at least 1. The bias is below bound / 2^64.
  @inlinable public func integer(_ index: Int, below bound: Int) -> Int {
    Int(truncatingIfNeeded: bits(index).multipliedFullWidth(by: UInt64(max(1, bound))).high)
  }
}
