"""The rows of a register: finds the headings in the first sheet that has them, and gathers faults.

See ADR 0046.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from urbium.errors import Fault, InputError, Severity, nearest
from urbium.sources.formats.csv_layout import CsvForm, refuse_short_headings
from urbium.sources.formats.grid import CellKind, Grid, cell_name, column_number, plain_text
from urbium.sources.formats.typed_figures import PLAIN, explain_figure
from urbium.sources.headings.header_rows import DEEPEST, find_header, headings_of
from urbium.sources.headings.headings import contradiction, in_language, nearest_heading, places_of
from urbium.sources.mappings.mapping_plans import FilePlan, Place, RegisterPlan
from urbium.sources.read import open_grids
from urbium.text import coded
from urbium.text import text as sentence

CITY_NUMBERS: Final = {"latitude": (-90.0, 90.0), "longitude": (-180.0, 180.0)}
"""The least and the most of each field of a city that is a number."""


class RegisterRows:
    """The rows of a register: finds the headings in the first sheet that has them, gathers faults.

    Parameters
    ----------
    path : the file
    needed : the names of the columns without which it is no register; those of a sheet that has all the first
        ones count before less
    words : for each name the headings that its column may have
    plan : where each part stands in a table with other headings
    file : the encoding and the signs of a mapping file
    has_languages : whether names may have a column for each language
    """

    def __init__(
        self,
        path: Path,
        needed: Sequence[tuple[str, ...]],
        words: Mapping[str, tuple[str, ...]],
        plan: RegisterPlan | None = None,
        file: FilePlan = FilePlan(),  # noqa: B008 - frozen
        *,
        has_languages: bool = False,
    ) -> None:
        self.path = path
        self.plan, self.signs = plan, file.signs
        self._has_languages = has_languages
        self.faults: list[Fault] = []
        self.kept: list[RegisterRow] = []
        self.again: dict[str, list[int]] = {}
        skip = plan.skip if plan else frozenset[int]()
        grids = open_grids(
            path, CsvForm(file.encoding, file.delimiter, skip, may_have_titles=True, has_option=True)
        )
        for grid, names in ((grid, names) for names in needed for grid in grids):
            if self._planned(grid) if plan else self._recognised(grid, names, words):
                refuse_short_headings(path, grid, self.header + 1)
                self._refuse_hidden()
                self._name_others(grids)
                return
        raise InputError(
            coded(
                "sources.register.not_found",
                "no table with the columns {names} was found",
                names=", ".join(plan.headings if plan else needed[0]),
            ),
            place=path.name,
            remedy=sentence(
                "write these headings in one row above the table, or use a mapping to state which "
                "column corresponds to each"
            ),
        )

    def _recognised(self, grid: Grid, needed: tuple[str, ...], words: Mapping[str, tuple[str, ...]]) -> bool:
        """Take a sheet in which the needed headings stand in one row."""
        for index in range(min(DEEPEST, grid.frame.height)):
            headings = headings_of(grid, index + 1)
            forms_of = dict(words)
            if self._has_languages:
                forms_of |= {part: (heading,) for heading in headings if (part := in_language(heading))}
            named = {
                name: [place for word in dict.fromkeys(forms) for place in places_of(headings, word)]
                for name, forms in forms_of.items()
            }
            if all(named[name] for name in needed):
                self.grid, self.header = grid, index
                self.columns = {name: places[0] for name, places in named.items() if places}
                self.again = {name: places[1:] for name, places in named.items() if places[1:]}
                self.cells = self._texts({name: Place(column=name) for name in self.columns})
                self._name_unread(headings, words)
                return True
        return False

    def _planned(self, grid: Grid) -> bool:
        """Take a sheet in which the columns stand that the mapping names."""
        plan = self.plan
        if plan is None or grid.is_empty or not ("*" in plan.sheets or grid.sheet in ("", *plan.sheets)):
            return False
        last, heads = (plan.header, plan.heads) if plan.header else find_header(grid, plan.headings)
        headings = headings_of(grid, last, heads)
        columns = {name: _column(place, headings) for name, place in plan.parts.items() if place.column}
        if missing := [name for name, place in columns.items() if place is None]:
            name = plan.parts[missing[0]].column
            raise InputError(
                coded(
                    "sources.heading.missing",
                    "there is no column {name!r} in row {header}",
                    name=name,
                    header=last,
                ),
                place=self.path.name,
                remedy=nearest(name, [heading for heading in headings if heading]),
            )
        self.grid, self.header = grid, last - 1
        self.columns = {name: place for name, place in columns.items() if place is not None}
        self.cells = self._texts(plan.parts)
        return True

    def _texts(self, parts: Mapping[str, Place]) -> dict[str, list[str | None]]:
        """Return the texts of each part, a row of the sheet each; of a number plainly written."""
        height = self.grid.frame.height
        cells: dict[str, list[str | None]] = {}
        for name, place in parts.items():
            if name not in self.columns:
                cells[name] = [place.value or (self.grid.sheet if place.from_sheet else "")] * height
                continue
            column = self.columns[name]
            said = self.grid.frame[str(column)]
            plain = (
                said
                if said.dtype == pl.String
                else pl.Series([None if x is None else plain_text(x) for x in said], dtype=pl.String)
            )
            rows = pl.DataFrame({"text": plain, "kind": self.grid.kind(column)})
            text = pl.col("text")
            for word in place.strip:
                text = text.str.replace_all(word, "", literal=True)
            text = text.str.strip_chars()
            if place.pattern:
                text = text.str.extract(place.pattern, 1).fill_null(text)
            text = text.replace(place.words)
            if name in CITY_NUMBERS and self.signs != PLAIN:
                number = self.signs.numbers(text).cast(pl.String)
                text = (
                    pl.when(pl.col("kind") == CellKind.TEXT).then(pl.coalesce(number, text)).otherwise(text)
                )
            cells[name] = rows.select(text).to_series().to_list()
        return cells

    def _name_unread(self, headings: list[str], words: Mapping[str, tuple[str, ...]]) -> None:
        """Name the columns with a heading that are not read: nothing is dropped in silence."""
        used = {*self.columns.values(), *(place for places in self.again.values() for place in places)}
        unread = {place: heading for place, heading in enumerate(headings) if heading and place not in used}
        if unread:
            self.faults.append(
                Fault(
                    "warning",
                    coded(
                        "sources.column.unread",
                        "the column {names} is not read",
                        "{count} columns are not read: {names}",
                        count=len(unread),
                        names=", ".join(repr(heading[:60]) for heading in list(unread.values())[:12]),
                    ),
                    nearest_heading(unread.values(), [word for forms in words.values() for word in forms]),
                    rule="unread-column",
                    sheet=self.grid.sheet,
                    cell=cell_name(self.header, next(iter(unread))),
                )
            )

    def _name_others(self, grids: list[Grid]) -> None:
        """Say which sheets with content are not read: a register is one table."""
        self.faults += [
            Fault(
                "warning",
                coded(
                    "sources.register.other_sheet",
                    "this sheet is ignored: the register is read from the sheet {sheet!r}",
                    sheet=self.grid.sheet,
                ),
                sentence("put all rows on one sheet, or submit a separate file for each sheet"),
                rule="sheet-not-read",
                sheet=grid.sheet,
            )
            for grid in grids
            if grid is not self.grid and not grid.is_empty
        ]

    def _refuse_hidden(self) -> None:
        used = set(self.columns.values())
        formula = sentence("a formula, which is not computed"), sentence("replace the formula with its value")
        hidden = dict.fromkeys(self.grid.formulas, formula)
        hidden |= {
            place: (sentence("the error {shown}", shown=text), sentence("enter the correct value"))
            for place, text in self.grid.errors.items()
        }
        for top, left, bottom, right in self.grid.merged:
            if bottom > self.header and any(left <= column <= right for column in used):
                span = f"{cell_name(top, left)}:{cell_name(bottom, right)}"
                message = coded(
                    "sources.cell.merged",
                    "the cells {span} are merged, so only the first contains a value",
                    span=span,
                )
                remedy = sentence("unmerge them and fill every cell")
                self.faults.append(
                    Fault("error", message, remedy, rule="merged-cells", sheet=self.grid.sheet, cell=span)
                )
        for (row, column), (what, remedy) in sorted(hidden.items()):
            if row >= self.header and column in used:
                self.faults.append(
                    Fault(
                        "error",
                        coded("sources.cell.holds", "the cell contains {what}", what=what),
                        remedy,
                        rule="formula",
                        sheet=self.grid.sheet,
                        cell=cell_name(row, column),
                    )
                )

    def __iter__(self) -> Iterator["RegisterRow"]:
        skipped = self.plan.skip if self.plan else ()
        for index in range(self.header + 1, self.grid.frame.height):
            cells = self.grid.row(index)
            if any(cells) and index + 1 not in skipped:
                said = {name: texts_of[index] or "" for name, texts_of in self.cells.items()}
                row = RegisterRow(self.grid, index, cells, said, self.columns, self.faults)
                row.compare(self.again)
                self.kept.append(row)
                yield row


def _column(place: Place, headings: list[str]) -> int | None:
    """Return the column that a mapping names by its heading or its letter, or None."""
    if place.column.startswith("$") and place.column[1:].isalpha():
        column = column_number(place.column[1:].upper())
        return column if column < len(headings) else None
    return next(iter(places_of(headings, place.column)), None)


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One row of a register: its cells, and what they say by name."""

    grid: Grid
    index: int
    texts: list[str]
    said: Mapping[str, str]
    columns: Mapping[str, int]
    faults: list[Fault]

    def cell(self, name: str) -> str:
        """Return the cell of a column in this row."""
        return cell_name(self.index, self.columns.get(name, 0))

    def text(self, name: str) -> str:
        """Return a cell's text in one line, its accents joined (NFC); nothing without such a column."""
        return unicodedata.normalize("NFC", " ".join(self.said.get(name, "").split()))

    def compare(self, again: Mapping[str, list[int]]) -> None:
        """Refuse a row in which two columns of one name, or of one meaning, do not say the same."""
        for name, places in again.items():
            for place in places:
                second = " ".join(self.texts[place].split())
                if second and self.text(name) and second != self.text(name):
                    self.faults.append(
                        Fault(
                            "error",
                            *contradiction(name, self.text(name), second),
                            rule=f"contradicting-{name}",
                            sheet=self.grid.sheet,
                            cell=cell_name(self.index, place),
                            value=second[:60],
                        )
                    )

    def fault(self, name: str, rule: str, message: str, remedy: str, *, severity: Severity = "error") -> None:
        """Gather a fault of a cell of this row."""
        self.faults.append(
            Fault(
                severity,
                message,
                remedy,
                rule=rule,
                sheet=self.grid.sheet,
                cell=self.cell(name),
                value=self.text(name)[:60],
            )
        )

    def number(self, name: str, low: float, high: float) -> float | None:
        """Return a cell's number; one outside ``low`` to ``high`` is a fault."""
        text = self.text(name)
        if not text:
            return None
        try:
            number = float(text) if text.isascii() and "_" not in text else float("nan")
        except ValueError:
            number = float("nan")
        if number != number or abs(number) == float("inf"):  # noqa: PLR0124 - the test for "not a number"
            self.fault(name, "type", *explain_figure(text))
            return None
        if not low <= number <= high:
            outside = coded(
                "sources.register.outside", "{number:g} is not between {low:g} and {high:g}",
                number=number, low=low, high=high
            )  # fmt: skip
            self.fault(name, "hard-range", outside, sentence("correct it"))
        return number
