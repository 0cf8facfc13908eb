"""The SQL of entities that are found by what they have, and the short way to the driver.

Batches of many rows go past SQLAlchemy's statements, which take longer than the database does.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from urbium.store.schema import TABLES

LONGEST_WORD: Final = 200
"""Characters of a text that are compared in the database; the rest the reader compares."""
_FEW: Final = 500
"""So few entities that have something are read one by one; of more, each is asked whether it has it."""


@dataclass(frozen=True, slots=True)
class Match:
    """An attribute that an entity must have: any value, a word, or a number from ``low`` to ``high``."""

    attribute: str
    word: str | None = None
    low: float | None = None
    high: float | None = None


def exists(condition: str) -> str:
    """Return the condition that an entity has an attribute for which another condition holds."""
    return f"exists (select 1 from entity_attribute a where a.entity_id = e.id and {condition})"  # noqa: S608


def condition_of(match: Match, codes: Mapping[str, int], *, is_sought: bool) -> tuple[str, list[Any]]:
    """Return a match as a condition of an attribute, and its parameters.

    Where it is not sought by, the number and the word are written so that no index of theirs is taken: then
    each entity is asked for its own attributes, which are few.
    """
    number, word = ("a.number", "a.word") if is_sought else ("(a.number + 0)", "(a.word || '')")
    clauses: list[str] = ["a.attribute_id = ?"]
    parameters: list[Any] = [codes[match.attribute]]
    for sign, value in ((">=", match.low), ("<=", match.high)):
        if value is not None:
            clauses.append(f"{number} {sign} ?")
            parameters.append(value)
    if match.word is not None:
        clauses.append(f"{'a.number is null and ' if is_sought else ''}{word} = ?")
        parameters.append(match.word[:LONGEST_WORD])
    return " and ".join(clauses), parameters


def few(connection: sa.Connection, matches: Sequence[Match], codes: Mapping[str, int]) -> list[int] | None:
    """Return the entities for which one of some matches holds; None where they are many."""
    entities: list[int] = []
    for match in matches:
        condition, parameters = condition_of(match, codes, is_sought=True)
        statement = f"select a.entity_id from entity_attribute a where {condition} limit ?"  # noqa: S608
        entities += [row[0] for row in read(connection, statement, (*parameters, _FEW + 1))]
        if len(entities) > _FEW:
            return None
    return entities


def member(connection: sa.Connection, column: str, name: str) -> str:
    """Return what reads a text of an object that a column holds as JSON; null where it is not there."""
    if connection.dialect.name == "sqlite":
        return f"json_extract({column}, '$.{name}')"
    return f"({column}::json ->> '{name}')"


_NEWEST: Final = """
    select n.uri, i.observed, i.number, (
        select f.observed
        from attribute_instance f
        where f.entity_id = n.id and f.attribute_id = ? and f.number is not null and f.observed > coalesce((
            select o.observed
            from attribute_instance o
            where o.entity_id = n.id and o.attribute_id = ? and o.number <> i.number
            order by o.observed desc
            limit 1
        ), -1)
        order by f.observed
        limit 1
    )
    from (
        select e.id, e.uri, (
            select l.observed
            from attribute_instance l
            where l.entity_id = e.id and l.attribute_id = ? and l.number is not null
            order by l.observed desc
            limit 1
        ) as observed
        from entity_attribute t
        join entity e on e.id = t.entity_id
        where t.attribute_id = ? and t.number = ? and e.document is not null
    ) n
    join attribute_instance i
    on i.entity_id = n.id and i.attribute_id = ? and i.observed = n.observed and i.number is not null
    order by n.uri, i.recorded
    """
"""Each part of it begins at an end of the index, so it does not read the past of an entity."""


def newest(connection: sa.Connection, type_word: int, type_: int, attribute: int) -> Sequence[Any]:
    """Return name, instant and number of the newest number of each entity, and since when it is the same."""
    rows = read(connection, _NEWEST, (attribute, attribute, attribute, type_word, type_, attribute))
    last = {row[0]: row for row in rows}  # of one instant the one that was recorded last counts
    return [(uri, at, number, at if since is None else since) for uri, at, number, since in last.values()]


_OF_TYPE: Final = (
    "exists (select 1 from entity_attribute a where a.entity_id = e.id and a.attribute_id = ? and "
    "a.number = ?)"
)


def with_days(connection: sa.Connection, type_word: int, type_: int, attribute: int) -> Sequence[Any]:
    """Return the entities of a type (number, name), their last packed day and first number beside them."""
    statement = (
        "select e.id, e.uri, (select max(b.day) from instance_block b where b.entity_id = e.id "  # noqa: S608
        "and b.attribute_id = ?), (select min(i.observed) from attribute_instance i where "
        "i.entity_id = e.id and i.attribute_id = ? and i.number is not null) "
        f"from entity e where e.document is not null and {_OF_TYPE} order by e.uri"
    )
    return read(connection, statement, (attribute, attribute, type_word, type_))


def numbers(
    connection: sa.Connection,
    tenant: str,
    attribute: int,
    kind: tuple[int, int] | None,
    between: tuple[int, int],
) -> Sequence[Any]:
    """Return name, instant, number, unit, data set and when it was recorded, of numbers that are not packed.

    Of several numbers of one instant the one that was recorded last counts.
    """
    rank = (
        "row_number() over (partition by i.entity_id, i.observed, i.dataset_id "
        "order by i.recorded desc, i.number desc) as place"
    )
    inner = (
        f"select e.uri, i.observed, i.number, i.value, i.dataset_id, i.recorded, {rank} from entity e "  # noqa: S608
        "join attribute_instance i on i.entity_id = e.id where e.tenant = ? and i.attribute_id = ? "
        f"and i.observed >= ? and i.observed < ? and i.number is not null {_and_of(kind)}"
    )
    statement = (
        f"select uri, observed, number, {member(connection, 'value', 'unitCode')}, dataset_id, recorded "  # noqa: S608
        f"from ({inner}) as ranked where place = 1 order by uri, observed"
    )
    return read(connection, statement, (tenant, attribute, *between, *(kind or ())))


def packed(
    connection: sa.Connection,
    tenant: str,
    attribute: int,
    kind: tuple[int, int] | None,
    days: tuple[int, int],
) -> Sequence[Any]:
    """Return name, data set, day, step and content of the packed days of an attribute."""
    statement = (
        "select e.uri, b.dataset_id, b.day, b.step, b.content from entity e "  # noqa: S608
        "join instance_block b on b.entity_id = e.id where e.tenant = ? and b.attribute_id = ? "
        f"and b.day between ? and ? {_and_of(kind)} order by 1, 3"
    )
    return read(connection, statement, (tenant, attribute, *days, *(kind or ())))


def _and_of(kind: tuple[int, int] | None) -> str:
    return "" if kind is None else f"and {_OF_TYPE}"


_TO_PACK: Final = """
    select d.entity_id, d.attribute_id, d.dataset_id, d.day
    from (
        select entity_id, attribute_id, dataset_id, observed / 86400000000 as day, count(*) as count
        from attribute_instance
        where observed >= 0 and observed < ?
        group by 1, 2, 3, 4
    ) d
    left join instance_block b
    on b.entity_id = d.entity_id and b.attribute_id = d.attribute_id and b.dataset_id = d.dataset_id
    and b.day = d.day
    where d.count >= ? or b.day is not null
    order by 1, 2, 3, 4
    """


def days_to_pack(connection: sa.Connection, today: int, least: int) -> Sequence[Any]:
    """Return entity, attribute, data set and day, of days before today with so many values, or a block."""
    return read(connection, _TO_PACK, (today * 86_400_000_000, least))


def count_written(connection: sa.Connection, statement: str, parameters: Sequence[Any]) -> int:
    """Run a statement once and return how many rows it changed."""
    return connection.exec_driver_sql(_placed(connection, statement), tuple(parameters)).rowcount


def unindexed(connection: sa.Connection) -> Sequence[Any]:
    """Return tenant, name, types and last change of the entities that no query finds: all have a type."""
    types = "select w.id from context_word w where w.tenant = e.tenant and w.code = '@type'"
    is_found = exists(f"a.attribute_id in ({types})")
    statement = f"select e.tenant, e.uri, e.types, e.modified from entity e where not {is_found}"  # noqa: S608
    return read(connection, statement, ())


def _placed(connection: sa.Connection, statement: str) -> str:
    return statement if connection.dialect.name == "sqlite" else statement.replace("?", "%s")


def read(connection: sa.Connection, statement: str, parameters: Sequence[Any]) -> Sequence[Any]:
    """Return every row of a statement; its parameters are question marks on both engines."""
    return connection.exec_driver_sql(_placed(connection, statement), tuple(parameters)).fetchall()


def scalar(connection: sa.Connection, statement: str, parameters: Sequence[Any] = ()) -> Any:  # noqa: ANN401
    """Return the first value of the first row; None where there is none."""
    rows = read(connection, statement, parameters)
    return rows[0][0] if rows else None


def write_rows(connection: sa.Connection, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Run a statement once for each row; nothing happens when there are none."""
    if members := list(rows):
        connection.exec_driver_sql(_placed(connection, statement), members)


