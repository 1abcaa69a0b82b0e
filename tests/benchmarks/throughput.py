"""How much is settled and evaluated in a second, beside NumPy, pandas and polars, in one run.

    python tests/benchmarks/throughput.py [--rounds 7] [--threads 1 2] [--only contract|tariff]
                                          [--lines 13362] [--providers 200] [--tariff-rounds 3] [--json FILE]

Each number of threads has a process of its own, so that every library keeps to it. Programs run in turn, in another
order every round. Nothing but the checkout is needed: all data are made from fixed seeds.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import subprocess
import sys

here = pathlib.Path(__file__).resolve().parent
LIMITS = ("OPENBOOK_THREADS", "POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--tariff-rounds", type=int, default=3, help="one of 200 providers takes minutes")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--only", choices=("contract", "tariff"))
    parser.add_argument("--lines", type=int, default=13_362)
    parser.add_argument("--providers", type=int, default=200)
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    if os.environ.get("OPENBOOK_BENCHMARK_PART"):
        part(options)
        return
    report = []
    for threads in options.threads:
        environment = dict.fromkeys(LIMITS, str(threads)) | {"OPENBOOK_BENCHMARK_PART": "1"}
        kept = here.parents[1] / "out" / f"throughput_{threads}.json"
        kept.parent.mkdir(exist_ok=True)
        command = [sys.executable, str(here / "throughput.py"), *sys.argv[1:], "--threads", str(threads)]
        subprocess.run([*command, "--json", str(kept)], env=os.environ | environment, check=True)
        report.append(json.loads(kept.read_text()))
        kept.unlink()
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n")


def part(options: argparse.Namespace) -> None:
    """All work with one number of threads."""
    import contract
    import tariff

    (threads,) = options.threads
    report = {"threads": threads, "rounds": options.rounds}
    if options.only != "tariff":
        report["contract"] = contract.run(options.rounds, threads)
    if options.only != "contract":
        report["tariff"] = tariff.run(options.tariff_rounds, threads, options.lines, options.providers)
        size = {"lines": options.lines, "months": tariff.MONTHS, "providers": options.providers}
        report["tariff"] |= {"size": size, "rounds": options.tariff_rounds}
    options.json.write_text(json.dumps(report))


main()
