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
from urbium.text import Text, named, text, texts

_TOLD: Final = ("application", "taskbook", "amendment", "report", "grade", "resource", "alert")
"""Kinds of cases of a city of which is told whoever may see them; of no other kind, nobody."""
_PAGES: Final = {"/cities": "figures", "/nation": "people", "/plan": "plan"}
"""Where on the pages of a city stands what the programme shows at an address."""
_NAMED: Final = 5
_PLACE: Final = ("variable", "period", "area")
"""Where one figure of a city counts."""


class CityNews:
    """What has changed in one city, as somebody may see it."""

    def __init__(self, desk: Desk, casework: Casework, news: News, problem_reports: ProblemReports) -> None:
        self._desk, self._casework, self._news = desk, casework, news
        self._reports = problem_reports

    def since(self, actor: Actor, city: str, instant: datetime, *, most: int = 10) -> list[Change]:
        """Return what changed in a city after an instant, the newest first and at most so much."""
        page = f"/cities/{city}"
        changes = [
            *self._adopted(city, page, instant),
            *self._cases(actor, city),
            *self._figures(city, page, instant),
            *self._problems(city, page),
        ]
        newer = [one for one in changes if one.at > instant]
        return sorted(newer, key=lambda one: one.at, reverse=True)[:most]

    def _adopted(self, city: str, page: str, instant: datetime) -> Iterator[Change]:
        for one in self._news.adopted(instant):
            said = one.said
            if one.about == {"scores"} and not self._is_scored(city):
                said = text("New scores and ranks of the cities were adopted; this city has no score in them")
            yield Change(one.at, said, f"{page}/{_PAGES[one.address]}")

    def _is_scored(self, city: str) -> bool:
        scores = self._desk.workspace.adopted("scores")
        return scores is not None and city in scores.table.drop_nulls("score")["city"]

    def _cases(self, actor: Actor, city: str) -> Iterator[Change]:
        for kind in _TOLD:
            for sight in self._casework.listed(actor, kind, where={"city": city}):
                if not sight.dossier.content.get("sensors"):  # which says that a device is silent
                    yield self._news.change(sight)

    def _figures(self, city: str, page: str, instant: datetime) -> Iterator[Change]:
        """Yield the figures that were stored at one time, by what that did, with what they are called."""
        variables = self._desk.workspace.catalogue.variables
        stored = self._desk.workspace.store.observations(cities=[city], history=True)
        is_first = pl.col("recorded_at") == pl.col("recorded_at").min().over(*_PLACE, "source")
        corrected = self._news.corrected(instant).filter(city=city)
        stored = stored.with_columns(
            what=pl.when(is_first).then(pl.lit("entered")).otherwise(pl.lit("checked"))
        )
        stored = stored.filter(pl.col("recorded_at") > instant.astimezone(UTC)).join(
            corrected.select(*_PLACE, "recorded_at", became="variable"),
            on=[*_PLACE, "recorded_at"], how="left",
        )  # fmt: skip
        what = pl.when(pl.col("became").is_null()).then("what").otherwise(pl.lit("corrected"))
        for (at, done), rows in stored.group_by("recorded_at", what.alias("what")):
            names = [
                named(variables[one].name, one).render() if one in variables else one
                for one in rows["variable"].unique().sort()
            ]
            assert isinstance(at, datetime)  # noqa: S101 - the column of instants
            said = _stored(str(done), rows.height, few(names, _NAMED))
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


def _stored(what: str, count: int, names: str) -> Text:
    """Say how many figures were entered, corrected (another one counts since), or checked again."""
    if what == "corrected":
        return texts(
            "{count:,} figure was corrected: {names}.",
            "{count:,} figures were corrected: {names}.",
            count=count, names=names
        )  # fmt: skip
    if what == "entered":
        return texts(
            "{count:,} figure was entered: {names}.",
            "{count:,} figures were entered: {names}.",
            count=count, names=names
        )  # fmt: skip
    return texts(
        "{count:,} figure was checked again: {names}.",
        "{count:,} figures were checked again: {names}.",
        count=count, names=names
    )  # fmt: skip
