"""What a table must be before the store takes it: complete, numeric, known; all faults are said at once."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from urbium.clock import latest_day
from urbium.errors import Fault, InputError, counted, nearest, refuse
from urbium.model import OBSERVATION, Quality, Status
from urbium.observations.in_force import SAME, base_value
from urbium.periods import Period
from urbium.store.schema import STATUSES
from urbium.text import coded
from urbium.text import text as sentence

RECORDED = tuple(name for name in OBSERVATION if name not in ("recorded_at", "recorded_by"))
"""The columns of a table to record; the store adds when and by whom."""

_KEY = ("city", "variable", "period", "area", "source")
_NEEDED = _KEY  # must say something
_OPTIONAL = ("file", "sheet", "cell", "reason")  # may be null: there is none
_CELL = r"\A[A-Z]{0,4}(?:[1-9][0-9]{0,8})?\z"
_NUMBERS, _TEXTS = sentence("numbers"), sentence("text")
_SHOWN = 100  # faults of one rule that are listed; the rest is counted


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What a table would bring to a store, in numbers of figures, before anything is stored.

    ``new``: nothing is stored for city, variable, period, boundary and source; ``changed``: something else is
    (a figure, a status or a grade); ``unchanged``: the very same. ``disputed``: of the new ones, those for
    which another source states another value. ``differences`` lists what is changed: the key, ``before`` and
    ``value``.
    """

    new: int
    changed: int
    unchanged: int
    disputed: int
    differences: pl.DataFrame


def compare(table: pl.DataFrame, stored: pl.DataFrame) -> Arrivals:
    """Say what of a checked table is new, changed and unchanged against the current observations of a store.

    A figure that was accepted stays so when its file, in which it is suspect, comes again; one that was
    rejected stays so whatever the file says of it.
    """
    names = ("value", "unit", "status", "quality")
    now = stored.select(*_KEY, *(pl.col(name).alias(f"{name}_now") for name in names))
    both = table.join(now, on=_KEY, how="left", maintain_order="left")
    is_new = pl.col("status_now").is_null()
    stays = (pl.col("status") == Status.SUSPECT) & (pl.col("status_now") == Status.ACCEPTED)
    stays |= pl.col("status_now") == Status.REJECTED
    is_same = pl.all_horizontal(
        pl.col(name) == pl.col(f"{name}_now") for name in ("value", "unit", "quality")
    )
    is_same &= (pl.col("status") == pl.col("status_now")) | stays
    both = both.with_columns(is_new=is_new, is_same=is_same.fill_null(value=False))
    differing = both.filter(~pl.col("is_new") & ~pl.col("is_same"))
    return Arrivals(
        new=int(both["is_new"].sum()),
        changed=differing.height,
        unchanged=int(both["is_same"].sum()),
        disputed=_disputed(both.filter("is_new").select(table.columns), stored),
        differences=differing.select(*_KEY, before="value_now", value="value"),
    )


def _disputed(new: pl.DataFrame, stored: pl.DataFrame) -> int:
    """Return of how many new figures another source states another value, in whatever unit."""
    others = stored.select(*_KEY[:-1], base_now=base_value())
    both = new.with_columns(base=base_value()).join(others, on=_KEY[:-1])
    most = pl.max_horizontal(pl.col("base").abs(), pl.col("base_now").abs())
    return both.filter((pl.col("base") - pl.col("base_now")).abs() > SAME * most).select(_KEY).n_unique()


def check_table(table: pl.DataFrame, file: str) -> pl.DataFrame:
    """Return the table in the types of OBSERVATION; raise InputError with every fault found in it."""
    _check_columns(table, file)
    texts = [pl.col(name).cast(pl.String) for name in RECORDED if name != "value"]
    value = pl.col("value").cast(pl.Float64)
    unsigned = pl.when(value == 0).then(0.0).otherwise(value)  # SQLite keeps no sign of a zero
    table = table.with_columns(*texts, unsigned.alias("value"))
    table = table.with_columns(pl.col("sheet", "cell", "reason").replace("", None))
    faults = [
        *_empty(table),
        *_not_numbers(table),
        *_strange_words(table, file),
        *_future(table, latest_day()),
    ]
    _refuse(faults, file)
    return table


def check_known(table: pl.DataFrame, cities: pl.Series, sources: pl.Series, file: str) -> None:
    """Raise InputError that lists every city and source of the table that the store does not know."""
    faults = []
    for kind, registered in (("city", cities), ("source", sources)):
        names = registered.to_list()
        unknown = sorted(set(table[kind].unique().to_list()) - set(names))
        for name in unknown:
            city = name if kind == "city" else ""
            message = coded(
                "store.observation.not_registered", "the store has no {kind} {name!r}", kind=kind, name=name
            )
            remedy = sentence(
                "add the {kind} first, or correct it ({name})", kind=kind, name=nearest(name, names)
            )
            faults.append(Fault("error", message, remedy, rule=f"known-{kind}", city=city))
    _refuse(faults, file)


def refuse_duplicates(table: pl.DataFrame, file: str) -> None:
    """Raise InputError naming the observations that stand more than once in the table."""
    again = table.filter(pl.struct(_KEY).is_duplicated())
    message = coded(
        "store.observation.repeated",
        "the same combination of city, variable, period, area and source appears more than once",
    )
    _refuse(
        _rows(again, "duplicate", message, sentence("keep one of them")),
        file,
    )


