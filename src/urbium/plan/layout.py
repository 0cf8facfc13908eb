"""Where each variable of the model stands, and the roadmap as arrays.

:math:`X_{pt}` (binary): project p is started by the end of year t; it exists from the first to the last year
in which p may start, is 0 before and keeps its last value after. :math:`y_{cits}`: what is closed of segment
s of the gap of city c in indicator i. :math:`g_{Gft}`: what fund f pays in year t for group G; a group is the
projects of one city with the same terms (finance models, largest foreign share), so that a split of the
group's money is a split of each project's money in the same proportions: nothing is lost.

References: Wolsey, *Integer Programming* (started-by variables).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from urbium.plan.roadmap import Roadmap

__all__ = ["NEVER", "Floats", "Integers", "Layout"]

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

NEVER = -1
"""The column of a variable that does not exist, whose value is 0."""


@dataclass(frozen=True)
class Layout:
    """Where each variable of the model stands, and the roadmap as arrays.

    ``start`` (projects, years) holds the column of :math:`X_{pt}`, or -1 before the first year in which a
    project may start; after the last it repeats the last. Order of columns: starts, closing, money.
    ``premiums`` (project, start, worth) are added to the objective when a project starts in a year, whatever
    it does; below 0 they are charges. They are no part of the roadmap: they steer a search.
    """

    roadmap: Roadmap
    premiums: pl.DataFrame | None = None
    number: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "number", {p: k for k, p in enumerate(self.roadmap.projects["project"])})

    # Projects

    @cached_property
    def years(self) -> int:
        """How many plan years there are."""
        return len(self.roadmap.years)

    @cached_property
    def build(self) -> Integers:
        """Build years of each project."""
        return self.roadmap.projects["build_years"].to_numpy().astype(np.int64)

    @cached_property
    def capital(self) -> Floats:
        """Capital of each project, in millions."""
        return self.roadmap.projects["capital"].to_numpy()

    @cached_property
    def operation(self) -> Floats:
        """Yearly operation of each project, in millions."""
        return self.roadmap.projects["operation"].to_numpy()

    @cached_property
    def last_start(self) -> Integers:
        """The last year index in which a project may start and still be finished; below 0 for never."""
        return np.asarray(self.years - self.build)

    @cached_property
    def start(self) -> Integers:
        """Columns of the start variables, (projects, years)."""
        count = np.clip(self.last_start + 1, 0, self.years)
        first = np.cumsum(count) - count
        year = np.arange(self.years)
        column = first[:, None] + np.minimum(year, count[:, None] - 1)
        return np.where(count[:, None] > 0, column, NEVER)

    @cached_property
    def starts(self) -> int:
        """How many start variables there are."""
        return int(np.clip(self.last_start + 1, 0, self.years).sum())

    def by(self, project: npt.ArrayLike, year: npt.ArrayLike) -> Integers:
        """Columns of "started by" for pairs of project and year index; -1 (nothing) before the first year."""
        projects, years = np.broadcast_arrays(np.asarray(project), np.asarray(year))
        return np.where(years >= 0, self.start[projects, np.clip(years, 0, self.years - 1)], NEVER)

    @cached_property
    def building(self) -> tuple[Integers, Integers, Integers, Floats]:
        """Capital by year, ``capital / build x (X_t - X_{t-build})``: project, year, column, amount."""
        project, year = (axis.ravel() for axis in np.indices((len(self.build), self.years)))
        rate = (self.capital / self.build)[project]
        begun, ended = self.by(project, year), self.by(project, year - self.build[project])
        column, amount = np.concatenate([begun, ended]), np.concatenate([rate, -rate])
        keep = (column != NEVER) & (amount != 0) & np.concatenate([begun != ended, begun != ended])
        return np.tile(project, 2)[keep], np.tile(year, 2)[keep], column[keep], amount[keep]

    @cached_property
    def running(self) -> tuple[Integers, Integers, Integers, Floats]:
        """Operation of each year as (project, year, column, amount): ``operation x X_{t-build}``."""
        project, year = (axis.ravel() for axis in np.indices((len(self.build), self.years)))
        column, amount = self.by(project, year - self.build[project]), self.operation[project]
        keep = (column != NEVER) & (amount != 0)
        return project[keep], year[keep], column[keep], amount[keep]

    @cached_property
    def city(self) -> Integers:
        """The city of each project, as a row number of the roadmap's cities."""
        return self.city_number(self.roadmap.projects["city"])

    def city_number(self, names: pl.Series) -> Integers:
        """Row numbers of the cities called so."""
        known = {code: k for k, code in enumerate(self.roadmap.cities["city"])}
        return np.array([known[name] for name in names], dtype=np.int64)

    # Gaps

    @cached_property
    def discount(self) -> Floats:
        """What closing in each year counts, 1 in the first."""
        return (1 + self.roadmap.settings.discount_rate) ** -np.arange(self.years, dtype=float)

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
    def closing(self) -> Integers:
        """Columns of the closing variables, (gaps, years, segments)."""
        shape = (self.gaps.height, self.years, len(self.slopes))
        return self.starts + np.arange(int(np.prod(shape))).reshape(shape)

    # Money

    @cached_property
    def _terms(self) -> tuple[Integers, pl.DataFrame]:
        """The group of each project, and the groups: number, city, fund models, largest foreign share."""
        road = self.roadmap
        local = "city" if road.funds.filter(pl.col("payer") == "city").height else "finance_models"
        keys = list(dict.fromkeys([local, "finance_models", "foreign_share_max"]))
        groups = road.projects.select(*dict.fromkeys(["city", *keys])).unique(
            keys, keep="first", maintain_order=True
        )
        groups = groups.with_row_index("group")
        joined = road.projects.select(keys).join(groups, on=keys, how="left", maintain_order="left")
        return joined["group"].to_numpy().astype(np.int64), groups

    @property
    def group(self) -> Integers:
        """The group of each project."""
        return self._terms[0]

    @property
    def groups(self) -> pl.DataFrame:
        """The groups of projects with the same terms: group, city, finance_models, foreign_share_max."""
        return self._terms[1]

    @cached_property
    def eligible(self) -> tuple[Integers, Integers, Floats]:
        """Pairs (group, fund) in which the fund may pay, and its largest share."""
        funds = [
            (k, set(m.split(";")) - {""}, s)
            for k, (m, s) in enumerate(self.roadmap.funds.select("finance_models", "share_max").iter_rows())
        ]
        pairs = [
            (group, fund, share)
            for group, text in enumerate(self.groups["finance_models"])
            for fund, models, share in funds
            if models & set(text.split(";")) and share > 0
        ]
        group, fund, share = (list(column) for column in zip(*pairs, strict=True)) if pairs else ([], [], [])
        return np.array(group, dtype=np.int64), np.array(fund, dtype=np.int64), np.array(share, dtype=float)

    @cached_property
    def money(self) -> Integers:
        """Columns of the money variables, (eligible pairs, years)."""
        pairs = len(self.eligible[0])
        return self.starts + self.closing.size + np.arange(pairs * self.years).reshape(pairs, self.years)

    @property
    def columns(self) -> int:
        """How many variables there are in all."""
        return self.starts + self.closing.size + self.money.size

    @cached_property
    def premium(self) -> Floats:
        """What is added to the objective when a project starts in a year: (projects, years)."""
        added = np.zeros((len(self.build), self.years))
        if self.premiums is not None:
            for name, start, worth in self.premiums.select("project", "start", "worth").iter_rows():
                added[self.number[name], start - self.roadmap.years[0]] += worth
        return added

    def objective(self) -> Floats:
        """Value of each column: worth of closing, minus the price of spending, and the premiums."""
        value = np.zeros(self.columns)
        worth = self.gaps["worth"].to_numpy()
        value[self.closing] = worth[:, None, None] * self.discount[None, :, None] * self.slopes[None, None, :]
        for _, year, column, amount in (self.building, self.running):
            np.add.at(value, column, -self.roadmap.settings.spending_price * self.discount[year] * amount)
        if self.premiums is not None:
            project, year = np.nonzero(np.arange(self.years) <= self.last_start[:, None])
            for when, sign in ((year, 1.0), (year - 1, -1.0)):  # a start in t: started by t, not by t - 1
                column = self.by(project, when)
                real = column != NEVER
                np.add.at(value, column[real], sign * self.premium[project, year][real])
        return value

    def upper(self) -> Floats:
        """Upper bound of each column; all lower bounds are 0."""
        bound = np.full(self.columns, np.inf)
        bound[: self.starts] = 1.0
        bound[self.closing] = self.widths[:, None, :]
        return bound

    def column_names(self) -> list[str]:
        """Return a readable name of each column."""
        road, names = self.roadmap, [""] * self.columns
        for project, row, last in zip(road.projects["project"], self.start, self.last_start, strict=True):
            for t in range(min(int(last) + 1, self.years)):
                names[row[t]] = f"started[{project},{road.years[t]}]"
        for (city, indicator), table in zip(
            self.gaps.select("city", "indicator").iter_rows(), self.closing, strict=True
        ):
            for t, segments in enumerate(table):
                for s, column in enumerate(segments):
                    names[column] = f"closed[{city},{indicator},{road.years[t]},{s + 1}]"
        for (group, fund), row in zip(zip(*self.eligible[:2], strict=True), self.money, strict=True):
            about = self.group_name(int(group))
            for t, column in enumerate(row):
                names[column] = f"paid[{about},{road.funds['fund'][int(fund)]},{road.years[t]}]"
        return names

    def group_name(self, group: int) -> str:
        """Return a readable name of a group: its city and its finance models."""
        city, models, share = self._group_keys[group]
        return f"{city},{models.replace(';', '+')}{'' if share == 1 else f'/{share:g}'}"

    @cached_property
    def _group_keys(self) -> list[tuple[str, str, float]]:
        return self.groups.select("city", "finance_models", "foreign_share_max").rows()

    def year_labels(self, heads: Sequence[str]) -> list[str]:
        """Return ``head,year`` for each head and year, years running fastest."""
        return [f"{head},{year}" for head in heads for year in self.roadmap.years]
