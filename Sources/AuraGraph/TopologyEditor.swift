package import AuraBase
internal import AuraKernels

/// Collects a batch of changes to one topology and makes the next snapshot from it. Nothing happens to the old one, so
/// a batch that turns out bad leaves no trace.
///
/// Cost: a column that is touched is copied once, O(*n*); agents or links that come and go rebuild the structure,
/// O(*n* + *m*).
package struct TopologyEditor {
  private let base: Topology
  private let limits: Limits
  private let time: Double?
  private var agentNumbers: [NumberEdit]
  private var agentTexts: [TextEdit]
  private var linkNumbers: [NumberEdit]
  private var linkTexts: [TextEdit]
  private var addedAgents: [AgentID] = []
  private var placeOfAdded: [AgentID: Int] = [:]
  private var removedAgents: Set<Int> = []
  private var addedLinks: [(source: Int32, target: Int32)] = []
  private var placesOfAdded: [Pair: [Int]] = [:]
  private var removedLinks: Set<Int> = []

  /// The ends of a link; in the order of their places where the order means nothing.
  private struct Pair: Hashable {
    let source: Int
    let target: Int

    init(_ source: Int, _ target: Int, directed: Bool) {
      self.source = directed ? source : min(source, target)
      self.target = directed ? target : max(source, target)
    }
  }
  private var lastField: LastField?
  /// Changes taken so far.
  package private(set) var applied = 0

  package init(_ base: Topology, time: Double?, limits: Limits) {
    self.base = base
    self.limits = limits
    self.time = time
    agentNumbers = base.metrics.map { NumberEdit($0.name, $0.values) }
    agentTexts = base.texts.map { TextEdit($0) }
    linkNumbers = base.linkMetrics.map { NumberEdit($0.name, $0.values) }
    linkTexts = base.linkTexts.map { TextEdit($0) }
  }

  // MARK: Changes as JSON

  /// Reads an array of changes; pointers of errors start at the array. A raised token ends it between two changes.
  package mutating func read(_ s: inout JSONScanner, token: CancelToken? = nil) throws(AuraError) {
    guard try s.kind() == .array else {
      throw AuraError(.schema, "expected an array of changes", at: s.position, pointer: "")
    }
    var index = 0
    try s.array { s throws(AuraError) in
      if token?.isCancelled == true { throw AuraError(.cancelled, "cancelled") }
      let start = s.position
      do throws(AuraError) { try readOne(&s) } catch {
        var located = error.below("/\(index)")
        if located.offset == nil { located.offset = start }
        throw located
      }
      index += 1
    }
  }

  /// What a change may do, as its `op` names it; without one it is the first.
  package enum Verb: String, CaseIterable {
    case set, addAgent = "add_agent", removeAgent = "remove_agent", setLink = "set_link", addLink = "add_link"
    case removeLink = "remove_link"
  }

  private mutating func readOne(_ s: inout JSONScanner) throws(AuraError) {
    guard try s.kind() == .object else { throw AuraError(.schema, "expected an object", at: s.position, pointer: "") }
    var verb = Verb.set
    var agent: AgentID?
    var source: AgentID?
    var target: AgentID?
    var values: Int?
    var valuesKey = "metrics"
    try s.object { s, key throws(AuraError) in
      if s.equals(key, "op") {
        guard try s.kind() == .string else {
          throw AuraError(.schema, "expected a string", at: s.position, pointer: "/op")
        }
        let token = try s.string()
        if s.equals(token, "set") {
          verb = .set
          return
        }
        let word = s.text(token)
        guard let known = Verb(rawValue: word) else {
          let names = Verb.allCases.map(\.rawValue).joined(separator: ", ")
          throw AuraError(.schema, "\"\(word.prefix(60))\" is none of \(names)", pointer: "/op")
        }
        verb = known
      } else if s.equals(key, "agent") {
        agent = try id(&s, "/agent")
      } else if s.equals(key, "source") {
        source = try id(&s, "/source")
      } else if s.equals(key, "target") {
        target = try id(&s, "/target")
      } else if s.equals(key, "metrics") || s.equals(key, "fields") {
        valuesKey = s.text(key)
        guard try s.kind() == .object else {
          throw AuraError(.schema, "expected an object", at: s.position, pointer: "/\(valuesKey)")
        }
        values = s.position
        try s.skip()
      } else {
        throw AuraError(.schema, "no such member", at: s.position, pointer: AuraError.step(s.text(key)))
      }
    }
    let end = s.position
    switch verb {
    case .set, .addAgent, .removeAgent:
      guard let agent, source == nil, target == nil else {
        throw AuraError(.schema, "\(verb.rawValue) needs an agent and nothing of a link", pointer: "")
      }
      switch verb {
      case .removeAgent: try removeAgent(agent)
      case .addAgent:
        let place = try addAgent(agent)
        if let values { try readAgentValues(&s, values, valuesKey, place) }
      default:
        guard let values else { throw AuraError(.schema, "set needs metrics", pointer: "") }
        let place = try place(of: agent, "/agent")
        try readAgentValues(&s, values, valuesKey, place)
      }
    case .setLink, .addLink, .removeLink:
      guard let source, let target, agent == nil else {
        throw AuraError(.schema, "\(verb.rawValue) needs a source and a target", pointer: "")
      }
      let from = try place(of: source, "/source"), to = try place(of: target, "/target")
      switch verb {
      case .removeLink: try removeLink(from, to)
      case .addLink:
        let link = try addLink(from, to)
        if let values { try readLinkValues(&s, values, valuesKey, [link]) }
      default:
        guard let values else { throw AuraError(.schema, "set_link needs fields", pointer: "") }
        try readLinkValues(&s, values, valuesKey, try links(from, to))
      }
    }
    s.move(to: end)
    applied += 1
  }

  private func id(_ s: inout JSONScanner, _ pointer: String) throws(AuraError) -> AgentID {
    let start = s.position
    guard let found = try Identity(&s) else {
      throw AuraError(.schema, "an id is a string or an integer of 64 bits", at: start, pointer: pointer)
    }
    let text = s.text(found.token)
    return found.isInteger ? .integer(Int(text) ?? 0) : .text(text)
  }

  private mutating func readAgentValues(
    _ s: inout JSONScanner, _ start: Int, _ key: String, _ place: Int
  ) throws(AuraError) {
    s.move(to: start)
    try s.object { s, name throws(AuraError) in
      if let last = lastField, !name.escaped,
        equal(last.key.span, s.bytes.extracting(name.start..<name.start &+ name.count)), try s.kind() == .number
      {
        let at = s.position
        let value = try s.number()
        if value >= last.minimum && value <= last.maximum {
          try last.edit.begin(place + 1)
          last.edit.set(place, value)
          return
        }
        s.move(to: at)  // the long way says what is wrong with it
      }
      let at = "/\(key)"
      let field = s.text(name)
      if let text = KnownField.agentTexts.first(where: { $0.name == field }) {
        let word = try Self.word(&s, text.name, at)
        try Self.set(&agentTexts, text.name, place, word)
      } else {
        let value = try Self.number(&s, field, KnownField.agentNumbers, at)
        try Self.set(&agentNumbers, field, place, value)
        let known = KnownField.agentNumbers.first { $0.name == field }
        lastField = LastField(
          key: Array(field.utf8), edit: try Self.edit(&agentNumbers, field),
          minimum: known?.minimum ?? -.infinity, maximum: known?.maximum ?? .infinity)
      }
    }
  }

  /// The numeric field that was set last: the next change usually sets the same one.
  private struct LastField {
    let key: [UInt8]
    let edit: NumberEdit
    let minimum: Double
    let maximum: Double
  }

  private mutating func readLinkValues(
    _ s: inout JSONScanner, _ start: Int, _ key: String, _ links: [Int]
  ) throws(AuraError) {
    s.move(to: start)
    try s.object { s, name throws(AuraError) in
      let at = "/\(key)"
      let field = s.text(name)
      if let text = KnownField.linkTexts.first(where: { $0.name == field }) {
        let word = try Self.word(&s, text.name, at)
        for link in links { try Self.set(&linkTexts, text.name, link, word) }
      } else {
        let value = try Self.number(&s, field, KnownField.linkNumbers, at)
        for link in links { try Self.set(&linkNumbers, field, link, value) }
      }
    }
  }

  private static func number(
    _ s: inout JSONScanner, _ field: String, _ table: [KnownField], _ at: String
  ) throws(AuraError) -> Double {
    if try s.null() { return .nan }
    guard try s.kind() == .number else {
      throw AuraError(.schema, "expected a number or null", at: s.position, pointer: at + AuraError.step(field))
    }
    let start = s.position
    let value = try s.number()
    if let known = table.first(where: { $0.name == field }) {
      do throws(AuraError) { try known.check(value) } catch {
        throw AuraError(error.code, error.message, at: start, pointer: at + AuraError.step(field))
      }
    }
    return value
  }

  private static func word(_ s: inout JSONScanner, _ field: String, _ at: String) throws(AuraError) -> String? {
    if try s.null() { return nil }
    guard try s.kind() == .string else {
      throw AuraError(.schema, "expected a string or null", at: s.position, pointer: at + AuraError.step(field))
    }
    return s.text(try s.string())
  }

  // MARK: Changes as columns

  /// Sets one metric of the agents at `positions`, or of all agents in order when that is nil.
  /// - Throws: `.argument`, naming the array and the element.
  package mutating func set(
    _ metric: String, positions: Column<Int32>?, values: Column<Double>
  ) throws(AuraError) {
    let n = base.agentCount
    let wanted = positions?.count ?? n
    guard values.count == wanted else {
      throw AuraError(.argument, "array \"\(metric)\" has \(values.count) values, not \(wanted)")
    }
    try Self.check(metric, values.span, KnownField.agentNumbers, KnownField.agentTexts)
    if let positions {
      let places = positions.span
      for k in places.indices where places[k] < 0 || Int(places[k]) >= n {
        throw AuraError(.argument, "array \"agent\", element \(k): \(places[k]) is the position of no agent")
      }
    }
    try Self.edit(&agentNumbers, metric).set(positions, values, count: n)
    applied += values.count
  }

  /// Sets one number of all links, in order.
  /// - Throws: `.argument`, naming the array and the element.
  package mutating func setLinks(_ field: String, values: Column<Double>) throws(AuraError) {
    guard values.count == base.linkCount else {
      throw AuraError(.argument, "array \"\(field)\" has \(values.count) values, not \(base.linkCount)")
    }
    try Self.check(field, values.span, KnownField.linkNumbers, KnownField.linkTexts)
    try Self.edit(&linkNumbers, field).set(nil, values, count: values.count)
    applied += values.count
  }

  private static func check(
    _ field: String, _ values: Span<Double>, _ numbers: [KnownField], _ texts: [(name: String, summary: String)]
  ) throws(AuraError) {
    guard !texts.contains(where: { $0.name == field }) else {
      throw AuraError(.argument, "array \"\(field)\" would be text")
    }
    let known = numbers.first { $0.name == field }
    let minimum = known?.minimum ?? -.infinity, maximum = known?.maximum ?? .infinity
    for k in values.indices {
      let value = values[k]
      // Not a number means not known; the comparison is written so that it passes.
      if value < minimum || value > maximum || value.isInfinite {
        throw AuraError(.argument, "array \"\(field)\", element \(k): \(value) is outside \(minimum)...\(maximum)")
      }
    }
  }

  // MARK: Agents and links

  private func place(of id: AgentID, _ pointer: String) throws(AuraError) -> Int {
    // Most batches add and remove nobody, and hashing an id twice more would cost as much as finding it.
    if !placeOfAdded.isEmpty, let added = placeOfAdded[id] { return added }
    if let index = base.structure.agents.index(of: id), removedAgents.isEmpty || !removedAgents.contains(index) {
      return index
    }
    throw AuraError(.notFound, "no agent \(id.json.encoded.prefix(80))", pointer: pointer)
  }

  private mutating func addAgent(_ id: AgentID) throws(AuraError) -> Int {
    if (try? place(of: id, "")) != nil { throw AuraError(.schema, "there is such an agent already", pointer: "/agent") }
    guard base.agentCount + addedAgents.count - removedAgents.count < limits.agents else {
      throw AuraError(.limit, "more than \(limits.agents) agents", pointer: "/agent")
    }
    if case .text(let text) = id, text.utf8.count > limits.idBytes {
      throw AuraError(.limit, "an id of more than \(limits.idBytes) bytes", pointer: "/agent")
    }
    let place = base.agentCount + addedAgents.count
    addedAgents.append(id)
    placeOfAdded[id] = place
    return place
  }

  private mutating func removeAgent(_ id: AgentID) throws(AuraError) {
    let place = try place(of: id, "/agent")
    removedAgents.insert(place)
    placeOfAdded[id] = nil
  }

  private mutating func addLink(_ source: Int, _ target: Int) throws(AuraError) -> Int {
    guard base.linkCount + addedLinks.count - removedLinks.count < limits.links else {
      throw AuraError(.limit, "more than \(limits.links) links", pointer: "")
    }
    let place = base.linkCount + addedLinks.count
    addedLinks.append((Int32(source), Int32(target)))
    placesOfAdded[Pair(source, target, directed: base.structure.directed), default: []].append(place)
    return place
  }

  private mutating func removeLink(_ source: Int, _ target: Int) throws(AuraError) {
    for link in try links(source, target) { removedLinks.insert(link) }
  }

  /// All links that join two agents; in either direction when the topology is undirected.
  private func links(_ source: Int, _ target: Int) throws(AuraError) -> [Int] {
    var found: [Int] = []
    if source < base.agentCount && target < base.agentCount {
      let table = try base.structure.adjacency(.successors)
      let starts = table.starts, neighbours = table.neighbours, names = table.links
      for k in Int(starts[source])..<Int(starts[source + 1]) where Int(neighbours[k]) == target {
        if !removedLinks.contains(Int(names[k])) { found.append(Int(names[k])) }
      }
    }
    let added = placesOfAdded[Pair(source, target, directed: base.structure.directed)] ?? []
    found += added.filter { !removedLinks.contains($0) }
    guard !found.isEmpty else { throw AuraError(.notFound, "no such link", pointer: "") }
    return found
  }

  private static func edit(_ edits: inout [NumberEdit], _ name: String) throws(AuraError) -> NumberEdit {
    if let found = edits.first(where: { $0.name == name }) { return found }
    guard edits.count < Limits.fields else { throw AuraError(.limit, "more than \(Limits.fields) fields") }
    let made = NumberEdit(name, nil)
    edits.append(made)
    return made
  }

  private static func set(
    _ edits: inout [NumberEdit], _ name: String, _ place: Int, _ value: Double
  ) throws(AuraError) {
    let edit = try edit(&edits, name)
    try edit.begin(place + 1)
    edit.set(place, value)
  }

  private static func set(
    _ edits: inout [TextEdit], _ name: String, _ place: Int, _ word: String?
  ) throws(AuraError) {
    let edit: TextEdit
    if let found = edits.first(where: { $0.name == name }) {
      edit = found
    } else {
      edit = TextEdit(TextColumn(name: name, words: [], codes: Column()))
      edits.append(edit)
    }
    try edit.set(place, word)
  }

  // MARK: The next snapshot

  package func finish() throws(AuraError) -> Topology {
    let structural = !(addedAgents.isEmpty && removedAgents.isEmpty && addedLinks.isEmpty && removedLinks.isEmpty)
    let n = base.agentCount + addedAgents.count
    let m = base.linkCount + addedLinks.count
    var structure = base.structure
    var history = base.history
    var keptAgents: [Int]?
    var keptLinks: [Int]?
    if structural {
      let agents = (0..<n).filter { !removedAgents.contains($0) }
      var position = [Int32](repeating: -1, count: n)
      for (new, old) in agents.enumerated() { position[old] = Int32(new) }
      var sources = Buffer<Int32>()
      var targets = Buffer<Int32>()
      var links: [Int] = []
      for k in 0..<m where !removedLinks.contains(k) {
        let isOld = k < base.linkCount
        let s = isOld ? base.structure.sources[k] : addedLinks[k - base.linkCount].source
        let t = isOld ? base.structure.targets[k] : addedLinks[k - base.linkCount].target
        guard position[Int(s)] >= 0, position[Int(t)] >= 0 else { continue }
        try sources.append(position[Int(s)])
        try targets.append(position[Int(t)])
        links.append(k)
      }
      let keep = (0..<base.agentCount).map { !removedAgents.contains($0) }
      let added = addedAgents.enumerated().filter { !removedAgents.contains(base.agentCount + $0.offset) }
      structure = Structure(
        agents: try base.structure.agents.rebuilt(keeping: keep.span, adding: added.map(\.element)),
        directed: base.structure.directed, name: base.structure.name, sources: Column(sources), targets: Column(targets)
      )
      if !removedAgents.isEmpty { history = try history.renumbered(position.span) }
      keptAgents = agents
      keptLinks = links
    }
    var metrics: [NumberColumn] = []
    for edit in agentNumbers {
      if let time {
        for frame in try edit.frames(time, keptAgents) { history.append(frame, limit: limits.historyValues) }
      }
      metrics.append(NumberColumn(name: edit.name, values: try edit.finish(n, keptAgents)))
    }
    var texts: [TextColumn] = []
    for edit in agentTexts { texts.append(try edit.finish(n, keptAgents)) }
    var linkMetrics: [NumberColumn] = []
    for edit in linkNumbers { linkMetrics.append(NumberColumn(name: edit.name, values: try edit.finish(m, keptLinks))) }
    var linkWords: [TextColumn] = []
    for edit in linkTexts { linkWords.append(try edit.finish(m, keptLinks)) }
    return Topology(
      structure: structure, metrics: metrics, texts: texts, linkMetrics: linkMetrics, linkTexts: linkWords,
      history: history, time: time ?? base.time, ignored: base.ignored)
  }
}

