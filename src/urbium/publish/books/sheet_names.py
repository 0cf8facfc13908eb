"""Sheet names: what the sheets of workbooks are called, by the English name that code has for each."""

from typing import Final

from urbium.packaged import words_of
from urbium.text import say

_MOST: Final = 31
"""Characters of the name of a sheet of Excel."""
_NAMES: Final = words_of("sheet")


def sheet_name(name: str) -> str:
    """Return what a sheet is called in the language that is spoken; its own name where it has no other.

    >>> from urbium.text import language
    >>> with language("zh"):
    ...     sheet_name("Schedule"), sheet_name("A step of mine")
    ('进度表', 'A step of mine')
    """
    return str(say(_NAMES.get(name, name)))[:_MOST]
