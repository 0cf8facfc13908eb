"""Accounts: people who are invited into a programme, what they may do, and the log of who did what."""

from typing import Annotated

from cyclopts import App, Parameter

from urbium.cli.cases.casework import acting, tell_unless_begun
from urbium.cli.opening import opened
from urbium.cli.show import COMMON, Acting, As, Common, Flag, say_facts, say_table, tell
from urbium.errors import NotFoundError
from urbium.periods import instant
from urbium.text import Text, text

_Several = Annotated[list[str] | None, Parameter(consume_multiple=True)]

account = App(name="account")
"""The group of commands on accounts."""


@account.command(name="invite")
def invite_account(
    code: str,
    /,
    *,
    role: _Several = None,
    display: str = "",
    email: str = "",
    body: str = "",
    city: str = "",
    province: str = "",
    expertise: _Several = None,
    account: As = "",
    again: Flag = False,
    common: Common = COMMON,
) -> None:
    """Invite someone, and print the invitation's secret once; it is valid for fourteen days.

    Parameters
    ----------
    code
        The name to sign in with.
    role
        What the person may do, and where: office, auditor, expert, province:province:NAME,
        officer:city:CODE, signatory:city:CODE, partner:agreement:CODE.
    display
        The person's name.
    email
        Where letters go.
    body
        The organisation for which the person works; used to detect conflicts of interest.
    city
        The code of the city where the organisation is based.
    province
        The part of the nation where the organisation is based.
    expertise
        An expert's fields of expertise.
    account
        The account that sends the invitation; by default, the programme itself.
    again
        Create a new invitation for an existing account, to set a new password.
    """
    from urbium.programme.people.invitations import FOUNDER

    with opened(common) as programme:
        host = acting(programme, account) if account else FOUNDER
        if again:
            secret = programme.people.invite_again(host, code)
        else:
            secret = programme.people.invite(
                host,
                code,
                {
                    "display": display or code, "email": email, "body": body, "city": city,
                    "province": province, "expertise": expertise or [],
                    "grants": [_grant(one) for one in role or ()],
                },
            )  # fmt: skip
        proposed = "" if secret else programme.people.proposed(host, code)
        facts = (
            {"proposed": code, "change": proposed} if proposed else {"account": code, "invitation": secret}
        )
        say_facts(facts | ({} if secret or proposed else {"invitation": "letter"}), common)
        settings = programme.settings()
        tell(
            _where(settings.address, secret)
            if secret
            else _waits(code, proposed)
            if proposed
            else _by_letter(code, is_sent=bool(settings.mail))
        )


def _where(address: str, secret: str) -> Text:
    """Say where the secret of an invitation is used."""
    page = f"/invitation#{secret}"
    if address:
        return text("set a password at {where}", where=f"{address}{page}")
    return text(
        "choose a password at {page} on the server of this programme; to set its address: urbium "
        "settings --address ADDRESS",
        page=page,
    )


def _waits(code: str, change: str) -> Text:
    """Say that an account is not made yet, and what makes it."""
    return text(
        "{account} has been proposed but not yet created: another person in the office must approve it "
        "with urbium case act account-changes {change} approve --as ANOTHER; the invitation then goes "
        "only to the person concerned",
        account=code,
        change=change,
    )


def _by_letter(code: str, *, is_sent: bool) -> Text:
    """Say that an invitation goes by letter, and what to do where no letter can be sent."""
    if is_sent:
        return text(
            "the invitation for {account} goes only to the person concerned: a letter is waiting to be sent",
            account=code,
        )
    return text(
        "the invitation for {account} goes only to the person concerned, in a letter that cannot be "
        "sent yet: no mail server is set up. Set one with urbium settings --mail SERVER, or have this "
        "machine's operator print the invitation: urbium account invite {account} --again",
        account=code,
    )


