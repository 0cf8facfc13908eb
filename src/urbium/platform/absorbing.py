"""Absorbing: what messages say goes into the context store of a city, and is asked for again.

A message may come late, twice, in any order, or correct an earlier one. Every value with an instant becomes
part of the past of its attribute, dated by when its sender sent it: of two values of one instant the one that
was sent last counts. An entity is changed only by what was observed later than what it holds, so in the
end it is the same in whatever order messages came.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

import msgspec

from urbium.platform.context.context import Context
from urbium.platform.context.entities import attribute_names, read_entity
from urbium.platform.context.names import Contexts, Names
from urbium.platform.context.representations import Form, represent
from urbium.platform.context.subscriptions import Rules
from urbium.platform.entities import Entity, microseconds
from urbium.platform.service_requests import OPEN
from urbium.platform.service_requests import TYPE as REQUEST
from urbium.store import Match, Newest, Range, Reading, Store, StoredEntity

_SIMPLE: Final = Form(format="simplified")
_PAGE: Final = 1000


@cache
def _core() -> Names:
    """Return the names of NGSI-LD itself: messages with another context send full names."""
    return Contexts().names()


def short_name(full: str) -> str:
    """Return the name of a type or an attribute as feeds and rules call it."""
    return _core().compact(full)


def absorb(store: Store, city: str, sent_entities: Sequence[Entity], rules: Rules, *, sent: int) -> None:
    """Store what a message says: all of it, or nothing where it raises.

    Parameters
    ----------
    store, city : the context store of which city
    sent_entities : normalized; one entity may stand in it several times
    rules : of the subscriptions
    sent : when the message was sent, in microseconds since 1970

    Raises InputError where one is no entity.
    """
    names, context = _core(), Context(store, city, rules=rules, clock=lambda: sent)
    read = [read_entity(_without_context(one), names) for one in sent_entities]
    with store.together():
        context.observe(sorted(read, key=moved_full)).demand_all()


def _without_context(one: Entity) -> Entity:
    return {name: value for name, value in one.items() if name != "@context"}


def moved_full(one: Mapping[str, Any]) -> str:
    """Return the latest instant at which something of an entity with full names was observed."""
    return max((str(part.get("observedAt", "")) for parts in _attributes(one) for part in parts), default="")


def _attributes(one: Mapping[str, Any]) -> Iterator[Sequence[Mapping[str, Any]]]:
    yield from (one[name] for name in attribute_names(one))


# --- asked for again ----------------------------------------------------------------------------------------


def readings(
    store: Store, city: str, kind: str, attribute: str, *, first: int, last: int, may_sum: bool = False
) -> list[Reading]:
    """Return the numbers of an attribute of a type, from an instant up to before another.

    Hours may stand for their values where ``may_sum`` says so.
    """
    names = _core()
    return store.context.past.numbers(
        city, names.expand(attribute), type_=names.expand(kind), start=first, end=last, may_sum=may_sum
    )


def request_named(store: Store, city: str, uri: str) -> Mapping[str, Any] | None:
    """Return a service request in key-value representation; None where there is none."""
    stored = store.context.named(city, [uri]).get(uri)
    row = _simple(stored) if stored is not None and stored.document else None
    return row if row is not None and row["type"] == REQUEST and "requestId" in row else None


def open_requests(store: Store, city: str) -> Iterator[Mapping[str, Any]]:
    """Yield the service requests of a city that are open."""
    names = _core()
    wanted = Range([names.expand(REQUEST)], matches=[[Match(names.expand("status"), word=OPEN)]])
    yield from (row for row in _within(store, city, wanted) if row.get("status") == OPEN)


def requests_between(store: Store, city: str, start: datetime, end: datetime) -> list[Mapping[str, Any]]:
    """Return the service requests of a city that were made from an instant to another."""
    counts = readings(store, city, REQUEST, "requests", first=microseconds(start), last=microseconds(end) + 1)
    stored = store.context.named(city, [uri for uri, *_ in counts])
    rows = (_simple(one) for one in stored.values() if one.document)
    return [row for row in rows if "requestId" in row]


def newest_values(store: Store, city: str, kind: str, attribute: str) -> list[Newest]:
    """Return the newest number of an attribute of each entity of a type."""
    names = _core()
    return store.context.past.newest(city, names.expand(kind), names.expand(attribute))


def history(store: Store, city: str, uri: str, attribute: str) -> list[dict[str, str]]:
    """Return what an attribute of an entity was, and since when, the first first."""
    stored = store.context.named(city, [uri]).get(uri)
    if stored is None:
        return []
    past = store.context.past.instances(city, stored.number, attributes=[_core().expand(attribute)])
    rows = [
        {"datetime": _utc(one.observed), "value": str(msgspec.json.decode(one.text).get("value", ""))}
        for one in past
    ]
    return sorted(rows, key=lambda row: row["datetime"])


def places_of(store: Store, city: str, kind: str, *, most: int) -> Iterator[dict[str, Any]]:
    """Yield the entities of a type that have a place: id, longitude, latitude, status, name, when heard."""
    wanted = Range([_core().expand(kind)])
    rows = store.context.within(city, wanted, most=most)
    for stored in rows:
        document = msgspec.json.decode(stored.document)
        row, at = represent(document, _core(), _SIMPLE), moved_full(document)
        pair = (row.get("location") or {}).get("coordinates", ())
        if at and len(pair) > 1 and isinstance(pair[0], int | float):
            yield {"id": row["id"], "longitude": pair[0], "latitude": pair[1], "at": at,
                   "status": row.get("status", ""), "name": row.get("serviceName", "")}  # fmt: skip


def _within(store: Store, city: str, wanted: Range) -> Iterator[Mapping[str, Any]]:
    after = 0
    while True:
        rows = store.context.within(city, wanted, after=after, most=_PAGE)
        yield from map(_simple, rows)
        if len(rows) < _PAGE:
            return
        after = rows[-1].number


def _simple(stored: StoredEntity) -> dict[str, Any]:
    return represent(msgspec.json.decode(stored.document), _core(), _SIMPLE)


def _utc(at: int) -> str:
    return datetime.fromtimestamp(at / 1_000_000, UTC).isoformat().replace("+00:00", "Z")
