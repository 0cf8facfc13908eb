"""Said: findings keep code and parameters of what they say, so that it can be said in any language."""

import sqlalchemy as sa
from alembic import op

revision = "2"
down_revision = "1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what was stored before has none of it, and stays in English."""
    op.add_column("fault", sa.Column("said", sa.Text, nullable=True))
