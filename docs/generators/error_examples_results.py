"""The examples for the codes of `error_words_results`; they run after the same lines as the others."""

EXAMPLES = {
    "several-scenarios": 'book.settle(plan=True, shocks="demand_surge")',
    "not-a-value": 'book.stress({"on": "main", "value": "1.1"})',
    "undated-field": """
read = book.with_(
    "/contracts/acute/clauses/main/readings",
    [{"name": "monthly"}, {"name": "yearly", "overrides": {"every": "year"}}],
).with_("/contracts/acute/clauses/main/reading", "monthly")
read.stress(
    {
        "on": "main",
        "action": "rule_change",
        "chosen": "yearly",
        "starts": "2024-10",
    }
)
""",
    "no-ledger": """
stressed = book.stress({"on": "spells", "value": 2}, basis="written_world")
stressed.attribution("trust")
""",
    "duplicate-period": """
record = {"period": ["2020-04", "2020-04"], "value": [90, 95]}
ob.scenarios.replay("spells", record)
""",
    "shock-found-nothing": """
slip = ob.Shock(select=ob.Selector(tags=["saving"]), value="0.5")
book.settle(plan=True, shocks=slip).warnings
""",
    "shock-changes-nothing": """
late = {"on": "spells", "value": 2, "starts": "2040-04"}
book.settle(plan=True, shocks=late).warnings
""",
    "no-change": "book.what_if({})",
    "not-a-term": 'book.what_if({"/parties/trust": "£2"})',
    "reserved": 'book.what_if({"all together": "£2,100"})',
    "not-single": 'book.break_even("price", "trust", target="£1m", low="£1", high="£3", step="£1").value',
    "steps": """
stepped = {"value": 2100, "steps": [{"from": "2024-07", "value": 2200}]}
book.with_("price", stepped, starts="2024-06")
""",
    "twice": 'book.with_("price", ob.Change("£2,100", starts="2024-07"), source="Deed 1")',
    "two-books": 'book.what_if({"dearer": book.with_("price", "£2,100"), "spells": "+5%"})',
    "unknown-clause": 'book.clause("7.3")',
    "unknown-input": 'book.what_if({"price": "+5%"})',
    "wrong-change": 'book.with_("price", "+£100")',
    "wrong-unit": 'book.with_("price", "45%")',
    "no-driver": 'ob.quick.block("£12m").simulate(100)',
    "several-inputs": """
ob.quick.capitation(
    {"adults": 800, "children": 200}, {"adults": 100, "children": 50}
).pay(900)
""",
    "unknown-option": 'ob.quick.block("£12m", sorce="Sch 3A")',
    "wrong-argument": 'ob.quick.cost_and_volume(plan="many", price="50%", marginal="£5")',
    "no-bounds": """
book.reverse_stress("position('trust') < 0", levers=ob.Lever("price", by="value"))
""",
    "several-periods": """
book.reverse_stress("abs(position('trust', '2024-04') - position('trust', '2024-05')) > 0")
""",
    "changed": """
book.settle(plan=True).save("m12.openbook")
content = open("m12.openbook", "rb").read()
open("m12.openbook", "wb").write(content.replace(b"2000", b"2001", 1))
ob.Settlement.read("m12.openbook")
""",
    "cut-off": """
book.settle(plan=True).save("m12.openbook")
content = open("m12.openbook", "rb").read()
open("m12.openbook", "wb").write(content[:4000])
ob.read_result("m12.openbook")
""",
    "foreign": """
open("m12.openbook", "w").write("<html></html>")
ob.read_result("m12.openbook")
""",
    "no-request": """
book.settle(plan=True).positions.save("positions.openbook")
ob.read_result("positions.openbook", recalculate=True)
""",
    "other-kind": """
book.simulate(100).save("year.openbook")
ob.Settlement.read("year.openbook")
""",
    "duplicate-book": "ob.settle_many([book, book], plan=True)",
    "file-name": 'ob.settle_many({"a/b": book}, plan=True, out="run")',
    "no-books": "ob.settle_many([], plan=True)",
    "finished-run": """
ob.settle_many([book], plan=True, posted={}, out="run")
ob.settle_many([book], plan=True, posted={}, out="run")
""",
    "which-book": """
other = book.replace(id="other")
ob.settle_many([book, other], {"period": months, "spells": [100] * 12})
""",
    "duplicate": 'book.seal({"icb": "A Jones", "trust": "B Smith"}, "2024-03-01", data={"plan": None})',
    "illustrative": """
assumed = book.with_("price", "£2,100", illustrative=True)
assumed.seal({"icb": "A Jones", "trust": "B Smith"}, "2024-03-01")
""",
    "missing": 'book.with_note("price", " ")',
    "missing-signatory": 'book.seal({"icb": "A Jones"}, "2024-03-01")',
    "other-book": """
layer = ob.Layer(party="trust", over=book, beliefs={"price": 2100})
book.with_("price", 2050).with_layer(layer)
""",
    "private": """
layer = ob.Layer(party="trust", over=book, beliefs={"price": 2100})
book.with_layer(layer).settle(plan=True).save("mine.openbook")
""",
    "incomplete": """
sealed = book.seal({"icb": "A Jones", "trust": "B Smith"}, "2024-03-01", accept_illustrative=True)
ob.seed_draw(sealed, beacon="lottery, main draw", on="2024-03-09").seed()
""",
    "not-committed": """
sealed = book.seal({"icb": "A Jones", "trust": "B Smith"}, "2024-03-01", accept_illustrative=True)
draw = ob.seed_draw(sealed)
for party in ("icb", "trust"):
    draw = draw.commit(party, draw.commitment(party, "1f" * 32))
draw.tell("trust", "2e" * 32)
""",
    "unsealed": 'book.simulate(100, seed="sealed")',
    "unanswered-note": """
noted = book.with_note("price", "With or without MFF?", status="open")
noted.seal({"icb": "A Jones", "trust": "B Smith"}, "2024-03-01")
""",
    "wrong-format": 'ob.Layer.from_json({"format": "openbook-layer-9"})',
}
