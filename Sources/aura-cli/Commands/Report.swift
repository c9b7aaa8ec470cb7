internal import ArgumentParser
internal import AuraBase
internal import AuraEngine

/// One page about a network, to open in a browser, print or send.
struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write one page about a network: a map with the risk on it, who fails when and why, what to do.",
    discussion: """
      aura report network.json -o report.html
      aura report network.json --suppose database -o what-if.html

      The page is one file that needs no network: it can be opened, printed and sent as it is. --json gives what \
      stands in it as data.
      """)

  @Argument(
    help: "The network, as node-link JSON; - is standard input.", completion: .file(extensions: ["json", "lz4"]))
  var network: String

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("Where to write it; standard output by default.", valueName: "file"))
  var path: String?

  @Option(name: .long, parsing: .unconditional, help: "What the proposed actions may cost in all.")
  var budget: Double?

  @OptionGroup var forecasting: Forecasting
  @OptionGroup var asked: Asked
  @OptionGroup var output: Output

  func run() throws {
    let document = try Document(reading: network)
    let content = try ReportContent(
      document, engine: output.engine, forecasting: forecasting.members(document, top: output.rows),
      budget: budget, asked: asked)
    let text = output.json ? content.json.encoded : ReportPage(content).html
    try Terminal.deliver(text, to: path)
  }
}
