internal import AuraBase
@testable internal import AuraGraph
import Testing

@Suite struct EdgeListTests {
  private func read(_ text: [UInt8], _ limits: Limits = Limits()) throws(AuraError) -> Topology {
    try TopologyReader.read(edgeList: text.span, limits: limits, seed: 42, token: nil)
  }
  private func read(_ text: String, _ limits: Limits = Limits()) throws(AuraError) -> Topology {
    try read(Array(text.utf8), limits)
  }
  private func failure(_ text: [UInt8], _ limits: Limits = Limits()) -> AuraError? {
    do throws(AuraError) {
      _ = try read(text, limits)
      return nil
    } catch { return EdgeListScanner.placed(error, in: text.span) }
  }

  @Test func readsNamedColumnsInAnyOrder() throws {
    let topology = try read(
      "Weight,FROM,kind,to,note\n2.5,web,calls,cart,x\n,cart,,\"d\"\"b\",\n-1e-3,\"a,\nb\",,web\n")
    #expect(topology.ids == [.text("web"), .text("cart"), .text("d\"b"), .text("a,\nb")])
    #expect(topology.ends == [[0, 1], [1, 2], [3, 0]])
    #expect(topology.linkMetrics.isEmpty == false && topology.linkValues("weight").isEmpty)
    #expect(topology.linkValues("Weight") == [2.5, nil, -0.001])
    #expect(topology.ignored == ["edges/note"] && !topology.structure.directed)
    #expect(topology.linkTexts.map(\.name) == ["kind"])
  }

  @Test func readsListsWithoutAHeader() throws {
    let topology = try read("\u{FEFF}# SNAP\r\n\r\n10\t2\t0.5\r\n  \r\n2\t-3\r\n")
    #expect(topology.ids == [.integer(10), .integer(2), .integer(-3)])
    #expect(topology.linkValues("weight") == [0.5, nil])
    let words = try read("a b {'weight': 3, 'kind': \"it's\", 'up': True, 'none': None}\n b  07 \n")
    #expect(words.ids == [.text("a"), .text("b"), .text("07")] && words.linkValues("weight") == [3, nil])
    let mixed = try read("1;x\n2;1")
    #expect(mixed.ids == [.text("1"), .text("x"), .text("2")] && mixed.ends == [[0, 1], [2, 0]])
  }

