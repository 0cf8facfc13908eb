"""Every SQL statement of the store, for SQLite and PostgreSQL.

Functions take a connection that is inside a transaction. Tables of numbers come back as polars frames, read
from the driver in blocks; lists of numbers go in as one JSON parameter, so that no list is too long.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import polars as pl
import sqlalchemy as sa

from urbium import reads
from urbium.store.schema import TABLES, VERSION_TABLE

OBSERVATION_CODES: Mapping[str, pl.DataType] = {
    "series_id": pl.Int32(),
    "period_id": pl.Int32(),
    "load_entry": pl.Int32(),
    "value": pl.Float64(),
    "unit_id": pl.Int32(),
    "status": pl.Int8(),
    "quality": pl.Int8(),
    "sheet_id": pl.Int32(),
    "cell_row": pl.Int32(),
    "cell_column": pl.Int32(),
    "reason_id": pl.Int32(),
}
"""The columns of stored observations: numbers only, in the order of the table."""

SERIES_CODES: Mapping[str, pl.DataType] = {
    name: pl.Int32() for name in ("id", "city_id", "variable_id", "area_id", "source_id")
}
"""The columns of stored series."""

_WORDS: Mapping[str, pl.DataType] = {"id": pl.Int32(), "code": pl.String()}
_BLOCK = 1000  # rows fetched at once: few enough to stay in the processor's cache
_ADVISORY_ROOM = 2_086_419_713  # any number, the same in every urbium: the room of its advisory locks


def prepare_sqlite(engine: sa.Engine, patience: float) -> None:
    """Make every connection durable, patient and strict, and let urbium begin its transactions itself."""

    @sa.event.listens_for(engine, "connect")
    def _connect(connection: Any, _: object) -> None:  # noqa: ANN401 - what SQLAlchemy hands over
        connection.isolation_level = None
        for setting in (
            f"busy_timeout = {round(patience * 1000)}",
            "synchronous = full",  # an acknowledged write survives a power cut
            "foreign_keys = on",
            "recursive_triggers = on",  # else "insert or replace" would slip past the triggers
            "cache_size = -65536",  # KiB
            "wal_autocheckpoint = 4000",  # pages: those written again and again go to the file once
            "journal_size_limit = 67108864",
        ):
            connection.execute(f"pragma {setting}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        is_alone = connection.get_execution_options().get("urbium_alone", False)
        connection.exec_driver_sql("begin immediate" if is_alone else "begin")


def prepare_postgresql(engine: sa.Engine, patience: float) -> None:
    """Let every connection wait for another writer no longer than ``patience`` seconds."""

    @sa.event.listens_for(engine, "connect")
    def _connect(connection: Any, _: object) -> None:  # noqa: ANN401 - what SQLAlchemy hands over
        with connection.cursor() as cursor:
            cursor.execute(f"set lock_timeout = {max(round(patience * 1000), 1)}")
            cursor.execute("set time zone 'UTC'")
        connection.commit()


def keep_a_write_ahead_log(engine: sa.Engine) -> None:
    """Let readers of a SQLite file go on while somebody writes; the file remembers it."""
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("pragma journal_mode = wal")


@contextmanager
def steady(connection: sa.Connection) -> Iterator[None]:
    """Begin a transaction whose reads all see the store at one instant."""
    if connection.dialect.name == "postgresql":
        connection = connection.execution_options(isolation_level="REPEATABLE READ")
    with connection.begin():
        yield


@contextmanager
def alone(connection: sa.Connection) -> Iterator[None]:
    """Begin a transaction that no other writer runs beside, and commit it at the end."""
    connection = connection.execution_options(urbium_alone=True)
    with connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(
                sa.text(
                    """
                    select pg_advisory_xact_lock(:room, hashtext(current_schema()))
                    """
                ),
                {"room": _ADVISORY_ROOM},
            )
        yield


def size(connection: sa.Connection) -> int:
    """Return how many bytes the database has."""
    if connection.dialect.name == "postgresql":
        words = "select pg_database_size(current_database())"
    else:
        words = "select page_count * page_size from pragma_page_count, pragma_page_size"
    return int(connection.scalar(sa.text(words)) or 0)


def schema_version(connection: sa.Connection) -> str | None:
    """Return the version of the store's schema, or None where there is no store."""
    if not sa.inspect(connection).has_table(VERSION_TABLE):
        return None
    version: str | None = connection.scalar(
        sa.text(
            f"""
            select version_num
            from {VERSION_TABLE}
            """  # noqa: S608 - a constant of the schema
        )
    )
    return version


