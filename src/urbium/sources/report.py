"""What reading a file gives: its observations, every fault, and three ways to show the faults."""

import hashlib
import io
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter
from python_calamine import CalamineWorkbook

from urbium.columns import heading
from urbium.csv_text import WORKBOOK
from urbium.errors import Fault, InputError, by_kind, fault_kind, places_of_many
from urbium.files import write_whole
from urbium.model import Status
from urbium.packaged import words_of
from urbium.sources.formats.csv_layout import CsvForm
from urbium.sources.formats.grid import column_number, plain_text
from urbium.sources.formats.package import inspect_package
from urbium.sources.formats.signature import check_signature
from urbium.text import Text, coded, say, sentences
from urbium.text import text as sentence
from urbium.text.advice import on_page

_FEW = 50
_LAST_ROW = 1_048_576
_MOST_COMMENTS = 5_000
"""A spreadsheet program opens more comments than these only slowly; ``Findings`` has all faults."""

_MOST_MARKED = 200_000
_NAME_LENGTH = 31
_CELL = re.compile(r"([A-Z]{1,3})(\d+)(?::([A-Z]{1,3})(\d+))?")
_COLOURS = {"error": "#F4B6B6", "warning": "#FFE699", "note": "#DDEBF7"}
_SEVERITIES = words_of("severity")
_RANK = {"error": 0, "warning": 1, "note": 2}
_Marks = dict[str, dict[tuple[int, int], list[Fault]]]


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as read: ``table`` holds the observations, ``faults`` what is wrong or doubtful in it.

    ``table`` has the columns of :data:`urbium.model.OBSERVATION` but those of recording; a doubtful value
    has the status ``suspect`` and its ``reason``.
    """

    table: pl.DataFrame
    faults: tuple[Fault, ...]
    path: Path
    sha256: str
    form: CsvForm = field(default_factory=CsvForm)

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.path.name

    @property
    def is_refused(self) -> bool:
        """Whether an error refuses the whole file, or no figure of it can be used."""
        return self.table.is_empty() or any(fault.severity == "error" for fault in self.faults)

    def raise_if_refused(self) -> None:
        """Raise one InputError that holds every error of the file, or says why no figure can be used."""
        errors = [fault for fault in self.faults if fault.severity == "error"]
        if not errors and self.table.is_empty():
            raise InputError(
                coded(
                    "sources.file.nothing_used", "no figure in the file can be used, and nothing was stored"
                ),
                place=self.name,
                remedy=sentence(
                    "see why each figure was left out; correct the file, its mapping, or the register"
                ),
                faults=self.faults,
            )
        if not errors:
            return
        if len(errors) == 1:
            one = errors[0]
            raise InputError(one.message, place=self._place(one), remedy=one.remedy, faults=self.faults)
        raise InputError(
            coded(
                "sources.file.refused",
                "the file is rejected because of {number:,} faults, and nothing was stored",
                number=len(errors),
            ),
            place=self.name,
            remedy=sentence("correct them all and send the file again"),
            faults=errors,
        )

    @property
    def findings(self) -> pl.DataFrame:
        """The faults as a table, gravest first, with the columns of :meth:`Fault.record`."""
        names = list(Fault("note", "", "").record())
        return pl.DataFrame(self.records(), schema=dict.fromkeys(names, pl.String))

    def records(self) -> list[dict[str, str]]:
        """Return the faults as JSON-ready records, gravest first."""
        rank = {"error": 0, "warning": 1, "note": 2}
        return [fault.record() for fault in sorted(self.faults, key=lambda fault: rank[fault.severity])]

    @property
    def suspects(self) -> pl.DataFrame:
        """For each variable and rule how many values are suspect: variable, values, suspect, share, rules."""
        is_suspect = pl.col("status") == Status.SUSPECT
        rule = pl.col("reason").filter(is_suspect).str.extract_all(r"(?:^|; )[a-z0-9-]+: ")
        return (
            self.table.group_by("variable")
            .agg(
                values=pl.len(),
                suspect=is_suspect.sum(),
                share=is_suspect.mean(),
                rules=rule.explode(empty_as_null=False).str.strip_chars("; :").unique().sort().str.join(", "),
            )
            .sort("variable")
        )

    def lines(self, most: int = _FEW) -> Iterator[str]:
        """Yield the faults as lines for a terminal: file, sheet, cell: what is wrong; what to do.

        Of a kind of which there are many, one line says how many, and where the first three stand.
        """
        kinds = by_kind(self.faults, fault_kind)
        for group in kinds[:most]:
            fault = group[0]
            place = self._place(fault) if len(group) == 1 else self._places(group)
            yield f"{fault.severity}: {place}: {fault.message}; {fault.remedy}"
        if len(kinds) > most:
            yield f"... and {len(kinds) - most:,} more"

    @property
    def unknown(self) -> dict[str, int]:
        """How many faults name something that is not known: by what it is (city, variable, source ...)."""
        rules = [f.rule.removeprefix("unknown-") for f in self.faults if f.rule.startswith("unknown-")]
        return {name: rules.count(name) for name in dict.fromkeys(rules)}

    def mark(self, path: str | Path) -> Path:
        """Write a copy of the file as .xlsx with the cells in question coloured and commented.

        A sheet ``Findings`` lists all faults. Raises InputError when the file is gone, has changed since it
        was read, or is longer than a sheet of Excel.
        """
        return _write_marked(self, Path(path))

    def _place(self, fault: Fault) -> str:
        parts = [self.name, f"sheet {fault.sheet}" if fault.sheet else "", fault.cell]
        return ", ".join(part for part in parts if part)

    def _places(self, group: Sequence[Fault]) -> str:
        places = places_of_many(len(group), [fault.cell for fault in group])
        parts = [self.name, f"sheet {group[0].sheet}" if group[0].sheet else "", places]
        return ", ".join(part for part in parts if part)

    def __repr__(self) -> str:
        suspect = self.table.filter(pl.col("status") == Status.SUSPECT).height
        count = {
            level: sum(f.severity == level for f in self.faults) for level in ("error", "warning", "note")
        }
        verdict = "refused" if self.is_refused else "readable"
        return (
            f"Reading of {self.name}: {self.table.height:,} observations ({suspect:,} suspect), {verdict}; "
            f"{count['error']:,} errors, {count['warning']:,} warnings, {count['note']:,} notes"
        )


def _write_marked(reading: Reading, path: Path) -> Path:
    """Write the marked copy of a reading's file; see :meth:`Reading.mark`."""
    _check_unchanged(reading)
    sheets = list(_sheets(reading))
    marks = _marks(reading)
    into = io.BytesIO()
    with xlsxwriter.Workbook(into, WORKBOOK) as workbook:
        formats = {level: workbook.add_format({"bg_color": colour}) for level, colour in _COLOURS.items()}
        names: set[str] = set()
        for name, rows in sheets:
            if len(rows) > _LAST_ROW:
                raise InputError(
                    coded(
                        "sources.marked.too_long",
                        "the table has {number:,} rows, but an Excel sheet ends at row {last_row:,}",
                        number=len(rows),
                        last_row=_LAST_ROW,
                    ),
                    place=reading.name,
                    remedy=sentence("save the findings as a table or as JSON"),
                )
            shown = _free_name(name or reading.path.stem, names)
            _write_sheet(workbook.add_worksheet(shown), rows, marks.get(name, {}), formats)
        title = str(say(words_of("sheet")["Findings"]))
        _write_findings(workbook, workbook.add_worksheet(_free_name(title, names)), reading)
    return write_whole(path, into.getvalue())