def put(connection: sa.Connection, table: str, rows: Sequence[tuple[Any, ...]], newest: str = "") -> None:
    """Insert whole rows; one whose key is there is replaced, with ``newest`` (a column) by a later one alone.

    PostgreSQL gets all of them as one text, which takes a tenth of the time of one by one.
    """
    if rows:
        _send(connection, _putting(table, newest, connection.dialect.name), rows)


def renew(
    connection: sa.Connection, table: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Write columns of rows that are there, each row's key last: SQLite leaves other indexes alone then."""
    if not rows:
        return
    key, dialect = TABLES.tables[table].primary_key.columns.keys()[0], connection.dialect.name
    if dialect == "sqlite":
        values, source, of_row = ["?"] * len(columns), "", "?"
    else:
        *values, of_row = _members(table, (*columns, key))
        source = " from jsonb_array_elements(%s::jsonb) as r"
    changes = ", ".join(f"{name} = {value}" for name, value in zip(columns, values, strict=True))
    _send(connection, f"update {table} set {changes}{source} where {table}.{key} = {of_row}", rows)  # noqa: S608


def _send(connection: sa.Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    is_sqlite = connection.dialect.name == "sqlite"
    connection.exec_driver_sql(statement, list(rows) if is_sqlite else (msgspec.json.encode(rows).decode(),))


def _members(table: str, names: Iterable[str]) -> list[str]:
    """Return the columns of a row in JSON, each with its type."""
    columns, dialect = TABLES.tables[table].columns, postgresql.dialect()  # type: ignore[no-untyped-call]
    types = (columns[name].type.compile(dialect) for name in names)
    return [f"(r ->> {place})::{type_}" for place, type_ in enumerate(types)]


@lru_cache
def _putting(table: str, newest: str, dialect: str) -> str:
    columns, key = TABLES.tables[table].columns, TABLES.tables[table].primary_key.columns
    if dialect == "sqlite":
        source = f"values ({', '.join('?' * len(columns))})"
    else:
        source = (
            f"select {', '.join(_members(table, columns.keys()))} from jsonb_array_elements(%s::jsonb) as r"  # noqa: S608
        )
    changes = ", ".join(f"{one.name} = excluded.{one.name}" for one in columns if one.name not in key)
    only = f" where excluded.{newest} > {table}.{newest}" if newest else ""
    names = ", ".join(columns.keys())
    return (
        f"insert into {table} ({names}) {source} "
        f"on conflict ({', '.join(key.keys())}) do update set {changes}{only}"
    )


def among(connection: sa.Connection, column: str, members: Sequence[Any]) -> tuple[str, Any]:
    """Return a condition that a column is one of many values, and its one parameter."""
    if connection.dialect.name == "sqlite":
        return f"{column} in (select value from json_each(?))", json.dumps(list(members))  # noqa: S608
    return f"{column} = any(?)", list(members)
