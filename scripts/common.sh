# Shared by the scripts beside it: one line of output for each step, the full story in build/logs/.
# Sourced with the repository's root as working directory.
set -euo pipefail

say() { echo "aura: $*"; }
die() { echo "aura: $*" >&2; exit 1; }

mkdir -p build/logs && [ -w build ] && [ -w build/logs ] ||
  die "$PWD/build cannot be written to (made by another user?): remove it, or give it to $(id -un)"

# step NAME TEXT COMMAND...: runs COMMAND with its output in build/logs/NAME.log and says how it went in one line.
step() {
  local name=$1 text=$2 log=build/logs/$1.log start=$SECONDS status=0
  shift 2
  printf 'aura: %s ...' "$text"
  ("$@") >"$log" 2>&1 </dev/null || status=$?
  if [ $status = 0 ]; then
    echo " done, $((SECONDS - start)) s"
  else
    echo " failed"
    tail -n 25 "$log" | sed 's/^/  | /' >&2
    echo "aura: $text failed with status $status; the whole log is $log" >&2
    return $status
  fi
}

# twice COMMAND...: once more when it fails, because networks do.
twice() { "$@" || { echo "-- failed, trying once more"; sleep 3; "$@"; }; }
