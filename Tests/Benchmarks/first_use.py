"""What a first user meets: the size of the library, and `aura demo` from start to end as a whole process."""

import os
import pathlib
import statistics
import subprocess
import time

build = pathlib.Path(os.environ["AURA_LIBRARY"]).resolve().parent.parent
print(f"library, stripped: {(build / 'lib/libaura.so').stat().st_size / 1e6:.2f} MB")
times = []
for _ in range(15):
    begin = time.perf_counter()
    subprocess.run([build / "bin/aura", "demo"], check=True, stdout=subprocess.DEVNULL)
    times.append(time.perf_counter() - begin)
print(f"aura demo: {statistics.median(times):.3f} s median of {len(times)} ({min(times):.3f} to {max(times):.3f})")
