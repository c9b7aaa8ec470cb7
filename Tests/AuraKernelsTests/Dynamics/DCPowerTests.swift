import AuraBase
import AuraKernels
import Testing

@Suite struct DCPowerTests {
  /// A lattice with parallel lines, a line from a bus to itself and lines that carry nothing.
  static func grid(_ n: Int, width: Int, idle: Bool = false) throws -> DCGrid {
    let luck = Dice(seed: UInt64(n))
    var from: [Int32] = [0], to: [Int32] = [0], strength: [Double] = [1]
    for i in 1..<n {
      for j in [i - 1, i - width] where j >= 0 {
        from.append(Int32(i))
        to.append(Int32(j))
        strength.append(idle && luck.integer(i, below: 9) == 0 ? 0 : 1 + 9 * luck.uniform(2 * i + (j == i - 1 ? 0 : 1)))
      }
      if i % 7 == 0 {
        from.append(Int32(i - 1))
        to.append(Int32(i))
        strength.append(3)
      }
    }
    let demand = (0..<n).map { $0 % 4 == 0 ? 0 : 20 + 60 * luck.uniform(10_000 + $0) }
    let generation = (0..<n).map { $0 % 4 == 0 ? 150 + 100 * luck.uniform(20_000 + $0) : 0 }
    return try DCGrid(
      count: n, from: try Column(from), to: try Column(to), susceptance: try Column(strength),
      demand: try Column(demand), generation: try Column(generation),
      generationMax: try Column(generation.map { 1.5 * $0 }), work: Work())
  }

  static func values(_ flow: DCFlow) -> (flow: [Double], served: [Double]) {
    ((0..<flow.grid.from.count).map { flow.flow[$0] }, (0..<flow.grid.count).map { flow.served[$0] })
  }

  /// Lines go out a few at a time until there are islands everywhere; what is worked out from the factors of the step
  /// before is what a solver finds that sees the grid for the first time.
  @Test(arguments: [(30, 5, false), (120, 11, false), (120, 11, true), (300, 17, false)])
  func flowsDoNotDependOnWhatCameBefore(_ n: Int, _ width: Int, _ idle: Bool) throws {
    let grid = try Self.grid(n, width: width, idle: idle)
    let m = grid.from.count
    let old = try DCFlow(grid)
    let live = try Slab<UInt8>(repeating: 1, count: m)
    let gone = try Slab<Int32>(repeating: -1, count: n)
    let luck = Dice(seed: 7)
    var draw = 0
    old.begin()
    for round in 0..<30 {
      if round % 4 == 3 {
        // A bus goes, with all its lines.
        let bus = luck.integer(draw, below: n)
        draw += 1
        gone[bus] = 0
        for k in 0..<m where Int(grid.from[k]) == bus || Int(grid.to[k]) == bus { live[k] = 0 }
      } else {
        for _ in 0..<(round < 15 ? 2 : m / 20) {
          live[luck.integer(draw, below: m)] = 0
          draw += 1
        }
      }
      old.solve(live: live, gone: gone)
      let fresh = try DCFlow(grid)
      fresh.solve(live: live, gone: gone)
      let (a, b) = (Self.values(old), Self.values(fresh))
      #expect(a.served == b.served)
      for k in 0..<m { #expect(abs(a.flow[k] - b.flow[k]) < 1e-7, "round \(round), line \(k)") }
      // What flows into a bus and is not consumed flows out of it: nothing is lost in an island.
      if !idle {
        var sum = [Double](repeating: 0, count: n)
        for k in 0..<m where grid.from[k] != grid.to[k] {
          sum[Int(grid.from[k])] += a.flow[k]
          sum[Int(grid.to[k])] -= a.flow[k]
        }
        for i in 0..<n where i % 4 != 0 && gone[i] < 0 {
          #expect(abs(sum[i] + grid.demand[i] * a.served[i]) < 1e-7, "round \(round), bus \(i)")
        }
      }
    }
    // Back to the intact grid, byte for byte.
    live.fill(1)
    gone.fill(-1)
    old.begin()
    old.solve(live: live, gone: gone)
    let again = Self.values(old)
    let fresh = try DCFlow(grid)
    fresh.begin()
    fresh.solve(live: live, gone: gone)
    #expect(again == Self.values(fresh))
  }

  /// A world is the same whatever was played before it, whether one bus fails first or three at once.
  @Test(arguments: [[0], [0, 37, 71]]) func worldsDoNotDependOnTheirOrder(_ first: [Int]) throws {
    let n = 120
    let grid = try Self.grid(n, width: 11)
    let m = grid.from.count
    let unlimited = try Column([Double](repeating: 1e300, count: m))
    let flow = try DCPower(grid: grid, ratings: unlimited).intactFlow().map(\.magnitude)
    let ratings = try Column(flow.map { 1.3 * max($0, 5) })
    let kernel = try DCPower(grid: grid, ratings: ratings)
    let trace = try CascadeTrace(count: n, steps: 100)
    func world(_ i: Int, _ kernel: DCPower) throws -> [Int32] {
      trace.begin()
      for k in first { trace.failByItself((i + k) % n, at: 0) }
      try kernel.run(trace, work: Work())
      return (0..<n).flatMap { [trace.step[$0], trace.cause[$0]] }
    }
    var worlds: [[Int32]] = []
    for i in 0..<n { worlds.append(try world(i, kernel)) }
    #expect(worlds.contains { $0.filter { $0 >= 0 }.count > n })
    for i in (0..<n).reversed() { #expect(try world(i, kernel) == worlds[i]) }
    for i in 0..<10 { #expect(try world(i, try DCPower(grid: grid, ratings: ratings)) == worlds[i]) }
  }
}
