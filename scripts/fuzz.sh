#!/usr/bin/env bash
# Runs each fuzzer of Tests/Fuzz for FUZZ_SECONDS (60) from its kept corpus, under AddressSanitizer.
#
# FuzzTopology.swift or FuzzTopology.c starts from Tests/Data/corpus/topology/ and sees the library as a C program does.
# What it finds on its way stays in build/fuzz/topology/; an input that breaks the library is left beside it and named.
# Prints `ok` or `not ok` for each fuzzer. FUZZ_ONLY=topology runs that one alone.
cd "$(dirname "$0")/.."
. scripts/common.sh
seconds=${FUZZ_SECONDS:-60}
root=$PWD

# Instrumented as libFuzzer wants it; the fuzzer's executable brings the sanitizer's runtime.
instrumented() {
  AURA_SHARED_STDLIB=1 "${SWIFT:-swift}" build -c release --product aura --scratch-path .build/fuzz --sanitize address \
    -Xswiftc -sanitize-coverage=edge,inline-8bit-counters,pc-table,trace-cmp
}
step fuzz-lib "building libaura.so for the fuzzers" instrumented
library=$root/.build/fuzz/release
clang=$(dirname "$(readlink -f "$(command -v "${SWIFT:-swift}")")")/clang

compile() {
  case $1 in
  *.swift)
    "${SWIFT:-swift}c" -parse-as-library -sanitize=fuzzer,address -use-ld=lld -O -g -I include "$1" -o "$2" \
      -L"$library" -laura -Xlinker -rpath="$library"
    ;;
  *.c)
    "$clang" -std=c99 -fsanitize=fuzzer,address -fuse-ld=lld -O1 -g -Iinclude "$1" -o "$2" \
      -L"$library" -laura -Wl,-rpath,"$library"
    ;;
  esac
}

failed=0 ran=0
bad() { echo "not ok $*"; failed=1; }
for source in Tests/Fuzz/Fuzz*.swift Tests/Fuzz/Fuzz*.c; do
  [ -e "$source" ] || continue
  name=$(basename "${source%.*}")
  name=$(echo "${name#Fuzz}" | sed 's/\([a-z]\)\([A-Z]\)/\1-\2/g' | tr '[:upper:]' '[:lower:]')
  [ -z "${FUZZ_ONLY-}" ] || [ "$FUZZ_ONLY" = "$name" ] || continue
  ran=$((ran + 1))
  corpus=Tests/Data/corpus/$name found=build/fuzz/$name log=build/logs/fuzz-$name.log
  if [ -z "$(ls -A "$corpus" 2>/dev/null)" ]; then bad "$name: $corpus is empty"; continue; fi
  mkdir -p "$found"
  step "fuzz-build-$name" "building the $name fuzzer" compile "$source" "build/fuzz/fuzz-$name" || { bad "$name: does not build"; continue; }
  # Found inputs may come from an older library: start from the kept ones, let libFuzzer merge the rest.
  status=0
  timeout $((seconds * 2 + 120)) env LD_LIBRARY_PATH= ASAN_OPTIONS=detect_leaks=1 \
    LSAN_OPTIONS="suppressions=$root/Tests/ABI/lsan.supp:print_suppressions=0" "build/fuzz/fuzz-$name" \
    -max_total_time="$seconds" -timeout=10 -rss_limit_mb=3072 -print_final_stats=1 \
    -artifact_prefix="$found-" "$found" "$corpus" >"$log" 2>&1 </dev/null || status=$?
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  coverage=$(grep -oE 'cov: [0-9]+' "$log" | tail -n 1 | cut -d' ' -f2)
  if [ $status != 0 ]; then
    bad "$name: status $status, $(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1); see $log"
  elif [ "${coverage:-0}" -lt 100 ]; then
    bad "$name: only ${coverage:-0} places of the library reached, so it tested nothing"
  else
    echo "ok $name: $runs inputs in $seconds s, ${coverage} places reached"
  fi
done
[ $ran -gt 0 ] || bad "Tests/Fuzz has no fuzzers"
exit $failed
