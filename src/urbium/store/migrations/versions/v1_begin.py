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
    TABLES.create_all(op.get_bind())
    kept = [table.name for table in TABLES.sorted_tables if table.name not in PASSING]
    if op.get_bind().dialect.name == "sqlite":
        for table in kept:
            for verb in ("update", "delete"):
                op.execute(
                    f"create trigger {table}_no_{verb} before {verb} on {table} "
                    f"begin select raise(abort, '{_REFUSAL}'); end"
                )
        return
    op.execute(
        "create function refuse_change() returns trigger language plpgsql as "
        f"$$ begin raise exception '{_REFUSAL}'; end $$"
    )
    for table in kept:
        op.execute(
            f"create trigger {table}_no_change before update or delete or truncate on {table} "
            "for each statement execute function refuse_change()"
        )
