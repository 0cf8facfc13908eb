"""Data rooms: the page of a project's documents for who may see them; each opening is entered in the log.

A document is opened by a form and not by a link, so that nothing which fetches links ahead enters a visit.
Who does not see the expression of interest is answered as if there were none.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

import polars as pl

from urbium.access import Actor
from urbium.errors import NotFoundError, UrbiumError
from urbium.model.dossiers import Dossier
from urbium.programme import Programme
from urbium.text import Text, say, spoken, text
from urbium.web.desk.files import download
from urbium.web.desk.marks import marked
from urbium.web.rendering.parameters import FromActor, FromOffice, Segment
from urbium.web.server.routes import Form, page, reading, writing

COST_ONLY: Final = text("cost-only")


def room_page(office: FromOffice, actor: FromActor, code: Segment) -> Any:  # noqa: ANN401
    """Show the documents of a data room, and who opened which."""
    return _room(office, actor, code)


def _room(
    office: Programme, actor: Actor, code: str, problem: UrbiumError | None = None, sha256: str = ""
) -> Any:  # noqa: ANN401
    return page(
        "data_room.html",
        text("Data room"),
        status=problem.status if problem else 200,
        room=office.market.room(actor, code),
        code=code,
        problem=marked(problem, {}, rest=sha256),
    )


def open_document(office: FromOffice, actor: FromActor, code: Segment, data: Form) -> Any:  # noqa: ANN401
    """Send a document as a download, after the opening is entered in the log."""
    sha256 = data.get("sha256", "")
    try:
        name, content, media_type = office.market.document(actor, code, sha256)
    except NotFoundError:
        raise
    except UrbiumError as error:
        return _room(office, actor, code, error, sha256)
    return download(name, media_type, content)


def money_facts(office: Programme, actor: Actor, dossier: Dossier) -> dict[str, Any]:
    """Gather what the plan says of the money that a dossier is about: what is sought, earned and lent.

    An offer or an interest has the ``prospect`` of its project; an agreement the loans of all its projects.
    """
    projects = list(_projects_of(office, actor, dossier)) if office.adopted("plan") else []
    if not projects:
        return {"prospect": None, "earns": "", "loans": ()}
    by_code = {one.code: one for one in office.market.pipeline().prospects}
    prospect = None if dossier.kind == "agreement" else by_code.get(projects[0])
    earns = return_words(office, prospect.code) if prospect else ""
    return {"prospect": prospect, "earns": earns, "loans": office.finances.loan_words(projects)}


def _projects_of(office: Programme, actor: Actor, dossier: Dossier) -> Iterator[str]:
    """Yield the projects that an offer, an interest or an agreement is about."""
    if dossier.kind == "agreement":
        yield from (one["project"] for one in dossier.content.get("funding", ()))
    elif dossier.kind == "interest" and dossier.parent:
        with suppress(NotFoundError):
            yield from _projects_of(
                office, actor, office.casework.opened(actor, "offer", dossier.parent).dossier
            )
    elif dossier.kind in ("offer", "interest") and dossier.content.get("project"):
        yield dossier.content["project"]


def return_words(office: Programme, project: str) -> str:
    """Say what a project earns a year, or that it is cost-only."""
    return earned(office).get(project, str(say(COST_ONLY)))


def earned(office: Programme) -> dict[str, str]:
    """Return what each project of the market earns that earns anything, in words."""
    return office.once(f"inflows of the market in {spoken()}", lambda: _inflows(office))


def _inflows(office: Programme) -> dict[str, str]:
    """Return what the projects earn that earn anything, in words: the yearly return, where there is one."""
    appraisal, table = office.required("appraisal"), office.market.table()
    rates = dict(appraisal.table.select("project", "irr").iter_rows())
    paying = table.filter(~pl.col("is_cost_only"))["project"]
    return {
        project: str(
            say(
                appraisal.inflow_words(project)
                if rates.get(project) is None
                else _rate_words(rates[project], *office.finances.rate_range(project))
            )
        )
        for project in paying
    }


def _rate_words(rate: float, low: float | None, high: float | None) -> Text:
    """Say what a project earns a year, with the range of its income where that has two ends."""
    if low is None or high is None or low == high:
        return text("{rate:.1%} a year, real", rate=rate)
    return text("{rate:.1%} a year, real ({low:.1%} to {high:.1%})", rate=rate, low=low, high=high)


DATA_ROOMS = (
    reading("/data-rooms/{code:str}")(room_page),
    writing("/data-rooms/{code:str}/open")(open_document),
)
"""The pages of data rooms."""
