"""Context: entities of places, their attributes over time, and who is told of changes."""

import sqlalchemy as sa
from alembic import op

revision = "6"
down_revision = "5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of the context store; they are empty."""
    op.create_table(
        "context_word",
        _number("id"),
        *(_text(name) for name in ("tenant", "code")),
        _key("context_word", "id"),
        _unique("context_word", "tenant", "code"),
    )
    op.create_table(
        "entity",
        _number("id"),
        *(_text(name) for name in ("tenant", "uri", "types")),
        *(_big(name) for name in ("created", "modified")),
        sa.Column("document", sa.Text),
        *(sa.Column(name, sa.Double) for name in ("west", "south", "east", "north")),
        _key("entity", "id"),
        _unique("entity", "tenant", "uri"),
    )
    op.create_index("entity_tenant_west_ix", "entity", ["tenant", "west"])
    _attributes()
    _subscriptions()


def _attributes() -> None:
    op.create_table(
        "entity_attribute",
        *(_number(name) for name in ("entity_id", "attribute_id", "place")),
        sa.Column("number", sa.Double),
        sa.Column("word", sa.Text),
        _key("entity_attribute", "entity_id", "attribute_id", "place"),
        *_pointers("entity_attribute"),
        sqlite_with_rowid=False,
    )
    columns = ["attribute_id", "number", "word", "entity_id"]
    op.create_index(f"entity_attribute_{'_'.join(columns)}_ix", "entity_attribute", columns)
    op.create_table(
        "attribute_instance",
        *(_number(name) for name in ("entity_id", "attribute_id")),
        _big("observed"),
        _number("dataset_id"),
        *(_big(name) for name in ("digest", "recorded")),
        sa.Column("number", sa.Double),
        _text("value"),
        _key("attribute_instance", "entity_id", "attribute_id", "observed", "dataset_id", "digest"),
        *_pointers("attribute_instance"),
        sqlite_with_rowid=False,
    )


def _subscriptions() -> None:
    op.create_table(
        "subscription",
        *(_text(name) for name in ("id", "tenant", "account", "content")),
        *(_big(name) for name in ("made", "sent", "failed", "last_sent", "last_success", "last_failure")),
        _key("subscription", "id"),
    )
    op.create_index("subscription_tenant_ix", "subscription", ["tenant"])
    op.create_table(
        "notification",
        *(_text(name) for name in ("id", "subscription_id", "content", "state")),
        *(_big(name) for name in ("made", "changed", "due")),
        _text("worker"),
        _number("attempts"),
        _text("failure"),
        _key("notification", "id"),
    )
    op.create_index("notification_state_due_ix", "notification", ["state", "due"])
    op.create_index("notification_subscription_id_ix", "notification", ["subscription_id"])
    op.create_table(
        "jsonld_context",
        *(_text(name) for name in ("url", "content")),
        _big("made"),
        _key("jsonld_context", "url"),
    )


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _big(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"{table}_pk")


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"{table}_{'_'.join(columns)}_uq")


def _pointers(table: str) -> list[sa.ForeignKeyConstraint]:
    targets = {"entity_id": "entity.id", "attribute_id": "context_word.id"}
    return [
        sa.ForeignKeyConstraint([column], [target], name=f"{table}_{column}_fk")
        for column, target in targets.items()
    ]
