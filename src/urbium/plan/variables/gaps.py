"""Gaps as arrays: what closing them is worth, and what a city's closing in the last year is made of."""

from functools import cached_property

import numpy as np
import polars as pl

from urbium.plan.variables.projects import Floats, Integers, Projects


class Gaps(Projects):
    """Adds the gaps that some project affects, the curve of worth, and the rules of fairness."""

    @cached_property
    def discount(self) -> Floats:
        """What an amount in each year counts, 1 in the first."""
        return (1 + self.roadmap.settings.discount_rate) ** -np.arange(self.years, dtype=float)

    @cached_property
    def _ahead(self) -> Floats:
        """What the last year, and each year after it that counts, counts against the last year."""
        settings = self.roadmap.settings
        return (1 + settings.discount_rate) ** -np.arange(settings.years_after + 1, dtype=float)

    @cached_property
    def year_worth(self) -> Floats:
        """What closing in each year counts; the last year stands for the years after it, too: (years,)."""
        worth = self.discount.copy()
        worth[-1:] *= self._ahead.sum()
        return worth

    @cached_property
    def late(self) -> Floats:
        """Share of the time of the last year's closing that is left from 0, 1, 2 ... years after it on."""
        return np.asarray(np.cumsum(self._ahead[::-1])[::-1] / self._ahead.sum())

    @cached_property
    def late_steps(self) -> Floats:
        """By how much that share falls with each year: they sum to one."""
        return -np.diff(self.late, append=0.0)

    def felt(self, when: Integers) -> tuple[Integers, Floats]:
        """Return in which year what comes so many years after the first begins to count, and which share.

        All of it in a year of the plan; after the last year only the share of the time that is left.
        """
        beyond = np.maximum(when - (self.years - 1), 0)
        share = np.append(self.late, 0.0)[np.minimum(beyond, len(self.late))]
        return np.minimum(when, self.years - 1), share

    def share_of(self, when: int) -> float:
        """Return the share that :meth:`felt` returns, of one effect."""
        beyond = when - (self.years - 1)
        return 1.0 if beyond <= 0 else float(self.late[beyond]) if beyond < len(self.late) else 0.0

    @cached_property
    def gaps(self) -> pl.DataFrame:
        """The gaps that some project affects, with ``gap`` (number) and ``worth`` (weight x need)."""
        road = self.roadmap
        touched = road.effects.join(road.projects.select("project", "city"), on="project")
        return (
            road.gaps.join(
                touched.select("city", "indicator").unique(),
                on=["city", "indicator"],
                how="semi",
                maintain_order="left",
            )
            .join(
                road.cities.select("city", city_weight="weight"), on="city", how="left", maintain_order="left"
            )
            .join(
                road.indicators.select("indicator", "weight"),
                on="indicator",
                how="left",
                maintain_order="left",
            )
            .with_columns(worth=pl.col("city_weight") * pl.col("weight") * pl.col("need"))
            .with_row_index("gap")
        )

    @cached_property
    def widths(self) -> Floats:
        """Width of each segment of each gap, cut at the gap's ceiling: (gaps, segments)."""
        end = np.cumsum(self.roadmap.curve.sort("segment")["width"].to_numpy())
        end = np.minimum(end, self.gaps["ceiling"].to_numpy()[:, None])
        return np.diff(end, axis=1, prepend=0.0)

    @cached_property
    def slopes(self) -> Floats:
        """Worth of each segment, per unit closed."""
        return self.roadmap.curve.sort("segment")["slope"].to_numpy()

    @cached_property
    def links(self) -> tuple[Integers, Integers, Floats, Integers]:
        """Steps of effects as (project, gap, effect of the step, years from the start to it)."""
        road = self.roadmap
        linked = road.effects.join(
            road.projects.select("project", "city", "build_years"),
            on="project",
            how="left",
            maintain_order="left",
        ).join(self.gaps.select("city", "indicator", "gap"), on=["city", "indicator"], maintain_order="left")
        steps = linked["rollout"].to_numpy().astype(np.int64)
        row = np.repeat(np.arange(linked.height), steps)
        nth = np.arange(len(row)) - np.repeat(np.cumsum(steps) - steps, steps)
        wait = (linked["build_years"] + linked["lag"]).to_numpy().astype(np.int64)
        return (
            self.numbers(linked["project"])[row],
            linked["gap"].to_numpy().astype(np.int64)[row],
            (linked["effect"].to_numpy() / steps)[row],
            wait[row] + nth,
        )

    # Fairness

    @cached_property
    def _open(self) -> Floats:
        """Indicator weight x need of each city, summed over all its gaps: (cities,)."""
        road = self.roadmap
        rows = road.gaps.join(road.indicators.select("indicator", "weight"), on="indicator", how="left")
        by_city = np.zeros(road.cities.height)
        np.add.at(by_city, self.city_number(rows["city"]), (rows["weight"] * rows["need"]).to_numpy())
        return by_city

    @cached_property
    def closing_share(self) -> Floats:
        """What each gap counts in its city's closing: (gaps,)."""
        weight = (self.gaps["weight"] * self.gaps["need"]).to_numpy()
        whole = self._open[self.city_number(self.gaps["city"])]
        return np.asarray(np.divide(weight, whole, out=np.zeros(len(weight)), where=whole > 0))

    @cached_property
    def least_closing(self) -> tuple[Integers, Integers, Floats]:
        """Rules of least closing: row number in the table, city, share."""
        rows = self.roadmap.fairness.with_row_index("row").filter(pl.col("rule") == "least_closing")
        return (
            rows["row"].to_numpy().astype(np.int64),
            self.city_number(rows["place"]),
            rows["share"].to_numpy(),
        )

    @cached_property
    def parity(self) -> tuple[Integers, Floats]:
        """Rules of parity: row number in the table, and what each city's closing counts: (rules, cities).

        A rule lacks what is above 0 of the sum of the cities' closings so weighted: share x the mean of all
        less the mean of the region. Cities with nothing to close count for nothing.
        """
        rows = self.roadmap.fairness.with_row_index("row").filter(pl.col("rule") == "parity")
        region, counted = self.roadmap.cities["region"].to_numpy(), self._open > 0
        weight = np.zeros((rows.height, len(region)))
        for rule, (place, share) in enumerate(rows.select("place", "share").iter_rows()):
            inside = counted & (region == place)
            weight[rule] = share * counted / max(counted.sum(), 1) - inside / max(inside.sum(), 1)
        return rows["row"].to_numpy().astype(np.int64), weight

    @cached_property
    def measured(self) -> Integers:
        """Gaps whose last year must be closed in full: more closing makes some rule of parity lack more."""
        harms = np.asarray((self.parity[1] > 0).any(axis=0))
        return np.flatnonzero(harms[self.city_number(self.gaps["city"])] & (self.closing_share > 0))
