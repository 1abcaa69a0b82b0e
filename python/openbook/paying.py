"""What a form of payment pays for a year's activity, exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NoReturn

from . import queries
from ._calendar import Months, month_index, month_text
from ._literals import figure
from ._values import nearest
from ._varying import exact_text, formula_text, number
from .errors import BookError, Problem
from .quick import Quick

if TYPE_CHECKING:
    from .book import Book
    from .results import Settlement

__all__ = ["Exact", "Form", "Paid", "Settled", "common_price", "level", "refuse", "spread"]


@dataclass(frozen=True, slots=True)
class Form:
    """What pays for one kind of activity in a book: an input, and the clauses that count; as practised.

    Attributes
    ----------
    book
        Where the clauses stand.
    activity
        The input that is paid for, by id or name.
    clauses
        The clauses whose payments count, by id; all of one payee. Empty: every clause of the book's contracts.
    year
        The contract year that is looked at, from 1.
    readings
        Chosen readings by clause, so that the readings of one clause can stand side by side.

    Examples
    --------
    >>> import openbook as ob
    >>> form = ob.Form(ob.examples.seven_payment_forms(), "cases", ["marginal_payment"])
    >>> form.pay(11_500)
    Decimal('20900000.00')
    """

    book: Book
    activity: str
    clauses: Sequence[str] = ()
    year: int = 1
    readings: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        clauses = (self.clauses,) if isinstance(self.clauses, str) else tuple(self.clauses)
        object.__setattr__(self, "clauses", clauses)

    @classmethod
    def of(cls, form: Quick | Form) -> Form:
        """A form in one line as a form of its book."""
        if isinstance(form, Form):
            return form
        if not isinstance(form, Quick):
            raise TypeError(f"found {type(form).__name__}, expected a form of openbook.quick or an openbook.Form")
        return cls(form.book, form._main("a comparison"))

    def pay(self, activity: Any) -> Decimal:
        """What the clauses pay for a year's activity, + = to the payee.

        Parameters
        ----------
        activity
            The year's total, spread evenly over its periods in whole units; of a level such as a score, its level.

        Raises
        ------
        BookError
            The book has no such input, clause or year, or the clauses do not have one payee.
        """
        return Paid(self)(level(activity, "activity"))[0]


class Settled:
    """Settlements by activity, each made once for all forms of one book."""

    def __init__(self) -> None:
        self.made: dict[tuple[Any, ...], Settlement] = {}

    def __call__(self, form: Form, item: Any, x: Fraction) -> Settlement:
        key = id(form.book), item.id, tuple(sorted(form.readings.items())), x
        if key not in self.made:
            shocks = _shocks(form, item, x)
            try:
                self.made[key] = form.book.settle(plan=True, disputes=False, shocks=shocks, readings=form.readings)
            except Exception as error:
                error.add_note(f"while settling with {item.id} = {exact_text(x)}")
                raise
        return self.made[key]


class Paid:
    """What a form pays, and what its payee is left with, at any activity."""

    def __init__(self, form: Form, settled: Settled | None = None) -> None:
        self.form, self.of = form, settled or Settled()
        self.item = _input(form)
        self.clauses, self.payee = _clauses(form)
        first, end = _year(form)
        self.first, self.last = month_text(first), month_text(end - 1)

    def __call__(self, x: Fraction) -> tuple[Decimal, Decimal]:
        """Payment, and position of the payee."""
        settlement = self.of(self.form, self.item, x)
        paid = sum(self.entries(settlement).values(), Decimal(0))
        return paid, settlement.position(self.payee, every="year", period=self.form.year)

    def entries(self, settlement: Settlement) -> dict[str, Decimal]:
        """The entries of the clauses for the year, + = to the payee."""
        return {
            row["id"]: Decimal(row["amount"]) * ((row["to"] == self.payee) - (row["from"] == self.payee))
            for row in settlement._data["entries"]
            if row["basis"] == "practised"
            and row["clause"] in self.clauses
            and self.first <= row["service_to"] <= self.last
        }


class Exact:
    """A form's payment as the search for its breakpoints asks for it."""

    def __init__(self, paid: Paid) -> None:
        self.paid = paid
        self.settled: dict[Fraction, Decimal] = {}
        self.first: dict[str, Decimal] = {}
        self.moved: set[str] = set()
        self.entries: set[str] = set()

    def __call__(self, x: Fraction) -> Fraction:
        entries = self.paid.entries(self.paid.of(self.paid.form, self.paid.item, x))
        self.first = self.first or entries
        self.moved |= {key for key in entries.keys() | self.first.keys() if entries.get(key) != self.first.get(key)}
        self.entries |= entries.keys()
        self.settled[x] = sum(entries.values(), Decimal(0))
        return Fraction(self.settled[x])

    def rounding(self) -> Fraction:
        """Half a penny for each entry that moves with activity."""
        return len(self.moved) * Fraction(1, 200)


def refuse(path: str, message: str, code: str = "wrong-argument") -> NoReturn:
    """Say what cannot be used."""
    raise BookError("forms cannot be compared", [Problem(code, f"/{path}", f"{path}: {message}")])


def level(given: Any, what: str) -> Fraction:
    """An activity of at least 0."""
    found = number(given.item() if hasattr(given, "item") else given, what)
    if found < 0:
        raise ValueError(f"{what}: found {given!r}, expected a number of at least 0")
    return found


