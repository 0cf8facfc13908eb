"""Kinds of tables: every table of a catalogue, with its files, its key and its records.

They are rows of ``data/catalogue_tables.csv``; what reads a field by a rule of its own is in ``composed.py``.

A table that is not declared here is not read, and a folder that holds one is refused.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Any, Final

from urbium import model, units
from urbium.catalogue.tables.composed import COMPOSED, READS
from urbium.catalogue.tables.rows import Shape
from urbium.model import live, outlines, platform
from urbium.packaged import packaged_rows

KEY_SIGN: Final = " | "
"""What stands between the columns of a key of several."""

LEARNED: Final = ("growth", "urbanisation", "demography", "workforce")
"""Tables of figures that were learned from many countries, so that the package need not hold the world."""

PLACEHOLDER: Final = "[write here"
"""How a cell begins to say, within brackets, what only the user of a starter knows."""

UNITS: Final = "units"
RETIRED: Final = "retired"
_RECORDS: Final = (model, live, outlines, platform, units)
"""Where the records of tables are declared."""


@dataclass(frozen=True, slots=True)
class TableKind:
    """A table of the catalogue.

    Attributes
    ----------
    name : what it is called in a workbook, in a list of retired entries and in commands
    files : where it stands below the folder; the first is where it is written, ``*`` stands for any name
    key : the columns that tell a row from the others
    shape : what reads a row as a record; None where several rows or tables make one
    group : a column: rows of one's own take the place of all of urbium's that say the same there
    parts_of : tables and columns: a row goes when what its column names there is retired
    is_needed : whether the program needs every row of urbium's, which may then be replaced and not retired
    is_own_only : whether it stands in a catalogue of one's own only
    more_columns : whether it may have columns that nobody reads
    """

    name: str
    files: tuple[str, ...]
    key: tuple[str, ...]
    shape: Shape[Any] | None = None
    group: str = ""
    parts_of: tuple[tuple[str, str], ...] = ()
    is_needed: bool = False
    is_own_only: bool = False
    more_columns: bool = False

    @property
    def written(self) -> str:
        """The file that it is written to."""
        return self.files[0].replace("*", "own")

    def fits(self, file: str) -> bool:
        """Return whether a file of a folder is such a table."""
        return any(fnmatchcase(file, pattern) for pattern in self.files)


def key_of(kind: TableKind, cells: Mapping[str, str]) -> str:
    """Return the key of a row as one text.

    >>> key_of(TABLES["index_tree"], {"index": "yearbook", "id": "economy"})
    'yearbook | economy'
    """
    return KEY_SIGN.join(cells.get(column, "").strip() for column in kind.key)


def kind_of_file(file: str) -> TableKind | None:
    """Return the kind of table that a file of a folder holds; None when it holds none.

    >>> kind_of_file("variables/health.csv").name, kind_of_file("rules/norm.csv")
    ('variables', None)
    """
    fitting = [kind for kind in TABLES.values() if kind.fits(file)]
    return min(fitting, key=lambda kind: "*" in "".join(kind.files)) if fitting else None


def _kinds() -> Iterator[TableKind]:
    """Yield the kinds of tables as ``data/catalogue_tables.csv`` lists them."""
    for row in packaged_rows("catalogue_tables"):
        name = row["table"]
        yield TableKind(
            name,
            _listed(row["files"]),
            _listed(row["key"]),
            _shape(row) if row["record"] else None,
            row["group"],
            _pairs(row["parts_of"]),
            is_needed=bool(row["is_needed"]),
            is_own_only=bool(row["is_own_only"]),
        )


def _shape(row: Mapping[str, str]) -> Shape[Any]:
    """Return what reads the rows of a table as the record that it names."""
    name = row["table"]
    columns = {field: tuple(said.split("|")) for field, said in _pairs(row["columns"])}
    return Shape(
        next(getattr(module, row["record"]) for module in _RECORDS if hasattr(module, row["record"])),
        columns,
        dict(_pairs(row["blank"])),
        COMPOSED.get(name, {}),
        READS.get(name, {}),
        frozenset(_listed(row["optional"])),
        row["said"],
    )


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(filter(None, cell.split(";")))


def _pairs(cell: str) -> tuple[tuple[str, str], ...]:
    parts = (part.partition("=") for part in _listed(cell))
    return tuple((name, said) for name, _, said in parts)


TABLES: Final[Mapping[str, TableKind]] = MappingProxyType({kind.name: kind for kind in _kinds()})
"""Every table by name, in the order in which a folder or workbook is written."""
