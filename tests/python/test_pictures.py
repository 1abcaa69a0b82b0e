"""Pictures: what is drawn where, that nothing hides anything, and that the same values give the same bytes."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import combinations
from typing import Any
from xml.etree import ElementTree

import numpy as np
import openbook as ob
import pytest
from openbook import queries
from openbook._display import curve, fans, flowing, style, svg
from openbook._display.layout import Box, Layout, Party, arranged
from seen import displays
from small import small_book

DATA = {"visits": [100] * 6, "other": [10] * 6, "score": ["0.5", "1"]}
SVG = "{http://www.w3.org/2000/svg}"


def settled(**options: Any) -> ob.Settlement:
    return small_book().settle(DATA, disputes=False, **options)


def texts(drawing: str) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(drawing).iter(f"{SVG}text")]


# -- drawings in general ----------------------------------------------------------------------------------------------


def test_drawings_are_well_formed_and_escaped() -> None:
    parties = [Party("a", "A", 0), Party("b", "<B> & sons", 1), Party("c", "C\x00", 2)]
    drawings = [
        fans.fan(["a<b", "c"], [0.1, 0.5, 0.9], [[1, 2], [2, 3], [3, 5]], title="x & y", realised=[2, None]),
        fans.fan(["term"], [0.1, 0.9], [[1.0], [2.0]], title='one "period"', mark="illustrative <drivers>"),
        fans.fan(["a", "b"], [0.5], [[0.0, 0.0]], title="flat", threshold=0.0),
        svg.bars([("a & b", 5.0), ("c", -3.0)], title="t"),
        svg.bars([], title="nothing"),
        flowing.flows(parties, [("a", "b", "£1 <", 1.0), ("b", "c", "y", 2.0), ("c", "c", "self", 1.0)], title="f"),
        flowing.flows(parties, [], title="nobody"),
    ]
    for drawing in drawings:
        assert ElementTree.fromstring(drawing).tag == f"{SVG}svg"
        assert "nan" not in drawing and "inf" not in drawing.replace("nothing", "")


@pytest.mark.parametrize("name", ["fan", "bridge", "flows", "payment_function"])
def test_everything_drawn_lies_inside_and_is_byte_stable(name: str) -> None:
    drawing = displays()[name].svg()
    assert drawing == displays()[name].svg()
    root = ElementTree.fromstring(drawing)
    _, top, width, height = map(float, root.attrib["viewBox"].split())
    assert (top, width) == (0, 520)
    for node in root.iter(f"{SVG}text"):
        x, y = float(node.attrib["x"]), float(node.attrib["y"])
        wide = svg.width_of(node.text or "") * (1.12 if node.attrib.get("class") == "t" else 1)
        shift = {"middle": wide / 2, "end": wide}.get(node.attrib.get("text-anchor", ""), 0.0)
        assert x - shift >= -1 and x - shift + wide <= width + 1, node.text
        assert 10 <= y <= height
    for number in re.findall(r'(?:points|d)="([^"]*)"', drawing):
        for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", number):
            assert -1 <= float(x) <= width + 1 and 0 <= float(y) <= height


def every_drawing() -> dict[str, str]:
    """One of each kind."""
    book = small_book()
    stressed, run = book.stress(data=DATA), book.simulate(200, seed=1, progress=False)
    sensitive = ob.sensitivity(book, "trust", scenarios=50, terms={"fee": ("£900", "£1,100")})
    return {name: displays()[name].svg() for name in ("fan", "bridge", "flows", "payment_function")} | {
        "stress": stressed.svg(),
        "stress of a party": stressed.svg("trust"),
        "attribution": stressed.attribution("trust", "Busy").svg(),
        "allocation": run.allocate("trust", statistic="es90").svg(),
        "tail": run.tail("trust", worst=0.1).svg(),
        "breaches": run.breaches("trust", "£140k").svg(),
        "tornado": sensitive.tornado.svg(),
        "indices": sensitive.indices.svg(),
        "break-even": ob.break_even(book, "fee", "trust", target="£135,000", step="£1", points=3).svg(),
        "what if": book.what_if({"fee": "£900"}, DATA).svg(),
        "frontier": ob.frontier(book, {"fee": ["£900", "£1,000"]}, party="trust", scenarios=100, progress=False).svg(),
        "stability": run.stability(5).svg(),
        "backtest": ob.backtest(book, DATA, until="2016-06", fit=False, scenarios=50, progress=False).svg(),
        "nothing": svg.bars([], title="nothing"),
    }


def test_a_drawing_stands_alone_in_programs_that_know_no_style_sheet() -> None:
    """Every colour is an attribute of its own; the page's sheet finds a class for each, and colours it by the scheme."""
    light = set(style.LIGHT.values())
    for name, drawing in every_drawing().items():
        assert "var(" not in drawing and "style=" not in drawing, name
        root = ElementTree.fromstring(drawing)
        assert root.attrib["fill"] == style.LIGHT["ink"] and "sans-serif" in root.attrib["font-family"]
        for node in root.iter():
            shape = node.tag.removeprefix(SVG)
            classes = dict(c.split("-") for c in node.attrib.get("class", "").split() if "-" in c)
            for what in ("fill", "stroke"):
                colour = node.attrib.get(what)
                assert colour is None or colour == "none" or colour in light, (name, colour)
                if what in classes:
                    assert colour == style.LIGHT[classes[what]], name
                    assert f".openbook svg .{what}-{classes[what]}{{{what}:var(--{classes[what]})}}" in style.STYLE
                elif shape not in ("svg", "text") and colour not in (None, "none"):
                    assert node.attrib["class"] == "under", (name, node.attrib)
            if shape in ("line", "polyline"):
                assert "stroke" in node.attrib, name
            if shape in ("rect", "circle", "polygon", "path"):
                assert "fill" in node.attrib, name


