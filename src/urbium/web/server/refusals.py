"""Refusals: the answers by which the API says no, as its description lists them (RFC 9457)."""

from http import HTTPStatus
from typing import Final

import msgspec
from litestar.openapi.datastructures import ResponseSpec

PROBLEM: Final = "application/problem+json"
"""The media type of a refusal."""


class ProblemFault(msgspec.Struct):
    """One thing that is wrong: how grave it is, where it stands, what it is, and what to do."""

    severity: str = ""
    sheet: str = ""
    cell: str = ""
    city: str = ""
    variable: str = ""
    period: str = ""
    value: str = ""
    rule: str = ""
    message: str = ""
    remedy: str = ""
    code: str = ""


class Problem(msgspec.Struct):
    """Why a request was refused: what is wrong, where, and what to do now."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    place: str
    remedy: str
    faults: list[ProblemFault]


_WHY: Final = {
    400: "The request cannot be read",
    401: "The token is not valid, or no longer valid",
    403: "This is not the reader's to do",
    404: "It does not exist, or this reader may not see it",
    409: "Its state does not allow this, or it is there already",
    412: "Somebody else has changed it since the version that was seen",
    413: "The file is too large",
    422: "What was sent is wrong; every fault is named",
    428: "The request does not say which version it saw",
    429: "Too many requests; wait",
    500: "The server failed",
    503: "The store cannot be reached, or is busy",
    507: "The disk of the store is full",
}
LISTS: Final = (400, 401, 404, 422, 500, 503)
"""How a list refuses."""
OPENS: Final = (400, 401, 404, 422, 500, 503)
"""How something that is opened by its name refuses."""
CHANGES: Final = (400, 401, 403, 404, 409, 422, 500, 503, 507)
"""How a change refuses."""


def refusals(*statuses: int) -> dict[int, ResponseSpec]:
    """Return the refusals of an operation by status, for its description.

    >>> refusals(404)[404].media_type
    'application/problem+json'
    """
    return {
        status: ResponseSpec(
            Problem,
            description=_WHY.get(status, HTTPStatus(status).phrase),
            media_type=PROBLEM,
            generate_examples=False,
        )
        for status in statuses
    }
