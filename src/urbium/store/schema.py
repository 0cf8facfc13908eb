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
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

from urbium.model import Quality, Status

__all__ = ["FAULT_COLUMNS", "PASSING", "QUALITIES", "STATUSES", "TABLES", "VERSION", "VERSION_TABLE", "WORDS"]

VERSION = "9"
"""The version of the schema that this code reads and writes: the head of the migrations."""

VERSION_TABLE = "urbium_schema"
"""The table in which alembic notes the version of a store."""

STATUSES = tuple(status.value for status in Status if status is not Status.REJECTED)
"""The statuses by their stored number: the place in this tuple. Append, never reorder."""

QUALITIES = tuple(quality.value for quality in Quality)
"""The quality grades by their stored number: the place in this tuple. Append, never reorder."""

WORDS = ("variable", "unit", "area", "sheet", "reason")
"""The tables of plain words: a number and its text."""

PASSING = frozenset(
    {
        "answered",
        "attribute_instance",
        "context_word",
        "credential",
        "entity",
        "entity_attribute",
        "harvest_run",
        "harvested",
        "feed_state",
        "inbox",
        "job",
        "jsonld_context",
        "letter",
        "notification",
        "subscription",
        "ticket",
    }
)
"""The tables that are no history: their rows change and go."""

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

TABLES = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(column_0_name)s_fk",
        "uq": "%(table_name)s_%(column_0_N_name)s_uq",
        "ix": "%(table_name)s_%(column_0_N_name)s_ix",
        "ck": "%(table_name)s_%(constraint_name)s_ck",
    }
)
"""All tables."""


def _number(name: str, target: str | None = None, *, null: bool = False) -> Column[int]:
    """Return a column of whole numbers, pointing at ``target`` (table.column) when it is given."""
    if target is None:
        return Column(name, Integer, nullable=null)
    return Column(name, Integer, ForeignKey(target), nullable=null)


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


def _key(name: str = "id") -> Column[int]:
    return Column(name, Integer, primary_key=True, autoincrement=False)


Table(
    "audit",
    TABLES,
    _key("seq"),
    Column("at", BigInteger, nullable=False, unique=True),  # microseconds since 1970-01-01T00:00Z
    _text("who"),
    _text("what"),
    _text("why"),
    _text("before"),  # JSON
    _text("after"),  # JSON; holds the digests of what the change added
    _text("previous"),  # the hash of the entry before
    _text("hash"),  # sha256 over all of the above as canonical JSON
)

for _name in WORDS:
    Table(_name, TABLES, _key(), Column("code", Text, nullable=False, unique=True))

Table(
    "period",
    TABLES,
    _key(),
    Column("code", Text, nullable=False, unique=True),  # SDMX
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
)

for _name in ("city", "source", "pilot"):
    Table(_name, TABLES, _key(), Column("code", Text, nullable=False, unique=True))

Table(
    "city_version",
    TABLES,
    _number("city_id", "city.id"),
    _number("entry", "audit.seq"),
    _text("name"),  # JSON: {language: text}
    _text("level"),
    _text("province"),  # JSON: {language: text}
    Column("latitude", Double),
    Column("longitude", Double),
    _number("parent_id", "city.id", null=True),
    _text("note"),
    Column("valid_from", Text),  # null in versions of before there was validity, and where it is open
    Column("valid_to", Text),
    PrimaryKeyConstraint("city_id", "entry"),
)

Table(
    "source_version",
    TABLES,
    _number("source_id", "source.id"),
    _number("entry", "audit.seq"),
    *(_text(name) for name in ("publisher", "title", "year", "licence", "origin", "note", "quality")),
    PrimaryKeyConstraint("source_id", "entry"),
)

Table(
    "pilot_version",
    TABLES,
    _number("pilot_id", "pilot.id"),
    _number("entry", "audit.seq"),
    _text("programme"),
    _text("round"),
    _text("kind"),
    _text("name"),  # JSON: {language: text}
    _text("province"),
    _text("level"),
    _number("year"),
    _text("source"),
    _number("city_id", "city.id", null=True),
    Column("status", Text),  # null in versions of before pilots had one, and where nobody says
    PrimaryKeyConstraint("pilot_id", "entry"),
)

