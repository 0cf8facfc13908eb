"""Letters: the outbox names whom a letter is for and what it is about; what it says is made as it is sent."""

import sqlalchemy as sa
from alembic import op

revision = "5"
down_revision = "4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table anew; nothing has ever been written into the one before."""
    op.drop_table("letter")
    op.create_table(
        "letter",
        *(_text(name) for name in ("id", "what", "account", "kind", "code", "about", "state")),
        *(_big(name) for name in ("made", "changed", "due")),
        _text("worker"),
        sa.Column("attempts", sa.Integer, nullable=False),
        _text("failure"),
        sa.PrimaryKeyConstraint("id", name="letter_pk"),
    )
    for column in ("account", "state"):
        op.create_index(f"letter_{column}_ix", "letter", [column])


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _big(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)
