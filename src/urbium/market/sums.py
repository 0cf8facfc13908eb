"""Sums of the market: projects by sector, region, year, instrument or readiness.

What everybody may read is summed for everybody. The money that investors have in mind is known to the parties
of each interest alone: whoever may not read them gets a sum only where at least :data:`LEAST` interests stand
behind it, and behind all sums together that are hidden, so that none can be told by subtraction.
"""

from typing import Final

import polars as pl

from urbium.errors import NotFoundError
from urbium.model import Evidence
from urbium.packaged import words_of
from urbium.text import text

DIMENSIONS: Final = words_of("sum of the market")
"""By what projects are summed. A project that takes several instruments counts in each."""
LEAST: Final = 3
"""Units that must stand behind a sum of what is not public (an assumption)."""
_BY_NAME: Final = ("year", "readiness")
_COLUMNS: Final = {"year": "start", "instrument": "instruments"}


def market_sums(table: pl.DataFrame, by: str, interests: pl.DataFrame, *, may_see: bool) -> pl.DataFrame:
    """Return the projects of a pipeline, summed.

    Parameters
    ----------
    table : the pipeline, as :func:`urbium.market.listing.listed` returns it
    by : one of :data:`DIMENSIONS`
    interests : project, amount (millions of the currency of the pipeline): one row an interest
    may_see : whether the reader may read every interest

    Returns
    -------
    ``by``, projects, cities, capital, sought (millions of ``currency``), evidence (weakest of the costs),
    said (projects whose readiness is said), interests and matched (null where they are hidden), currency

    Raises NotFoundError for another dimension.
    """
    if by not in DIMENSIONS:
        raise NotFoundError.named(text("dimension"), by, DIMENSIONS)
    column = _COLUMNS.get(by, by)
    money = interests.group_by("project").agg(matched=pl.col("amount").sum(), interests=pl.len())
    rows = table.join(money, on="project", how="left")
    if by == "instrument":
        rows = rows.explode(column)
    order = [by] if by in _BY_NAME else ["sought", by]
    sums = (
        rows.group_by(pl.col(column).cast(pl.String).fill_null("").alias(by))
        .agg(
            projects=pl.len(),
            cities=pl.col("city").n_unique(),
            capital=pl.col("capital").sum(),
            sought=pl.col("sought").sum(),
            evidence=pl.col("evidence").cast(pl.Enum(Evidence)).max().cast(pl.String),
            said=(pl.col("readiness") != "").sum(),
            interests=pl.col("interests").fill_null(0).sum(),
            matched=pl.col("matched").fill_null(0.0).sum(),
            currency=pl.col("currency").first(),
        )
        .sort(order, descending=[name == "sought" for name in order])
    )
    if may_see:
        return sums
    mask = pl.Series(hidden(sums["interests"].to_list()), dtype=pl.Boolean)
    return sums.with_columns(
        pl.when(~mask).then(pl.col(name)).alias(name) for name in ("interests", "matched")
    )


def hidden(counts: list[int]) -> list[bool]:
    """Return which sums are hidden, by how many units stand behind each.

    Those of one or two units are, and with them the smallest others, until what is hidden together stands for
    enough units that the rest of a known total tells nothing of one of them. That a sum is of none tells that
    much: where one is hidden, those of none are hidden, too.

    >>> hidden([5, 3, 1]), hidden([5, 0, 4]), hidden([2, 2, 9])
    ([False, True, True], [False, False, False], [True, True, False])
    """
    mask = [0 < count < LEAST for count in counts]
    while any(mask) and sum(count for count, out in zip(counts, mask, strict=True) if out) < LEAST:
        rest = [at for at, out in enumerate(mask) if not out and counts[at] > 0]
        if not rest:
            break
        mask[min(rest, key=counts.__getitem__)] = True
    return [out or (any(mask) and count == 0) for out, count in zip(mask, counts, strict=True)]
