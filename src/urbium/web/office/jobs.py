"""Jobs: long work by button: a form for each kind, the jobs, and the page of each: how far it is, its end.

Everything works without scripts: the page of a job is loaded again every few seconds until it has ended.
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

import polars as pl
from litestar.response import Template

from urbium import charts
from urbium.access import Actor, clauses
from urbium.errors import InputError, UrbiumError
from urbium.money import Money
from urbium.packaged import words_of
from urbium.programme import Programme
from urbium.programme.job_kinds import JOB_KINDS, UNSEARCHED, answer_words
from urbium.programme.jobs import asked_of as asked_of_job
from urbium.text import Text, coded, text, texts
from urbium.web.desk.forms import MORE
from urbium.web.desk.shown import Part, parts_of
from urbium.web.office.job_forms import WORK, WorkForm, asked_of, form_of, read_work
from urbium.web.rendering.drawing import Drawer
from urbium.web.rendering.parameters import FromActor, FromDrawer, FromOffice, Segment, Word
from urbium.web.server.routes import Form, absent, page, reading, see, writing

_PAGE: Final = 30
_WHOLE: Final = 0.995
"""The share of its work from which on a search is shown as ended."""
_TOLD: Final = frozenset({"years", "budget", "index", "period", "to", "licence"})
"""What the list of jobs says of what was asked for; the page of a job says all of it."""
_UNDONE: Final = ("failed", "cancelled")
STATES: Final[Mapping[str, Text]] = words_of("state of a job")
"""What the states of jobs are called."""


def check_seen(actor: Actor) -> None:
    """Raise NotFoundError for who may not see the work of the whole programme."""
    if not any(one.place == "all" for one in clauses(actor, "job", "read")):
        raise absent()


def begins(actor: Actor) -> list[str]:
    """Return the kinds of long work that somebody may begin here."""
    return [kind for kind in WORK if clauses(actor, "job", kind)]


def work_page(office: FromOffice, actor: FromActor, *, before: Word = "") -> Any:  # noqa: ANN401
    """Show what can be begun, and the jobs, the newest first."""
    check_seen(actor)
    jobs = office.jobs.listed(actor, before=before, most=_PAGE + 1)
    return page(
        "office.html",
        text("Measure, plan and publish"),
        kinds=[(kind, *WORK[kind]) for kind in begins(actor)],
        jobs=[_listed(office, actor, job) for job in jobs[:_PAGE]],
        following=jobs[_PAGE - 1].id if len(jobs) > _PAGE else "",
    )


def _listed(office: Programme, actor: Actor, job: Any) -> dict[str, Any]:  # noqa: ANN401 - urbium.store.Job
    """Return a job as the list says it: what it is called, what was asked for, and where its result is."""
    whole = office.jobs.opened(actor, job.id) if job.kind in WORK else job
    asked = _asked(office, whole)
    names = (part.line.said for part in asked if part.name == "name")
    return {
        "job": job,
        "title": JOB_KINDS[job.kind].title,
        "state": STATES[job.state],
        "begun": _instant(job.made),
        "name": whole.answer.get("name") or next(names, ""),
        "asked": [part for part in asked if part.name in _TOLD],
        "made": _made(whole),
    }


def form_page(office: FromOffice, actor: FromActor, kind: Segment, *, again: Word = "") -> Any:  # noqa: ANN401
    """Show the form of a kind of long work, with what a job of that kind asked for where one is named."""
    before = office.jobs.opened(actor, again) if again else None
    if before is not None and before.kind != kind:
        raise absent()
    return _form(office, actor, kind, {}, before=None if before is None else asked_of_job(before))


def _form(
    office: Programme,
    actor: Actor,
    kind: str,
    typed: Mapping[str, str],
    problem: UrbiumError | None = None,
    *,
    before: Mapping[str, Any] | None = None,
) -> Template:
    if kind not in begins(actor):
        raise absent()
    title, about = WORK[kind]
    return page(
        "office_form.html",
        title,
        status=200 if problem is None else problem.status,
        kind=kind,
        about=about,
        form=form_of(office, actor, kind, typed, problem, before=before),
    )


def begin(office: FromOffice, actor: FromActor, kind: Segment, data: Form) -> Any:  # noqa: ANN401
    """Ask for long work of what was typed, or show the form again with everything that was wrong."""
    if kind not in begins(actor):
        raise absent()
    if data.get(MORE):
        return _form(office, actor, kind, data)
    content, faults = read_work(office, actor, kind, data)
    if faults:
        refused = coded("web.work.refused", "this work cannot begin yet")
        problem = InputError(refused, remedy=text("correct it where it is marked"), faults=faults)
        return _form(office, actor, kind, data, problem)
    return see(f"/office/jobs/{office.jobs.begin(actor, kind, content).id}")


def job_page(
    office: FromOffice,
    drawer: FromDrawer,
    actor: FromActor,
    id: Segment,  # noqa: A002 - the name in the address
) -> Any:  # noqa: ANN401
    """Show a job: who asked for what, how far it is, and what came of it."""
    check_seen(actor)
    job = office.jobs.opened(actor, id)
    kind = JOB_KINDS[job.kind]
    return page(
        "office_job.html",
        kind.title,
        job=job,
        state=STATES[job.state],
        begun=_instant(job.made),
        changed=_instant(job.changed),
        is_search=kind.is_search,
        may_repeat=job.state in _UNDONE and job.kind in begins(actor),
        may_end=not job.has_ended and bool(clauses(actor, "job", "cancel")),
        asked=_asked(office, job),
        answer=job.answer,
        said=answer_words(job.answer),
        unsearched=UNSEARCHED if job.answer.get("is_unsearched") else "",
        left=_left(job.progress),
        is_searched=(job.progress.get("share") or 0) >= _WHOLE,
        chart=_converging(office, drawer, job.answer.get("trace") or job.progress.get("trace")),
    )


def _asked(office: Programme, job: Any) -> list[Part]:  # noqa: ANN401 - urbium.store.Job, not named here
    """Return what a job asks for, in the words of its form; files and what has no form are left out."""
    if job.kind not in WORK:
        return []
    form = WorkForm(JOB_KINDS[job.kind])
    asked = dict(asked_of_job(job))
    if "budget" in asked:
        asked["budget"] = str(Money.parse(asked["budget"]))
    solutions = {code: one.name for code, one in office.catalogue.solutions.items()}
    currency = office.settings().currency
    return list(
        parts_of(
            form.name, form.content, asked, {}, currency=currency,
            asked=asked_of(office, job.kind), names=solutions | {"none": text("nothing")},
        )
    )  # fmt: skip


def _made(job: Any) -> tuple[str, Text] | None:  # noqa: ANN401 - urbium.store.Job, not named here
    """Return where the result of a job that is done is, and what a link to it says; None for no page."""
    answer = job.answer if job.state == "done" else {}
    if answer.get("adoption"):
        return f"/desk/adoptions/{quote(answer['adoption'])}", text("Proposed for adoption")
    if answer.get("publication"):
        return f"/publications/{quote(answer['publication'])}", text("See the publication")
    if answer.get("file"):
        return f"/api/jobs/{job.id}/file", text("Download the file")
    if answer.get("name") and JOB_KINDS[job.kind].is_search:
        return f"/plan/compare?b={quote(answer['name'])}", text("Compare with the adopted plan")
    return None


def _left(progress: Mapping[str, Any]) -> Text | str:
    """Say how long a search has still to go at its pace, or that what it has is being checked.

    >>> _left({"share": 0.25, "seconds": 40.0}), _left({"share": 1.0, "seconds": 90.0})[:21], _left({})
    ('At this pace, the search will end within 2 minutes.', 'The search has ended;', '')
    """
    share, seconds = progress.get("share"), progress.get("seconds")
    if not share or not seconds:
        return ""
    if share >= _WHOLE:
        return text("The search has ended; the plan is being checked and stored.")
    minutes = math.ceil(seconds * (1 - share) / share / 60)
    return texts(
        "At this pace, the search will end within {count} minute.",
        "At this pace, the search will end within {count} minutes.",
        count=minutes,
    )


def _converging(office: Programme, drawer: Drawer, trace: list[Any] | None) -> Any:  # noqa: ANN401 - a drawing
    """Draw how value and bound of a search come together; None where it has noted nothing yet."""
    if not trace:
        return None
    schema = {"seconds": pl.Float64(), "gain": pl.Float64(), "most": pl.Float64()}
    adopted = office.adopted("plan")
    unit = "" if adopted is None else adopted.benefit_unit
    return drawer.draw(charts.convergence(pl.DataFrame(trace, schema=schema, orient="row"), unit=unit))


def stop(office: FromOffice, actor: FromActor, id: Segment) -> Any:  # noqa: A002, ANN401
    """End a search early and keep the best plan that it has."""
    office.jobs.stop(actor, id)
    return see(f"/office/jobs/{id}")


def cancel(office: FromOffice, actor: FromActor, id: Segment) -> Any:  # noqa: A002, ANN401
    """End a job and keep nothing of it."""
    office.jobs.cancel(actor, id)
    return see(f"/office/jobs/{id}")


def _instant(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds / 1e6, tz=UTC)


WORK_PAGES = (
    reading("/office")(work_page),
    reading("/office/begin/{kind:str}")(form_page),
    writing("/office/begin/{kind:str}/send")(begin),
    reading("/office/jobs/{id:str}")(job_page),
    writing("/office/jobs/{id:str}/stop")(stop),
    writing("/office/jobs/{id:str}/cancel")(cancel),
)
"""The pages of long work."""
