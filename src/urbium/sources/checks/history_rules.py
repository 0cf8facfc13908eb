"""Rules that hold a figure against its own history, and a column against what its definition gives.

``history``: a figure is suspect when it lies further from what its own series makes of that year than such
figures of all cities do. What the series makes of a year is read from the nearest figures on either side (in
logarithms, with the usual growth of the variable), without the figure itself; the usual distance is the
median distance over all series, or of this series where that is larger. A level that changes for good is a
break, and not suspect: the figures on either side of it do not agree with each other.

``repeat``: a figure of many digits that is the same as in the year before was carried on rather than counted.

``beside``: a figure that the line above or below has, too, was taken from there where it does not fit its own
series: that so many digits agree by chance is rarer than an unusual year.

``departure``: a figure is suspect when it changes more from the one known last before, whichever source gave
that, than such figures do: who sends figures for the first time has no series of its own.

``level``: the middle of a column lies where its definition puts it; where it does not, the column is of
another definition, which is said once and changes no figure. See ADR 0038.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import polars as pl

from urbium.model import ValueRule
from urbium.sources.checks.rules import ReadFigures, series_of
from urbium.sources.checks.value_findings import Findings, Said, figure, no_findings, said, words
from urbium.text import Text, coded, text

_PASSES: Final = 2
"""A wrong figure misleads about its neighbours: they are judged again without it."""

_LEAST_SPREAD: Final = 0.05
"""In logarithms: five per cent, so that a series without any change does not make every change suspect."""

_SIGMA: Final = 1.4826
"""From a median distance to a standard deviation, for a normal distribution."""

_SIGMA_OF_THIRD: Final = 2.2036
"""From the 35th of a hundred distances: a wrong figure spoils its own and those of two neighbours."""

_FEWEST_DISTANCES: Final = 20
"""Below this nothing is usual of a variable: a series is held against itself alone."""

_FEWEST_DIGITS, _CLEARLY = 4, 2.0
"""Digits that hardly agree by chance; how many times further off than its equal a copied figure lies."""

_SMALL: Final = 0.02
"""Of the middle of a variable: what is added before the logarithm is taken, so that a zero has one."""

_FEWEST_CITIES: Final = 20
"""Below this a column has no middle of its own: it depends on which cities send it."""

_SERIES: Final = ("variable", "line")


def history(figures: ReadFigures, rule: ValueRule) -> Findings:
    """A figure fits its own series within ``low`` usual distances (``high`` at its ends) or ``factor``."""
    remaining = yearly_logs(figures, rule)
    if remaining.is_empty():
        return said(remaining, rule.id, _say(rule))
    usual = None
    suspect: list[pl.DataFrame] = []
    for _ in range(_PASSES):
        apart = distances(remaining)
        usual = usual_distances(apart) if usual is None else usual
        judged = _judged(apart.join(usual, on=["variable", "is_between"], how="left"), rule)
        suspect.append(judged.filter("is_suspect"))
        remaining = remaining.join(suspect[-1].select(*_SERIES, "year"), on=[*_SERIES, "year"], how="anti")
        remaining = remaining.sort(*_SERIES, "year")
    return said(pl.concat(suspect).filter(pl.col("i").is_not_null()), rule.id, _say(rule))


def yearly_logs(figures: ReadFigures, rule: ValueRule) -> pl.DataFrame:
    """Return the yearly figures of a rule's variables with ``year`` and their logarithm ``x``, by series."""
    lasting = figures.of(*rule.variables).with_columns(
        year=pl.col("period").cast(pl.Int32, strict=False),
        x=(pl.col("value").clip(0) + _SMALL * pl.col("value").abs().median().over("variable")).log(),
    )
    return lasting.filter(pl.col("year").is_not_null(), pl.col("x").is_finite()).sort(*_SERIES, "year")


