"""Files as offices write them: the same figures in other formats, encodings, headings and signs.

A table is rows of cells; a cell is a text, a number or nothing. What is written stays beside its values, so
that what urbium stores is compared with what was meant.
"""

import csv
import io
import zipfile
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import xlsxwriter

from drawn_programmes import Drawn

Cell = str | float | int | None
_SIGNS = {  # thousands, decimal
    "plain": ("", "."),
    "comma": ("", ","),
    "points": (".", ","),
    "spaces": ("\N{NARROW NO-BREAK SPACE}", ","),
    "english": (",", "."),
    "mixed": (".", ","),
}
_NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns"
FIRST_YEAR = 2010
_TITLES = ("Report of the statistical office", "Figures for the cities", "Preliminary")


@dataclass(frozen=True)
class Figure:
    """A figure as it is meant."""

    city: str
    variable: str
    period: str
    value: float
    unit: str


@dataclass(frozen=True)
class FiguresFile:
    """A file of figures: its path, the mapping that reads it (empty: none is needed), what is in it."""

    path: Path
    mapping: Path | None
    figures: list[Figure]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def encoded(text: str, encoding: str) -> bytes:
    """Return a text in an encoding, or in UTF-8 where that has no sign for a letter of it."""
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return text.encode()


def write_table(path: Path, rows: list[list[Cell]], encoding: str, separator: str, merged: list = ()) -> str:
    """Write rows in the format that the name of the file claims; return the encoding of a text."""
    if path.suffix == ".xlsx":
        _write_workbook(path, rows, merged)
    elif path.suffix == ".ods":
        _write_ods(path, rows)
    else:
        text = io.StringIO()
        csv.writer(text, delimiter=separator, lineterminator="\r\n").writerows(rows)
        path.write_bytes(encoded(text.getvalue(), encoding))
        return encoding if path.read_bytes() == text.getvalue().encode(encoding, "replace") else "utf-8"
    return "utf-8"


def _write_workbook(path: Path, rows: list[list[Cell]], merged: list) -> None:
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("Data")
        for r, cells in enumerate(rows):
            for c, cell in enumerate(cells):
                if isinstance(cell, str):
                    sheet.write_string(r, c, cell)
                elif cell is not None:
                    sheet.write_number(r, c, cell)
        for first_row, first_column, last_row, last_column in merged:
            sheet.merge_range(
                first_row, first_column, last_row, last_column, rows[first_row][first_column] or ""
            )


def _write_ods(path: Path, rows: list[list[Cell]]) -> None:
    def cell_of(cell: Cell) -> str:
        if cell is None or cell == "":
            return "<table:table-cell/>"
        kind = (
            f'string"><text:p>{escape(cell)}'
            if isinstance(cell, str)
            else f'float" office:value="{cell}"><text:p>{cell}'
        )
        return f'<table:table-cell office:value-type="{kind}</text:p></table:table-cell>'

    body = "".join(f"<table:table-row>{''.join(map(cell_of, cells))}</table:table-row>" for cells in rows)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        f'xmlns:office="{_NAMESPACE}:office:1.0" xmlns:table="{_NAMESPACE}:table:1.0" '
        f'xmlns:text="{_NAMESPACE}:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="Data">{body}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", content)


def register_file(programme: Drawn, folder: Path, *, is_plain: bool = False) -> Path:
    """Write the register as the office has it, or as the manual says when that was refused."""
    head = ["code", "name", "level"]
    head += ["province_en"] if programme.has_regions else []
    head += ["latitude", "longitude"] if programme.has_coordinates else []
    head += ["parent"] if programme.has_two_levels else []
    rows: list[list[Cell]] = []
    towns = programme.towns
    for place, town in enumerate(towns):
        cells: list[Cell] = [town.code, town.name, programme.level]
        cells += [("North", "South")[place % 2]] if programme.has_regions else []
        cells += [10.5 + place, 20.25 - place] if programme.has_coordinates else []
        cells += [towns[0].code if place else ""] if programme.has_two_levels else []
        rows.append(cells)
    if is_plain:
        path = folder / "register-plain.csv"
        write_table(path, [head, *rows], "utf-8", ",")
        return path
    titles = [[title, *[None] * (len(head) - 1)] for title in _TITLES[: programme.register_titles]]
    path = folder / f"register.{programme.register_file}"
    write_table(path, [*titles, head, *rows], programme.register_encoding, programme.register_separator)
    return path


def figures_of(programme: Drawn) -> list[Figure]:
    """Return the figures that the office has: people, clinics, and what the city takes in."""
    figures = []
    has_tables = programme.catalogue in {"starter", "parts"}
    has_roles = programme.catalogue != "none"
    kinds = {"own_clinics": ("count", 7)} if has_tables else {}
    if programme.people != "none" and (has_roles or not programme.people.startswith("own")):
        kinds[programme.people] = ("persons", 1)
    for place, town in enumerate(programme.towns):
        for step in range(programme.years):
            year = str(FIRST_YEAR + step)
            if programme.gaps and (place + step) % 3 == 1:
                continue
            for variable, (unit, part) in kinds.items():
                size = 90_000 * (place + 1) + 1000 * step
                value = size if unit == "persons" else 8 + 3 * place + step % 3 + part / 8
                figures.append(
                    Figure(town.code, variable, year, value if unit == "persons" else int(value), unit)
                )
            if programme.has_revenue and has_roles:
                figures.append(Figure(town.code, "own_revenue", year, 812.125 + 40 * place + step / 8, ""))
    return figures


