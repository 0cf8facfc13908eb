"""Published problems with a known optimum, each as a roadmap: many budgets, exclusive options, limited staff.

Facts, retyped: ``problems.csv`` holds each problem's optimum and limits, ``options.csv`` what can be chosen
(several problems share their options and differ in their limits), ``jobs.csv`` and ``schedules.csv`` the
projects to be scheduled, ``publications.csv`` where each comes from.

Two settings make the objective the published one: the city weighs as much as all options are worth together,
and each option closes its share of the one gap in the last year, without discount.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from urbium.plan import Roadmap, Settings

HERE = Path(__file__).parent
CITY, FIRST, OWN = "city", 2021, "own"


@dataclass(frozen=True)
class Problem:
    """Choose options within every limit: the worth of each, and its needs, one a limit.

    ``group`` is empty for an option that excludes none; of each group exactly one is chosen.
    """

    name: str
    publication: str
    optimum: float
    limits: tuple[float, ...]
    groups: tuple[str, ...]
    worths: tuple[float, ...]
    needs: tuple[tuple[float, ...], ...]

    @property
    def names(self) -> list[str]:
        """The options, numbered from 1."""
        return [str(number + 1) for number in range(len(self.worths))]

    @property
    def members(self) -> pl.DataFrame:
        """The groups as a table: group, option."""
        rows = [(group, name) for group, name in zip(self.groups, self.names, strict=True) if group]
        return pl.DataFrame(rows, schema=["group", "option"], orient="row")


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(float(part) for part in text.split())


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def publications() -> dict[str, str]:
    """Read where the figures come from: the title of each publication."""
    return {row["publication"]: row["title"] for row in _rows("publications")}


def problems() -> dict[str, Problem]:
    """Read every problem by its name."""
    options: dict[str, list[dict[str, str]]] = {}
    for row in _rows("options"):
        options.setdefault(row["options"], []).append(row)
    return {
        row["problem"]: Problem(
            row["problem"],
            row["publication"],
            float(row["optimum"]),
            _numbers(row["limits"]),
            tuple(option["group"] for option in options[row["options"]]),
            tuple(float(option["worth"]) for option in options[row["options"]]),
            tuple(_numbers(option["needs"]) for option in options[row["options"]]),
        )
        for row in _rows("problems")
    }


def roadmap(years: range, projects: pl.DataFrame, effects: Iterable[tuple[str, float]], worth: float,
            **tables: pl.DataFrame) -> Roadmap:  # fmt: skip
    """Return a roadmap of one city and one gap, of which each project closes its share.

    Parameters
    ----------
    years : the plan years
    projects : project, capital, build_years
    effects : project and the share of the gap that it closes
    worth : what closing the whole gap for a year is worth
    tables : budgets, prerequisites and the rest, as they are
    """
    return Roadmap(
        years=years,
        cities=pl.DataFrame({"city": [CITY], "weight": [worth]}),
        indicators=pl.DataFrame({"indicator": ["worth"], "weight": [1.0]}),
        projects=projects.with_columns(
            city=pl.lit(CITY), solution=pl.col("project"), operation=pl.lit(0.0), finance_models=pl.lit(OWN),
            foreign_share_max=pl.lit(1.0),
        ),
        effects=pl.DataFrame(
            [(project, "worth", share, 0) for project, share in effects],
            schema=["project", "indicator", "effect", "lag"], orient="row",
        ),
        gaps=pl.DataFrame({"city": [CITY], "indicator": ["worth"], "need": [1.0], "ceiling": [1.0]}),
        curve=pl.DataFrame({"segment": [1], "width": [1.0], "slope": [1.0]}),
        funds=pl.DataFrame(
            {
                "fund": [OWN],
                "finance_models": [OWN],
                "share_max": [1.0],
                "payer": ["city"],
                "is_foreign": [False],
            }
        ),
        settings=Settings(discount_rate=0.0),
        **tables,
    )  # fmt: skip


def by_years(problem: Problem) -> Roadmap:
    """Return the problem as a capital budget of several years: limit i is what the city may spend in year i.

    An option is a chain of steps, each finished before the next starts. Step i may start in year i only and
    costs what the option needs of limit i; the last one brings the worth, in the year after it.
    """
    steps, worth = range(1, len(problem.limits) + 1), sum(problem.worths)
    last = steps[-1]
    chain = [(f"{name}.{step}", f"{name}.{step - 1}", 0) for name in problem.names for step in steps[1:]]
    groups = problem.members.select("group", project=pl.col("option") + f".{last}")
    own_year = [FIRST + step - 1 for _ in problem.names for step in steps]
    return roadmap(
        range(FIRST, FIRST + last + 1),
        pl.DataFrame(
            {
                "project": [f"{name}.{step}" for name in problem.names for step in steps],
                "capital": [need for needs in problem.needs for need in needs],
                "build_years": 1,
                "earliest": own_year,
                "latest": own_year,
            }
        ),
        [(f"{name}.{last}", own / worth) for name, own in zip(problem.names, problem.worths, strict=True)],
        worth,
        prerequisites=pl.DataFrame(chain, schema=["project", "requires", "lag"], orient="row"),
        budgets=pl.DataFrame(
            {"place": CITY, "year": [FIRST + step - 1 for step in steps], "amount": problem.limits}
        ),
        exclusions=groups,
        alternatives=groups,
    )


def by_staff(problem: Problem) -> Roadmap:
    """Return the problem as one of staff: limit i is the places of occupation i in the first year.

    Whoever starts later than the first year is finished too late to be worth anything.
    """
    worth = sum(problem.worths)
    names = [str(number + 1) for number in range(len(problem.limits))]
    staff = [
        (option, occupation, need, 0.0)
        for option, needs in zip(problem.names, problem.needs, strict=True)
        for occupation, need in zip(names, needs, strict=True)
        if need
    ]
    groups = problem.members.select("group", project="option")
    return roadmap(
        range(FIRST, FIRST + 2),
        pl.DataFrame({"project": problem.names, "capital": 0.0, "build_years": 1}),
        [(option, own / worth) for option, own in zip(problem.names, problem.worths, strict=True)],
        worth,
        occupations=pl.DataFrame({"occupation": names}),
        staff=pl.DataFrame(staff, schema=["project", "occupation", "building", "running"], orient="row"),
        pools=pl.DataFrame({"place": CITY, "occupation": names, "year": FIRST, "places": problem.limits}),
        exclusions=groups,
        alternatives=groups,
    )


def options_of(problem: Problem, projects: Sequence[str]) -> list[int]:
    """Return the numbers (from 0) of the options that a plan's projects carry out to the end."""
    done = set(projects)
    last = len(problem.limits)
    return [k for k, name in enumerate(problem.names) if name in done or f"{name}.{last}" in done]


