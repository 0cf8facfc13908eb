"""References: what occupations need to know, from the files of O*NET and ESCO that a user brings.

Nothing of them is shipped. O*NET is published by the US Department of Labor under CC BY 4.0, ESCO by the
European Commission, free to reuse with attribution. A file is known by the end of its name, as both publish
it.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from urbium.errors import Fault, InputError
from urbium.text import Text, coded, text

_LARGEST: Final = 100_000_000
"""Bytes of a file that is still read."""


@dataclass(frozen=True, slots=True)
class _File:
    """A file: how its name ends (letters and figures only), its separator, and its columns by our names."""

    name: str
    ends: tuple[str, ...]
    separator: str
    columns: Mapping[str, str]


_CODE: Final = "O*NET-SOC Code"
_FILES: Final = (
    _File("titles", ("occupationdata.txt",), "\t", {"onet_soc": _CODE, "title": "Title"}),
    _File(
        "technology",
        ("technologyskills.txt",),
        "\t",
        {"onet_soc": _CODE, "skill": "Example", "group": "Commodity Title", "hot": "Hot Technology",
         "in_demand": "In Demand"},
    ),
    _File(
        "related",
        ("relatedoccupations.txt",),
        "\t",
        {"onet_soc": _CODE, "related": "Related O*NET-SOC Code", "tier": "Relatedness Tier", "rank": "Index"},
    ),
    _File("zones", ("jobzones.txt",), "\t", {"onet_soc": _CODE, "zone": "Job Zone"}),
    _File(
        "esco",
        ("occupationsen.csv",),
        ",",
        {"uri": "conceptUri", "isco08": "iscoGroup", "title": "preferredLabel"},
    ),
    _File(
        "esco_skills",
        ("occupationskillrelationsen.csv",),
        ",",
        {"uri": "occupationUri", "relation": "relationType", "skill_uri": "skillUri", "skill": "skillLabel"},
    ),
)  # fmt: skip
_NEWER_LABEL: Final = "skillLabel"


class _Tabbed(csv.excel_tab):
    """Columns with tabs between them, in which a quotation mark is a sign like any other."""

    quoting = csv.QUOTE_NONE


@dataclass(frozen=True)
class References:
    """What the files that were brought say.

    Parameters
    ----------
    tables : ``titles`` (onet_soc, title), ``technology`` (onet_soc, skill, group, hot, in_demand),
        ``related`` (onet_soc, related, tier, rank), ``zones`` (onet_soc, zone), ``esco`` (uri, isco08, title)
        and ``esco_skills`` (uri, relation, skill_uri, skill); a file that was not brought has an empty table
    files : the names of the files that were read, by table
    """

    tables: Mapping[str, pl.DataFrame]
    files: Mapping[str, str]

    def __repr__(self) -> str:
        return text("References: {files:list}", files=sorted(self.files)).render()

    def esco_uri(self, isco08: str, title: str) -> str:
        """Return the address of the occupation of ESCO with this group and label; empty without one."""
        rows = self.tables["esco"].filter(
            (pl.col("isco08") == isco08) & (pl.col("title").str.to_lowercase() == title.casefold())
        )
        return str(rows["uri"][0]) if rows.height else ""


def read_references(folder: str | Path) -> References:
    """Return what the files of O*NET and ESCO in a folder say.

    Raises InputError when the folder holds none of them, or with every file that cannot be read.
    """
    place = Path(folder)
    if not place.is_dir():
        raise InputError(
            coded("talent.references.no_folder", "there is no such folder"),
            place=str(place),
            remedy=text("name the folder with the files of O*NET and ESCO"),
        )
    tables: dict[str, pl.DataFrame] = {}
    files: dict[str, str] = {}
    faults: list[Fault] = []
    for kind in _FILES:
        path = next((one for one in sorted(place.iterdir()) if _plain(one.name).endswith(kind.ends)), None)
        tables[kind.name] = pl.DataFrame(schema=dict.fromkeys(kind.columns, pl.String()))
        if path is None:
            continue
        try:
            tables[kind.name] = _read(path, kind)
            files[kind.name] = path.name
        except InputError as error:
            faults += error.faults
    if faults or not files:
        raise InputError(
            coded("talent.references.faults", "one file cannot be read", "{count} files cannot be read",
                  count=len(faults))
            if faults
            else coded("talent.references.none", "there is no O*NET or ESCO file"),
            place=str(place),
            remedy=text(
                "supply Occupation Data.txt, Technology Skills.txt, Related Occupations.txt and Job "
                "Zones.txt from O*NET, or occupations_en.csv from ESCO, as published"
            ),
            faults=faults,
        )  # fmt: skip
    return References(tables, files)


def _plain(name: str) -> str:
    """Return a file's name without what separates its words, and without its publisher.

    >>> _plain("onet_technology_skills.txt"), _plain("Technology Skills.txt")
    ('technologyskills.txt', 'technologyskills.txt')
    """
    words = "".join(letter for letter in name.casefold() if letter.isalnum() or letter == ".")
    return words.removeprefix("onet").removeprefix("esco")


def _read(path: Path, kind: _File) -> pl.DataFrame:
    """Return the columns of a file; raise InputError with one fault when it is not what its name says."""
    again = text("download the file again, as published")
    size = path.stat().st_size
    if not 0 < size <= _LARGEST:
        raise _unreadable(
            path,
            coded("talent.references.size", "at {size:,} bytes, the file is empty or too large", size=size),
            again,
        )
    try:
        words = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _unreadable(
            path,
            coded("talent.references.encoding", "it is not encoded in UTF-8"),
            text("save it in UTF-8, or download it again"),
        ) from None
    dialect = _Tabbed if kind.separator == "\t" else csv.excel
    rows = csv.DictReader(io.StringIO(words, newline=""), dialect=dialect)
    missing = [column for column in kind.columns.values() if column not in (rows.fieldnames or ())]
    if missing and missing != [_NEWER_LABEL]:  # earlier editions name skills by their address only
        raise _unreadable(
            path,
            coded("talent.references.columns", "columns are missing: {columns:list}", columns=missing),
            again,
        )
    table = [[row.get(column) or "" for column in kind.columns.values()] for row in rows]
    return pl.DataFrame(table, schema=dict.fromkeys(kind.columns, pl.String()), orient="row")


def _unreadable(path: Path, message: Text, remedy: Text) -> InputError:
    fault = Fault("error", message, remedy, rule="reference", cell=path.name)
    return InputError(message, faults=[fault])
