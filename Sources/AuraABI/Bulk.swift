internal import AuraBase
internal import AuraEngine
internal import AuraGraph
internal import CAura
internal import Glibc

/// A network from plain arrays.
func topology(_ csr: aura_csr, _ parameters: BulkParameters, _ limits: Limits) throws(AuraError) -> Topology {
  guard csr.agents <= UInt64(limits.agents) else { throw AuraError(.limit, "more than \(limits.agents) agents") }
  guard csr.links <= UInt64(limits.links) else { throw AuraError(.limit, "more than \(limits.links) links") }
  let n = Int(csr.agents), m = Int(csr.links)
  guard let starts = csr.starts else { throw AuraError(.argument, "starts is NULL") }
  guard m == 0 || csr.targets != nil else { throw AuraError(.argument, "targets is NULL") }
  guard starts[0] == 0, starts[n] == Int64(m) else {
    throw AuraError(.argument, "starts must begin with 0 and end with \(m)")
  }
  var sources = Buffer<Int32>()
  var targets = Buffer<Int32>()
  try sources.reserve(m)
  try targets.reserve(m)
  for i in 0..<n {
    let from = starts[i], to = starts[i + 1]
    guard from <= to, from >= 0, to <= Int64(m) else {
      throw AuraError(.argument, "starts falls, or leaves 0...\(m), at \(i)")
    }
    for k in Int(from)..<Int(to) {
      guard let target = csr.targets?[k], target >= 0, target < Int64(n) else {
        throw AuraError(.argument, "target \(k) is no agent")
      }
      try sources.append(Int32(truncatingIfNeeded: i))
      try targets.append(Int32(truncatingIfNeeded: target))
    }
  }
  let structure = Structure(
    agents: try AgentTable.numbered(n, seed: UInt64.random(in: .min ... .max)), directed: csr.directed != 0,
    name: parameters.label, sources: Column(sources), targets: Column(targets))
  // Numbers go through an editor, which checks them as it checks those of `aura_observe`.
  var editor = TopologyEditor(Topology(structure: structure, time: parameters.time), time: nil, limits: limits)
  if let weights = csr.weights {
    var values = Buffer<Double>()
    try values.reserve(m)
    for k in 0..<m { try values.append(weights[k]) }
    try editor.setLinks("weight", values: Column(values))
  }
  guard csr.metric_count > 0 else { return try editor.finish() }
  guard let metrics = csr.metrics, csr.metric_count <= UInt64(Limits.fields) else {
    throw AuraError(.argument, csr.metrics == nil ? "metrics is NULL" : "more than \(Limits.fields) metrics")
  }
  for (name, array) in try read(metrics, count: Int(csr.metric_count)) {
    try editor.set(name, positions: nil, values: try numbers(array, name).checked(n, ": one for each agent"))
  }
  return try editor.finish()
}

// MARK: Arrow

/// A struct array and its schema, taken over from the caller and released when this goes.
final class ArrowTable {
  private var array = ArrowArray()
  private var schema = ArrowSchema()
  private let name: String
  private let given: Bool

  init(
    moving array: UnsafeMutablePointer<ArrowArray>?, _ schema: UnsafeMutablePointer<ArrowSchema>?, named name: String
  ) {
    self.name = name
    given = array?.pointee.release != nil && schema?.pointee.release != nil
    if let array, array.pointee.release != nil {
      self.array = array.pointee
      array.pointee.release = nil
    }
    if let schema, schema.pointee.release != nil {
      self.schema = schema.pointee
      schema.pointee.release = nil
    }
  }

  deinit {
    if let release = array.release { release(&array) }
    if let release = schema.release { release(&schema) }
  }

  private func fail(_ message: String) -> AuraError { AuraError(.argument, "\(name): \(message)") }

  /// Rows, after a check of the outermost struct.
  func rows() throws(AuraError) -> Int {
    guard given else { throw fail("NULL, or released already") }
    guard let format = schema.format, strcmp(format, "+s") == 0 else { throw fail("not a struct array") }
    guard array.n_children == schema.n_children, array.n_children >= 0, array.n_children <= 300 else {
      throw fail("array and schema differ, or more than 300 columns")
    }
    guard array.length >= 0, array.length < 1 << 31, array.offset >= 0, array.offset < 1 << 31 else {
      throw fail("length or offset out of range")
    }
    guard array.null_count == 0 || array.n_buffers == 0 || array.buffers?[0] == nil else {
      throw fail("rows must not be null")
    }
    return Int(array.length)
  }

