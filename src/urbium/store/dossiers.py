"""Dossiers as they are stored: versions under a kind and a code, read by clauses of rights.

A change of many dossiers is one entry of the audit log, stored whole or not at all. Each is given with the
version it was read in; where somebody has changed it since, nothing is stored.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from urbium.access import ASKED, Clause
from urbium.errors import ConflictError, Fault, InputError
from urbium.model.dossiers import Dossier
from urbium.reads import note_passing, note_read
from urbium.store import audit_log
from urbium.store.audit_log import canonical, sha256
from urbium.store.part import StorePart
from urbium.store.queries import dossier_statements as statements
from urbium.store.queries import query
from urbium.store.queries.dossier_statements import POINTERS, WITHDRAWN
from urbium.store.schema import TABLES
from urbium.text import coded
from urbium.text import text as sentence

_DOSSIER, _VERSION = TABLES.tables["dossier"], TABLES.tables["dossier_version"]
_CITY, _AUDIT = TABLES.tables["city"], TABLES.tables["audit"]
_ANY = Clause(frozenset(), "all", "", frozenset())
"""The clause that holds for every dossier."""


class DossierStore(StorePart):
    """The dossiers of a store."""

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

        def read() -> sa.RowMapping | None:
            with self._database.reading() as connection:
                return _one(connection, kind, code, version=version, last=_last(connection, as_known_on))

        note_read(kind)
        row = self._database.asked(("dossier", kind, code, version, as_known_on), read)
        return None if row is None else _dossier(row)

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
        where : only those whose code, city, province, state, round, agreement, parent (with ``parent_kind``,
            where it is known) or owner is this, or one of these
        after, most : only codes after this one, and at most so many
        as_known_on : as known on that instant instead of now
        """
        note_read(kind)
        with self._database.reading() as connection:
            last = _last(connection, as_known_on)
            statement = statements.listing(kind, clauses, where or {}, after=after, most=most, last=last)
            return [_dossier(row) for row in connection.execute(*statement).mappings()]

    def codes(self, kind: str, clauses: Sequence[Clause], codes: Iterable[str]) -> frozenset[str]:
        """Return those of some codes of a kind for which one of the clauses holds."""
        wanted = tuple(sorted(codes))

        def read() -> frozenset[str]:
            with self._database.reading() as connection:
                return frozenset(connection.scalars(*statements.codes_seen(kind, clauses, wanted)).all())

        note_read(kind)
        return self._database.asked(("codes", kind, tuple(clauses), wanted), read)

    def count(
        self, kind: str, clauses: Sequence[Clause], *, where: Mapping[str, str | Sequence[str]] | None = None
    ) -> dict[str, int]:
        """Return how many dossiers of a kind, for which one of the clauses holds, are in each state."""
        return self.counts({kind: clauses}, where=where).get(kind, {})

    def counts(
        self,
        asked: Mapping[str, Sequence[Clause]],
        *,
        where: Mapping[str, str | Sequence[str]] | None = None,
    ) -> dict[str, dict[str, int]]:
        """Return how many dossiers are in each state, by kind, of those for which a clause of it holds."""
        note_read(*asked)
        numbers: dict[str, dict[str, int]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(*statements.counting(asked, where or {})):
                numbers.setdefault(row.kind, {})[row.state] = row.number
        return numbers

    def last_change(self, kind: str) -> int:
        """Return the number of the newest entry that changed a dossier of a kind; 0 where there is none."""
        statement = sa.select(sa.func.max(_VERSION.c.entry)).join(
            _DOSSIER, _DOSSIER.c.id == _VERSION.c.dossier_id
        )
        note_read(kind)
        with self._database.reading() as connection:
            return connection.scalar(statement.where(_DOSSIER.c.kind == kind)) or 0

    def changed(self, kinds: Iterable[str], *, since: datetime) -> list[tuple[str, str]]:
        """Return kind and code of the dossiers of some kinds that changed since, those changed last first."""
        note_read(*(kinds := tuple(kinds)))
        statement = statements.changed(kinds, audit_log.microseconds(since))
        with self._database.reading() as connection:
            return [(row.kind, row.code) for row in connection.execute(statement)]

    def history(self, kind: str, code: str) -> list[Dossier]:
        """Return every version of a dossier, the first one first."""
        note_read(kind)
        with self._database.reading() as connection:
            return _history(connection, kind, code)

    def reasons(self, kind: str, code: str) -> dict[int, str]:
        """Return the log's reasons of a dossier's own steps, by version; of what came along it has none."""
        note_read(kind)
        with self._database.reading() as connection:
            rows = connection.execute(statements.reasons(kind, code)).all()
        return {row.version: row.why for row in rows if row.what == f"{kind}: {row.action}"}

    def histories(self, kind: str, codes: Iterable[str]) -> dict[str, list[Dossier]]:
        """Return every version of some dossiers of a kind by code, the first one first."""
        note_read(kind)
        versions: dict[str, list[Dossier]] = {code: [] for code in codes}
        with self._database.reading() as connection:
            for version in _histories(connection, kind, list(versions)):
                versions[version.code].append(version)
        return versions

    def owners_of_children(self, dossier: Dossier) -> Mapping[str, str]:
        """Return the states of the children of a dossier that are not withdrawn, by owner."""

        def read() -> Mapping[str, str]:
            with self._database.reading() as connection:
                return _owners_of_children(connection, dossier.kind, dossier.code)

        note_passing()  # children are of any kind
        return self._database.asked(("owners of children", dossier.kind, dossier.code), read)

    def workers(self, kinds: Iterable[str]) -> dict[tuple[str, str], frozenset[str]]:
        """Return who has made a version of each dossier of some kinds, by kind and code."""
        note_read(*(kinds := tuple(kinds)))
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
    current, numbers = _current(connection, given)
    stale = [one for one in given if _version(current, one) != one.version]
    if stale:
        raise _conflict(stale[0], _version(current, stale[0]))
    changed = [one for one in given if _differs(one, current.get((one.kind, one.code)))]
    if not changed:
        return list(given)
    rows = _new_rows(connection, [one for one in changed if not one.version])
    numbers |= {(row["kind"], row["code"]): row["id"] for row in rows}
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
    connection: sa.Connection, kind: str, code: str, *, version: int | None, last: int | None
) -> sa.RowMapping | None:
    """Return a dossier as a row: its newest version, the one named, or the newest up to entry ``last``."""
    statement = statements.one_version(by_number=version is not None, as_known=last is not None)
    parameters = {"kind": kind, "code": code, "version": version, "last": last}
    return connection.execute(statement, parameters).mappings().one_or_none()


