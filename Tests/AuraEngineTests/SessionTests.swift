internal import AuraBase
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
