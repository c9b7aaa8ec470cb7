internal import AuraBase
internal import AuraCatalogue
@testable internal import AuraEngine
import Testing

@Suite struct SessionTests {
  static func ring(_ n: Int) -> String {
    let nodes = (0..<n).map { #"{"id":\#($0),"load":\#($0 % 7 + 1),"capacity":9}"# }
    let links = (0..<n).map { #"{"source":\#($0),"target":\#(($0 + 1) % n)}"# }
    return #"{"nodes":[\#(nodes.joined(separator: ","))],"edges":[\#(links.joined(separator: ","))]}"#
  }

  /// What a caller hears while it waits: many fractions, in order, to nearly the end.
  @Test(arguments: [
    ("predict", #"{"runs":400,"topology":"#), ("intervene", #"{"runs":64,"topology":"#),
    (
      "analyze",
      #"{"analyses":[{"id":"graph.centrality.betweenness"},{"id":"cascade.contagion","parameters":{"runs":20}}],"topology":"#
    ),
  ])
  func progressRises(_ verb: String, _ head: String) throws {
    var options = Session.Options()
    options.threads = 1  // what other threads do is only heard of when the caller comes to say it
    let session = Session(options)
    var call = Session.Call()
    var fractions: [Double] = []
    call.progress = {
      fractions.append($0)
      return true
    }
    let request = Array((head + Self.ring(60) + "}").utf8)
    switch verb {
    case "predict": _ = try session.predict(request.span, call)
    case "intervene": _ = try session.intervene(request.span, call)
    default: _ = try session.analyze(request.span, call)
    }
    #expect(fractions == fractions.sorted())
    #expect(fractions.count >= 20 && fractions.count <= 200)
    let widest = zip(fractions, fractions.dropFirst()).map { $1 - $0 }.max() ?? 1
    #expect(widest < 0.35)
    #expect(fractions.last ?? 0 > 0.85)
  }

  @Test func aTokenEndsTheReadingOfADocument() throws {
    let request = Array(Self.ring(5000).utf8)
    let token = CancelToken()
    token.cancel()
    let failure = #expect(throws: AuraError.self) {
      try Request(request.span, limits: Limits(), token: token)
    }
    #expect(failure?.code == .cancelled)
  }

  /// The same numbers, written once: as columns, with agents by position; what stands inside an item stays text.
  @Test func listsMayComeAsColumnsAlone() throws {
    let session = Session()
    let ids = ["a", "b", "c", "d", "e"]
    let network = """
      "topology":{"nodes":[\(ids.map { #"{"id":"\#($0)"}"# }.joined(separator: ","))],"edges":[
      {"source":"a","target":"b"},{"source":"b","target":"c"},{"source":"c","target":"a"},{"source":"c","target":"d"}]}
      """
    let asked = """
      "analyses":[{"id":"graph.structure.k_core"},{"id":"graph.centrality.pagerank"},
      {"id":"graph.flow.link_disjoint","parameters":{"from":["a"],"to":["d"]}}]
      """
    func ask(_ more: String) throws -> (text: JSON, columns: [String: [Double]]) {
      let reply = try session.analyze(Array("{\(network),\(asked)\(more)}".utf8).span)
      var columns: [String: [Double]] = [:]
      for (name, column) in reply.columns {
        switch column {
        case .reals(let values): columns[name] = values.array
        case .integers(let values): columns[name] = values.array.map { Double($0) }
        }
      }
      return (try JSON(parsing: Array(reply.string.utf8).span), columns)
    }
    let whole = try ask("")
    let short = try ask(#","columns_only":true"#)
    #expect(whole.columns.keys.sorted() == ["0/core", "1/pagerank", "2/links", "2/side"])
    for (name, values) in whole.columns { #expect(short.columns[name] == values) }

    func output(_ answer: JSON, _ k: Int, _ name: String) -> JSON? {
      guard case .array(let answers)? = answer["answers"] else { return nil }
      return answers[k]["output"]?[name]
    }
    #expect(short.text["agents"] == [] && whole.text["agents"] == .array(ids.map { .string($0) }))
    for (k, name) in [(0, "core"), (0, "order"), (1, "pagerank"), (2, "links"), (2, "side")] {
      #expect(output(short.text, k, name) == [])
      #expect(output(whole.text, k, name) != [])
    }
    let order = try #require(short.columns["0/order"])
    #expect(output(whole.text, 0, "order") == .array(order.map { .string(ids[Int($0)]) }))
    for (k, name) in [(0, "core_max"), (2, "count"), (2, "paths")] {
      #expect(output(short.text, k, name) == output(whole.text, k, name))
    }
    #expect(short.columns.count == 5)
  }

  private static func answer(_ text: String) throws -> JSON {
    try JSON(parsing: Session().analyze(Array(text.utf8).span).string)
  }

  /// An edge list is a request by itself, or the text of a document's links; both say what node-link JSON says.
  @Test func anEdgeListIsADocument() throws {
    let plain = try Self.answer(
      #"{"nodes":[{"id":1},{"id":2},{"id":3}],"edges":[{"source":1,"target":2,"weight":2},{"source":2,"target":3}]}"#)
    #expect(plain["answers"]?.elements.count ?? 0 > 5)
    #expect(try Self.answer("source,target,weight\n1,2,2\n2,3,\n") == plain)
    #expect(try Self.answer(#"{"topology":{"edges":"1,2,2\n2,3"}}"#) == plain)
    #expect(try Self.answer(#"{"edges":"1\t2\t2\n2\t3"}"#) == plain)
  }

  @Test func anEdgeListIsBlamedByLine() throws {
    let list = Array("source,target,weight\na,b,1\nb,c,-1\n".utf8)
    let negative = #expect(throws: AuraError.self) { try Session().predict(list.span) }
    #expect(negative?.message.hasPrefix("line 3, column 1: ") == true && negative?.offset == 27, "\(negative as Any)")
    let failure = #expect(throws: AuraError.self) { try Session().predict(Array("a,b\nc\n".utf8).span) }
    #expect(failure?.message == "line 2, column 1: a link needs a source and a target" && failure?.offset == 4)
    let told = #expect(throws: AuraError.self) { try Session().observe(list.span) }
    #expect(told?.code == .syntax)
  }
}
