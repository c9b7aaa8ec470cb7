package import AuraBase
package import AuraCatalogue

/// What a request is answered with: JSON text and the columns beside it.
package final class Reply: Sendable {
  /// The text, with a NUL after it.
  package let text: Column<UInt8>
  package let columns: [(name: String, column: AnswerColumn)]

  init(_ writer: consuming AnswerWriter) throws(AuraError) {
    columns = writer.columns
    text = try writer.take()
  }

  convenience init(_ answer: some Answer) throws(AuraError) {
    var out = AnswerWriter(nil)
    try answer.write(to: &out)
    try self.init(out)
  }

  /// Bytes of the text, the NUL not counted.
  package var count: Int { text.count - 1 }

  package var string: String {
    let text = text
    return text.span.extracting(0..<count).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
  }
}
