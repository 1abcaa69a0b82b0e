"""Who bears the risk of volume under a form of payment: the slope of its payment over the price."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from . import privacy, queries
from ._due import due_segments
from ._request import whole
from ._shown import Shown
from ._varying import exact_text, number
from .paying import Exact, Form, Paid, common_price, level
from .payments import PaymentFunction, shape
from .quick import Quick
from .table import Column, Schema, Table

__all__ = ["RiskTransfer", "risk_transfer", "transfer_of"]


RISK_TRANSFER = Schema(
    "openbook.risk_transfer",
    1,
    (
        Column("from", "decimal"),
        Column("to", "decimal"),
        Column("slope", "decimal", "£ per unit"),
        Column("coefficient", "decimal"),
        Column("borne", "text", "who bears one more unit"),
    ),
    "+ = to the payee",
)


@dataclass(frozen=True, slots=True)
class RiskTransfer(Shown):
    """Which part of its price one more unit is paid: 1 where the payer bears the volume, 0 where the payee does.

    The coefficient is the slope of the payment over the price, theta(A) = (dPay/dA)/p. Where the payment bends it has
    one value on the left and another on the right.

    Attributes
    ----------
    name
        The form.
    price
        Pounds for a unit against which slopes are measured.
    payment
        The payment by activity, with its segments and breakpoints.

    Examples
    --------
    >>> import openbook as ob
    >>> found = ob.risk_transfer(ob.quick.emergency_marginal_rate(10_000, "£2,000"), 8_000, 12_000)
    >>> found.left(10_000), found.right(10_000), found.at(11_500)
    (Fraction(1, 1), Fraction(3, 10), Fraction(3, 10))
    """

    name: str
    price: Fraction
    payment: PaymentFunction

    def left(self, activity: Any) -> Fraction | None:
        """The coefficient just below an activity; None where the payment is not straight there.

        Raises
        ------
        ValueError
            The activity lies outside the range, or at its low end.
        """
        x = self._inside(activity)
        segment = next((s for s in self.payment.segments if s.start < x <= s.end), None)
        if segment is None:
            raise ValueError(f"activity: found {activity!r}, expected more than the low end, {self.payment.low}")
        return self._of(segment.slope)

    def right(self, activity: Any) -> Fraction | None:
        """The coefficient just above an activity; None where the payment is not straight there.

        Raises
        ------
        ValueError
            The activity lies outside the range, or at its high end.
        """
        x = self._inside(activity)
        segment = next((s for s in self.payment.segments if s.start <= x < s.end), None)
        if segment is None:
            raise ValueError(f"activity: found {activity!r}, expected less than the high end, {self.payment.high}")
        return self._of(segment.slope)

    def at(self, activity: Any) -> Fraction | None:
        """The coefficient at an activity where left and right agree.

        Raises
        ------
        ValueError
            They do not: the payment bends or jumps there. Ask for `left` or `right`.
        """
        left, right = self.left(activity), self.right(activity)
        if left != right or any(b.at == self._inside(activity) for b in self.payment.breakpoints):
            raise ValueError(f"activity: the payment bends or jumps at {activity!r}; ask for left or right")
        return left

    def _inside(self, activity: Any) -> Fraction:
        x = number(activity, "activity")
        if not self.payment.low <= x <= self.payment.high:
            raise ValueError(
                f"activity: found {activity!r}, expected a number from {self.payment.low} to {self.payment.high}"
            )
        return x

    def _of(self, slope: Fraction | None) -> Fraction | None:
        return None if slope is None else slope / self.price

    def table(self) -> Table:
        """One row per stretch: from, to (units), slope (£ per unit), coefficient, borne (in words); exact numbers."""
        from ._display import figures

        rows = [
            {
                "from": exact_text(s.start),
                "to": exact_text(s.end),
                "slope": None if s.slope is None else exact_text(s.slope),
                "coefficient": None if s.slope is None else exact_text(s.slope / self.price),
                "borne": _words(self._of(s.slope)),
            }
            for s in self.payment.segments
        ]
        note = f"Coefficient = £ per unit over the price of £{figures.exact(self.price)}: "
        note += "1 = the payer bears the volume, 0 = the payee."
        error = max((s.slope_error for s in self.payment.segments), default=Fraction(0))
        if error:
            off = f"{float(error / self.price):.2g}"
            note += f" A slope seen through rounded amounts alone may leave it off by up to {off}."
        return Table.of_rows(f"Risk transfer: {self.name}", RISK_TRANSFER, rows, note, private_to=self.private_to)

    def _blocks(self) -> list[Any]:
        from ._display import forms

        return forms.transfer_blocks(self)

    @property
    def private_to(self) -> str:
        """The party to which it is private; "" for what all may see."""
        return self.payment.private_to

    def __repr__(self) -> str:
        shown = f"RiskTransfer of {self.name}: {len(self.payment.segments)} stretches"
        return f"<{privacy.titled(shown, self.private_to)}>"


def _words(coefficient: Fraction | None) -> str:
    if coefficient is None:
        return "changes all along"
    if coefficient in (0, 1):
        return f"the {'payer' if coefficient else 'payee'}, all of it"
    if not 0 < coefficient < 1:
        return f"the payer {'more than all' if coefficient > 1 else 'less than nothing'} of it"
    return f"the payer {float(coefficient):.4g} of it, the payee the rest"


def risk_transfer(
    form: Quick | Form,
    low: Any,
    high: Any,
    *,
    price: Any = None,
    name: str = "",
    probes: int = 16,
    most: int = 2_000,
) -> RiskTransfer:
    """The risk-transfer coefficient of a form over a range of activity, exactly: theta(A) = (dPay/dA)/p.

    The form is settled at evenly spaced activities and between them, and every bend and jump is found as by
    `openbook.payment_function`. Between these the slope is the marginal pound of what is due before it is rounded to
    pennies, a rational number; where a formula of the form rounds by itself, it is the slope of what is settled, and
    the table says by how much it may be off.

    Parameters
    ----------
    form
        A form of `openbook.quick`, or an `openbook.Form` for clauses of any book.
    low, high
        The year's activity from and to.
    price
        Pounds for a unit against which slopes are measured; None: what the form's parameter "price" is throughout the
        year that is looked at.
    name
        What the form is called; by default its book's title.
    probes, most
        As for `openbook.payment_function`.

    Raises
    ------
    BookError
        There is no price, or one that changes in the year; or no input, clause or year as said.
    ValueError
        The range is empty, or not one of numbers of at least 0.

    Examples
    --------
    >>> import openbook as ob
    >>> collar = ob.quick.cap_and_collar(10_000, "£2,000", cap="105%", collar="95%")
    >>> [str(row["coefficient"]) for row in ob.risk_transfer(collar, 8_000, 12_000).table()]
    ['0', '1', '0']

    Notes
    -----
    Source: research 004, section 0.2 (theta) and its part A.
    """
    taken = Form.of(form)
    return transfer_of(name, taken, Paid(taken), low, high, common_price({"": taken}, price), probes, most)


def transfer_of(
    name: str, form: Form, paid: Paid, low: Any, high: Any, price: Fraction, probes: int, most: int
) -> RiskTransfer:
    start, end = level(low, "low"), level(high, "high")
    if start >= end:
        raise ValueError(f"low, high: found {low!r} and {high!r}, expected a range that ascends")
    probes = whole("probes", probes, 2, 100_000)
    most = whole("most", most, 2 * probes + 1, 10_000_000)
    resolution = (end - start) / 10**6
    exact = Exact(paid)
    segments, breakpoints = shape(exact, start, end, probes=probes, resolution=resolution, most=most)
    segments = due_segments(paid, segments, len(exact.entries) * Fraction(1, 200))
    function = PaymentFunction(
        name=paid.item.name or paid.item.id,
        unit=paid.item.unit,
        party=paid.payee,
        party_name=queries.party_name(form.book, paid.payee),
        basis="practised",
        every="year",
        period=form.year,
        segments=segments,
        breakpoints=breakpoints,
        settled=tuple(sorted(exact.settled.items())),
        probe_step=(end - start) / (2 * probes),
        resolution=resolution,
        rounding=exact.rounding(),
        private_to=form.book.private_to,
    )
    return RiskTransfer(name or form.book.title or form.book.id, price, function)
