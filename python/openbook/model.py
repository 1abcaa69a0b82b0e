"""The classes of the document, one per record of the format, made from the core's own description.

``model.pyi`` lists them with their fields for editors and type checkers; it is written by ``python -m
openbook._stubs``.
"""

from ._description import class_name, families, records
from ._values import Value, class_for, family_class

__all__ = ["Value"]
__all__ += [class_name(family) for family in families()]
__all__ += [record.python for record in records().values()]


def __getattr__(name: str):
    for family in families():
        if class_name(family) == name:
            globals()[name] = family_class(family)
            return globals()[name]
    for record in records().values():
        if record.python == name:
            made = class_for(record)
            globals()[name] = made
            return made
    raise AttributeError(f"openbook.model has no class '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
