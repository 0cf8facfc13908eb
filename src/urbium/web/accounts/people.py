"""People: the office invites people and closes accounts; the log of changes; letters that were written."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import polars as pl
from litestar import Request

from urbium.access import ROLES, SCOPES, Actor, Role, clauses
from urbium.errors import InputError, NotFoundError, UrbiumError
from urbium.packaged import words_of
from urbium.periods import instant
from urbium.pilot.steps import CREATE, every_step, state
from urbium.programme import Programme
from urbium.programme.cases.kinds import KINDS
from urbium.programme.people.invitations import ACCOUNT
from urbium.programme.people.outbox import SentLetter
from urbium.spelling import folded
from urbium.text import coded, say, text
from urbium.text.naming import with_names
from urbium.web.desk.marks import marked
from urbium.web.rendering.listing import Listed, Listing
from urbium.web.rendering.parameters import FromActor, FromOffice, PageNumber, Word
from urbium.web.server.prefix import origin
from urbium.web.server.routes import Form, absent, page, reading, see, writing
from urbium.web.views.frames import matching
from urbium.whole_numbers import whole_number

_PEOPLE = text("People and their roles")
_LOG = text("Log of changes")
_LISTED: Final = (
    Listed("seq"), Listed("at", "moment"), Listed("who", by="name"), Listed("what"), Listed("why"),
)  # fmt: skip
"""What is shown of the log."""
_LETTERS = text("Letters")
_LISTED_LETTERS: Final = (
    Listed("at", "moment", by="made"), Listed("letter", by="title", title=text("Letter")),
    Listed("to", "range.high", by="account"), Listed("about", by="code"), Listed("state"),
)  # fmt: skip
_LETTERS_A_PAGE: Final = 20
_LETTER_STATES = words_of("state of a letter")
_INPUTS = {
    "code": "code", "display": "display", "email": "email", "body": "body", "grants": "role",
    "grants.1.code": "where",
    "where": "where", "city": "where", "reason": "why",
}  # fmt: skip
"""What an invitation is made of, with the inputs that ask for it."""
_ROLES = [role for role in ROLES if role is not Role.PUBLIC]


def people_page(
    request: Request[Any, Any, Any], office: FromOffice, actor: FromActor, *, role: Word = ""
) -> Any:  # noqa: ANN401
    """Show who works in the programme, and the form that invites somebody; a link may name a ``role``."""
    return _people(request, office, actor, typed={"role": role})


def _people(
    request: Request[Any, Any, Any],
    office: Programme,
    actor: Actor,
    *,
    typed: Mapping[str, str] | None = None,
    problem: UrbiumError | None = None,
    invited: str = "",
    secret: str = "",
) -> Any:  # noqa: ANN401
    if not clauses(actor, ACCOUNT, CREATE):
        raise absent()
    agreements = office.casework.listed(actor, "agreement")
    places = {
        "city": office.register.names(),
        "province": office.register.provinces(),
        "agreement": {one.dossier.code: one.dossier.content["title"] for one in agreements},
    }
    accounts = [
        {
            "code": one.dossier.code,
            "version": one.dossier.version,
            "display": one.dossier.content["display"],
            "state": one.dossier.state,
            "state_said": state(ACCOUNT, one.dossier.state).title,
            "actions": [step.action for step in one.actions],
            "roles": [
                {
                    "role": ROLES[Role(grant["role"])],
                    "where": places.get(grant["scope"], {}).get(grant["code"], grant["code"]),
                }
                for grant in one.dossier.content["grants"]
            ],
        }
        for one in office.casework.listed(actor, ACCOUNT)
    ]
    pages = office.settings().address or origin(request)
    address = f"{pages}/invitation#{secret}" if secret else ""
    return page(
        "people.html",
        _PEOPLE,
        status=problem.status if problem else 200,
        accounts=accounts,
        roles=[(role.value, ROLES[role]) for role in _ROLES],
        typed=dict(typed or {}),
        problem=marked(problem, _INPUTS),
        invited=invited,
        address=address,
        waits=bool(invited) and invited not in {one["code"] for one in accounts},
    )


def invite(request: Request[Any, Any, Any], office: FromOffice, actor: FromActor, data: Form) -> Any:  # noqa: ANN401
    """Invite somebody, and show the invitation once."""
    code = data.get("code", "").strip()
    try:
        role, where = data.get("role", ""), data.get("where", "").strip()
        scope = SCOPES.get(Role(role), "all") if role in {*_ROLES} else "all"
        content = {
            "display": data.get("display", "").strip() or code,
            "email": data.get("email", "").strip(),
            "body": data.get("body", "").strip(),
            "grants": [{"role": role, "scope": scope, "code": _place(office, scope, where)}],
        }
        secret = office.people.invite(actor, code, content, reason=data.get("why", "").strip())
    except UrbiumError as error:
        return _people(request, office, actor, typed=data, problem=error)
    return _people(request, office, actor, invited=code, secret=secret)


def _place(office: Programme, scope: str, where: str) -> str:
    """Return the code of what a role holds for; a city may be named."""
    if scope == "all":
        return ""
    if not where:
        raise InputError(
            coded("web.people.where", "this role applies to one city, province or agreement"),
            remedy=text("state which one"),
            field="where",
        )
    if scope == "province":
        provinces = office.register.provinces()
        named = {folded(name): key for key, one in provinces.items() for name in (key, *one.names.values())}
        if folded(where) not in named:
            raise NotFoundError.named(text("province"), where, [str(say(one)) for one in provinces.values()])
        return named[folded(where)]
    return office.city(where).code if scope == "city" else where


def invite_again(request: Request[Any, Any, Any], office: FromOffice, actor: FromActor, data: Form) -> Any:  # noqa: ANN401
    """Make a new invitation for an account, and show it once."""
    code = data.get("code", "")
    try:
        secret = office.people.invite_again(actor, code)
    except UrbiumError as error:
        return _people(request, office, actor, problem=error)
    return _people(request, office, actor, invited=code, secret=secret)


def close_or_reopen(request: Request[Any, Any, Any], office: FromOffice, actor: FromActor, data: Form) -> Any:  # noqa: ANN401
    """Close an account, or open it again."""
    action = "reopen" if data.get("action") == "reopen" else "close"
    version = data.get("version", "")
    try:
        what: tuple[Actor, str, str, str, dict[str, Any]] = (actor, ACCOUNT, data.get("code", ""), action, {})
        _ = office.people.proposed_instead(*what) or office.casework.act(*what, version=whole_number(version))
    except UrbiumError as error:
        return _people(request, office, actor, problem=error)
    return see("/people")


def log_page(
    office: FromOffice,
    actor: FromActor,
    *,
    who: Word = "",
    what: Word = "",
    since: Word = "",
    until: Word = "",
    order: Word = "",
    number: PageNumber = 1,
) -> Any:  # noqa: ANN401
    """Show the log of changes, the newest first."""
    writers = sorted(office.log.entries(actor)["who"].unique().to_list())
    zone = office.settings.zone()
    wanted = office.log.entries(
        actor, who=who, since=instant(since, zone, ends_day=False), until=instant(until, zone)
    )
    names = {code: office.people.signature(code) for code in writers}
    filters = {"who": who, "what": what, "since": since, "until": until}
    words = _words_of_changes()
    worded = wanted.with_columns(
        pl.col(name).replace({said: _worded(said, words) for said in wanted[name].unique()})
        for name in ("what", "why")
    )
    log = matching(worded.sort("seq", descending=True), what, "what", "why")
    named = with_names(log, names, code="who")
    return page(
        "log.html",
        _LOG,
        table=Listing(named, _LISTED, "/log", filters, order, number),
        writers=list(names.items()),
        asked=filters,
        order=order,
    )


def _words_of_changes() -> dict[str, str]:
    """Return what changes that the log names by code are called, and steps for which no reason was given."""
    steps = [step for step in every_step() if step.kind in KINDS]
    of_cases = {
        f"{step.kind}: {step.action}": text("{kind}: {step}", kind=KINDS[step.kind].title, step=step.title)
        for step in steps
    }
    said = {**words_of("change"), **{str(step.title): step.title for step in steps}, **of_cases}
    return {code: str(say(words)) for code, words in said.items()}


def _worded(said: str, words: Mapping[str, str]) -> str:
    """Return what the log says of a change in words; a step is worded before the reason that follows it."""
    step, _, reason = said.partition(": ")
    if said in words or not reason:
        return words.get(said, str(say(said)))
    return text("{name}: {value}", name=words.get(step, step), value=reason).render()


def letters_page(office: FromOffice, actor: FromActor, *, order: Word = "", number: PageNumber = 1) -> Any:  # noqa: ANN401
    """Show the newest letters: all of them to the office, one's own to others."""
    if not clauses(actor, "letter", "read"):
        raise absent()
    rows = [_letter(office, actor, one) for one in office.outbox.listed(actor)]
    counts = [(_LETTER_STATES[name], number) for name, number in office.outbox.count(actor).items()]
    return page(
        "letters.html",
        _LETTERS,
        table=Listing(pl.DataFrame(rows), _LISTED_LETTERS, "/letters", {}, order, number, _LETTERS_A_PAGE),
        counts=counts,
        kinds=KINDS,
    )


def _letter(office: Programme, actor: Actor, one: SentLetter) -> dict[str, Any]:
    letter = one.letter
    return {
        "made": datetime.fromtimestamp(letter.made / 1_000_000, UTC),
        "title": str(say(one.title)),
        "account": office.people.display(letter.account),
        "kind": letter.kind if one.is_shown else "",
        "code": letter.code if one.is_shown else "",
        "state": str(say(_LETTER_STATES[letter.state])),
        "attempts": letter.attempts,
        "is_tried": letter.state in ("waiting", "failed"),
        "failure": letter.failure if letter.account != actor.account else "",
    }


PEOPLE_PAGES = (
    reading("/people")(people_page),
    writing("/people/invite")(invite),
    writing("/people/again")(invite_again),
    writing("/people/close")(close_or_reopen),
    reading("/log")(log_page),
    reading("/letters")(letters_page),
)
"""The pages of the office about people, and of the office and the auditor about changes."""
