"""Outbox: letters as they are sent, and as the office and their receivers see them (ADR 0072).

A letter is made at the moment it is sent, as its receiver sees the dossier then: the title, the state, and a
link, each only where a page would show it. What is hidden by then, or waits no more, is not written about.
"""

import os
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from urbium.access import Actor, clauses
from urbium.clock import present
from urbium.errors import InputError
from urbium.model.dossiers import Dossier
from urbium.pilot.contracts.agreements import Agreement, due
from urbium.pilot.contracts.reports import due_day
from urbium.pilot.contracts.taskbooks import TaskBook, span
from urbium.programme.base.mail import (
    PASSWORD,
    FolderPost,
    Post,
    Refused,
    SmtpPost,
    is_email,
    mail_server,
    message,
)
from urbium.programme.cases.casework import Casework
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.letters import LETTERS, WEEK
from urbium.programme.cases.rules.contract_cases import evaluation_day
from urbium.programme.cases.sight import visible
from urbium.programme.people.following import Following
from urbium.programme.people.invitations import ACCOUNT
from urbium.programme.people.letter_texts import SOON, LetterTexts, NothingToSay
from urbium.programme.people.people import People
from urbium.store import Letter
from urbium.store.queues.letters import PUSH
from urbium.text import Text, coded, language, text

_KIND: Final = "letter"
_LEASE: Final = 300 * 1_000_000
"""Microseconds for which a letter is one sender's; longer than a mail server may take."""
_PUSHED: Final = text("new version of data, sent to an address")
_SENDER: Final = "urbium@localhost.localdomain"
"""Where letters that go into a folder come from, while no sender is set."""


