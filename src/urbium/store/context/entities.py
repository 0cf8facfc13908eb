"""Entities as they are stored: what a place's things are like now, found by attribute, and how they were.

A change reads what is there, is decided, and is stored whole or not at all, together with the notifications
that tell of it. An entity that is deleted leaves its instances. Names repeat, so each stands once, as a
number. Instants are microseconds since 1970.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import sqlalchemy as sa

from urbium.store.context.corrections import CorrectionStore
from urbium.store.context.past import Instance, PastStore
from urbium.store.context.words import TYPE, Words
from urbium.store.database import Database
from urbium.store.queries import query
from urbium.store.queries import query_context as sql
from urbium.store.queries.query_context import Match
from urbium.store.queues.subscriptions import Notification, SubscriptionStore

Box = tuple[float, float, float, float]


class StoredEntity(msgspec.Struct, frozen=True):
    """An entity as it is stored: its number, its name, and what it is like as JSON (empty: deleted).

    ``types``, its full names with blanks between them, are read of entities that are asked for by name.
    """

    number: int
    uri: str
    document: str
    types: str = ""


class EntityChange(msgspec.Struct, frozen=True):
    """What an entity is like from now on.

    Parameters
    ----------
    uri, types : its name and its types
    document : JSON; None where it is deleted
    created, modified : instants
    box : west, south, east and north of its location, in degrees; None without one
    index : attribute, number and word, for each value by which it is found
    instances : what is added to its past
    emptied : by which attributes (and ``TYPE``) it is found no more but as the index says; None for by all
    is_in_place : whether it is there, with the types and the location that it had
    """

    uri: str
    types: Sequence[str]
    document: str | None
    created: int
    modified: int
    box: Box | None = None
    index: Sequence[tuple[str, float | None, str | None]] = ()
    instances: Sequence[Instance] = ()
    emptied: Collection[str] | None = None
    is_in_place: bool = False


@dataclass(frozen=True, slots=True)
class Range:
    """Which entities are asked for; every part of it may ask too little, never too much.

    Parameters
    ----------
    types : of one of these types; all where there are none
    uris : with one of these names; all where there are none
    matches : of each group, at least one match
    box : their locations overlap it
    """

    types: Sequence[str] = ()
    uris: Sequence[str] = ()
    matches: Sequence[Sequence[Match]] = ()
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What comes of a change: entities, and who is told."""

    changes: Sequence[EntityChange] = ()
    notifications: Sequence[Notification] = field(default=())


