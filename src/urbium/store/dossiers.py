"""Dossiers as they are stored: versions under a kind and a code, read by clauses of rights.

A change of many dossiers is one entry of the audit log, stored whole or not at all. Each is given with the
version it was read in; where somebody has changed it since, nothing is stored.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa

from urbium.access import Clause
from urbium.errors import ConflictError, Fault, InputError
from urbium.model.dossiers import Dossier
from urbium.store import audit_log, query
from urbium.store.audit_log import canonical, sha256
from urbium.store.database import Database
from urbium.store.schema import TABLES
from urbium.text import text as sentence

__all__ = ["WITHDRAWN", "DossierStore", "additions"]

WITHDRAWN = "withdrawn"
"""The state of a child that no longer lets its owner see the parent."""

_DOSSIER, _VERSION = TABLES.tables["dossier"], TABLES.tables["dossier_version"]
_CITY, _AUDIT = TABLES.tables["city"], TABLES.tables["audit"]
_POINTERS = ("round", "agreement", "parent", "owner")


class DossierStore:
    """The dossiers of a store.

    Parameters
    ----------
    database : the open database of the store
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, given: Sequence[Dossier], *, by: str, what: str, reason: str) -> list[Dossier]:
        """Store new versions of dossiers in one entry of the audit log and return them as they are now.

        Each is given with the version it was read in; 0 makes a new one.

        Raises
        ------
        ConflictError : somebody has changed one since, or a new one is there already
        InputError : a dossier belongs to a city, round, agreement, parent or owner that the store does not
            have; all are listed
        """
        audit_log.demand(by=by, what=what, reason=reason)
        with self._database.writing() as connection:
            return _record(connection, given, by=by, what=what, reason=reason)

    def one(
        self, kind: str, code: str, *, version: int | None = None, as_known_on: datetime | None = None
    ) -> Dossier | None:
        """Return a dossier: its newest version, one by number, or as known then; None when absent."""
        with self._database.reading() as connection:
            return _one(connection, kind, code, version=version, last=_last(connection, as_known_on))

    def listed(
        self,
        kind: str,
        clauses: Sequence[Clause],
        *,
        where: Mapping[str, str | Sequence[str]] | None = None,
        after: str = "",
        most: int | None = None,
        as_known_on: datetime | None = None,
    ) -> list[Dossier]:
        """Return the dossiers of a kind for which one of the clauses holds, sorted by code.

        Parameters
        ----------
        kind, clauses : what is asked for, and the right to see it
        where : only those whose code, city, province, state, round, agreement, parent or owner is this, or
            one of these
        after, most : only codes after this one, and at most so many
        as_known_on : as known on that instant instead of now
        """
        with self._database.reading() as connection:
            last = _last(connection, as_known_on)
            return _listed(connection, kind, clauses, where=where, after=after, most=most, last=last)

    def count(
        self, kind: str, clauses: Sequence[Clause], *, where: Mapping[str, str | Sequence[str]] | None = None
    ) -> dict[str, int]:
        """Return how many dossiers of a kind, for which one of the clauses holds, are in each state."""
        with self._database.reading() as connection:
            return _count(connection, kind, clauses, where=where)

    def history(self, kind: str, code: str) -> list[Dossier]:
        """Return every version of a dossier, the first one first."""
        with self._database.reading() as connection:
            return _history(connection, kind, code)

    def histories(self, kind: str, codes: Iterable[str]) -> dict[str, list[Dossier]]:
        """Return every version of some dossiers of a kind by code, the first one first."""
        versions: dict[str, list[Dossier]] = {code: [] for code in codes}
        with self._database.reading() as connection:
            for version in _histories(connection, kind, list(versions)):
                versions[version.code].append(version)
        return versions

    def owners_of_children(self, dossier: Dossier) -> frozenset[str]:
        """Return the accounts that own a child of a dossier which is not withdrawn."""
        with self._database.reading() as connection:
            return _owners_of_children(connection, dossier)

    def workers(self, kinds: Iterable[str]) -> dict[tuple[str, str], frozenset[str]]:
        """Return who has made a version of each dossier of some kinds, by kind and code."""
        with self._database.reading() as connection:
            return _workers(connection, kinds)

    def keep_attachment(self, content: bytes, media_type: str, *, by: str, reason: str) -> str:
        """Keep a file for good and return its sha256; one that is kept already stays."""
        audit_log.demand(by=by, reason=reason)
        digest = audit_log.sha256_of_bytes(content)
        with self._database.writing() as connection:
            _keep_attachment(connection, content, digest, media_type, by=by, reason=reason)
        return digest

    def attachment(self, digest: str) -> tuple[bytes, str] | None:
        """Return content and media type of an attached file; None when there is none."""
        with self._database.reading() as connection:
            return _attachment(connection, digest)


