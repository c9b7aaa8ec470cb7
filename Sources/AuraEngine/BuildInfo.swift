package import AuraBase

/// How the library was built and what it links.
package enum BuildInfo {
  package static let version = "0.1.0"
  package static let features = ["json", "lz4", "arrow", "csr", "cancel", "progress", "events"]

  package static var json: JSON {
    [
      "version": .string(version), "swift": "6.3", "language": "swift", "components": .integer(Catalogue.entries.count),
      "features": .array(features.map { .string($0) }),
      "jansson": .string(LinkedVersions.jansson), "lz4": .string(LinkedVersions.lz4),
    ]
  }
}
