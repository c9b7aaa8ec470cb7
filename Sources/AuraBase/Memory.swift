internal import Glibc

/// The system's memory.
package enum Memory {
  /// Makes sure, before work begins whose many small arrays cannot fail one by one, that the system has room for all.
  /// The room is asked for and given back without being touched: some microseconds, whatever its size.
  /// - Throws: `.memory`.
  package static func makeSureOfRoom(bytes: Int) throws(AuraError) {
    let room = mmap(nil, max(1, bytes), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let room, room != MAP_FAILED else { throw AuraError(.memory, "no room for \(bytes) bytes") }
    munmap(room, max(1, bytes))
  }
}
