"""Layered terms in memory: openbook beside the insurance engine of `oasislmf`, in one run.

    python tests/benchmarks/layers.py [--draws 200000] [--rounds 7] [--json out/layers.json]

`make bench-layers` installs oasislmf beside the environment and runs this. The work is in `layer_terms.py`: twelve items, four
sites, three layers; wanted is what every item recovers from every layer in every draw. All values of both programs are compared.

The engine is asked as its own manager does (`compute_event`), once it has its financial structure and once the losses are
in its arrays: neither reading nor writing a stream is counted, and for the first figure not even filling those arrays. It
runs in double precision (OASIS_FLOAT), on blocks of draws as the samples of an event; the best size of a block is taken.
Beside it stands the time of its functions for the terms alone, over arrays that lie in cache, without the sums and the
allocation between levels: a bound for every program that is built of them.

openbook is asked twice. `simulate` draws the losses as well. The same plan on losses that are given is the other figure
(a book whose losses are its standard normals, and the door that evaluates a plan on given normals). One thread each;
seconds are those of the processor, so that other work on the machine counts little.
"""

from __future__ import annotations

import os

os.environ.setdefault("OASIS_FLOAT", "f8")

import argparse
import json
import pathlib
import time
from collections.abc import Callable
from typing import Any

import layer_terms
import numpy as np
from openbook import _normals
from turns import in_turn, told

try:
    from oasislmf.pytools.common import data as oasis
    from oasislmf.pytools.fm import compute_sparse, policy, policy_extras
    from oasislmf.pytools.fm.financial_structure import extract_financial_structure
except ImportError as missing:
    raise SystemExit(f"nothing to compare with: {missing}; `make bench-layers` installs it") from None

BACK_ALLOCATED_IN_PROPORTION = 2


class Engine:
    """The engine with its financial structure in memory, for blocks of so many draws at a time."""

    def __init__(self, block: int) -> None:
        self.block, self.seconds = block, 0.0
        files = layer_terms.engine_files()
        tables = {name: np.array(rows, dtype=getattr(oasis, f"fm_{name}_dtype")) for name, rows in files.items()}
        structure = extract_financial_structure(
            BACK_ALLOCATED_IN_PROPORTION,
            tables["programme"],
            tables["policytc"],
            tables["profile"],
            None,
            tables["xref"],
            np.empty(0, dtype=oasis.items_dtype),
            np.empty(0, dtype=oasis.oasis_float),
        )
        info, self.nodes, self.parents, self.profiles, _, self.terms = structure
        self.info = info[0]
        found = compute_sparse.init_variable(self.info, block, "", low_memory=False)
        (self.most, _, self.length, self.sidx_at, self.sidx_start, self.sidx, self.loss_start, self.loss) = found[:8]
        (_, self.extras_start, self.extras, self.children, self.computes, self.item_parent, self.state) = found[8:]
        self.samples = np.arange(1, block + 1, dtype=self.sidx.dtype)

    def run(self, losses: layer_terms.Floats, recovered: layer_terms.Floats) -> None:
        """Of losses, shape (items, draws), to recoveries, shape (layers * items, draws)."""
        self.seconds = 0.0
        for start in range(0, losses.shape[1], self.block):
            self.take(losses[:, start : start + self.block])
            clock = time.process_time()
            compute_sparse.compute_event(
                self.info,
                False,
                self.nodes,
                self.parents,
                self.profiles,
                self.length,
                self.most,
                self.sidx_at,
                self.sidx_start,
                self.sidx,
                self.loss_start,
                self.loss,
                self.extras_start,
                self.extras,
                self.children,
                self.computes,
                self.state,
                self.item_parent,
                self.terms,
                None,
            )
            self.seconds += time.process_time() - clock
            self.give(recovered[:, start : start + self.block])
            compute_sparse.reset_variable(self.children, self.state, self.computes)

    def take(self, losses: layer_terms.Floats) -> None:
        """One event: what its reader leaves in the arrays when every sample of every item has a loss."""
        count = losses.shape[1]
        self.sidx_start[0] = 0
        for i, own in enumerate(losses):
            node, place = self.nodes[i + 1], i * count
            self.sidx_at[node["node_id"]] = i
            self.sidx_start[i + 1] = place + count
            self.sidx[place : place + count] = self.samples[:count]
            self.loss_start[node["loss"] : node["loss"] + node["layer_len"]] = place
            self.loss[place : place + count] = own
            self.computes[i] = i + 1
        self.state["next_compute_i"] = len(losses)

    def give(self, recovered: layer_terms.Floats) -> None:
        count = recovered.shape[1]
        for i in range(layer_terms.ITEMS):
            for k in range(len(layer_terms.LAYERS)):
                place = self.loss_start[self.nodes[i + 1]["loss"] + k]
                recovered[k * layer_terms.ITEMS + i] = self.loss[place : place + count]


