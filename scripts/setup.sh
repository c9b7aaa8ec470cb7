#!/usr/bin/env bash
# Makes a machine ready for a make target, and touches nothing that is already there.
#
# usage: scripts/setup.sh build|test|check|bench|wheel ...   (several tiers may be named; each includes build)
#
# It looks for what a tier needs (commands, libraries by their pkg-config name), installs the Debian packages that
# hold what is missing after saying so, and keeps a Python virtual environment with pinned packages in build/venv.
cd "$(dirname "$0")/.."
. scripts/common.sh

needs() { for tier in $tiers; do case " $* " in *" $tier "*) return 0 ;; esac; done; return 1; }
tiers="build $*"

# ---------------------------------------------------------------- Swift
swift_needed=6.2
swift_where="install it from https://www.swift.org/install/linux/ and run this again"
[ "$(uname -s)" = Linux ] || die "only Linux is supported, this is $(uname -s)"
swift=${SWIFT:-swift}
command -v "$swift" >/dev/null || die "Swift $swift_needed or newer is needed and there is none in PATH: $swift_where"
swift_version=$("$swift" --version 2>/dev/null | sed -n 's/.*Swift version \([0-9.]*\).*/\1/p' | head -n 1) || true
[ -n "$swift_version" ] || die "\`$swift --version\` does not work here; Swift $swift_needed or newer is needed: $swift_where"
[ "$(printf '%s\n' $swift_needed "$swift_version" | sort -V | head -n 1)" = $swift_needed ] ||
  die "Swift $swift_needed or newer is needed and $(command -v "$swift") is $swift_version: $swift_where"

# ---------------------------------------------------------------- Debian packages
missing=()
want() { missing+=("$@"); }  # the packages that would bring what was just found missing
have() { command -v "$1" >/dev/null; }

have git || want git
have strip || want binutils
# The toolchain links through the system's C and C++ libraries and start files, whichever gcc they belong to.
compgen -G '/usr/lib/gcc/*/*/libstdc++.so' >/dev/null && [ -e /usr/include/stdlib.h ] || want g++ libc6-dev
if have pkg-config; then
  for pair in jansson:libjansson-dev liblz4:liblz4-dev expat:libexpat1-dev; do
    pkg-config --exists "${pair%%:*}" || want "${pair##*:}"
  done
else
  want pkg-config
  for pair in jansson:libjansson-dev liblz4:liblz4-dev expat:libexpat1-dev; do
    compgen -G "/usr/lib/*/pkgconfig/${pair%%:*}.pc" >/dev/null || want "${pair##*:}"
  done
fi
if needs test check wheel bench; then
  have gcc || want gcc
  have g++ || want g++
  have python3 && python3 -c 'import venv, ensurepip' 2>/dev/null || want python3 python3-venv
fi
if needs check; then
  have valgrind || want valgrind
  have abidiff || want abigail-tools
  have promtool || want prometheus
  have openssl || want openssl
  have chromium || have chromium-browser || have google-chrome || want chromium
fi
if needs bench; then
  have wrk || want wrk
  have hey || want hey
  pkg-config --exists simdjson 2>/dev/null || want libsimdjson-dev
fi

if [ ${#missing[@]} -gt 0 ]; then
  packages=$(printf '%s\n' "${missing[@]}" | sort -u | tr '\n' ' ')
  packages=${packages% }
  have apt-get || die "these Debian packages, or what your system calls them, are missing: $packages"
  become=()
  if [ "$(id -u)" != 0 ]; then
    have sudo || die "packages are missing; as root, run: apt-get install $packages"
    # Without a terminal sudo cannot ask for a password: say so at once instead of waiting.
    sudo -n true 2>/dev/null || [ -t 0 ] || die "packages are missing; as root, run: apt-get install $packages"
    become=(sudo)
  fi
  say "missing Debian packages, installing them${become:+ with sudo}: $packages"
  [ ${#become[@]} = 0 ] || sudo true || die "packages are missing; as root, run: apt-get install $packages"
  apt() { "${become[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 "$@"; }
  install() { apt update && apt install -y --no-install-recommends $packages; }
  step packages "installing packages" twice install ||
    die "the packages could not be installed; as root, run: apt-get install $packages"
fi

# ---------------------------------------------------------------- Python
venv=build/venv
# pinned FILE: brings build/venv to what FILE lists, once for each content of FILE.
pinned() {
  local file=$1 stamp
  stamp=$venv/.$(basename "$file" .txt).$(cksum <"$file" | tr ' ' -)
  [ -e "$stamp" ] && return 0
  step "pip-$(basename "$file" .txt)" "installing Python packages into $venv ($(basename "$file"))" \
    twice "$venv/bin/python" -m pip install -q --disable-pip-version-check --no-input -r "$file" ||
    die "the packages of $file could not be installed: see the log"
  touch "$stamp"
}
if needs test check wheel bench; then
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    die "Python 3.11 or newer is needed and python3 is $(python3 --version 2>&1)"
  # A venv remembers where it was made and by which Python: make it anew when either has gone.
  if ! "$venv/bin/python" -c 'import pip' 2>/dev/null; then
    rm -rf "$venv"
    step venv "making a Python virtual environment in $venv" python3 -m venv "$venv"
  fi
fi
if needs test check; then pinned scripts/requirements/test.txt; fi
if needs test check bench; then pinned bindings/python/requirements-service.txt; fi
if needs test check wheel; then pinned scripts/requirements/wheel.txt; fi
if needs check; then pinned scripts/requirements/check.txt; fi
if needs bench; then pinned scripts/requirements/bench.txt; fi

# ---------------------------------------------------------------- Go
go_needed=$(sed -n 's/^go //p' bindings/go/go.mod)
if needs test check; then
  go_version=$(GOTOOLCHAIN=local go version 2>/dev/null | sed -n 's/^go version go\([0-9.]*\).*/\1/p') || true
  if [ -z "$go_version" ] || [ "$(printf '%s\n' $go_needed "$go_version" | sort -V | head -n 1)" != $go_needed ]; then
    pinned scripts/requirements/go.txt
  fi
fi
