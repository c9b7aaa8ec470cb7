internal import AuraBase
internal import AuraGraph
internal import AuraKernels

// Matrices and their leading vectors, each made once for all analyses of a request.

extension TopologyView {
  /// Rows sum over who points at an agent (`into`), or over whom it points at.
  func linkMatrix(into: Bool, ignoreStrength: Bool) throws(AuraError) -> LinkMatrix {
    let sense: Adjacency.Sense = !directed ? .both : into ? .into : .out
    return try shared("linkMatrix.\(into || !directed).\(ignoreStrength)") { () throws(AuraError) in
      let strengths = ignoreStrength ? nil : try strengths()
      if let strengths {
        for k in 0..<strengths.count where !(strengths[k] < .infinity) {
          throw AuraError(.schema, "a strength must be finite", pointer: "/edges/\(k)")
        }
      }
      return try LinkMatrix(
        count: count, sources: sources.span, targets: targets.span, sense: sense, strengths: strengths?.span)
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
}
