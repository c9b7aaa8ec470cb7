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
    Entry(LeidenModularity.self),
    Entry(LeidenCPM.self),
    Entry(LabelPropagation.self),
    Entry(Stability.self),
    Entry(RemovalCurve.self),
    Entry(RandomFailures.self),
    Entry(AttackTable.self),
    Entry(CriticalAgents.self),
    Entry(RandomThreshold.self),
    Entry(ScreenN1.self),
    Entry(ScreenN2.self),
    Entry(Eccentricity.self),
    Entry(Closeness.self),
    Entry(Harmonic.self),
    Entry(Stress.self),
  ]
}
