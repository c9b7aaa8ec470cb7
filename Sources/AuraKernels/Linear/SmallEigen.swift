internal import AuraBase

/// The eigenvalues and eigenvectors of a small symmetric matrix, largest value first.
///
/// - Complexity: O(*k*³) for each of about six sweeps; meant for *k* below a hundred.
/// - Source: Jacobi 1846, doi:10.1515/crll.1846.30.51; cyclic by rows.
/// - Parameter matrix: by rows; overwritten.
func smallEigen(_ matrix: inout [Double], _ k: Int) -> (values: [Double], vectors: [[Double]]) {
  var v = [Double](repeating: 0, count: k * k)
  for i in 0..<k { v[i * k + i] = 1 }
  var size = 0.0
  for x in matrix { size = max(size, abs(x)) }
  for _ in 0..<40 {
    var off = 0.0
    for p in 0..<k {
      for q in p + 1..<max(k, p + 1) {
        let pq = matrix[p * k + q]
        if abs(pq) <= size * 1e-17 { continue }
        off = max(off, abs(pq))
        let theta = (matrix[q * k + q] - matrix[p * k + p]) / (2 * pq)
        let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
        let c = 1 / (t * t + 1).squareRoot()
        let s = t * c
        for r in 0..<k {
          let (a, b) = (matrix[r * k + p], matrix[r * k + q])
          matrix[r * k + p] = c * a - s * b
          matrix[r * k + q] = s * a + c * b
        }
        for r in 0..<k {
          let (a, b) = (matrix[p * k + r], matrix[q * k + r])
          matrix[p * k + r] = c * a - s * b
          matrix[q * k + r] = s * a + c * b
        }
        for r in 0..<k {
          let (a, b) = (v[p * k + r], v[q * k + r])
          v[p * k + r] = c * a - s * b
          v[q * k + r] = s * a + c * b
        }
      }
    }
    if off <= size * 1e-15 { break }
  }
  let order = (0..<k).sorted {
    let (a, b) = (matrix[$0 * k + $0], matrix[$1 * k + $1])
    return a != b ? a > b : $0 < $1
  }
  return (order.map { matrix[$0 * k + $0] }, order.map { Array(v[$0 * k..<$0 * k + k]) })
}
