import AuraBase
import AuraKernels
import Testing

@Suite struct SparseLDLTests {
  /// Grounded Laplacians of random graphs, solved and multiplied back.
  @Test(arguments: [1, 2, 5, 30, 120])
  func solvesWhatItFactorised(_ n: Int) throws {
    let dice = Dice(seed: UInt64(n))
    for trial in 0..<5 {
      let luck = dice.stream(trial)
      var sources: [Int32] = [], targets: [Int32] = [], weights: [Double] = []
      for k in 0..<(2 * n) {
        let (i, j) = (luck.integer(3 * k, below: n), luck.integer(3 * k + 1, below: n))
        if i == j { continue }
        sources.append(Int32(i))
        targets.append(Int32(j))
        weights.append(0.1 + luck.uniform(3 * k + 2))
      }
      let graph = try Adjacency(count: n, sources: sources.span, targets: targets.span, sense: .both, simple: true)
      let pattern = try LDLPattern(graph, work: Work())
      #expect(Set(pattern.position.array).count == n)
      let solver = try LDLSolver(pattern)
      let lower = solver.lower, diagonal = solver.diagonal
      var matrix = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
      for i in 0..<n { matrix[i][i] = 0.5 }
      for k in sources.indices {
        let (i, j) = (Int(sources[k]), Int(targets[k]))
        matrix[i][j] -= weights[k]
        matrix[j][i] -= weights[k]
        matrix[i][i] += weights[k]
        matrix[j][j] += weights[k]
      }
      for i in 0..<n {
        diagonal[Int(pattern.position[i])] = matrix[i][i]
        for j in 0..<i where matrix[i][j] != 0 { lower[try #require(solver.place(i, j))] = matrix[i][j] }
      }
      let right = try Slab<Double>(repeating: 0, count: n)
      let wanted = (0..<n).map { luck.uniform(10_000 + $0) - 0.5 }
      for i in 0..<n { right[i] = wanted[i] }
      solver.factorise()
      solver.solve(right)
      for i in 0..<n {
        let got = (0..<n).reduce(0.0) { $0 + matrix[i][$1] * right[$1] }
        #expect(abs(got - wanted[i]) < 1e-10)
      }
    }
  }

  /// Couplings taken out one by one leave what factorising without them gives, also when agents are cut off.
  @Test(arguments: [8, 40, 150])
  func changesAreWorkedIn(_ n: Int) throws {
    let luck = Dice(seed: UInt64(n))
    var sources: [Int32] = [], targets: [Int32] = []
    for i in 1..<n {
      for j in Set([i - 1, luck.integer(i, below: i)]) {
        sources.append(Int32(i))
        targets.append(Int32(j))
      }
    }
    let m = sources.count
    let graph = try Adjacency(count: n, sources: sources.span, targets: targets.span, sense: .both, simple: true)
    let pattern = try LDLPattern(graph, work: Work())
    let solver = try LDLSolver(pattern), anew = try LDLSolver(pattern)
    func set(_ solver: LDLSolver, without lost: Set<Int>, grounded: Set<Int>) {
      let lower = solver.lower, diagonal = solver.diagonal
      lower.fill(0)
      diagonal.fill(0)
      for i in grounded { diagonal[Int(pattern.position[i])] += 2 }
      for k in 0..<m where !lost.contains(k) {
        let weight = 1 + luck.uniform(500 + k)
        lower[solver.place(Int(sources[k]), Int(targets[k]))!] -= weight
        for i in [sources[k], targets[k]] { diagonal[Int(pattern.position[Int(i)])] += weight }
      }
      solver.factorise()
    }
    var lost: Set<Int> = [], grounded: Set<Int> = [0]
    set(solver, without: lost, grounded: grounded)
    // Agent 3 is cut off, grounded before; then links go at random while everything stays in reach of a ground.
    grounded.insert(3)
    #expect(solver.change(3, 3, by: 2))
    let own = (0..<m).filter { sources[$0] == 3 || targets[$0] == 3 }
    for k in own + (0..<m).filter({ targets[$0] != sources[$0] - 1 && $0 % 2 == 0 && !own.contains($0) }) {
      lost.insert(k)
      for i in [4, n - 1] where grounded.insert(i).inserted { #expect(solver.change(i, i, by: 2)) }
      #expect(solver.change(Int(sources[k]), Int(targets[k]), by: -1 - luck.uniform(500 + k)))
      set(anew, without: lost, grounded: grounded)
      let a = try Slab<Double>(repeating: 0, count: n), b = try Slab<Double>(repeating: 0, count: n)
      for i in 0..<n {
        a[i] = luck.uniform(900 + i) - 0.5
        b[i] = a[i]
      }
      solver.solve(a)
      anew.solve(b)
      for i in 0..<n { #expect(abs(a[i] - b[i]) < 1e-9) }
    }
    let copy = try LDLSolver(pattern)
    copy.copy(from: solver)
    let a = try Slab<Double>(repeating: 1, count: n), b = try Slab<Double>(repeating: 1, count: n)
    solver.solve(a)
    copy.solve(b)
    #expect((0..<n).map { a[$0] } == (0..<n).map { b[$0] })
  }

  @Test func takingTheOnlyGroundAwayIsNoticed() throws {
    let sources: [Int32] = [1, 2], targets: [Int32] = [0, 1]
    let graph = try Adjacency(count: 3, sources: sources.span, targets: targets.span, sense: .both, simple: true)
    let solver = try LDLSolver(try LDLPattern(graph, work: Work()))
    solver.lower.fill(0)
    solver.diagonal.fill(1)
    solver.factorise()
    #expect(!solver.change(1, 1, by: -1))
  }

  @Test func aTreeHasNoFill() throws {
    // A star whose centre comes first: eliminated by number, every leaf would be joined with every other.
    let n = 200
    let sources = [Int32](repeating: 0, count: n - 1)
    let targets = (1..<n).map { Int32($0) }
    let graph = try Adjacency(count: n, sources: sources.span, targets: targets.span, sense: .both, simple: true)
    #expect(try LDLPattern(graph, work: Work()).rows.count == n - 1)
  }
}
