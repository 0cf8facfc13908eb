"""A mapping file proposed by looking at a table: where its headings are, what each column seems to hold.

It is a draft: what was recognised is written out, what was not stands as a comment with what is needed.
Nothing is read by it until a person has looked at it.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

import polars as pl

from urbium.errors import InputError
from urbium.model import Variable
from urbium.sources.drafts.draft_vocabulary import Vocabulary, vocabulary_of
from urbium.sources.drafts.drafted_register import is_running_number, parts_of_cities
from urbium.sources.formats.csv_layout import CsvForm
from urbium.sources.formats.grid import Grid, column_letters
from urbium.sources.headings.draft_lines import head_of, lines_of_marks, literal, quoted, usual_signs
from urbium.sources.headings.header_rows import heading_rows, headings_of, joined
from urbium.sources.headings.heading_words import is_label_of_unit, mark_beside, unmarked
from urbium.sources.headings.headings import HEADINGS, folded
from urbium.sources.headings.table_looks import (
    MOST,
    Cells,
    find_table,
    is_numeric,
    is_period,
    sampled,
    written,
    year_pattern,
)
from urbium.sources.own import is_guide
from urbium.sources.read import open_grids
from urbium.text import coded, text

_SOME: Final = 0.3
"""A column of names is that of the cities when three tenths are registered and no other column has more."""

_MOST_VARIABLES: Final = 2_000
_MOST_WORDS: Final = 50
_MOST_UNITS: Final = 12
_YEAR = re.compile(r"(?<!\d)(?:1[89]\d\d|20\d\d)(?!\d)")
_YEAR_ALONE: Final = r"(\d{4})"
_BEFORE_YEAR: Final = r"^(.*?)[\s(,.;:/–-]*\d{4}"
_AFTER_YEAR: Final = r"\d{4}\W*(.*)$"
_ASKED: Final = "..."
"""What a person has to put a word for: it is refused as it stands."""


def draft_mapping(
    path: str | Path,
    *,
    variables: Mapping[str, Variable],
    cities: pl.DataFrame,
    sources: Collection[str] = (),
    own: Collection[str] = (),
    nation: str = "",
    encoding: str = "",
) -> str:
    """Return a mapping file (TOML) for a table, as far as looking at it tells.

    Parameters
    ----------
    path : the table, in any format that is read
    variables : of the catalogue, by id
    cities : the registered cities
    sources : ids of the programme's own sources, of which one must be named
    own : ids of the programme's own variables, which go before others of such a name
    nation : of the programme (ISO 3166), for its money and the languages of its headings
    encoding : of a text that is neither UTF-8 nor UTF-16

    Raises InputError when the file cannot be read, or no sheet of it holds a table.
    """
    path = Path(path)
    vocabulary = vocabulary_of(variables, cities, own=own, nation=nation)
    grids = open_grids(path, CsvForm(encoding, may_have_titles=True, has_option=True))
    tables = [
        _Table(grid, *place, vocabulary)
        for grid in grids
        if not is_guide(grid) and (place := find_table(grid)) is not None
    ]
    cities_drafted = ""
    if tables and vocabulary.has_no_city:
        cities_drafted = "\n".join(tables[0].register())
    drafted = ["\n".join(lines) for table in tables if (lines := list(table.lines(path.stem)))]
    if not drafted and not (tables and tables[0].registers):
        raise InputError(
            coded("sources.draft.none", "no sheet has a row of headings above rows of figures"),
            place=path.name,
            remedy=text("submit a table with one row of headings"),
        )
    look = written((column for table in tables for column in table.figures()), usual_signs(nation))
    head = [
        f"# A draft for {path.name}: look at every line, then check the table with this file as --mapping",
        *head_of(look, sorted(sources), encoding),
    ]
    if cities_drafted:
        drafted.insert(0, cities_drafted)
    return "\n".join([*head, *(f"\n{table}" for table in drafted)]) + "\n"


class _Table:
    """A table of a sheet: its headings, its cells, and what of it is recognised."""

    def __init__(self, grid: Grid, last: int, heads: int, known: Vocabulary) -> None:
        self.grid, self.last, self.heads, self.known = grid, last, heads, known
        self.headings = headings_of(grid, last, heads)
        self.rows = heading_rows(grid, last, heads)
        sample = sampled(grid, last, range(len(self.headings)))
        self.cells = {column: cells.texts for column, cells in sample.items()}
        self._sample = sample
        self.look = written(sample.values())
        self.years = {column: year for column in self.cells if (year := self._year_above(column))}
        if len(self.years) < 2:  # noqa: PLR2004 - one column of a year may be anything
            self.years = {}
        self.registers: dict[str, int] = {}
        self.named = set(self.years)
        self.titles = [word for row in range(last - heads) for word in grid.row(row) if word]
        self.keys = {column: texts for column, texts in self.cells.items() if column not in self.years}
        self.city = self._city()
        self.of_nations = self._are_nations()

    def register(self) -> list[str]:
        """Return how its cities could be registered, and take the column of their codes, or else names."""
        self.registers = parts_of_cities(self.headings, self.keys)
        if self.city is None:
            self.city = self.registers.get("code", self.registers.get("name"))
        lines = [f"{part} = {self._name(column)}" for part, column in self.registers.items()]
        asked = [
            f'# {part} = "..."   # which column?' for part in ("code", "name") if part not in self.registers
        ]
        return [
            "# No city of this table is registered yet: urbium register FILE --mapping THIS_FILE",
            "[cities]",
            *([f"sheet = {quoted(self.grid.sheet)}"] if self.grid.sheet else []),
            f"header = {self._header()}",
            *asked,
            *lines,
            'level = {value = "city"}',
        ]

    def _header(self) -> int | list[int]:
        first = self.last - self.heads + 1
        return self.last if self.heads == 1 else list(range(first, self.last + 1))

    def figures(self) -> Iterator[Cells]:
        """Yield the columns that may hold figures."""
        yield from (cells for column, cells in self._sample.items() if column != self.city)

    def lines(self, file: str) -> Iterator[str]:
        """Yield the lines of the table; none where it holds no figures."""
        numeric = [
            column
            for column, texts in self.keys.items()
            if column not in {self.city, *self.registers.values()}
            and is_numeric(texts, self.look)
            and (not is_running_number(texts) or self._nearest(self.headings[column]))
        ]
        if not self.years and not numeric:
            return
        yield "[[tables]]"
        if self.grid.sheet:
            yield f"sheet = {quoted(self.grid.sheet)}"
        yield f"header = {self._header()}"
        if (dimensions := self._dimensions()) is not None:
            yield from self._combined(*dimensions)
        else:
            yield from self._key_of_city()
            yield from self._periods() if self.years else self._rows(numeric, file)
        unread = [column for column in self.cells if column not in self.named]
        if unread:
            yield f"# left out, as no line names them: {', '.join(map(self._name, unread))}"

    # The parts of a key.

    def _year_above(self, column: int) -> str:
        """Return the period above a column: alone in its row, or the only year of its heading."""
        for row in self.rows:
            if is_period(row[column]):
                return row[column]
        years = _YEAR.findall(self.headings[column])
        is_of_figures = is_numeric(self.cells[column], self.look)
        return str(years[0]) if len(years) == 1 and is_of_figures else ""

    def _city(self) -> int | None:
        """Return the column that names registered cities best, or is called so."""
        shares = {
            column: sum(self.known.places.find(cell) is not None for cell in texts) / len(texts)
            for column, texts in self.keys.items()
            if not is_running_number(texts)
        }
        best = max(shares, key=lambda column: shares[column], default=None)
        if best is not None and shares[best] >= _SOME:
            return best
        words = {*HEADINGS["city"], "city_name", "name", "country_name", "place", "area_name", "geo"}
        return next((c for c in self.keys if folded(self.headings[c]) in words), None)

    def _are_nations(self) -> bool:
        places = {self.known.places.find(cell) for cell in self.cells.get(self.city or 0, [])} - {None}
        return bool(places) and len(places & self.known.nations) * 2 > len(places)

    def _key_of_city(self) -> Iterator[str]:
        if self.city is None:
            yield '# city = {code = "..."}   # which column names the city?'
            return
        yield (
            f"city = {{column = {self._name(self.city)}}}"
            '   # others = "skip" leaves out rows of places that are not registered'
        )

    def _period_column(self, numeric: Collection[int]) -> int | None:
        """Return the column most of whose cells are periods or hold a year, or that is called so."""
        fits: tuple[Callable[[list[str]], bool], ...] = (
            lambda texts: sum(map(is_period, texts)) >= MOST * len(texts),
            lambda texts: bool(year_pattern(texts)),
        )
        for number, is_fitting in enumerate(fits):
            for column, texts in self.keys.items():
                if column != self.city and (number == 0 or column not in numeric) and is_fitting(texts):
                    return column
        return next((c for c in self.keys if folded(self.headings[c]) in HEADINGS["period"]), None)

    def _key_of_period(self, column: int | None, file: str) -> str:
        if column is None:
            titles = [joined(self.grid.row(row)) for row in range(self.last - self.heads)]
            years = {year for title in titles for year in _YEAR.findall(title)} or set(_YEAR.findall(file))
            if len(years) == 1:
                return f"period = {{value = {quoted(years.pop())}}}   # as the title or the file's name says"
            return '# period = {value = "2012"}   # which year is it?'
        texts = self.cells[column]
        strip = (
            ', strip = ["年"]' if any("年" in cell for cell in texts) or "年" in self.headings[column] else ""
        )
        pattern = "" if strip else year_pattern(texts)
        if pattern and len({*texts}) > len({*_YEAR.findall(" ".join(texts))}):
            hint = "   # several days or months of one year: only the year is read"
        else:
            hint = ""
        said = f", pattern = {literal(pattern)}" if pattern else ""
        return f"period = {{column = {self._name(column)}{strip}{said}}}{hint}"

    def _variable_column(self, taken: Collection[int | None]) -> int | None:
        """Return the column of texts in which most variables are known, or that is called so."""
        texts = {
            c: set(words)
            for c, words in self.keys.items()
            if c not in taken and not is_numeric(words, self.look)
        }
        shares = {
            column: sum(bool(self._nearest(word)) for word in words) / len(words)
            for column, words in texts.items()
            if len(words) <= _MOST_VARIABLES
        }
        best = max(shares, key=lambda column: shares[column], default=None)
        if best is not None and shares[best] >= _SOME:
            return best
        words = {
            *HEADINGS["variable"],
            "variable_name",
            "indicator",
            "indicator_name",
            "series",
            "series_name",
        }
        return next((c for c in texts if folded(self.headings[c]) in words), None)

    def _nearest(self, word: str) -> str:
        bare = unmarked(word)
        return self.known.nearest(bare, self.known.units.unit(bare), of_nations=self.of_nations)

    def _name(self, column: int) -> str:
        """Return how a column is named: by its heading, or by its letter where that stands twice."""
        self.named.add(column)
        heading = self.headings[column]
        alike = [other for other in self.headings if folded(other) == folded(heading)]
        return quoted(heading if heading and len(alike) == 1 else f"${column_letters(column)}")

    # The layouts.

    def _rows(self, numeric: list[int], file: str) -> Iterator[str]:
        """Yield the lines of a table with a column for each variable, or with a row for each figure."""
        period = self._period_column(numeric)
        yield self._key_of_period(period, file)
        if period is not None:
            yield from map(_as_marked, lines_of_marks(f"column = {self._name(period)}", self.cells[period]))
        figures = [column for column in numeric if column != period]
        variable = self._variable_column({self.city, period})
        if variable is not None and figures:
            yield 'layout = "long"'
            yield self._words_of("variable", f"column = {self._name(variable)}", self.cells[variable])
            named = [c for c in figures if folded(self.headings[c]) in HEADINGS["value"]]
            yield f"value = {self._name((named or figures[-1:])[0])}"
            yield from self._column_of_units({self.city, period, variable})
            return
        yield 'layout = "variables"'
        yield "columns = ["
        for column in figures:
            yield self._column_of_figures(column)
        yield "]"

    def _column_of_figures(self, column: int) -> str:
        """Return the line of a column that holds a variable, or that asks which one."""
        heading = self.headings[column]
        name, unit, note = self._nearest(heading), self.known.units.unit(heading), ""
        if self.known.units.is_unread(heading):
            unit = _ASKED
        elif not unit:
            unit, note = self._unit_of_titles(name)
        said = f", unit = {quoted(unit)}" if unit else ""
        if mark := mark_beside(heading):
            said += f", {mark[1]} = {quoted(mark[2])}"
        if name:
            return f"  {{column = {self._name(column)}, variable = {quoted(name)}{said}}},{note}"
        return (
            f'  # {{column = {self._name(column)}, variable = "..."{said}}},'
            "   # which variable? urbium has none of that name, unit and boundary"
        )

    def _column_of_units(self, taken: Collection[int | None]) -> Iterator[str]:
        """Yield the column that says the units of the rows, or else what the titles say of them."""
        for column, texts in self.keys.items():
            words = list(dict.fromkeys(texts))
            meant = {word: self.known.units.unit(word) or _ASKED for word in words[:_MOST_UNITS]}
            is_of_units = _ASKED not in meant.values() or is_label_of_unit(self.headings[column])
            if column not in taken and len(words) <= _MOST_UNITS and is_of_units:
                pairs = ", ".join(f"{quoted(w)} = {quoted(unit)}" for w, unit in meant.items() if w != unit)
                yield f"unit = {{column = {self._name(column)}, words = {{{pairs}}}}}"
                return
        yield from self._unit_of_all()

    def _unit_of_all(self) -> Iterator[str]:
        """Yield the unit of all figures, as titles say it, or that none is written."""
        unit, note = self._unit_of_titles("")
        yield f"{'' if unit else '# '}unit = {{value = {quoted(unit or _ASKED)}}}{note}"

    def _unit_of_titles(self, variable: str) -> tuple[str, str]:
        """Return the unit that titles name, as in "Unit: thousand persons", for a variable; and a note."""
        named, unread = self.known.units.of_titles(self.titles)
        if unread or len(named) > 1:
            return _ASKED, f"   # a title says {quoted(unread or sorted(named))}"
        if named and self.known.fits(variable, *named):
            return next(iter(named)), "   # as a title says"
        own = self.known.declared[variable].unit if variable else "that of the variable"
        return "", f"   # no unit is written: read as {own}; add unit = if it is another"

    def _periods(self) -> Iterator[str]:
        """Yield the lines of a table with a column for each period, below heads that may say more."""
        first, *_, last = self.years.values()
        yield f'layout = "periods"   # {first} to {last}'
        headings = [self.headings[column] for column in self.years]
        alone = all(any(is_period(row[column]) for row in self.rows) for column in self.years)
        pattern = ""
        if not alone:
            pattern = _BEFORE_YEAR if not all(_YEAR.match(heading) for heading in headings) else _AFTER_YEAR
            yield f"period = {{pattern = {literal(_YEAR_ALONE)}}}"
        yield from map(_as_marked, lines_of_marks('from = "header"', headings))
        above = [self._above(column, pattern) for column in self.years]
        are_groups = len({*self.years.values()}) < len(self.years) or len({*map(unmarked, above)}) == 1
        if any(map(unmarked, above)) and are_groups:
            place = f"pattern = {literal(pattern)}, " if pattern else ""
            words = [word for word in dict.fromkeys(above) if word]
            yield self._words_of("variable", f'{place}from = "header"', words)
            yield from list(self._units_above(words, pattern)) or self._unit_of_all()
            return
        yield from self._unit_of_all()
        variable = self._variable_column({self.city})
        if variable is None:
            yield '# variable = {value = "..."}   # which variable of the catalogue do the figures hold?'
            return
        yield self._words_of("variable", f"column = {self._name(variable)}", self.cells[variable])

    def _above(self, column: int, pattern: str) -> str:
        """Return what stands above a column beside its period."""
        if pattern:
            match = re.search(pattern, self.headings[column])
            return match[1].strip() if match else ""
        return joined([row[column] for row in self.rows if not is_period(row[column])])

    def _units_above(self, words: list[str], pattern: str) -> Iterator[str]:
        """Yield the units that heads over periods name, where they name any."""
        meant = {word: self.known.units.unit(word) for word in words}
        if pattern:
            whole = {self._above(c, pattern): self.known.units.unit(self.headings[c]) for c in self.years}
            meant = {word: meant[word] or whole[word] for word in words}
        meant |= {word: _ASKED for word in words if not meant[word] and self.known.units.is_unread(word)}
        if any(meant.values()):
            names = {word: self.known.declared.get(self._nearest(word)) for word in words}
            pairs = ", ".join(
                f"{quoted(word)} = {quoted(unit or getattr(names[word], 'unit', '...'))}"
                for word, unit in meant.items()
            )
            place = f"pattern = {literal(pattern)}, " if pattern else ""
            yield f'unit = {{{place}from = "header", words = {{{pairs}}}}}'

    def _words_of(self, part: str, place: str, texts: list[str]) -> str:
        """Return where the variable stands, with a word for each name in the file that is no id."""
        named = list(dict.fromkeys(texts))[:_MOST_WORDS]
        words = {word: self._nearest(word) for word in named}
        unknown = [word for word, name in words.items() if not name]
        shown = {word: name or "..." for word, name in words.items() if name or word in unknown[:12]}
        pairs = ", ".join(f"{quoted(w)} = {quoted(name)}" for w, name in shown.items() if name != w)
        skip = ', others = "skip"' if unknown else ""
        note = "   # which variables are those with points? All others are left out" if unknown else ""
        return f"{part} = {{{place}, words = {{{pairs}}}{skip}}}{note}"

    # Several parts of the key in one column, as Eurostat hands them out.

    def _dimensions(self) -> tuple[int, list[str]] | None:
        r"""Return the column and the names of the parts that share it, as in ``unit,geo\time``; or None."""
        for column in self.keys:
            names, sign, _ = self.headings[column].partition("\\")
            parts = names.split(",")
            if sign and self.years and all(cell.count(",") == len(parts) - 1 for cell in self.cells[column]):
                return column, parts
        return None

    def _combined(self, column: int, names: list[str]) -> Iterator[str]:
        cells = [cell.split(",") for cell in self.cells[column]]
        shares = [
            sum(self.known.places.find(cell[i].strip()) is not None for cell in cells)
            for i in range(len(names))
        ]
        city = shares.index(max(shares)) if any(shares) else len(names) - 1
        letter = quoted(f"${column_letters(column)}")
        self.named.add(column)
        parts = ["[^,]*"] * len(names)
        pattern = literal("^" + ",".join([*parts[:city], "([^,]*)", *parts[city + 1 :]]) + "$")
        yield f'city = {{column = {letter}, pattern = {pattern}, others = "skip"}}   # {quoted(names[city])}'
        yield f'layout = "periods"   # {", ".join(self.years.values())[:60]}'
        if len(names) == 1:
            yield '# variable = {value = "..."}   # which variable of the catalogue do the figures hold?'
            return
        if city not in (0, len(names) - 1):
            yield '# variable = {value = "..."}   # which variable? the city stands between the other parts'
            return
        rest = "^(.*),[^,]*$" if city else "^[^,]*,(.*)$"
        others = [",".join(cell[:city] or cell[1:]) for cell in cells]
        yield self._words_of("variable", f"column = {letter}, pattern = {literal(rest)}", others)


def _as_marked(line: str) -> str:
    return f"{line}   # as a mark next to the year says"
