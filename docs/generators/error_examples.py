"""The examples of the page of errors: each raises the code that it stands under.

They run when the page is made, after `SETTING`. An example that starts with ``$`` is a command line.
"""

SETTING = """
import openbook as ob

book = ob.Book(
    id="small",
    calendar=ob.Calendar(start="2024-04", months=12),
    parties=[
        ob.Party(id="icb", roles=["commissioner"]),
        ob.Party(id="trust", roles=["provider"]),
    ],
    inputs=[ob.Input(id="spells", unit="spells", plan=100)],
    parameters=[ob.Parameter(id="price", value=ob.Term(2000, unit="£ per spell"))],
    contracts=[
        ob.Contract(
            id="acute",
            payer="icb",
            payee="trust",
            clauses=[ob.Activity(id="main", quantity="spells", price="price")],
        )
    ],
)
months = [f"2024-{month:02}" for month in range(4, 13)] + [
    "2025-01",
    "2025-02",
    "2025-03",
]
"""

EXAMPLES = {
    "already-loaded": """
load = ob.load(book, {"spells": [100] * 12})
book.settle(load, outside="drop")
""",
    "another-book": """
load = ob.load(book, {"spells": [100] * 12})
book.replace(calendar=ob.Calendar(start="2024-04", months=6)).settle(load)
""",
    "flex-data": """
flex = {"period": months, "spells": [100] * 12, "status": ["freeze"] * 11 + ["flex"]}
book.settle(flex).warnings
""",
    "unknown-format": """
open("data.xls", "w").close()
book.settle("data.xls")
""",
    "wrong-weight": """
ob.CodeMap({"hrg": ["AA"], "to": ["spells"], "part": ["1.5"]}, source=["hrg"], target="to", weight="part")
""",
    "overlapping-validity": """
ob.CodeMap(
    {
        "hrg": ["AA", "AA"],
        "to": ["spells", "spells"],
        "from": ["2024-04", "2024-06"],
    },
    source=["hrg"],
    target="to",
    starts="from",
)
""",
    "wrong-reason": """
why = [{"input": "spells", "from": "2025-03", "to": "2025-03", "reason": "late"}]
book.settle({"period": months[:11], "spells": [100] * 11}, missing=why)
""",
    "ambiguous-name": """
two = [ob.Parameter(id=i, name="Fee", value="£1") for i in ("a", "b")]
book.replace(parameters=[*book.parameters, *two]).with_("Fee", "£2")
""",
    "ambiguous-member": """
book.replace(
    dimensions=[
        ob.Dimension(id="from_site", members=["general", "eye"]),
        ob.Dimension(id="to_site", members=["general", "eye"]),
    ],
    parameters=[
        ob.Parameter(id="price", value=ob.Term(2000, unit="£ per spell")),
        ob.Parameter(id="moved", dimension="from_site", by="to_site", value=1),
    ],
    quantities=[ob.Quantity(id="left", formula="sum(member(moved, 'eye'))")],
).settle(plan=True)
""",
    "ambiguous-parent": """
book.replace(
    dimensions=[
        ob.Dimension(
            id="line",
            members=["a"],
            parents={"site": {"a": "s1"}, "provider": {"a": "south"}},
        ),
        ob.Dimension(
            id="site", members=["s1"], parents={"provider": {"s1": "north"}}
        ),
        ob.Dimension(id="provider", members=["north", "south"]),
    ]
)
""",
    "calendar": """
book.replace(
    inputs=[*book.inputs, ob.Input(id="score", every="year", plan=1)],
    quantities=[ob.Quantity(id="monthly", formula="score * 2")],
).settle(plan=True)
""",
    "correlation": """
book.replace(
    inputs=[*book.inputs, ob.Input(id="beds", unit="beds", plan=50)],
    drivers=[
        ob.Lognormal(id=f"d_{x}", of=x, deviation=0.1) for x in ("spells", "beds")
    ],
    correlations=[
        ob.Correlation(
            id="both", drivers=["d_spells", "d_beds"], matrix=[[1, 2], [2, 1]]
        )
    ],
).simulate(100)
""",
    "cycle": """
book.replace(quantities=[ob.Quantity(id="stock", formula="stock + 1")]).settle(
    plan=True
)
""",
    "forbidden-transition": """
standing = ob.Category(
    id="standing",
    values=["open", "closed"],
    transitions=[ob.Transition(from_="open", to=["closed"])],
)
state = ob.Input(id="state", category="standing", aggregate="last")
book.replace(categories=[standing], inputs=[*book.inputs, state]).settle(
    {"spells": [100] * 12, "state": ["closed"] + ["open"] * 11}
)
""",
    "dimension": """
book.replace(
    dimensions=[ob.Dimension(id="site", members=["north", "south"])],
    parameters=[
        *book.parameters,
        ob.Parameter(id="rent", dimension="site", value=ob.Term(10_000, unit="£")),
    ],
    contracts=[
        *book.contracts,
        ob.Contract(
            id="estates",
            payer="icb",
            payee="trust",
            clauses=[ob.Payment(id="rents", amount="rent")],
        ),
    ],
).settle(plan=True)
""",
    "distribution": """
book.replace(
    drivers=[ob.Triangular(id="demand", of="spells", low=3, mode=2, high=1)]
).simulate(100)
""",
    "deferred-term": """
book.with_(
    "price",
    ob.Term(2000, unit="£ per spell", deferred="to be agreed by June"),
).settle(plan=True).warnings
""",
    "duplicate-id": 'book.replace(parties=[*book.parties, ob.Party(id="trust")])',
    "duplicate-key": 'ob.read_book(\'{"format": 1, "id": "a", "id": "b"}\')',
    "formula": 'ob.Payment(id="extra", amount="£5,000 *")',
    "malformed": 'ob.Party(id="The Trust")',
    "missing-key": 'ob.Block(id="main")',
    "arguments": """
book.replace(
    tables=[
        ob.LookupTable(
            id="fee",
            keys=[ob.TableKey(name="size")],
            rows=[ob.TableRow(at=[1], value="£5")],
        )
    ],
    quantities=[ob.Quantity(id="due", formula="lookup('fee', 1, 2)")],
).settle(plan=True)
""",
    "duplicate-row": """
book.replace(
    tables=[
        ob.LookupTable(
            id="fee",
            keys=[ob.TableKey(name="size")],
            rows=[ob.TableRow(at=[1], value="£5"), ob.TableRow(at=[1], value="£6")],
        )
    ],
    quantities=[ob.Quantity(id="due", formula="lookup('fee', 1)")],
).settle(plan=True)
""",
    "missing-member": """
book.replace(
    dimensions=[ob.Dimension(id="site", members=["north", "south"])],
    parameters=[
        *book.parameters,
        ob.Parameter(id="rent", dimension="site", members={"north": "£10k"}),
    ],
    quantities=[ob.Quantity(id="rents", formula="sum(rent)")],
).settle(plan=True)
""",
    "missing-plan": """
book.replace(
    inputs=[*book.inputs, ob.Input(id="beds", unit="beds")],
    quantities=[ob.Quantity(id="beds_over_plan", formula="beds - plan(beds)")],
).settle({"beds": [1] * 12}, plan=True)
""",
    "missing-reference": 'book.with_("/contracts/acute/payee", "trsut")',
    "missing-value": """
book.with_(
    "/parameters/price/value",
    {"steps": [{"from": "2024-07", "value": 2100}], "unit": "£ per spell"},
).settle(plan=True)
""",
    "newer-format": 'ob.read_book(\'{"format": 99, "id": "small"}\')',
    "not-constant": """
book.with_(
    "/contracts/acute/clauses/main/paid_after", "whole(number(spells), 50)"
).settle(plan=True)
""",
    "not-in-order": """
book.with_(
    "/contracts/acute",
    {
        "id": "acute",
        "payer": "icb",
        "payee": "trust",
        "starts": "2024-09",
        "ends": "2024-06",
    },
)
""",
    "limit-exceeded": """
book.replace(
    contracts=[ob.Contract(id="main", payer="icb", payee="trust", clauses=[ob.Payment(id="grown", amount="£1 * exp(1000, 2)")])]
).settle(plan=True)
""",
    "too-deep": 'ob.read_book(\'{"a":\' * 200 + "1" + "}" * 200)',
    "too-large": 'ob.read_book(b\'{"title": "\' + b"x" * 70_000_000 + b\'"}\')',
    "too-many-pairs": """
book.replace(
    dimensions=[
        ob.Dimension(id="currency", members=[f"c{n}" for n in range(1000)]),
        ob.Dimension(id="practice", members=[f"p{n}" for n in range(1000)]),
    ],
    inputs=[
        ob.Input(id="spells", unit="spells", plan=100),
        ob.Input(id="cases", dimension="currency", by="practice"),
    ],
)
""",
    "type": """
book.replace(
    quantities=[ob.Quantity(id="bonus", formula="if(spells + 1, £5, £0)")]
).settle(plan=True)
""",
    "unit": 'book.with_("/contracts/acute/clauses/main/price", "price + £5").settle(plan=True)',
    "unknown-choice": 'ob.Block(id="main", amount="£12m", every="fortnight")',
    "unknown-key": 'ob.Block(id="main", amuont="£12m")',
    "unknown-kind": 'ob.model.Clause.from_json({"kind": "bribe", "id": "main"})',
    "weights": """
ob.examples.mental_health_alliance().with_(
    "/frameworks/outcomes/measures/health/weight", "0.1"
).replace(
    frameworks=[
        ob.Framework(
            id="outcomes",
            measures=[
                ob.Measure(
                    id="health", value="health_score", weight="0.1", gain_at="0.6"
                )
            ],
        )
    ]
)
""",
    "probability": """
book.replace(hazards=[ob.Hazard(id="flood", rate="120%")])
""",
    "wrong-size": """
book.replace(
    drivers=[ob.Lognormal(id="demand", of="spells", deviation=0.1)],
    correlations=[
        ob.Correlation(id="alone", drivers=["demand"], matrix=[[1, 0.5], [0.5, 1]])
    ],
)
""",
    "wrong-type": 'ob.Calendar(start="2024-04", months="many")',
    "duplicate-column": r"""
open("twice.csv", "w").write("period,spells,spells\n2024-04,1,1\n")
book.settle("twice.csv")
""",
    "duplicate-month": 'book.settle({"period": [*months, "2024-04"], "spells": [100] * 13})',
    "empty": """
open("empty.csv", "w").close()
book.settle("empty.csv")
""",
    "missing-column": """
import pandas as pd

book.settle(pd.DataFrame({"month": months, "spells": 100}))
""",
    "missing-data": 'book.with_("/inputs/spells/may_be_missing", True).settle({"spells": [None] * 12})',
    "missing-driver": 'book.replace(inputs=[ob.Input(id="spells", unit="spells")]).simulate(100)',
    "missing-file": "$ openbook settle third_sector_cash --data nowhere.csv",
    "missing-input": "book.settle()",
    "missing-month": 'book.settle({"period": months[:-2], "spells": [100] * 10})',
    "negative": 'book.settle({"spells": [-1] + [100] * 11})',
    "not-a-number": 'book.settle({"spells": ["1,5"] + [100] * 11})',
    "outside-calendar": 'book.settle({"period": [*months, "2025-04"], "spells": [100] * 13})',
    "ragged": r"""
open("ragged.csv", "w").write("period,spells\n2024-04,1,234\n")
book.settle("ragged.csv")
""",
    "too-short": 'ob.calibrate(book, {"period": months[:2], "spells": [100, 110]})',
    "unknown-code": """
book.with_("/inputs/spells/data", {"column": "n", "where": {"pod": "NEL"}}).settle(
    {"period": months, "pod": ["EL"] * 12, "n": [1] * 12}
)
""",
    "unknown-column": 'book.settle({"period": months, "spells": [100] * 12}, where={"org": "RF4"})',
    "unknown-quantity": 'book.settle({"period": months, "spels": [100] * 12})',
    "wrong-length": 'book.settle({"spells": [100] * 11})',
    "wrong-period": 'book.settle({"period": ["FY25", *months[1:]], "spells": [100] * 12})',
    "digest": """
import json

old = {"format": "openbook-settlement-1", "book": json.loads(book.to_json()), "digest": "0" * 64}
open("m12.json", "w").write(json.dumps(old))
ob.Settlement.read("m12.json")
""",
    "duplicate-entry": """
rows = book.settle(plan=True).payments.to_dicts()
book.settle(plan=True, posted=rows + rows)
""",
    "foreign-ledger": 'book.settle(plan=True, posted=book.replace(id="other").settle(plan=True))',
    "no-data": 'ob.examples.data("step_down")',
    "no-scenario": "book.stress()",
    "not-estimated": """
late = book.replace(
    inputs=[
        *book.inputs,
        ob.Input(id="score", every="year", aggregate="last", may_be_missing=True),
    ],
    contracts=[
        *book.contracts,
        ob.Contract(
            id="quality",
            payer="icb",
            payee="trust",
            clauses=[
                ob.Incentive(id="cquin", every="year", gain="£100k", score="score")
            ],
        ),
    ],
)
late.settle(
    {"spells": dict.fromkeys(months[:6], 100)}, plan=True, as_at="2024-09"
).warnings
""",
    "not-kept": 'book.simulate(100).risk("trust", every="month")',
    "too-few-draws": """
alliance = ob.examples.mental_health_alliance()
alliance.simulate(100).allocate("mental_health_ft", by="driver")
""",
    "out-of-range": 'ob.Calendar(start="2024-04", months=0)',
    "reading-not-chosen": """
book.with_(
    "/contracts/acute/clauses/main/readings",
    [{"name": "spells"}, {"name": "episodes", "overrides": {"quantity": "2 * spells"}}],
).settle(plan=True)
""",
    "request": 'book.simulate(100, every="fortnight")',
    "too-few": 'ob.compare({"as it is": book})',
    "unknown-alternative": 'book.settle(plan=True, alternatives={"price": "low"})',
    "unknown-book": "$ openbook settle third_sector_cahs",
    "unknown-example": 'ob.examples.book("acute")',
    "unknown-name": 'book.with_("prise", 2100)',
    "unknown-party": 'book.settle(plan=True).position("trsut")',
    "unknown-path": 'book.with_("/contracts/acute/clauses/mian/price", 2100)',
    "unknown-period": 'book.settle(plan=True).position("trust", every="year", period="year 9")',
    "unknown-reading": 'book.settle(plan=True, readings={"main": "strict"})',
    "unknown-scenario": 'book.stress("hard winter")',
}
