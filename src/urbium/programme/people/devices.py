"""Devices: a browser that somebody has signed in with is known again, so that nobody locks its owner out.

Failures are counted apart: those of a known browser against that browser, all others against the account. Who
knows a name locks the account for browsers that nobody knows, and for no other (OWASP, *Slow Down Online
Guessing Attacks with Device Cookies*). A known browser opens nothing by itself.
"""

from dataclasses import dataclass
from typing import Final

from urbium.store import AccountStore, Ticket

DEVICE: Final = "device"
_SECOND = 1_000_000
DEVICE_LASTS: Final = 365 * 24 * 3600 * _SECOND
"""Microseconds for which a browser is known after somebody has signed in with it."""
MOST_FAILURES, LOCKED = 5, 300 * _SECOND
_MOST_DEVICES: Final = 10


@dataclass(frozen=True, slots=True)
class Device:
    """A browser that an account has signed in with.

    Parameters
    ----------
    digest : of its secret
    failures, locked_until : of sign-ins with it
    """

    digest: str
    failures: int
    locked_until: int


def device_of(accounts: AccountStore, digest: str, account: str, now: int) -> Device | None:
    """Return the browser of a secret's digest, where it is known to the account; None for every other."""
    ticket = accounts.ticket(digest, DEVICE)
    if ticket is None or ticket.account != account or ticket.expires <= now:
        return None
    return Device(digest, int(ticket.content.get("failures", 0)), int(ticket.content.get("locked_until", 0)))


def count_failure(accounts: AccountStore, device: Device, now: int) -> None:
    """Count a failure of a known browser; five in a row lock it for five minutes.

    Called within a change, so that of many at once each counts.
    """
    ticket = accounts.ticket(device.digest, DEVICE)
    if ticket is None:
        return
    failures = int(ticket.content.get("failures", 0)) + 1
    is_over = failures >= MOST_FAILURES
    content = {"failures": 0 if is_over else failures, "locked_until": now + LOCKED if is_over else 0}
    accounts.set_content(device.digest, content)


def remember(accounts: AccountStore, digest: str, account: str, now: int) -> None:
    """Know a browser from now on, by the digest of its secret; an account has ten, of which the oldest go."""
    tickets = list(accounts.tickets(account, DEVICE))
    accounts.drop(*tickets[: max(len(tickets) - _MOST_DEVICES + 1, 0)])
    accounts.add_ticket(digest, Ticket(DEVICE, account, now, now + DEVICE_LASTS, now, {}))
