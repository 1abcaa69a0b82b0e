"""One programme of layered terms, as a book and as the files of an insurance engine.

Four sites with three insured items each. An item's loss bears a deductible and a limit. What the deductibles of a site
keep in all has a minimum and a maximum, and the site has a limit. Three layers, each with attachment, limit and share,
cover what is left of all sites. What a layer pays goes back to the items in proportion, through the levels that were
passed. All figures are made up.

The terms are those of calculation rules 1, 7 and 2 of the Oasis loss modelling framework, back-allocated by its rule 2;
its documentation and `oasislmf.pytools.fm` (BSD licence) say what they mean. No line of it is copied.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import openbook as ob

SITES, PER_SITE = 4, 3
ITEMS = SITES * PER_SITE
Floats = npt.NDArray[np.float64]


class Layer(NamedTuple):
    """What lies above an attachment, up to a limit; a share of it is paid."""

    attachment: float
    limit: float
    share: float


DEDUCTIBLES = [1_000.0 + 500 * (i % 4) for i in range(ITEMS)]
LIMITS = [60_000.0 + 5_000 * (i % 5) for i in range(ITEMS)]
LEAST_KEPT = [3_000.0 + 250 * s for s in range(SITES)]
MOST_KEPT = [3_600.0 + 250 * s for s in range(SITES)]
SITE_LIMITS = [110_000.0 + 10_000 * s for s in range(SITES)]
LAYERS = (Layer(20_000, 50_000, 0.9), Layer(70_000, 100_000, 0.75), Layer(170_000, 150_000, 0.5))
#: Of the losses that are drawn: mean, and deviation of the logarithm.
MEANS = [9_000.0 + 1_500 * (i % 6) for i in range(ITEMS)]
DEVIATION = 1.3
item_names = [f"item_{i:02}" for i in range(ITEMS)]
site_names = [f"site_{s}" for s in range(SITES)]


def losses(draws: int, seed: int) -> Floats:
    """Made-up losses, shape (items, draws)."""
    normals = np.random.Generator(np.random.Philox(seed)).standard_normal((ITEMS, draws))
    return np.asarray(MEANS)[:, None] * np.exp(DEVIATION * normals - DEVIATION**2 / 2)


# -- as a book -----------------------------------------------------------------------------------------------------

QUANTITIES = {
    # Item: deductible and limit.
    "kept": "min(loss, deductible)",
    "net": "min(loss - kept, item_limit)",
    "over": "loss - kept - net",
    "room": "min(kept, item_limit - net)",
    # Site: what deductibles keep in all is at least and at most so much.
    "site_kept": "sum(kept, 'site')",
    "site_net": "sum(net, 'site')",
    "site_room": "sum(room, 'site')",
    "too_much": "positive(site_kept - most_kept)",
    "too_little": "positive(least_kept - site_kept - sum(over, 'site'))",
    "site_due": "site_net + min(too_much, site_room) - min(too_little, site_net)",
    "site_paid": "min(site_due, site_limit)",
    # Back to the items: what deductibles gave back goes by room where some is left, else by what was kept.
    "some_room": "too_much < site_room and site_due < site_limit",
    "by_room": "divide(too_much, site_room, 0)",
    "by_kept": "divide(too_much, site_kept, 0)",
    "site_part": "divide(site_paid, site_net + too_much, 0)",
    "item_due": "(net + if(some_room, by_room * room, by_kept * kept)) * site_part",
    # All sites: layers, and back to the items in proportion.
    "all_due": "sum(item_due)",
}


def document(*, given: bool) -> dict[str, Any]:
    """The book; its losses are drawn, or `given`: the standard normal number of each item is its loss in pounds."""
    if given:
        driver = {"kind": "normal", "effect": "value", "mean": 0, "deviation": 1}
        loss = "size * £1"
    else:
        driver = {"kind": "lognormal", "effect": "factor", "deviation": DEVIATION}
        loss = "size * mean_loss"
    quantities = [{"id": "loss", "formula": loss}]
    quantities += [{"id": name, "formula": formula} for name, formula in QUANTITIES.items()]
    for k, layer in enumerate(LAYERS):
        above = f"positive(all_due - £{layer.attachment})"
        quantities.append({"id": f"layer_{k}", "formula": f"{layer.share} * min({above}, £{layer.limit})"})
        quantities.append({"id": f"rate_{k}", "formula": f"divide(layer_{k}, all_due, 0)"})
        quantities.append({"id": f"recovered_{k}", "formula": f"item_due * rate_{k}"})
    amount = " + ".join(f"layer_{k}" for k in range(len(LAYERS)))
    return {
        "format": 1,
        "id": "layered_terms",
        "calendar": {"start": "2024-04", "months": 1},
        "dimensions": [
            {
                "id": "item",
                "members": item_names,
                "parents": {"site": {item: site_names[i // PER_SITE] for i, item in enumerate(item_names)}},
            },
            {"id": "site", "members": site_names},
        ],
        "parties": [{"id": "insurer", "roles": ["commissioner"]}, {"id": "insured", "roles": ["provider"]}],
        "inputs": [{"id": "size", "dimension": "item", "plan": {"value": 1, "illustrative": True}}],
        "parameters": [
            _parameter("mean_loss", "item", item_names, MEANS),
            _parameter("deductible", "item", item_names, DEDUCTIBLES),
            _parameter("item_limit", "item", item_names, LIMITS),
            _parameter("least_kept", "site", site_names, LEAST_KEPT),
            _parameter("most_kept", "site", site_names, MOST_KEPT),
            _parameter("site_limit", "site", site_names, SITE_LIMITS),
        ],
        "quantities": quantities,
        "drivers": [{"id": "losses", "of": "size", "members": "each", "illustrative": True, **driver}],
        "contracts": [
            {
                "id": "policy",
                "payer": "insurer",
                "payee": "insured",
                "clauses": [{"id": "recovery", "kind": "payment", "amount": amount}],
            }
        ],
    }


def _parameter(name: str, dimension: str, members: list[str], pounds: list[float]) -> dict[str, Any]:
    terms = {m: {"value": f"£{v}", "illustrative": True} for m, v in zip(members, pounds, strict=True)}
    return {"id": name, "dimension": dimension, "value": {"value": "£0", "illustrative": True}, "members": terms}


#: What is kept of every draw: what each item recovers from each layer.
TRACKED = [f"member(recovered_{k}, '{item}')" for k in range(len(LAYERS)) for item in item_names]


# -- as what the engine reads --------------------------------------------------------------------------------------


def engine_files() -> dict[str, list[tuple[Any, ...]]]:
    """Rows of programme, policies, profiles and cross-reference, in the columns of the engine's own types."""
    policy = 1
    programme = [(i + 1, 1, i + 1) for i in range(ITEMS)]
    programme += [(i + 1, 2, i // PER_SITE + 1) for i in range(ITEMS)]
    programme += [(s + 1, 3, policy) for s in range(SITES)]
    profiles: list[tuple[Any, ...]] = []  # id, rule, three deductibles, attachment, limit, three shares
    terms: list[tuple[int, ...]] = []  # level, node, layer, profile

    def add(level: int, node: int, layer: int, *profile: float) -> None:
        profiles.append((len(profiles) + 1, *profile))
        terms.append((level, node, layer, len(profiles)))

    for i in range(ITEMS):
        add(1, i + 1, 1, 1, DEDUCTIBLES[i], 0, 0, 0, LIMITS[i], 0, 0, 0)
    for s in range(SITES):
        add(2, s + 1, 1, 7, 0, LEAST_KEPT[s], MOST_KEPT[s], 0, SITE_LIMITS[s], 0, 0, 0)
    for k, layer in enumerate(LAYERS):
        add(3, policy, k + 1, 2, 0, 0, 0, layer.attachment, layer.limit, layer.share, 0, 0)
    outputs = [(k * ITEMS + i + 1, i + 1, k + 1) for k in range(len(LAYERS)) for i in range(ITEMS)]
    return {"programme": programme, "policytc": terms, "profile": profiles, "xref": outputs}


def book(*, given: bool) -> ob.Book:
    return ob.Book.from_json(document(given=given))
