internal import AuraBase
internal import AuraGraph
import Testing

@Suite struct TopologyEditorTests {
  static func base(directed: Bool = true) throws -> Topology {
    try read(
      #"{"directed":\#(directed),"nodes":[{"id":"a","load":1,"status":"up"},{"id":"b","load":2},{"id":3}],"#
        + #""edges":[{"source":"a","target":"b","weight":1},{"source":"b","target":3,"weight":2},{"source":"a","target":"b","weight":3}]}"#
    )
  }

  static func apply(
    _ changes: String, to base: Topology, time: Double? = nil, limits: Limits = Limits()
  ) throws(AuraError) -> Topology {
    var editor = TopologyEditor(base, time: time, limits: limits)
    let bytes = Array(changes.utf8)
    var scanner = JSONScanner(bytes.span)
    try editor.read(&scanner)
    try scanner.finish()
    return try editor.finish()
  }

  static func failure(_ changes: String, _ base: Topology, limits: Limits = Limits()) -> AuraError? {
    do throws(AuraError) {
      _ = try apply(changes, to: base, limits: limits)
      return nil
    } catch { return error }
  }

  /// A batch of changes may take long: each of them looks at the token.
  @Test func aTokenEndsABatch() throws {
    let token = CancelToken()
    token.cancel()
    let bytes = Array(#"[{"op": "add_agent", "agent": "new"}]"#.utf8)
    var editor = TopologyEditor(try Self.base(), time: nil, limits: Limits())
    var scanner = JSONScanner(bytes.span)
    #expect(throws: AuraError(.cancelled, "cancelled")) { try editor.read(&scanner, token: token) }
    #expect(editor.applied == 0)
  }

  @Test func setsMetricsAndSharesTheRest() throws {
    let base = try Self.base()
    let next = try Self.apply(
      #"[{"op":"set","agent":3,"metrics":{"load":9,"queue":4}},{"agent":"a","metrics":{"load":null,"status":"down"}}]"#,
      to: base)
    #expect(next.values("load") == [nil, 2, 9])
    #expect(next.values("queue") == [nil, nil, 4])
    #expect(next.text("status")?[0] == "down")
    #expect(next.structure === base.structure)
    #expect(next.linkMetric("weight") === base.linkMetric("weight"))
    #expect(base.values("load") == [1, 2, nil] && base.metric("queue") == nil && base.text("status")?[0] == "up")
  }

  @Test func laterChangesHold() throws {
    let next = try Self.apply(
      #"[{"agent":"a","metrics":{"load":5}},{"agent":"a","metrics":{"load":6}},{"op":"remove_agent","agent":"b"},"#
        + #"{"op":"add_agent","agent":"b","metrics":{"load":7}},{"op":"add_link","source":"b","target":"a","fields":{"weight":8}}]"#,
      to: try Self.base())
    #expect(next.ids == [.text("a"), .integer(3), .text("b")])
    #expect(next.values("load") == [6, nil, 7])
    #expect(next.ends == [[2, 0]])
    #expect(next.linkValues("weight") == [8])
    #expect(next.structure.agents.index(of: .text("b")) == 2)
  }

  @Test func aLinkMeansAllThatJoinTheTwo() throws {
    let set = try Self.apply(
      #"[{"op":"set_link","source":"a","target":"b","fields":{"weight":5,"kind":"call"}}]"#, to: try Self.base())
    #expect(set.linkValues("weight") == [5, 2, 5])
    #expect(set.linkText("kind")?[2] == "call" && set.linkText("kind")?[1] == nil)
    let removed = try Self.apply(#"[{"op":"remove_link","source":"a","target":"b"}]"#, to: try Self.base())
    #expect(removed.ends == [[1, 2]] && removed.linkValues("weight") == [2])
  }

  /// An id is in changes what it is in documents.
  @Test func idsAreReadAsDocumentsReadThem() throws {
    let base = try read(#"{"nodes":[{"id":123456789012345678},{"id":7}]}"#)
    let next = try Self.apply(#"[{"agent":123456789012345678,"metrics":{"load":5}}]"#, to: base)
    #expect(next.values("load") == [5, nil])
    for odd in ["7.0", "7e0", "-0", "12345678901234567890"] {
      #expect(Self.failure(#"[{"op":"add_agent","agent":\#(odd)}]"#, base)?.pointer == "/0/agent", "\(odd)")
    }
  }

  @Test func anUndirectedLinkIsFoundFromEitherEnd() throws {
    let text = #"[{"op":"remove_link","source":"b","target":"a"}]"#
    #expect(try Self.apply(text, to: try Self.base(directed: false)).ends == [[1, 2]])
    #expect(Self.failure(text, try Self.base())?.code == .notFound)
    let added = #"[{"op":"add_link","source":"a","target":3},{"op":"remove_link","source":3,"target":"a"}]"#
    #expect(try Self.apply(added, to: try Self.base(directed: false)).linkCount == 3)
    let doubled = #"""
      [{"op":"add_link","source":"a","target":3},{"op":"add_link","source":3,"target":"a"},
       {"op":"set_link","source":3,"target":"a","fields":{"weight":9}}]
      """#
    #expect(try Self.apply(doubled, to: try Self.base(directed: false)).linkValues("weight") == [1, 2, 3, 9, 9])
    #expect(try Self.apply(doubled, to: try Self.base()).linkValues("weight") == [1, 2, 3, nil, 9])
  }

  @Test(arguments: [
    (#"[{"agent":"a","metrics":{"load":1}},{"agent":"z","metrics":{"load":1}}]"#, "/1/agent", AuraError.Code.notFound),
    (#"[{"agent":"3","metrics":{"load":1}}]"#, "/0/agent", .notFound),
    (#"[{"agent":"a","metrics":{"load":-1}}]"#, "/0/metrics/load", .schema),
    (#"[{"agent":"a","metrics":{"load":"x"}}]"#, "/0/metrics/load", .schema),
    (#"[{"agent":"a","metrics":{"status":1}}]"#, "/0/metrics/status", .schema),
    (#"[{"agent":"a","metrics":1}]"#, "/0/metrics", .schema), (#"[{"agent":"a"}]"#, "/0", .schema),
    (#"[{"op":"sett","agent":"a"}]"#, "/0/op", .schema), (#"[{"agnet":"a"}]"#, "/0/agnet", .schema),
    (#"[{"op":"add_agent","agent":"a"}]"#, "/0/agent", .schema),
    (#"[{"op":"remove_agent","agent":"a"},{"agent":"a","metrics":{"load":1}}]"#, "/1/agent", .notFound),
    (#"[{"op":"remove_link","source":3,"target":"a"}]"#, "/0", .notFound),
    (#"[{"op":"add_link","source":"a","target":"q"}]"#, "/0/target", .notFound),
    (#"[{"op":"add_link","source":"a"}]"#, "/0", .schema), (#"{}"#, "", .schema), (#"[3]"#, "/0", .schema),
  ]) func blamesTheChange(_ changes: String, _ pointer: String, _ code: AuraError.Code) throws {
    let error = try #require(Self.failure(changes, try Self.base()))
    #expect(error.code == code)
    #expect(error.pointer == pointer)
    #expect(error.offset != nil)
  }

  @Test func keepsToItsLimits() throws {
    var limits = Limits()
    limits.agents = 3
    limits.links = 3
    let base = try Self.base()
    #expect(Self.failure(#"[{"op":"add_agent","agent":"z"}]"#, base, limits: limits)?.code == .limit)
    #expect(
      Self.failure(#"[{"op":"remove_agent","agent":"a"},{"op":"add_agent","agent":"z"}]"#, base, limits: limits) == nil)
    #expect(Self.failure(#"[{"op":"add_link","source":"a","target":"a"}]"#, base, limits: limits)?.code == .limit)
  }

  @Test func columnsSetWhatTheySay() throws {
    var editor = TopologyEditor(try Self.base(), time: 4, limits: Limits())
    try editor.set("load", positions: try Column([2, 0]), values: try Column([7, 8]))
    try editor.set("queue", positions: nil, values: try Column([1, .nan, 3]))
    let next = try editor.finish()
    #expect(next.values("load") == [8, 2, 7])
    #expect(next.values("queue") == [1, nil, 3])
    #expect(next.time == 4 && editor.applied == 5)
    #expect(next.history.frames.map(\.metric).sorted() == ["load", "queue"])
  }

  @Test func badColumnsAreRefused() throws {
    var editor = TopologyEditor(try Self.base(), time: nil, limits: Limits())
    func code(_ name: String, _ positions: [Int32]?, _ values: [Double]) throws -> AuraError.Code? {
      let places = try positions.map { try Column($0) }
      let column = try Column(values)
      do throws(AuraError) {
        try editor.set(name, positions: places, values: column)
        return nil
      } catch { return error.code }
    }
    #expect(try code("load", [3], [1]) == .argument)
    #expect(try code("load", [-1], [1]) == .argument)
    #expect(try code("load", [0, 1], [1]) == .argument)
    #expect(try code("load", nil, [1, 2]) == .argument)
    #expect(try code("load", [0], [-1]) == .argument)
    #expect(try code("mood", [0], [.infinity]) == .argument)
    #expect(try code("status", [0], [1]) == .argument)
    #expect(try editor.finish().values("load") == [1, 2, nil])
  }

  @Test func linkColumnsAreCheckedAsLinkFieldsAre() throws {
    var editor = TopologyEditor(try Self.base(), time: nil, limits: Limits())
    func code(_ name: String, _ values: [Double]) throws -> AuraError.Code? {
      let column = try Column(values)
      do throws(AuraError) {
        try editor.setLinks(name, values: column)
        return nil
      } catch { return error.code }
    }
    #expect(try code("strength", [1, -1, 2]) == .argument)
    #expect(try code("error_rate", [0, 2, 0]) == .argument)
    #expect(try code("own", [0, .infinity, 0]) == .argument)
    #expect(try code("kind", [0, 1, 2]) == .argument)
    #expect(try code("weight", [1, 2]) == .argument)
    #expect(try code("weight", [-1, .nan, 2]) == nil)
    #expect(try editor.finish().linkValues("weight") == [-1, nil, 2])
  }

  @Test func historyFollowsTheAgents() throws {
    let first = try Self.apply(
      #"[{"agent":"b","metrics":{"load":5}},{"agent":3,"metrics":{"load":6}}]"#, to: try Self.base(), time: 1)
    let second = try Self.apply(
      #"[{"op":"remove_agent","agent":"a"},{"agent":3,"metrics":{"load":7}}]"#, to: first, time: 2.5)
    let (times, frames) = second.history.series("load")
    #expect(times == [1, 2.5])
    #expect(frames.map { $0.agents?.array } == [[0, 1], [1]])
    #expect(frames.map(\.values.array) == [[5, 6], [7]])
    #expect(second.values("load") == [5, 7])
  }

  @Test func historyForgetsTheOldest() throws {
    var limits = Limits()
    limits.historyValues = 5
    var topology = try Self.base()
    for k in 0..<10 {
      topology = try Self.apply(
        #"[{"agent":"b","metrics":{"load":\#(k)}},{"agent":3,"metrics":{"load":\#(k)}}]"#, to: topology,
        time: Double(k), limits: limits)
    }
    #expect(topology.history.series("load").times == [8, 9])
    #expect(topology.history.valueCount == 4)
  }
}