Table("file", TABLES, _key(), _text("name"), _text("sha256"), UniqueConstraint("name", "sha256"))

Table(
    "load",
    TABLES,
    Column("entry", Integer, ForeignKey("audit.seq"), primary_key=True, autoincrement=False),
    _number("file_id", "file.id"),
    _text("kind"),  # "file", or "acceptance" or "rejection" of one suspect value of that file
)

Table(
    "series",
    TABLES,
    _key(),
    _number("city_id", "city.id"),
    _number("variable_id", "variable.id"),
    _number("area_id", "area.id"),
    _number("source_id", "source.id"),
    UniqueConstraint("city_id", "variable_id", "area_id", "source_id"),
    Index(None, "variable_id"),
)

Table(
    "observation",
    TABLES,
    _number("series_id", "series.id"),
    _number("period_id", "period.id"),
    _number("load_entry", "load.entry"),
    Column("value", Double, nullable=False),
    _number("unit_id", "unit.id"),
    Column("status", SmallInteger, nullable=False),  # the place in STATUSES
    Column("quality", SmallInteger, nullable=False),  # the place in QUALITIES
    _number("sheet_id", "sheet.id", null=True),
    _number("cell_row", null=True),
    _number("cell_column", null=True),  # A is 1
    _number("reason_id", "reason.id", null=True),  # none: the reason of the load
    PrimaryKeyConstraint("series_id", "period_id", "load_entry"),
    CheckConstraint(f"status between 0 and {len(STATUSES) - 1}", name="status"),
    CheckConstraint(f"quality between 0 and {len(QUALITIES) - 1}", name="quality"),
    sqlite_with_rowid=False,
)

Table(
    "fault",
    TABLES,
    _number("load_entry", "load.entry"),
    _number("number"),  # from 1, in the order found
    *(_text(name) for name in FAULT_COLUMNS),
    _text("said", null=True),  # JSON: message and remedy with their codes and parameters
    PrimaryKeyConstraint("load_entry", "number"),
)

Table(
    "document",
    TABLES,
    _text("kind"),
    _text("name"),
    _number("version"),  # from 1
    _number("entry", "audit.seq"),
    _text("content"),  # canonical JSON
    _text("sha256"),
    PrimaryKeyConstraint("kind", "name", "version"),
)

# --- the work of people: dossiers -------------------------------------------------------------------------

Table(
    "dossier",
    TABLES,
    _key(),
    _text("kind"),
    _text("code"),
    _number("city_id", "city.id", null=True),
    _text("province"),  # its name in the programme's first language; empty when in none
    *(_number(f"{name}_id", "dossier.id", null=True) for name in ("round", "agreement", "parent", "owner")),
    UniqueConstraint("kind", "code"),
    Index(None, "parent_id"),
    Index(None, "owner_id"),
)

Table(
    "dossier_version",
    TABLES,
    _number("dossier_id", "dossier.id"),
    _number("version"),  # from 1
    _number("entry", "audit.seq"),
    _text("action"),  # the step that made this version
    _text("state"),
    _text("content"),  # canonical JSON
    _text("sha256"),
    PrimaryKeyConstraint("dossier_id", "version"),
)

Table(
    "attachment",
    TABLES,
    Column("sha256", Text, primary_key=True),
    _number("entry", "audit.seq"),
    _text("media_type"),
    Column("content", LargeBinary, nullable=False),
)

Table(
    "publication",
    TABLES,
    Column("id", Text, primary_key=True),
    _number("entry", "audit.seq"),
    Column("known_on", BigInteger, nullable=False),  # the instant on which all of it was known
    *(_text(name) for name in ("code", "settings", "catalogue", "policy", "content")),  # what it is made of
    _text("licence"),
    _text("supersedes"),  # the id of the one before it; empty: none
    _text("files"),  # JSON: format, name, media type, size and digests; their bytes are in ``attachment``
)

