import AuraBase
import AuraKernels

/// A small network for tests, given by its links.
struct DrawnNetwork: Sendable {
  var count: Int
  var sources: [Int32]
  var targets: [Int32]

  init(_ count: Int, _ links: [(Int32, Int32)]) {
    self.count = count
    sources = links.map(\.0)
    targets = links.map(\.1)
  }

  /// Any pair may be linked, several times and to itself; with few links it falls into pieces.
  static func random(_ seed: UInt64, agents: Int, links: Int) -> DrawnNetwork {
    let dice = Dice(seed: seed)
    return DrawnNetwork(
      agents,
      (0..<links).map { k in
        (Int32(dice.integer(2 * k, below: agents)), Int32(dice.integer(2 * k + 1, below: agents)))
      })
  }

  /// A square lattice: corners are far apart and joined by very many routes.
  static func lattice(_ side: Int) -> DrawnNetwork {
    var links: [(Int32, Int32)] = []
    for y in 0..<side {
      for x in 0..<side {
        let here = Int32(y * side + x)
        if x + 1 < side { links.append((here, here + 1)) }
        if y + 1 < side { links.append((here, here + Int32(side))) }
      }
    }
    return DrawnNetwork(side * side, links)
  }

  static let bowTie = DrawnNetwork(5, [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 2)])

  func adjacency(_ sense: Adjacency.Sense, simple: Bool = false) throws -> Adjacency {
    try Adjacency(count: count, sources: sources.span, targets: targets.span, sense: sense, simple: simple)
  }

  /// The same network with agent *i* called `names[i]`.
  func renamed(_ names: [Int32]) -> DrawnNetwork {
    var out = self
    out.sources = sources.map { names[Int($0)] }
    out.targets = targets.map { names[Int($0)] }
    return out
  }

  func without(_ agent: Int) -> DrawnNetwork {
    DrawnNetwork(count, zip(sources, targets).filter { $0 != agent && $1 != agent })
  }

  /// `reach[i][j]`: *j* can be reached from *i*; by definition, one link at a time.
  func reach(directed: Bool) -> [[Bool]] {
    var out = (0..<count).map { i in (0..<count).map { $0 == i } }
    var changed = true
    while changed {
      changed = false
      for (s, t) in zip(sources, targets) {
        for i in 0..<count {
          if out[i][Int(s)] && !out[i][Int(t)] { (out[i][Int(t)], changed) = (true, true) }
          if !directed && out[i][Int(t)] && !out[i][Int(s)] { (out[i][Int(s)], changed) = (true, true) }
        }
      }
    }
    return out
  }
}

/// A way of shuffling 0..<n.
func shuffledNames(_ n: Int, seed: UInt64) -> [Int32] {
  let dice = Dice(seed: seed)
  var names = (0..<n).map { Int32($0) }
  for i in stride(from: n - 1, to: 0, by: -1) { names.swapAt(i, dice.integer(i, below: i + 1)) }
  return names
}

/// The number of the set that each agent is in, sets numbered by least agent.
func labels(_ n: Int, together: (Int, Int) -> Bool) -> [Int32] {
  var out: [Int32] = []
  var next: Int32 = 0
  for i in 0..<n {
    if let j = (0..<i).first(where: { together($0, i) }) {
      out.append(out[j])
    } else {
      out.append(next)
      next += 1
    }
  }
  return out
}

/// Runs `body` with just too small an allowance, then with a raised flag; returns the two codes.
func refusals(_ body: (Work) throws(AuraError) -> Void) -> [AuraError.Code?] {
  let free = Work()
  do throws(AuraError) { try body(free) } catch { return [error.code] }
  let token = CancelToken()
  token.cancel()
  return [Work(allowance: free.unitsSpent - 1), Work(token: token)].map { work in
    do throws(AuraError) {
      try body(work)
      return nil
    } catch {
      return error.code
    }
  }
}
