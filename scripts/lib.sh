#!/usr/bin/env bash
# Builds the release: build/lib/libaura.so*, build/lib/pkgconfig/aura.pc (usable where it stands), build/bin/aura and
# its completion scripts. The unstripped library stays beside the stripped one, for debuggers.
cd "$(dirname "$0")/.."
. scripts/common.sh
. scripts/version.sh

# SwiftPM follows neither the headers of system modules nor the linker's symbol list, so a change in one of them has
# to reach the Swift files that import it. Contents are compared, not dates: a fresh checkout changes all dates.
doors=$(cat include/*.h include/*.map include/*.ld include/module.modulemap Sources/C*/*.h Sources/C*/module.modulemap | cksum)
if [ "$doors" != "$(cat .build/doors.sum 2>/dev/null)" ]; then
  mkdir -p .build
  { grep -rlE --include='*.swift' '^([a-z]+ )?import C[A-Z]' Sources Tests || true; } | xargs -r touch
  echo "$doors" >.build/doors.sum
fi

# Both products take the same flags, so they share their objects.
swift_build() {
  twice "${SWIFT:-swift}" build -c release --static-swift-stdlib --explicit-target-dependency-import-check error "$@"
}
resolve() { "${SWIFT:-swift}" package resolve; }
compgen -G ".build/checkouts/*/Package.swift" >/dev/null || step resolve "fetching the Swift packages that Package.resolved pins" twice resolve
step lib "building libaura.so" swift_build --product aura
step cli "building the aura command" swift_build --product aura-cli

out=.build/release
mkdir -p build/lib/pkgconfig build/bin build/share
# fresh FROM TO: whether TO was made from FROM as it is now.
fresh() { [ -e "$2" ] && [ ! "$1" -nt "$2" ]; }
library=build/lib/libaura.so.$version
if ! fresh $out/libaura.so "$library"; then
  rm -f build/lib/libaura.so*
  cp $out/libaura.so "$library.unstripped"
  strip --strip-unneeded -o "$library" $out/libaura.so
  ln -s "libaura.so.$version" "build/lib/libaura.so.$soversion"
  ln -s "libaura.so.$soversion" build/lib/libaura.so
fi
if ! fresh $out/aura-cli build/bin/aura; then
  for shell in bash zsh fish; do
    $out/aura-cli --generate-completion-script $shell >build/share/aura.$shell ||
      die "the aura command wrote no completion script for $shell"
  done
  strip -o build/bin/aura $out/aura-cli
fi
write_pc "$PWD/build" "$PWD/build/lib" "$PWD/include" >build/lib/pkgconfig/aura.pc
say "built $library ($(stat -c %s "$library" | awk '{ printf "%.1f MB", $1 / 1e6 }')) and build/bin/aura"
