"""Classes of the document. Written by ``python -m openbook._stubs``; do not edit."""

# fmt: off
# ruff: noqa: E501, F821
import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from ._values import Value as Value

TermLike = Term | str | int | float | Decimal | Mapping[str, Any]
MonthLike = str | datetime.date


__all__ = ["Activity", "Alternative", "Argument", "Band", "Bands", "Bearing", "Beta", "Block", "BookRecord", "Bootstrap", "Calendar", "CalendarMonth", "Capitation", "Category", "Challenge", "Clause", "Concession", "Contract", "Correlation", "Cost", "Curve", "DatedValue", "Definition", "Dimension", "Distribution", "Driver", "Empirical", "Finances", "Fixed", "Forecast", "Framework", "Fund", "FundMember", "Funding", "Hazard", "Incentive", "Input", "Jump", "Lognormal", "LookupTable", "Measure", "Member", "NegativeBinomial", "Netting", "Normal", "Note", "Overlay", "Parameter", "Pareto", "Part", "Party", "Payment", "Penalty", "Pert", "Point", "Poisson", "PooledFund", "Quantity", "RandomWalk", "Reading", "RecordedSeries", "Regime", "RegimeChain", "RegimeSwitching", "Resampling", "Scenario", "ScenarioSet", "Seasonal", "Selector", "Service", "Share", "Shock", "Source", "Step", "Stranded", "StudentT", "Subcontract", "TableKey", "TableRow", "Term", "Test", "Tranche", "Transition", "Triangular", "Trigger", "Value", "Variable", "Waterfall"]

class Clause(Value):
    """Base of every clause: Block, Activity, Forecast, Bands, Capitation, Incentive, Penalty, Share, Netting, Waterfall, Trigger, PooledFund, Subcontract, Fund, Challenge, Payment."""
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def ref(self) -> str:
        """The paragraph that it comes from, such as "Sch 3A 4.2"."""
    @property
    def words(self) -> str:
        """The paragraph's words."""
    @property
    def subject(self) -> str:
        """What it settles; an overlay's clause with a contract's subject collides with it."""
    @property
    def source(self) -> str:
        """Where the rule comes from."""
    @property
    def from_(self) -> str:
        """Payer; absent: the contract's payer."""
    @property
    def to(self) -> str:
        """Receiver; absent: the contract's payee."""
    @property
    def starts(self) -> str | None:
        """First month in which a period of it may begin."""
    @property
    def ends(self) -> str | None:
        """Last month in which a period of it may begin."""
    @property
    def every(self) -> Literal["month", "quarter", "half_year", "year", "financial_year", "term"]:
        """Its calendar."""
    @property
    def paid_after(self) -> Term:
        """Months between service and payment; negative: in advance."""
    @property
    def pennies(self) -> Literal["fair", "first", "last", "named", "each"]:
        """Where pennies fall when a sum is split. fair: over months by differences of rounded cumulatives, over receivers by largest remainder; first, last, named: each part rounded, what is left to the first, the last or a named one; each: each part rounded, and the sum may differ."""
    @property
    def pennies_to(self) -> str:
        """The receiver that takes what is left, where one is named."""
    @property
    def zero_weights(self) -> Literal["nothing", "equal", "error"]:
        """What becomes of a sum that is split by weight where all weights are zero. nothing: it stays with who pays it; equal: equal parts of those that are eligible; error: the settlement is refused."""
    @property
    def readings(self) -> tuple[Reading, ...]:
        """Interpretations, where the words are ambiguous."""
    @property
    def reading(self) -> str:
        """The reading that the parties chose."""
    @property
    def provisional(self) -> str:
        """The reading used while none is chosen; results say so."""
    @property
    def tags(self) -> tuple[str, ...]:
        """Words by which scenarios for many books find it."""

class Cost(Value):
    """Base of every cost: Fixed, Variable, Step, Stranded."""
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def party(self) -> str:
        """Who bears it."""
    @property
    def to(self) -> str:
        """Where it goes; absent: the first party with the role supplier."""
    @property
    def starts(self) -> str | None:
        """First month."""
    @property
    def ends(self) -> str | None:
        """Last month."""
    @property
    def tags(self) -> tuple[str, ...]:
        """Words by which scenarios for many books find it."""

class Driver(Value):
    """Base of every driver: Normal, Lognormal, Triangular, Pert, Beta, Poisson, NegativeBinomial, Empirical, StudentT, Pareto, RegimeSwitching, Jump, Seasonal, CalendarMonth, RandomWalk, Bootstrap."""
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def stream(self) -> str:
        """Identity of its random stream, which survives renaming; absent: the id."""
    @property
    def of(self) -> str:
        """The input."""
    @property
    def source(self) -> str:
        """Where the distribution comes from."""
    @property
    def effect(self) -> Literal["value", "factor", "addition"]:
        """Whether the draw is the value, a factor on the plan, or an addition to it. Where an input has several drivers, each acts on what those before it made."""
    @property
    def members(self) -> Literal["together", "each"]:
        """Of an input with a dimension: whether one draw moves all members together, or each has its own. In a correlation group the members share what the group shares."""
    @property
    def autoregression(self) -> Term:
        """Memory from one period to the next, between -1 and 1, on the normal scale."""
    @property
    def illustrative(self) -> bool:
        """Whether the distribution is assumed."""

class Calendar(Value):
    """The months of the model. Quarters, half-years and contract years are counted from its start."""

    def __init__(
        self, *,
        start: MonthLike,
        months: int | None = None,
        financial_year_starts: int | None = None,
        holidays: Sequence[str] | None = None,
    ) -> None: ...
    @property
    def start(self) -> str:
        """First month."""
    @property
    def months(self) -> int:
        """How many months."""
    @property
    def financial_year_starts(self) -> int:
        """Month in which financial years start."""
    @property
    def holidays(self) -> tuple[str, ...]:
        """Dates that are no working days, such as "2024-12-25"."""

class Dimension(Value):
    """A named list of members over which a rule is written once: currencies, sites, age bands. With parents it is a table: each row belongs to one member of another dimension, such as a site to its provider or a line of activity to its currency and its setting."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        members: Sequence[str],
        parents: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None: ...
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def members(self) -> tuple[str, ...]:
        """The members, in order."""
    @property
    def parents(self) -> Mapping[str, Mapping[str, str]]:
        """Dimensions that the members belong to: for each, the member of that dimension by member of this one. Values of a parent are valid for its members, and sum(x, 'parent') adds members up."""

class Transition(Value):
    """A change of status that is permitted."""

    def __init__(
        self, *,
        from_: str,
        to: Sequence[str],
        starts: MonthLike | None = None,
        ends: MonthLike | None = None,
    ) -> None: ...
    @property
    def from_(self) -> str:
        """The status before."""
    @property
    def to(self) -> tuple[str, ...]:
        """What it may become; to stay as it is is always permitted."""
    @property
    def starts(self) -> str | None:
        """First month in which the change may be made."""
    @property
    def ends(self) -> str | None:
        """Last month in which the change may be made."""

class Category(Value):
    """A closed list of names that an input, a parameter or a quantity may have as its value, written as texts in formulas: status == 'open'. With transitions it is a status: a settlement refuses a change that is not permitted."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        values: Sequence[str],
        ordered: bool | None = None,
        initial: Sequence[str] | None = None,
        transitions: Sequence[Transition | Mapping[str, Any]] | None = None,
    ) -> None: ...
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def values(self) -> tuple[str, ...]:
        """The names, in order."""
    @property
    def ordered(self) -> bool:
        """Whether the order means something: later ones are greater."""
    @property
    def initial(self) -> tuple[str, ...]:
        """What a status may be in the first period; absent: any."""
    @property
    def transitions(self) -> tuple[Transition, ...]:
        """Changes from one period to the next that are permitted; absent: all."""

class Argument(Value):
    """What a definition is given when it is called."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        unit: str | None = None,
    ) -> None: ...
    @property
    def id(self) -> str:
        """Name in the definition's formula."""
    @property
    def name(self) -> str:
        """What it is, in words."""
    @property
    def unit(self) -> str:
        """Unit that it must have; absent: any."""

class Definition(Value):
    """A formula with a name and arguments. Formulas call it like a function; it is written out where it is called, and never calls itself."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        words: str | None = None,
        arguments: Sequence[Argument | Mapping[str, Any]],
        formula: str | float | Decimal,
        unit: str | None = None,
        source: str | None = None,
    ) -> None: ...
    @property
    def id(self) -> str:
        """Name by which formulas call it."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def words(self) -> str:
        """What it gives, and by which method."""
    @property
    def arguments(self) -> tuple[Argument, ...]:
        """What it is given, in order."""
    @property
    def formula(self) -> str:
        """The formula, of its arguments."""
    @property
    def unit(self) -> str:
        """Unit of the result; checked."""
    @property
    def source(self) -> str:
        """Where the method comes from."""

class Bearing(Value):
    """What a party may lawfully do under one mechanism."""

    def __init__(
        self, *,
        mechanism: str,
        may_pay: bool | None = None,
        may_receive: bool | None = None,
        reason: str | None = None,
    ) -> None: ...
    @property
    def mechanism(self) -> str:
        """A clause's id or a clause family's name."""
    @property
    def may_pay(self) -> bool:
        """Whether it may pay."""
    @property
    def may_receive(self) -> bool:
        """Whether it may receive."""
    @property
    def reason(self) -> str:
        """Why."""

class Party(Value):
    """An organisation; it may be commissioner and provider at once."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        roles: Sequence[Literal["commissioner", "provider", "funder", "supplier", "fund"]] | None = None,
        legal: Literal["statutory", "third_sector", "private", "outside"] | None = None,
        bears: Sequence[Bearing | Mapping[str, Any]] | None = None,
        tags: Sequence[str] | None = None,
    ) -> None: ...
    @property
    def id(self) -> str:
        """Stable name that other parts refer to."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def roles(self) -> tuple[Literal["commissioner", "provider", "funder", "supplier", "fund"], ...]:
        """What it does in this book."""
    @property
    def legal(self) -> Literal["statutory", "third_sector", "private", "outside"]:
        """Its legal kind."""
    @property
    def bears(self) -> tuple[Bearing, ...]:
        """What it may bear, mechanism by mechanism; without an entry it may pay and receive."""
    @property
    def tags(self) -> tuple[str, ...]:
        """Words by which scenarios for many books find it."""

class Service(Value):
    """A stream of activity with its currency."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        unit: str | None = None,
        provider: str | None = None,
    ) -> None: ...
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def unit(self) -> str:
        """What is counted: spell, attendance, bed day, contact, package."""
    @property
    def provider(self) -> str:
        """Who delivers it."""

class DatedValue(Value):
    """From a month on, another value."""

    def __init__(
        self, *,
        from_: MonthLike,
        value: str | float | Decimal,
        source: str | None = None,
        illustrative: bool | None = None,
        deferred: str | None = None,
    ) -> None: ...
    @property
    def from_(self) -> str:
        """First month of the new value."""
    @property
    def value(self) -> str:
        """The new value."""
    @property
    def source(self) -> str:
        """Where it comes from."""
    @property
    def illustrative(self) -> bool:
        """Whether it is assumed."""
    @property
    def deferred(self) -> str:
        """What of this value is still to be agreed, and until when, as for a term."""

class Alternative(Value):
    """Another figure that the sources give for the same term."""

    def __init__(
        self, *,
        name: str,
        value: str | float | Decimal,
        source: str | None = None,
    ) -> None: ...
    @property
    def name(self) -> str:
        """How it is chosen."""
    @property
    def value(self) -> str:
        """The figure."""
    @property
    def source(self) -> str:
        """Where it stands."""

class Term(Value):
    """Any number of a book: a formula with its history, unit and source. Short form: just the number or the formula's text ("£1.5m", "50%", "previous(balance, £0) + gain")."""

    def __init__(
        self, value: TermLike | None = None, *,
        steps: Sequence[DatedValue | Mapping[str, Any]] | None = None,
        unit: str | None = None,
        source: str | None = None,
        illustrative: bool | None = None,
        deferred: str | None = None,
        alternatives: Sequence[Alternative | Mapping[str, Any]] | None = None,
    ) -> None: ...
    @property
    def value(self) -> str:
        """The value, or the formula that gives it."""
    @property
    def steps(self) -> tuple[DatedValue, ...]:
        """Later values, in ascending order of their months."""
    @property
    def unit(self) -> str:
        """Unit of the value, such as "£ per attendance"; checked against the formula."""
    @property
    def source(self) -> str:
        """Where the value comes from."""
    @property
    def illustrative(self) -> bool:
        """Whether the value is assumed; reports say so."""
    @property
    def deferred(self) -> str:
        """What the parties have left to be agreed, and until when ("to be agreed by 30 June"); the value holds until then. Settlements warn of it, and a book with it is not sealed."""
    @property
    def alternatives(self) -> tuple[Alternative, ...]:
        """Other figures that the sources give."""

class Source(Value):
    """Where an input's values stand in a data frame: a column, in the rows with these codes."""

    def __init__(
        self, *,
        column: str,
        where: Mapping[str, str] | None = None,
    ) -> None: ...
    @property
    def column(self) -> str:
        """The column of values."""
    @property
    def where(self) -> Mapping[str, str]:
        """Code columns and the code that selects the rows."""

class Input(Value):
    """A quantity given by data, by plan, or by a driver."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        unit: str | None = None,
        service: str | None = None,
        party: str | None = None,
        dimension: str | None = None,
        by: str | None = None,
        category: str | None = None,
        every: Literal["month", "quarter", "half_year", "year", "financial_year", "term"] | None = None,
        aggregate: Literal["sum", "mean", "first", "last", "minimum", "maximum"] | None = None,
        plan: TermLike | None = None,
        data: Source | Mapping[str, Any] | None = None,
        may_be_missing: bool | None = None,
        tags: Sequence[str] | None = None,
    ) -> None: ...
    @property
    def id(self) -> str:
        """Name in formulas."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def unit(self) -> str:
        """Unit of its values, such as "attendances" or "£"."""
    @property
    def service(self) -> str:
        """The service that it counts."""
    @property
    def party(self) -> str:
        """The party that it belongs to."""
    @property
    def dimension(self) -> str:
        """Its members, one value each."""
    @property
    def by(self) -> str:
        """A second dimension: one value for each pair of a member of both."""
    @property
    def category(self) -> str:
        """The category that its values are of."""
    @property
    def every(self) -> Literal["month", "quarter", "half_year", "year", "financial_year", "term"]:
        """How often a value is given."""
    @property
    def aggregate(self) -> Literal["sum", "mean", "first", "last", "minimum", "maximum"]:
        """How its periods make up a longer one."""
    @property
    def plan(self) -> Term | None:
        """Planned value: what is expected before data are known."""
    @property
    def data(self) -> Source | None:
        """Where its values stand in a data frame."""
    @property
    def may_be_missing(self) -> bool:
        """Whether a settlement may go on without it; the formulas must then cover missing values."""
    @property
    def tags(self) -> tuple[str, ...]:
        """Words by which scenarios for many books find it."""

class Parameter(Value):
    """A named term."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        dimension: str | None = None,
        by: str | None = None,
        category: str | None = None,
        value: TermLike | None = None,
        members: Mapping[str, TermLike] | None = None,
        pairs: Mapping[str, Mapping[str, TermLike]] | None = None,
        tags: Sequence[str] | None = None,
    ) -> None: ...
    @property
    def id(self) -> str:
        """Name in formulas."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def dimension(self) -> str:
        """Members, one value each."""
    @property
    def by(self) -> str:
        """A second dimension: one value for each pair of a member of both."""
    @property
    def category(self) -> str:
        """The category that its values are of."""
    @property
    def value(self) -> Term | None:
        """The value; with a dimension: of members without a value of their own."""
    @property
    def members(self) -> Mapping[str, Term]:
        """Value of each member; over two dimensions of its pairs without a value of their own."""
    @property
    def pairs(self) -> Mapping[str, Mapping[str, Term]]:
        """Over two dimensions the value of each pair: by member of the dimension and then of the one in "by"."""
    @property
    def tags(self) -> tuple[str, ...]:
        """Words by which scenarios for many books find it."""

class Point(Value):
    """A point of a curve."""

    def __init__(
        self, *,
        at: TermLike,
        value: TermLike,
    ) -> None: ...
    @property
    def at(self) -> Term:
        """Where."""
    @property
    def value(self) -> Term:
        """The value there."""

