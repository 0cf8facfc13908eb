"""Routes: how a page of people answers: it asks the policy of rights, in a thread, and sends a page."""

from collections.abc import Callable, Mapping
from functools import wraps
from inspect import Parameter, signature
from typing import Annotated, Any, Final, ParamSpec, TypeVar, cast

from litestar import HttpMethod, MediaType, Request, Response, route
from litestar.datastructures import Cookie
from litestar.enums import RequestEncodingType
from litestar.handlers import HTTPRouteHandler
from litestar.params import Body
from litestar.response import Template

from urbium.errors import NotFoundError
from urbium.programme import Programme
from urbium.text import Text, coded
from urbium.web.rendering.listing import BESIDE, Listing
from urbium.web.server.keeping import keeps_to, lost_session
from urbium.web.server.security import BY_POLICY
from urbium.web.server.sessions import cookie_name, is_secure, session

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
"""What a form sends, as a handler receives it."""
_Request = Request[Any, Any, Any]
_CSVW: Final = "application/csvm+json"
_SEE_OTHER: Final = 303
_TAKEN: Final = "urbium_taken"
_FOLLOWS: Final = 120
"""How many seconds a page may take that follows a form."""
P = ParamSpec("P")
T = TypeVar("T")


def at_one_instant(handler: Callable[P, T]) -> Callable[P, T]:
    """Let a handler read everything that it answers as the programme is at one instant."""

    @wraps(handler)
    def steady(*args: P.args, **kwargs: P.kwargs) -> T:
        office = cast("Programme", kwargs["office"])
        with office.store.at_one_instant():
            return handler(*args, **kwargs)

    return steady


def absent() -> NotFoundError:
    """Return the refusal of a page that is not there, or that is not for whoever asks."""
    return NotFoundError(
        coded("web.people.absent", "this page does not exist, or you do not have access to it")
    )


def _whole(handler: Callable[P, Any]) -> Callable[P, Any]:
    """Let a handler that is given its request fill its page itself, so that no other request waits for it."""

    @wraps(handler)
    def filled(*args: P.args, **kwargs: P.kwargs) -> Any:  # noqa: ANN401 - any response
        answer = handler(*args, **kwargs)
        request: Any = kwargs.get("request")
        if not isinstance(answer, Template) or request is None:
            return answer
        table = answer.context.get("table")
        if isinstance(table, Listing):
            format_ = request.query_params.get("format")
            if format_ == "csv":
                return _file_of(table)
            if format_ == BESIDE and (about := table.described()) is not None:
                return Response(about, media_type=_CSVW)
        words = request.app.template_engine.get_template(answer.template_name)
        return Response(
            words.render(**answer.create_template_context(request)),
            status_code=answer.status_code,
            headers=answer.headers,
            cookies=[_taken_cookie(request, 0)] if follows_form(request) else [],
            media_type=MediaType.HTML,
        )

    return filled


def _file_of(table: Listing) -> Response[bytes]:
    """Return the list of a page as a file: what the page shows, and to whom, is the page's to say."""
    beside = {"Link": f'<{table.file_beside}>; rel="describedby"; type="{_CSVW}"'} if table.about else {}
    return Response(
        ("\ufeff" + table.csv()).encode(),
        headers={"Content-Disposition": f'attachment; filename="{table.file_name}"'} | beside,
        media_type="text/csv",
    )


def steady_page(handler: Callable[P, Any]) -> Callable[P, Any]:
    """Let a handler read the programme at one instant, where it does, and fill its page in its thread."""
    has_programme = "office" in signature(handler).parameters
    return at_one_instant(_whole(handler)) if has_programme else _whole(handler)


def reading(address: str, *, is_open: bool = False) -> Any:  # noqa: ANN401 - a decorator
    """Return what makes a function answer for reading at an address, where it is not open to people alone.

    Who has not signed in is led to do so first. A function takes the request only where it needs it.
    """
    routed = route(
        address,
        http_method=[HttpMethod.GET, HttpMethod.HEAD],
        opt=BY_POLICY,
        include_in_schema=False,
        sync_to_thread=True,
        media_type=MediaType.HTML,
    )
    if is_open:
        return lambda handler: routed(steady_page(handler))
    return lambda handler: routed(steady_page(_first(to_sign_in, handler, request=_Request)))


