package import AuraBase
internal import AuraGraph
internal import AuraKernels

// Matrices, their leading vectors and what takes them apart, each made once for all analyses of a request.

extension TopologyView {
  /// Rows sum over who points at an agent (`into`), or over whom it points at.
  func linkMatrix(into: Bool, ignoreStrength: Bool) throws(AuraError) -> LinkMatrix {
    try linkMatrix(!directed ? .both : into ? .into : .out, ignoreStrength)
  }

  private func linkMatrix(_ sense: Adjacency.Sense, _ ignoreStrength: Bool) throws(AuraError) -> LinkMatrix {
    try shared("linkMatrix.\(sense).\(ignoreStrength)") { () throws(AuraError) in
      let strengths = ignoreStrength ? nil : try strengths()
      // The session holds the rows already, or shall.
      let table: Structure.Table =
        switch sense {
        case .out: .successors
        case .into: .predecessors
        case .both: directed ? .neighbours : .successors
        }
      let rows = try adjacency(table)
      return try LinkMatrix(
        count: count, sources: sources.span, targets: targets.span, sense: sense, strengths: strengths?.span,
        rows: rows)
    }
  }

  /// The leading eigenvalue and vector of in-links.
  func leadingVector(ignoreStrength: Bool) throws(AuraError) -> LeadingVector {
    try shared("leadingVector.\(ignoreStrength)") { () throws(AuraError) in
      try AuraKernels.leadingVector(
        linkMatrix(into: true, ignoreStrength: ignoreStrength),
        columns: directed ? linkMatrix(into: false, ignoreStrength: ignoreStrength) : nil, work: work)
    }
  }

  /// All links as conductors.
  /// - Throws: `.limit` when the network is so densely woven that taking it apart would take minutes.
  func conductors(ignoreStrength: Bool) throws(AuraError) -> Conductors {
    if let ready = try cheapConductors(ignoreStrength: ignoreStrength) { return ready }
    let made = try shared("conductors.\(ignoreStrength)") { () throws(AuraError) in
      try takenApart(linkMatrix(.both, ignoreStrength), most: 50_000_000_000)
    }.made
    guard let made else {
      throw AuraError(
        .limit,
        "the network is too densely woven for this: taken apart, more than some 5,000 agents would be left that "
          + "are all linked with one another")
    }
    return made
  }

  /// Resistances of pairs, each with each, in units of 1 / strength: by taking the network apart, or in rounds where that
  /// is cheaper.
  func resistances(
    _ from: Span<Int32>, _ to: Span<Int32>, ignoreStrength: Bool
  ) throws(AuraError) -> Column<Double> {
    if let ready = try cheapConductors(ignoreStrength: ignoreStrength) {
      return try ready.resistances(from, to, work: work)
    }
    // To learn what taking apart would cost is dear by itself.
    if from.count + to.count <= 200 {
      let matrix = try linkMatrix(.both, ignoreStrength)
      if let found = try resistancesInRounds(matrix, from, to, work: work) { return found }
    }
    return try conductors(ignoreStrength: ignoreStrength).resistances(from, to, work: work)
  }

  /// Conductors where taking the network apart costs no more than some hundred rounds over its links.
  private func cheapConductors(ignoreStrength: Bool) throws(AuraError) -> Conductors? {
    try shared("cheapConductors.\(ignoreStrength)") { () throws(AuraError) in
      let most = max(2_000_000, min(300_000_000, 60 * (count + 2 * linkCount)))
      return try takenApart(linkMatrix(.both, ignoreStrength), most: most)
    }.made
  }

  /// - Throws: `.numeric`, blaming the weakest link, when strengths differ by too much.
  private func takenApart(_ matrix: LinkMatrix, most: Int) throws(AuraError) -> Attempt {
    do throws(AuraError) { return Attempt(made: try Conductors(matrix, most: most, work: work)) } catch {
      guard error.code == .numeric, let strengths = try strengths() else { throw error }
      var weakest = -1
      var strongest = 0.0
      for k in 0..<strengths.count where strengths[k] > 0 {
        if weakest < 0 || strengths[k] < strengths[weakest] { weakest = k }
        strongest = max(strongest, strengths[k])
      }
      if weakest < 0 { throw error }
      throw AuraError(
        .numeric, "\(error.message): \(strengths[weakest]) here, \(strongest) elsewhere", pointer: "/edges/\(weakest)")
    }
  }

  func fiedler(ignoreStrength: Bool) throws(AuraError) -> (found: Fiedler, parts: Components) {
    let matrix = try linkMatrix(.both, ignoreStrength)
    let conductors = try cheapConductors(ignoreStrength: ignoreStrength)
    let parts: Components
    if let conductors { parts = conductors.parts } else { parts = try matrix.parts(work: work) }
    let found = try shared("fiedler.\(ignoreStrength)") { () throws(AuraError) in
      try AuraKernels.fiedler(
        matrix, parts, conductors: conductors,
        atMoreCost: { () throws(AuraError) in try Conductors(matrix, most: 300_000_000, work: work) }, work: work)
    }
    return (found, parts)
  }
}

/// What may have cost too much. A result that is kept must not be nil itself.
private struct Attempt: Sendable {
  let made: Conductors?
}

extension Field {
  /// "ignore_strength", the same wherever links have strengths.
  static func ignoreStrength(_ path: any WritableKeyPath<Root, Bool> & Sendable) -> Field {
    .flag("ignore_strength", path, "Treat all links alike even where links have a strength.")
  }
}

/// What most of these components let one choose.
package struct StrengthOrNot: ParameterSet {
  var ignoreStrength = false

  package init() {}
  package static let fields: [Field<Self>] = [.ignoreStrength(\.ignoreStrength)]
}
