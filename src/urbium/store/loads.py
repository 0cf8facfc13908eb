"""Loads: how observations come in, are read as known on an instant, and how suspect ones are judged.

Functions on a connection inside a transaction; :class:`urbium.store.Store` opens it and says who may.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NotRequired, TypedDict

import polars as pl
import sqlalchemy as sa

from urbium.errors import ConflictError, Fault, InputError, NotFoundError
from urbium.model import Status
from urbium.store import audit_log, codes
from urbium.store.admission import check_known, refuse_duplicates
from urbium.store.queries import query
from urbium.store.schema import FAULT_COLUMNS, STATUSES
from urbium.store.verify import all_words, fault_digest
from urbium.text import ENGLISH, Text, coded, language, packed
from urbium.text import text as sentence

_SUSPECT, _ACCEPTED = STATUSES.index(Status.SUSPECT), STATUSES.index(Status.ACCEPTED)


class FigureKey(TypedDict):
    """What names a figure; boundary and source only where several are stored."""

    city: str
    variable: str
    period: str | int
    area: NotRequired[str | None]
    source: NotRequired[str | None]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What somebody can say of a suspect value.

    Parameters
    ----------
    what, kind : of the entry in the audit log, and of its load
    before : the statuses that a value may have
    after : the status that it has from then on
    """

    what: str
    kind: str
    before: frozenset[Status]
    after: Status


Vocabulary = tuple[Mapping[str, pl.DataFrame], pl.DataFrame]
"""Every word that a store knows by kind, and its loads."""
ACCEPT: Final = Judgement(
    "accept", codes.ACCEPTANCE, frozenset({Status.SUSPECT, Status.REJECTED}), Status.ACCEPTED
)
"""It is right all the same; so may be one that was rejected by mistake."""
REJECT: Final = Judgement("reject", codes.REJECTION, frozenset({Status.SUSPECT}), Status.REJECTED)
"""It is wrong, and waits for nobody."""


@dataclass(frozen=True, slots=True)
class FileStamp:
    """A file that was read: its name without a folder, and the sha256 of its bytes."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a load: ``stored`` rows are ``new`` or ``changed``, ``unchanged`` ones were known so.

    ``load`` is the number of its entry in the audit log, ``suspects`` counts the stored rows that stay out of
    scores until somebody accepts them.
    """

    load: int
    file: FileStamp
    stored: int
    new: int
    changed: int
    unchanged: int
    suspects: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """Who brings a load, why, from which file, and what was found wrong in it."""

    by: str
    reason: str
    file: FileStamp
    faults: Sequence[Mapping[str, str | None]] = field(default=())


def record(connection: sa.Connection, table: pl.DataFrame, change: Change) -> Receipt:
    """Store the rows of a checked table that are new or differ from what is current."""
    file = change.file
    words, loaded = vocabulary(connection)
    check_known(table, words["city"]["code"], words["source"]["code"], file.name)
    stored = codes.Known(
        words, _series(connection, words, table["variable"].unique(), table["city"].unique())
    )
    encoded = codes.encode(table, stored, first=query.next_series(connection))
    if codes.has_duplicates(encoded.rows):
        refuse_duplicates(table, file.name)
    current = _current(connection, encoded, stored)
    rejections = loaded.filter(pl.col("kind") == codes.REJECTION)["entry"]
    same = codes.unchanged(encoded.rows, current, set(rejections))
    rows = encoded.rows.filter(~same)
    unchanged, suspects = int(same.sum()), rows.filter(pl.col("status") == _SUSPECT).height
    entry = append(
        connection,
        codes.Encoded(rows, encoded.series, encoded.words),
        stored,
        change,
        what="load",
        kind="file",
        before={},
        after={"unchanged": unchanged, "suspects": suspects},
    )
    changed = rows.join(current, on=codes.KEY, how="semi").height
    new = rows.height - changed
    return Receipt(
        entry.seq, file, rows.height, new, changed, unchanged, suspects, audit_log.instant(entry.at)
    )


