"""From tables of observations to stored numbers and back: words stand once, rows are numbers.

Pure functions over polars frames; nothing here knows a database. ``Known`` is what a store knows already,
``Encoded`` is what a load adds to it.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import polars as pl

from urbium.model import OBSERVATION, Status
from urbium.periods import Period
from urbium.store.audit_log import canonical
from urbium.store.schema import QUALITIES, STATUSES

SERIES = ("city", "variable", "area", "source")
"""What makes a series."""

KEY = ("series_id", "period_id")
"""What makes an observation; its versions differ in ``load_entry``."""

ACCEPTANCE, REJECTION, REOPENING = "acceptance", "rejection", "reopening"
"""The kinds of loads that decide on suspect values; what a rejection holds is kept as suspect and read as
rejected, and what a reopening holds is suspect again (ADR 0074)."""

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS = "0123456789"
_ROW_WORDS = ("period", "unit", "sheet", "reason")
_SAME = ("value", "unit_id", "status", "quality")
_SUSPECT, _ACCEPTED = STATUSES.index("suspect"), STATUSES.index("accepted")


@dataclass(frozen=True, slots=True)
class Known:
    """The words (frames of id, code by table name) and the series that a store holds."""

    words: Mapping[str, pl.DataFrame]
    series: pl.DataFrame

    def with_new(self, encoded: "Encoded") -> "Known":
        """Return what is known once a load is stored."""
        words = dict(self.words)
        for name, new in encoded.words.items():
            words[name] = pl.concat([words[name], new])
        return Known(words, pl.concat([self.series, encoded.series]))


@dataclass(frozen=True, slots=True)
class Encoded:
    """A load in numbers, sorted by series and period, and the words and series that are new with it."""

    rows: pl.DataFrame
    series: pl.DataFrame
    words: Mapping[str, pl.DataFrame] = field(default_factory=dict)


def encode(table: pl.DataFrame, vocabulary: Known, *, first: int) -> Encoded:
    """Turn a checked table of observations into numbers; new words get the next numbers free.

    Parameters
    ----------
    table : the observations
    vocabulary : all words, and at least the series of the table's cities and variables
    first : the number of the next new series
    """
    new: dict[str, pl.DataFrame] = {}
    columns: list[pl.Series] = []
    for name in (*SERIES, *_ROW_WORDS):
        codes, new[name] = _numbered(table[name], vocabulary.words[name])
        columns.append(codes.alias(f"{name}_id"))
    columns += [
        table["value"],
        _places(table["status"], STATUSES).alias("status"),
        _places(table["quality"], QUALITIES).alias("quality"),
        *_cells(table["cell"]),
    ]
    rows = pl.DataFrame(columns)
    parts = [f"{name}_id" for name in SERIES]
    series = rows.select(parts).unique().join(vocabulary.series, on=parts, how="left").sort("id", *parts)
    fresh = series.filter(pl.col("id").is_null()).with_columns(
        id=pl.int_range(first, first + pl.len(), dtype=pl.Int32)
    )
    series = pl.concat([series.drop_nulls("id"), fresh]).rename({"id": "series_id"})
    rows = rows.join(series, on=parts, how="left").drop(parts).sort(KEY)
    return Encoded(rows, fresh.select(vocabulary.series.columns), new)


def decode(rows: pl.DataFrame, vocabulary: Known, loads: pl.DataFrame) -> pl.DataFrame:
    """Turn stored numbers into a table of observations, sorted by city, variable, area, source, period, load.

    ``loads`` has one row a load: ``entry``, ``at`` (microseconds), ``who``, ``why``, ``kind`` and ``file``.
    What a rejection stored is rejected, whatever its number says; the file of a value is that of
    ``file_entry``, the load that brought it in (:func:`with_files`).
    """
    series = vocabulary.series
    for name in SERIES:
        series = series.join(_texts(vocabulary, name), on=f"{name}_id", how="left")
    series = series.sort(SERIES).with_row_index("series_rank").rename({"id": "series_id"})
    periods = _texts(vocabulary, "period").sort("period").with_row_index("period_rank")
    by = loads.select(
        load_entry="entry",
        recorded_at=pl.from_epoch("at", time_unit="us").dt.replace_time_zone("UTC"),
        recorded_by="who",
        load_reason="why",
        load_kind="kind",
    )
    rows = (
        rows.join(series.select("series_id", "series_rank"), on="series_id", how="left")
        .join(periods, on="period_id", how="left")
        .sort("series_rank", "period_rank", "load_entry")
        .join(series.select("series_id", *SERIES), on="series_id", how="left", maintain_order="left")
    )
    for name in ("unit", "sheet", "reason"):
        rows = rows.join(_texts(vocabulary, name), on=f"{name}_id", how="left", maintain_order="left")
    rows = rows.join(by, on="load_entry", how="left", maintain_order="left")
    files = loads.select("file", file_entry="entry")
    rows = rows.join(files, on="file_entry", how="left", maintain_order="left")
    is_rejected = pl.col("load_kind") == REJECTION
    return rows.with_columns(
        status=pl.when(is_rejected)
        .then(pl.lit(Status.REJECTED.value))
        .otherwise(_named(rows["status"], STATUSES)),
        quality=_named(rows["quality"], QUALITIES),
        sheet=pl.col("sheet").fill_null(""),
        cell=_cell_texts(rows),
        reason=pl.coalesce("reason", "load_reason"),
    ).select(pl.col(name).cast(kind) for name, kind in OBSERVATION.items())


def has_duplicates(rows: pl.DataFrame) -> bool:
    """Say whether a key stands more than once in rows sorted by key."""
    return bool(rows.select(_same_key(-1).any()).item())


def with_files(versions: pl.DataFrame, loads: pl.DataFrame) -> pl.DataFrame:
    """Add to versions, sorted by key and load, the load of the file that each value stands in.

    Who decides on a value brings no file: it stays in that of the version before.
    """
    files = loads.filter(pl.col("kind") == "file")["entry"]
    entry = pl.col("load_entry")
    return versions.with_columns(file_entry=pl.when(entry.is_in(files.implode())).then(entry).forward_fill())


def current(versions: pl.DataFrame) -> pl.DataFrame:
    """Return the last version of each key, from versions sorted by key and load."""
    return versions.filter(~_same_key(-1))


def unchanged(rows: pl.DataFrame, now: pl.DataFrame, rejections: Collection[int] = ()) -> pl.Series:
    """Say for each row whether ``now`` (current versions) holds the same value, unit, status and quality.

    A value that was accepted stays so when its file, in which it is suspect, comes again; one that was
    rejected (by one of the loads ``rejections``) stays so whatever the file says of it.
    """
    before = now.select(
        *KEY,
        *(pl.col(name).alias(f"{name}_now") for name in _SAME),
        is_rejected=pl.col("load_entry").is_in(list(rejections)),
    )
    both = rows.join(before, on=KEY, how="left", maintain_order="left")
    same = pl.lit(value=True)
    for name in ("value", "unit_id", "quality"):
        same = same & (pl.col(name) == pl.col(f"{name}_now"))
    stays = (pl.col("status") == _SUSPECT) & (pl.col("status_now") == _ACCEPTED)
    same = same & ((pl.col("status") == pl.col("status_now")) | stays | pl.col("is_rejected"))
    return both.select(same.fill_null(value=False).alias("unchanged")).to_series()


def digest(rows: pl.DataFrame, vocabulary: Known, period_days: pl.DataFrame) -> str:
    """Return the sha256 of stored rows in the order of series and period: texts and numbers, not our codes.

    For each column of words: the sorted words in use as canonical JSON, then for each row the place of its
    word among them (little-endian int32, -1 for none); for cells int32, 0 for none; for values float64.
    """
    seal = hashlib.sha256()
    series = rows.select(id="series_id").join(vocabulary.series, on="id", how="left", maintain_order="left")
    columns = {name: (series[f"{name}_id"], vocabulary.words[name]) for name in SERIES}
    columns |= {name: (rows[f"{name}_id"], vocabulary.words[name]) for name in ("unit", "sheet", "reason")}
    columns["period"] = (rows["period_id"], period_days)
    for name, names in (("status", STATUSES), ("quality", QUALITIES)):
        texts = pl.DataFrame({"id": range(len(names)), "code": list(names)})
        columns[name] = (rows[name], texts)
    for name, (codes, texts) in sorted(columns.items()):
        used, places = _canonical_places(codes, texts)
        seal.update(canonical([name, used]).encode())
        seal.update(places.to_numpy().astype("<i4").tobytes())
    for name in ("cell_column", "cell_row"):
        seal.update(name.encode())
        seal.update(rows[name].fill_null(0).to_numpy().astype("<i4").tobytes())
    seal.update(b"value")
    seal.update(rows["value"].to_numpy().astype("<f8").tobytes())
    return seal.hexdigest()


def cell_column(letters: str) -> int:
    """Return the number of a spreadsheet's column, from 1; 0 for no letters.

    >>> cell_column("C"), cell_column("AA")
    (3, 27)
    """
    number = 0
    for letter in letters:
        number = number * 26 + _ALPHABET.index(letter) + 1
    return number


def column_letters(number: int) -> str:
    """Return the letters of a spreadsheet's column; nothing for 0.

    >>> column_letters(3), column_letters(27)
    ('C', 'AA')
    """
    letters = ""
    while number > 0:
        number, place = divmod(number - 1, 26)
        letters = _ALPHABET[place] + letters
    return letters


def _same_key(step: int) -> pl.Expr:
    """Say whether the row ``step`` rows up (down when negative) has the same key."""
    same = (pl.col(name) == pl.col(name).shift(step) for name in KEY)
    return pl.all_horizontal(*same).fill_null(value=False)


def _next(frame: pl.DataFrame) -> int:
    highest = frame["id"].max()
    return int(highest) + 1 if isinstance(highest, int) else 1


def _numbered(texts: pl.Series, numbers: pl.DataFrame) -> tuple[pl.Series, pl.DataFrame]:
    """Return the number of each text (null for none) and the words that were not known."""
    used = texts.unique().drop_nulls().sort().to_frame("code")
    new = used.join(numbers, on="code", how="anti", maintain_order="left")
    first = _next(numbers)
    new = new.select(pl.int_range(first, first + pl.len(), dtype=pl.Int32).alias("id"), "code")
    words = pl.concat([numbers, new])
    codes = texts.cast(pl.Enum(words["code"])).to_physical()
    return words["id"].gather(codes), new


def _places(texts: pl.Series, names: tuple[str, ...]) -> pl.Series:
    return texts.cast(pl.Enum(list(names))).to_physical().cast(pl.Int8)


def _named(places: pl.Series, names: tuple[str, ...]) -> pl.Series:
    return pl.Series(list(names)).gather(places)


def _cells(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return row and column numbers of cells such as C14 (null for none)."""
    letters = cells.str.strip_chars_end(_DIGITS).replace("", None)
    numbers = cells.str.strip_chars_start(_ALPHABET).replace("", None)
    used = letters.drop_nulls().unique().to_list()
    columns = letters.replace_strict(used, [cell_column(text) for text in used], return_dtype=pl.Int32)
    return numbers.cast(pl.Int32).alias("cell_row"), columns.alias("cell_column")


