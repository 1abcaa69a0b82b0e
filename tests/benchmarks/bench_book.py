"""The benchmark work as a book: what the comparison's other programs write as code is data here.

`book_of(spec)` turns the constants of a specification module (activity lines, prices, tolerances, indicators, shares) into the
document of a book with three parties; nothing else is known to the engine.
"""

from __future__ import annotations

from typing import Any

START_YEAR = 2020


def month(t: int) -> str:
    return f"{START_YEAR + t // 12}-{t % 12 + 1:02d}"


def number(value: float) -> str:
    return repr(float(value))


def stepped(values: list[float], every: int = 1, **extra: Any) -> dict[str, Any]:
    """A term that changes every so many months."""
    steps = [{"from": month(i * every), "value": number(v)} for i, v in enumerate(values) if i]
    return {"value": number(values[0]), "steps": steps, "source": "benchmark specification", **extra}


def pounds(values: list[float], every: int = 12) -> dict[str, Any]:
    steps = [{"from": month(i * every), "value": "£" + number(v)} for i, v in enumerate(values) if i]
    return {"value": "£" + number(values[0]), "steps": steps, "source": "benchmark specification"}


def book_of(spec: Any) -> dict[str, Any]:
    lines, months = spec.P, spec.T
    providers = ["provider_one", "provider_two"]
    inputs, parameters, quantities, drivers = [], [], [], []
    clauses: dict[str, list[dict[str, Any]]] = {name: [] for name in providers}
    for p in range(lines):
        provider = providers[int(spec.owner[p])]
        inputs.append({"id": f"activity_{p}", "unit": "cases", "plan": stepped(list(spec.plan[:, p]))})
        parameters.append({"id": f"price_{p}", "value": stepped(list(spec.price_y[:, p]), 12, unit="£ per case")})
        rates = spec.varc[p] * spec.infl
        parameters.append({"id": f"variable_cost_{p}", "value": stepped(list(rates), unit="£ per case")})
        parameters.append({"id": f"plan_value_{p}", "value": {**pounds(list(spec.planval[:, p])), "unit": "£"}})
        quantities.append({"id": f"value_{p}", "unit": "£", "formula": f"activity_{p} * price_{p}"})
        quantities.append({"id": f"spent_{p}", "unit": "£", "formula": f"activity_{p} * variable_cost_{p}"})
        drivers.append(
            {"id": f"driver_{p}", "of": f"activity_{p}", "kind": "lognormal", "deviation": number(spec.sigma[p])}
        )
        if spec.kind[p] == 0:
            low, high = number(1 - spec.tol[p]), number(1 + spec.tol[p])
            clauses[provider].append(
                {
                    "id": f"cost_and_volume_{p}",
                    "kind": "bands",
                    "every": "year",
                    "quantity": f"value_{p}",
                    "base": f"plan_value_{p} - {number(spec.m_lo)} * {low} * plan_value_{p}",
                    "edges_of": f"plan_value_{p}",
                    "bands": [
                        {"to": low, "rate": number(spec.m_lo)},
                        {"to": high, "rate": "0"},
                        {"rate": number(spec.m_hi)},
                    ],
                }
            )
        else:
            amount = spec.block_pay if spec.kind[p] == 1 else spec.cap_pay
            clauses[provider].append(
                {"id": f"lump_{p}", "kind": "block", "every": "year", "amount": pounds(list(amount))}
            )
    for k, provider in enumerate(providers):
        own = [p for p in range(lines) if spec.owner[p] == k]
        quantities.append(
            {"id": f"fixed_{k}", "unit": "£", "every": "year", "formula": pounds(list(spec.fix_own[:, k]))}
        )
        quantities.append(
            {
                "id": f"spend_{k}",
                "unit": "£",
                "every": "year",
                "formula": f"fixed_{k} + " + " + ".join(f"spent_{p}" for p in own),
            }
        )
        clauses[provider].append(
            {
                "id": f"costs_{k}",
                "kind": "payment",
                "every": "year",
                "from": provider,
                "to": "suppliers",
                "amount": f"spend_{k}",
            }
        )
        quantities.append(
            {
                "id": f"paid_{k}",
                "unit": "£",
                "every": "year",
                "formula": " + ".join(c["id"] for c in clauses[provider] if c["kind"] != "payment"),
            }
        )
    parameters.append({"id": "budget", "value": {**pounds(list(spec.budget)), "unit": "£"}})
    parameters.append({"id": "plan_total", "value": {**pounds(list(spec.planval.sum(axis=1))), "unit": "£"}})
    quantities += [
        {"id": "total_paid", "unit": "£", "every": "year", "formula": "paid_0 + paid_1"},
        {
            "id": "shared",
            "unit": "£",
            "every": "year",
            "formula": f"clip(budget - spend_0 - spend_1, -{number(spec.collar)} * budget, {number(spec.cap_gain)} * budget)",
        },
        {
            "id": "utilisation",
            "every": "year",
            "formula": "(" + " + ".join(f"value_{p}" for p in range(lines)) + ") / plan_total - 1",
        },
    ]
    scores = []
    for i in range(spec.I):
        inputs.append({"id": f"noise_{i}", "every": "year", "plan": "0"})
        drivers.append(
            {"id": f"noise_driver_{i}", "of": f"noise_{i}", "kind": "normal", "effect": "value", "deviation": "1"}
        )
        quantities.append(
            {
                "id": f"indicator_{i}",
                "every": "year",
                "formula": f"{number(spec.ind_a[i])} + {number(spec.ind_b[i])} * utilisation + {number(spec.ind_c[i])} * noise_{i}",
            }
        )
        if i < 5:
            score = f"logistic({number(spec.ind_k[i])} * indicator_{i}, 15)"
        else:
            score = f"choose(indicator_{i} >= {number(spec.ind_hi[i - 5])}, 1, indicator_{i} >= {number(spec.ind_lo[i - 5])}, 0.5, 0)"
        scores.append(f"{number(spec.ind_w[i])} * {score}")
    quantities.append(
        {
            "id": "incentive_earned",
            "unit": "£",
            "every": "year",
            "formula": f"{number(spec.pool)} * total_paid * (" + " + ".join(scores) + ")",
        }
    )
    overlay = []
    for k, provider in enumerate(providers):
        overlay.append(
            {
                "id": f"incentive_{k}",
                "kind": "payment",
                "every": "year",
                "from": "commissioner",
                "to": provider,
                "amount": f"{number(spec.split[k])} * incentive_earned",
            }
        )
        overlay.append(
            {
                "id": f"share_{k}",
                "kind": "payment",
                "every": "year",
                "from": provider,
                "to": "commissioner",
                "amount": f"{number(-spec.q[k + 1])} * shared",
            }
        )
    return {
        "format": 1,
        "id": "benchmark",
        "title": "The benchmark work",
        "calendar": {"start": month(0), "months": months},
        "parties": [
            {"id": "commissioner", "roles": ["commissioner"]},
            *({"id": p, "roles": ["provider"]} for p in providers),
            {"id": "funder", "roles": ["funder"], "legal": "outside"},
            {"id": "suppliers", "roles": ["supplier"], "legal": "outside"},
        ],
        "inputs": inputs,
        "parameters": parameters,
        "quantities": quantities,
        "contracts": [
            {"id": f"contract_{k}", "payer": "commissioner", "payee": provider, "clauses": clauses[provider]}
            for k, provider in enumerate(providers)
        ],
        "overlays": [
            {
                "id": "alliance",
                "parties": ["commissioner", *providers],
                "wraps": ["contract_0", "contract_1"],
                "clauses": overlay,
            }
        ],
        "finances": {
            "funding": [
                {
                    "id": "allocation",
                    "party": "commissioner",
                    "from": "funder",
                    "every": "year",
                    "amount": pounds(list(spec.alloc)),
                }
            ]
        },
        "drivers": drivers,
        "correlations": [
            {
                "id": "lines",
                "drivers": [f"driver_{p}" for p in range(lines)],
                "matrix": [[float(x) for x in row] for row in spec.corr],
            }
        ],
    }