# Precedence with limited staff


@dataclass(frozen=True)
class Job:
    """A job of a schedule: its years, the places it takes of each occupation, the jobs that wait for it."""

    name: str
    years: int
    staff: tuple[int, ...]
    before: tuple[str, ...]


@dataclass(frozen=True)
class Schedule:
    """Do every job in the fewest years, with the places of each occupation that there are in every year."""

    name: str
    publication: str
    optimum: int
    places: tuple[int, ...]
    jobs: tuple[Job, ...]

    @property
    def links(self) -> list[tuple[str, str]]:
        """Pairs of a job and one that it waits for."""
        return [(later, job.name) for job in self.jobs for later in job.before]

    def tail(self, name: str) -> int:
        """Return the years from the start of a job to the end of all that waits for it."""
        job = next(job for job in self.jobs if job.name == name)
        return job.years + max((self.tail(later) for later in job.before), default=0)

    def listed(self) -> int:
        """Return the years of a plain schedule: the most urgent job next, as early as staff allows."""
        used: dict[int, list[int]] = {}
        finish: dict[str, int] = {}
        left = list(self.jobs)
        while left:
            names = {job.name for job in left}
            ready = [job for job in left if not names & {q for p, q in self.links if p == job.name}]
            job = max(ready, key=lambda job: self.tail(job.name))
            year = max((finish[first] for later, first in self.links if later == job.name), default=0)
            while not self._fits(used, job, year):
                year += 1
            for busy in range(year, year + job.years):
                row = used.setdefault(busy, [0] * len(self.places))
                used[busy] = [taken + own for taken, own in zip(row, job.staff, strict=True)]
            finish[job.name] = year + job.years
            left.remove(job)
        return max(finish.values())

    def _fits(self, used: dict[int, list[int]], job: Job, year: int) -> bool:
        none = [0] * len(self.places)
        return all(
            taken + own <= most
            for busy in range(year, year + job.years)
            for taken, own, most in zip(used.get(busy, none), job.staff, self.places, strict=True)
        )


