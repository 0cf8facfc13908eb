"""Proof that a store holds what its audit log says: the chain of entries, and what each entry added.

Everything that an entry added is read again and digested anew, so a figure altered behind the store's back is
found even when the altering hand first removed the triggers. See ADR 0060.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl
import sqlalchemy as sa

from urbium.errors import ConflictError, Fault, UrbiumError, counted
from urbium.store import publications
from urbium.store.audit_log import Entry, Head, canonical, first_break, sha256
from urbium.store.codes import Known, digest
from urbium.store.dossiers import additions
from urbium.store.queries import query
from urbium.store.queries.query_context import unindexed
from urbium.store.records import KINDS
from urbium.store.schema import FAULT_COLUMNS
from urbium.store.soundness import damage, schema_faults
from urbium.store.ways_in import ways_in_faults
from urbium.text import Text, coded, text

Additions = dict[int, dict[str, Any]]

_UNREADABLE = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    OverflowError,
    RecursionError,
    UrbiumError,
    pl.exceptions.PolarsError,
)
_UNKNOWN_ENTRY = 2**31  # behind every entry: which one it is cannot be told
_PARTS = ("document", "load", "dossiers", "attachment", "publication")
_REMEDY = text(
    "the store was changed from outside, or by a disk fault: write nothing more to it, keep a copy of "
    "its current state, and continue from the last backup that passes verification"
)


def verify(connection: sa.Connection, place: str, kept: Sequence[Head] = ()) -> Head:
    """Return the head of a store that holds what its audit log says; raise ConflictError where it does not.

    The database checks itself, its schema is compared with the one that urbium makes, every entry is sealed
    anew, everything that it added is digested anew, and every head that was ``kept`` elsewhere must be an
    entry of the log. The error names the first entry that does not hold, and lists what else was found.
    """
    findings = [*damage(connection), *schema_faults(connection)]
    try:
        entries = [Entry(**row) for row in query.audit_rows(connection)]
        differences = (first_break(entries), _difference(connection, entries))
    except sa.exc.DBAPIError:  # a table or a page that is not there
        if findings:
            raise _not_as_left(place, findings) from None
        raise
    breaks = [difference for difference in differences if difference]
    findings += [_rewritten(head) for head in kept if not _is_in(head, entries)]
    if not any(differences):
        findings += ways_in_faults(connection, entries)
    if breaks:
        number, how = min(breaks, key=lambda one: one[0])
        raise ConflictError(
            coded("store.audit.broken", "audit entry {number} is not valid: {how}", number=number, how=how),
            place=place,
            remedy=_REMEDY,
            faults=findings,
        )
    if findings:
        raise _not_as_left(place, findings)
    if lost := unindexed(connection):
        raise ConflictError(
            coded(
                "store.verify.unindexed",
                "{count} stored entity, {name}, is missing from the index, so no query finds it",
                "{count:,} stored entities, such as {name}, are missing from the index, so no "
                "query finds them",
                count=len(lost),
                name=lost[0].uri,
            ),
            place=place,
            remedy=text("start urbium serve or urbium receive to rebuild the index; nothing else is damaged"),
        )
    last = entries[-1]
    return Head(last.seq, last.at, last.hash)


def _not_as_left(place: str, findings: Sequence[Fault]) -> ConflictError:
    return ConflictError(
        coded(
            "store.verify.findings",
            "the store is not as urbium left it: {faults}",
            faults=counted(findings),
        ),
        place=place,
        remedy=_REMEDY,
        faults=findings,
    )


def _difference(connection: sa.Connection, entries: list[Entry]) -> tuple[int, Text] | None:
    """Return the first entry whose additions differ; what cannot be read at all is a difference too."""
    try:
        return _first_difference(connection, entries)
    except _UNREADABLE as error:
        words = str(error).partition("\n")[0][:200]
        return _UNKNOWN_ENTRY, text("the stored content cannot be read: {words}", words=words)


def _is_in(head: Head, entries: Sequence[Entry]) -> bool:
    """Say whether a log has the entry of a head; one without a number may be any."""
    if not head.seq:
        return any(entry.hash == head.hash for entry in entries)
    return head.seq <= len(entries) and entries[head.seq - 1].hash == head.hash


def _rewritten(head: Head) -> Fault:
    return Fault(
        "error",
        coded(
            "store.verify.rewritten",
            "the kept head {head} is not an entry in the log: the log was truncated or rewritten",
            head=f"{head.seq} {head.hash[:16]}" if head.seq else head.hash[:16],
        ),
        text("compare with the last backup that contains this entry"),
        rule="head",
    )


def all_words(connection: sa.Connection) -> dict[str, pl.DataFrame]:
    """Return every word that the store knows, by kind."""
    names = ("city", "source", "variable", "area", "unit", "sheet", "reason", "period")
    return {name: query.words(connection, name) for name in names}


def fault_digest(faults: Iterable[Mapping[str, str | None]]) -> str:
    """Return the sha256 of the faults of a load; ``said`` counts where there is any."""
    return sha256(
        canonical(
            [[*(fault[name] for name in FAULT_COLUMNS), *filter(None, [fault["said"]])] for fault in faults]
        )
    )


def _first_difference(connection: sa.Connection, entries: list[Entry]) -> tuple[int, Text] | None:
    """Return the first entry whose additions differ from what is stored, and which additions."""
    stored: Additions = {}
    _add_records(connection, stored)
    _add_documents(connection, stored)
    _add_loads(connection, stored)
    for added in (additions(connection), publications.additions(connection)):
        for number, parts in added.items():
            stored.setdefault(number, {}).update(parts)
    said = {}
    for entry in entries:
        try:
            said[entry.seq] = dict(json.loads(entry.after))
        except (ValueError, TypeError, RecursionError):
            return entry.seq, text("its content cannot be read")
    for number in sorted(said.keys() | stored.keys()):
        for part in (*(kind.plural for kind in KINDS.values()), *_PARTS):
            if said.get(number, {}).get(part) != stored.get(number, {}).get(part):
                return number, text(
                    "the {part} stored with the entry differ from those stated in the entry", part=part
                )
    return None


def _add_records(connection: sa.Connection, stored: Additions) -> None:
    for kind in KINDS.values():
        for row in query.version_rows(connection, kind.table):
            contents = stored.setdefault(row["entry"], {}).setdefault(kind.plural, {})
            contents[row["code"]] = kind.content(row) if _is_as_written(row) else "altered"


def _are_counted(faults: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether faults bear the numbers from 1 on, without a gap."""
    return [fault["number"] for fault in faults] == list(range(1, len(faults) + 1))


def _is_as_written(row: Mapping[str, Any]) -> bool:
    """Say whether names and parts of a row stand in the one form that is written: no blank was added."""
    mappings = (value for name in ("name", "province") if (value := row.get(name, "")).startswith("{"))
    return all(canonical(json.loads(value)) == value for value in mappings)


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
    everything = Known(all_words(connection), query.series_codes(connection))
    days = query.period_days(connection)
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
            "faults_digest": fault_digest(load_faults) if _are_counted(load_faults) else "altered",
        }
    for number in (*parts, *faults):  # observations or faults of a load that is not there
        stored.setdefault(int(str(number)), {})["load"] = "unknown"
