"""Routes: how a page of people answers: it asks the policy of rights, in a thread, and sends a page."""

from typing import Annotated, Any, Final

from litestar import HttpMethod, MediaType, Request, Response, route
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Template

from urbium.text import Text
from urbium.web.security import BY_POLICY
from urbium.web.sessions import session

__all__ = ["Form", "page", "reading", "see", "to_sign_in", "writing"]

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
"""What a form sends, as a handler receives it."""
_SEE_OTHER: Final = 303


def reading(address: str) -> Any:  # noqa: ANN401 - a decorator
    """Return what makes a function answer for reading at an address."""
    return route(
        address,
        http_method=[HttpMethod.GET, HttpMethod.HEAD],
        opt=BY_POLICY,
        include_in_schema=False,
        sync_to_thread=True,
        media_type=MediaType.HTML,
    )


def writing(address: str) -> Any:  # noqa: ANN401 - a decorator
    """Return what makes a function answer a form at an address."""
    return route(
        address,
        http_method=HttpMethod.POST,
        opt=BY_POLICY,
        include_in_schema=False,
        sync_to_thread=True,
        media_type=MediaType.HTML,
    )


def page(template: str, title: str | Text, *, status: int = 200, **context: object) -> Template:
    """Return a page of the desk; ``page`` among what it shows names another row of the menu."""
    return Template(template, context={"page": "desk", "page_title": title} | context, status_code=status)


def see(address: str, headers: dict[str, str] | None = None) -> Response[None]:
    """Lead to another page after a form was taken."""
    return Response(None, status_code=_SEE_OTHER, headers={"Location": address, **(headers or {})})


def to_sign_in(request: Request[Any, Any, Any]) -> Response[None] | None:
    """Return the way to the form of signing in, for somebody who has not; None for everybody else."""
    return None if session().actor.account else see(f"/sign-in?to={request.url.path}")
