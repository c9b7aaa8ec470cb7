internal import ArgumentParser
internal import AuraBase
internal import AuraEngine

/// A network from one format into another.
struct Convert: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read a network from one format and write it in another.",
    discussion: """
      aura convert calls.csv --directed -o network.json
      aura convert links.tsv --agents metrics.csv > network.json
      aura convert network.graphml --to mermaid

      Every command reads all of these formats; the name of a file, or how it begins, says which it is. What is asked \
      of the network then refers to agents and links, not to lines of the file.
      """)

  @Argument(help: "The network; - is standard input.", completion: .file())
  var network: String

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("Where to write it; standard output by default.", valueName: "file"))
  var path: String?

  @Option(name: .long, help: ArgumentHelp("Format to read: \(Self.names(Format.readable)).", valueName: "format"))
  var from: Format?

  @Option(name: .long, help: ArgumentHelp("Format to write: \(Self.names(Format.writable)).", valueName: "format"))
  var to: Format?

  @Flag(name: .long, help: "Take the links of a list as directed; without it they go both ways.")
  var directed = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A table with a header that says more of the agents; those whom the network lacks are added.", valueName: "file"))
  var agents: String?

  private static func names(_ formats: [Format]) -> String { formats.map(\.rawValue).joined(separator: ", ") }

  func validate() throws {
    if let from, !Format.readable.contains(from) { throw ValidationError("\(from.rawValue) can be written, not read") }
    if to == nil, let path {
      if path.hasSuffix(".lz4") {
        throw ValidationError("\(path): what is written is no LZ4 frame; take a name without .lz4")
      }
      if let named = Format(path: path), !Format.writable.contains(named) {
        throw ValidationError("\(path): \(named.rawValue) can be read, not written; --to says what to write")
      }
    }
    if let to, !Format.writable.contains(to) { throw ValidationError("\(to.rawValue) can be read, not written") }
  }

  func run() throws {
    let source = try Document(reading: network, as: from, directed: directed)
    guard let text = source.text else {
      // The frame is damaged: the engine says how.
      _ = try Engine().ask(.analyze, source)
      return
    }
    var found = try Format.json.read(text, file: source.name, directed: directed)
    if let agents {
      guard let table = try Document(reading: agents, as: .json).text else {
        throw Failure(status: Status.refused, message: "\(Text.plain(agents)): a damaged LZ4 frame")
      }
      try EdgeList.addAgents(table.array, file: agents, to: &found)
    }
    let format = to ?? path.flatMap { Format(path: $0) } ?? .json
    let written =
      switch format {
      case .graphml: Writer.graphML(found)
      case .dot: Writer.dot(found)
      case .mermaid: Writer.mermaid(found)
      case .svg: try Writer.svg(found)
      default: found.document
      }
    try Terminal.deliver(written, to: path)
  }
}

extension Format: ExpressibleByArgument {}
