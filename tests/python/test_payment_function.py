"""The payment function: shapes worked out by hand, what it cannot see, and what it refuses."""

from __future__ import annotations

import os
from decimal import Decimal
from fractions import Fraction as F
from itertools import pairwise
from typing import Any

import openbook as ob
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openbook._piecewise import Search
from openbook._simplest import Line, fit, simplest
from openbook._varying import exact_text

EXAMPLES = int(os.environ.get("OPENBOOK_TEST_EXAMPLES", "12"))


def book_paying(clause: ob.Clause, unit: str = "number", **more: Any) -> ob.Book:
    """A year of spells, planned at 10,000, under one clause."""
    fields: dict[str, Any] = dict(
        id="shape",
        calendar=ob.Calendar(start="2024-04", months=12),
        parties=[
            ob.Party(id="icb", roles=["commissioner"]),
            ob.Party(id="trust", name="The Trust", roles=["provider"]),
        ],
        inputs=[ob.Input(id="spells", name="Spells", unit=unit, every="year", plan=10000)],
        contracts=[ob.Contract(id="acute", payer="icb", payee="trust", clauses=[clause])],
    )
    return ob.Book(**(fields | more))


def paying(formula: str, **more: Any) -> ob.Book:
    return book_paying(ob.Payment(id="main", every="year", amount=formula), **more)


def shape(found: ob.PaymentFunction) -> tuple[list[F], list[F | None]]:
    """Places of the breakpoints, and slopes."""
    return [b.at for b in found.breakpoints], [s.slope for s in found.segments]


# -- shapes by hand ---------------------------------------------------------------------------------------------------


def test_cost_and_volume_with_floor_marginal_rate_and_cap() -> None:
    # £19.0m up to 9,500; then £2,000 a spell to 10,000 (£20.0m); then half to 10,500 (£20.5m); then no more.
    bands = [
        ob.Band(to=9500, rate=0),
        ob.Band(to=10000, rate=1),
        ob.Band(to=10500, rate="50%"),
        ob.Band(rate=0),
    ]
    clause = ob.Bands(id="cv", every="year", quantity="spells", base="£19m", price="£2,000", bands=bands)
    found = ob.payment_function(book_paying(clause), "spells", 8_000, 12_000, party="The Trust")
    assert shape(found) == ([F(9500), F(10000), F(10500)], [F(0), F(2000), F(1000), F(0)])
    assert [b.value for b in found.breakpoints] == [Decimal(19_000_000), Decimal(20_000_000), Decimal(20_500_000)]
    assert {b.kind for b in found.breakpoints} == {"kink"}
    assert all(b.low == b.high == b.at and b.left == b.right for b in found.breakpoints)
    assert {s.slope_error for s in found.segments} == {F(0)}
    assert found.monotone
    assert (found.unit, found.party, found.low, found.high) == ("number", "trust", 8000, 12000)
    assert [found(x) for x in (8_000, 9_750, "10,250", 12_000)] == [19_000_000, 19_500_000, 20_250_000, 20_500_000]


@pytest.mark.parametrize(("comparison", "at_ten", "side"), [(">=", "1000000.00", "after"), (">", "0.00", "before")])
def test_a_cliff_at_exactly_ten_per_cent(comparison: str, at_ten: str, side: str) -> None:
    book = paying(f"if(spells {comparison} 1.1 * 10000, £1m, £0)")
    found = ob.payment_function(book, "spells", "80%", "130%", by="scale", party="trust")
    (cliff,) = found.breakpoints
    assert (cliff.at, cliff.kind, cliff.jump) == (F(11, 10), "jump", F(1_000_000))
    assert (cliff.left, cliff.right, cliff.value) == (F(0), F(1_000_000), Decimal(at_ten))
    assert cliff.low < F(11, 10) <= cliff.high or cliff.low <= F(11, 10) < cliff.high
    assert cliff.high - cliff.low <= found.resolution == F(1, 2_000_000)
    assert f"110% itself belongs to what comes {side}" in str(found)
    assert found("110%") == F(at_ten)
    assert found("110.01%") == 1_000_000


