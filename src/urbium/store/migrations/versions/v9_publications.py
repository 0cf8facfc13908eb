"""Publications: what each is pinned to and the digests of its files; they are never changed."""

import sqlalchemy as sa
from alembic import op

revision = "9"
down_revision = "8"
branch_labels = None
depends_on = None

_TEXTS = ("id", "code", "settings", "catalogue", "policy", "content", "licence", "supersedes", "files")
_REFUSAL = "nothing stored is changed or deleted: record a new version"


def upgrade() -> None:
    """Make the table; it only grows."""
    op.create_table(
        "publication",
        *(sa.Column(name, sa.Text, nullable=False) for name in _TEXTS),
        sa.Column("entry", sa.Integer, nullable=False),
        sa.Column("known_on", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="publication_pk"),
        sa.ForeignKeyConstraint(["entry"], ["audit.seq"], name="publication_entry_fk"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(
                f"create trigger publication_no_{verb} before {verb} on publication "
                f"begin select raise(abort, '{_REFUSAL}'); end"
            )
        return
    op.execute(
        "create trigger publication_no_change before update or delete or truncate on publication "
        "for each statement execute function refuse_change()"
    )