def _last(connection: sa.Connection, as_known_on: datetime | None) -> int | None:
    """Return the last entry known on an instant; None for now."""
    if as_known_on is None:
        return None
    return query.entry_known_on(connection, audit_log.microseconds(as_known_on))


def _record(
    connection: sa.Connection, given: Sequence[Dossier], *, by: str, what: str, reason: str
) -> list[Dossier]:
    """Store new versions of dossiers in one entry and return them as they are now.

    Raises ConflictError when a dossier is not of the version it was given with (0: it is new), InputError
    that lists every city, round, agreement, parent or owner that the store does not have.
    """
    current = _current(connection, given)
    stale = [one for one in given if _version(current, one) != one.version]
    if stale:
        raise _conflict(stale[0], _version(current, stale[0]))
    changed = [one for one in given if _differs(one, current.get((one.kind, one.code)))]
    if not changed:
        return list(given)
    numbers = _numbers(connection, changed)
    cities = dict(query.words(connection, "city").select("code", "id").iter_rows())
    fresh = [one for one in changed if not one.version]
    last = connection.scalar(sa.select(sa.func.max(_DOSSIER.c.id))) or 0
    numbers |= {(one.kind, one.code): last + place for place, one in enumerate(fresh, 1)}
    rows = [_row(one, numbers, cities) for one in fresh]
    versions = [_version_row(one, numbers[one.kind, one.code]) for one in changed]
    entry = audit_log.append(
        connection,
        who=by,
        what=what,
        why=reason,
        before={
            "dossiers": {
                _called(one): {"version": one.version, "state": current[one.kind, one.code].state}
                for one in changed
                if one.version
            }
        },
        after={
            "dossiers": {_called(one): _said(one, row) for one, row in zip(changed, versions, strict=True)}
        },
    )
    query.add_rows(connection, "dossier", rows)
    query.add_rows(connection, "dossier_version", [{**row, "entry": entry.seq} for row in versions])
    at = audit_log.instant(entry.at)
    return [_stored(one, at, by) if one in changed else one for one in given]


def _one(
    connection: sa.Connection, kind: str, code: str, *, version: int | None = None, last: int | None = None
) -> Dossier | None:
    """Return a dossier: its newest version, the one named, or the newest up to entry ``last``."""
    statement = _select(last, version).where(_DOSSIER.c.kind == kind, _DOSSIER.c.code == code)
    row = connection.execute(statement).mappings().one_or_none()
    return None if row is None else _dossier(row)


def _listed(
    connection: sa.Connection,
    kind: str,
    clauses: Sequence[Clause],
    *,
    where: Mapping[str, str | Sequence[str]] | None = None,
    after: str = "",
    most: int | None = None,
    last: int | None = None,
) -> list[Dossier]:
    """Return the dossiers of a kind for which one of the clauses holds, by code.

    Parameters
    ----------
    where : only those whose city, province, state, round, agreement, parent or owner is this, or one of these
    after : only codes after this one
    most : at most so many
    last : as they were after this entry of the audit log
    """
    statement = _select(last).where(_DOSSIER.c.kind == kind, _granted(clauses), *_conditions(where or {}))
    if after:
        statement = statement.where(_DOSSIER.c.code > after)
    rows = connection.execute(statement.order_by(_DOSSIER.c.code).limit(most)).mappings()
    return [_dossier(row) for row in rows]


def _count(
    connection: sa.Connection,
    kind: str,
    clauses: Sequence[Clause],
    *,
    where: Mapping[str, str | Sequence[str]] | None = None,
) -> dict[str, int]:
    """Return how many dossiers of a kind, for which a clause holds, are in each state."""
    rows = _select().where(_DOSSIER.c.kind == kind, _granted(clauses), *_conditions(where or {})).subquery()
    statement = sa.select(rows.c.state, sa.func.count()).group_by(rows.c.state).order_by(rows.c.state)
    return {row[0]: row[1] for row in connection.execute(statement)}


def _history(connection: sa.Connection, kind: str, code: str) -> list[Dossier]:
    """Return every version of a dossier, first one first."""
    statement = (
        _versions().where(_DOSSIER.c.kind == kind, _DOSSIER.c.code == code).order_by(_VERSION.c.version)
    )
    return [_dossier(row) for row in connection.execute(statement).mappings()]


