internal import AuraBase

/// One field of agents or links while a document is read: numbers or words, one place for each row.
final class FieldColumn {
  let key: [UInt8]
  let name: String
  let known: KnownField?
  let isText: Bool
  private var values = Buffer<Double>()
  private var codes = Buffer<Int32>()
  private var words: [String] = []
  private var codeOfWord: [String: Int32] = [:]
  /// A value of another kind was met and left out.
  var skippedSome = false

  init(_ key: [UInt8], _ known: KnownField?, isText: Bool) {
    self.key = key
    name = String(decoding: key, as: UTF8.self)
    self.known = known
    self.isText = isText
  }

  func set(_ value: Double, row: Int) throws(AuraError) {
    if let known { try known.check(value) }
    if values.count == row { return try values.append(value) }
    try pad(row)
    if values.count == row { return try values.append(value) }
    values[row] = value  // the same key twice in one object: the last one holds
  }

  func set(_ word: String, row: Int) throws(AuraError) {
    var code = codeOfWord[word]
    if code == nil {
      code = Int32(words.count)
      words.append(word)
      codeOfWord[word] = code
    }
    while codes.count < row { try codes.append(-1) }
    if codes.count == row { return try codes.append(code ?? -1) }
    codes[row] = code ?? -1
  }

  private func pad(_ row: Int) throws(AuraError) {
    while values.count < row { try values.append(.nan) }
  }

  var isEmpty: Bool { isText ? codes.count == 0 : values.count == 0 }

  func numbers(rows: Int) throws(AuraError) -> NumberColumn {
    try pad(rows)
    var taken = Buffer<Double>()
    swap(&taken, &values)
    return NumberColumn(name: name, values: Column(taken))
  }

  func text(rows: Int) throws(AuraError) -> TextColumn {
    while codes.count < rows { try codes.append(-1) }
    var taken = Buffer<Int32>()
    swap(&taken, &codes)
    return TextColumn(name: name, words: words, codes: Column(taken))
  }
}

/// The fields of agents, or of links, in the order in which they were first met.
struct FieldTable {
  private(set) var columns: [FieldColumn] = []
  /// Where the field at each place of an object was last time: objects of one document look alike.
  private var guesses: [Int] = []
  private let numbers: [KnownField]
  private let texts: [String]
  private let limit: Int

  init(numbers: [KnownField], texts: [String], limit: Int) {
    self.numbers = numbers
    self.texts = texts
    self.limit = limit
  }

  mutating func column(_ key: Span<UInt8>, place: Int) throws(AuraError) -> FieldColumn {
    if place < guesses.count {
      let guess = columns[guesses[place]]
      if Self.same(guess.key, key) { return guess }
    }
    let found = try search(key)
    if place < guesses.count {
      guesses[place] = found
    } else if place == guesses.count && place < limit {
      guesses.append(found)
    }
    return columns[found]
  }

  private mutating func search(_ key: Span<UInt8>) throws(AuraError) -> Int {
    for i in columns.indices where Self.same(columns[i].key, key) { return i }
    guard columns.count < limit else { throw AuraError(.limit, "more than \(limit) fields") }
    var bytes: [UInt8] = []
    for k in key.indices { bytes.append(key[k]) }
    let name = String(decoding: bytes, as: UTF8.self)
    columns.append(FieldColumn(bytes, numbers.first { $0.name == name }, isText: texts.contains(name)))
    return columns.count - 1
  }

  private static func same(_ key: [UInt8], _ other: Span<UInt8>) -> Bool {
    guard key.count == other.count else { return false }
    for k in key.indices where key[k] != other[k] { return false }
    return true
  }

  /// Reads the value of one field into its column; what is neither a number nor a known word is left out and noted.
  mutating func read(_ s: inout JSONScanner, _ key: StringToken, place: Int, row: Int) throws(AuraError) {
    let column: FieldColumn
    if key.escaped {
      let bytes = Array(s.text(key).utf8)
      column = try self.column(bytes.span, place: place)
    } else {
      column = try self.column(s.bytes.extracting(key.start..<key.start &+ key.count), place: place)
    }
    switch try s.kind() {
    case .number where !column.isText:
      let value = try s.number()
      do throws(AuraError) { try column.set(value, row: row) } catch {
        throw AuraError(error.code, error.message, at: s.position, pointer: AuraError.step(column.name))
      }
    case .string where column.isText:
      let token = try s.string()
      try column.set(s.text(token), row: row)
    case .literal where try s.null(): break
    default:
      if column.known != nil {
        throw AuraError(
          .schema, "\(column.name) must be a number or null", at: s.position, pointer: AuraError.step(column.name))
      }
      column.skippedSome = true
      try s.skip()
    }
  }

  func numberColumns(rows: Int) throws(AuraError) -> [NumberColumn] {
    var out: [NumberColumn] = []
    for column in columns where !column.isText && !column.isEmpty { out.append(try column.numbers(rows: rows)) }
    return out
  }

  func textColumns(rows: Int) throws(AuraError) -> [TextColumn] {
    var out: [TextColumn] = []
    for column in columns where column.isText && !column.isEmpty { out.append(try column.text(rows: rows)) }
    return out
  }

  var ignored: [String] { columns.filter { $0.skippedSome || (!$0.isText && $0.isEmpty) }.map(\.name) }
}
