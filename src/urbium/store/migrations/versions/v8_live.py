"""Live figures: the inbox of messages of feeds, and how their sources did when they were last asked."""

import sqlalchemy as sa
from alembic import op

revision = "8"
down_revision = "7"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "inbox",
        *(_text(name) for name in ("id", "feed", "city", "key")),
        *(_big(name) for name in ("sent", "received")),
        *(_text(name) for name in ("body", "personal", "state", "touched", "worker")),
        _big("due"),
        sa.Column("attempts", sa.Integer, nullable=False),
        _text("reason"),
        sa.PrimaryKeyConstraint("id", name="inbox_pk"),
        sa.UniqueConstraint("feed", "key", name="inbox_feed_key_uq"),
    )
    op.create_index("inbox_state_ix", "inbox", ["state"])
    op.create_table(
        "feed_state",
        _text("feed"),
        *(_big(name) for name in ("looked", "due")),
        *(_text(name) for name in ("worker", "failure", "findings")),
        sa.PrimaryKeyConstraint("feed", name="feed_state_pk"),
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _big(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)
