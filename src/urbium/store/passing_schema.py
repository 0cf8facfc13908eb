"""The tables of a store that are no history: secrets and sessions, work in progress, the context store.

Their rows change and go; what they come to is told by the tables of :mod:`urbium.store.schema`.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from urbium.store.schema_columns import TABLES, key_column, number_column, text_column

# --- secrets, sessions, work in progress --------------------------------

Table(
    "credential",
    TABLES,
    Column("account_id", Integer, ForeignKey("dossier.id"), primary_key=True, autoincrement=False),
    text_column("password"),  # argon2id, with its salt and settings; empty: none
    text_column("totp"),  # the secret of one-time codes; empty: none
    Column("totp_step", BigInteger, nullable=False),  # the last step used: a code counts once
    Column("failures", Integer, nullable=False),  # in a row
    Column("locked_until", BigInteger, nullable=False),  # microseconds since 1970
)

Table(
    "ticket",
    TABLES,
    Column("digest", Text, primary_key=True),  # sha256 of the secret; the secret itself is nowhere
    text_column("kind"),  # session, token, invitation
    number_column("account_id", "dossier.id"),
    Column("made", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("used", BigInteger, nullable=False),  # last seen; 0: never
    text_column("content"),  # JSON: what a token is called, its role and scope; the acting role of a session
    Index(None, "account_id"),
)

Table(
    "attempt",
    TABLES,
    Column("who", Text, primary_key=True),  # sha256 of the kind, and of an address, an account or a browser
    text_column("kind"),  # what is tried: to sign in, to report
    Column("last", BigInteger, nullable=False),
    text_column("times"),  # JSON: microseconds since 1970, the last of them last
    Index(None, "kind", "last"),
)

Table(
    "answered",
    TABLES,
    text_column("account"),
    text_column("key"),  # Idempotency-Key
    Column("at", BigInteger, nullable=False),
    text_column("request"),  # sha256 of method, address and body
    number_column("status"),
    text_column("answer"),  # JSON
    PrimaryKeyConstraint("account", "key"),
)

Table(
    "draft",
    TABLES,
    text_column("account"),
    text_column("kind"),  # the dossier whose form it is
    text_column("code"),
    number_column("version"),  # that its writer saw
    text_column("fields"),  # JSON: the inputs of the form, as they were typed
    Column("saved", BigInteger, nullable=False),  # microseconds since 1970
    PrimaryKeyConstraint("account", "kind", "code"),
)

Table(
    "job",
    TABLES,
    Column("id", Text, primary_key=True),
    text_column("kind"),
    text_column("account"),
    text_column("state"),  # waiting, running, done, failed, cancelled
    text_column("request"),  # JSON
    text_column("progress"),  # JSON
    text_column("answer"),  # JSON
    Column("made", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
    text_column("worker"),  # who holds it; a fresh name for every worker, so that a late one cannot finish it
    Column("due", BigInteger, nullable=False),  # while it is at work: the end of the lease
    Column("attempts", Integer, nullable=False),
    Column("is_stopping", Integer, nullable=False),  # 1: somebody asked it to end with what it has
    Index(None, "state"),
)

Table(
    "letter",
    TABLES,
    Column("id", Text, primary_key=True),
    text_column("what"),  # which letter it is: a row of data/rules/letters.csv
    text_column("account"),  # whom it is for; where it goes, and what it says, is asked as it is sent
    text_column("kind"),  # the dossier that it is about
    text_column("code"),
    text_column("about"),  # JSON: what of the dossier: a commitment, the year of a report
    text_column("state"),  # waiting, sending, sent, dropped (nothing was to be said any more), failed
    Column("made", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
    Column("due", BigInteger, nullable=False),  # not tried before; while it is being sent: the lease
    text_column("worker"),  # who sends it; a fresh name for every sender
    Column("attempts", Integer, nullable=False),
    text_column("failure"),  # why it was not sent, as the office reads it
    Index(None, "account"),
    Index(None, "state"),
)

Table(
    "harvest_run",
    TABLES,
    Column("source", Text, primary_key=True),  # the code of the harvested catalogue
    text_column("run"),
    Column("started", BigInteger, nullable=False),
    Column("cursor", BigInteger, nullable=False),  # where its next page begins
    text_column("mark"),  # ETag of the document read last
    Column("finished", BigInteger, nullable=False),  # 0: at work, or interrupted
    text_column("outcome"),  # JSON: counts, or what failed
)

Table(
    "harvested",
    TABLES,
    text_column("source"),
    text_column("identifier"),  # at the source
    text_column("code"),  # of the resource
    text_column("digest"),  # of what the source said
    text_column("run"),  # that saw it last
    PrimaryKeyConstraint("source", "identifier"),
)

Table(
    "upkeep",
    TABLES,
    Column("what", Text, primary_key=True),  # backup
    Column("at", BigInteger, nullable=False),  # when it was last done: microseconds since 1970
)

# --- the context store: what things of a city are like now, and were ------------------------------------

Table(
    "context_word",
    TABLES,
    key_column(),
    text_column("tenant"),
    text_column("code"),  # the full name of an attribute, a type or a data set
    UniqueConstraint("tenant", "code"),
)

Table(
    "entity",
    TABLES,
    key_column(),
    text_column("tenant"),  # the code of a place
    text_column("uri"),
    text_column("types"),  # full names, with a space between them
    Column("created", BigInteger, nullable=False),
    Column("modified", BigInteger, nullable=False),
    text_column("document", null=True),  # JSON with full names; null once it is deleted: its instances stay
    *(Column(name, Double) for name in ("west", "south", "east", "north")),  # of its location, degrees
    UniqueConstraint("tenant", "uri"),
    Index(None, "tenant", "west"),
)

Table(
    "entity_attribute",
    TABLES,
    number_column("entity_id", "entity.id"),
    number_column("attribute_id", "context_word.id"),
    number_column("place"),  # from 0: data sets, and members of lists
    Column("number", Double),
    text_column("word", null=True),  # the beginning of a text, a link, or true and false
    PrimaryKeyConstraint("entity_id", "attribute_id", "place"),
    Index(None, "attribute_id", "number", "word", "entity_id"),
    sqlite_with_rowid=False,
)

Table(
    "attribute_instance",
    TABLES,
    number_column("entity_id", "entity.id"),
    number_column("attribute_id", "context_word.id"),
    Column("observed", BigInteger, nullable=False),  # when it was recorded, where nobody says
    number_column("dataset_id"),  # 0: the one without a name
    Column("digest", BigInteger, nullable=False),  # of the value: what is told twice is kept once
    Column("recorded", BigInteger, nullable=False),
    Column("number", Double),
    text_column("value"),  # JSON
    PrimaryKeyConstraint("entity_id", "attribute_id", "observed", "dataset_id", "digest"),
    sqlite_with_rowid=False,
)

Table(
    "instance_block",
    TABLES,
    number_column("entity_id", "entity.id"),
    number_column("attribute_id", "context_word.id"),
    number_column("dataset_id"),  # 0: the one without a name
    number_column("day"),  # days since 1970-01-01 (UTC)
    number_column("step"),  # seconds of an entry: 0 (every value), 3,600 or 86,400
    number_column("count"),  # of entries
    Column("packed", BigInteger, nullable=False),  # when the last value came to it
    Column("content", LargeBinary, nullable=False),  # see context/blocks.py
    PrimaryKeyConstraint("entity_id", "attribute_id", "dataset_id", "day"),
    Index(None, "step", "day"),
)

Table(
    "subscription",
    TABLES,
    Column("id", Text, primary_key=True),
    text_column("tenant"),
    text_column(
        "account"
    ),  # who is told, or "token" and its digest: what may not be read (any more), is not sent
    text_column("content"),  # JSON with full names
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
    text_column("subscription_id"),
    text_column("content"),  # JSON
    text_column("state"),  # waiting, sending, sent, dropped, failed
    *(Column(name, BigInteger, nullable=False) for name in ("made", "changed", "due")),
    text_column("worker"),
    Column("attempts", Integer, nullable=False),
    text_column("failure"),
    Index(None, "state", "due"),
    Index(None, "subscription_id"),
)

Table(
    "jsonld_context",
    TABLES,
    Column("url", Text, primary_key=True),
    text_column("content"),  # JSON
    Column("made", BigInteger, nullable=False),
)

# --- live figures: what feeds send, and how their sources are --------------------------------------------

Table(
    "inbox",
    TABLES,
    Column("id", Text, primary_key=True),  # rises with the instant of arrival
    text_column("feed"),
    text_column("city"),
    text_column("key"),  # of the sender; a message that comes again under it is known
    Column("sent", BigInteger, nullable=False),  # by its sender's clock, where it says so
    Column("received", BigInteger, nullable=False),
    text_column("body"),  # JSON; empty once it is done
    text_column("personal"),  # JSON: who asks, of a service request; read by the city's people alone
    text_column("state"),  # waiting, working, stored (in the context store), done (measured), aside
    text_column("touched"),  # JSON: which types, attributes and spans are to be measured again
    text_column("worker"),
    Column("due", BigInteger, nullable=False),  # the end of the lease
    Column("attempts", Integer, nullable=False),
    text_column("reason"),  # JSON: why it was put aside
    UniqueConstraint("feed", "key"),
    Index(None, "state"),
)

Table(
    "feed_state",
    TABLES,
    Column("feed", Text, primary_key=True),
    Column("looked", BigInteger, nullable=False),  # when its source was last asked
    Column("due", BigInteger, nullable=False),  # not asked before; while it is being asked: the lease
    text_column("worker"),
    text_column("failure"),  # JSON: why the last look failed
    text_column("findings"),  # JSON: what is wrong in its source
)

# --- problems that citizens report -----------------------------------------------------------------------

Table(
    "service_desk",
    TABLES,
    Column("city", Text, primary_key=True),
    text_column("services"),  # the codes of what can be reported there, with a space between them
    number_column("entry", "audit.seq"),  # who said so last, and why
)

Table(
    "service_request",
    TABLES,
    Column("id", Text, primary_key=True),
    text_column("digest"),  # sha256 of the secret by which its author reads how it stands
    text_column("city"),
    text_column("service"),
    text_column("state"),
    *(Column(name, BigInteger, nullable=False) for name in ("made", "changed", "due", "closed")),  # 0: none
    Column("latitude", Double),
    Column("longitude", Double),
    *(text_column(name) for name in ("place", "description", "contact")),  # as sent; emptied after closing
    Column("photograph", LargeBinary),  # a JPEG made anew; dropped with them, unless the public sees it
    *(text_column(name) for name in ("public_words", "public_place")),  # what the city accepted
    Column("is_photograph_public", Integer, nullable=False),  # 1: yes
    text_column("answer"),  # what the city tells its author
    text_column("officer"),  # who works on it
    number_column("entry", "audit.seq", null=True),  # the last step of the city; null before the first
    Index(None, "city", "state"),
    Index(None, "digest", unique=True),
)

PASSING = frozenset(TABLES.tables)  # the schema declares its other tables after these
"""The tables that are no history: their rows change and go."""
