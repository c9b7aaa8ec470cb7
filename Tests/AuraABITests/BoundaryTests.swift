import AuraABI
import CAura
import Testing

/// The border as Swift sees it; the C programs under Tests/ABI see it as it is.
@Suite(.serialized) struct BoundaryTests {
  private let document = #"{"nodes":[{"id":"a"},{"id":"b"}],"edges":[{"source":"a","target":"b"}]}"#

  @Test func answersAndLeavesNothingBehind() {
    let before = aura_live_handles()
    var session = aura_session(), result = aura_result()
    #expect(aura_session_open(nil, &session, nil) == AURA_OK)
    #expect(aura_analyze(session, document, -1, nil, &result, nil) == AURA_OK)
    var text: UnsafePointer<CChar>?
    var length = 0
    #expect(aura_result_json(result, &text, &length) == AURA_OK)
    #expect(text.map { String(cString: $0).utf8.count } == length)
    var column = aura_array()
    column.struct_size = UInt32(MemoryLayout<aura_array>.size)
    #expect(aura_result_column(result, "0/labels", &column) == AURA_OK)
    #expect(column.type == AURA_TYPE_INT32 && column.count == 2)
    #expect(aura_result_column(result, "none", &column) == AURA_E_NOT_FOUND)
    #expect(aura_result_free(result) == AURA_OK)
    #expect(aura_result_free(result) == AURA_E_HANDLE)
    #expect(aura_session_close(session) == AURA_OK)
    #expect(aura_live_handles() == before)
  }

  @Test func anErrorSaysWhereAndFitsTheCallersStruct() {
    var session = aura_session(), result = aura_result()
    #expect(aura_session_open(nil, &session, nil) == AURA_OK)
    for size in [0, 4, 17, 40, 256, 300, MemoryLayout<aura_error>.size, 4000] {
      var error = aura_error()
      error.struct_size = UInt32(size)
      let status = aura_analyze(session, #"{"nodes":[{"id":1},{"id":1}]}"#, -1, nil, &result, &error)
      #expect(status == AURA_E_SCHEMA)
      if size >= 40 {
        #expect(error.status == status && error.offset == 25)
        #expect(
          withUnsafeBytes(of: error.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }.hasPrefix("two")
        )
      } else if size < 17 {
        #expect(error.status == 0)
      }
    }
    #expect(aura_session_close(session) == AURA_OK)
  }
}