def posting(address: str, *, most: int | None = None) -> Callable[[Callable[..., Any]], HTTPRouteHandler]:
    """Return what makes a function answer a form of anybody at an address; ``most`` bytes of it are read."""
    room: dict[str, Any] = {} if most is None else {"request_max_body_size": most}
    return route(
        address,
        http_method=HttpMethod.POST,
        opt=BY_POLICY,
        include_in_schema=False,
        sync_to_thread=True,
        media_type=MediaType.HTML,
        **room,
    )


def writing(address: str, *, most: int | None = None) -> Any:  # noqa: ANN401 - a decorator
    """Return what makes a function answer a form of a person's session at an address.

    One of another session, or of none, is answered by the way to sign in, which keeps what was typed. A
    function takes the request, and what was sent, only where it needs them.
    """
    posted = posting(address, most=most)
    return lambda handler: posted(_followed(_first(_of_session, handler, request=_Request, data=Form)))


def _followed(handler: Callable[P, Any]) -> Callable[P, Any]:
    """Let the page that a form which was taken leads to know that it follows it; the next one does not."""

    @wraps(handler)
    def led(*args: P.args, **kwargs: P.kwargs) -> Any:  # noqa: ANN401 - any response
        answer = handler(*args, **kwargs)
        if isinstance(answer, Response) and answer.status_code == _SEE_OTHER:
            answer.set_cookie(_taken_cookie(cast("_Request", kwargs["request"]), _FOLLOWS))
        return answer

    return led


def _taken_cookie(request: _Request, lasts: int) -> Cookie:
    """Return the mark of a form that was taken; one that lasts no time takes it away."""
    secure = is_secure(request)
    name = cookie_name(_TAKEN, is_secure=secure)
    return Cookie(name, value="yes", max_age=lasts, httponly=True, samesite="lax", secure=secure)


def follows_form(request: _Request) -> bool:
    """Say whether a page is the first that its reader opens after a form was taken."""
    return cookie_name(_TAKEN, is_secure=is_secure(request)) in request.cookies


def _of_session(request: _Request, data: Any) -> Response[Any] | Template | None:  # noqa: ANN401
    """Return what comes before a form: signing in where nothing of it is sent again, or what keeps it."""
    away = None if keeps_to(request.url.path) else to_sign_in(request)
    return away or lost_session(request, data if isinstance(data, Mapping) else vars(data))


def _first(way: Callable[..., Any], handler: Callable[..., Any], **asks: Any) -> Callable[..., Any]:  # noqa: ANN401
    """Let a handler answer unless there is a way to go first, given what that ``asks`` for, by its type."""
    view = signature(handler)
    more = {name: kind for name, kind in asks.items() if name not in view.parameters}
    parameters = [
        *(one.replace(kind=Parameter.KEYWORD_ONLY) for one in view.parameters.values()),
        *(Parameter(name, Parameter.KEYWORD_ONLY, annotation=kind) for name, kind in more.items()),
    ]

    @wraps(handler)
    def answer(**named: Any) -> Any:  # noqa: ANN401 - as the handler has them
        elsewhere = way(*(named[name] for name in asks))
        if elsewhere is not None:
            return elsewhere
        return handler(**{name: value for name, value in named.items() if name not in more})

    answer.__signature__ = view.replace(parameters=parameters)  # type: ignore[attr-defined]
    answer.__annotations__ = {**handler.__annotations__, **more}
    return answer


def page(template: str, title: str | Text, *, status: int = 200, **context: object) -> Template:
    """Return a page of the desk; ``door`` among what it shows names another door."""
    return Template(template, context={"door": "desk", "page_title": title} | context, status_code=status)


def see(address: str, headers: dict[str, str] | None = None) -> Response[None]:
    """Lead to another page after a form was taken."""
    return Response(None, status_code=_SEE_OTHER, headers={"Location": address, **(headers or {})})


def to_sign_in(request: _Request) -> Response[None] | None:
    """Return the way to the form of signing in, for somebody who has not; None for everybody else."""
    return None if session().actor.account else see(f"/sign-in?to={request.url.path}")
