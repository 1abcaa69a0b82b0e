"""Data at the door: what a book wants, and how any data frame becomes its inputs with every row accounted for.

`load` reads data and gives a `Receipt`; `needs` says which columns, codes and months are wanted and writes a template;
`CodeMap` maps codes by name; `gaps` shows where months are missing; `with_rows` makes the rows of a frame the members
of a dimension.
"""

from __future__ import annotations

from .entities import with_rows
from .frames import is_frame
from .loading import history, load, loaded
from .loads import Load
from .mapping import CodeMap
from .missing import REASONS, gaps
from .needing import Needs, needs
from .options import DataOptions
from .receipt import Receipt
from .units import is_count

__all__ = [
    "REASONS",
    "CodeMap",
    "DataOptions",
    "Load",
    "Needs",
    "Receipt",
    "gaps",
    "history",
    "is_count",
    "is_frame",
    "load",
    "loaded",
    "needs",
    "with_rows",
]