def _check_columns(table: pl.DataFrame, file: str) -> None:
    missing = [name for name in RECORDED if name not in table.columns]
    unknown = [name for name in table.columns if name not in RECORDED]
    faults = [
        *(
            Fault(
                "error",
                coded("store.column.missing", "column {name!r} is missing", name=name),
                sentence("add it"),
                rule="columns",
            )
            for name in missing
        ),
        *(
            Fault(
                "error",
                coded("store.column.unknown", "column {name!r} is not an observation column", name=name),
                sentence("remove the column"),
                rule="columns",
            )
            for name in unknown
        ),
    ]
    for name, kind in table.schema.items():
        is_right = kind.is_numeric() if name == "value" else kind in (pl.String, pl.Categorical, pl.Enum)
        is_right |= name == "period" and kind.is_integer()
        is_right |= kind == pl.Null and (name in _OPTIONAL or table.is_empty())
        if not is_right and name in RECORDED:
            wanted = _NUMBERS if name == "value" else _TEXTS
            faults.append(
                Fault(
                    "error",
                    coded("store.column.type", "column {name!r} contains {kind}", name=name, kind=kind),
                    sentence("enter {wanted}", wanted=wanted),
                    rule="columns",
                )
            )
    _refuse(faults, file)


def _empty(table: pl.DataFrame) -> Iterator[Fault]:
    for name in RECORDED:
        if name in _OPTIONAL or name == "value":
            continue
        blank = pl.col(name).is_null()
        if name in _NEEDED:
            used = table[name].unique().drop_nulls()
            blanks = used.filter(used.str.strip_chars() == "")
            blank = blank | pl.col(name).is_in(blanks.to_list())
        yield from _rows(
            table.filter(blank),
            "complete",
            coded("store.observation.empty", "{name} is empty", name=name),
            sentence("enter the {name}", name=name),
        )


def _not_numbers(table: pl.DataFrame) -> Iterator[Fault]:
    wrong = table.filter(pl.col("value").is_null() | ~pl.col("value").is_finite())
    yield from _rows(
        wrong,
        "number",
        coded("store.observation.not_finite", "the value is not a finite number"),
        sentence("omit the row: every row needs a figure"),
    )


def _strange_words(table: pl.DataFrame, file: str) -> Iterator[Fault]:
    """Check each distinct word once: statuses, grades, periods, files, characters; then the cells."""
    tests: dict[str, tuple[Callable[[str], bool], str]] = {
        "status": (
            lambda text: text in STATUSES,
            sentence("use one of: {names}", names=", ".join(STATUSES)),
        ),
        "quality": (
            lambda text: text in set(Quality),
            sentence("use one of: {names}", names=", ".join(Quality)),
        ),
        "period": (
            _is_period,
            sentence("write 2012, 2012-Q1, 2012-03 or 2012-03-31"),
        ),
        "file": (
            lambda text: text in ("", file),
            sentence("record one file at a time; this one is {file!r}", file=file),
        ),
    }
    for name in (name for name in RECORDED if name not in ("value", "cell")):
        used = table[name].unique().drop_nulls()
        for text in used.filter(used.str.contains("\0", literal=True)):
            yield Fault(
                "error",
                coded(
                    "store.observation.nul_character",
                    "{name} {text!r} contains a NUL character",
                    name=name,
                    text=text,
                ),
                sentence("remove it"),
                rule="text",
            )
        test, remedy = tests.get(name, (lambda _: True, ""))
        wrong = pl.col(name).is_in([text for text in used if text.strip() and not test(text)])
        message = coded("store.observation.unknown_word", "the {name} is unknown here", name=name)
        yield from _rows(table.filter(wrong), name, message, remedy, shown=name)
    wrong = ~pl.col("cell").str.contains(_CELL)
    remedy = sentence("write the cell as in a spreadsheet, for example C14")
    yield from _rows(
        table.filter(wrong),
        "cell",
        coded("store.observation.cell", "the cell cannot be read"),
        remedy,
        shown="cell",
    )


def _future(table: pl.DataFrame, today: date) -> Iterator[Fault]:
    """Only a projection can be of a period that has not begun on the day of recording."""
    periods = [text for text in table["period"].unique().drop_nulls() if _is_period(text)]
    future = [period for period in periods if Period.parse(period).start > today]
    yield from _rows(
        table.filter(pl.col("period").is_in(future), pl.col("status") != Status.PROJECTED),
        "future",
        coded(
            "store.observation.future", "the period has not begun, so its figure cannot have been observed"
        ),
        sentence("set its status to projected"),
        shown="period",
    )


def _is_period(text: str) -> bool:
    try:
        return str(Period.parse(text)) == text
    except InputError:
        return False


def _rows(
    table: pl.DataFrame, rule: str, message: str, remedy: str, *, shown: str = "value"
) -> Iterator[Fault]:
    """Yield a fault for each row, up to a page of them, then one that counts the rest."""
    for row in table.head(_SHOWN).iter_rows(named=True):
        place = {name: row[name] or "" for name in ("sheet", "cell", "city", "variable", "period")}
        value = "" if row[shown] is None else str(row[shown])
        yield Fault("error", message, remedy, rule=rule, value=value, **place)
    if table.height > _SHOWN:
        yield Fault(
            "error",
            coded(
                "store.observation.more_rows",
                "{reason} (further rows: {height})",
                reason=message,
                height=table.height - _SHOWN,
            ),
            remedy,
            rule=rule,
        )


def _refuse(faults: Iterable[Fault], file: str) -> None:
    listed = tuple(faults)
    refuse(
        listed,
        file,
        coded(
            "store.observation.refused",
            "observations that cannot be stored: {number}",
            number=counted(listed),
        ),
        sentence("correct them and record the file again; nothing was stored"),
    )
