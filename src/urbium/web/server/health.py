"""Health: what those who watch a server ask it, without an account: that it lives, and that it can answer.

An answer is of the media type of draft-inadarei-api-health-check: ``status`` is ``pass`` or ``fail``, and
nothing is told of the programme.
"""

from typing import Final

from litestar import HttpMethod, Response, route

from urbium.errors import UrbiumError
from urbium.web.rendering.parameters import FromOffice
from urbium.web.server.security import PUBLIC

_ASKS: Final = [HttpMethod.GET, HttpMethod.HEAD]
_KIND: Final = "application/health+json"
_AT_ONCE: Final = {"Cache-Control": "no-store"}
_FAILS: Final = 503


def _answer(*, passes: bool) -> Response[str]:
    status = "pass" if passes else "fail"
    return Response(
        f'{{"status": "{status}"}}', status_code=200 if passes else _FAILS, media_type=_KIND, headers=_AT_ONCE
    )


@route("/health/live", http_method=_ASKS, opt=PUBLIC, include_in_schema=False)
async def live() -> Response[str]:
    """Answer that the process answers: one that does not is to be started again."""
    return _answer(passes=True)


@route("/health/ready", http_method=_ASKS, opt=PUBLIC, include_in_schema=False, sync_to_thread=True)
def ready(office: FromOffice) -> Response[str]:
    """Say whether the store can be read: where it cannot, requests are to go to another server."""
    try:
        office.store.head()
    except UrbiumError:
        return _answer(passes=False)
    return _answer(passes=True)
