#!/usr/bin/env bash
# Puts the release below DESTDIR and PREFIX, or takes it away again.
#
# usage: PREFIX=/usr/local LIBDIR=$PREFIX/lib DESTDIR= scripts/install.sh install|uninstall
cd "$(dirname "$0")/.."
. scripts/common.sh
. scripts/version.sh

PREFIX=${PREFIX:-/usr/local} LIBDIR=${LIBDIR:-$PREFIX/lib} DESTDIR=${DESTDIR-}
case $PREFIX$LIBDIR in *[[:space:]]*) die "PREFIX and LIBDIR may not contain blanks" ;; esac
case $PREFIX in /*) ;; *) die "PREFIX has to be an absolute path, it is $PREFIX" ;; esac
share=$PREFIX/share
# What is laid down, as "where mode from"; one table for both ways.
files="
$LIBDIR/libaura.so.$version 755 build/lib/libaura.so.$version
$PREFIX/include/aura.h 644 include/aura.h
$PREFIX/bin/aura 755 build/bin/aura
$share/bash-completion/completions/aura 644 build/share/aura.bash
$share/zsh/site-functions/_aura 644 build/share/aura.zsh
$share/fish/vendor_completions.d/aura.fish 644 build/share/aura.fish"

case ${1-} in
install)
  while read -r to mode from; do
    [ -z "$to" ] || install -D -m "$mode" "$from" "$DESTDIR$to"
  done <<<"$files"
  ln -sf "libaura.so.$version" "$DESTDIR$LIBDIR/libaura.so.$soversion"
  ln -sf "libaura.so.$soversion" "$DESTDIR$LIBDIR/libaura.so"
  mkdir -p "$DESTDIR$LIBDIR/pkgconfig"
  write_pc "$PREFIX" "$LIBDIR" "$PREFIX/include" >"$DESTDIR$LIBDIR/pkgconfig/aura.pc"
  say "installed below $DESTDIR$PREFIX"
  if [ -z "$DESTDIR" ] && [ "$(id -u)" = 0 ]; then ldconfig 2>/dev/null || true; fi
  if [ -z "$DESTDIR" ] && ! ldconfig -p 2>/dev/null | grep -qF " => $LIBDIR/libaura.so.$soversion"; then
    say "the loader does not search $LIBDIR: set LD_LIBRARY_PATH=$LIBDIR, or link with -Wl,-rpath,$LIBDIR"
  fi
  ;;
uninstall)
  while read -r to _; do
    [ -z "$to" ] || rm -f "$DESTDIR$to"
  done <<<"$files"
  rm -f "$DESTDIR$LIBDIR/libaura.so.$soversion" "$DESTDIR$LIBDIR/libaura.so" "$DESTDIR$LIBDIR/pkgconfig/aura.pc"
  if [ -z "$DESTDIR" ] && [ "$(id -u)" = 0 ]; then ldconfig 2>/dev/null || true; fi
  say "removed from below $DESTDIR$PREFIX"
  ;;
*) die "usage: scripts/install.sh install|uninstall" ;;
esac
