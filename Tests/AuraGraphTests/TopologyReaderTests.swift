internal import AuraBase
internal import AuraGraph
import Testing

@Suite struct TopologyReaderTests {
  @Test func readsWhatNetworkxWrites() throws {
    // json.dumps(networkx.node_link_data(G, edges="edges")) of a multigraph, keys included.
    let topology = try read(
      #"{"directed": false, "multigraph": true, "graph": {"name": "pair"}, "nodes": [{"load": 1.5, "id": "a"}, {"id": 7}], "#
        + #""edges": [{"weight": 2, "source": "a", "target": 7, "key": 0}, {"source": 7, "target": "a", "key": 1}]}"#)
    #expect(topology.ids == [.text("a"), .integer(7)])
    #expect(topology.ends == [[0, 1], [1, 0]])
    #expect(!topology.structure.directed && topology.structure.name == "pair")
    #expect(topology.values("load") == [1.5, nil])
    #expect(topology.linkValues("weight") == [2, nil])
    #expect(topology.ignored.isEmpty)
  }

  @Test func membersMayStandInAnyOrder() throws {
    let members = [
      #""nodes":[{"id":"a","load":1},{"id":"b","load":2}]"#, #""links":[{"source":"b","target":"a"}]"#,
      #""directed":true"#,
      #""history":{"time_s":[0,1.5,9],"metrics":{"load":[[1,2,3],[4,null,6]]}}"#, #""time_s":10"#,
    ]
    for turn in members.indices {
      let text = "{" + (members[turn...] + members[..<turn]).joined(separator: ",") + "}"
      let topology = try read(text)
      #expect(topology.ends == [[1, 0]])
      #expect(topology.structure.directed)
      #expect(topology.time == 10)
      let (times, frames) = topology.history.series("load")
      #expect(times == [0, 1.5, 9])
      #expect(frames.map { $0.values.array.map { $0.isNaN ? -1 : $0 } } == [[1, 4], [2, -1], [3, 6]])
    }
  }

  @Test func idsAreWhatTheyMeanAndOfTheirKind() throws {
    let topology = try read(
      #"{"nodes":[{"id":"7"},{"id":7},{"id":"\u0061/b"},{"id":-12},{"id":""},{"id":"ü\n"}],"#
        + #""edges":[{"source":7,"target":"7"},{"source":"a/b","target":"a\/\u0062"},{"source":"\u00fc\u000a","target":-12}]}"#
    )
    #expect(topology.ids == [.text("7"), .integer(7), .text("a/b"), .integer(-12), .text(""), .text("ü\n")])
    #expect(topology.ends == [[1, 0], [2, 2], [5, 3]])
    for (k, id) in topology.ids.enumerated() { #expect(topology.structure.agents.index(of: id) == k) }
    #expect(topology.structure.agents.index(of: .integer(12)) == nil)
  }

  @Test func idsOfEveryLengthAreFound() throws {
    let ids =
      (0..<300).map { String(repeating: "x", count: $0) } + (0..<300).map { String(repeating: "x", count: $0) + "y" }
    let nodes = ids.map { #"{"id":"\#($0)"}"# }.joined(separator: ",")
    let links = ids.map { #"{"source":"\#($0)","target":"\#($0)"}"# }.joined(separator: ",")
    let topology = try read(#"{"nodes":[\#(nodes)],"edges":[\#(links)]}"#)
    #expect(topology.ends == (0..<600).map { [Int32($0), Int32($0)] })
  }

  @Test func idsMayBeLongerThanASlotCanSay() throws {
    var limits = Limits()
    limits.idBytes = 1 << 23
    let ids = [String(repeating: "x", count: 1 << 21) + "a", String(repeating: "x", count: 1 << 21) + "bc", "x"]
    let nodes = ids.map { #"{"id":"\#($0)"}"# }.joined(separator: ",")
    let topology = try read(#"{"nodes":[\#(nodes)],"edges":[{"source":"\#(ids[1])","target":"\#(ids[0])"}]}"#, limits)
    #expect(topology.ends == [[1, 0]])
  }

  @Test func keysMayBeEscaped() throws {
    let topology = try read(
      #"{"n\u006fdes":[{"\u0069d":"a","lo\u0061d":3},{"id":"b","load":4}],"edges":[{"sourc\u0065":"a","\u0074arget":"b"}]}"#
    )
    #expect(topology.ends == [[0, 1]])
    #expect(topology.values("load") == [3, 4])
  }

  @Test func selfLoopsAndParallelLinksStay() throws {
    let topology = try read(
      #"{"nodes":[{"id":0},{"id":1}],"edges":[{"source":0,"target":0},{"source":0,"target":1},{"source":0,"target":1}]}"#
    )
    #expect(topology.ends == [[0, 0], [0, 1], [0, 1]])
  }

  @Test func absentAndNullMeanNotKnown() throws {
    let topology = try read(
      #"{"nodes":[{"id":0},{"id":1,"load":null,"mood":3},{"id":2,"load":5,"load":null},{"id":3,"load":6,"load":7},{"id":4}]}"#
    )
    #expect(topology.values("load") == [nil, nil, nil, 7, nil])
    #expect(topology.values("mood") == [nil, 3, nil, nil, nil])
  }

  @Test func wordsAreCoded() throws {
    let topology = try read(
      #"{"nodes":[{"id":0},{"id":1,"status":"up"},{"id":2,"status":"do\u0077n"},{"id":3,"status":null},{"id":4,"status":"down"}]}"#
    )
    let status = try #require(topology.text("status"))
    #expect((0..<5).map { status[$0] } == [nil, "up", "down", nil, "down"])
    #expect(status.words == ["up", "down"])
  }

  @Test func listsWhatItIgnores() throws {
    let topology = try read(
      #"{"nodes":[{"id":0,"tags":["x"],"note":"text","status":3}],"edges":[{"source":0,"target":0,"why":{}}],"extra":{"a":[1]}}"#
    )
    #expect(Set(topology.ignored) == ["extra", "nodes/tags", "nodes/note", "nodes/status", "edges/why"])
    #expect(topology.metrics.isEmpty)
  }

  @Test(arguments: [
    (#"{"nodes":[{"id":0,"error_rate":1.5}]}"#, "/nodes/0/error_rate"),
    (#"{"nodes":[{"id":0},{"id":1,"load":-1}]}"#, "/nodes/1/load"),
    (#"{"nodes":[{"id":0,"attempts_per_call":0.5}]}"#, "/nodes/0/attempts_per_call"),
    (#"{"nodes":[{"id":0,"load":"x"}]}"#, "/nodes/0/load"),
    (#"{"nodes":[{"id":0},{"id":0}]}"#, "/nodes/1/id"),
    (#"{"nodes":[{"id":"a"},{"id":"\u0061"}]}"#, "/nodes/1/id"),
    (#"{"nodes":[{"id":1.5}]}"#, "/nodes/0/id"), (#"{"nodes":[{"id":-0}]}"#, "/nodes/0/id"),
    (#"{"nodes":[{"id":1e3}]}"#, "/nodes/0/id"), (#"{"nodes":[{"id":null}]}"#, "/nodes/0/id"),
    (#"{"nodes":[{"id":12345678901234567890}]}"#, "/nodes/0/id"),
    (#"{"nodes":[{"load":1}]}"#, "/nodes/0"), (#"{"nodes":[3]}"#, "/nodes/0"), (#"{"nodes":{}}"#, "/nodes"),
    (#"{"nodes":[{"id":0}],"edges":[{"source":0,"target":1}]}"#, "/edges/0/target"),
    (#"{"nodes":[{"id":0}],"links":[{"source":"0","target":0}]}"#, "/links/0/source"),
    (#"{"edges":[{"source":0,"target":1}],"nodes":[{"id":0}]}"#, "/edges/0/target"),
    (#"{"nodes":[{"id":0}],"edges":[{"source":0}]}"#, "/edges/0"),
    (#"{"nodes":[{"id":0}],"edges":[{"source":0,"target":0,"error_rate":2}]}"#, "/edges/0/error_rate"),
    (#"{"nodes":[],"nodes":[]}"#, "/nodes"), (#"{"nodes":[],"edges":[],"links":[]}"#, "/links"),
    (#"{"nodes":[],"directed":1}"#, "/directed"), (#"{"nodes":[],"graph":[]}"#, "/graph"),
    (#"{"nodes":[],"time_s":"now"}"#, "/time_s"), ("{}", ""),
    (#"{"nodes":[],"history":{"time_s":[1,1],"metrics":{}}}"#, "/history/time_s/1"),
    (#"{"nodes":[{"id":0}],"history":{"time_s":[1],"metrics":{"load":[[1,2]]}}}"#, "/history/metrics/load/0"),
    (#"{"nodes":[{"id":0}],"history":{"time_s":[1,2],"metrics":{"load":[[1]]}}}"#, "/history/metrics/load/0"),
    (#"{"nodes":[{"id":0}],"history":{"time_s":[1],"metrics":{"load":[]}}}"#, "/history/metrics/load"),
    (#"{"nodes":[{"id":0}],"history":{"time_s":[1],"metrics":{"load":[[-1]]}}}"#, "/history/metrics/load/0/0"),
    (#"{"nodes":[{"id":0}],"history":{"time_s":[1]}}"#, "/history"),
  ]) func blamesTheValue(_ text: String, _ pointer: String) throws {
    let error = try #require(failure(text))
    #expect(error.code == .schema)
    #expect(error.pointer == pointer)
    #expect(error.offset != nil)
  }

  @Test func offsetsPointIntoTheDocument() throws {
    let text = #"{"nodes":[{"id":"a"},{"id":"b","load":  -3}]}"#
    let at = try #require(failure(text)?.offset)
    #expect(Array(text.utf8)[at...].starts(with: "-3".utf8))
    let link = #"{"nodes":[{"id":"a"}],"edges":[{"source":"a","target":"z"}]}"#
    #expect(Array(link.utf8)[try #require(failure(link)?.offset)...].starts(with: "\"z\"".utf8))
  }

  @Test func keepsToItsLimits() {
    var limits = Limits()
    limits.agents = 2
    limits.links = 1
    limits.idBytes = 3
    limits.historyValues = 3
    #expect(failure(#"{"nodes":[{"id":1},{"id":2}],"edges":[{"source":1,"target":2}]}"#, limits) == nil)
    #expect(failure(#"{"nodes":[{"id":1},{"id":2},{"id":3}]}"#, limits)?.code == .limit)
    #expect(
      failure(#"{"nodes":[{"id":1}],"edges":[{"source":1,"target":1},{"source":1,"target":1}]}"#, limits)?.code
        == .limit)
    #expect(failure(#"{"nodes":[{"id":"abcd"}]}"#, limits)?.pointer == "/nodes/0/id")
    #expect(
      failure(#"{"nodes":[{"id":1},{"id":2}],"history":{"time_s":[1,2],"metrics":{"load":[[1,2],[3,4]]}}}"#, limits)?
        .code == .limit)
    let fields = (0..<257).map { #""f\#($0)":1"# }.joined(separator: ",")
    #expect(failure(#"{"nodes":[{"id":1,\#(fields)}]}"#)?.code == .limit)
  }

  /// Objects whose fields come and go in any order fill the right places.
  @Test func fieldsInAnyOrderFillTheRightPlaces() throws {
    let dice = Dice(seed: 11)
    var wanted: [[Double?]] = Array(repeating: [], count: 5)
    var nodes: [String] = []
    for i in 0..<500 {
      let own = dice.stream(i)
      var fields = [#""id":\#(i)"#]
      for f in 0..<5 {
        let value = own.integer(f, below: 3) == 0 ? nil : Double(own.integer(f + 10, below: 1000))
        wanted[f].append(value)
        if let value { fields.insert(#""f\#(f)":\#(value)"#, at: own.integer(f + 20, below: fields.count + 1)) }
      }
      nodes.append("{" + fields.joined(separator: ",") + "}")
    }
    let topology = try read(#"{"nodes":[\#(nodes.joined(separator: ","))]}"#)
    for f in 0..<5 { #expect(topology.values("f\(f)") == wanted[f]) }
  }
}