class Curve(Value):
    """A piecewise-linear function; two points at the same place make a jump."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        unit: str | None = None,
        points: Sequence[Point | Mapping[str, Any]],
        below: Literal["extend", "clamp", "missing"] | None = None,
        above: Literal["extend", "clamp", "missing"] | None = None,
        at_jump: Literal["upper", "lower"] | None = None,
    ) -> None: ...
    @property
    def id(self) -> str:
        """Name in formulas."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def unit(self) -> str:
        """Unit of its values."""
    @property
    def points(self) -> tuple[Point, ...]:
        """Points in ascending order."""
    @property
    def below(self) -> Literal["extend", "clamp", "missing"]:
        """What holds below the first point: the first slope goes on, the first value stays, or nothing (missing)."""
    @property
    def above(self) -> Literal["extend", "clamp", "missing"]:
        """What holds above the last point."""
    @property
    def at_jump(self) -> Literal["upper", "lower"]:
        """Which side a jump's own place belongs to."""

class TableKey(Value):
    """What a table is looked up by, and which row a value belongs to."""

    def __init__(
        self, *,
        name: str,
        unit: str | None = None,
        match: Literal["exact", "from", "above", "up_to", "below", "interpolate"] | None = None,
        uncovered: Literal["otherwise", "nearest"] | None = None,
    ) -> None: ...
    @property
    def name(self) -> str:
        """What the key is."""
    @property
    def unit(self) -> str:
        """Its unit."""
    @property
    def match(self) -> Literal["exact", "from", "above", "up_to", "below", "interpolate"]:
        """exact: the row with that place; from: each row from its place on, until the next; above: likewise, its own place not included; up_to: each row up to its place, which is included; below: likewise, not included; interpolate: straight between two rows."""
    @property
    def uncovered(self) -> Literal["otherwise", "nearest"]:
        """What holds where no row applies: the table's `otherwise`, or the nearest row."""

class TableRow(Value):
    """One row of a table."""

    def __init__(
        self, *,
        at: Sequence[TermLike],
        value: TermLike,
    ) -> None: ...
    @property
    def at(self) -> tuple[Term, ...]:
        """Its place: one number for each key, in their order."""
    @property
    def value(self) -> Term:
        """The value; it may have steps, which date it."""

class LookupTable(Value):
    """Values printed in rows, looked up by one or several keys: lookup('id', key, ...)."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        unit: str | None = None,
        keys: Sequence[TableKey | Mapping[str, Any]],
        rows: Sequence[TableRow | Mapping[str, Any]],
        otherwise: TermLike | None = None,
    ) -> None: ...
    @property
    def id(self) -> str:
        """Name in formulas."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def unit(self) -> str:
        """Unit of its values."""
    @property
    def keys(self) -> tuple[TableKey, ...]:
        """What it is looked up by."""
    @property
    def rows(self) -> tuple[TableRow, ...]:
        """The rows, in any order; no two at the same place."""
    @property
    def otherwise(self) -> Term | None:
        """The value where no row applies; absent: missing."""

class Quantity(Value):
    """A named formula."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        unit: str | None = None,
        dimension: str | None = None,
        by: str | None = None,
        category: str | None = None,
        every: Literal["month", "quarter", "half_year", "year", "financial_year", "term"] | None = None,
        aggregate: Literal["sum", "mean", "first", "last", "minimum", "maximum"] | None = None,
        formula: TermLike,
        tags: Sequence[str] | None = None,
    ) -> None: ...
    @property
    def id(self) -> str:
        """Name in formulas."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def unit(self) -> str:
        """Unit of the result; checked."""
    @property
    def dimension(self) -> str:
        """Its members, one value each; checked. Needed where a formula asks for a previous value of it; a single result holds for every member."""
    @property
    def by(self) -> str:
        """A second dimension: one value for each pair of a member of both; checked."""
    @property
    def category(self) -> str:
        """The category that its values are of."""
    @property
    def every(self) -> Literal["month", "quarter", "half_year", "year", "financial_year", "term"]:
        """Its calendar."""
    @property
    def aggregate(self) -> Literal["sum", "mean", "first", "last", "minimum", "maximum"]:
        """How its periods make up a longer one."""
    @property
    def formula(self) -> Term:
        """The formula."""
    @property
    def tags(self) -> tuple[str, ...]:
        """Words by which scenarios for many books find it."""

class Measure(Value):
    """An indicator scored between -1 (pain) and 1 (gain)."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        value: TermLike,
        weight: TermLike,
        pain_at: TermLike | None = None,
        gain_at: TermLike,
        shape: Literal["steps", "linear"] | None = None,
    ) -> None: ...
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def value(self) -> Term:
        """What is measured, usually an input."""
    @property
    def weight(self) -> Term:
        """Its weight in the framework."""
    @property
    def pain_at(self) -> Term | None:
        """Scores -1 here and beyond; absent: no pain."""
    @property
    def gain_at(self) -> Term:
        """Scores 1 here and beyond; above or below pain_at says which way is good."""
    @property
    def shape(self) -> Literal["steps", "linear"]:
        """steps: -1, 0 or 1; linear: straight between pain_at and gain_at."""

class Framework(Value):
    """A weighted list of measures."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        measures: Sequence[Measure | Mapping[str, Any]] | None = None,
    ) -> None: ...
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures; literal weights sum to 1."""

class Reading(Value):
    """One named interpretation of an ambiguous clause."""

    def __init__(
        self, *,
        name: str,
        words: str | None = None,
        asserted_by: str | None = None,
        overrides: Mapping[str, Any] | None = None,
    ) -> None: ...
    @property
    def name(self) -> str:
        """How it is chosen."""
    @property
    def words(self) -> str:
        """What it says."""
    @property
    def asserted_by(self) -> str:
        """Who asserts it."""
    @property
    def overrides(self) -> Mapping[str, Any]:
        """Fields of the clause that it replaces."""

class Band(Value):
    """One band of a piecewise-linear payment: from the previous band's end (the first from zero) up to `to`, each unit is paid at `rate`."""

    def __init__(
        self, *,
        to: TermLike | None = None,
        rate: TermLike,
    ) -> None: ...
    @property
    def to(self) -> Term | None:
        """Where the band ends, in units or as a fraction of `edges_of`; absent: no limit (last band only)."""
    @property
    def rate(self) -> Term:
        """Rate of each unit inside the band; multiplied by the clause's price."""

class Part(Value):
    """One party's part of an amount that is split by weight. Where a party is not eligible its weight counts as zero and the others' parts grow; pennies go by largest remainder."""

    def __init__(
        self, *,
        party: str,
        weight: TermLike | None = None,
        eligible: TermLike | None = None,
    ) -> None: ...
    @property
    def party(self) -> str:
        """Who."""
    @property
    def weight(self) -> Term:
        """Weight, at least zero."""
    @property
    def eligible(self) -> Term:
        """Whether the party takes part."""

class Member(Value):
    """One party's seat in a pool."""

    def __init__(
        self, *,
        party: str,
        variance: TermLike,
        weight: TermLike | None = None,
        eligible: TermLike | None = None,
    ) -> None: ...
    @property
    def party(self) -> str:
        """Who."""
    @property
    def variance(self) -> Term:
        """Its own variance, + = underspend."""
    @property
    def weight(self) -> Term:
        """Its weight in the split."""
    @property
    def eligible(self) -> Term:
        """Whether it takes part."""

class Tranche(Value):
    """One step of a waterfall: takes share * what is left, at most `limit`, while `when` holds."""

    def __init__(
        self, *,
        name: str,
        when: TermLike | None = None,
        limit: TermLike | None = None,
        share: TermLike | None = None,
        to: Sequence[Part | Mapping[str, Any]],
    ) -> None: ...
    @property
    def name(self) -> str:
        """What the step is for; it labels the entries."""
    @property
    def when(self) -> Term:
        """When the step applies."""
    @property
    def limit(self) -> Term | None:
        """Most that it takes; absent: no limit."""
    @property
    def share(self) -> Term:
        """Fraction of what is left that it may take."""
    @property
    def to(self) -> tuple[Part, ...]:
        """Who receives, by weight."""

class Test(Value):
    """A condition with a name. Its comparison says who owns the boundary: >= includes it, > does not."""

    def __init__(
        self, *,
        name: str,
        holds: TermLike,
    ) -> None: ...
    @property
    def name(self) -> str:
        """What is tested."""
    @property
    def holds(self) -> Term:
        """The condition."""

class FundMember(Value):
    """One party's part of a conditional fund."""

    def __init__(
        self, *,
        party: str,
        weight: TermLike | None = None,
        earned: TermLike | None = None,
    ) -> None: ...
    @property
    def party(self) -> str:
        """Who."""
    @property
    def weight(self) -> Term:
        """Its weight in the fund, at least zero."""
    @property
    def earned(self) -> Term:
        """The condition on which it is paid, such as meeting its control total."""

class Block(Clause):
    """A lump sum a year, spread over the months of the contract year. Pennies fall by differences of rounded cumulatives, so that the months of a year add up to the year's amount."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        ref: str | None = None,
        words: str | None = None,
        subject: str | None = None,
        source: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        starts: MonthLike | None = None,
        ends: MonthLike | None = None,
        every: Literal["month", "quarter", "half_year", "year", "financial_year", "term"] | None = None,
        paid_after: TermLike | None = None,
        pennies: Literal["fair", "first", "last", "named", "each"] | None = None,
        pennies_to: str | None = None,
        zero_weights: Literal["nothing", "equal", "error"] | None = None,
        readings: Sequence[Reading | Mapping[str, Any]] | None = None,
        reading: str | None = None,
        provisional: str | None = None,
        tags: Sequence[str] | None = None,
        amount: TermLike,
        profile: Sequence[TermLike] | None = None,
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def ref(self) -> str:
        """The paragraph that it comes from, such as "Sch 3A 4.2"."""
    @property
    def words(self) -> str:
        """The paragraph's words."""
    @property
    def subject(self) -> str:
        """What it settles; an overlay's clause with a contract's subject collides with it."""
    @property
    def source(self) -> str:
        """Where the rule comes from."""
    @property
    def from_(self) -> str:
        """Payer; absent: the contract's payer."""
    @property
    def to(self) -> str:
        """Receiver; absent: the contract's payee."""
    @property
    def starts(self) -> str | None:
        """First month in which a period of it may begin."""
    @property
    def ends(self) -> str | None:
        """Last month in which a period of it may begin."""
    @property
    def every(self) -> Literal["month", "quarter", "half_year", "year", "financial_year", "term"]:
        """Its calendar."""
    @property
    def paid_after(self) -> Term:
        """Months between service and payment; negative: in advance."""
    @property
    def pennies(self) -> Literal["fair", "first", "last", "named", "each"]:
        """Where pennies fall when a sum is split. fair: over months by differences of rounded cumulatives, over receivers by largest remainder; first, last, named: each part rounded, what is left to the first, the last or a named one; each: each part rounded, and the sum may differ."""
    @property
    def pennies_to(self) -> str:
        """The receiver that takes what is left, where one is named."""
    @property
    def zero_weights(self) -> Literal["nothing", "equal", "error"]:
        """What becomes of a sum that is split by weight where all weights are zero. nothing: it stays with who pays it; equal: equal parts of those that are eligible; error: the settlement is refused."""
    @property
    def readings(self) -> tuple[Reading, ...]:
        """Interpretations, where the words are ambiguous."""
    @property
    def reading(self) -> str:
        """The reading that the parties chose."""
    @property
    def provisional(self) -> str:
        """The reading used while none is chosen; results say so."""
    @property
    def tags(self) -> tuple[str, ...]:
        """Words by which scenarios for many books find it."""
    @property
    def amount(self) -> Term:
        """Amount a year, in force in each month (steps may change it)."""
    @property
    def profile(self) -> tuple[Term, ...]:
        """Twelve weights, one per month of the contract year; empty: equal months."""

class Activity(Clause):
    """Price times quantity, each period: tariff, cost per case, average specialty price."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        ref: str | None = None,
        words: str | None = None,
        subject: str | None = None,
        source: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        starts: MonthLike | None = None,
        ends: MonthLike | None = None,
        every: Literal["month", "quarter", "half_year", "year", "financial_year", "term"] | None = None,
        paid_after: TermLike | None = None,
        pennies: Literal["fair", "first", "last", "named", "each"] | None = None,
        pennies_to: str | None = None,
        zero_weights: Literal["nothing", "equal", "error"] | None = None,
        readings: Sequence[Reading | Mapping[str, Any]] | None = None,
        reading: str | None = None,
        provisional: str | None = None,
        tags: Sequence[str] | None = None,
        quantity: TermLike,
        price: TermLike,
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def ref(self) -> str:
        """The paragraph that it comes from, such as "Sch 3A 4.2"."""
    @property
    def words(self) -> str:
        """The paragraph's words."""
    @property
    def subject(self) -> str:
        """What it settles; an overlay's clause with a contract's subject collides with it."""
    @property
    def source(self) -> str:
        """Where the rule comes from."""
    @property
    def from_(self) -> str:
        """Payer; absent: the contract's payer."""
    @property
    def to(self) -> str:
        """Receiver; absent: the contract's payee."""
    @property
    def starts(self) -> str | None:
        """First month in which a period of it may begin."""
    @property
    def ends(self) -> str | None:
        """Last month in which a period of it may begin."""
    @property
    def every(self) -> Literal["month", "quarter", "half_year", "year", "financial_year", "term"]:
        """Its calendar."""
    @property
    def paid_after(self) -> Term:
        """Months between service and payment; negative: in advance."""
    @property
    def pennies(self) -> Literal["fair", "first", "last", "named", "each"]:
        """Where pennies fall when a sum is split. fair: over months by differences of rounded cumulatives, over receivers by largest remainder; first, last, named: each part rounded, what is left to the first, the last or a named one; each: each part rounded, and the sum may differ."""
    @property
    def pennies_to(self) -> str:
        """The receiver that takes what is left, where one is named."""
    @property
    def zero_weights(self) -> Literal["nothing", "equal", "error"]:
        """What becomes of a sum that is split by weight where all weights are zero. nothing: it stays with who pays it; equal: equal parts of those that are eligible; error: the settlement is refused."""
    @property
    def readings(self) -> tuple[Reading, ...]:
        """Interpretations, where the words are ambiguous."""
    @property
    def reading(self) -> str:
        """The reading that the parties chose."""
    @property
    def provisional(self) -> str:
        """The reading used while none is chosen; results say so."""
    @property
    def tags(self) -> tuple[str, ...]:
        """Words by which scenarios for many books find it."""
    @property
    def quantity(self) -> Term:
        """What is paid for, usually an input."""
    @property
    def price(self) -> Term:
        """Price of one unit."""

