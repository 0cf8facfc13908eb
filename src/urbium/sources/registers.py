"""Reads the registers of a programme: its cities, and projects that cities propose or have begun."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import polars as pl

from urbium.errors import Fault, InputError, nearest
from urbium.model import City
from urbium.periods import Period
from urbium.sources.grid import Grid, cell_name
from urbium.sources.places import Places
from urbium.sources.read import open_grids
from urbium.sources.typed_figures import explain_figure
from urbium.text import Text
from urbium.text import text as sentence
from urbium.units import is_money, units

__all__ = ["CITY_WORDS", "PROJECT", "RegisterFile", "read_cities", "read_projects"]

PROJECT: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "id": pl.String(),
        "city": pl.String(),
        "solution": pl.String(),
        "name": pl.String(),
        "capital": pl.Float64(),
        "unit": pl.String(),
        "build_years": pl.Float64(),
        "start": pl.Int32(),
        "status": pl.String(),
        "file": pl.String(),
        "sheet": pl.String(),
        "cell": pl.String(),
    }
)
"""Columns of a table of projects; ``cell`` is the first cell of the project's row."""

_STATUSES = ("candidate", "committed", "under construction", "finished", "cancelled")
_CITY_NUMBERS = {"latitude": (-90.0, 90.0), "longitude": (-180.0, 180.0)}
CITY_WORDS = {
    "code": ("code", "city_code"),
    "name_en": ("name_en",),
    "name_zh": ("name_zh",),
    "name": ("name",),
    "level": ("level",),
    "province_en": ("province_en",),
    "province_zh": ("province_zh",),
    "latitude": ("latitude", "lat"),
    "longitude": ("longitude", "lon"),
    "parent": ("parent",),
    "note": ("note",),
    "valid_from": ("valid_from",),
    "valid_to": ("valid_to",),
}
"""The headings of a register of cities: for each part of a city the words that name its column."""

_DEEPEST = 40
_CONSTANT_PRICES = "constant USD"
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """What a register file holds: ``cities`` (records) or ``projects`` (a table), and every fault."""

    name: str
    faults: tuple[Fault, ...]
    cities: tuple[City, ...] = ()
    projects: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PROJECT))

    def raise_if_refused(self) -> None:
        """Raise one InputError that holds every fault, if there is any error."""
        errors = [fault for fault in self.faults if fault.severity == "error"]
        if errors:
            raise InputError(
                sentence("sources.register.refused", "{number:,} faults refuse the file", number=len(errors)),
                place=self.name,
                remedy=sentence("sources.register.refused.remedy", "correct them all"),
                faults=errors,
            )


def read_cities(path: str | Path) -> RegisterFile:
    """Read cities from CSV or Excel: code, names, level, provinces, place on the globe, validity.

    Faults: a code or level that is missing, a code that stands twice, a place that is not on the globe.
    """
    rows = _Rows(Path(path), ("code", "level"), CITY_WORDS)
    cities: list[City] = []
    seen: dict[str, str] = {}
    for row in rows:
        code, level = row.text("code"), row.text("level")
        for name, text in (("code", code), ("level", level)):
            if not text:
                row.fault(
                    name,
                    "missing",
                    sentence("sources.register.city_lacks", "the city has no {name}", name=name),
                    sentence("sources.register.city_lacks.remedy", "write its {name}", name=name),
                )
        if code in seen:
            row.fault(
                "code",
                "duplicate",
                sentence(
                    "sources.register.code_twice",
                    "the code {name!r} stands twice (first in {first})",
                    name=code,
                    first=seen[code],
                ),
                sentence("sources.register.code_twice.remedy", "delete one"),
            )
        seen.setdefault(code, row.cell("code"))
        place = {name: row.number(name, *ends) for name, ends in _CITY_NUMBERS.items()}
        names = {key: row.text(f"name_{key}") for key in ("en", "zh") if row.text(f"name_{key}")}
        if not names and row.text("name"):
            names = {"en": row.text("name")}
        provinces = {key: row.text(f"province_{key}") for key in ("en", "zh") if row.text(f"province_{key}")}
        cities.append(
            City(
                code, names, level, provinces, place["latitude"], place["longitude"], row.text("parent"),
                row.text("note"), *_validity(row),
            )
        )  # fmt: skip
    return RegisterFile(rows.path.name, tuple(rows.faults), cities=tuple(cities))


def _validity(row: "_Row") -> tuple[str, str]:
    """Return the first and the last period of a city; no period, or an end before its begin, is a fault."""
    periods: dict[str, Period] = {}
    for name in ("valid_from", "valid_to"):
        if row.text(name):
            try:
                periods[name] = Period.parse(row.text(name))
            except InputError as error:
                row.fault(name, "period", error.message, error.remedy)
    if len(periods) == 2 and periods["valid_to"].end < periods["valid_from"].start:  # noqa: PLR2004 - both ends
        row.fault(
            "valid_to", "period",
            sentence("sources.register.validity", "the city ends in {last}, before it begins in {first}",
                     last=row.text("valid_to"), first=row.text("valid_from")),
            sentence("sources.register.validity.remedy", "correct one of them"),
        )  # fmt: skip
    return row.text("valid_from"), row.text("valid_to")