def test_the_unit_stays_where_a_title_is_cut() -> None:
    for words in ("What moves the position of Mental Health NHS Foundation Trust (£)", "long " * 40 + "(£)"):
        [cut] = texts(svg.bars([("a", 1.0)], title=words))[:1]
        assert cut.endswith("… (£)") and svg.width_of(cut) * 1.12 <= svg.WIDTH


def test_bars_that_stand_alone_are_not_chained_and_nothing_has_no_bar() -> None:
    assert "dasharray" not in svg.bars([("a", 2.0), ("b", 3.0)], title="t")
    assert "dasharray" in svg.steps([("a", 2.0), ("b", 3.0)], title="t", total="all")
    assert svg.bars([("a", 2.0), ("b", 0.0)], title="t").count("<rect") == 1
    assert "nothing moves" in texts(svg.bars([], title="t"))


def test_names_of_marks_lie_inside_and_apart() -> None:
    marks = [(f"£{n * 10_000}", float(n)) for n in range(0, 21)]
    drawing = curve.drawing([(0.0, -1.0), (20.0, 1.0)], marks, title="t")
    assert drawing.count("dasharray") == len(marks)
    boxes = []
    for node in ElementTree.fromstring(drawing).iter(f"{SVG}text"):
        if node.attrib.get("class") == "h":
            x, y, wide = float(node.attrib["x"]), float(node.attrib["y"]), svg.width_of(node.text or "")
            assert x >= 0 and x + wide <= svg.WIDTH + 0.1
            boxes.append((x, x + wide, y))
    assert len(boxes) > 6
    for (a, b, y), (c, d, z) in combinations(boxes, 2):
        assert y != z or b <= c or d <= a


def test_texts_are_cut_to_their_room() -> None:
    assert svg.clipped("short", 100) == "short"
    cut = svg.clipped("a rather long name of a trust", 100)
    assert cut.endswith("…") and svg.width_of(cut) <= 100
    assert svg.lines_of("Clinical Commissioning Group", 110, 4) == ["Clinical", "Commissioning", "Group"]
    assert len(svg.lines_of("one two three four five six seven eight nine ten", 40, 3)) == 3
    assert svg.width_of("東京") > svg.width_of("ab")


