# The version, read from the one place that states it, and the pkg-config file that carries it. Sourced.
_part() { sed -n "s/^#define AURA_VERSION_$1 \([0-9][0-9]*\)$/\1/p" include/aura.h; }
version=$(_part MAJOR).$(_part MINOR).$(_part PATCH)
case $version in [0-9]*.[0-9]*.[0-9]*) ;; *) die "include/aura.h states no version" ;; esac
soversion=$(sed -n 's/.*-soname=libaura\.so\.\([0-9]*\).*/\1/p' Package.swift)
[ -n "$soversion" ] || die "Package.swift states no soname"

# write_pc PREFIX LIBDIR INCLUDEDIR
write_pc() {
  sed -e "s|@PREFIX@|$1|; s|@LIBDIR@|$2|; s|@INCLUDEDIR@|$3|; s|@VERSION@|$version|" pkgconfig/aura.pc.in
}