def judge(
    connection: sa.Connection,
    key: Mapping[str, str | None],
    judgement: Judgement,
    *,
    by: str,
    reason: str,
    place: str,
) -> None:
    """Store a suspect value as accepted or rejected.

    ``key`` is city, variable, period, area and source (None for any).
    """
    current = read(
        connection,
        vocabulary(connection),
        last=query.last_entry(connection)[0],
        variables=[str(key["variable"])],
        cities=[str(key["city"])],
        periods=[str(key["period"])],
    )
    for name in ("area", "source"):
        if key[name] is not None:
            current = current.where(name, str(key[name]))
    row, series = current.rows, current.texts()
    if row.is_empty():
        raise NotFoundError(
            coded("store.value.missing", "this value does not exist"),
            place=place,
            remedy=sentence("check the city, the variable and the period"),
        )
    if row.height > 1:
        choices = "; ".join(f"area={one['area']!r}, source={one['source']!r}" for one in series)
        raise InputError(
            coded("store.value.several", "several values match"),
            place=place,
            remedy=sentence("name one: {choices}", choices=choices),
        )
    status = Status(current.table()["status"][0])
    if status not in judgement.before:
        raise ConflictError(
            coded("store.value.not_suspect", "the value is {status}, not suspect", status=status),
            place=place,
            remedy=sentence("leave it unchanged"),
        )
    value = {**series[0], "period": key["period"], "value": row["value"][0]}
    append(
        connection,
        codes.Encoded(as_judged(row, judgement), current.words.series.clear()),
        current.words,
        Change(by, reason, current.file()),
        what=judgement.what,
        kind=judgement.kind,
        before={"observation": {**value, "status": status}},
        after={"observation": {**value, "status": judgement.after}},
    )


def as_judged(rows: pl.DataFrame, judgement: Judgement) -> pl.DataFrame:
    """Return versions as a judgement stores them: with its status, and its reason in place of theirs."""
    number = _ACCEPTED if judgement.after is Status.ACCEPTED else _SUSPECT  # what rejects says so by its load
    return rows.drop("load_entry").with_columns(
        status=pl.lit(number, dtype=pl.Int8), reason_id=pl.lit(None, dtype=pl.Int32)
    )


@dataclass(frozen=True, slots=True)
class Found:
    """Stored versions in numbers, with all that is needed to write them out as observations."""

    rows: pl.DataFrame
    words: codes.Known
    loads: pl.DataFrame

    def table(self) -> pl.DataFrame:
        """Return the versions as a table of observations."""
        return codes.decode(self.rows, self.words, self.loads)

    def file(self) -> FileStamp:
        """Return the file that all of the values stand in; one without a name for values of several."""
        files = self.loads.filter(pl.col("entry").is_in(self.rows["file_entry"].implode()))
        stamps = files.select("file", "sha256").unique().rows()
        return FileStamp(*stamps[0]) if len(stamps) == 1 else FileStamp("", "")

    def texts(self) -> list[dict[str, Any]]:
        """Return city, variable, area and source of each row."""
        return self.table().select(codes.SERIES).to_dicts()

    def where(self, name: str, text: str) -> "Found":
        """Return the rows of the series whose ``name`` (area, source ...) is ``text``."""
        numbers = self.words.words[name].filter(pl.col("code") == text)["id"].to_list()
        series = self.words.series.filter(pl.col(f"{name}_id").is_in(numbers))["id"].to_list()
        return self.only(pl.col("series_id").is_in(series))

    def only(self, condition: pl.Expr) -> "Found":
        """Return the rows for which a condition on their numbers holds."""
        return Found(self.rows.filter(condition), self.words, self.loads)


def vocabulary(connection: sa.Connection) -> Vocabulary:
    """Return every word that the store knows, and its loads: what all reads at one instant share."""
    return all_words(connection), query.load_rows(connection)


def read(
    connection: sa.Connection,
    shared: Vocabulary,
    *,
    last: int,
    variables: Iterable[str] | None = None,
    cities: Iterable[str] | None = None,
    periods: Iterable[str] | None = None,
    history: bool = False,
) -> Found:
    """Return the versions current after entry ``last``, or with ``history`` all versions up to it."""
    words, loaded = shared
    is_all = variables is None and cities is None
    series = _series(connection, words, variables, cities)
    rows = query.observation_codes(
        connection,
        last=last,
        series=None if is_all else series["id"].to_list(),
        periods=_numbers(words["period"], periods),
    )
    rows = codes.with_files(rows, loaded)
    rows = rows if history else codes.current(rows)
    return Found(rows, codes.Known(words, series), loaded)


