package import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// Agents in groups: the answer of every component that divides a network.
package struct Partition: Answer {
  package let labels: Column<Int32>
  package let sizes: Column<Int32>
  private let says: @Sendable (Partition) -> String
  /// How urgent it is that there is more than one group, from the share of agents outside the largest.
  private let urgencyOfParts: ClosedRange<Double>

  init(_ components: Components, urgency: ClosedRange<Double> = 0...0, says: @escaping @Sendable (Partition) -> String)
  {
    labels = components.labels
    sizes = components.sizes
    self.says = says
    urgencyOfParts = urgency
  }

  package static let fields: [AnswerField<Self>] = [
    .integer("count", { $0.sizes.count }, "Number of groups."),
    .integers("labels", { $0.labels }, "Group of each agent; groups are numbered by their first agent, from 0."),
    .integers("sizes", { $0.sizes }, "Agents in each group."),
  ]

  package func headline(_ view: TopologyView) -> String { says(self) }

  package func urgency(_ view: TopologyView) -> Double {
    guard sizes.count > 1 else { return 0 }
    let apart = 1 - Double(largest) / Double(labels.count)
    return urgencyOfParts.lowerBound + (urgencyOfParts.upperBound - urgencyOfParts.lowerBound) * apart
  }

  /// Agents of the largest group.
  var largest: Int { Int(sizes.array.max() ?? 0) }
}