class Forecast(Clause):
    """Pays forecast * price each period and, at the end of each reconciliation period, (actual - forecast) * price plus agreed shifts of activity between providers."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        ref: str | None = None,
        words: str | None = None,
        subject: str | None = None,
        source: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        starts: MonthLike | None = None,
        ends: MonthLike | None = None,
        every: Literal["month", "quarter", "half_year", "year", "financial_year", "term"] | None = None,
        paid_after: TermLike | None = None,
        pennies: Literal["fair", "first", "last", "named", "each"] | None = None,
        pennies_to: str | None = None,
        zero_weights: Literal["nothing", "equal", "error"] | None = None,
        readings: Sequence[Reading | Mapping[str, Any]] | None = None,
        reading: str | None = None,
        provisional: str | None = None,
        tags: Sequence[str] | None = None,
        forecast: TermLike,
        actual: TermLike,
        price: TermLike,
        agreed_shift: TermLike | None = None,
        reconcile: Literal["month", "quarter", "half_year", "year", "financial_year", "term"] | None = None,
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def ref(self) -> str:
        """The paragraph that it comes from, such as "Sch 3A 4.2"."""
    @property
    def words(self) -> str:
        """The paragraph's words."""
    @property
    def subject(self) -> str:
        """What it settles; an overlay's clause with a contract's subject collides with it."""
    @property
    def source(self) -> str:
        """Where the rule comes from."""
    @property
    def from_(self) -> str:
        """Payer; absent: the contract's payer."""
    @property
    def to(self) -> str:
        """Receiver; absent: the contract's payee."""
    @property
    def starts(self) -> str | None:
        """First month in which a period of it may begin."""
    @property
    def ends(self) -> str | None:
        """Last month in which a period of it may begin."""
    @property
    def every(self) -> Literal["month", "quarter", "half_year", "year", "financial_year", "term"]:
        """Its calendar."""
    @property
    def paid_after(self) -> Term:
        """Months between service and payment; negative: in advance."""
    @property
    def pennies(self) -> Literal["fair", "first", "last", "named", "each"]:
        """Where pennies fall when a sum is split. fair: over months by differences of rounded cumulatives, over receivers by largest remainder; first, last, named: each part rounded, what is left to the first, the last or a named one; each: each part rounded, and the sum may differ."""
    @property
    def pennies_to(self) -> str:
        """The receiver that takes what is left, where one is named."""
    @property
    def zero_weights(self) -> Literal["nothing", "equal", "error"]:
        """What becomes of a sum that is split by weight where all weights are zero. nothing: it stays with who pays it; equal: equal parts of those that are eligible; error: the settlement is refused."""
    @property
    def readings(self) -> tuple[Reading, ...]:
        """Interpretations, where the words are ambiguous."""
    @property
    def reading(self) -> str:
        """The reading that the parties chose."""
    @property
    def provisional(self) -> str:
        """The reading used while none is chosen; results say so."""
    @property
    def tags(self) -> tuple[str, ...]:
        """Words by which scenarios for many books find it."""
    @property
    def forecast(self) -> Term:
        """Forecast activity."""
    @property
    def actual(self) -> Term:
        """Activity that happened."""
    @property
    def price(self) -> Term:
        """Price of one unit."""
    @property
    def agreed_shift(self) -> Term:
        """Value of mutually agreed shifts in the reconciliation period, + = to this provider."""
    @property
    def reconcile(self) -> Literal["month", "quarter", "half_year", "year", "financial_year", "term"]:
        """How often the forecast is corrected."""

class Bands(Clause):
    """A payment that is piecewise-linear in a quantity over one period: base + sum of rate * price * units inside each band. Cost and volume, floors, ceilings, caps, collars, marginal rates and blended payments are bands."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        ref: str | None = None,
        words: str | None = None,
        subject: str | None = None,
        source: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        starts: MonthLike | None = None,
        ends: MonthLike | None = None,
        every: Literal["month", "quarter", "half_year", "year", "financial_year", "term"] | None = None,
        paid_after: TermLike | None = None,
        pennies: Literal["fair", "first", "last", "named", "each"] | None = None,
        pennies_to: str | None = None,
        zero_weights: Literal["nothing", "equal", "error"] | None = None,
        readings: Sequence[Reading | Mapping[str, Any]] | None = None,
        reading: str | None = None,
        provisional: str | None = None,
        tags: Sequence[str] | None = None,
        quantity: TermLike,
        base: TermLike | None = None,
        edges_of: TermLike | None = None,
        price: TermLike | None = None,
        on_account: TermLike | None = None,
        bands: Sequence[Band | Mapping[str, Any]],
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def ref(self) -> str:
        """The paragraph that it comes from, such as "Sch 3A 4.2"."""
    @property
    def words(self) -> str:
        """The paragraph's words."""
    @property
    def subject(self) -> str:
        """What it settles; an overlay's clause with a contract's subject collides with it."""
    @property
    def source(self) -> str:
        """Where the rule comes from."""
    @property
    def from_(self) -> str:
        """Payer; absent: the contract's payer."""
    @property
    def to(self) -> str:
        """Receiver; absent: the contract's payee."""
    @property
    def starts(self) -> str | None:
        """First month in which a period of it may begin."""
    @property
    def ends(self) -> str | None:
        """Last month in which a period of it may begin."""
    @property
    def every(self) -> Literal["month", "quarter", "half_year", "year", "financial_year", "term"]:
        """Its calendar."""
    @property
    def paid_after(self) -> Term:
        """Months between service and payment; negative: in advance."""
    @property
    def pennies(self) -> Literal["fair", "first", "last", "named", "each"]:
        """Where pennies fall when a sum is split. fair: over months by differences of rounded cumulatives, over receivers by largest remainder; first, last, named: each part rounded, what is left to the first, the last or a named one; each: each part rounded, and the sum may differ."""
    @property
    def pennies_to(self) -> str:
        """The receiver that takes what is left, where one is named."""
    @property
    def zero_weights(self) -> Literal["nothing", "equal", "error"]:
        """What becomes of a sum that is split by weight where all weights are zero. nothing: it stays with who pays it; equal: equal parts of those that are eligible; error: the settlement is refused."""
    @property
    def readings(self) -> tuple[Reading, ...]:
        """Interpretations, where the words are ambiguous."""
    @property
    def reading(self) -> str:
        """The reading that the parties chose."""
    @property
    def provisional(self) -> str:
        """The reading used while none is chosen; results say so."""
    @property
    def tags(self) -> tuple[str, ...]:
        """Words by which scenarios for many books find it."""
    @property
    def quantity(self) -> Term:
        """The quantity, usually over a year."""
    @property
    def base(self) -> Term:
        """Paid whatever the quantity."""
    @property
    def edges_of(self) -> Term | None:
        """What the bands' ends are fractions of, for instance the plan; absent: ends are in units."""
    @property
    def price(self) -> Term:
        """Price that the rates multiply."""
    @property
    def on_account(self) -> Term:
        """Paid each month during the period; the balance follows at its end."""
    @property
    def bands(self) -> tuple[Band, ...]:
        """The bands, in ascending order."""

class Capitation(Clause):
    """So much a head a year: the sum over the groups of people * weight * rate, each period its months' part of the year."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        ref: str | None = None,
        words: str | None = None,
        subject: str | None = None,
        source: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        starts: MonthLike | None = None,
        ends: MonthLike | None = None,
        every: Literal["month", "quarter", "half_year", "year", "financial_year", "term"] | None = None,
        paid_after: TermLike | None = None,
        pennies: Literal["fair", "first", "last", "named", "each"] | None = None,
        pennies_to: str | None = None,
        zero_weights: Literal["nothing", "equal", "error"] | None = None,
        readings: Sequence[Reading | Mapping[str, Any]] | None = None,
        reading: str | None = None,
        provisional: str | None = None,
        tags: Sequence[str] | None = None,
        people: TermLike,
        rate: TermLike,
        weight: TermLike | None = None,
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def ref(self) -> str:
        """The paragraph that it comes from, such as "Sch 3A 4.2"."""
    @property
    def words(self) -> str:
        """The paragraph's words."""
    @property
    def subject(self) -> str:
        """What it settles; an overlay's clause with a contract's subject collides with it."""
    @property
    def source(self) -> str:
        """Where the rule comes from."""
    @property
    def from_(self) -> str:
        """Payer; absent: the contract's payer."""
    @property
    def to(self) -> str:
        """Receiver; absent: the contract's payee."""
    @property
    def starts(self) -> str | None:
        """First month in which a period of it may begin."""
    @property
    def ends(self) -> str | None:
        """Last month in which a period of it may begin."""
    @property
    def every(self) -> Literal["month", "quarter", "half_year", "year", "financial_year", "term"]:
        """Its calendar."""
    @property
    def paid_after(self) -> Term:
        """Months between service and payment; negative: in advance."""
    @property
    def pennies(self) -> Literal["fair", "first", "last", "named", "each"]:
        """Where pennies fall when a sum is split. fair: over months by differences of rounded cumulatives, over receivers by largest remainder; first, last, named: each part rounded, what is left to the first, the last or a named one; each: each part rounded, and the sum may differ."""
    @property
    def pennies_to(self) -> str:
        """The receiver that takes what is left, where one is named."""
    @property
    def zero_weights(self) -> Literal["nothing", "equal", "error"]:
        """What becomes of a sum that is split by weight where all weights are zero. nothing: it stays with who pays it; equal: equal parts of those that are eligible; error: the settlement is refused."""
    @property
    def readings(self) -> tuple[Reading, ...]:
        """Interpretations, where the words are ambiguous."""
    @property
    def reading(self) -> str:
        """The reading that the parties chose."""
    @property
    def provisional(self) -> str:
        """The reading used while none is chosen; results say so."""
    @property
    def tags(self) -> tuple[str, ...]:
        """Words by which scenarios for many books find it."""
    @property
    def people(self) -> Term:
        """The people on the list; with a dimension by group, such as age band."""
    @property
    def rate(self) -> Term:
        """Rate of one person of weight 1 for a year."""
    @property
    def weight(self) -> Term:
        """Risk weight, of all or by group."""

class Incentive(Clause):
    """Gain and pain on a score between -1 and 1: the payer pays gain * score where the score is above zero; the providers pay pain * -score where it is below. Both are split by `shares`."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        ref: str | None = None,
        words: str | None = None,
        subject: str | None = None,
        source: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        starts: MonthLike | None = None,
        ends: MonthLike | None = None,
        every: Literal["month", "quarter", "half_year", "year", "financial_year", "term"] | None = None,
        paid_after: TermLike | None = None,
        pennies: Literal["fair", "first", "last", "named", "each"] | None = None,
        pennies_to: str | None = None,
        zero_weights: Literal["nothing", "equal", "error"] | None = None,
        readings: Sequence[Reading | Mapping[str, Any]] | None = None,
        reading: str | None = None,
        provisional: str | None = None,
        tags: Sequence[str] | None = None,
        gain: TermLike,
        pain: TermLike | None = None,
        score: TermLike | None = None,
        framework: str | None = None,
        modifier: TermLike | None = None,
        modifier_applies: TermLike | None = None,
        shares: Sequence[Part | Mapping[str, Any]] | None = None,
        within: str | None = None,
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def ref(self) -> str:
        """The paragraph that it comes from, such as "Sch 3A 4.2"."""
    @property
    def words(self) -> str:
        """The paragraph's words."""
    @property
    def subject(self) -> str:
        """What it settles; an overlay's clause with a contract's subject collides with it."""
    @property
    def source(self) -> str:
        """Where the rule comes from."""
    @property
    def from_(self) -> str:
        """Payer; absent: the contract's payer."""
    @property
    def to(self) -> str:
        """Receiver; absent: the contract's payee."""
    @property
    def starts(self) -> str | None:
        """First month in which a period of it may begin."""
    @property
    def ends(self) -> str | None:
        """Last month in which a period of it may begin."""
    @property
    def every(self) -> Literal["month", "quarter", "half_year", "year", "financial_year", "term"]:
        """Its calendar."""
    @property
    def paid_after(self) -> Term:
        """Months between service and payment; negative: in advance."""
    @property
    def pennies(self) -> Literal["fair", "first", "last", "named", "each"]:
        """Where pennies fall when a sum is split. fair: over months by differences of rounded cumulatives, over receivers by largest remainder; first, last, named: each part rounded, what is left to the first, the last or a named one; each: each part rounded, and the sum may differ."""
    @property
    def pennies_to(self) -> str:
        """The receiver that takes what is left, where one is named."""
    @property
    def zero_weights(self) -> Literal["nothing", "equal", "error"]:
        """What becomes of a sum that is split by weight where all weights are zero. nothing: it stays with who pays it; equal: equal parts of those that are eligible; error: the settlement is refused."""
    @property
    def readings(self) -> tuple[Reading, ...]:
        """Interpretations, where the words are ambiguous."""
    @property
    def reading(self) -> str:
        """The reading that the parties chose."""
    @property
    def provisional(self) -> str:
        """The reading used while none is chosen; results say so."""
    @property
    def tags(self) -> tuple[str, ...]:
        """Words by which scenarios for many books find it."""
    @property
    def gain(self) -> Term:
        """Most that can be gained in a period."""
    @property
    def pain(self) -> Term:
        """Most that can be lost in a period; equal to gain where the incentive is symmetric."""
    @property
    def score(self) -> Term | None:
        """The score, when no framework gives it."""
    @property
    def framework(self) -> str:
        """A framework whose weighted score is used."""
    @property
    def modifier(self) -> Term:
        """Fraction of the gain available that is deducted from a gain while `modifier_applies`."""
    @property
    def modifier_applies(self) -> Term:
        """When the modifier applies."""
    @property
    def shares(self) -> tuple[Part, ...]:
        """Who gains and loses, by weight; absent: the clause's receiver alone."""
    @property
    def within(self) -> str:
        """A clause out of whose payment the gain is met: no new money."""

class Penalty(Clause):
    """From the clause's receiver back to its payer: min(cap, rate * max(0, quantity - allowance)) * enforcement."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        ref: str | None = None,
        words: str | None = None,
        subject: str | None = None,
        source: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        starts: MonthLike | None = None,
        ends: MonthLike | None = None,
        every: Literal["month", "quarter", "half_year", "year", "financial_year", "term"] | None = None,
        paid_after: TermLike | None = None,
        pennies: Literal["fair", "first", "last", "named", "each"] | None = None,
        pennies_to: str | None = None,
        zero_weights: Literal["nothing", "equal", "error"] | None = None,
        readings: Sequence[Reading | Mapping[str, Any]] | None = None,
        reading: str | None = None,
        provisional: str | None = None,
        tags: Sequence[str] | None = None,
        quantity: TermLike,
        allowance: TermLike | None = None,
        rate: TermLike,
        cap: TermLike | None = None,
        enforcement: TermLike | None = None,
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def ref(self) -> str:
        """The paragraph that it comes from, such as "Sch 3A 4.2"."""
    @property
    def words(self) -> str:
        """The paragraph's words."""
    @property
    def subject(self) -> str:
        """What it settles; an overlay's clause with a contract's subject collides with it."""
    @property
    def source(self) -> str:
        """Where the rule comes from."""
    @property
    def from_(self) -> str:
        """Payer; absent: the contract's payer."""
    @property
    def to(self) -> str:
        """Receiver; absent: the contract's payee."""
    @property
    def starts(self) -> str | None:
        """First month in which a period of it may begin."""
    @property
    def ends(self) -> str | None:
        """Last month in which a period of it may begin."""
    @property
    def every(self) -> Literal["month", "quarter", "half_year", "year", "financial_year", "term"]:
        """Its calendar."""
    @property
    def paid_after(self) -> Term:
        """Months between service and payment; negative: in advance."""
    @property
    def pennies(self) -> Literal["fair", "first", "last", "named", "each"]:
        """Where pennies fall when a sum is split. fair: over months by differences of rounded cumulatives, over receivers by largest remainder; first, last, named: each part rounded, what is left to the first, the last or a named one; each: each part rounded, and the sum may differ."""
    @property
    def pennies_to(self) -> str:
        """The receiver that takes what is left, where one is named."""
    @property
    def zero_weights(self) -> Literal["nothing", "equal", "error"]:
        """What becomes of a sum that is split by weight where all weights are zero. nothing: it stays with who pays it; equal: equal parts of those that are eligible; error: the settlement is refused."""
    @property
    def readings(self) -> tuple[Reading, ...]:
        """Interpretations, where the words are ambiguous."""
    @property
    def reading(self) -> str:
        """The reading that the parties chose."""
    @property
    def provisional(self) -> str:
        """The reading used while none is chosen; results say so."""
    @property
    def tags(self) -> tuple[str, ...]:
        """Words by which scenarios for many books find it."""
    @property
    def quantity(self) -> Term:
        """What is counted, for instance breaches."""
    @property
    def allowance(self) -> Term:
        """How many go free."""
    @property
    def rate(self) -> Term:
        """Charge for each unit beyond the allowance."""
    @property
    def cap(self) -> Term | None:
        """Most that is charged in a period; absent: no cap."""
    @property
    def enforcement(self) -> Term:
        """Fraction that is enforced."""

