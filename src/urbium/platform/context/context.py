"""Context: the things of one place: created, changed, asked for, followed over time.

Names are full here (``names`` makes them of short ones). Every change of several entities is stored whole;
in a batch, what cannot be done of one entity is told and the others are stored. A message that says what is
known already changes nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from urbium.clock import present
from urbium.errors import ForbiddenError
from urbium.platform.context import changes
from urbium.platform.context.entities import Entity, Instances, attribute_names, read_entity
from urbium.platform.context.names import Contexts
from urbium.platform.context.query import Query
from urbium.platform.context.steps import (
    Batch,
    Step,
    Taken,
    as_read,
    creating,
    deleting,
    is_of,
    missing,
    not_yours,
    there,
    upserting,
)
from urbium.platform.context.subscriptions import Rules, notifications_of
from urbium.platform.context.temporal import Span, instance_id, instant_in
from urbium.store import Decision, EntityChange, Instance, Store, StoredEntity
from urbium.store.context.words import TYPE
from urbium.text import coded, text

_PAGE: Final = 500
_MOST_INSTANCES: Final = 200_000


class TooManyError(ForbiddenError):
    """More is asked for than is answered at once."""


class Context:
    """The things of one place.

    Parameters
    ----------
    store : the store of the programme
    tenant : the code of the place
    contexts : what short names mean; contexts that the store keeps when left out
    rules : the rules of subscriptions
    clock : the present in microseconds since 1970
    told : called after a change of which somebody is told
    readable, writable : full names of the types that alone may be read, and changed; None for all
    by : who changes it, for the audit log

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, Store.open(f"{folder}/a.db", create=True) as store:
    ...     context = Context(store, "0503")
    ...     batch = context.upsert([{"id": "urn:x:1", "type": "Spot", "free": 3}])
    ...     [entity["id"] for entity in context.query(Query())]
    ['urn:x:1']
    """

    def __init__(
        self,
        store: Store,
        tenant: str,
        *,
        contexts: Contexts | None = None,
        rules: Rules | None = None,
        clock: Callable[[], int] = present,
        told: Callable[[], None] = lambda: None,
        readable: frozenset[str] | None = None,
        writable: frozenset[str] | None = None,
        by: str = "",
    ) -> None:
        self._by = by
        self._store, self.tenant, self._clock, self._told = store.context, tenant, clock, told
        self._readable, self._writable = readable, writable
        self.contexts = contexts or Contexts(store.context.context)
        self._rules = rules or Rules(self.contexts)

    # --- what is there ----------------------------------------------------------------------------------

    def one(self, uri: str) -> Entity:
        """Return an entity; raise NotFoundError where there is none."""
        stored = self._store.named(self.tenant, [uri]).get(uri)
        entity = as_read(stored) if stored is not None and stored.document else None
        if entity is None or not is_of(entity, self._readable):
            raise missing(uri)
        return entity

    def query(self, query: Query, *, limit: int = 20, offset: int = 0) -> list[Entity]:
        """Return the entities asked for in the order in which they were created, from a place on."""
        return list(islice(self._wanted(query, limit + offset), offset, offset + limit))

    def count(self, query: Query) -> int:
        """Return how many entities are asked for."""
        range_ = query.range(self._readable)
        if range_ is None:
            return 0
        if query.is_plain and self._readable is None:
            return self._store.count(self.tenant, range_)
        return sum(1 for _ in self._wanted(query, _PAGE))

    def _wanted(self, query: Query, most: int) -> Iterator[Entity]:
        range_, is_wanted, after = query.range(self._readable), query.holds(), 0
        page = min(most, _PAGE)
        while range_ is not None:
            rows = self._store.within(self.tenant, range_, after=after, most=page)
            yield from (
                entity for entity in map(as_read, rows) if is_of(entity, self._readable) and is_wanted(entity)
            )
            if len(rows) < page:
                return
            after, page = rows[-1].number, min(2 * page, _PAGE)

    def types(self) -> dict[str, dict[str, int]]:
        """Return by type how many entities have each attribute, and under its own name how many there are."""
        types: dict[str, dict[str, int]] = {}
        if self._readable is None:
            for type_, attribute, count in self._store.attributes(self.tenant):
                types.setdefault(type_, {})[type_ if attribute == TYPE else attribute] = count
            return types
        for entity in self._wanted(Query(), _PAGE):  # what is counted may be of a type besides that is hidden
            for type_ in entity["type"]:
                counts = types.setdefault(type_, {})
                for name in (type_, *attribute_names(entity)):
                    counts[name] = counts.get(name, 0) + 1
        return types

    # --- changes ----------------------------------------------------------------------------------------

    def create(self, entity: Entity) -> None:
        """Create an entity; raise ConflictError where there is one of its name."""
        self._alone(entity["id"], creating(entity))

    def replace(self, uri: str, part: Entity) -> None:
        """Replace everything that is known of an entity; its types stay where none are given."""
        self._alone(uri, there(uri, lambda old: {"id": uri, "type": part.get("type", old["type"])} | part))

    def append(self, uri: str, part: Entity, *, overwrites: bool = True) -> list[str]:
        """Add attributes to an entity and return the names of those that were there and were left alone."""
        left: list[str] = []

        def appended(old: Entity) -> Entity:
            new, left[:] = changes.appended(old, part, overwrites=overwrites)
            return new

        self._alone(uri, there(uri, appended))
        return left

    def update(self, uri: str, part: Entity) -> list[str]:
        """Replace attributes of an entity or add them, and return what was left alone."""
        left: list[str] = []

        def updated(old: Entity) -> Entity:
            new, left[:] = changes.updated(old, part)
            return new

        self._alone(uri, there(uri, updated))
        return left

    def merge(self, uri: str, part: Entity) -> None:
        """Change an entity by a merge patch."""
        self._alone(uri, there(uri, lambda old: changes.merged(old, part)))

    def patch_attribute(self, uri: str, name: str, part: Mapping[str, Any]) -> None:
        """Change an attribute in part; raise NotFoundError where the entity has none."""

        def patched(old: Entity) -> Entity:
            instances = changes.patched(old.get(name, []), part)
            if instances is None:
                raise missing(name)
            rest = {other: value for other, value in old.items() if other != name}
            return {**old, name: instances} if instances else rest

        self._alone(uri, there(uri, patched))

    def replace_attribute(self, uri: str, name: str, instances: Instances) -> None:
        """Replace data sets of an attribute; raise NotFoundError where the entity has no such attribute."""

        def replaced(old: Entity) -> Entity:
            if name not in attribute_names(old):
                raise missing(name)
            return {**old, name: changes.by_dataset(old[name], instances)}

        self._alone(uri, there(uri, replaced))

    def delete_attribute(
        self, uri: str, name: str, *, dataset: str | None = None, everything: bool = False
    ) -> None:
        """Delete an attribute, or one data set of it."""

        def rest(old: Entity) -> Entity:
            new = changes.without(old, name, dataset, everything=everything)
            if new is None:
                raise missing(name)
            return new

        self._alone(uri, there(uri, rest))

    def delete(self, uri: str) -> None:
        """Delete an entity; its past stays."""
        self._alone(uri, deleting(uri))

    def observe(self, entities: Sequence[Entity]) -> Batch:
        """Add values of any instants: an entity's past gets them all, the entity is as the newest say."""
        now = self._clock()

        def step(sent: Entity) -> Step:
            return lambda old: changes.observed(old, sent, now)

        return self._change([(one["id"], step(one)) for one in entities], entities)

    def _alone(self, uri: str, step: Step) -> None:
        self._change([(uri, step)]).demand_all()

    # --- batches ----------------------------------------------------------------------------------------

    def create_all(self, entities: Iterable[Entity]) -> Batch:
        """Create entities; those whose name is taken are refused."""
        return self._change([(one["id"], creating(one)) for one in entities])

    def upsert(
        self,
        sent: Iterable[Mapping[str, Any]],
        context: Any = None,  # noqa: ANN401 - any JSON
    ) -> Batch:
        """Create entities as they were sent, or replace those that are there.

        Raises InputError where one is no entity; none is stored then.
        """
        names = self.contexts.names(context)
        return self.upsert_all([read_entity(one, names) for one in sent])

    def upsert_all(self, entities: Iterable[Entity], *, updates: bool = False) -> Batch:
        """Create entities, or replace those that are there (``updates``: add to them)."""
        return self._change([(one["id"], upserting(one, updates=updates)) for one in entities])

    def update_all(self, entities: Iterable[Entity], *, overwrites: bool = True) -> Batch:
        """Add to entities that are there; those of which something was left alone are named as refused."""
        left: dict[str, list[str]] = {}

        def change(old: Entity, sent: Entity) -> Entity:
            new, left[old["id"]] = changes.appended(old, sent, overwrites=overwrites)
            return new

        batch = self._each(entities, change)
        batch.refused |= {uri: changes.left_alone(left[uri]) for uri in batch.updated if left[uri]}
        batch.updated = [uri for uri in batch.updated if not left[uri]]
        return batch

    def merge_all(self, entities: Iterable[Entity]) -> Batch:
        """Change entities by merge patches."""
        return self._each(entities, changes.merged)

    def _each(self, entities: Iterable[Entity], change: Callable[[Entity, Entity], Entity]) -> Batch:
        """Change entities that are there, each by what was sent of it."""

        def step(sent: Entity) -> Step:
            return there(sent["id"], lambda old: change(old, sent))

        return self._change([(one["id"], step(one)) for one in entities])

    def delete_all(self, uris: Iterable[str]) -> Batch:
        """Delete entities; their past stays."""
        return self._change([(uri, deleting(uri)) for uri in uris])

    def _change(self, steps: Sequence[tuple[str, Step]], observed: Sequence[Entity] = ()) -> Batch:
        """Take steps with entities, one by one; store what comes of them, and was observed, at once."""
        batch, is_told = Batch(), False

        def decide(stored: Mapping[str, StoredEntity]) -> Decision:
            nonlocal batch, is_told
            batch, now = Batch(), self._clock()
            taken = Taken(
                {uri: as_read(one) for uri, one in stored.items() if one.document},
                now,
                self._readable,
                self._writable,
            )
            for number, (uri, step) in enumerate(steps):
                taken.take(uri, step, batch, observed[number] if observed else {})
            subscriptions = self._store.subscriptions.of(self.tenant)
            notifications = notifications_of(subscriptions, self._rules, taken.told, now)
            is_told = bool(notifications)
            if is_told:
                self._store.subscriptions.touch([one.subscription_id for one in notifications], now)
            return Decision(taken.stored(), notifications)

        self._store.change(self.tenant, [uri for uri, _ in steps], decide)
        if is_told:
            self._told()
        return batch

    # --- over time --------------------------------------------------------------------------------------

    def temporal(
        self, query: Query, span: Span, *, limit: int = 20, offset: int = 0
    ) -> Iterator[tuple[Entity, list[Instance]]]:
        """Yield entities with the instances that are asked for; those without any are left out.

        Raises TooManyError where there are over 200,000.
        """
        left = _MOST_INSTANCES
        stored = self.query(replace(query, attributes=()), limit=limit, offset=offset)
        numbers = self._store.named(self.tenant, [entity["id"] for entity in stored])
        for entity in stored:
            instances = self._past(numbers[entity["id"]].number, query.attributes, span)
            left -= len(instances)
            if left < 0:
                raise TooManyError(
                    coded("platform.context.many", "this exceeds 200,000 instances"),
                    remedy=text("request a shorter time span, or values aggregated by period"),
                )
            if instances:
                yield entity, instances

    def has_past(self, uri: str) -> bool:
        """Say whether anything is kept of the past of an entity that is there."""
        stored = self._store.named(self.tenant, [uri])
        return any(self._past(one.number, (), Span(last=1)) for one in stored.values())

    def delete_past(
        self,
        uri: str,
        attribute: str | None = None,
        *,
        dataset: str | None = None,
        everything: bool = False,
    ) -> None:
        """Delete the past of an entity, or of a data set of an attribute; it stays as it is now.

        Raises NotFoundError where there is none, ForbiddenError for an entity that may not be changed.
        """
        number = self._of_past(uri)
        of_dataset = None if attribute is None or everything else dataset or ""
        if not self._store.corrections.forget(self.tenant, number, attribute, of_dataset, by=self._by):
            raise missing(uri if attribute is None else attribute)

    def patch_instance(self, uri: str, name: str, instance: str, part: Mapping[str, Any]) -> None:
        """Change an instance of the past of an attribute in part; the entity stays as it is now.

        Raises NotFoundError where there is none, InputError for another instant, data set or kind,
        ForbiddenError for an entity that may not be changed.
        """
        self._correct(uri, name, instance, part)

    def delete_instance(self, uri: str, name: str, instance: str) -> None:
        """Delete an instance of the past of an attribute; raise as :meth:`patch_instance`."""
        self._correct(uri, name, instance, None)

    def _correct(self, uri: str, name: str, instance: str, part: Mapping[str, Any] | None) -> None:
        number, at = self._of_past(uri), instant_in(instance)
        span = Span(start=at, end=None if at is None else at + 1)
        rows = [] if at is None else self._past(number, [name], span)
        of_name = [one for one in rows if instance_id(one) == instance]
        if not of_name:
            raise missing(instance)
        old = max(of_name, key=lambda one: one.recorded)
        new = None if part is None else changes.corrected(old, part, instance, self._clock())
        if not self._store.corrections.replace(self.tenant, number, old, new, by=self._by):
            raise missing(instance)

    def _of_past(self, uri: str) -> int:
        """Return the number of an entity, deleted or not, whose past may be changed."""
        stored = self._store.named(self.tenant, [uri]).get(uri)
        types = {"type": [] if stored is None else stored.types.split()}
        if stored is None or not is_of(types, self._readable):
            raise missing(uri)
        if not is_of(types, self._writable):
            raise not_yours()
        return stored.number

    def _past(self, number: int, attributes: Sequence[str], span: Span) -> list[Instance]:
        return list(
            self._store.past.instances(
                self.tenant,
                number,
                attributes=attributes,
                start=span.start,
                end=span.end,
                by_recording=span.by_recording,
                last=span.last,
                may_sum=span.may_sum,
            )
        )

    def instances(
        self,
        *,
        attribute: str,
        type: str = "",  # noqa: A002 - the word of NGSI-LD
        start: int | None = None,
        end: int | None = None,
    ) -> list[tuple[str, int, float]]:
        """Return entity, instant and number of every number that an attribute had (full or core names)."""
        names = self.contexts.names()
        rows = self._store.past.numbers(
            self.tenant,
            names.expand(attribute),
            type_=names.expand(type) if type else "",
            start=start,
            end=end,
        )
        return [(row.uri, row.observed, row.number) for row in rows]


def rebuild_index(store: Store) -> None:
    """Write again by what entities are found, for those of all places that no query finds."""
    for tenant, uri, types, modified in store.context.unindexed():

        def decide(
            stored: Mapping[str, StoredEntity], *, types: str = types, modified: int = modified
        ) -> Decision:
            (one,) = stored.values()
            if one.document:
                return Decision([changes.as_change(as_read(one), (), modified, before=None)])
            return Decision([EntityChange(one.uri, types.split(), None, modified, modified)])

        store.context.change(tenant, [uri], decide)
