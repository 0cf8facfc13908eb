"""Signing in: the pages by which people come in and go; in the demo, acting as one of its people."""

from typing import Any, Final

from litestar import HttpMethod, Request, Response, route
from litestar.exceptions import NotFoundException
from litestar.response import Template

from urbium.access import ROLES, Role
from urbium.errors import UrbiumError
from urbium.programme import Programme
from urbium.programme.people.invitations import ACCOUNT, FOUNDER
from urbium.spelling import in_order
from urbium.text import say, text
from urbium.web.desk.marks import marked
from urbium.web.rendering.parameters import FromOffice, Word
from urbium.web.server.keeping import keeps_to, kept_fields, send_again
from urbium.web.server.routes import Form, posting
from urbium.web.server.security import PUBLIC
from urbium.web.server.sessions import (
    check_form,
    device_cookies,
    device_secret,
    is_secure,
    session,
    session_cookie,
)

_TITLE = text("Sign in")
_SEE_OTHER: Final = 303


def _page(template: str, *, status: int = 200, **context: object) -> Template:
    return Template(template, context={"page_title": _TITLE, **context}, status_code=status)


def came_in(request: Request[Any, Any, Any], secret: str, to: str, device: str = "") -> Response[None]:
    """Lead on with the cookies of a session that was begun."""
    cookie = session_cookie(secret, is_secure=is_secure(request))
    return Response(
        None,
        status_code=_SEE_OTHER,
        headers={"Location": to, "Set-Cookie": cookie},
        cookies=device_cookies(request, device),
    )


def leave(office: Programme) -> None:
    """End the session that a browser had before somebody came in by it anew."""
    if session().secret and not session().is_token:
        office.people.sign_out(session().secret)


def own_address(to: str) -> str:
    """Return an address of our own pages; the desk instead of one that leads elsewhere."""
    is_ours = to.startswith("/") and not to.startswith(("//", "/\\")) and to.isprintable()
    return to if is_ours else "/desk"


@route(
    "/sign-in",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    opt=PUBLIC,
    include_in_schema=False,
    sync_to_thread=False,  # one in a thread fails beside another handler of the same address
)
def sign_in_page(to: Word = "/desk") -> Template:
    """Show the form by which people sign in."""
    return sign_in_form(own_address(to))


def sign_in_form(to: str, *, problem: UrbiumError | None = None) -> Template:
    """Return the form by which people sign in, with what was wrong, if something was."""
    return _page(
        "sign_in.html",
        status=problem.status if problem else 200,
        to=to,
        code="",
        problem=marked(problem, {}),
        kept=[],
    )


@posting("/sign-in")
def sign_in(request: Request[Any, Any, Any], office: FromOffice, data: Form) -> Response[Any] | Template:
    """Begin a session, or show the form again with what was wrong."""
    to, code, device = own_address(data.get("to", "")), data.get("code", "").strip(), device_secret(request)
    known_browser = device if office.people.knows(code, device) else ""
    request.app.state.attempts.count(request, f"account {code}", browser=known_browser)
    try:
        signed = office.people.sign_in(
            code, data.get("password", ""), data.get("one_time", ""), device=device
        )
    except UrbiumError as error:
        return _page(
            "sign_in.html",
            status=error.status,
            to=to,
            code=code,
            problem=marked(error, {}, rest="password"),
            kept=kept_fields(data),
        )
    leave(office)
    kept = kept_fields(data)
    if kept and keeps_to(to):
        cookie = session_cookie(signed.secret, is_secure=is_secure(request))
        return send_again(to, kept, signed.secret, {"Set-Cookie": cookie})
    return came_in(request, signed.secret, to, signed.device)


@posting("/sign-out")
def sign_out(request: Request[Any, Any, Any], office: FromOffice, data: Form) -> Response[None]:
    """End the session."""
    check_form(data)
    office.people.sign_out(session().secret)
    return came_in(request, "", "/")


@route(
    "/invitation",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    opt=PUBLIC,
    include_in_schema=False,
    sync_to_thread=False,  # one in a thread fails beside another handler of the same address
)
def invitation_page() -> Template:
    """Show the form by which an invited person chooses a password.

    The link of an invitation has its secret behind ``#``, where no browser sends it: a script puts it into
    the form, and without scripts it is copied.
    """
    return _page("invitation.html", secret="", problem=None)  # a form that is not filled in


@posting("/invitation")
def accept_invitation(
    request: Request[Any, Any, Any], office: FromOffice, data: Form
) -> Response[Any] | Template:
    """Set the password of an invited person and begin a session, or show the form again."""
    secret = data.get("secret", "")
    request.app.state.attempts.count(request, f"invitation {secret}")
    try:
        signed = office.people.accept(secret, data.get("password", ""))
    except UrbiumError as error:
        problem = marked(error, {"invitation": "secret", "password": "password"})
        return _page("invitation.html", status=error.status, secret=secret, problem=problem)
    leave(office)
    return came_in(request, signed.secret, "/desk", signed.device)


ENTRANCES = (sign_in_page, sign_in, sign_out, invitation_page, accept_invitation)
"""The pages by which people come in and go."""


def demo_people(office: FromOffice) -> list[dict[str, str]]:
    """Return the people of the demo: account, name and role."""
    people = [
        {
            "code": one.dossier.code,
            "display": str(one.dossier.content["display"]),
            "role": ROLES[Role(one.dossier.content["grants"][0]["role"])],
        }
        for one in office.casework.listed(FOUNDER, ACCOUNT)
        if one.dossier.content["grants"] and one.dossier.state != "closed"
    ]
    return sorted(people, key=lambda one: in_order(str(say(one["display"]))))


@posting("/demo/take-place")
def take_place(request: Request[Any, Any, Any], office: FromOffice, data: Form) -> Response[None]:
    """Act as one of the people of the demo; this address is there in the demo alone."""
    code = data.get("code", "")
    if not code:
        return came_in(request, "", "/")  # the public has no desk
    if code not in office.people.codes():
        raise NotFoundException(text("the demo has no user of that name"))
    return came_in(request, office.people.take_place(code).secret, own_address(data.get("to", "")))