class Share(Clause):
    """Members share the pool of their variances: each ends with its part of the pool instead of its own variance. Transfers add up to zero; a member that is not eligible, or may not bear the mechanism, keeps its own variance."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        ref: str | None = None,
        words: str | None = None,
        subject: str | None = None,
        source: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        starts: MonthLike | None = None,
        ends: MonthLike | None = None,
        every: Literal["month", "quarter", "half_year", "year", "financial_year", "term"] | None = None,
        paid_after: TermLike | None = None,
        pennies: Literal["fair", "first", "last", "named", "each"] | None = None,
        pennies_to: str | None = None,
        zero_weights: Literal["nothing", "equal", "error"] | None = None,
        readings: Sequence[Reading | Mapping[str, Any]] | None = None,
        reading: str | None = None,
        provisional: str | None = None,
        tags: Sequence[str] | None = None,
        members: Sequence[Member | Mapping[str, Any]],
        shared: Literal["gains", "losses", "both"] | None = None,
        split: Literal["weight", "equal", "causer", "where_it_falls"] | None = None,
        rate: TermLike | None = None,
        cap: TermLike | None = None,
        collar: TermLike | None = None,
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def ref(self) -> str:
        """The paragraph that it comes from, such as "Sch 3A 4.2"."""
    @property
    def words(self) -> str:
        """The paragraph's words."""
    @property
    def subject(self) -> str:
        """What it settles; an overlay's clause with a contract's subject collides with it."""
    @property
    def source(self) -> str:
        """Where the rule comes from."""
    @property
    def from_(self) -> str:
        """Payer; absent: the contract's payer."""
    @property
    def to(self) -> str:
        """Receiver; absent: the contract's payee."""
    @property
    def starts(self) -> str | None:
        """First month in which a period of it may begin."""
    @property
    def ends(self) -> str | None:
        """Last month in which a period of it may begin."""
    @property
    def every(self) -> Literal["month", "quarter", "half_year", "year", "financial_year", "term"]:
        """Its calendar."""
    @property
    def paid_after(self) -> Term:
        """Months between service and payment; negative: in advance."""
    @property
    def pennies(self) -> Literal["fair", "first", "last", "named", "each"]:
        """Where pennies fall when a sum is split. fair: over months by differences of rounded cumulatives, over receivers by largest remainder; first, last, named: each part rounded, what is left to the first, the last or a named one; each: each part rounded, and the sum may differ."""
    @property
    def pennies_to(self) -> str:
        """The receiver that takes what is left, where one is named."""
    @property
    def zero_weights(self) -> Literal["nothing", "equal", "error"]:
        """What becomes of a sum that is split by weight where all weights are zero. nothing: it stays with who pays it; equal: equal parts of those that are eligible; error: the settlement is refused."""
    @property
    def readings(self) -> tuple[Reading, ...]:
        """Interpretations, where the words are ambiguous."""
    @property
    def reading(self) -> str:
        """The reading that the parties chose."""
    @property
    def provisional(self) -> str:
        """The reading used while none is chosen; results say so."""
    @property
    def tags(self) -> tuple[str, ...]:
        """Words by which scenarios for many books find it."""
    @property
    def members(self) -> tuple[Member, ...]:
        """Who takes part, each with its own variance."""
    @property
    def shared(self) -> Literal["gains", "losses", "both"]:
        """Whether the pool's gains, its losses or both are shared."""
    @property
    def split(self) -> Literal["weight", "equal", "causer", "where_it_falls"]:
        """How the pool is split: by weight, equally, by who caused it, or left where it falls."""
    @property
    def rate(self) -> Term:
        """Fraction of the pool that is shared."""
    @property
    def cap(self) -> Term | None:
        """Largest gain that is shared."""
    @property
    def collar(self) -> Term | None:
        """Largest loss that is shared."""

class Netting(Clause):
    """First call on underspends: they cover partners' overspends, pro rata among those who may pay and those who may receive, until one side is used up. No member's variance changes its sign."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        ref: str | None = None,
        words: str | None = None,
        subject: str | None = None,
        source: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        starts: MonthLike | None = None,
        ends: MonthLike | None = None,
        every: Literal["month", "quarter", "half_year", "year", "financial_year", "term"] | None = None,
        paid_after: TermLike | None = None,
        pennies: Literal["fair", "first", "last", "named", "each"] | None = None,
        pennies_to: str | None = None,
        zero_weights: Literal["nothing", "equal", "error"] | None = None,
        readings: Sequence[Reading | Mapping[str, Any]] | None = None,
        reading: str | None = None,
        provisional: str | None = None,
        tags: Sequence[str] | None = None,
        members: Sequence[Member | Mapping[str, Any]],
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def ref(self) -> str:
        """The paragraph that it comes from, such as "Sch 3A 4.2"."""
    @property
    def words(self) -> str:
        """The paragraph's words."""
    @property
    def subject(self) -> str:
        """What it settles; an overlay's clause with a contract's subject collides with it."""
    @property
    def source(self) -> str:
        """Where the rule comes from."""
    @property
    def from_(self) -> str:
        """Payer; absent: the contract's payer."""
    @property
    def to(self) -> str:
        """Receiver; absent: the contract's payee."""
    @property
    def starts(self) -> str | None:
        """First month in which a period of it may begin."""
    @property
    def ends(self) -> str | None:
        """Last month in which a period of it may begin."""
    @property
    def every(self) -> Literal["month", "quarter", "half_year", "year", "financial_year", "term"]:
        """Its calendar."""
    @property
    def paid_after(self) -> Term:
        """Months between service and payment; negative: in advance."""
    @property
    def pennies(self) -> Literal["fair", "first", "last", "named", "each"]:
        """Where pennies fall when a sum is split. fair: over months by differences of rounded cumulatives, over receivers by largest remainder; first, last, named: each part rounded, what is left to the first, the last or a named one; each: each part rounded, and the sum may differ."""
    @property
    def pennies_to(self) -> str:
        """The receiver that takes what is left, where one is named."""
    @property
    def zero_weights(self) -> Literal["nothing", "equal", "error"]:
        """What becomes of a sum that is split by weight where all weights are zero. nothing: it stays with who pays it; equal: equal parts of those that are eligible; error: the settlement is refused."""
    @property
    def readings(self) -> tuple[Reading, ...]:
        """Interpretations, where the words are ambiguous."""
    @property
    def reading(self) -> str:
        """The reading that the parties chose."""
    @property
    def provisional(self) -> str:
        """The reading used while none is chosen; results say so."""
    @property
    def tags(self) -> tuple[str, ...]:
        """Words by which scenarios for many books find it."""
    @property
    def members(self) -> tuple[Member, ...]:
        """Who takes part, each with its own variance."""

class Waterfall(Clause):
    """An amount handed down through ordered tranches; what no tranche takes stays where it is."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        ref: str | None = None,
        words: str | None = None,
        subject: str | None = None,
        source: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        starts: MonthLike | None = None,
        ends: MonthLike | None = None,
        every: Literal["month", "quarter", "half_year", "year", "financial_year", "term"] | None = None,
        paid_after: TermLike | None = None,
        pennies: Literal["fair", "first", "last", "named", "each"] | None = None,
        pennies_to: str | None = None,
        zero_weights: Literal["nothing", "equal", "error"] | None = None,
        readings: Sequence[Reading | Mapping[str, Any]] | None = None,
        reading: str | None = None,
        provisional: str | None = None,
        tags: Sequence[str] | None = None,
        amount: TermLike,
        givers: Sequence[Part | Mapping[str, Any]] | None = None,
        tranches: Sequence[Tranche | Mapping[str, Any]],
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def ref(self) -> str:
        """The paragraph that it comes from, such as "Sch 3A 4.2"."""
    @property
    def words(self) -> str:
        """The paragraph's words."""
    @property
    def subject(self) -> str:
        """What it settles; an overlay's clause with a contract's subject collides with it."""
    @property
    def source(self) -> str:
        """Where the rule comes from."""
    @property
    def from_(self) -> str:
        """Payer; absent: the contract's payer."""
    @property
    def to(self) -> str:
        """Receiver; absent: the contract's payee."""
    @property
    def starts(self) -> str | None:
        """First month in which a period of it may begin."""
    @property
    def ends(self) -> str | None:
        """Last month in which a period of it may begin."""
    @property
    def every(self) -> Literal["month", "quarter", "half_year", "year", "financial_year", "term"]:
        """Its calendar."""
    @property
    def paid_after(self) -> Term:
        """Months between service and payment; negative: in advance."""
    @property
    def pennies(self) -> Literal["fair", "first", "last", "named", "each"]:
        """Where pennies fall when a sum is split. fair: over months by differences of rounded cumulatives, over receivers by largest remainder; first, last, named: each part rounded, what is left to the first, the last or a named one; each: each part rounded, and the sum may differ."""
    @property
    def pennies_to(self) -> str:
        """The receiver that takes what is left, where one is named."""
    @property
    def zero_weights(self) -> Literal["nothing", "equal", "error"]:
        """What becomes of a sum that is split by weight where all weights are zero. nothing: it stays with who pays it; equal: equal parts of those that are eligible; error: the settlement is refused."""
    @property
    def readings(self) -> tuple[Reading, ...]:
        """Interpretations, where the words are ambiguous."""
    @property
    def reading(self) -> str:
        """The reading that the parties chose."""
    @property
    def provisional(self) -> str:
        """The reading used while none is chosen; results say so."""
    @property
    def tags(self) -> tuple[str, ...]:
        """Words by which scenarios for many books find it."""
    @property
    def amount(self) -> Term:
        """The amount; nothing is handed down where it is below zero."""
    @property
    def givers(self) -> tuple[Part, ...]:
        """Who gives, by weight; absent: the clause's payer."""
    @property
    def tranches(self) -> tuple[Tranche, ...]:
        """The steps, in order."""

class Trigger(Clause):
    """When every test holds, an amount is due: reopeners, break payments, thresholds with a consequence."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        ref: str | None = None,
        words: str | None = None,
        subject: str | None = None,
        source: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        starts: MonthLike | None = None,
        ends: MonthLike | None = None,
        every: Literal["month", "quarter", "half_year", "year", "financial_year", "term"] | None = None,
        paid_after: TermLike | None = None,
        pennies: Literal["fair", "first", "last", "named", "each"] | None = None,
        pennies_to: str | None = None,
        zero_weights: Literal["nothing", "equal", "error"] | None = None,
        readings: Sequence[Reading | Mapping[str, Any]] | None = None,
        reading: str | None = None,
        provisional: str | None = None,
        tags: Sequence[str] | None = None,
        tests: Sequence[Test | Mapping[str, Any]],
        amount: TermLike,
        shares: Sequence[Part | Mapping[str, Any]] | None = None,
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def ref(self) -> str:
        """The paragraph that it comes from, such as "Sch 3A 4.2"."""
    @property
    def words(self) -> str:
        """The paragraph's words."""
    @property
    def subject(self) -> str:
        """What it settles; an overlay's clause with a contract's subject collides with it."""
    @property
    def source(self) -> str:
        """Where the rule comes from."""
    @property
    def from_(self) -> str:
        """Payer; absent: the contract's payer."""
    @property
    def to(self) -> str:
        """Receiver; absent: the contract's payee."""
    @property
    def starts(self) -> str | None:
        """First month in which a period of it may begin."""
    @property
    def ends(self) -> str | None:
        """Last month in which a period of it may begin."""
    @property
    def every(self) -> Literal["month", "quarter", "half_year", "year", "financial_year", "term"]:
        """Its calendar."""
    @property
    def paid_after(self) -> Term:
        """Months between service and payment; negative: in advance."""
    @property
    def pennies(self) -> Literal["fair", "first", "last", "named", "each"]:
        """Where pennies fall when a sum is split. fair: over months by differences of rounded cumulatives, over receivers by largest remainder; first, last, named: each part rounded, what is left to the first, the last or a named one; each: each part rounded, and the sum may differ."""
    @property
    def pennies_to(self) -> str:
        """The receiver that takes what is left, where one is named."""
    @property
    def zero_weights(self) -> Literal["nothing", "equal", "error"]:
        """What becomes of a sum that is split by weight where all weights are zero. nothing: it stays with who pays it; equal: equal parts of those that are eligible; error: the settlement is refused."""
    @property
    def readings(self) -> tuple[Reading, ...]:
        """Interpretations, where the words are ambiguous."""
    @property
    def reading(self) -> str:
        """The reading that the parties chose."""
    @property
    def provisional(self) -> str:
        """The reading used while none is chosen; results say so."""
    @property
    def tags(self) -> tuple[str, ...]:
        """Words by which scenarios for many books find it."""
    @property
    def tests(self) -> tuple[Test, ...]:
        """All of them must hold."""
    @property
    def amount(self) -> Term:
        """What is due then; negative: the other way."""
    @property
    def shares(self) -> tuple[Part, ...]:
        """Who receives, by weight; absent: the clause's receiver."""

class PooledFund(Clause):
    """Partners pay a budget into a fund by ratio. At the end of the period the fund gives back what was not spent and asks for what was spent beyond the budget, by the same ratio or by another. The fund is the clause's receiver."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        ref: str | None = None,
        words: str | None = None,
        subject: str | None = None,
        source: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        starts: MonthLike | None = None,
        ends: MonthLike | None = None,
        every: Literal["month", "quarter", "half_year", "year", "financial_year", "term"] | None = None,
        paid_after: TermLike | None = None,
        pennies: Literal["fair", "first", "last", "named", "each"] | None = None,
        pennies_to: str | None = None,
        zero_weights: Literal["nothing", "equal", "error"] | None = None,
        readings: Sequence[Reading | Mapping[str, Any]] | None = None,
        reading: str | None = None,
        provisional: str | None = None,
        tags: Sequence[str] | None = None,
        budget: TermLike,
        contributions: Sequence[Part | Mapping[str, Any]],
        spent: TermLike,
        underspend: Sequence[Part | Mapping[str, Any]] | None = None,
        overspend: Sequence[Part | Mapping[str, Any]] | None = None,
        carried: TermLike | None = None,
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def ref(self) -> str:
        """The paragraph that it comes from, such as "Sch 3A 4.2"."""
    @property
    def words(self) -> str:
        """The paragraph's words."""
    @property
    def subject(self) -> str:
        """What it settles; an overlay's clause with a contract's subject collides with it."""
    @property
    def source(self) -> str:
        """Where the rule comes from."""
    @property
    def from_(self) -> str:
        """Payer; absent: the contract's payer."""
    @property
    def to(self) -> str:
        """Receiver; absent: the contract's payee."""
    @property
    def starts(self) -> str | None:
        """First month in which a period of it may begin."""
    @property
    def ends(self) -> str | None:
        """Last month in which a period of it may begin."""
    @property
    def every(self) -> Literal["month", "quarter", "half_year", "year", "financial_year", "term"]:
        """Its calendar."""
    @property
    def paid_after(self) -> Term:
        """Months between service and payment; negative: in advance."""
    @property
    def pennies(self) -> Literal["fair", "first", "last", "named", "each"]:
        """Where pennies fall when a sum is split. fair: over months by differences of rounded cumulatives, over receivers by largest remainder; first, last, named: each part rounded, what is left to the first, the last or a named one; each: each part rounded, and the sum may differ."""
    @property
    def pennies_to(self) -> str:
        """The receiver that takes what is left, where one is named."""
    @property
    def zero_weights(self) -> Literal["nothing", "equal", "error"]:
        """What becomes of a sum that is split by weight where all weights are zero. nothing: it stays with who pays it; equal: equal parts of those that are eligible; error: the settlement is refused."""
    @property
    def readings(self) -> tuple[Reading, ...]:
        """Interpretations, where the words are ambiguous."""
    @property
    def reading(self) -> str:
        """The reading that the parties chose."""
    @property
    def provisional(self) -> str:
        """The reading used while none is chosen; results say so."""
    @property
    def tags(self) -> tuple[str, ...]:
        """Words by which scenarios for many books find it."""
    @property
    def budget(self) -> Term:
        """The period's budget."""
    @property
    def contributions(self) -> tuple[Part, ...]:
        """Who pays in, by weight."""
    @property
    def spent(self) -> Term:
        """What the fund spent in the period."""
    @property
    def underspend(self) -> tuple[Part, ...]:
        """Who gets back what was not spent, by weight; absent: as contributions."""
    @property
    def overspend(self) -> tuple[Part, ...]:
        """Who pays an overspend, by weight; absent: as contributions."""
    @property
    def carried(self) -> Term:
        """Fraction of an underspend that stays in the fund for later."""

