/// Columns of text, as wide as they need to be; on a terminal the last column is cut where the line ends.
struct Table {
  struct Column {
    let title: String
    var right = false
    /// Gives way when the line is too long for the terminal.
    var yields = false
  }

  struct Cell {
    let text: String
    let style: Style?
    init(_ text: String, _ style: Style? = nil) {
      self.text = Text.plain(text)
      self.style = style
    }
  }

  let columns: [Column]
  private var rows: [[Cell]] = []

  init(_ columns: [Column]) { self.columns = columns }

  mutating func add(_ cells: [Cell]) { rows.append(cells) }

  mutating func add(_ cells: String...) { rows.append(cells.map { Cell($0) }) }

  var isEmpty: Bool { rows.isEmpty }

  func print(indent: Int = 2) {
    guard !rows.isEmpty else { return }
    var widths = columns.map { Text.width($0.title) }
    for row in rows {
      for (k, cell) in row.enumerated() { widths[k] = max(widths[k], Text.width(cell.text)) }
    }
    if let width = Terminal.width {
      let total = indent + widths.reduce(0, +) + 2 * (columns.count - 1)
      var excess = total - width
      for k in columns.indices.reversed() where columns[k].yields && excess > 0 {
        let give = min(excess, widths[k] - min(widths[k], 12))
        widths[k] -= give
        excess -= give
      }
    }
    let margin = String(repeating: " ", count: indent)
    if columns.contains(where: { !$0.title.isEmpty }) {
      let titles = columns.enumerated().map { k, column in
        Text.pad(Text.cut(column.title, to: widths[k]), to: widths[k], right: column.right)
      }
      Terminal.out(margin + Style.dim(Self.trimmed(titles.joined(separator: "  "))))
    }
    for row in rows {
      var line = margin
      for (k, cell) in row.enumerated() {
        let text = Text.cut(cell.text, to: widths[k])
        let last = k == row.count - 1
        let padded = last && !columns[k].right ? text : Text.pad(text, to: widths[k], right: columns[k].right)
        line += (cell.style.map { $0(padded) } ?? padded) + (last ? "" : "  ")
      }
      Terminal.out(Self.trimmed(line))
    }
  }

  private static func trimmed(_ line: String) -> String {
    var out = Substring(line)
    while out.hasSuffix(" ") { out.removeLast() }
    return String(out)
  }
}
