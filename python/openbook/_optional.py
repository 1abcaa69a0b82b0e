"""Packages that are loaded when they are first needed."""

from __future__ import annotations

import importlib
from typing import Any

__all__ = ["optional"]


def optional(name: str) -> Any:
    """Import a package that openbook can do without.

    Raises
    ------
    ModuleNotFoundError
        It is not installed; the message says how to install it.
    """
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        package = name.partition(".")[0]
        if error.name != package:
            raise
        message = f"this needs the package '{package}', which is not installed: pip install {package}"
        raise ModuleNotFoundError(message, name=package) from None