def distances(remaining: pl.DataFrame, *, is_growing: bool = True) -> pl.DataFrame:
    """Add what the neighbours of each figure make of its year, and how far it lies from that.

    At the ends of a series the usual growth of the variable is added, unless ``is_growing`` is false.
    """
    beside = {
        f"{name}_{side}": pl.col(name).shift(step).over(_SERIES)
        for name in ("x", "year", "value")
        for side, step in (("before", 1), ("after", -1))
    }
    table = remaining.with_columns(**beside)
    growth = (pl.col("x") - pl.col("x_before")) / (pl.col("year") - pl.col("year_before"))
    table = table.with_columns(
        growth=growth.median().over("variable").fill_null(0) if is_growing else pl.lit(0.0)
    )
    span = pl.col("year_after") - pl.col("year_before")
    share = (pl.col("year") - pl.col("year_before")) / span
    between = pl.col("x_before") + share * (pl.col("x_after") - pl.col("x_before"))
    onward = pl.col("x_before") + pl.col("growth") * (pl.col("year") - pl.col("year_before"))
    back = pl.col("x_after") - pl.col("growth") * (pl.col("year_after") - pl.col("year"))
    gap = pl.coalesce(span / 2, pl.col("year") - pl.col("year_before"), pl.col("year_after") - pl.col("year"))
    return (
        table.with_columns(
            is_between=between.is_not_null(),
            expected=pl.coalesce(between, onward, back),
            apart=(pl.col("x_after") - pl.col("x_before") - pl.col("growth") * span).abs(),
            gap=gap.cast(pl.Float64).sqrt(),
        )
        .with_columns(distance=(pl.col("x") - pl.col("expected")).abs())
        .drop_nulls("distance")
    )


def usual_distances(apart: pl.DataFrame) -> pl.DataFrame:
    """Return the usual distance of a variable's figures, between others and at the ends of a series."""
    distance = _SIGMA * (pl.col("distance") / pl.col("gap")).median()
    return apart.group_by("variable", "is_between").agg(
        usual=pl.when(pl.len() >= _FEWEST_DISTANCES).then(distance)
    )


def _judged(apart: pl.DataFrame, rule: ValueRule) -> pl.DataFrame:
    distance = pl.col("distance") / pl.col("gap")
    of_series = _SIGMA_OF_THIRD * distance.quantile(0.35, "linear").over(_SERIES)
    spread = pl.max_horizontal("usual", of_series, pl.lit(_LEAST_SPREAD)) * pl.col("gap")
    limit = pl.when("is_between").then(rule.low).otherwise(rule.high)
    table = apart.with_columns(score=pl.col("distance") / spread / limit).sort(*_SERIES, "year")
    is_most = (pl.col("score") >= pl.col("score").shift(1).over(_SERIES).fill_null(0)) & (
        pl.col("score") >= pl.col("score").shift(-1).over(_SERIES).fill_null(0)
    )
    agree = ~pl.col("is_between") | (pl.col("apart") < pl.col("distance") / 2)
    far = pl.col("distance") > pl.lit(rule.factor).log()
    return table.with_columns(is_suspect=(pl.col("score") > 1) & is_most & agree & far)


def _say(rule: ValueRule) -> Callable[[Mapping[str, Any]], Said]:
    def say(row: Mapping[str, Any]) -> Said:
        return rule.severity, _apart_from(row, rule), rule.remedy

    return say


def _apart_from(row: Mapping[str, Any], rule: ValueRule) -> Text:
    """Say between which figures of its series a figure stands."""
    value, before, after = (figure(row[name]) for name in ("value", "value_before", "value_after"))
    if row["value_after"] is None:
        return coded(
            "sources.history.last", "{value} follows {before} in {year}: {rule}",
            value=value, before=before, year=row["year_before"], rule=rule.message
        )  # fmt: skip
    if row["value_before"] is None:
        return coded(
            "sources.history.first", "{value} is followed by {after} in {year}: {rule}",
            value=value, after=after, year=row["year_after"], rule=rule.message
        )  # fmt: skip
    return coded(
        "sources.history.between",
        "{value} lies between {before} in {year} and {after} in {year_after}: {rule}",
        value=value,
        before=before,
        year=row["year_before"],
        after=after,
        year_after=row["year_after"],
        rule=rule.message,
    )


def departure(figures: ReadFigures, rule: ValueRule) -> Findings:
    """Value / the stored one before, of any source, is in ``low`` to ``high`` to the root of the years.

    What a file alone says of a city, of which nothing of the kind is stored, is for the other rules.
    """
    place = ["city", "variable", "area"]
    table = (
        figures.of(*rule.variables)
        .with_columns(year=pl.col("period").cast(pl.Int32, strict=False))
        .drop_nulls("year")
        .unique([*place, "year"], keep="first", maintain_order=True)  # of the file, else the one in force
        .sort(*place, "year")
        .with_columns(
            before=pl.col("value").shift(1).over(place),
            year_before=pl.col("year").shift(1).over(place),
            has_past=pl.col("i").is_null().any().over(place),
        )
        .filter(pl.col("i").is_not_null(), "has_past", pl.col("before") > 0)
    )
    change, root = pl.col("value") / pl.col("before"), (pl.col("year") - pl.col("year_before")).sqrt()
    low, high = rule.low or 0.0, float("inf") if rule.high is None else rule.high
    far = table.with_columns(
        years=pl.col("year") - pl.col("year_before"), least=pl.lit(low).pow(root), most=pl.lit(high).pow(root)
    ).filter((change < pl.col("least")) | (change > pl.col("most")))
    return said(far, rule.id, lambda row: (rule.severity, _departs(row, rule), rule.remedy))


