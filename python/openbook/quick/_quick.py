"""A one-line contract: a proper book, and what it pays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from .. import _json
from .._calendar import Months, month_text
from .._json import Json, decimal_text
from .._literals import Figure, figure
from .._shown import Shown
from ..book import Book
from ..errors import BookError, DataError, Problem
from ..explanation import Explanation
from ..results import Settlement
from ..simulation import Simulation
from ..supposing import WhatIf
from ..table import Table
from ._curve import Curve, values_between

__all__ = ["Quick", "uncertain"]

DRIVER = "uncertainty"


@dataclass(frozen=True, slots=True, repr=False)
class Quick(Shown):
    """A form of contract in one line. Frozen; made by the functions of `openbook.quick`.

    Attributes
    ----------
    form
        The function that made it, such as "cost_and_volume".
    book
        The book: one contract between a commissioner and a provider, made of the clause families. It can be saved,
        changed and built upon like any other.
    inputs
        The inputs that a plain number stands for.
    words
        The rule in words.
    edges
        Where the payment bends: name, the parameter or quantity that says where, and whether it jumps there.

    Examples
    --------
    >>> import openbook as ob
    >>> form = ob.quick.cost_and_volume(plan=10_000, price="£2,000", marginal="50%")
    >>> form.pay(10_800), form.pay(9_000)
    (Decimal('20800000.00'), Decimal('20000000.00'))
    """

    form: str
    book: Book
    inputs: tuple[str, ...]
    words: str
    edges: tuple[tuple[str, str, bool], ...] = ()

    # -- asking -----------------------------------------------------------------------------------------------

    def settle(self, data: Any = None, **options: Any) -> Settlement:
        """Settle the contract.

        Parameters
        ----------
        data
            - a number (also "10,800", "£11.5m", "85%"): the year's total, spread evenly over its months in whole units;
              of a score or a list, its level;
            - a list of numbers, one a month (or a period of the input): the whole year, or the first months, and the
              settlement is then to the last month given;
            - a mapping from inputs to such numbers or lists;
            - whatever else `Book.settle` takes: a data frame, a CSV path, ...;
            - None: the plan.
        **options
            As for `openbook.settle`. Inputs without data take their plan.

        Raises
        ------
        DataError
            The data do not fit; each fault with input, value and what was expected.
        """
        given, told = self._told(data, options)
        return self.book.settle(given, **told)

    def pay(self, data: Any = None, **options: Any) -> Decimal:
        """What the commissioner pays in all, less what it is paid; negative: it is paid. Arguments as for `settle`."""
        return -self.settle(data, disputes=False, **options).position("commissioner")

    def curve(self, low: Any = None, high: Any = None, *, step: Any = None) -> Curve:
        """The payment at many values of what is paid for, exactly, with the places where it bends or jumps.

        Parameters
        ----------
        low, high
            First and last value; by default a fifth below the lowest and above the highest bend.
        step
            Between two values: 1 by default, or the next of 2, 5, 10, ... that gives no more than 200 steps (of a score
            or of money the same with smaller units). The bends, and the values beside a jump, are always among them.

        Raises
        ------
        BookError
            The contract has several inputs, or the values are no range.
        """
        main = self._main("a curve")
        values = values_between(self, low, high, step)
        return Curve.of_payments(self, main, [(value, self.pay({main: value})) for value in values])

    def simulate(self, scenarios: int = 10_000, *, deviation: Any = None, seed: int = 0, **options: Any) -> Simulation:
        """Simulate the contract over uncertain activity.

        Parameters
        ----------
        scenarios, seed, **options
            As for `openbook.simulate`.
        deviation
            How uncertain what is paid for is, as in `Options`; needed unless the form was made with one.

        Raises
        ------
        BookError
            Nothing in the contract is uncertain.
        """
        book = self.book
        if deviation is not None:
            found = figure(deviation)
            if found is None or found.kind == "money" or not 0 <= found.value <= 2:
                message = f"deviation: found {deviation!r}, expected a percentage such as '5%'"
                raise BookError("not a deviation", [Problem("wrong-argument", "/deviation", message)])
            book = uncertain(book, self.inputs, decimal_text(found.value))
        if not book.drivers:
            message = "nothing is uncertain; say how uncertain the activity is, such as deviation='5%'"
            raise BookError("nothing to simulate", [Problem("no-driver", "/drivers", message)])
        if "data" in options:
            options["data"], as_at = self._data(options["data"])
            options = {"as_at": as_at, **options}
        return book.simulate(scenarios, seed=seed, **options)

    def explain(self, what: str = "provider", data: Any = None, **options: Any) -> Explanation:
        """Open a figure into what made it; by default what the provider ends with. See `openbook.explain`."""
        given, told = self._told(data, options)
        return self.book.explain(what, given, **told)

    def what_if(self, changes: Any, data: Any = None, **options: Any) -> WhatIf:
        """What changes would move; `changes` as for `openbook.what_if` or another form, `data` as for `settle`."""
        given, told = self._told(data, options)
        return self.book.what_if(changes.book if isinstance(changes, Quick) else changes, given, **told)

    def terms(self, about: str = "") -> Table:
        """The terms by name, value, unit and source; see `Book.terms`."""
        return self.book.terms(about)

    def with_(self, name: str, value: Any, **options: Any) -> Quick:
        """The same form with one term changed; see `Book.with_`."""
        return replace(self, book=self.book.with_(name, value, **options))

    def bends(self) -> dict[str, Decimal]:
        """The values at which the payment bends or jumps, by name, in ascending order."""
        unplanned = {item.id: 0 for item in self.book.inputs if item.plan is None}
        settled = self.settle(unplanned or None, disputes=False)
        quantities = {row["id"]: row["value"] for row in settled.quantities}
        found: dict[str, Decimal] = {}
        for label, name, _ in self.edges:
            value = quantities.get(name)
            if value is None:
                term = next((item.value for item in self.book.parameters if item.id == name), None)
                stated = None if term is None else figure(term.value)
                value = None if stated is None else stated.value
            if isinstance(value, Decimal):
                found[label] = value
        return dict(sorted(found.items(), key=lambda item: item[1]))

    # -- data -------------------------------------------------------------------------------------------------

    def _main(self, what: str) -> str:
        if len(self.inputs) == 1:
            return self.inputs[0]
        names = ", ".join(item.id for item in self.book.inputs)
        message = (
            f"{what} needs one input; this contract has {names}: say each by name, {{'{names.split(', ')[0]}': ...}}"
        )
        raise BookError("which input?", [Problem("several-inputs", "/inputs", message)])

    def _told(self, data: Any, options: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
        """Data and options of a settlement: to the last month that was given, with the plan for what was not."""
        given, as_at = self._data(data)
        return given, {"plan": True, **({"as_at": as_at} if as_at else {}), **options}

    def _data(self, data: Any) -> tuple[Any, str | None]:
        """The data as `Book.settle` takes them, and the last month that they reach if not the whole year."""
        if hasattr(data, "tolist") and getattr(data, "ndim", 2) <= 1:
            data = data.tolist()  # NumPy arrays and numbers, pandas series
        if data is None:
            return None, None
        if _is_value(data) or (isinstance(data, (list, tuple)) and all(_is_value(item) for item in data)):
            return self._named({self._main("a plain number"): data})
        if isinstance(data, Mapping) and "period" not in data:
            return self._named(data)
        return data, None

    def _named(self, data: Mapping[str, Any]) -> tuple[dict[str, Any], str | None]:
        months = Months.of(self.book.calendar)
        inputs = {item.id: item for item in self.book.inputs}
        problems: list[Problem] = []
        made: dict[str, Any] = {}
        reach: set[int] = set()
        for name, given in data.items():
            item = inputs.get(str(name))
            if hasattr(given, "tolist"):
                given = given.tolist()
            if item is None or isinstance(given, Mapping):
                made[str(name)] = given  # the reader of data knows these, or refuses them with the nearest name
                continue
            starts, ends = months.starts(item.every), months.ends(item.every)
            listed = isinstance(given, (list, tuple))
            values = [_read(item, value, problems) for value in (given if listed else [given])]
            if not listed:
                values = _spread(values[0], len(starts)) if item.aggregate == "sum" else values * len(starts)
            if len(values) < len(starts):
                reach.add(ends[len(values) - 1] - 1 if values else months.start - 1)
                made[item.id] = {month_text(starts[number]): value for number, value in enumerate(values)}
            else:
                made[item.id] = values
        if problems:
            raise DataError("the data do not fit the contract", problems)
        return made, month_text(min(reach)) if reach else None

    # -- showing ----------------------------------------------------------------------------------------------

    def _blocks(self) -> list[Any]:
        from .._display import blocks

        shown: list[Any] = [blocks.Heading(self.book.title, 3), blocks.Paragraph(self.words)]
        stated = [row for row in self.book.terms() if row["path"].startswith("/parameters")]
        columns = [c for c in self.book.terms().schema if c.name in ("name", "title", "value", "unit", "source")]
        note = "Illustrative: no source is given." if any(row["illustrative"] for row in stated) else ""
        shown.append(blocks.of_table(Table.of_rows("Terms", columns, stated, note)))
        if len(self.inputs) == 1 and self.edges:
            main = self.inputs[0]
            values = values_between(self, None, None, None, bends_only=True)
            shown += Curve.of_payments(self, main, [(value, self.pay({main: value})) for value in values])._blocks()
        return shown

    def __repr__(self) -> str:
        return str(self)


def _is_value(given: Any) -> bool:
    if isinstance(given, bool):
        return False
    if isinstance(given, str):
        return figure(given) is not None
    return isinstance(given, (int, float, Decimal)) or (hasattr(given, "item") and not hasattr(given, "__len__"))


def _read(item: Any, given: Any, problems: list[Problem]) -> Decimal | None:
    """One value of an input, checked against its unit."""
    if given is None:
        return None
    found: Figure | None = None
    reason = ""
    try:
        found = figure(given)
    except ValueError as error:
        reason = str(error)
    money, score = item.unit.startswith("£"), item.unit == "number"
    kinds = ("money", "number") if money else ("percent", "number") if score else ("number",)
    if found is None or found.kind not in kinds:
        wanted = "an amount of money such as '£11.5m'" if money else "a score such as '85%'" if score else item.unit
        message = reason or f"found {given!r}, expected {wanted}"
        problems.append(Problem("not-a-number", f"/inputs/{item.id}", message, f"input {item.id}"))
        return None
    return found.value


def _spread(total: Decimal | None, periods: int) -> list[Decimal | None]:
    """A total over the periods, evenly in its own last digit; what is left goes to the first periods."""
    if total is None:
        return [None] * periods
    exponent = total.normalize().as_tuple().exponent
    unit = Decimal(1).scaleb(min(0, exponent if isinstance(exponent, int) else 0))
    each, left = divmod(int(total / unit), periods)
    return [(each + (number < left)) * unit for number in range(periods)]


def uncertain(book: Book, inputs: tuple[str, ...], deviation: str) -> Book:
    """The book with its inputs drawn around their plan.

    What adds up over the year is scaled by one lognormal factor with mean 1, so that the deviation is that of the year;
    a level such as a score is moved by a normal addition. What was uncertain before is replaced.
    """
    data = _json.loads(book.to_json())
    scaled = [item for item in data["inputs"] if item["id"] in inputs and (item.get("unit") or "number") != "number"]
    moved = [item for item in data["inputs"] if item["id"] in inputs and item not in scaled]
    drivers: list[Json] = [
        {"kind": "normal", "id": f"{DRIVER}_of_{item['id']}", "name": f"Uncertainty of {item['name']}"}
        | {"of": item["id"], "effect": "addition", "deviation": deviation, "illustrative": True, "source": "assumed"}
        for item in moved
    ]
    if scaled:
        drivers.append(
            {"kind": "lognormal", "id": DRIVER, "name": "Uncertainty of the year", "of": "demand", "effect": "factor"}
            | {"deviation": deviation, "illustrative": True, "source": "assumed"}
        )
        if not any(item["id"] == "demand" for item in data["inputs"]):
            plan = {"value": 1, "illustrative": True}
            data["inputs"].append(
                {"id": "demand", "name": "The year as a multiple of its plan", "unit": "number", "every": "term"}
                | {"aggregate": "mean", "plan": plan}
            )
            for item in scaled:
                if not item.get("plan"):
                    message = f"input '{item['id']}' has no plan to be drawn around; make the form with plan=..."
                    raise BookError("no plan", [Problem("missing-plan", f"/inputs/{item['id']}", message)])
                plan = item["plan"] if isinstance(item["plan"], dict) else {"value": item["plan"]}
                item["plan"] = {**plan, "value": f"({plan['value']}) * over(demand, 'term')"}
    data["drivers"] = drivers
    return Book.from_json(data)
