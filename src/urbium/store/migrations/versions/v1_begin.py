"""Begin: the tables of a store as the schema declares them, and triggers that refuse every change of history.

Until 1.0 the schema of the day is the only one. At 1.0 this file is frozen (docs/release.md): its tables are
written out, and what changes from then on is a migration of its own.
"""

from alembic import op

from urbium.store.schema import PASSING, TABLES

revision = "1"
down_revision = None
branch_labels = None
depends_on = None

_REFUSAL = "nothing stored is changed or deleted: record a new version"


def upgrade() -> None:
    """Make every table; refuse ``update``, ``delete`` and ``truncate`` on those that only grow."""
    database = op.get_bind()
    TABLES.create_all(database, checkfirst=False)  # nothing is there yet
    kept = [table.name for table in TABLES.sorted_tables if table.name not in PASSING]
    if database.dialect.name == "sqlite":
        for table in kept:
            for verb in ("update", "delete"):
                database.exec_driver_sql(
                    f"create trigger {table}_no_{verb} before {verb} on {table} "
                    f"begin select raise(abort, '{_REFUSAL}'); end"
                )
        return
    database.exec_driver_sql(
        "create function refuse_change() returns trigger language plpgsql as "
        f"$$ begin raise exception '{_REFUSAL}'; end $$"
    )
    for table in kept:
        database.exec_driver_sql(
            f"create trigger {table}_no_change before update or delete or truncate on {table} "
            "for each statement execute function refuse_change()"
        )
