r"""Absorption: what share of the money that falls due is spent, learned from past projects.

A plan spreads a budget evenly over the years of a project. Of the part that falls due by the share s of its
time, the ratio a(s) is spent, learned for each quarter of the time:

.. math:: a_q = \frac{n_q m_q + k m}{n_q + k}

with the median m_q of the n_q projects of the quarter, drawn towards the median m of all as if k projects
more had shown it (credibility; Bühlmann 1967, *Experience rating and credibility*). Bands are the 10%
and 90% quantiles, drawn alike.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from urbium.errors import InputError, refuse
from urbium.finance.spending.history import HISTORY, check_history
from urbium.text import coded, text

QUARTERS: Final = 4
PULL: Final = 5.0
"""Projects that the median of all counts for in a quarter (an assumption)."""
LEAST: Final = 8
"""Projects below which nothing is learned (an assumption)."""
_QUANTILES: Final = {"low": 0.1, "ratio": 0.5, "high": 0.9}


@dataclass(frozen=True)
class Absorption:
    """What share of the money that falls due is spent.

    Parameters
    ----------
    table : quarter (of a project's time, from 1), projects, low, ratio and high (of what falls due; 80%)
    projects : how many it was learned from
    """

    table: pl.DataFrame
    projects: int

    def __repr__(self) -> str:
        last = self.table.row(-1, named=True)
        return text(
            "Absorption of {count:,} projects: {ratio:.0%} of the amount due ({low:.0%} to "
                "{high:.0%}) is spent in the last quarter of their duration",
            count=self.projects, ratio=last["ratio"], low=last["low"], high=last["high"]
        ).render()  # fmt: skip

    def expected(self, projects: pl.DataFrame) -> pl.DataFrame:
        """Return what is expected to be spent of projects by the day on which they are looked at.

        Parameters
        ----------
        projects : start, end, seen, budget, as in :data:`urbium.finance.spending.HISTORY`

        Returns them with ``due`` (if the budget were spent evenly), ``low``, ``expected`` and ``high``.
        """
        placed = _placed(projects)
        joined = placed.join(self.table, on="quarter", how="left", maintain_order="left")
        return joined.with_columns(
            low=pl.col("due") * pl.col("low"),
            expected=pl.col("due") * pl.col("ratio"),
            high=pl.col("due") * pl.col("high"),
        ).drop("quarter", "ratio", "projects")


def learn_absorption(history: pl.DataFrame) -> Absorption:
    """Return what share of the money that falls due was spent in past projects.

    Parameters
    ----------
    history : with the columns of :data:`urbium.finance.spending.HISTORY`; what has not begun is left out

    Raises InputError for a faulty table, and for one with too few projects to learn from.
    """
    refuse(check_history(history.select(list(HISTORY))), "history")
    begun = history.filter(pl.col("seen") > pl.col("start"))
    if begun.height < LEAST:
        raise InputError(
            coded("finance.absorption.few", "{count} project has begun: too few to learn from",
                  "{count} projects have begun: too few to learn from", count=begun.height),
            place="history",
            remedy=text("enter {least} or more", least=LEAST),
        )  # fmt: skip
    rows = _placed(begun).with_columns(shown=pl.col("spent") / pl.col("due"))
    whole = {name: float(rows["shown"].quantile(at, "linear") or 0.0) for name, at in _QUANTILES.items()}
    quarters = pl.DataFrame({"quarter": range(1, QUARTERS + 1)}, schema={"quarter": pl.Int64})
    seen = rows.group_by("quarter").agg(
        pl.len().cast(pl.Int64).alias("projects"),
        *(pl.col("shown").quantile(at, "linear").alias(name) for name, at in _QUANTILES.items()),
    )
    table = quarters.join(seen, on="quarter", how="left").with_columns(pl.col("projects").fill_null(0))
    count = pl.col("projects")
    return Absorption(
        table.with_columns(
            ((count * pl.col(name).fill_null(0.0) + PULL * whole[name]) / (count + PULL)).alias(name)
            for name in _QUANTILES
        ).sort("quarter"),
        begun.height,
    )


def _placed(projects: pl.DataFrame) -> pl.DataFrame:
    """Add what falls due by the day on which a project is seen, and the quarter of its time."""
    share = ((pl.col("seen") - pl.col("start")) / (pl.col("end") - pl.col("start"))).clip(0.0, 1.0)
    quarter = (share * QUARTERS).ceil().clip(1, QUARTERS).cast(pl.Int64)
    return projects.with_columns(due=pl.col("budget") * share, quarter=quarter)
