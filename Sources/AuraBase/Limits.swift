/// How large things may become. The host sets them when it opens a session.
package struct Limits: Sendable {
  package var agents = 1 << 24
  package var links = 1 << 26
  package var documentBytes = 1 << 32
  package var topologies = 1024
  package var historyValues = 1 << 24
  package var events = 1 << 16
  /// Bytes of one id.
  package var idBytes = 1 << 20
  /// Distinct numeric fields of agents, and of links.
  package static let fields = 256
  package init() {}
}