def functions_alone(block: int) -> Callable[[layer_terms.Floats], None]:
    """The engine's functions for the terms, each as often as the work needs it, over a block that stays in cache."""
    terms = np.array(layer_terms.engine_files()["profile"], dtype=oasis.fm_profile_dtype)
    kept, over, room, paid = (np.zeros(block) for _ in range(4))

    def run(losses: layer_terms.Floats) -> None:
        for start in range(0, losses.shape[1], block):
            part = losses[:, start : start + block]
            width = part.shape[1]
            for n, own in enumerate(terms):
                values, out = part[n % len(part)], paid[:width]
                if own["calcrule_id"] == 2:
                    policy.calc(own, out, values, None)
                else:
                    kept.fill(0)
                    over.fill(0)
                    room.fill(0)
                    policy_extras.calc(own, out, values, kept[:width], over[:width], room[:width], None)

    return run


def timed(work: Callable[[], object]) -> Callable[[], float]:
    """Processor seconds of one thread."""

    def run() -> float:
        clock = time.process_time()
        work()
        return time.process_time() - clock

    return run


def compared(own: layer_terms.Floats, other: layer_terms.Floats) -> float:
    """The largest difference, in parts of the value or of a pound where that is more."""
    return float((np.abs(own - other) / np.maximum(np.abs(other), 1)).max())


def run(draws: int, rounds: int, blocks: list[int]) -> dict[str, Any]:
    given, drawn = layer_terms.book(given=True), layer_terms.book(given=False)
    options: dict[str, Any] = {"threads": 1, "progress": False, "every": ["term"], "track": layer_terms.TRACKED}
    prepared = given.simulate(16, seed=0, **options)
    tracked = [n for n, column in enumerate(prepared.columns) if column["kind"] == "track"]
    losses = layer_terms.losses(draws, seed=1)
    by_draw = np.ascontiguousarray(losses.T)
    recovered = np.empty((len(tracked), draws))
    engines = {block: Engine(block) for block in blocks}
    own = _normals.evaluate(prepared, by_draw)[tracked]
    for engine in engines.values():
        recovered.fill(np.nan)
        engine.run(losses, recovered)
        difference = compared(own, recovered)
        if not difference < 1e-11:
            raise SystemExit(f"openbook and the engine do not recover the same: {difference}")
    print(f"{own.size:,} recoveries compared, largest difference {difference:.1e} of the value")
    positive, most = float((own > 0).mean()), own.sum(axis=0).max()
    print(f"{positive:.0%} of them above nothing; most of one draw £{most:,.0f}")

    def alone(engine: Engine) -> float:
        engine.run(losses, recovered)
        return engine.seconds

    least = {block: min(alone(engine) for _ in range(2)) for block, engine in engines.items()}
    best = engines[min(least, key=least.__getitem__)]
    functions = functions_alone(best.block)

    seconds = in_turn(
        {
            "openbook, losses given": timed(lambda: _normals.evaluate(prepared, by_draw)),
            "openbook, losses drawn as well": timed(lambda: drawn.simulate(draws, seed=2, **options)),
            "engine, losses in its arrays": lambda: alone(best),
            "engine, arrays filled and read": timed(lambda: best.run(losses, recovered)),
            "engine's functions for the terms alone": timed(lambda: functions(losses)),
        },
        rounds,
    )
    print(f"{draws:,} draws of {layer_terms.ITEMS} items, 1 thread, engine on blocks of {best.block:,} draws")
    report = {"draws": draws, "rounds": rounds, "block": best.block, "difference": difference}
    return report | {"times": told(seconds, "openbook, losses given", draws * layer_terms.ITEMS, "losses")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--blocks", type=int, nargs="+", default=[100, 1_000, 4_000, 200_000])
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    report = run(options.draws, options.rounds, options.blocks)
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