class Subcontract(Clause):
    """Passes down what another clause pays: portion * (1 - margin) of its price, and of the gains and losses under other clauses portion * risk. Subcontracts may stand on subcontracts, to any depth: of a subcontract the price passed down is the price, and the risk passed down is passed on where risks names it. A chain that leads back to itself is an error."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        ref: str | None = None,
        words: str | None = None,
        subject: str | None = None,
        source: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        starts: MonthLike | None = None,
        ends: MonthLike | None = None,
        every: Literal["month", "quarter", "half_year", "year", "financial_year", "term"] | None = None,
        paid_after: TermLike | None = None,
        pennies: Literal["fair", "first", "last", "named", "each"] | None = None,
        pennies_to: str | None = None,
        zero_weights: Literal["nothing", "equal", "error"] | None = None,
        readings: Sequence[Reading | Mapping[str, Any]] | None = None,
        reading: str | None = None,
        provisional: str | None = None,
        tags: Sequence[str] | None = None,
        of: str,
        portion: TermLike | None = None,
        margin: TermLike | None = None,
        risks: Sequence[str] | None = None,
        risk: TermLike | None = None,
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def ref(self) -> str:
        """The paragraph that it comes from, such as "Sch 3A 4.2"."""
    @property
    def words(self) -> str:
        """The paragraph's words."""
    @property
    def subject(self) -> str:
        """What it settles; an overlay's clause with a contract's subject collides with it."""
    @property
    def source(self) -> str:
        """Where the rule comes from."""
    @property
    def from_(self) -> str:
        """Payer; absent: the contract's payer."""
    @property
    def to(self) -> str:
        """Receiver; absent: the contract's payee."""
    @property
    def starts(self) -> str | None:
        """First month in which a period of it may begin."""
    @property
    def ends(self) -> str | None:
        """Last month in which a period of it may begin."""
    @property
    def every(self) -> Literal["month", "quarter", "half_year", "year", "financial_year", "term"]:
        """Its calendar."""
    @property
    def paid_after(self) -> Term:
        """Months between service and payment; negative: in advance."""
    @property
    def pennies(self) -> Literal["fair", "first", "last", "named", "each"]:
        """Where pennies fall when a sum is split. fair: over months by differences of rounded cumulatives, over receivers by largest remainder; first, last, named: each part rounded, what is left to the first, the last or a named one; each: each part rounded, and the sum may differ."""
    @property
    def pennies_to(self) -> str:
        """The receiver that takes what is left, where one is named."""
    @property
    def zero_weights(self) -> Literal["nothing", "equal", "error"]:
        """What becomes of a sum that is split by weight where all weights are zero. nothing: it stays with who pays it; equal: equal parts of those that are eligible; error: the settlement is refused."""
    @property
    def readings(self) -> tuple[Reading, ...]:
        """Interpretations, where the words are ambiguous."""
    @property
    def reading(self) -> str:
        """The reading that the parties chose."""
    @property
    def provisional(self) -> str:
        """The reading used while none is chosen; results say so."""
    @property
    def tags(self) -> tuple[str, ...]:
        """Words by which scenarios for many books find it."""
    @property
    def of(self) -> str:
        """The clause whose payment is passed down."""
    @property
    def portion(self) -> Term:
        """Part of the work that is subcontracted."""
    @property
    def margin(self) -> Term:
        """Fraction of the price that the lead keeps."""
    @property
    def risks(self) -> tuple[str, ...]:
        """Clauses whose gains and losses are passed down too: + what the lead receives, - what it pays under them."""
    @property
    def risk(self) -> Term:
        """Fraction of these that is passed down."""

class Fund(Clause):
    """A sum set aside for several members, each of which gets its part when its own condition holds. What is not earned is kept by the payer, or goes to those who earned theirs."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        ref: str | None = None,
        words: str | None = None,
        subject: str | None = None,
        source: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        starts: MonthLike | None = None,
        ends: MonthLike | None = None,
        every: Literal["month", "quarter", "half_year", "year", "financial_year", "term"] | None = None,
        paid_after: TermLike | None = None,
        pennies: Literal["fair", "first", "last", "named", "each"] | None = None,
        pennies_to: str | None = None,
        zero_weights: Literal["nothing", "equal", "error"] | None = None,
        readings: Sequence[Reading | Mapping[str, Any]] | None = None,
        reading: str | None = None,
        provisional: str | None = None,
        tags: Sequence[str] | None = None,
        pot: TermLike,
        members: Sequence[FundMember | Mapping[str, Any]],
        unearned: Literal["kept", "redistributed"] | None = None,
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def ref(self) -> str:
        """The paragraph that it comes from, such as "Sch 3A 4.2"."""
    @property
    def words(self) -> str:
        """The paragraph's words."""
    @property
    def subject(self) -> str:
        """What it settles; an overlay's clause with a contract's subject collides with it."""
    @property
    def source(self) -> str:
        """Where the rule comes from."""
    @property
    def from_(self) -> str:
        """Payer; absent: the contract's payer."""
    @property
    def to(self) -> str:
        """Receiver; absent: the contract's payee."""
    @property
    def starts(self) -> str | None:
        """First month in which a period of it may begin."""
    @property
    def ends(self) -> str | None:
        """Last month in which a period of it may begin."""
    @property
    def every(self) -> Literal["month", "quarter", "half_year", "year", "financial_year", "term"]:
        """Its calendar."""
    @property
    def paid_after(self) -> Term:
        """Months between service and payment; negative: in advance."""
    @property
    def pennies(self) -> Literal["fair", "first", "last", "named", "each"]:
        """Where pennies fall when a sum is split. fair: over months by differences of rounded cumulatives, over receivers by largest remainder; first, last, named: each part rounded, what is left to the first, the last or a named one; each: each part rounded, and the sum may differ."""
    @property
    def pennies_to(self) -> str:
        """The receiver that takes what is left, where one is named."""
    @property
    def zero_weights(self) -> Literal["nothing", "equal", "error"]:
        """What becomes of a sum that is split by weight where all weights are zero. nothing: it stays with who pays it; equal: equal parts of those that are eligible; error: the settlement is refused."""
    @property
    def readings(self) -> tuple[Reading, ...]:
        """Interpretations, where the words are ambiguous."""
    @property
    def reading(self) -> str:
        """The reading that the parties chose."""
    @property
    def provisional(self) -> str:
        """The reading used while none is chosen; results say so."""
    @property
    def tags(self) -> tuple[str, ...]:
        """Words by which scenarios for many books find it."""
    @property
    def pot(self) -> Term:
        """What is set aside for the period."""
    @property
    def members(self) -> tuple[FundMember, ...]:
        """Who may get a part, and on what condition."""
    @property
    def unearned(self) -> Literal["kept", "redistributed"]:
        """Where the parts go that are not earned."""

class Challenge(Clause):
    """From the clause's receiver back to its payer: quantity * upheld * (price - repriced), for activity that was paid for and is in dispute."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        ref: str | None = None,
        words: str | None = None,
        subject: str | None = None,
        source: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        starts: MonthLike | None = None,
        ends: MonthLike | None = None,
        every: Literal["month", "quarter", "half_year", "year", "financial_year", "term"] | None = None,
        paid_after: TermLike | None = None,
        pennies: Literal["fair", "first", "last", "named", "each"] | None = None,
        pennies_to: str | None = None,
        zero_weights: Literal["nothing", "equal", "error"] | None = None,
        readings: Sequence[Reading | Mapping[str, Any]] | None = None,
        reading: str | None = None,
        provisional: str | None = None,
        tags: Sequence[str] | None = None,
        quantity: TermLike,
        price: TermLike,
        upheld: TermLike | None = None,
        repriced: TermLike | None = None,
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def ref(self) -> str:
        """The paragraph that it comes from, such as "Sch 3A 4.2"."""
    @property
    def words(self) -> str:
        """The paragraph's words."""
    @property
    def subject(self) -> str:
        """What it settles; an overlay's clause with a contract's subject collides with it."""
    @property
    def source(self) -> str:
        """Where the rule comes from."""
    @property
    def from_(self) -> str:
        """Payer; absent: the contract's payer."""
    @property
    def to(self) -> str:
        """Receiver; absent: the contract's payee."""
    @property
    def starts(self) -> str | None:
        """First month in which a period of it may begin."""
    @property
    def ends(self) -> str | None:
        """Last month in which a period of it may begin."""
    @property
    def every(self) -> Literal["month", "quarter", "half_year", "year", "financial_year", "term"]:
        """Its calendar."""
    @property
    def paid_after(self) -> Term:
        """Months between service and payment; negative: in advance."""
    @property
    def pennies(self) -> Literal["fair", "first", "last", "named", "each"]:
        """Where pennies fall when a sum is split. fair: over months by differences of rounded cumulatives, over receivers by largest remainder; first, last, named: each part rounded, what is left to the first, the last or a named one; each: each part rounded, and the sum may differ."""
    @property
    def pennies_to(self) -> str:
        """The receiver that takes what is left, where one is named."""
    @property
    def zero_weights(self) -> Literal["nothing", "equal", "error"]:
        """What becomes of a sum that is split by weight where all weights are zero. nothing: it stays with who pays it; equal: equal parts of those that are eligible; error: the settlement is refused."""
    @property
    def readings(self) -> tuple[Reading, ...]:
        """Interpretations, where the words are ambiguous."""
    @property
    def reading(self) -> str:
        """The reading that the parties chose."""
    @property
    def provisional(self) -> str:
        """The reading used while none is chosen; results say so."""
    @property
    def tags(self) -> tuple[str, ...]:
        """Words by which scenarios for many books find it."""
    @property
    def quantity(self) -> Term:
        """What is challenged."""
    @property
    def price(self) -> Term:
        """The price that was paid for one unit."""
    @property
    def upheld(self) -> Term:
        """Fraction of the challenge that is upheld."""
    @property
    def repriced(self) -> Term:
        """What is due for one unit where a challenge is upheld; 0: nothing."""

class Payment(Clause):
    """What no family covers: any formula, from the payer to the receiver or to several by weight; negative: the other way."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        ref: str | None = None,
        words: str | None = None,
        subject: str | None = None,
        source: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        starts: MonthLike | None = None,
        ends: MonthLike | None = None,
        every: Literal["month", "quarter", "half_year", "year", "financial_year", "term"] | None = None,
        paid_after: TermLike | None = None,
        pennies: Literal["fair", "first", "last", "named", "each"] | None = None,
        pennies_to: str | None = None,
        zero_weights: Literal["nothing", "equal", "error"] | None = None,
        readings: Sequence[Reading | Mapping[str, Any]] | None = None,
        reading: str | None = None,
        provisional: str | None = None,
        tags: Sequence[str] | None = None,
        amount: TermLike,
        shares: Sequence[Part | Mapping[str, Any]] | None = None,
        each: str | None = None,
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def ref(self) -> str:
        """The paragraph that it comes from, such as "Sch 3A 4.2"."""
    @property
    def words(self) -> str:
        """The paragraph's words."""
    @property
    def subject(self) -> str:
        """What it settles; an overlay's clause with a contract's subject collides with it."""
    @property
    def source(self) -> str:
        """Where the rule comes from."""
    @property
    def from_(self) -> str:
        """Payer; absent: the contract's payer."""
    @property
    def to(self) -> str:
        """Receiver; absent: the contract's payee."""
    @property
    def starts(self) -> str | None:
        """First month in which a period of it may begin."""
    @property
    def ends(self) -> str | None:
        """Last month in which a period of it may begin."""
    @property
    def every(self) -> Literal["month", "quarter", "half_year", "year", "financial_year", "term"]:
        """Its calendar."""
    @property
    def paid_after(self) -> Term:
        """Months between service and payment; negative: in advance."""
    @property
    def pennies(self) -> Literal["fair", "first", "last", "named", "each"]:
        """Where pennies fall when a sum is split. fair: over months by differences of rounded cumulatives, over receivers by largest remainder; first, last, named: each part rounded, what is left to the first, the last or a named one; each: each part rounded, and the sum may differ."""
    @property
    def pennies_to(self) -> str:
        """The receiver that takes what is left, where one is named."""
    @property
    def zero_weights(self) -> Literal["nothing", "equal", "error"]:
        """What becomes of a sum that is split by weight where all weights are zero. nothing: it stays with who pays it; equal: equal parts of those that are eligible; error: the settlement is refused."""
    @property
    def readings(self) -> tuple[Reading, ...]:
        """Interpretations, where the words are ambiguous."""
    @property
    def reading(self) -> str:
        """The reading that the parties chose."""
    @property
    def provisional(self) -> str:
        """The reading used while none is chosen; results say so."""
    @property
    def tags(self) -> tuple[str, ...]:
        """Words by which scenarios for many books find it."""
    @property
    def amount(self) -> Term:
        """The amount of one period."""
    @property
    def shares(self) -> tuple[Part, ...]:
        """Who receives, by weight; absent: the clause's receiver."""
    @property
    def each(self) -> str:
        """A dimension whose members are parties: each of them receives the amount's own member, which is rounded by itself."""

class Contract(Value):
    """Payer, payee, dates, and an ordered list of clauses."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        form: str | None = None,
        payer: str,
        payee: str,
        starts: MonthLike | None = None,
        ends: MonthLike | None = None,
        clauses: Sequence[Clause | Mapping[str, Any]] | None = None,
    ) -> None: ...
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def form(self) -> str:
        """Form of contract, for instance "NHS Standard Contract"."""
    @property
    def payer(self) -> str:
        """Who pays."""
    @property
    def payee(self) -> str:
        """Who is paid."""
    @property
    def starts(self) -> str | None:
        """First month."""
    @property
    def ends(self) -> str | None:
        """Last month."""
    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The clauses."""

class Overlay(Value):
    """An agreement wrapped around contracts without replacing them: alliance, joint venture, risk share."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        parties: Sequence[str] | None = None,
        wraps: Sequence[str] | None = None,
        starts: MonthLike | None = None,
        ends: MonthLike | None = None,
        claims_precedence: bool | None = None,
        clauses: Sequence[Clause | Mapping[str, Any]] | None = None,
    ) -> None: ...
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def parties(self) -> tuple[str, ...]:
        """Who signs it."""
    @property
    def wraps(self) -> tuple[str, ...]:
        """The contracts that it wraps."""
    @property
    def starts(self) -> str | None:
        """First month."""
    @property
    def ends(self) -> str | None:
        """Last month."""
    @property
    def claims_precedence(self) -> bool:
        """Whether its words claim to win over the contracts; the order of precedence decides."""
    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The clauses."""

class Concession(Value):
    """What is done in practice though the words say otherwise: a waived amount, a credited score, a recalibrated target. Practised only."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        words: str | None = None,
        source: str | None = None,
        concession: Literal["waive", "credit", "recalibrate"],
        on: str,
        part: str | None = None,
        starts: MonthLike | None = None,
        ends: MonthLike | None = None,
        when: TermLike | None = None,
        fraction: TermLike | None = None,
        amount: TermLike | None = None,
        limit: TermLike | None = None,
        illustrative: bool | None = None,
    ) -> None: ...
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def words(self) -> str:
        """How it was told."""
    @property
    def source(self) -> str:
        """Where it comes from."""
    @property
    def concession(self) -> Literal["waive", "credit", "recalibrate"]:
        """waive: part of a clause's amount is not moved; credit: a score is taken as at least `amount`; recalibrate: a parameter takes another value."""
    @property
    def on(self) -> str:
        """The clause, or the parameter that is recalibrated."""
    @property
    def part(self) -> str:
        """Only the clause's entries with this label."""
    @property
    def starts(self) -> str | None:
        """First month."""
    @property
    def ends(self) -> str | None:
        """Last month."""
    @property
    def when(self) -> Term:
        """Condition under which it is made. It and what follows may ask for money of the same period, as it would be without any concession in it."""
    @property
    def fraction(self) -> Term:
        """Fraction of the amount that is waived."""
    @property
    def amount(self) -> Term | None:
        """Credited score (absent: 1), or the recalibrated value."""
    @property
    def limit(self) -> Term | None:
        """Most that is waived in a period; absent: no limit."""
    @property
    def illustrative(self) -> bool:
        """Whether it is assumed."""

class Fixed(Cost):
    """A cost that does not depend on activity."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        party: str,
        to: str | None = None,
        starts: MonthLike | None = None,
        ends: MonthLike | None = None,
        tags: Sequence[str] | None = None,
        amount: TermLike,
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def party(self) -> str:
        """Who bears it."""
    @property
    def to(self) -> str:
        """Where it goes; absent: the first party with the role supplier."""
    @property
    def starts(self) -> str | None:
        """First month."""
    @property
    def ends(self) -> str | None:
        """Last month."""
    @property
    def tags(self) -> tuple[str, ...]:
        """Words by which scenarios for many books find it."""
    @property
    def amount(self) -> Term:
        """Amount a month."""

class Variable(Cost):
    """A cost of each unit."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        party: str,
        to: str | None = None,
        starts: MonthLike | None = None,
        ends: MonthLike | None = None,
        tags: Sequence[str] | None = None,
        quantity: TermLike,
        rate: TermLike,
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def party(self) -> str:
        """Who bears it."""
    @property
    def to(self) -> str:
        """Where it goes; absent: the first party with the role supplier."""
    @property
    def starts(self) -> str | None:
        """First month."""
    @property
    def ends(self) -> str | None:
        """Last month."""
    @property
    def tags(self) -> tuple[str, ...]:
        """Words by which scenarios for many books find it."""
    @property
    def quantity(self) -> Term:
        """Units in the month."""
    @property
    def rate(self) -> Term:
        """Cost of one unit."""

