"""Track: what became of the plans of a programme, what is likely to be missed, and what is learnt.

Everything rests on what everybody may read: task books in force or closed, accepted reports, figures in
force.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from urbium.columns import schema_of
from urbium.errors import InputError
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.rules.track_cases import (
    house_of,
    lessons_of,
    movers_of,
    open_lessons,
    tracked_books,
)
from urbium.programme.results.options import Options
from urbium.text import coded, spoken, text

if TYPE_CHECKING:
    from urbium.plan import Replanning
    from urbium.track.early_warning import Warnings
    from urbium.track.lessons import Lessons
    from urbium.track.progress import Progress, Tracked

_READ: Final = ("taskbook", "report", "round")
"""Kinds of dossiers that task books and what is known of them are read from."""
_LEARNT: Final = schema_of("solution city taskbook task finished")


class Track:
    """What became of plans: progress, early warnings, lessons, and a plan from there."""

    def __init__(self, desk: Desk, options: Options) -> None:
        self._desk, self._options = desk, options
        self._store = desk.workspace.store

    def progress(self, city: str = "") -> "Progress":
        """Return plan against actuals in time, money, people and effect, of one city or of all.

        Raises NotFoundError for a city that is not there.
        """
        from urbium.track.progress import progress  # noqa: PLC0415 - loads the charts

        return progress(self._shown(city))

    def warnings(self, city: str = "") -> "Warnings":
        """Return the outlook of every target that is still to come, the least likely first."""
        from urbium.track.early_warning import warn  # noqa: PLC0415

        books = self._shown(city)
        return warn(books, house_of(self._desk, books), movers_of(self._desk))

    def workbook(self, city: str = "") -> bytes:
        """Return progress, earned value and the outlook of targets as an Excel workbook."""
        from urbium.publish.books.track_book import track_book  # noqa: PLC0415 - heavy, and only for workbooks

        title = text("{programme}: progress", programme=self._desk.settings.name())
        return track_book(self.progress(city), self.warnings(city), title=title.render())

    def lessons(self, solution: str, indicator: str = "", variable: str = "") -> "Lessons":
        """Return what finished projects of a kind did beside comparable cities, and the effect it suggests.

        Parameters
        ----------
        solution : the kind of project
        indicator : of its declared effect, in words or by code; may be left out where there is one effect
        variable : the figure that is compared; may be left out where the indicator is one variable

        Raises NotFoundError for what is not declared, InputError where it must be said which is meant.
        """
        return lessons_of(self._desk, solution, indicator, variable)

    def open_lessons(self) -> pl.DataFrame:
        """Return what nobody has adopted yet of finished projects: solution, indicator, city, said.

        It is computed anew once a figure, the catalogue, a task book, a report or a lesson has changed.
        """
        kinds = ("taskbook", "report", "lesson")

        def made() -> pl.DataFrame:
            books = self._books()
            solutions = self._finished(books)["solution"].unique().sort()
            return open_lessons(self._desk, books, solutions)

        changes = tuple(self._store.dossiers.last_change(kind) for kind in kinds)
        return self._desk.workspace.once(f"open lessons in {spoken()}", made, of=changes)

    def observed(self) -> dict[str, int]:
        """Return in how many cities an adopted lesson saw the effects of each kind of project."""
        cities: dict[str, set[str]] = {}
        for lesson in self._desk.dossiers("lesson", state="adopted"):
            counted = {one["city"] for one in lesson.content["cities"] if not one["reason"]}
            cities.setdefault(lesson.content["solution"], set()).update(counted)
        return {solution: len(codes) for solution, codes in cities.items()}

    def finished(self) -> pl.DataFrame:
        """Return the finished projects to learn from: solution, city, taskbook, task, finished (year)."""
        return self._finished(self._books())

    @staticmethod
    def _finished(books: "Sequence[Tracked]") -> pl.DataFrame:
        from urbium.track.progress import finished_in  # noqa: PLC0415

        rows = [
            (task.solution, one.city, one.code, task.code, year)
            for one in books
            for task in one.book.tasks
            if task.solution and (year := finished_in(one, task)) is not None
        ]
        return pl.DataFrame(rows, schema=dict(_LEARNT), orient="row").sort("solution", "city")

    def actuals(self, today: int | None = None) -> pl.DataFrame:
        """Return what accepted reports of years before ``today`` say of the adopted plan, for replanning.

        Columns: project, status (``finished``, ``started``, ``delayed``, ``dropped``), start, finish
        (years), spent, capital (millions at the prices of the plan). What costs less than planned is said
        once it is finished; what has already cost more is said at once.
        """
        from urbium.plan.analysis.actuals import ACTUALS  # noqa: PLC0415 - loads the planner
        from urbium.track.progress import begun_in, finished_in, spent_by  # noqa: PLC0415

        plan = self._desk.plans.adopted()
        costs = dict(plan.roadmap.projects.select("project", "capital").iter_rows())
        starts = dict(plan.table.select("project", "start").iter_rows())
        rows: list[tuple[Any, ...]] = []
        for whole in self._books():
            one = replace(whole, reports=[row for row in whole.reports if today is None or row.year < today])
            tasks = {task.code: task for task in one.book.tasks if task.code in costs}
            if one.book.plan == str(self._desk.workspace.adopted_number("plan")):
                here = plan.table.filter(city=one.city)["project"]
                rows += [(code, "dropped", None, None, None, None) for code in here if code not in tasks]
            for code, task in tasks.items():
                begun, ends, spent = begun_in(one, task), finished_in(one, task), spent_by(one, task)
                begun = None if begun is None else max(begun, plan.years[0])  # a plan knows no year before it
                if ends is not None:
                    rows.append((code, "finished", begun, ends, spent, spent))
                elif begun is not None:
                    is_over = spent is not None and spent > costs[code]
                    rows.append((code, "started", begun, None, spent, spent if is_over else None))
                elif one.year is not None and task.starts is not None:
                    first = max(task.starts, one.year + 1)
                    if first > starts.get(code, first):
                        rows.append((code, "delayed", first, None, None, None))
        return pl.DataFrame(rows, schema=dict(ACTUALS), orient="row")

    def first_open_year(self) -> int:
        """Return the first year that is still open: the one after the last year of an accepted report.

        Raises InputError where no report is accepted.
        """
        years = [one.year for one in self._books() if one.year is not None]
        if not years:
            raise InputError(
                coded(
                    "programme.track.no_report",
                    "no report has been accepted yet (examples do not count), so there is nothing to "
                    "replan from",
                ),
                remedy=text("accept reports first, or pass a file of reports to urbium replan"),
            )
        return max(years) + 1

    def replan(
        self,
        *,
        today: int | None = None,
        **settings: Any,  # noqa: ANN401 - of replan
    ) -> "Replanning":
        """Plan again what remains of the adopted plan, from what accepted reports say.

        Parameters
        ----------
        today : the first year that is still open; the one after the last report unless given
        settings : limits, stability, roadmap, on_progress, as of
            :meth:`urbium.programme.results.options.Options.replan`
        """
        first = self.first_open_year() if today is None else today
        return self._options.replan(self.actuals(first), today=first, **settings)

    def _books(self) -> "list[Tracked]":
        return [one for one in self._everything("") if not one.is_example]

    def _shown(self, city: str) -> "list[Tracked]":
        """Return the task books; examples only where there are no others, so that no sum has both."""
        everything = self._everything(city)
        return [one for one in everything if not one.is_example] or everything

    def _everything(self, city: str) -> "list[Tracked]":
        code = self._desk.city(city).code if city else ""
        changes = tuple(self._store.dossiers.last_change(kind) for kind in _READ)
        return self._desk.workspace.once(
            f"task books of {code}", lambda: tracked_books(self._desk, code), of=changes
        )
