"""The rows of headings of a sheet: one or several, with merged cells filled, and where they stand (ADR 0059).

A heading of several rows is what stands above its column in all of them, each text once: a head over a group
of columns and the year below it are ``Revenue 2018``. A merged cell stands in all the columns and rows that
it covers. Where no cell is merged, as in a text file, an empty cell of an upper row belongs to the text left
of it.
"""

import itertools
from collections.abc import Collection, Sequence
from typing import Final

from urbium.sources.formats.grid import Grid
from urbium.sources.headings.headings import places_of

DEEPEST: Final = 40
"""Headings are sought within the first forty rows."""

_SPANS: Final = (1, 2, 3)
"""How many rows of headings are tried where a mapping names none."""


def heading_rows(grid: Grid, last: int, heads: int = 1) -> list[list[str]]:
    """Return the rows of headings down to ``last`` (from 1), as texts, with merged cells filled."""
    first = max(last - heads, 0)
    rows = [grid.row(row) for row in range(first, last)]
    merged = [area for area in grid.merged if first <= area[2] < last]
    for top, left, bottom, right in merged:
        words = [cells[left] for cells in [grid.row(top)] if left < len(cells)]
        for row in range(max(top, first), bottom + 1):
            rows[row - first][left : right + 1] = words * len(rows[row - first][left : right + 1])
    if not merged:
        for upper, lower in itertools.pairwise(rows):
            for place in range(1, len(upper)):
                if not upper[place] and lower[place]:
                    upper[place] = upper[place - 1]
    return rows


def joined(words: Sequence[str]) -> str:
    """Return what stands above a column, each text once and in one line.

    >>> joined(["Code", "Code"]), joined(["Revenue", "", "2018"])
    ('Code', 'Revenue 2018')
    """
    return " ".join(word for word in dict.fromkeys(" ".join(word.split()) for word in words) if word)


def headings_of(grid: Grid, last: int, heads: int = 1) -> list[str]:
    """Return the heading of each column, of one row or of several."""
    rows = heading_rows(grid, last, heads)
    return rows[0] if len(rows) == 1 else [joined(words) for words in zip(*rows, strict=True)]


def find_header(grid: Grid, names: Collection[str]) -> tuple[int, int]:
    """Return the last row of headings (from 1) and their number: the first rows that hold those names.

    Where no rows hold all of them, those that hold most; the first row where none holds any.
    """
    most, best = 0, (1, 1)
    for last in range(1, min(DEEPEST, grid.frame.height) + 1):
        for heads in _SPANS[:last]:
            headings = headings_of(grid, last, heads)
            count = sum(bool(places_of(headings, name)) for name in names)
            if count > most:
                most, best = count, (last, heads)
    return best
