"""Canonical: the record of a publication as it is kept, a Data Package of CSV tables, and read back from it.

Every other format is written from what is read here, when somebody asks for it. See ADR 0140.
"""

import io
import json
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

import polars as pl

from urbium.csv_text import unmarked
from urbium.publish.open_data.record import TABLES, OpenData, columns_of

PACKAGE: Final = "datapackage.json"
_RECORD: Final = "urbium"
"""The member of the package that holds what the tables do not say."""


def facts_of(record: OpenData) -> dict[str, Any]:
    """Return what the tables of a record do not say, as a member of its package."""
    facts = {field.name: getattr(record, field.name) for field in fields(record) if field.name != "tables"}
    return {_RECORD: facts | {"known_on": record.issued, "name": dict(record.name)}}


def read(content: Callable[[str], bytes]) -> OpenData | None:
    """Return the record that is kept in files; None where an urbium before ADR 0140 wrote them.

    Parameters
    ----------
    content : returns a file by its name
    """
    facts = json.loads(content(PACKAGE)).get(_RECORD)
    if facts is None:
        return None
    return OpenData(
        **facts
        | {
            "known_on": datetime.fromisoformat(facts["known_on"]),
            "languages": tuple(facts["languages"]),
            "tables": {name: _table(name, content(f"{name}.csv")) for name in TABLES},
        }
    )


def _table(name: str, content: bytes) -> pl.DataFrame:
    frame = pl.read_csv(io.BytesIO(content), infer_schema=False)
    kinds = {column.name: column.dtype for column in columns_of(name, frame)}
    return frame.select(
        (unmarked(pl.col(column)) if kind == pl.String() else pl.col(column)).cast(kind)
        for column, kind in kinds.items()
    )
