"""Notes: what the rows of a roadmap say to a person, kept so that it can be said again in any language.

While tables are made, a cell holds its text whole. A roadmap that is done reads in English, as files, checks
and programs want it, and has beside its tables what its sentences and names are made of: ``wordings``.
See ADR 0138.
"""

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

import polars as pl

from urbium.text import Text, packed, unpacked

_MARK: Final = "\ue004"
"""What a cell begins with that holds a text, not its words."""


def cell(said: str) -> str:
    """Return what a person reads as a cell that keeps it whole, until :func:`in_english` parts it.

    >>> from urbium.text import text
    >>> of_cell(cell(text("{count} beds", count=3))).parameters["count"], cell("plain")
    (3, 'plain')
    """
    if not isinstance(said, Text):
        return said
    return _MARK + json.dumps(packed(said), ensure_ascii=False) if said else ""


@lru_cache(maxsize=4096)
def of_cell(kept: str) -> str:
    """Return the text that a cell holds, or its words where it holds no more."""
    return unpacked(json.loads(kept.removeprefix(_MARK))) if kept.startswith(_MARK) else kept


def noted(rows: pl.DataFrame, note: Callable[[Mapping[str, Any]], str]) -> pl.Series:
    """Return the note of every row as a cell.

    >>> noted(pl.DataFrame({"a": [1, 2]}), lambda row: str(row["a"])).to_list()
    ['1', '2']
    """
    cells: dict[str, str] = {}  # thousands of rows say a few hundred things
    kept = []
    for row in rows.iter_rows(named=True):
        said = note(row)
        kept.append(cells[said] if said in cells else cells.setdefault(str(said), cell(said)))
    return pl.Series(kept, dtype=pl.String)


def in_english(tables: Mapping[str, pl.DataFrame], *others: str) -> dict[str, pl.DataFrame]:
    """Return tables whose cells read in English, and the table ``wordings`` of what else they can be said in.

    Parameters
    ----------
    tables : by name
    others : what is said beside the tables, whose wordings are kept with theirs
    """
    wordings = {
        str(said): cell(said).removeprefix(_MARK) for said in others if isinstance(said, Text) and said
    }
    plain = {}
    for name, table in tables.items():
        read: dict[str, dict[str, str]] = {}
        for column in (column for column, kind in table.schema.items() if kind == pl.String):
            if marked := [kept for kept in set(table[column].to_list()) if kept and kept.startswith(_MARK)]:
                read[column] = {one: str(of_cell(one)) for one in marked}
                wordings |= {said: one.removeprefix(_MARK) for one, said in read[column].items()}
        said_of = [pl.col(column).replace(said) for column, said in read.items()]
        plain[name] = table.with_columns(said_of) if said_of else table
    rows = sorted(wordings.items())
    return plain | {
        "wordings": pl.DataFrame(rows, schema={"said": pl.String, "wording": pl.String}, orient="row")
    }
