"""Recognises our own shapes: the long table, and the filled template in long or wide form."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from urbium.columns import heading
from urbium.model import Variable
from urbium.packaged import words_of
from urbium.sources.formats.grid import Grid
from urbium.sources.headings.headings import (
    HEADINGS,
    SPOKEN,
    columns_of,
    folded,
    in_language,
    is_city_name,
    ours,
    said_heading,
)
from urbium.sources.mappings.mapping_plans import ColumnPlan, Layout, Place, TablePlan
from urbium.sources.spoken import by_name
from urbium.text import Text, languages, text

_DEEPEST = 40
GUIDE_TITLE = text("How to fill in this workbook")
SHEETS: Final = words_of("sheet of the template")
"""The sheets of the template by their English names."""
_GUIDES: Final[tuple[tuple[Text, str], ...]] = (
    (SHEETS["Instructions"], GUIDE_TITLE),
    (SHEETS["Variables"], said_heading("id")),
    (SHEETS["Lists"], said_heading("status")),
    (words_of("sheet")["Findings"], heading("severity")),
)
"""The sheets that are to be read by people alone, each with what its first cell says."""


def own_plan(grid: Grid, variables: Mapping[str, Variable]) -> TablePlan | None:
    """Return how to read a sheet laid out as ours, or None when it is not.

    The row of headings is sought in the first forty rows: it names a city and a period, and either
    ``variable`` and ``value`` (long) or at least one variable of the catalogue (wide).
    """
    ids = by_name(variables)
    for index in range(min(_DEEPEST, grid.frame.height)):
        headings = grid.row(index)
        columns = columns_of(headings)
        if not {"city", "period"} <= columns.keys():
            continue
        places = {part: Place(column=named[0]) for part, named in columns.items()}
        beside = _beside(headings, columns)
        if {"variable", "value"} <= columns.keys():
            return _plan("long", index + 1, places, beside)
        if any(folded(heading) in ids for heading in headings):
            reserved = {word for words in HEADINGS.values() for word in words} | SPOKEN
            given = [
                heading
                for heading in dict.fromkeys(headings)
                if heading and ours(heading) not in reserved and not in_language(heading)
            ]
            values = tuple(ColumnPlan(heading, ids.get(folded(heading), heading)) for heading in given)
            places.pop("unit", None)  # in a wide table the unit is the variable's own
            return _plan("variables", index + 1, places, beside, values)
    return None


def is_guide(grid: Grid) -> bool:
    """Whether a sheet is one that our template or our marked copy brings along, known by name and first cell.

    >>> import polars as pl
    >>> is_guide(Grid("Lists", pl.DataFrame({"0": ["status", "reported"]})))
    True
    >>> is_guide(Grid("Lists", pl.DataFrame({"0": ["340100", "340200"]})))
    False
    """
    return (folded(grid.sheet), folded("".join(grid.row(0)[:1]))) in _guides()


@cache
def _guides() -> frozenset[tuple[str, str]]:
    return frozenset(
        (folded(sheet.render(tongue)), folded(first.render(tongue) if isinstance(first, Text) else first))
        for sheet, first in _GUIDES
        for tongue in languages()
    )


def _beside(headings: Sequence[str], columns: Mapping[str, Sequence[str]]) -> tuple[tuple[str, str], ...]:
    """Return the columns that say a part of the key once more, as (part, heading)."""
    cities = [heading for heading in dict.fromkeys(headings) if is_city_name(heading)]
    names = [heading for heading in cities if heading not in columns["city"]]
    again = [(part, heading) for part, named in columns.items() for heading in named[1:] if part != "value"]
    return (*(("city", name) for name in names), *again)


def _plan(
    layout: Layout,
    header: int,
    places: Mapping[str, Place],
    beside: tuple[tuple[str, str], ...],
    columns: tuple[ColumnPlan, ...] = (),
) -> TablePlan:
    return TablePlan(
        layout=layout,
        header=header,
        columns=columns,
        beside=beside,
        is_own=True,
        city=places["city"],
        period=places["period"],
        variable=places.get("variable", Place()),
        value=places.get("value", Place()),
        unit=places.get("unit", Place()),
        area=places.get("area", Place()),
        status=places.get("status", Place()),
        quality=places.get("quality", Place()),
        source=places.get("source", Place()),
    )
