"""Recognises our own shapes: the long table, and the filled template in long or wide form."""

from collections.abc import Mapping

from urbium.model import Variable
from urbium.sources.grid import Grid
from urbium.sources.mapping import ColumnPlan, Layout, Place, TablePlan
from urbium.text import languages, text

__all__ = ["GUIDE_TITLE", "HEADINGS", "is_guide", "own_plan"]

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "city": ("city_code", "city", "code", "country"),
    "period": ("period", "year"),
    "variable": ("variable",),
    "value": ("value",),
    "unit": ("unit",),
    "area": ("area",),
    "status": ("status",),
    "quality": ("quality",),
    "source": ("source_id", "source"),
}
"""The headings of our own tables: for each part of an observation the words that name its column."""

_OTHERS = frozenset(
    {
        "name",
        "name_en",
        "name_zh",
        "variable_name",
        "plausible",
        "note",
        "reason",
        "recorded_at",
        "recorded_by",
    }
    | {"file", "sheet", "cell", "province"}
)
_DEEPEST = 40
GUIDE_TITLE = text("sources.template.title", "How to fill in this workbook")
_GUIDES = {
    "Variables": "id",
    "Lists": "status",
    "Findings": "severity",
}


def own_plan(grid: Grid, variables: Mapping[str, Variable]) -> TablePlan | None:
    """Return how to read a sheet laid out as ours, or None when it is not.

    The row of headings is sought in the first forty rows: it names a city and a period, and either
    ``variable`` and ``value`` (long) or at least one variable of the catalogue (wide).
    """
    for index in range(min(_DEEPEST, grid.frame.height)):
        headings = grid.row(index)
        columns_of = {
            part: word for part, words in HEADINGS.items() for word in reversed(words) if word in headings
        }
        if not {"city", "period"} <= columns_of.keys():
            continue
        places = {name: Place(column=word) for name, word in columns_of.items()}
        if {"variable", "value"} <= columns_of.keys():
            return _plan("long", index + 1, places)
        if any(heading in variables for heading in headings):
            ours = {word for words in HEADINGS.values() for word in words} | _OTHERS
            given = [heading for heading in dict.fromkeys(headings) if heading and heading not in ours]
            columns = tuple(ColumnPlan(heading, heading) for heading in given)
            places.pop("unit", None)  # in a wide table the unit is the variable's own
            return _plan("variables", index + 1, places, columns)
    return None


def is_guide(grid: Grid) -> bool:
    """Whether a sheet is one that our template or our marked copy brings along, known by name and first cell.

    >>> import polars as pl
    >>> is_guide(Grid("Lists", pl.DataFrame({"0": ["status", "reported"]})))
    True
    >>> is_guide(Grid("Lists", pl.DataFrame({"0": ["340100", "340200"]})))
    False
    """
    first = grid.row(0)[:1]
    if grid.sheet == "Instructions":
        return first in [[GUIDE_TITLE.render(name)] for name in languages()]
    return grid.sheet in _GUIDES and first == [_GUIDES[grid.sheet]]


def _plan(
    layout: Layout, header: int, places: Mapping[str, Place], columns: tuple[ColumnPlan, ...] = ()
) -> TablePlan:
    return TablePlan(
        layout=layout,
        header=header,
        columns=columns,
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
