package import AuraBase
internal import AuraCatalogue

/// What is written from the catalogue: the page for people, and the file whose difference is read in review.
package enum CataloguePages {
  /// Every file, by its path in the repository.
  package static var files: [(path: String, text: String)] {
    [("docs/catalogue.md", markdown), ("Tests/Data/catalogue.json", lines)]
      + Schemas.names.compactMap { name in
        (try? Schemas.named(name, pointer: "")).map { ("docs/schemas/\(name).json", $0.indented + "\n") }
      }
  }

  private static var markdown: String {
    var out = """
      # Catalogue

      Written by `make golden` from the cards of the components; do not edit. `aura catalogue ID` prints one of them
      with the schema of its answer.

      """
    var family = ""
    for entry in Catalogue.entries {
      let card = entry.card
      if card.family != family {
        family = card.family
        out += "\n## \(family)\n"
      }
      out += "\n### `\(card.id)`\n\n\(card.summary)\n\n"
      out += "- Role: \(entry.role.rawValue). Lifecycle: \(card.lifecycle.rawValue), since \(card.since).\n"
      out += "- Cost: \(card.cost)\n- Source: \(card.reference)\n"
      if let other = card.agreesWith { out += "- Agrees with `\(other)`.\n" }
      let parameters = entry.parameters["properties"]?.members ?? []
      if !parameters.isEmpty {
        out += "\n| parameter | default | range | meaning |\n|---|---|---|---|\n"
        for parameter in parameters { out += row(parameter) }
      }
      let fields = entry.output["properties"]?.members ?? []
      out += "\n| answer | meaning |\n|---|---|\n"
      for field in fields { out += "| `\(field.key)` | \(field.value["description"]?.text ?? "") |\n" }
      out += "\nKnown answers: " + entry.knownAnswers.map(\.reason).joined(separator: "; ") + ".\n"
    }
    return out
  }

  private static func row(_ parameter: JSON.Member) -> String {
    let schema = parameter.value
    var range = ""
    if let low = schema["minimum"], let high = schema["maximum"] {
      range = "\(low.encoded)...\(high.encoded)"
    } else if let low = schema["minimum"] {
      range = "\(low.encoded) or more"
    } else if let high = schema["maximum"] {
      range = "\(high.encoded) or less"
    } else if let words = schema["enum"] {
      range = words.elements.map { $0.text ?? $0.encoded }.joined(separator: ", ")
    }
    let fallback = schema["default"]?.encoded ?? ""
    return "| `\(parameter.key)` | `\(fallback)` | \(range) | \(schema["description"]?.text ?? "") |\n"
  }

  /// `Tests/Data/catalogue.json`: one line a component, so that a change shows as a line.
  private static var lines: String {
    "[\n" + Catalogue.entries.map { Catalogue.describe($0).encoded }.joined(separator: ",\n") + "\n]\n"
  }
}

extension JSON {
  /// The value over several lines, two spaces a level; what fits stays on one line.
  package var indented: String { Self.indent(self, 0) }

  private static func indent(_ value: JSON, _ level: Int) -> String {
    let flat = value.encoded
    if flat.utf8.count + level * 2 <= 100 { return flat }
    let inner = String(repeating: "  ", count: level + 1), outer = String(repeating: "  ", count: level)
    switch value {
    case .array(let elements):
      return "[\n" + elements.map { inner + indent($0, level + 1) }.joined(separator: ",\n") + "\n\(outer)]"
    case .object(let members):
      return "{\n"
        + members.map { "\(inner)\(JSON.string($0.key).encoded): \(indent($0.value, level + 1))" }
        .joined(separator: ",\n") + "\n\(outer)}"
    default: return flat
    }
  }
}
