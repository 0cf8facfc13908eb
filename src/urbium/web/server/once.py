"""Once: a change that is sent again with its key is made once, and answered as the first time."""

import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any

from litestar import Request, Response
from litestar.params import HeaderParameter
from litestar.serialization import encode_json

from urbium.programme import Programme
from urbium.text import Text
from urbium.web.server.sessions import session

Key = Annotated[str, HeaderParameter(name="Idempotency-Key", max_length=80)]
"""The key by which a request that is sent again is known; of the sender's own making."""


def once(
    request: Request[Any, Any, Any],
    office: Programme,
    key: str,
    said: object,
    change: Callable[[], tuple[object, dict[str, str]]],
    *,
    status: int = HTTPStatus.OK,
) -> Response[Any]:
    """Make a change and answer it; one that was made with this key is answered as the first time.

    Parameters
    ----------
    request, office : what is asked, of which programme
    key : of the sender; without one the change is made each time
    said : what the request says besides its address, as JSON can hold it
    change : makes the change and returns the body and the headers of the answer
    status : of the answer

    Raises InputError (422) when the key was used for another request.
    """
    actor = session().actor

    def answered() -> tuple[int, dict[str, str], str]:
        body, headers = change()
        return int(status), headers, encode_json(body, serializer=_plain).decode()

    if key and actor.account:
        grants = sorted(
            [str(grant.role), grant.scope, grant.code, *sorted(grant.types)] for grant in actor.grants
        )
        asked = [request.method, str(request.url.path), request.headers.get("if-match", ""), grants, said]
        answer = office.answered(actor.account, key, asked, answered, now=time.time_ns() // 1000)
    else:
        answer = answered()
    sent, headers, body = answer
    return Response(body.encode(), status_code=sent, headers=headers, media_type="application/json")


def _plain(value: Any) -> Any:  # noqa: ANN401 - what the encoder does not know
    if isinstance(value, Text):
        return value.render()
    raise TypeError
