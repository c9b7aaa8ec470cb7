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

  @Test func aTreeHasNoFill() throws {
    // A star whose centre comes first: eliminated by number, every leaf would be joined with every other.
    let n = 200
    let sources = [Int32](repeating: 0, count: n - 1)
    let targets = (1..<n).map { Int32($0) }
    let graph = try Adjacency(count: n, sources: sources.span, targets: targets.span, sense: .both, simple: true)
    #expect(try LDLPattern(graph, work: Work()).rows.count == n - 1)
  }
}