class ContextStore:
    """The entities of all places of a store.

    Parameters
    ----------
    database : the open database of the store
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._words = Words()
        self.past = PastStore(database, self._words)
        self.corrections = CorrectionStore(database, self._words)
        self.subscriptions = SubscriptionStore(database)

    # --- writing ----------------------------------------------------------------------------------------

    def change(
        self,
        tenant: str,
        uris: Iterable[str],
        decide: Callable[[Mapping[str, StoredEntity]], Decision],
    ) -> None:
        """Store what is decided of some entities as they are: all of it, or nothing where it raises."""
        wanted = list(dict.fromkeys(uris))
        with self._database.together(), self._database.writing() as connection:
            stored = self._named(connection, tenant, wanted)
            decision = decide(stored)
            self._write(connection, tenant, decision.changes, stored)
            query.add_rows(connection, "notification", [one.row() for one in decision.notifications])

    def _named(self, connection: sa.Connection, tenant: str, uris: Sequence[str]) -> dict[str, StoredEntity]:
        among, parameter = sql.among(connection, "uri", uris)
        statement = f"select id, uri, document, types from entity where tenant = ? and {among}"  # noqa: S608
        rows = sql.read(connection, statement, (tenant, parameter))
        return {
            uri: StoredEntity(number, uri, document or "", types) for number, uri, document, types in rows
        }

    def _write(
        self,
        connection: sa.Connection,
        tenant: str,
        changes: Sequence[EntityChange],
        stored: Mapping[str, StoredEntity],
    ) -> None:
        if not changes:
            return
        numbers = {uri: one.number for uri, one in stored.items()}
        if fresh := [one.uri for one in changes if one.uri not in numbers]:
            first = (sql.scalar(connection, "select max(id) from entity") or 0) + 1
            numbers |= {uri: place for place, uri in enumerate(fresh, first)}
        codes = self._words.added(connection, tenant, _codes_of(changes))
        placed = [_row(one, numbers[one.uri], tenant) for one in changes if not one.is_in_place]
        sql.put(connection, "entity", placed)
        stays = [(one.modified, one.document, numbers[one.uri]) for one in changes if one.is_in_place]
        sql.renew(connection, "entity", ("modified", "document"), stays)
        old = [one for one in changes if one.uri in stored]
        whole = ((numbers[one.uri],) for one in old if one.emptied is None)
        sql.write_rows(connection, "delete from entity_attribute where entity_id = ?", whole)
        parts = (
            (numbers[one.uri], codes[name]) for one in old for name in one.emptied or () if name in codes
        )
        sql.write_rows(
            connection, "delete from entity_attribute where entity_id = ? and attribute_id = ?", parts
        )
        rows = [
            (numbers[one.uri], codes[attribute], place, number, word)
            for one in changes
            for attribute, place, number, word in _index(one, codes)
        ]
        sql.put(connection, "entity_attribute", rows)
        past = [
            (
                numbers[change.uri],
                codes[one.attribute],
                one.observed,
                codes[one.dataset] if one.dataset else 0,
                one.digest,
                one.recorded,
                one.number,
                one.value,
            )
            for change in changes
            for one in change.instances
        ]  # what is told again is kept once, with the instant at which it was told last
        sql.put(connection, "attribute_instance", past, newest="recorded")

    # --- reading ----------------------------------------------------------------------------------------

    def unindexed(self) -> list[tuple[str, str, str, int]]:
        """Return tenant, name, types and last change of the entities that no query finds."""
        with self._database.reading() as connection:
            return [tuple(row) for row in sql.unindexed(connection)]

    def named(self, tenant: str, uris: Iterable[str]) -> dict[str, StoredEntity]:
        """Return entities by their names; those that were deleted with an empty document."""
        with self._database.reading() as connection:
            return self._named(connection, tenant, list(dict.fromkeys(uris)))

    def within(
        self, tenant: str, range_: Range, *, after: int = 0, most: int = 1000
    ) -> Sequence[StoredEntity]:
        """Return entities of a range by their numbers, those after a number, so many at most."""
        with self._database.reading() as connection:
            parts = self._conditions(connection, tenant, range_)
            if parts is None:
                return []
            rest, parameters, is_by_type = parts
            key = "t.entity_id" if is_by_type else "e.id"
            statement = f"select e.id, e.uri, e.document {rest} and {key} > ? order by {key} limit ?"
            return [StoredEntity(*row) for row in sql.read(connection, statement, (*parameters, after, most))]

    def count(self, tenant: str, range_: Range) -> int:
        """Return how many entities are within a range."""
        with self._database.reading() as connection:
            parts = self._conditions(connection, tenant, range_)
            if parts is None:
                return 0
            rest, parameters, _ = parts
            return int(sql.scalar(connection, f"select count(*) {rest}", parameters) or 0)

    def _conditions(
        self, connection: sa.Connection, tenant: str, range_: Range
    ) -> tuple[str, list[Any], bool] | None:
        """Return where entities are looked for, the parameters, and whether by type; None for nowhere.

        Where few entities have something that all must have, those are read one by one; where many have it,
        entities are read in their order, and each is asked.
        """
        wanted = {*range_.types, *(match.attribute for group in range_.matches for match in group)}
        codes = self._words.known(connection, tenant, wanted)
        types = [codes[name] for name in range_.types if name in codes]
        groups = [[match for match in group if match.attribute in codes] for group in range_.matches]
        if (range_.types and not types) or not all(groups):
            return None
        clauses, parameters, is_narrow = self._narrow(connection, range_)
        tenant_is = "e.tenant = ?"
        for group in groups:
            alternatives = [sql.condition_of(match, codes, is_sought=False) for match in group]
            clauses.append(f"({' or '.join(sql.exists(clause) for clause, _ in alternatives)})")
            parameters += [value for _, values in alternatives for value in values]
            few = sql.few(connection, group, codes)
            if few is not None:
                tenant_is, is_narrow = "(e.tenant || '') = ?", True
                among, parameter = sql.among(connection, "e.id", few)
                clauses.append(among)
                parameters.append(parameter)
        source = ""
        if types and (is_narrow or len(types) > 1):
            numbers = ", ".join("?" * len(types))
            clauses.append(sql.exists(f"a.attribute_id = ? and (a.number + 0) in ({numbers})"))
            parameters += [codes[TYPE], *types]
        elif types:  # in the order of their numbers, without looking at others
            source = "entity_attribute t cross join "
            clauses.append("t.entity_id = e.id and t.attribute_id = ? and t.number = ? and t.word is null")
            parameters += [codes[TYPE], *types]
        conditions = " and ".join([tenant_is, "e.document is not null", *clauses])
        return f"from {source}entity e where {conditions}", [tenant, *parameters], bool(source)

    @staticmethod
    def _narrow(connection: sa.Connection, range_: Range) -> tuple[list[str], list[Any], bool]:
        """Return the conditions of names and of places, their parameters, and whether there are any."""
        clauses, parameters = [], []
        if range_.uris:
            among, parameter = sql.among(connection, "e.uri", range_.uris)
            clauses.append(among)
            parameters.append(parameter)
        if range_.box:
            west, south, east, north = range_.box
            clauses.append("e.west <= ? and e.east >= ? and e.south <= ? and e.north >= ?")
            parameters += [east, west, north, south]
        return clauses, parameters, bool(clauses)

    def attributes(self, tenant: str) -> list[tuple[str, str, int]]:
        """Return type, attribute and the number of entities that have both, for all of them."""
        statement = """
            select y.code, w.code, count(distinct a.entity_id)
            from entity_attribute as t
            join context_word as k on k.id = t.attribute_id and k.code = '@type'
            join context_word as y on y.id = t.number
            join entity_attribute as a on a.entity_id = t.entity_id
            join context_word as w on w.id = a.attribute_id
            join entity as e on e.id = t.entity_id
            where k.tenant = ? and e.document is not null
            group by y.code, w.code
            order by y.code, w.code
            """
        with self._database.reading() as connection:
            return [(row[0], row[1], row[2]) for row in sql.read(connection, statement, (tenant,))]

    # --- contexts that were sent or fetched -------------------------------------------------------------

    def add_context(self, url: str, content: str, made: int) -> None:
        """Keep the context of an address; what was kept of it before is replaced."""
        with self._database.writing() as connection:
            statement = (
                "insert into jsonld_context (url, content, made) values (?, ?, ?) on conflict (url) "
                "do update set content = excluded.content, made = excluded.made"
            )
            sql.write_rows(connection, statement, [(url, content, made)])

    def context(self, url: str) -> str | None:
        """Return the kept context of an address; None where there is none."""
        row = self.context_since(url)
        return row[0] if row is not None else None

    def context_since(self, url: str) -> tuple[str, int] | None:
        """Return the kept context of an address, and since when it is kept; None where there is none."""
        statement = "select content, made from jsonld_context where url = ?"
        with self._database.reading() as connection:
            return next((tuple(row) for row in sql.read(connection, statement, (url,))), None)

    def contexts_after(self, start: str, length: int, end: str) -> list[tuple[str, int]]:
        """Return addresses that begin with a text, and have a given end after so many characters."""
        statement = (
            "select url, made from jsonld_context where substr(url, 1, ?) = ? and substr(url, ?) = ? "
            "order by made, url"
        )
        with self._database.reading() as connection:
            rows = sql.read(connection, statement, (len(start), start, len(start) + length + 1, end))
            return [tuple(row) for row in rows]

    def drop_context(self, url: str) -> None:
        """Forget the context of an address."""
        with self._database.writing() as connection:
            sql.write_rows(connection, "delete from jsonld_context where url = ?", [(url,)])


def _row(change: EntityChange, number: int, tenant: str) -> tuple[Any, ...]:
    box = change.box or (None, None, None, None)
    types = " ".join(change.types)
    return (number, tenant, change.uri, types, change.created, change.modified, change.document, *box)


def _codes_of(changes: Iterable[EntityChange]) -> set[str]:
    codes = {TYPE}
    for change in changes:
        codes.update(change.types)
        for attribute, _, _ in change.index:
            codes.add(attribute)
        for one in change.instances:
            codes.add(one.attribute)
            if one.dataset:
                codes.add(one.dataset)
    return codes


def _index(
    change: EntityChange, codes: Mapping[str, int]
) -> Iterator[tuple[str, int, float | None, str | None]]:
    """Yield by what an entity is found; a deleted one is found by its types alone, to tell of its past."""
    if change.emptied is None or TYPE in change.emptied:
        for place, name in enumerate(change.types):
            yield TYPE, place, codes[name], None
    places: dict[str, int] = {}
    for attribute, number, word in change.index if change.document is not None else ():
        place = places[attribute] = places.get(attribute, -1) + 1
        yield attribute, place, number, None if word is None else word[: sql.LONGEST_WORD]
