internal import Glibc

/// Text for people: how wide it is on a screen, how numbers and times are written.
enum Text {
  /// The text without what could move the cursor, change colours or reverse the line: names come from documents.
  static func plain(_ text: String) -> String {
    let odd = { (c: Unicode.Scalar) -> Bool in
      c.value < 0x20 || (0x7F...0x9F).contains(c.value) || (0x202A...0x202E).contains(c.value)
        || (0x2066...0x2069).contains(c.value) || c.value == 0x2028 || c.value == 0x2029
    }
    guard text.unicodeScalars.contains(where: odd) else { return text }
    var out = String.UnicodeScalarView()
    for c in text.unicodeScalars { out.append(odd(c) ? "\u{FFFD}" : c) }
    return String(out)
  }

  /// Columns that the text takes on a terminal.
  static func width(_ text: String) -> Int {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text.utf8.count }
    var total = 0
    for character in text { total += width(character) }
    return total
  }

  private static func width(_ character: Character) -> Int {
    var widest = 0
    for c in character.unicodeScalars {
      if c.value == 0xFE0F { return 2 }  // asks for the picture form
      widest = max(widest, width(c))
    }
    return widest
  }

  private static func width(_ c: Unicode.Scalar) -> Int {
    if c.value < 0x300 { return c.value == 0xAD ? 0 : 1 }
    switch c.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch c.value {
    // East Asian wide and full width (Unicode Standard Annex 11), and pictures.
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
      0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
      0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }

  /// The text cut to `columns`, with an ellipsis where something is missing.
  static func cut(_ text: String, to columns: Int) -> String {
    guard width(text) > columns else { return text }
    guard columns > 1 else { return columns == 1 ? "…" : "" }
    var out = ""
    var used = 0
    for character in text {
      let w = width(character)
      if used + w > columns - 1 { break }
      out.append(character)
      used += w
    }
    return out + "…"
  }

  static func pad(_ text: String, to columns: Int, right: Bool = false) -> String {
    let gap = String(repeating: " ", count: max(0, columns - width(text)))
    return right ? gap + text : text + gap
  }

  /// Lines of at most `columns`, broken between words.
  static func wrap(_ text: String, to columns: Int, indent: String = "") -> [String] {
    var lines: [String] = []
    var line = indent
    var words: [Substring] = []
    for word in text.split(separator: " ") {
      // A unit stays with its number.
      if word.hasPrefix("%"), let number = words.popLast() {
        words.append(number + " " + word)
      } else {
        words.append(word)
      }
    }
    for word in words {
      if line.count > indent.count, width(line) + 1 + width(String(word)) > columns {
        lines.append(line)
        line = indent
      }
      if line.count > indent.count { line += " " }
      line += word
    }
    if line.count > indent.count { lines.append(line) }
    return lines
  }

  static func fixed(_ value: Double, _ digits: Int) -> String { formatted("%.*f", value, digits) }

  private static func formatted(_ format: String, _ value: Double, _ digits: Int) -> String {
    var buffer = [CChar](repeating: 0, count: 400)
    let count = withVaList([Int32(digits), value]) { vsnprintf(&buffer, buffer.count, format, $0) }
    return String(decoding: buffer.prefix(max(0, Int(count))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// A share as a percentage that never rounds something to nothing, nor less than all to all.
  static func percent(_ share: Double?) -> String {
    guard let share, share.isFinite else { return "unknown" }
    let value = share * 100
    if value == 0 { return "0 %" }
    if value == 100 { return "100 %" }
    if value > 0 && value < 0.05 { return "<0.1 %" }
    if value < 100 && value > 99.9 { return ">99.9 %" }
    if value.magnitude < 1 { return fixed(value, 1) + " %" }
    if value > 99 && value < 100 { return fixed(value, 1) + " %" }
    return fixed(value, 0) + " %"
  }

  /// A time span as a person would say it.
  static func seconds(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "unknown" }
    if value.magnitude < 0.001 { return fixed(value * 1e6, 0) + " µs" }
    if value.magnitude < 0.1 { return fixed(value * 1e3, value < 0.01 ? 2 : 1) + " ms" }
    if value.magnitude < 10 { return trimmed(fixed(value, 1)) + " s" }
    if value.magnitude < 59.5 { return fixed(value, 0) + " s" }
    if value.magnitude < 570 {
      let whole = Int(value.rounded())
      return "\(whole / 60) min" + (whole % 60 == 0 ? "" : " \(whole % 60) s")
    }
    if value.magnitude < 7200 { return fixed(value / 60, 0) + " min" }
    if value.magnitude < 172_800 { return trimmed(fixed(value / 3600, 1)) + " h" }
    return trimmed(fixed(value / 86_400, 1)) + " days"
  }

  /// A number with about four digits that matter.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return "unknown" }
    if value == 0 { return "0" }
    if value == value.rounded(), value.magnitude < 1e15 { return grouped(Int(value)) }
    let size = value.magnitude
    if size >= 1e15 || size < 1e-4 { return formatted("%.*g", value, 4) }
    if size >= 1000 { return grouped(Int(value.rounded())) }
    let digits = size >= 100 ? 1 : size >= 10 ? 2 : size >= 1 ? 3 : size >= 0.1 ? 4 : size >= 0.01 ? 5 : 6
    return trimmed(fixed(value, digits))
  }

  /// Thousands apart.
  static func grouped(_ value: Int) -> String {
    let digits = Array(String(value.magnitude))
    var out = ""
    for (k, digit) in digits.enumerated() {
      if k > 0, (digits.count - k) % 3 == 0, digits.count > 4 { out.append(",") }
      out.append(digit)
    }
    return (value < 0 ? "-" : "") + out
  }

  static func counted(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
    "\(grouped(count)) \(count == 1 ? noun : plural ?? noun + "s")"
  }

  private static func trimmed(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: ".")) else { return text }
    var out = Substring(text)
    while out.hasSuffix("0") { out.removeLast() }
    if out.hasSuffix(".") { out.removeLast() }
    return String(out)
  }

  /// "a", "a and b", "a, b and c", "a, b and 7 more".
  static func list(_ names: [String], most: Int = 5) -> String {
    if names.count <= 1 { return names.first ?? "nobody" }
    if names.count <= most { return names.dropLast().joined(separator: ", ") + " and " + names[names.count - 1] }
    return names.prefix(most - 1).joined(separator: ", ") + " and \(grouped(names.count - most + 1)) more"
  }
}

/// What stands out, on terminals that can show it.
enum Style: String {
  case bold = "1"
  case dim = "2"
  case red = "31"
  case yellow = "33"
  case green = "32"

  func callAsFunction(_ text: String) -> String {
    Terminal.colour && !text.isEmpty ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text
  }
}
