"""Prints a line for each book: its name and a digest of every kept column of some draws and of a settlement on its plan.

python tests/packaging/bits.py BOOK...

Equal lines on two machines mean equal bits. The first line names the instruction sets that the machine offers; every one is run.
"""

from __future__ import annotations

import hashlib
import sys

import openbook as ob
from openbook import _core

DRAWS = 300


def main(names: list[str]) -> None:
    print("levels", *_core.levels(), file=sys.stderr, flush=True)
    for name in names:
        book = getattr(ob.examples, name)()
        settled = hashlib.sha256(str(book.settle(plan=True, disputes=False).positions.to_dicts()).encode()).hexdigest()
        for level in _core.levels():
            simulation = book.simulate(DRAWS, seed=5, level=level, parties="all", progress=False)
            summary = repr(simulation.summary().to_dicts())
            drawn = hashlib.sha256(simulation.array().tobytes() + summary.encode()).hexdigest()
            line = f"{name} {settled[:16]} {drawn[:16]}"
            if level == _core.levels()[0]:
                expected = line
            elif line != expected:
                sys.exit(f"level {level}: {line}, other bits than {expected}")
        print(expected, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
