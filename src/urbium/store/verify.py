"""Proof that a store holds what its audit log says: the chain of entries, and what each entry added.

Everything that an entry added is read again and digested anew, so a figure altered behind the store's back is
found even when the altering hand first removed the triggers.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl
import sqlalchemy as sa

from urbium.errors import ConflictError
from urbium.store import query
from urbium.store.audit_log import Entry, canonical, first_break, sha256
from urbium.store.codes import Known, digest
from urbium.store.dossiers import additions
from urbium.store.records import KINDS
from urbium.store.schema import FAULT_COLUMNS
from urbium.text import text

__all__ = ["fault_digest", "known", "verify"]

Additions = dict[int, dict[str, Any]]


def verify(connection: sa.Connection, place: str) -> None:
    """Raise ConflictError naming the first entry that is broken, or whose additions are not as it says."""
    entries = [Entry(**row) for row in query.audit_rows(connection)]
    breaks = [
        difference
        for difference in (first_break(entries), _first_difference(connection, entries))
        if difference
    ]
    if breaks:
        number, how = min(breaks)
        raise ConflictError(
            text(
                "store.audit.broken",
                "audit entry {number} does not hold: {how}",
                number=number,
                how=how,
            ),
            place=place,
            remedy=text(
                "store.audit.broken.remedy",
                "somebody changed the store from outside: go back to a copy from before",
            ),
        )


def known(connection: sa.Connection, series: pl.DataFrame | None = None) -> Known:
    """Return every word that the store knows, and its series (or the ones given)."""
    names = ("city", "source", "variable", "area", "unit", "sheet", "reason", "period")
    words = {name: query.words(connection, name) for name in names}
    return Known(words, query.series_codes(connection) if series is None else series)


def fault_digest(faults: Iterable[Mapping[str, str | None]]) -> str:
    """Return the sha256 of the faults of a load; ``said`` counts where there is any."""
    return sha256(
        canonical(
            [[*(fault[name] for name in FAULT_COLUMNS), *filter(None, [fault["said"]])] for fault in faults]
        )
    )


def _first_difference(connection: sa.Connection, entries: list[Entry]) -> tuple[int, str] | None:
    """Return the first entry whose additions differ from what is stored, and which additions."""
    stored: Additions = {}
    _add_records(connection, stored)
    _add_documents(connection, stored)
    _add_loads(connection, stored)
    for entry, parts in additions(connection).items():
        stored.setdefault(entry, {}).update(parts)
    said = {entry.seq: json.loads(entry.after) for entry in entries}
    for number in sorted(said.keys() | stored.keys()):
        for part in (*(kind.plural for kind in KINDS.values()), "document", "load", "dossiers", "attachment"):
            if said.get(number, {}).get(part) != stored.get(number, {}).get(part):
                return number, text(
                    "store.verify.stored_differently",
                    "the {part} stored with it differ from what it says",
                    part=part,
                )
    return None


def _add_records(connection: sa.Connection, stored: Additions) -> None:
    for kind in KINDS.values():
        for row in query.version_rows(connection, kind.table):
            contents = stored.setdefault(row["entry"], {}).setdefault(kind.plural, {})
            contents[row["code"]] = kind.content(row)


def _add_documents(connection: sa.Connection, stored: Additions) -> None:
    for row in query.document_rows(connection):
        stored.setdefault(row["entry"], {})["document"] = {
            "kind": row["kind"],
            "name": row["name"],
            "version": row["version"],
            "sha256": sha256(row["content"]) if sha256(row["content"]) == row["sha256"] else "altered",
        }


def _add_loads(connection: sa.Connection, stored: Additions) -> None:
    """Digest the observations and faults of every load anew."""
    everything, days = known(connection), query.period_days(connection)
    rows = query.observation_codes(connection, last=2**31 - 1)
    parts = {
        number: part
        for (number,), part in rows.sort("load_entry", maintain_order=True)
        .partition_by("load_entry", as_dict=True, maintain_order=True)
        .items()
    }
    faults: dict[int, list[dict[str, Any]]] = {}
    for fault in query.fault_rows(connection):
        faults.setdefault(fault["load_entry"], []).append(fault)
    for load in query.load_rows(connection).iter_rows(named=True):
        part = parts.pop(load["entry"], rows.clear())
        load_faults = faults.pop(load["entry"], [])
        stored.setdefault(load["entry"], {})["load"] = {
            "kind": load["kind"],
            "file": load["file"],
            "sha256": load["sha256"],
            "rows": part.height,
            "digest": digest(part, everything, days),
            "faults": len(load_faults),
            "faults_digest": fault_digest(load_faults),
        }
    for number in (*parts, *faults):  # observations or faults of a load that is not there
        stored.setdefault(int(str(number)), {})["load"] = "unknown"
