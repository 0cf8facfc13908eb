"""Dossiers: the work of people, kept in versions; and what changes without being history."""

import sqlalchemy as sa
from alembic import op

revision = "4"
down_revision = "3"
branch_labels = None
depends_on = None

_KEPT = ("dossier", "dossier_version", "attachment")
_REFUSAL = "nothing stored is changed or deleted: record a new version"


def upgrade() -> None:
    """Make the tables; those of the work of people only grow."""
    _make_dossiers()
    _make_passing()
    for table in _KEPT:
        _forbid_change(table)


def _make_dossiers() -> None:
    pointers = ("round", "agreement", "parent", "owner")
    op.create_table(
        "dossier",
        _number("id"),
        _text("kind"),
        _text("code"),
        _number("city_id", null=True),
        _text("province"),
        *(_number(f"{name}_id", null=True) for name in pointers),
        _key("dossier", "id"),
        sa.UniqueConstraint("kind", "code", name="dossier_kind_code_uq"),
        _points("dossier", "city_id", "city.id"),
        *(_points("dossier", f"{name}_id", "dossier.id") for name in pointers),
    )
    for name in ("parent", "owner"):
        op.create_index(f"dossier_{name}_id_ix", "dossier", [f"{name}_id"])
    op.create_table(
        "dossier_version",
        *(_number(name) for name in ("dossier_id", "version", "entry")),
        *(_text(name) for name in ("action", "state", "content", "sha256")),
        _key("dossier_version", "dossier_id", "version"),
        _points("dossier_version", "dossier_id", "dossier.id"),
        _points("dossier_version", "entry", "audit.seq"),
    )
    op.create_table(
        "attachment",
        _text("sha256"),
        _number("entry"),
        _text("media_type"),
        sa.Column("content", sa.LargeBinary, nullable=False),
        _key("attachment", "sha256"),
        _points("attachment", "entry", "audit.seq"),
    )


def _make_passing() -> None:
    op.create_table(
        "credential",
        _number("account_id"),
        _text("password"),
        _text("totp"),
        _big("totp_step"),
        _number("failures"),
        _big("locked_until"),
        _key("credential", "account_id"),
        _points("credential", "account_id", "dossier.id"),
    )
    op.create_table(
        "ticket",
        _text("digest"),
        _text("kind"),
        _number("account_id"),
        *(_big(name) for name in ("made", "expires", "used")),
        _text("content"),
        _key("ticket", "digest"),
        _points("ticket", "account_id", "dossier.id"),
    )
    op.create_index("ticket_account_id_ix", "ticket", ["account_id"])
    op.create_table(
        "answered",
        _text("account"),
        _text("key"),
        _big("at"),
        _text("request"),
        _number("status"),
        _text("answer"),
        _key("answered", "account", "key"),
    )
    op.create_table(
        "job",
        *(_text(name) for name in ("id", "kind", "account", "state", "request", "progress", "answer")),
        *(_big(name) for name in ("made", "changed")),
        _text("worker"),
        _big("lease_until"),
        _number("attempts"),
        _key("job", "id"),
    )
    op.create_index("job_state_ix", "job", ["state"])
    op.create_table(
        "letter",
        _text("id"),
        *(_big(name) for name in ("made", "sent")),
        _number("attempts"),
        *(_text(name) for name in ("to", "subject", "body", "failure")),
        _key("letter", "id"),
    )


def _number(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=null)


def _big(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"{table}_pk")


def _points(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=f"{table}_{column}_fk")


def _forbid_change(table: str) -> None:
    """Refuse ``update``, ``delete`` (and PostgreSQL's ``truncate``) on one table."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(
                f"create trigger {table}_no_{verb} before {verb} on {table} "
                f"begin select raise(abort, '{_REFUSAL}'); end"
            )
        return
    op.execute(
        f"create trigger {table}_no_change before update or delete or truncate on {table} "
        "for each statement execute function refuse_change()"
    )
