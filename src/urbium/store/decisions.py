"""Decisions: many suspect values are accepted or rejected at once, and what was decided is taken back whole.

A decision is one load and one entry of the audit log, whether it is about one value or about thousands.
See ADR 0128.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl
import sqlalchemy as sa

from urbium.errors import ConflictError, NotFoundError
from urbium.model import Status
from urbium.store import audit_log, codes, loads
from urbium.store.part import StorePart
from urbium.store.queries import query
from urbium.store.schema import STATUSES
from urbium.text import coded
from urbium.text import text as sentence

VALUE: Final = (*codes.SERIES, "period")
"""What names a value."""
_KINDS: Final = {
    codes.ACCEPTANCE: Status.ACCEPTED.value,
    codes.REJECTION: Status.REJECTED.value,
    codes.REOPENING: Status.SUSPECT.value,
}
_SUSPECT: Final = STATUSES.index(Status.SUSPECT)


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that was just taken: the number of its entry, and the values as they were before it."""

    entry: int
    values: pl.DataFrame


class DecisionStore(StorePart):
    """The decisions on suspect values, as a store keeps them."""

    def judge(self, values: pl.DataFrame, verdict: Status, *, by: str, reason: str) -> Decided:
        """Accept or reject many suspect values by one decision.

        Parameters
        ----------
        values : city, variable, area, source and period of each; one that is not suspect now stays as it is
        verdict : accepted or rejected
        by, reason : who decides, and why

        Raises ConflictError where none of them is suspect any more, InputError for an empty reason.
        """
        audit_log.demand(by=by, reason=reason)
        judgement = loads.ACCEPT if verdict is Status.ACCEPTED else loads.REJECT
        with self._database.writing() as connection:
            return _judge(connection, values, judgement, by=by, reason=reason)

    def undo(self, entry: int, *, by: str, reason: str) -> Decided:
        """Make the values of a decision suspect again, with the doubt that they had, and return these.

        A value that was decided or brought in again since then stays as it is.

        Raises NotFoundError where the entry is no decision, ConflictError where nothing of it is left,
        InputError for an empty reason.
        """
        audit_log.demand(by=by, reason=reason)
        with self._database.writing() as connection:
            return _undo(connection, entry, by=by, reason=reason)

    def listed(self) -> pl.DataFrame:
        """Return every decision, newest first.

        Columns: entry, recorded_at, recorded_by, reason, status (what it made of the values), figures,
        cities, variables (a list), standing (how many of the figures nothing came after).
        """
        with self._database.reading() as connection:
            return _listed(connection)

    def values(self, entry: int) -> pl.DataFrame:
        """Return the values of a decision as it stored them, with ``is_standing``: nothing came after it."""
        with self._database.reading() as connection:
            decided = _decided(connection, entry)
        standing = decided.only(pl.col("is_current")).table().select(*VALUE, is_standing=pl.lit(value=True))
        table = decided.table().join(standing, on=VALUE, how="left", maintain_order="left")
        return table.with_columns(pl.col("is_standing").fill_null(value=False))


def _judge(
    connection: sa.Connection, values: pl.DataFrame, judgement: loads.Judgement, *, by: str, reason: str
) -> Decided:
    current = _current(connection, values)
    judged = current.only(_is_suspect(current.loads))
    if judged.rows.is_empty():
        raise ConflictError(
            coded("store.values.none_suspect", "none of these figures is suspect any more"),
            remedy=sentence("look at the list again"),
        )
    table = judged.table()
    counts = _counts(table)
    judged_at = loads.append(
        connection,
        codes.Encoded(loads.as_judged(judged.rows, judgement), judged.words.series.clear()),
        judged.words,
        loads.Change(by, reason, judged.file()),
        what=judgement.what,
        kind=judgement.kind,
        before={"observations": counts | {"status": Status.SUSPECT}},
        after={"observations": counts | {"status": judgement.after}},
    )
    return Decided(judged_at.seq, table)


