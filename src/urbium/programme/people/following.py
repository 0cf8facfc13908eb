"""Following: what people are written to about once a week, and how they are written to no more.

What somebody follows is kept as a ticket that opens nothing, as the language is. The link in a letter holds a
secret that ends the following and does nothing else; whoever uses it learns nothing, not even whether it was
one. What the letter says is made as it is sent (``letter_texts``).
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from urbium.access import Actor
from urbium.clock import present
from urbium.errors import InputError
from urbium.programme.cases.desk import Desk
from urbium.programme.people.invitations import SECOND
from urbium.store import Ticket
from urbium.store.accounts import FOLLOWING, LEAVING, digest_of
from urbium.text import coded, text

PROGRAMME, PLAN = "programme", "plan"
"""What can be followed besides cities, which go by their codes."""
_WEEK: Final = timedelta(days=7)
_MOST: Final = 50
_LASTS: Final = 100 * 365 * 24 * 3600 * SECOND
_LEAVING_LASTS: Final = 400 * 24 * 3600 * SECOND


@dataclass(frozen=True, slots=True)
class Week:
    """A week from Monday to Sunday, by the days of a programme."""

    first: date
    start: datetime
    end: datetime

    @property
    def last(self) -> date:
        """Its Sunday."""
        return self.first + _WEEK - timedelta(days=1)


class Following:
    """What people follow."""

    def __init__(self, desk: Desk, *, clock: Callable[[], int] = present) -> None:
        self._desk, self._clock = desk, clock
        self._store = desk.workspace.store

    def followed(self, account: str) -> list[str]:
        """Return what somebody follows: the programme, the plan, codes of cities."""
        ticket = self._store.accounts.ticket(digest_of(f"{FOLLOWING} {account}"), FOLLOWING)
        return [] if ticket is None else list(ticket.content["what"])

    def follow(self, actor: Actor, what: Sequence[str]) -> None:
        """Let somebody follow these and nothing else; nothing at all where there are none.

        Raises InputError for what cannot be followed, and for too many cities.
        """
        wanted = list(dict.fromkeys(what))
        wrong = [one for one in wanted if one not in (PROGRAMME, PLAN) and not self._desk.is_city(one)]
        if wrong or len(wanted) > _MOST:
            raise InputError(
                coded(
                    "programme.following.wrong",
                    "you can follow the programme, the plan and up to {most:d} cities",
                    most=_MOST - 2,
                ),
                remedy=text("choose cities from the register, by code or name"),
                field="cities",
            )
        digest, now = digest_of(f"{FOLLOWING} {actor.account}"), self._clock()
        before = self._store.accounts.ticket(digest, FOLLOWING)
        since = now if before is None else before.made
        with self._store.together():
            self._store.accounts.drop(digest)
            if wanted:
                kept = Ticket(FOLLOWING, actor.account, since, now + _LASTS, now, {"what": wanted})
                self._store.accounts.add_ticket(digest, kept)

    def week(self, first: date) -> Week:
        """Return the week that begins with a Monday, as the programme's days go."""
        zone = self._desk.settings.zone()
        start, end = (datetime.combine(day, time.min, zone).astimezone(UTC) for day in (first, first + _WEEK))
        return Week(first, start, end)

    def last_week(self) -> Week:
        """Return the last week that is over."""
        today = datetime.fromtimestamp(self._clock() / SECOND, self._desk.settings.zone()).date()
        return self.week(today - timedelta(days=today.weekday()) - _WEEK)

    def followers(self, week: Week) -> Iterator[str]:
        """Yield the accounts that followed something before a week was over."""
        for ticket in self._store.accounts.every(FOLLOWING):
            if ticket.made < week.end.timestamp() * SECOND:
                yield ticket.account

    def since(self, account: str, week: Week) -> datetime:
        """Return the instant from which somebody is told what changed in a week."""
        ticket = self._store.accounts.ticket(digest_of(f"{FOLLOWING} {account}"), FOLLOWING)
        begun = 0 if ticket is None else ticket.made
        return max(week.start, datetime.fromtimestamp(begun / SECOND, UTC))

    def leaving(self, account: str) -> str:
        """Return a secret by which somebody follows nothing any more, for a letter."""
        secret, now = secrets.token_urlsafe(24), self._clock()
        ticket = Ticket(LEAVING, account, now, now + _LEAVING_LASTS, now, {})
        self._store.accounts.add_ticket(digest_of(secret), ticket)
        return secret

    def leave(self, secret: str) -> None:
        """Let whoever a secret was written to follow nothing any more; it is not said whether it was one."""
        ticket = self._store.accounts.ticket(digest_of(secret), LEAVING)
        if ticket is not None and ticket.expires > self._clock():
            self._store.accounts.drop(digest_of(f"{FOLLOWING} {ticket.account}"))
