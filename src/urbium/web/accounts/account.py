"""Account: a person's own page: roles, password, one-time codes, tokens of programs, sessions."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from litestar import Request

from urbium.access import ROLES, Actor
from urbium.errors import InputError, UrbiumError
from urbium.programme import Programme
from urbium.programme.people.following import PLAN, PROGRAMME
from urbium.text import coded, say, text
from urbium.web.accounts.signing_in import came_in, own_address
from urbium.web.desk.marks import marked
from urbium.web.rendering.parameters import FromActor, FromOffice, Word
from urbium.web.server.routes import Form, page, reading, see, writing
from urbium.web.server.sessions import device_secret, is_secure, session_cookie
from urbium.whole_numbers import whole_number

_TITLE = text("My account")
SEPARATORS = re.compile(r"[,;，；、\n]+")
"""What stands between the names of cities that somebody types."""
_INPUTS = {
    "title": "title", "reason": "title", "grant": "grant", "days": "days", "city": "place", "types": "types",
    "password": "new", "one_time": "one_time", "cities": "cities",
}  # fmt: skip
"""What the forms ask for, with their inputs."""


def account_page(office: FromOffice, actor: FromActor, follow: Word = "") -> Any:  # noqa: ANN401
    """Show a person's own page; ``follow`` is what a page offered to follow."""
    return own_page(office, actor, offered=follow)


def own_page(
    office: Programme,
    actor: Actor,
    *,
    problem: UrbiumError | None = None,
    rest: str = "",
    typed: Mapping[str, str] = MappingProxyType({}),
    following: Mapping[str, str] | None = None,
    offered: str = "",
    token: str = "",
    one_time: str = "",
) -> Any:  # noqa: ANN401
    """Return a person's own page, with what was wrong, and what is shown once.

    ``rest`` is the input that whatever else is wrong is of; ``following`` is what was chosen to be followed.
    """
    tokens = [
        {
            "key": key,
            "title": str(one.content.get("title", "")),
            "role": ROLES[one.content["grant"]["role"]],
            "where": _where(office, one.content["grant"]["scope"], one.content["grant"]["code"]),
            "types": [office.context.short_type(name) for name in one.content["grant"].get("types", ())],
            "until": datetime.fromtimestamp(one.expires / 1_000_000, UTC).date(),
        }
        for key, one in office.people.tokens(actor).items()
    ]
    return page(
        "account.html",
        _TITLE,
        status=problem.status if problem else 200,
        name=office.people.display(actor.account),
        code=actor.account,
        grants=[
            {"number": number, "role": ROLES[grant.role], "where": _where(office, grant.scope, grant.code)}
            for number, grant in enumerate(actor.grants)
        ],
        tokens=tokens,
        typed=typed,
        following=_following(office, actor, offered) if following is None else following,
        email=office.people.email(actor.account),
        token=token,
        one_time=one_time,
        qr=_qr(office.people.one_time_address(actor, one_time)) if one_time else "",
        passkeys=office.passkeys.listed(actor) if office.passkeys.is_offered else None,
        has_one_time=office.people.has_one_time(actor),
        problem=marked(problem, _INPUTS, rest),
    )


def _following(office: Programme, actor: Actor, offered: str) -> dict[str, str]:
    """Return what somebody follows as the form has it, with what is offered."""
    followed = [*office.following.followed(actor.account), offered]
    names = {code: str(say(name)) for code, name in office.register.names().items()}
    bearers = Counter(names.values())
    plain = {code for code, name in names.items() if bearers[name] == 1 and not SEPARATORS.search(name)}
    cities = [names[one] if one in plain else one for one in followed if one in names]
    fixed = {name: "yes" for name in (PROGRAMME, PLAN) if name in followed}
    return fixed | {"cities": ", ".join(dict.fromkeys(cities))}


def _where(office: Programme, scope: str, code: str) -> str:
    names = {"city": office.register.names, "province": office.register.provinces}
    return names[scope]().get(code, code) if scope in names else code


