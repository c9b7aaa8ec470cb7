package import AuraBase

/// How the library was built and what it links.
package enum BuildInfo {
  package static let version = "0.1.0"
  package static let features = ["json", "lz4", "arrow", "csr", "cancel", "progress", "events"]

  /// The compiler, as far as a program can know its own.
  private static var swift: String {
    #if compiler(>=6.4)
      "6.4 or newer"
    #elseif compiler(>=6.3)
      "6.3"
    #else
      "6.2"
    #endif
  }

  package static var json: JSON {
    [
      "version": .string(version), "swift": .string(swift), "language": "swift",
      "components": .integer(Catalogue.entries.count),
      "features": .array(features.map { .string($0) }),
      "jansson": .string(LinkedVersions.jansson), "lz4": .string(LinkedVersions.lz4),
    ]
  }
}
