internal import AuraBase

/// Matrices in the coordinate format of Matrix Market: entry (*i*, *j*) is a link from agent *i* to agent *j*, counted
/// from 1.
enum MatrixMarket {
  static func read(_ bytes: [UInt8], file: String) throws -> NetworkFile {
    var s = TextScanner(bytes, file: file)
    let banner = s.line().lowercased().split(separator: " ").map(String.init)
    guard banner.count >= 5, banner[0] == "%%matrixmarket", banner[1] == "matrix" else {
      throw s.failure("a Matrix Market file begins with %%MatrixMarket matrix", at: 0)
    }
    guard banner[2] == "coordinate", ["real", "integer", "pattern", "double"].contains(banner[3]) else {
      throw s.failure("only coordinate matrices of real, integer or pattern are networks", at: 0)
    }
    guard banner[4] == "general" || banner[4] == "symmetric" else {
      throw s.failure("only general and symmetric matrices are networks", at: 0)
    }
    var network = NetworkFile()
    network.directed = banner[4] == "general"
    var size: (rows: Int, entries: Int)?
    while !s.isAtEnd {
      let start = s.at
      let line = s.line()
      if line.hasPrefix("%") { continue }
      let words = line.split { $0 == " " || $0 == "\t" }
      if words.isEmpty { continue }
      guard let size else {
        let numbers = words.compactMap { Int($0) }
        guard numbers.count == 3, numbers[0] >= 0, numbers[2] >= 0 else {
          throw s.failure("expected rows, columns and entries", at: start)
        }
        guard numbers[0] == numbers[1] else { throw s.failure("a network needs as many rows as columns", at: start) }
        guard numbers[0] <= Limits().agents else { throw s.failure("more than \(Limits().agents) agents", at: start) }
        size = (numbers[0], numbers[2])
        for i in 0..<numbers[0] { _ = network.agent(.integer(i + 1)) }
        continue
      }
      let pattern = banner[3] == "pattern"
      guard words.count == (pattern ? 2 : 3), let i = Int(words[0]), let j = Int(words[1]), (1...size.rows).contains(i),
        (1...size.rows).contains(j)
      else {
        throw s.failure(
          "expected a row and a column in 1...\(size.rows)" + (pattern ? "" : ", and a number"), at: start)
      }
      var said: [JSON.Member] = []
      if !pattern {
        let value = NetworkFile.value(String(words[2]))
        guard value.number != nil else { throw s.failure("\(words[2]) is no number", at: start) }
        said = [.init("weight", value)]
      }
      network.link(i - 1, j - 1, said)
    }
    guard let size else { throw s.failure("the file ends before its size") }
    guard network.links.count == size.entries else {
      throw s.failure("\(network.links.count) entries, not \(size.entries)")
    }
    return network
  }
}
