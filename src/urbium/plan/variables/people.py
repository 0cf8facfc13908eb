"""People as arrays: who needs which occupation, what pools hold, what is taught and trained."""

from functools import cached_property

import numpy as np
import polars as pl

from urbium.plan.problem.tables import NATIONWIDE
from urbium.plan.variables.projects import NEVER, Floats, Integers, Projects


class People(Projects):
    """Adds pairs of city and occupation that some project needs, and what occupations the nation lends."""

    @cached_property
    def staffed(self) -> list[tuple[int, str]]:
        """Pairs of city (row number) and occupation that some project of the city needs."""
        staff = self.roadmap.staff.filter((pl.col("building") > 0) | (pl.col("running") > 0))
        cities = self.city[self.numbers(staff["project"])]
        return sorted({(int(c), o) for c, o in zip(cities, staff["occupation"], strict=True)})

    @cached_property
    def occupations(self) -> list[str]:
        """Occupations that are needed and that the nation lends or trains, in their order of the table."""
        nation = self.roadmap.pools.filter(pl.col("place") == NATIONWIDE)["occupation"]
        lent = {*nation, *self.roadmap.training["occupation"]} & {o for _, o in self.staffed}
        return [o for o in self.roadmap.occupations["occupation"] if o in lent]

    @cached_property
    def lent(self) -> Integers:
        """Pairs of ``staffed`` whose occupation the nation lends."""
        lendable = set(self.occupations)
        return np.array([k for k, (_, o) in enumerate(self.staffed) if o in lendable], dtype=np.int64)

    @cached_property
    def staffing(self) -> tuple[Integers, Integers, Integers, Floats]:
        """Places needed less places taught, as (pair of ``staffed``, year, column, amount).

        ``building x (X_t - X_{t-d}) + running x X_{t-d} - taught x X_{t-d-lag}``.
        """
        road = self.roadmap
        pair_of = {pair: k for k, pair in enumerate(self.staffed)}
        links: list[tuple[int, int, int, float]] = []
        for project, occupation, building, running in road.staff.iter_rows():
            p = self.number[project]
            pair = pair_of.get((int(self.city[p]), occupation))
            if pair is not None:
                links += [(pair, p, 0, building), (pair, p, int(self.build[p]), running - building)]
        for project, occupation, places, lag in road.teaching.iter_rows():
            p = self.number[project]
            pair = pair_of.get((int(self.city[p]), occupation))
            if pair is not None:
                links.append((pair, p, int(self.build[p]) + lag, -places))
        rows = np.array(links, dtype=float).reshape(-1, 4)
        link, year = (axis.ravel() for axis in np.indices((len(rows), self.years)))
        pair, number, wait = rows[link, :3].astype(np.int64).T
        column, amount = self.by(number, year - wait), rows[link, 3]
        keep = (column != NEVER) & (amount != 0)
        return pair[keep], year[keep], column[keep], amount[keep]

    def places(self, place: str, occupation: str) -> Floats:
        """Return what a pool holds in each year; a year without a row has none: (years,)."""
        return self._pools.get((place, occupation), np.zeros(self.years))

    @cached_property
    def _pools(self) -> dict[tuple[str, str], Floats]:
        pools: dict[tuple[str, str], Floats] = {}
        for place, occupation, year, places in self.roadmap.pools.select(
            "place", "occupation", "year", "places"
        ).iter_rows():
            held = pools.setdefault((place, occupation), np.zeros(self.years))
            held[year - self.roadmap.years[0]] = places
        return pools

    @cached_property
    def own_places(self) -> Floats:
        """What the city's own pool holds: (pairs of ``staffed``, years)."""
        code = self.roadmap.cities["city"]
        held = [self.places(code[city], occupation) for city, occupation in self.staffed]
        return np.array(held).reshape(len(self.staffed), self.years)

    @cached_property
    def lent_places(self) -> Floats:
        """What the nation's pool holds without training: (occupations, years)."""
        held = [self.places(NATIONWIDE, occupation) for occupation in self.occupations]
        return np.array(held).reshape(len(self.occupations), self.years)

    @cached_property
    def most_drawn(self) -> Floats:
        """The most places that a pair of ``staffed`` could ever use: (pairs,)."""
        pair_of = {pair: k for k, pair in enumerate(self.staffed)}
        most = np.zeros(len(self.staffed))
        for project, occupation, building, running in self.roadmap.staff.iter_rows():
            pair = pair_of.get((int(self.city[self.number[project]]), occupation))
            if pair is not None:
                most[pair] += max(building, running)
        return most

    @cached_property
    def trained(self) -> Floats:
        """Places that a unit of training of each year adds: (training rows, year bought, year)."""
        table = self.roadmap.training
        wait = table["lag"].to_numpy().astype(np.int64)
        bought, year = np.indices((self.years, self.years))
        ready = year[None] >= bought[None] + wait[:, None, None]
        return np.asarray(ready * table["places"].to_numpy()[:, None, None])

    @cached_property
    def price_of_training(self) -> Floats:
        """Cost of a unit of each row of training, in millions: (training rows,)."""
        return self.roadmap.training["cost"].to_numpy()
