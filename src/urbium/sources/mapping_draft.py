"""A mapping file proposed by looking at a table: where its headings are, what each column seems to hold.

It is a draft: what was recognised is written out, what was not stands as a comment with what is needed.
Nothing is read by it until a person has looked at it.
"""

import difflib
import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from urbium.errors import InputError, UrbiumError
from urbium.model import Variable
from urbium.periods import Period
from urbium.sources.csv_layout import CsvForm
from urbium.sources.grid import Grid, plain_text
from urbium.sources.headings import HEADINGS, folded
from urbium.sources.own import is_guide
from urbium.sources.places import Places
from urbium.sources.read import open_grids
from urbium.text import text
from urbium.units import units

__all__ = ["draft_mapping"]

_DEEPEST: Final = 40
_LOOKED_AT: Final = 2_000
"""Rows that are looked at: a draft need not see them all."""

_MOST: Final = 0.8
"""A column holds periods, cities or variables when four fifths of its cells do."""

_SOME: Final = 0.3
"""A column of names is that of the cities when three tenths are registered and no other column has more."""

_ALIKE: Final = 0.8
_MOST_VARIABLES: Final = 2_000
_FIRST_YEAR, _LAST_YEAR = 1800, 2200
_UNIT = re.compile(r"[(（\[]([^)）\]]+)[)）\]]|[_,，]\s*([^_,，()]+)$")


@dataclass(frozen=True, slots=True)
class _Known:
    """What the words of a table are compared with."""

    places: Places
    variables: Mapping[str, str]
    """Names in any language and ids, folded, to ids."""


def draft_mapping(
    path: str | Path,
    *,
    variables: Mapping[str, Variable],
    cities: pl.DataFrame,
    sources: Collection[str] = (),
) -> str:
    """Return a mapping file (TOML) for a table, as far as looking at it tells.

    Parameters
    ----------
    path : the table, in any format that is read
    variables : of the catalogue, by id
    cities : the registered cities
    sources : ids of sources, of which one must be named

    Raises InputError when the file cannot be read, or no sheet of it holds a table.
    """
    path = Path(path)
    names = {
        folded(form): v.id
        for v in variables.values()
        for name in (*v.name.values(), v.id)
        for form in (name.partition("_")[0] if not name.isascii() else "", _UNIT.sub("", name), name)
        if form
    }
    vocabulary = _Known(Places(cities), names)
    tables = [
        "\n".join(lines)
        for grid in open_grids(path, CsvForm(may_have_titles=True))
        if not is_guide(grid) and (lines := list(_table(grid, vocabulary)))
    ]
    if not tables:
        raise InputError(
            text("sources.draft.none", "no sheet has a row of headings above rows of figures"),
            place=path.name,
            remedy=text("sources.draft.none.remedy", "send a table with one row of headings"),
        )
    head = [
        f"# A draft for {path.name}: look at every line, then check the table with this file as --mapping",
        f'source = ""   # the id of the source, one of: {", ".join(sorted(sources)[:20])}',
        '# projected_from = "2025"   # figures of this period and later ones are projections',
        'missing = ["", "-", "..", "n/a"]',
    ]
    return "\n".join([*head, *(f"\n{table}" for table in tables)]) + "\n"


def _table(grid: Grid, known: _Known) -> Iterator[str]:
    """Yield the lines of one sheet; none where it holds no table."""
    header = _header(grid)
    if header is None:
        return
    headings = grid.row(header)
    body = grid.frame.slice(header + 1, _LOOKED_AT)
    cells = {
        place: [plain_text(cell) for cell in body[str(place)].drop_nulls() if plain_text(cell)]
        for place, heading in enumerate(headings)
        if heading
    }
    cells = {place: texts for place, texts in cells.items() if texts}
    city = _city(headings, cells, known)
    years = [place for place, heading in enumerate(headings) if _is_period(heading)]
    period = None if len(years) > 1 else _column(headings, cells, "period", _is_period)
    taken = {city, period}
    variable = _variable_column(headings, cells, taken, known)
    yield "[[tables]]"
    if grid.sheet:
        yield f"sheet = {_quoted(grid.sheet)}"
    yield f"header = {header + 1}"
    yield from _key("city", headings, city, 'city = {code = "..."}   # which column names the city?')
    if len(years) > 1:
        yield f'layout = "periods"   # {headings[years[0]]} to {headings[years[-1]]}'
        yield from _variable(headings, variable, cells, known)
        return
    yield from _key("period", headings, period, 'period = {value = "2012"}   # which year is it?')
    numeric = [
        place for place, texts in cells.items() if place not in {*taken, variable} and _is_numeric(texts)
    ]
    if variable is not None and numeric:
        yield 'layout = "long"'
        yield from _variable(headings, variable, cells, known)
        named = next(
            (place for place in numeric if folded(headings[place]) in HEADINGS["value"]), numeric[-1]
        )
        yield f"value = {_quoted(headings[named])}"
        return
    yield 'layout = "variables"'
    yield "columns = ["
    for place in numeric:
        yield _value_column(headings[place], known)
    yield "]"


