"""The audit log: who changed what, when and why, each entry sealed together with the one before it.

The hash of an entry is the sha256 of its fields and of the hash before it, written as canonical JSON; what a
change added is bound to its entry by a digest in ``after``. Whoever alters a stored figure breaks the entry
that recorded it, and whoever alters an entry breaks the chain from there on. Cutting off the newest entries
together with what they added leaves a shorter chain that is whole: to notice that, keep the hash of the last
entry somewhere else. See ADR 0061.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from urbium.errors import ConflictError, InputError
from urbium.store.queries import query
from urbium.text import coded
from urbium.text import text as sentence

RESTART = "restart clock"
"""What an entry does that bears an earlier instant than the one before it."""

ASIDE = "urbium aside"
"""Where a connection keeps what every entry adds to its reason: how those who act came to act."""

_PUT_BACK = 10 * 60 * 1_000_000  # microseconds by which a clock may be put back without a word
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: its number from 1, its instant in microseconds since 1970 (UTC), and its seal."""

    seq: int
    at: int
    who: str
    what: str
    why: str
    before: str
    after: str
    previous: str
    hash: str = ""

    def seal(self) -> str:
        """Return the hash that the entry must have; it depends on every other field.

        >>> entry = Entry(1, 0, "ann", "load", "yearly report", "{}", "{}", "")
        >>> entry.seal() == Entry(1, 0, "bob", "load", "yearly report", "{}", "{}", "").seal()
        False
        """
        fields = asdict(self)
        del fields["hash"]
        return sha256(canonical(fields))


@dataclass(frozen=True, slots=True)
class Head:
    """Number, instant (microseconds since 1970, UTC) and hash (sha256) of the last entry of a log.

    Whoever can write the file can seal a whole chain anew. Only what was kept elsewhere shows it: an entry of
    the number of a kept head must have the hash of that head.
    """

    seq: int
    at: int
    hash: str

    @property
    def instant(self) -> datetime:
        """When the entry was written, as it says."""
        return instant(self.at)


def append(
    connection: sa.Connection,
    *,
    who: str,
    what: str,
    why: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> Entry:
    """Add an entry to the log and return it; call it in a writing transaction, before what it speaks of.

    Its instant is now, or a microsecond after the entry before when the clock stands or was put back a
    little. Raises ConflictError when the clock is far behind the entry before: one of the two is wrong, and
    what is written then would bear a wrong instant for good.
    """
    seq, at, previous = query.last_entry(connection)
    now = microseconds(_now())
    if at - now > _PUT_BACK:
        raise ConflictError(
            coded(
                "store.clock.behind",
                "the clock shows {now:%Y-%m-%d %H:%M} (UTC), but the last entry is dated "
                "{last:%Y-%m-%d %H:%M}",
                now=instant(now),
                last=instant(at),
            ),
            place=sentence("audit entry {number}", number=seq),
            remedy=sentence(
                "set the clock of this machine; if the clock is right and the entry is wrong, run "
                "urbium restart-clock once to confirm it"
            ),
        )
    aside = connection.info.get(ASIDE, "")
    why = f"{why} ({aside})" if aside else why
    entry = Entry(seq + 1, max(now, at + 1), who, what, why, canonical(before), canonical(after), previous)
    return _add(connection, entry)


def restart(connection: sa.Connection, *, who: str, why: str) -> Entry:
    """Add an entry that bears the clock's instant although entries before it bear later ones.

    From it on instants rise again from the clock. Raises ConflictError when the clock is not behind.
    """
    seq, at, previous = query.last_entry(connection)
    now = microseconds(_now())
    if now > at:
        raise ConflictError(
            coded(
                "store.clock.right",
                "the clock is not behind the last entry, which is dated {last:%Y-%m-%d %H:%M:%S} (UTC)",
                last=instant(at),
            ),
            remedy=sentence("continue as usual"),
        )
    later = [number for number, each in enumerate(query.instants(connection), start=1) if each >= now]
    said = canonical({"later": [min(later), max(later)]})
    return _add(connection, Entry(seq + 1, now, who, RESTART, why, canonical({"last": at}), said, previous))


def _add(connection: sa.Connection, entry: Entry) -> Entry:
    """Seal an entry and store it."""
    sealed = replace(entry, hash=entry.seal())
    query.add_rows(connection, "audit", [asdict(sealed)])
    return sealed


def first_break(entries: Iterable[Entry]) -> tuple[int, str] | None:
    """Return the first number where the chain is broken, and how; None for a whole chain."""
    number, at, previous = 0, 0, ""
    for number, entry in enumerate(entries, start=1):
        if entry.seq != number:
            return number, sentence("the entry is missing")
        if entry.previous != previous:
            return number, sentence("it does not follow the previous entry")
        if not _is_typed(entry) or entry.hash != entry.seal():
            return number, sentence("it was altered")
        if entry.at <= at and entry.what != RESTART:
            return number, sentence("it is not later than the previous entry")
        at, previous = entry.at, entry.hash
    return None if number else (1, sentence("the entry is missing"))


def _is_typed(entry: Entry) -> bool:
    """Say whether every field is what it should be; SQLite takes anything in any column."""
    numbers, texts = (entry.seq, entry.at), (entry.who, entry.what, entry.why, entry.before, entry.after)
    return all(isinstance(number, int) for number in numbers) and all(isinstance(word, str) for word in texts)


def canonical(content: object) -> str:
    """Write content as JSON in the one form that is hashed: sorted keys, no spaces, no NaN.

    >>> canonical({"b": 1.5, "a": "維也納"})
    '{"a":"維也納","b":1.5}'
    """
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def sha256(text: str) -> str:
    """Return the sha256 of a text in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def sha256_of_bytes(content: bytes) -> str:
    """Return the sha256 of a file's content, as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def microseconds(moment: datetime) -> int:
    """Return an instant as microseconds since 1970; raise InputError when its time zone is not said.

    >>> microseconds(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    if moment.tzinfo is None:
        raise InputError(
            coded("store.moment.no_time_zone", "{moment} has no time zone", moment=moment),
            remedy=sentence("add one: datetime(..., tzinfo=UTC)"),
        )
    return (moment - _EPOCH) // timedelta(microseconds=1)


def instant(at: int) -> datetime:
    """Return the instant that is ``at`` microseconds after 1970-01-01T00:00Z."""
    return _EPOCH + timedelta(microseconds=at)


def demand(**texts: str) -> None:
    """Raise InputError unless every text (by whom, why ...) says something in plain characters."""
    empty = [name for name, text in texts.items() if not text.strip()]
    if empty:
        raise InputError(
            coded("store.audit.empty", "{names} must not be empty", names=" and ".join(empty)),
            remedy=sentence("state who changes what, and why"),
            field=empty[0],
        )
    broken = [name for name, text in texts.items() if "\0" in text or not _is_unicode(text)]
    if broken:
        raise InputError(
            coded(
                "store.audit.broken_characters",
                "{names} contains broken characters",
                names=" and ".join(broken),
            ),
            remedy=sentence("write plain text"),
            field=broken[0],
        )


def _is_unicode(text: str) -> bool:
    """Say whether a text can be written as UTF-8 (a file name of another encoding cannot)."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _now() -> datetime:
    return datetime.now(UTC)
