"""Names: what cities, solutions, projects and limits are called in a reason.

A reason keeps codes as parameters of its names, so that a program reads the code and a person the name. A
project beside the one that is asked about is called by its solution, one of another city by its city too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Final

from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.result.wording import standard_code
from urbium.plan.rules import called
from urbium.text import Text, text

_NATION: Final = "nation"
"""What the rows of limits call the nation."""


@dataclass(frozen=True)
class Names:
    """The names of cities, solutions and standards by code; what has none is called by its code."""

    cities: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    solutions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    standards: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def city(self, code: str) -> Text:
        """Return the name of a city.

        >>> Names(cities={"130100": "Shijiazhuang"}).city("130100")
        'Shijiazhuang'
        """
        return text("{name}", name=self.cities.get(code, code), city=code)

    def solution(self, code: str) -> Text:
        """Return the name of a solution."""
        return text("{name}", name=self.solutions.get(code, code), solution=code)


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
            return text("{name}", name=code, project=code)
        name = self.names.solution(solution)
        if city == self.city:
            return text("{name}", name=name, project=code)
        return text("{name} in {city}", name=name, city=self.names.city(city), project=code)

    def projects(self, codes: Sequence[str]) -> list[Text]:
        """Return what projects are called."""
        return [self.project(code) for code in codes]

    def standard(self, code: str) -> Text:
        """Return what a standard is called: ``340100:PLATFORM`` by what the city owes."""
        owed = standard_code(code, self.city)
        return text("{name}", name=self.names.standards.get(owed, owed), standard=code)

    def is_place(self, key: str) -> bool:
        """Say whether a part of a row's name is the nation or a city."""
        return key == _NATION or key in self._cities

    def place(self, key: str) -> Text | str:
        """Return what the nation or a city is called."""
        return self._key(key)

    def limit(self, row: str) -> Text:
        """Return what the limit of a row of the model, such as ``budget[340100,2017]``, is called."""
        return called(row, self._key)

    def _key(self, key: str) -> str:
        """Return what one part of a row's name is called."""
        before, arrow, after = key.partition("<-")
        if arrow:
            return text(
                "{project} after {requires}",
                project=self.project(before), requires=self.project(after)
            )  # fmt: skip
        if key == _NATION:
            return text("the nation")
        if key in self._cities:
            return self.names.city(key)
        return self.project(key) if key in self._projects else key
