"""A movement between two years as price, volume, mix, and what is new, gone or cannot be compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from ..bridging import Bridge
from ..data.faults import Faults
from ..data.mapping import CodeMap
from ..table import Column, Schema, Table
from .apart import EFFECTS, Sums, exact_sum, in_pennies, lines_apart, pennies, shown
from .lines import fitting, key_columns, month_of, own_names, read_rows, unique
from .sides import LEFT_OUT, Columns, Side, lines_of

__all__ = ["EFFECTS", "PriceAndVolume", "price_and_volume"]

_LABELS = {
    "volume": "volume",
    "mix": "mix",
    "price": "price",
    "new": "new lines",
    "discontinued": "discontinued lines",
    "not_comparable": "figures on one side only",
}
SCHEMA = Schema(
    "openbook.price_and_volume",
    1,
    (
        Column("line"),
        Column("group"),
        Column("found"),
        Column("quantity_before", "decimal"),
        Column("quantity_after", "decimal"),
        Column("price_before", "decimal", "", "£ per unit"),
        Column("price_after", "decimal", "", "£ per unit"),
        Column("value_before", "decimal", "", "£"),
        Column("value_after", "decimal", "", "£"),
        *(Column(effect, "decimal", "", "£") for effect in EFFECTS),
    ),
    "+ = dearer after than before.",
)
BY_GROUP = Schema(
    "openbook.price_and_volume_by_group",
    1,
    (
        Column("group"),
        Column("lines", "int"),
        *(Column(name, "money") for name in ("value_before", *EFFECTS, "value_after")),
    ),
    "+ = dearer",
)
SET_ASIDE = Schema(
    "openbook.rows_set_aside",
    1,
    (Column("frame"), Column("row", "int"), Column("line"), Column("reason"), Column("cost", "decimal", "", "£")),
)


class PriceAndVolume(Table):
    """What moved between two frames of quantities and prices, line by line; made by `price_and_volume`.

    In every row the effects add up exactly to `value_after` - `value_before`. Nothing is worked out from a rounded
    number: `exact` are the sums as fractions, and `totals`, `by_group` and `bridge` round these once, to pennies.

    Columns: line, group, found ("both", "new", "discontinued", "not comparable"), quantity, price and value before and
    after, and the effects volume, mix, price, new, discontinued, not_comparable. A number without an end, such as the
    average price £66.666..., is shown rounded to the places asked for; all others stand in full.

    Attributes
    ----------
    set_aside
        Rows without a quantity or a price, and rows or parts of rows that the map of codes leaves out, and why; they
        are in no figure of the table. Columns frame, row, line, reason, cost.
    labels
        What the two sides are called.
    """

    __slots__ = ("_sums", "labels", "set_aside")
    _kind: ClassVar[str] = "table"
    set_aside: Table
    labels: tuple[str, str]
    _sums: Mapping[str, Sums]

    def _with(self, data: Mapping[str, Any]) -> Table:
        return Table(self.title, self.schema, data, self.note, self.about)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (super().__reduce__()[1], self.set_aside, self.labels, dict(self._sums))

    @property
    def exact(self) -> Mapping[str, Fraction]:
        """The movement before anything is rounded: "before", every effect, and "after".

        "before" and "after" are the exact sums of quantity times price; the effects add up to their difference.
        """
        sums = Sums.together(self._sums.values())
        effects = dict(zip(EFFECTS, sums.effects, strict=True))
        return MappingProxyType({"before": sums.before, **effects, "after": sums.after})

    @property
    def totals(self) -> Mapping[str, Decimal]:
        """The movement in pennies: "before", every effect, and "after", which is "before" and the effects added.

        Each is `exact`, rounded once. "before" and "after" are rounded half away from zero, as a settlement rounds
        them. So that the sum stays exact, the effects are rounded down, and the pennies that then lack fall one by one
        to the effects with the largest remainders, in their order where remainders are equal. No effect is off by more
        than a penny, and one of nothing stays nothing.
        """
        before, effects, after = in_pennies(Sums.together(self._sums.values()))
        return MappingProxyType({"before": before, **dict(zip(EFFECTS, effects, strict=True)), "after": after})

    def bridge(self) -> Bridge:
        """The totals as steps from one side to the other; effects of nothing are left out."""
        totals = self.totals
        steps = tuple((_LABELS[effect], totals[effect]) for effect in EFFECTS if totals[effect])
        start, end = (self.labels[0], totals["before"]), (self.labels[1], totals["after"])
        return Bridge(self.title, start, steps, end, len(EFFECTS) - len(steps), "+ = dearer.")

    def by_group(self) -> Table:
        """One row for each group, in pennies: how many lines, value before, effects, value after.

        Each row adds up; the rows of a column may miss the totals by pennies, because every group is rounded.
        """
        lines = Counter(self["group"])
        rows = []
        for group, sums in self._sums.items():
            before, effects, after = in_pennies(sums)
            row = {"group": group, "lines": lines[group], "value_before": before, "value_after": after}
            rows.append(row | dict(zip(EFFECTS, effects, strict=True)))
        return Table.of_rows(f"{self.title} by group", BY_GROUP, rows, self.note)


def price_and_volume(
    before: Any,
    after: Any,
    *,
    keys: str | Sequence[str],
    quantity: str,
    price: str,
    cost: str | None = None,
    by: str | None = None,
    codes: CodeMap | None = None,
    periods: tuple[str, str] | None = None,
    labels: tuple[str, str] = ("before", "after"),
    weights: Literal["after", "before"] = "after",
    decimals: int = 6,
) -> PriceAndVolume:
    """Take the movement from one frame of quantities and prices to another apart, line by line, exactly.

    Of a line in both frames the price effect is the change of its price at the quantity after, the volume effect the
    change of its quantity at the price before (``weights="before"``: the other way round). A line in one frame only is
    new or discontinued. A line of whose figures a frame holds back some is "not comparable": it is neither new nor
    gone.

    Rows that a map of codes makes one line have one price, their average: value by quantity, as a fraction. So the
    volume effect is (quantity after - quantity before) times the exact average price before, as if all of the parts
    had grown alike. The mix of the parts inside the line is known on one side only; where it changes, the average price
    moves, and that is in the price effect. Where the quantities of such rows come to nothing, there is no average: the
    whole change is then volume.

    Everything is worked out in fractions. Pennies are rounded once, at the end, when effects are told for all lines
    (`PriceAndVolume.totals`) or a group (`PriceAndVolume.by_group`): both ends half away from zero, effects by largest
    remainder, so that they add up. Renaming codes one to one changes no figure.

    Parameters
    ----------
    before, after
        Frames (pandas, polars, Arrow, DuckDB), mappings of columns or paths with the same columns.
    keys
        The columns that together tell the rows apart.
    quantity, price
        Columns of the quantity and of the price of one unit.
    cost
        Column of the cost, told of the rows that are set aside.
    by
        A key column whose codes are groups of like units: the change of quantity is then taken apart into volume (at
        the group's mean price) and mix (what the lines' prices differ from it). None: no mix, because quantities of
        unlike units have no sum. A line made of rows of several groups counts in the group of the first of them.
    codes
        A map from the key columns to the lines of the table, where codes were renamed, split or merged, such as
        `PriceList.codes` gives; keys that it does not have stand for themselves. Rows that become one line are added;
        of a row that becomes several, each takes its weight of the quantity, at the row's price.
    periods
        The periods of the two frames ("2023/24", "2024/25"); needed where the map of codes is dated.
    labels
        What the two sides are called.
    decimals
        Places to which a row of the table shows a number without an end: the average of merged rows, thirds of a row
        that was split, volume and mix at a group's mean price. Only what is shown is rounded.

    Raises
    ------
    DataError
        A column is missing, a key stands twice or is empty, a cell is no number; all faults at once.
    ValueError
        `by` is no key column, `codes` is a map of other columns, or a choice is none of those offered.

    Examples
    --------
    >>> first = {"code": ["A", "B"], "n": [10, 5], "price": [100, 40]}
    >>> second = {"code": ["A", "C"], "n": [12, 1], "price": [110, 7]}
    >>> moved = price_and_volume(first, second, keys="code", quantity="n", price="price")
    >>> {name: str(amount) for name, amount in moved.totals.items() if amount}  # doctest: +NORMALIZE_WHITESPACE
    {'before': '1200.00', 'volume': '200.00', 'price': '120.00', 'new': '7.00',
     'discontinued': '-200.00', 'after': '1327.00'}

    Two codes become one. Thirty units at £2,000 / 30 on average become 33 at £70: three more at £66.66..., and each of
    33 is £3.33... dearer:

    >>> import openbook as ob
    >>> old, new = {"code": ["X", "Y"], "n": [10, 20], "price": [100, 50]}, {"code": ["Z"], "n": [33], "price": [70]}
    >>> listed = ob.tariff.price_list(new, keys="code", price="price")
    >>> codes = listed.codes({"code": ["X", "Y"], "new": ["Z", "Z"]}, becomes={"code": "new"})
    >>> moved = price_and_volume(old, new, keys="code", quantity="n", price="price", codes=codes)
    >>> {name: str(amount) for name, amount in moved.totals.items() if amount}
    {'before': '2000.00', 'volume': '200.00', 'price': '110.00', 'after': '2310.00'}
    """
    columns = key_columns(keys)
    if by is not None and by not in columns:
        raise ValueError(f"by: found {by!r}, expected one of {', '.join(columns)}")
    if weights not in ("after", "before"):
        raise ValueError(f"weights: found {weights!r}, expected 'after' or 'before'")
    fitting(codes, columns)
    faults = Faults()
    numbers = [quantity, price, *([cost] if cost else [])]
    read = [read_rows(data, columns, numbers, faults, name) for data, name in zip((before, after), labels, strict=True)]
    for rows in read:
        unique(rows, faults)
    faults.raise_any("the frames cannot be compared")
    aside: list[dict[str, Any]] = []
    sides: list[dict[str, Side]] = []
    for number, (rows, label) in enumerate(zip(read, labels, strict=True)):
        own_names(rows)
        month = month_of(codes, periods[number] if periods else None)
        sides.append(lines_of(rows, label, Columns(quantity, price, cost, by), codes, month, aside))
    lines = lines_apart(sides[0], sides[1], weights, by is not None)
    groups: dict[str, list[Any]] = {}
    for line in lines:
        groups.setdefault(line.group, []).append(line)
    note = _note(aside, labels, cost)
    made = PriceAndVolume.of_rows("Price and volume", SCHEMA, [line.row(decimals) for line in lines], note)
    told = [row | {"cost": None if row["cost"] is None else shown(row["cost"], decimals)} for row in aside]
    object.__setattr__(made, "set_aside", Table.of_rows("Rows set aside", SET_ASIDE, told, note.partition(". ")[2]))
    object.__setattr__(made, "labels", tuple(labels))
    object.__setattr__(made, "_sums", {group: Sums.of(own) for group, own in groups.items()})
    return made


def _note(aside: Sequence[Mapping[str, Any]], labels: tuple[str, str], cost: str | None) -> str:
    """The sign, and how many rows are in no figure, with their cost."""
    left = sum(LEFT_OUT in row["reason"] for row in aside)
    note = f"+ = dearer. {len(aside) - left:,} rows without a quantity or a price are in no figure"
    if left:
        note += f", nor is what the map of codes leaves out of {left:,} rows"
    if cost and aside:
        costs = [exact_sum(row["cost"] or Decimal(0) for row in aside if row["frame"] == label) for label in labels]
        told = [f"£{pennies(each):,} {label}" for each, label in zip(costs, labels, strict=True)]
        note += f"; their cost is {' and '.join(told)}"
    return f"{note}."


def _rebuild(
    content: tuple[Any, ...], aside: Table, labels: tuple[str, str], sums: Mapping[str, Sums]
) -> PriceAndVolume:
    made = PriceAndVolume(*content)
    for name, value in (("set_aside", aside), ("labels", labels), ("_sums", sums)):
        object.__setattr__(made, name, value)
    return made
