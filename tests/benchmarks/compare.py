"""Run the benchmark work in turn with NumPy, Numba, hand-written C++ and openbook, and print paired ratios.

    python tests/benchmarks/compare.py [options of the comparison, e.g. --rounds 9 --threads 1 --only numpy]

The comparison's programs and specification stand beside the checkout in ../shared/bench; without them there is nothing to compare
with, and this says so and stops.
"""

from __future__ import annotations

import pathlib
import shlex
import subprocess
import sys

here = pathlib.Path(__file__).resolve().parent
root = here.parents[1]
bench = root.parent / "shared" / "bench"
if not (bench / "compare.py").exists():
    sys.exit(f"nothing to compare with: {bench / 'compare.py'} is missing")
(root / "out").mkdir(exist_ok=True)
worker = " ".join(shlex.quote(str(part)) for part in (sys.executable, here / "worker.py", bench)) + " {threads}"
command = [
    sys.executable,
    str(bench / "compare.py"),
    "--openbook",
    worker,
    "--json",
    str(root / "out" / "bench.json"),
    *sys.argv[1:],
]
sys.exit(subprocess.call(command))