def _histories(connection: sa.Connection, kind: str, codes: list[str]) -> Iterable[Dossier]:
    """Return every version of some dossiers, of each the first one first."""
    statement = _versions().where(_DOSSIER.c.kind == kind, _DOSSIER.c.code.in_(codes))
    return [_dossier(row) for row in connection.execute(statement.order_by(_VERSION.c.version)).mappings()]


def _owners_of_children(connection: sa.Connection, dossier: Dossier) -> frozenset[str]:
    """Return the accounts that own a child of a dossier which is not withdrawn."""
    rows = connection.execute(
        _select().where(_alias("parent").c.kind == dossier.kind, _alias("parent").c.code == dossier.code)
    ).mappings()
    return frozenset(row["owner"] for row in rows if row["owner"] and row["state"] != WITHDRAWN)


def _workers(connection: sa.Connection, kinds: Iterable[str]) -> dict[tuple[str, str], frozenset[str]]:
    """Return who has made a version of each dossier of some kinds, by kind and code."""
    rows = connection.execute(
        sa.select(_DOSSIER.c.kind, _DOSSIER.c.code, _AUDIT.c.who)
        .distinct()
        .join(_VERSION, _VERSION.c.dossier_id == _DOSSIER.c.id)
        .join(_AUDIT, _AUDIT.c.seq == _VERSION.c.entry)
        .where(_DOSSIER.c.kind.in_(list(kinds)))
    )
    people: dict[tuple[str, str], set[str]] = {}
    for kind, code, who in rows:
        people.setdefault((kind, code), set()).add(who)
    return {key: frozenset(names) for key, names in people.items()}


def _keep_attachment(
    connection: sa.Connection, content: bytes, digest: str, media_type: str, *, by: str, reason: str
) -> None:
    """Keep a file under its sha256; one that is kept already stays."""
    if _attachment(connection, digest) is not None:
        return
    entry = audit_log.append(
        connection,
        who=by,
        what="attach file",
        why=reason,
        before={},
        after={"attachment": {"sha256": digest, "bytes": len(content), "media_type": media_type}},
    )
    row = {"sha256": digest, "entry": entry.seq, "media_type": media_type, "content": content}
    query.add_rows(connection, "attachment", [row])


def _attachment(connection: sa.Connection, digest: str) -> tuple[bytes, str] | None:
    """Return content and media type of an attached file; None when there is none."""
    table = TABLES.tables["attachment"]
    row = connection.execute(
        sa.select(table.c.content, table.c.media_type).where(table.c.sha256 == digest)
    ).one_or_none()
    return None if row is None else (bytes(row.content), row.media_type)


def additions(connection: sa.Connection) -> dict[int, dict[str, Any]]:
    """Return what each entry of the audit log must say that it added: dossiers, and attached files."""
    parts: dict[int, dict[str, Any]] = {}
    for row in connection.execute(_versions().order_by(_VERSION.c.entry)).mappings():
        dossier = _dossier(row)
        is_whole = sha256(row["content"]) == row["sha256"]
        said = _said(
            dossier, {"sha256": row["sha256"] if is_whole else "altered", "version": dossier.version}
        )
        parts.setdefault(row["entry"], {}).setdefault("dossiers", {})[_called(dossier)] = said
    table = TABLES.tables["attachment"]
    for row in connection.execute(sa.select(table)).mappings():
        content = bytes(row["content"])
        parts.setdefault(row["entry"], {})["attachment"] = {
            "sha256": row["sha256"] if audit_log.sha256_of_bytes(content) == row["sha256"] else "altered",
            "bytes": len(content),
            "media_type": row["media_type"],
        }
    return parts