/// A numeric column that is copied when it is first touched.
private final class NumberEdit {
  let name: String
  private let old: Column<Double>?
  private var values = Buffer<Double>()
  private var touched: [Int32] = []
  private(set) var isTouched = false
  /// Whole arrays that were set, for the history.
  private var arrays: [(positions: Column<Int32>?, values: Column<Double>)] = []
  /// The array that is the column, when one was set and nothing else.
  private var replacement: Column<Double>?

  init(_ name: String, _ old: Column<Double>?) {
    self.name = name
    self.old = old
  }

  /// Makes room for at least `count` places.
  func begin(_ count: Int) throws(AuraError) {
    if !isTouched {
      isTouched = true
      if let old { values = try Buffer(copying: old.span) }
    }
    if let whole = replacement {
      values = try Buffer(copying: whole.span)
      replacement = nil
    }
    while values.count < count { try values.append(.nan) }
  }

  func set(_ place: Int, _ value: Double) {
    values[place] = value
    touched.append(Int32(truncatingIfNeeded: place))
  }

  func set(_ positions: Column<Int32>?, _ new: Column<Double>, count: Int) throws(AuraError) {
    arrays.append((positions, new))
    guard let positions else {
      isTouched = true
      replacement = new
      return
    }
    try begin(count)
    let places = positions.span, given = new.span
    var all = Buffer<Double>()
    swap(&all, &values)
    do {
      var target = all.mutableSpan
      for k in places.indices { target[Int(places[k])] = given[k] }
    }
    swap(&all, &values)
  }