def typed(value: float, numbers: str) -> str:
    """Return a number as it is typed in an office of these habits.

    >>> typed(1250.25, "points"), typed(90000, "english"), typed(8, "comma")
    ('1.250,25', '90,000', '8')
    """
    thousands, decimal = _SIGNS[numbers]
    whole, _, part = f"{value:,.4f}".rstrip("0").rstrip(".").partition(".")
    return whole.replace(",", thousands) + (decimal + part if part else "")


def figures_file(
    programme: Drawn, folder: Path, figures: list[Figure], *, is_plain: bool = False
) -> FiguresFile:
    """Write the figures as the office has them, with a mapping where they are not laid out as urbium asks."""
    if is_plain:
        head: list[Cell] = ["city", "variable", "period", "value", "unit", "area", "source"]
        rows = [
            [f.city, f.variable, f.period, repr(f.value), f.unit or None, programme.area, programme.source]
            for f in figures
        ]
        path = folder / "figures-plain.csv"
        write_table(path, [head, *rows], "utf-8", ",")
        return FiguresFile(path, None, figures)
    is_own = programme.layout.startswith("own")
    head, rows, columns = _laid_out(programme, figures)
    above = [
        [title, *[None] * (len(head) - 1)] for title in _TITLES[: 2 if programme.heading == "titles" else 0]
    ]
    merged, below = [], []
    if programme.heading in {"two rows", "merged"}:
        group = [None] * len(head)
        group[columns[0]] = "Figures"
        if programme.heading == "merged" and programme.figures_file == "xlsx":
            group[0] = head[0]
            merged = [(0, 0, 1, 0)]
            if len(columns) > 1:
                merged.append((0, columns[0], 0, columns[-1]))
        above = [group]
    path = folder / f"figures.{programme.figures_file}"
    encoding = write_table(
        path, [*above, head, *rows, *below], programme.figures_encoding, programme.separator, merged
    )
    if is_own:
        return FiguresFile(path, None, figures, merged)
    mapping = folder / "figures.toml"
    mapping.write_text(_mapping(programme, head, len(above) + 1, encoding), encoding="utf-8")
    return FiguresFile(path, mapping, figures, merged)


def _laid_out(programme: Drawn, figures: list[Figure]) -> tuple[list[Cell], list[list[Cell]], list[int]]:
    """Return headings, rows and the columns that hold figures."""
    variables = list(dict.fromkeys(figure.variable for figure in figures))
    periods = sorted({figure.period for figure in figures})
    values = {(f.city, f.variable, f.period): f.value for f in figures}
    units = {figure.variable: figure.unit for figure in figures}
    numbers = "plain" if programme.layout.startswith("own") else programme.numbers

    def cell(value: float | None, column: int) -> Cell:
        if value is None:
            return None
        is_number = numbers == "plain" or (numbers == "mixed" and column % 2 == 0)
        in_text = programme.figures_file == "csv"
        if is_number and not in_text:
            return value
        return typed(value, "points" if numbers == "mixed" else numbers)

    cities = [town.code for town in programme.towns]
    if programme.layout in {"own wide", "variables"}:
        head: list[Cell] = ["city", "period", *variables]
        rows = [
            [c, p, *(cell(values.get((c, v, p)), at) for at, v in enumerate(variables))]
            for c in cities
            for p in periods
            if any((c, v, p) in values for v in variables)
        ]
        if programme.layout == "own wide":
            return (
                [*head, "source"],
                [[*cells, programme.source] for cells in rows],
                list(range(2, len(head))),
            )
        return head, rows, list(range(2, len(head)))
    if programme.layout == "periods":
        head = ["city", "series", *periods]
        rows = [
            [c, v, *(cell(values.get((c, v, p)), at) for at, p in enumerate(periods))]
            for c in cities
            for v in variables
        ]
        return head, rows, list(range(2, len(head)))
    rows = [
        [f.city, f.variable, f.period, cell(f.value, at)]
        + (
            [units[f.variable] or None, programme.area, programme.source]
            if programme.layout == "own long"
            else []
        )
        for at, f in enumerate(figures)
    ]
    more: list[Cell] = ["unit", "area", "source"] if programme.layout == "own long" else []
    return ["city", "variable" if more else "series", "period", "value", *more], rows, [3]


def _mapping(programme: Drawn, head: list[Cell], header: int, encoding: str) -> str:
    """Return the mapping that says what the file holds; what is not declared is left to be guessed."""
    thousands, decimal = _SIGNS[programme.numbers]
    lines = [f'source = "{programme.source}"']
    if programme.figures_file == "csv" and programme.is_declared:
        lines += [f'encoding = "{encoding}"', f"delimiter = {programme.separator!r}".replace("'", '"')]
    lines += [f'thousands = "{thousands}"'] if thousands else []
    lines += [f'decimal = "{decimal}"'] if decimal != "." else []
    lines += ["", "[[tables]]", f"header = {header}"]
    lines += ['city = {column = "$A"}' if programme.heading == "merged" else 'city = {column = "city"}']
    lines += [f'area = {{value = "{programme.area}"}}']
    if programme.layout == "variables":
        columns = ", ".join(f'{{column = "{name}", variable = "{name}"}}' for name in head[2:])
        lines += ['layout = "variables"', 'period = {column = "period"}', f"columns = [{columns}]"]
    elif programme.layout == "periods":
        lines += ['layout = "periods"', 'variable = {column = "series"}']
    else:
        lines += ['layout = "long"', 'variable = {column = "series"}', 'period = {column = "period"}']
        lines += ['value = {column = "value"}']
    return "\n".join(lines) + "\n"
