"""The stubs say what the modules have: every class, its base, its properties, and what makes it."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path
from typing import Any

import openbook as ob
import pytest
from openbook import _core, model

PACKAGE = Path(ob.__file__).parent


def classes_of(name: str) -> dict[str, ast.ClassDef]:
    tree = ast.parse((PACKAGE / name).read_text(encoding="utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def functions_of(body: list[ast.stmt]) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in body if isinstance(node, ast.FunctionDef)}


MODEL = classes_of("model.pyi")


def test_the_stub_of_the_model_has_its_classes_and_no_other() -> None:
    known = {name for name in model.__all__ if inspect.isclass(getattr(model, name))}
    assert set(MODEL) | {"Value"} == known
    (listed,) = [
        ast.literal_eval(node.value)
        for node in ast.parse((PACKAGE / "model.pyi").read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__"
    ]
    assert sorted(listed) == sorted(model.__all__)


@pytest.mark.parametrize("name", MODEL)
def test_a_class_of_the_model_is_as_its_stub_says(name: str) -> None:
    stub, real = MODEL[name], getattr(model, name)
    assert [ast.unparse(base) for base in stub.bases] == [real.__mro__[1].__name__]
    told = functions_of(stub.body)
    for method, node in told.items():
        if method == "__init__":
            continue
        assert any(ast.unparse(decorator) == "property" for decorator in node.decorator_list), f"{name}.{method}"
        documentation = inspect.getdoc(getattr(real, method)) or ""
        assert documentation.split() == (ast.get_docstring(node) or "").split() or not documentation, f"{name}.{method}"
    if "__init__" in told:
        arguments = [argument.arg for argument in told["__init__"].args.kwonlyargs]
        positional = [argument.arg for argument in told["__init__"].args.args[1:]]
        fields = {method for method in told if method != "__init__"}
        above = [MODEL[base.__name__] for base in real.__mro__[1:] if base.__name__ in MODEL]
        inherited = {method for base in above for method in functions_of(base.body)}
        assert {*arguments, *positional} <= fields | inherited | {"kind"}, name
        with pytest.raises((TypeError, ob.BookError)) as refused:
            real(**{"no_such_field": 1})
        assert "no_such_field" in str(refused.value)


def test_the_stub_of_the_core_has_what_the_core_has() -> None:
    tree = ast.parse((PACKAGE / "_core.pyi").read_text(encoding="utf-8"))
    told = {node.name: node for node in tree.body if isinstance(node, (ast.ClassDef, ast.FunctionDef))}
    names = set(told) | {node.target.id for node in tree.body if isinstance(node, ast.AnnAssign)}  # type: ignore[union-attr]
    public = {name for name in vars(_core) if not name.startswith("_")}
    assert names == public
    for name, node in told.items():
        if isinstance(node, ast.ClassDef):
            real: Any = getattr(_core, name)
            for method in functions_of(node.body):
                assert hasattr(real, method), f"{name}.{method}"
            members = {m for m in vars(real) if not m.startswith("_") and not inspect.isclass(vars(real)[m])}
            assert members <= {*functions_of(node.body), *annotated(node)}, name


def annotated(node: ast.ClassDef) -> set[str]:
    return {item.target.id for item in node.body if isinstance(item, ast.AnnAssign)}  # type: ignore[union-attr]