def _undo(connection: sa.Connection, entry: int, *, by: str, reason: str) -> Decided:
    decided = _decided(connection, entry)
    if decided.rows.is_empty():
        raise NotFoundError(
            coded("store.decision.missing", "there is no decision {entry}", entry=entry),
            remedy=sentence("choose one from the list of decisions"),
        )
    left = decided.only(pl.col("is_current"))
    kind = decided.loads.row(by_predicate=pl.col("entry") == entry, named=True)["kind"]
    if left.rows.is_empty() or kind == codes.REOPENING:
        raise ConflictError(
            coded("store.decision.over", "nothing in decision {entry} is left to undo", entry=entry),
            remedy=sentence("look at the list again"),
        )
    table = left.table()
    counts = _counts(table) | {"decision": entry}
    rows = left.rows.drop("load_entry").with_columns(
        status=pl.lit(_SUSPECT, dtype=pl.Int8), reason_id="doubt"
    )
    reopening = loads.append(
        connection,
        codes.Encoded(rows, left.words.series.clear()),
        left.words,
        loads.Change(by, reason, left.file()),
        what="undo",
        kind=codes.REOPENING,
        before={"observations": counts | {"status": _KINDS[kind]}},
        after={"observations": counts | {"status": Status.SUSPECT}},
    )
    return Decided(reopening.seq, table)


def _decided(connection: sa.Connection, entry: int | None = None) -> loads.Found:
    """Return what was decided, by one entry or by any, as it was stored then.

    The rows have ``is_current`` (nothing came after it) and ``doubt``, the reason for which the value was
    suspect.
    """
    everything = loads.read(
        connection, loads.vocabulary(connection), last=query.last_entry(connection)[0], history=True
    )
    is_last = pl.struct(codes.KEY) != pl.struct(codes.KEY).shift(-1)
    rows = everything.rows.with_columns(
        is_current=is_last.fill_null(value=True), doubt=pl.col("reason_id").forward_fill().over(codes.KEY)
    )
    kinds = everything.loads.filter(pl.col("kind").is_in(list(_KINDS)))["entry"]
    wanted = kinds if entry is None else kinds.filter(kinds == entry)
    shown = rows.filter(pl.col("load_entry").is_in(wanted.implode()))
    return loads.Found(shown, everything.words, everything.loads)


def _listed(connection: sa.Connection) -> pl.DataFrame:
    decided = _decided(connection)
    series = decided.words.series.rename({"id": "series_id"})
    names = decided.words.words["variable"].rename({"id": "variable_id", "code": "variable"})
    counted = (
        decided.rows.join(series, on="series_id", how="left")
        .join(names, on="variable_id", how="left")
        .group_by("load_entry")
        .agg(
            figures=pl.len(),
            cities=pl.col("city_id").n_unique(),
            variables=pl.col("variable").unique().sort(),
            standing=pl.col("is_current").sum(),
        )
    )
    return (
        decided.loads.join(counted, left_on="entry", right_on="load_entry")
        .sort("entry", descending=True)
        .select(
            "entry",
            pl.from_epoch("at", time_unit="us").dt.replace_time_zone("UTC").alias("recorded_at"),
            pl.col("who").alias("recorded_by"),
            pl.col("why").alias("reason"),
            pl.col("kind").replace_strict(_KINDS, return_dtype=pl.String).alias("status"),
            "figures",
            "cities",
            "variables",
            "standing",
        )
    )


def _current(connection: sa.Connection, values: pl.DataFrame) -> loads.Found:
    """Return the current versions of values."""
    current = loads.read(
        connection,
        loads.vocabulary(connection),
        last=query.last_entry(connection)[0],
        variables=values["variable"].unique(),
        cities=values["city"].unique(),
    )
    keys = values.select(VALUE)
    for name in VALUE:
        keys = keys.join(current.words.words[name].rename({"id": f"{name}_id", "code": name}), on=name)
    series = current.words.series.rename({"id": "series_id"})
    keys = keys.join(series, on=[f"{name}_id" for name in codes.SERIES]).select(codes.KEY)
    rows = current.rows.join(keys, on=codes.KEY, how="semi", maintain_order="left")
    return loads.Found(rows, current.words, current.loads)


def _is_suspect(loaded: pl.DataFrame) -> pl.Expr:
    rejections = loaded.filter(pl.col("kind") == codes.REJECTION)["entry"]
    return (pl.col("status") == _SUSPECT) & ~pl.col("load_entry").is_in(rejections.implode())


def _counts(table: pl.DataFrame) -> dict[str, object]:
    """Return what the log says of many values: which columns, how many figures, of how many cities."""
    return {
        "variables": table["variable"].unique().sort().to_list(),
        "figures": table.height,
        "cities": table["city"].n_unique(),
    }
