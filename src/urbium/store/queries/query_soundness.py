"""The SQL by which a database checks itself, and tells its triggers and what it lacks."""

import sqlalchemy as sa

from urbium.store.schema import TABLES


def integrity_findings(connection: sa.Connection, most: int) -> list[str]:
    """Return what the database finds wrong with its pages, indexes and references, at most so many.

    PostgreSQL checks indexes only where its extension ``amcheck`` is installed.
    """
    if connection.dialect.name != "sqlite":
        return _index_findings(connection, most)
    rows = connection.exec_driver_sql(f"pragma integrity_check({most})").scalars().all()
    findings = [str(row) for row in rows if row != "ok"]
    for table, row, target, _ in connection.exec_driver_sql("pragma foreign_key_check").fetchmany(most):
        findings.append(f"row {row} of {table} points at nothing in {target}")
    return findings


def _index_findings(connection: sa.Connection, most: int) -> list[str]:
    is_there = connection.scalar(
        sa.text(
            """
            select count(*)
            from pg_extension
            where extname = 'amcheck'
            """
        )
    )
    if not is_there:
        return []
    names = connection.scalars(
        sa.text(
            """
            select c.oid::regclass::text
            from pg_index as i
            join pg_class as c on c.oid = i.indexrelid
            join pg_am as m on m.oid = c.relam
            where m.amname = 'btree'
              and c.relnamespace = current_schema()::regnamespace
            """
        )
    ).all()
    findings: list[str] = []
    for name in names:
        try:
            with connection.begin_nested():
                connection.execute(
                    sa.text("select bt_index_check(cast(:name as regclass), true)"), {"name": name}
                )
        except sa.exc.DBAPIError as error:
            findings.append(str(error.orig).partition("\n")[0])
    return findings[:most]


def trigger_statements(connection: sa.Connection) -> dict[str, str]:
    """Return the triggers of a SQLite file: their statements by name."""
    rows = connection.execute(
        sa.text(
            """
            select name, sql
            from sqlite_master
            where type = 'trigger'
            """
        )
    )
    return {str(row.name): str(row.sql) for row in rows}


def declarations(connection: sa.Connection) -> set[tuple[str, str, str | None]]:
    """Return table, name and statement of everything that a SQLite file declares."""
    rows = connection.execute(
        sa.text(
            """
            select tbl_name, name, sql
            from sqlite_master
            """
        )
    )
    return {(row.tbl_name, row.name, row.sql) for row in rows}


def guarded_tables(connection: sa.Connection) -> set[str]:
    """Return the tables of which triggers refuse every change."""
    if connection.dialect.name == "sqlite":
        names = set(trigger_statements(connection))
        tables = {name.removesuffix("_no_update") for name in names if name.endswith("_no_update")}
        return {table for table in tables if f"{table}_no_delete" in names}
    rows = connection.scalars(
        sa.text(
            """
            select c.relname
            from pg_trigger as t
            join pg_class as c on c.oid = t.tgrelid
            join pg_proc as p on p.oid = t.tgfoid
            where t.tgname = c.relname || '_no_change'
              and t.tgenabled in ('O', 'A')
              and t.tgtype & 58 = 58
              and p.proname = 'refuse_change'
              and p.prosrc ilike '%raise exception%'
              and c.relnamespace = current_schema()::regnamespace
            """
        )
    )
    return set(rows.all())


def lacking_columns(connection: sa.Connection) -> list[tuple[str, str]]:
    """Return the tables and columns of the schema that the store does not have, in order."""
    of_engine = (
        """
        select m.name as "table", c.name as "column"
        from sqlite_master m
        join pragma_table_info(m.name) c
        where m.type = 'table'
        """
        if connection.dialect.name == "sqlite"
        else """
        select table_name as "table", column_name as "column"
        from information_schema.columns
        where table_schema = current_schema()
        """
    )
    stored = {(row.table, row.column) for row in connection.execute(sa.text(of_engine))}
    declared = {(table.name, column.name) for table in TABLES.sorted_tables for column in table.columns}
    return sorted(declared - stored)