def _input(form: Form) -> Any:
    items = {item.id: item for item in form.book.inputs}
    found = [item for item in items.values() if form.activity in (item.id, item.name)]
    if not found:
        message = f"found {form.activity!r}, expected an input of {form.book.id}{nearest(form.activity, items)}"
        refuse("activity", message, "unknown-name")
    if found[0].dimension:
        of = found[0].dimension
        refuse("activity", f"found {form.activity!r}, which has the dimension '{of}'; expected an input with one value")
    return found[0]


def _clauses(form: Form) -> tuple[tuple[str, ...], str]:
    """The clauses that count, and who is paid under them."""
    stand = {clause.id: (group, clause) for group, clause, overlay in queries.clauses(form.book) if not overlay}
    for name in form.clauses:
        if name not in stand:
            message = f"found {name!r}, expected a clause of a contract of {form.book.id}{nearest(name, stand)}"
            refuse("clauses", message, "unknown-name")
    chosen = tuple(form.clauses) or tuple(stand)
    payees = sorted({stand[name][1].to or stand[name][0].payee for name in chosen})
    if len(payees) != 1:
        told = f"the clauses pay {', '.join(payees)}" if payees else f"{form.book.id} has no clauses"
        refuse("clauses", f"{told}; expected clauses that pay one party")
    return chosen, payees[0]


def common_price(forms: Mapping[str, Form], given: Any) -> Fraction:
    """The price that slopes are measured against: what is given, else what the parameter 'price' of the forms is.

    Raises
    ------
    BookError
        No price is given, and the forms state none, several, or one that changes in the year that is looked at.
    """
    expected = "an amount of money above £0, such as '£2,000'"
    if given is not None:
        wanted = number(given, "price")
        if wanted <= 0:
            refuse("price", f"found {given!r}, expected {expected}")
        return wanted
    stated: set[Fraction] = set()
    unstated: list[str] = []
    for name, form in forms.items():
        called = f"the parameter 'price' of {name or form.book.id}"
        found = _prices(form)
        values = {text if value is None else value for _, text, value in found}
        if len(values) > 1:
            told = ", ".join(
                f"{text if value is None else f'£{exact_text(value)}'} from {m}" for m, text, value in found
            )
            changes = f"{called} changes in the year that is looked at: {told}"
            refuse("price", f"{changes}; say price=, one of these or another amount of money above £0")
        unstated += [f"{called} is {text}, no stated amount" for _, text, value in found if value is None]
        stated |= {value for _, _, value in found if value is not None}
    if len(stated) != 1 or min(stated) <= 0:
        told = ", ".join(f"£{exact_text(price)}" for price in sorted(stated))
        why = f"the forms have {told}" if stated else "; ".join(unstated) or "the forms have no parameter 'price'"
        refuse("price", f"{why}; say price=, {expected}")
    return stated.pop()


def _prices(form: Form) -> list[tuple[str, str, Fraction | None]]:
    """What the parameter 'price' is in the form's year: from which month, as written, and the figure, if it is one."""
    price = next((item for item in form.book.parameters if item.id == "price"), None)
    if price is None or price.value is None:
        return []
    if price.dimension:
        return [("", f"one for each member of '{price.dimension}'", None)]
    first, end = _year(form)
    dated = [(first, price.value.value), *((month_index(step.from_), step.value) for step in price.value.steps or ())]
    before = [each for month, each in dated if month <= first]
    found = [(first, before[-1]), *((month, each) for month, each in dated if first < month < end)]
    made = []
    for month, each in found:
        told = figure(each)
        made.append((month_text(month), repr(each), None if told is None else Fraction(told.value)))
    return made


def _year(form: Form) -> tuple[int, int]:
    """The first month of the year that is looked at, and the one after it."""
    months = Months.of(form.book.calendar)
    starts, ends = months.starts("year"), months.ends("year")
    if not isinstance(form.year, int) or not 1 <= form.year <= len(starts):
        refuse("year", f"found {form.year!r}, expected a contract year from 1 to {len(starts)}")
    return starts[form.year - 1], ends[form.year - 1]


@dataclass(frozen=True, slots=True)
class Place:
    """A period of an input, what it is given there, and which part of one more in the year falls into it."""

    starts: str
    ends: str
    value: Fraction
    part: Fraction


def spread(form: Form, item: Any, x: Fraction) -> list[Place]:
    """A year's activity by period: evenly in whole units, what is left over in the last; a level in each."""
    months = Months.of(form.book.calendar)
    starts, ends = months.starts(item.every), months.ends(item.every)
    years = list(zip(months.starts("year"), months.ends("year"), strict=True))
    found = []
    for first, end in years:
        own = [number for number, start in enumerate(starts) if first <= start < end]
        each, left = divmod(x, max(1, len(own)))
        for place, number_ in enumerate(own):
            value = x if item.aggregate != "sum" else Fraction(each + (place < left // 1))
            if item.aggregate == "sum" and place + 1 == len(own):
                value += left % 1
            part = Fraction(1, len(own)) if item.aggregate == "sum" else Fraction(1)
            found.append(Place(month_text(starts[number_]), month_text(ends[number_] - 1), value, part))
    return found


def _shocks(form: Form, item: Any, x: Fraction) -> list[dict[str, Any]]:
    """Shocks that set a year's activity."""
    return [
        {
            "on": item.id,
            "action": "set",
            "value": formula_text(place.value, ""),
            "starts": place.starts,
            "ends": place.ends,
        }
        for place in spread(form, item, x)
    ]