def test_a_corridor() -> None:
    # Nothing changes hands within 5% of plan; outside it, £2,000 for each spell beyond.
    book = paying("£2000 * (positive(spells - 10500) - positive(9500 - spells))")
    found = ob.payment_function(book, "spells", 9_000, 11_000, party="icb")
    assert shape(found) == ([F(9500), F(10500)], [F(-2000), F(0), F(-2000)])
    assert found.segments[0].start_value == 1_000_000  # the commissioner gets £1m back at 9,000
    assert found.segments[2].end_value == -1_000_000
    assert found.monotone


def test_a_corridor_symmetric_about_a_probe_is_not_missed() -> None:
    # A steep ramp of width 10 around 10,000, which is a probe: both neighbouring intervals pass the test at the middle.
    book = paying("£100 * clip(spells - 9995, 0, 10)")
    found = ob.payment_function(book, "spells", 9_000, 11_000, party="trust", probes=5)
    assert shape(found) == ([F(9995), F(10005)], [F(0), F(100), F(0)])


def test_a_payment_that_rises_falls_and_jumps() -> None:
    # £100 each up to 300; £60 less for each beyond; at 700 and above a penalty of £5,000.
    book = paying("£100 * min(spells, 300) - £60 * positive(spells - 300) - if(spells >= 700, £5000, £0)")
    found = ob.payment_function(book, "spells", 0, 1_000, party="trust")
    assert shape(found) == ([F(300), F(700)], [F(100), F(-60), F(-60)])
    assert [b.kind for b in found.breakpoints] == ["kink", "jump"]
    assert found.breakpoints[1].jump == -5000
    assert not found.monotone
    words = str(found)
    assert "The payment rises in places and falls in others." in words
    assert "A cliff at 700: the payment jumps by -£5,000.00; 700 itself belongs to what comes after." in words
    assert "flat" not in words


def test_breakpoints_that_are_no_decimals_under_pennies() -> None:
    # £3.10 for each spell above 1,000/3, to the penny.
    book = paying("£3.1 * positive(spells - 1000 / 3)")
    found = ob.payment_function(book, "spells", 0, 1_000, party="trust")
    assert shape(found) == ([F(1000, 3)], [F(0), F(31, 10)])
    assert found.rounding == F(1, 200)  # one entry, half a penny
    assert found.breakpoints[0].low <= F(1000, 3) <= found.breakpoints[0].high
    assert "1,000/3 (about 333.333)" in str(found)


def test_a_value_at_the_very_end_that_belongs_to_nothing_else() -> None:
    found = ob.payment_function(paying("if(spells > 0, £5 * spells, £700)"), "spells", 0, 1_000, party="trust")
    (cliff,) = found.breakpoints
    assert (cliff.at, cliff.value, cliff.right) == (F(0), Decimal(700), F(0))
    assert [s.slope for s in found.segments] == [F(5)]


def test_a_curve_is_called_a_curve() -> None:
    book = paying("£0.01 * min(spells, 800) * min(spells, 800)")
    found = ob.payment_function(book, "spells", 0, 1_000, party="trust", probes=10)
    assert [s.kind for s in found.segments] == ["curved", "straight"]
    assert [s.slope for s in found.segments] == [None, F(0)]
    assert [b.at for b in found.breakpoints] == [F(800)]
    assert abs(found(405) - F("1640.25")) < 30  # between settlements at 400 and 412.5
    assert "curved" in str(found)


def test_a_cliff_in_a_curve_at_a_long_number() -> None:
    # Settled at numbers of more digits than a literal of the formula language may have.
    price = ob.Parameter(id="price", value=ob.Term(2000, unit="£"))
    book = paying("£0.001 * number(price) * number(price) + if(price >= £2143.123456789, £50, £0)", parameters=[price])
    found = ob.payment_function(book, "price", 1_500, 2_500, party="trust", resolution="1/10000000000000")
    (cliff,) = found.breakpoints
    assert (cliff.at, cliff.kind) == (F("2143.123456789"), "jump")
    assert abs(cliff.jump - 50) <= F(2, 100)
    assert [s.kind for s in found.segments] == ["curved", "curved"]
    assert max(len(str(x)) for x, _ in found.settled) > 18


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (F(-1, 8), "-0.125"),
        (F(7, 3), "7/3"),
        (F(-12), "-12"),
        (F(12345678901234567890123456789012345, 10**10), "1234567890123456789012345.6789012345"),
    ],
)
def test_exact_numbers_as_text(value: F, text: str) -> None:
    assert exact_text(value) == text
    assert F(text) == value


