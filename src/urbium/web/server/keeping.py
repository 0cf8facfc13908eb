"""Keeping: what was typed is not lost when the session ends before it is sent (ADR 0071).

A form whose session has ended is answered by the form of signing in, which carries the typed fields on; after
signing in they stand ready to be sent again, under the new session, to the same address and no other.
"""

from collections.abc import Mapping
from typing import Any, Final

from litestar import Request
from litestar.response import Template

from urbium.text import text
from urbium.web.server.sessions import CSRF_FIELD, csrf_token, is_form_of_session, session

_PREFIX: Final = "kept."
_DROPPED: Final = frozenset({CSRF_FIELD, "old", "new", "secret", "proof", "credential"})
"""What no page carries on: the token of a session that has ended, and secrets."""
_FORBIDDEN: Final = 403
_TITLE = text("Send it again")
_SIGN_IN = text("Sign in")


def keeps_to(to: str) -> bool:
    """Say whether an address takes forms that are sent again: those of the desk alone."""
    return (
        to.startswith(("/comments/", "/desk/", "/data-requests/", "/data-rooms/", "/rounds/", "/office/"))
        and to.isprintable()
        and "//" not in to
        and "\\" not in to
    )


def kept_fields(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the typed fields that a form of signing in carries."""
    return [
        (name.removeprefix(_PREFIX), value)
        for name, value in data.items()
        if name.startswith(_PREFIX) and isinstance(value, str)
    ]


def lost_session(request: Request[Any, Any, Any], data: Mapping[str, Any]) -> Template | None:
    """Return the page that keeps what was typed, where the form is of no session or of another one."""
    if session().secret and is_form_of_session(data):
        return None
    fields = [
        (name, value) for name, value in data.items() if name not in _DROPPED and isinstance(value, str)
    ]
    if session().secret:
        return send_again(request.url.path, fields, session().secret)
    return Template(
        "sign_in.html",
        context={
            "page_title": _SIGN_IN,
            "to": request.url.path,
            "code": "",
            "problem": None,
            "kept": fields,
        },
        status_code=_FORBIDDEN,
    )


def send_again(
    to: str, fields: list[tuple[str, str]], secret: str, headers: Mapping[str, str] | None = None
) -> Template:
    """Return the page from which what was typed is sent again under the session of ``secret``."""
    context = {
        "door": "desk",
        "page_title": _TITLE,
        "to": to,
        "kept": fields,
        "form_csrf": csrf_token(secret),
    }
    return Template("send_again.html", context=context, headers=dict(headers or {}))
