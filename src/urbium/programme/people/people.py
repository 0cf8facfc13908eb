"""People: accounts, how they prove who they are, and what their sessions, tokens and invitations let them do.

Passwords are kept as argon2id; a one-time code counts once; the secret of a session, token or invitation is
nowhere in the store, only its digest. A wrong name and a wrong password take as long and say the same.
"""

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import msgspec

from urbium.access import ANYBODY, Actor, Grant, Role, covers, granted
from urbium.clock import present
from urbium.errors import ForbiddenError, InputError, NotFoundError
from urbium.model.dossiers import Dossier
from urbium.programme.base.workspace import Workspace
from urbium.programme.cases.letters import LOCK
from urbium.programme.people import one_time_codes
from urbium.programme.people.devices import LOCKED, MOST_FAILURES, Device, count_failure, device_of, remember
from urbium.programme.people.invitations import (
    ACCOUNT,
    FOUNDER,
    INVITATION,
    SECOND,
    SESSION,
    SESSION_LONGEST,
    Invitations,
)  # fmt: skip
from urbium.programme.people.passwords import Passwords, check_password
from urbium.store import Credential, Ticket
from urbium.store.accounts import FOLLOWING, LEAVING, SIGN_IN, digest_of
from urbium.text import coded, languages, meant, text

if TYPE_CHECKING:
    from urbium.programme.cases.casework import Casework

TOKEN, FEED = "token", "feed"
"""Kinds of tickets: of programs, and of the source of a feed."""
_SESSION_IDLE: Final = 3600 * SECOND
_DAY: Final = 24 * 3600 * SECOND
_LANGUAGE: Final = "language"
"""Kind of the ticket that opens nothing and says in which language a person reads."""
_LASTS: Final = 100 * 365 * _DAY
_OUTLAST_A_PASSWORD: Final = (FEED, "subject", _LANGUAGE, FOLLOWING, LEAVING)
"""Kinds of tickets that a new password does not end: of feeds, the link to a provider, what opens nothing."""
_TOUCH = 60 * SECOND
_REFUSED_AFTER = 0.25
"""Seconds after which a refusal to sign in is given: longer than the check of a password and a write take."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that was begun: its secret, which only its bearer has, and who acts by it.

    ``device`` is the secret by which the browser is known again; empty where it is known already.
    """

    secret: str
    actor: Actor
    device: str = ""