def test_what_is_narrower_than_the_probes_is_missed_and_said_so() -> None:
    book = paying("£1000 * positive(1 - abs(spells - 5021))")  # two spells wide
    wide = ob.payment_function(book, "spells", 0, 10_000, party="trust", probes=4)
    assert wide.breakpoints == ()
    assert "what is narrower than 1,250 can be missed" in str(wide)
    near = ob.payment_function(book, "spells", 5_000, 5_040, party="trust", probes=20)
    assert shape(near) == ([F(5020), F(5021), F(5022)], [F(0), F(1000), F(-1000), F(0)])


def test_settlements_are_limited_and_what_is_open_is_said() -> None:
    book = paying("£7 * whole(spells, 13)")
    found = ob.payment_function(book, "spells", 0, 1_000, party="trust", probes=8, most=60)
    assert "unresolved" in {s.kind for s in found.segments}
    assert len(found.settled) < 120
    assert "did not suffice" in str(found)
    steps = ob.payment_function(book, "spells", 0, 60, party="trust", probes=8)
    assert [b.at for b in steps.breakpoints] == [F(13), F(26), F(39), F(52)]
    assert {b.jump for b in steps.breakpoints} == {F(7)}


# -- what may vary ----------------------------------------------------------------------------------------------------


def capped() -> ob.Book:
    return paying(
        "min(cap, spells * price) * share",
        unit="spells",
        parameters=[
            ob.Parameter(id="cap", name="Cap of the year", value="£19m"),
            ob.Parameter(id="price", value=ob.Term(2000, unit="£ per spell")),
            ob.Parameter(id="share", value="50%"),
        ],
    )


def test_a_parameter_in_pounds_by_id_name_and_path() -> None:
    # 10,000 spells at £2,000 are £20m; half of it, capped.
    for name in ("cap", "Cap of the year"):
        found = ob.payment_function(capped(), name, "£15m", "£25m", party="trust")
        assert shape(found) == ([F(20_000_000)], [F(1, 2), F(0)])
        assert (found.name, found.unit) == ("Cap of the year", "£")
        assert "£20,000,000" in str(found)
    found = ob.payment_function(capped(), "/parameters/cap/value", "£15m", "£25m", party="trust")
    assert shape(found) == ([F(20_000_000)], [F(1, 2), F(0)])


def test_a_price_with_a_unit_and_a_share_in_per_cent() -> None:
    found = ob.payment_function(capped(), "price", 1_500, 2_500, party="trust")
    assert shape(found) == ([F(1900)], [F(5_000), F(0)])
    share = ob.payment_function(capped(), "share", "0%", "100%", party="trust")
    assert shape(share) == ([], [F(19_000_000)])
    assert "£190,000 per percentage point" in str(share)
    scaled = ob.payment_function(capped(), "price", "50%", "150%", by="scale", party="trust")
    assert shape(scaled) == ([F(19, 20)], [F(10_000_000), F(0)])


def test_data_are_scaled_and_set_and_another_settlement_is_taken() -> None:
    data = {"spells": [9_000]}
    found = ob.payment_function(capped(), "spells", "80%", "120%", by="scale", party="trust", data=data)
    assert shape(found) == ([F(19, 18)], [F(9_000_000), F(0)])  # 9,500 of 9,000
    assert found.breakpoints[0].at == F(19, 18)
    same = ob.payment_function(capped(), "Spells", 8_000, 12_000, party="trust", data=data)
    assert shape(same) == ([F(9_500)], [F(1_000), F(0)])
    calls: list[Any] = []

    def settle(book: ob.Book, **shocks: Any) -> ob.Settlement:
        calls.append(shocks)
        return book.settle(data, disputes=False, **shocks)

    own = ob.payment_function(capped(), "Spells", 8_000, 12_000, party="trust", settle=settle)
    assert own == same
    assert calls[0]["shocks"][0]["on"] == "spells"
    term = ob.payment_function(capped(), "cap", "£15m", "£25m", party="trust", settle=settle)
    assert shape(term) == ([F(18_000_000)], [F(1, 2), F(0)])
    assert calls[-1] == {}


