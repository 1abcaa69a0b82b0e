"""A movement between two years as price, volume, mix, and what is new, gone or cannot be compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from ..bridging import Bridge
from ..data.cells import EXACT, Number
from ..data.faults import Faults
from ..data.mapping import CodeMap
from ..table import Column, Schema, Table
from .lines import Row, Rows, key_columns, line_name, month_of, own_names, read_rows, unique

__all__ = ["EFFECTS", "PriceAndVolume", "price_and_volume"]

#: The parts of a movement, in the order in which they are told.
EFFECTS = ("volume", "mix", "price", "new", "discontinued", "not_comparable")

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

    In every row the effects add up exactly to `value_after` - `value_before`; `totals` rounds their sums to pennies so
    that they still do.

    Columns: line, group, found ("both", "new", "discontinued", "not comparable"), quantity, price and value before and
    after, and the effects volume, mix, price, new, discontinued, not_comparable.

    Attributes
    ----------
    set_aside
        Rows without a quantity or a price, and why; they are in no figure of the table. Columns frame, row, line,
        reason, cost.
    labels
        What the two sides are called.
    """

    __slots__ = ("labels", "set_aside")
    _kind: ClassVar[str] = "table"
    set_aside: Table
    labels: tuple[str, str]

    def _with(self, data: Mapping[str, Any]) -> Table:
        return Table(self.title, self.schema, data, self.note, self.about)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (super().__reduce__()[1], self.set_aside, self.labels)

    @property
    def totals(self) -> Mapping[str, Decimal]:
        """The movement in pennies: "before", every effect, and "after", which is "before" and the effects added.

        "before" and "after" are the exact sums of quantity times price, rounded once, as a settlement rounds them.
        Pennies of the effects fall by largest remainder.
        """
        exact = [_total(self[effect]) for effect in EFFECTS]
        before, after = (_pennies(_total(self[column])) for column in ("value_before", "value_after"))
        steps = _rounded(exact, after - before)
        return MappingProxyType({"before": before, **dict(zip(EFFECTS, steps, strict=True)), "after": after})

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
        sums: dict[str, dict[str, Any]] = {}
        numbers = ("value_before", "value_after", *EFFECTS)
        for row in self:
            own = sums.setdefault(
                row["group"], {"group": row["group"], "lines": 0, **dict.fromkeys(numbers, Decimal(0))}
            )
            own["lines"] += 1
            for name in numbers:
                own[name] = EXACT.add(own[name], row[name])
        for own in sums.values():
            own["value_before"], own["value_after"] = _pennies(own["value_before"]), _pennies(own["value_after"])
            steps = _rounded([own[effect] for effect in EFFECTS], own["value_after"] - own["value_before"])
            own.update(zip(EFFECTS, steps, strict=True))
        return Table.of_rows(f"{self.title} by group", BY_GROUP, sums.values(), self.note)


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
    new or discontinued. A line whose figures one frame holds back is "not comparable": it is neither new nor gone.

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
        unlike units have no sum.
    codes
        A map from the key columns to the lines of the table, where codes were renamed, split or merged, such as
        `PriceList.codes` gives; keys that it does not have stand for themselves. Rows that become one line are added:
        their price is their value by their quantity.
    periods
        The periods of the two frames ("2023/24", "2024/25"); needed where the map of codes is dated.
    labels
        What the two sides are called.
    decimals
        Places of a mean price: of a group, and of rows that became one line.

    Raises
    ------
    DataError
        A column is missing, a key stands twice or is empty, a cell is no number; all faults at once.
    ValueError
        `by` is no key column, or a choice is none of those offered.

    Examples
    --------
    >>> first = {"code": ["A", "B"], "n": [10, 5], "price": [100, 40]}
    >>> second = {"code": ["A", "C"], "n": [12, 1], "price": [110, 7]}
    >>> moved = price_and_volume(first, second, keys="code", quantity="n", price="price")
    >>> {name: str(amount) for name, amount in moved.totals.items() if amount}  # doctest: +NORMALIZE_WHITESPACE
    {'before': '1200.00', 'volume': '200.00', 'price': '120.00', 'new': '7.00',
     'discontinued': '-200.00', 'after': '1327.00'}
    """
    columns = key_columns(keys)
    if by is not None and by not in columns:
        raise ValueError(f"by: found {by!r}, expected one of {', '.join(columns)}")
    if weights not in ("after", "before"):
        raise ValueError(f"weights: found {weights!r}, expected 'after' or 'before'")
    faults = Faults()
    numbers = [quantity, price, *([cost] if cost else [])]
    read = [read_rows(data, columns, numbers, faults, name) for data, name in zip((before, after), labels, strict=True)]
    for rows in read:
        unique(rows, faults)
    faults.raise_any("the frames cannot be compared")
    aside: list[dict[str, Any]] = []
    sides = []
    for number, (rows, label) in enumerate(zip(read, labels, strict=True)):
        own_names(rows)
        month = month_of(codes, periods[number] if periods else None)
        sides.append(_side(rows, label, quantity, price, cost, by, codes, month, aside))
    first, second = sides
    lines = dict.fromkeys([*first, *second])
    table = [_moved(line, first.get(line), second.get(line), decimals) for line in lines]
    comparable = [row for row in table if row]
    _effects(comparable, weights, by is not None, decimals)
    note = f"{len(aside):,} rows without a quantity or a price are in no figure."
    if cost and aside:
        costs = [_total(row["cost"] or 0 for row in aside if row["frame"] == label) for label in labels]
        told = [f"£{_pennies(each):,} {label}" for each, label in zip(costs, labels, strict=True)]
        note = f"{note[:-1]}; their cost is {' and '.join(told)}."
    made = PriceAndVolume.of_rows("Price and volume", SCHEMA, comparable, f"+ = dearer. {note}")
    object.__setattr__(made, "set_aside", Table.of_rows("Rows set aside", SET_ASIDE, aside, note))
    object.__setattr__(made, "labels", tuple(labels))
    return made


@dataclass(slots=True)
class _Sum:
    """What the rows of one line come to on one side."""

    group: str
    quantity: Number = Decimal(0)
    value: Number = Decimal(0)
    prices: list[Decimal] = field(default_factory=list)
    held_back: bool = False


def _side(
    rows: Rows,
    label: str,
    quantity: str,
    price: str,
    cost: str | None,
    by: str | None,
    codes: CodeMap | None,
    month: int,
    aside: list[dict[str, Any]],
) -> dict[str, _Sum]:
    """The lines of one side; rows without figures go to `aside` and mark their lines as held back."""
    found: dict[str, _Sum] = {}
    place = None if by is None else rows.keys.index(by)
    for row in rows.rows:
        targets = _targets(row, codes, month)
        amount, each = row.value(quantity), row.value(price)
        reason = "" if targets else "left out by the map of codes"
        if not reason and (amount is None or each is None):
            reason = row.why_not(quantity if amount is None else price)
        if reason:
            spent = row.value(cost) if cost else None
            told = {"frame": label, "row": rows.line(row), "line": line_name(row.key), "reason": reason, "cost": spent}
            aside.append(told)
        for target, share in targets:
            group = "" if place is None else row.key[place]
            line = found.setdefault(target, _Sum(group))
            if amount is None or each is None:
                line.held_back = True
                continue
            part = _times(amount, share)
            line.quantity = _add(line.quantity, part)
            line.value = _add(line.value, _times(part, each))
            line.prices.append(each)
    return found


def _targets(row: Row, codes: CodeMap | None, month: int) -> list[tuple[str, Number]]:
    lines = codes.find(row.key, month) if codes is not None else ()
    if not lines:
        return [(line_name(row.key), Decimal(1))]
    return [(line.target, line.weight) for line in lines if line.target is not None]


def _moved(line: str, first: _Sum | None, second: _Sum | None, decimals: int) -> dict[str, Any]:
    """A row of the table without its effects; empty where neither side has figures."""
    sides = [side if side is not None and side.prices else None for side in (first, second)]
    if sides == [None, None]:
        return {}
    held = any(side is not None and side.held_back for side in (first, second))
    found = "both" if all(sides) else "new" if sides[1] else "discontinued"
    if held and found != "both":
        found = "not comparable"
    group = next(side.group for side in (second, first) if side is not None)
    row: dict[str, Any] = {"line": line, "group": group, "found": found, **dict.fromkeys(EFFECTS, Decimal(0))}
    for name, side in zip(("before", "after"), sides, strict=True):
        row[f"quantity_{name}"] = None if side is None else _plain(side.quantity, decimals)
        row[f"price_{name}"] = None if side is None else _price(side, decimals)
        row[f"value_{name}"] = Decimal(0) if side is None else _plain(side.value, decimals)
    return row


def _price(side: _Sum, decimals: int) -> Decimal:
    """The price of a line: as it stands, or of several rows their mean."""
    if len(set(side.prices)) == 1:
        return side.prices[0]
    return _plain(Fraction(side.value) / Fraction(side.quantity), decimals) if side.quantity else Decimal(0)


def _effects(rows: list[dict[str, Any]], weights: str, mixed: bool, decimals: int) -> None:
    """Fill in the effects; in each row they add up to the change of its value."""
    both = [row for row in rows if row["found"] == "both"]
    means = _means(both, weights, decimals) if mixed else {}
    for row in rows:
        change = EXACT.subtract(row["value_after"], row["value_before"])
        if row["found"] != "both":
            row[row["found"].replace(" ", "_")] = change
            continue
        if weights == "after":
            row["price"] = EXACT.subtract(
                row["value_after"], EXACT.multiply(row["quantity_after"], row["price_before"])
            )
        else:
            row["price"] = EXACT.subtract(
                EXACT.multiply(row["quantity_before"], row["price_after"]), row["value_before"]
            )
        quantity = EXACT.subtract(change, row["price"])
        row["volume"] = quantity
        if mixed:
            more = EXACT.subtract(row["quantity_after"], row["quantity_before"])
            row["volume"] = EXACT.multiply(more, means[row["group"]])
            row["mix"] = EXACT.subtract(quantity, row["volume"])


def _means(rows: list[dict[str, Any]], weights: str, decimals: int) -> dict[str, Decimal]:
    """The mean price of each group, of the lines in both frames, on the side whose prices the volume is told at."""
    side = "before" if weights == "after" else "after"
    sums: dict[str, tuple[Decimal, Decimal]] = {}
    for row in rows:
        value, quantity = sums.get(row["group"], (Decimal(0), Decimal(0)))
        sums[row["group"]] = EXACT.add(value, row[f"value_{side}"]), EXACT.add(quantity, row[f"quantity_{side}"])
    return {
        group: _plain(Fraction(value) / Fraction(quantity), decimals) if quantity else Decimal(0)
        for group, (value, quantity) in sums.items()
    }


# -- exact arithmetic ---------------------------------------------------------------------------------------------


def _add(a: Number, b: Number) -> Number:
    return EXACT.add(a, b) if isinstance(a, Decimal) and isinstance(b, Decimal) else Fraction(a) + Fraction(b)


def _times(a: Number, b: Number) -> Number:
    return EXACT.multiply(a, b) if isinstance(a, Decimal) and isinstance(b, Decimal) else Fraction(a) * Fraction(b)


def _plain(value: Number, decimals: int) -> Decimal:
    """A decimal: what is none, such as a third, is rounded to the places stated."""
    if isinstance(value, Decimal):
        return value
    scaled = value * 10**decimals
    whole = (abs(scaled.numerator) * 2 + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole if value >= 0 else -whole).scaleb(-decimals, EXACT)


def _total(values: Any) -> Decimal:
    result = Decimal(0)
    for value in values:
        result = EXACT.add(result, value if isinstance(value, Decimal) else Decimal(value))
    return result


def _pennies(value: Decimal) -> Decimal:
    """Rounded to pennies, half away from zero, as the ledger rounds."""
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _rounded(exact: Sequence[Decimal], total: Decimal) -> list[Decimal]:
    """Amounts in pennies that add up to a total in pennies: rounded down, then by largest remainder."""
    penny = Decimal("0.01")
    made = [value.quantize(penny, ROUND_FLOOR) for value in exact]
    left = int((total - sum(made, Decimal(0))) / penny)
    order = sorted((n for n in range(len(exact)) if exact[n]), key=lambda n: made[n] - exact[n])
    for n in order[:left] if left >= 0 else order[left:]:
        made[n] += penny if left > 0 else -penny
    return made


def _rebuild(content: tuple[Any, ...], aside: Table, labels: tuple[str, str]) -> PriceAndVolume:
    made = PriceAndVolume(*content)
    object.__setattr__(made, "set_aside", aside)
    object.__setattr__(made, "labels", labels)
    return made
