"""Names: what cities, solutions, projects and limits are called in a reason.

A reason keeps codes as parameters of its names, so that a program reads the code and a person the name. A
project beside the one that is asked about is called by its solution, one of another city by its city too.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Final

from urbium.plan.problem.roadmap import Roadmap
from urbium.text import Text, text

__all__ = ["Labels", "Names"]

_NATION: Final = "nation"
"""What the rows of limits call the nation."""


@dataclass(frozen=True)
class Names:
    """The names of cities and solutions by code; what has none is called by its code."""

    cities: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    solutions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def city(self, code: str) -> Text:
        """Return the name of a city.

        >>> Names(cities={"130100": "Shijiazhuang"}).city("130100")
        'Shijiazhuang'
        """
        return text("plan.name.city", "{name}", name=self.cities.get(code, code), city=code)

    def solution(self, code: str) -> Text:
        """Return the name of a solution."""
        return text("plan.name.solution", "{name}", name=self.solutions.get(code, code), solution=code)


@dataclass(frozen=True)
class Labels:
    """What the things of a roadmap are called in the reasons about one city.

    Parameters
    ----------
    road : knows which city and solution a project is of
    names : of cities and solutions
    city : the one that is asked about, which needs not be named again
    """

    road: Roadmap
    names: Names
    city: str

    @cached_property
    def _projects(self) -> dict[str, tuple[str, str]]:
        rows = self.road.projects.select("project", "city", "solution").iter_rows()
        return {project: (city, solution) for project, city, solution in rows}

    @cached_property
    def _cities(self) -> frozenset[str]:
        return frozenset(self.road.cities["city"])

    def project(self, code: str) -> Text:
        """Return what a project is called: by its solution, and by its city where that is another one."""
        city, solution = self._projects.get(code, ("", ""))
        if solution not in self.names.solutions:
            return text("plan.name.project", "{name}", name=code, project=code)
        name = self.names.solution(solution)
        if city == self.city:
            return text("plan.name.project", "{name}", name=name, project=code)
        return text(
            "plan.name.project_in_city",
            "{name} in {city}",
            name=name,
            city=self.names.city(city),
            project=code,
        )

    def projects(self, codes: Sequence[str]) -> list[Text]:
        """Return what projects are called."""
        return [self.project(code) for code in codes]

    def limit(self, row: str) -> Text:
        """Return what the limit of a row of the model, such as ``budget[340100,2017]``, is called."""
        rule, _, keys = row.removesuffix("]").partition("[")
        parts = [self._key(key) for key in keys.split(",")]
        wording = _WORDING.get((rule, len(parts)))
        if wording is not None:
            return wording(row, *parts)
        return text(
            "plan.limit_of.other", "{rule}: {keys:list}", rule=rule.replace("_", " "), keys=parts, row=row
        )

    def _key(self, key: str) -> Text | str:
        """Return what one part of a row's name is called."""
        before, arrow, after = key.partition("<-")
        if arrow:
            return text(
                "plan.name.after", "{project} after {requires}",
                project=self.project(before), requires=self.project(after),
            )  # fmt: skip
        if key == _NATION:
            return text("plan.name.nation", "the nation")
        if key in self._cities:
            return self.names.city(key)
        return self.project(key) if key in self._projects else key


def _budget(row: str, place: str, year: str) -> Text:
    return text("plan.limit_of.budget", "budget of {place}, {year}", place=place, year=year, row=row)


def _fund(row: str, fund: str, year: str) -> Text:
    return text("plan.limit_of.fund", "limit of fund {fund}, {year}", fund=fund, year=year, row=row)


def _starts(row: str, place: str, year: str) -> Text:
    return text("plan.limit_of.starts", "limit on starts in {place}, {year}", place=place, year=year, row=row)


def _people(row: str, place: str, occupation: str, year: str) -> Text:
    return text(
        "plan.limit_of.people", "{occupation} posts of {place}, {year}",
        occupation=occupation, place=place, year=year, row=row,
    )  # fmt: skip


def _people_of_nation(row: str, occupation: str, year: str) -> Text:
    return text(
        "plan.limit_of.people_of_nation", "{occupation} posts that the nation can lend, {year}",
        occupation=occupation, year=year, row=row,
    )  # fmt: skip


def _exclusion(row: str, group: str) -> Text:
    return text("plan.limit_of.exclusion", "limit of one project of group {group}", group=group, row=row)


def _foreign(row: str, year: str) -> Text:
    return text("plan.limit_of.foreign", "limit on foreign money, {year}", year=year, row=row)


_WORDING: Final[Mapping[tuple[str, int], Callable[..., Text]]] = MappingProxyType(
    {
        ("budget", 2): _budget,
        ("fund_limit", 2): _fund,
        ("start_limit", 2): _starts,
        ("people", 3): _people,
        ("people_of_nation", 2): _people_of_nation,
        ("exclusion", 1): _exclusion,
        ("foreign_in_all", 1): _foreign,
    }
)
"""What limits are called, by rule and number of keys; the others go by the name of their rule."""