def _check_unchanged(reading: Reading) -> None:
    if not reading.path.is_file() or hashlib.sha256(reading.path.read_bytes()).hexdigest() != reading.sha256:
        raise InputError(
            coded("sources.marked.changed", "the file no longer exists or has changed since it was read"),
            place=reading.name,
            remedy=sentence("read it again"),
        )


def _sheets(reading: Reading) -> Iterator[tuple[str, list[list[Any]]]]:
    """Yield each sheet's name and its cells with the types they have in the file."""
    if reading.path.suffix.lower() != ".xlsx":
        for grid in check_signature(reading.path).read(reading.path, reading.form):
            yield grid.sheet, [[_number_or_text(cell) for cell in row] for row in grid.frame.iter_rows()]
        return
    facts = inspect_package(reading.path)
    workbook = CalamineWorkbook.from_path(reading.path)
    for name in workbook.sheet_names:
        if name in facts:
            rows: list[list[Any]] = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for (row, column), text in facts[name].errors.items():
                if row < len(rows) and column < len(rows[row]):
                    rows[row][column] = text
            yield name, rows


def _number_or_text(cell: float | str | None) -> float | str | None:
    if isinstance(cell, float):
        return cell
    try:
        number = float(cell or "")
    except ValueError:
        return cell
    return number if plain_text(number) == cell and abs(number) != float("inf") else cell


