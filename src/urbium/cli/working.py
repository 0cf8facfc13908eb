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
    """Run the jobs that people have requested (plans, forecasts, imports, exports), one after another.

    A server runs them as well; additional workers run more jobs at once, on this machine or on others that
    share the database.

    Parameters
    ----------
    until_idle
        Stop when no jobs are waiting.
    """
    from urbium.programme.opening import open_programme
    from urbium.programme.worker import Worker

    open_programme(common.database, catalogue=common.catalogue).close()  # says what is wrong with it
    tell(text("urbium is running the jobs of this programme (Ctrl-C to stop)"))
    count = Worker(common.database, catalogue=common.catalogue).run(until_idle=until_idle)
    tell(texts("{count} job was started", "{count} jobs were started", count=count))


def send_letters(
    *,
    folder: Path | None = None,
    again: Flag = False,
    every: int = 0,
    dry_run: Flag = False,
    common: Common = COMMON,
) -> None:
    """Write today's reminders, and send the waiting letters through the mail server in the settings.

    Each letter is written when it is sent, from what its recipient may see at that time. If several senders
    run at once, they share the letters between them; letters refused temporarily are retried later, up to
    eight times.

    Parameters
    ----------
    folder
        Write the letters into this folder as .eml files instead of sending them.
    again
        Retry letters that have failed, from the beginning.
    every
        Keep going, and check again after this many seconds; 0 checks once.
    dry_run
        Report how many letters are in each state; send and write nothing.
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
                tell(text("urbium: {reason}; the letters are waiting to be sent", reason=error.message))
            if not every:
                return
            time.sleep(every)
