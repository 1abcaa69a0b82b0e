"""Small books and their data that the tests of many books share."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import openbook as ob
from small import small_book

DATA: dict[str, Any] = {"visits": [100] * 6, "other": [10] * 6, "score": ["0.5", "1"]}
# standing 1,000 a month; 110 visits at £200 a month; quality 1,000 * score a quarter
TOTAL = Decimal(6 * 1000 + 6 * 110 * 200 + 500 + 1000)


def books(*names: str) -> dict[str, ob.Book]:
    """Small books by their ids."""
    return {name: small_book(id=name) for name in names}


def codes(run: ob.SettledMany) -> list[tuple[str, str, int, str]]:
    """Book, kind, exit code and code of every problem."""
    return [(row["book"], row["kind"], row["exit_code"], row["code"]) for row in run.errors]