  @Test(arguments: [
    ("a,b\n\"c,d\n", "line 2, column 1: a quote is never closed"),
    ("a,b\nc\n", "line 2, column 1: a link needs a source and a target"),
    ("a,b\nc,\n", "line 2, column 1: a link needs a source and a target"),
    ("source,target,weight\na,b,1\né,ü,nan\n", "line 3, column 5: weight must be a number, not nan"),
    ("source,target,strength\na,b,-2\n", "line 2, column 5: strength must be in 0.0...inf, not -2.0"),
    ("source,target\na,b,3\n", "line 2, column 5: more values than the header has names"),
    ("a,\"b\"c\n", "line 1, column 6: text behind a closing quote"),
    ("a b {'weight': [}\n", "line 1, column 5: what stands behind the two ends is no dictionary of plain values"),
    ("a,b\u{0}\n", "line 1, column 4: unexpected control character"),
  ])
  func errorsNameTheirLine(_ text: String, _ message: String) { #expect(failure(Array(text.utf8))?.message == message) }

  @Test func refusesBadUTF8AndWhatIsTooMuch() {
    #expect(failure(Array("a,b\nc,".utf8) + [0xC3, 0x28])?.message == "line 2, column 3: invalid UTF-8")
    var limits = Limits()
    limits.links = 2
    #expect(failure(Array("a,b\nb,c\nc,d".utf8), limits)?.message == "line 3, column 1: more than 2 links")
    limits.agents = 2
    #expect(failure(Array("a,b\nb,c".utf8), limits)?.message == "line 2, column 3: more than 2 agents")
    limits.idBytes = 2
    #expect(failure(Array("abc,b".utf8), limits)?.code == .limit)
    #expect(failure([UInt8](repeating: 0x2C, count: 300))?.message.hasSuffix("more than 258 columns") == true)
  }

  @Test func standsAsTextWhereLinksStand() throws {
    let alone = try AuraGraphTests.read(
      #"{"directed":true,"edges":"source,target,weight\n7,\"8\",2\n8,7,1"}"#.replacing(#"\"8\""#, with: "8"))
    #expect(
      alone.ids == [.integer(7), .integer(8)] && alone.structure.directed && alone.linkValues("weight") == [2, 1])
    for text in [
      #"{"edges":"a,7\n7,b","nodes":[{"id":7},{"id":"a"},{"id":"b"}]}"#,
      #"{"nodes":[{"id":7},{"id":"a"},{"id":"b"}],"links":"a,7\n7,b"}"#,
    ] {
      let known = try AuraGraphTests.read(text)
      #expect(known.ids == [.integer(7), .text("a"), .text("b")] && known.ends == [[1, 0], [0, 2]])
    }
    let error = AuraGraphTests.failure(#"{"nodes":[{"id":"a"}],"edges":"a,a\na,b"}"#)
    #expect(error?.message == "line 2, column 3: no such agent" && error?.pointer == "/edges" && error?.offset == 30)
    #expect(AuraGraphTests.failure(#"{"directed":true}"#)?.message == "a topology needs nodes")
  }

  @Test func isToldFromOtherText() {
    let lists = ["a,b", "1\t2\n", "# c\n\n\"a\";b", "\u{FEFF}é,b", "_x,y"]
    let others = [
      "", "nul", "a b", "{\"a\":1,\"b\":2}", "[1,2]", "/* */{\"nodes\":[],\"edges\":[]}", "<a b=\",\"/>", "# a,b",
      "\u{4}\"M,", ",a",
    ]
    func begins(_ text: String) -> Bool {
      let bytes = Array(text.utf8)
      return EdgeListScanner.begins(bytes.span)
    }
    for text in lists { #expect(begins(text), "\(text)") }
    for text in others { #expect(!begins(text), "\(text)") }
  }

  @Test func findsALinkAgain() {
    let text = Array("# c\nsource,target\na,b\n\n\"c\nd\",e\nf,g".utf8)
    let found = (0..<4).map { EdgeListScanner.offset(ofLink: $0, in: text.span) }
    #expect(found == [18, 23, 31, nil])
  }

  /// Damaged lists are read or refused with a place inside them; nothing ends the process.
  @Test func damagedListsAreReadOrRefused() {
    let seeds = [
      "source,target,weight,kind\nweb,cart,1.5,calls\n\"a,\"\"b\",cart,,\ncart,é,2,x\n",
      "1\t2\n2\t3\t-0.5e3\n# c\n3\t1\n",
      "a b {'weight': 3, 'kind': 'it\\'s', 'up': True}\nb c {}\n",
    ].map { Array($0.utf8) }
    let dice = Dice(seed: 9)
    var refused = 0
    for round in 0..<4000 {
      var text = seeds[round % seeds.count]
      for k in 0..<1 + round % 4 {
        guard !text.isEmpty else { break }
        let at = Int(dice.bits(round * 16 + k) % UInt64(text.count))
        switch dice.bits(round * 16 + k + 8) % 4 {
        case 0: text[at] = UInt8(truncatingIfNeeded: dice.bits(round * 16 + k + 12))
        case 1: text.removeSubrange(at..<min(text.count, at + 3))
        case 2: text += Array(text.prefix(at).suffix(9))
        default: text = Array(text.prefix(at + 1))
        }
      }
      _ = EdgeListScanner.begins(text.span)
      do throws(AuraError) {
        let topology = try read(text)
        let last = topology.linkCount - 1
        let found = last < 0 ? 0 : EdgeListScanner.offset(ofLink: last, in: text.span)
        #expect(found != nil)
      } catch {
        refused += 1
        #expect([.syntax, .schema].contains(error.code) && (0...text.count).contains(error.offset ?? -1), "\(error)")
      }
    }
    #expect(refused > 500 && refused < 3500)
  }
}
