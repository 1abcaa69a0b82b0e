"""The examples of the page of lint: each raises the code that it stands under. They run when the page is made."""

SETTING = """
import openbook as ob

icb, trust = ob.Party(id="icb", roles=["commissioner"]), ob.Party(id="trust", roles=["provider"])
partner = ob.Party(id="partner", roles=["provider"])
spells = ob.Input(id="spells", unit="spells", plan=100)
price = ob.Parameter(id="price", value=ob.Term("£2,000", unit="£ per spell", source="schedule 3"))


def contract(*clauses, **fields):
    return ob.Contract(id="acute", payer="icb", payee="trust", clauses=list(clauses), **fields)


def small(*clauses, **changes):
    fields = dict(
        id="small",
        calendar=ob.Calendar(start="2024-04", months=12),
        parties=[icb, trust, partner],
        inputs=[spells],
        parameters=[price],
        contracts=[contract(*clauses)],
    )
    return ob.Book(**(fields | changes))


def messages(book, code):
    for row in book.lint():
        if row["code"] == code:
            print(f"{row['severity']} at {row['path']}: {row['message']}")


main = ob.Activity(id="main", quantity="spells", price="price")
"""

EXAMPLES = {
    "precedence": """
theirs = ob.Block(id="theirs", amount="£2m", subject="standing", from_="icb", to="trust")
overlay = ob.Overlay(id="alliance", parties=["icb", "trust"], wraps=["acute"], clauses=[theirs])
own = ob.Block(id="own", amount="£1m", subject="standing")
messages(small(own, overlays=[overlay]), "precedence")
""",
    "form": """
block = ob.Block(id="main", amount="£1m")
messages(small(contracts=[contract(block, form="Local modification")]), "form")
by_case = ob.Payment(id="main", amount="price * spells")
messages(small(contracts=[contract(by_case, form="Block contract")]), "form")
""",
    "open-reading": """
readings = [ob.Reading(name="cliff"), ob.Reading(name="excess", overrides={"amount": "£2"})]
messages(small(ob.Payment(id="extra", amount="£1", readings=readings)), "open-reading")
""",
    "provisional-reading": """
extra = ob.Payment(id="extra", amount="£1", readings=readings, provisional="cliff")
messages(small(extra), "provisional-reading")
""",
    "unwritten-readings": """
words = "A material change of activity entitles the provider to £10,000."
messages(small(ob.Payment(id="extra", amount="£10k", words=words)), "unwritten-readings")
""",
    "deferred-term": """
amount = ob.Term("£12m", deferred="to be agreed by 30 June")
messages(small(ob.Block(id="main", amount=amount)), "deferred-term")
""",
    "shares": """
parts = [ob.Part(party="trust", weight="60%"), ob.Part(party="partner", weight="30%")]
messages(small(ob.Payment(id="extra", amount="£1", shares=parts)), "shares")
passed = [ob.Subcontract(id=f"part_{n}", from_="trust", to="partner", of="main", portion="60%") for n in (1, 2)]
messages(small(main, *passed), "shares")
""",
    "may-not-bear": """
bears = [ob.Bearing(mechanism="share", may_pay=False)]
members = [ob.Member(party=party, variance="£1") for party in ("trust", "partner")]
parties = [icb, trust, partner.replace(bears=bears)]
messages(small(ob.Share(id="pool", members=members), parties=parties), "may-not-bear")
""",
    "no-bearer": """
parts = [ob.Part(party=party, eligible=False) for party in ("trust", "partner")]
messages(small(ob.Payment(id="extra", amount="£1", shares=parts)), "no-bearer")
""",
    "unlimited-concession": """
waive = ob.Concession(id="waived", concession="waive", on="main")
messages(small(main, concessions=[waive]), "unlimited-concession")
""",
    "cliff": """
bonus = ob.Payment(id="bonus", every="year", amount="if(spells >= 1260, £50k, £0)")
messages(small(bonus), "cliff")
""",
    "falling-payment": """
cut = ob.Payment(id="cut", every="year", amount="-£1,000 * number(positive(spells - 1500)) * 3")
messages(small(main, cut), "falling-payment")
""",
    "dead-clause": """
never = ob.Trigger(id="never", tests=[ob.Test(name="both", holds="spells > 10 and spells < 5")], amount="£1m")
messages(small(main, never), "dead-clause")
ends = [ob.Band(to=1200, rate=1), ob.Band(to=1200, rate="50%"), ob.Band(rate=0)]
messages(small(ob.Bands(id="main", every="year", quantity="spells", price="price", bands=ends)), "dead-clause")
""",
    "unreached-limit": """
fine = ob.Penalty(id="fine", quantity="spells", allowance=90, rate=ob.Term("£10", unit="£ per spell"), cap="£1m")
messages(small(main, fine), "unreached-limit")
""",
    "paid-twice": """
again = ob.Activity(id="again", quantity="spells", price="price / 2")
messages(small(main, again), "paid-twice")
""",
    "not-probed": """
messages(small(ob.Payment(id="extra", amount="£1", readings=readings)), "not-probed")
""",
    "advance": """
messages(small(ob.Block(id="main", amount="£12m", paid_after=-1)), "advance")
""",
    "table-gap": """
rate = ob.LookupTable(
    id="rate",
    keys=[ob.TableKey(name="list size", match="from")],
    rows=[ob.TableRow(at=[100], value="5%"), ob.TableRow(at=[500], value="4%")],
)
extra = ob.Payment(id="extra", amount="£1m * lookup('rate', number(spells))")
messages(small(extra, tables=[rate]), "table-gap")
""",
    "table-overlap": """
twice = rate.replace(rows=[*rate.rows, ob.TableRow(at=[100], value="6%")])
messages(small(main, tables=[twice]), "table-overlap")
""",
    "inexact-threshold": """
gate = ob.Payment(id="gate", amount="if(sqrt(number(spells), 2) >= 10, £1m, £0)")
messages(small(gate), "inexact-threshold")
""",
    "rounding-down": """
points = ob.Payment(id="points", amount="£100 * round(0.1 * number(spells), 0.1, 'floor')")
draws = ob.Lognormal(id="demand", of="spells", deviation="10%")
messages(small(points, drivers=[draws]), "rounding-down")
""",
    "member-units": """
site = ob.Dimension(id="site", members=["north", "south"])
members = {"north": ob.Term(1800, unit="£ per spell", source="schedule 3"), "south": 2100}
sites = ob.Parameter(id="site_price", dimension="site", members=members)
extra = ob.Payment(id="extra", amount="sum(site_price) * spells")
messages(small(extra, dimensions=[site], parameters=[price, sites]), "member-units")
""",
    "percent-figure": """
target = ob.Parameter(id="target", value=ob.Term(95, unit="%", source="schedule 4"))
messages(small(main, parameters=[price, target]), "percent-figure")
reached = ob.Input(id="reached", unit="%", every="year", aggregate="last", plan="90%")
bonus = ob.Payment(id="bonus", every="year", amount="if(reached >= 95, £50k, £0)")
messages(small(main, bonus, inputs=[spells, reached]), "percent-figure")
""",
    "thousand-fold": """
dated = ob.Term("£2,000", source="schedule 3", steps=[{"from": "2024-10", "value": "£2,100,000"}])
messages(small(ob.Payment(id="extra", amount=dated)), "thousand-fold")
""",
    "hundred-fold": """
growth = ob.Input(id="growth", unit="%", aggregate="last", plan="10%")
bonus = ob.Payment(id="bonus", amount="£1,000 * growth")
data = {"spells": [100] * 12, "growth": ["0.11"] * 11 + [12]}
for row in small(main, bonus, inputs=[spells, growth]).lint(data):
    if row["code"] == "hundred-fold":
        print(f"{row['severity']} at {row['path']}: {row['message']}")
""",
    "unused-parameter": """
messages(small(ob.Block(id="main", amount="£1m")), "unused-parameter")
""",
    "unused-input": """
messages(small(ob.Block(id="main", amount="£1m")), "unused-input")
""",
    "unused-curve": """
ramp = ob.Curve(id="ramp", points=[ob.Point(at=0, value=0), ob.Point(at=1, value=1)])
messages(small(main, curves=[ramp]), "unused-curve")
""",
    "unused-table": """
messages(small(main, tables=[rate]), "unused-table")
""",
    "unused-definition": """
messages(small(main, definitions=ob.measure_definitions("funnel_upper")), "unused-definition")
""",
    "unused-category": """
messages(small(main, categories=[ob.Category(id="standing", values=["open", "closed"])]), "unused-category")
""",
    "pennies-apart": """
thirds = [ob.Part(party="trust", weight=2), ob.Part(party="partner")]
bonus = ob.Payment(id="bonus", every="year", amount="£0.50", pennies="each", shares=thirds)
messages(small(bonus), "pennies-apart")
""",
    "unused-driver": """
draws = ob.Lognormal(id="demand", of="spells", deviation="10%")
messages(small(ob.Block(id="main", amount="£1m"), drivers=[draws]), "unused-driver")
""",
    "scenario-not-applicable": """
slip = ob.Scenario(id="slip", shocks=[ob.Shock(on="/contracts/acute/clauses/gone/price", value="1.1")])
messages(small(main, scenarios=[slip]), "scenario-not-applicable")
""",
    "shock-finds-nothing": """
slip = ob.Shock(select=ob.Selector(tags=["saving"]), value="0.5")
messages(small(main, scenarios=[ob.Scenario(id="slip", shocks=[slip])]), "shock-finds-nothing")
""",
    "scenario-without-effect": """
again = ob.Scenario(id="again", shocks=[ob.Shock(on="spells", value=1)])
messages(small(main, scenarios=[again]), "scenario-without-effect")
""",
    "unused-process": """
flood = ob.Hazard(id="flood", rate="1%")
messages(small(main, hazards=[flood]), "unused-process")
""",
    "cannot-happen": """
flood = ob.Hazard(id="flood", rate="1%", starts="2031-04")
closed = ob.Jump(id="closed", of="spells", hazard="flood", severity={"shape": "fixed", "value": 1})
messages(small(main, hazards=[flood], drivers=[closed]), "cannot-happen")
""",
    "no-source": """
messages(small(main, parameters=[ob.Parameter(id="price", value=ob.Term("£2,000", unit="£ per spell"))]), "no-source")
""",
    "no-reference": """
messages(small(main), "no-reference")
""",
    "lost-note": """
messages(small(main, notes=[ob.Note(on="acute/gone", text="Is it right?")]), "lost-note")
""",
    "unknown-status": """
messages(small(main, notes=[ob.Note(on="main", text="Is it right?", status="maybe")]), "unknown-status")
""",
    "unanswered-note": """
messages(small(main, notes=[ob.Note(on="main", text="Is it right?", status="open")]), "unanswered-note")
""",
    "illustrative": """
assumed = ob.Parameter(id="price", value=ob.Term("£2,000", unit="£ per spell", illustrative=True))
messages(small(main, parameters=[assumed]), "illustrative")
""",
}
