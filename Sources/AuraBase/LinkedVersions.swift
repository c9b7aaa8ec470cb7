internal import CJansson
internal import CLZ4

/// Versions of the C libraries that are loaded.
package enum LinkedVersions {
  package static var jansson: String { jansson_version_str().map { String(cString: $0) } ?? "" }
  package static var lz4: String { LZ4_versionString().map { String(cString: $0) } ?? "" }
}
