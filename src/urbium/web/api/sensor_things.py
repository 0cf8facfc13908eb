"""OGC SensorThings API 1.1 over HTTP: the live values of a place, to be read by whoever may read them.

What stands at which path is of ``platform/context/sensor_things.py``. A place is a part of the address, for
its clients send no header; a token goes in ``Authorization: Bearer``.
"""

from functools import partial
from typing import Annotated, Any, Final

from litestar import Request
from litestar.exceptions import NotAuthorizedException
from litestar.params import PathParameter

from urbium.access import Actor
from urbium.platform.context.sensor_things import CONFORMANCE, LINKS, SensorThings
from urbium.programme import Programme
from urbium.programme.platform.places_context import TenantError
from urbium.text import text
from urbium.web.rendering.parameters import FromActor, FromOffice, Segment
from urbium.web.server.answers import Row, noun
from urbium.web.server.prefix import origin
from urbium.web.server.security import BY_POLICY
from urbium.web.server.sessions import session

_LONGEST = 2_000
_things = partial(noun, opt=BY_POLICY, include_in_schema=False)  # its links describe it
Path = Annotated[str, PathParameter(max_length=_LONGEST)]
"""What follows the root of the service."""
_ROOT: Final = "/sensorthings/{place:str}/v1.1"


@_things(_ROOT)
def service(request: Request[Any, Any, Any], office: FromOffice, actor: FromActor, place: Segment) -> Row:
    """Return the collections of a place."""
    _of(request, office, actor, place)
    here = _root(request, place)
    return {
        "value": [{"name": name, "url": f"{here}/{name}"} for name in LINKS],
        "serverSettings": {"conformance": list(CONFORMANCE)},
    }


@_things(f"{_ROOT}/{{rest:path}}")
def things(
    request: Request[Any, Any, Any], office: FromOffice, actor: FromActor, place: Segment, rest: Path
) -> Row:
    """Return a collection, one of its members, or what it leads to."""
    words = dict(request.query_params.multi_items())
    return _of(request, office, actor, place).answer(rest.strip("/"), words)


def _of(request: Request[Any, Any, Any], office: Programme, actor: Actor, place: str) -> SensorThings:
    """Return the things of a place.

    Raises NotAuthorizedException for somebody without a token, to whom no place is open, TenantError for a
    place that is not there for whoever asks.
    """
    try:
        return SensorThings(office.context.at(actor, place, "read"), _root(request, place))
    except TenantError:
        if session().secret:
            raise
        message = text("send a token in the header Authorization: Bearer TOKEN")
        raise NotAuthorizedException(message) from None


def _root(request: Request[Any, Any, Any], place: str) -> str:
    return f"{origin(request)}/sensorthings/{place}/v1.1"


SENSOR_THINGS = (service, things)
"""The handlers of SensorThings."""