def test_ticks_are_round_and_cover() -> None:
    assert svg.ticks(0, 10) == [0, 2, 4, 6, 8, 10]
    assert svg.ticks(-3, 3, 6) == [-3, -2, -1, 0, 1, 2, 3]
    assert svg.ticks(5, 5) == [5]
    assert [svg.short(v) for v in (999_500, 1e9, -2_500, 0.25, -0.0)] == ["1m", "1bn", "-2.5k", "0.25", "0"]


# -- flows ------------------------------------------------------------------------------------------------------------


def boxes_apart(layout: Layout) -> None:
    for a, b in combinations(layout.boxes, 2):
        assert a.x + a.width <= b.x or b.x + b.width <= a.x or a.y + a.height <= b.y or b.y + b.height <= a.y


def label(arrow: Any) -> Box:
    width = svg.width_of(arrow.label)
    return Box("", (), 0, arrow.at[0] - width / 2, arrow.at[1] - 7, width, 14)


def overlap(a: Box, b: Box) -> float:
    wide = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
    high = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
    return wide * high if wide > 0 and high > 0 else 0.0


def readable(layout: Layout) -> None:
    """No box on another, no figure on a box or on another figure, every figure on its own arrow."""
    boxes_apart(layout)
    labels = [label(arrow) for arrow in layout.arrows]
    for a, b in combinations(labels, 2):
        assert overlap(a, b) < 12, (a, b)
    for one in labels:
        assert sum(overlap(one, box) for box in layout.boxes) < 12
    for arrow in layout.arrows:
        near = min(((x - arrow.at[0]) ** 2 + (y - arrow.at[1]) ** 2) ** 0.5 for x, y in arrow.sampled(64))
        assert near < 12
        start, end = (next(b for b in layout.boxes if b.id == party) for party in (arrow.payer, arrow.payee))
        assert start.x <= arrow.curve[0][0] <= start.x + start.width
        assert arrow.curve[0][1] in (start.y, start.y + start.height)
        assert end.x <= arrow.curve[-1][0] <= end.x + end.width
        assert arrow.curve[-1][1] in (end.y, end.y + end.height)


def ten_parties() -> tuple[list[Party], list[tuple[str, str, str, float]]]:
    towns = ["North", "South", "East", "West", "Central", "Coast", "Valley"]
    parties = [Party("icb", "Integrated Care Board", 1), Party("la", "County Council", 1)]
    parties += [Party(f"p{n}", f"Provider {town} NHS Foundation Trust", 2) for n, town in enumerate(towns)]
    parties.append(Party("s", "Staff and suppliers", 4))
    edges = [("icb", f"p{n}", f"£{10 + 3.3 * n:.1f}m", 10 + 3.3 * n) for n in range(7)]
    edges += [("la", f"p{n}", f"£{1 + 0.7 * n:.2f}m", 1 + 0.7 * n) for n in (0, 2, 4, 6)]
    edges += [(f"p{n}", "s", f"£{9 + 3.1 * n:.1f}m", 9 + 3.1 * n) for n in range(7)]
    edges += [
        ("p1", "p2", "£120k", 0.12),
        ("p5", "p0", "£75.5k", 0.08),
        ("p3", "icb", "£300k", 0.3),
        ("icb", "la", "£2m", 2),
    ]
    return parties, edges


def test_ten_parties_and_twenty_flows_can_be_read() -> None:
    readable(arranged(*ten_parties()))


def test_every_shipped_book_can_be_read() -> None:
    for name in ob.examples.names():
        paid = ob.flows(ob.examples.book(name).settle(plan=True, disputes=False))
        readable(paid.layout())
    readable(displays()["flows"].layout())


def test_money_flows_downwards() -> None:
    layout = arranged(*ten_parties())
    y = {box.id: box.y for box in layout.boxes}
    assert y["icb"] == y["la"] < y["p0"] <= y["p6"] < y["s"]
    rows = {box.y for box in layout.boxes}
    assert all(sum(box.y == row for box in layout.boxes) <= 4 for row in rows)
    thick = {(a.payer, a.payee): a.thickness for a in layout.arrows}
    assert thick["icb", "p6"] == max(thick.values()) > thick["p5", "p0"]


