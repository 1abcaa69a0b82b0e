"""Scenarios as plain data: files of them, standard sets, recorded paths, and what they act on in a book.

>>> import openbook as ob
>>> [scenario.id for scenario in ob.scenarios.standard("winter").scenarios]
['hard_winter', 'winter_and_missed_targets']
"""

from .applying import receipt
from .files import names, read, sets, standard, write
from .recorded import replay

__all__ = ["names", "read", "receipt", "replay", "sets", "standard", "write"]
