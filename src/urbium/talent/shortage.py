r"""Shortage: the posts that neither a city's own people nor the nation's fill, with its range by draws.

In each draw, every occupation's staffing figures are multiplied by one factor, and so are the people whom
cities, and those whom the nation, can free: lognormal, with median 1, and 80% of all draws within the
declared factor of the evidence level. One factor an occupation, since its figures are made by one method
everywhere.

.. math:: S_t = \max\Big(\sum_c \max(D_{ct} - Q_{ct}, 0) - Q_t, 0\Big)
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from urbium.columns import schema_of
from urbium.plan import NATIONWIDE, Plan
from urbium.talent.assumed import Assumed
from urbium.talent.demand_of_plan import Demand
from urbium.talent.staffing_rows import MILLIONTHS
from urbium.text import Text, text

Floats = npt.NDArray[np.float64]

DRAWS: Final = 1_000
CITIES, NATION = "cities", "nation"
"""What the factors of supply are called among those that are drawn."""
_NORMAL_90: Final = 1.2815515655446004
"""The 90% quantile of the standard normal distribution: 80% lie within it on both sides."""
_BAND: Final = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class Drawn:
    """What was drawn for a kind of people.

    Parameters
    ----------
    kind : as the plan calls it
    names : of the factors: occupations (ISCO-08), then :data:`CITIES` and :data:`NATION`
    factors : (draws, names)
    posts : (draws, years): the shortage
    """

    kind: str
    names: tuple[str, ...]
    factors: Floats
    posts: Floats


@dataclass(frozen=True)
class Shortage:
    """The shortage of each kind of people.

    Parameters
    ----------
    table : kind, year, needed, own (filled by the cities' own people), lent, shortage (all at the planned
        figures), low, middle, high (of the draws, 80%), chance (share of the draws with a shortage)
    by_city : city, kind, year, needed, own, lacking (before the nation lends)
    drawn : by kind
    """

    table: pl.DataFrame
    by_city: pl.DataFrame
    drawn: Mapping[str, Drawn]

    @cached_property
    def peaks(self) -> pl.DataFrame:
        """The year of each kind in which the middle shortage, or else the high one, is largest."""
        return (
            self.table.sort("kind", "middle", "high", "year", descending=[False, True, True, False])
            .group_by("kind", maintain_order=True)
            .first()
        )


def shortage(
    demand: Demand, supply: pl.DataFrame, plan: Plan, assumed: Assumed, *, draws: int = DRAWS, seed: int = 0
) -> Shortage:
    """Return the posts that stay empty by kind and year, with their range.

    Parameters
    ----------
    demand : what the plan needs
    supply : as :func:`urbium.talent.supply.supply` returns it
    plan : what it teaches and trains is added to the supply
    assumed : the ranges
    draws, seed : how many, and which
    """
    kinds = [kind for kind in demand.by_city["kind"].unique().sort() if kind]
    parts = [_Case(kind, demand, supply, plan) for kind in kinds]
    drawn = {
        part.kind: part.draw(assumed, draws, np.random.default_rng([seed, at]))
        for at, part in enumerate(parts)
    }
    rows = [row for part in parts for row in part.rows(drawn[part.kind])]
    cities = [part.by_city() for part in parts]
    return Shortage(
        pl.DataFrame(rows, schema=_TABLE, orient="row"),
        pl.concat(cities) if cities else pl.DataFrame(schema=_BY_CITY),
        drawn,
    )


def shortage_words(row: Mapping[str, Any], name: str) -> Text:
    """Say how likely a shortage of a kind of people is in its worst year, and how large it could be.

    Parameters
    ----------
    row : of :attr:`Shortage.table`
    name : what the kind is called

    >>> row = {"year": 2016, "low": 0.0, "middle": 0.0, "high": 0.0, "chance": 0.002}
    >>> shortage_words(row, "Engineers")
    'Engineers: enough in 99.8% of the draws in 2016.'
    """
    facts = {"name": name, "year": str(row["year"]), "chance": row["chance"], "high": row["high"]}
    if row["middle"] > 0:
        return text(
            "{name}: short by {middle:,.0f} posts in the middle case of {year} (80% range {low:,.0f} "
            "to {high:,.0f}).",
            low=row["low"], middle=row["middle"], **facts
        )  # fmt: skip
    if row["high"] > 0:
        return text(
            "{name}: enough in the middle case of {year}, but short in {chance:.0%} of the draws, "
            "and short by {high:,.0f} posts or more in one draw in ten.",
            **facts,
        )
    return text("{name}: enough in {enough:.1%} of the draws in {year}.", enough=1 - row["chance"], **facts)


_TABLE: Final = schema_of("kind year needed own lent lendable shortage low middle high chance")
_BY_CITY: Final = schema_of("city kind year needed own lacking")


class _Case:
    """One kind of people: arrays over cities, years and occupations."""

    def __init__(self, kind: str, demand: Demand, supply: pl.DataFrame, plan: Plan) -> None:
        self.kind, self.years, self.demand = kind, demand.years, demand
        rows = demand.by_city.filter(pl.col("kind") == kind)
        self.cities = sorted({*rows["city"]})
        self.codes = sorted({*rows["isco08"]})
        city = {code: at for at, code in enumerate(self.cities)}
        code = {name: at for at, name in enumerate(self.codes)}
        shape = (len(self.cities), len(self.years))
        self.needs = np.zeros((*shape, len(self.codes)))
        self.levels: dict[str, dict[str, float]] = {name: {} for name in self.codes}
        columns = rows.select("city", "year", "isco08", "evidence", "millionths")
        for place, year, name, evidence, parts in columns.iter_rows():
            self.needs[city[place], year - self.years[0], code[name]] += parts / MILLIONTHS
            self.levels[name][evidence] = self.levels[name].get(evidence, 0.0) + parts
        self.own, self.lendable = np.zeros(shape), np.zeros(len(self.years))
        stocks = supply.filter(pl.col("kind") == kind).select("place", "year", "stock")
        for place, year, stock in stocks.iter_rows():
            if place == NATIONWIDE:
                self.lendable[year - self.years[0]] += stock
            elif place in city:
                self.own[city[place], year - self.years[0]] += stock
        self.taught = np.zeros(shape)
        for place, year, posts in _taught(plan, kind, self.years):
            if place in city:
                self.taught[city[place], year - self.years[0]] += posts
        self.trained = np.zeros(len(self.years))
        for year, posts in _trained(plan, kind, self.years):
            self.trained[year - self.years[0]] += posts

    def lack(self, factors: Floats, cities: float | Floats, nation: float | Floats) -> Floats:
        """Return the shortage by draw and year; ``factors`` are (draws, occupations), the others (draws,)."""
        posts = np.zeros((len(factors), len(self.years)))
        scale, lent = np.broadcast_to(cities, len(factors)), np.broadcast_to(nation, len(factors))
        for year in range(len(self.years)):
            needed = self.needs[:, year, :] @ factors.T
            held = self.own[:, year, None] * scale + self.taught[:, year, None]
            lacking = np.maximum(needed - held, 0.0).sum(axis=0)
            posts[:, year] = np.maximum(lacking - self.lendable[year] * lent - self.trained[year], 0.0)
        return posts

    def draw(self, assumed: Assumed, draws: int, random: np.random.Generator) -> Drawn:
        """Draw the factors and what is short in each draw."""
        spread = np.array(
            [np.log(self._factor(name)) for name in self.codes] + [np.log(assumed("range.stock"))] * 2
        )
        factors = np.exp(random.standard_normal((draws, len(spread))) * spread / _NORMAL_90)
        posts = self.lack(factors[:, :-2], factors[:, -2], factors[:, -1])
        return Drawn(self.kind, (*self.codes, CITIES, NATION), factors, posts)

    def _factor(self, code: str) -> float:
        """The range of an occupation: that of its evidence levels, weighted by posts (in logarithms)."""
        levels, factors = self.levels[code], self.demand.factors
        logs = [(np.log(factors.get(level, max(factors.values()))), parts) for level, parts in levels.items()]
        return float(np.exp(sum(log * parts for log, parts in logs) / sum(parts for _, parts in logs)))

    def rows(self, drawn: Drawn) -> Iterator[tuple[Any, ...]]:
        """Yield the row of each year: planned figures, and what the draws give."""
        planned = self.lack(np.ones((1, len(self.codes))), 1.0, 1.0)[0]
        low, middle, high = np.quantile(drawn.posts, _BAND, axis=0)
        chance = (drawn.posts > 0).mean(axis=0)
        needed = self.needs.sum(axis=2)
        filled = np.minimum(needed, self.own + self.taught)
        for at, year in enumerate(self.years):
            lendable = self.lendable[at] + self.trained[at]
            lacking = float((needed - filled)[:, at].sum())
            yield (
                self.kind, year, float(needed[:, at].sum()), float(filled[:, at].sum()),
                min(lacking, lendable), lendable, float(planned[at]), float(low[at]), float(middle[at]),
                float(high[at]), float(chance[at]),
            )  # fmt: skip

    def by_city(self) -> pl.DataFrame:
        """Return what each city needs, fills and lacks by year."""
        needed = self.needs.sum(axis=2)
        filled = np.minimum(needed, self.own + self.taught)
        count = len(self.years)
        return pl.DataFrame(
            {
                "city": np.repeat(np.array(self.cities, dtype=object), count).tolist(),
                "kind": [self.kind] * needed.size,
                "year": list(self.years) * len(self.cities),
                "needed": needed.ravel(),
                "own": filled.ravel(),
                "lacking": (needed - filled).ravel(),
            },
            schema=_BY_CITY,
        )


def _taught(plan: Plan, kind: str, years: range) -> Iterator[tuple[str, int, float]]:
    """Yield the posts that a city's own projects teach, by city and year."""
    lessons = plan.roadmap.teaching.filter(pl.col("occupation") == kind).join(
        plan.table.select("project", "city", "finish"), on="project"
    )
    for city, finish, lag, posts in lessons.select("city", "finish", "lag", "places").iter_rows():
        for year in range(max(finish + 1 + lag, years[0]), years[-1] + 1):
            yield city, year, posts


def _trained(plan: Plan, kind: str, years: range) -> Iterator[tuple[int, float]]:
    """Yield the posts that the nation's training under the plan adds, by year."""
    units = plan.training.filter(pl.col("occupation") == kind).join(plan.roadmap.training, on="occupation")
    for year, count, posts, lag in units.select("year", "units", "places", "lag").iter_rows():
        for later in range(year + lag, years[-1] + 1):
            yield later, count * posts
