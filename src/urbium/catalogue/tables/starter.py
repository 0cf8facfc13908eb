"""Starter: a small catalogue of one's own to begin with, which loads as it is and explains its columns.

A starter for roles holds what a variable of one's own needs to fill them, and nothing else.

Columns, what they hold and the examples are rows of ``data/catalogue_starter.csv``. What columns hold, and
what to do with the tables (README.md), is written in the language that is spoken.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from urbium.catalogue.tables.packaged import DATA
from urbium.catalogue.tables.table_kinds import PLACEHOLDER, TABLES
from urbium.files import write_folder
from urbium.model import NATION, Role
from urbium.text import declared, say, text

_TABLE: Final = DATA / "catalogue_starter.csv"
_EXAMPLES: Final = ("example", "second", "third")
_COMMANDS: Final = (
    (
        "urbium catalogue import FOLDER --dry-run",
        text("shows what would change, or every fault by file, row and column"),
    ),
    ("urbium catalogue import FOLDER", text("makes it the next version of the programme's catalogue")),
    ("urbium catalogue history", text("lists the versions")),
    (
        "urbium catalogue export FOLDER --whole",
        text("writes everything that is declared, as a template for further tables"),
    ),
)
_UNITS: Final[Mapping[str, str]] = MappingProxyType(
    {"persons": "persons", "share": "%", "money": "million {currency}", "constant USD": "constant USD"}
)
"""In which unit a variable of one's own measures what its role does."""
_MOST_PERCENT: Final = "100"
_RANK: Final = "5"
"""Before urbium's own, which begin at 10."""


def write_starter(folder: Path) -> list[Path]:
    """Write the tables of the starter into a folder, made where it is not there; return what was written."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        tables: dict[str, list[dict[str, str]]] = {}
        for row in csv.DictReader(file):
            tables.setdefault(row["table"], []).append(row)
    files = {"README.md": _readme().encode()}
    files |= {TABLES[name].written: _table(columns).encode() for name, columns in tables.items()}
    return write_folder(folder, files)


def variable_of(role: Role) -> str:
    """Return the id that a starter gives the variable of a role."""
    return f"own_{role.id}"


def source_of(roles: Sequence[Role]) -> str:
    """Return the id that a starter gives the source of some roles, so that no other starter has the same."""
    return f"{variable_of(roles[0])}_source"


def write_role_starter(folder: Path, roles: Iterable[Role], *, currency: str) -> list[Path]:
    """Write source, variables and roles for variables of one's own that fill ``roles``; return the files.

    ``currency`` is that of roles that measure money. Every cell that only the user knows says so.
    """
    asked = list(roles)
    variables = [
        {
            "id": variable_of(role),
            "name_en": role.name["en"],
            "unit": _UNITS[role.measures].format(currency=currency),
            "area": "national" if role.level == NATION else "city",
            "level": "national" if role.level == NATION else "city",
            "definition": f"{role.name['en']}: {PLACEHOLDER} what exactly is counted]",
            "hard_min": "0",
            "hard_max": _MOST_PERCENT if role.measures == "share" else "",
            "plausible_min": "",
            "plausible_max": "",
            "direction": "0",
            "source": source_of(asked),
            "note": "",
        }
        for role in asked
    ]
    source = {
        "id": source_of(asked),
        "publisher": f"{PLACEHOLDER} who publishes the figures]",
        "title": f"{PLACEHOLDER} what the publication is called]",
        "edition_year": "",
        "licence": f"{PLACEHOLDER} under which terms, or nothing]",
        "origin": "",
        "note": "",
    }
    fillers = [{"role": role.id, "variable": variable_of(role), "rank": _RANK, "note": ""} for role in asked]
    tables = {"sources": [source], "variables": variables, "roles": fillers}
    files = {
        TABLES[name].written: _lines(list(rows[0]), [list(row.values()) for row in rows]).encode()
        for name, rows in tables.items()
    }
    return write_folder(folder, files)


def _readme() -> str:
    about = text(
        "Each table adds entries to the catalogue of urbium, or replaces those with the same id; retired.csv "
        "removes entries of urbium. The second row of each table, which begins with #, says what the columns "
        "contain and is not read. The rows below it are examples: replace them. Leave out the tables that "
        "you do not need."
    )
    commands = "\n".join(f"    {command}\n        {say(said)}" for command, said in _COMMANDS)
    return f"# {say(text('Your own catalogue'))}\n\n{say(about)}\n\n{commands}\n"


def _table(columns: list[dict[str, str]]) -> str:
    meanings = [str(say(declared(row["meaning"]))) for row in columns]
    examples = [[row[example] for row in columns] for example in _EXAMPLES]
    return _lines(
        [row["column"] for row in columns],
        [[f"# {meanings[0]}", *meanings[1:]], *(cells for cells in examples if any(cells))],
    )


def _lines(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([head, *rows])
    return written.getvalue()
