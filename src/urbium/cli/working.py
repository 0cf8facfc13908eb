"""Working: the commands that do long work which people ask for over the web, and send letters to them."""

import time
from dataclasses import asdict
from pathlib import Path

from urbium.cli.opening import opened
from urbium.cli.show import COMMON, Common, Flag, say_facts, tell
from urbium.errors import UnavailableError
from urbium.text import text, texts


def work(
    *,
    until_idle: Flag = False,
    common: Common = COMMON,
) -> None:
    """Do the jobs that people have asked for (plans, forecasts, imports, exports), one after the other.

    A server does them, too; more workers do more at once, on this machine or on others of the same database.

    Parameters
    ----------
    until_idle
        End when no job waits any more.
    """
    from urbium.programme.opening import open_programme
    from urbium.programme.worker import Worker

    open_programme(common.database, catalogue=common.catalogue).close()  # says what is wrong with it
    tell(text("urbium does the jobs of this programme (Ctrl-C stops)"))
    count = Worker(common.database, catalogue=common.catalogue).run(until_idle=until_idle)
    tell(texts("{count} job was taken", "{count} jobs were taken", count=count))


def send_letters(
    *,
    folder: Path | None = None,
    again: Flag = False,
    every: int = 0,
    dry_run: Flag = False,
    common: Common = COMMON,
) -> None:
    """Write the reminders of today, and send the letters that wait, through the mail server of the settings.

    What a letter says is made as it is sent, of what its receiver may see then. Several senders share the
    letters; what is refused for now is tried again later, eight times at most.

    Parameters
    ----------
    folder
        Write the letters into this folder as .eml files instead of sending them.
    again
        Try those that have failed once more, from the beginning.
    every
        Go on, and look again after so many seconds; 0 looks once.
    dry_run
        Say how many letters are in which state; send and write nothing.
    """
    with opened(common) as programme:
        if dry_run:
            from urbium.programme.people.invitations import FOUNDER

            say_facts(programme.outbox.count(FOUNDER), common)
            return
        while True:
            try:
                say_facts(asdict(programme.outbox.deliver(folder=folder, again=again)), common)
            except UnavailableError as error:
                if not every:
                    raise
                tell(text("urbium: {reason}; the letters wait", reason=error.message))
            if not every:
                return
            time.sleep(every)
