"""Steps: what becomes of entities, one step after the other, while a change is decided.

A step that cannot be taken is named with its reason; the others are taken.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from urbium.errors import ConflictError, ForbiddenError, InputError, NotFoundError, UrbiumError
from urbium.platform.context import changes
from urbium.platform.context.entities import Entity, demand_room
from urbium.platform.context.subscriptions import Changed
from urbium.store import EntityChange, Instance, StoredEntity
from urbium.text import coded, text

Step = Callable[[Entity | None], Entity | None]
"""What becomes of an entity as it is (None: it is not there); None where it goes."""


@dataclass(slots=True)
class Batch:
    """What came of a batch: the names of entities that were created and updated, and why others were not."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    refused: dict[str, UrbiumError] = field(default_factory=dict)

    def demand_all(self) -> None:
        """Raise why something was refused, where anything was."""
        for error in self.refused.values():
            raise error


class Taken:
    """Entities while steps are taken with them."""

    def __init__(
        self,
        before: dict[str, Entity],
        now: int,
        readable: frozenset[str] | None,
        writable: frozenset[str] | None,
    ) -> None:
        self._before, self.present, self._readable, self._writable = before, now, readable, writable
        self._after: dict[str, Entity | None] = {}
        self._names: dict[str, set[str]] = {}
        self._gone: dict[str, Entity] = {}
        self._past: dict[str, list[Instance]] = {}
        self._fresh = set[str]()

    def take(self, uri: str, step: Step, batch: Batch, observed: Entity) -> None:
        """Take a step with an entity, and add to its past what was observed."""
        old = self._after[uri] if uri in self._after else self._before.get(uri)
        is_hidden = not is_of(old, self._readable)
        try:
            sent = step(None if is_hidden else old)  # what may not be read is not there
            if not is_of(sent, self._writable) or not (is_hidden or is_of(old, self._writable)):
                raise not_yours()
            if is_hidden:
                raise _taken(uri)
            if old is not None and sent is not None:
                demand_room(sent)
        except (ConflictError, ForbiddenError, NotFoundError, InputError) as error:
            batch.refused[uri] = error
            return
        if sent is None:
            self._after[uri], self._gone[uri] = None, old or {}
            self._fresh.add(uri)
            batch.updated.append(uri)
            return
        if old is None:
            self._fresh.add(uri)
        entity, changed = changes.settled(old, sent, self.present)
        past = changes.past_of(observed, self.present) if observed else []
        (batch.updated if old is not None else batch.created).append(uri)
        if changed or past:
            self._after[uri] = entity
            self._names.setdefault(uri, set()).update(changed)
            self._past.setdefault(uri, []).extend(past)

    @property
    def told(self) -> list[Changed]:
        """What has changed and is there, and what was there and is not."""
        moment = changes.written(self.present)
        gone = [
            Changed(self._before[uri], (), deleted=moment)
            for uri in self._gone
            if self._after[uri] is None and uri in self._before
        ]
        return gone + [
            Changed(one, names, self._before.get(uri))
            for uri, names in self._names.items()
            if names and (one := self._after[uri])
        ]

    def stored(self) -> list[EntityChange]:
        """Return what is to be stored."""
        return [
            EntityChange(uri, self._gone[uri].get("type", []), None, self.present, self.present)
            if one is None
            else changes.as_change(
                one,
                self._names[uri],
                self.present,
                self._past[uri],
                before=None if uri in self._fresh else self._before[uri],
            )
            for uri, one in self._after.items()
        ]


def as_read(stored: StoredEntity) -> Entity:
    """Return an entity as it is stored."""
    return msgspec.json.decode(stored.document, type=Entity)


def is_of(entity: Entity | None, types: frozenset[str] | None) -> bool:
    """Say whether all types of an entity are among some; one that is not there has none."""
    return types is None or entity is None or types.issuperset(entity["type"])


def not_yours() -> ForbiddenError:
    """Return why somebody who may read an entity may not change it."""
    return ForbiddenError(
        coded("platform.context.not_yours", "you may not change entities of this type"),
        remedy=text("ask the programme office"),
    )


def _taken(uri: str) -> ConflictError:
    return ConflictError(
        coded("platform.context.exists", "there is already an entity {id}", id=uri),
        remedy=text("change it, or choose another id"),
    )


def missing(name: str) -> NotFoundError:
    """Return why something that is not there cannot be changed."""
    return NotFoundError(
        coded("platform.context.missing", "there is no {name}", name=name),
        remedy=text("check its name, and the place that you asked for"),
    )


def there(uri: str, step: Callable[[Entity], Entity]) -> Step:
    """Return a step that is taken only with an entity that is there."""

    def taken(old: Entity | None) -> Entity:
        if old is None:
            raise missing(uri)
        return step(old)

    return taken


def creating(entity: Entity) -> Step:
    """Return a step that is taken only where there is no entity of the name."""

    def created(old: Entity | None) -> Entity:
        if old is not None:
            raise _taken(entity["id"])
        return entity

    return created


def upserting(entity: Entity, *, updates: bool) -> Step:
    """Return a step that replaces an entity (``updates``: adds to it), or creates it."""
    return lambda old: entity if old is None or not updates else changes.appended(old, entity)[0]


def deleting(uri: str) -> Step:
    """Return a step by which an entity that is there goes."""

    def deleted(old: Entity | None) -> None:
        if old is None:
            raise missing(uri)

    return deleted
