internal import AuraBase

/// One field of agents or links while a document is read: numbers or words, one place for each row.
struct FieldColumn: ~Copyable {
  let name: String
  let isText: Bool
  fileprivate let key: Buffer<UInt8>
  fileprivate let known: KnownField?
  /// What values may be; anything for a field that is not known.
  fileprivate let minimum: Double
  fileprivate let maximum: Double
  private var values = Buffer<Double>()
  private var codes = Buffer<Int32>()
  private var words: AgentTableBuilder
  /// A value of another kind was met and left out.
  fileprivate var skippedSome = false

  fileprivate init(
    _ key: consuming Buffer<UInt8>, _ name: String, _ known: KnownField?, isText: Bool, seed: UInt64
  ) throws(AuraError) {
    let words = try AgentTableBuilder(seed: seed)
    self.key = key
    self.name = name
    self.known = known
    self.isText = isText
    self.words = words
    minimum = known?.minimum ?? -.infinity
    maximum = known?.maximum ?? .infinity
  }

  // The same key twice in one object: the last value holds.
  fileprivate mutating func set(_ value: Double, row: Int) throws(AuraError) {
    if values.count != row {
      try pad(row)
      values.truncate(to: row)
    }
    try values.append(value)
  }

  fileprivate mutating func set(word: Span<UInt8>, row: Int) throws(AuraError) {
    var code = words.find(word, isInteger: false)
    if code == nil { code = try words.insert(word, isInteger: false) }
    try set(code: code ?? -1, row: row)
  }

  private mutating func set(code: Int32, row: Int) throws(AuraError) {
    while codes.count < row { try codes.append(-1) }
    codes.truncate(to: row)
    try codes.append(code)
  }

  fileprivate mutating func forget(row: Int) {
    values.truncate(to: row)
    codes.truncate(to: row)
  }

  private mutating func pad(_ row: Int) throws(AuraError) {
    while values.count < row { try values.append(.nan) }
  }

  fileprivate var isEmpty: Bool { isText ? codes.count == 0 : values.count == 0 }

  fileprivate mutating func numbers(rows: Int) throws(AuraError) -> NumberColumn {
    try pad(rows)
    var taken = Buffer<Double>()
    swap(&taken, &values)
    return NumberColumn(name: name, values: Column(taken))
  }

  fileprivate mutating func text(rows: Int) throws(AuraError) -> TextColumn {
    while codes.count < rows { try codes.append(-1) }
    var taken = Buffer<Int32>()
    swap(&taken, &codes)
    return TextColumn(name: name, words: words.texts(), codes: Column(taken))
  }
}

/// A list of columns, which cannot be copied and so cannot stand in an array. It has one owner, a table.
private final class FieldColumns {
  private let base: UnsafeMutablePointer<FieldColumn>
  // Every access ends before the next one begins; the check of it would cost more than the access.
  @exclusivity(unchecked) private(set) var count = 0
  let limit: Int

  init(limit: Int) {
    base = .allocate(capacity: limit)
    self.limit = limit
  }

  deinit {
    base.deinitialize(count: count)
    base.deallocate()
  }

  /// - Precondition: `count` is below `limit`.
  func append(_ column: consuming FieldColumn) {
    precondition(count < limit)
    (base + count).initialize(to: column)
    count += 1
  }

  subscript(_ i: Int) -> FieldColumn {
    _read {
      precondition(i >= 0 && i < count)
      yield base[i]
    }
    _modify {
      precondition(i >= 0 && i < count)
      yield &base[i]
    }
  }
}

/// The fields of agents, or of links, in the order in which they were first met.
struct FieldTable: ~Copyable {
  private let columns: FieldColumns
  /// Where the field at each place of an object was last time: objects of one document look alike.
  private var guesses = Buffer<Int32>()
  private let numbers: [KnownField]
  private let texts: [String]
  private let seed: UInt64

  init(numbers: [KnownField], texts: [String], limit: Int, seed: UInt64) {
    self.numbers = numbers
    self.texts = texts
    self.seed = seed
    columns = FieldColumns(limit: limit)
  }

