package import AuraBase

/// What links can carry, as whole numbers, so that flows are exact and end.
///
/// Decimal numbers of few digits are counted in units of their last digit, others in units of their last bit. Where
/// sums of all would become too large, capacities are rounded, once, to about 2^-60 of their sum.
package struct WholeCapacities: Sendable {
  /// One for each link; their sum is below 2^61.
  package let units: Column<Int64>
  private let divisor: Double
  private let factor: Double

  /// - Parameters:
  ///   - links: how many there are.
  ///   - given: one for each link, 0 or more and finite; nil means 1.
  /// - Throws: `.argument` for a capacity that is negative or not finite, `.memory`.
  package init(links m: Int, _ given: Span<Double>?) throws(AuraError) {
    var units = try Buffer<Int64>(repeating: 1, count: m)
    var divisor = 1.0
    var factor = 1.0
    if let given {
      guard given.count == m else { throw AuraError(.argument, "\(given.count) capacities for \(m) links") }
      var largest = 0.0
      for k in 0..<m {
        guard given[k] >= 0, given[k] < .infinity else {
          throw AuraError(.argument, "the capacity of link \(k) is \(given[k]); capacities are finite, at least 0")
        }
        largest = max(largest, given[k])
      }
      if largest > 0 { Self.scale(given, largest, &divisor, &factor) }
      for k in 0..<m { units[k] = Int64((given[k] / divisor * factor).rounded()) }
    }
    self.units = Column(units)
    self.divisor = divisor
    self.factor = factor
  }

  private static func scale(_ given: Span<Double>, _ largest: Double, _ divisor: inout Double, _ factor: inout Double) {
    var sum = 0.0  // in units of the largest
    for k in given.indices { sum += given[k] / largest }
    for _ in 0...12 {
      if sum * largest * factor <= 0x1p53 && areWhole(given, factor) { return }
      factor *= 10
    }
    factor = 1
    var lowest = Int.max
    for k in given.indices where given[k] > 0 {
      lowest = min(lowest, Int(given[k].exponent) - given[k].significandWidth)
    }
    let highest = Int(largest.exponent) + Int(sum.exponent) + 2  // the sum is below 2^highest
    // Smaller units than the least normal number are of no use to anybody.
    divisor = Double(sign: .plus, exponent: max(-1_022, lowest, highest - 61), significand: 1)
  }

  /// Whether each capacity is the number nearest to a whole multiple of 1 / `power`.
  private static func areWhole(_ given: Span<Double>, _ power: Double) -> Bool {
    for k in given.indices where (given[k] * power).rounded() / power != given[k] { return false }
    return true
  }

  /// A sum of capacities in the numbers that were given.
  package func value(_ units: Int64) -> Double { Double(units) / factor * divisor }
}
