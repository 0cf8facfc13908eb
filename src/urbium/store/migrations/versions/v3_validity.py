"""Validity: cities keep the first and the last period in which they exist, pilots whether they were seen."""

import sqlalchemy as sa
from alembic import op

revision = "3"
down_revision = "2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what was stored before has none of them, and is valid always."""
    for name in ("valid_from", "valid_to"):
        op.add_column("city_version", sa.Column(name, sa.Text, nullable=True))
    op.add_column("pilot_version", sa.Column("status", sa.Text, nullable=True))
