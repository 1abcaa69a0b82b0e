"""A seed that nobody could choose: each party commits to a secret before any is told, or a public value decides later.

The seed of a seal alone (`SealedBook.seed`) is fixed by the seal, but whoever seals can seal again, with another date
or another word in a title, until the seed suits. Two rules end that. Both are edition 1 of theirs, written so that any
other program can do them; `hash` is SHA-256 of ASCII text, in small hexadecimal digits, and a seed is the first eight
bytes of a hash as a big-endian number without its last bit.

*Commitments* (Blum, Coin flipping by telephone, 1982). A party's commitment is
``hash("openbook-commit-1:" + seal + ":" + party + ":" + secret)``, the secret being 64 hexadecimal digits. When every
party's commitment is there, and not before, the secrets are told. The seed is that of
``hash("openbook-seed-2:" + seal + ":" + secrets)``: the secrets in alphabetical order of the parties, joined by commas.
Where a single party drew its secret at random, the seed is random, whatever all others did.

*Beacon*. The seal, or words agreed before, names a public value of a later day that no party makes: a pulse of a
randomness beacon (NIST IR 8213, 2019), numbers of a lottery. The seed is that of
``hash("openbook-seed-3:" + seal + ":" + value)``.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import secrets as _secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ._files import write_atomic
from ._shown import Shown
from ._strict import Fields
from .errors import BookError
from .table import Column, Schema, Table

if TYPE_CHECKING:
    from .seals import SealedBook

__all__ = ["CHOOSERS", "SeedDraw", "seed_draw"]

FORMAT = "openbook-seed-draw-1"
COMMIT, TOGETHER, BEACON = "openbook-commit-1:", "openbook-seed-2:", "openbook-seed-3:"
_SECRET = re.compile(r"[0-9a-f]{64}")

CHOOSERS = Schema(
    "openbook.seed_choosers",
    1,
    (Column("who"), Column("could_choose"), Column("could_withhold", "bool"), Column("why")),
    "could_choose: 'no', 'by trying', 'all of them together', 'not yet known'.",
)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _seed(text: str) -> int:
    return int(_hash(text)[:16], 16) >> 1


def _refused(code: str, path: str, message: str) -> BookError:
    return BookError("no common seed", [{"code": code, "path": path, "message": message}])


@dataclass(frozen=True, slots=True)
class SeedDraw(Shown):
    """A seed that the parties of a seal draw together, step by step. Frozen; begun by `openbook.seed_draw`.

    Attributes
    ----------
    seal, short, sealed_on
        The seal's digest, its short code and its day.
    parties
        Who takes part.
    commitments, secrets
        What each party has committed to, and what it has told.
    beacon, beacon_on, value
        Which public value decides, its day, and what it came out as; "" where commitments decide, or it is not out.

    Examples
    --------
    >>> import openbook as ob
    >>> who = {"commissioner": "A Jones", "hospital": "B Khan"}
    >>> sealed = ob.examples.acute_contract().seal(who, "2016-03-31", accept_illustrative=True)
    >>> draw = ob.seed_draw(sealed)
    >>> theirs, ours = "11" * 32, "2b" * 32  # each knows its own; `SeedDraw.secret()` draws one
    >>> draw = draw.commit("commissioner", draw.commitment("commissioner", theirs))
    >>> draw = draw.commit("hospital", draw.commitment("hospital", ours))
    >>> draw = draw.tell("commissioner", theirs).tell("hospital", ours)
    >>> sealed.simulate(100, seed=draw, progress=False).seed == draw.seed()
    True
    >>> sorted(set(draw.choosers()["could_choose"]))
    ['all of them together', 'no']
    """

    seal: str
    short: str
    sealed_on: str
    parties: tuple[str, ...]
    commitments: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    beacon: str = ""
    beacon_on: str = ""
    value: str = ""

    def __post_init__(self) -> None:
        for name in ("commitments", "secrets"):
            object.__setattr__(self, name, MappingProxyType(dict(sorted(getattr(self, name).items()))))
        self._check()

    def __hash__(self) -> int:
        return hash((self.seal, tuple(self.commitments.items()), tuple(self.secrets.items()), self.value))

    def __reduce__(self) -> tuple[Any, ...]:
        return SeedDraw.from_json, (self.to_json(),)

    # -- the steps ------------------------------------------------------------------------------------------------

    @staticmethod
    def secret() -> str:
        """A secret from the operating system's randomness: 64 hexadecimal digits, kept until all have committed."""
        return _secrets.token_hex(32)

    def commitment(self, party: str, secret: str) -> str:
        """What a party gives to the others first: it tells nothing of the secret, and fits no other."""
        self._known(party)
        _check_secret(party, secret)
        return _hash(f"{COMMIT}{self.seal}:{party}:{secret}")

    def commit(self, party: str, commitment: str) -> SeedDraw:
        """The draw with a party's commitment.

        Raises
        ------
        BookError
            It has committed already, a secret is told already, or it is no commitment.
        """
        self._known(party)
        if party in self.commitments:
            raise _refused("duplicate", "/commitments", f"'{party}' has committed already, and stands by it")
        if self.secrets:
            raise _refused("not-in-order", "/commitments", "a secret is told already: nobody commits after that")
        return replace(self, commitments={**self.commitments, party: commitment})

    def tell(self, party: str, secret: str) -> SeedDraw:
        """The draw with a party's secret, told only when every party has committed.

        Raises
        ------
        BookError
            A party has not committed yet, or the secret is not the one that was committed to.
        """
        self._known(party)
        return replace(self, secrets={**self.secrets, party: secret})

    def came_out(self, value: str) -> SeedDraw:
        """The draw with the public value that decides, as it was published."""
        return replace(self, value=value)

    @property
    def complete(self) -> bool:
        """Whether the seed is known."""
        return bool(self.value) if self.beacon else len(self.secrets) == len(self.parties)

    def seed(self) -> int:
        """The seed, from 0 to 2**63 - 1.

        Raises
        ------
        BookError
            It is not known yet; the message says who is awaited.
        """
        if not self.complete:
            told = self.commitments if len(self.commitments) < len(self.parties) else self.secrets
            awaited = (
                f"the value of {self.beacon}" if self.beacon else ", ".join(p for p in self.parties if p not in told)
            )
            raise _refused("incomplete", "", f"the seed is not drawn yet; awaited: {awaited}")
        if self.beacon:
            return _seed(f"{BEACON}{self.seal}:{self.value}")
        return _seed(f"{TOGETHER}{self.seal}:{','.join(self.secrets[party] for party in sorted(self.parties))}")

    # -- who could have chosen ----------------------------------------------------------------------------------------

    def choosers(self) -> Table:
        """Who could have chosen the seed, and who stopped it: columns who, could_choose, could_withhold, why."""
        rows = self._of_beacon() if self.beacon else self._of_commitments()
        title = f"Who could have chosen the seed of the seal {self.short}"
        return Table.of_rows(
            title, CHOOSERS, rows, "Of what the record shows; whether a secret was drawn at random it cannot."
        )

    def _of_commitments(self) -> list[dict[str, Any]]:
        if not self.complete:
            return [
                {"who": "", "could_choose": "not yet known", "could_withhold": True, "why": "not every secret is told"}
            ]
        why = "it committed before it knew another's secret; it could only refuse to tell its own, which all would see"
        rows = [{"who": party, "could_choose": "no", "could_withhold": True, "why": why} for party in self.parties]
        if len(self.parties) == 1:
            why = "nobody else took part: it could try secrets until the seed suited"
            return [{"who": self.parties[0], "could_choose": "by trying", "could_withhold": True, "why": why}]
        together = "had they told each other their secrets before; one that did not is enough"
        everybody = {"who": ", ".join(self.parties), "could_choose": "all of them together", "could_withhold": True}
        return [*rows, everybody | {"why": together}]

    def _of_beacon(self) -> list[dict[str, Any]]:
        if self.beacon_on <= self.sealed_on:
            why = (
                f"{self.beacon} is of {self.beacon_on}, not after the seal of {self.sealed_on}: whoever sealed knew it"
            )
            return [{"who": "whoever sealed", "could_choose": "by trying", "could_withhold": False, "why": why}]
        why = f"{self.beacon} came out on {self.beacon_on}, after the seal of {self.sealed_on}, and no party makes it"
        rows = [{"who": party, "could_choose": "no", "could_withhold": False, "why": why} for party in self.parties]
        trust = "the parties trust whoever publishes it, and that which value decides was agreed before it was out"
        return [*rows, {"who": "who publishes it", "could_choose": "by trying", "could_withhold": True, "why": trust}]

    # -- keeping ----------------------------------------------------------------------------------------------------

    def to_json(self) -> str:
        """The record as JSON text, to be passed round."""
        content = {
            "format": FORMAT,
            **{name: getattr(self, name) for name in ("seal", "short", "sealed_on")},
            "parties": list(self.parties),
            "commitments": dict(self.commitments),
            "secrets": dict(self.secrets),
            **{name: getattr(self, name) for name in ("beacon", "beacon_on", "value")},
        }
        return json.dumps(content, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> SeedDraw:
        """Read what `to_json` wrote.

        Raises
        ------
        BookError
            It is no such record, or a step in it is not as it must be.
        """
        problems: list[dict[str, str]] = []
        try:
            data = json.loads(text)
        except ValueError as error:
            raise _refused("malformed", "", f"not JSON: {error}") from None
        read = Fields(data, "", problems)
        read.format(FORMAT, "a record written by SeedDraw.write")
        names = ("seal", "short", "sealed_on")
        texts = {name: read.text(name) for name in names}
        texts |= {name: read.text(name, "") for name in ("beacon", "beacon_on", "value")}
        listed = [str(party) for party in read.items("parties")]
        given = {name: read.mapping(name) for name in ("commitments", "secrets")}
        read.done()
        if problems:
            raise BookError("not a record of a common seed", problems)
        told: dict[str, Any] = {name: {str(k): str(v) for k, v in values.items()} for name, values in given.items()}
        rest: dict[str, Any] = {**texts, **told}
        return cls(parties=tuple(listed), **rest)

    def write(self, path: str | Path) -> None:
        """Write the record; replaced whole or not at all."""
        write_atomic(path, self.to_json())

    @classmethod
    def read(cls, path: str | Path) -> SeedDraw:
        """Read a record that `write` wrote."""
        return cls.from_json(Path(path).read_bytes())

    # -- checks -------------------------------------------------------------------------------------------------------

    def _known(self, party: str) -> None:
        if party not in self.parties:
            raise _refused("unknown-party", "/parties", f"'{party}' takes no part; there is {', '.join(self.parties)}")

    def _check(self) -> None:
        """Every step against the rule, so that a record that was read is as good as one that was made."""
        if self.beacon:
            _check_day(self.beacon_on)
        for party, commitment in self.commitments.items():
            self._known(party)
            if not _SECRET.fullmatch(commitment):
                raise _refused(
                    "malformed", f"/commitments/{party}", f"found {commitment!r}, expected 64 hexadecimal digits"
                )
        if self.secrets and len(self.commitments) < len(self.parties):
            missing = ", ".join(party for party in self.parties if party not in self.commitments)
            raise _refused("not-in-order", "/secrets", f"told before all have committed; awaited: {missing}")
        for party, secret in self.secrets.items():
            if self.commitment(party, secret) != self.commitments[party]:
                message = f"'{party}' committed to another secret than it tells"
                raise _refused("not-committed", f"/secrets/{party}", message)
        if self.value and not (self.value.isascii() and self.value.isprintable()):
            raise _refused("malformed", "/value", f"found {self.value!r}, expected printable ASCII text")

    def _blocks(self) -> list[Any]:
        from ._display import blocks

        state = f"Seed {self.seed()}." if self.complete else "The seed is not drawn yet."
        how = (
            f"Decided by {self.beacon} of {self.beacon_on}."
            if self.beacon
            else "Decided by the secrets of the parties."
        )
        rows = tuple((p, self.commitments.get(p, "")[:16], "told" if p in self.secrets else "") for p in self.parties)
        shown: list[Any] = [
            blocks.Heading(f"A common seed for the seal {self.short}"),
            blocks.Paragraph(f"{how} {state}"),
        ]
        shown += [] if self.beacon else [blocks.Grid("", ("party", "committed to", "secret"), rows, "lll")]
        return [*shown, self.choosers()._block()]

    def __repr__(self) -> str:
        return f"<SeedDraw of the seal {self.short}: {'complete' if self.complete else 'not complete'}>"


def _check_secret(party: str, secret: str) -> None:
    if not _SECRET.fullmatch(secret):
        message = (
            f"the secret of '{party}' must be 64 hexadecimal digits in small letters, as SeedDraw.secret() draws them"
        )
        raise _refused("malformed", f"/secrets/{party}", message)


def _check_day(day: str) -> None:
    try:
        datetime.date.fromisoformat(day)
    except ValueError:
        raise _refused("malformed", "/beacon_on", f"found {day!r}, expected a day such as 2026-05-01") from None


def seed_draw(sealed: SealedBook, *, beacon: str = "", on: str = "") -> SeedDraw:
    """Begin to draw a seed together for a sealed book, by commitments of its signatories or by a public value.

    Parameters
    ----------
    sealed
        The book under seal; those who sign it take part.
    beacon
        The public value that decides, in words that leave no choice: "NIST beacon, first pulse after noon UTC, output
        value". "": commitments.
    on
        The day on which it comes out, such as "2026-05-01": after the seal, or whoever seals could still choose.

    Examples
    --------
    >>> import openbook as ob
    >>> who = {"commissioner": "A Jones", "hospital": "B Khan"}
    >>> sealed = ob.examples.acute_contract().seal(who, "2016-03-31", accept_illustrative=True)
    >>> draw = ob.seed_draw(sealed, beacon="lottery, main draw", on="2016-04-06").came_out("04 08 15 16 23 42")
    >>> draw.complete, draw.choosers()["could_choose"]
    (True, ('no', 'no', 'by trying'))
    """
    parties = tuple(item.party for item in sealed.signatories)
    return SeedDraw(sealed.digest, sealed.short, str(sealed.date), parties, beacon=beacon, beacon_on=on)