class Step(Cost):
    """A cost of each started unit of capacity: wards, teams, rotas."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        party: str,
        to: str | None = None,
        starts: MonthLike | None = None,
        ends: MonthLike | None = None,
        tags: Sequence[str] | None = None,
        quantity: TermLike,
        capacity: TermLike,
        rate: TermLike,
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def party(self) -> str:
        """Who bears it."""
    @property
    def to(self) -> str:
        """Where it goes; absent: the first party with the role supplier."""
    @property
    def starts(self) -> str | None:
        """First month."""
    @property
    def ends(self) -> str | None:
        """Last month."""
    @property
    def tags(self) -> tuple[str, ...]:
        """Words by which scenarios for many books find it."""
    @property
    def quantity(self) -> Term:
        """Units in the month."""
    @property
    def capacity(self) -> Term:
        """Units that one step holds."""
    @property
    def rate(self) -> Term:
        """Cost of one step a month."""

class Stranded(Cost):
    """A fixed cost that stays when activity leaves, until its capacity is closed."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        party: str,
        to: str | None = None,
        starts: MonthLike | None = None,
        ends: MonthLike | None = None,
        tags: Sequence[str] | None = None,
        amount: TermLike,
        quantity: TermLike,
        closes_below: TermLike,
        notice: TermLike | None = None,
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def party(self) -> str:
        """Who bears it."""
    @property
    def to(self) -> str:
        """Where it goes; absent: the first party with the role supplier."""
    @property
    def starts(self) -> str | None:
        """First month."""
    @property
    def ends(self) -> str | None:
        """Last month."""
    @property
    def tags(self) -> tuple[str, ...]:
        """Words by which scenarios for many books find it."""
    @property
    def amount(self) -> Term:
        """Amount a month while open."""
    @property
    def quantity(self) -> Term:
        """What fills the capacity."""
    @property
    def closes_below(self) -> Term:
        """The capacity closes once the quantity is below this."""
    @property
    def notice(self) -> Term:
        """Months from then to the end of the cost."""

class Funding(Value):
    """Money that comes from outside the contracts."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        party: str,
        from_: str,
        every: Literal["month", "quarter", "half_year", "year", "financial_year", "term"] | None = None,
        amount: TermLike,
    ) -> None: ...
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def party(self) -> str:
        """Who receives it."""
    @property
    def from_(self) -> str:
        """Who gives it."""
    @property
    def every(self) -> Literal["month", "quarter", "half_year", "year", "financial_year", "term"]:
        """Its calendar."""
    @property
    def amount(self) -> Term:
        """Amount of one period."""

class Finances(Value):
    """Costs, funding, opening cash and reserves of the parties."""

    def __init__(
        self, *,
        opening_cash: Mapping[str, TermLike] | None = None,
        reserves: Mapping[str, TermLike] | None = None,
        costs: Sequence[Cost | Mapping[str, Any]] | None = None,
        funding: Sequence[Funding | Mapping[str, Any]] | None = None,
    ) -> None: ...
    @property
    def opening_cash(self) -> Mapping[str, Term]:
        """Cash at the start, by party."""
    @property
    def reserves(self) -> Mapping[str, Term]:
        """Reserves, by party."""
    @property
    def costs(self) -> tuple[Cost, ...]:
        """Costs."""
    @property
    def funding(self) -> tuple[Funding, ...]:
        """Funding."""

class RecordedSeries(Value):
    """What was recorded, month by month, for drivers of kind bootstrap."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        unit: str | None = None,
        starts: MonthLike,
        values: Sequence[Decimal | float | str],
        source: str | None = None,
        illustrative: bool | None = None,
    ) -> None: ...
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def unit(self) -> str:
        """What the values count."""
    @property
    def starts(self) -> str:
        """Month of the first value."""
    @property
    def values(self) -> tuple[Decimal, ...]:
        """One value for each month, without a gap."""
    @property
    def source(self) -> str:
        """Where it comes from."""
    @property
    def illustrative(self) -> bool:
        """Whether it is made up."""

class Resampling(Value):
    """A block bootstrap: which recorded month stands for which month of the model. Drivers of kind bootstrap that share it take the same months, and so keep how their series moved together. It has a stream of its own."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        stream: str | None = None,
        blocks: Literal["moving", "stationary"] | None = None,
        block_length: int,
        same_calendar_month: bool | None = None,
        starts: MonthLike,
        ends: MonthLike,
    ) -> None: ...
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def stream(self) -> str:
        """Identity of its random stream; absent: the id."""
    @property
    def blocks(self) -> Literal["moving", "stationary"]:
        """moving: blocks of a fixed length, each from a random place. stationary: blocks of random length, geometric with mean block_length; after the last recorded month comes the first."""
    @property
    def block_length(self) -> int:
        """Months in a block, or their mean."""
    @property
    def same_calendar_month(self) -> bool:
        """Whether a January is drawn for a January: blocks begin in the month they stand for."""
    @property
    def starts(self) -> str:
        """First recorded month that may be drawn."""
    @property
    def ends(self) -> str:
        """Last recorded month that may be drawn."""

class Regime(Value):
    """One state of a regime chain."""

    def __init__(
        self, *,
        name: str,
        initial: TermLike | None = None,
        next: Mapping[str, TermLike],
    ) -> None: ...
    @property
    def name(self) -> str:
        """Its name, which distributions of drivers and explanations use."""
    @property
    def initial(self) -> Term | None:
        """Probability to begin in it. Where no regime of the chain has one, the chain begins with its long-run shares."""
    @property
    def next(self) -> Mapping[str, Term]:
        """Probability of each regime in the next period, by name; those not named have 0. They sum to 1. Terms may differ by date."""

class RegimeChain(Value):
    """A hidden Markov chain over named regimes, shared by any number of drivers of kind regime_switching. It has a stream of its own."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        stream: str | None = None,
        every: Literal["month", "quarter", "half_year", "year", "financial_year", "term"] | None = None,
        regimes: Sequence[Regime | Mapping[str, Any]],
        source: str | None = None,
        illustrative: bool | None = None,
    ) -> None: ...
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def stream(self) -> str:
        """Identity of its random stream; absent: the id."""
    @property
    def every(self) -> Literal["month", "quarter", "half_year", "year", "financial_year", "term"]:
        """How often the regime may change."""
    @property
    def regimes(self) -> tuple[Regime, ...]:
        """The regimes, at least two."""
    @property
    def source(self) -> str:
        """Where the probabilities come from."""
    @property
    def illustrative(self) -> bool:
        """Whether they are assumed."""

class Hazard(Value):
    """Something that may happen: when it arrives and how long it lasts. What it does to an input is said by drivers of kind jump, any number of which share its arrivals."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        stream: str | None = None,
        every: Literal["month", "quarter", "half_year", "year", "financial_year", "term"] | None = None,
        arrivals: Literal["bernoulli", "poisson"] | None = None,
        rate: TermLike,
        lasts: int | None = None,
        at_most_once: bool | None = None,
        one_at_a_time: bool | None = None,
        starts: MonthLike | None = None,
        ends: MonthLike | None = None,
        source: str | None = None,
        illustrative: bool | None = None,
    ) -> None: ...
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def stream(self) -> str:
        """Identity of its random stream; absent: the id."""
    @property
    def every(self) -> Literal["month", "quarter", "half_year", "year", "financial_year", "term"]:
        """The period that the rate is of."""
    @property
    def arrivals(self) -> Literal["bernoulli", "poisson"]:
        """bernoulli: none or one in a period. poisson: any number, independent of one another."""
    @property
    def rate(self) -> Term:
        """Probability of an arrival in a period (bernoulli), or mean number of arrivals in it (poisson, at most 50). May differ by date."""
    @property
    def lasts(self) -> int:
        """For how many periods, from that of the arrival."""
    @property
    def at_most_once(self) -> bool:
        """Whether it happens no second time."""
    @property
    def one_at_a_time(self) -> bool:
        """Whether none arrives while one is underway."""
    @property
    def starts(self) -> str | None:
        """First month in which it may arrive."""
    @property
    def ends(self) -> str | None:
        """Last month in which it may arrive."""
    @property
    def source(self) -> str:
        """Where the rate comes from."""
    @property
    def illustrative(self) -> bool:
        """Whether it is assumed."""

class Distribution(Value):
    """A distribution that belongs to something: to a regime, a calendar month, a severity, an amplitude. Its fields are those of the driver of the same kind."""

    def __init__(
        self, *,
        shape: Literal["fixed", "normal", "lognormal", "student_t", "triangular", "pert", "beta", "pareto", "poisson", "negative_binomial", "empirical"],
        value: TermLike | None = None,
        mean: TermLike | None = None,
        deviation: TermLike | None = None,
        location: TermLike | None = None,
        scale: TermLike | None = None,
        degrees_of_freedom: TermLike | None = None,
        low: TermLike | None = None,
        mode: TermLike | None = None,
        high: TermLike | None = None,
        alpha: TermLike | None = None,
        beta: TermLike | None = None,
        minimum: TermLike | None = None,
        tail: TermLike | None = None,
        dispersion: TermLike | None = None,
        values: Sequence[Decimal | float | str] | None = None,
    ) -> None: ...
    @property
    def shape(self) -> Literal["fixed", "normal", "lognormal", "student_t", "triangular", "pert", "beta", "pareto", "poisson", "negative_binomial", "empirical"]:
        """Which distribution."""
    @property
    def value(self) -> Term | None:
        """fixed: the value itself."""
    @property
    def mean(self) -> Term | None:
        """normal: the mean, 0 if absent. lognormal: the mean of the value itself, 1 if absent. poisson, negative_binomial: the mean."""
    @property
    def deviation(self) -> Term | None:
        """normal: standard deviation. lognormal: standard deviation of the logarithm."""
    @property
    def location(self) -> Term | None:
        """student_t: middle, 0 if absent."""
    @property
    def scale(self) -> Term | None:
        """student_t: scale."""
    @property
    def degrees_of_freedom(self) -> Term | None:
        """student_t: 1 or more."""
    @property
    def low(self) -> Term | None:
        """triangular, pert: least value. beta: lower bound, 0 if absent."""
    @property
    def mode(self) -> Term | None:
        """triangular, pert: most likely value."""
    @property
    def high(self) -> Term | None:
        """triangular, pert: greatest value. beta: upper bound, 1 if absent."""
    @property
    def alpha(self) -> Term | None:
        """beta: first shape."""
    @property
    def beta(self) -> Term | None:
        """beta: second shape."""
    @property
    def minimum(self) -> Term | None:
        """pareto: least value."""
    @property
    def tail(self) -> Term | None:
        """pareto: tail index."""
    @property
    def dispersion(self) -> Term | None:
        """negative_binomial: variance = mean * (1 + dispersion * mean)."""
    @property
    def values(self) -> tuple[Decimal, ...]:
        """empirical: the observed values."""

class Normal(Driver):
    """Normal distribution."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        stream: str | None = None,
        of: str,
        source: str | None = None,
        effect: Literal["value", "factor", "addition"] | None = None,
        members: Literal["together", "each"] | None = None,
        autoregression: TermLike | None = None,
        illustrative: bool | None = None,
        mean: TermLike | None = None,
        deviation: TermLike,
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def stream(self) -> str:
        """Identity of its random stream, which survives renaming; absent: the id."""
    @property
    def of(self) -> str:
        """The input."""
    @property
    def source(self) -> str:
        """Where the distribution comes from."""
    @property
    def effect(self) -> Literal["value", "factor", "addition"]:
        """Whether the draw is the value, a factor on the plan, or an addition to it. Where an input has several drivers, each acts on what those before it made."""
    @property
    def members(self) -> Literal["together", "each"]:
        """Of an input with a dimension: whether one draw moves all members together, or each has its own. In a correlation group the members share what the group shares."""
    @property
    def autoregression(self) -> Term:
        """Memory from one period to the next, between -1 and 1, on the normal scale."""
    @property
    def illustrative(self) -> bool:
        """Whether the distribution is assumed."""
    @property
    def mean(self) -> Term:
        """Mean."""
    @property
    def deviation(self) -> Term:
        """Standard deviation, at least 0."""

class Lognormal(Driver):
    """Lognormal distribution with a stated mean."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        stream: str | None = None,
        of: str,
        source: str | None = None,
        effect: Literal["value", "factor", "addition"] | None = None,
        members: Literal["together", "each"] | None = None,
        autoregression: TermLike | None = None,
        illustrative: bool | None = None,
        mean: TermLike | None = None,
        deviation: TermLike,
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def stream(self) -> str:
        """Identity of its random stream, which survives renaming; absent: the id."""
    @property
    def of(self) -> str:
        """The input."""
    @property
    def source(self) -> str:
        """Where the distribution comes from."""
    @property
    def effect(self) -> Literal["value", "factor", "addition"]:
        """Whether the draw is the value, a factor on the plan, or an addition to it. Where an input has several drivers, each acts on what those before it made."""
    @property
    def members(self) -> Literal["together", "each"]:
        """Of an input with a dimension: whether one draw moves all members together, or each has its own. In a correlation group the members share what the group shares."""
    @property
    def autoregression(self) -> Term:
        """Memory from one period to the next, between -1 and 1, on the normal scale."""
    @property
    def illustrative(self) -> bool:
        """Whether the distribution is assumed."""
    @property
    def mean(self) -> Term:
        """Mean of the value itself, above 0."""
    @property
    def deviation(self) -> Term:
        """Standard deviation of the logarithm, at least 0."""

class Triangular(Driver):
    """Triangular distribution."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        stream: str | None = None,
        of: str,
        source: str | None = None,
        effect: Literal["value", "factor", "addition"] | None = None,
        members: Literal["together", "each"] | None = None,
        autoregression: TermLike | None = None,
        illustrative: bool | None = None,
        low: TermLike,
        mode: TermLike,
        high: TermLike,
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def stream(self) -> str:
        """Identity of its random stream, which survives renaming; absent: the id."""
    @property
    def of(self) -> str:
        """The input."""
    @property
    def source(self) -> str:
        """Where the distribution comes from."""
    @property
    def effect(self) -> Literal["value", "factor", "addition"]:
        """Whether the draw is the value, a factor on the plan, or an addition to it. Where an input has several drivers, each acts on what those before it made."""
    @property
    def members(self) -> Literal["together", "each"]:
        """Of an input with a dimension: whether one draw moves all members together, or each has its own. In a correlation group the members share what the group shares."""
    @property
    def autoregression(self) -> Term:
        """Memory from one period to the next, between -1 and 1, on the normal scale."""
    @property
    def illustrative(self) -> bool:
        """Whether the distribution is assumed."""
    @property
    def low(self) -> Term:
        """Least value."""
    @property
    def mode(self) -> Term:
        """Most likely value."""
    @property
    def high(self) -> Term:
        """Greatest value."""

