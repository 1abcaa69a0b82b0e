"""Forms of payment side by side: what each pays at the same activity, and who bears the risk of it under each."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Self

from . import privacy, queries
from ._values import nearest
from ._varying import exact_text
from .drawn import Floats, RiskTable
from .paying import Form, Paid, Settled, common_price, level, refuse
from .quick import Quick
from .table import Column, Schema, Table
from .transferring import RiskTransfer, transfer_of

__all__ = ["FormComparison", "compare_forms"]

#: How far beyond the activity that is compared the payment is looked at, so that every level has both its sides.
BEYOND = Fraction(1, 20)
#: Decimals of a share of variance; what comes after them is what sums of floats leave.
LAST = 12


class FormComparison(Table):
    """Payments of several forms at the same activity, one row per form and activity.

    Columns: form, activity, payment (£, + = to the payee), position (£, what the payee is left with, costs taken off
    where the form has any), left and right (the risk-transfer coefficient just below and just above the activity).

    Attributes
    ----------
    transfers
        The risk transfer of each form over the range compared, by name.
    risk
        Where activity is uncertain: mean and standard deviation of each payment, and `transferred`, the part of the
        variance that strict tariff would have that the form moves from the payer to the payee,
        1 - Var(payment) / Var(price * activity), over the same draws, with its Monte Carlo error. 0 = as tariff, 1 =
        all; negative: the payer bears more than by tariff. Else None.
    """

    __slots__ = ("risk", "transfers")
    transfers: Mapping[str, RiskTransfer]
    risk: RiskTable | None

    @classmethod
    def _of(cls, table: Table, transfers: Mapping[str, RiskTransfer], risk: RiskTable | None) -> Self:
        made = cls(table.title, table.schema, table._data, table.note, table.about)
        object.__setattr__(made, "transfers", MappingProxyType(dict(transfers)))
        object.__setattr__(made, "risk", risk)
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        table = Table(self.title, self.schema, self._data, self.note, self.about)
        return _rebuild, (table, dict(self.transfers), self.risk)

    def at(self, form: str, activity: Any) -> Decimal:
        """What a form pays at one of the activities.

        Raises
        ------
        KeyError
            There is no such form or activity.
        """
        if form not in self.transfers:
            raise KeyError(f"no form '{form}'{nearest(form, self.transfers)}")
        x = level(activity, "activity")
        for row in self:
            if row["form"] == form and Fraction(row["activity"]) == x:
                paid: Decimal = row["payment"]
                return paid
        raise KeyError(f"{activity!r} is none of the activities compared")

    def svg(self) -> str:
        """A drawing: the payment of every form by activity, each line with its own stroke and its name at its end."""
        from ._display import forms

        return forms.drawn(self)

    def _blocks(self) -> list[Any]:
        from ._display import forms

        return forms.blocks(self)


def _rebuild(table: Table, transfers: dict[str, RiskTransfer], risk: RiskTable | None) -> FormComparison:
    return FormComparison._of(table, transfers, risk)


def compare_forms(
    forms: Mapping[str, Quick | Form],
    activity: Iterable[Any],
    *,
    price: Any = None,
    deviation: Any = None,
    scenarios: int = 10_000,
    seed: int = 0,
    probes: int = 16,
) -> FormComparison:
    """What several forms pay at the same activity, and who bears its risk under each.

    Parameters
    ----------
    forms
        Name to form: forms of `openbook.quick`, or `openbook.Form` for clauses of any book.
    activity
        Levels of the year's activity.
    price
        Pounds for a unit under strict tariff, against which risk is measured; None: the parameter "price" that the
        forms have, where they agree and it stays the same throughout the year that is looked at.
    deviation
        How uncertain activity is in the forms of `openbook.quick`: its standard deviation over the year as a part of
        plan, "5%". None: as the forms and books say; without any driver there are no figures of risk.
    scenarios, seed
        As for `openbook.simulate`; forms whose drivers have the same streams see the same draws.
    probes
        As for `openbook.payment_function`.

    Returns
    -------
    FormComparison
        A table, one row per form and activity; with the risk transfer of each form and, where activity is uncertain,
        the variance that it transfers.

    Raises
    ------
    BookError
        There are no forms, no activity, or no common price; or the book has no such input, clause or year.
    ValueError
        An activity is no number of at least 0.

    Examples
    --------
    >>> import openbook as ob
    >>> forms = {
    ...     "tariff": ob.quick.cost_per_case("£2,000", plan=10_000),
    ...     "block": ob.quick.block("£20m", plan=10_000),
    ...     "blended": ob.quick.blended(10_000, "£2,000", variable="20%"),
    ... }
    >>> compared = ob.compare_forms(forms, [8_500, 10_000, 11_500])
    >>> compared.at("blended", 8_500), compared.transfers["blended"].at(9_000)
    (Decimal('19400000.00'), Fraction(1, 5))

    Notes
    -----
    Source: research 004, SCN-07 and table Q-1; the coefficient: section 0.2; the variance: research 000, H17.
    """
    levels = sorted({level(x, "activity") for x in activity})
    if not forms or not levels:
        refuse("activity" if forms else "forms", f"found no {'activity' if forms else 'form'}, expected one at least")
    taken = {name: Form.of(form) for name, form in forms.items()}
    each = common_price(taken, price)
    span = levels[-1] - levels[0] or levels[-1] or Fraction(1)
    low, high = max(Fraction(0), levels[0] - span * BEYOND), levels[-1] + span * BEYOND
    settled = Settled()
    transfers: dict[str, RiskTransfer] = {}
    rows: list[dict[str, Any]] = []
    for name, form in taken.items():
        paid = Paid(form, settled)
        transfers[name] = transfer = transfer_of(name, form, paid, low, high, each, probes, 2_000)
        for x in levels:
            payment, position = paid(x)
            sides = (None if x == low else transfer.left(x), transfer.right(x))
            left, right = (None if side is None else exact_text(side) for side in sides)
            row = {"form": name, "activity": exact_text(x), "payment": payment, "position": position}
            rows.append({**row, "left": left, "right": right})
    note = (
        "Pounds for the year's activity, + = to the payee; position: what the payee is left with. left, right: the "
        f"risk-transfer coefficient, £ per unit over £{exact_text(each)}; 1 = the payer bears the volume, 0 = the "
        "payee."
    )
    private_to = privacy.of_all(form.book for form in taken.values())
    table = Table.of_rows("Forms of payment", FORMS, rows, note, private_to=private_to)
    return FormComparison._of(table, transfers, _risks(forms, taken, each, deviation, scenarios, seed, private_to))


FORMS = Schema(
    "openbook.forms",
    1,
    (
        Column("form"),
        Column("activity", "decimal"),
        Column("payment", "money"),
        Column("position", "money"),
        Column("left", "decimal"),
        Column("right", "decimal"),
    ),
    "+ = to the payee",
)
RISK = Schema(
    "openbook.forms_risk",
    1,
    (
        Column("form"),
        *(
            Column(name + suffix, "float", "", unit)
            for name, unit in (("mean", "£"), ("sd", "£"), ("transferred", "share of variance"))
            for suffix in ("", "_error")
        ),
    ),
    "+ = to the payee",
)


def _risks(
    forms: Mapping[str, Quick | Form],
    taken: Mapping[str, Form],
    price: Fraction,
    deviation: Any,
    scenarios: int,
    seed: int,
    private_to: str,
) -> RiskTable | None:
    """Mean, spread and transferred variance of every form whose activity is uncertain."""
    rows = []
    for name, form in taken.items():
        given = forms[name]
        uncertain = isinstance(given, Quick) and deviation is not None  # else as the book says
        if not (uncertain or form.book.drivers):
            continue
        paid = Paid(form)
        formula = " + ".join(f"received('{clause}', '{paid.payee}', 'year')" for clause in paid.clauses)
        track = [formula, paid.item.id]
        options: dict[str, Any] = {"seed": seed, "track": track, "track_every": "year", "every": ("term",)}
        options |= {"deviation": deviation} if uncertain else {"readings": form.readings}
        made = given if isinstance(given, Quick) else form.book
        try:
            run = made.simulate(scenarios, progress=False, **options)
        except Exception as error:
            error.add_note(f"while simulating {name}")
            raise
        payment, activity = (run.array(what, every="year", period=form.year) for what in track)
        if activity.std() > 0:
            rows.append({"form": name, **_variance(payment, activity * float(price))})
    if not rows:
        return None
    note = (
        f"{scenarios:,} draws, seed {seed}. Pounds, + = to the payee; transferred: the part of tariff's variance that "
        "the form moves from the payer to the payee; ± is one Monte Carlo standard error."
    )
    note = f"{note} {queries.assumed(form.book for form in taken.values() if form.book.drivers)}".strip()
    return RiskTable.of_rows("Risk of each form", RISK, rows, note, private_to=private_to)


def _variance(payment: Floats, tariff: Floats) -> dict[str, float]:
    """Mean, standard deviation and transferred variance, each with its Monte Carlo error."""
    count = len(payment)
    off, base = payment - payment.mean(), tariff - tariff.mean()
    square, of_tariff = off * off, base * base
    variance, most = float(square.mean()), float(of_tariff.mean())
    sd, kept = math.sqrt(variance), variance / most
    # The error of a ratio of two means over the same draws: the spread of what each draw adds to it.
    adds = (square - kept * of_tariff) / most
    return {
        "mean": float(payment.mean()),
        "mean_error": sd / math.sqrt(count),
        "sd": sd,
        "sd_error": float(square.std()) / (2 * sd) / math.sqrt(count) if sd else 0.0,
        "transferred": round(1 - kept, LAST),
        "transferred_error": round(float(adds.std()) / math.sqrt(count), LAST),
    }
