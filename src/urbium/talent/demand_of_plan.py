"""Demand: the posts that a plan needs by city, occupation and year, with range and evidence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import polars as pl

from urbium.catalogue import Catalogue
from urbium.catalogue.checks.labour import BUILDING, RUNNING
from urbium.model import Evidence
from urbium.packaged import words_of
from urbium.plan import Plan
from urbium.talent.assumed import Assumed
from urbium.talent.staffing_rows import MILLIONTHS, staffing_rows
from urbium.text import Text, say, text

PHASES: Final = words_of("phase of work")
"""What building and running are called."""

_KEYS: Final = ["kind", "isco08", "title", "phase", "year"]
_LEVELS: Final = pl.Enum(Evidence)


@dataclass(frozen=True, kw_only=True)
class Demand:
    """The posts that a plan needs.

    Parameters
    ----------
    rows : of each project, as :func:`urbium.talent.staffing_rows.staffing_rows` returns them
    by_city : city, kind (the plan's occupation; empty where the plan does not limit it), isco08, title,
        evidence, phase (``building`` or ``running``), year, millionths of a full-time post
    factors : by how many times a figure of an evidence level may be higher or lower, in 80% of all cases
    years : the plan years, and those after it in which what was built is run
    """

    rows: pl.DataFrame
    by_city: pl.DataFrame
    years: range
    factors: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def of_nation(self) -> pl.DataFrame:
        """Posts of all cities by kind, isco08, title, phase and year, with low, high and evidence."""
        return self.summed([])

    def of_city(self, code: str) -> pl.DataFrame:
        """Posts of one city, as in :attr:`of_nation`."""
        return self.summed([], self.by_city.filter(pl.col("city") == code))

    def summed(self, more: list[str], rows: pl.DataFrame | None = None) -> pl.DataFrame:
        """Add up posts over all but the keys, with the range and the weakest evidence level of the parts.

        Low and high take every figure to be wrong in the same direction, so that the range of a sum is as
        wide as that of its parts.

        Parameters
        ----------
        more : further columns to keep apart, such as ``city``
        rows : of :attr:`by_city`; all of them unless given
        """
        table = self.by_city if rows is None else rows
        factor = pl.col("evidence").replace_strict(
            self.factors, default=self.factors[Evidence.ASSUMPTION], return_dtype=pl.Float64
        )
        posts = pl.col("millionths") / MILLIONTHS
        level = pl.col("evidence").cast(_LEVELS, strict=False).fill_null(Evidence.ASSUMPTION.value)
        keys = [*more, *_KEYS]
        return (
            table.group_by(keys)
            .agg(
                pl.col("millionths").sum(),
                low=(posts / factor).sum(),
                high=(posts * factor).sum(),
                evidence=level.max().cast(pl.String),
            )
            .with_columns(posts=posts)
            .select(*keys, "posts", "low", "high", "evidence", "millionths")
            .sort(keys)
        )


def kinds_of(plan: Plan) -> dict[str, str]:
    """Return what the occupations of a plan are called; those that it does not limit go by the empty word."""
    names = plan.roadmap.named("occupations")
    return {code: str(say(name)) or code for code, name in names.items()} | {
        "": str(say(text("other occupations")))
    }


def most_words(posts: pl.DataFrame, kinds: Mapping[str, str]) -> tuple[Text, ...]:
    """Say when most people are needed, and how many of these the plan limits; nothing where nobody is.

    Parameters
    ----------
    posts : as :attr:`Demand.of_nation` has them
    kinds : what occupations are called (:func:`kinds_of`)
    """
    by_year = posts.group_by("year").agg(pl.col("posts", "low", "high").sum())
    if by_year.is_empty():
        return ()
    peak = by_year.sort("posts", "year", descending=[True, False]).row(0, named=True)
    limited = posts.filter(pl.col("year") == peak["year"], pl.col("kind") != "")["posts"].sum()
    most = text(
        "Staffing peaks in {year}: {posts:,.0f} full-time posts ({low:,.0f} to {high:,.0f}).",
        year=str(peak["year"]), posts=peak["posts"], low=peak["low"], high=peak["high"]
    )  # fmt: skip
    if not limited:
        return (most,)
    return (most, text(
        "Of these, {limited:,.0f} are in the only occupations with a limit in the plan: {kinds:list}.",
        limited=limited, kinds=[name for code, name in kinds.items() if code]
    ))  # fmt: skip


def demand(plan: Plan, catalogue: Catalogue, assumed: Assumed) -> Demand:
    """Return the posts that a plan needs, in its years and in those after it in which what was built counts.

    Parameters
    ----------
    plan : whose ``staff`` rows say who is needed
    catalogue : of which occupations they are, as the plan's own catalogue says
    assumed : the ranges by evidence level
    """
    rows = staffing_rows(plan, catalogue)
    years = range(plan.years[0], plan.roadmap.last_counted + 1)
    states = plan.table.select("project", "start", "finish")
    spans = rows.join(states, on="project", maintain_order="left").join(
        pl.DataFrame({"year": list(years)}, schema={"year": pl.Int64}), how="cross"
    )
    is_built = pl.col("year").is_between("start", "finish")
    phases = [
        spans.filter(when).select("city", "kind", "isco08", "title", "evidence", "year",
                                  phase=pl.lit(phase), millionths=phase)
        for phase, when in ((BUILDING, is_built), (RUNNING, pl.col("year") > pl.col("finish")))
    ]  # fmt: skip
    keys = ["city", "kind", "isco08", "title", "evidence", "phase", "year"]
    by_city = (
        pl.concat(phases).filter(pl.col("millionths") != 0).group_by(keys).agg(pl.col("millionths").sum())
    )
    return Demand(rows=rows, by_city=by_city.sort(keys), years=years, factors=assumed.factors)
