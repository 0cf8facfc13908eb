"""Problems: the desk of a city for what its citizens report: what waits, a report, what can be reported."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from litestar import Response

from urbium.access import Actor
from urbium.errors import NotFoundError, UrbiumError
from urbium.programme import Programme
from urbium.programme.platform.problem_reports import STATES, STEPS, StoredRequest
from urbium.text import text
from urbium.web.desk.marks import marked
from urbium.web.filing.reporting import picture
from urbium.web.rendering.parameters import FromActor, FromOffice, Segment, Word
from urbium.web.server.routes import Form, page, reading, see, writing
from urbium.web.views.reports import instant_of
from urbium.whole_numbers import whole_number

_HERE: Final = "/desk/problems"
_INPUTS: Final = {"answer": "answer", "officer": "officer", "city": "city", "reason": "why"}


def problems(office: FromOffice, actor: FromActor, *, closed: Word = "", city: Word = "") -> Any:  # noqa: ANN401
    """Show the reports that wait for the reader's city, or its closed ones, and what can be reported."""
    return _list(office, actor, city, is_open=not closed)


def _list(
    office: Programme,
    actor: Actor,
    city: str,
    *,
    is_open: bool = True,
    problem: UrbiumError | None = None,
    typed: Mapping[str, str] = MappingProxyType({}),
) -> Any:  # noqa: ANN401
    names = office.register.names()
    places = office.problem_reports.places(actor)
    if places == []:
        raise NotFoundError.named(text("page"), _HERE, [])
    mine = office.problem_reports.places(actor, "choose")
    some = {*office.problem_reports.cities(), *([office.city(city).code] if city else [])}
    cities = sorted(some if mine is None else set(mine), key=lambda code: names.get(code) or code)
    return page(
        "desk_problems.html",
        text("Reported problems"),
        status=200 if problem is None else problem.status,
        problem=marked(problem, _INPUTS),
        is_open=is_open,
        rows=[_row(office, one, names) for one in office.problem_reports.listed(actor, is_open=is_open)],
        desks=[_desk(office, code, names.get(code) or code, typed) for code in cities if code in names],
        why=typed.get("why", ""),
        is_any_city=mine is None,
    )


def _row(office: Programme, one: StoredRequest, names: Mapping[str, str]) -> dict[str, Any]:
    due = instant_of(office, one.due).date()
    return {
        "id": one.id,
        "what": office.problem_reports.service(one.service),
        "city": names.get(one.city) or one.city,
        "state": STATES[one.state],
        "officer": one.officer,
        "due": due,
        "is_late": not one.closed and due < office.settings.today(),
        "made": instant_of(office, one.made).date(),
    }


def _desk(office: Programme, code: str, name: str, typed: Mapping[str, str]) -> dict[str, Any]:
    """Return what can be reported to a city, ticked as it is, or as it was just sent and refused."""
    offered = {one.code for one in office.problem_reports.offered(code)}
    ticked = set(_ticked(typed)) if typed.get("city") == code else offered
    services = [(one, one.code in ticked) for one in office.problem_reports.possible(code)]
    return {"city": code, "name": name, "is_open": bool(offered), "services": services}


def _ticked(typed: Mapping[str, str]) -> list[str]:
    return [name.removeprefix("takes.") for name in typed if name.startswith("takes.")]


def choose(office: FromOffice, actor: FromActor, data: Form) -> Any:  # noqa: ANN401
    """Say what can be reported to a city."""
    try:
        office.problem_reports.choose(
            actor, data.get("city", "").strip(), _ticked(data), reason=data.get("why", "").strip()
        )
    except UrbiumError as error:
        return _list(office, actor, "", problem=error, typed=data)
    return see(_HERE)


def problem_page(office: FromOffice, actor: FromActor, id: Segment) -> Any:  # noqa: A002, ANN401
    """Show a report whole to the people of its city."""
    return _shown(office, actor, id)


def _shown(
    office: Programme,
    actor: Actor,
    id: str,  # noqa: A002
    typed: Mapping[str, str] | None = None,
    problem: UrbiumError | None = None,
) -> Any:  # noqa: ANN401
    one = office.problem_reports.opened(actor, id)
    return page(
        "desk_problem.html",
        text("Reported problem"),
        status=200 if problem is None else problem.status,
        problem=marked(problem, _INPUTS),
        report=one,
        row=_row(office, one, {one.city: office.city(one.city).title.render()}),
        steps=office.problem_reports.steps(actor, one),
        officers=office.problem_reports.officers(one.city),
        typed=typed or {},
        changed=instant_of(office, one.changed).date(),
    )


def act(
    office: FromOffice,
    actor: FromActor,
    id: Segment,  # noqa: A002
    step: Segment,
    data: Form,
) -> Any:  # noqa: ANN401
    """Take a step with a report, or show it again with what was wrong."""
    changed = whole_number(data.get("changed", ""))
    try:
        if step == "assign":
            office.problem_reports.assign(actor, id, data.get("officer", ""), changed=changed)
        elif step in STEPS:
            office.problem_reports.act(actor, id, step, data, changed=changed)
        else:
            raise NotFoundError.named(text("step"), step, [*STEPS, "assign"])
    except NotFoundError:
        raise
    except UrbiumError as error:
        return _shown(office, actor, id, data, error)
    return see(f"{_HERE}/{id}")


def photograph(office: FromOffice, actor: FromActor, id: Segment) -> Response[bytes]:  # noqa: A002
    """Send the photograph of a report to the people of its city."""
    return picture(office.problem_reports.photograph(actor, id))


PROBLEMS: Final = (
    reading(_HERE)(problems),
    reading(f"{_HERE}/{{id:str}}")(problem_page),
    writing(f"{_HERE}/choose")(choose),
    writing(f"{_HERE}/{{id:str}}/{{step:str}}")(act),
    reading(f"{_HERE}/{{id:str}}/photograph")(photograph),
)
"""The pages of a city's desk for reports."""
