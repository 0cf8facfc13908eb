"""Reporting: what a citizen sends without signing in, and the page on which its author reads its state."""

from collections.abc import Mapping
from typing import Any, Final

from anyio import to_thread
from litestar import HttpMethod, MediaType, Request, Response, route
from litestar.datastructures import CacheControlHeader, UploadFile
from litestar.response import Template

from urbium.errors import InputError, UrbiumError, code_of
from urbium.platform.photographs import LARGEST
from urbium.programme import Programme
from urbium.programme.platform.problem_reports import FAR, STATES, SentReport, point_of
from urbium.text import coded, text
from urbium.web.desk.files import ROOM
from urbium.web.desk.marks import marked
from urbium.web.rendering.parameters import FromOffice, Segment
from urbium.web.server.answers import noun
from urbium.web.server.prefix import origin
from urbium.web.server.routes import page, see, steady_page
from urbium.web.server.security import BY_POLICY, PUBLIC, REPORT
from urbium.web.server.sessions import Attempts, check_form
from urbium.web.views.reports import FIELDS, instant_of, report_form

_TITLE: Final = text("Report a problem")
_TRAP: Final = "website"
"""A field that people do not see; programs fill it in."""
_INPUTS: Final = {name: name for name in (*FIELDS, "city", "photograph")}


async def report(request: Request[Any, Any, Any], office: FromOffice) -> Any:  # noqa: ANN401
    """Store a report and lead its author to its page, or show the form again with what was wrong."""
    sent = await request.form()
    typed = {name: value for name, value in sent.items() if isinstance(value, str)}
    file = sent.get("photograph")
    photograph = await file.read() if isinstance(file, UploadFile) and file.filename else b""
    check_form(typed)
    return await to_thread.run_sync(_report, request, office, typed, photograph)


def _report(
    request: Request[Any, Any, Any], office: Programme, typed: Mapping[str, str], photograph: bytes
) -> Any:  # noqa: ANN401
    try:
        secret = _stored(request, office, typed, photograph)
    except UrbiumError as error:
        shown = report_form(office, {name: typed.get(name, "") for name in _INPUTS})
        is_far = any(code_of(one.message) == FAR for one in getattr(error, "faults", ()))
        shown |= {
            "problem": marked(error, _INPUTS),
            "has_lost_photograph": bool(photograph),
            "is_far": is_far,
        }
        shown |= {"page": "report", "door": "part"}
        return page("report.html", _TITLE, status=error.status, **shown)
    return see(f"{REPORT}/{secret}")


def _stored(
    request: Request[Any, Any, Any], office: Programme, typed: Mapping[str, str], photograph: bytes
) -> str:
    city = office.city(typed.get("city", "")).code
    if typed.get(_TRAP):
        message = coded("web.report.trap", "a field that should stay empty was filled in")
        raise InputError(message, remedy=text("leave it empty"))
    attempts: Attempts = request.app.state.reports
    attempts.count(request, city)
    words = {name: typed.get(name, "") for name in FIELDS}
    latitude, longitude = point_of(words.pop("point"))
    sent = SentReport(
        **words, latitude=latitude, longitude=longitude, photograph=photograph,
        is_far=bool(typed.get("is_far")),
    )  # fmt: skip
    return office.problem_reports.report(city, sent)


def state_page(request: Request[Any, Any, Any], office: FromOffice, secret: Segment) -> Template:
    """Show the author of a report how it stands: with the words and the place that were sent."""
    one = office.problem_reports.of_secret(secret)
    return page(
        "report_state.html",
        text("Your report"),
        door="part",
        report=one,
        address=f"{office.settings().address or origin(request)}{REPORT}/{secret}",
        place=office.city(one.city),
        what=office.problem_reports.service(one.service),
        state=STATES[one.state],
        days={name: instant_of(office, at).date() if (at := getattr(one, name)) else None
              for name in ("made", "due", "closed")},
    )  # fmt: skip


def photograph(office: FromOffice, id: Segment) -> Response[bytes]:  # noqa: A002 - as it is called
    """Send a photograph that its city shows to everybody."""
    return picture(office.problem_reports.public_photograph(id))


def picture(content: bytes) -> Response[bytes]:
    """Return a photograph, which is shown and kept nowhere else."""
    headers = {"Content-Security-Policy": "sandbox; default-src 'none'", "Cache-Control": "no-store"}
    return Response(content, media_type="image/jpeg", headers=headers)


REPORTING: Final = (
    route(
        f"{REPORT}/send",
        http_method=HttpMethod.POST,
        opt=BY_POLICY,
        include_in_schema=False,
        media_type=MediaType.HTML,
        request_max_body_size=LARGEST + ROOM,
    )(report),
    noun(
        "/report/{secret:str}",
        opt=PUBLIC,
        include_in_schema=False,
        media_type=MediaType.HTML,
        cache_control=CacheControlHeader(no_store=True),
    )(steady_page(state_page)),
    noun("/report/photographs/{id:str}", opt=PUBLIC, include_in_schema=False)(photograph),
)
"""The addresses of citizens who report something."""
