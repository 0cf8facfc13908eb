"""The rows of a register: finds the headings in the first sheet that has them, and gathers faults."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from urbium.errors import Fault, InputError, Severity, nearest
from urbium.sources.csv_layout import CsvForm, refuse_short_headings
from urbium.sources.grid import Grid, cell_name
from urbium.sources.headings import contradiction, nearest_heading, places_of
from urbium.sources.read import open_grids
from urbium.sources.typed_figures import explain_figure
from urbium.text import Text, texts
from urbium.text import text as sentence

__all__ = ["RegisterRow", "RegisterRows"]

_DEEPEST = 40


class RegisterRows:
    """The rows of a register: finds the headings in the first sheet that has them, gathers faults."""

    def __init__(self, path: Path, needed: tuple[str, ...], words: Mapping[str, tuple[str, ...]]) -> None:
        self.path = path
        self.faults: list[Fault] = []
        self.kept: list[RegisterRow] = []
        grids = open_grids(path, CsvForm(may_have_titles=True))
        for grid in grids:
            for index in range(min(_DEEPEST, grid.frame.height)):
                headings = grid.row(index)
                named = {
                    name: [place for word in dict.fromkeys(forms) for place in places_of(headings, word)]
                    for name, forms in words.items()
                }
                if all(named[name] for name in needed):
                    refuse_short_headings(path, grid, index + 1)
                    self.grid, self.header = grid, index
                    self.columns = {name: places[0] for name, places in named.items() if places}
                    self.again = {name: places[1:] for name, places in named.items() if places[1:]}
                    self._name_unread(headings, words)
                    self._refuse_hidden()
                    self._name_others(grids)
                    return
        raise InputError(
            sentence(
                "sources.register.not_found",
                "no table with the columns {names} was found",
                names=", ".join(needed),
            ),
            place=path.name,
            remedy=sentence(
                "sources.register.not_found.remedy", "write these headings in one row above the table"
            ),
        )

    def _name_unread(self, headings: list[str], words: Mapping[str, tuple[str, ...]]) -> None:
        """Name the columns with a heading that are not read: nothing is dropped in silence."""
        used = {*self.columns.values(), *(place for places in self.again.values() for place in places)}
        unread = {place: heading for place, heading in enumerate(headings) if heading and place not in used}
        if unread:
            self.faults.append(
                Fault(
                    "warning",
                    texts(
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
                sentence(
                    "sources.register.other_sheet",
                    "the sheet is not read: the register is read from the sheet {sheet!r}",
                    sheet=self.grid.sheet,
                ),
                sentence(
                    "sources.register.other_sheet.remedy",
                    "put all rows in one sheet, or send a file for each",
                ),
                rule="sheet-not-read",
                sheet=grid.sheet,
            )
            for grid in grids
            if grid is not self.grid and not grid.is_empty
        ]

    def _refuse_hidden(self) -> None:
        used = set(self.columns.values())
        hidden = dict.fromkeys(
            self.grid.formulas, sentence("sources.register.formula", "a formula, which is not computed here")
        )
        hidden |= {
            place: sentence("sources.register.error", "the error {shown}", shown=text)
            for place, text in self.grid.errors.items()
        }
        for top, left, bottom, right in self.grid.merged:
            if bottom >= self.header and any(left <= column <= right for column in used):
                span = f"{cell_name(top, left)}:{cell_name(bottom, right)}"
                message = sentence(
                    "sources.cell.merged",
                    "the cells {span} are merged, so that only the first holds a value",
                    span=span,
                )
                remedy = sentence("sources.cell.merged.remedy", "unmerge them and fill every cell")
                self.faults.append(
                    Fault("error", message, remedy, rule="merged-cells", sheet=self.grid.sheet, cell=span)
                )
        for (row, column), what in sorted(hidden.items()):
            if row >= self.header and column in used:
                self.faults.append(
                    Fault(
                        "error",
                        sentence("sources.cell.holds", "the cell holds {what}", what=what),
                        sentence("sources.cell.formula.remedy", "paste its value"),
                        rule="formula",
                        sheet=self.grid.sheet,
                        cell=cell_name(row, column),
                    )
                )

    def __iter__(self) -> Iterator["RegisterRow"]:
        for index in range(self.header + 1, self.grid.frame.height):
            cells = self.grid.row(index)
            if any(cells):
                row = RegisterRow(self.grid, index, cells, self.columns, self.faults)
                row.compare(self.again)
                self.kept.append(row)
                yield row


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One row of a register, its cells by name."""

    grid: Grid
    index: int
    texts: list[str]
    columns: Mapping[str, int]
    faults: list[Fault]

    def cell(self, name: str) -> str:
        """Return the cell of a column in this row."""
        return cell_name(self.index, self.columns.get(name, 0))

    def text(self, name: str) -> str:
        """Return a cell's text in one line; nothing where the table has no such column."""
        return " ".join(self.texts[self.columns[name]].split()) if name in self.columns else ""

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

    def choice(self, name: str, allowed: Collection[str], kind: str) -> str:
        """Return a cell's text; one that is not allowed is a fault."""
        text = self.text(name)
        if text and text not in allowed:
            self.fault(
                name,
                f"unknown-{name}",
                sentence("sources.register.is_no", "{text!r} is no {kind}", text=text[:60], kind=kind),
                nearest(text[:60], allowed),
            )
        return text

    def number(
        self, name: str, low: float | None, high: float | None, *, is_needed: bool = False
    ) -> float | None:
        """Return a cell's number; one outside ``low`` to ``high``, or none where it is needed, is a fault."""
        text = self.text(name)
        if not text:
            if is_needed:
                self.fault(
                    name,
                    "missing",
                    sentence("sources.register.row_lacks", "the row has no {name}", name=name),
                    sentence("sources.register.row_lacks.remedy", "write its {name}", name=name),
                )
            return None
        try:
            number = float(text) if text.isascii() and "_" not in text else float("nan")
        except ValueError:
            number = float("nan")
        if number != number or abs(number) == float("inf"):  # noqa: PLR0124 - the test for "not a number"
            self.fault(name, "type", *explain_figure(text))
            return None
        if (low is not None and number < low) or (high is not None and number > high):
            self.fault(
                name,
                "hard-range",
                _outside(number, low, high),
                sentence("sources.register.outside.remedy", "correct it"),
            )
        return number


def _outside(number: float, low: float | None, high: float | None) -> Text:
    if low is not None and high is not None:
        return sentence(
            "sources.register.outside", "{number:g} is not within {low:g} to {high:g}",
            number=number, low=low, high=high,
        )  # fmt: skip
    if low is not None:
        return sentence("sources.register.below", "{number:g} is below {low:g}", number=number, low=low)
    return sentence("sources.register.above", "{number:g} is above {high:g}", number=number, high=high)