def table_names(connection: sa.Connection) -> list[str]:
    """Return the names of all tables of the database (the current schema of PostgreSQL)."""
    return sa.inspect(connection).get_table_names()


def last_entry(connection: sa.Connection) -> tuple[int, int, str]:
    """Return number, instant (microseconds) and hash of the newest entry; zeros before the first."""
    row = connection.execute(
        sa.text(
            """
            select seq, at, hash
            from audit
            order by seq desc
            limit 1
            """
        )
    ).one_or_none()
    return (row.seq, row.at, row.hash) if row else (0, 0, "")


def instants(connection: sa.Connection) -> list[int]:
    """Return the instants (microseconds) of all entries, first to last."""
    return list(connection.scalars(sa.text("select at from audit order by seq")).all())


def last_facts(connection: sa.Connection) -> tuple[int, int]:
    """Return the numbers of the newest entries that added figures, and anything else that stages read.

    Each is 0 before the first.
    """
    tables = ("city_version", "source_version", "pilot_version", "document where kind <> :plans")
    newest = "\n        union all ".join(f"select max(entry) as entry from {table}" for table in tables)  # noqa: S608
    figures, others = connection.execute(
        sa.text(f"select (select max(entry) from load), (select max(entry) from ({newest}) as others)"),  # noqa: S608
        {"plans": reads.PLANS},
    ).one()
    return figures or 0, others or 0


def last_kept(connection: sa.Connection, kind: str) -> int:
    """Return the number of the newest entry that kept a document of a kind; 0 before the first."""
    statement = sa.text("select max(entry) from document where kind = :kind")
    return connection.scalar(statement, {"kind": kind}) or 0


def changes_since(connection: sa.Connection, entry: int) -> tuple[int, dict[str, int]]:
    """Return the number of the newest entry, and by kind that of the newest change after an entry.

    Kinds are those of :mod:`urbium.reads`: what stages read, kept plans, publications, each kind of dossiers.
    """
    newest = connection.scalar(sa.text("select max(seq) from audit")) or 0
    if newest == entry:
        return newest, {}
    figures, register = last_facts(connection)
    kinds = connection.execute(
        sa.text(
            """
            select dossier.kind, max(dossier_version.entry)
            from dossier_version
            join dossier on dossier.id = dossier_version.dossier_id
            where dossier_version.entry > :entry
            group by dossier.kind
            union all
            select :publications, max(entry)
            from publication
            union all
            select :requests, max(entry)
            from (select entry from service_request union all select entry from service_desk) as decided
            """
        ),
        {"entry": entry, "publications": reads.PUBLICATIONS, "requests": reads.REQUESTS},
    ).all()
    changes = [*kinds, (reads.PLANS, last_kept(connection, reads.PLANS))]
    said = {kind: last for kind, last in changes if last}
    return newest, {reads.FIGURES: figures, reads.REGISTER: register, **said}


def entry_known_on(connection: sa.Connection, instant: int) -> int:
    """Return the number of the last entry at or before ``instant`` (microseconds); 0 for none."""
    number: int | None = connection.scalar(
        sa.text(
            """
            select max(seq)
            from audit
            where at <= :instant
            """
        ),
        {"instant": instant},
    )
    return number or 0


def audit_rows(connection: sa.Connection) -> list[dict[str, Any]]:
    """Return every entry of the audit log, first to last."""
    return _records(
        connection,
        """
        select seq, at, who, what, why, before, after, previous, hash
        from audit
        order by seq
        """,
    )


def words(connection: sa.Connection, table: str) -> pl.DataFrame:
    """Return number and text of every row of a table of words (also city, source, pilot, period)."""
    statement = f"""
        select id, code
        from {TABLES.tables[table].name}
        order by id
        """  # noqa: S608 - a name of the schema
    return _frame(connection, statement, _WORDS)


def period_days(connection: sa.Connection) -> pl.DataFrame:
    """Return number and text of every period, the text with its first and last day."""
    statement = """
        select id, code || ' ' || first_day || ' ' || last_day
        from period
        order by id
        """
    return _frame(connection, statement, _WORDS)


