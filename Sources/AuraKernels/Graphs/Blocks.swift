/// Cuts 0..<count into ranges of a fixed size, so that a long loop books its work and notices a cancel in between.
struct Blocks: Sequence, IteratorProtocol {
  private let count: Int
  private let size: Int
  private var begin = 0

  init(_ count: Int, size: Int = 16_384) {
    self.count = count
    self.size = size
  }

  mutating func next() -> Range<Int>? {
    guard begin < count else { return nil }
    let end = Swift.min(count, begin &+ size)
    defer { begin = end }
    return begin..<end
  }
}
