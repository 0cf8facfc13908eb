"""Texts of letters: what a letter says, as its receiver sees the dossier at the moment it is sent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from urllib.parse import quote

import polars as pl

from urbium.access import Actor
from urbium.errors import ForbiddenError, NotFoundError
from urbium.model.dossiers import Dossier
from urbium.pilot.contracts.agreements import Agreement, due
from urbium.pilot.steps import state
from urbium.programme.base.mail import one_line
from urbium.programme.cases.casework import Casework
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.kinds import KINDS
from urbium.programme.cases.news import WORK, Change, News
from urbium.programme.cases.sight import PUBLIC_ONLY, Seen
from urbium.programme.people.following import PLAN, PROGRAMME, Following
from urbium.programme.people.people import People
from urbium.store import Letter
from urbium.text import Text, coded, text, texts

_MOST_CHANGES, _MOST_TOLD = 200, 20
"""Changes of a week that are looked at, and that its letter lists."""
SOON: Final = 30
"""Days ahead of which somebody is reminded."""


class NothingToSay(Exception):  # noqa: N818 - caught where the letter is sent
    """A letter has nothing to say any more; why is for the office."""


class Words(NamedTuple):
    """What a letter says, and the address at which its receiver ends such letters; empty for none."""

    subject: str
    body: str
    leaving: str = ""


@dataclass(frozen=True, slots=True)
class _Written:
    """What a letter says: its subject, its paragraphs, the pages that it leads to, and where it is ended."""

    subject: Text
    paragraphs: tuple[Text, ...]
    page: str
    leaving: str = ""


class LetterTexts:
    """Says what letters say."""

    def __init__(
        self,
        desk: Desk,
        casework: Casework,
        people: People,
        following: Following,
        clock: Callable[[], int],
    ) -> None:
        self._desk, self._casework, self._people, self._clock = desk, casework, people, clock
        self._following, self._news = following, News(desk, casework)

    def of(self, letter: Letter, account: Dossier) -> Words:
        """Return what a letter to an account says, in the language that is spoken.

        Raises NothingToSay where the receiver may not see what it is about, or nothing waits any more.
        """
        written = self._written(letter, account)
        name = one_line(self._desk.settings.name() or "urbium", 40)
        return Words(f"[{name}] {written.subject.render()}", self._body(written), written.leaving)

    def _body(self, written: _Written) -> str:
        address = self._desk.settings().address
        link = (
            text("Open it here: {address}", address=f"{address}{written.page}")
            if address
            else text("Sign in to urbium and open your desk.")
        )
        foot = text(
            "This letter was written by urbium. Replies are not read. To change or remove your address, "
            "contact the programme office."
        )
        end = (
            [
                text(
                    "To stop receiving these letters without signing in, open: {address}",
                    address=written.leaving,
                )
            ]
            if written.leaving
            else []
        )
        return "\n\n".join(one.render() for one in (*written.paragraphs, link, *end, foot)) + "\n"

    def _written(self, letter: Letter, account: Dossier) -> _Written:
        if letter.what == "invitation":
            return self._invitation(account)
        if letter.what in _READ_NOTHING:
            return _READ_NOTHING[letter.what](letter)
        if letter.what == "week":
            return self._week(account, date.fromisoformat(letter.about["first"]))
        try:
            actor = self._people.named(account.code)
            sight = self._casework.opened(actor, letter.kind, letter.code)
        except (NotFoundError, ForbiddenError):
            raise NothingToSay(
                coded("programme.outbox.hidden", "the recipient is no longer allowed to see this")
            ) from None
        if letter.what == "commitment":
            return self._commitment(sight, letter.about)
        if letter.what == "report":
            return self._report(actor, sight, letter.about)
        if letter.what in ("waits", "changes"):
            self._demand_waiting(actor, sight)
        return _of_step(letter.what, sight, self._title(actor, sight))

    def _demand_waiting(self, actor: Actor, sight: Seen) -> None:
        """Give the letter up where nothing waits for its receiver any more."""
        due_steps = [one for one in sight.actions if one.is_due or one.action in ("sign", "change")]
        if not any(self._casework.may_take(actor, sight, one) for one in due_steps):
            raise NothingToSay(coded("programme.outbox.done", "nothing is left for the recipient to do"))

    def _title(self, actor: Actor, sight: Seen) -> str:
        """Return what a dossier is called, as its receiver sees it; a review is called as what it judges."""
        dossier = sight.dossier
        title = str(dossier.content.get("title", ""))
        if not title and dossier.parent:
            try:
                above = self._casework.opened(actor, dossier.parent_kind, dossier.parent)
                title = str(above.dossier.content.get("title", ""))
            except NotFoundError:
                title = ""
        return one_line(title or dossier.code, 120)

    def _invitation(self, account: Dossier) -> _Written:
        """Return an invitation with a secret of its own, which stands nowhere else."""
        if not self._people.is_invited(account.code):
            raise NothingToSay(coded("programme.outbox.used", "the invitation has been used or has expired"))
        secret = self._people.sent_invitation(account.code)
        code = text(
            "The link contains your invitation. It can be used once, within fourteen days. If the page "
            "asks for the invitation, enter this: {secret}",
            secret=secret,
        )
        begin = text(
            "You are invited to join {programme}. Open the page below and choose a password; your "
            "account name is {account}.",
            programme=self._desk.settings.name() or "urbium",
            account=account.code,
        )
        subject = text("Your invitation")
        return _Written(subject, (begin, code), f"/invitation#{secret}")

    def _week(self, account: Dossier, first: date) -> _Written:
        """Return what changed in a week of what somebody follows, as it may see it now."""
        week, followed = self._following.week(first), set(self._following.followed(account.code))
        since = self._following.since(account.code, week)
        everything, cities = PROGRAMME in followed, followed - {PROGRAMME, PLAN}
        followed |= {WORK} if PLAN in followed else set()
        followed |= {"scores", PLAN} if cities else set()  # which the page of a city shows

        def counts(change: Change) -> bool:
            return change.at <= week.end and (everything or not followed.isdisjoint(change.about))

        actor = self._people.named(account.code)
        changes = self._news.since(actor, since, most=_MOST_CHANGES, counts=counts)
        figures = self._news.corrected(since).filter(pl.col("recorded_at") <= week.end)
        if not everything:
            figures = figures.filter(pl.col("city").is_in(cities))
        if not changes and figures.is_empty():
            raise NothingToSay(
                coded("programme.outbox.same", "nothing that the recipient follows has changed")
            )
        address, zone = self._desk.settings().address, self._desk.settings.zone()
        lines = [_told(one, address, one.at.astimezone(zone).date()) for one in changes[:_MOST_TOLD]]
        more = len(changes) - len(lines)
        lines += [texts("{count:d} more change.", "{count:d} more changes.", count=more)] if more else []
        lines += [_corrected(figures.height)] if figures.height else []
        return _Written(
            text("What changed from {first:date} to {last:date}", first=week.first, last=week.last),
            tuple(lines),
            f"/desk?since={first.isoformat()}#news",
            f"{address}/unfollow/{self._following.leaving(account.code)}" if address else "",
        )

    def _commitment(self, sight: Seen, about: Mapping[str, Any]) -> _Written:
        agreement = sight.dossier.content_as(Agreement)
        on = datetime.fromtimestamp(self._clock() / 1_000_000, self._desk.settings.zone()).date()
        is_in_force = sight.dossier.state == "signed"
        rows = due([(sight.dossier.code, agreement)], on, within=SOON) if is_in_force else []
        row = next((one for one in rows if one.commitment.code == about["commitment"]), None)
        if row is None:
            raise NothingToSay(coded("programme.outbox.not_due", "this commitment is no longer due"))
        title = one_line(agreement.title, 120)
        subject = text("Reminder: a commitment under {title}", title=title)
        return _Written(subject, (row.said,), _page(sight))

    def _report(self, actor: Actor, sight: Seen, about: Mapping[str, Any]) -> _Written:
        reports = self._casework.listed(actor, "report", where={"parent": sight.dossier.code})
        if any(
            one.dossier.content.get("year") == about["year"]
            and one.dossier.state not in ("draft", "returned")
            for one in reports
        ):
            raise NothingToSay(coded("programme.outbox.not_due", "this commitment is no longer due"))
        title = self._title(actor, sight)
        subject = text(
            "Reminder: the report for {year:d} on {title}",
            year=about["year"], title=title
        )  # fmt: skip
        body = text(
            "The report for {year:d} on {title} is due on {day:date}.",
            year=about["year"], title=title, day=date.fromisoformat(about["due"])
        )  # fmt: skip
        return _Written(subject, (body,), _page(sight))


def _page(sight: Seen) -> str:
    return f"/desk/{KINDS[sight.dossier.kind].plural}/{quote(sight.dossier.code, safe='')}"


def _told(change: Change, address: str, day: date) -> Text:
    if not address:
        return text("{day:date}: {said}", day=day, said=change.said)
    return text("{day:date}: {said} ({page})", day=day, said=change.said, page=f"{address}{change.address}")


def _corrected(count: int) -> Text:
    return texts("{count:d} figure was corrected.", "{count:d} figures were corrected.", count=count)


def _locked(letter: Letter) -> _Written:
    return _Written(
        text("Your account was locked for five minutes"),
        (
            text(
                "Someone entered a wrong password or code for your account {account} five times in a "
                "row, so it was locked for five minutes. If that was not you, tell the programme "
                "office. A browser in which you have signed in before is not locked out.",
                account=letter.account,
            ),
        ),
        "/account",
    )


def _taken_back(letter: Letter) -> _Written:
    """Return what is told to who waited to take a step, and may not read the draft that it is again."""
    kind, title = KINDS[letter.kind].title, one_line(letter.about["title"] or letter.code, 120)
    return _Written(
        text("Taken back: {kind} {title}", kind=kind, title=title),
        (
            text(
                "The {kind} {title} was taken back for changes. There is nothing for you to do until "
                "it is sent again.",
                kind=kind, title=title,
            ),
        ),
        "/desk",
    )  # fmt: skip


def _of_step(what: str, sight: Seen, title: str) -> _Written:
    """Return what a letter of a step says: what the dossier is called, and where it stands now."""
    dossier = sight.dossier
    kind, words = KINDS[dossier.kind].title, state(dossier.kind, dossier.state)
    stands = words.public if sight.circles == PUBLIC_ONLY else words.title
    now = text("Current position: {state}.", state=stands)
    subject, body = {
        "waits": (
            text("Waiting for you: {kind} {title}", kind=kind, title=title),
            text("The {kind} {title} is waiting for you.", kind=kind, title=title),
        ),
        "changes": (
            text("Changes requested: {kind} {title}",
                 kind=kind, title=title),
            text("Changes have been requested to the {kind} {title}.",
                 kind=kind, title=title),
        ),
        "decision": (
            text("Decided: {kind} {title}", kind=kind, title=title),
            text("A decision was taken on the {kind} {title}.",
                 kind=kind, title=title),
        ),
        "sensors": (
            text("Alert: sensors of {title} are not working", title=title),
            text("Some sensors of {title} are silent, or keep sending the same value. The page shows "
                 "which ones; please acknowledge the alert there.",
                 title=title),
        ),
        "alert": (
            text("Alert: {title} is outside its band", title=title),
            text("The indicator {title} is further behind its path to the task-book target than the "
                 "tolerance allows. The page shows by how much; please acknowledge the alert there.",
                 title=title),
        ),
        "withdrawn": (
            text("Withdrawn: {kind} {title}", kind=kind, title=title),
            text("The {kind} of {title} was withdrawn; there is nothing left to do.",
                 kind=kind, title=title),
        ),
    }["sensors" if dossier.content.get("sensors") else what]  # fmt: skip
    return _Written(subject, (body, now), _page(sight))


_READ_NOTHING: Final[Mapping[str, Callable[[Letter], _Written]]] = {
    "locked": _locked, "taken_back": _taken_back,
}  # fmt: skip
"""Letters for which nothing is read but what they keep."""
