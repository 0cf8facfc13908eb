"""City news: what has changed in one city: adopted results, its cases and alerts, figures, problems."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import polars as pl

from urbium.access import Actor
from urbium.errors import few
from urbium.programme.cases.casework import Casework
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.news import Change, News
from urbium.programme.platform.problem_reports import STATES, ProblemReports
from urbium.text import named, text, texts

_TOLD: Final = ("application", "taskbook", "amendment", "report", "grade", "resource", "alert")
"""Kinds of cases of a city of which is told whoever may see them; of no other kind, nobody."""
_PAGES: Final = {"/cities": "figures", "/nation": "people", "/plan": "plan"}
"""Where on the pages of a city stands what the programme shows at an address."""
_NAMED: Final = 5


class CityNews:
    """What has changed in one city, as somebody may see it."""

    def __init__(self, desk: Desk, casework: Casework, news: News, problem_reports: ProblemReports) -> None:
        self._desk, self._casework, self._news = desk, casework, news
        self._reports = problem_reports

    def since(self, actor: Actor, city: str, instant: datetime, *, most: int = 10) -> list[Change]:
        """Return what changed in a city after an instant, the newest first and at most so much."""
        page = f"/cities/{city}"
        changes = [
            *self._adopted(page, instant),
            *self._cases(actor, city),
            *self._figures(city, page, instant),
            *self._problems(city, page),
        ]
        newer = [one for one in changes if one.at > instant]
        return sorted(newer, key=lambda one: one.at, reverse=True)[:most]

    def _adopted(self, page: str, instant: datetime) -> Iterator[Change]:
        for one in self._news.adopted(instant):
            yield Change(one.at, one.said, f"{page}/{_PAGES[one.address]}")

    def _cases(self, actor: Actor, city: str) -> Iterator[Change]:
        for kind in _TOLD:
            for sight in self._casework.listed(actor, kind, where={"city": city}):
                if not sight.dossier.content.get("sensors"):  # which says that a device is silent
                    yield self._news.change(sight)

    def _figures(self, city: str, page: str, instant: datetime) -> Iterator[Change]:
        """Yield the figures that were stored at one time, with what they are called."""
        variables = self._desk.workspace.catalogue.variables
        stored = self._desk.workspace.store.observations(cities=[city], history=True)
        stored = stored.filter(pl.col("recorded_at") > instant.astimezone(UTC))
        for (at,), rows in stored.group_by("recorded_at"):
            names = [
                named(variables[one].name, one).render() if one in variables else one
                for one in rows["variable"].unique().sort()
            ]
            said = texts(
                "{count:,} figure was entered or corrected: {names}.",
                "{count:,} figures were entered or corrected: {names}.",
                count=rows.height,
                names=few(names, _NAMED),
            )
            assert isinstance(at, datetime)  # noqa: S101 - the column of instants
            yield Change(at, said, f"{page}/figures?years=all#facts")

    def _problems(self, city: str, page: str) -> Iterator[Change]:
        for one in self._reports.public(city):
            said = text(
                "Problem reported by a citizen ({what}{place}): {state}",
                what=self._reports.service(one.service),
                place=f", {one.public_place}" if one.public_place else "",
                state=STATES[one.state],
            )
            yield Change(
                datetime.fromtimestamp(one.changed / 1_000_000, UTC), said, f"{page}/citizens#report"
            )
