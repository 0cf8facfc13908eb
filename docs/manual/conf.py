"""Sphinx's settings for the manual; ``make docs`` builds it without a network, and no warning is let pass."""

import re
import sys
from pathlib import Path

from sphinx.application import Sphinx

_ENTRY = re.compile(r"^(\w+(?:, \w+)*) : (.+(?:\n +.+)*)$", re.MULTILINE)
_ARRAY = re.compile(
    r"~?(?:numpy\.)?ndarray\[tuple\[[^\]]*\], ~?(?:numpy\.)?dtype\[~?(?:numpy\.)?(\w+?)_?\]\]"
)
_FOR_AUTHORS = "Where to change what:"
"""From here on the head of a room is for who changes the code: shown on the page of rooms alone."""
HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import reference  # noqa: E402 - stands beside this file
import urbium  # noqa: E402
from formulas import add_formulas  # noqa: E402
from urbium.result import Result  # noqa: E402

project = "urbium"
author = "The urbium founders"
copyright = author  # noqa: A001 - Sphinx calls it so
release = version = urbium.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
root_doc = "manual/index"
suppress_warnings = ["ref.python"]  # a name is shown where it is made and where it is offered
exclude_patterns = ["release.md", "decisions/README.md"]
maximum_signature_line_length = 100

html_theme = "furo"
html_title = f"urbium {release}"
html_copy_source = html_show_sourcelink = False
html_math_renderer = "mathml"

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
napoleon_google_docstring = False
napoleon_use_param = napoleon_use_rtype = False
napoleon_use_ivar = True
napoleon_attr_annotations = False
python_use_unqualified_type_names = True


def _fill(_app: Sphinx, _page: str, source: list[str]) -> None:
    source[0] = reference.filled(source[0])


Docstring = list[str]


def _split(app: Sphinx, what: str, _name: str, _thing: object, _options: object, lines: Docstring) -> None:
    """Put what is said behind the colon of ``name : meaning`` below the name, where napoleon looks for it."""
    if _FOR_AUTHORS in lines:
        del lines[lines.index(_FOR_AUTHORS) :]
    app.config.said_of_data = list(lines) if what in ("attribute", "data") else None
    lines[:] = _ENTRY.sub(_entries, "\n".join(lines)).split("\n")


def _entries(entry: re.Match[str]) -> str:
    return "\n".join(f"{name}\n    {entry[2]}" for name in entry[1].split(", "))


def _restore(app: Sphinx, _what: str, _name: str, _thing: object, _options: object, lines: Docstring) -> None:
    """Give data their docstring back: napoleon takes what stands before its first colon for a type."""
    lines[:] = app.config.said_of_data or lines


def _shortened(
    _app: Sphinx,
    what: str,
    _name: str,
    thing: object,
    _options: object,
    takes: str | None,
    returns: str | None,
) -> tuple[str | None, str | None]:
    """Call arrays by their short name, and leave out how results are made: readers do not make them."""
    if what == "class" and isinstance(thing, type) and issubclass(thing, Result):
        return "", None
    return takes and _ARRAY.sub(r"Array[\1]", takes), returns and _ARRAY.sub(r"Array[\1]", returns)


def setup(app: Sphinx) -> None:
    """Let pages be filled from the code, and formulas be written as MathML."""
    app.add_config_value("said_of_data", None, "")
    app.connect("source-read", _fill)
    app.connect("autodoc-process-docstring", _split, priority=400)  # before napoleon
    app.connect("autodoc-process-docstring", _restore, priority=600)  # after it
    app.connect("autodoc-process-signature", _shortened)
    add_formulas(app)
