"""Other ways in: an OpenID provider, and passkeys; and the passkeys of a person's own page."""

import base64
import binascii
import json
from typing import Any, Final
from urllib.parse import urlsplit

from litestar import HttpMethod, MediaType, Request, Response, route
from litestar.datastructures import Cookie

from urbium.errors import UrbiumError
from urbium.programme import Programme
from urbium.programme.people.passkeys import Site
from urbium.programme.people.providers import Try
from urbium.web.accounts.account import own_page
from urbium.web.accounts.signing_in import came_in, leave, own_address, sign_in_form
from urbium.web.rendering.parameters import FromActor, FromOffice, Word
from urbium.web.server.prefix import origin
from urbium.web.server.routes import Form, posting, reading, see, writing
from urbium.web.server.security import PUBLIC
from urbium.web.server.sessions import TRY_COOKIE, cookie_name, is_secure, session

_BACK: Final = "/sign-in/provider/back"
_LASTS: Final = 600
_SEE_OTHER: Final = 303


def _back(request: Request[Any, Any, Any], office: Programme) -> str:
    """Return the address that the provider leads back to: that of the programme, where it is set."""
    pages = office.settings().address or origin(request)
    return f"{pages}{_BACK}"


def _cookie(request: Request[Any, Any, Any], value: str) -> Cookie:
    """Return the cookie by which a browser brings back what it began; it is gone with the first answer."""
    secure = is_secure(request)
    return Cookie(
        cookie_name(TRY_COOKIE, is_secure=secure), value=value, path="/", max_age=_LASTS if value else 0,
        httponly=True, samesite="lax", secure=secure,
    )  # fmt: skip


def _kept(request: Request[Any, Any, Any]) -> tuple[Try, str]:
    """Return what a browser brings back, and where it goes on; an empty try when it brings nothing."""
    written = request.cookies.get(cookie_name(TRY_COOKIE, is_secure=is_secure(request)), "")
    try:
        state, nonce, verifier, to = json.loads(base64.urlsafe_b64decode(written.encode()))
    except (ValueError, TypeError, binascii.Error):
        return Try("", "", ""), ""
    return Try(str(state), str(nonce), str(verifier)), str(to)


def _reading(address: str) -> Any:  # noqa: ANN401 - a decorator
    return route(
        address,
        http_method=HttpMethod.GET,
        opt=PUBLIC,
        include_in_schema=False,
        sync_to_thread=True,
        media_type=MediaType.HTML,
    )


def to_provider(request: Request[Any, Any, Any], office: FromOffice, to: Word = "/desk") -> Any:  # noqa: ANN401
    """Lead to the provider, or say why that is not possible."""
    request.app.state.attempts.count(request, "other ways")
    try:
        address, begun = office.providers.begin(_back(request, office))
    except UrbiumError as error:
        return sign_in_form(own_address(to), problem=error)
    content = json.dumps([begun.state, begun.nonce, begun.verifier, own_address(to)])
    cookie = _cookie(request, base64.urlsafe_b64encode(content.encode()).decode())
    return Response(None, status_code=_SEE_OTHER, headers={"Location": address}, cookies=[cookie])


def from_provider(request: Request[Any, Any, Any], office: FromOffice) -> Any:  # noqa: ANN401
    """Begin a session of the account that the provider's answer stands for, or say that it opens none."""
    request.app.state.attempts.count(request, "other ways")
    begun, to = _kept(request)
    code, state = (request.query_params.get(name, "") for name in ("code", "state"))
    try:
        signed = office.providers.finish(begun, back=_back(request, office), state=state, code=code)
    except UrbiumError as error:
        refusal = sign_in_form(own_address(to), problem=error)
        refusal.cookies = [_cookie(request, "")]
        return refusal
    leave(office)
    answer = came_in(request, signed.secret, own_address(to), signed.device)
    answer.cookies = [*answer.cookies, _cookie(request, "")]
    return answer


# --- passkeys -------------------------------------------------------------------------------------------


def _site(request: Request[Any, Any, Any], office: Programme) -> Site:
    place = urlsplit(office.settings().address or origin(request))
    return Site(f"{place.scheme}://{place.netloc}")


def _options(request: Request[Any, Any, Any], made: tuple[str, str]) -> Response[bytes]:
    """Send what a browser is asked for, and have it bring the challenge back."""
    options, challenge = made
    return Response(options.encode(), media_type=MediaType.JSON, cookies=[_cookie(request, challenge)])


def _challenge(request: Request[Any, Any, Any]) -> str:
    return request.cookies.get(cookie_name(TRY_COOKIE, is_secure=is_secure(request)), "")


def passkey_options(request: Request[Any, Any, Any], office: FromOffice) -> Any:  # noqa: ANN401
    """Send what a passkey is asked for, to sign in by it."""
    request.app.state.attempts.count(request, "other ways")
    return _options(request, office.passkeys.request(_site(request, office)))


def sign_in_by_passkey(request: Request[Any, Any, Any], office: FromOffice, data: Form) -> Any:  # noqa: ANN401
    """Begin a session of whoever's passkey answers, or show the form again with what was wrong."""
    request.app.state.attempts.count(request, "other ways")
    to = own_address(data.get("to", ""))
    try:
        signed = office.passkeys.sign_in(
            data.get("credential", ""), challenge=_challenge(request), site=_site(request, office)
        )
    except UrbiumError as error:
        return sign_in_form(to, problem=error)
    leave(office)
    return came_in(request, signed.secret, to, signed.device)


def creation_options(request: Request[Any, Any, Any], office: FromOffice, actor: FromActor) -> Any:  # noqa: ANN401
    """Send what a new passkey of the person is made of."""
    return _options(request, office.passkeys.creation(actor, _site(request, office), session().secret))


def add_passkey(request: Request[Any, Any, Any], office: FromOffice, actor: FromActor, data: Form) -> Any:  # noqa: ANN401
    """Keep a passkey that the person's browser has made."""
    try:
        office.passkeys.keep(
            actor,
            data.get("credential", ""),
            challenge=_challenge(request),
            site=_site(request, office),
            session=session().secret,
            title=data.get("title", "").strip()[:80],
        )
    except UrbiumError as error:
        return own_page(office, actor, problem=error)
    return see("/account")


def remove_passkey(office: FromOffice, actor: FromActor, data: Form) -> Any:  # noqa: ANN401
    """Drop a passkey."""
    office.passkeys.remove(actor, data.get("passkey", ""))
    return see("/account")


OTHER_WAYS = (
    _reading("/sign-in/provider")(to_provider),
    _reading(_BACK)(from_provider),
    _reading("/sign-in/passkey/options")(passkey_options),
    posting("/sign-in/passkey")(sign_in_by_passkey),
    reading("/account/passkeys/options")(creation_options),
    writing("/account/passkeys")(add_passkey),
    writing("/account/passkeys/remove")(remove_passkey),
)
"""The addresses by which people come in without a password."""
