internal import AuraBase
internal import AuraGraph

// Words that headlines share.

/// "1 agent", "3 agents".
func counted(_ n: Int, _ noun: String) -> String { n == 1 ? "1 \(noun)" : "\(n) \(noun)s" }

/// The same where the plural is not the singular with an s.
func counted(_ n: Int, _ one: String, _ many: String) -> String { n == 1 ? "1 \(one)" : "\(n) \(many)" }

/// An agent as a person would write it.
func name(_ agent: Int, _ view: TopologyView) -> String { view.name(agent) }

/// A share as a whole percentage that never rounds something to nothing.
func percent(_ share: Double) -> String {
  if share > 0 && share < 0.01 { return "less than 1 %" }
  return "\(Int((min(1, max(0, share)) * 100).rounded())) %"
}

/// The position of the largest value; of equal ones the first. Nil when there is none.
func leader(_ values: Column<Double>) -> Int? {
  var best: Int? = nil
  for i in 0..<values.count where best.map({ values[i] > values[$0] }) ?? true { best = i }
  return best
}

func leader(_ values: Column<Int32>) -> Int? {
  var best: Int? = nil
  for i in 0..<values.count where best.map({ values[i] > values[$0] }) ?? true { best = i }
  return best
}
