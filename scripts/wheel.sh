#!/usr/bin/env bash
# Makes build/dist/aura-*.whl from bindings/python and the release in build/: one wheel for every CPython 3, with the
# library, the command and the C libraries they need inside.
cd "$(dirname "$0")/.."
. scripts/common.sh

python=$PWD/build/venv/bin/python
stage=build/wheel
rm -rf "$stage" build/dist
mkdir -p "$stage" build/dist
cp -r bindings/python/. "$stage"
find "$stage" -name __pycache__ -prune -exec rm -r {} +
cp LICENSE "$stage"
# The licences of what goes in beside it; setuptools takes every LICENSE* file.
for package in libjansson4 liblz4-1 libexpat1; do
  if [ -e "/usr/share/doc/$package/copyright" ]; then
    cp -L "/usr/share/doc/$package/copyright" "$stage/LICENSE-$package.txt"
  fi
done
mkdir -p "$stage/src/aura/lib"
# The loader asks for the library by its soname; one file under that name is enough, wheels know no symbolic links.
cp -L build/lib/libaura.so.1 build/bin/aura "$stage/src/aura/lib"
cp scripts/wheel_setup.py "$stage/setup.py"

pack() {
  cd "$stage"
  "$python" -m pip wheel -q --no-deps --no-build-isolation --no-index -w dist .
}
# auditwheel copies the C libraries in under names of their own and points the library and the command at them.
repair() {
  PATH="$PWD/build/venv/bin:$PATH" "$python" -m auditwheel repair --plat manylinux_2_34_x86_64 -w build/dist "$stage"/dist/*.whl
}
step wheel "packing the Python wheel" pack
step wheel-repair "putting its libraries into it" repair
say "built $(cd build && ls dist/*.whl)"