def test_flows_add_up_per_pair_and_what_came_back_is_turned() -> None:
    paid = ob.flows(settled())
    assert paid.amounts == (("icb", "trust", Decimal("139500.00")),)
    assert [row["amount"] for row in paid.table()] == [Decimal("139500.00")]
    assert "£140k" in texts(paid.svg())
    # A reconciliation that takes back more than was paid on account turns the arrow.
    clause = ob.Payment(id="back", amount="-£100", every="month")
    back = small_book(contracts=[ob.Contract(id="c", payer="icb", payee="trust", clauses=[clause])])
    assert ob.flows(back.settle(DATA)).amounts == (("trust", "icb", Decimal("600.00")),)
    assert ob.flows(settled(), every="month", period="2016-05").amounts[0][2] == Decimal("23000.00")
    nothing = small_book(contracts=[])
    assert "(none)" in str(ob.flows(nothing.settle(DATA)))


def test_flows_are_the_positions() -> None:
    found = displays()["settlement"]
    for basis in ("practised", "written"):
        for every, count in (("term", 1), ("year", 4), ("month", 39)):
            for period in range(1, count + 1):
                paid = ob.flows(found, every=every, period=period, basis=basis)
                for party in found.book.parties:
                    got = sum((a for _, to, a in paid.amounts if to == party.id), Decimal(0))
                    gave = sum((a for payer, _, a in paid.amounts if payer == party.id), Decimal(0))
                    assert got - gave == found.position(party.id, every=every, period=period, basis=basis)


def test_more_arrows_than_can_be_read_are_said() -> None:
    parties = [Party(f"p{n}", f"Party {n}", 2) for n in range(10)]
    edges = [(f"p{a}", f"p{b}", "£1", float(a * 10 + b + 1)) for a in range(10) for b in range(10) if a != b]
    layout = flowing.laid_out(parties, edges)
    assert len(layout.arrows) == flowing.MOST_ARROWS
    sizes = sorted((size for *_, size in edges), reverse=True)
    drawn = {(arrow.payer, arrow.payee) for arrow in layout.arrows}
    assert drawn == {(a, b) for a, b, _, size in edges if size >= sizes[flowing.MOST_ARROWS - 1]}
    amounts = tuple((a, b, Decimal(str(size))) for a, b, _, size in sorted(edges, key=lambda e: -e[3]))
    people = tuple(ob.Party(id=f"p{n}", name=f"Party {n}", roles=["provider"]) for n in range(10))
    paid = ob.Flows("Who", "practised", "the term", people, amounts)
    assert "90 flows" in str(paid)
    assert "The drawing has the 30 largest." in str(paid)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"basis": "written_world"}, "practised or written"),
        ({"every": "week"}, "found 'week'"),
        ({"every": "year", "period": 9}, "no year 9"),
    ],
)
def test_flows_and_bridges_refuse(options: dict[str, Any], code: str) -> None:
    with pytest.raises(ob.BookError, match=code):
        ob.flows(settled(), **options)
    with pytest.raises(ob.BookError, match=code):
        ob.bridge(settled(), settled(), "trust", **options)


# -- bridges ----------------------------------------------------------------------------------------------------------


def test_a_bridge_between_settlements_by_hand() -> None:
    # Price up by £10 on 110 attendances in each of 6 months: £6,600; the rest stays.
    made = ob.bridge(settled(), settled(shocks="dear"), "The Trust", labels=("old price", "new price"))
    assert made.start == ("old price", Decimal("139500.00"))
    assert made.steps == (("by_visit", Decimal("6600.00")),)
    assert made.end == ("new price", Decimal("146100.00"))
    assert made.unchanged == 2
    assert "2 without a difference." in str(made)
    assert "From £139,500.00 (old price) to £146,100.00 (new price): £6,600.00 in 1 step." in str(made)
    payer = ob.bridge(settled(), settled(shocks="dear"), "icb")
    assert payer.steps == (("by_visit", Decimal("-6600.00")),)
    assert [row["so_far"] for row in made.table()] == [Decimal("139500.00"), Decimal("146100.00"), Decimal("146100.00")]
    month = ob.bridge(settled(), settled(shocks="dear"), "trust", every="month", period=2)
    assert month.steps == (("by_visit", Decimal("1100.00")),)
    assert month.title == "The Trust, 2016-05"