  func finish(_ count: Int, _ kept: [Int]?) throws(AuraError) -> Column<Double> {
    if !isTouched, kept == nil, let old { return old }
    if kept == nil, let replacement { return replacement }
    try begin(count)
    var out = Buffer<Double>()
    if let kept {
      for place in kept { try out.append(values[place]) }
    } else {
      swap(&out, &values)
    }
    return Column(out)
  }

  /// What was set, as moments of history.
  func frames(_ time: Double, _ kept: [Int]?) throws(AuraError) -> [History.Frame] {
    var out = arrays.map { History.Frame(time: time, metric: name, agents: $0.positions, values: $0.values) }
    guard !touched.isEmpty else { return out }
    var position: [Int: Int] = [:]
    if let kept { for (new, old) in kept.enumerated() { position[old] = new } }
    var agents = Buffer<Int32>()
    var measured = Buffer<Double>()
    for place in touched {
      if kept != nil {
        guard let new = position[Int(place)] else { continue }
        try agents.append(Int32(new))
      } else {
        try agents.append(place)
      }
      try measured.append(values[Int(place)])
    }
    out.append(History.Frame(time: time, metric: name, agents: Column(agents), values: Column(measured)))
    return out
  }
}

/// A column of words that is copied when it is first touched.
private final class TextEdit {
  let name: String
  private let old: TextColumn
  private var words: [String]
  private var codeOfWord: [String: Int32] = [:]
  private var codes: [Int32]?

  init(_ old: TextColumn) {
    name = old.name
    self.old = old
    words = old.words
  }

  func set(_ place: Int, _ word: String?) throws(AuraError) {
    var all = codes ?? old.codes.array
    codes = nil
    while all.count <= place { all.append(-1) }
    if let word {
      if codeOfWord.isEmpty { for (code, known) in words.enumerated() { codeOfWord[known] = Int32(code) } }
      let code = codeOfWord[word] ?? Int32(words.count)
      if Int(code) == words.count {
        words.append(word)
        codeOfWord[word] = code
      }
      all[place] = code
    } else {
      all[place] = -1
    }
    codes = all
  }

  func finish(_ count: Int, _ kept: [Int]?) throws(AuraError) -> TextColumn {
    if codes == nil, kept == nil { return old }
    var all = codes ?? old.codes.array
    while all.count < count { all.append(-1) }
    if let kept { all = kept.map { all[$0] } }
    return TextColumn(name: name, words: words, codes: try Column(all))
  }
}