def _marks(reading: Reading) -> _Marks:
    """Return the faults of each cell; a finding about a column marks the cells it made suspect."""
    marks: _Marks = defaultdict(lambda: defaultdict(list))
    for fault in reading.faults:
        for cell in _cells(fault, reading.table):
            marks[fault.sheet][cell].append(fault)
    return marks


def _cells(fault: Fault, table: pl.DataFrame) -> list[tuple[int, int]]:
    if fault.rule.startswith("column-"):
        of_column = table.filter(
            (pl.col("sheet") == fault.sheet)
            & (pl.col("variable") == fault.variable)
            & pl.col("reason").str.starts_with(f"{fault.rule}: {fault.message}")
        )
        return [place for cell in of_column["cell"] for place in _place(cell)]
    return _place(fault.cell)


def _place(cell: str) -> list[tuple[int, int]]:
    match = _CELL.fullmatch(cell)
    if match is None:
        return []
    left, top, right, bottom = match.groups()
    first, last = column_number(left), column_number(right or left)
    rows = range(int(top) - 1, min(int(bottom or top), int(top) + _MOST_MARKED))
    return [(row, column) for row in rows for column in range(first, last + 1)][:_MOST_MARKED]


def _write_sheet(
    sheet: Any,  # noqa: ANN401 - XlsxWriter has no types
    rows: list[list[Any]],
    marks: dict[tuple[int, int], list[Fault]],
    formats: dict[str, Any],
) -> None:
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            faults = marks.get((i, j))
            style = formats[min((f.severity for f in faults), key=_RANK.__getitem__)] if faults else None
            _write_cell(sheet, i, j, value, style)
    said: set[int] = set()
    comments = 0
    for (i, j), faults in marks.items():
        new = [fault for fault in faults if not (fault.rule.startswith("column-") and id(fault) in said)]
        said.update(id(fault) for fault in new)
        if not rows or i >= len(rows) or j >= len(rows[i]):
            _write_cell(sheet, i, j, None, formats[faults[0].severity])
        if new and comments < _MOST_COMMENTS:
            comments += 1
            text = "\n".join(str(say(_comment(fault))) for fault in new)
            sheet.write_comment(i, j, text[:30_000], {"x_scale": 3, "y_scale": 2})


def _comment(fault: Fault) -> Text:
    about = sentences([fault.message, on_page(fault.remedy)])
    return sentence("{name}: {value}", name=_SEVERITIES[fault.severity], value=about)


def _write_cell(sheet: Any, row: int, column: int, value: object, style: object) -> None:  # noqa: ANN401 - as above
    if value is None or value == "":
        if style is not None:
            sheet.write_blank(row, column, None, style)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, style)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, style)
    else:
        sheet.write_string(row, column, str(value)[:32_767], style)


def _write_findings(workbook: Any, sheet: Any, reading: Reading) -> None:  # noqa: ANN401 - as above
    records = reading.records()
    bold = workbook.add_format({"bold": True})
    colours = {level: workbook.add_format({"bg_color": colour}) for level, colour in _COLOURS.items()}
    for j, name in enumerate(Fault("note", "", "").record()):
        sheet.write_string(0, j, str(say(heading(name))), bold)
    for i, record in enumerate(records[: _LAST_ROW - 1], start=1):
        for j, text in enumerate(record.values()):
            shown = str(say(_SEVERITIES[text])) if j == 0 else text
            sheet.write_string(i, j, shown, colours[text] if j == 0 else None)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(records), 1), 9)
    sheet.set_column(8, 9, 70)


def _free_name(name: str, taken: set[str]) -> str:
    """Return a name that Excel allows for a sheet and no other sheet has."""
    plain = re.sub(r"[\[\]:*?/\\]", " ", name).strip("' ")[:_NAME_LENGTH] or "Data"
    chosen, number = plain, 2
    while chosen.casefold() in taken:
        chosen, number = f"{plain[: _NAME_LENGTH - 4]} {number}", number + 1
    taken.add(chosen.casefold())
    return chosen
