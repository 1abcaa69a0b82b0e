"""How Sphinx builds the site. Nothing in it, and nothing in the pages, is loaded from elsewhere."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Any

here = Path(__file__).resolve().parent
sys.path.insert(0, str(here))

import openbook  # noqa: E402
from generators import notebooks, python_pages  # noqa: E402
from pygments.lexers.special import TextLexer  # noqa: E402
from sphinx.domains.python import PyObject  # noqa: E402
from sphinx.ext.napoleon import Config, NumpyDocstring  # noqa: E402

project = "openbook"
author = "the openbook contributors"
version = release = openbook.__version__
copyright = "the openbook contributors, Apache-2.0"
language = "en"

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["generators"]
source_suffix = {".md": "markdown"}

# Markdown
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
myst_links_external_new_tab = False

# Docstrings: numpydoc sections; names in single backticks are shown as code.
default_role = "code"
SECTIONS = Config(napoleon_use_ivar=True, napoleon_use_rtype=False)
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
maximum_signature_line_length = 88
python_use_unqualified_type_names = True
add_module_names = False

# References that point nowhere are errors, but for names of other packages, type aliases and private classes.
nitpicky = True
# A name that stands for an attribute of two classes ("draws") is not a link to either.
suppress_warnings = ["ref.python"]
nitpick_ignore_regex = [
    (r"py:.*", r"(typing|collections|pathlib|decimal|fractions|datetime|numpy|np|npt|builtins|types)\..*"),
    (r"py:.*", r"openbook\..*\b_\w+"),
    (r"py:class", r"openbook\._\w+\.\w+"),
    (r"py:class", r"openbook\.data\.(given|key_places)\.\w+"),
    (r"py:class", r"[^.]+"),
]

# A trailing "*" in a contents list takes pages that are added later; it may find none, and that cannot be told by type.
logging.getLogger("sphinx.sphinx.directives.other").addFilter(lambda record: "glob pattern" not in str(record.msg))

html_theme = "furo"
html_title = "openbook"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_show_search_summary = False  # summaries are fetched, which a page opened from a folder may not do
html_copy_source = False
html_theme_options = {
    "navigation_with_keys": False,
    "footer_icons": [],
}
pygments_style = "friendly"
pygments_dark_style = "monokai"


def _make_pages(app: Any, config: Any) -> None:
    python_pages.write(here)
    notebooks.write(here, here.parent / "notebooks")


def _sections(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """The sections of a docstring; a property's docstring has none, and its first colon ends no type."""
    if what not in ("property", "attribute", "data"):
        lines[:] = NumpyDocstring("\n".join(lines), SECTIONS, app, what, name, obj, options).lines()


def _signature(app: Any, what: str, name: str, obj: Any, *rest: Any) -> tuple[str, None] | None:
    """Results are made by functions, not by calling their classes."""
    return ("", None) if what == "class" and "made by `openbook." in (obj.__doc__ or "") else None


def setup(app: Any) -> None:
    app.add_lexer("csv", TextLexer)
    app.connect("config-inited", _make_pages)
    app.connect("autodoc-process-docstring", _sections)
    app.connect("autodoc-process-signature", _signature)
    for field in PyObject.doc_field_types:
        if field.name == "variable":
            field.label = "Attributes"