class Pert(Driver):
    """PERT: a beta distribution from least, most likely (weight 4) and greatest value."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        stream: str | None = None,
        of: str,
        source: str | None = None,
        effect: Literal["value", "factor", "addition"] | None = None,
        members: Literal["together", "each"] | None = None,
        autoregression: TermLike | None = None,
        illustrative: bool | None = None,
        low: TermLike,
        mode: TermLike,
        high: TermLike,
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def stream(self) -> str:
        """Identity of its random stream, which survives renaming; absent: the id."""
    @property
    def of(self) -> str:
        """The input."""
    @property
    def source(self) -> str:
        """Where the distribution comes from."""
    @property
    def effect(self) -> Literal["value", "factor", "addition"]:
        """Whether the draw is the value, a factor on the plan, or an addition to it. Where an input has several drivers, each acts on what those before it made."""
    @property
    def members(self) -> Literal["together", "each"]:
        """Of an input with a dimension: whether one draw moves all members together, or each has its own. In a correlation group the members share what the group shares."""
    @property
    def autoregression(self) -> Term:
        """Memory from one period to the next, between -1 and 1, on the normal scale."""
    @property
    def illustrative(self) -> bool:
        """Whether the distribution is assumed."""
    @property
    def low(self) -> Term:
        """Least value."""
    @property
    def mode(self) -> Term:
        """Most likely value."""
    @property
    def high(self) -> Term:
        """Greatest value."""

class Beta(Driver):
    """Beta distribution between two bounds."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        stream: str | None = None,
        of: str,
        source: str | None = None,
        effect: Literal["value", "factor", "addition"] | None = None,
        members: Literal["together", "each"] | None = None,
        autoregression: TermLike | None = None,
        illustrative: bool | None = None,
        alpha: TermLike,
        beta: TermLike,
        low: TermLike | None = None,
        high: TermLike | None = None,
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def stream(self) -> str:
        """Identity of its random stream, which survives renaming; absent: the id."""
    @property
    def of(self) -> str:
        """The input."""
    @property
    def source(self) -> str:
        """Where the distribution comes from."""
    @property
    def effect(self) -> Literal["value", "factor", "addition"]:
        """Whether the draw is the value, a factor on the plan, or an addition to it. Where an input has several drivers, each acts on what those before it made."""
    @property
    def members(self) -> Literal["together", "each"]:
        """Of an input with a dimension: whether one draw moves all members together, or each has its own. In a correlation group the members share what the group shares."""
    @property
    def autoregression(self) -> Term:
        """Memory from one period to the next, between -1 and 1, on the normal scale."""
    @property
    def illustrative(self) -> bool:
        """Whether the distribution is assumed."""
    @property
    def alpha(self) -> Term:
        """First shape, above 0."""
    @property
    def beta(self) -> Term:
        """Second shape, above 0."""
    @property
    def low(self) -> Term:
        """Lower bound."""
    @property
    def high(self) -> Term:
        """Upper bound."""

class Poisson(Driver):
    """Poisson counts."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        stream: str | None = None,
        of: str,
        source: str | None = None,
        effect: Literal["value", "factor", "addition"] | None = None,
        members: Literal["together", "each"] | None = None,
        autoregression: TermLike | None = None,
        illustrative: bool | None = None,
        mean: TermLike | None = None,
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def stream(self) -> str:
        """Identity of its random stream, which survives renaming; absent: the id."""
    @property
    def of(self) -> str:
        """The input."""
    @property
    def source(self) -> str:
        """Where the distribution comes from."""
    @property
    def effect(self) -> Literal["value", "factor", "addition"]:
        """Whether the draw is the value, a factor on the plan, or an addition to it. Where an input has several drivers, each acts on what those before it made."""
    @property
    def members(self) -> Literal["together", "each"]:
        """Of an input with a dimension: whether one draw moves all members together, or each has its own. In a correlation group the members share what the group shares."""
    @property
    def autoregression(self) -> Term:
        """Memory from one period to the next, between -1 and 1, on the normal scale."""
    @property
    def illustrative(self) -> bool:
        """Whether the distribution is assumed."""
    @property
    def mean(self) -> Term | None:
        """Mean; absent: the input's plan."""

class NegativeBinomial(Driver):
    """Counts with variance mean * (1 + dispersion * mean)."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        stream: str | None = None,
        of: str,
        source: str | None = None,
        effect: Literal["value", "factor", "addition"] | None = None,
        members: Literal["together", "each"] | None = None,
        autoregression: TermLike | None = None,
        illustrative: bool | None = None,
        mean: TermLike | None = None,
        dispersion: TermLike,
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def stream(self) -> str:
        """Identity of its random stream, which survives renaming; absent: the id."""
    @property
    def of(self) -> str:
        """The input."""
    @property
    def source(self) -> str:
        """Where the distribution comes from."""
    @property
    def effect(self) -> Literal["value", "factor", "addition"]:
        """Whether the draw is the value, a factor on the plan, or an addition to it. Where an input has several drivers, each acts on what those before it made."""
    @property
    def members(self) -> Literal["together", "each"]:
        """Of an input with a dimension: whether one draw moves all members together, or each has its own. In a correlation group the members share what the group shares."""
    @property
    def autoregression(self) -> Term:
        """Memory from one period to the next, between -1 and 1, on the normal scale."""
    @property
    def illustrative(self) -> bool:
        """Whether the distribution is assumed."""
    @property
    def mean(self) -> Term | None:
        """Mean; absent: the input's plan."""
    @property
    def dispersion(self) -> Term:
        """Above 0."""

class Empirical(Driver):
    """One of the observed values, each equally likely."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        stream: str | None = None,
        of: str,
        source: str | None = None,
        effect: Literal["value", "factor", "addition"] | None = None,
        members: Literal["together", "each"] | None = None,
        autoregression: TermLike | None = None,
        illustrative: bool | None = None,
        values: Sequence[Decimal | float | str],
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def stream(self) -> str:
        """Identity of its random stream, which survives renaming; absent: the id."""
    @property
    def of(self) -> str:
        """The input."""
    @property
    def source(self) -> str:
        """Where the distribution comes from."""
    @property
    def effect(self) -> Literal["value", "factor", "addition"]:
        """Whether the draw is the value, a factor on the plan, or an addition to it. Where an input has several drivers, each acts on what those before it made."""
    @property
    def members(self) -> Literal["together", "each"]:
        """Of an input with a dimension: whether one draw moves all members together, or each has its own. In a correlation group the members share what the group shares."""
    @property
    def autoregression(self) -> Term:
        """Memory from one period to the next, between -1 and 1, on the normal scale."""
    @property
    def illustrative(self) -> bool:
        """Whether the distribution is assumed."""
    @property
    def values(self) -> tuple[Decimal, ...]:
        """The observed values."""

class StudentT(Driver):
    """Student's t distribution: like a normal with heavier tails."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        stream: str | None = None,
        of: str,
        source: str | None = None,
        effect: Literal["value", "factor", "addition"] | None = None,
        members: Literal["together", "each"] | None = None,
        autoregression: TermLike | None = None,
        illustrative: bool | None = None,
        location: TermLike | None = None,
        scale: TermLike,
        degrees_of_freedom: TermLike,
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def stream(self) -> str:
        """Identity of its random stream, which survives renaming; absent: the id."""
    @property
    def of(self) -> str:
        """The input."""
    @property
    def source(self) -> str:
        """Where the distribution comes from."""
    @property
    def effect(self) -> Literal["value", "factor", "addition"]:
        """Whether the draw is the value, a factor on the plan, or an addition to it. Where an input has several drivers, each acts on what those before it made."""
    @property
    def members(self) -> Literal["together", "each"]:
        """Of an input with a dimension: whether one draw moves all members together, or each has its own. In a correlation group the members share what the group shares."""
    @property
    def autoregression(self) -> Term:
        """Memory from one period to the next, between -1 and 1, on the normal scale."""
    @property
    def illustrative(self) -> bool:
        """Whether the distribution is assumed."""
    @property
    def location(self) -> Term:
        """Middle; the mean where degrees_of_freedom is above 1."""
    @property
    def scale(self) -> Term:
        """Scale, at least 0. The standard deviation is scale * sqrt(n / (n - 2)) for n > 2 degrees of freedom and infinite below."""
    @property
    def degrees_of_freedom(self) -> Term:
        """1 or more; the fewer, the heavier the tails."""

class Pareto(Driver):
    """Pareto distribution: P(X > x) = (minimum / x) ** shape."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        stream: str | None = None,
        of: str,
        source: str | None = None,
        effect: Literal["value", "factor", "addition"] | None = None,
        members: Literal["together", "each"] | None = None,
        autoregression: TermLike | None = None,
        illustrative: bool | None = None,
        minimum: TermLike,
        shape: TermLike,
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def stream(self) -> str:
        """Identity of its random stream, which survives renaming; absent: the id."""
    @property
    def of(self) -> str:
        """The input."""
    @property
    def source(self) -> str:
        """Where the distribution comes from."""
    @property
    def effect(self) -> Literal["value", "factor", "addition"]:
        """Whether the draw is the value, a factor on the plan, or an addition to it. Where an input has several drivers, each acts on what those before it made."""
    @property
    def members(self) -> Literal["together", "each"]:
        """Of an input with a dimension: whether one draw moves all members together, or each has its own. In a correlation group the members share what the group shares."""
    @property
    def autoregression(self) -> Term:
        """Memory from one period to the next, between -1 and 1, on the normal scale."""
    @property
    def illustrative(self) -> bool:
        """Whether the distribution is assumed."""
    @property
    def minimum(self) -> Term:
        """Least value, above 0."""
    @property
    def shape(self) -> Term:
        """Tail index, above 0. The mean minimum * shape / (shape - 1) is infinite up to 1, the variance up to 2."""

class RegimeSwitching(Driver):
    """A distribution for each regime of a chain; the chain says which one holds in a period."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        stream: str | None = None,
        of: str,
        source: str | None = None,
        effect: Literal["value", "factor", "addition"] | None = None,
        members: Literal["together", "each"] | None = None,
        autoregression: TermLike | None = None,
        illustrative: bool | None = None,
        chain: str,
        regimes: Mapping[str, Distribution | Mapping[str, Any]],
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def stream(self) -> str:
        """Identity of its random stream, which survives renaming; absent: the id."""
    @property
    def of(self) -> str:
        """The input."""
    @property
    def source(self) -> str:
        """Where the distribution comes from."""
    @property
    def effect(self) -> Literal["value", "factor", "addition"]:
        """Whether the draw is the value, a factor on the plan, or an addition to it. Where an input has several drivers, each acts on what those before it made."""
    @property
    def members(self) -> Literal["together", "each"]:
        """Of an input with a dimension: whether one draw moves all members together, or each has its own. In a correlation group the members share what the group shares."""
    @property
    def autoregression(self) -> Term:
        """Memory from one period to the next, between -1 and 1, on the normal scale."""
    @property
    def illustrative(self) -> bool:
        """Whether the distribution is assumed."""
    @property
    def chain(self) -> str:
        """The regime chain."""
    @property
    def regimes(self) -> Mapping[str, Distribution]:
        """The distribution in each regime, by the regime's name."""

class Jump(Driver):
    """What the arrivals of a hazard do. Each arrival draws a severity, which holds while it lasts. Severities of arrivals that are underway together add up, as factors they multiply; where none is underway the sum is 0, the factor 1."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        stream: str | None = None,
        of: str,
        source: str | None = None,
        effect: Literal["value", "factor", "addition"] | None = None,
        members: Literal["together", "each"] | None = None,
        autoregression: TermLike | None = None,
        illustrative: bool | None = None,
        hazard: str,
        severity: Distribution | Mapping[str, Any] | None = None,
        lasts: int | None = None,
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def stream(self) -> str:
        """Identity of its random stream, which survives renaming; absent: the id."""
    @property
    def of(self) -> str:
        """The input."""
    @property
    def source(self) -> str:
        """Where the distribution comes from."""
    @property
    def effect(self) -> Literal["value", "factor", "addition"]:
        """Whether the draw is the value, a factor on the plan, or an addition to it. Where an input has several drivers, each acts on what those before it made."""
    @property
    def members(self) -> Literal["together", "each"]:
        """Of an input with a dimension: whether one draw moves all members together, or each has its own. In a correlation group the members share what the group shares."""
    @property
    def autoregression(self) -> Term:
        """Memory from one period to the next, between -1 and 1, on the normal scale."""
    @property
    def illustrative(self) -> bool:
        """Whether the distribution is assumed."""
    @property
    def hazard(self) -> str:
        """The hazard."""
    @property
    def severity(self) -> Distribution | None:
        """Distribution of what one arrival does. Absent: 1 while the hazard is underway, else 0, for an input that formulas read."""
    @property
    def lasts(self) -> int | None:
        """Periods for which it is felt here; absent: as long as the hazard lasts."""

class Seasonal(Driver):
    """A factor (or value, or addition) for each month of the year. An amplitude a stretches all of them: a factor f becomes 1 + a * (f - 1), an addition d becomes a * d, a value v becomes m + a * (v - m) with m the mean of the twelve."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        stream: str | None = None,
        of: str,
        source: str | None = None,
        effect: Literal["value", "factor", "addition"] | None = None,
        members: Literal["together", "each"] | None = None,
        autoregression: TermLike | None = None,
        illustrative: bool | None = None,
        months: Sequence[TermLike],
        amplitude: Distribution | Mapping[str, Any] | None = None,
        amplitude_every: Literal["month", "quarter", "half_year", "year", "financial_year", "term"] | None = None,
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def stream(self) -> str:
        """Identity of its random stream, which survives renaming; absent: the id."""
    @property
    def of(self) -> str:
        """The input."""
    @property
    def source(self) -> str:
        """Where the distribution comes from."""
    @property
    def effect(self) -> Literal["value", "factor", "addition"]:
        """Whether the draw is the value, a factor on the plan, or an addition to it. Where an input has several drivers, each acts on what those before it made."""
    @property
    def members(self) -> Literal["together", "each"]:
        """Of an input with a dimension: whether one draw moves all members together, or each has its own. In a correlation group the members share what the group shares."""
    @property
    def autoregression(self) -> Term:
        """Memory from one period to the next, between -1 and 1, on the normal scale."""
    @property
    def illustrative(self) -> bool:
        """Whether the distribution is assumed."""
    @property
    def months(self) -> tuple[Term, ...]:
        """Twelve figures, January first."""
    @property
    def amplitude(self) -> Distribution | None:
        """Distribution of the amplitude; absent: 1."""
    @property
    def amplitude_every(self) -> Literal["month", "quarter", "half_year", "year", "financial_year", "term"]:
        """How often the amplitude is drawn."""

class CalendarMonth(Driver):
    """A distribution for each month of the year."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        stream: str | None = None,
        of: str,
        source: str | None = None,
        effect: Literal["value", "factor", "addition"] | None = None,
        members: Literal["together", "each"] | None = None,
        autoregression: TermLike | None = None,
        illustrative: bool | None = None,
        months: Sequence[Distribution | Mapping[str, Any]],
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def stream(self) -> str:
        """Identity of its random stream, which survives renaming; absent: the id."""
    @property
    def of(self) -> str:
        """The input."""
    @property
    def source(self) -> str:
        """Where the distribution comes from."""
    @property
    def effect(self) -> Literal["value", "factor", "addition"]:
        """Whether the draw is the value, a factor on the plan, or an addition to it. Where an input has several drivers, each acts on what those before it made."""
    @property
    def members(self) -> Literal["together", "each"]:
        """Of an input with a dimension: whether one draw moves all members together, or each has its own. In a correlation group the members share what the group shares."""
    @property
    def autoregression(self) -> Term:
        """Memory from one period to the next, between -1 and 1, on the normal scale."""
    @property
    def illustrative(self) -> bool:
        """Whether the distribution is assumed."""
    @property
    def months(self) -> tuple[Distribution, ...]:
        """Twelve, January first."""

class RandomWalk(Driver):
    """A trend and what is never made good: each period adds a step to the one before (added), or a proportion of it (compounded). After n periods the mean is start + n * drift, or start * (1 + drift) ** n."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        stream: str | None = None,
        of: str,
        source: str | None = None,
        effect: Literal["value", "factor", "addition"] | None = None,
        members: Literal["together", "each"] | None = None,
        autoregression: TermLike | None = None,
        illustrative: bool | None = None,
        steps: Literal["added", "compounded"] | None = None,
        start: TermLike | None = None,
        drift: TermLike | None = None,
        deviation: TermLike | None = None,
        drift_deviation: TermLike | None = None,
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def stream(self) -> str:
        """Identity of its random stream, which survives renaming; absent: the id."""
    @property
    def of(self) -> str:
        """The input."""
    @property
    def source(self) -> str:
        """Where the distribution comes from."""
    @property
    def effect(self) -> Literal["value", "factor", "addition"]:
        """Whether the draw is the value, a factor on the plan, or an addition to it. Where an input has several drivers, each acts on what those before it made."""
    @property
    def members(self) -> Literal["together", "each"]:
        """Of an input with a dimension: whether one draw moves all members together, or each has its own. In a correlation group the members share what the group shares."""
    @property
    def autoregression(self) -> Term:
        """Memory from one period to the next, between -1 and 1, on the normal scale."""
    @property
    def illustrative(self) -> bool:
        """Whether the distribution is assumed."""
    @property
    def steps(self) -> Literal["added", "compounded"]:
        """Whether steps are added or compounded."""
    @property
    def start(self) -> Term | None:
        """Value before the first period; absent: 0 if added, 1 if compounded."""
    @property
    def drift(self) -> Term:
        """Mean step in one period, as a proportion if compounded."""
    @property
    def deviation(self) -> Term:
        """Standard deviation of a step, of its logarithm if compounded; at least 0."""
    @property
    def drift_deviation(self) -> Term:
        """Standard deviation of the drift itself (of its logarithm if compounded), drawn once for all periods."""