class People(Invitations):
    """Accounts, and how they sign in.

    Parameters
    ----------
    workspace : the store
    casework : accounts are dossiers
    clock : the present in microseconds since 1970
    pause : waits some seconds
    """

    def __init__(
        self,
        workspace: Workspace,
        casework: "Casework",
        *,
        clock: Callable[[], int] = present,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(workspace, casework, clock=clock)
        self._pause = pause
        self._passwords = Passwords()

    def any(self) -> bool:
        """Return whether anybody can sign in."""
        return any(
            (credential := self._store.accounts.credential(code)) is not None and credential.password
            for code in self.codes()
        )

    def codes(self) -> list[str]:
        """Return the codes of all accounts."""
        return [one.dossier.code for one in self._casework.listed(FOUNDER, ACCOUNT)]

    # --- coming in --------------------------------------------------------------------------------------

    def accept(self, invitation: str, password: str) -> SignedIn:
        """Set the password of an invited account, begin a session, and drop every other way in.

        Raises NotFoundError when the invitation is unknown, used or too old, InputError for a weak password.
        """
        digest = digest_of(invitation)
        ticket = self._store.accounts.ticket(digest, INVITATION)
        if (
            ticket is None
            or ticket.expires <= self._clock()
            or self._account(ticket.account).state == "closed"
        ):
            raise NotFoundError(
                coded("programme.people.invitation", "this invitation is unknown, used or expired"),
                remedy=text("ask the programme office for a new one"),
                field="invitation",
            )
        self._check_password(password, ticket.account)
        account = ticket.account
        with self._store.together():
            is_first = self._store.accounts.end(
                account, [digest], by=account, what="account: accept", reason="invitation accepted"
            )
            if is_first:
                self.set_password(account, password, by=account, reason="invitation accepted")
                self._activate(
                    account, "invitation accepted", shown_to=str(ticket.content.get("shown_to", ""))
                )
        if not is_first:
            return self.accept(invitation, password)  # somebody else was faster: it is used now
        return replace(self._begun(ticket.account), device=self._new_device(ticket.account))

    def set_password(self, code: str, password: str, *, by: str, reason: str) -> None:
        """Set a password and end every other way into the account; the audit log says who did it and why.

        Sessions, tokens, keys, invitations, passkeys and known browsers end: whoever held one of them is out.
        What sources of feeds send by is the city's, and stays; so does the link to a provider.

        Raises InputError for a password under 12 or over 256 characters, or one that is easily guessed.
        """
        self._check_password(password, code)
        before = self._store.accounts.credential(code) or Credential()
        credential = replace(before, password=self._passwords.kept(password), failures=0, locked_until=0)
        with self._store.together():
            self._store.accounts.set_credential(code, credential, by=by, what="set password", reason=reason)
            self._store.accounts.end_all(code, by=by, reason="a new password", but=_OUTLAST_A_PASSWORD)

    def sign_in(self, code: str, password: str, one_time: str = "", *, device: str = "") -> SignedIn:
        """Begin a session.

        Parameters
        ----------
        code, password, one_time : what was typed
        device : the secret of a browser that the account has signed in with before

        Raises ForbiddenError, with the same words and after the same time whatever was wrong: name, password,
        one-time code, a closed account, or too many failures in a row (five lock it for five minutes, for
        this browser where it is known, else for all that are not).
        """
        began = time.monotonic()
        try:
            return self._signed_in(code, password, one_time, device)
        except ForbiddenError:
            # only a name that exists is written to, so every refusal is as late as the slowest of them
            self._pause(max(0.0, began + _REFUSED_AFTER - time.monotonic()))
            raise

    def _signed_in(self, code: str, password: str, one_time: str, device: str) -> SignedIn:
        credential = self._proved(code, password, device)
        if not self._is_code_right(code, credential, one_time):
            self._count_failure(code, self._device(code, device))
            raise _refused()
        if self._account(code).state != "active":
            raise _refused()
        browser = self._device(code, device)
        with self._store.together():
            if browser is not None:
                self._store.accounts.set_content(browser.digest, {})
            elif credential.failures:
                self._store.accounts.forget_failures(code)
        if self._passwords.is_outdated(credential.password):
            self._store.accounts.renew_password(code, credential, self._passwords.kept(password))
        begun = self._begun(code)
        return begun if browser else replace(begun, device=self._new_device(code))

    def _proved(self, code: str, password: str, device: str) -> Credential:
        """Return the credential of an account whose password is right; count a failure and raise if not."""
        credential, browser = self._store.accounts.credential(code), self._device(code, device)
        failing = browser or credential
        is_locked = failing is not None and failing.locked_until > self._clock()
        is_right = self._passwords.is_right(credential.password if credential else "", password)
        if credential is None or is_locked or not is_right:
            if credential is not None and not is_locked:
                self._count_failure(code, browser)
            raise _refused()
        return credential

    def knows(self, code: str, device: str) -> bool:
        """Say whether an account has signed in with a browser, told by its secret, before."""
        return self._device(code, device) is not None

    def _device(self, code: str, secret: str) -> Device | None:
        """Return the browser of a secret, where the account has signed in with it before."""
        return device_of(self._store.accounts, digest_of(secret), code, self._clock()) if secret else None

    def _new_device(self, code: str) -> str:
        secret = secrets.token_urlsafe(32)
        with self._store.together():
            remember(self._store.accounts, digest_of(secret), code, self._clock())
        return secret

    def _count_failure(self, code: str, browser: Device | None) -> None:
        """Count a failure; the one that locks the account is told to its owner, once a day."""
        now = self._clock()
        with self._store.together():
            if browser is not None:
                count_failure(self._store.accounts, browser, now)
                return
            self._store.accounts.count_failure(code, most=MOST_FAILURES, locked_until=now + LOCKED)
            credential = self._store.accounts.credential(code)
            if credential is not None and credential.locked_until > now:
                self._store.accounts.note(
                    code, by=FOUNDER.account, what="lock account", reason="five failed sign-ins in a row",
                    locked_until=credential.locked_until,
                )  # fmt: skip
                self._letters.to_itself(LOCK, self._account(code), now=now, once=f"day {now // _DAY}")

    def vouched_for(self, code: str) -> SignedIn:
        """Begin a session of an account whose owner has proved who it is, but not by a password.

        Raises ForbiddenError where the account is closed.
        """
        self.named(code)
        self._activate(code, "signed in without a password")
        return replace(self._begun(code), device=self._new_device(code))

    def take_place(self, code: str) -> SignedIn:
        """Begin a session of an account without a password: for the demo, and for tests of pages."""
        self.take_up(code)
        return self._begun(code)

    def take_up(self, code: str) -> None:
        """Let an account act that nobody signs in to: a program's, or a person's who is made up."""
        self.named(code)
        self._activate(code, "its place was taken")

    def change_password(self, actor: Actor, old: str, password: str, *, device: str = "") -> SignedIn:
        """Set a new password of the actor, end every session of it, and begin a new one.

        Raises ForbiddenError when the old password is not right, InputError for a weak new one.
        """
        self._proved(actor.account, old, device)
        self.set_password(actor.account, password, by=actor.account, reason="changed by its owner")
        return replace(self._begun(actor.account), device=self._new_device(actor.account))

    def end_sessions(self, actor: Actor) -> int:
        """End every session of the actor, this one too, and return how many there were."""
        return self._end(actor.account, SESSION, by=actor.account, reason="signed out everywhere")

    def has_one_time(self, actor: Actor) -> bool:
        """Return whether the actor is asked for one-time codes."""
        credential = self._store.accounts.credential(actor.account)
        return credential is not None and bool(credential.totp)

    def one_time_address(self, actor: Actor, secret: str) -> str:
        """Return the address that a device reads as a QR code to make one-time codes."""
        return one_time_codes.address(actor.account, secret)

    def sign_out(self, secret: str) -> None:
        """End a session; harmless when there is none."""
        ticket = self._store.accounts.ticket(digest_of(secret), SESSION)
        if ticket is not None:
            account = ticket.account
            self._store.accounts.end(
                account, [digest_of(secret)], by=account, what="sign out", reason="a session ends"
            )

    # --- who acts ---------------------------------------------------------------------------------------

    def actor(self, secret: str, kinds: Sequence[str] = (SESSION, TOKEN, FEED)) -> Actor | None:
        """Return who acts by the secret of a session or token; None when it opens nothing (any more)."""
        return self.actor_of(digest_of(secret), kinds)

    def actor_of(self, digest: str, kinds: Sequence[str] = (TOKEN,)) -> Actor | None:
        """Return who acts by a ticket of some kinds, by the sha256 of its secret; None for none."""
        now = self._clock()
        with self._store.at_one_instant():
            ticket = self._store.accounts.ticket(digest, *kinds)
            if ticket is None or ticket.expires <= now:
                return None
            account = self._account(ticket.account)
        if account.state != "active":
            return None
        if ticket.kind == FEED:  # it opens its feed, and is nobody else
            return ANYBODY
        if ticket.kind == TOKEN:
            (bound,) = granted([ticket.content["grant"]])
            is_covered = any(covers(one, bound) for one in _grants(account))
            return Actor(account.code, (bound,), digest) if is_covered else None
        if now - ticket.used > _TOUCH:
            until = min(now + _SESSION_IDLE, ticket.made + SESSION_LONGEST)
            self._store.accounts.touch(digest, used=now, expires=until)
        return Actor(account.code, _grants(account))

    def named(self, code: str) -> Actor:
        """Return an account as an actor, for the command: whoever reaches the store may act for anybody.

        Raises NotFoundError when there is no such account, ForbiddenError when it is closed.
        """
        account = self._account(code)
        if account.state == "closed":
            raise _refused()
        return Actor(account.code, _grants(account))

    def display(self, code: str) -> str:
        """Return the name of a person; the code itself where there is no such account."""
        account = self._store.dossiers.one(ACCOUNT, code)
        return code if account is None else str(account.content["display"])

    def roles(self, code: str) -> list[Role]:
        """Return the roles of a person; none where there is no such account."""
        account = self._store.dossiers.one(ACCOUNT, code)
        return [] if account is None else list(dict.fromkeys(one.role for one in _grants(account)))

    def signature(self, code: str) -> str:
        """Return the name of a person with the code of the account, for who reads what it did."""
        return signed(self.display(code), code)

    def email(self, code: str) -> str:
        """Return the address to which letters to a person go; empty where there is none."""
        return str(self._account(code).content["email"])

    def language(self, code: str) -> str:
        """Return the language in which a person reads; empty where none was chosen."""
        ticket = self._store.accounts.ticket(digest_of(f"{_LANGUAGE} {code}"), _LANGUAGE)
        return "" if ticket is None else str(ticket.content[_LANGUAGE])

    def choose_language(self, actor: Actor, name: str) -> None:
        """Keep the language in which the actor reads pages, letters and documents.

        Raises NotFoundError for one in which urbium says nothing.
        """
        if name not in languages():
            raise NotFoundError.named(text("language"), name, languages())
        digest, now = digest_of(f"{_LANGUAGE} {actor.account}"), self._clock()
        chosen = Ticket(_LANGUAGE, actor.account, now, now + _LASTS, now, {_LANGUAGE: name})
        with self._store.together():
            self._store.accounts.drop(digest)
            self._store.accounts.add_ticket(digest, chosen)

    # --- tokens and one-time codes ----------------------------------------------------------------------

    def token(self, actor: Actor, title: str, grant: Grant, *, days: int = 90) -> str:
        """Return the secret of a new token of the actor, bound to one of its roles and a scope.

        Raises InputError for a grant that goes beyond the actor's, or more than 365 days.
        """
        if not any(covers(one, grant) for one in actor.grants):
            raise InputError(
                coded("programme.people.token.beyond", "a token cannot do more than its owner"),
                remedy=text("choose one of your roles, with its scope or a narrower one"),
                field="grant",
            )
        if not 1 <= days <= 365:  # noqa: PLR2004 - a year
            raise InputError(
                coded(
                    "programme.people.token.days",
                    "a token must be valid for at least one day and at most one year",
                ),
                remedy=text("enter 1 to 365 days"),
                field="days",
            )
        bound = {"role": grant.role, "scope": grant.scope, "code": grant.code, "types": sorted(grant.types)}
        content = {"title": title, "grant": bound}
        return self._issue(
            TOKEN, actor.account, days * _DAY, content, what="account: token", reason=title or grant.role
        )

    def tokens(self, actor: Actor) -> dict[str, Ticket]:
        """Return the tokens of the actor by the first twelve characters of their digests."""
        return {
            digest[:12]: one for digest, one in self._store.accounts.tickets(actor.account, TOKEN).items()
        }

    def revoke(self, actor: Actor, token: str) -> bool:
        """Drop a token of the actor by the first twelve characters of its digest; False for none."""
        tokens = self._store.accounts.tickets(actor.account, TOKEN)
        ended = [digest for digest in tokens if digest[:12] == token]
        return (
            self._store.accounts.end(
                actor.account, ended, by=actor.account, what="account: revoke token", reason=f"token {token}"
            )
            > 0
        )

    @staticmethod
    def begin_one_time() -> str:
        """Return a new secret for one-time codes; it counts once :meth:`confirm_one_time` has seen a code."""
        return one_time_codes.new_secret()

    def confirm_one_time(
        self, actor: Actor, secret: str, code: str, *, proof: str = "", device: str = ""
    ) -> None:
        """Ask for one-time codes of a secret from now on.

        Parameters
        ----------
        actor, secret, code : whose, of which secret, and a code of it
        proof : the password, or a code of the secret before: a session alone replaces nothing
        device : the secret of the browser, where it is known

        Raises InputError when the code is not of the secret, ForbiddenError when the proof is not right.
        """
        step = one_time_codes.matching_step(secret, code, self._clock())
        if step is None:
            raise InputError(
                coded("programme.people.one_time.wrong", "this code does not match the secret"),
                remedy=text("check the clock of the device, and try again"),
                field="one_time",
            )
        before = self._store.accounts.credential(actor.account) or Credential()
        is_proved = bool(before.totp) and one_time_codes.is_code(proof)
        if not (is_proved and self._is_code_right(actor.account, before, proof)) and before != Credential():
            before = self._proved(actor.account, proof, device)
        self._store.accounts.set_credential(
            actor.account,
            replace(before, totp=secret, totp_step=step),
            by=actor.account,
            what="ask for one-time codes",
            reason="set up by its owner",
        )

    # --- inside -----------------------------------------------------------------------------------------

    def _is_code_right(self, code: str, credential: Credential, one_time: str) -> bool:
        if not credential.totp:
            return True
        step = one_time_codes.matching_step(credential.totp, one_time, self._clock())
        return step is not None and self._store.accounts.use_step(code, step)

    def _check_password(self, password: str, code: str) -> None:
        content = self._account(code).content
        check_password(password, (code, str(content["display"]), str(content["email"]), str(content["body"])))

    def _activate(self, code: str, reason: str, *, shown_to: str | None = None) -> None:
        """Let an account begin; ``shown_to`` saw the secret by which its password is set now."""
        account = self._account(code)
        before = str(account.content.get("shown_to", ""))
        now = before if shown_to is None else shown_to
        if account.state == "invited" or now != before:
            active = msgspec.structs.replace(
                account, state="active", action="activate", content={**account.content, "shown_to": now}
            )
            self._store.dossiers.record([active], by=code, what="account: activate", reason=reason)

    def _begun(self, code: str) -> SignedIn:
        secret = self._issue(SESSION, code, _SESSION_IDLE, what=SIGN_IN, reason="a session begins")
        return SignedIn(secret, Actor(code, _grants(self._account(code))))


def signed(display: str, code: str) -> str:
    """Return a person's name with the code of the account: a name can be changed, and be anybody's.

    >>> signed("Olga", "olga.b"), signed("olga.b", "olga.b")
    ('Olga (olga.b)', 'olga.b')
    """
    return (
        code if display in ("", code) else meant("of an account", "{name} ({code})", name=display, code=code)
    )


def _grants(account: Dossier) -> tuple[Grant, ...]:
    return granted(account.content["grants"])


def grant_of(row: Mapping[str, Any]) -> Grant:
    """Return the grant that is asked for; raise NotFoundError for a role that there is not."""
    if row["role"] not in list(Role):
        raise NotFoundError.named(text("role"), row["role"], list(Role))
    return granted([row])[0]


def _refused() -> ForbiddenError:
    return ForbiddenError(
        coded(
            "programme.people.refused",
            "the name, password or code is wrong, or the account is temporarily locked",
        ),
        remedy=text("try again in a few minutes, or contact the programme office"),
    )
