"""The keys of a mapping file, each with a line: what is read, what is shown, and what the manual lists."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import polars as pl

from urbium.sources.headings.headings import CITY_PARTS
from urbium.sources.mappings.mapping_plans import PARTS
from urbium.text import Text, text

_SAYS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "title": text("what the mapping reads, in words"),
        "source": text("id of the source in the catalogue, unless a table gives it"),
        "status": text("reported (also the default) or projected"),
        "projected_from": text("figures for this period and later ones are projections by the source"),
        "quality": text("grade of quality of the figures, such as measured"),
        "missing": text('words for an unknown figure, such as [".."]'),
        "encoding": text("of a text file that is neither UTF-8 nor UTF-16"),
        "delimiter": text("delimiter between the cells of a CSV file"),
        "thousands": text("thousands separator in figures typed as text"),
        "decimal": text("decimal separator in figures typed as text"),
        "strip": text('characters next to figures, such as ["%", "p"]; letters stay as marks'),
        "names": text("the file's name for a city, and its code"),
        "tables": text("[[tables]]: the layout of each table of figures"),
        "cities": text("[cities]: the layout of a table of cities"),
        "sheet": text("name of the sheet, or names; by default, every sheet"),
        "header": text("row of the headings, or rows such as [3, 4]; by default, searched for"),
        "skip": text("rows below the headings that are not read, such as [2, 3]"),
        "where": text("conditions on rows; all must be met"),
        "layout": text("variables or periods (a column for each), or long (a row for each figure)"),
        "name": text("column that names the city a second time; both must mean the same city"),
        "city": text("place of the code or name of the city"),
        "within": text("place of the nation or region, where names of cities repeat"),
        "period": text("place of the year, quarter, month or day"),
        "variable": text("place of the variable; not with layout variables"),
        "value": text("column of the figures; with layout long"),
        "unit": text("place of the unit; by default, that of the variable"),
        "area": text("place of the boundary; by default, that of the variable"),
        "columns": text("columns of figures; with layout variables"),
        "column": text('heading of the column, or its letter as "$H"'),
        "optional": text("true for a column that not every file has"),
        "is": text("texts of the rows to read"),
        "not": text("texts of the rows to skip"),
        "code": text("place of the code of the city"),
        "a place.code": text("the code of the single city in all rows"),
        "[cities].name": text(
            "place of the name, in the programme's first language; name_<language> in another"
        ),
        "a place.value": text("applies to all rows"),
        "columns.variable": text("id of the variable that the column holds"),
        "level": text('place of the level, such as {{value = "city"}}'),
        "province": text("place of the region; province_<language> in a language"),
        "latitude": text("place of the latitude in degrees"),
        "longitude": text("place of the longitude in degrees"),
        "parent": text("place of the code of the higher-level place"),
        "note": text("place of a note"),
        "valid_from": text("place of the first period in which the city exists"),
        "valid_to": text("place of the last period in which the city exists"),
        "from": text('"sheet" (its name) or "header" (the text above the periods)'),
        "words": text('the meaning of words in the file, such as {{GDP = "gdp"}}'),
        "others": text('"skip": rows whose text has no meaning here are left out and counted'),
        "pattern": text("regular expression (RE2) with one group, whose match is used"),
    }
)
"""What a key says; with its part before it where it says something else there."""

_OF_CELLS: Final = ("sheet", "header", "skip")
MAPPING_KEYS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    "the file": ("title", "source", "status", "projected_from", "quality", "missing", "encoding", "delimiter",
                 "thousands", "decimal", "strip", "names", "tables", "cities"),
    "[[tables]]": (*_OF_CELLS, "where", "layout", "name", *PARTS, "columns"),
    "columns": ("column", "variable", "unit", "area", "source", "status", "quality", "optional"),
    "where": ("column", "is", "not"),
    "[cities]": (*_OF_CELLS, *CITY_PARTS),
    "a place": ("column", "value", "code", "from", "strip", "words", "others", "pattern"),
})  # fmt: skip
"""The keys of each part of a mapping file.

``a place`` is where a part of a figure or a city stands: a heading alone, or a table of these keys.
"""


def mapping_keys() -> pl.DataFrame:
    """Return every key of a mapping file: part, key, says.

    >>> mapping_keys().filter(part="where")["key"].to_list()
    ['column', 'is', 'not']
    """
    return pl.DataFrame(
        [
            (part, key, _SAYS.get(f"{part}.{key}", _SAYS[key]).render())
            for part, keys in MAPPING_KEYS.items()
            for key in keys
        ],
        schema={"part": pl.String(), "key": pl.String(), "says": pl.String()},
        orient="row",
    )
