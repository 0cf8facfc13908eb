"""The tables of a store, the same on SQLite and PostgreSQL.

Every table but those of :data:`PASSING` only grows. ``audit`` is the spine: one entry per change, and
whatever a change added (versions of cities, sources, pilots and dossiers, a load with its observations and
faults, a kept document) points at its entry. The number of an entry is therefore also the order in which
things became known, and its instant is their ``recorded_at``; a load *is* an entry.

Words that repeat (cities, variables, units, areas, sources, periods, sheets, reasons) stand once and are
pointed at by whole numbers. A ``series`` is one city, variable, area and source; an observation is one
version of one period of a series, so the current version is the one with the greatest load.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement

from urbium.model import Quality, Status
from urbium.store.passing_schema import PASSING as PASSING  # noqa: PLC0414 - filled by what follows
from urbium.store.schema_columns import TABLES as TABLES  # noqa: PLC0414
from urbium.store.schema_columns import key_column, number_column, text_column

VERSION = "1"
"""The version of the schema that this code reads and writes: the head of the migrations."""

VERSION_TABLE = "urbium_schema"
"""The table in which alembic notes the version of a store."""

STATUSES = tuple(status.value for status in Status if status is not Status.REJECTED)
"""The statuses by their stored number: the place in this tuple. Append, never reorder."""

QUALITIES = tuple(quality.value for quality in Quality)
"""The quality grades by their stored number: the place in this tuple. Append, never reorder."""

WORDS = ("variable", "unit", "area", "sheet", "reason")
"""The tables of plain words: a number and its text."""

FAULT_COLUMNS = (
    "severity",
    "sheet",
    "cell",
    "city",
    "variable",
    "period",
    "value",
    "rule",
    "message",
    "remedy",
)
"""The texts of a fault, in the order of :meth:`urbium.errors.Fault.record`."""

Table(
    "audit",
    TABLES,
    key_column("seq"),
    Column("at", BigInteger, nullable=False, unique=True),  # microseconds since 1970-01-01T00:00Z
    text_column("who"),
    text_column("what"),
    text_column("why"),
    text_column("before"),  # JSON
    text_column("after"),  # JSON; holds the digests of what the change added
    text_column("previous"),  # the hash of the entry before
    text_column("hash"),  # sha256 over all of the above as canonical JSON
)

for _name in WORDS:
    Table(_name, TABLES, key_column(), Column("code", Text, nullable=False, unique=True))

Table(
    "period",
    TABLES,
    key_column(),
    Column("code", Text, nullable=False, unique=True),  # SDMX
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
)

for _name in ("city", "source", "pilot"):
    Table(_name, TABLES, key_column(), Column("code", Text, nullable=False, unique=True))

Table(
    "city_version",
    TABLES,
    number_column("city_id", "city.id"),
    number_column("entry", "audit.seq"),
    text_column("name"),  # JSON: {language: text}
    text_column("level"),
    text_column("province"),  # JSON: {language: text}
    Column("latitude", Double),
    Column("longitude", Double),
    number_column("parent_id", "city.id", null=True),
    text_column("note"),
    Column("valid_from", Text),  # null in versions of before there was validity, and where it is open
    Column("valid_to", Text),
    PrimaryKeyConstraint("city_id", "entry"),
)

Table(
    "source_version",
    TABLES,
    number_column("source_id", "source.id"),
    number_column("entry", "audit.seq"),
    *(text_column(name) for name in ("publisher", "title", "year", "licence", "origin", "note", "quality")),
    PrimaryKeyConstraint("source_id", "entry"),
)

Table(
    "pilot_version",
    TABLES,
    number_column("pilot_id", "pilot.id"),
    number_column("entry", "audit.seq"),
    text_column("programme"),
    text_column("round"),
    text_column("kind"),
    text_column("name"),  # JSON: {language: text}
    text_column("province"),
    text_column("level"),
    number_column("year"),
    text_column("source"),
    number_column("city_id", "city.id", null=True),
    Column("status", Text),  # null in versions of before pilots had one, and where nobody says
    PrimaryKeyConstraint("pilot_id", "entry"),
)

Table(
    "file",
    TABLES,
    key_column(),
    text_column("name"),
    text_column("sha256"),
    UniqueConstraint("name", "sha256"),
)

Table(
    "load",
    TABLES,
    Column("entry", Integer, ForeignKey("audit.seq"), primary_key=True, autoincrement=False),
    number_column("file_id", "file.id"),
    text_column("kind"),  # "file", or a decision on suspect values (codes.py)
)

Table(
    "series",
    TABLES,
    key_column(),
    number_column("city_id", "city.id"),
    number_column("variable_id", "variable.id"),
    number_column("area_id", "area.id"),
    number_column("source_id", "source.id"),
    UniqueConstraint("city_id", "variable_id", "area_id", "source_id"),
    Index(None, "variable_id"),
)

Table(
    "observation",
    TABLES,
    number_column("series_id", "series.id"),
    number_column("period_id", "period.id"),
    number_column("load_entry", "load.entry"),
    Column("value", Double, nullable=False),
    number_column("unit_id", "unit.id"),
    Column("status", SmallInteger, nullable=False),  # the place in STATUSES
    Column("quality", SmallInteger, nullable=False),  # the place in QUALITIES
    number_column("sheet_id", "sheet.id", null=True),
    number_column("cell_row", null=True),
    number_column("cell_column", null=True),  # A is 1
    number_column("reason_id", "reason.id", null=True),  # none: the reason of the load
    PrimaryKeyConstraint("series_id", "period_id", "load_entry"),
    CheckConstraint(f"status between 0 and {len(STATUSES) - 1}", name="status"),
    CheckConstraint(f"quality between 0 and {len(QUALITIES) - 1}", name="quality"),
    sqlite_with_rowid=False,
)

Table(
    "fault",
    TABLES,
    number_column("load_entry", "load.entry"),
    number_column("number"),  # from 1, in the order found
    *(text_column(name) for name in FAULT_COLUMNS),
    text_column("said", null=True),  # JSON: message and remedy with their codes and parameters
    PrimaryKeyConstraint("load_entry", "number"),
)

Table(
    "document",
    TABLES,
    text_column("kind"),
    text_column("name"),
    number_column("version"),  # from 1
    number_column("entry", "audit.seq"),
    text_column("content"),  # canonical JSON
    text_column("sha256"),
    PrimaryKeyConstraint("kind", "name", "version"),
)

# --- the work of people: dossiers -------------------------------------------------------------------------

Table(
    "dossier",
    TABLES,
    key_column(),
    text_column("kind"),
    text_column("code"),
    number_column("city_id", "city.id", null=True),
    text_column("province"),  # its name in the programme's first language; empty when in none
    *(
        number_column(f"{name}_id", "dossier.id", null=True)
        for name in ("round", "agreement", "parent", "owner")
    ),
    UniqueConstraint("kind", "code"),
    Index(None, "parent_id"),
    Index(None, "owner_id"),
)

Table(
    "dossier_version",
    TABLES,
    number_column("dossier_id", "dossier.id"),
    number_column("version"),  # from 1
    number_column("entry", "audit.seq"),
    text_column("action"),  # the step that made this version
    text_column("state"),
    text_column("content"),  # canonical JSON
    text_column("sha256"),
    PrimaryKeyConstraint("dossier_id", "version"),
)

Table(
    "attachment",
    TABLES,
    Column("sha256", Text, primary_key=True),
    number_column("entry", "audit.seq"),
    text_column("media_type"),
    Column("content", LargeBinary, nullable=False),
)

Table(
    "publication",
    TABLES,
    Column("id", Text, primary_key=True),
    number_column("entry", "audit.seq"),
    Column("known_on", BigInteger, nullable=False),  # the instant on which all of it was known
    *(
        text_column(name) for name in ("code", "settings", "catalogue", "policy", "content")
    ),  # what it is made of
    text_column("licence"),
    text_column("supersedes"),  # the id of the one before it; empty: none
    text_column(
        "files"
    ),  # JSON: format, name, media type, size and digests; their bytes are in ``attachment``
)

_REFUSAL = "nothing stored is changed or deleted: record a new version"


def statements(engine: str) -> list[str]:
    """Return what makes every table of an engine, and the triggers that refuse every change of history."""
    dialect = sqlite.dialect() if engine == "sqlite" else postgresql.dialect()  # type: ignore[no-untyped-call]
    tables: list[str] = []
    for table in TABLES.sorted_tables:
        indexes = sorted(table.indexes, key=lambda one: str(one.name))
        making: list[ExecutableDDLElement] = [CreateTable(table), *map(CreateIndex, indexes)]
        tables += [str(one.compile(dialect=dialect)).strip() for one in making]
    kept = [table.name for table in TABLES.sorted_tables if table.name not in PASSING]
    if engine == "sqlite":
        return tables + [
            f"create trigger {table}_no_{verb} before {verb} on {table} "
            f"begin select raise(abort, '{_REFUSAL}'); end"
            for table in kept
            for verb in ("update", "delete")
        ]
    refusing = (
        "create function refuse_change() returns trigger language plpgsql as "
        f"$$ begin raise exception '{_REFUSAL}'; end $$"
    )
    return [*tables, refusing] + [
        f"create trigger {table}_no_change before update or delete or truncate on {table} "
        "for each statement execute function refuse_change()"
        for table in kept
    ]
