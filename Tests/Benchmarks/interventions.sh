#!/usr/bin/env bash
# The planner against simple policies at equal budget, on the shipped topologies of 20 to 120 agents.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# The flags of scripts/lib.sh, so that its objects are used again.
swift build -c release --static-swift-stdlib --explicit-target-dependency-import-check error --product aura-dev \
  >build/bench/interventions.log 2>&1 || { tail build/bench/interventions.log; exit 1; }
small=()
for file in Tests/Data/topologies/*.json; do
  agents=$(grep -o '"id"' "$file" | wc -l)
  [ "$agents" -lt 20 ] || [ "$agents" -gt 120 ] || small+=("$file")
done
printf '%s\n' "${small[@]##*/}"
.build/release/aura-dev policies "${small[@]}"