  struct Field {
    let name: String
    let format: String
    let column: ArrowArray
    let start: Int
  }

  func columns() throws(AuraError) -> [Field] {
    let rows = try rows()
    var out: [Field] = []
    for k in 0..<Int(array.n_children) {
      guard let child = array.children?[k]?.pointee, let field = schema.children?[k]?.pointee, let format = field.format
      else { throw fail("column \(k) is NULL") }
      let name = try text(of: field.name, "name of column \(k)")
      guard child.offset >= 0, child.offset < 1 << 31, child.length >= Int64(rows) + array.offset else {
        throw fail("column \"\(name)\" is shorter than the table")
      }
      guard field.dictionary == nil else { throw fail("column \"\(name)\" is dictionary encoded") }
      out.append(
        Field(
          name: name,
          format: String(decoding: UnsafeRawBufferPointer(start: format, count: strnlen(format, 20)), as: UTF8.self),
          column: child, start: Int(array.offset + child.offset)))
    }
    return out
  }

  private func buffer(_ field: Field, _ index: Int) throws(AuraError) -> UnsafeRawPointer? {
    guard field.column.n_buffers > Int64(index), let buffers = field.column.buffers else {
      throw fail("column \"\(field.name)\" has too few buffers")
    }
    return buffers[index]
  }

  private func isValid(_ field: Field, _ row: Int) throws(AuraError) -> Bool {
    guard field.column.null_count != 0, let bits = try buffer(field, 0) else { return true }
    let bit = field.start + row
    return bits.load(fromByteOffset: bit >> 3, as: UInt8.self) >> UInt8(bit & 7) & 1 == 1
  }

  /// Numbers of a column, null as not a number; nil when the column holds something else.
  func numbers(_ field: Field, rows: Int) throws(AuraError) -> Column<Double>? {
    guard ["c", "C", "s", "S", "i", "I", "l", "L", "f", "g"].contains(field.format) else { return nil }
    var out = Buffer<Double>()
    try out.reserve(rows)
    guard rows > 0 else { return Column(out) }
    guard let data = try buffer(field, 1) else { throw fail("column \"\(field.name)\" has no data") }
    for row in 0..<rows {
      guard try isValid(field, row) else {
        try out.append(.nan)
        continue
      }
      let at = field.start + row
      let value: Double =
        switch field.format {
        case "c": Double(data.loadUnaligned(fromByteOffset: at, as: Int8.self))
        case "C": Double(data.loadUnaligned(fromByteOffset: at, as: UInt8.self))
        case "s": Double(data.loadUnaligned(fromByteOffset: at * 2, as: Int16.self))
        case "S": Double(data.loadUnaligned(fromByteOffset: at * 2, as: UInt16.self))
        case "i": Double(data.loadUnaligned(fromByteOffset: at * 4, as: Int32.self))
        case "I": Double(data.loadUnaligned(fromByteOffset: at * 4, as: UInt32.self))
        case "l": Double(data.loadUnaligned(fromByteOffset: at * 8, as: Int64.self))
        case "L": Double(data.loadUnaligned(fromByteOffset: at * 8, as: UInt64.self))
        case "f": Double(data.loadUnaligned(fromByteOffset: at * 4, as: Float.self))
        default: data.loadUnaligned(fromByteOffset: at * 8, as: Double.self)
        }
      try out.append(value)
    }
    return Column(out)
  }