def series_codes(
    connection: sa.Connection, *, variables: Sequence[int] | None = None, cities: Sequence[int] | None = None
) -> pl.DataFrame:
    """Return the series of the given variables and cities (numbers; None for all)."""
    conditions, parameters = _conditions(connection, {"s.variable_id": variables, "s.city_id": cities})
    statement = f"""
        select s.id, s.city_id, s.variable_id, s.area_id, s.source_id
        from series as s
        where {conditions}
        """  # noqa: S608 - names of the schema; values are bound
    return _frame(connection, statement, SERIES_CODES, parameters)


def next_series(connection: sa.Connection) -> int:
    """Return the number of the next new series."""
    return int(connection.scalar(sa.text("select coalesce(max(id), 0) + 1 from series")) or 1)


def observation_codes(
    connection: sa.Connection,
    *,
    last: int,
    series: Sequence[int] | None = None,
    periods: Sequence[int] | None = None,
) -> pl.DataFrame:
    """Return every stored version up to entry ``last``, sorted by series, period and load."""
    conditions, parameters = _conditions(connection, {"o.series_id": series, "o.period_id": periods})
    statement = f"""
        select {", ".join(f"o.{name}" for name in OBSERVATION_CODES)}
        from observation as o
        where o.load_entry <= :last
          and {conditions}
        """  # noqa: S608 - names of the schema; values are bound
    rows = _frame(connection, statement, OBSERVATION_CODES, {"last": last, **parameters})
    return rows.sort("series_id", "period_id", "load_entry")


def load_rows(connection: sa.Connection) -> pl.DataFrame:
    """Return every load: its entry, instant, who, why, kind, and the name and sha256 of its file."""
    statement = """
        select l.entry, a.at, a.who, a.why, l.kind, f.name, f.sha256, l.file_id
        from load as l
        join audit as a on a.seq = l.entry
        join file as f on f.id = l.file_id
        order by l.entry
        """
    columns: dict[str, pl.DataType] = {
        "entry": pl.Int32(),
        "at": pl.Int64(),
        "who": pl.String(),
        "why": pl.String(),
        "kind": pl.String(),
        "file": pl.String(),
        "sha256": pl.String(),
        "file_id": pl.Int32(),
    }
    return _frame(connection, statement, columns)


def sources_of_file(connection: sa.Connection, sha256: str) -> list[str]:
    """Return the sources of every figure that was stored from a file, sorted."""
    statement = """
        select distinct source.code
        from file as f
        join load as l on l.file_id = f.id
        join observation as o on o.load_entry = l.entry
        join series as s on s.id = o.series_id
        join source on source.id = s.source_id
        where f.sha256 = :sha256
        order by source.code
        """
    return list(connection.scalars(sa.text(statement), {"sha256": sha256}))


def has_attachment(connection: sa.Connection, sha256: str) -> bool:
    """Say whether a file is kept, without reading it."""
    statement = """
        select 1
        from attachment
        where sha256 = :sha256
        """
    return connection.scalar(sa.text(statement), {"sha256": sha256}) is not None


def file_number(connection: sa.Connection, name: str, sha256: str) -> int:
    """Return the number of a file, which is added when it is new."""
    number: int | None = connection.scalar(
        sa.text(
            """
            select id
            from file
            where name = :name
              and sha256 = :sha256
            """
        ),
        {"name": name, "sha256": sha256},
    )
    if number is not None:
        return number
    last: int | None = connection.scalar(
        sa.text(
            """
            select max(id)
            from file
            """
        )
    )
    number = (last or 0) + 1
    add_rows(connection, "file", [{"id": number, "name": name, "sha256": sha256}])
    return number


def fault_rows(connection: sa.Connection) -> list[dict[str, Any]]:
    """Return every stored fault with the entry of its load, in the order found."""
    return _records(
        connection,
        """
        select load_entry, number,
          severity, sheet, cell, city, variable, period, value, rule, message, remedy, said
        from fault
        order by load_entry, number
        """,
    )


