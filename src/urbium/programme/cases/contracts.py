"""Contracts: what is late or due, what is to be looked at, who has which grade, and certificates of it.

Everything is read as an actor may see it; who has no right to a field gets nothing that rests on it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import msgspec

from urbium.access import ANYBODY, Actor
from urbium.errors import ConflictError, NotFoundError
from urbium.model.dossiers import Dossier
from urbium.pilot.alarms.alarm_case import SEVERITIES, Alarm, Other
from urbium.pilot.alarms.alarms import alarms
from urbium.pilot.contracts.agreements import Agreement, Due, due, promises
from urbium.pilot.contracts.grades import Grade
from urbium.pilot.contracts.reports import Report, due_day
from urbium.pilot.contracts.taskbooks import TaskBook, span
from urbium.programme.cases.casework import Casework
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.due_days import due_by
from urbium.programme.cases.kinds import KINDS
from urbium.programme.cases.rules.contract_cases import case_of, evaluation_day, others_of
from urbium.programme.cases.rules.contract_rules import first_in_force, report_alarms
from urbium.programme.cases.sight import Seen
from urbium.text import coded, text

_CERTIFIED: Final = ("published", "final")


@dataclass(frozen=True, slots=True)
class PilotAlarm:
    """An alarm, and where it is: the task book, its title and city, and the year of the report (0: none)."""

    taskbook: str
    title: str
    city: str
    year: int
    alarm: Alarm


@dataclass(frozen=True, slots=True)
class Verified:
    """A check code, the grade it stands for as everybody sees it, and whether of its newest version."""

    check: str
    grade: Seen
    is_current: bool


class Contracts:
    """What is due, what is to be looked at, grades and their certificates."""

    def __init__(self, desk: Desk, casework: Casework) -> None:
        self._desk = desk
        self._casework = casework

    # --- agreements -------------------------------------------------------------------------------------

    def due_by(self, sight: Seen) -> date | None:
        """Return the day by which what waits of a dossier is to be done; None where no day is set."""
        return due_by(self._desk, sight.dossier)

    def due(self, actor: Actor, *, on: date | None = None, within: int = 30) -> list[Due]:
        """Return the commitments of agreements in force that are late or due soon, by party.

        Parameters
        ----------
        actor : who asks
        on : the day; today when none is given
        within : how many days ahead is soon
        """
        sights = self._casework.listed(actor, "agreement", where={"state": "signed"})
        rows = [(one.dossier.code, one.dossier.content_as(Agreement)) for one in sights]
        return due(rows, on or self._desk.today(), within=within)

    def promises(self, actor: Actor, code: str, *, on: date | None = None) -> list[dict[str, str | bool]]:
        """Return what each party of an agreement promised and did; NotFoundError where it is not seen."""
        sight = self._casework.opened(actor, "agreement", code)
        return promises(sight.dossier.content_as(Agreement), on or self._desk.today())

    def funding(self, actor: Actor = ANYBODY, *, as_known_on: datetime | None = None) -> list[dict[str, Any]]:
        """Return the money that agreements in force give projects, one row each; those that an actor may see.

        ``as_known_on`` is the instant on which they were in force; now when left out.

        Keys: agreement, title, signed_on, and the fields of
        :class:`urbium.pilot.contracts.agreements.Funding`.
        """
        rows = []
        for one in self._casework.listed(
            actor, "agreement", where={"state": "signed"}, as_known_on=as_known_on
        ):
            agreement = one.dossier.content_as(Agreement)
            named = {
                "agreement": one.dossier.code,
                "title": agreement.title,
                "signed_on": agreement.signed_on,
            }
            rows += [named | msgspec.structs.asdict(money) for money in agreement.funding]
        return rows

    def reports_due(self, actor: Actor) -> list[tuple[Dossier, int, date]]:
        """Return the years over of task books in force for which no report is begun, and when it was due.

        Of task books that the actor sees as a party does, the earliest year first.
        """
        begun = {
            (one.dossier.parent, one.dossier.content.get("year"))
            for one in self._casework.listed(actor, "report")
        }
        rows = [
            (sight.dossier, year, due_day(year, evaluation_day(self._desk, sight.dossier)))
            for sight in self._casework.listed(actor, "taskbook", where={"state": "in_force"})
            if "parties" in sight.circles
            for year in span(sight.dossier.content_as(TaskBook))
            if year < self._desk.today().year and (sight.dossier.code, year) not in begun
        ]
        return sorted(rows, key=lambda row: (row[2], row[0].code))

    # --- alarms -----------------------------------------------------------------------------------------

    def alarms(
        self, actor: Actor, *, on: date | None = None, city: str = "", taskbook: str = ""
    ) -> list[PilotAlarm]:
        """Return what is to be looked at in the pilots whose task books an actor sees as a party does.

        The newest report of each task book that the actor may see is compared with those before it; where the
        report of a year is over and there is none, that is an alarm.

        Parameters
        ----------
        actor : who asks
        on : the day; today when none is given
        city, taskbook : of this city or task book alone
        """
        day = on or self._desk.today()
        where = {"state": "in_force", "city": city, "code": taskbook}
        wanted = {name: value for name, value in where.items() if value}
        reports: dict[str, list[Dossier]] = {}
        for sight in self._casework.listed(actor, "report", where={"parent": taskbook} if taskbook else None):
            if sight.dossier.state != "draft" and "parties" in sight.circles:
                reports.setdefault(sight.dossier.parent, []).append(sight.dossier)
        books = [
            sight.dossier
            for sight in self._casework.listed(actor, "taskbook", where=wanted)
            if "parties" in sight.circles
        ]
        others = others_of(self._desk) if books else []
        rows = [row for book in books for row in self._of_book(book, reports.get(book.code, ()), others, day)]
        return sorted(rows, key=lambda row: (SEVERITIES.index(row.alarm.severity), row.taskbook))

    def _of_book(
        self, book: Dossier, reports: Iterable[Dossier], others: Sequence[tuple[str, Other]], day: date
    ) -> list[PilotAlarm]:
        sent = sorted((one.content_as(Report) for one in reports), key=lambda one: one.year)
        newest = sent[-1] if sent else None
        content = book.content_as(TaskBook)
        case = case_of(
            self._desk, book, newest, sent[:-1], sent=day, others=others,
            first=first_in_force(self._desk, book), due_year=_awaited(content, newest),
        )  # fmt: skip
        year = newest.year if newest else 0
        return [PilotAlarm(book.code, content.title, book.city, year, alarm) for alarm in alarms(case)]

    def alarms_when_sent(self, actor: Actor, code: str) -> list[PilotAlarm]:
        """Return what will be noticed in a report that is being written, if it is sent today.

        Raises NotFoundError where the actor does not see the report.
        """
        report = self._casework.opened(actor, "report", code).dossier
        rows = report_alarms(self._desk, report) if report.state == "draft" else ()
        title, year = report.content["title"], report.content["year"]
        return [PilotAlarm(report.parent, title, report.city, year, alarm) for alarm in rows]

    # --- grades -----------------------------------------------------------------------------------------

    def grades(self, actor: Actor = ANYBODY) -> list[Seen]:
        """Return the grades that an actor may see, those with most stars first."""
        sights = self._casework.listed(actor, "grade", where={"state": list(_CERTIFIED)})
        return sorted(sights, key=lambda one: (-one.dossier.content["stars"], one.dossier.content["title"]))

    def certificates(self) -> list[Verified]:
        """Return the certificates that are valid, of the grades that everybody may see."""
        grades = [one for one in self.grades() if one.dossier.content["stars"]]
        return [Verified(self.check_code(one.dossier), one, is_current=True) for one in grades]

    def certificate(self, actor: Actor, code: str, *, address: str, ending: str = "pdf") -> bytes:
        """Return the certificate of a published grade as tagged PDF, or for Word.

        The parts of the grade are on it for those who may see them.

        Parameters
        ----------
        actor, code : who asks for which grade
        address : where it is verified; ``{code}`` in it is replaced by the check code
        ending : ``pdf`` or ``docx``

        Raises
        ------
        NotFoundError : the grade is not there for the actor
        ConflictError : it is not published, or nothing was reached
        """
        from urbium.publish.certificates import Certified, certificate  # noqa: PLC0415

        sight = self._casework.opened(actor, "grade", code)
        dossier = sight.dossier
        grade = dossier.content_as(Grade)
        if dossier.state not in _CERTIFIED or not grade.stars:
            raise ConflictError(
                coded("programme.certificate.none", "there is no certificate for this grade"),
                place=f"grade {code}",
                remedy=text("a certificate is issued when a grade is published, unless the grade is none"),
            )
        public = self._casework.opened(ANYBODY, "grade", code).dossier  # as who verifies it counts versions
        assert public.recorded_at is not None  # noqa: S101 - what is stored has its day
        check = self.check_code(public)
        certified = Certified(
            code=code,
            version=public.version,
            programme=self._desk.settings.name() or "urbium",
            pilot=grade.title,
            level=grade.level,
            stars=grade.stars,
            points=grade.points,
            rule=grade.rule,
            parts=[(one.title, one.weight, one.met, one.points) for one in grade.parts],
            at=public.recorded_at.astimezone(self._desk.settings.zone()),
        )
        where = address.replace("{code}", check)
        return certificate(certified, check=check, address=where, ending=ending)

    def check_code(self, grade: Dossier) -> str:
        """Return the code by which the certificate of a version of a grade is verified."""
        from urbium.publish.certificates import check_code  # noqa: PLC0415

        circles = KINDS["grade"].circles
        public: Mapping[str, Any] = {
            name: value for name, value in grade.content.items() if circles[name] == "open"
        }
        return check_code(grade.code, grade.version, public)

    def verify_certificate(self, check: str) -> Verified:
        """Return the grade that a check code stands for, as everybody may see it.

        Raises NotFoundError when no certificate that is valid has this code; a grade under appeal has none.
        """
        wanted = check.strip().upper()
        for sight in self._casework.listed(ANYBODY, "grade"):
            for version in reversed(self._casework.history(ANYBODY, "grade", sight.dossier.code)):
                if self.check_code(version.dossier) == wanted:
                    is_newest = version.dossier.version == sight.dossier.version
                    return Verified(wanted, sight, is_newest)
        raise NotFoundError(
            coded("programme.certificate.unknown", "no valid certificate has the code {name!r}", name=check),
            remedy=text("enter it exactly as on the certificate"),
        )


def _awaited(book: TaskBook, newest: Report | None) -> int | None:
    """Return the year whose report comes next; None when all have come."""
    years = span(book)
    year = newest.year + 1 if newest else min(years, default=0)
    return year if year in years else None
