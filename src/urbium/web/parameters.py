"""Needs: what the pages and the API read from a programme, and nothing more.

The pages are written against these protocols. ``urbium.programme.Programme`` meets them; so does the small
stand-in of the tests.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Protocol, TypeVar

import polars as pl
from litestar.di import NamedDependency
from litestar.params import PathParameter, QueryParameter, SkipValidation

from urbium.catalogue import Catalogue
from urbium.explanation import Explanation
from urbium.model import City, Source
from urbium.programme.plan_tables import PlanTables
from urbium.programme.workspace import Workspace
from urbium.result import Result
from urbium.web.drawing import Drawer

__all__ = [
    "FromDrawer",
    "FromOffice",
    "Given",
    "OfCity",
    "Office",
    "PageNumber",
    "Segment",
    "Stage",
    "Word",
    "Words",
]

_LONGEST = 80
Made = TypeVar("Made", bound=Result)

Stage = str
"""A stage by name, as ``urbium.programme.stages`` declares it."""


class Office(Protocol):
    """A programme as its readers see it: the register, the figures, the adopted results, and why."""

    catalogue: Catalogue
    workspace: Workspace

    def cities(self) -> pl.DataFrame:
        """Return the registered cities: code, name_en, name_zh, province_en, latitude, longitude ..."""

    def city(self, code: str) -> City:
        """Return one city; raise NotFoundError with the nearest name otherwise."""

    def nation(self) -> str:
        """Return the code of the nation; raise NotFoundError where there is none, or several."""

    def observations(self, **only: Any) -> pl.DataFrame:  # noqa: ANN401 - the filters of the store
        """Return observations; filters: variables, cities, periods, statuses."""

    def faults(self) -> pl.DataFrame:
        """Return the findings of every load."""

    def figures_of(self, city: str) -> pl.DataFrame:
        """Return every stored figure of a city, with ``is_in_force`` and the ``ground`` for it."""

    def disagreements(self) -> pl.DataFrame:
        """Return where sources differ for one place, variable, boundary and period, and which one counts."""

    def summary(self) -> Mapping[str, int | str]:
        """Return the key figures of the store."""

    def sources(self) -> Mapping[str, Source]:
        """Return the registered sources by id."""

    def adopted(self, stage: Stage) -> Any:  # noqa: ANN401 - the result class of the stage
        """Return the adopted result of a stage, or None."""

    def required(self, stage: Stage) -> Any:  # noqa: ANN401 - the result class of the stage
        """Return the adopted result of a stage; raise NotFoundError with the command that makes one."""

    def solution_names(self, city: str = "") -> dict[str, str]:
        """Return the names of solutions by code: the catalogue's, and those of the adopted plan."""

    def explain(
        self,
        city: str,
        what: str = "score",
        name: str = "",
        *,
        period: str = "",
        area: str = "",
    ) -> Explanation:
        """Say how a figure of a city came about, down to file, sheet and cell."""

    def analyse(self) -> Any:  # noqa: ANN401 - urbium.measure.Analysis
        """Return correlations, statistics, effective weights, alpha and removal of the adopted index."""

    def profile(self, city: str) -> Any:  # noqa: ANN401 - urbium.measure.CityProfile
        """Return strengths, weaknesses, peers and progress of a city by the adopted index."""

    def silence(self) -> Any:  # noqa: ANN401 - urbium.measure.NonReporting
        """Return what score each city could reach by silence."""

    def information(self) -> Any:  # noqa: ANN401 - urbium.measure.DataPriorities
        """Return which missing or poor figure would move which rank most."""

    def what_if(
        self,
        *,
        values: Mapping[tuple[str, str], float | None],
        weights: Mapping[str, float],
        steps: str | None,
        aggregate: str | None,
    ) -> Any:  # noqa: ANN401 - urbium.measure.WhatIf
        """Return the adopted scores before and after a change."""

    def once(self, name: str, make: Callable[[], Made]) -> Made:
        """Return what was made of the adopted results under this name, or make it; a change drops it."""

    def plans(self) -> pl.DataFrame:
        """Return the kept plans: name, version, kept_at, kept_by, reason, and their figures."""

    def compare(self, a: str, b: str) -> Any:  # noqa: ANN401 - urbium.plan.Comparison
        """Return two plans side by side, by name; ``adopted`` is the adopted one."""

    def plan_tables(self) -> PlanTables:
        """Return the adopted plan as tables."""

    def plan_workbook(self) -> bytes:
        """Return the adopted plan as an Excel workbook."""


FromOffice = NamedDependency[SkipValidation[Office]]
"""The programme, as a handler receives it."""
FromDrawer = NamedDependency[SkipValidation[Drawer]]
"""The drawer of charts, as a handler receives it."""
Segment = Annotated[str, PathParameter(max_length=_LONGEST)]
"""A part of an address: a city's code or name, a kind of explanation, a file."""
Word = Annotated[str, QueryParameter(max_length=_LONGEST)]
"""A word asked for."""
Words = Annotated[str, QueryParameter(name="q", max_length=_LONGEST)]
"""The words of a search."""
Given = NamedDependency[Mapping[str, str]]
"""Every name and value of an address, for what is named by its data, such as the weights of nodes."""
OfCity = Annotated[str, QueryParameter(name="city", max_length=_LONGEST)]
"""The city that is asked about, by code or name."""
PageNumber = Annotated[int, QueryParameter(name="page", ge=1, le=100_000)]
"""Which page of a long table."""