def test_a_year_of_two_and_the_written_basis() -> None:
    book = paying("£10 * spells", calendar=ob.Calendar(start="2024-04", months=24))
    both = ob.payment_function(book, "spells", 0, 100, party="trust", probes=4)
    one = ob.payment_function(
        book, "spells", 0, 100, party="trust", probes=4, every="year", period="year 2", basis="written"
    )
    assert (shape(both)[1], shape(one)[1]) == ([F(20)], [F(10)])
    assert (one.period, one.every, one.basis) == (2, "year", "written")


def test_refusals() -> None:
    book = capped()
    with pytest.raises(ob.BookError, match="no term or parameter is called 'cop'; did you mean 'cap'"):
        ob.payment_function(book, "cop", 1, 2, party="trust")
    with pytest.raises(ob.BookError, match="no party 'trst'"):
        ob.payment_function(book, "cap", 1, 2, party="trst")
    with pytest.raises(ob.BookError, match=r"only inputs, quantities and parameters are scaled, not 'main\.amount'"):
        ob.payment_function(book, "main.amount", 1, 2, party="trust", by="scale")
    for bad in ((2, 1), (1, 1)):
        with pytest.raises(ValueError, match="a range that ascends"):
            ob.payment_function(book, "spells", *bad, party="trust")
    with pytest.raises(ValueError, match="low: found 'many', expected a number"):
        ob.payment_function(book, "spells", "many", 3, party="trust")
    with pytest.raises(ValueError, match="high: found nan"):
        ob.payment_function(book, "spells", 1, float("nan"), party="trust")
    with pytest.raises(ValueError, match="by: found 'add'"):
        ob.payment_function(book, "spells", 1, 2, party="trust", by="add")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="resolution: found 5"):
        ob.payment_function(book, "spells", 1, 2, party="trust", resolution=5)
    with pytest.raises(ob.LimitError, match="probes: found 1"):
        ob.payment_function(book, "spells", 1, 2, party="trust", probes=1)
    with pytest.raises(ob.LimitError, match="most: found 10"):
        ob.payment_function(book, "spells", 1, 2, party="trust", most=10)
    with pytest.raises(ValueError, match="settle: the function given settles the book; found data as well"):
        ob.payment_function(book, "spells", 1, 2, party="trust", data={}, settle=lambda changed: changed.settle())
    with pytest.raises(ob.BookError) as refused:
        ob.payment_function(paying("£1 * spells / (spells - 50)"), "spells", 0, 100, party="nobody")
    assert "nobody" in str(refused.value)
    found = ob.payment_function(book, "spells", 1, 2, party="trust", probes=2)
    with pytest.raises(ValueError, match="expected a number from 1 to 2"):
        found(3)


def test_a_settlement_that_fails_says_at_which_value() -> None:
    def settle(book: ob.Book, **shocks: Any) -> ob.Settlement:
        if Decimal(shocks["shocks"][0]["value"]) > 1_001:
            raise ob.DataError("too many", [])
        return book.settle(plan=True, disputes=False, **shocks)

    with pytest.raises(ob.DataError) as refused:
        ob.payment_function(paying("£1 * spells"), "spells", 1_000, 1_008, party="trust", probes=4, settle=settle)
    assert refused.value.__notes__ == ["while settling with Spells = 1002"]


