"""Language: which language a request is answered in, and that the answer is made in it."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from babel import Locale, UnknownLocaleError, negotiate_locale
from litestar import Request
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from urbium.text import ENGLISH, language, languages
from urbium.text.own_words import own_words

COOKIE: Final = "lang"
"""The cookie, and the name in an address, by which a reader chooses a language."""

SECRETS: Final = frozenset({"access_token", "api_key", "token"})
"""What secrets are called where they are sent in an address (RFC 6750, GeoReport v2)."""
_UNSAID: Final = SECRETS | {COOKIE, "secret"}
"""What no link to the same page says again; the secret of an invitation is typed in once."""
_YEAR: Final = 365 * 24 * 3600


class LanguageChoice(ASGIMiddleware):
    """Answer each request in its reader's language, and keep one that was chosen by address.

    Parameters
    ----------
    of_account : returns the language of who is signed in; empty where that is nobody, or chose none
    own : returns what the programme wrote itself, as it is worded in other languages
    """

    scopes = (ScopeType.HTTP,)

    def __init__(
        self, of_account: Callable[[], str] = str, own: Callable[[], Mapping[str, str]] = dict
    ) -> None:
        self._of_account, self._own = of_account, own

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Speak the language while the answer is made."""
        request: Request[Any, Any, Any] = scope["app"].request_class(scope)
        chosen = chosen_language(request.query_params.dict())
        kept = f"{COOKIE}={chosen}; Path=/; Max-Age={_YEAR}; SameSite=Lax; HttpOnly".encode()

        async def send_and_keep(message: Message) -> None:
            if chosen and message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"set-cookie", kept)]
            await send(message)

        with language(asked_language(request, self._of_account())), own_words(self._own):
            await next_app(scope, receive, send_and_keep)


def asked_language(request: Request[Any, Any, Any], of_account: str = "") -> str:
    """Return the language of a request: of its address, its account, its cookie, or its browser."""
    kept = [of_account, request.cookies.get(COOKIE, "")]
    return (
        chosen_language(request.query_params.dict())
        or next((code for code in kept if code in languages()), "")
        or _preferred(request.headers.get("accept-language", ""))
    )


def chosen_language(query: Mapping[str, Any]) -> str:
    """Return the language that an address names; empty when it names none that is spoken."""
    named = query.get(COOKIE, [""])[-1]
    return named if named in languages() else ""


def language_names() -> dict[str, str]:
    """Return what each language that can be spoken calls itself."""
    return {name: _name(name) for name in languages()}


def in_language(request: Request[Any, Any, Any], code: str) -> str:
    """Return the address of the same page in another language, with all that was asked of it."""
    query = parse_qsl(request.url.query, keep_blank_values=True)
    others = [(name, value) for name, value in query if name not in _UNSAID]
    return f"?{urlencode([*others, (COOKIE, code)])}"


def this_page(request: Request[Any, Any, Any]) -> str:
    """Return the address of the page that is read, to come back to; the desk for the answer to a form."""
    if request.method not in ("GET", "HEAD"):
        return "/desk"
    query = parse_qsl(request.url.query, keep_blank_values=True)
    rest = urlencode([(name, value) for name, value in query if name not in _UNSAID])
    return f"{request.url.path}?{rest}".rstrip("?")


def _name(code: str) -> str:
    try:
        return str(Locale.parse(code.replace("-", "_")).get_display_name() or code)
    except (UnknownLocaleError, ValueError):
        return code


def _preferred(header: str) -> str:
    """Return the first language of an Accept-Language header that is spoken; English when none is."""
    wanted = [tag for _, tag in sorted(map(_weighed, header.split(",")), key=lambda pair: -pair[0]) if tag]
    return negotiate_locale(wanted, languages(), sep="-") or ENGLISH


def _weighed(item: str) -> tuple[float, str]:
    tag, _, weight = item.strip().partition(";q=")
    try:
        return float(weight or 1), tag.strip()
    except ValueError:
        return 0.0, tag.strip()
