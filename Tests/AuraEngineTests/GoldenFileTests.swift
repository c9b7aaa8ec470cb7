import AuraBase
import AuraCatalogue
import AuraEngine
import AuraGraph
import Glibc
import Testing

/// The golden files, answered by this engine on one thread and on two.
@Suite struct GoldenFileTests {
  static let root = String("\(#filePath)".dropLast("Tests/AuraEngineTests/GoldenFileTests.swift".count))
  static let folder = root + "Tests/Data/golden/"

  static let names: [String] = {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var out: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name.hasSuffix(".txt") { out.append(name) }
    }
    return out.sorted()
  }()

  static func read(_ path: String) throws -> String {
    let file = try #require(fopen(path, "rb"), "\(path)")
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

  @Test(arguments: Catalogue.entries.map(\.card.id))
  func everyComponentHasOne(_ id: String) throws {
    try #require(Self.names.contains(id + ".txt"), "Tests/Data/golden/\(id).txt is missing")
    let file = try GoldenFile(Self.read(Self.folder + id + ".txt"))
    #expect(file.blocks.contains { $0.answer.contains("\"\(id)\"") || $0.verb == "explain" }, "it asks for others only")
  }

  /// The catalogue page and the schemas are written by `make golden`; they must say what the engine says.
  @Test(arguments: CataloguePages.files.map(\.path))
  func derivedFilesAreFresh(_ path: String) throws {
    let wanted = try #require(CataloguePages.files.first { $0.path == path }).text
    let text = try Self.read(Self.root + path)
    #expect(text == wanted, "run make golden")
  }

  /// What components spend is what the file says, and two threads spend no other work than one.
  @Test func workIsAsCounted() throws {
    let topologies = try WorkCounts.networks.map { name -> Topology in
      let text = Array(try Self.read(Self.root + "Tests/Data/topologies/\(name).json").utf8)
      return try TopologyReader.read(text.span)
    }
    let found = WorkCounts.page(topologies).split(separator: "\n")
    let stated = try Self.read(Self.root + "Tests/Data/counts.txt").split(separator: "\n")
    #expect(found.count == stated.count, "components come or gone: run make golden")
    for (now, then) in zip(found, stated) { #expect(now == then, "run make golden, and say why it changed") }
    let alone = WorkCounts.spent(topologies, pool: nil)
    #expect(WorkCounts.spent(topologies, pool: WorkerPool(width: 2)) == alone)
  }

  @Test(arguments: names)
  func holds(_ name: String) throws {
    let file = try GoldenFile(Self.read(Self.folder + name))
    #expect(!file.blocks.isEmpty)
    for threads in [1, 2] {
      for (block, answer) in zip(file.blocks, file.answers(threads: threads)) {
        #expect(answer == block.answer, "\(block.comments.joined()) with \(threads) threads")
      }
    }
  }
}