def test_tables_hold_exact_numbers() -> None:
    found = ob.payment_function(paying("£3 * positive(spells - 1000 / 3)"), "spells", 0, 1_000, party="trust")
    assert found.breakpoint_table().to_dicts()[0]["at"] == "1000/3"
    assert [row["slope"] for row in found.segment_table()] == [Decimal(0), Decimal(3)]
    assert repr(found) == "<PaymentFunction of trust over Spells: 2 segments, 1 breakpoints>"
    assert hash(found) == hash(
        ob.payment_function(paying("£3 * positive(spells - 1000 / 3)"), "spells", 0, 1_000, party="trust")
    )


# -- the search, against functions that are known ---------------------------------------------------------------------


@st.composite
def pieced(draw: st.DrawFn) -> tuple[list[tuple[F, F, F]], bool]:
    """Pieces (start, value there, slope) on 0 to 100, at least 8 apart, and whether values are rounded to pennies."""
    places = [F(0)]
    while len(places) < 5 and places[-1] < 80 and draw(st.booleans()):
        places.append(places[-1] + F(draw(st.integers(80, 200)), 10))
    value, slope = F(draw(st.integers(-(10**6), 10**6))), F(draw(st.integers(-5000, 5000)))
    pieces = [(F(0), value, slope)]
    for before, place in pairwise(places):
        value += slope * (place - before)
        jump = draw(st.sampled_from([0, 0, 1, -1])) * draw(st.integers(50, 100_000))
        steeper = F(draw(st.sampled_from([1, -1])) * draw(st.integers(30, 50_000)), draw(st.sampled_from([1, 3, 10])))
        value, slope = value + jump, slope + steeper
        pieces.append((place, value, slope))
    return pieces, draw(st.booleans())


@settings(max_examples=EXAMPLES * 2, deadline=None)
@given(pieced())
def test_the_search_finds_every_piece(case: tuple[list[tuple[F, F, F]], bool]) -> None:
    pieces, rounded = case

    def value(x: F) -> F:
        start, at, slope = max(piece for piece in pieces if piece[0] <= x)
        exact = at + slope * (x - start)
        return round(exact, 2) if rounded else exact

    slack = F(1, 200) if rounded else F(0)
    search = Search(value, F(0), F(100), slack=lambda: slack, probes=16, resolution=F(1, 10**4), most=2_000)
    found, breaks = search.run()
    assert [b.x for b in breaks] == [start for start, _, _ in pieces[1:]]
    for piece, (start, at, slope) in zip(found, pieces, strict=True):
        assert piece.kind == "straight" and piece.line is not None
        assert abs(piece.line.slope - slope) <= piece.line.error
        assert abs(piece.line(start) - at) <= 4 * slack
    for b, (before, after) in zip(breaks, pairwise(pieces), strict=True):
        left = before[1] + before[2] * (after[0] - before[0])
        if abs(after[1] - left) > 1:
            assert b.kind == "jump"
            assert abs(b.left - left) <= 4 * slack and abs(b.right - after[1]) <= 4 * slack
        assert b.low <= b.x <= b.high


@settings(max_examples=EXAMPLES * 10, deadline=None)
@given(st.fractions(), st.fractions(min_value=0, max_value=10))
def test_the_plainest_number_lies_in_the_range(low: F, width: F) -> None:
    found = simplest(low, low + width)
    assert low <= found <= low + width
    if low <= round(low + width / 2) <= low + width:
        assert found.denominator == 1


def test_plain_numbers_and_lines() -> None:
    assert simplest(F("1949.9"), F("2050.2")) == 2000
    assert simplest(F("-0.334"), F("-0.332")) == F(-1, 3)
    assert simplest(F("12345678.9011"), F("12345678.9019")) == F("12345678.9015")
    points = [(F(n), round(F(2, 3) * n + F(1, 4), 2)) for n in range(0, 900, 100)]
    found = fit(points, F(1, 200))
    assert found is not None and (found.slope, found.intercept) == (F(2, 3), F(1, 4))
    assert 0 < found.error <= 2 * F(1, 200) / 800
    assert fit([(F(n), F(3 * n)) for n in range(4)], F(1, 200)) == Line(F(3), F(0))
    assert fit([(F(0), F(0)), (F(1), F(1)), (F(2), F(5))], F(1, 200)) is None
