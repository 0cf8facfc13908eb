"""Entities as they are stored: what a place's things are like now, found by attribute, and how they were.

A change reads what is there, is decided, and is stored whole or not at all, together with the notifications
that tell of it. An entity that is deleted leaves its instances. Names repeat, so each stands once, as a
number. Instants are microseconds since 1970.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from urbium.store.database import Database
from urbium.store.queries import query
from urbium.store.queries import query_context as sql
from urbium.store.queries.query_context import Match
from urbium.store.queues.subscriptions import Notification, SubscriptionStore

TYPE: Final = "@type"
"""The attribute under which an entity is found by its types."""
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class StoredEntity:
    """An entity as it is stored: its number, its name, and what it is like as JSON (empty: deleted)."""

    number: int
    uri: str
    document: str


class Instance(NamedTuple):
    """A value of an attribute at an instant, as JSON and, where it is one, as a number."""

    attribute: str
    dataset: str
    observed: int
    digest: int
    recorded: int
    number: float | None
    value: str


class Newest(NamedTuple):
    """The newest number of an attribute of an entity, when it was observed, and since when it is the same."""

    uri: str
    observed: int
    number: float
    since: int


@dataclass(frozen=True, slots=True)
class EntityChange:
    """What an entity is like from now on.

    Parameters
    ----------
    uri, types : its name and its types
    document : JSON; None where it is deleted
    created, modified : instants
    box : west, south, east and north of its location, in degrees; None without one
    index : attribute, number and word, for each value by which it is found
    instances : what is added to its past
    """

    uri: str
    types: Sequence[str]
    document: str | None
    created: int
    modified: int
    box: Box | None = None
    index: Sequence[tuple[str, float | None, str | None]] = ()
    instances: Sequence[Instance] = ()


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
        self._numbers: dict[str, dict[str, int]] = {}
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
        statement = f"select id, uri, document from entity where tenant = ? and {among}"  # noqa: S608
        rows = sql.read(connection, statement, (tenant, parameter))
        return {uri: StoredEntity(number, uri, document or "") for number, uri, document in rows}

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
        fresh = [one for one in changes if one.uri not in numbers]
        first = (sql.scalar(connection, "select max(id) from entity") or 0) + 1
        numbers |= {one.uri: place for place, one in enumerate(fresh, first)}
        codes = self._codes(connection, tenant, _codes_of(changes))
        statement = (
            "insert into entity (id, tenant, uri, types, created, modified, document, west, south, east, "
            "north) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do update set "
            "types = excluded.types, created = excluded.created, modified = excluded.modified, "
            "document = excluded.document, west = excluded.west, south = excluded.south, "
            "east = excluded.east, north = excluded.north"
        )
        rows: Iterable[tuple[Any, ...]] = (
            (numbers[one.uri], tenant, one.uri, " ".join(one.types), one.created, one.modified, one.document)
            + (one.box or (None,) * 4)
            for one in changes
        )
        sql.write_rows(connection, statement, rows)
        old = [(numbers[one.uri],) for one in changes if one.uri in stored]
        sql.write_rows(connection, "delete from entity_attribute where entity_id = ?", old)
        rows = (
            (numbers[one.uri], codes[attribute], place, number, word)
            for one in changes
            for place, (attribute, number, word) in enumerate(_index(one, codes))
        )
        columns = "entity_id, attribute_id, place, number, word"
        sql.write_rows(connection, f"insert into entity_attribute ({columns}) values (?, ?, ?, ?, ?)", rows)  # noqa: S608
        self._add_instances(connection, changes, numbers, codes)

    @staticmethod
    def _add_instances(
        connection: sa.Connection,
        changes: Sequence[EntityChange],
        numbers: Mapping[str, int],
        codes: Mapping[str, int],
    ) -> None:
        rows = (
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
        )
        columns = "entity_id, attribute_id, observed, dataset_id, digest, recorded, number, value"
        places = ", ".join("?" * 8)
        statement = f"insert into attribute_instance ({columns}) values ({places}) {_TOLD_AGAIN}"  # noqa: S608
        sql.write_rows(connection, statement, rows)

    def _codes(self, connection: sa.Connection, tenant: str, codes: Iterable[str]) -> dict[str, int]:
        """Return the number of each name, which is added where it is new.

        Names that another process added are read again; one of a change that was undone is never kept here.
        """
        numbers = self._numbers.get(tenant, {})
        if any(code not in numbers for code in codes):
            numbers = self._read_codes(connection, tenant)
            fresh = [code for code in codes if code not in numbers]
            first = (sql.scalar(connection, "select max(id) from context_word") or 0) + 1
            rows = [{"id": place, "tenant": tenant, "code": code} for place, code in enumerate(fresh, first)]
            query.add_rows(connection, "context_word", rows)
            return numbers | {str(row["code"]): place for place, row in enumerate(rows, first)}
        return numbers

    def _read_codes(self, connection: sa.Connection, tenant: str) -> dict[str, int]:
        """Return the names of a tenant as they are committed, and remember them."""
        statement = "select code, id from context_word where tenant = ?"
        codes = {str(row[0]): int(row[1]) for row in sql.read(connection, statement, (tenant,))}
        self._numbers[tenant] = codes
        return codes

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
        codes = self._known_codes(connection, tenant, range_)
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

    def _known_codes(self, connection: sa.Connection, tenant: str, range_: Range) -> Mapping[str, int]:
        wanted = {*range_.types, *(match.attribute for group in range_.matches for match in group)}
        codes = self._numbers.get(tenant, {})
        return codes if wanted <= codes.keys() else self._read_codes(connection, tenant)

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

    # --- the past ---------------------------------------------------------------------------------------

    def instances(
        self,
        tenant: str,
        entity: int,
        *,
        attributes: Sequence[str] = (),
        start: int | None = None,
        end: int | None = None,
        by_recording: bool = False,
        last: int | None = None,
    ) -> Iterator[Instance]:
        """Yield the instances of an entity by attribute and time, from ``start`` up to before ``end``.

        Parameters
        ----------
        attributes : only these; all where there are none
        by_recording : whether the instants are those of recording, not of observing
        last : of each attribute, only so many of the newest, the newest first
        """
        with self._database.reading() as connection:
            codes = self._read_codes(connection, tenant)
            names = {number: code for code, number in codes.items()}
            wanted = [codes[name] for name in attributes if name in codes]
            if attributes and not wanted:
                return
            time = "recorded" if by_recording else "observed"
            conditions = f"entity_id = ? and {time} >= ? and {time} < ?"
            parameters: list[Any] = [
                entity,
                _FIRST if start is None else start,
                _LAST if end is None else end,
            ]
            if wanted:
                conditions += f" and attribute_id in ({', '.join('?' * len(wanted))})"
                parameters += wanted
            columns = "attribute_id, dataset_id, observed, digest, recorded, number, value"
            statement = f"select {columns} from attribute_instance where {conditions} order by 1, {time}"  # noqa: S608
            if last is not None:
                rank = f"row_number() over (partition by attribute_id order by {time} desc) as place"
                inner = f"select {columns}, {rank} from attribute_instance where {conditions}"  # noqa: S608
                statement = f"select {columns} from ({inner}) as ranked where place <= ? order by 1, place"  # noqa: S608
                parameters.append(last)
            rows = sql.read(connection, statement, tuple(parameters))
        for attribute, dataset, *values in rows:
            yield Instance(names[attribute], names.get(dataset, ""), *values)

    def numbers(
        self,
        tenant: str,
        attribute: str,
        *,
        type_: str = "",
        start: int | None = None,
        end: int | None = None,
    ) -> list[tuple[str, int, float, str | None]]:
        """Return entity, instant, number and unit of every number of an attribute, by entity and instant.

        Of several numbers of one instant the one that was recorded last counts. A unit is None where none was
        sent.
        """
        with self._database.reading() as connection:
            codes = self._read_codes(connection, tenant)
            if attribute not in codes or (type_ and type_ not in codes):
                return []
            of_type = (
                "and exists (select 1 from entity_attribute a where a.entity_id = e.id and "
                "a.attribute_id = ? and a.number = ?)"
            )
            rank = (
                "row_number() over (partition by i.entity_id, i.observed, i.dataset_id "
                "order by i.recorded desc, i.number desc) as place"
            )
            inner = (
                f"select e.uri, i.observed, i.number, i.value, {rank} from entity e "  # noqa: S608
                "join attribute_instance i on i.entity_id = e.id where e.tenant = ? and i.attribute_id = ? "
                f"and i.observed >= ? and i.observed < ? and i.number is not null {of_type if type_ else ''}"
            )
            statement = (
                f"select uri, observed, number, {sql.member(connection, 'value', 'unitCode')} "  # noqa: S608
                f"from ({inner}) as ranked where place = 1 "
                "order by uri, observed"
            )
            parameters = [tenant, codes[attribute]]
            parameters += [_FIRST if start is None else start, _LAST if end is None else end]
            parameters += [codes[TYPE], codes[type_]] if type_ else []
            return [tuple(row) for row in sql.read(connection, statement, tuple(parameters))]

    def newest(self, tenant: str, type_: str, attribute: str) -> list[Newest]:
        """Return the newest number of an attribute of each entity of a type, by entity.

        Entities that were deleted, and those that never had a number, are left out.
        """
        with self._database.reading() as connection:
            codes = self._read_codes(connection, tenant)
            if not {attribute, type_} <= codes.keys():
                return []
            rows = sql.newest(connection, codes[TYPE], codes[type_], codes[attribute])
        return [Newest(*row) for row in rows]

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


_FIRST, _LAST = -(2**62), 2**62
_TOLD_AGAIN: Final = (
    "on conflict (entity_id, attribute_id, observed, dataset_id, digest) do update set "
    "recorded = excluded.recorded where excluded.recorded > attribute_instance.recorded"
)
"""What is told again is kept once, with the instant at which it was told last."""


def _codes_of(changes: Iterable[EntityChange]) -> list[str]:
    codes: dict[str, None] = {TYPE: None}
    for change in changes:
        codes |= dict.fromkeys(change.types)
        codes |= dict.fromkeys(attribute for attribute, _, _ in change.index)
        codes |= dict.fromkeys(one.attribute for one in change.instances)
        codes |= dict.fromkeys(one.dataset for one in change.instances if one.dataset)
    return list(codes)


def _index(change: EntityChange, codes: Mapping[str, int]) -> Iterator[tuple[str, float | None, str | None]]:
    """Yield by what an entity is found; a deleted one is found by its types alone, to tell of its past."""
    for name in change.types:
        yield TYPE, codes[name], None
    for attribute, number, word in change.index if change.document is not None else ():
        yield attribute, number, None if word is None else word[: sql.LONGEST_WORD]
