"""The formats of files that are read, one row each: how a name ends, how a file begins, who reads it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from urbium.extensions import Extended
from urbium.sources.formats.csv_ import read_csv
from urbium.sources.formats.csv_layout import CsvForm
from urbium.sources.formats.excel import read_workbook
from urbium.sources.formats.geojson import read_geojson
from urbium.sources.formats.grid import Grid
from urbium.sources.formats.ods import read_ods
from urbium.sources.formats.old_workbook import read_old_workbook

OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
"""How an old workbook begins, and an encrypted one."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format of files.

    Attributes
    ----------
    endings : how names of such files end, in lower case
    begins : the bytes with which every such file begins; empty when there are none
    read : returns the sheets of a file, given the form of a text; refuses what is hostile
    """

    endings: tuple[str, ...]
    begins: bytes
    read: Callable[[Path, CsvForm], list[Grid]]


_OWN = (
    Format(
        (".csv", ".tsv", ".txt"),
        b"",
        lambda path, form: [read_csv(path, form)],
    ),
    Format((".xlsx",), b"PK", lambda path, _form: read_workbook(path)),
    Format((".xls",), OLD_WORKBOOK, lambda path, _form: read_old_workbook(path)),
    Format((".ods",), b"PK", lambda path, _form: read_ods(path)),
    Format((".geojson",), b"", lambda path, _form: [read_geojson(path)]),
)

FORMATS: Final = Extended("files", Format, {row.endings[0]: row for row in _OWN})
"""Every format that is read; a further one is a reader and a row here."""


def format_of(path: Path) -> Format | None:
    """Return the format that a file's name claims, or None."""
    return next((row for row in FORMATS.values() if path.suffix.lower() in row.endings), None)