  /// Ids of a column: utf8 ("u"), large utf8 ("U"), int32 ("i") or int64 ("l").
  func ids(_ field: Field, rows: Int, _ limits: Limits) throws(AuraError) -> [AgentID] {
    var out: [AgentID] = []
    out.reserveCapacity(rows)
    guard rows > 0 else { return out }
    guard ["u", "U", "i", "l"].contains(field.format) else {
      throw fail("column \"\(field.name)\" must be utf8, large utf8, int32 or int64, not \"\(field.format)\"")
    }
    guard let data = try buffer(field, 1) else { throw fail("column \"\(field.name)\" has no data") }
    let isText = field.format == "u" || field.format == "U"
    let bytes = isText ? try buffer(field, 2) : nil
    for row in 0..<rows {
      guard try isValid(field, row) else { throw fail("column \"\(field.name)\", row \(row) is null") }
      let at = field.start + row
      switch field.format {
      case "i": out.append(.integer(Int(data.loadUnaligned(fromByteOffset: at * 4, as: Int32.self))))
      case "l": out.append(.integer(Int(data.loadUnaligned(fromByteOffset: at * 8, as: Int64.self))))
      default:
        let wide = field.format == "U"
        let from =
          wide
          ? Int(data.loadUnaligned(fromByteOffset: at * 8, as: Int64.self))
          : Int(data.loadUnaligned(fromByteOffset: at * 4, as: Int32.self))
        let to =
          wide
          ? Int(data.loadUnaligned(fromByteOffset: (at + 1) * 8, as: Int64.self))
          : Int(data.loadUnaligned(fromByteOffset: (at + 1) * 4, as: Int32.self))
        guard from >= 0, to >= from, to - from <= limits.idBytes, bytes != nil || to == from else {
          throw fail("column \"\(field.name)\", row \(row): bad offsets, or more than \(limits.idBytes) bytes")
        }
        guard
          let text = String(
            validating: UnsafeRawBufferPointer(start: bytes.map { $0 + from }, count: to - from), as: UTF8.self)
        else { throw fail("column \"\(field.name)\", row \(row) is not UTF-8") }
        out.append(.text(text))
      }
    }
    return out
  }
}

/// A network from two Arrow tables.
func topology(
  _ agents: ArrowTable, _ links: ArrowTable, _ parameters: BulkParameters, _ limits: Limits
) throws(AuraError) -> Topology {
  let n = try agents.rows(), m = try links.rows()
  guard n <= limits.agents else { throw AuraError(.limit, "more than \(limits.agents) agents") }
  guard m <= limits.links else { throw AuraError(.limit, "more than \(limits.links) links") }
  let agentColumns = try agents.columns(), linkColumns = try links.columns()
  let idColumn = agentColumns.first { $0.name == "id" }
  let table: AgentTable
  if let idColumn {
    table = try AgentTable.named(
      try agents.ids(idColumn, rows: n, limits), limits: limits, seed: UInt64.random(in: .min ... .max))
  } else {
    table = try AgentTable.numbered(n, seed: UInt64.random(in: .min ... .max))
  }
  var ends: [Column<Int32>] = []
  for name in ["source", "target"] {
    guard let column = linkColumns.first(where: { $0.name == name }) else {
      throw AuraError(.argument, "links: no column \"\(name)\"")
    }
    let ids = try links.ids(column, rows: m, limits)
    var places = Buffer<Int32>()
    try places.reserve(m)
    for (k, id) in ids.enumerated() {
      guard let place = table.index(of: id) else {
        throw AuraError(.schema, "links: \(name) \(k) is no agent: \(id.json.encoded.prefix(80))")
      }
      try places.append(Int32(truncatingIfNeeded: place))
    }
    ends.append(Column(places))
  }
  var ignored: [String] = []
  var linkMetrics: [(String, Column<Double>)] = []
  for column in linkColumns where column.name != "source" && column.name != "target" {
    if let values = try links.numbers(column, rows: m) {
      linkMetrics.append((column.name, values))
    } else {
      ignored.append("links/\(column.name)")
    }
  }
  var metrics: [(String, Column<Double>)] = []
  for column in agentColumns where column.name != "id" {
    if let values = try agents.numbers(column, rows: n) {
      metrics.append((column.name, values))
    } else {
      ignored.append("agents/\(column.name)")
    }
  }
  let structure = Structure(
    agents: table, directed: parameters.directed, name: parameters.label, sources: ends[0], targets: ends[1])
  var editor = TopologyEditor(
    Topology(structure: structure, time: parameters.time, ignored: ignored), time: nil, limits: limits)
  for (name, values) in linkMetrics { try editor.setLinks(name, values: values) }
  for (name, values) in metrics { try editor.set(name, positions: nil, values: values) }
  return try editor.finish()
}
