internal import CLZ4

/// Documents that come as an LZ4 frame (the format of the `lz4` command).
package enum LZ4Frame {
  /// Whether the bytes begin as a frame does.
  package static func begins(_ bytes: Span<UInt8>) -> Bool {
    bytes.count >= 4 && bytes[0] == 0x04 && bytes[1] == 0x22 && bytes[2] == 0x4D && bytes[3] == 0x18
  }

  /// Decodes one frame.
  ///
  /// - Throws: `.syntax` for a damaged frame, `.limit` when it decodes to more than `limit` bytes, `.memory`.
  package static func decode(_ bytes: Span<UInt8>, limit: Int) throws(AuraError) -> Buffer<UInt8> {
    var context: OpaquePointer?
    guard LZ4F_isError(LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION))) == 0, let context else {
      throw AuraError(.memory, "no room to decode an lz4 frame")
    }
    defer { LZ4F_freeDecompressionContext(context) }
    var out = Buffer<UInt8>()
    var block = try Buffer<UInt8>(repeating: 0, count: 1 << 16)
    var at = 0
    while at < bytes.count {
      var wanted = block.count
      var taken = bytes.count - at
      var room = block.mutableSpan
      let status = room.withUnsafeMutableBufferPointer { target in
        bytes.withUnsafeBufferPointer { source in
          LZ4F_decompress(context, target.baseAddress, &wanted, source.baseAddress?.advanced(by: at), &taken, nil)
        }
      }
      guard LZ4F_isError(status) == 0 else { throw AuraError(.syntax, "damaged lz4 frame", at: at) }
      at += taken
      guard out.count + wanted <= limit else {
        throw AuraError(.limit, "the lz4 frame decodes to more than \(limit) bytes", at: at)
      }
      try out.append(block.span.extracting(0..<wanted))
      if status == 0 {
        guard at == bytes.count else { throw AuraError(.syntax, "bytes after the lz4 frame", at: at) }
        return out
      }
      if taken == 0 && wanted == 0 { break }
    }
    // The whole input may be taken while decoded bytes still wait inside the decoder.
    while true {
      var wanted = block.count
      var taken = 0
      var room = block.mutableSpan
      let status = room.withUnsafeMutableBufferPointer { target in
        LZ4F_decompress(context, target.baseAddress, &wanted, nil, &taken, nil)
      }
      guard LZ4F_isError(status) == 0, wanted > 0 else {
        throw AuraError(.syntax, "truncated lz4 frame", at: bytes.count)
      }
      guard out.count + wanted <= limit else {
        throw AuraError(.limit, "the lz4 frame decodes to more than \(limit) bytes", at: bytes.count)
      }
      try out.append(block.span.extracting(0..<wanted))
      if status == 0 { return out }
    }
  }
}
