"""Track over HTTP: sums of the market, files, and planning again."""

from functools import partial
from typing import Any

from litestar import Response

from urbium.errors import NotFoundError
from urbium.programme.job_kinds import answer_words
from urbium.text import text
from urbium.web.rendering.parameters import FromActor, FromOffice, Segment, Word
from urbium.web.server.answers import noun
from urbium.web.server.kept_answers import KEPT, LARGE
from urbium.web.server.refusals import OPENS, refusals
from urbium.web.server.routes import page, reading, see, writing
from urbium.web.server.security import BY_POLICY, PUBLIC

_noun = partial(noun, responses=refusals(*OPENS, 409))
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@_noun("/api/market/sums/{by:str}", "MarketSum[]", opt=BY_POLICY | KEPT)
def sums(office: FromOffice, actor: FromActor, by: Segment) -> object:
    """Return the projects that seek money by sector, region, year, instrument or readiness; in millions."""
    return office.market.sums(by, actor).rename({by: "name"}).to_dicts()


@_noun("/downloads/track.xlsx", opt=PUBLIC | LARGE, include_in_schema=False)
def workbook(office: FromOffice) -> Response[bytes]:
    """Send progress, earned value and targets as a workbook."""
    return _file(office.track.workbook(), "progress", "xlsx")


@_noun("/downloads/market-sums/{file:str}", opt=BY_POLICY | LARGE, include_in_schema=False)
def sums_file(office: FromOffice, actor: FromActor, file: Segment) -> Response[bytes]:
    """Send sums of the market as CSV or workbook."""
    by, _, ending = file.rpartition(".")
    if ending not in _TYPES:
        raise NotFoundError.named(text("kind of file"), ending, _TYPES)
    return _file(office.market.sums_file(by, ending, actor), f"market-by-{by}", ending)


def _file(content: bytes, name: str, ending: str) -> Response[bytes]:
    headers = {"Content-Disposition": f'attachment; filename="{name}.{ending}"'}
    return Response(content, media_type=_TYPES[ending], headers=headers)


def replanning(office: FromOffice, actor: FromActor, *, job: Word = "") -> Any:  # noqa: ANN401
    """Show the button that plans again, and how far the plan is that was asked for."""
    office.jobs.check(actor, "replan")
    opened = office.jobs.opened(actor, job) if job else None
    return page(
        "track_replan.html",
        text("Replan from reports"),
        job=opened,
        said="" if opened is None else answer_words(opened.answer),
        today=office.track.first_open_year(),
        names=office.register.names(),
    )


def replan(office: FromOffice, actor: FromActor) -> Any:  # noqa: ANN401
    """Ask for a plan from what accepted reports say, and lead to where it is followed."""
    job = office.jobs.begin(actor, "replan", {})
    return see(f"/track/replan?job={job.id}")


TRACK = (
    sums,
    workbook,
    sums_file,
    reading("/track/replan")(replanning),
    writing("/track/replan/begin")(replan),
)
"""Every address of what became of plans."""
