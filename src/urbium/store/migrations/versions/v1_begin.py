"""Begin: the tables of a store, and triggers that refuse every change of history.

Until 1.0 they are those of the schema of the day. The release of 1.0 writes them out for each engine, in a
file beside this one (``bench/release.py``); what changes from then on is a migration of its own.
"""

from pathlib import Path

from alembic import op

from urbium.store.schema import statements

revision = "1"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table; refuse ``update``, ``delete`` and ``truncate`` on those that only grow."""
    database = op.get_bind()
    engine = database.dialect.name
    frozen = Path(__file__).with_name(f"v1_{engine}.sql")
    written = frozen.read_text(encoding="utf-8").split("\n\n") if frozen.exists() else statements(engine)
    for statement in written:
        database.exec_driver_sql(statement)
