"""Operating: the verbs of whoever runs a programme's server: a copy of everything, its return, its health."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from urbium.cli.show import COMMON, Common, say_facts
from urbium.text import text


def backup(file: Path, /, *, common: Common = COMMON) -> None:
    """Copy the whole programme, as it is at this moment, into a new file, and verify the copy.

    Other people can keep working in the meantime. The copy is a SQLite file, whatever database the programme
    is in, and only its owner may read it: it holds passwords (hashed) and secrets. It is a programme like any
    other: -d FILE opens it. The signing key and a folder of your own tables are not in it: back them up too.

    Parameters
    ----------
    file
        The file to write, such as urbium-2026-11-30.db; it must not exist yet.
    """
    from urbium.programme import backup_store

    _say(backup_store(common.database, file), common)


def restore(file: Path, /, *, common: Common = COMMON) -> None:
    """Restore a backup into the file or the empty database that --database names, and verify it.

    Parameters
    ----------
    file
        A file written by urbium backup.
    """
    _copy(file, common.database, common)


def move(target: str, /, *, common: Common = COMMON) -> None:
    """Copy the whole programme into another database, from SQLite to PostgreSQL or back, and verify the copy.

    Stop the server first: what is written afterwards is not in the copy. The programme stays where it was.

    Parameters
    ----------
    target
        A file that does not exist yet, or the URL of an empty PostgreSQL database.
    """
    _copy(common.database, target, common)


def health(*, common: Common = COMMON) -> None:
    """Show whether the programme's store can be read, what was written last, and what is waiting.

    The exit code is 0 if it can be read; a server gives the same answer at /health/ready.
    """
    from urbium.programme import health as health_of

    say_facts(dict(health_of(common.database)), common)


def _copy(source: str | Path, target: str | Path, common: Common) -> None:
    from urbium.programme import copy_store

    _say(copy_store(source, target), common)


def _say(head: Any, common: Common) -> None:  # noqa: ANN401 - the last entry of a log
    facts = {"verified": True, "entries": head.seq, "instant": head.instant, "hash": head.hash}
    words = text("the copy matches the audit log")
    say_facts(facts if common.json else facts | {"verified": words}, common)


VERBS: Final[tuple[Callable[..., None], ...]] = (backup, restore, move, health)
"""Every verb of this file, in the order of the help."""
