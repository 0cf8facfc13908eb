"""Problems: one shape of error for programs (RFC 9457), one page for people: what, where, what now."""

import logging
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Template

from urbium.errors import UrbiumError

__all__ = ["HANDLERS", "problem_of"]

_LOG = logging.getLogger(__name__)
_TITLES = {
    400: "This request could not be read",
    403: "This address is closed",
    404: "There is no such page",
    405: "This address is only for reading",
    422: "This is not possible",
    500: "Something went wrong here",
}


def problem_of(error: Exception) -> dict[str, Any]:
    """Return an error as problem details; an unexpected one says nothing of its inside."""
    if isinstance(error, UrbiumError):
        return error.problem()
    if isinstance(error, HTTPException):
        code = error.status_code
        extra = error.extra if isinstance(error.extra, list) else []
        places = "; ".join(f"{item.get('key', '')}: {item.get('message', '')}" for item in extra)
        return {
            "type": f"urn:urbium:http-{code}",
            "title": _TITLES.get(code, "error").lower(),
            "status": code,
            "detail": places or str(error.detail),
            "code": "",
            "place": "",
            "remedy": "start from the first page" if code == 404 else "",  # noqa: PLR2004 - HTTP not found
            "faults": [],
        }
    return {
        "type": "urn:urbium:error",
        "title": "error",
        "status": 500,
        "detail": "the server failed to make this answer",
        "code": "",
        "place": "",
        "remedy": "try again; if it fails again, report the address and the time",
        "faults": [],
    }


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Answer an error in the shape its reader expects."""
    problem = problem_of(error)
    if problem["status"] == 500:  # noqa: PLR2004 - HTTP server error
        _LOG.error("%s %s failed", request.method, request.url.path, exc_info=error)
    problem["place"] = problem["place"] or request.url.path
    if request.url.path.startswith(("/api", "/schema")):
        return Response(problem, status_code=problem["status"], media_type="application/problem+json")
    title = _TITLES.get(problem["status"], "Something went wrong")
    context = {"problem": problem, "title": title, "page": ""}
    return Template("problem.html", context=context, status_code=problem["status"])


HANDLERS: dict[int | type[Exception], Any] = {Exception: answer}
"""The exception handlers of the app."""
