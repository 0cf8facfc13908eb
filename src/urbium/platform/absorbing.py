"""Absorbing: what messages say goes into the context store of a city, and is asked for again.

A message may come late, twice, in any order, or correct an earlier one. Every value with an instant becomes
part of the past of its attribute, dated by when its sender sent it: of two values of one instant the one that
was sent last counts. An entity is changed only by what was observed later than what it holds, so in the
end it is the same in whatever order messages came.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

import msgspec

from urbium.platform.context.changes import appended, as_change, as_instance, settled
from urbium.platform.context.entities import attribute_names, instant_of, read_entity
from urbium.platform.context.names import Contexts, Names
from urbium.platform.context.representations import Form, represent
from urbium.platform.context.subscriptions import Changed, Rules, notifications_of
from urbium.platform.entities import Entity, microseconds
from urbium.platform.service_requests import OPEN
from urbium.platform.service_requests import TYPE as REQUEST
from urbium.store import Decision, EntityChange, Instance, Match, Newest, Range, Store, StoredEntity

__all__ = [
    "absorb", "history", "newest_values", "open_requests", "places_of", "readings", "request_named",
    "requests_between",
]  # fmt: skip

_SIMPLE: Final = Form(format="simplified")
_PAGE: Final = 1000
_RESERVED: Final = ("id", "type", "scope", "createdAt", "modifiedAt")


@cache
def _core() -> Names:
    """Return the names of NGSI-LD itself: messages with another context send full names."""
    return Contexts().names()


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
    names = _core()
    read = [read_entity(_without_context(one), names) for one in sent_entities]
    subscriptions = store.context.subscriptions.of(city)

    def decide(stored: Mapping[str, StoredEntity]) -> Decision:
        before = {uri: msgspec.json.decode(one.document) for uri, one in stored.items() if one.document}
        after: dict[str, Any] = {}
        changed: dict[str, set[str]] = {}
        past: dict[str, list[Instance]] = {}
        for one in sorted(read, key=moved_full):
            uri = one["id"]
            old = after.get(uri, before.get(uri))
            past.setdefault(uri, []).extend(_past(one, sent))
            new = one if old is None else appended(old, _newer(old, one, sent))[0]
            after[uri], names_changed = settled(old, new, sent)
            changed.setdefault(uri, set()).update(names_changed)
        changes = [_change(after[uri], changed[uri], past[uri], sent) for uri in after]
        moved = [Changed(after[uri], changed[uri]) for uri in after if changed[uri]]
        notifications = notifications_of(subscriptions, rules, moved, sent)
        store.context.subscriptions.touch([one.subscription_id for one in notifications], sent)
        return Decision(changes, notifications)

    store.context.change(city, [one["id"] for one in read], decide)


def _without_context(one: Entity) -> Entity:
    return {name: value for name, value in one.items() if name != "@context"}


def moved_full(one: Mapping[str, Any]) -> str:
    """Return the latest instant at which something of an entity with full names was observed."""
    return max((_instant(part) for parts in _attributes(one) for part in parts), default="")


def _attributes(one: Mapping[str, Any]) -> Iterator[Sequence[Mapping[str, Any]]]:
    yield from (one[name] for name in attribute_names(one))


def _instant(part: Mapping[str, Any]) -> str:
    return str(part.get("observedAt", ""))


def _past(one: Mapping[str, Any], sent: int) -> Iterator[Instance]:
    for name in attribute_names(one):
        for part in one[name]:
            if "observedAt" in part:
                yield as_instance(name, part, sent)


def _newer(old: Mapping[str, Any], one: Mapping[str, Any], sent: int) -> dict[str, Any]:
    """Return what of an entity was observed later than what is held, or at the same time and sent later."""
    kept = {name: one[name] for name in _RESERVED if name in one}
    for name in attribute_names(one):
        parts = [part for part in one[name] if _is_newer(old.get(name, ()), part, sent)]
        if parts:
            kept[name] = parts
    return kept


def _is_newer(held: Sequence[Mapping[str, Any]], part: Mapping[str, Any], sent: int) -> bool:
    dataset = part.get("datasetId")
    same = next((one for one in held if one.get("datasetId") == dataset), None)
    if same is None:
        return True
    now, then = instant_of(part.get("observedAt")) or 0, instant_of(same.get("observedAt")) or 0
    return (now, sent) >= (then, instant_of(same.get("modifiedAt")) or 0)


def _change(one: Any, changed: Iterable[str], past: list[Instance], sent: int) -> EntityChange:  # noqa: ANN401
    change = as_change(one, list(changed), sent)
    kept = {(part.attribute, part.dataset, part.observed, part.digest): part for part in change.instances}
    kept |= {(part.attribute, part.dataset, part.observed, part.digest): part for part in past}
    fields = {name: getattr(change, name) for name in EntityChange.__slots__ if name != "instances"}
    return EntityChange(**fields, instances=list(kept.values()))


# --- asked for again ----------------------------------------------------------------------------------------


def readings(
    store: Store, city: str, kind: str, attribute: str, *, first: int, last: int
) -> list[tuple[str, int, float, str | None]]:
    """Return entity, instant, number and unit of an attribute, from an instant up to before another."""
    names = _core()
    return store.context.numbers(
        city, names.expand(attribute), type_=names.expand(kind), start=first, end=last
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
    return store.context.newest(city, names.expand(kind), names.expand(attribute))


def history(store: Store, city: str, uri: str, attribute: str) -> list[dict[str, str]]:
    """Return what an attribute of an entity was, and since when, the first first."""
    stored = store.context.named(city, [uri]).get(uri)
    if stored is None:
        return []
    past = store.context.instances(city, stored.number, attributes=[_core().expand(attribute)])
    rows = [
        {"datetime": _utc(one.observed), "value": str(msgspec.json.decode(one.value).get("value", ""))}
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
