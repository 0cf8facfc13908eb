"""Service requests: problems that citizens report to a city, and which kinds of them a city takes (ADR 0127).

A report is no history: who sent it, and in which words, is forgotten some time after it is closed. What a
city decides of it stands in the audit log, without those words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import sqlalchemy as sa

from urbium.errors import ConflictError
from urbium.reads import REQUESTS, note_read
from urbium.store import audit_log
from urbium.store.part import StorePart
from urbium.store.queries import query
from urbium.store.schema import TABLES
from urbium.text import coded
from urbium.text import text as sentence

_REQUEST, _DESK = TABLES.tables["service_request"], TABLES.tables["service_desk"]
_PERSONAL: Final[Mapping[str, Any]] = {"place": "", "description": "", "contact": ""}
"""What a person sent, as it is once it is forgotten."""


@dataclass(frozen=True, slots=True)
class StoredRequest:
    """A report as it is stored; instants are microseconds since 1970, 0 where they have not come.

    Parameters
    ----------
    id, digest : its number, and the sha256 of the secret by which its author reads how it stands
    city, service, state : their codes
    made, changed, due, closed : when it came, last changed, should be solved, and was closed
    latitude, longitude : degrees
    place, description, contact : as they were sent
    has_photograph, is_photograph_public : whether there is a photograph, and everybody may see it
    public_words, public_place : what the city lets everybody read
    answer : what the city tells its author
    officer : who works on it
    """

    id: str
    digest: str
    city: str
    service: str
    state: str
    made: int
    due: int
    changed: int = 0
    closed: int = 0
    latitude: float | None = None
    longitude: float | None = None
    place: str = ""
    description: str = ""
    contact: str = ""
    has_photograph: bool = False
    is_photograph_public: bool = False
    public_words: str = ""
    public_place: str = ""
    answer: str = ""
    officer: str = ""


_READ: Final = [
    *(_REQUEST.c[field.name] for field in fields(StoredRequest) if field.name != "has_photograph"),
    _REQUEST.c.photograph.is_not(None).label("has_photograph"),
]


class ServiceRequestStore(StorePart):
    """The reports of a store."""

    def add(self, request: StoredRequest, photograph: bytes | None) -> None:
        """Store a new report; nothing of it is in the log before its city decides."""
        row = {field.name: getattr(request, field.name) for field in fields(request)}
        del row["has_photograph"]
        row |= {"photograph": photograph, "changed": request.made, "entry": None}
        with self._database.writing() as connection:
            query.add_rows(connection, "service_request", [row | {"is_photograph_public": 0}])

    def one(self, *, id: str = "", digest: str = "") -> StoredRequest | None:  # noqa: A002 - as it is called
        """Return a report by its number or by the digest of its secret; None where there is none."""
        rows = self._rows(_REQUEST.c.id == id if id else _REQUEST.c.digest == digest, most=1)
        return rows[0] if rows else None

    def listed(
        self, *, cities: Sequence[str] | None = None, states: Sequence[str] = (), most: int = 1000
    ) -> list[StoredRequest]:
        """Return the newest reports to some cities (None: to all) in some states, the newest first."""
        note_read(REQUESTS)
        conditions = [_REQUEST.c.city.in_(list(cities))] if cities is not None else []
        conditions += [_REQUEST.c.state.in_(list(states))] if states else []
        return self._rows(*conditions, most=most)

    def count(self, cities: Sequence[str] | None, *, since: int = 0, state: str = "") -> int:
        """Return how many reports to some cities (None: to all) have come since an instant, in a state."""
        counting = sa.select(sa.func.count()).select_from(_REQUEST).where(_REQUEST.c.made >= since)
        counting = counting.where(_REQUEST.c.city.in_(list(cities))) if cities is not None else counting
        counting = counting.where(_REQUEST.c.state == state) if state else counting
        with self._database.reading() as connection:
            return int(connection.scalar(counting) or 0)

    def photograph(self, id: str) -> bytes | None:  # noqa: A002 - as it is called
        """Return the photograph of a report; None where there is none."""
        note_read(REQUESTS)
        with self._database.reading() as connection:
            return connection.scalar(sa.select(_REQUEST.c.photograph).where(_REQUEST.c.id == id))

    def decide(
        self, request: StoredRequest, changes: Mapping[str, Any], *, now: int, by: str, what: str, reason: str
    ) -> None:
        """Note what a city decides of a report, and that it did in the log.

        Raises ConflictError where somebody else has changed the report meanwhile.
        """
        audit_log.demand(by=by, reason=reason)
        with self._database.writing() as connection:
            entry = audit_log.append(
                connection, who=by, what=f"service request: {what}", why=reason,
                before={"id": request.id, "city": request.city, "state": request.state},
                after={"id": request.id, "city": request.city, "state": changes.get("state", request.state)},
            )  # fmt: skip
            is_as_seen = sa.and_(_REQUEST.c.id == request.id, _REQUEST.c.changed == request.changed)
            changed = max(now, request.changed + 1)
            values = {**changes, "changed": changed, "entry": entry.seq}
            if connection.execute(_REQUEST.update().where(is_as_seen).values(**values)).rowcount != 1:
                raise ConflictError(
                    coded("store.request.changed", "someone else has changed this report"),
                    place=request.id,
                    remedy=sentence("look at it again"),
                )

    def forget(self, *, before: int) -> int:
        """Forget who sent the reports that were closed before an instant, and their words; return how many.

        A photograph that everybody may see stays.
        """
        is_public = _REQUEST.c.is_photograph_public == 1
        is_kept = sa.or_(
            *(_REQUEST.c[name] != "" for name in _PERSONAL),
            sa.and_(_REQUEST.c.photograph.is_not(None), sa.not_(is_public)),
        )
        is_over = sa.and_(_REQUEST.c.closed > 0, _REQUEST.c.closed < before, is_kept)
        with self._database.reading() as connection:  # most looks find nothing, and wait for nobody
            if not connection.scalar(sa.select(sa.literal(1)).where(is_over).limit(1)):
                return 0
        photograph = sa.case((is_public, _REQUEST.c.photograph), else_=sa.null())
        with self._database.writing() as connection:
            forgetting = _REQUEST.update().where(is_over).values(**_PERSONAL, photograph=photograph)
            return connection.execute(forgetting).rowcount

    # --- what a city takes ------------------------------------------------------------------------------

    def desks(self) -> dict[str, tuple[str, ...]]:
        """Return the codes of what can be reported, by city; of cities that take any report."""
        note_read(REQUESTS)
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(_DESK.c.city, _DESK.c.services).order_by(_DESK.c.city)).all()
        return {city: tuple(services.split()) for city, services in rows if services}

    def set_desk(self, city: str, services: Sequence[str], *, by: str, reason: str) -> None:
        """Note what can be reported to a city: nothing where ``services`` is empty."""
        audit_log.demand(by=by, reason=reason)
        written = " ".join(services)
        with self._database.writing() as connection:
            before = connection.scalar(sa.select(_DESK.c.services).where(_DESK.c.city == city))
            if (before or "") == written:
                return
            entry = audit_log.append(
                connection, who=by, what="service desk", why=reason,
                before={"city": city, "services": before or ""}, after={"city": city, "services": written},
            )  # fmt: skip
            row = {"services": written, "entry": entry.seq}
            if before is None:
                query.add_rows(connection, "service_desk", [{"city": city, **row}])
            else:
                connection.execute(_DESK.update().where(_DESK.c.city == city).values(**row))

    def _rows(self, *conditions: sa.ColumnElement[bool], most: int) -> list[StoredRequest]:
        statement = sa.select(*_READ).where(*conditions).order_by(_REQUEST.c.made.desc(), _REQUEST.c.id)
        with self._database.reading() as connection:
            rows = connection.execute(statement.limit(most)).mappings().all()
        return [
            StoredRequest(**dict(row) | {"is_photograph_public": bool(row["is_photograph_public"])})
            for row in rows
        ]
