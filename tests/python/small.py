"""A small book that several tests share."""

from __future__ import annotations

import openbook as ob


def small_book(**changes: object) -> ob.Book:
    """Two parties, a block, activity by two departments, one quarterly input."""
    fields: dict[str, object] = dict(
        id="small",
        title="A small book",
        calendar=ob.Calendar(start="2016-04", months=6),
        parties=[
            ob.Party(id="icb", name="Integrated Care Board", roles=["commissioner"]),
            ob.Party(id="trust", name="The Trust", roles=["provider"]),
        ],
        inputs=[
            ob.Input(
                id="visits",
                name="Visits, type 1",
                unit="attendances",
                plan=100,
                data=ob.Source(column="attendances", where={"type": "1"}),
            ),
            ob.Input(
                id="other",
                unit="attendances",
                plan=10,
                data=ob.Source(column="attendances", where={"type": "other"}),
            ),
            ob.Input(id="score", unit="number", every="quarter", aggregate="last", plan="0.5"),
        ],
        parameters=[
            ob.Parameter(
                id="price", name="Price of a visit", value=ob.Term(200, source="Sch 1", unit="£ per attendance")
            ),
            ob.Parameter(
                id="fee",
                name="Fee",
                value={
                    "value": "£1,000",
                    "source": "assumed",
                    "illustrative": True,
                    "alternatives": [{"name": "low", "value": "£600", "source": "letter"}],
                },
            ),
        ],
        contracts=[
            ob.Contract(
                id="acute",
                payer="icb",
                payee="trust",
                clauses=[
                    ob.Block(id="standing", amount="fee * 12"),
                    ob.Activity(id="by_visit", quantity="visits + other", price="price"),
                    ob.Payment(id="quality", every="quarter", amount="fee * score"),
                ],
            )
        ],
        scenarios=[
            ob.Scenario(id="busy", name="Busy", shocks=[ob.Shock(on="visits", action="scale", value="1.1")]),
            ob.Scenario(id="dear", name="Dear", shocks=[ob.Shock(on="price", action="add", value=10)]),
        ],
        drivers=[ob.Lognormal(id="demand", of="visits", deviation="0.1")],
    )
    fields.update(changes)
    return ob.Book(**fields)  # type: ignore[arg-type]


MONTHS = ["2016-04", "2016-05", "2016-06", "2016-07", "2016-08", "2016-09"]