class Bootstrap(Driver):
    """Months of a recorded series, in the order in which a resampling draws them."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        stream: str | None = None,
        of: str,
        source: str | None = None,
        effect: Literal["value", "factor", "addition"] | None = None,
        members: Literal["together", "each"] | None = None,
        autoregression: TermLike | None = None,
        illustrative: bool | None = None,
        resampling: str,
        series: str,
        measured: Literal["as_recorded", "over_mean", "less_mean"] | None = None,
    ) -> None: ...
    kind: str
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def stream(self) -> str:
        """Identity of its random stream, which survives renaming; absent: the id."""
    @property
    def of(self) -> str:
        """The input."""
    @property
    def source(self) -> str:
        """Where the distribution comes from."""
    @property
    def effect(self) -> Literal["value", "factor", "addition"]:
        """Whether the draw is the value, a factor on the plan, or an addition to it. Where an input has several drivers, each acts on what those before it made."""
    @property
    def members(self) -> Literal["together", "each"]:
        """Of an input with a dimension: whether one draw moves all members together, or each has its own. In a correlation group the members share what the group shares."""
    @property
    def autoregression(self) -> Term:
        """Memory from one period to the next, between -1 and 1, on the normal scale."""
    @property
    def illustrative(self) -> bool:
        """Whether the distribution is assumed."""
    @property
    def resampling(self) -> str:
        """The resampling."""
    @property
    def series(self) -> str:
        """The recorded series."""
    @property
    def measured(self) -> Literal["as_recorded", "over_mean", "less_mean"]:
        """Whether the values are taken as recorded, over their mean (a factor), or less their mean (an addition); the mean is that of the months that may be drawn."""

class Correlation(Value):
    """Drivers that move together: a Gaussian copula of their innovations, or a t copula, in which extremes come together. New members are appended."""

    def __init__(
        self, *,
        id: str,
        drivers: Sequence[str],
        matrix: Sequence[Sequence[Decimal | float | str]],
        degrees_of_freedom: Decimal | float | str | None = None,
        stream: str | None = None,
        source: str | None = None,
    ) -> None: ...
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def drivers(self) -> tuple[str, ...]:
        """The drivers, and hazards, in order."""
    @property
    def matrix(self) -> tuple[tuple[Decimal, ...], ...]:
        """Correlation matrix, row by row."""
    @property
    def degrees_of_freedom(self) -> Decimal | None:
        """Of a t copula; the fewer, the more extremes come together. Absent: a Gaussian copula."""
    @property
    def stream(self) -> str:
        """Identity of the t copula's mixing stream; absent: the id."""
    @property
    def source(self) -> str:
        """Where it comes from."""

class Selector(Value):
    """What a shock acts on, by what it is and not by its name: everything of the kind that answers to all that is asked."""

    def __init__(
        self, *,
        kind: Literal["input", "parameter", "quantity", "price", "cost", "list", "score", "driver", "clause", "contract", "party"] | None = None,
        units: Sequence[str] | None = None,
        words: Sequence[str] | None = None,
        without: Sequence[str] | None = None,
        tags: Sequence[str] | None = None,
        roles: Sequence[str] | None = None,
        legal: Sequence[str] | None = None,
    ) -> None: ...
    @property
    def kind(self) -> Literal["input", "parameter", "quantity", "price", "cost", "list", "score", "driver", "clause", "contract", "party"]:
        """What is looked for. price: a figure in £ for a unit; cost: what a cost comes to a unit or a month; list: what a capitation clause counts; score: the value of a measure, or an input in points."""
    @property
    def units(self) -> tuple[str, ...]:
        """Its unit is one of these; "*" at the end stands for any ending, "count" for any unit that counts things: no money, ratio, score or month."""
    @property
    def words(self) -> tuple[str, ...]:
        """Its id, name, service or tags have one of these words, or begin one with it."""
    @property
    def without(self) -> tuple[str, ...]:
        """Its id, name, service or tags have none of these words."""
    @property
    def tags(self) -> tuple[str, ...]:
        """It carries one of these tags."""
    @property
    def roles(self) -> tuple[str, ...]:
        """A party: it has one of these roles; of an input: its party has."""
    @property
    def legal(self) -> tuple[str, ...]:
        """A party: it is of one of these legal kinds."""

class Shock(Value):
    """A change of one thing over some months, or an event that befalls a party or a rule. A rule of a longer calendar takes what holds in the first month of its period."""

    def __init__(
        self, *,
        on: str | None = None,
        select: Selector | Mapping[str, Any] | None = None,
        action: Literal["set", "add", "scale", "ramp", "replay", "withdrawal", "insolvency", "key_person_leaves", "data_embargo", "rule_change", "delay_of_payment"] | None = None,
        value: TermLike | None = None,
        starts: MonthLike | None = None,
        ends: MonthLike | None = None,
        months: Sequence[int] | None = None,
        towards: Literal["scale", "add", "set"] | None = None,
        full: MonthLike | None = None,
        gone: MonthLike | None = None,
        shape: Literal["linear", "stepped"] | None = None,
        steps: int | None = None,
        path: Mapping[str, Decimal | float | str] | None = None,
        recorded: Literal["value", "ratio_to_plan"] | None = None,
        aligned: MonthLike | None = None,
        contracts: Sequence[str] | None = None,
        keeps: Sequence[str] | None = None,
        costs: TermLike | None = None,
        recovered: TermLike | None = None,
        stand_in: Literal["none", "plan", "last", "zero"] | None = None,
        chosen: str | None = None,
        narrative: str | None = None,
        source: str | None = None,
    ) -> None: ...
    @property
    def on(self) -> str:
        """What changes: an input, parameter, quantity, driver or cost by its id, a member of a dimension as "activity[site_a]", any term by its name or path; of an event the party, contract, clause or input."""
    @property
    def select(self) -> Selector | None:
        """What changes, by what it is, in place of `on`."""
    @property
    def action(self) -> Literal["set", "add", "scale", "ramp", "replay", "withdrawal", "insolvency", "key_person_leaves", "data_embargo", "rule_change", "delay_of_payment"]:
        """set, add, scale: the value; ramp: such a change that grows from nothing to full; replay: a recorded path; withdrawal, insolvency, key_person_leaves, data_embargo, rule_change, delay_of_payment: events."""
    @property
    def value(self) -> Term | None:
        """By or to what. key_person_leaves: what is left of what the party does; rule_change: the new figure; delay_of_payment: months."""
    @property
    def starts(self) -> str | None:
        """First month; of a ramp: the last month of nothing."""
    @property
    def ends(self) -> str | None:
        """Last month; of a ramp: the last month in full."""
    @property
    def months(self) -> tuple[int, ...]:
        """Only in these months of every year (12, 1, 2: December to February)."""
    @property
    def towards(self) -> Literal["scale", "add", "set"]:
        """Of a ramp: whether the value is what it is scaled by, added or set to."""
    @property
    def full(self) -> str | None:
        """Of a ramp: the first month in full."""
    @property
    def gone(self) -> str | None:
        """Of a ramp: the month in which nothing is left; absent: it ends at once."""
    @property
    def shape(self) -> Literal["linear", "stepped"]:
        """Of a ramp: a straight line, or equal steps."""
    @property
    def steps(self) -> int:
        """Of a stepped ramp: how many steps."""
    @property
    def path(self) -> Mapping[str, Decimal]:
        """Of a replay: the recorded values by month ("2020-03")."""
    @property
    def recorded(self) -> Literal["value", "ratio_to_plan"]:
        """Of a replay: values, or ratios to the plan."""
    @property
    def aligned(self) -> str | None:
        """Of a replay: the month of the book that the first recorded month falls on; absent: itself."""
    @property
    def contracts(self) -> tuple[str, ...]:
        """Of a withdrawal, insolvency or delay: these contracts and overlays only."""
    @property
    def keeps(self) -> tuple[str, ...]:
        """Of a withdrawal or insolvency: clauses that go on, such as what is due on termination; clauses whose subject is "termination" go on by themselves."""
    @property
    def costs(self) -> Term:
        """Of a withdrawal or insolvency: the part of the party's costs that goes on (1: all are stranded, 0: all are saved)."""
    @property
    def recovered(self) -> Term:
        """Of an insolvency: the part of what the party still owes that is paid."""
    @property
    def stand_in(self) -> Literal["none", "plan", "last", "zero"]:
        """Of a data embargo: what stands for a value that may not be missing: its plan, the last known value, zero; or `value`."""
    @property
    def chosen(self) -> str:
        """Of a rule change: the clause's reading, or the parameter's alternative, that holds; a new figure is given by `value`."""
    @property
    def narrative(self) -> str:
        """What happens."""
    @property
    def source(self) -> str:
        """Where it comes from."""

class Scenario(Value):
    """What might happen: shocks in order, each acting on what those before it left."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        narrative: str | None = None,
        source: str | None = None,
        illustrative: bool | None = None,
        includes: Sequence[str] | None = None,
        one_at_a_time: bool | None = None,
        shocks: Sequence[Shock | Mapping[str, Any]] | None = None,
    ) -> None: ...
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def narrative(self) -> str:
        """The story."""
    @property
    def source(self) -> str:
        """Where it comes from."""
    @property
    def illustrative(self) -> bool:
        """Whether it is assumed."""
    @property
    def includes(self) -> tuple[str, ...]:
        """Other scenarios, by id or name, whose shocks come first, in this order."""
    @property
    def one_at_a_time(self) -> bool:
        """Whether it is one scenario for each thing that its selectors find."""
    @property
    def shocks(self) -> tuple[Shock, ...]:
        """The shocks, applied in order."""

class Note(Value):
    """A remark beside the terms, outside the digest."""

    def __init__(
        self, *,
        on: str | None = None,
        author: str | None = None,
        date: str | None = None,
        status: str | None = None,
        text: str,
    ) -> None: ...
    @property
    def on(self) -> str:
        """What it is about: an id or a path."""
    @property
    def author(self) -> str:
        """Who wrote it."""
    @property
    def date(self) -> str:
        """When."""
    @property
    def status(self) -> str:
        """open, settled, ..."""
    @property
    def text(self) -> str:
        """The remark."""

class BookRecord(Value):
    """The whole agreed model as one document."""

    def __init__(
        self, *,
        format: int | None = None,
        id: str,
        title: str | None = None,
        description: str | None = None,
        currency: str | None = None,
        calendar: Calendar | Mapping[str, Any],
        dimensions: Sequence[Dimension | Mapping[str, Any]] | None = None,
        categories: Sequence[Category | Mapping[str, Any]] | None = None,
        definitions: Sequence[Definition | Mapping[str, Any]] | None = None,
        parties: Sequence[Party | Mapping[str, Any]] | None = None,
        services: Sequence[Service | Mapping[str, Any]] | None = None,
        inputs: Sequence[Input | Mapping[str, Any]] | None = None,
        parameters: Sequence[Parameter | Mapping[str, Any]] | None = None,
        curves: Sequence[Curve | Mapping[str, Any]] | None = None,
        tables: Sequence[LookupTable | Mapping[str, Any]] | None = None,
        quantities: Sequence[Quantity | Mapping[str, Any]] | None = None,
        frameworks: Sequence[Framework | Mapping[str, Any]] | None = None,
        contracts: Sequence[Contract | Mapping[str, Any]] | None = None,
        overlays: Sequence[Overlay | Mapping[str, Any]] | None = None,
        precedence: Sequence[str] | None = None,
        concessions: Sequence[Concession | Mapping[str, Any]] | None = None,
        finances: Finances | Mapping[str, Any] | None = None,
        recorded_series: Sequence[RecordedSeries | Mapping[str, Any]] | None = None,
        resamplings: Sequence[Resampling | Mapping[str, Any]] | None = None,
        regime_chains: Sequence[RegimeChain | Mapping[str, Any]] | None = None,
        hazards: Sequence[Hazard | Mapping[str, Any]] | None = None,
        drivers: Sequence[Driver | Mapping[str, Any]] | None = None,
        correlations: Sequence[Correlation | Mapping[str, Any]] | None = None,
        scenarios: Sequence[Scenario | Mapping[str, Any]] | None = None,
        notes: Sequence[Note | Mapping[str, Any]] | None = None,
    ) -> None: ...
    @property
    def format(self) -> int:
        """Version of the document format."""
    @property
    def id(self) -> str:
        """Stable name; entries of the ledger carry it."""
    @property
    def title(self) -> str:
        """Title."""
    @property
    def description(self) -> str:
        """What it is about."""
    @property
    def currency(self) -> str:
        """A label; all money is written with £."""
    @property
    def calendar(self) -> Calendar:
        """The months of the model."""
    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """Lists of members."""
    @property
    def categories(self) -> tuple[Category, ...]:
        """Closed lists of names that values may have."""
    @property
    def definitions(self) -> tuple[Definition, ...]:
        """Named formulas with arguments."""
    @property
    def parties(self) -> tuple[Party, ...]:
        """Organisations."""
    @property
    def services(self) -> tuple[Service, ...]:
        """Streams of activity."""
    @property
    def inputs(self) -> tuple[Input, ...]:
        """Quantities from data, plans and drivers."""
    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Named terms."""
    @property
    def curves(self) -> tuple[Curve, ...]:
        """Piecewise-linear functions."""
    @property
    def tables(self) -> tuple[LookupTable, ...]:
        """Tables of values."""
    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """Named formulas."""
    @property
    def frameworks(self) -> tuple[Framework, ...]:
        """Outcome frameworks."""
    @property
    def contracts(self) -> tuple[Contract, ...]:
        """Contracts."""
    @property
    def overlays(self) -> tuple[Overlay, ...]:
        """Overlays."""
    @property
    def precedence(self) -> tuple[str, ...]:
        """Contracts and overlays, first wins; without it a contract's own term wins."""
    @property
    def concessions(self) -> tuple[Concession, ...]:
        """What is done in practice."""
    @property
    def finances(self) -> Finances:
        """Costs, funding, cash, reserves."""
    @property
    def recorded_series(self) -> tuple[RecordedSeries, ...]:
        """Series that bootstrap drivers draw from."""
    @property
    def resamplings(self) -> tuple[Resampling, ...]:
        """Block bootstraps that drivers share."""
    @property
    def regime_chains(self) -> tuple[RegimeChain, ...]:
        """Regimes that drivers share."""
    @property
    def hazards(self) -> tuple[Hazard, ...]:
        """What may happen, shared by drivers of kind jump."""
    @property
    def drivers(self) -> tuple[Driver, ...]:
        """Uncertain quantities."""
    @property
    def correlations(self) -> tuple[Correlation, ...]:
        """Correlation groups of drivers."""
    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """Scenarios: named shocks."""
    @property
    def notes(self) -> tuple[Note, ...]:
        """Remarks beside the terms."""

class ScenarioSet(Value):
    """Scenarios in a file of their own, with the story that they tell together."""

    def __init__(
        self, *,
        id: str,
        name: str | None = None,
        narrative: str | None = None,
        source: str | None = None,
        illustrative: bool | None = None,
        written_for: MonthLike | None = None,
        scenarios: Sequence[Scenario | Mapping[str, Any]],
    ) -> None: ...
    @property
    def id(self) -> str:
        """Stable name."""
    @property
    def name(self) -> str:
        """Name in reports."""
    @property
    def narrative(self) -> str:
        """The story."""
    @property
    def source(self) -> str:
        """Where it comes from."""
    @property
    def illustrative(self) -> bool:
        """Whether it is assumed."""
    @property
    def written_for(self) -> str | None:
        """The month that stands for the first month of a book: all months of the set move with it to the book's start; absent: months are meant as they are."""
    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenarios."""
