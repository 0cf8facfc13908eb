"""Reads the register of a programme: its cities."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl

from urbium.errors import Fault, InputError, nearest, refuse
from urbium.model import City
from urbium.periods import Period
from urbium.sources.headings.headings import CITY_PARTS
from urbium.sources.mappings.mapping import read_mapping
from urbium.sources.mappings.mapping_plans import FilePlan
from urbium.sources.places import Places
from urbium.sources.register_rows import CITY_NUMBERS, RegisterRow, RegisterRows
from urbium.text import ENGLISH, coded
from urbium.text import text as sentence

CHANGES: Mapping[str, pl.DataType] = MappingProxyType(
    dict.fromkeys(("code", "name", "change", "fields"), pl.String())
)
"""Columns of what a file of cities does to the register."""


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """What a register file holds: ``cities`` (records), and every fault.

    ``changes`` says of each city what its row does to the register: ``code``, ``name``, ``change`` (``new``,
    ``changed`` or ``unchanged``), and in ``fields`` which parts change.
    """

    name: str
    faults: tuple[Fault, ...]
    cities: tuple[City, ...] = ()
    changes: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CHANGES))

    def raise_if_refused(self) -> None:
        """Raise one InputError that holds every fault, if there is any error."""
        errors = [fault for fault in self.faults if fault.severity == "error"]
        refuse(
            errors,
            self.name,
            coded(
                "sources.register.refused",
                "the file is rejected (faults: {number:,})",
                number=len(errors),
            ),
            sentence("correct them all"),
        )


def read_cities(
    path: str | Path,
    *,
    registered: pl.DataFrame | None = None,
    mapping: str | Path | Mapping[str, Any] | None = None,
    encoding: str = "",
    language: str = ENGLISH,
) -> RegisterFile:
    """Read cities from a table or GeoJSON: code, names, level, provinces, place on the globe, validity.

    Parameters
    ----------
    path : the file
    registered : the cities that are registered already, as the store has them; what a row leaves out stays as
        it is there
    mapping : under ``[cities]``, what stands where in a table with other headings
    encoding : of a text, before that of the mapping; where neither names one, UTF-8 or what its first bytes
        mark
    language : of the names in columns that name none, ``name`` and ``province``

    Faults: a code that is missing, a level that neither the file nor the register says, a code that
    stands twice, a place that is not on the globe, a code with the name of another registered city.
    """
    plan = _plan_of_cities(Path(path).name, mapping, encoding)
    stored = {} if registered is None else {row["code"]: City.of_row(row) for row in registered.to_dicts()}
    needed = [("code", "level"), *([("code",)] if stored else [])]
    rows = RegisterRows(Path(path), needed, CITY_PARTS, plan.cities, plan, has_languages=True)
    places = None if registered is None else Places(registered)
    cities: list[City] = []
    seen: dict[str, str] = {}
    for row in rows:
        code = row.text("code")
        level = row.text("level") or (stored[code].level if code in stored else "")
        _check_code(row, code, level, seen)
        seen.setdefault(code, row.cell("code"))
        place = {name: row.number(name, *ends) for name, ends in CITY_NUMBERS.items()}
        if places is not None:
            _check_names(row, code, places)
        names, provinces = (_by_language(row, part, language) for part in ("name", "province"))
        city = City(
            code, names, level, provinces, place["latitude"], place["longitude"], row.text("parent"),
            row.text("note"), *_validity(row),
        )  # fmt: skip
        if fault := city.fault_of_code():
            row.fault("code", "code", *fault)
        cities.append(_completed(city, stored.get(code)))
    if not cities:
        raise InputError(
            coded("sources.register.no_city", "the table has headings but no cities"),
            place=rows.path.name,
            remedy=sentence("write a row for each city"),
        )
    if registered is not None:
        parents = {*stored, *(city.code for city in cities)}
        for row, city in zip(rows.kept, cities, strict=True):
            _check_parent(row, city, parents)
    changes = pl.DataFrame([_change(city, stored.get(city.code)) for city in cities], CHANGES, orient="row")
    return RegisterFile(rows.path.name, tuple(rows.faults), cities=tuple(cities), changes=changes)


def _plan_of_cities(file: str, mapping: str | Path | Mapping[str, Any] | None, encoding: str) -> FilePlan:
    """Return how a table of cities is laid out; raise InputError for a mapping that does not say it."""
    if mapping is None:
        return FilePlan(encoding=encoding)
    plan = read_mapping(mapping, part="cities")
    if plan.cities is None:
        raise InputError(
            coded("sources.register.not_mapped", "the mapping does not mention cities"),
            place=file,
            remedy=sentence(
                'write under [cities] where to find the cities: code = "...", name = "...", level = '
                '{{value = "city"}}'
            ),
        )
    return replace(plan, encoding=encoding or plan.encoding)


def _by_language(row: RegisterRow, part: str, language: str) -> dict[str, str]:
    """Return what a row says of a part, by language; a column that names none is in that of the programme."""
    columns = {f"{part}_{language}": part}
    columns |= {column: column for column in row.said if column.startswith(f"{part}_") and row.text(column)}
    said = {name.removeprefix(f"{part}_"): row.text(column) for name, column in columns.items()}
    return {name: words for name, words in said.items() if words}


def _completed(city: City, stored: City | None) -> City:
    """Return a city with what is registered of it where the file says nothing: leaving out erases nothing."""
    if stored is None:
        return city
    kept: dict[str, Any] = {
        part.name: getattr(stored, part.name)
        for part in fields(City)
        if getattr(city, part.name) in ("", None)
    }
    return replace(
        city, **kept, name={**stored.name, **city.name}, province={**stored.province, **city.province}
    )


def _change(city: City, stored: City | None) -> tuple[str, str, str, str]:
    if stored is None:
        return city.code, str(city), "new", ""
    parts = [part.name for part in fields(City) if getattr(city, part.name) != getattr(stored, part.name)]
    return city.code, str(city), "changed" if parts else "unchanged", ", ".join(parts)


def _check_code(row: RegisterRow, code: str, level: str, seen: Mapping[str, str]) -> None:
    """Refuse a city without code or level, and a code that stands twice."""
    for name, text in (("code", code), ("level", level)):
        if not text:
            row.fault(
                name,
                "missing",
                coded("sources.register.city_lacks", "the city has no {name}", name=name),
                sentence("write its {name}", name=name),
            )
    if code and code in seen:
        row.fault(
            "code",
            "duplicate",
            coded(
                "sources.register.code_twice",
                "the code {name!r} appears twice (first in {first})",
                name=code,
                first=seen[code],
            ),
            sentence("delete one"),
        )


def _check_parent(row: RegisterRow, city: City, codes: Collection[str]) -> None:
    """Refuse a parent that is neither registered nor in the file, or the city itself."""
    if city.parent and city.parent == city.code:
        row.fault(
            "parent", "parent",
            coded("sources.register.own_parent", "the city {city!r} is its own parent", city=city.code),
            sentence("name the place to which it belongs, or leave the cell empty"),
        )  # fmt: skip
    elif city.parent and city.parent not in codes:
        row.fault(
            "parent", "parent",
            coded("sources.register.no_parent", "there is no city {parent!r}", parent=city.parent[:60]),
            nearest(city.parent[:60], codes),
        )  # fmt: skip


def _check_names(row: RegisterRow, code: str, places: Places) -> None:
    """Refuse the code of one registered city with the name of another; warn of a second city of one name."""
    for name in (column for column in row.said if column == "name" or column.startswith("name_")):
        given = row.text(name)
        bearers = places.whose(given) if given else set()
        if not bearers or code in bearers:
            continue
        if code in places:
            row.fault(name, "contradicting-city", *places.contradiction(code, code, given))
        else:
            row.fault(
                name,
                "same-name",
                coded(
                    "sources.register.same_name",
                    "{second!r} is already registered, with the code {others:list}",
                    second=given[:60],
                    others=sorted(bearers)[:3],
                ),
                sentence(
                    "if this is the same city, correct the code; otherwise leave it: two cities may "
                    "have the same name"
                ),
                severity="warning",
            )


def _validity(row: RegisterRow) -> tuple[str, str]:
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
            coded("sources.register.validity",
                     "the validity of the city's entry ends in {last}, before it begins in {first}",
                     last=row.text("valid_to"), first=row.text("valid_from")),
            sentence("correct one of them"),
        )  # fmt: skip
    return row.text("valid_from"), row.text("valid_to")
