package import AuraBase
package import AuraCatalogue
internal import AuraCascade
internal import AuraStructure

/// Everything the engine can do, family by family.
package enum Catalogue {
  package static let entries: [Entry] = StructureFamily.entries + CascadeFamily.entries

  private static let byID: [String: Entry] = {
    var out: [String: Entry] = [:]
    for entry in entries { out[entry.card.id] = entry }
    return out
  }()

  /// - Throws: `.notFound`, with the nearest id as a hint.
  package static func entry(_ id: String, pointer: String) throws(AuraError) -> Entry {
    if let found = byID[id] { return found }
    let tail = id.split(separator: ".").last.map(String.init) ?? id
    let near = entries.first { $0.card.id.hasSuffix("." + tail) }?.card.id
    let hint = near.map { "; did you mean \"\($0)\"?" } ?? ""
    throw AuraError(.notFound, "no component \"\(id.prefix(80))\"\(hint)", pointer: pointer)
  }

  /// The card of a component as the catalogue shows it.
  static func describe(_ entry: Entry) -> JSON {
    let card = entry.card
    var members: [JSON.Member] = [
      .init("id", .string(card.id)), .init("family", .string(card.family)), .init("role", .string(entry.role.rawValue)),
      .init("since", .string(card.since)), .init("lifecycle", .string(card.lifecycle.rawValue)),
      .init("summary", .string(card.summary)), .init("reference", .string(card.reference)),
      .init("cost", .string(card.cost)), .init("known_answers", .integer(entry.knownAnswers.count)),
      .init("parameters", entry.parameters), .init("output", entry.output),
    ]
    if let other = card.agreesWith { members.append(.init("agrees_with", .string(other))) }
    return .object(members)
  }
}