def test_a_bridge_adds_up_for_every_party_and_period() -> None:
    after = displays()["settlement"]
    before = after.book.settle(plan=True, disputes=False)
    for party in after.book.parties:
        for every, count in (("term", 1), ("year", 4)):
            for period in range(1, count + 1):
                made = ob.bridge(before, after, party.id, every=every, period=period)
                ends = [s.position(party.id, every=every, period=period) for s in (before, after)]
                assert [made.start[1], made.end[1]] == ends
                assert made.start[1] + sum(a for _, a in made.steps) == made.end[1]


def test_a_bridge_of_an_explanation_is_its_children() -> None:
    tree = settled().explain("trust")
    made = ob.Bridge.of_explanation(tree)
    assert dict(made.steps) == {"standing": 6000, "by_visit": 132_000, "quality": 1500}
    assert made.end == (tree.label, Decimal("139500.00"))
    product = next(node for node in tree.walk() if node.label == "quantity * price")
    with pytest.raises(ValueError, match="is not the sum of its parts"):
        ob.Bridge.of_explanation(product)


def test_a_bridge_of_the_gap() -> None:
    made = displays()["bridge_of_gap"]
    assert made.steps == (("gain_pain year 3", Decimal("70000.00")),)
    assert made.unchanged == 354
    assert made.end[1] == Decimal("70000.00")


def test_a_bridge_that_does_not_add_up_is_refused() -> None:
    with pytest.raises(ValueError, match="the steps lead to 110, not to 120"):
        ob.Bridge("t", ("a", Decimal(100)), (("b", Decimal(10)),), ("c", Decimal(120)))


def test_many_small_steps_are_drawn_together() -> None:
    steps = tuple((f"step {n}", Decimal(n)) for n in range(1, 41))
    made = ob.Bridge("t", ("a", Decimal(0)), steps, ("b", Decimal(820)))
    drawn = made.drawn()
    assert [label for label, *_ in drawn[:13]] == [f"step {n}" for n in range(28, 41)]
    assert drawn[13][0] == "27 smaller steps together"
    assert drawn[13][2] - drawn[13][1] == sum(range(1, 28))
    assert drawn[-1] == ("b", 0.0, 820.0, True)
    assert len(made.table()) == 42


# -- fans -------------------------------------------------------------------------------------------------------------


def known_fan(**changes: Any) -> ob.Fan:
    fields: dict[str, Any] = dict(
        title="Trust",
        labels=("year 1", "year 2"),
        probabilities=(0.05, 0.5, 0.95),
        values=np.array([[-10.0, -2000.4], [5.0, 100.0], [20.0, 3000.0]]),
        draws=1_000,
        threshold=0.0,
        below=(0.2, 0.07),
    )
    return ob.Fan(**(fields | changes))


def test_the_sentence_of_a_fan() -> None:
    fan = known_fan()
    assert fan.sentence == (
        "In year 2, 7 in 100 end below zero, half end below £100, 5 in 100 below -£2,000, 5 in 100 above £3,000. "
        "Of 1,000 draws."
    )
    assumed = known_fan(illustrative=("Demand", "Prices"))
    assert assumed.sentence.endswith("Illustrative drivers, assumed and not agreed: Demand, Prices.")
    assert "illustrative drivers" in texts(assumed.svg())
    assert "illustrative drivers" not in texts(fan.svg())
    tracked = known_fan(money=False, threshold=None, below=(), labels=("2024-04", "term"), values=fan.values / 1000)
    assert tracked.sentence == (
        "Over the term, half end below 0.1, 5 in 100 below -2, 5 in 100 above 3. Of 1,000 draws."
    )
    limit = known_fan(threshold=-1_500.0)
    assert "7 in 100 end below -£1,500" in limit.sentence