def _history(connection: sa.Connection, kind: str, code: str) -> list[Dossier]:
    """Return every version of a dossier, first one first."""
    statement = (
        statements.versions()
        .where(_DOSSIER.c.kind == kind, _DOSSIER.c.code == code)
        .order_by(_VERSION.c.version)
    )
    return [_dossier(row) for row in connection.execute(statement).mappings()]


def _histories(connection: sa.Connection, kind: str, codes: list[str]) -> Iterable[Dossier]:
    """Return every version of some dossiers, of each the first one first."""
    statement = statements.versions().where(_DOSSIER.c.kind == kind, _DOSSIER.c.code.in_(codes))
    return [_dossier(row) for row in connection.execute(statement.order_by(_VERSION.c.version)).mappings()]


def _owners_of_children(connection: sa.Connection, kind: str, code: str) -> Mapping[str, str]:
    """Return the states of children that are not withdrawn, by owner: of several, one that was accepted."""
    rows = connection.execute(statements.children(), {"kind": kind, "code": code}).all()
    states = {row.owner: row.state for row in rows if row.owner and row.state == ASKED}
    return states | {
        row.owner: row.state for row in rows if row.owner and row.state not in (ASKED, WITHDRAWN)
    }


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
    for row in connection.execute(statements.versions().order_by(_VERSION.c.entry)).mappings():
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
    belongs = {name: getattr(dossier, name) for name in ("city", "province", *POINTERS)}
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
            coded("store.dossier.exists", "there is already a dossier with this code"),
            place=place,
            remedy=sentence("open it, or use another code"),
        )
    return ConflictError(
        coded(
            "store.dossier.changed",
            "someone else has changed it: it is now at version {version}, but you saw version {old}",
            version=version,
            old=dossier.version,
        ),
        place=place,
        remedy=sentence("open it again and repeat your changes: nothing that you sent was stored"),
    )


def _current(
    connection: sa.Connection, given: Iterable[Dossier]
) -> tuple[dict[tuple[str, str], Dossier], dict[tuple[str, str], int]]:
    """Return the newest versions of those dossiers that are stored, and their numbers."""
    codes: dict[str, list[str]] = {}
    for dossier in given:
        codes.setdefault(dossier.kind, []).append(dossier.code)
    current, numbers = {}, {}
    for kind, some in codes.items():
        statement = statements.listing(kind, [_ANY], {"code": some})
        for row in connection.execute(*statement).mappings():
            current[kind, row["code"]] = _dossier(row)
            numbers[kind, row["code"]] = row["id"]
    return current, numbers


def _new_rows(connection: sa.Connection, fresh: Sequence[Dossier]) -> list[dict[str, Any]]:
    """Return the rows of dossiers that are not stored yet, numbered on; nothing is read when there are none.

    Raises InputError for what one belongs to and the store does not have.
    """
    if not fresh:
        return []
    last = connection.scalar(sa.select(sa.func.max(_DOSSIER.c.id))) or 0
    numbers = _numbers(connection, fresh)
    numbers |= {(one.kind, one.code): last + place for place, one in enumerate(fresh, 1)}
    codes = sorted({one.city for one in fresh if one.city})
    named = connection.execute(sa.select(_CITY.c.code, _CITY.c.id).where(_CITY.c.code.in_(codes)))
    cities = {row.code: row.id for row in named}
    return [_row(one, numbers, cities) for one in fresh]


def _numbers(connection: sa.Connection, fresh: Iterable[Dossier]) -> dict[tuple[str, str], int]:
    """Return the numbers of what dossiers belong to, as far as it is stored."""
    wanted: dict[str, set[str]] = {}
    for dossier in fresh:
        for kind, code in _targets(dossier).values():
            if code:
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
            coded("store.dossier.points_nowhere", "it belongs to something that is not in the store"),
            place=_called(dossier),
            remedy=sentence("first add what it belongs to, or correct the code"),
            faults=[
                Fault(
                    "error",
                    coded("store.dossier.no_such", "there is no {name}", name=name),
                    sentence("use one that is in the store"),
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


def _dossier(row: sa.RowMapping) -> Dossier:
    return Dossier(
        kind=row["kind"],
        code=row["code"],
        state=row["state"],
        version=row["version"],
        action=row["action"],
        content=json.loads(row["content"]),
        province=row["province"],
        **{name: row[name] or "" for name in ("city", *POINTERS, "parent_kind")},
        recorded_at=audit_log.instant(row["at"]),
        recorded_by=row["who"],
    )
