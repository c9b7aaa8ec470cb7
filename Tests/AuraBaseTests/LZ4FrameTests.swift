internal import AuraBase
internal import CLZ4
import Testing

@Suite struct LZ4FrameTests {
  static func encode(_ bytes: [UInt8], checksum: Bool = true) -> [UInt8] {
    var preferences = LZ4F_preferences_t()
    preferences.frameInfo.contentChecksumFlag = checksum ? LZ4F_contentChecksumEnabled : LZ4F_noContentChecksum
    preferences.frameInfo.blockMode = LZ4F_blockLinked
    var out = [UInt8](repeating: 0, count: LZ4F_compressFrameBound(bytes.count, &preferences))
    let count = LZ4F_compressFrame(&out, out.count, bytes, bytes.count, &preferences)
    return Array(out.prefix(count))
  }

  static func decode(_ bytes: [UInt8], limit: Int = 1 << 24) throws(AuraError) -> [UInt8] {
    let out = try LZ4Frame.decode(bytes.span, limit: limit)
    return (0..<out.count).map { out[$0] }
  }

  static func sample(_ count: Int) -> [UInt8] {
    let dice = Dice(seed: 9)
    return (0..<count).map { UInt8(truncatingIfNeeded: dice.integer($0, below: $0 % 1000 < 500 ? 4 : 256)) }
  }

  static func code(_ bytes: [UInt8], limit: Int = 1 << 24) -> AuraError.Code? {
    do throws(AuraError) {
      _ = try decode(bytes, limit: limit)
      return nil
    } catch { return error.code }
  }

  @Test(arguments: [0, 1, 100, 65_535, 65_536, 65_537, 300_000]) func giveBackWhatWentIn(_ count: Int) throws {
    let bytes = Self.sample(count), frame = Self.encode(bytes)
    let begins = LZ4Frame.begins(frame.span)
    #expect(begins)
    #expect(try Self.decode(frame) == bytes)
    #expect(try Self.decode(Self.encode(bytes, checksum: false)) == bytes)
  }

  @Test func anyCutIsAnError() {
    let frame = Self.encode(Self.sample(3000))
    for count in 0..<frame.count { #expect(Self.code(Array(frame.prefix(count))) == .syntax, "\(count) bytes") }
  }

  @Test func anyChangedByteIsAnError() {
    let bytes = Self.sample(600), frame = Self.encode(bytes)
    for k in frame.indices {
      var damaged = frame
      damaged[k] ^= 0x10
      // The checksum of the content finds what the decoder lets pass.
      let out = try? Self.decode(damaged)
      #expect(out == nil || out == bytes, "byte \(k)")
    }
  }

  @Test func theLimitCountsDecodedBytes() {
    let frame = Self.encode([UInt8](repeating: 7, count: 1_000_000))
    #expect(frame.count < 10_000)
    #expect(Self.code(frame, limit: 999_999) == .limit)
    #expect(Self.code(frame, limit: 1_000_000) == nil)
  }

  @Test func bytesAfterTheFrameAreAnError() {
    let frame = Self.encode(Self.sample(100))
    #expect(Self.code(frame + frame) == .syntax)
    #expect(Self.code(frame + [0]) == .syntax)
  }

  @Test func plainTextIsNoFrame() {
    for bytes in [Array("{}".utf8), [4, 0x22, 0x4D], []] {
      let begins = LZ4Frame.begins(bytes.span)
      #expect(!begins)
    }
  }
}
