"""What the package tells the standard `logging`, under the name "openbook".

INFO says what was done, in names, counts and seconds; DEBUG adds from where; WARNING is a book that failed among many.
Values of data and amounts of money are never logged. Nothing is configured: that is for the program that uses the
package.
"""

from __future__ import annotations

import logging

__all__ = ["tell"]

logging.getLogger("openbook").addHandler(logging.NullHandler())


def tell(logger: logging.Logger, level: int, event: str, **facts: object) -> None:
    """Log an event and what is to be known of it.

    The message reads ``settled: book=acute entries=600``; the record also has the attributes ``event`` and ``facts``,
    for formatters that want them apart.
    """
    if logger.isEnabledFor(level):
        words = " ".join(f"{name}={fact}" for name, fact in facts.items())
        logger.log(level, "%s: %s", event, words, extra={"event": event, "facts": facts}, stacklevel=2)
