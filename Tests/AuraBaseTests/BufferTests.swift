internal import AuraBase
import Testing

@Suite struct BufferTests {
  @Test func growsAndKeepsItsElements() throws {
    var buffer = Buffer<Int>()
    for i in 0..<1000 { try buffer.append(i * i) }
    let (count, first, last) = (buffer.count, buffer[0], buffer[999])
    #expect(count == 1000 && first == 0 && last == 998_001)
    try buffer.append([7, 8].span)
    let popped = buffer.popLast()
    #expect(popped == 8)
    buffer.truncate(to: 3)
    buffer.truncate(to: 10)
    buffer.shrink()
    let (left, third) = (buffer.count, buffer.span[2])
    #expect(left == 3 && third == 4)
    buffer.removeAll()
    let none = buffer.popLast()
    #expect(none == nil)
  }

  @Test(arguments: [Int.max, Int.max / 8, 1 << 60]) func noRoomIsAnError(_ count: Int) {
    do throws(AuraError) {
      _ = try Buffer<Double>(repeating: 0, count: count)
      Issue.record("there was room for \(count) doubles")
    } catch { #expect(error.code == .memory) }
  }

  @Test func copiesDoNotShare() throws {
    var first = try Buffer(repeating: 1.5, count: 4)
    let second = try Buffer(copying: first.span)
    first[0] = 2
    let kept = second[0]
    #expect(kept == 1.5)
  }
}

@Suite struct ColumnTests {
  @Test func takesABufferOver() throws {
    var buffer = Buffer<Int32>()
    for i in 0..<100 { try buffer.append(Int32(i)) }
    let column = Column(buffer)
    #expect(column.count == 100 && column[99] == 99)
    #expect(column.array == (0..<100).map { Int32($0) })
  }

  @Test func mayBeEmpty() {
    let column = Column<Double>()
    #expect(column.count == 0 && column.array.isEmpty)
  }
}
