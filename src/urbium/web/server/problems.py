"""Problems: one shape of error for programs (RFC 9457), one page for people: what, where, what now."""

import logging
from http import HTTPStatus
from typing import Any

from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect

from urbium.errors import NoSpaceError, UnavailableError, UrbiumError
from urbium.text import coded, language, text
from urbium.text.advice import on_page, setting_of
from urbium.text.own_words import own_words
from urbium.web.rendering.language import asked_language
from urbium.web.server.kept_answers import BusyError
from urbium.web.server.watching import route_of

_LOG = logging.getLogger(__name__)
_TITLES = {
    400: text("This request could not be read"),
    401: text("No token was sent, or it is not valid"),
    403: text("This address is closed"),
    404: text("There is no such page"),
    405: text("This address is read-only"),
    412: text("Someone else has changed this"),
    413: text("This is too large"),
    422: text("This is not possible"),
    428: text("This request does not state which version it is based on"),
    429: text("Too many requests"),
    500: text("Something went wrong here"),
    503: text("Not available at the moment"),
    507: text("No room left"),
}
_SENT = ("send", "act")
"""What the addresses end in to which forms are sent; the page of the form is the one above."""
_PASSING = (503, 507)
_LATER = 60
"""Seconds after which a store that did not answer may be asked again."""
_REFUSED = (401, 403, 429)
_FAILED = text("Something went wrong")
_PREPARED, _FILE_PREPARED = text("This page is being prepared"), text("This file is being prepared")


def problem_of(error: Exception) -> dict[str, Any]:
    """Return an error as problem details; an unexpected one says nothing of its inside."""
    if isinstance(error, UnavailableError | NoSpaceError):
        return error.problem() | _without_places(error)
    if isinstance(error, UrbiumError):
        problem = error.problem()
        is_of_store = str(problem["code"]).startswith("store.database.")
        return problem | ({"place": ""} if is_of_store else {})
    if isinstance(error, HTTPException):
        code = error.status_code
        extra = error.extra if isinstance(error.extra, list) else []
        places = "; ".join(f"{item.get('key', '')}: {item.get('message', '')}" for item in extra)
        return {
            "type": f"urn:urbium:http-{code}",
            "title": _TITLES.get(code, "error").lower(),
            "status": code,
            "detail": places or _detail(error),
            "code": "",
            "place": "",
            "remedy": text("start from the first page") if code == 404 else "",  # noqa: PLR2004 - HTTP not found
            "faults": [],
        }
    return {
        "type": "urn:urbium:error",
        "title": "error",
        "status": 500,
        "detail": coded("web.problem.no_answer", "the server failed to produce this answer"),
        "code": "web.problem.no_answer",
        "place": "",
        "remedy": text("try again; if it fails again, report the address and the time"),
        "faults": [],
    }


def _without_places(error: UrbiumError) -> dict[str, Any]:
    """Return what readers are told where the store or its disk fails: not where, nor its driver's words."""
    if isinstance(error, NoSpaceError):
        said = text("the server has no space left; this change was not stored")
    else:
        said = text("the programme's store is not responding at the moment")
    return {"detail": said, "place": "", "remedy": text("try again in a few minutes")}


def _detail(error: HTTPException) -> str:
    """What the error says; where that is only the phrase of its status, what its page is called."""
    phrase = HTTPStatus(error.status_code).phrase
    return _TITLES.get(error.status_code, _FAILED) if error.detail == phrase else error.detail


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Answer an error in the shape and the language its reader expects, also where no page answers."""
    has_store_failed = isinstance(error, UnavailableError | NoSpaceError) and not isinstance(error, BusyError)
    kept = dict if has_store_failed else request.app.state.own_words  # the store has them
    with language(asked_language(request)), own_words(kept):
        return _answer(request, error)


def _answer(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    problem = problem_of(error)
    path, _, step = request.url.path.rpartition("/")
    if problem["status"] == HTTPStatus.METHOD_NOT_ALLOWED and request.method == "GET" and step in _SENT:
        return Redirect(path, status_code=303)
    is_busy = isinstance(error, BusyError)
    again = error.seconds if isinstance(error, BusyError) else _LATER
    headers = {"Retry-After": str(again)} if problem["status"] in _PASSING else {}
    headers |= {"WWW-Authenticate": "Bearer"} if problem["status"] == HTTPStatus.UNAUTHORIZED else {}
    if problem["status"] in {500, *_PASSING} and not is_busy:
        _LOG.error("%s %s failed", request.method, route_of(request.scope), exc_info=error)
    log_refusal(request, problem["status"])
    problem["place"] = problem["place"] or request.url.path
    is_of_programs = request.url.path.startswith(("/api", "/ngsi-ld", "/ogc", "/schema", "/sensorthings"))
    is_awaited = is_busy and "text/html" in request.headers.get("accept", "")  # a link to a file was followed
    if is_of_programs and not is_awaited:
        return Response(
            problem, status_code=problem["status"], media_type="application/problem+json", headers=headers
        )
    if isinstance(error, UrbiumError) and problem["remedy"] == error.remedy:
        problem |= {"remedy": on_page(error.remedy), "setting": setting_of(error.remedy)}
    is_file = is_of_programs or request.url.path.startswith("/downloads/")
    prepared = _FILE_PREPARED if is_file else _PREPARED
    title = prepared if is_busy else _TITLES.get(problem["status"], _FAILED)
    page = request.app.template_engine.get_template("problem.html").render(  # type: ignore[union-attr]
        request=request, problem=problem, title=title, page_title=title,
        again=again if is_busy else 0, is_file=is_file,
    )  # fmt: skip
    return Response(page, status_code=problem["status"], media_type=MediaType.HTML, headers=headers)


def log_refusal(request: Request[Any, Any, Any], status: int) -> None:
    """Note in the log of the server that somebody was refused: what was asked, without words and secrets."""
    if status in _REFUSED:
        _LOG.warning("%s %s refused: %d", request.method, route_of(request.scope), status)


HANDLERS: dict[int | type[Exception], Any] = {Exception: answer}
"""The exception handlers of the app."""