def read_projects(path: str | Path, *, cities: pl.DataFrame, solutions: Collection[str]) -> RegisterFile:
    """Read projects from CSV or Excel: id, city, solution or name, capital, unit, build_years, start, status.

    Faults: an unknown city, solution, status or money unit, an id that stands twice, neither solution nor
    name, a capital or time that is no number above zero, a start that is no year.
    """
    words = {name: (name, "city_code") if name == "city" else (name,) for name in list(PROJECT)[:9]}
    rows = _Rows(Path(path), ("id", "city", "capital", "unit"), words)
    places, seen, projects = Places(cities), dict[str, str](), list[dict[str, object]]()
    money = {
        unit.id for unit in units().values() if is_money(unit.dimension) or unit.dimension == _CONSTANT_PRICES
    }
    for row in rows:
        name, city = row.text("id"), row.text("city")
        if not name or name in seen:
            said = (
                sentence(
                    "sources.register.id_twice",
                    "the id {name!r} stands twice (first in {first})",
                    name=name,
                    first=seen[name],
                )
                if name
                else sentence("sources.register.no_id", "the project has no id")
            )
            row.fault(
                "id",
                "duplicate" if name else "missing",
                said,
                sentence("sources.register.id_twice.remedy", "give every project an id of its own"),
            )
        seen.setdefault(name, row.cell("id"))
        code = places.find(city)
        if code is None:
            row.fault("city", "unknown-city", *places.why_not(city))
        solution, title = row.text("solution"), row.text("name")
        if solution and solution not in solutions:
            row.fault(
                "solution",
                "unknown-solution",
                sentence(
                    "sources.register.unknown_solution",
                    "there is no solution {solution!r}",
                    solution=solution[:60],
                ),
                nearest(solution, solutions),
            )
        elif not solution and not title:
            row.fault(
                "id",
                "missing",
                sentence(
                    "sources.register.neither_solution_nor_name",
                    "the project has neither a solution nor a name",
                ),
                sentence("sources.register.neither_solution_nor_name.remedy", "write one of them"),
            )
        unit = row.choice("unit", money, sentence("sources.register.money_unit", "unit of money"))
        status = (
            row.choice(
                "status", _STATUSES, sentence("sources.register.project_status", "status of a project")
            )
            or "candidate"
        )
        start = row.number("start", _FIRST_YEAR, _LAST_YEAR)
        projects.append(
            {
                "id": name,
                "city": code,
                "solution": solution or None,
                "name": title or None,
                "capital": row.number("capital", 0.0, None, is_needed=True),
                "unit": unit or None,
                "build_years": row.number("build_years", 0.0, 100.0),
                "start": None if start is None else int(start),
                "status": status,
                "file": rows.path.name,
                "sheet": row.grid.sheet,
                "cell": row.cell("id"),
            }
        )
    return RegisterFile(rows.path.name, tuple(rows.faults), projects=pl.DataFrame(projects, schema=PROJECT))


class _Rows:
    """The rows of a register: finds the headings in the first sheet that has them, gathers faults."""

    def __init__(self, path: Path, needed: tuple[str, ...], words: Mapping[str, tuple[str, ...]]) -> None:
        self.path = path
        self.faults: list[Fault] = []
        grids = open_grids(path)
        for grid in grids:
            for index in range(min(_DEEPEST, grid.frame.height)):
                headings = grid.row(index)
                columns = {
                    name: headings.index(word)
                    for name, forms in words.items()
                    for word in forms
                    if word in headings
                }
                if set(needed) <= columns.keys():
                    self.grid, self.columns, self.header = grid, columns, index
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

    def __iter__(self) -> Iterator["_Row"]:
        for index in range(self.header + 1, self.grid.frame.height):
            texts = self.grid.row(index)
            if any(texts):
                yield _Row(self.grid, index, texts, self.columns, self.faults)


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of a register, its cells by name."""

    grid: Grid
    index: int
    texts: list[str]
    columns: Mapping[str, int]
    faults: list[Fault]

    def cell(self, name: str) -> str:
        return cell_name(self.index, self.columns.get(name, 0))

    def text(self, name: str) -> str:
        return self.texts[self.columns[name]] if name in self.columns else ""

    def fault(self, name: str, rule: str, message: str, remedy: str) -> None:
        self.faults.append(
            Fault(
                "error",
                message,
                remedy,
                rule=rule,
                sheet=self.grid.sheet,
                cell=self.cell(name),
                value=self.text(name)[:60],
            )
        )

    def choice(self, name: str, allowed: Collection[str], kind: str) -> str:
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
