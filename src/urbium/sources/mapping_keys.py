"""The keys of a mapping file, each with a line: what is read, what is shown, and what the manual lists."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import polars as pl

from urbium.sources.headings import CITY_PARTS
from urbium.sources.mapping_plans import PARTS
from urbium.text import Text, text

__all__ = ["MAPPING_KEYS", "mapping_keys"]

_SAYS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "title": text("sources.mapping_key.title", "what the mapping reads, for people"),
        "source": text(
            "sources.mapping_key.source", "id of the source in the catalogue, unless a table gives it"
        ),
        "status": text("sources.mapping_key.status", "reported (also when left out) or projected"),
        "projected_from": text(
            "sources.mapping_key.projected_from",
            "figures of this period and later ones are projections of the source",
        ),
        "quality": text("sources.mapping_key.quality", "grade of quality of the figures, such as measured"),
        "missing": text(
            "sources.mapping_key.missing", 'words for a figure that is not known, such as [".."]'
        ),
        "encoding": text("sources.mapping_key.encoding", "of a text file that is neither UTF-8 nor UTF-16"),
        "delimiter": text("sources.mapping_key.delimiter", "sign between the cells of a CSV file"),
        "thousands": text("sources.mapping_key.thousands", "sign between thousands in figures typed as text"),
        "decimal": text("sources.mapping_key.decimal", "sign before the decimals in figures typed as text"),
        "strip": text(
            "sources.mapping_key.strip",
            'signs next to figures, such as ["%", "p"]; letters stay as marks',
        ),
        "names": text("sources.mapping_key.names", "what the file calls a city, and its code"),
        "tables": text("sources.mapping_key.tables", "[[tables]]: how each table of figures is laid out"),
        "cities": text("sources.mapping_key.cities", "[cities]: how a table of cities is laid out"),
        "sheet": text("sources.mapping_key.sheet", "name of the sheet, or names; every sheet when left out"),
        "header": text(
            "sources.mapping_key.header", "row of the headings, or rows such as [3, 4]; sought when left out"
        ),
        "skip": text("sources.mapping_key.skip", "rows below the headings that are not read, such as [2, 3]"),
        "where": text("sources.mapping_key.where", "conditions on rows; all must hold"),
        "layout": text(
            "sources.mapping_key.layout",
            "variables or periods (a column for each), or long (a row for each figure)",
        ),
        "name": text(
            "sources.mapping_key.name", "column that names the city once more; both must mean the same"
        ),
        "city": text("sources.mapping_key.city", "place of the code or name of the city"),
        "within": text(
            "sources.mapping_key.within", "place of the nation or region, where names of cities repeat"
        ),
        "period": text("sources.mapping_key.period", "place of the year, quarter, month or day"),
        "variable": text("sources.mapping_key.variable", "place of the variable; not with layout variables"),
        "value": text("sources.mapping_key.value", "column of the figures; with layout long"),
        "unit": text("sources.mapping_key.unit", "place of the unit; that of the variable when left out"),
        "area": text("sources.mapping_key.area", "place of the boundary; that of the variable when left out"),
        "columns": text("sources.mapping_key.columns", "columns of figures; with layout variables"),
        "column": text("sources.mapping_key.column", 'heading of the column, or its letter as "$H"'),
        "optional": text("sources.mapping_key.optional", "true for a column that not every file has"),
        "is": text("sources.mapping_key.is", "texts of the rows that are read"),
        "not": text("sources.mapping_key.not", "texts of the rows that are not read"),
        "code": text("sources.mapping_key.code", "place of the code of the city"),
        "a place.code": text("sources.mapping_key.code_of_all", "the code of the one city of all rows"),
        "[cities].name": text(
            "sources.mapping_key.name_of_city",
            "place of the name, in the programme's first language; name_<language> in another",
        ),
        "a place.value": text("sources.mapping_key.value_of_all", "what holds for all rows"),
        "columns.variable": text(
            "sources.mapping_key.variable_of_column", "id of the variable that the column holds"
        ),
        "level": text("sources.mapping_key.level", 'place of the level, such as {{value = "city"}}'),
        "province": text(
            "sources.mapping_key.province", "place of the region; province_<language> in a language"
        ),
        "latitude": text("sources.mapping_key.latitude", "place of the latitude in degrees"),
        "longitude": text("sources.mapping_key.longitude", "place of the longitude in degrees"),
        "parent": text("sources.mapping_key.parent", "place of the code of the place it lies in"),
        "note": text("sources.mapping_key.note", "place of a note"),
        "valid_from": text(
            "sources.mapping_key.valid_from", "place of the first period in which the city exists"
        ),
        "valid_to": text("sources.mapping_key.valid_to", "place of the last period in which the city exists"),
        "from": text(
            "sources.mapping_key.from", '"sheet" (its name) or "header" (what is above the periods)'
        ),
        "words": text(
            "sources.mapping_key.words", 'what the words of the file mean, such as {{GDP = "gdp"}}'
        ),
        "others": text(
            "sources.mapping_key.others", '"skip": rows whose text means nothing are left out and counted'
        ),
        "pattern": text(
            "sources.mapping_key.pattern", "regular expression (RE2) whose one group is what counts"
        ),
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