def _header(grid: Grid) -> int | None:
    """Return the row of headings: the first with nearly as many texts as the fullest of the first rows."""
    counts = [sum(bool(cell) for cell in grid.row(row)) for row in range(min(_DEEPEST, grid.frame.height))]
    most = max(counts, default=0)
    if most < 2 or len(counts) < 2:  # noqa: PLR2004 - a name and a figure, below headings
        return None
    return next(row for row, count in enumerate(counts) if count >= max(2, _MOST * most))


def _city(headings: list[str], cells: Mapping[int, list[str]], known: _Known) -> int | None:
    """Return the column that names registered cities best, or is called so."""
    shares = {
        place: sum(known.places.find(cell) is not None for cell in texts) / len(texts)
        for place, texts in cells.items()
    }
    best = max(shares, key=lambda place: shares[place], default=None)
    if best is not None and shares[best] >= _SOME:
        return best
    words = {*HEADINGS["city"], "city_name", "name", "country_name", "place", "area_name", "geo"}
    return next((place for place in cells if folded(headings[place]) in words), None)


def _column(
    headings: list[str], cells: Mapping[int, list[str]], part: str, fits: Callable[[str], bool]
) -> int | None:
    """Return the column most of whose cells fit, or that is called so."""
    for place, texts in cells.items():
        if sum(map(fits, texts)) >= _MOST * len(texts):
            return place
    return next((place for place in cells if folded(headings[place]) in HEADINGS[part]), None)


def _variable_column(
    headings: list[str], cells: Mapping[int, list[str]], taken: Collection[int | None], known: _Known
) -> int | None:
    """Return the column of texts in which most variables are known, or that is called so."""
    texts = {
        place: set(words) for place, words in cells.items() if place not in taken and not _is_numeric(words)
    }
    shares = {
        place: sum(bool(_nearest(word, known)) for word in words) / len(words)
        for place, words in texts.items()
        if len(words) <= _MOST_VARIABLES
    }
    best = max(shares, key=lambda place: shares[place], default=None)
    if best is not None and shares[best] >= _SOME:
        return best
    words = {*HEADINGS["variable"], "variable_name", "indicator", "indicator_name", "series", "series_name"}
    return next((place for place in texts if folded(headings[place]) in words), None)


def _is_period(cell: str) -> bool:
    word = cell.strip().removesuffix("年")
    try:
        return _FIRST_YEAR <= Period.parse(word).year <= _LAST_YEAR
    except UrbiumError:
        return False


def _is_numeric(texts: list[str]) -> bool:
    def is_number(cell: str) -> bool:
        try:
            float(cell.replace(",", ""))
        except ValueError:
            return False
        return True

    return sum(map(is_number, texts)) >= _MOST * len(texts)


def _key(part: str, headings: list[str], place: int | None, asked: str) -> Iterator[str]:
    if place is None:
        yield f"# {asked}"
    else:
        strip = ', strip = ["年"]' if part == "period" and "年" in headings[place] else ""
        hint = (
            '   # others = "skip" leaves out rows of places that are not registered' if part == "city" else ""
        )
        yield f"{part} = {{column = {_quoted(headings[place])}{strip}}}{hint}"


def _variable(
    headings: list[str], place: int | None, cells: Mapping[int, list[str]], known: _Known
) -> Iterator[str]:
    """Yield where the variable stands, with a word for each name in the file that is no id."""
    if place is None:
        yield '# variable = {value = "..."}   # which variable of the catalogue do the figures hold?'
        return
    named = list(dict.fromkeys(cells[place]))
    words = {word: _nearest(word, known) for word in named[:50]}
    pairs = ", ".join(
        f"{_quoted(word)} = {_quoted(name)}" for word, name in words.items() if name and name != word
    )
    unknown = [word for word, name in words.items() if not name]
    skip = ', others = "skip"' if unknown else ""
    note = f"   # no variable of the catalogue: {', '.join(unknown[:12])}" if unknown else ""
    yield f"variable = {{column = {_quoted(headings[place])}, words = {{{pairs}}}{skip}}}{note}"


def _value_column(heading: str, known: _Known) -> str:
    name, unit = _nearest(heading, known), _unit(heading)
    given = f", unit = {_quoted(unit)}" if unit else ""
    if name:
        return f"  {{column = {_quoted(heading)}, variable = {_quoted(name)}{given}}},"
    return f'  # {{column = {_quoted(heading)}, variable = "..."{given}}},   # no variable of that name'


def _nearest(word: str, known: _Known) -> str:
    """Return the variable that a word means: by id, by name in any language, or nearly so; or nothing."""
    plain = folded(_UNIT.sub("", word))
    for form in (folded(word), plain):
        if form in known.variables:
            return known.variables[form]
    close = difflib.get_close_matches(plain, known.variables, 1, _ALIKE)
    return known.variables[close[0]] if close else ""


def _unit(heading: str) -> str:
    """Return the unit that a heading names in brackets or at its end, or nothing."""
    match = _UNIT.search(heading)
    word = (match[1] or match[2] or "").strip() if match else ""
    for unit in units().values():
        if word and (word == unit.id or f"({word})" in unit.name or f"（{word}）" in unit.name):
            return unit.id
    return ""


def _quoted(word: str) -> str:
    return json.dumps(word, ensure_ascii=False)
