"""Layers: the tables of a programme's own over those of urbium: what is added, replaced and retired.

A row of one's own takes the place of urbium's row of the same key; where rows belong together (the nodes of
an index, the people of a solution) those of one's own take the place of all of urbium's. What is retired
goes, and with it the rows that are a part of it: the effects of a solution, the nodes of an index.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Final

from urbium.catalogue.price_index import PRICE_INDEX
from urbium.catalogue.tables.own_tables import MOST_FAULTS
from urbium.catalogue.tables.packaged import packaged_rows
from urbium.catalogue.tables.table_kinds import RETIRED, TABLES, UNITS, TableKind, key_of
from urbium.catalogue.tables.table_rows import Rows, TableRow
from urbium.errors import Fault, nearest
from urbium.text import Text, coded, text

_OF_SOLUTION: Final = "treated_share."
_OF_FUND: Final = ("fund_limit.", "repayment.users.")
_OF_MONEY: Final = ("exchange_rate.", PRICE_INDEX)
_ASSUMED_OF: Final = ((_OF_SOLUTION, "solutions"), *((begins, "funds") for begins in _OF_FUND))
"""Assumptions that are a part of an entry, by how their id begins, and the table of the entry."""


@dataclass(frozen=True)
class Layers:
    """The rows of a catalogue, by table, and what is wrong with how they lie over each other.

    Attributes
    ----------
    rows : those that count
    own : table and key of the programme's own rows
    retired : table and key of urbium's rows that were taken out
    faults : with their places
    """

    rows: Rows
    own: frozenset[tuple[str, str]] = frozenset()
    retired: frozenset[tuple[str, str]] = frozenset()
    faults: list[Fault] = field(default_factory=list)


def laid_over(own: Rows) -> Layers:
    """Return urbium's rows with those of one's own over them."""
    faults: list[Fault] = []
    own_keys: dict[str, dict[str, TableRow]] = {}
    for name, rows in own.items():
        own_keys[name] = _unique(TABLES[name], rows, faults)
    retired = _retired(own.get(RETIRED, ()), faults)
    counted: dict[str, tuple[TableRow, ...]] = {}
    for name, kind in TABLES.items():
        mine = own.get(name, ())
        keys = own_keys.get(name, {})
        groups = {row.cells.get(kind.group, "").strip() for row in mine} if kind.group else set()
        gone = keys.keys() | {key for table, key in retired if table == name}
        kept = [
            row
            for row in packaged_rows()[name]
            if not (gone and key_of(kind, row.cells) in gone)
            and not (groups and row.cells.get(kind.group, "").strip() in groups)
        ]
        counted[name] = (*kept, *mine)
    return Layers(
        MappingProxyType(counted),
        frozenset((name, key) for name, keys in own_keys.items() for key in keys),
        frozenset(retired),
        faults,
    )


def _unique(kind: TableKind, rows: tuple[TableRow, ...], faults: list[Fault]) -> dict[str, TableRow]:
    """Return the rows by key; a key that is blank, or stands twice, is a fault."""
    first: dict[str, TableRow] = {}
    for row in rows:
        if len(faults) >= MOST_FAULTS:
            break
        blank = [column for column in kind.key if not row.cells.get(column, "").strip()]
        if blank:
            faults.append(
                Fault(
                    "error",
                    coded("catalogue.key.blank", "{column}: the row has no id", column=blank[0]),
                    text("give the row an id so that other rows can refer to it"),
                    "catalogue-key",
                    sheet=row.file,
                    cell=row.cell(blank[0]),
                )
            )
            continue
        key = key_of(kind, row.cells)
        earlier = first.setdefault(key, row)
        if earlier is not row:
            faults.append(
                Fault(
                    "error",
                    coded(
                        "catalogue.key.repeated",
                        "{table}: {key!r} appears twice, first in {file}!{cell}",
                        table=kind.name,
                        key=key,
                        file=earlier.file,
                        cell=earlier.cell(kind.key[-1]),
                    ),
                    text("keep one of them"),
                    "catalogue-key",
                    sheet=row.file,
                    cell=row.cell(kind.key[-1]),
                    value=key,
                )
            )
    return first


def _retired(rows: tuple[TableRow, ...], faults: list[Fault]) -> set[tuple[str, str]]:
    """Return table and key of what is taken out, with what is a part of it."""
    retired: set[tuple[str, str]] = set()
    for row in rows:
        name, pattern = (row.cells.get(column, "").strip() for column in ("table", "id"))
        kind = TABLES.get(name)
        if kind is None or kind.is_own_only:
            faults.append(
                _wrong(row, "table", coded("catalogue.retired.table", "there is no table {name!r}",
                    name=name),
                       nearest(name, [kind.name for kind in TABLES.values() if not kind.is_own_only]))
            )  # fmt: skip
            continue
        keys = [key_of(kind, packaged.cells) for packaged in packaged_rows()[name]]
        going = [key for key in keys if is_named(key, pattern)]
        if not going:
            faults.append(
                _wrong(row, "id", coded("catalogue.retired.none", "urbium has no {key!r} in {table}",
                                       key=pattern, table=name), nearest(pattern, keys))
            )  # fmt: skip
            continue
        needed = [key for key in going if _is_needed(kind, key)]
        if needed:
            faults.append(
                _wrong(
                    row, "id",
                    coded("catalogue.retired.needed", "{key!r} in {table} is needed and cannot be removed",
                         key=needed[0], table=name),
                    text("replace it with your own row under the same id"),
                )
            )  # fmt: skip
            continue
        retired |= {(name, key) for key in going}
    return retired | _parts(retired)


def is_named(key: str, pattern: str) -> bool:
    """Return whether a pattern, in which only ``*`` stands for something else, names an entry.

    >>> is_named("SC: EH: H: 3C", "SC: *"), is_named("x1", "x?")
    (True, False)
    """
    return fnmatchcase(key, pattern.replace("[", "[[]").replace("?", "[?]"))


def _is_needed(kind: TableKind, key: str) -> bool:
    return kind.name == UNITS or (
        kind.is_needed and not key.startswith((_OF_SOLUTION, *_OF_FUND, *_OF_MONEY))
    )


def _parts(retired: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return what is a part of something that goes."""
    parts = {
        (kind.name, key_of(kind, row.cells))
        for kind in TABLES.values()
        for table, column in kind.parts_of
        for row in packaged_rows()[kind.name]
        if (table, row.cells.get(column, "").strip()) in retired
    }
    assumed = [row.cells["id"] for row in packaged_rows()["assumptions"]]
    return parts | {
        ("assumptions", key)
        for key in assumed
        for begins, table in _ASSUMED_OF
        if key.startswith(begins) and (table, key.removeprefix(begins)) in retired
    }


def _wrong(row: TableRow, column: str, message: Text, remedy: str) -> Fault:
    return Fault("error", message, remedy, "catalogue-retired", sheet=row.file, cell=row.cell(column))


def same_rows(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Return whether two rows say the same; a column that is left out is blank."""
    return all(one.get(column, "") == other.get(column, "") for column in {*one, *other})
