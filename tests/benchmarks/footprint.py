"""What openbook costs to have: time to import, time to a first answer, memory, and size on disk.

    python tests/benchmarks/footprint.py [--runs 9] [--wheel FILE.whl] [--json] [--write docs/reference/footprint.md]

Every time is that of the quickest of some fresh processes, which take turns, so that what else the machine does counts least. It ends with 1
where importing openbook takes 30 ms longer than importing NumPy, or where the wheel has 5 MB or more.
"""

from __future__ import annotations

import argparse
import io
import json
import platform
import statistics
import subprocess
import sys
import time
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

MOST_AFTER_NUMPY, MOST_WHEEL = 0.030, 5_000_000

#: What a fresh process does: its name, what it imports and does, and what it is in words.
WORK = {
    "python": ("pass", "Python alone"),
    "numpy": ("import numpy", "`import numpy`"),
    "openbook": ("import openbook", "`import openbook`"),
    "both": ("import numpy, openbook", "`import numpy, openbook`"),
    "settled": (
        "import openbook as ob; ob.examples.third_sector_cash().settle(plan=True).position('charity')",
        "a first answer: a shipped book read and settled",
    ),
    "simulated": (
        "import openbook as ob; ob.examples.mental_health_alliance().simulate(10_000, progress=False).summary()",
        "a first simulation: 10,000 draws of a shipped book, with its risk figures",
    ),
}
TIMED = """
import pathlib, resource, sys, time
start = time.perf_counter()
{work}
took = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
status = pathlib.Path("/proc/self/status")  # what Linux counts above begins with the process that started this one
if status.exists():
    peak = next(int(line.split()[1]) * 1024 for line in status.read_text().splitlines() if line.startswith("VmHWM"))
print(took, peak)
"""


def measured(runs: int) -> dict[str, tuple[float, int]]:
    """Seconds of the quickest fresh process of each kind of work, which take turns, and their median peak bytes."""
    found: dict[str, list[tuple[float, int]]] = {name: [] for name in WORK}
    for turn in range(runs + 1):  # the first brings the files into memory and is not counted
        for name, (work, _) in WORK.items():
            ran = subprocess.run(
                [sys.executable, "-c", TIMED.format(work=work)], capture_output=True, text=True, check=True
            )
            seconds, peak = ran.stdout.split()
            if turn:
                found[name].append((float(seconds), int(peak)))
    return {name: (min(s for s, _ in one), int(statistics.median(p for _, p in one))) for name, one in found.items()}


def installed() -> tuple[int, int]:
    """Bytes of the package on disk, and zipped as a wheel zips it."""
    import openbook

    folder = Path(openbook.__file__).parent
    files = [
        file
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not any(p == "__pycache__" or p[0] == "." for p in file.relative_to(folder).parts)
    ]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.relative_to(folder.parent))
    return sum(file.stat().st_size for file in files), len(buffer.getvalue())


def figures(runs: int, wheel: Path | None) -> dict[str, Any]:
    """Everything that is measured."""
    import numpy
    import openbook

    found = measured(runs)
    on_disk, zipped = installed()
    return {
        "date": date.today().isoformat(),
        "openbook": openbook.__version__,
        "numpy": numpy.__version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "runs": runs,
        "seconds": {name: seconds for name, (seconds, _) in found.items()},
        "peak_bytes": {name: peak for name, (_, peak) in found.items()},
        "after_numpy": found["openbook"][0] - found["numpy"][0],
        "on_disk": on_disk,
        "wheel": wheel.stat().st_size if wheel is not None else zipped,
    }


def page(found: dict[str, Any]) -> str:
    """The page of the documentation."""
    rows = [
        f"| {words} | {found['seconds'][name] * 1000:,.0f} ms | {found['peak_bytes'][name] / 1e6:,.0f} MB |"
        for name, (_, words) in WORK.items()
        if name != "python"
    ]
    system = f"Python {found['python']}, NumPy {found['numpy']}, {found['system']}"
    return "\n".join(
        [
            "# Footprint",
            "",
            "What the package costs to have. Run it yourself, for these figures are of one machine on one day:",
            "",
            "```text",
            "make footprint",
            "```",
            "",
            f"One measurement of {found['date']}: openbook {found['openbook']}, {system}; the quickest of {found['runs']}",
            "fresh processes each, which take turns. Memory is the peak of the whole process, Python included "
            f"({found['peak_bytes']['python'] / 1e6:,.0f} MB alone).",
            "",
            "| a fresh process | time | peak memory |",
            "|---|--:|--:|",
            *rows,
            "",
            "| what is installed | size |",
            "|---|--:|",
            f"| the wheel | {found['wheel'] / 1e6:.1f} MB |",
            f"| on disk | {found['on_disk'] / 1e6:.1f} MB |",
            "",
            "The script fails where `import openbook` takes more than 30 ms longer than `import numpy` in the same run, or where the wheel",
            "has 5 MB or more. Everything else is loaded when it is first used: pandas, polars, pyarrow and matplotlib never by",
            "`import openbook`.",
            "",
        ]
    )


def main(given: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--wheel", type=Path, help="the wheel; else the package is zipped as a wheel zips it")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="write the page of the documentation")
    options = parser.parse_args(given)
    start = time.perf_counter()
    found = figures(options.runs, options.wheel)
    if options.write:
        options.write.write_text(page(found), encoding="utf-8")
    print(json.dumps(found, indent=1) if options.json else page(found), end="\n" if options.json else "")
    late, large = found["after_numpy"] > MOST_AFTER_NUMPY, found["wheel"] >= MOST_WHEEL
    if late:
        print(f"import openbook takes {found['after_numpy'] * 1000:.0f} ms longer than import numpy", file=sys.stderr)
    if large:
        print(f"the wheel has {found['wheel'] / 1e6:.1f} MB", file=sys.stderr)
    print(f"measured in {time.perf_counter() - start:.0f} s", file=sys.stderr)
    return int(late or large)


if __name__ == "__main__":
    sys.exit(main())