def _said(dossier: Dossier, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the audit log says of one version, what it belongs to included."""
    belongs = {name: getattr(dossier, name) for name in ("city", "province", *_POINTERS)}
    return {
        "version": row["version"],
        "action": dossier.action,
        "state": dossier.state,
        "sha256": row["sha256"],
        **{name: value for name, value in belongs.items() if value},
    }


def _called(dossier: Dossier) -> str:
    return f"{dossier.kind} {dossier.code}"


def _differs(new: Dossier, old: Dossier | None) -> bool:
    return old is None or (new.state, canonical(new.content)) != (old.state, canonical(old.content))


def _version(current: Mapping[tuple[str, str], Dossier], dossier: Dossier) -> int:
    stored = current.get((dossier.kind, dossier.code))
    return 0 if stored is None else stored.version


def _conflict(dossier: Dossier, version: int) -> ConflictError:
    place = f"{dossier.kind} {dossier.code}"
    if not dossier.version:
        return ConflictError(
            sentence("store.dossier.exists", "there is one of this code already"),
            place=place,
            remedy=sentence("store.dossier.exists.remedy", "open it, or give another code"),
        )
    return ConflictError(
        sentence(
            "store.dossier.changed",
            "somebody else has changed it: it is of version {version} now, and you saw version {old}",
            version=version,
            old=dossier.version,
        ),
        place=place,
        remedy=sentence(
            "store.dossier.changed.remedy", "open it again; nothing of yours was stored, and nothing is lost"
        ),
    )


def _current(connection: sa.Connection, given: Iterable[Dossier]) -> dict[tuple[str, str], Dossier]:
    codes: dict[str, list[str]] = {}
    for dossier in given:
        codes.setdefault(dossier.kind, []).append(dossier.code)
    current = {}
    for kind, some in codes.items():
        statement = _select().where(_DOSSIER.c.kind == kind, _DOSSIER.c.code.in_(some))
        for row in connection.execute(statement).mappings():
            current[kind, row["code"]] = _dossier(row)
    return current


def _numbers(connection: sa.Connection, given: Iterable[Dossier]) -> dict[tuple[str, str], int]:
    """Return the numbers of dossiers and of what they belong to, as far as they are stored."""
    wanted: dict[str, set[str]] = {}
    for dossier in given:
        for kind, code in ((dossier.kind, dossier.code), *_targets(dossier).values()):
            wanted.setdefault(kind, set()).add(code)
    numbers: dict[tuple[str, str], int] = {}
    for kind, codes in wanted.items():
        statement = sa.select(_DOSSIER.c.code, _DOSSIER.c.id).where(
            _DOSSIER.c.kind == kind, _DOSSIER.c.code.in_(sorted(codes))
        )
        numbers |= {(kind, row.code): row.id for row in connection.execute(statement)}
    return numbers


def _targets(dossier: Dossier) -> dict[str, tuple[str, str]]:
    """Return kind and code of what a dossier belongs to, by pointer; the code is empty where to nothing."""
    return {
        "round": ("round", dossier.round),
        "agreement": ("agreement", dossier.agreement),
        "parent": (dossier.parent_kind, dossier.parent),
        "owner": ("account", dossier.owner),
    }


def _row(
    dossier: Dossier, numbers: Mapping[tuple[str, str], int], cities: Mapping[str, int]
) -> dict[str, Any]:
    targets = _targets(dossier)
    missing = [f"{kind} {code}" for kind, code in targets.values() if code and (kind, code) not in numbers]
    if dossier.city and dossier.city not in cities:
        missing.append(f"city {dossier.city}")
    if missing:
        raise InputError(
            sentence("store.dossier.points_nowhere", "it belongs to what the store does not have"),
            place=_called(dossier),
            remedy=sentence("store.dossier.points_nowhere.remedy", "add that first, or correct the code"),
            faults=[
                Fault(
                    "error",
                    sentence("store.dossier.no_such", "there is no {name}", name=name),
                    sentence("store.dossier.no_such.remedy", "give one that the store has"),
                )
                for name in missing
            ],
        )
    pointers = {f"{name}_id": numbers[target] if target[1] else None for name, target in targets.items()}
    return {
        "id": numbers[dossier.kind, dossier.code],
        "kind": dossier.kind,
        "code": dossier.code,
        "city_id": cities[dossier.city] if dossier.city else None,
        "province": dossier.province,
        **pointers,
    }


def _version_row(dossier: Dossier, number: int) -> dict[str, Any]:
    content = canonical(dossier.content)
    return {
        "dossier_id": number,
        "version": dossier.version + 1,
        "action": dossier.action,
        "state": dossier.state,
        "content": content,
        "sha256": sha256(content),
    }


def _stored(dossier: Dossier, at: datetime, by: str) -> Dossier:
    fields = {name: getattr(dossier, name) for name in dossier.__struct_fields__}
    return Dossier(**fields | {"version": dossier.version + 1, "recorded_at": at, "recorded_by": by})


_ALIASES = {name: _DOSSIER.alias(name) for name in _POINTERS}


def _alias(name: str) -> sa.FromClause:
    return _ALIASES[name]


@cache
def _versions() -> sa.Select[Any]:
    """Return the statement of all versions of all dossiers; it is built once."""
    joined = _VERSION.join(_DOSSIER, _DOSSIER.c.id == _VERSION.c.dossier_id)
    joined = joined.join(_AUDIT, _AUDIT.c.seq == _VERSION.c.entry)
    joined = joined.outerjoin(_CITY, _CITY.c.id == _DOSSIER.c.city_id)
    for name, alias in _ALIASES.items():
        joined = joined.outerjoin(alias, alias.c.id == _DOSSIER.c[f"{name}_id"])
    return sa.select(
        _DOSSIER.c.id,
        _DOSSIER.c.kind,
        _DOSSIER.c.code,
        _DOSSIER.c.province,
        _VERSION.c.version,
        _VERSION.c.entry,
        _VERSION.c.action,
        _VERSION.c.state,
        _VERSION.c.content,
        _VERSION.c.sha256,
        _CITY.c.code.label("city"),
        *(alias.c.code.label(name) for name, alias in _ALIASES.items()),
        _ALIASES["parent"].c.kind.label("parent_kind"),
        _AUDIT.c.at,
        _AUDIT.c.who,
    ).select_from(joined)


@lru_cache(maxsize=64)
def _select(last: int | None = None, version: int | None = None) -> sa.Select[Any]:
    """Return the statement of one version of every dossier: the newest, one by number, or as known then."""
    if version is not None:
        return _versions().where(_VERSION.c.version == version)
    newest = _VERSION.alias("newest")
    conditions = [newest.c.dossier_id == _DOSSIER.c.id]
    if last is not None:
        conditions.append(newest.c.entry <= last)
    number = sa.select(sa.func.max(newest.c.version)).where(*conditions).scalar_subquery()
    return _versions().where(_VERSION.c.version == number)


def _granted(clauses: Sequence[Clause]) -> sa.ColumnElement[bool]:
    """Write the alternatives of a right as a condition; without any it is false."""
    return sa.or_(sa.false(), *(_clause(clause) for clause in clauses))


def _clause(clause: Clause) -> sa.ColumnElement[bool]:
    conditions: list[sa.ColumnElement[bool]] = [sa.true()]
    if clause.states:
        conditions.append(_VERSION.c.state.in_(sorted(clause.states)))
    if clause.place == "own":
        conditions.append(_ALIASES["owner"].c.code == clause.value)
    elif clause.place == "assigned":
        conditions.append(_is_assigned(clause.value))
    elif clause.place != "all":
        conditions.append(_lies_in(clause.place, clause.value))
    return sa.and_(*conditions)


def _lies_in(place: str, code: str) -> sa.ColumnElement[bool]:
    """Return the condition that a dossier is in a place; an agreement lies in itself, and a round does."""
    belongs = _column(place) == code
    if place not in _POINTERS:
        return belongs
    return sa.case((_DOSSIER.c.kind == place, _DOSSIER.c.code == code), else_=belongs)


def _is_assigned(account: str) -> sa.ColumnElement[bool]:
    """Return the condition that an account owns a child which is not withdrawn."""
    child, owner = _DOSSIER.alias("child"), _DOSSIER.alias("child_owner")
    version, newest = _VERSION.alias("child_version"), _VERSION.alias("child_newest")
    number = (
        sa.select(sa.func.max(newest.c.version)).where(newest.c.dossier_id == child.c.id).scalar_subquery()
    )
    return sa.exists(
        sa.select(child.c.id)
        .join(owner, owner.c.id == child.c.owner_id)
        .join(version, version.c.dossier_id == child.c.id)
        .where(
            child.c.parent_id == _DOSSIER.c.id,
            owner.c.kind == "account",
            owner.c.code == account,
            version.c.version == number,
            version.c.state != WITHDRAWN,
        )
    )


def _column(name: str) -> sa.ColumnElement[Any]:
    columns: dict[str, sa.ColumnElement[Any]] = {
        "city": _CITY.c.code,
        "province": _DOSSIER.c.province,
        "state": _VERSION.c.state,
        "code": _DOSSIER.c.code,
        **{pointer: alias.c.code for pointer, alias in _ALIASES.items()},
    }
    return columns[name]


def _conditions(where: Mapping[str, str | Sequence[str]]) -> list[sa.ColumnElement[bool]]:
    return [
        _column(name) == value if isinstance(value, str) else _column(name).in_(list(value))
        for name, value in where.items()
    ]


def _dossier(row: sa.RowMapping) -> Dossier:
    return Dossier(
        kind=row["kind"],
        code=row["code"],
        state=row["state"],
        version=row["version"],
        action=row["action"],
        content=json.loads(row["content"]),
        province=row["province"],
        **{name: row[name] or "" for name in ("city", *_POINTERS, "parent_kind")},
        recorded_at=audit_log.instant(row["at"]),
        recorded_by=row["who"],
    )
