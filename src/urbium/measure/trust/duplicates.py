"""Copies: figures that are the same to the last digit more often than rounding makes likely.

Two cities may well have 40% of green cover each, but hardly 10 319 hospital beds. How likely it is that
another city has the same figure follows from how closely the figures of others lie around it, and from how
finely it is stated; trailing zeros count as rounding.
"""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.columns import schema_of
from urbium.measure.claims.verdict import precision
from urbium.measure.trust.watch import Flag, Watch
from urbium.text import Text, sentences, text, texts

_NEIGHBOURS: Final = 10  # other figures around one, to tell how closely they lie there
Row = Mapping[str, Any]

SHARED: Final = schema_of("variable period value cities expected chance", cities=pl.List(pl.String()))


def shared_figures(table: pl.DataFrame) -> pl.DataFrame:
    r"""Return the figures that several cities share, with how many others were to be expected to have each.

    Where the 10 nearest other figures lie within the distance d of a figure that is stated to steps of g, the
    number of others that have the same one is about Poisson with the mean :math:`10 g / (2 d)`.

    Parameters
    ----------
    table : city, variable, area, period, value; one figure for each of the first four

    Returns
    -------
    variable, period, value, cities, expected (the mean), chance (of so many or more, times the number of
    figures of the variable and period); zeros are left out.
    """
    from scipy.stats import poisson  # noqa: PLC0415 - takes half a second to import, and few need it

    rows = []
    for (variable, _, period), part in table.filter(pl.col("value") != 0).group_by(
        ["variable", "area", "period"], maintain_order=True
    ):
        values = part["value"].to_numpy()
        groups = part.group_by("value").agg(pl.col("city").sort()).sort("value")
        for value, cities in groups.filter(pl.col("city").list.len() > 1).iter_rows():
            expected = _expected(value, values)
            chance = min(1.0, len(values) * float(poisson.sf(len(cities) - 2, expected)))
            rows.append((variable, period, value, cities, expected, chance))
    return pl.DataFrame(rows, schema=SHARED, orient="row")


def _expected(value: float, values: NDArray[np.float64]) -> float:
    """Return how many others are expected to have a figure, from how closely others lie around it."""
    distances = np.sort(np.abs(values[values != value] - value))[:_NEIGHBOURS]
    return len(distances) * precision(value) / float(distances[-1]) if len(distances) else np.inf


def copied_flags(
    table: pl.DataFrame, shared: pl.DataFrame, groups: Mapping[str, str], watch: Watch
) -> Iterator[Flag]:
    """Yield a flag for each variable that is copied as a whole, and else for each figure that is shared.

    ``shared`` is the answer of :func:`shared_figures`, ``groups`` the province of each city, where known.
    """
    odd = shared.filter(pl.col("chance") <= watch.chance)
    whole = whole_variables(table, shared, watch)
    for name in whole:
        part = odd.filter(pl.col("variable") == name)
        count = int(part["cities"].list.len().sum())
        figures = table.filter(pl.col("variable") == name).height
        within = sum(_group(cities, groups) is not None for cities in part["cities"].to_list())
        yield Flag(
            "copied as a whole",
            subject=name,
            cities=tuple(sorted({city for cities in part["cities"].to_list() for city in cities})),
            evidence=_whole_evidence(count, figures, within, part.height),
            chance=max(part["chance"].to_list()),
            note=text("a figure for a larger area may have been entered for each of its cities"),
        )
    for row in odd.filter(~pl.col("variable").is_in(whole)).iter_rows(named=True):
        group = _group(row["cities"], groups)
        yield Flag(
            "same figure",
            subject=row["variable"],
            cities=tuple(row["cities"]),
            period=row["period"],
            value=row["value"],
            evidence=_same_evidence(row, group),
            chance=row["chance"],
            note=text("one may have been copied from the other"),
        )


def whole_variables(table: pl.DataFrame, shared: pl.DataFrame, watch: Watch) -> list[str]:
    """Return the variables of which at least the share ``watch.whole`` of the figures is oddly shared."""
    counts = (
        shared.filter(pl.col("chance") <= watch.chance)
        .group_by("variable")
        .agg(count=pl.col("cities").list.len().sum())
        .join(table.group_by("variable").agg(figures=pl.len()), on="variable")
    )
    is_whole = pl.col("count") >= watch.whole * pl.col("figures")
    return counts.filter(is_whole)["variable"].sort().to_list()