@account.command(name="list")
def list_accounts(*, account: As = "", common: Common = COMMON) -> None:
    """List the accounts: who they belong to, what they may do, and whether they have been activated.

    Parameters
    ----------
    account
        The account whose view is shown; by default, the programme itself.
    """
    import polars as pl

    from urbium.programme.people.invitations import ACCOUNT, FOUNDER

    with opened(common) as programme:
        sights = programme.casework.listed(acting(programme, account) if account else FOUNDER, ACCOUNT)
        rows = [
            {
                "code": one.dossier.code,
                "display": one.dossier.content["display"],
                "state": one.dossier.state,
                "roles": ", ".join(
                    ":".join(part for part in (grant["role"], grant["scope"], grant["code"]) if part)
                    for grant in one.dossier.content.get("grants", ())
                ),
                "body": one.dossier.content.get("body", ""),
            }
            for one in sights
        ]
        columns = dict.fromkeys(("code", "display", "state", "roles", "body"), pl.String())
        say_table(pl.DataFrame(rows, schema=columns), common, title=text("Accounts"))


@account.command(name="token")
def make_token(
    code: str,
    /,
    *,
    role: str,
    types: _Several = None,
    title: str = "",
    days: int = 90,
    common: Common = COMMON,
) -> None:
    """Print, once only, the secret of a new account token: programs use it to act in one role of the account.

    Parameters
    ----------
    code
        The account.
    role
        One of the owner's roles with its scope, or a narrower scope: officer:city:CODE, or office:city:CODE
        for the office.
    types
        Types of entities, such as AirQualityObserved: the token gives access to entities of these types in
        the context store of the place, and to nothing else.
    title
        Purpose.
    days
        How many days the token is valid: 1 to 365.
    """
    from urbium.programme.people.people import grant_of

    with opened(common) as programme:
        grant = programme.context.narrowed(grant_of(_grant(role)), types or ())
        secret = programme.people.token(acting(programme, code), title, grant, days=days)
        say_facts({"account": code, "token": secret}, common)
        tell_unless_begun(programme, code)


@account.command(name="tokens")
def list_tokens(code: str, /, *, common: Common = COMMON) -> None:
    """List the tokens of an account: what each gives access to, and until when.

    Parameters
    ----------
    code
        The account.
    """
    import polars as pl

    with opened(common) as programme:
        rows = [
            {"token": key, "title": one.content["title"], "until": one.expires}
            | {name: one.content["grant"][name] for name in ("role", "scope", "code")}
            | {"types": ", ".join(map(programme.context.short_type, one.content["grant"].get("types", ())))}
            for key, one in programme.people.tokens(acting(programme, code)).items()
        ]
        names = ("token", "title", "role", "scope", "code", "types")
        schema = dict.fromkeys(names, pl.String()) | {"until": pl.Datetime("us", "UTC")}
        say_table(pl.DataFrame(rows, schema=schema), common, title=text("Tokens"))


@account.command(name="revoke")
def revoke_token(code: str, token: str, /, *, common: Common = COMMON) -> None:
    """Revoke a token of an account immediately, together with the subscriptions made with it.

    Parameters
    ----------
    code
        The account.
    token
        The token's first twelve characters, as listed by urbium account tokens.
    """
    with opened(common) as programme:
        if not programme.people.revoke(acting(programme, code), token):
            raise NotFoundError.named(text("token"), token, [])
        say_facts({"account": code, "ended": token}, common)


def _grant(written: str) -> dict[str, str]:
    """Return a role with its scope, as it was typed.

    >>> _grant("officer:city:0503"), _grant("office")
    ({'role': 'officer', 'scope': 'city', 'code': '0503'}, {'role': 'office', 'scope': 'all', 'code': ''})
    """
    role, _, rest = written.partition(":")
    scope, _, code = rest.partition(":")
    return {"role": role, "scope": scope or "all", "code": code}


def log(*, who: str = "", what: str = "", since: str = "", until: str = "", common: Acting) -> None:
    """Show who changed what, when and why, latest first; for the programme office and auditors.

    Parameters
    ----------
    who
        Only actions by this account.
    what
        Only changes whose name contains this text, such as "report: accept".
    since
        Only actions from this day onwards, such as 2026-03-31.
    until
        Only actions up to this day.
    """
    import polars as pl

    with opened(common) as programme:
        zone = programme.settings.zone()
        entries = programme.log.entries(
            acting(programme, common.account),
            who=who,
            since=instant(since, zone, ends_day=False),
            until=instant(until, zone),
        )
        rows = entries.filter(pl.col("what").str.contains(what, literal=True)).sort("seq", descending=True)
        say_table(rows, common, title=text("Log of changes"))