def _qr(address: str) -> str:
    import segno  # noqa: PLC0415 - seldom needed

    return segno.make(address, error="m").svg_inline(scale=4, border=2)


def change_password(request: Request[Any, Any, Any], office: FromOffice, actor: FromActor, data: Form) -> Any:  # noqa: ANN401
    """Set a new password; every session ends but a new one that begins."""
    request.app.state.attempts.count(request, f"account {actor.account}")
    try:
        signed = office.people.change_password(
            actor, data.get("old", ""), data.get("new", ""), device=device_secret(request)
        )
    except UrbiumError as error:
        return own_page(office, actor, problem=error, rest="old")
    return came_in(request, signed.secret, "/account", signed.device)


def choose_language(office: FromOffice, actor: FromActor, data: Form) -> Any:  # noqa: ANN401
    """Keep the language in which somebody reads, and lead back to the page that was read."""
    office.people.choose_language(actor, data.get("language", ""))
    return see(own_address(data.get("to", "")))


def begin_one_time(office: FromOffice, actor: FromActor) -> Any:  # noqa: ANN401
    """Show the secret for one-time codes, once."""
    return own_page(office, actor, one_time=office.people.begin_one_time())


def confirm_one_time(
    request: Request[Any, Any, Any], office: FromOffice, actor: FromActor, data: Form
) -> Any:  # noqa: ANN401
    """Ask for one-time codes from now on, or show the secret again when the code is not of it."""
    request.app.state.attempts.count(request, f"account {actor.account}")
    secret = data.get("secret", "")
    if not (secret.isascii() and secret.isalnum() and len(secret) == 32):  # noqa: PLR2004 - as it is made
        secret = office.people.begin_one_time()
    try:
        office.people.confirm_one_time(
            actor,
            secret,
            data.get("one_time", ""),
            proof=data.get("proof", ""),
            device=device_secret(request),
        )
    except UrbiumError as error:
        return own_page(office, actor, problem=error, rest="proof", one_time=secret)
    return see("/account")


def make_token(office: FromOffice, actor: FromActor, data: Form) -> Any:  # noqa: ANN401
    """Make a token and show its secret, once."""
    number, days = whole_number(data.get("grant", "")), whole_number(data.get("days", ""))
    try:
        if not 0 <= number < len(actor.grants):
            raise InputError(
                coded("web.account.token", "this is not one of your roles"),
                remedy=text("choose a role"),
                field="grant",
            )
        title, place = data.get("title", "").strip()[:80], data.get("place", "").strip()
        grant = actor.grants[number]
        if place:
            grant = replace(grant, scope="city", code=office.city(place).code)
        grant = office.context.narrowed(grant, re.findall(r"[^\s,;]+", data.get("types", "")))
        secret = office.people.token(actor, title, grant, days=days)
    except UrbiumError as error:
        return own_page(office, actor, problem=error, typed=data)
    return own_page(office, actor, token=secret)


def revoke_token(office: FromOffice, actor: FromActor, data: Form) -> Any:  # noqa: ANN401
    """Drop a token."""
    office.people.revoke(actor, data.get("token", ""))
    return see("/account")


def end_sessions(request: Request[Any, Any, Any], office: FromOffice, actor: FromActor) -> Any:  # noqa: ANN401
    """End every session of the person, on every device."""
    office.people.end_sessions(actor)
    return see("/sign-in", {"Set-Cookie": session_cookie("", is_secure=is_secure(request))})


ACCOUNT_PAGES = (
    reading("/account")(account_page),
    writing("/account/language")(choose_language),
    writing("/account/password")(change_password),
    writing("/account/one-time")(begin_one_time),
    writing("/account/one-time/confirm")(confirm_one_time),
    writing("/account/tokens")(make_token),
    writing("/account/tokens/revoke")(revoke_token),
    writing("/account/sessions/end")(end_sessions),
)
"""A person's own page and its forms."""
