internal import AuraBase
package import AuraCatalogue
package import AuraGraph
internal import AuraKernels

/// Agents in communities, and how good the division is.
package struct Teams: Answer {
  let found: Communities
  /// How a person reads the quality.
  let words: String

  package static let fields: [AnswerField<Self>] = [
    .integer("count", { $0.found.groups.count }, "Number of communities."),
    .real("quality", { $0.found.quality }, "What the division makes large: see the component."),
    .integers("labels", { $0.found.groups.labels }, "Community of each agent; numbered by their first agent, from 0."),
    .integers("sizes", { $0.found.groups.sizes }, "Agents in each community; each hangs together."),
    .integer("rounds", { $0.found.rounds }, "Times that the whole was gone through, the last without a change."),
    .flag("complete", { $0.found.complete }, "Whether the search was done; else the allowance ended it on the way."),
  ]

  package func headline(_ view: TopologyView) -> String {
    let sizes = found.groups.sizes.array
    guard let most = sizes.max() else { return "There are no agents." }
    if most == 1 { return "Every agent is a community of its own." }
    return
      "\(counted(sizes.count, "community", "communities")); the largest has \(most) of \(view.count) agents; \(words) "
      + "\((found.quality * 100).rounded() / 100)\(found.complete ? "" : ", so far")."
  }
}

extension TopologyView {
  /// The network in which communities are sought: undirected, strengths summed.
  func communityNetwork(ignoreStrength: Bool) throws(AuraError) -> CommunityNetwork {
    let given = ignoreStrength ? nil : try strengths()
    return try CommunityNetwork(adjacency(.neighbours), strengths: given?.span, work: work)
  }
}
