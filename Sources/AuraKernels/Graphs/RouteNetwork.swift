internal import AuraBase

/// The part of a network that shortest routes run over: living agents, no self loops, of parallel links the
/// shortest, lengths as whole numbers.
///
/// Whole lengths make equal routes equal: 0.1 + 0.2 against 0.3 is a tie whatever the order of the links. Lengths
/// that are decimal numbers of few digits are counted in units of their last digit, and others in units of their
/// last bit, exactly. Where that would make the longest route too long a number, lengths are rounded, once, to 2^-32
/// of the longest (of the next power of two); no link is shorter than one unit.
struct RouteNetwork: ~Copyable {
  /// Agents that take part; they are numbered 0..<count here.
  let count: Int
  /// Their numbers in the whole network, in the order of `RouteNetwork.order`.
  let agents: Buffer<Int32>
  let starts: Buffer<Int32>
  let neighbours: Buffer<Int32>
  /// Empty when all links are equally long: routes are then counted in links.
  let lengths: Buffer<Int64>
  /// The link that each entry came from, of parallel ones the first of the shortest; empty unless asked for.
  let links: Buffer<Int32>
  /// What one link, or one unit of length, is in the numbers that were given.
  private let unit: LengthUnit
  private let step: Int64

  var entries: Int { neighbours.count }
  var isWeighted: Bool { lengths.count > 0 }

  /// Living agents in the order in which a search from the busiest one finds them, so that agents that are near one
  /// another in the network are near in memory, the busiest nearest: searches then rarely wait for memory.
  ///
  /// - Parameter alive: one for each agent; nil means all.
  /// - Throws: `.argument`, `.memory`.
  static func order(_ rows: Adjacency, alive: Span<Bool>?) throws(AuraError) -> Buffer<Int32> {
    if let alive, alive.count != rows.count {
      throw AuraError(.argument, "\(alive.count) living or dead for \(rows.count) agents")
    }
    var out = Buffer<Int32>()
    var found = try Buffer<Bool>(repeating: false, count: rows.count)
    try out.reserve(rows.count)
    let starts = rows.starts.span, neighbours = rows.neighbours.span
    var seen = found.mutableSpan
    var first = 0
    for i in 0..<rows.count {
      if let alive, !alive[i] { seen[i] = true }
      if !seen[i] && (seen[first] || starts[i + 1] - starts[i] > starts[first + 1] - starts[first]) { first = i }
    }
    var head = 0
    for k in -1..<rows.count {
      let root = k < 0 ? first : k
      if rows.count == 0 || seen[root] { continue }
      seen[root] = true
      try out.append(Int32(truncatingIfNeeded: root))
      while head < out.count {
        let i = Int(out.span[head])
        head += 1
        for e in Int(starts[i])..<Int(starts[i + 1]) where !seen[Int(neighbours[e])] {
          seen[Int(neighbours[e])] = true
          try out.append(neighbours[e])
        }
      }
    }
    return out
  }

  /// - Parameters:
  ///   - order: the agents that take part, in the order in which they are numbered here.
  ///   - lengths: one for each link of the network that `rows` came from; positive and finite.
  ///   - named: whether to keep the link of each entry.
  /// - Throws: `.argument` for a length that is not positive and finite, `.memory`.
  init(_ rows: Adjacency, _ order: Span<Int32>, lengths given: Span<Double>?, named: Bool = false)
    throws(AuraError)
  {
    let unit = try LengthUnit(given, agents: rows.count)
    var starts = Buffer<Int32>()
    var neighbours = Buffer<Int32>()
    var lengths = Buffer<Int64>()
    var names = Buffer<Int32>()
    var number = try Buffer<Int32>(repeating: -1, count: rows.count)
    do {
      var numbers = number.mutableSpan
      for a in 0..<order.count { numbers[Int(order[a])] = Int32(truncatingIfNeeded: a) }
    }
    try neighbours.reserve(rows.entries)
    try starts.append(0)
    let from = rows.starts.span, to = rows.neighbours.span, links = rows.links.span
    for a in 0..<order.count {
      let i = Int(order[a])
      var last = Int32(truncatingIfNeeded: i)
      for e in Int(from[i])..<Int(from[i + 1]) {
        let j = to[e]
        let other = number.span[Int(j)]
        if other < 0 || Int(j) == i { continue }
        if let given {
          let length = unit.whole(given[Int(links[e])])
          if j == last {
            if length < lengths[lengths.count - 1] {
              lengths[lengths.count - 1] = length
              if named { names[names.count - 1] = links[e] }
            }
            continue
          }
          try lengths.append(length)
        } else if j == last {
          continue
        }
        last = j
        try neighbours.append(other)
        if named { try names.append(links[e]) }
      }
      try starts.append(Int32(truncatingIfNeeded: neighbours.count))
    }
    var step: Int64 = 1
    if Self.allEqual(lengths.span) {
      if lengths.count > 0 { step = lengths.span[0] }
      lengths = Buffer()
    }
    let agents = try Buffer(copying: order)
    count = order.count
    self.unit = unit
    self.step = step
    self.agents = agents
    self.starts = starts
    self.neighbours = neighbours
    self.lengths = lengths
    self.links = names
  }

  /// A distance in the numbers that were given.
  func length(_ distance: Int64) -> Double { unit.value(distance * step) }

  private static func allEqual(_ lengths: Span<Int64>) -> Bool {
    for k in lengths.indices where lengths[k] != lengths[0] { return false }
    return true
  }
}

/// How lengths become whole numbers that may be added up along any route without overflow.
struct LengthUnit {
  private var divisor = 1.0
  private var factor = 1.0

  /// - Throws: `.argument` for a length that is not positive and finite.
  init(_ lengths: Span<Double>?, agents n: Int) throws(AuraError) {
    guard let lengths else { return }
    var longest = 0.0
    for k in lengths.indices {
      guard lengths[k] > 0, lengths[k] < .infinity else {
        throw AuraError(.argument, "the length of link \(k) is \(lengths[k]); lengths are positive and finite")
      }
      longest = max(longest, lengths[k])
    }
    if longest == 0 { return }
    let most = 0x1p62 / Double(max(1, n))  // no route has more links than there are agents
    var power = 1.0
    for _ in 0...12 {
      if longest * power <= min(most, 0x1p53), Self.areWhole(lengths, power) {
        factor = power
        return
      }
      power *= 10
    }
    var lowest = Int.max
    for k in lengths.indices { lowest = min(lowest, Int(lengths[k].exponent) - lengths[k].significandWidth) }
    if Double(sign: .plus, exponent: max(-1022, Int(longest.exponent) - lowest), significand: 2) <= most {
      divisor = Double(sign: .plus, exponent: lowest, significand: 1)
      return
    }
    // Two steps, as their quotient is infinite for the least numbers there are.
    divisor = Double(sign: .plus, exponent: max(-1022, longest.exponent), significand: 1)
    factor = 0x1p31
  }

  /// Whether each length is the number nearest to a whole multiple of 1 / `power`.
  private static func areWhole(_ lengths: Span<Double>, _ power: Double) -> Bool {
    for k in lengths.indices where (lengths[k] * power).rounded() / power != lengths[k] { return false }
    return true
  }

  /// The product is below 2^62, so the conversion cannot trap.
  func whole(_ length: Double) -> Int64 { max(1, Int64((length / divisor * factor).rounded())) }

  /// The length that `whole` made a number of.
  func value(_ whole: Int64) -> Double { Double(whole) / factor * divisor }
}
