"""Begin: the tables of a store, and triggers that refuse every change of history.

They are those of release 1.0, written out for each engine in a file beside this one; what changes from then
on is a migration of its own.
"""

from pathlib import Path

from alembic import op

revision = "1"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table; refuse ``update``, ``delete`` and ``truncate`` on those that only grow."""
    database = op.get_bind()
    engine = database.dialect.name
    frozen = Path(__file__).with_name(f"v1_{engine}.sql")
    for statement in frozen.read_text(encoding="utf-8").split("\n\n"):
        database.exec_driver_sql(statement)
