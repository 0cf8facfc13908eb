"""Invitations: how accounts are made, by whom, and how their persons get the secret that lets them in."""

import secrets
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec

from urbium.access import Actor, Grant, Role, demand
from urbium.clock import present
from urbium.errors import ForbiddenError, NotFoundError
from urbium.model.accounts import Account
from urbium.model.dossiers import Dossier
from urbium.pilot.steps import CREATE
from urbium.programme.base.workspace import Workspace
from urbium.programme.cases.codes import checked_code
from urbium.programme.cases.letters import INVITE
from urbium.programme.cases.rules.account_rules import (
    OPERATOR,
    closes_last_other,
    is_guarded,
    needs_second_person,
)
from urbium.store import Ticket
from urbium.store.accounts import digest_of
from urbium.text import coded, text

if TYPE_CHECKING:
    from urbium.programme.cases.casework import Casework
    from urbium.programme.cases.sight import Seen

ACCOUNT: Final = "account"
CHANGE: Final = "account_change"
FOUNDER: Final = Actor(OPERATOR, (Grant(Role.OFFICE),))
"""Whoever runs the command where the store is: makes the first account, and needs no second person."""
SESSION, INVITATION = "session", "invitation"
SECOND: Final = 1_000_000
SESSION_LONGEST: Final = 12 * 3600 * SECOND
_INVITATION_LASTS: Final = 14 * 24 * 3600 * SECOND


