#!/usr/bin/env bash
# Runs every program of Tests/Benchmarks and prints what it measured. BENCH_ONLY=predict_latency runs that one alone;
# BENCH_ARGS are its arguments then, and BENCH_SECONDS (600) the longest that it may take.
#
# A .c or .cc file is built against the release in build/ (.cc also against simdjson, which it compares with), a .py file
# runs in build/venv, anything else executable runs as it is. Measure on an idle machine.
cd "$(dirname "$0")/.."
. scripts/common.sh
export LD_LIBRARY_PATH=$PWD/build/lib PKG_CONFIG_PATH=$PWD/build/lib/pkgconfig AURA_LIBRARY=$PWD/build/lib/libaura.so
export PYTHONPATH=$PWD/bindings/python/src PATH=$PWD/build/bin:$PWD/build/venv/bin:$PATH

say "$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1), $(nproc) CPUs, load $(cut -d' ' -f1 /proc/loadavg)"
mkdir -p build/bench
failed=0 ran=0
arguments=${BENCH_ONLY:+${BENCH_ARGS-}}
for source in Tests/Benchmarks/*; do
  name=$(basename "${source%.*}")
  [ -z "${BENCH_ONLY-}" ] || [ "$BENCH_ONLY" = "$name" ] || continue
  case $source in
  *.c) cc -std=c99 -O2 "$source" -o "build/bench/$name" $(pkg-config --cflags --libs aura) -lm -pthread ;;
  *.cc) c++ -std=c++17 -O2 "$source" -o "build/bench/$name" $(pkg-config --cflags --libs aura simdjson) -pthread ;;
  *.py) ln -sf "../../$source" "build/bench/$name" ;;
  *) [ -f "$source" ] && [ -x "$source" ] || continue; ln -sf "../../$source" "build/bench/$name" ;;
  esac
  ran=$((ran + 1))
  echo "== $name"
  case $source in
  *.py) timeout "${BENCH_SECONDS:-600}" build/venv/bin/python "$source" $arguments ;;
  *) timeout "${BENCH_SECONDS:-600}" "build/bench/$name" $arguments ;;
  esac || { echo "$name failed"; failed=1; }
done
[ $ran -gt 0 ] || die "Tests/Benchmarks has no program"
exit $failed
