"""Begin: the tables of a store, and triggers that refuse every change of what is stored."""

import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = (
    "audit",
    "variable",
    "unit",
    "area",
    "sheet",
    "reason",
    "period",
    "city",
    "source",
    "pilot",
    "city_version",
    "source_version",
    "pilot_version",
    "file",
    "load",
    "series",
    "observation",
    "fault",
    "document",
)
_REFUSAL = "nothing stored is changed or deleted: record a new version"


def upgrade() -> None:
    """Make every table, then forbid ``update`` and ``delete`` on all of them."""
    _spine()
    _words()
    _versions()
    _observations()
    for table in _TABLES:
        _forbid_change(table)


def _number(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=null)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"{table}_pk")


def _points(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=f"{table}_{column}_fk")


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"{table}_{'_'.join(columns)}_uq")


def _spine() -> None:
    op.create_table(
        "audit",
        _number("seq"),
        sa.Column("at", sa.BigInteger, nullable=False),
        *(_text(name) for name in ("who", "what", "why", "before", "after", "previous", "hash")),
        _key("audit", "seq"),
        _unique("audit", "at"),
    )


def _words() -> None:
    for table in ("variable", "unit", "area", "sheet", "reason", "city", "source", "pilot"):
        op.create_table(table, _number("id"), _text("code"), _key(table, "id"), _unique(table, "code"))
    op.create_table(
        "period",
        _number("id"),
        _text("code"),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        _key("period", "id"),
        _unique("period", "code"),
    )
    op.create_table(
        "file",
        _number("id"),
        _text("name"),
        _text("sha256"),
        _key("file", "id"),
        _unique("file", "name", "sha256"),
    )


def _versions() -> None:
    op.create_table(
        "city_version",
        *(_number(name) for name in ("city_id", "entry")),
        *(_text(name) for name in ("name", "level", "province")),
        sa.Column("latitude", sa.Double),
        sa.Column("longitude", sa.Double),
        _number("parent_id", null=True),
        _text("note"),
        _key("city_version", "city_id", "entry"),
        _points("city_version", "city_id", "city.id"),
        _points("city_version", "entry", "audit.seq"),
        _points("city_version", "parent_id", "city.id"),
    )
    op.create_table(
        "source_version",
        *(_number(name) for name in ("source_id", "entry")),
        *(_text(name) for name in ("publisher", "title", "year", "licence", "origin", "note", "quality")),
        _key("source_version", "source_id", "entry"),
        _points("source_version", "source_id", "source.id"),
        _points("source_version", "entry", "audit.seq"),
    )
    op.create_table(
        "pilot_version",
        *(_number(name) for name in ("pilot_id", "entry")),
        *(_text(name) for name in ("programme", "round", "kind", "name", "province", "level")),
        _number("year"),
        _text("source"),
        _number("city_id", null=True),
        _key("pilot_version", "pilot_id", "entry"),
        _points("pilot_version", "pilot_id", "pilot.id"),
        _points("pilot_version", "entry", "audit.seq"),
        _points("pilot_version", "city_id", "city.id"),
    )
    op.create_table(
        "document",
        *(_text(name) for name in ("kind", "name")),
        *(_number(name) for name in ("version", "entry")),
        *(_text(name) for name in ("content", "sha256")),
        _key("document", "kind", "name", "version"),
        _points("document", "entry", "audit.seq"),
    )


def _observations() -> None:
    op.create_table(
        "load",
        *(_number(name) for name in ("entry", "file_id")),
        _text("kind"),
        _key("load", "entry"),
        _points("load", "entry", "audit.seq"),
        _points("load", "file_id", "file.id"),
    )
    parts = ("city", "variable", "area", "source")
    op.create_table(
        "series",
        _number("id"),
        *(_number(f"{part}_id") for part in parts),
        _key("series", "id"),
        *(_points("series", f"{part}_id", f"{part}.id") for part in parts),
        _unique("series", *(f"{part}_id" for part in parts)),
    )
    op.create_index("series_variable_id_ix", "series", ["variable_id"])
    op.create_table(
        "observation",
        *(_number(name) for name in ("series_id", "period_id", "load_entry")),
        sa.Column("value", sa.Double, nullable=False),
        _number("unit_id"),
        sa.Column("status", sa.SmallInteger, nullable=False),
        sa.Column("quality", sa.SmallInteger, nullable=False),
        *(_number(name, null=True) for name in ("sheet_id", "cell_row", "cell_column", "reason_id")),
        _key("observation", "series_id", "period_id", "load_entry"),
        _points("observation", "load_entry", "load.entry"),
        *(
            _points("observation", f"{part}_id", f"{part}.id")
            for part in ("series", "period", "unit", "sheet", "reason")
        ),
        sa.CheckConstraint("status between 0 and 3", name="observation_status_ck"),
        sa.CheckConstraint("quality between 0 and 5", name="observation_quality_ck"),
        sqlite_with_rowid=False,
    )
    columns = ("severity", "sheet", "cell", "city", "variable")
    more = ("period", "value", "rule", "message", "remedy")
    op.create_table(
        "fault",
        *(_number(name) for name in ("load_entry", "number")),
        *(_text(name) for name in (*columns, *more)),
        _key("fault", "load_entry", "number"),
        _points("fault", "load_entry", "load.entry"),
    )


def _forbid_change(table: str) -> None:
    """Refuse ``update``, ``delete`` (and PostgreSQL's ``truncate``) on one table."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(
                f"create trigger {table}_no_{verb} before {verb} on {table} "
                f"begin select raise(abort, '{_REFUSAL}'); end"
            )
        return
    if table == _TABLES[0]:
        op.execute(
            "create function refuse_change() returns trigger language plpgsql as "
            f"$$ begin raise exception '{_REFUSAL}'; end $$"
        )
    op.execute(
        f"create trigger {table}_no_change before update or delete or truncate on {table} "
        "for each statement execute function refuse_change()"
    )
