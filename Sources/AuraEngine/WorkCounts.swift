package import AuraBase
internal import AuraCatalogue
package import AuraGraph

/// What components spend: units of counted work, alone, on a few networks. A change that makes one dearer shows here on
/// any machine, which seconds would not.
package enum WorkCounts {
  /// The networks, below `Tests/Data/topologies`: two directed, one undirected, small so that a test can afford them.
  package static let networks = ["svc_train_ticket", "svc_petshop", "itz_UniC"]

  /// The page: a line for each component, in catalogue order.
  ///
  /// - Parameters:
  ///   - topologies: the networks, in order.
  ///   - pool: who helps; it makes no difference to the page.
  package static func page(_ topologies: [Topology], pool: WorkerPool? = nil) -> String {
    var out = """
      # Units of work (one is about a link looked at) that each component spends by default, alone, seed 1, on networks
      # of Tests/Data/topologies; "-" where it has to be told something or does not apply. Written by make golden,
      # compared in make test. A line that rises needs a reason in the commit that raises it.

      """
    out += line("component", networks)
    for entry in Catalogue.entries {
      out += line(entry.card.id, topologies.map { units(entry, $0, pool) })
    }
    return out
  }

  private static func units(_ entry: Entry, _ topology: Topology, _ pool: WorkerPool?) -> String {
    let work = Work(pool: pool, seed: 1)
    var writer = AnswerWriter(topology.structure.agents)
    writer.columnsOnly = true
    do throws(AuraError) { try entry.run(TopologyView(topology, work: work), [:], &writer) } catch { return "-" }
    return "\(work.unitsSpent)"
  }

  private static func line(_ name: String, _ cells: [String]) -> String {
    func space(_ count: Int) -> String { String(repeating: " ", count: max(1, count)) }
    return name + space(48 - name.utf8.count)
      + cells.map { space(18 - $0.utf8.count) + $0 }.joined() + "\n"
  }
}
