"""Harvests: how far the harvest of each catalogue is, and what was seen there last."""

import sqlalchemy as sa
from alembic import op

revision = "7"
down_revision = "6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "harvest_run",
        *(_text(name) for name in ("source", "run")),
        *(_big(name) for name in ("started", "cursor")),
        _text("mark"),
        _big("finished"),
        _text("outcome"),
        sa.PrimaryKeyConstraint("source", name="harvest_run_pk"),
    )
    op.create_table(
        "harvested",
        *(_text(name) for name in ("source", "identifier", "code", "digest", "run")),
        sa.PrimaryKeyConstraint("source", "identifier", name="harvested_pk"),
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _big(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)