def _departs(row: Mapping[str, Any], rule: ValueRule) -> Text:
    """Say by how much a figure is above or below the one before, and of which year that is."""
    facts = {
        "value": figure(row["value"], row["unit"]), "before": figure(row["before"]),
        "year": row["year_before"], "rule": rule.message,
        "change": abs(row["value"] / row["before"] - 1),
    }  # fmt: skip
    if row["years"] > 1 and rule.low and rule.high is not None:
        facts["rule"] = text(
            "after {years:d} years, a figure of this kind is normally {least:,.2f} to {most:,.2f} "
                "times what it was",
            years=row["years"], least=row["least"], most=row["most"],
        )  # fmt: skip
    if row["value"] > row["before"]:
        return coded(
            "sources.departure.more", "{value} is {change:.0%} more than {before} in {year}: {rule}", **facts
        )
    return coded(
        "sources.departure.less", "{value} is {change:.0%} less than {before} in {year}: {rule}", **facts
    )


def beside(figures: ReadFigures, rule: ValueRule) -> Findings:
    """A figure of the line beside fits here within ``low`` usual distances or ``factor``, or as there."""
    lines = ("variable", "year", "area", "source")
    apart = distances(yearly_logs(figures, rule))
    spread = pl.max_horizontal("usual", pl.lit(_LEAST_SPREAD)) * pl.col("gap")
    equals = (
        apart.join(usual_distances(apart), on=["variable", "is_between"], how="left")
        .filter(pl.col("i").is_not_null())
        .sort(*lines, "i")
        .with_columns(score=pl.col("distance") / spread, run=pl.struct(*lines, "value").rle_id())
    )
    copied = equals.filter(
        pl.col("score") > pl.max_horizontal(_CLEARLY * pl.col("score").min().over("run"), pl.lit(rule.low)),
        pl.col("distance") > pl.lit(rule.factor).log(),
    )
    return said(copied.filter(_digits() >= _FEWEST_DIGITS), rule.id, _say(rule))


def repeat(figures: ReadFigures, rule: ValueRule) -> Findings:
    """A figure of at least ``low`` significant digits differs from that of the year before."""
    table = series_of(figures, rule)
    is_same = (pl.col("value") == pl.col("before")) & pl.col("i").is_not_null() & (pl.col("value") != 0)
    repeated = table.filter(is_same).filter(_digits() >= rule.low)
    return said(repeated, rule.id, words(rule))


def _digits() -> pl.Expr:
    return pl.col("value").map_elements(_significant, return_dtype=pl.Int64)


def _significant(value: float) -> int:
    """Return how many digits of a figure count.

    >>> _significant(12300.0), _significant(0.0125)
    (3, 3)
    """
    return len(f"{value:.15g}".replace(".", "").replace("-", "").partition("e")[0].strip("0"))


def level(figures: ReadFigures, rule: ValueRule) -> Findings:
    """The middle of a column (over that of a second variable) lies between ``low`` and ``high``: one note."""
    first = figures.of(rule.variables[0]).filter(pl.col("i").is_not_null())
    if first["city"].n_unique() < _FEWEST_CITIES:
        return no_findings()
    middle = rule.factor * float(first["value"].median() or 0)  # type: ignore[arg-type]
    if len(rule.variables) > 1:
        beside = (
            figures.of(rule.variables[1])
            .join(first.select("place"), on="place", how="semi")["value"]
            .median()
        )
        if not beside:
            return no_findings()
        middle /= float(beside)  # type: ignore[arg-type]
    low, high = rule.low or 0.0, float("inf") if rule.high is None else rule.high
    if low <= middle <= high:
        return no_findings()
    message = coded(
        "sources.level", "the median of the column is {middle:,.3g}: {rule}", middle=middle, rule=rule.message
    )
    return said(first.head(1), rule.id, lambda _row: (rule.severity, message, rule.remedy))


HISTORY: Final[Mapping[str, Callable[[ReadFigures, ValueRule], Findings]]] = {
    "history": history,
    "departure": departure,
    "beside": beside,
    "repeat": repeat,
    "level": level,
}
"""The kinds of rules of this module."""
