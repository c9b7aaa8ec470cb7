package import AuraCatalogue

/// Structure and centrality of networks, in catalogue order. To add one: write its file, then its line here.
package enum StructureFamily {
  package static let entries: [Entry] = [
    Entry(WeakComponents.self),
    Entry(StrongComponents.self),
    Entry(Articulation.self),
    Entry(KCore.self),
    Entry(Betweenness.self),
    Entry(BetweennessSampled.self),
    Entry(PageRank.self),
    Entry(MaximumFlow.self),
    Entry(MinimumCut.self),
    Entry(WeakestSeam.self),
    Entry(SeamTree.self),
    Entry(LinkDisjoint.self),
    Entry(AgentDisjoint.self),
    Entry(SpareWays.self),
    Entry(Feedback.self),
    Entry(DeadlockCheck.self),
    Entry(TopologicalOrdering.self),
    Entry(Layers.self),
    Entry(CriticalChain.self),
    Entry(LoopBreakers.self),
    Entry(Stress.self),
  ]
}