def twin_flags(table: pl.DataFrame, shared: pl.DataFrame, watch: Watch) -> Iterator[Flag]:
    """Yield a flag for each two cities that share several unlikely figures.

    A figure is unlikely where less than ``watch.likely`` other cities were expected to have it; two cities
    are flagged when they share ``watch.shared`` of them, over all variables and years.
    """
    whole = whole_variables(table, shared, watch)
    pairs: dict[tuple[str, str], list[Row]] = {}
    unlikely = shared.filter(pl.col("expected") < watch.likely, ~pl.col("variable").is_in(whole))
    for row in unlikely.iter_rows(named=True):
        for pair in combinations(row["cities"], 2):
            pairs.setdefault(pair, []).append(row)
    for pair, rows in sorted(pairs.items()):
        if len(rows) >= watch.shared:
            yield Flag(
                "same figures of two cities",
                subject=", ".join(dict.fromkeys(row["variable"] for row in rows)),
                cities=pair,
                period=", ".join(sorted({row["period"] for row in rows})),
                evidence=texts(
                    "{count} figure is the same in both cities to the last digit: {figures:list}",
                    "{count:,} figures are the same in both cities to the last digit: {figures:list}",
                    count=len(rows),
                    figures=[f"{row['variable']} {row['period']}" for row in rows],
                ),
                note=text("one row may have been copied from the other"),
            )


def carried_flags(
    table: pl.DataFrame, limits: Mapping[str, tuple[float, ...]], watch: Watch
) -> Iterator[Flag]:
    """Yield a flag for each figure that a city repeats year after year where others hardly ever do.

    In a variable of which the share q of all figures equals the figure of the same city in the year before, a
    run of k repetitions has the chance :math:`q^k`, times the number of figures. Zeros and figures at a limit
    of the variable (such as 100%) are left out, and a year without a figure ends a run.
    """
    keys = ["variable", "area", "city"]
    at_limit = pl.DataFrame(
        [(name, limit) for name, ends in limits.items() for limit in ends],
        schema={"variable": pl.String(), "value": pl.Float64()},
        orient="row",
    )
    ordered = (
        table.filter(pl.col("value") != 0)
        .join(at_limit, on=["variable", "value"], how="anti")
        .sort(*keys, "period")
        .with_columns(year=pl.col("period").cast(pl.Int64, strict=False))
        .with_columns(
            is_same=pl.when(pl.col("year").diff().over(keys) == 1).then(
                pl.col("value") == pl.col("value").shift(1).over(keys)
            )
        )
    )
    ordered = ordered.with_columns(run=(~pl.col("is_same").fill_null(value=False)).cum_sum())
    rates = {
        name: (same + 1) / (steps + 2)
        for name, same, steps in ordered.group_by("variable")
        .agg(pl.col("is_same").sum(), pl.col("is_same").count().alias("steps"))
        .iter_rows()
    }
    sizes = dict(ordered.group_by("variable").agg(pl.len()).iter_rows())
    runs = (
        ordered.group_by([*keys, "run"], maintain_order=True)
        .agg(
            pl.len(),
            pl.col("period").first().alias("first"),
            pl.col("period").last().alias("last"),
            pl.col("value").first(),
        )
        .filter(pl.col("len") >= watch.years)
    )
    for row in runs.iter_rows(named=True):
        name = row["variable"]
        chance = min(1.0, sizes[name] * rates[name] ** (row["len"] - 1))
        if chance <= watch.chance:
            yield Flag(
                "carried forward",
                subject=name,
                cities=(row["city"],),
                period=text("{first} to {last}", first=row["first"], last=row["last"]),
                value=row["value"],
                evidence=text(
                    "{value:,.5g} in {years} consecutive years; an estimated {share:.2%} of this "
                    "variable's figures equal those of the year before",
                    value=row["value"],
                    years=row["len"],
                    share=rates[name],
                ),
                chance=chance,
                note=text("an old figure may have been reported again"),
            )


def _whole_evidence(count: int, figures: int, within: int, times: int) -> Text:
    """Say how many figures of a variable are those of other cities, and how often of one province."""
    shared = text(
        "{count:,} of {figures:,} figures equal those of other cities in the same year",
        count=count,
        figures=figures,
    )
    if not within:
        return shared
    return sentences(
        [
            shared,
            text(
                "in {within:,} of {times:,} cases, all of these cities are in one province",
                within=within,
                times=times,
            ),
        ]
    )


def _same_evidence(row: Row, group: str | None) -> Text:
    """Say how many cities have one figure, how many would be expected to, and where they all are."""
    same = text(
        "{count:,} cities have exactly {value:,.5g}; {expected:.3g} would be expected",
        count=len(row["cities"]),
        value=row["value"],
        expected=1 + row["expected"],
    )
    place = text("all in {group}", group=group) if group else ""
    return sentences([same, place])


def _group(cities: list[str], groups: Mapping[str, str]) -> str | None:
    """Return the group that all cities lie in, if they lie in one."""
    shared = {groups.get(city) for city in cities}
    return shared.pop() if len(shared) == 1 else None