def faults(connection: sa.Connection, file: str | None) -> pl.DataFrame:
    """Return the faults of the last load of each file, or of the files called ``file``."""
    loads = (
        query.load_rows(connection).filter(pl.col("kind") == "file").unique(["file", "sha256"], keep="last")
    )
    if file is not None:
        loads = loads.filter(pl.col("file") == file)
    columns: dict[str, Any] = {"load_entry": pl.Int32(), "number": pl.Int32()}
    table = pl.DataFrame(
        query.fault_rows(connection), schema=columns | dict.fromkeys([*FAULT_COLUMNS, "said"], pl.String())
    )
    return (
        table.join(loads, left_on="load_entry", right_on="entry")
        .sort("load_entry", "number")
        .select(
            *FAULT_COLUMNS,
            "said",
            "file",
            "sha256",
            pl.col("load_entry").alias("load"),
            pl.from_epoch("at", time_unit="us").dt.replace_time_zone("UTC").alias("recorded_at"),
        )
    )


def stored_fault(fault: Fault) -> dict[str, str | None]:
    """Return a fault as it is kept: in English, and what it says with code and parameters.

    NUL characters, which a file may hold and PostgreSQL does not store, are shown by their picture.
    """
    with language(ENGLISH):
        record = fault.record()
    kept: dict[str, str | None] = {name: record[name].replace("\0", "␀") for name in FAULT_COLUMNS}
    messages = {name: getattr(fault, name) for name in ("message", "remedy")}
    said = {name: packed(message) for name, message in messages.items() if isinstance(message, Text)}
    is_plain = not any("\0" in message for message in messages.values())
    return {**kept, "said": audit_log.canonical(said) if said and is_plain else None}


def append(
    connection: sa.Connection,
    encoded: codes.Encoded,
    words: codes.Known,
    change: Change,
    *,
    what: str,
    kind: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> audit_log.Entry:
    """Write a load: its entry in the audit log first, then its words, its rows and its faults."""
    file = change.file
    for name, new in encoded.words.items():
        query.add_rows(connection, name, codes.period_rows(new) if name == "period" else new.to_dicts())
    query.add_rows(connection, "series", encoded.series.to_dicts())
    everything = words.with_new(encoded)
    load = {
        "kind": kind,
        "file": file.name,
        "sha256": file.sha256,
        "rows": encoded.rows.height,
        "digest": codes.digest(encoded.rows, everything, query.period_days(connection)),
        "faults": len(change.faults),
        "faults_digest": fault_digest(change.faults),
    }
    entry = audit_log.append(
        connection, who=change.by, what=what, why=change.reason, before=before, after={"load": load, **after}
    )
    number = query.file_number(connection, file.name, file.sha256)
    query.add_rows(connection, "load", [{"entry": entry.seq, "file_id": number, "kind": kind}])
    rows = encoded.rows.with_columns(load_entry=pl.lit(entry.seq, dtype=pl.Int32))
    query.add_observations(connection, rows)
    faults = [
        {"load_entry": entry.seq, "number": place, **fault}
        for place, fault in enumerate(change.faults, start=1)
    ]
    query.add_rows(connection, "fault", faults)
    return entry


def _current(connection: sa.Connection, encoded: codes.Encoded, words: codes.Known) -> pl.DataFrame:
    """Return the current versions in the series of a load that the store knew before it."""
    series = encoded.rows["series_id"].unique().to_frame("id").join(words.series, on="id", how="semi")
    return codes.current(
        query.observation_codes(
            connection, last=query.last_entry(connection)[0], series=series["id"].to_list()
        )
    )


def _series(
    connection: sa.Connection,
    words: Mapping[str, pl.DataFrame],
    variables: Iterable[str] | None,
    cities: Iterable[str] | None,
) -> pl.DataFrame:
    """Return the series of the variables and cities; None for all."""
    return query.series_codes(
        connection,
        variables=_numbers(words["variable"], variables),
        cities=_numbers(words["city"], cities),
    )


def _numbers(known_words: pl.DataFrame, texts: Iterable[str] | None) -> list[int] | None:
    """Return the numbers of the texts that are known; None for all."""
    if texts is None:
        return None
    wanted = list(texts)
    return known_words.filter(pl.col("code").is_in(wanted))["id"].to_list()
