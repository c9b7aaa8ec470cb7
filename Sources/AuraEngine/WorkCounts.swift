package import AuraBase
internal import AuraCatalogue
package import AuraGraph

/// What components spend: units of counted work, matrix products and blocks of memory, alone, on a few networks. A change
/// that makes one dearer shows here on any machine, which seconds would not.
package enum WorkCounts {
  /// The networks, below `Tests/Data/topologies`: two directed, one undirected, small so that a test can afford them.
  package static let networks = ["svc_train_ticket", "svc_petshop", "itz_UniC"]

  /// The page: a line for each component, in catalogue order. Counted on one thread.
  ///
  /// - Parameter topologies: the networks, in order.
  package static func page(_ topologies: [Topology]) -> String {
    var out = """
      # What each component spends by default, alone, seed 1, on networks of Tests/Data/topologies: units of work (one is
      # about a link looked at), matrix products, and blocks of memory taken or moved; "-" where it has to be told
      # something or does not apply. Written by make golden, compared in make test. A line that rises needs a reason in
      # the commit that raises it.

      """
    out += line("component", networks)
    for entry in Catalogue.entries {
      out += line(
        entry.card.id,
        topologies.map { topology in
          let before = blocksOfThread
          guard let spent = spent(entry, topology) else { return "-" }
          return "\(spent.units)/\(spent.products)/\(blocksOfThread - before)"
        })
    }
    return out
  }

  /// Units and products alone, which are the same for any number of threads.
  ///
  /// - Parameters:
  ///   - topologies: the networks, in order.
  ///   - pool: who helps.
  /// - Returns: a line for each component, in catalogue order, each with a cell for each network.
  package static func spent(_ topologies: [Topology], pool: WorkerPool?) -> [[String]] {
    Catalogue.entries.map { entry in
      topologies.map { topology in
        spent(entry, topology, pool).map { "\($0.units)/\($0.products)" } ?? "-"
      }
    }
  }

  private static func spent(
    _ entry: Entry, _ topology: Topology, _ pool: WorkerPool? = nil
  ) -> (units: Int, products: Int)? {
    let work = Work(pool: pool, seed: 1)
    var writer = AnswerWriter(topology.structure.agents)
    writer.columnsOnly = true
    do throws(AuraError) { try entry.run(TopologyView(topology, work: work), [:], &writer) } catch { return nil }
    return (work.unitsSpent, work.productsTaken)
  }

  private static func line(_ name: String, _ cells: [String]) -> String {
    func space(_ count: Int) -> String { String(repeating: " ", count: max(1, count)) }
    return name + space(48 - name.utf8.count)
      + cells.map { space(20 - $0.utf8.count) + $0 }.joined() + "\n"
  }
}