def schedules() -> dict[str, Schedule]:
    """Read every schedule by its name."""
    jobs: dict[str, list[Job]] = {}
    for row in _rows("jobs"):
        staff = tuple(int(part) for part in row["staff"].split())
        job = Job(row["job"], int(row["years"]), staff, tuple(row["before"].split()))
        jobs.setdefault(row["schedule"], []).append(job)
    return {
        row["schedule"]: Schedule(
            row["schedule"],
            row["publication"],
            int(row["optimum"]),
            tuple(int(part) for part in row["places"].split()),
            tuple(jobs[row["schedule"]]),
        )
        for row in _rows("schedules")
    }


END = "end"
"""A project without cost or staff that waits for all jobs; its worth counts every year after it."""


def scheduled(schedule: Schedule) -> Roadmap:
    """Return the schedule as a roadmap: jobs are projects, occupations limit what runs at once.

    The plan is two years longer than a plain schedule of the jobs: one for the project ``end``, and one in
    which it still counts. It is worth 1 in every year after it, so that the objective is the length of the
    plan, less the years of all jobs, less 1.
    """
    names = [str(number + 1) for number in range(len(schedule.places))]
    staff = [
        (job.name, occupation, float(need), 0.0)
        for job in schedule.jobs
        for occupation, need in zip(names, job.staff, strict=True)
        if need
    ]
    pools = [
        (CITY, name, year, float(most))
        for name, most in zip(names, schedule.places, strict=True)
        for year in _years(schedule)
    ]
    return _jobs(
        schedule,
        [0.0 for _ in schedule.jobs],
        occupations=pl.DataFrame({"occupation": names}),
        staff=pl.DataFrame(staff, schema=["project", "occupation", "building", "running"], orient="row"),
        pools=pl.DataFrame(pools, schema=["place", "occupation", "year", "places"], orient="row"),
    )


def paid(schedule: Schedule) -> Roadmap:
    """Return a schedule with one occupation as a roadmap in which a place is a million of a yearly budget.

    What a year leaves is lost, so that a budget is to money what a pool is to people.
    """
    years = _years(schedule)
    return _jobs(
        schedule,
        [float(job.years * job.staff[0]) for job in schedule.jobs],
        budgets=pl.DataFrame({"place": CITY, "year": list(years), "amount": float(schedule.places[0])}),
    )


def _years(schedule: Schedule) -> range:
    return range(FIRST, FIRST + schedule.listed() + 2)


def _jobs(schedule: Schedule, capital: list[float], **tables: pl.DataFrame) -> Roadmap:
    """Return the jobs as projects that wait for each other, and ``end`` that waits for all."""
    links = [*schedule.links, *((END, job.name) for job in schedule.jobs)]
    return roadmap(
        _years(schedule),
        pl.DataFrame(
            {
                "project": [*(job.name for job in schedule.jobs), END],
                "capital": [*capital, 0.0],
                "build_years": [*(job.years for job in schedule.jobs), 1],
            }
        ),
        [(END, 1.0)],
        1.0,
        prerequisites=pl.DataFrame(
            [(*link, 0) for link in links], schema=["project", "requires", "lag"], orient="row"
        ),
        **tables,
    )


def years_taken(roadmap: Roadmap, objective: float) -> float:
    """Return the years that all jobs take, from the objective of a plan of :func:`scheduled`."""
    return len(roadmap.years) - 1 - objective
