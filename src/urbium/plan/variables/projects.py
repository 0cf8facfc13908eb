"""Projects as arrays: costs, build years, and the columns of their start variables."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from urbium.plan.problem.outlays import own_outlays
from urbium.plan.problem.roadmap import Roadmap

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

NEVER = -1
"""The column of a variable that does not exist, whose value is 0."""


@dataclass(frozen=True)
class Projects:
    """A roadmap's projects as arrays.

    ``start`` (projects, years) holds the column of :math:`X_{pt}`, or -1 before the first year in which a
    project may start; after the last it repeats the last. ``premiums`` (project, start, worth) are added to
    the objective when a project starts in a year, whatever it does; below 0 they are charges. They are no
    part of the roadmap: they steer a search.
    """

    roadmap: Roadmap
    premiums: pl.DataFrame | None = None
    number: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "number", {p: k for k, p in enumerate(self.roadmap.projects["project"])})

    @cached_property
    def years(self) -> int:
        """How many years there are: those of the plan, and those after it in which something is completed."""
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
    def outlay(self) -> Floats:
        """What each project pays in each year in which it is built, in millions: (projects, years)."""
        equal = np.broadcast_to((self.capital / self.build)[:, None], (len(self.build), self.years)).copy()
        for (project, year), amount in own_outlays(self.roadmap).items():
            equal[self.number[project], year - self.roadmap.years[0]] = amount
        return equal

    @cached_property
    def yearly(self) -> Floats:
        """What each project costs a year once it runs: operation, and what is set aside for its renewal."""
        return self.operation + self.renewal

    @cached_property
    def operation(self) -> Floats:
        """Yearly operation of each project, in millions."""
        return self.roadmap.projects["operation"].to_numpy()

    @cached_property
    def renewal(self) -> Floats:
        """What is set aside each year for the renewal of each project, in millions; 0 where nobody said."""
        return self.roadmap.projects["renewal"].fill_null(0.0).to_numpy()

    @cached_property
    def last_start(self) -> Integers:
        """The last year index in which a project may start and still be finished; below 0 for never."""
        return np.asarray(np.minimum(self.years - self.build, len(self.roadmap.start_years) - 1))

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
        """Capital by year, ``outlay x (X_t - X_{t-build})``: project, year, column, amount."""
        project, year = (axis.ravel() for axis in np.indices((len(self.build), self.years)))
        rate = self.outlay[project, year]
        begun, ended = self.by(project, year), self.by(project, year - self.build[project])
        column, amount = np.concatenate([begun, ended]), np.concatenate([rate, -rate])
        keep = (column != NEVER) & (amount != 0) & np.concatenate([begun != ended, begun != ended])
        return np.tile(project, 2)[keep], np.tile(year, 2)[keep], column[keep], amount[keep]

    @cached_property
    def running(self) -> tuple[Integers, Integers, Integers, Floats]:
        """Yearly costs as (project, year, column, amount): ``yearly x X_{t-build}``."""
        project, year = (axis.ravel() for axis in np.indices((len(self.build), self.years)))
        column, amount = self.by(project, year - self.build[project]), self.yearly[project]
        keep = (column != NEVER) & (amount != 0)
        return project[keep], year[keep], column[keep], amount[keep]

    @cached_property
    def premium(self) -> Floats:
        """What is added to the objective when a project starts in a year: (projects, years)."""
        added = np.zeros((len(self.build), self.years))
        if self.premiums is not None:
            for name, start, worth in self.premiums.select("project", "start", "worth").iter_rows():
                added[self.number[name], start - self.roadmap.years[0]] += worth
        return added

    @cached_property
    def city(self) -> Integers:
        """The city of each project, as a row number of the roadmap's cities."""
        return self.city_number(self.roadmap.projects["city"])

    def city_number(self, names: pl.Series) -> Integers:
        """Row numbers of the cities called so."""
        number_of = {code: k for k, code in enumerate(self.roadmap.cities["city"])}
        return np.array([number_of[name] for name in names], dtype=np.int64)

    def numbers(self, names: pl.Series) -> Integers:
        """Row numbers of the projects called so."""
        return np.array([self.number[name] for name in names], dtype=np.int64)

    def start_indices(self, plan: pl.DataFrame) -> Integers:
        """Start year indices of all projects in a plan's table (project, start); -1 for never."""
        begun, first = dict(plan.select("project", "start").iter_rows()), self.roadmap.years[0]
        return np.array([begun[p] - first if p in begun else -1 for p in self.number], dtype=np.int64)

    @property
    def covers(self) -> tuple[Integers, Integers, Integers]:
        """Standard, project and the standard's deadline (a year index) of each row of ``covers``."""
        road = self.roadmap
        number = {name: k for k, name in enumerate(road.standards["standard"])}
        standard = np.array([number[name] for name in road.covers["standard"]], dtype=np.int64)
        deadline = (road.standards["deadline"].to_numpy() - road.years[0]).astype(np.int64)
        return standard, self.numbers(road.covers["project"]), deadline[standard]