# --- what changes without being history: secrets, sessions, work in progress --------------------------------

Table(
    "credential",
    TABLES,
    Column("account_id", Integer, ForeignKey("dossier.id"), primary_key=True, autoincrement=False),
    _text("password"),  # argon2id, with its salt and settings; empty: none
    _text("totp"),  # the secret of one-time codes; empty: none
    Column("totp_step", BigInteger, nullable=False),  # the last step used: a code counts once
    Column("failures", Integer, nullable=False),  # in a row
    Column("locked_until", BigInteger, nullable=False),  # microseconds since 1970
)

Table(
    "ticket",
    TABLES,
    Column("digest", Text, primary_key=True),  # sha256 of the secret; the secret itself is nowhere
    _text("kind"),  # session, token, invitation
    _number("account_id", "dossier.id"),
    Column("made", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("used", BigInteger, nullable=False),  # last seen; 0: never
    _text("content"),  # JSON: what a token is called, its role and scope; the acting role of a session
    Index(None, "account_id"),
)

Table(
    "answered",
    TABLES,
    _text("account"),
    _text("key"),  # Idempotency-Key
    Column("at", BigInteger, nullable=False),
    _text("request"),  # sha256 of method, address and body
    _number("status"),
    _text("answer"),  # JSON
    PrimaryKeyConstraint("account", "key"),
)

Table(
    "job",
    TABLES,
    Column("id", Text, primary_key=True),
    _text("kind"),
    _text("account"),
    _text("state"),  # waiting, running, done, failed, cancelled
    _text("request"),  # JSON
    _text("progress"),  # JSON
    _text("answer"),  # JSON
    Column("made", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
    _text("worker"),  # who holds it; a fresh name for every worker, so that a late one cannot finish it
    Column("lease_until", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Index(None, "state"),
)

Table(
    "letter",
    TABLES,
    Column("id", Text, primary_key=True),
    _text("what"),  # which letter it is: a row of data/rules/letters.csv
    _text("account"),  # whom it is for; where it goes, and what it says, is asked as it is sent
    _text("kind"),  # the dossier that it is about
    _text("code"),
    _text("about"),  # JSON: what of the dossier: a commitment, the year of a report
    _text("state"),  # waiting, sending, sent, dropped (nothing was to be said any more), failed
    Column("made", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
    Column("due", BigInteger, nullable=False),  # not tried before; while it is being sent: the lease
    _text("worker"),  # who sends it; a fresh name for every sender
    Column("attempts", Integer, nullable=False),
    _text("failure"),  # why it was not sent, as the office reads it
    Index(None, "account"),
    Index(None, "state"),
)

Table(
    "harvest_run",
    TABLES,
    Column("source", Text, primary_key=True),  # the code of the harvested catalogue
    _text("run"),
    Column("started", BigInteger, nullable=False),
    Column("cursor", BigInteger, nullable=False),  # where its next page begins
    _text("mark"),  # ETag of the document read last
    Column("finished", BigInteger, nullable=False),  # 0: at work, or interrupted
    _text("outcome"),  # JSON: counts, or what failed
)

Table(
    "harvested",
    TABLES,
    _text("source"),
    _text("identifier"),  # at the source
    _text("code"),  # of the resource
    _text("digest"),  # of what the source said
    _text("run"),  # that saw it last
    PrimaryKeyConstraint("source", "identifier"),
)

# --- the context store: what things of a city are like now, and were ------------------------------------

Table(
    "context_word",
    TABLES,
    _key(),
    _text("tenant"),
    _text("code"),  # the full name of an attribute, a type or a data set
    UniqueConstraint("tenant", "code"),
)

Table(
    "entity",
    TABLES,
    _key(),
    _text("tenant"),  # the code of a place
    _text("uri"),
    _text("types"),  # full names, with a space between them
    Column("created", BigInteger, nullable=False),
    Column("modified", BigInteger, nullable=False),
    _text("document", null=True),  # JSON with full names; null once it is deleted: its instances stay
    *(Column(name, Double) for name in ("west", "south", "east", "north")),  # of its location, degrees
    UniqueConstraint("tenant", "uri"),
    Index(None, "tenant", "west"),
)

Table(
    "entity_attribute",
    TABLES,
    _number("entity_id", "entity.id"),
    _number("attribute_id", "context_word.id"),
    _number("place"),  # from 0: data sets, and members of lists
    Column("number", Double),
    _text("word", null=True),  # the beginning of a text, a link, or true and false
    PrimaryKeyConstraint("entity_id", "attribute_id", "place"),
    Index(None, "attribute_id", "number", "word", "entity_id"),
    sqlite_with_rowid=False,
)

Table(
    "attribute_instance",
    TABLES,
    _number("entity_id", "entity.id"),
    _number("attribute_id", "context_word.id"),
    Column("observed", BigInteger, nullable=False),  # when it was recorded, where nobody says
    _number("dataset_id"),  # 0: the one without a name
    Column("digest", BigInteger, nullable=False),  # of the value: what is told twice is kept once
    Column("recorded", BigInteger, nullable=False),
    Column("number", Double),
    _text("value"),  # JSON
    PrimaryKeyConstraint("entity_id", "attribute_id", "observed", "dataset_id", "digest"),
    sqlite_with_rowid=False,
)

Table(
    "subscription",
    TABLES,
    Column("id", Text, primary_key=True),
    _text("tenant"),
    _text("account"),  # who is told, or "token" and its digest: what may not be read (any more), is not sent
    _text("content"),  # JSON with full names
    *(
        Column(name, BigInteger, nullable=False)
        for name in ("made", "sent", "failed", "last_sent", "last_success", "last_failure")
    ),
    Index(None, "tenant"),
)

Table(
    "notification",
    TABLES,
    Column("id", Text, primary_key=True),
    _text("subscription_id"),
    _text("content"),  # JSON
    _text("state"),  # waiting, sending, sent, dropped, failed
    *(Column(name, BigInteger, nullable=False) for name in ("made", "changed", "due")),
    _text("worker"),
    Column("attempts", Integer, nullable=False),
    _text("failure"),
    Index(None, "state", "due"),
    Index(None, "subscription_id"),
)

Table(
    "jsonld_context",
    TABLES,
    Column("url", Text, primary_key=True),
    _text("content"),  # JSON
    Column("made", BigInteger, nullable=False),
)

# --- live figures: what feeds send, and how their sources are --------------------------------------------

Table(
    "inbox",
    TABLES,
    Column("id", Text, primary_key=True),  # rises with the instant of arrival
    _text("feed"),
    _text("city"),
    _text("key"),  # of the sender; a message that comes again under it is known
    Column("sent", BigInteger, nullable=False),  # by its sender's clock, where it says so
    Column("received", BigInteger, nullable=False),
    _text("body"),  # JSON; empty once it is done
    _text("personal"),  # JSON: who asks, of a service request; read by the city's people alone
    _text("state"),  # waiting, working, stored (in the context store), done (measured), aside
    _text("touched"),  # JSON: which types, attributes and spans are to be measured again
    _text("worker"),
    Column("due", BigInteger, nullable=False),  # the end of the lease
    Column("attempts", Integer, nullable=False),
    _text("reason"),  # JSON: why it was put aside
    UniqueConstraint("feed", "key"),
    Index(None, "state"),
)

Table(
    "feed_state",
    TABLES,
    Column("feed", Text, primary_key=True),
    Column("looked", BigInteger, nullable=False),  # when its source was last asked
    Column("due", BigInteger, nullable=False),  # not asked before; while it is being asked: the lease
    _text("worker"),
    _text("failure"),  # JSON: why the last look failed
    _text("findings"),  # JSON: what is wrong in its source
)