  private mutating func column(_ key: Span<UInt8>, place: Int) throws(AuraError) -> Int {
    if place < guesses.count {
      let guess = Int(guesses[place])
      if equal(columns[guess].key.span, key) { return guess }
    }
    return try search(key, place)
  }

  @inline(never)
  private mutating func search(_ key: Span<UInt8>, _ place: Int) throws(AuraError) -> Int {
    var found = 0
    while found < columns.count, !equal(columns[found].key.span, key) { found += 1 }
    if found == columns.count {
      guard found < columns.limit else { throw AuraError(.limit, "more than \(columns.limit) fields") }
      let name = key.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
      columns.append(
        try FieldColumn(
          Buffer(copying: key), name, numbers.first { $0.name == name }, isText: texts.contains(name), seed: seed))
    }
    if place < guesses.count {
      guesses[place] = Int32(found)
    } else if place == guesses.count && place < columns.limit {
      try guesses.append(Int32(found))
    }
    return found
  }

  /// Reads the value of one field into its column; what is neither a number nor a known word is left out and noted.
  mutating func read(_ s: inout JSONScanner, _ key: StringToken, place: Int, row: Int) throws(AuraError) {
    let i: Int
    if key.escaped {
      let bytes = Array(s.text(key).utf8)
      i = try column(bytes.span, place: place)
    } else {
      i = try column(s.bytes.extracting(key.start..<key.start &+ key.count), place: place)
    }
    let isText = columns[i].isText
    switch try s.kind() {
    case .number where !isText:
      let start = s.position
      let value = try s.number()
      guard value >= columns[i].minimum && value <= columns[i].maximum else { throw outside(i, value, start) }
      try columns[i].set(value, row: row)
    case .string where isText:
      let token = try s.string()
      if token.escaped {
        let bytes = Array(s.text(token).utf8)
        try columns[i].set(word: bytes.span, row: row)
      } else {
        try columns[i].set(word: s.bytes.extracting(token.start..<token.start &+ token.count), row: row)
      }
    case .literal where try s.null(): columns[i].forget(row: row)
    default:
      if columns[i].known != nil {
        let name = columns[i].name
        throw AuraError(.schema, "\(name) must be a number or null", at: s.position, pointer: AuraError.step(name))
      }
      columns[i].skippedSome = true
      try s.skip()
    }
  }

  /// Puts the value of one field into its column: a number, or the word that stands in its place.
  mutating func put(
    _ key: Span<UInt8>, number: Double?, word: Span<UInt8>, place: Int, row: Int
  ) throws(AuraError) {
    let i = try column(key, place: place)
    if columns[i].isText {
      try columns[i].set(word: word, row: row)
    } else if let number {
      try columns[i].known?.check(number)
      try columns[i].set(number, row: row)
    } else if let known = columns[i].known {
      let said = word.extracting(first: 40).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
      throw AuraError(.schema, "\(known.name) must be a number, not \(said)")
    } else {
      columns[i].skippedSome = true
    }
  }

  @inline(never)
  private func outside(_ i: Int, _ value: Double, _ offset: Int) -> AuraError {
    do throws(AuraError) { try columns[i].known?.check(value) } catch {
      return AuraError(error.code, error.message, at: offset, pointer: AuraError.step(columns[i].name))
    }
    return AuraError(.internal, "a value outside no bounds", at: offset)
  }

  mutating func numberColumns(rows: Int) throws(AuraError) -> [NumberColumn] {
    var out: [NumberColumn] = []
    for i in 0..<columns.count where !columns[i].isText && !columns[i].isEmpty {
      out.append(try columns[i].numbers(rows: rows))
    }
    return out
  }

  mutating func textColumns(rows: Int) throws(AuraError) -> [TextColumn] {
    var out: [TextColumn] = []
    for i in 0..<columns.count where columns[i].isText && !columns[i].isEmpty {
      out.append(try columns[i].text(rows: rows))
    }
    return out
  }

  /// Fields of which values, or all values, were left out; ask before the columns are taken.
  var ignored: [String] {
    var out: [String] = []
    for i in 0..<columns.count where columns[i].skippedSome || (!columns[i].isText && columns[i].isEmpty) {
      out.append(columns[i].name)
    }
    return out
  }
}
