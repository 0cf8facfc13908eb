"""Number formats of a workbook: which cells show a percentage, and which dates show a year or a month only.

A spreadsheet keeps 0.95 where a cell shows 95%, and the first of January where one shows 2012. What a
person filled in is what the cell shows, so both are read that way. A cell points at a style, a style at a
format; the format codes are those of ECMA-376 (part 1, 18.8.30 and 18.8.31).
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final
from xml.etree import ElementTree as ET


class Shown(StrEnum):
    """What a number format makes of a number, where that changes what a person reads."""

    PERCENT = "percent"
    YEAR = "year"
    MONTH = "month"


_BUILT_IN: Final[Mapping[int, Shown]] = {
    9: Shown.PERCENT,
    10: Shown.PERCENT,
    17: Shown.MONTH,
    # of Chinese workbooks: yyyy"年"m"月"
    27: Shown.MONTH,
    36: Shown.MONTH,
    50: Shown.MONTH,
    52: Shown.MONTH,
    57: Shown.MONTH,
}
"""Formats that a workbook does not spell out, by their number."""

_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|AM/PM|A/P', re.IGNORECASE)
_DIGITS = 6
_MINUTES = re.compile(r"h+\W*m+|m+\W*s+", re.IGNORECASE)


def shown_as(form: str) -> Shown | None:
    r"""Return what a number format shows of a number: a percentage, a year, a month; None for anything else.

    >>> shown_as("0.0%"), shown_as('0.0"%"'), shown_as("yyyy"), shown_as("mmm yyyy"), shown_as("d.m.yyyy")
    (<Shown.PERCENT: 'percent'>, None, <Shown.YEAR: 'year'>, <Shown.MONTH: 'month'>, None)
    """
    first = _LITERAL.sub("", form).split(";", 1)[0]
    plain = _MINUTES.sub("h", first).lower()
    if "%" in plain:
        return Shown.PERCENT
    if "y" not in plain or "d" in plain or "h" in plain or "s" in plain:
        return None
    return Shown.MONTH if "m" in plain else Shown.YEAR


def styles_shown(part: bytes) -> dict[int, Shown]:
    """Return, by the number of a cell's style, what it shows; styles that change nothing are left out.

    Parameters
    ----------
    part : the part of the styles of a workbook (``xl/styles.xml``), without document types

    Raises
    ------
    xml.etree.ElementTree.ParseError : the part is not well formed
    """
    root = ET.fromstring(part)  # noqa: S314 - the package was inspected
    space = root.tag.removesuffix("styleSheet")
    formats: dict[int, Shown | None] = dict(_BUILT_IN)
    for declared in root.iterfind(f"{space}numFmts/{space}numFmt"):
        formats[_number(declared.get("numFmtId"))] = shown_as(declared.get("formatCode", ""))
    cells = (
        formats.get(_number(cell.get("numFmtId"))) for cell in root.iterfind(f"{space}cellXfs/{space}xf")
    )
    return {style: shown for style, shown in enumerate(cells) if shown is not None}


def _number(digits: str | None) -> int:
    return int(digits) if digits and digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS else 0