def version_rows(connection: sa.Connection, kind: str) -> list[dict[str, Any]]:
    """Return every version of the cities, sources or pilots (``kind``), first to last, with their codes."""
    statements = {
        "city": """
            select v.entry, c.code, v.name, v.level, v.province, v.latitude, v.longitude,
              coalesce(p.code, '') as parent, v.note, v.valid_from, v.valid_to
            from city_version as v
            join city as c on c.id = v.city_id
            left join city as p on p.id = v.parent_id
            order by v.entry, v.city_id
            """,
        "source": """
            select v.entry, s.code, v.publisher, v.title, v.year, v.licence, v.origin, v.note,
                v.quality
            from source_version as v
            join source as s on s.id = v.source_id
            order by v.entry, v.source_id
            """,
        "pilot": """
            select v.entry, p.code, v.programme, v.round, v.kind, v.name, v.province, v.level,
              v.year, v.source, coalesce(c.code, '') as city, v.status
            from pilot_version as v
            join pilot as p on p.id = v.pilot_id
            left join city as c on c.id = v.city_id
            order by v.entry, v.pilot_id
            """,
    }
    return _records(connection, statements[kind])


def document_rows(
    connection: sa.Connection, kind: str | None = None, name: str | None = None
) -> list[dict[str, Any]]:
    """Return the kept documents of one kind and name (None for all), first version first."""
    return _records(
        connection,
        """
        select d.kind, d.name, d.version, d.entry, d.content, d.sha256, a.at, a.who, a.why
        from document as d
        join audit as a on a.seq = d.entry
        where (cast(:kind as text) is null or d.kind = :kind)
          and (cast(:name as text) is null or d.name = :name)
        order by d.kind, d.name, d.version
        """,
        {"kind": kind, "name": name},
    )


def add_rows(connection: sa.Connection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add a few rows to a table; nothing happens when there are none."""
    if rows:
        connection.execute(TABLES.tables[table].insert(), list(rows))


def add_observations(connection: sa.Connection, rows: pl.DataFrame) -> None:
    """Add many observations (columns of OBSERVATION_CODES) by the driver's fastest way."""
    names = ", ".join(OBSERVATION_CODES)
    rows = rows.select(*OBSERVATION_CODES)
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "postgresql":
        with (
            driver.cursor() as cursor,
            cursor.copy(f"copy observation ({names}) from stdin (format csv)") as copy,
        ):
            for block in rows.iter_slices(100_000):
                copy.write(block.write_csv(include_header=False))
        return
    statement = f"""
        insert into observation ({names})
        values ({", ".join("?" * len(OBSERVATION_CODES))})
        """  # noqa: S608 - names of the schema; values are bound
    for block in rows.iter_slices(100_000):
        driver.executemany(statement, zip(*(column.to_list() for column in block), strict=True))


def _conditions(
    connection: sa.Connection, wanted: Mapping[str, Sequence[int] | None]
) -> tuple[str, dict[str, str]]:
    """Return a condition that each column is among the numbers wanted of it, and its parameters."""
    clauses, parameters = ["1 = 1"], {}
    unpack = (
        "select cast(value as integer) from json_array_elements_text(cast(:{} as json))"
        if connection.dialect.name == "postgresql"
        else "select value from json_each(:{})"
    )
    for number, (column, members) in enumerate(wanted.items()):
        if members is None:
            continue
        name = f"members_{number}"
        parameters[name] = json.dumps(list(members))
        clauses.append(f"{column} in ({unpack.format(name)})")
    return "\n          and ".join(clauses), parameters


def _records(
    connection: sa.Connection, statement: str, parameters: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    rows = connection.execute(sa.text(statement), dict(parameters or {})).mappings()
    return [dict(row) for row in rows]


def _frame(
    connection: sa.Connection,
    statement: str,
    columns: Mapping[str, pl.DataType],
    parameters: Mapping[str, Any] | None = None,
) -> pl.DataFrame:
    """Read a statement's rows, block by block, into a frame of the given columns."""
    cursor: Any = connection.execute(sa.text(statement), dict(parameters or {})).cursor
    blocks = [pl.DataFrame(schema=dict(columns))]
    while rows := cursor.fetchmany(_BLOCK):
        values = zip(columns.items(), zip(*rows, strict=True), strict=True)
        blocks.append(pl.DataFrame([pl.Series(name, column, dtype=kind) for (name, kind), column in values]))
    return pl.concat(blocks, rechunk=True)