@dataclass(frozen=True, slots=True)
class SentLetter:
    """A letter as a list shows it, what it is called, and whether the reader may see what it is about."""

    letter: Letter
    title: Text
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a round of sending: how many letters were sent, dropped, put off and have failed."""

    sent: int = 0
    dropped: int = 0
    waiting: int = 0
    failed: int = 0


class Outbox:
    """Letters to people: listed, reminders written, sent."""

    def __init__(
        self, desk: Desk, casework: Casework, people: People, *, clock: Callable[[], int] = present
    ) -> None:
        self._desk, self._casework, self._people = desk, casework, people
        self._store = desk.workspace.store
        self._letters = casework.letters
        self._following = Following(desk, clock=clock)
        self._texts = LetterTexts(desk, casework, people, self._following, clock)
        self._clock = clock

    # --- seen -------------------------------------------------------------------------------------------

    def listed(self, actor: Actor, *, most: int = 200) -> list[SentLetter]:
        """Return the newest letters that an actor may see: all for the office, one's own for others."""
        places = {right.place for right in clauses(actor, _KIND, "read")}
        if not places:
            return []
        letters = self._store.letters.listed(None if "all" in places else actor.account, most=most)
        shown = visible(self._store.dossiers, actor, {(one.kind, one.code) for one in letters})
        titles = {PUSH: _PUSHED, **LETTERS}
        return [SentLetter(one, titles[one.what], is_shown=(one.kind, one.code) in shown) for one in letters]

    def count(self, actor: Actor) -> dict[str, int]:
        """Return how many of the letters that an actor may see are in each state."""
        places = {right.place for right in clauses(actor, _KIND, "read")}
        if not places:
            return {}
        return self._store.letters.count(None if "all" in places else actor.account)

    # --- reminders --------------------------------------------------------------------------------------

    def remind(self) -> int:
        """Write reminders of what is due within 30 days or late, and of last week, to who follows anything.

        Each is written once. Return how many were written.
        """
        day = datetime.fromtimestamp(self._clock() / 1_000_000, self._desk.settings.zone()).date()
        return self._of_commitments(day) + self._of_reports(day) + self._of_week()

    def _of_week(self) -> int:
        week, count = self._following.last_week(), 0
        about = {"first": week.first.isoformat()}
        for code in self._following.followers(week):
            account = self._desk.dossier(ACCOUNT, code)
            if account is not None and account.state == "active":
                count += self._letters.to_itself(
                    WEEK, account, now=self._clock(), once=f"week {week.first}", about=about
                )
        return count

    def _of_commitments(self, day: date) -> int:
        rows = {one.code: one for one in self._desk.dossiers("agreement", state="signed")}
        contents = [(code, one.content_as(Agreement)) for code, one in rows.items()]
        count = 0
        for one in due(contents, day, within=SOON):
            about = {"commitment": one.commitment.code, "due": one.commitment.due}
            stage = "late" if one.days < 0 else "soon"
            once = f"{one.commitment.code} {one.commitment.due} {stage}"
            count += self._letters.remind(rows[one.agreement], about, once=once, now=self._clock())
        return count

    def _of_reports(self, day: date) -> int:
        sent: dict[str, set[int]] = {}
        for report in self._desk.dossiers("report"):
            if report.state not in ("draft", "returned"):
                sent.setdefault(report.parent, set()).add(int(report.content["year"]))
        count = 0
        for book in self._desk.dossiers("taskbook", state="in_force"):
            for year in set(span(book.content_as(TaskBook))) - sent.get(book.code, set()):
                last = due_day(year, evaluation_day(self._desk, book))
                if not last - timedelta(days=SOON) <= day <= last + timedelta(days=365):
                    continue
                about = {"year": year, "due": last.isoformat()}
                once = f"{year} {'late' if last < day else 'soon'}"
                count += self._letters.remind(book, about, once=once, now=self._clock())
        return count

    # --- sending ----------------------------------------------------------------------------------------

    def deliver(self, *, folder: Path | None = None, again: bool = False) -> Outcome:
        """Write the reminders of today, and send every letter that is due.

        Parameters
        ----------
        folder : where letters are put as files; by SMTP to the mail server of the settings when left out
        again : whether letters that have failed are tried once more

        Raises InputError when no mail server or sender is set, UnavailableError when it takes no letters.
        """
        settings = self._desk.settings()
        post: AbstractContextManager[Post]
        if folder is not None:
            post, sender = nullcontext(FolderPost(folder)), settings.sender or _SENDER
        elif settings.mail and settings.sender:
            server, password = mail_server(settings.mail), os.environ.get(PASSWORD, "")
            post, sender = SmtpPost.connected(server, password), settings.sender
        else:
            raise InputError(
                coded("programme.outbox.unset", "the mail server or the sender is not set"),
                remedy=text(
                    "set --mail and --sender (urbium settings --help); or write the letters to a "
                    "folder with --folder"
                ),
            )
        self.remind()
        if again:
            self._store.letters.retry(now=self._clock())
        with post as opened:
            return self.send(opened, sender=sender)

    def send(self, post: Post, *, sender: str) -> Outcome:
        """Send every letter that is due by a post; several senders at once share them."""
        ends: list[str] = []
        is_over = False
        while not is_over:
            now = self._clock()
            letter = self._store.letters.lease(secrets.token_hex(8), now=now, until=now + _LEASE)
            if letter is None:
                break
            try:
                ends.append(self._sent(letter, post, sender))
            except Refused as refusal:
                ends.append(self._refused(letter, refusal))
                is_over = refusal.is_over
        names = ("sent", "dropped", "waiting", "failed")
        return Outcome(**{name: ends.count(name) for name in names})

    def _sent(self, letter: Letter, post: Post, sender: str) -> str:
        """Send a letter that has something to say; return its state, empty where another sender has it."""
        letters = self._store.letters
        try:
            account = self._receiver(letter)
            with language(self._people.language(account.code) or self._desk.settings().languages[0]):
                words = self._texts.of(letter, account)
                mail = message(
                    letter.id, to=account.content["email"], sender=sender, at=self._clock(),
                    subject=words.subject, body=words.body, leaving=words.leaving,
                )  # fmt: skip
        except NothingToSay as reason:
            is_ours = letters.end(letter, "dropped", now=self._clock(), failure=str(reason))
            return "dropped" if is_ours else ""
        post.carry(mail)
        return "sent" if letters.end(letter, "sent", now=self._clock()) else ""

    def _refused(self, letter: Letter, refusal: Refused) -> str:
        """Note that a letter was not taken, and return the state that it is left in."""
        letters, now, why = self._store.letters, self._clock(), str(refusal)
        if refusal.is_final:
            return "failed" if letters.end(letter, "failed", now=now, failure=why) else ""
        return "waiting" if letters.put_off(letter, now=now, failure=why) else ""

    def _receiver(self, letter: Letter) -> Dossier:
        """Return the account that a letter is for, as it is now."""
        account = self._desk.dossier(ACCOUNT, letter.account)
        states = ("invited", "active") if letter.kind == ACCOUNT else ("active",)
        if account is None or account.state not in states:
            raise NothingToSay(coded("programme.outbox.closed", "the account is not in use"))
        if not is_email(account.content["email"]):
            raise NothingToSay(coded("programme.outbox.no_address", "the account has no e-mail address"))
        return account