def test_a_fan_counts_draws_below_its_threshold() -> None:
    simulated = displays()["simulation"]
    for threshold in (0.0, -50_000.0):
        fan = simulated.fan("mental_health_ft", threshold=threshold)
        draws = simulated.array("mental_health_ft", every="year")
        assert fan.below == tuple((draws < threshold - 0.005).mean(axis=1))
        assert fan.table()["below"] == fan.below
    assert len(simulated.fan("ccg").illustrative) == 13
    assert queries.illustrative_drivers(small_book()) == ()
    assumed = ob.Lognormal(id="demand", of="visits", deviation=ob.Term("0.1", illustrative=True))
    assert queries.illustrative_drivers(small_book(drivers=[assumed])) == ("demand",)
    marked = ob.Lognormal(id="demand", name="Demand", of="visits", deviation="0.1", illustrative=True)
    assert queries.illustrative_drivers(small_book(drivers=[marked])) == ("Demand",)


def test_a_fan_shows_what_happened() -> None:
    drawing = known_fan().svg(realised=[12.0, None])
    root = ElementTree.fromstring(drawing)
    dots = [node for node in root.iter(f"{SVG}circle") if node.attrib["r"] == "4" and float(node.attrib["cy"]) > 40]
    assert len(dots) == 1
    assert "realised" in texts(drawing)
    assert "realised" not in texts(known_fan().svg())
    grid = fans.blocks(known_fan(), realised=[12.0])[-1]
    assert [row[-1] for row in grid.rows] == ["£12", ""]


# -- matplotlib -------------------------------------------------------------------------------------------------------


def test_pictures_with_matplotlib() -> None:
    pytest.importorskip("matplotlib")
    book = small_book()
    simulation = book.simulate(500, progress=False, track=["visits"])
    axes = simulation.plot.fan("visits", realised=[100, None, 90, 80, None, None])
    assert axes.get_title() == "visits"
    assert len(axes.get_lines()[-1].get_xdata()) == 3
    assert "Of 500 draws." in axes.get_xlabel().replace("\n", " ")
    one = simulation.plot.fan("trust", every="term")
    assert list(one.get_lines()[0].get_xdata()) == [-0.2, 0.2]

    paid = ob.plotting.flows(settled())
    assert {text.get_text() for text in paid.texts} >= {"The Trust", "£140k"}
    assert len(paid.patches) == 1 + 2

    steps = ob.plotting.bridge(ob.bridge(settled(), settled(shocks="dear"), "trust"))
    assert [bar.get_width() for bar in steps.patches] == [139_500, 6_600, 146_100]
    children = ob.plotting.bridge(settled().explain("trust"))
    assert [bar.get_width() for bar in children.patches] == [6_000, 132_000, 1_500, 139_500]
    gap = ob.plotting.gap(displays()["settlement"])
    assert [bar.get_width() for bar in gap.patches] == [70_000, 70_000]

    found = ob.payment_function(book, "fee", "£0", "£1,000", party="trust", data=DATA, probes=2)
    shape = ob.plotting.payment(found)
    line = shape.get_lines()[0]
    assert line.get_ydata()[1] - line.get_ydata()[0] == 6 * 1000 + 1500
    cliff = displays()["payment_function"]
    assert [text.get_text() for text in ob.plotting.payment(cliff).texts] == ["1: 95%", "2: 105%"]
    own = ob.plotting.svg_text(ob.plotting.fan(known_fan(illustrative=("a",)), axes=shape.figure.add_subplot()))
    assert own.startswith("<svg")
    for drawn in (axes, paid, steps, shape):
        assert ob.plotting.svg_text(drawn).startswith("<svg")


def test_a_name_with_dollars_is_no_mathematics() -> None:
    pytest.importorskip("matplotlib")
    parties = [
        ob.Party(id="icb", name="a $x$ b", roles=["commissioner"]),
        ob.Party(id="trust", name="$\\oops{", roles=["provider"]),
    ]
    book = small_book(parties=parties, title="cost $y^{$")
    assert ob.plotting.svg_text(ob.plotting.flows(book.settle(DATA))).startswith("<svg")
