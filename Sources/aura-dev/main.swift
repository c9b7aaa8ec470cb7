internal import AuraBase
internal import AuraCascade
internal import AuraEngine
internal import AuraGraph
internal import Glibc

// Our own tool, not shipped: it writes what is derived (golden answers, the catalogue page, the schemas).
//
//   aura-dev rewrite FILE...    answers of golden files as the engine gives them now
//   aura-dev catalogue          docs/catalogue.md, Tests/Data/catalogue.json and docs/schemas, below the current folder
//   aura-dev counts             the work that each component spends, for Tests/Data/counts.txt
//   aura-dev policies FILE...   the planner against simple policies at equal budget, on these topologies

func readText(_ path: String) -> String? {
  guard let file = fopen(path, "rb") else { return nil }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var block = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = fread(&block, 1, block.count, file)
    if count == 0 { break }
    bytes.append(contentsOf: block[0..<count])
  }
  return String(decoding: bytes, as: UTF8.self)
}

func save(_ text: String, to path: String) -> Bool {
  guard let file = fopen(path, "wb") else { return false }
  let bytes = Array(text.utf8)
  let count = fwrite(bytes, 1, bytes.count, file)
  return fclose(file) == 0 && count == bytes.count
}

func complain(_ message: String) -> Never {
  let text = Array("aura-dev: \(message)\n".utf8)
  _ = text.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  exit(1)
}

func rewritten(_ path: String) -> String {
  guard let text = readText(path) else { complain("cannot read \(path)") }
  do throws(AuraError) {
    var file = try GoldenFile(text)
    for (k, answer) in file.answers().enumerated() { file.blocks[k].answer = answer }
    return file.text
  } catch { complain("\(path): \(error.message)") }
}

/// Prints, for each mechanism, the share of failures that each policy prevents: the mean over the topologies. A hub that
/// has failed before anybody acts does not count, whether it is brought back or not.
func comparePolicies(_ paths: [String]) {
  typealias Policy = PolicyComparison.Policy
  let policies: [Policy] = [.random, .degree, .betweenness, .collectiveInfluence, .probability, .planner, .plannerAny]
  let pool = WorkerPool(width: WorkerPool.defaultWidth)
  print("share of failures prevented, mean over \(paths.count) topologies at equal number of actions")
  print("(the hub that had failed before anybody acted is not counted)")
  print((["mechanism"] + policies.map(\.rawValue)).map { padded($0, 22) }.joined())
  for mechanism in PolicyComparison.Settings().mechanisms {
    var sum: [Policy: Double] = [:]
    for path in paths {
      guard let text = readText(path) else { complain("cannot read \(path)") }
      do throws(AuraError) {
        let row = try PolicyComparison.row(path, try read(Array(text.utf8)), mechanism, pool: pool)
        for policy in policies { sum[policy, default: 0] += row.reduction(policy) }
      } catch { complain("\(path): \(error.message)") }
    }
    let cells = policies.map { "\(Int((100 * (sum[$0] ?? 0) / Double(paths.count)).rounded())) %" }
    print(([mechanism.rawValue] + cells).map { padded($0, 22) }.joined())
  }
}

/// Prints what components spend on the networks below the current folder.
func count() {
  let topologies = WorkCounts.networks.map { name -> Topology in
    let path = "Tests/Data/topologies/\(name).json"
    guard let text = readText(path) else { complain("cannot read \(path)") }
    do throws(AuraError) { return try read(Array(text.utf8)) } catch { complain("\(path): \(error.message)") }
  }
  print(WorkCounts.page(topologies), terminator: "")
}

func read(_ bytes: [UInt8]) throws(AuraError) -> Topology { try TopologyReader.read(bytes.span) }

func padded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(1, width - text.utf8.count))
}

let words = Array(CommandLine.arguments.dropFirst())
switch words.first {
case "rewrite":
  for path in words.dropFirst() {
    if !save(rewritten(path), to: path) { complain("cannot write \(path)") }
  }
case "catalogue":
  mkdir("docs/schemas", 0o755)
  for file in CataloguePages.files where !save(file.text, to: file.path) { complain("cannot write \(file.path)") }
case "counts": count()
case "policies": comparePolicies(Array(words.dropFirst()))
default: complain("rewrite FILE... | catalogue | counts | policies FILE...")
}
