internal import ArgumentParser
internal import AuraBase
internal import AuraEngine
internal import Glibc

/// The `aura` command: every verb of the engine for people at a terminal and for scripts. It knows how to ask and how
/// to print; what it prints comes from the engine's answers.
struct Aura: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "aura",
    abstract: "Says who in a network is about to fail, what would fall with it, and what to do about it.",
    discussion: """
      A network is a node-link JSON document, as networkx writes it: "nodes" with an "id" and whatever is measured \
      of them (load, capacity, queue, error_rate, latency_ms ...), "edges" (or "links") with "source" and "target". \
      LZ4 frames are read as they are, and - is standard input.

      Start with: aura demo

      EXIT STATUS
        0    done
        1    refused or not answered; the message says what and where
        2    the command line is wrong
        3    a self-check gave a wrong answer
        4    a file could not be read or written
        130  interrupted by Ctrl-C (143: terminated)

      ENVIRONMENT
        NO_COLOR         when set, no colour even on a terminal
        COLUMNS          width of tables on a terminal
        AURA_NUM_THREADS how many threads to use (or --threads)
      """,
    version: BuildInfo.version,
    subcommands: [
      Demo.self, Predict.self, Intervene.self, Explain.self, Analyze.self, Watch.self, Catalog.self, Check.self,
      Report.self, Convert.self, Schema.self, Bench.self,
    ])
}

/// Statuses that the command ends with.
enum Status {
  static let refused: Int32 = 1
  static let usage: Int32 = 2
  static let wrongAnswer: Int32 = 3
  static let unreadable: Int32 = 4
}

/// A reason to stop, already in words.
struct Failure: Error {
  let status: Int32
  /// One line, without the program's name; empty when everything has been said.
  let message: String
}

@main
enum Main {
  static func main() {
    Interrupt.install()
    do {
      var command = try Aura.parseAsRoot()
      try command.run()
    } catch let failure as Failure {
      end(failure)
    } catch let error as AuraError {
      end(Place.failure(error))
    } catch {
      let text = Aura.fullMessage(for: error)
      guard Aura.exitCode(for: error) == .success else {
        Terminal.flush()
        Terminal.error(text)
        leave(Status.usage)
      }
      Terminal.out(text)
    }
    leave(0)
  }

  private static func end(_ failure: Failure) {
    Terminal.flush()
    if let signal = Interrupt.signal { leave(128 + signal) }
    if !failure.message.isEmpty { Terminal.error("aura: " + failure.message) }
    leave(failure.status)
  }

  private static func leave(_ status: Int32) -> Never {
    // Output that cannot be written (a full disk) must not pass for success.
    guard let reason = Terminal.flush() else { exit(status) }
    if reason != EPIPE {
      Terminal.error("aura: standard output: \(String(cString: strerror(reason)).lowercased())")
    }
    exit(max(status, Status.unreadable))
  }
}
