internal import AuraBase
package import AuraCatalogue

/// Cascades, forecasts and interventions, in catalogue order. To add one: write its file, then its line here.
package enum CascadeFamily {
  package static let entries: [Entry] = [
    Entry(LoadSharing.self),
    Entry(Threshold.self),
    Entry(Contagion.self),
    Entry(
      Contagion.self, card: Contagion.recovering, fixing: ["recovers": true], knownAnswers: Contagion.recoveringAnswers),
    Entry(RetryQueue.self),
    Entry(DCPower.self),
    Entry(MotterLai.self),
    Entry(CascadeForecast.self),
    Entry(Intervention.self),
    Entry(Explanation.self),
  ]
}