class Invitations:
    """The accounts of a programme, and the invitations by which their persons begin."""

    def __init__(
        self, workspace: Workspace, casework: "Casework", *, clock: Callable[[], int] = present
    ) -> None:
        self._store = workspace.store
        self._casework = casework
        self._letters = casework.letters
        self._clock = clock

    def invite(
        self, actor: Actor, code: str, account: Account | Mapping[str, Any], *, reason: str = ""
    ) -> str:
        """Make an account and return the secret of its invitation, which lasts fourteen days.

        The secret is empty where it goes to the person alone, or a second person must approve the account
        first: see :meth:`invite_again` and :meth:`propose`.

        Raises ForbiddenError unless the actor may make accounts, ConflictError when there is one of this
        code, InputError for a role or scope that does not exist.
        """
        content = dict(account if isinstance(account, Mapping) else msgspec.to_builtins(account))
        content.pop("shown_to", None)  # what comes of an invitation, and is nobody's to say
        if needs_second_person(actor.account, code, None, {"grants": (), **content}):
            self.propose(actor, code, CREATE, content, reason=reason)
            return ""
        with self._store.together():
            self._casework.begin(actor, ACCOUNT, code, content, reason=reason)
            return self.invite_again(actor, code)

    def propose(
        self, actor: Actor, code: str, step: str, content: Mapping[str, Any], *, reason: str = ""
    ) -> "Seen":
        """Propose what needs a second person: to ``create``, ``change``, ``close`` or ``reopen`` an account.

        ``content`` holds what is to be otherwise than it is. Raises as :meth:`invite` does.
        """
        before = self._store.dossiers.one(ACCOUNT, checked_code(code))
        whole = {**({} if before is None else before.content), **content}
        whole.pop("shown_to", None)
        change = f"{code[:60]}-{step}-{secrets.token_hex(4)}"
        whole |= {"account": code, "step": step}
        return self._casework.begin(actor, CHANGE, change, whole, reason=reason)

    def proposed_instead(
        self, actor: Actor, kind: str, code: str, action: str, changes: Mapping[str, Any], *, reason: str = ""
    ) -> "Seen | None":
        """Propose a step with an account that one person alone may not take; None for every other step."""
        if kind != ACCOUNT or action not in ("change", "close", "reopen"):
            return None
        before = self._account(code)
        content = {**before.content, **changes}
        needs_second = (
            closes_last_other(actor.account, before, self._active())
            if action == "close"
            else needs_second_person(actor.account, code, before, content)
        )
        return self.propose(actor, code, action, content, reason=reason) if needs_second else None

    def invite_again(self, actor: Actor, code: str, *, reason: str = "") -> str:
        """Return the secret of a new invitation for an account, with which a new password is set, too.

        It is empty where it goes to the person alone, by letter: wherever letters are sent and the account
        has an address, and always where it decides in the name of others (office, auditor, signatory). By
        command on the machine that holds the store it is returned in any case.

        Raises ForbiddenError where it would go to nobody.
        """
        account = self._account(code)
        demand(actor, "change", account)
        is_guarded_, has_address = is_guarded(account.content), bool(account.content["email"])
        if actor.account != OPERATOR and is_guarded_ and not has_address:
            raise ForbiddenError(
                coded(
                    "programme.people.alone",
                    "this account has no e-mail address, and its invitation may go only to the person "
                    "concerned",
                ),
                place=f"{ACCOUNT} {code}",
                remedy=text(
                    "enter an address, which a second person must approve; or have this machine's "
                    "operator print the invitation: urbium account invite {account} --again",
                    account=code
                ),
            )  # fmt: skip
        is_operator = actor.account == OPERATOR
        is_shown = is_operator or not (has_address and (is_guarded_ or self._letters.are_sent()))
        way = "by command" if is_operator else f"shown to {actor.account}" if is_shown else "by letter"
        with self._store.together():
            if is_shown or self._letters.are_sent():  # one that reaches nobody ends none that does
                self._end(code, INVITATION, by=actor.account, reason="a new invitation")
            self._letters.to_itself(INVITE, account, now=self._clock())
            secret = self._issue_invitation(
                code, by=actor.account, reason=f"{reason or 'invited'} ({way})",
                shown_to=actor.account if is_shown and not is_operator else "",
            )  # fmt: skip
        return secret if is_shown else ""

    def _active(self) -> list[Dossier]:
        return [one.dossier for one in self._casework.listed(FOUNDER, ACCOUNT, where={"state": "active"})]

    def sent_invitation(self, code: str) -> str:
        """Return the secret of one more invitation of an account, for a letter: the first one used counts."""
        return self._issue_invitation(code, by=FOUNDER.account, reason="for its letter")

    def proposed(self, actor: Actor, code: str) -> str:
        """Return the code of the newest change of an account that waits for a second person; "" for none."""
        sights = self._casework.listed(actor, CHANGE, where={"state": "proposed"})
        changes = [one.dossier for one in sights if one.dossier.content["account"] == code]
        return max(changes, key=lambda one: str(one.recorded_at)).code if changes else ""

    def _issue_invitation(self, code: str, *, by: str, reason: str, shown_to: str = "") -> str:
        """Return the secret of a new invitation; who is shown it counts as one person with who uses it."""
        content = {"shown_to": shown_to} if shown_to else {}
        return self._issue(
            INVITATION, code, _INVITATION_LASTS, content, by=by, what="account: invitation", reason=reason
        )

    def is_invited(self, code: str) -> bool:
        """Say whether an account has an invitation that is not used, or has not begun."""
        if not self.has_begun(code):
            return True
        tickets = self._store.accounts.tickets(code, INVITATION).values()
        return any(ticket.expires > self._clock() for ticket in tickets)

    def has_begun(self, code: str) -> bool:
        """Say whether an account is active: until its invitation is accepted, its tokens open nothing."""
        return self._account(code).state == "active"

    def _end(self, code: str, kind: str, *, by: str, reason: str) -> int:
        """End every ticket of a kind of an account."""
        tickets = self._store.accounts.tickets(code, kind)
        return self._store.accounts.end(code, tickets, by=by, what=f"account: end {kind}", reason=reason)

    def _account(self, code: str) -> Dossier:
        account = self._store.dossiers.one(ACCOUNT, code)
        if account is None:
            raise NotFoundError.named(text("account"), code, [])
        return account

    def _issue(
        self,
        kind: str,
        code: str,
        lasts: int,
        content: Mapping[str, Any] | None = None,
        *,
        by: str = "",
        what: str,
        reason: str,
    ) -> str:
        secret, now = secrets.token_urlsafe(32), self._clock()
        ticket = Ticket(kind, code, now, now + lasts, now, content or {})
        until = now + SESSION_LONGEST if kind == SESSION else 0
        self._store.accounts.add_ticket(
            digest_of(secret), ticket, by=by, what=what, reason=reason, until=until
        )
        return secret