def _cell_texts(rows: pl.DataFrame) -> pl.Series:
    used = rows["cell_column"].drop_nulls().unique().to_list()
    letters = rows["cell_column"].replace_strict(
        used, [column_letters(number) for number in used], return_dtype=pl.String
    )
    return (letters.fill_null("") + rows["cell_row"].cast(pl.String).fill_null("")).alias("cell")


def _texts(vocabulary: Known, name: str) -> pl.DataFrame:
    return vocabulary.words[name].select(pl.col("id").alias(f"{name}_id"), pl.col("code").alias(name))


def _canonical_places(codes: pl.Series, texts: pl.DataFrame) -> tuple[list[str | None], pl.Series]:
    """Return the sorted texts that codes use, and for each code the place of its text (-1 for none)."""
    numbers = codes.cast(pl.Int64).to_frame("id")
    words = numbers.drop_nulls().unique().join(texts.cast({"id": pl.Int64}), on="id", how="left").sort("code")
    places = words.select("id", place=pl.int_range(pl.len()))
    in_place = numbers.join(places, on="id", how="left", maintain_order="left")["place"]
    return words["code"].to_list(), in_place.fill_null(-1)


def period_rows(codes: pl.DataFrame) -> list[dict[str, object]]:
    """Return new periods as rows of their table, with first and last day."""
    rows = []
    for number, code in codes.iter_rows():
        period = Period.parse(code)
        rows.append({"id": number, "code": code, "first_day": period.start, "last_day": period.end})
    return rows
