internal import ArgumentParser
internal import AuraBase
internal import AuraEngine

/// How fast this machine answers about one network.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Time the engine on a network, on this machine.",
    discussion: "From JSON in to JSON out, each request again and again for about a second, at least once.")

  @OptionGroup var input: Files

  @Option(
    name: .long, parsing: .unconditional, help: ArgumentHelp("How long to repeat each request.", valueName: "seconds"))
  var seconds = 1.0

  @Flag(name: .long, help: "Print the figures as JSON, one line for each document.")
  var json = false

  @Option(name: .long, parsing: .unconditional, help: ArgumentHelp("Threads to use.", valueName: "n"))
  var threads: Int?

  mutating func validate() throws {
    guard seconds >= 0 else { throw ValidationError("--seconds must be 0 or more") }
    if let threads, !(1...WorkerPool.widest).contains(threads) {
      throw ValidationError("--threads must be in 1...\(WorkerPool.widest)")
    }
  }

  private struct Figure {
    let verb: String
    let times: [Double]
    var best: Double { times.first ?? 0 }
    var median: Double { times[times.count / 2] }
  }

  func run() throws {
    try input.each(heading: !json) { document in
      let engine = Engine(threads: threads)
      var figures: [Figure] = []
      var network: JSON = [:]
      for verb in [Engine.Verb.analyze, .predict, .intervene] {
        var times: [Double] = []
        let began = Clock.now
        repeat {
          let start = Clock.now
          let reply = try engine.ask(verb, document)
          times.append(Clock.now - start)
          if network == [:] { network = try reply.value() }
        } while Clock.now - began < seconds && times.count < 100_000
        figures.append(Figure(verb: verb.rawValue, times: times.sorted()))
      }
      let width = engine.session.threads
      if json {
        let results = figures.map { figure -> JSON in
          [
            "request": .string(figure.verb), "runs": .integer(figure.times.count), "best_s": .real(figure.best),
            "median_s": .real(figure.median),
          ]
        }
        let all: JSON = [
          "file": .string(document.name), "bytes": .integer(document.raw.count), "threads": .integer(width),
          "topology": network["topology"] ?? .null, "results": .array(results),
        ]
        return Terminal.out(all.encoded)
      }
      Terminal.out(Page.network(network))
      Terminal.out("\(Text.grouped(document.raw.count)) bytes of JSON, \(Text.counted(width, "thread"))\n")
      var table = Table([
        .init(title: "request"), .init(title: "runs", right: true), .init(title: "best", right: true),
        .init(title: "median", right: true), .init(title: "answers a second", right: true),
      ])
      for figure in figures {
        table.add(
          figure.verb, Text.grouped(figure.times.count), Text.seconds(figure.best), Text.seconds(figure.median),
          Text.number((1 / max(1e-9, figure.median)).rounded()))
      }
      table.print()
    }
  }
}
