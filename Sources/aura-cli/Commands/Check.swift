internal import ArgumentParser
internal import AuraBase
internal import AuraEngine

/// Known answers, tried on this machine.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Try every answer that is known beforehand on this machine.",
    discussion: "Ends with status 3 when an answer is wrong.")

  @Argument(help: "Components to check; all by default.")
  var ids: [String] = []

  @Flag(name: .long, help: "Print the engine's answer as it is, as JSON.")
  var json = false

  @Flag(name: .shortAndLong, help: "Show what each component knows.")
  var verbose = false

  @Flag(name: .long, help: "Report progress on standard error even when it is no terminal.")
  var progress = false

  func run() throws {
    let engine = Engine(progress: progress)
    let wanted = ids.isEmpty ? [] : [JSON.Member("ids", .array(ids.map { .string($0) }))]
    let reply: Reply
    do throws(AuraError) { reply = try engine.call(.selfCheck, wanted) } catch {
      throw Place.failure(AuraError(error.code, error.message))
    }
    let answer = try reply.value()
    let failed = Int(answer["failed"]?.number ?? 0)
    if json { reply.print() } else { show(answer, failed) }
    if failed > 0 { throw Failure(status: Status.wrongAnswer, message: "") }
  }

  private func show(_ answer: JSON, _ failed: Int) {
    var order: [String] = []
    var checks: [String: [JSON]] = [:]
    for check in answer["checks"]?.elements ?? [] {
      let id = check["id"]?.text ?? ""
      if checks[id] == nil { order.append(id) }
      checks[id, default: []].append(check)
    }
    let width = order.map { Text.width($0) }.max() ?? 0
    for id in order {
      let its = checks[id] ?? []
      let good = its.count { $0["passed"] == true }
      let verdict = good == its.count ? Style.green("ok") : Style.red("WRONG")
      Terminal.out("  \(Text.pad(id, to: width))  \(verdict)  \(good) of \(Text.counted(its.count, "answer"))")
      for check in its where verbose || check["passed"] != true {
        let mark = check["passed"] == true ? Style.dim("+") : Style.red("-")
        Terminal.out("      \(mark) \(Text.plain(check["knows"]?.text ?? ""))")
        if let difference = check["difference"]?.text { Terminal.out("        \(Text.plain(difference))") }
      }
    }
    let passed = Int(answer["passed"]?.number ?? 0)
    let verdict = failed == 0 ? "All right on this machine." : Style.red("\(Text.counted(failed, "answer")) wrong.")
    Terminal.out("\(Text.counted(passed, "known answer")) of \(order.count) components came out right. \(verdict)")
  }
}
