package import AuraCatalogue

/// Cascades, forecasts and interventions, in catalogue order. To add one: write its file, then its line here.
package enum CascadeFamily {
  package static let entries: [Entry] = []
}
